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


class _Checkpointed:
    """A checkpointed function. An error in the forward pass is stored, and raised after the checkpoint's end: before
    torch 2.13, a checkpoint that ends by an error leaves its hooks on saved tensors in force."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._is_forward = True
        self._errors: list[BaseException] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        running_checkpoints.depth += 1
        try:
            return self._function(*args, **kwargs)
        except BaseException as error:
            if not self._is_forward:
                raise
            self._errors.append(error)
        finally:
            running_checkpoints.depth -= 1

    def end(self) -> None:
        """Ends the forward pass."""
        self._is_forward = False
        if self._errors:
            raise self._errors.pop()


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        options = {"use_reentrant": False, "preserve_rng_state": False}
        if is_compiling():  # the compiler traces the function once
            return _checkpoint(function, *args, **options, **kwargs)
        if not is_outermost():
            return function(*args, **kwargs)  # torch.func saves by itself
        checkpointed = _Checkpointed(scopes.replayed(function))
        with _early_stop(False):  # it stops by an exception inside an op, which the op would explain
            result = _checkpoint(checkpointed, *args, **options, **kwargs)
        checkpointed.end()
        return result

    return call
