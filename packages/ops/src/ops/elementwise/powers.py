"""Powers and roots."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise._common import as_tensor, broadcast, in_float32, same
from ops.elementwise.arithmetic import abs, add, divide, multiply, reciprocal, sign, subtract
from ops.elementwise.comparison import equal, greater
from ops.elementwise.floating_point import isfinite, isinf, signbit
from ops.elementwise.logical import logical_and, logical_or
from ops.elementwise.selection import maximum, minimum, where

__all__ = [
    "cbrt",
    "hypot",
    "power",
    "rsqrt",
    "sqrt",
    "square",
]


@primitive(dtype=rules.NUMBERS, shape=broadcast)
def power(x1: Operand, x2: Operand) -> Tensor:
    """x1 to the power of x2; bools are treated as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.power([2, 3], 2))
        array([4, 9], dtype=int32)
    """
    ...


@primitive(dtype=rules.NUMBERS, shape=same)
def square(x: Operand) -> Tensor:
    """The square; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.square([3, -2]))
        array([9, 4], dtype=int32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def sqrt(x: Operand) -> Tensor:
    """The square root; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sqrt([4, 9]))
        array([2., 3.], dtype=float32)
    """
    ...


@composite(dtype=rules.FLOATS)
def rsqrt(x: Operand) -> Tensor:
    """The reciprocal of the square root; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rsqrt([4, 1]))
        array([0.5, 1. ], dtype=float32)
    """
    return reciprocal(sqrt(x))


@composite(dtype=rules.REAL_FLOATS)
def cbrt(x: Operand) -> Tensor:
    """The real cube root, negative for negative numbers, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cbrt([1.0, -8.0]))
        array([ 1., -2.], dtype=float32)
    """
    return in_float32(_cube_root, x)


def _cube_root(x: Any) -> Any:
    zero = equal(x, 0)
    size = abs(where(zero, 1, x))
    root = power(size, 1 / 3)
    # One Newton step corrects the rounding of 1 / 3. It gives NaN for infinity and NaN, which are kept unchanged.
    regular = logical_and(greater(root, 0), isfinite(root))
    safe = where(regular, root, 1.0)
    step = divide(subtract(safe, divide(size, square(safe))), 3)
    # At 0 use the square root, whose gradient is infinite there as well. For -0.0 use the negated root of 0.0, because
    # the gradient of the root of -0.0 is minus infinity.
    side = where(signbit(x), cast(-1, dtype_of(x)), cast(1, dtype_of(x)))
    at_zero = multiply(side, sqrt(where(zero, multiply(side, x), 1)))
    return where(zero, at_zero, multiply(sign(x), where(regular, subtract(safe, step), root)))


@composite(dtype=rules.REAL_FLOATS)
def hypot(x1: Operand, x2: Operand) -> Tensor:
    """The hypotenuse, sqrt(x1**2 + x2**2), without intermediate overflow; integers are computed in `floatx`.

    The result is infinite where either is infinite, even if the other is NaN.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hypot([3.0, float("inf")], [4.0, 1.0]))
        array([ 5., inf], dtype=float32)
    """
    x1, x2 = abs(as_tensor(x1, x2)), abs(as_tensor(x2, x1))
    large = maximum(x1, x2)
    ratio = divide(minimum(x1, x2), where(equal(large, 0.0), 1.0, large))
    length = multiply(large, sqrt(add(square(ratio), 1.0)))
    return where(logical_or(isinf(x1), isinf(x2)), math.inf, length)
