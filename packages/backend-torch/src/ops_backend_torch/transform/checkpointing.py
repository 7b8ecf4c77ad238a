"""Checkpoints: functions whose intermediate results are computed again for a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.utils.checkpoint import checkpoint as _checkpoint
from torch.utils.checkpoint import set_checkpoint_early_stop as _early_stop

from ops_backend_torch.tracing import is_compiling
from ops_backend_torch.transform.nesting import is_outermost, running_checkpoints
from ops_common.tensors import scopes

__all__ = ["checkpoint"]


def _counted_as_checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        running_checkpoints.depth += 1
        try:
            return function(*args, **kwargs)
        finally:
            running_checkpoints.depth -= 1

    return call


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        options = {"use_reentrant": False, "preserve_rng_state": False}
        if is_compiling():  # the compiler traces the function once
            return _checkpoint(function, *args, **options, **kwargs)
        if not is_outermost():
            return function(*args, **kwargs)  # torch.func saves by itself
        with _early_stop(False):  # it stops by an exception inside an op, which the op would explain
            return _checkpoint(_counted_as_checkpoint(scopes.replayed(function)), *args, **options, **kwargs)

    return call
