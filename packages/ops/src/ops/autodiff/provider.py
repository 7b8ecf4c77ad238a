"""Selects the form of a backend that computes gradients.

Transforms need reverse mode, whose rules call the ops, some of which are exported with the transforms. So transforms
import this module alone, and `ops` installs the provider. It loads reverse mode on the first gradient.
"""

from __future__ import annotations

from collections.abc import Callable

from ops_common.runtime.backend import Backend

_provider: Callable[[Backend], Backend] | None = None


def install(provider: Callable[[Backend], Backend]) -> None:
    """Sets the function from a backend to its recording form."""
    global _provider
    _provider = provider


def differentiable(backend: Backend) -> Backend:
    """Returns the backend if its framework computes gradients, else its recording form."""
    if "transform.vjp" in backend.kernels:
        return backend
    assert _provider is not None, "ops installs the provider when it is imported"
    return _provider(backend)
