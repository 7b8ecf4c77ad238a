"""Loads reverse mode when the first gradient is taken, as most programs and most backends never need it."""

from __future__ import annotations

from ops_common.runtime.backend import Backend


def recording_backend(backend: Backend) -> Backend:
    """Returns the recording form of a backend; see `ops.autodiff.recording`."""
    from ops.autodiff import recording

    return recording.recording_backend(backend)
