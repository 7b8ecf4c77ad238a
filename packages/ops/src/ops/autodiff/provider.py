"""Selects the form of a backend that computes gradients."""

from __future__ import annotations

from ops_common.runtime import frontend
from ops_common.runtime.backend import Backend


def differentiable(backend: Backend) -> Backend:
    """Returns the backend if its framework computes gradients, else its recording form.

    The vjp rules call ops, some of which are exported with the transforms. To avoid an import cycle, transforms import
    only this module; `ops._frontend` creates the recording form and loads reverse mode at the first gradient.
    """
    return backend if "transform.vjp" in backend.kernels else frontend.installed().recording(backend)
