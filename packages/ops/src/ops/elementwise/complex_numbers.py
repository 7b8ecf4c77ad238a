"""Parts of complex numbers."""

from __future__ import annotations

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.elementwise._common import same
from ops.elementwise.comparison import equal

__all__ = [
    "angle",
    "conj",
    "conjugate",
    "imag",
    "isreal",
    "real",
]


@primitive(dtype=rules.PROMOTE, shape=same)
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


@primitive(dtype=rules.MODULUS, shape=same)
def real(x: Operand) -> Tensor:
    """The real part, as a float; real numbers and bools are returned unchanged.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.real([1, -2]))
        array([ 1, -2], dtype=int32)
    """
    ...


@primitive(dtype=rules.MODULUS, shape=same)
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


@primitive(dtype=rules.FLOAT_MODULUS, shape=same)
def angle(x: Operand) -> Tensor:
    """The argument of a complex number, in radians; 0 or pi for a real number.

    In (-pi, pi], in the float dtype (`floatx` for integers); NaN for NaN. Negative zero has the angle pi.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.angle([1.0, -1.0]))
        array([0.       , 3.1415927], dtype=float32)
    """
    ...
