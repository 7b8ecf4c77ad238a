"""Contract, family control: branches and loops whose conditions have no value while a function is traced.

Without these functions, and where `is_traced` returns False, `ops` branches and loops in Python. Arguments and results
may be nested containers of tensors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def is_traced(tensors: Sequence[Tensor]) -> bool:
    """Returns whether these tensors have no values yet, so that Python cannot branch on them."""
    ...


@optional
def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    """Result of one of two functions; pred is a bool tensor of rank 0."""
    ...


@optional
def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    """The loop variables once the condition no longer holds; both functions take them as separate arguments, and the
    body returns a tuple of them."""
    ...


@optional
def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    """The value after a loop over integers, which are Python ints or int32 tensors."""
    ...


@optional
def scan(f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
    """The last carry, and the stacked outputs of the steps."""
    ...


@optional
def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """A function of f's arguments that returns the first item of f's result. The second item is a function from the
    cotangent of the result to the gradients of the arguments."""
    ...
