"""Which gradients and transforms of torch.func are active, in eager code and in code that is being compiled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch.tracing import is_compiling

__all__ = ["is_tracing"]

traced_gradients = [0]  # number of nested gradients; read while a function is compiled


def is_tracing() -> bool:
    # Inside a transform of torch.func, compiled functions cannot be called: the transform inlines the function itself.
    # Nor can the gradient of a compiled function be differentiated: autograd would return 0.
    return is_compiling() or eager_gradients.depth > 1 or (_active_levels is not None and _active_levels() is not None)


def is_differentiating() -> bool:
    """Returns whether the compiler is inside a function whose gradient is computed."""
    return is_compiling() and traced_gradients[0] > 0


def is_differentiating_twice() -> bool:
    """Returns whether that gradient is differentiated again, in the compiled function or around it."""
    return is_compiling() and (traced_gradients[0] > 1 or traced_connected_gradients[0] > 0)


class _EagerGradients(threading.local):
    depth = 0  # number of nested gradients by autograd, outside of compilers


eager_gradients = _EagerGradients()
# The number of nested gradients, in a function that is being compiled, by tensors with their own graph.
traced_connected_gradients = [0]


def is_outermost() -> bool:
    """Returns whether it is known that no transform of torch.func is active."""
    return _active_levels is not None and _active_levels() is None


_active_levels: Callable[[], Any] | None = getattr(torch._C._functorch, "peek_interpreter_stack", None)  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


class _Checkpoints(threading.local):
    depth = 0  # number of nested checkpointed functions that are running


running_checkpoints = _Checkpoints()

traced_levels = [0]  # number of active transforms of torch.func, in a function that is being compiled


def counted_as_level(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, which counts as inside a transform of torch.func while it runs."""

    def call(*args: Any) -> Any:
        traced_levels[0] += 1
        try:
            return function(*args)
        finally:
            traced_levels[0] -= 1

    return call


def is_in_torch_func() -> bool:
    """Returns whether the compiler is inside a function under a transform of torch.func."""
    return is_compiling() and traced_levels[0] > 0
