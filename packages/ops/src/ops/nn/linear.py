"""Family nn.linear: layers whose outputs are weighted sums of their inputs."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.contraction import matmul
from ops.core import _static_shape as shape_of
from ops.elementwise import add
from ops_common import shapes

__all__ = ["dense"]


def _shape(x: Any, kernel: Any, bias: Any) -> shapes.Shape:
    return shapes.dense(x.shape, kernel.shape, None if bias is None else bias.shape)


@composite(dtype=rules.FLOATS, shape=_shape)
def dense(x: Operand, kernel: Operand, bias: Operand | None = None) -> Tensor:
    """A dense layer: the matrix product of x and the kernel, plus the bias.

    Args:
        x: a tensor of shape (..., n).
        kernel: the weights, of shape (n, m).
        bias: a tensor of shape (m,), which is added to each row of the product; None for 0.

    Returns:
        A tensor of shape (..., m), in the float dtype that all promote to (integers in `floatx`).

    Raises:
        ShapeError: x has rank 0, the kernel does not have rank 2, or the sizes do not fit.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.nn.dense([[1.0, 2.0]], [[1.0, 0.0], [0.0, 10.0]], [0.5, 0.5]))
        array([[ 1.5, 20.5]], dtype=float32)
    """
    shapes.dense(shape_of(x), shape_of(kernel), None if bias is None else shape_of(bias))
    product = matmul(x, kernel)
    return product if bias is None else add(product, bias)
