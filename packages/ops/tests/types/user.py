"""A user's file: what type checkers reveal of each expression is in the comment on its line.

The comment is pyright's spelling. Where mypy's differs, it is on the next line. `python release types` runs both and
compares.
"""

from typing import reveal_type

import ops


def scaled(x: float, times: int) -> str:
    return str(x * times)


@ops.jit
def counted(n: int) -> int:
    return n


xp = ops.namespace("torch")

reveal_type(ops.jit(scaled))  # Jitted[(x: float, times: int), str]
# by mypy: ops.transform.compilation.Jitted[[x: float, times: int], str]
reveal_type(ops.jit(scaled)(1.0, 2))  # str
reveal_type(ops.grad(scaled))  # (x: float, times: int) -> Any
# by mypy: def (x: float, times: int) -> Any
reveal_type(ops.value_and_grad(scaled))  # Transformed[(x: float, times: int), tuple[Any, Any]]
# by mypy: ops.transform.wrapped.Transformed[[x: float, times: int], tuple[Any, Any]]
reveal_type(ops.vmap(scaled))  # (x: float, times: int) -> str
# by mypy: def (x: float, times: int) -> str
reveal_type(ops.checkpoint(scaled))  # (x: float, times: int) -> str
# by mypy: def (x: float, times: int) -> str
reveal_type(counted(1))  # int
reveal_type(ops.add)  # (x1: Any, x2: Any) -> Any
# by mypy: def (x1: Any, x2: Any) -> Any
reveal_type(ops.sum)  # (x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Any
# by mypy: def (x: Any, axis: int | typing.Sequence[int] | None =, keepdims: bool =) -> Any
reveal_type(ops.nn.relu)  # (x: Any) -> Any
# by mypy: def (x: Any) -> Any
reveal_type(ops.cast)  # (x: Any, dtype: Any) -> Any
# by mypy: def (x: Any, dtype: Any) -> Any
reveal_type(ops.shape([1]))  # tuple[Any, ...]
reveal_type(ops.zeros)  # (shape: Sequence[Any] | int, dtype: Any = None) -> Any
# by mypy: def (shape: typing.Sequence[Any] | int, dtype: Any =) -> Any
reveal_type(ops.fori_loop)  # (lower: Any, upper: Any, body_fun: (...) -> Any, init_val: Any) -> Any
# by mypy: def (lower: Any, upper: Any, body_fun: def (*Any, **Any) -> Any, init_val: Any) -> Any
reveal_type(ops.is_tensor(1))  # bool
reveal_type(xp)  # Module("ops")
# by mypy: types.ModuleType
reveal_type(xp.add)  # (x1: Any, x2: Any) -> Any
# by mypy: Any
reveal_type(xp.nn.relu)  # (x: Any) -> Any
# by mypy: Any
reveal_type(xp.linalg.det)  # (x: Any) -> Any
# by mypy: Any
reveal_type(xp.random.shuffle)  # (x: Any, axis: int = 0, seed: int | SeedGenerator | Any | None = None) -> Any
# by mypy: Any
reveal_type(xp.image.rgb_to_hsv)  # (images: Any, data_format: str | None = None) -> Any
# by mypy: Any
reveal_type(xp.numpy.sum)  # (x: Any, axis: int | Sequence[int] | None = None, keepdims: bool = False) -> Any
# by mypy: Any
reveal_type(xp.jit(scaled))  # Jitted[(x: float, times: int), str]
# by mypy: Any
