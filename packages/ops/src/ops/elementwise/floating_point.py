"""Floating-point numbers: NaN, infinities, sign bits, neighbours, exponents, and equality within a tolerance."""

from __future__ import annotations

import math

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Index, Operand, Tensor
from ops.elementwise._common import as_tensor, broadcast, same
from ops.elementwise.arithmetic import abs, add, multiply, subtract
from ops.elementwise.comparison import equal, less_equal
from ops.elementwise.logical import logical_and, logical_or

__all__ = [
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "isneginf",
    "isposinf",
    "ldexp",
    "nan_to_num",
    "nextafter",
    "signbit",
]


@primitive(dtype=rules.TEST_FLOATS, shape=same)
def isnan(x: Operand) -> Tensor:
    """Whether x is NaN, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isnan([1.0, float("nan"), float("inf")]))
        array([False,  True, False])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=same)
def isinf(x: Operand) -> Tensor:
    """Whether x is infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isinf([1.0, float("nan"), float("inf")]))
        array([False, False,  True])
    """
    ...


@primitive(dtype=rules.TEST_FLOATS, shape=same)
def isfinite(x: Operand) -> Tensor:
    """Whether x is neither NaN nor infinite, as bool.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isfinite([1.0, float("nan"), float("inf")]))
        array([ True, False, False])
    """
    ...


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


@primitive(dtype=rules.COMPARE_ORDER, shape=same)
def signbit(x: Operand) -> Tensor:
    """Whether the sign bit is set, as bool; true for negative zero as well. Not defined for complex numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.signbit([1.0, -1.0, -0.0]))
        array([False,  True,  True])
    """
    ...


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
    x1, x2 = as_tensor(x1, x2), as_tensor(x2, x1)
    near = less_equal(abs(subtract(x1, x2)), add(multiply(abs(x2), rtol), atol))
    close = logical_or(equal(x1, x2), logical_and(near, isfinite(x2)))
    return logical_or(close, logical_and(isnan(x1), isnan(x2))) if equal_nan else close


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
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


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
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


@primitive(dtype=rules.PROMOTE, shape=same)
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
