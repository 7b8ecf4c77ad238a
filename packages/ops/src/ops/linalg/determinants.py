"""Determinants and their logarithms."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops_common import shapes
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "det",
    "logdet",
    "slogdet",
]


@primitive(dtype=rules.FLOATS, shape=lambda x: shapes.square(x.shape))
def det(x: Operand) -> Tensor:
    """The determinant of a matrix; see `slogdet` if it may overflow or underflow.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        A tensor of the stack's shape, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.det([[2.0, 0.0], [1.0, 3.0]])))
        6.0
    """
    ...


def _sign_and_logarithm(x: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    batch = shapes.square(x.shape)
    return SymbolicTensor(batch, x.dtype), SymbolicTensor(batch, rules.MODULUS.result_dtype(x.dtype))


@primitive(dtype=rules.FLOATS, shape=_sign_and_logarithm)
def slogdet(x: Operand) -> tuple[Tensor, Tensor]:
    """The sign and the logarithm of the absolute value of a determinant, which itself may overflow or underflow.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        (sign, logabsdet). The sign is in the float dtype (integers in `floatx`): 1, -1, or 0 for a singular matrix; a
        complex number of modulus 1 for a complex matrix. logabsdet is real; it is minus infinity for a singular matrix.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> sign, logabsdet = ops.slogdet([[0.0, 1.0], [1.0, 0.0]])
        >>> float(ops.convert_to_numpy(sign)), float(ops.convert_to_numpy(logabsdet))
        (-1.0, 0.0)
    """
    ...


@composite(dtype=rules.FLOATS, kernel=None)
def logdet(x: Operand) -> Tensor:
    """The logarithm of the absolute value of a determinant: the second output of `slogdet`.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        A real tensor of the shape of the stack (integers in `floatx`); minus infinity for a singular matrix.

    Raises:
        ShapeError: x is not a square matrix or a stack of them.

    Example:
        >>> import ops
        >>> float(ops.convert_to_numpy(ops.logdet([[0.0, 1.0], [1.0, 0.0]])))
        0.0
    """
    return slogdet(x)[1]
