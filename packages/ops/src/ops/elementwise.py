"""Family elementwise: arithmetic, comparisons, logic and mathematical functions, with broadcasting."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import DtypeLike, Index, Mask, Operand, Tensor
from ops.core import cast, convert_to_tensor
from ops.core import dtype as dtype_of
from ops_common import dtypes, shapes
from ops_common.algorithms import bessel
from ops_common.host import special

__all__ = [
    "abs",
    "absolute",
    "add",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_not",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "cbrt",
    "ceil",
    "clip",
    "conj",
    "conjugate",
    "cos",
    "cosh",
    "deg2rad",
    "divide",
    "divide_no_nan",
    "equal",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "floor",
    "floor_divide",
    "fmax",
    "fmin",
    "fmod",
    "gammainc",
    "gcd",
    "greater",
    "greater_equal",
    "heaviside",
    "hypot",
    "i0",
    "imag",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "isreal",
    "lcm",
    "ldexp",
    "left_shift",
    "less",
    "less_equal",
    "lgamma",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logaddexp2",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "nan_to_num",
    "negative",
    "nextafter",
    "not_equal",
    "power",
    "rad2deg",
    "real",
    "reciprocal",
    "right_shift",
    "round",
    "rsqrt",
    "saturate_cast",
    "sign",
    "signbit",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "square",
    "subtract",
    "tan",
    "tanh",
    "true_divide",
    "trunc",
    "where",
]

# Frameworks compute these dtypes at reduced precision, or do not support them.
_SMALL_FLOATS = frozenset({"float16", "bfloat16", *dtypes.FLOAT8})


def _same(x: Any, *static: Any) -> shapes.Shape:
    return x.shape


def _broadcast(*operands: Any) -> shapes.Shape:
    return shapes.broadcast(*(operand.shape for operand in operands))


def _as_tensor(x: Any, beside: Any) -> Any:
    """The operand; a Python number is converted to a tensor of the other operand's dtype, to be used on its own."""
    return cast(x, dtype_of(beside)) if isinstance(x, (int, float)) else x


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
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


@primitive(dtype=rules.NO_BOOL, shape=_broadcast)
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


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
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


@primitive(dtype=rules.FLOATS, shape=_broadcast)
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


@primitive(dtype=rules.REALS, shape=_broadcast)
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


@primitive(dtype=rules.REALS, shape=_broadcast)
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


@primitive(dtype=rules.NUMBERS, shape=_broadcast)
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


@primitive(dtype=rules.ORDERED, shape=_broadcast)
def maximum(x1: Operand, x2: Operand) -> Tensor:
    """The larger of the two operands, NaN where either is NaN.

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.maximum([1, 5], 3))
        array([3, 5], dtype=int32)
    """
    ...


@primitive(dtype=rules.ORDERED, shape=_broadcast)
def minimum(x1: Operand, x2: Operand) -> Tensor:
    """The smaller of the two operands, NaN where either is NaN.

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.minimum([1, 5], 3))
        array([1, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.COMPARE, shape=_broadcast)
def equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 equals x2, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE, shape=_broadcast)
def not_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 differs from x2, element by element, as bool.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.not_equal([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def greater(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is greater than x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater([1, 3], 3))
        array([False, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def greater_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at least x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.greater_equal([1, 3], 3))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def less(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is less than x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less([1, 3], 3))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.COMPARE_ORDER, shape=_broadcast)
def less_equal(x1: Operand, x2: Operand) -> Tensor:
    """Whether x1 is at most x2, element by element, as bool. Not defined for complex numbers.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.less_equal([1, 3], 3))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_and(x1: Mask, x2: Mask) -> Tensor:
    """Whether both operands are true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_and([True, False], [True, True]))
        array([ True, False])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_or(x1: Mask, x2: Mask) -> Tensor:
    """Whether either operand is true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_or([True, False], [True, True]))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_broadcast)
def logical_xor(x1: Mask, x2: Mask) -> Tensor:
    """Whether exactly one operand is true, element by element; nonzero numbers are true.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_xor([True, False], [True, True]))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def arctan2(x1: Operand, x2: Operand) -> Tensor:
    """The angle of the point (x2, x1) in radians, between -pi and pi, in the float dtype (`floatx` for integers).

    Signed zeros distinguish the quadrants, as in IEEE 754: for x1 = +0 and a negative x2 the angle is pi.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arctan2([0.0, 1.0], [1.0, 0.0]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.BITS, shape=_broadcast)
def bitwise_and(x: Operand, y: Operand) -> Tensor:
    """Bitwise and of integers; logical and of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_and([6, 3], [5, 1]))
        array([4, 1], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=_broadcast)
def bitwise_or(x: Operand, y: Operand) -> Tensor:
    """Bitwise or of integers; logical or of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_or([6, 3], [5, 1]))
        array([7, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=_broadcast)
def bitwise_xor(x: Operand, y: Operand) -> Tensor:
    """Bitwise exclusive or of integers; logical exclusive or of bools.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_xor([6, 3], [5, 1]))
        array([3, 2], dtype=int32)
    """
    ...


@primitive(dtype=rules.BITS, shape=_same)
def bitwise_not(x: Operand) -> Tensor:
    """Bitwise complement of integers; logical not of bools.

    Raises:
        DtypeError: the operand is neither integer nor bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_not([0, 5]))
        array([-1, -6], dtype=int32)
    """
    ...


@composite(dtype=rules.BITS)
def bitwise_invert(x: Operand) -> Tensor:
    """The same as `bitwise_not`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_invert([0, 5]))
        array([-1, -6], dtype=int32)
    """
    return bitwise_not(x)


@primitive(dtype=rules.SHIFTS, shape=_broadcast)
def left_shift(x: Operand, y: Operand) -> Tensor:
    """x with its bits shifted left by y, x * 2**y; bits shifted out of the dtype are lost.

    The result is 0 where y is negative or at least the number of bits of the dtype.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.left_shift([1, 5], [3, 40]))
        array([8, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.SHIFTS, shape=_broadcast)
def right_shift(x: Operand, y: Operand) -> Tensor:
    """x with its bits shifted right by y, x / 2**y rounded towards minus infinity.

    Where y is negative or at least the number of bits of the dtype, the result is 0, or -1 for a negative x.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is neither integer nor bool; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.right_shift([17, -17, -17], [2, 2, 40]))
        array([ 4, -5, -1], dtype=int32)
    """
    ...


@composite(dtype=rules.SHIFTS)
def bitwise_left_shift(x: Operand, y: Operand) -> Tensor:
    """The same as `left_shift`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_left_shift([1], 3))
        array([8], dtype=int32)
    """
    return left_shift(x, y)


@composite(dtype=rules.SHIFTS)
def bitwise_right_shift(x: Operand, y: Operand) -> Tensor:
    """The same as `right_shift`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bitwise_right_shift([1], 3))
        array([0], dtype=int32)
    """
    return right_shift(x, y)


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


@composite(dtype=rules.ORDERED)
def fmax(x1: Operand, x2: Operand) -> Tensor:
    """The larger of the two operands; where one is NaN, the other one (`maximum` returns NaN there).

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fmax([1.0, float("nan")], 3.0))
        array([3., 3.], dtype=float32)
    """
    return where(not_equal(x1, x1), x2, where(not_equal(x2, x2), x1, maximum(x1, x2)))


@composite(dtype=rules.ORDERED)
def fmin(x1: Operand, x2: Operand) -> Tensor:
    """The smaller of the two operands; where one is NaN, the other one (`minimum` returns NaN there).

    The result has the dtype that both operands promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fmin([1.0, float("nan")], 3.0))
        array([1., 3.], dtype=float32)
    """
    return where(not_equal(x1, x1), x2, where(not_equal(x2, x2), x1, minimum(x1, x2)))


@primitive(dtype=rules.REALS, shape=_broadcast)
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


@primitive(dtype=rules.INTEGERS, shape=_broadcast)
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


@primitive(dtype=rules.INTEGERS, shape=_broadcast)
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
    x1, x2 = _as_tensor(x1, x2), _as_tensor(x2, x1)
    return where(equal(x1, 0.0), x2, maximum(sign(x1), 0.0))


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
    x1, x2 = abs(_as_tensor(x1, x2)), abs(_as_tensor(x2, x1))
    large = maximum(x1, x2)
    ratio = divide(minimum(x1, x2), where(equal(large, 0.0), 1.0, large))
    length = multiply(large, sqrt(add(square(ratio), 1.0)))
    return where(logical_or(isinf(x1), isinf(x2)), math.inf, length)


@composite(dtype=rules.TEST_FLOATS)
def isclose(x1: Operand, x2: Operand, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether x1 and x2 are equal within a tolerance, as bool: abs(x1 - x2) <= atol + rtol * abs(x2).

    An infinity is close only to itself. Integers are compared in `floatx`.

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
        >>> ops.convert_to_numpy(ops.isclose([1.0, 1.0], [1.000001, 1.1]))
        array([ True, False])
    """
    x1, x2 = _as_tensor(x1, x2), _as_tensor(x2, x1)
    near = less_equal(abs(subtract(x1, x2)), add(multiply(abs(x2), rtol), atol))
    close = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(close, logical_and(isnan(x1), isnan(x2))) if equal_nan else close


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def ldexp(x1: Operand, x2: Index) -> Tensor:
    """x1 * 2**x2, in x1's float dtype (`floatx` for integers).

    The product is correct where 2**x2 alone would overflow. Subnormal numbers may become 0 in frameworks that flush
    them to zero (JAX, TensorFlow).

    Args:
        x1: real numbers.
        x2: integer exponents.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: the exponents are not integers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ldexp([1.5, 3.0], [2, -1]))
        array([6. , 1.5], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def logaddexp(x1: Operand, x2: Operand) -> Tensor:
    """log(exp(x1) + exp(x2)) without intermediate overflow, in the float dtype (`floatx` for integers).

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logaddexp([1000.0, 0.0], [2000.0, float("-inf")]))
        array([2000.,    0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def logaddexp2(x1: Operand, x2: Operand) -> Tensor:
    """log2(2**x1 + 2**x2) without intermediate overflow, in the float dtype (`floatx` for integers).

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logaddexp2([1000.0, 0.0], [1000.0, float("-inf")]))
        array([1001.,    0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def nextafter(x1: Operand, x2: Operand) -> Tensor:
    """The next representable number after x1 towards x2; x2 where both are equal, NaN where either is NaN.

    Exact in every float dtype, including subnormal numbers and signed zeros.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nextafter([1.0, 0.0], [2.0, -1.0]))
        array([ 1.0000001e+00, -1.4012985e-45], dtype=float32)
    """
    ...


@primitive(dtype=rules.KEEP_BOOL, shape=_same)
def logical_not(x: Mask) -> Tensor:
    """Whether x is false; nonzero numbers are true.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.logical_not([True, False]))
        array([False,  True])
    """
    ...


@primitive(dtype=rules.NO_BOOL, shape=_same)
def negative(x: Operand) -> Tensor:
    """Element-wise negation; unsigned integers wrap around.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.negative([1, -2]))
        array([-1,  2], dtype=int32)
    """
    ...


@primitive(dtype=rules.MODULUS, shape=_same)
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


@primitive(dtype=rules.NO_BOOL, shape=_same)
def sign(x: Operand) -> Tensor:
    """The sign: -1, 0 or 1; NaN for NaN; x / abs(x) for a complex number.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sign([3, -2, 0]))
        array([ 1, -1,  0], dtype=int32)
    """
    ...


@primitive(dtype=rules.NUMBERS, shape=_same)
def square(x: Operand) -> Tensor:
    """The square; bools are treated as int32.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.square([3, -2]))
        array([9, 4], dtype=int32)
    """
    ...


def _series(coefficients: tuple[float, ...], t: Tensor) -> Tensor:
    """The sum of a Chebyshev series, by Clenshaw's backward recurrence."""
    twice = multiply(t, 2.0)
    ahead, now = 0.0, coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        ahead, now = now, add(subtract(multiply(twice, now), ahead), coefficient)
    return add(subtract(multiply(t, now), ahead), coefficients[0])


@composite(dtype=rules.REAL_FLOATS)
def i0(x: Operand) -> Tensor:
    """The modified Bessel function of the first kind and order 0, in the float dtype (`floatx` for integers).

    Computed by the Chebyshev series of Cephes (https://www.netlib.org/cephes), or by the framework's own function.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.i0(1.0))), 4)
        1.2661
    """
    working = "float64" if dtype_of(x) == "float64" else "float32"
    size = minimum(abs(cast(x, working)), 1000.0)  # larger ones give infinity, also in float64
    beyond = maximum(size, 8.0)
    near = _series(bessel.NEAR[working], subtract(divide(minimum(size, 8.0), 4.0), 1.0))
    far = divide(_series(bessel.FAR[working], subtract(divide(16.0, beyond), 1.0)), sqrt(beyond))
    # Two factors, because the exponential overflows before the function does.
    root = exp(multiply(size, 0.5))
    return cast(multiply(multiply(where(greater(size, 8.0), far, near), root), root), dtype_of(x))


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def erf(x: Operand) -> Tensor:
    """The error function, ``2 / sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to x (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.erf([0.0, 9.0]))
        array([0., 1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def erfc(x: Operand) -> Tensor:
    """``1 - erf(x)``, accurate where it is small (`floatx` for integers).

    Example:
        >>> import ops
        >>> round(1e5 * float(ops.convert_to_numpy(ops.erfc(3.0))), 3)
        2.209
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def erfinv(x: Operand) -> Tensor:
    """The inverse of `erf`: infinite at -1 and 1, NaN beyond (`floatx` for integers).

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.erfinv(0.5))), 4)
        0.4769
    """
    ...


@composite(dtype=rules.REAL_FLOATS)
def lgamma(x: Operand) -> Tensor:
    """The logarithm of the absolute value of the gamma function, in the float dtype (`floatx` for integers).

    The result is infinite at 0, the negative integers and the infinities.

    NumPy, OpenVINO and JAX (whose own function is not 0 at 1 and 2) use Stirling's series
    (https://dlmf.nist.gov/5.11#E1) above 7, the recurrence below 7, a series around the zeros, and the reflection
    formula (https://dlmf.nist.gov/5.5#E3) below 1/2. Other backends use the framework's own function.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.lgamma(5.0))), 4)  # log(4!)
        3.1781
    """
    return _in_float32(_log_gamma, x)


def _log_gamma(x: Any) -> Any:
    turned = less(x, 0.5)
    right = where(turned, subtract(1.0, x), x)
    # A separate series near the zeros, 1 and 2, avoids cancellation there.
    near, below = less(right, 2.5), less(right, 1.5)
    distance = where(near, subtract(right, where(below, 1.0, 2.0)), 0.0)
    at_two: Any = 0.0
    for coefficient in reversed(special.AT_TWO):
        at_two = multiply(add(at_two, coefficient), distance)
    around = where(below, subtract(at_two, log1p(distance)), at_two)
    low = less(right, 7.0)
    product: Any = 1.0
    for step in range(7):
        product = multiply(product, add(where(low, right, 1.0), float(step)))
    large = where(low, add(right, 7.0), right)
    inverse = divide(1.0, large)
    rest: Any = 0.0
    for coefficient in reversed(special.LOG_GAMMA):
        rest = add(multiply(rest, square(inverse)), coefficient)
    whole = add(multiply(subtract(large, 0.5), subtract(log(large), 1.0)), 0.5 * math.log(2 * math.pi) - 0.5)
    shift = where(low, log(product), 0.0)
    found = where(near, around, subtract(add(whole, multiply(rest, inverse)), shift))
    # The branches that are not selected have finite gradients. The distance to the nearest integer is exact.
    part = where(turned, subtract(x, _rint(x)), 0.5)
    mirrored = subtract(subtract(math.log(math.pi), log(abs(sin(multiply(part, math.pi))))), found)
    # At the poles (all large negative numbers are poles) the difference may be infinity minus infinity.
    return where(logical_or(isinf(x), equal(part, 0.0)), math.inf, where(turned, mirrored, found))


@primitive(dtype=rules.REAL_FLOATS, shape=_broadcast)
def gammainc(a: Operand, x: Operand) -> Tensor:
    """The regularized lower incomplete gamma function, in the float dtype (`floatx` for integers):
    the integral of ``t**(a - 1) exp(-t)`` from 0 to x, over Gamma(a) (https://dlmf.nist.gov/8.2#E4).

    This is the cumulative distribution function at x of a gamma distribution of shape a. The result is NaN where a or
    x is negative, or both are 0. PyTorch does not provide the gradient with respect to a; it is computed there by
    finite differences in float64, with an error of about 1e-9.

    Args:
        a: nonnegative numbers; the result is 1 where a is 0.
        x: nonnegative numbers.

    Raises:
        ShapeError: the shapes do not broadcast.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> round(float(ops.convert_to_numpy(ops.gammainc(1.0, 2.0))), 4)  # 1 - exp(-2)
        0.8647
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def exp(x: Operand) -> Tensor:
    """The exponential function, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.exp([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def log(x: Operand) -> Tensor:
    """The natural logarithm; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log([1.0, 2.0]))
        array([0.       , 0.6931472], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
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


@primitive(dtype=rules.FLOATS, shape=_same)
def tanh(x: Operand) -> Tensor:
    """The hyperbolic tangent, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tanh([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def sin(x: Operand) -> Tensor:
    """The sine of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sin([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def cos(x: Operand) -> Tensor:
    """The cosine of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cos([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def floor(x: Operand) -> Tensor:
    """The largest integer not greater than x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.floor([1.5, -1.5]))
        array([ 1., -2.], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=_same)
def ceil(x: Operand) -> Tensor:
    """The smallest integer not less than x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ceil([1.5, -1.5]))
        array([ 2., -1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isnan(x: Operand) -> Tensor:
    """Whether x is NaN, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isnan([1.0, float("nan"), float("inf")]))
        array([False,  True, False])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isinf(x: Operand) -> Tensor:
    """Whether x is infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isinf([1.0, float("nan"), float("inf")]))
        array([False, False,  True])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=_same)
def isfinite(x: Operand) -> Tensor:
    """Whether x is neither NaN nor infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isfinite([1.0, float("nan"), float("inf")]))
        array([ True, False, False])
    """
    ...


@composite(dtype=rules.FLOATS)
def reciprocal(x: Operand) -> Tensor:
    """The reciprocal, 1 / x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.reciprocal([2, 4]))
        array([0.5 , 0.25], dtype=float32)
    """
    return divide(1.0, x)


@primitive(dtype=rules.FLOAT_MODULUS, shape=_same)
def angle(x: Operand) -> Tensor:
    """The argument of a complex number, in radians; 0 or pi for a real number.

    In (-pi, pi], in the float dtype (`floatx` for integers); NaN for NaN. Negative zero has the angle pi.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.angle([1.0, -1.0]))
        array([0.       , 3.1415927], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arccos(x: Operand) -> Tensor:
    """The angle in [0, pi] whose cosine is x; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arccos([1.0, 0.0]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arccosh(x: Operand) -> Tensor:
    """The nonnegative inverse of `cosh`; NaN below 1, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arccosh([1.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arcsin(x: Operand) -> Tensor:
    """The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arcsin([0.0, 1.0]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arcsinh(x: Operand) -> Tensor:
    """The inverse of `sinh`, accurate near 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arcsinh([0.0, 1e-6]))
        array([0.e+00, 1.e-06], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arctan(x: Operand) -> Tensor:
    """The angle in [-pi/2, pi/2] whose tangent is x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arctan([0.0, float("inf")]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def arctanh(x: Operand) -> Tensor:
    """The inverse of `tanh`; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arctanh([0.0, 1.0]))
        array([ 0., inf], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def cosh(x: Operand) -> Tensor:
    """The hyperbolic cosine, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cosh([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def sinh(x: Operand) -> Tensor:
    """The hyperbolic sine, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sinh([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def tan(x: Operand) -> Tensor:
    """The tangent of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tan([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def expm1(x: Operand) -> Tensor:
    """``exp(x) - 1`` without cancellation near 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.expm1([0.0, 1e-10]))
        array([0.e+00, 1.e-10], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=_same)
def log1p(x: Operand) -> Tensor:
    """``log(1 + x)`` without cancellation near 0; NaN below -1, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log1p([0.0, 1e-10]))
        array([0.e+00, 1.e-10], dtype=float32)
    """
    ...


def _in_float32(function: Any, x: Any) -> Any:
    """The function of x; small floats are computed in float32 and rounded once."""
    dtype = dtype_of(x)
    if dtype in _SMALL_FLOATS:
        return cast(function(cast(x, "float32")), dtype)
    return function(x)


@composite(dtype=rules.FLOATS)
def exp2(x: Operand) -> Tensor:
    """2 to the power of x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.exp2([3, -1]))
        array([8. , 0.5], dtype=float32)
    """
    return power(2.0, x)


@composite(dtype=rules.FLOATS)
def log2(x: Operand) -> Tensor:
    """The logarithm to base 2; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log2([1.0, 2.0]))
        array([0., 1.], dtype=float32)
    """
    return _in_float32(lambda a: multiply(log(a), 1 / math.log(2)), x)


@composite(dtype=rules.FLOATS)
def log10(x: Operand) -> Tensor:
    """The logarithm to base 10; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log10([1.0, 10.0]))
        array([0., 1.], dtype=float32)
    """
    return _in_float32(lambda a: multiply(log(a), 1 / math.log(10)), x)


@composite(dtype=rules.REAL_FLOATS)
def cbrt(x: Operand) -> Tensor:
    """The real cube root, negative for negative numbers, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cbrt([1.0, -8.0]))
        array([ 1., -2.], dtype=float32)
    """
    return _in_float32(_cube_root, x)


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
def deg2rad(x: Operand) -> Tensor:
    """x converted from degrees to radians, x pi / 180, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.deg2rad([0, 180]))
        array([0.       , 3.1415927], dtype=float32)
    """
    return _in_float32(lambda a: multiply(a, math.pi / 180), x)


@composite(dtype=rules.REAL_FLOATS)
def rad2deg(x: Operand) -> Tensor:
    """x converted from radians to degrees, x 180 / pi, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rad2deg([0, 1]))
        array([ 0.     , 57.29578], dtype=float32)
    """
    return _in_float32(lambda a: multiply(a, 180 / math.pi), x)


@composite(dtype=rules.FLOATS)
def sinc(x: Operand) -> Tensor:
    """``sin(pi x) / (pi x)``, 1 at 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sinc([0.0, 0.5]))
        array([1.        , 0.63661975], dtype=float32)
    """
    return _in_float32(_normalized_sinc, x)


def _normalized_sinc(x: Any) -> Any:
    if dtypes.is_complex(dtype_of(x)):
        at_zero = equal(x, 0)
        arc = multiply(where(at_zero, 1.0, x), math.pi)
        return where(at_zero, 1.0, divide(sin(arc), arc))
    # Use the series near 0: the gradient of the quotient is a difference of two huge numbers there.
    near = less(abs(x), 0.05)
    small = multiply(where(near, x, 0.0), math.pi)
    square = multiply(small, small)
    series = subtract(1.0, multiply(square, 1 / 72))
    for divisor in (42, 20, 6):
        series = subtract(1.0, multiply(multiply(square, series), 1 / divisor))
    safe = where(near, 1.0, x)  # so that the other branch also has a finite gradient there
    arc = multiply(safe, math.pi)
    # sin(pi x) = (-1)**n sin(pi (x - n)); with the nearest integer n no digits are lost.
    whole = _rint(safe)
    odd = subtract(whole, multiply(floor(multiply(whole, 0.5)), 2.0))
    sine = multiply(sin(multiply(subtract(safe, whole), math.pi)), subtract(1.0, multiply(odd, 2.0)))
    return where(near, series, divide(sine, arc))


@composite(dtype=rules.REAL_FLOATS)
def fabs(x: Operand) -> Tensor:
    """The absolute value, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fabs([1, -2]))
        array([1., 2.], dtype=float32)
    """
    return abs(x)


@primitive(dtype=rules.PROMOTE, shape=_same)
def conj(x: Operand) -> Tensor:
    """The complex conjugate; real numbers are returned unchanged.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.conj([1, -2]))
        array([ 1, -2], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def conjugate(x: Operand) -> Tensor:
    """The same as `conj`.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.conjugate([1, -2]))
        array([ 1, -2], dtype=int32)
    """
    return conj(x)


@primitive(dtype=rules.MODULUS, shape=_same)
def real(x: Operand) -> Tensor:
    """The real part, as a float; real numbers and bools are returned unchanged.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.real([1, -2]))
        array([ 1, -2], dtype=int32)
    """
    ...


@primitive(dtype=rules.MODULUS, shape=_same)
def imag(x: Operand) -> Tensor:
    """The imaginary part, as a float; for real numbers and bools, zeros of their dtype.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.imag([1, -2]))
        array([0, 0], dtype=int32)
    """
    ...


@composite(dtype=rules.COMPARE)
def isreal(x: Operand) -> Tensor:
    """Whether the imaginary part is 0, as bool: true for all real numbers, including NaN.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isreal([1.0, -2.0]))
        array([ True,  True])
    """
    return equal(imag(x), 0)


@composite(dtype=rules.COMPARE_ORDER)
def isposinf(x: Operand) -> Tensor:
    """Whether x is positive infinity, as bool. Not defined for complex numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isposinf([1.0, float("inf"), -float("inf")]))
        array([False,  True, False])
    """
    return equal(x, math.inf)


@composite(dtype=rules.COMPARE_ORDER)
def isneginf(x: Operand) -> Tensor:
    """Whether x is negative infinity, as bool. Not defined for complex numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isneginf([1.0, float("inf"), -float("inf")]))
        array([False, False,  True])
    """
    return equal(x, -math.inf)


@primitive(dtype=rules.COMPARE_ORDER, shape=_same)
def signbit(x: Operand) -> Tensor:
    """Whether the sign bit is set, as bool; true for negative zero as well. Not defined for complex numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.signbit([1.0, -1.0, -0.0]))
        array([False,  True,  True])
    """
    ...


@composite(dtype=rules.ORDERED)
def trunc(x: Operand) -> Tensor:
    """x rounded towards zero, in x's dtype; integers and bools are returned unchanged.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.trunc([1.5, -1.5]))
        array([ 1., -1.], dtype=float32)
    """
    if dtypes.is_float(dtype_of(x)):
        return where(less(x, 0), ceil(x), floor(x))
    return x


@primitive(dtype=rules.FLOATS, shape=_same, kernel="rint")
def _rint(x: Operand) -> Tensor:
    """x rounded to the nearest integer, ties to even; for complex numbers both parts are rounded."""
    ...


@composite(dtype=rules.NUMBERS, kernel=None)
def round(x: Operand, decimals: int = 0) -> Tensor:
    """x rounded to a number of decimals, ties to even.

    Bools are treated as int32; for complex numbers both parts are rounded. Values without such decimals (infinity,
    NaN, floats too large for them) are unchanged.

    Args:
        x: numbers.
        decimals: the number of decimal places to keep. A negative number rounds digits before the decimal point, also
            of integers; an integer result that does not fit the dtype wraps around.

    Returns:
        A tensor of x's dtype.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.round([0.5, 1.5, -2.5]))
        array([ 0.,  2., -2.], dtype=float32)
        >>> ops.convert_to_numpy(ops.round([14, 15, 25], decimals=-1))
        array([10, 20, 20], dtype=int32)
    """
    dtype = dtype_of(x)
    if dtypes.is_integer(dtype):
        return (
            x if decimals >= 0 else _round_integers(x, 10 ** min(-decimals, 20), dtype)
        )  # 64-bit integers are below 1e20
    if decimals == 0:
        return _rint(x)
    most = 308 if dtype in dtypes.WIDE else 38  # the largest power of 10 in the dtype of the computation
    if decimals > most:
        return x
    if decimals < -most:
        return where(isfinite(x), 0.0, x)
    if dtype in _SMALL_FLOATS:
        return cast(_round_to(cast(x, "float32"), decimals), dtype)
    return _round_to(x, decimals)


@composite(dtype=rules.FLOATS, kernel="round")
def _round_to(x: Operand, decimals: int) -> Tensor:
    """`round` for inexact dtypes other than small floats, and decimals other than 0."""
    if decimals > 0:
        scaled = multiply(x, 10.0**decimals)
        rounded = divide(_rint(scaled), 10.0**decimals)
    else:
        scaled = divide(x, 10.0**-decimals)
        rounded = multiply(_rint(scaled), 10.0**-decimals)
    return where(isfinite(scaled), rounded, x)


def _round_integers(x: Any, unit: int, dtype: str) -> Any:
    """Integers rounded exactly to the nearest multiple of an even unit; 0 if the unit does not fit the dtype."""
    if not dtypes.fits(unit, dtype):
        return multiply(x, 0)
    step, half = convert_to_tensor(unit, dtype), convert_to_tensor(unit // 2, dtype)
    below = floor_divide(x, step)
    rest = subtract(x, multiply(below, step))
    up = logical_or(greater(rest, half), logical_and(equal(rest, half), equal(mod(below, 2), 1)))
    return multiply(add(below, cast(up, dtype)), step)


@primitive(dtype=rules.PROMOTE, shape=_same)
def nan_to_num(x: Operand, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Tensor:
    """x with NaN and infinities replaced, in complex numbers in both parts. Integers and bools are unchanged.

    Args:
        x: numbers or bools.
        nan: the replacement for NaN.
        posinf: the replacement for infinity; the largest number of the dtype for None.
        neginf: the replacement for minus infinity; the lowest number of the dtype for None.

    Returns:
        A tensor of x's dtype.

    Raises:
        ArgumentTypeError: a replacement is not a real number.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nan_to_num([float("nan"), -float("inf")], nan=1))
        array([ 1.0000000e+00, -3.4028235e+38], dtype=float32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=_broadcast)
def where(condition: Mask, x1: Operand = None, x2: Operand = None) -> Tensor:
    """The elements of x1 where the condition is true, else those of x2.

    Args:
        condition: bools; nonzero numbers are true.
        x1: values for true.
        x2: values for false; the result has the dtype that x1 and x2 promote to.

    Raises:
        ShapeError: the three shapes do not broadcast.
        ArgumentTypeError: x1 or x2 is missing.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.where([True, False], [1, 2], 9))
        array([1, 9], dtype=int32)
    """
    ...


@primitive(dtype=rules.REALS, shape=_broadcast)
def clip(x: Operand, x_min: Operand, x_max: Operand) -> Tensor:
    """x limited to an interval; the result is the upper bound where x_min is greater than x_max.

    Args:
        x: real numbers; bools are treated as int32.
        x_min: the lower bound, a number or a tensor.
        x_max: the upper bound, a number or a tensor.

    Returns:
        A tensor of the dtype that all three promote to.

    Raises:
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.clip([1, 5, 9], 2, 6))
        array([2, 5, 6], dtype=int32)
    """
    ...


@composite(kernel=None)
def saturate_cast(x: Operand, dtype: DtypeLike) -> Tensor:
    """The values cast to another dtype, after clipping them to its range.

    Casts from float to integer truncate and convert NaN to 0. In a smaller float dtype, infinity becomes the largest
    finite number. The imaginary part of complex numbers is discarded. Casts to bool and complex are the same as `cast`.

    Raises:
        DtypeError: the dtype is unknown, or the framework does not support it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.saturate_cast([-1.5, 2.7, 300.0], "uint8"))
        array([  0,   2, 255], dtype=uint8)
    """
    have = dtype_of(x)
    if dtype in ("bool", have) or have == "bool" or dtypes.is_complex(dtype):
        return cast(x, dtype)
    if dtypes.is_complex(have):
        x = real(x)
        have = dtype_of(x)
    if dtypes.is_integer(have):
        if dtypes.is_integer(dtype):
            bounds = dtypes.integer_range(have), dtypes.integer_range(dtype)
            low, high = (combine(*ends) for combine, ends in zip((max, min), zip(*bounds, strict=True), strict=True))
            if (low, high) != dtypes.integer_range(have):
                x = clip(x, convert_to_tensor(low, have), convert_to_tensor(high, have))
            return cast(x, dtype)
        top = dtypes.largest(dtype)
        if top < dtypes.integer_range(have)[1]:
            return cast(clip(cast(x, "float32"), -top, top), dtype)
        return cast(x, dtype)
    if dtypes.is_integer(dtype):
        low, high = dtypes.integer_range(dtype)
        native = dtypes.to_numpy("float32" if have in _SMALL_FLOATS else have).type
        x = cast(x, dtypes.from_numpy(np.dtype(native)))
        # Bounds representable in the float dtype: the largest integer may not be.
        least, most = native(low), native(high)
        if int(most) > high:
            most = np.nextafter(most, native(0))
        found = cast(where(isnan(x), 0.0, clip(x, float(least), float(most))), dtype)
        return where(greater(x, float(most)), convert_to_tensor(high, dtype), found)
    top = dtypes.largest(dtype)
    return cast(clip(x, -top, top) if top < dtypes.largest(have) else x, dtype)
