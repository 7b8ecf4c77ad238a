"""Sums, differences, products, quotients, remainders, signs and absolute values."""

from __future__ import annotations

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import convert_to_tensor
from ops.core import dtype as dtype_of
from ops.elementwise._common import as_tensor, broadcast, same
from ops.elementwise.comparison import equal
from ops.elementwise.selection import maximum, where

__all__ = [
    "abs",
    "absolute",
    "add",
    "divide",
    "divide_no_nan",
    "fabs",
    "floor_divide",
    "fmod",
    "gcd",
    "heaviside",
    "lcm",
    "mod",
    "multiply",
    "negative",
    "reciprocal",
    "sign",
    "subtract",
    "true_divide",
]


@primitive(dtype=rules.PROMOTE, shape=broadcast)
def add(x1: Operand, x2: Operand) -> Tensor:
    """Element-wise sum.

    The result has the dtype that both operands promote to. For bools it is the logical or.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.add([1, 2], 3))
        array([4, 5], dtype=int32)
    """
    ...


@primitive(dtype=rules.NO_BOOL, shape=broadcast)
def subtract(x1: Operand, x2: Operand) -> Tensor:
    """Element-wise difference.

    The result has the dtype that both operands promote to; bools must be cast first.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.subtract([1, 2], 3))
        array([-2, -1], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=broadcast)
def multiply(x1: Operand, x2: Operand) -> Tensor:
    """Element-wise product.

    The result has the dtype that both operands promote to. For bools it is the logical and.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.multiply([1, 2], 3))
        array([3, 6], dtype=int32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=broadcast)
def divide(x1: Operand, x2: Operand) -> Tensor:
    """Element-wise quotient, as a float: integers are divided in `floatx`.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.divide([1, 3], 2))
        array([0.5, 1.5], dtype=float32)
    """
    ...


@composite(dtype=rules.FLOATS)
def true_divide(x1: Operand, x2: Operand) -> Tensor:
    """The same as `divide`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.true_divide([1, 3], 2))
        array([0.5, 1.5], dtype=float32)
    """
    return divide(x1, x2)


@composite(dtype=rules.FLOATS)
def divide_no_nan(x1: Operand, x2: Operand) -> Tensor:
    """Element-wise quotient, 0 where x2 is 0 for any x1; in the float dtype (`floatx` for integers).

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.divide_no_nan([3.0, 3.0], [2.0, 0.0]))
        array([1.5, 0. ], dtype=float32)
    """
    if type(x2) in (bool, int, float):  # `where` with a 1 would no longer treat it as weak
        x2 = convert_to_tensor(x2, dtype_of(x1))
    zero = equal(x2, 0)
    # The quotient is not computed where the divisor is 0: its gradient would be NaN.
    return where(zero, 0, divide(x1, where(zero, 1, x2)))


@composite(dtype=rules.FLOATS)
def reciprocal(x: Operand) -> Tensor:
    """The reciprocal, 1 / x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.reciprocal([2, 4]))
        array([0.5 , 0.25], dtype=float32)
    """
    return divide(1.0, x)


@primitive(dtype=rules.REALS, shape=broadcast)
def floor_divide(x1: Operand, x2: Operand) -> Tensor:
    """Quotient rounded towards minus infinity; bools are treated as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.floor_divide([7, -7], 2))
        array([ 3, -4], dtype=int32)
    """
    ...


@primitive(dtype=rules.REALS, shape=broadcast)
def mod(x1: Operand, x2: Operand) -> Tensor:
    """Remainder with the divisor's sign; bools are treated as int32.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.mod([7, -7], 3))
        array([1, 2], dtype=int32)
    """
    ...


@primitive(dtype=rules.REALS, shape=broadcast)
def fmod(x1: Operand, x2: Operand) -> Tensor:
    """Remainder with the dividend's sign; bools are treated as int32.

    Integers divided by 0 give 0, floats NaN.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fmod([7, -7], 3))
        array([ 1, -1], dtype=int32)
    """
    ...


@primitive(dtype=rules.INTEGERS, shape=broadcast)
def gcd(x1: Operand, x2: Operand) -> Tensor:
    """The greatest common divisor; if either is 0, the absolute value of the other.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: the operands are not integers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.gcd([8, 0], 12))
        array([ 4, 12], dtype=int32)
    """
    ...


@primitive(dtype=rules.INTEGERS, shape=broadcast)
def lcm(x1: Operand, x2: Operand) -> Tensor:
    """The least common multiple, 0 if either is 0; a result that does not fit the dtype wraps around.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: the operands are not integers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.lcm([8, 0], 12))
        array([24,  0], dtype=int32)
    """
    ...


@primitive(dtype=rules.NO_BOOL, shape=same)
def negative(x: Operand) -> Tensor:
    """Element-wise negation; unsigned integers wrap around.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.negative([1, -2]))
        array([-1,  2], dtype=int32)
    """
    ...


@primitive(dtype=rules.MODULUS, shape=same)
def abs(x: Operand) -> Tensor:
    """The absolute value; for a complex number its modulus, as a float.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.abs([1, -2]))
        array([1, 2], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def absolute(x: Operand) -> Tensor:
    """The same as `abs`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.absolute([1, -2]))
        array([1, 2], dtype=int32)
    """
    return abs(x)


@composite(dtype=rules.REAL_FLOATS)
def fabs(x: Operand) -> Tensor:
    """The absolute value, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fabs([1, -2]))
        array([1., 2.], dtype=float32)
    """
    return abs(x)


@primitive(dtype=rules.NO_BOOL, shape=same)
def sign(x: Operand) -> Tensor:
    """The sign: -1, 0 or 1; NaN for NaN; x / abs(x) for a complex number.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sign([3, -2, 0]))
        array([ 1, -1,  0], dtype=int32)
    """
    ...


@composite(dtype=rules.REAL_FLOATS)
def heaviside(x1: Operand, x2: Operand) -> Tensor:
    """The Heaviside step function: 0 where x1 is negative, 1 where positive, x2 where 0, NaN where NaN.

    The result has the float dtype (`floatx` for integers).

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.heaviside([-1.5, 0.0, 2.0], 0.5))
        array([0. , 0.5, 1. ], dtype=float32)
    """
    x1, x2 = as_tensor(x1, x2), as_tensor(x2, x1)
    return where(equal(x1, 0.0), x2, maximum(sign(x1), 0.0))
