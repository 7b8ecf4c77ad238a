"""Property tests have no deadline: an example may be slow on a loaded machine."""

from hypothesis import settings

settings.register_profile("ops", deadline=None)
settings.load_profile("ops")
