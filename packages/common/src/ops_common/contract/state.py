"""Contract, family state: the holder of a Variable's value. Without these functions it is the tensor itself, which is
replaced."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def hold(x: Tensor, trainable: bool, name: str) -> Any:
    """The framework's own object for a mutable value, which its optimizers and its compiler support; it has memory of
    its own."""
    ...


@optional
def hold_combined(x: Tensor, trainable: bool, name: str, aggregation: str, synchronization: str) -> Any:
    """What `hold` returns, for a Variable that states how its replicas are combined and synchronised. Without this
    function, nothing is replicated in a way that would need them."""
    ...


@optional
def read(holder: Any) -> Tensor:
    """The current value."""
    ...


@optional
def assign(holder: Any, x: Tensor) -> None:
    """Sets the value to one of the same shape and dtype."""
    ...


@optional
def waits() -> bool:
    """Whether `assign` now waits for assignments in other threads, as in replicas that combine their values: the caller
    must not hold a lock that these threads need. Without this function, it never does."""
    ...


@optional
def set_trainable(holder: Any, trainable: bool) -> None:
    """Sets whether gradients are computed by default."""
    ...


@optional
def constant(holder: Any) -> Any:
    """The value as a NumPy array, also while a function is traced. Without this function, the result of `read` may be a
    constant of the trace."""
    ...
