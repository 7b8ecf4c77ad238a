"""Contract, family state: what holds a Variable's value. Without these functions it is the tensor itself, replaced."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def hold(x: Tensor, trainable: bool, name: str) -> Any:
    """The framework's own holder of a changeable value, which its optimizers and its compiler know; of memory of its
    own."""
    ...


@optional
def read(holder: Any) -> Tensor:
    """The value."""
    ...


@optional
def assign(holder: Any, x: Tensor) -> None:
    """Changes the value to one of the same shape and dtype."""
    ...


@optional
def set_trainable(holder: Any, trainable: bool) -> None:
    """Whether gradients are wanted by default."""
    ...


@optional
def constant(holder: Any) -> Any:
    """The value as a NumPy array, also while a function is traced. Without it, what `read` answers may be a constant of
    the trace."""
    ...
