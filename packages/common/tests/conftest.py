"""Property tests have no deadline: on a loaded machine an example is slow, not wrong."""

from hypothesis import settings

settings.register_profile("ops", deadline=None)
settings.load_profile("ops")
