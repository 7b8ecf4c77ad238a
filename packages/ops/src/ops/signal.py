"""Family signal: sequences cut from an axis, and windows, made from the number of their points.

The formulas of windows are those of NumPy's functions of the same names. A point's place is counted from the middle, so
that windows are symmetric to the last digit.
"""

from __future__ import annotations

import math
from typing import Any

from ops._declare import canonical_int, composite
from ops._types import Operand, Tensor
from ops.core import cast
from ops.core import shape as shape_of
from ops.creation import arange, ones
from ops.elementwise import abs, add, cos, divide, i0, multiply, sqrt, square, subtract
from ops.indexing import take
from ops.manipulation import reshape
from ops_common import dtypes
from ops_common.errors import ArgumentError, ShapeError


def _points(x: Any, *rest: Any) -> tuple[Any, ...]:
    points = canonical_int(x)
    if points < 0:
        raise ArgumentError(f"x is the number of points, and must not be negative; got {points}")
    return points, *rest


def _places(x: int) -> Tensor:
    """Places of the points, from -1 to 1; 0 for a single one."""
    return divide(cast(arange(1 - x, x, 2), dtypes.standardize(None)), float(max(x - 1, 1)))


def _steps(x: Any, sequence_length: Any, sequence_stride: Any) -> tuple[Any, ...]:
    length, stride = canonical_int(sequence_length), canonical_int(sequence_stride)
    if length < 1 or stride < 1:
        raise ArgumentError(f"sequence_length and sequence_stride are at least 1; got {length} and {stride}")
    return x, length, stride


@composite(canonical=_steps)
def extract_sequences(x: Operand, sequence_length: int, sequence_stride: int) -> Tensor:
    """Sequences of one length, cut from the last axis at equal distances; what is left at the end is dropped.

    Args:
        x: a tensor of rank 1 or more, of any dtype.
        sequence_length: elements of a sequence.
        sequence_stride: from the start of one sequence to that of the next.

    Returns:
        A tensor with two axes in place of the last one: sequences, and the elements of each.

    Raises:
        ShapeError: x has rank 0, or the size of its last axis is unknown.
        ArgumentError: an argument is below 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.extract_sequences([1, 2, 3, 4, 5, 6], 3, 2))
        array([[1, 2, 3],
               [3, 4, 5]], dtype=int32)
    """
    sizes = shape_of(x)
    if not sizes:
        raise ShapeError("sequences are cut from the last axis; x has rank 0")
    if sizes[-1] is None:
        raise ShapeError("the size of the last axis must be known: it says how many sequences there are")
    count = max((sizes[-1] - sequence_length) // sequence_stride + 1, 0)
    starts = reshape(multiply(arange(count), sequence_stride), (count, 1))
    return take(x, add(starts, arange(sequence_length)), -1)


@composite(canonical=_points)
def bartlett(x: int) -> Tensor:
    """Bartlett's window, a triangle: ``1 - abs(t)`` for t from -1 to 1.

    Args:
        x: the number of points.

    Returns:
        A tensor of rank 1 in `floatx`; of a single point it is 1.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is no integer.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bartlett(5))
        array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return subtract(1.0, abs(_places(x)))


@composite(canonical=_points)
def blackman(x: int) -> Tensor:
    """Blackman's window: ``0.42 + 0.5 cos(pi t) + 0.08 cos(2 pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.blackman(5))
        (5,)
    """
    cosine = cos(multiply(_places(x), math.pi))
    # The same polynomial in cos(pi t), by its roots: exactly 0 at both ends.
    return multiply(multiply(add(cosine, 1.0), add(cosine, 2.125)), 0.16)


@composite(canonical=_points)
def hamming(x: int) -> Tensor:
    """Hamming's window: ``0.54 + 0.46 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hamming(5))
        (5,)
    """
    return add(multiply(cos(multiply(_places(x), math.pi)), 0.46), 0.54)


@composite(canonical=_points)
def hanning(x: int) -> Tensor:
    """The window of von Hann: ``0.5 + 0.5 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hanning(5))
        (5,)
    """
    return add(multiply(cos(multiply(_places(x), math.pi)), 0.5), 0.5)


@composite(canonical=_points)
def kaiser(x: int, beta: Operand) -> Tensor:
    """Kaiser's window: ``i0(beta sqrt(1 - t^2)) / i0(beta)`` for t from -1 to 1; see `bartlett`.

    Args:
        x: the number of points.
        beta: the shape, a number or a tensor of rank 0: the larger, the narrower is the window. Taken in `floatx`.

    Returns:
        A tensor of rank 1 in `floatx`.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is no integer.

    Example:
        >>> import ops
        >>> ops.shape(ops.kaiser(5, 14.0))
        (5,)
    """
    if x == 1:
        return ones((1,))
    beta = cast(beta, dtypes.standardize(None))
    return divide(i0(multiply(sqrt(subtract(1.0, square(_places(x)))), beta)), i0(beta))
