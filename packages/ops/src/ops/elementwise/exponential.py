"""Exponentials and logarithms."""

from __future__ import annotations

import math

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.elementwise._common import broadcast, in_float32, same
from ops.elementwise.arithmetic import multiply
from ops.elementwise.powers import power

__all__ = ["exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "logaddexp2"]


@primitive(dtype=rules.FLOATS, shape=same)
def exp(x: Operand) -> Tensor:
    """The exponential function, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.exp([0.0]))
        array([1.], dtype=float32)
    """
    ...


@composite(dtype=rules.FLOATS)
def exp2(x: Operand) -> Tensor:
    """2 to the power of x, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.exp2([3, -1]))
        array([8. , 0.5], dtype=float32)
    """
    return power(2.0, x)


@primitive(dtype=rules.FLOATS, shape=same)
def expm1(x: Operand) -> Tensor:
    """``exp(x) - 1`` without cancellation near 0, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.expm1([0.0, 1e-10]))
        array([0.e+00, 1.e-10], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def log(x: Operand) -> Tensor:
    """The natural logarithm; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log([1.0, 2.0]))
        array([0.       , 0.6931472], dtype=float32)
    """
    ...


@primitive(dtype=rules.FLOATS, shape=same)
def log1p(x: Operand) -> Tensor:
    """``log(1 + x)`` without cancellation near 0; NaN below -1, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log1p([0.0, 1e-10]))
        array([0.e+00, 1.e-10], dtype=float32)
    """
    ...


@composite(dtype=rules.FLOATS)
def log2(x: Operand) -> Tensor:
    """The logarithm to base 2; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log2([1.0, 2.0]))
        array([0., 1.], dtype=float32)
    """
    return in_float32(lambda a: multiply(log(a), 1 / math.log(2)), x)


@composite(dtype=rules.FLOATS)
def log10(x: Operand) -> Tensor:
    """The logarithm to base 10; NaN below zero, in the float dtype (`floatx` for integers).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.log10([1.0, 10.0]))
        array([0., 1.], dtype=float32)
    """
    return in_float32(lambda a: multiply(log(a), 1 / math.log(10)), x)


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
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


@primitive(dtype=rules.REAL_FLOATS, shape=broadcast)
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
