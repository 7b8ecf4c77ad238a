"""Norms and ranks of matrices."""

from __future__ import annotations

import math
import numbers
from typing import Any

from ops._declaration import canonical_axis, composite, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Operand, Tensor
from ops.core import _is_run_time_size, cast
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.elementwise import abs as absolute
from ops.elementwise import add, equal, greater, imag, maximum, multiply, power, real, sqrt, square, where
from ops.indexing import get_item
from ops.linalg.decompositions import svd
from ops.manipulation import moveaxis
from ops.reduction import amax, amin, narrowed, widened
from ops.reduction import sum as reduce_sum
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "matrix_rank",
    "norm",
]


@composite(dtype=rules.FLOATS, kernel=None, fused=False)  # fused, JAX could not raise for a matrix that is not finite
def matrix_rank(x: Operand, tol: float | None = None) -> Tensor:
    """The rank of a matrix: the number of its singular values that count as nonzero.

    Args:
        x: a matrix, or a stack of them.
        tol: singular values up to this count as zero; by default the largest singular value times the larger size times
            the epsilon of the dtype.

    Returns:
        A tensor of the stack's shape, int32.

    Raises:
        ShapeError: x has rank below 2.
        LinAlgError: x contains NaN or infinity.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.matrix_rank([[1.0, 2.0], [2.0, 4.0]])))
        1
    """
    values = svd(x, False, False)
    limit: Any = tol
    if tol is None:
        epsilon = dtypes.epsilon(dtype_of(values))
        known = [size for size in shape_of(x)[-2:] if size is not None]
        if not isinstance(x, SymbolicTensor) and any(map(_is_run_time_size, sizes_of(x)[-2:])):
            rows, columns = sizes_of(x)[-2:]
            part: Any = multiply(cast(maximum(maximum(rows, columns), 1), dtype_of(values)), epsilon)
        else:
            part = epsilon * max(1, 1, *known)
        limit = multiply(get_item(values, (..., slice(0, 1))), part)
    return reduce_sum(cast(greater(values, limit), "int32"), -1)


_VECTORS_ORDER = "ord of a vector norm must be a number or None"

_MATRIX_ORDERS = ("nuc", 1, -1, 2, -2, math.inf, -math.inf)


@reads(x="rank")
def _norm(x: Any, ord: Any, axis: Any, keepdims: Any) -> tuple[Any, ...]:
    """Returns canonical arguments: the axes as a tuple, and None for an order that is a sum of squares."""
    rank = len(getattr(x, "shape", ()))
    if not (ord is None or isinstance(ord, (str, numbers.Real))):
        raise ArgumentTypeError(f"ord must be a number, 'fro', 'nuc' or None; got {ord!r}")
    axes = shapes.normalize_axes(canonical_axis(axis), rank)
    if axis is None and ord is None:
        return x, None, axes, keepdims
    if len(axes) not in (1, 2):
        raise ShapeError(f"axis must be one axis (vectors) or two axes (matrices); got axis {axis} for rank {rank}")
    if len(axes) == 1:
        if isinstance(ord, str):
            raise ArgumentError(f"{_VECTORS_ORDER}; got {ord!r}")
        return x, None if ord is None or ord == 2 else float(ord), axes, keepdims
    if ord is None or ord == "fro":
        return x, None, axes, keepdims
    if ord not in _MATRIX_ORDERS:
        raise ArgumentError(f"ord of a matrix norm must be 'fro', 'nuc', 1, -1, 2, -2, inf, -inf or None; got {ord!r}")
    return x, ord, axes, keepdims


@composite(dtype=rules.FLOATS, canonical=_norm)
def norm(x: Operand, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The norm of vectors or matrices.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        ord: the order. For vectors: a number p, ``sum(abs(x)**p)**(1/p)``; 0, the number of nonzero elements; inf and
            -inf, the largest and the smallest modulus; None, the same as 2. For matrices: None and "fro", the square
            root of the sum of squares; "nuc", the sum of singular values; 2 and -2, the largest and smallest singular
            value; 1 and -1, the largest and smallest sum of moduli over a column; inf and -inf, over a row.
        axis: the axis of the vectors, or the two axes of the matrices, rows first. None for all of x: x may then have
            any rank if ord is None, and otherwise rank 1 or 2.
        keepdims: whether to keep the reduced axes, with size 1.

    Returns:
        A real tensor in the float dtype (integers in `floatx`). At 0 the gradient of a root of a sum is 0.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or the number of axes is neither 1 nor 2.
        ArgumentError: the order is not defined for vectors, or for matrices.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.norm([3.0, 4.0])))
        5.0
        >>> ops.convert_to_numpy(ops.norm([[3.0, -4.0], [0.0, 2.0]], ord=1, axis=1))
        array([7., 2.], dtype=float32)
    """
    wide = widened(x)
    axes: Any = axis
    if ord is None:
        squares = add(square(real(wide)), square(imag(wide))) if dtypes.is_complex(dtype_of(x)) else square(wide)
        return narrowed(_root(reduce_sum(squares, axes, keepdims), None), x)
    if len(axes) == 1:
        return narrowed(_of_vectors(absolute(wide), ord, axes[0], keepdims), x)
    return narrowed(_of_matrices(wide, ord, axes, keepdims), x)


def _root(total: Any, p: float | None) -> Any:
    """Returns the p-th root of a sum of powers, the square root for None. Its gradient at 0, which would be infinite,
    is 0."""
    zero = equal(total, 0.0)
    base = where(zero, 1.0, total)
    return where(zero, 0.0 if p is None or p > 0 else math.inf, sqrt(base) if p is None else power(base, 1.0 / p))


def _of_vectors(size: Any, p: float, axis: int, keepdims: bool) -> Any:
    if p == math.inf:
        return amax(size, axis, keepdims)
    if p == -math.inf:
        return amin(size, axis, keepdims)
    if p == 0:
        return reduce_sum(cast(greater(size, 0.0), dtype_of(size)), axis, keepdims)
    if p == 1:
        return reduce_sum(size, axis, keepdims)
    # The gradient of a power at 0, which may be infinite, is also set to 0.
    zero = equal(size, 0.0)
    powers = where(zero, 0.0 if p > 0 else math.inf, power(where(zero, 1.0, size), p))
    return _root(reduce_sum(powers, axis, keepdims), p)


def _of_matrices(x: Any, ord: Any, axes: tuple[int, int], keepdims: bool) -> Any:
    if ord in ("nuc", 2, -2):
        values = svd(moveaxis(x, axes, (-2, -1)), False, False)
        if ord == "nuc":
            norms = reduce_sum(values, -1)
        else:
            norms = amax(values, -1) if ord == 2 else amin(values, -1)
        if not keepdims:
            return norms
        index: list[Any] = [None if i in axes else slice(None) for i in range(len(shape_of(x)))]
        return get_item(norms, tuple(index))
    rows, columns = axes
    summed, kept = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = reduce_sum(absolute(x), summed, True)
    norms = amax(sums, kept, True) if ord > 0 else amin(sums, kept, True)
    if keepdims:
        return norms
    return get_item(norms, tuple(0 if i in axes else slice(None) for i in range(len(shape_of(x)))))
