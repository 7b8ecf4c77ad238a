"""Family contraction: products of matrices and tensors."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import composite, primitive
from ops._types import Operand, Operands, Tensor
from ops.core import ndim
from ops.elementwise import multiply
from ops_common import shapes
from ops_common.errors import ArgumentTypeError


@primitive(dtype=rules.PRODUCT, shape=lambda x1, x2: shapes.matmul(x1.shape, x2.shape))
def matmul(x1: Operand, x2: Operand) -> Tensor:
    """Product of matrices, or of stacks of matrices.

    Args:
        x1: a tensor of rank 1 or more; rank 1 counts as a row.
        x2: a tensor of rank 1 or more; rank 1 counts as a column. The axes before the last two broadcast.

    Returns:
        A tensor of the dtype that both promote to; int8 gives int32.

    Raises:
        ShapeError: the inner sizes differ, the stacks do not broadcast, or an operand has rank 0.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.matmul([[1, 2]], [[3], [4]]))
        array([[11]], dtype=int32)
    """
    ...


@composite(dtype=rules.PROMOTE)
def dot(x1: Operand, x2: Operand) -> Tensor:
    """Sum of products over the last axis of x1 and the last but one (or only one) of x2; a product for rank 0.

    Raises:
        ShapeError: those sizes differ.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.dot([1, 2], [3, 4])))
        11
    """
    if ndim(x1) == 0 or ndim(x2) == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ((-1,), (-1 if ndim(x2) == 1 else -2,)))


def _pairs(x1: Any, x2: Any, axes: Any) -> tuple[Any, ...]:
    if hasattr(axes, "tolist"):
        axes = axes.tolist()
    if not isinstance(axes, (int, list, tuple)):
        raise ArgumentTypeError(f"axes is an int or a pair of axes; got {axes!r}")
    return x1, x2, shapes.tensordot_axes(tuple(getattr(x1, "shape", ())), tuple(getattr(x2, "shape", ())), axes)


@primitive(dtype=rules.PROMOTE, shape=lambda x1, x2, axes: shapes.tensordot(x1.shape, x2.shape, axes), canonical=_pairs)
def tensordot(x1: Operand, x2: Operand, axes: Any = 2) -> Tensor:
    """Sum of products over several axes of both.

    Args:
        x1: a tensor.
        x2: a tensor.
        axes: how many of x1's last and x2's first axes to sum over, or a pair: x1's axes and, in the same order, x2's.

    Returns:
        A tensor with x1's other axes, then x2's, in the dtype that both promote to.

    Raises:
        ShapeError: the axes do not exist, or their sizes differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tensordot([[1, 2], [3, 4]], [1, 10], axes=1))
        array([21, 43], dtype=int32)
    """
    ...


def _explicit(subscripts: Any, *arguments: Any) -> tuple[Any, ...]:
    if not isinstance(subscripts, str):
        raise ArgumentTypeError(f"subscripts is a string such as 'ij,jk->ik'; got {subscripts!r}")
    operands, kwargs = arguments
    if kwargs:
        raise ArgumentTypeError(f"einsum got unknown arguments {', '.join(sorted(kwargs))}")
    text = subscripts.replace(" ", "")
    if "->" not in text:
        labels = text.replace(",", "").replace(".", "")
        once = "".join(sorted(label for label in set(labels) if labels.count(label) == 1))
        text = f"{text}->{'...' if '...' in text else ''}{once}"
    return text, operands, {}


@primitive(
    dtype=rules.PRODUCT,
    shape=lambda subscripts, *operands: shapes.einsum(subscripts, [x.shape for x in operands]),
    canonical=_explicit,
)
def einsum(subscripts: str, *operands: Operands, **kwargs: Any) -> Tensor:
    """Einstein's sum: products of operands, summed over the labels that the output does not have.

    Args:
        subscripts: one label for each axis, operands parted by commas, ``->`` and the output's labels; ``...`` stands
            for axes that broadcast. Without ``->`` the output has the labels that occur once, in alphabetical order.
        *operands: the tensors.
        **kwargs: none is known; the reference's signature has them.

    Returns:
        A tensor of the dtype that all promote to; int8 gives int32.

    Raises:
        ShapeError: the subscripts do not fit the operands.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.einsum("ij,j->i", [[1, 2], [3, 4]], [1, 10]))
        array([21, 43], dtype=int32)
    """
    ...
