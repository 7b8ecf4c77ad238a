"""Window functions."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, reads
from ops._declaration.roles import Operand, Size, Tensor
from ops.core import cast
from ops.creation import arange, ones
from ops.elementwise import abs, add, cos, divide, i0, maximum, multiply, sqrt, square, subtract
from ops_common import dtypes
from ops_common.errors import ArgumentError

__all__ = [
    "bartlett",
    "blackman",
    "hamming",
    "hanning",
    "kaiser",
]


@reads()
def _points(x: Any, *rest: Any) -> tuple[Any, ...]:
    if isinstance(x, int) and x < 0:
        raise ArgumentError(f"x, the number of points, must not be negative; got {x}")
    return x, *rest


def _positions(x: Any) -> Tensor:
    """Returns the positions of the points, from -1 to 1; 0 for a single point."""
    dtype = dtypes.standardize(None)
    if isinstance(x, int):
        if dtype in ("float32", "float64"):  # which hold the whole numbers
            return divide(arange(1 - x, x, 2, dtype), float(max(x - 1, 1)))
        return divide(cast(arange(1 - x, x, 2), dtype), float(max(x - 1, 1)))
    last = subtract(x, 1)
    return divide(cast(subtract(multiply(arange(x), 2), last), dtype), cast(maximum(last, 1), dtype))


@composite(canonical=_points)
def bartlett(x: Size) -> Tensor:
    """The Bartlett window, a triangle: ``1 - abs(t)`` for t from -1 to 1.

    Args:
        x: the number of points.

    Returns:
        A tensor of rank 1 in `floatx`; the value of a single point is 1.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is not an integer.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bartlett(5))
        array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return subtract(1.0, abs(_positions(x)))


@composite(canonical=_points)
def blackman(x: Size) -> Tensor:
    """The Blackman window: ``0.42 + 0.5 cos(pi t) + 0.08 cos(2 pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.blackman(5))
        (5,)
    """
    cosine = cos(multiply(_positions(x), math.pi))
    # The same polynomial in cos(pi t), factored by its roots, so that it is exactly 0 at both ends.
    return multiply(multiply(add(cosine, 1.0), add(cosine, 2.125)), 0.16)


@composite(canonical=_points)
def hamming(x: Size) -> Tensor:
    """The Hamming window: ``0.54 + 0.46 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hamming(5))
        (5,)
    """
    return add(multiply(cos(multiply(_positions(x), math.pi)), 0.46), 0.54)


@composite(canonical=_points)
def hanning(x: Size) -> Tensor:
    """The Hann window: ``0.5 + 0.5 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hanning(5))
        (5,)
    """
    return add(multiply(cos(multiply(_positions(x), math.pi)), 0.5), 0.5)


@composite(canonical=_points)
def kaiser(x: Size, beta: Operand) -> Tensor:
    """The Kaiser window: ``i0(beta sqrt(1 - t^2)) / i0(beta)`` for t from -1 to 1; see `bartlett`.

    Args:
        x: the number of points.
        beta: the shape parameter, a number or a tensor of rank 0, cast to `floatx`; larger values give a narrower
            window.

    Returns:
        A tensor of rank 1 in `floatx`.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is not an integer.

    Example:
        >>> import ops
        >>> ops.shape(ops.kaiser(5, 14.0))
        (5,)
    """
    if isinstance(x, int) and x == 1:
        return ones((1,))
    beta = cast(beta, dtypes.standardize(None))
    return divide(i0(multiply(sqrt(subtract(1.0, square(_positions(x)))), beta)), i0(beta))
