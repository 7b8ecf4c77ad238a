"""Canonical forms of arguments that are not tensors."""

from __future__ import annotations

import math
import numbers
import operator
from typing import Any

from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, ShapeError
from ops_common.runtime.backend import short
from ops_common.tensors import scopes
from ops_common.tensors.arguments import canonical_bool

_MOST_ELEMENTS = 2**59  # of 16 bytes


def _whole(value: Any, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """Returns the value as an int that fits in 64 bits; raises TypeError if it is not an integer."""
    try:
        whole = operator.index(value)
    except OpsError:
        raise
    except Exception as error:  # TensorFlow's tensors raise AttributeError
        raise TypeError from error
    if not least <= whole <= most:
        raise ArgumentError(f"an integer argument must fit in 64 bits; got {short(whole)}")
    return whole


def canonical_axis(value: Any) -> int | tuple[int, ...] | None:
    """Returns an axis argument as None, an int or a tuple of ints."""
    if value is None:
        return None
    try:
        if isinstance(value, (list, tuple)):
            return tuple(_whole(item) for item in value)  # type: ignore[arg-type]  # checked by index
        return _whole(value)
    except TypeError:
        raise ArgumentTypeError(f"expected an int, a tuple of ints or None; got {short(value)}") from None


def canonical_shape(value: Any) -> tuple[int, ...]:
    """Returns a shape argument as a tuple of ints; in an outline (see `scopes.OutlineScope`), some may be None."""
    try:
        if not isinstance(value, (list, tuple)) and hasattr(value, "__index__") and not getattr(value, "shape", ()):
            value = (value,)
        sizes = tuple(_whole(item) for item in value)
    except TypeError:
        if scopes.current().outline and (value is None or (isinstance(value, (list, tuple)) and None in value)):
            return canonical_unknown_shape((None,) if value is None else value)  # type: ignore[return-value]  # see above
        raise ArgumentTypeError(f"a shape must be a tuple of ints; got {short(value)}") from None
    # Sizes in bytes must fit in 63 bits: some frameworks abort the process on overflow. (A list, because torch's
    # compiler does not support a generator here.)
    if math.prod([abs(size) for size in sizes]) >= _MOST_ELEMENTS:
        raise ShapeError(f"a tensor of shape {sizes} has more elements than a tensor can have")
    return sizes


def canonical_unknown_shape(value: Any) -> tuple[int | None, ...]:
    """Returns a shape argument, whose sizes may be None, as a tuple; calls with symbolic operands accept it."""
    if not isinstance(value, (list, tuple)) or None not in value:
        return canonical_shape(value)
    sizes: list[Any] | tuple[Any, ...] = value
    rest = iter(canonical_shape([size for size in sizes if size is not None]))
    return tuple(None if size is None else next(rest) for size in sizes)


def canonical_int(value: Any, most: int = 2**63 - 1) -> int:
    """Returns an integer argument."""
    try:
        return _whole(value, most=most)
    except TypeError:
        raise ArgumentTypeError(f"expected an int; got {short(value)}") from None


def canonical_count(value: Any, what: str) -> int:
    """Returns the size of an axis of the result: a non-negative integer that fits int32. Frameworks store it in int32,
    and would reduce a larger one modulo 2**32."""
    count = canonical_int(value)
    if not 0 <= count < 2**31:
        raise ArgumentError(f"{what} must not be negative, and must be less than 2**31; got {count}")
    return count


def canonical_float(value: Any) -> float:
    """Returns a real number, as a float."""
    if isinstance(value, numbers.Real):
        try:
            return float(value)
        except OverflowError:
            raise ArgumentError(f"a real number must fit in 64 bits; got {short(value)}") from None
    raise ArgumentTypeError(f"expected a real number; got {short(value)}")


def is_negative_zero(value: Any) -> bool:
    """Whether the value is the float -0.0, which equals 0.0."""
    return type(value) is float and value == 0.0 and math.copysign(1.0, value) < 0.0


def canonical_str(value: Any) -> str:
    """Returns the argument if it is a string."""
    if isinstance(value, str):
        return str(value)
    raise ArgumentTypeError(f"expected a string; got {short(value)}")


def canonical_function(value: Any) -> Any:
    """Returns the argument if it is callable."""
    if callable(value):
        return value
    raise ArgumentTypeError(f"expected a function; got {short(value)}")


def canonical_functions(value: Any) -> Any:
    """Returns the argument if it is a list or tuple of callables."""
    if isinstance(value, (list, tuple)) and all(callable(item) for item in value):  # type: ignore[arg-type]  # any items
        return value  # type: ignore[return-value]  # any list or tuple
    raise ArgumentTypeError(f"expected a list or tuple of functions; got {short(value)}")


__all__ = (
    "canonical_axis",
    "canonical_bool",
    "canonical_count",
    "canonical_float",
    "canonical_function",
    "canonical_functions",
    "canonical_int",
    "canonical_shape",
    "canonical_str",
    "canonical_unknown_shape",
    "is_negative_zero",
)
