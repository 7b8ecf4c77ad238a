"""A user's file: what a type checker reveals of each expression is in the comment on its line.

`python release types` runs pyright on it and compares.
"""

from typing import reveal_type

import ops


def scaled(x: float, times: int) -> str:
    return str(x * times)


@ops.jit
def counted(n: int) -> int:
    return n


reveal_type(ops.jit(scaled))  # Jitted[(x: float, times: int), str]
reveal_type(ops.jit(scaled)(1.0, 2))  # str
reveal_type(ops.grad(scaled))  # (x: float, times: int) -> Any
reveal_type(ops.value_and_grad(scaled))  # Transformed[(x: float, times: int), tuple[Any, Any]]
reveal_type(ops.vmap(scaled))  # (x: float, times: int) -> str
reveal_type(ops.checkpoint(scaled))  # (x: float, times: int) -> str
reveal_type(counted(1))  # int
reveal_type(ops.add)  # (x1: Any, x2: Any) -> Any
reveal_type(ops.sum)  # (x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Any
reveal_type(ops.cast)  # (x: Any, dtype: Any) -> Any
reveal_type(ops.shape([1]))  # tuple[Any, ...]
reveal_type(ops.zeros)  # (shape: Sequence[int] | int, dtype: Any = None) -> Any
reveal_type(ops.fori_loop)  # (lower: Any, upper: Any, body_fun: (...) -> Any, init_val: Any) -> Any
reveal_type(ops.is_tensor(1))  # bool
