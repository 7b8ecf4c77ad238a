"""Family random, and the namespace `ops.random`: numbers drawn by each framework's own fast generator.

The same integer seed gives the same numbers on the same backend; different backends draw different numbers.
"""

from __future__ import annotations

from typing import Any

from ops._declare import backend_function, canonical_shape
from ops._types import DtypeLike, Operand, ShapeLike, Tensor
from ops_common import config, dtypes
from ops_common import seed as seeds
from ops_common.backend import Backend
from ops_common.errors import DtypeError, ShapeError
from ops_common.seed import SeedGenerator

__all__ = ["SeedGenerator", "normal", "uniform"]


def _draw(
    backend: Backend, name: str, shape: ShapeLike, parameters: tuple[Operand, Operand], dtype: DtypeLike, seed: Any
) -> Tensor:
    wanted = config.floatx() if dtype is None else dtypes.standardize(dtype)
    sizes = canonical_shape(shape)
    if not dtypes.is_float(wanted):
        raise DtypeError(f"numbers are drawn in a float dtype; got {wanted}")
    if any(size < 0 for size in sizes):
        raise ShapeError(f"sizes are not negative; got {sizes}")
    backend.check_dtype(wanted)
    values = [v if isinstance(v, (int, float)) else backend.to_tensor(v, wanted) for v in parameters]
    return backend.run(f"random.{name}", wanted in backend.fast_dtypes, sizes, *values, wanted, seeds.draw(seed))


@backend_function
def normal(
    backend: Backend,
    shape: ShapeLike,
    mean: Operand = 0.0,
    stddev: Operand = 1.0,
    dtype: DtypeLike = None,
    seed: int | SeedGenerator | None = None,
) -> Tensor:
    """Variates of a normal distribution.

    Args:
        shape: the answer's shape.
        mean: its mean, a number or a tensor that broadcasts to the shape.
        stddev: its standard deviation, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: an integer (the same numbers each time), a SeedGenerator (the next ones), or None (others each time). In a
            jitted function the seed is drawn when the function is traced.

    Raises:
        DtypeError: the dtype is not a float one.
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.shape(ops.random.normal((2, 3), seed=1))
        (2, 3)
    """
    return _draw(backend, "normal", shape, (mean, stddev), dtype, seed)


@backend_function
def uniform(
    backend: Backend,
    shape: ShapeLike,
    minval: Operand = 0.0,
    maxval: Operand = 1.0,
    dtype: DtypeLike = None,
    seed: int | SeedGenerator | None = None,
) -> Tensor:
    """Variates of a uniform distribution over [minval, maxval).

    Args:
        shape: the answer's shape.
        minval: the lower bound, a number or a tensor that broadcasts to the shape.
        maxval: the upper bound, likewise.
        dtype: a float dtype, `floatx` for None.
        seed: see `normal`.

    Raises:
        DtypeError: the dtype is not a float one.
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.dtype(ops.random.uniform((2,), dtype="float16"))
        'float16'
    """
    return _draw(backend, "uniform", shape, (minval, maxval), dtype, seed)
