"""Family reduction: reductions and cumulative functions along axes."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, Mask, Operand, Tensor
from ops.core import cast, stop_gradient
from ops.core import dtype as dtype_of
from ops.elementwise import (
    abs,
    add,
    divide,
    equal,
    exp,
    isclose,
    isfinite,
    isnan,
    log,
    logical_not,
    nan_to_num,
    not_equal,
    sqrt,
    square,
    subtract,
    where,
)
from ops.manipulation import squeeze
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.runtime.backend import short

__all__ = [
    "all",
    "allclose",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "cumprod",
    "cumsum",
    "logsumexp",
    "max",
    "mean",
    "min",
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "prod",
    "ptp",
    "std",
    "sum",
    "var",
]


def _reduced(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    return shapes.reduce(x.shape, axis, keepdims)


def _extreme(x: Any, axis: shapes.Axis, keepdims: bool, initial: Any = None) -> shapes.Shape:
    if initial is not None and (not hasattr(initial, "__float__") or getattr(initial, "shape", ()) != ()):
        raise ArgumentTypeError(f"initial is a number or None; got {short(initial)}")
    if initial is None and 0 in (x.shape[a] for a in shapes.normalize_axes(axis, len(x.shape))):
        raise ShapeError(f"there is no largest or smallest element along axis {axis} of shape {x.shape}: it is empty")
    return shapes.reduce(x.shape, axis, keepdims)


@primitive(dtype=rules.ACCUMULATE, shape=_reduced)
def sum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The sum of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are summed as int32, uint8 and uint16 as uint32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sum([[1, 2], [3, 4]], axis=0))
        array([4, 6], dtype=int32)
    """
    ...


@primitive(dtype=rules.ACCUMULATE, shape=_reduced, kernel="prod")
def _product(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`prod` without a dtype argument; implemented by the kernels."""
    ...


@composite(kernel=None)
def prod(x: Operand, axis: Axis = None, keepdims: bool = False, dtype: Any = None) -> Tensor:
    """The product of the elements along axes.

    Args:
        x: numbers; bool, int8 and int16 are multiplied as int32, uint8 and uint16 as uint32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.
        dtype: the dtype of the computation; None for x's dtype, as above.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.prod([[1, 2], [3, 4]], axis=0))
        array([3, 8], dtype=int32)
    """
    if dtype is None:
        return _product(x, axis, keepdims)
    return cast(_product(cast(x, dtype), axis, keepdims), dtype)


@primitive(dtype=rules.FLOATS, shape=_reduced)
def mean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The arithmetic mean along axes, in the float dtype (`floatx` for integers); NaN if there are no elements.

    Args:
        x: numbers; float16 and bfloat16 are summed in float32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.mean([[1, 2], [3, 4]], axis=1))
        array([1.5, 3.5], dtype=float32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_extreme)
def max(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The largest element along axes; NaN if any element is NaN.

    Args:
        x: real numbers or bools.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.
        initial: a number to include in the reduction, so that an empty axis is allowed.

    Raises:
        ShapeError: an axis is out of bounds or duplicated, or empty without an initial value.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.max([[1, 2], [3, 4]], axis=0))
        array([3, 4], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_extreme)
def min(x: Operand, axis: Axis = None, keepdims: bool = False, initial: Any = None) -> Tensor:
    """The smallest element along axes; NaN if any element is NaN. See `max`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.min([[1, 2], [3, 4]], axis=0))
        array([1, 2], dtype=int32)
    """
    ...


@composite(dtype=rules.ORDERED)
def amax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The same as `max` without an initial value.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.amax([[1, 2], [3, 4]])))
        4
    """
    return max(x, axis, keepdims)


@composite(dtype=rules.ORDERED)
def amin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The same as `min` without an initial value.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.amin([[1, 2], [3, 4]])))
        1
    """
    return min(x, axis, keepdims)


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def any(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether any element along the axes is true; nonzero numbers are true.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.any([[True, False], [False, False]], axis=1))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_reduced)
def all(x: Mask, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Whether all elements along the axes are true; nonzero numbers are true.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.all([[True, True], [False, True]], axis=1))
        array([ True, False])
    """
    ...


@composite(dtype=rules.TEST_FLOATS)
def allclose(x1: Operand, x2: Operand, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether all elements of x1 and x2 are equal within a tolerance, as a bool of rank 0; see `isclose`.

    Args:
        x1: numbers.
        x2: the numbers that the relative tolerance refers to.
        rtol: the relative tolerance.
        atol: the absolute tolerance.
        equal_nan: whether NaN is close to NaN.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> bool(ops.allclose([1.0, 2.0], [1.000001, 2.0]))
        True
    """
    return all(isclose(x1, x2, rtol, atol, equal_nan))


def _index(x: Any, axis: Any, keepdims: bool) -> shapes.Shape:
    if isinstance(axis, tuple):
        raise ArgumentTypeError(f"an index is of one axis, or of the flattened tensor for None; got {axis!r}")
    return _extreme(x, axis, keepdims)


@primitive(dtype=rules.INDEX_OF, shape=_index)
def argmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first largest element, as int32; if there are NaNs, that of the first NaN.

    Args:
        x: real numbers or bools.
        axis: one axis; None for the index in the flattened tensor.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argmax([[1, 5], [7, 4]], axis=1))
        array([1, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.INDEX_OF, shape=_index)
def argmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first smallest element, as int32; see `argmax`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argmin([[1, 5], [7, 4]], axis=1))
        array([0, 1], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def count_nonzero(x: Operand, axis: Axis = None) -> Tensor:
    """The number of nonzero elements along axes, as int32; NaN is nonzero.

    Args:
        x: numbers or bools.
        axis: one axis or several; None for all.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.count_nonzero([[0, 1], [2, 3]], axis=0))
        array([1, 2], dtype=int32)
    """
    return sum(x if dtype_of(x) == "bool" else not_equal(x, 0), axis)


@composite(dtype=rules.ORDERED_NUMBERS)
def ptp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The largest minus the smallest element along axes ("peak to peak"); NaN if any element is NaN.

    The result has x's dtype, so differences of integers may wrap around; bools must be cast first.

    Args:
        x: real numbers.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ptp([[1, 3], [4, 0]], axis=1))
        array([2, 4], dtype=int32)
    """
    return subtract(max(x, axis, keepdims), min(x, axis, keepdims))


_HALF = ("float16", "bfloat16")


def widened(x: Any) -> Any:
    """The tensor in its accumulation dtype: float32 for float16 and bfloat16."""
    return cast(x, "float32") if dtype_of(x) in _HALF else x


def narrowed(answer: Any, x: Any) -> Any:
    """A result computed from `widened(x)`, cast back to x's dtype."""
    return cast(answer, dtype_of(x)) if dtype_of(x) in _HALF else answer


def _squared(distance: Any) -> Any:
    return square(abs(distance)) if dtype_of(distance) in dtypes.COMPLEX else square(distance)


@composite(dtype=rules.FLOATS)
def var(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The variance along axes: the mean of the squared deviations from the mean, ``mean(abs(x - mean(x))**2)``.

    Args:
        x: numbers; integers are cast to `floatx`, float16 and bfloat16 are summed in float32.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Returns:
        A tensor of the float dtype, real for complex numbers; NaN if there are no elements.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.var([[1, 3], [4, 4]], axis=1))
        array([1., 0.], dtype=float32)
    """
    wide = widened(x)
    distance = subtract(wide, mean(wide, axis, True))
    return narrowed(mean(_squared(distance), axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def std(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The standard deviation along axes: the square root of the variance; see `var`.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.std([[1, 3], [4, 4]], axis=1))
        array([1., 0.], dtype=float32)
    """
    return narrowed(_root(var(widened(x), axis, keepdims)), x)


def _root(variance: Any) -> Any:
    """The square root with gradient 0 at 0, where all elements are equal."""
    zero = equal(variance, 0)
    return where(zero, 0, sqrt(where(zero, 1, variance)))


@composite(dtype=rules.REAL_FLOATS)
def logsumexp(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The logarithm of the sum of exponentials along axes, without intermediate overflow.

    Args:
        x: real numbers.
        axis: one axis or several; None for all.
        keepdims: whether to keep the reduced axes with size 1.

    Returns:
        A tensor in the float dtype (`floatx` for integers); minus infinity if there are no elements.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logsumexp([[1000.0], [-float("inf")]], axis=1))
        array([1000.,  -inf], dtype=float32)
    """
    wide = widened(x)
    top = max(wide, axis, True, -math.inf)
    # An infinite maximum is not subtracted: infinity minus infinity is NaN.
    top = stop_gradient(where(isfinite(top), top, 0))
    answer = add(log(sum(exp(subtract(wide, top)), axis, True)), top)
    return narrowed(answer if keepdims else sum(answer, axis), x)


def _running(x: Any, axis: Any) -> shapes.Shape:
    if axis is None:
        return (shapes.size(x.shape),)
    if not isinstance(axis, int):
        raise ArgumentTypeError(f"the elements are accumulated along one axis; got {axis!r}")
    shapes.normalize_axis(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.NUMBERS, shape=_running, kernel="cumsum")
def _running_sum(x: Operand, axis: Axis = None) -> Tensor:
    """`cumsum` without a dtype argument; implemented by the kernels."""
    ...


@primitive(dtype=rules.NUMBERS, shape=_running, kernel="cumprod")
def _running_product(x: Operand, axis: Axis = None) -> Tensor:
    """`cumprod` without a dtype argument; implemented by the kernels."""
    ...


@composite(kernel=None)
def cumsum(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """The cumulative sum of the elements along an axis.

    Args:
        x: numbers; bools are summed as int32, other dtypes are kept. float16 and bfloat16 are summed in float32.
        axis: one axis; None for the flattened tensor.
        dtype: the dtype of the computation; None for x's dtype.

    Returns:
        A tensor of x's shape; of rank 1 for axis None.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cumsum([[1, 2], [3, 4]], axis=1))
        array([[1, 3],
               [3, 7]], dtype=int32)
    """
    if dtype is None:
        return _running_sum(x, axis)
    return cast(_running_sum(cast(x, dtype), axis), dtype)


@composite(kernel=None)
def cumprod(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """The cumulative product of the elements along an axis; see `cumsum`.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cumprod([[1, 2], [3, 4]], axis=1))
        array([[ 1,  2],
               [ 3, 12]], dtype=int32)
    """
    if dtype is None:
        return _running_product(x, axis)
    return cast(_running_product(cast(x, dtype), axis), dtype)


# --- reductions that ignore NaN


def _without_nan(x: Any, instead: float) -> Any:
    """The tensor with NaN replaced by a number; integers are unchanged."""
    if dtype_of(x) in dtypes.COMPLEX:  # nan_to_num replaces real and imaginary parts separately
        return where(isnan(x), instead, x)
    return nan_to_num(x, instead, math.inf, -math.inf) if dtype_of(x) in dtypes.FLOATS else x


@composite(kernel=None)
def nancumsum(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """`cumsum` with NaN treated as 0.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nancumsum([1.0, float("nan"), 3.0]))
        array([1., 1., 4.], dtype=float32)
    """
    return cumsum(_without_nan(x, 0), axis, dtype)


@composite(kernel=None)
def nancumprod(x: Operand, axis: Axis = None, dtype: Any = None) -> Tensor:
    """`cumprod` with NaN treated as 1.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nancumprod([2.0, float("nan"), 3.0]))
        array([2., 2., 6.], dtype=float32)
    """
    return cumprod(_without_nan(x, 1), axis, dtype)


@composite(dtype=rules.ACCUMULATE)
def nansum(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`sum` with NaN treated as 0.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nansum([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 5.], dtype=float32)
    """
    return sum(_without_nan(x, 0), axis, keepdims)


@composite(dtype=rules.ACCUMULATE)
def nanprod(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`prod` with NaN treated as 1.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanprod([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 6.], dtype=float32)
    """
    return _product(_without_nan(x, 1), axis, keepdims)


def _mean_of_numbers(numbers: Any, nan: Any, axis: Any, keepdims: bool) -> Any:
    """The mean of the elements that are not NaN, given numbers with NaN replaced by 0; NaN (0 / 0) if all are NaN."""
    count = cast(sum(logical_not(nan), axis, keepdims), dtype_of(numbers))
    return divide(sum(numbers, axis, keepdims), count)


@composite(dtype=rules.FLOATS)
def nanmean(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`mean` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmean([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1. , 2.5], dtype=float32)
    """
    nan = isnan(x)
    return narrowed(_mean_of_numbers(where(nan, 0, widened(x)), nan, axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def nanvar(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`var` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanvar([[1.0, float("nan")], [1.0, 3.0]], axis=1))
        array([0., 1.], dtype=float32)
    """
    nan = isnan(x)
    numbers = where(nan, 0, widened(x))
    # This excludes NaN from the gradient as well.
    distance = where(nan, 0, subtract(numbers, _mean_of_numbers(numbers, nan, axis, True)))
    return narrowed(_mean_of_numbers(_squared(distance), nan, axis, keepdims), x)


@composite(dtype=rules.FLOATS)
def nanstd(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`std` of the elements that are not NaN; NaN where there are none.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanstd([[1.0, float("nan")], [1.0, 3.0]], axis=1))
        array([0., 1.], dtype=float32)
    """
    return narrowed(_root(nanvar(widened(x), axis, keepdims)), x)


@composite(dtype=rules.ORDERED)
def nanmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`max` of the elements that are not NaN; NaN where all elements are NaN.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmax([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 3.], dtype=float32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return max(x, axis, keepdims)
    nan = isnan(x)
    return where(all(nan, axis, keepdims), math.nan, max(where(nan, -math.inf, x), axis, keepdims))


@composite(dtype=rules.ORDERED)
def nanmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """`min` of the elements that are not NaN; NaN where all elements are NaN.

    Raises:
        ShapeError: an axis is out of bounds, duplicated or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanmin([[1.0, float("nan")], [2.0, 3.0]], axis=1))
        array([1., 2.], dtype=float32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return min(x, axis, keepdims)
    nan = isnan(x)
    return where(all(nan, axis, keepdims), math.nan, min(where(nan, math.inf, x), axis, keepdims))


def _place(x: Any, found: Any, axis: Any, keepdims: bool) -> Any:
    """The index of the first element equal to `found`, -1 where `found` is NaN (NaN does not equal itself)."""
    place = argmax(equal(x, found), axis, keepdims)
    if not keepdims:
        found = squeeze(found, axis)
    return where(isnan(found), -1, place)


@composite(dtype=rules.ORDERED)
def nanargmax(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first largest element that is not NaN, as int32; -1 where all elements are NaN.

    Args:
        x: real numbers or bools.
        axis: one axis; None for the index in the flattened tensor.
        keepdims: whether to keep the reduced axes with size 1.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanargmax([[float("nan"), 5.0], [7.0, 4.0]], axis=1))
        array([1, 0], dtype=int32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return argmax(x, axis, keepdims)
    return _place(x, nanmax(x, axis, True), axis, keepdims)


@composite(dtype=rules.ORDERED)
def nanargmin(x: Operand, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """The index of the first smallest element that is not NaN, as int32; see `nanargmax`.

    Raises:
        ShapeError: the axis is out of bounds, or empty.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nanargmin([[float("nan"), 5.0], [7.0, 4.0]], axis=1))
        array([1, 1], dtype=int32)
    """
    if dtype_of(x) not in dtypes.FLOATS:
        return argmin(x, axis, keepdims)
    return _place(x, nanmin(x, axis, True), axis, keepdims)
