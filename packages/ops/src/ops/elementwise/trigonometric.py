"""Trigonometric and hyperbolic functions, and their inverses."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import dtype as dtype_of
from ops.elementwise._common import broadcast, in_float32, same
from ops.elementwise.arithmetic import abs, divide, multiply, subtract
from ops.elementwise.comparison import equal, less
from ops.elementwise.rounding import _rint, floor
from ops.elementwise.selection import where
from ops_common import dtypes

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]


@primitive(dtype=rules.FLOATS, shape=same)
def sin(x: Operand) -> Tensor:
    """The sine of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sin([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def cos(x: Operand) -> Tensor:
    """The cosine of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cos([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def tan(x: Operand) -> Tensor:
    """The tangent of an angle in radians, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tan([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arcsin(x: Operand) -> Tensor:
    """The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arcsin([0.0, 1.0]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arccos(x: Operand) -> Tensor:
    """The angle in [0, pi] whose cosine is x; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arccos([1.0, 0.0]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arctan(x: Operand) -> Tensor:
    """The angle in [-pi/2, pi/2] whose tangent is x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arctan([0.0, float("inf")]))
        array([0.       , 1.5707964], dtype=float32)
    """
    ...


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
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


@primitive(dtype=rules.FLOATS, shape=same)
def sinh(x: Operand) -> Tensor:
    """The hyperbolic sine, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sinh([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def cosh(x: Operand) -> Tensor:
    """The hyperbolic cosine, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cosh([0.0]))
        array([1.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def tanh(x: Operand) -> Tensor:
    """The hyperbolic tangent, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tanh([0.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arcsinh(x: Operand) -> Tensor:
    """The inverse of `sinh`, accurate near 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arcsinh([0.0, 1e-6]))
        array([0.e+00, 1.e-06], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arccosh(x: Operand) -> Tensor:
    """The nonnegative inverse of `cosh`; NaN below 1, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arccosh([1.0]))
        array([0.], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def arctanh(x: Operand) -> Tensor:
    """The inverse of `tanh`; NaN outside [-1, 1], in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.arctanh([0.0, 1.0]))
        array([ 0., inf], dtype=float32)
    """
    ...


@composite(dtype=rules.REAL_FLOATS)
def deg2rad(x: Operand) -> Tensor:
    """x converted from degrees to radians, x pi / 180, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.deg2rad([0, 180]))
        array([0.       , 3.1415927], dtype=float32)
    """
    return in_float32(lambda a: multiply(a, math.pi / 180), x)


@composite(dtype=rules.REAL_FLOATS)
def rad2deg(x: Operand) -> Tensor:
    """x converted from radians to degrees, x 180 / pi, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rad2deg([0, 1]))
        array([ 0.     , 57.29578], dtype=float32)
    """
    return in_float32(lambda a: multiply(a, 180 / math.pi), x)


@composite(dtype=rules.FLOATS)
def sinc(x: Operand) -> Tensor:
    """``sin(pi x) / (pi x)``, 1 at 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sinc([0.0, 0.5]))
        array([1.        , 0.63661975], dtype=float32)
    """
    return in_float32(_normalized_sinc, x)


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
