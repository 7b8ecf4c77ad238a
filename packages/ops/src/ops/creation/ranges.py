"""Numbers from a start to an end."""

from __future__ import annotations

from typing import Any

from ops._declaration import backend_function, check_count, composite
from ops._declaration.roles import DtypeLike, Operand, Size, Tensor
from ops.core import _on_device_of, cast, convert_to_tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.creation.filling import _run
from ops.creation.numbers import NUMBERS, promoted_dtype
from ops.elementwise import (
    abs,
    add,
    divide,
    equal,
    floor,
    greater,
    logical_and,
    maximum,
    multiply,
    power,
    sign,
    sqrt,
    subtract,
    where,
)
from ops.manipulation import concatenate, expand_dims, reshape, transpose
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.shapes import normalize_axis
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes

__all__ = [
    "arange",
    "geomspace",
    "linspace",
    "logspace",
]


@backend_function
def arange(backend: Backend, start: Any, stop: Any = None, step: Any = None, dtype: DtypeLike = None) -> Tensor:
    """Evenly spaced numbers: ``start, start + step, ...`` up to, and without, ``stop``.

    Args:
        start: the first number; if `stop` is omitted, the end, and the first number is 0.
        stop: the end, which is not included.
        step: the spacing; 1 for None.
        dtype: the dtype; None for the dtype that start, stop and step promote to.

    Returns:
        A tensor of rank 1.

    Raises:
        ArgumentError: the step is zero.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arange(1, 7, 2))
        array([1, 3, 5], dtype=int32)
    """
    if type(dtype) is str and dtype in backend.fast_dtypes and _are_small(start, stop, step):
        return backend.kernels["creation.arange"](start, stop, step, dtype)
    numbers_given = [value for value in (start, stop, step) if value is not None]
    for value in numbers_given:
        if isinstance(value, SymbolicTensor):
            raise ArgumentTypeError(
                "start, stop and step must be numbers, not symbolic tensors: the length depends on them"
            )
    # In an outline, the size of an axis may be None: as start, or as stop after a start of 0.
    if stop is None and (start is None or (type(start) is int and start == 0)) and scopes.current().outline:
        return SymbolicTensor((None,), dtype or promoted_dtype([0]))
    numbers = [_number(backend, value) for value in numbers_given]
    if dtype is None:
        dtype = promoted_dtype(numbers_given)
        dtype = "int32" if dtype == "bool" else dtype
    name = dtypes.standardize(dtype)
    first, last = (0, numbers[0]) if stop is None else numbers[:2]
    distance = 1 if step is None else numbers[-1]
    if type(distance) in NUMBERS and distance == 0:
        raise ArgumentError("step must not be zero")
    if name in dtypes.INTEGERS:
        for number in (first, last, distance):
            if type(number) is int:
                dtypes.check_range(number, "uint64" if name == "uint64" and number >= 0 else "int64")
    return _run(backend, "arange", name, first, last, distance)


_SMALL = 1 << 31


def _are_small(start: Any, stop: Any, step: Any) -> bool:
    """Returns whether a range is given by ints that need no check."""
    return (
        type(start) is type(stop) is type(step) is int
        and step != 0
        and -_SMALL <= start < _SMALL
        and -_SMALL <= stop < _SMALL
        and -_SMALL <= step < _SMALL
    )


def _number(backend: Backend, value: Any) -> Any:
    if isinstance(value, NUMBERS) or backend.is_size(value):
        return value
    array = backend.core.convert_to_numpy(backend.to_tensor(value))
    if array.ndim:
        raise ShapeError(f"start, stop and step must be numbers; got a tensor of shape {array.shape}")
    return array.item()


@composite()
def linspace(
    start: Operand,
    stop: Operand,
    num: Size = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Evenly spaced numbers over an interval.

    Args:
        start: the first number, or a tensor of first numbers.
        stop: the last number, or a tensor; broadcasts with start.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last number; if not, the interval excludes it.
        retstep: whether to return the spacing as well.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded down.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num; with `retstep`, a tuple of that tensor and the spacing.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start and stop do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.linspace(0, 1, 5))
        array([0.  , 0.25, 0.5 , 0.75, 1.  ], dtype=float32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    values = _line(start, stop, num, endpoint, name, axis)
    if not retstep:
        return values
    return values, cast(divide(subtract(stop, start), _gaps(num, endpoint, dtype_of(start))), name)


# The three series are separate ops with tensor ends, so that a backend that compiles bodies fuses each into one loop.
@composite(kernel="line")
def _line(start: Operand, stop: Operand, num: Size, endpoint: bool, dtype: DtypeLike, axis: int) -> Tensor:
    values = _spaced(start, stop, num, endpoint)
    return _with_axis_at(values if dtype in dtypes.INEXACT else floor(values), str(dtype), axis)


_MANY = 1 << 12

_SMALL_FLOATS = ("bfloat16", "float16", *dtypes.FLOAT8)


def _interval(start: Operand, stop: Operand, num: Any, dtype: Any) -> tuple[Any, Any, Any, str]:
    """Returns both ends as tensors of the dtype of the computation, the checked num, and the dtype of the result.

    Small floats represent few integers exactly, so they are computed in float32; integers are computed in float64.
    """
    num = check_count(num, "num")
    name = dtypes.to_float(promoted_dtype((start, stop))) if dtype is None else dtypes.standardize(dtype)
    working = "float32" if name in _SMALL_FLOATS else name if name in dtypes.INEXACT else "float64"
    return convert_to_tensor(start, working), convert_to_tensor(stop, working), num, name


def _gaps(num: Any, endpoint: bool, dtype: str) -> Any:
    """Returns the number of spaces between the numbers: a float, or a tensor of this dtype for a run-time size."""
    if isinstance(num, int):
        return float(max(num - 1 if endpoint else num, 1))
    return cast(maximum(subtract(num, 1) if endpoint else num, 1), dtype)


def _may_exceed_1(num: Any) -> bool:
    return not isinstance(num, int) or num > 1


def _positions(num: Any, step: Tensor) -> Tensor:
    """Returns the numbers 0, 1, 2, ... in the dtype of `step`, along a new first axis before its axes."""
    dtype = dtype_of(step)
    places = cast(arange(num), dtype) if dtype in dtypes.COMPLEX else arange(num, dtype=dtype)
    return reshape(_on_device_of(places, step), (num,) + (1,) * len(shape_of(step)))


def _spaced(start: Tensor, stop: Tensor, num: Any, endpoint: bool) -> Tensor:
    """Evenly spaced numbers along a new first axis."""
    # Multiples of a step, as in NumPy: with an integer step all integer values are exact.
    step = divide(subtract(stop, start), _gaps(num, endpoint, dtype_of(start)))
    places = _positions(num, step)
    values = add(multiply(places, expand_dims(step, 0)), start)
    return _with_exact_end(values, places, stop, num) if endpoint and _may_exceed_1(num) else values


def _with_exact_end(values: Tensor, places: Tensor, stop: Tensor, num: Any) -> Tensor:
    """Returns the values with the last one set to `stop` exactly, whatever the rounding errors."""
    if not isinstance(num, int):
        # A single number is the start.
        is_end = logical_and(greater(places, 0.0), equal(places, cast(subtract(num, 1), dtype_of(places))))
        return where(is_end, stop, values)
    split = num - 1 if num > _MANY else 0  # compare only the last of many numbers
    last = where(equal(places[split:], float(num - 1)), stop, values[split:])
    return concatenate([values[:split], last]) if split else last


def _with_axis_at(values: Tensor, dtype: str, axis: int) -> Tensor:
    """Returns the values cast to the dtype of the result, with the first axis moved to its position."""
    values = cast(values, dtype)
    if axis == 0:
        return values
    rank = len(shape_of(values))
    order = list(range(1, rank))
    order.insert(normalize_axis(axis, rank), 0)
    return transpose(values, tuple(order))


def _safe_to_truncate(values: Tensor, dtype: str) -> Tensor:
    """Returns the values; for an integer dtype scaled up slightly, so that rounding errors do not reduce integers by
    1."""
    return values if dtype in dtypes.INEXACT else multiply(values, 1.0 + 2.0**-45)


@composite()
def logspace(
    start: Operand,
    stop: Operand,
    num: Size = 50,
    endpoint: bool = True,
    base: Operand = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Tensor:
    """Powers of a base with evenly spaced exponents over an interval.

    Args:
        start: the first exponent, or a tensor of first exponents.
        stop: the last exponent, or a tensor; broadcasts with start.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last exponent; if not, the interval excludes it.
        base: the base; broadcasts with start and stop.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded towards zero.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start, stop and base do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logspace(0, 3, 4, base=2))
        array([1., 2., 4., 8.], dtype=float32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    return _powers(start, stop, convert_to_tensor(base, dtype_of(start)), num, endpoint, name, axis)


@composite()
def _powers(
    start: Operand, stop: Operand, base: Operand, num: Size, endpoint: bool, dtype: DtypeLike, axis: int
) -> Tensor:
    values = power(base, _spaced(start, stop, num, endpoint))
    return _with_axis_at(_safe_to_truncate(values, str(dtype)), str(dtype), axis)


@composite()
def geomspace(
    start: Operand, stop: Operand, num: Size = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Tensor:
    """Numbers over an interval in geometric progression.

    Args:
        start: the first number, or a tensor of first numbers.
        stop: the last number, or a tensor; broadcasts with start. Real numbers must be nonzero and have start's sign;
            otherwise the numbers between are NaN.
        num: the number of elements, 0 or more.
        endpoint: whether `stop` is the last number; if not, the interval excludes it.
        dtype: the dtype; None for the float dtype that start and stop promote to. For an integer dtype the numbers
            are computed in float64 and rounded towards zero.
        axis: the position of the new axis in the result.

    Returns:
        A tensor with the new axis of size num.

    Raises:
        ArgumentError: num is negative.
        ShapeError: start and stop do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.geomspace(1, 8, 4, dtype="int32"))
        array([1, 2, 4, 8], dtype=int32)
    """
    start, stop, num, name = _interval(start, stop, num, dtype)
    return _geometric(start, stop, num, endpoint, name, axis)


@composite()
def _geometric(start: Operand, stop: Operand, num: Size, endpoint: bool, dtype: DtypeLike, axis: int) -> Tensor:
    ratio = divide(stop, start)
    places = _positions(num, ratio)
    part = divide(places, _gaps(num, endpoint, dtype_of(ratio)))
    if dtype in dtypes.COMPLEX:
        values = multiply(start, power(expand_dims(ratio, 0), part))
    else:
        # Multiply by the root of the ratio twice, because the ratio may overflow. For opposite signs the root is NaN;
        # NaN to the power of 0 is 1, so the first number is always start.
        root = multiply(divide(sqrt(abs(stop)), sqrt(abs(start))), sqrt(multiply(sign(start), sign(stop))))
        half = power(expand_dims(root, 0), part)
        values = multiply(multiply(start, half), half)
    if endpoint and _may_exceed_1(num):
        values = _with_exact_end(values, places, stop, num)
    return _with_axis_at(_safe_to_truncate(values, str(dtype)), str(dtype), axis)
