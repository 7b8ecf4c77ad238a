"""Family statistics: averages, medians, quantiles, correlations and the trapezoidal rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ops._declaration import canonical_axis, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import dtype_of as dtype_of_operand
from ops._declaration.operands import operand_of, spec_of
from ops._declaration.roles import Axis, Operand, Tensor
from ops.contraction import matmul
from ops.core import _static_shape as shape_of
from ops.core import cast, ndim
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import zeros
from ops.elementwise import (
    abs,
    add,
    ceil,
    clip,
    divide,
    equal,
    floor,
    greater_equal,
    isfinite,
    isnan,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    sqrt,
    square,
    subtract,
    where,
)
from ops.elementwise import round as round_half_to_even
from ops.indexing import get_item, take, take_along_axis
from ops.manipulation import diff, expand_dims, moveaxis, reshape, transpose
from ops.reduction import any as any_of
from ops.reduction import mean, narrowed, widened
from ops.reduction import sum as reduce_sum
from ops.sorting import sort
from ops_common import dtypes, shapes
from ops_common.algorithms import quantiles
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.arguments import canonical_bool
from ops_common.tensors.variable import Variable

__all__ = [
    "average",
    "corrcoef",
    "median",
    "nanmedian",
    "nanpercentile",
    "nanquantile",
    "percentile",
    "quantile",
    "trapezoid",
]


def _aligned_weights(weights: Any, shape: shapes.Shape, axis: Any) -> Any:
    """Returns weights of the reduced axes in a shape that broadcasts with the tensor; others must have its shape."""
    own = shape_of(weights)
    if len(own) == len(shape):
        if any(a is not None and b is not None and a != b for a, b in zip(own, shape, strict=True)):
            raise ShapeError(f"weights of shape {own} do not fit a tensor of shape {shape}")
        return weights
    if axis is None:
        raise ShapeError(f"weights of shape {own} need an axis argument, as the tensor has shape {shape}")
    axes = shapes.normalize_axes(axis, len(shape))
    if len(own) != len(axes) or any(
        size is not None and shape[a] is not None and size != shape[a] for size, a in zip(own, axes, strict=True)
    ):
        raise ShapeError(f"weights of shape {own} do not fit axis {axis} of a tensor of shape {shape}")
    order = tuple(sorted(range(len(axes)), key=axes.__getitem__))
    ordered = transpose(weights, order) if len(order) > 1 else weights
    return expand_dims(ordered, tuple(a for a in range(len(shape)) if a not in axes))


@composite(dtype=rules.FLOATS)
def average(x: Operand, axis: Axis = None, weights: Operand | None = None) -> Tensor:
    """The weighted mean of the elements along axes: ``sum(x * weights) / sum(weights)``; without weights, `mean`.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        axis: an axis or several; None for all.
        weights: numbers, in x's shape or in the shape of the reduced axes, in their order. Where their sum is zero, the
            result is not finite.

    Returns:
        A tensor of the float dtype that x and the weights promote to.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or the weights do not fit.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.average([[1, 2], [3, 5]], axis=1, weights=[1, 1]))
        array([1.5, 4. ], dtype=float32)
    """
    if weights is None:
        return mean(x, axis)
    factors = _aligned_weights(widened(weights), shape_of(x), axis)
    weighted = reduce_sum(multiply(widened(x), factors), axis)
    return narrowed(divide(weighted, reduce_sum(factors, axis)), x)


def _level(q: Any, most: float) -> Any:
    """Returns a level from 0 to 1, or nested tuples of levels, from numbers between 0 and ``most``."""
    if isinstance(q, (list, tuple)):
        parts = tuple(_level(item, most) for item in q)  # type: ignore[misc]  # q nests to any depth, which the type system cannot express
        if len({quantiles.levels(part)[1] for part in parts}) > 1:
            raise ShapeError(f"q must not be ragged; got {q!r}")
        return parts
    if isinstance(q, (int, float)):
        if not 0 <= q <= most:
            raise ArgumentError(f"q must be between 0 and {most}; got {q}")
        return q / most
    return _level(_listed(q), most)


def _listed(q: Any) -> Any:
    """Returns an array or tensor as nested lists of numbers."""
    values = q.numpy() if not hasattr(q, "tolist") and hasattr(q, "numpy") else q  # a TensorFlow tensor
    try:
        return values.tolist()
    except Exception as error:
        raise ArgumentTypeError(
            f"q must be a number, a list, an array or a tensor whose values are known; got {q!r}"
        ) from error


def _checked(most: float) -> Any:
    @reads()
    def canonical(x: Any, q: Any, axis: Any, method: Any, keepdims: bool) -> tuple[Any, ...]:
        if method not in quantiles.METHODS:
            raise ArgumentError(f"method must be one of {', '.join(quantiles.METHODS)}; got {method!r}")
        return x, _level(q, most), axis, method, keepdims

    return canonical


@composite(kernel=None)
def _at_levels(x: Operand, q: Operand, axis: Axis, method: str, keepdims: bool, skip_nan: bool) -> Tensor:
    """Returns the quantiles at levels from 0 to 1 whose values are unknown; NaN for levels out of that range."""
    dtype = dtypes.to_float(dtype_of(x))
    compute = "float32" if dtype in ("float16", "bfloat16") else dtype
    sizes, shape, q_sizes = sizes_of(x), shape_of(x), sizes_of(q)
    kept, reduced = quantiles.axes(len(shape), axis)  # type: ignore[arg-type]  # canonical
    rows = reshape(transpose(cast(x, compute), kept + reduced), (*(sizes[a] for a in kept), -1))
    if any(shape[a] == 0 for a in reduced):
        rows = zeros((*(sizes[a] for a in kept), 1), compute)
        rows = add(rows, math.nan)
    levels = reshape(cast(q, compute), (-1,))
    is_nan = isnan(rows)
    if skip_nan:
        last = maximum(subtract(reduce_sum(cast(logical_not(is_nan), "int32"), -1, keepdims=True), 1), 0)
    else:
        last = subtract(sizes_of(rows)[-1], 1)
    low, high, weight = quantiles.places(multiply(cast(last, compute), levels), method, floor, ceil, round_half_to_even)
    first, second = (_element(sort(rows, -1), place, last, skip_nan) for place in (low, high))
    if weight is not None:
        distance = subtract(second, first)
        mixed = add(multiply(first, subtract(1.0, weight)), multiply(second, weight))
        between = where(isfinite(distance), add(first, multiply(distance, weight)), mixed)
        first = where(equal(weight, 0.0), first, between)
    is_undefined = logical_not(logical_and(greater_equal(levels, 0.0), less_equal(levels, 1.0)))
    if not skip_nan:
        is_undefined = logical_or(is_undefined, any_of(is_nan, -1, keepdims=True))
    values = moveaxis(where(is_undefined, math.nan, first), -1, 0)
    rest = (1 if a in reduced else size for a, size in enumerate(sizes)) if keepdims else (sizes[a] for a in kept)
    return cast(reshape(values, (*q_sizes, *rest)), dtype)


def _element(ordered: Any, place: Any, last: Any, skip_nan: bool) -> Any:
    """Returns the elements at places along the last axis, which are the same or differ for each row."""
    index = minimum(maximum(cast(place, "int32"), 0), last)
    return take_along_axis(ordered, index, -1) if skip_nan else take(ordered, index, -1)


def _of_unknown(most: float, skip_nan: bool) -> Callable[..., Any]:
    """Returns a function for calls whose levels are a tensor without known values."""

    def compute(backend: Backend, x: Any, q: Any, axis: Any, method: Any, keepdims: Any) -> Any:
        levels = q.value if isinstance(q, Variable) else q
        is_traced = backend.kernels.get("control.is_traced")
        if not isinstance(levels, SymbolicTensor) and (
            not backend.is_tensor(levels) or is_traced is None or not is_traced([levels])
        ):
            return NotImplemented
        if method not in quantiles.METHODS:
            raise ArgumentError(f"method must be one of {', '.join(quantiles.METHODS)}; got {method!r}")
        operand = operand_of(backend, x)
        dtype = rules.REAL_FLOATS.compute([dtype_of_operand(backend, operand)])  # type: ignore[misc]  # it has a rule
        if isinstance(levels, SymbolicTensor) or isinstance(operand, SymbolicTensor):
            shape = spec_of(backend, operand).shape
            sizes = shapes.reduce(shape, canonical_axis(axis), canonical_bool(keepdims))
            return SymbolicTensor((*spec_of(backend, levels).shape, *sizes), dtype)
        names = backend.bound
        levels = names.core_cast(levels, dtypes.to_float(dtype_of_operand(backend, levels)))
        if most != 1:
            levels = names.elementwise_divide(levels, most)
        return names.statistics__at_levels(operand, levels, axis, method, keepdims, skip_nan)

    return compute


def _between(x: Any, q: Any, axis: shapes.Axis, method: str, keepdims: bool) -> shapes.Shape:
    return (*quantiles.levels(q)[1], *shapes.reduce(x.shape, axis, keepdims))


@primitive(
    dtype=rules.REAL_FLOATS,
    shape=_between,
    canonical=_checked(1),
    instead=_of_unknown(1, skip_nan=False),
)
def quantile(x: Operand, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """The quantiles of the elements along axes: the values at position ``q * (n - 1)`` of n sorted elements.

    Args:
        x: real numbers; float16 and bfloat16 are computed in float32.
        q: a number from 0 to 1, or a list, array or tensor of them. The values of a traced tensor are not checked: the
            result is NaN where they are out of range.
        axis: an axis or several; None for all.
        method: how to choose a value between two elements: "linear" (interpolated), "lower", "higher", "midpoint" or
            "nearest" (of two equally near elements, the one with the even index).
        keepdims: whether to keep the reduced axes, with size 1.

    Returns:
        A tensor of the float dtype (integers in `floatx`), with q's axes before the remaining axes of x. NaN where the
        elements include NaN or there are none.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or q is ragged.
        ArgumentError: q is not between 0 and 1, or the method is unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.quantile([[1, 2, 3], [4, 6, 9]], [0.5, 0.75], axis=1))
        array([[2. , 6. ],
               [2.5, 7.5]], dtype=float32)
    """
    ...


@primitive(
    dtype=rules.REAL_FLOATS,
    shape=_between,
    canonical=_checked(1),
    instead=_of_unknown(1, skip_nan=True),
)
def nanquantile(x: Operand, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`quantile` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or q is ragged.
        ArgumentError: q is not between 0 and 1, or the method is unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanquantile([[1.0, 2.0, float("nan")], [4.0, 6.0, 9.0]], 0.5, axis=1))
        array([1.5, 6. ], dtype=float32)
    """
    ...


@primitive(
    dtype=rules.REAL_FLOATS,
    shape=_between,
    canonical=_checked(100),
    kernel="quantile",
    instead=_of_unknown(100, skip_nan=False),
)
def percentile(x: Operand, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`quantile` with q in percent, from 0 to 100.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or q is ragged.
        ArgumentError: q is not between 0 and 100, or the method is unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.percentile([1, 2, 3, 4, 5], [25, 50]))
        array([2., 3.], dtype=float32)
    """
    ...


@primitive(
    dtype=rules.REAL_FLOATS,
    shape=_between,
    canonical=_checked(100),
    kernel="nanquantile",
    instead=_of_unknown(100, skip_nan=True),
)
def nanpercentile(x: Operand, q: Any, axis: Axis = None, method: str = "linear", keepdims: bool = False) -> Tensor:
    """`percentile` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or repeated, or q is ragged.
        ArgumentError: q is not between 0 and 100, or the method is unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanpercentile([1.0, 2.0, float("nan"), 4.0], [50, 75]))
        array([2., 3.], dtype=float32)
    """
    ...


@composite(dtype=rules.REAL_FLOATS)
def median(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The median of the elements along axes: the middle one, or the mean of the middle two.

    Args:
        x: real numbers; float16 and bfloat16 are computed in float32.
        axis: an axis or several; None for all.
        keepdims: whether to keep the reduced axes, with size 1.

    Returns:
        A tensor of the float dtype (integers in `floatx`). NaN where the elements include NaN or there are none.

    Raises:
        ShapeError: an axis is out of bounds or repeated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.median([[1, 2, 9], [4, 6, 5]], axis=1))
        array([2., 5.], dtype=float32)
    """
    return quantile(x, 0.5, axis, "linear", keepdims)


@composite(dtype=rules.REAL_FLOATS)
def nanmedian(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`median` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or repeated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmedian([[1.0, 2.0, float("nan")], [4.0, 6.0, 5.0]], axis=1))
        array([1.5, 5. ], dtype=float32)
    """
    return nanquantile(x, 0.5, axis, "linear", keepdims)


@composite(dtype=rules.FLOATS)
def corrcoef(x: Operand) -> Tensor:
    """The Pearson correlation coefficients of the rows of a matrix.

    Args:
        x: a matrix with a variable in each row and an observation in each column; rank 1 is a single variable.

    Returns:
        A square matrix in the float dtype (integers in `floatx`); of rank 0 for a single variable. NaN where a variable
        is constant. float16 and bfloat16 are computed in float32.

    Raises:
        ShapeError: x does not have rank 1 or 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.corrcoef([[1, 3, 3, 1], [3, 1, 1, 3]]))
        array([[ 1., -1.],
               [-1.,  1.]], dtype=float32)
    """
    dtype = dtype_of(x)
    rank = len(shape_of(x))
    if rank not in (1, 2):
        raise ShapeError(f"x must have rank 1 or 2; got shape {shape_of(x)}")
    rows = x if rank == 2 else expand_dims(x, 0)
    if dtype in ("float16", "bfloat16"):
        rows = cast(rows, "float32")
    rows = subtract(rows, mean(rows, -1, True))
    rows = divide(rows, sqrt(reduce_sum(square(abs(rows)), -1, True)))
    if dtype in dtypes.COMPLEX:
        # Conjugate by subtracting twice the imaginary part.
        real = cast(rows, "float64" if dtype == "complex128" else "float32")
        products = matmul(rows, transpose(subtract(rows, multiply(subtract(rows, real), 2.0))))
    else:
        products = clip(matmul(rows, transpose(rows)), -1.0, 1.0)
    return cast(products if rank == 2 else reshape(products, ()), dtype)


@composite(dtype=rules.FLOATS)
def trapezoid(y: Operand, x: Operand | None = None, dx: Operand = 1.0, axis: int = -1) -> Tensor:
    """The integral along an axis by the trapezoidal rule.

    Args:
        y: values of the function.
        x: the points of these values, in y's shape or of rank 1 along the axis; None for equal distances.
        dx: the distance between neighbouring points if x is None.
        axis: the axis.

    Returns:
        A tensor without the axis, in the float dtype that y and x promote to (integers in `floatx`).

    Raises:
        ShapeError: the axis is out of bounds, or x does not fit y.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.trapezoid([1, 2, 3], dx=2)))
        8.0
    """
    rank = ndim(y)
    at = shapes.normalize_axis(axis, rank)
    if x is None and ndim(dx) == 0:
        integral = _unit_trapezoid(y, at)
        return integral if type(dx) is float and dx == 1.0 else multiply(integral, dx)
    leading = (slice(None),) * at
    sums = add(get_item(y, (*leading, slice(1, None))), get_item(y, (*leading, slice(None, -1))))
    if x is None:
        distances = dx
    elif ndim(x) == 1:
        distances = reshape(diff(x), (-1,) + (1,) * (rank - 1 - at))
    else:
        distances = diff(x, 1, axis)
    return divide(reduce_sum(multiply(distances, sums), at), 2.0)


@composite(dtype=rules.FLOATS, kernel="unit_trapezoid")
def _unit_trapezoid(y: Operand, axis: int) -> Tensor:
    """Returns the integral over points at distances of 1."""
    leading = (slice(None),) * axis
    size = shape_of(y)[axis]
    if size is None or size < 2:
        sums = add(get_item(y, (*leading, slice(1, None))), get_item(y, (*leading, slice(None, -1))))
        return divide(reduce_sum(sums, axis), 2.0)
    ends = add(get_item(y, (*leading, 0)), get_item(y, (*leading, -1)))
    return add(reduce_sum(get_item(y, (*leading, slice(1, -1))), axis), divide(ends, 2.0))


def __dir__() -> list[str]:
    return sorted(__all__)
