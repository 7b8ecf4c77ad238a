"""Family contraction: products of matrices and tensors."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_axis, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Operands, Tensor
from ops.control import cond
from ops.core import _static_shape as shape_of
from ops.core import ndim
from ops.core import shape as sizes_of
from ops.elementwise import (
    equal,
    greater,
    isnan,
    logical_or,
    maximum,
    multiply,
    negative,
    sqrt,
    square,
    subtract,
    where,
)
from ops.indexing import get_item
from ops.manipulation import expand_dims, moveaxis, pad, reshape, stack, transpose
from ops.reduction import narrowed, widened
from ops.reduction import sum as reduce_sum
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.arguments import as_python

__all__ = [
    "cdist",
    "correlate",
    "cross",
    "dot",
    "einsum",
    "inner",
    "kron",
    "matmul",
    "outer",
    "tensordot",
    "vdot",
]


@primitive(dtype=rules.PRODUCT, shape=lambda x1, x2: shapes.matmul(x1.shape, x2.shape))
def matmul(x1: Operand, x2: Operand) -> Tensor:
    """The product of matrices, or of stacks of matrices.

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
    """The sum of products over the last axis of x1 and the second-to-last (or only) axis of x2; the product for rank 0.

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
    axes = as_python(axes)
    if isinstance(axes, (list, tuple)):
        axes = tuple([canonical_axis(as_python(side)) for side in axes])  # type: ignore[arg-type]  # any items
    if not isinstance(axes, (int, tuple)) or (isinstance(axes, tuple) and None in axes):
        raise ArgumentTypeError(f"axes must be an int or a pair of axes; got {axes!r}")
    return x1, x2, shapes.tensordot_axes(tuple(getattr(x1, "shape", ())), tuple(getattr(x2, "shape", ())), axes)


@primitive(dtype=rules.PROMOTE, shape=lambda x1, x2, axes: shapes.tensordot(x1.shape, x2.shape, axes), canonical=_pairs)
def tensordot(x1: Operand, x2: Operand, axes: Any = 2) -> Tensor:
    """The sum of products over several axes of both tensors.

    Args:
        x1: a tensor.
        x2: a tensor.
        axes: the number of x1's last and x2's first axes to sum over, or a pair: x1's axes and, in the same order,
            x2's.

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


@reads()
def _explicit(subscripts: Any, *arguments: Any) -> tuple[Any, ...]:
    if not isinstance(subscripts, str):
        raise ArgumentTypeError(f"subscripts must be a string such as 'ij,jk->ik'; got {subscripts!r}")
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
    """The Einstein summation: products of operands, summed over the labels that the output does not have.

    Args:
        subscripts: one label for each axis, with operands separated by commas, then ``->`` and the output's labels;
            ``...`` denotes axes that broadcast. Without ``->``, the output has the labels that occur once, in
            alphabetical order.
        *operands: the tensors.
        **kwargs: none is supported; present for compatibility with the reference's signature.

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


@composite(dtype=rules.PROMOTE)
def inner(x1: Operand, x2: Operand) -> Tensor:
    """The sum of products over the last axes of both tensors; the product if one has rank 0.

    Returns:
        A tensor with x1's other axes, then x2's, in the dtype that both promote to.

    Raises:
        ShapeError: the last sizes differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.inner([[1, 2], [3, 4]], [1, 10]))
        array([21, 43], dtype=int32)
    """
    if ndim(x1) == 0 or ndim(x2) == 0:
        return multiply(x1, x2)
    return tensordot(x1, x2, ((-1,), (-1,)))


@composite(dtype=rules.PROMOTE)
def outer(x1: Operand, x2: Operand) -> Tensor:
    """The products of each element of x1 with each element of x2, both flattened.

    Returns:
        A matrix with a row for each element of x1, in the dtype that both promote to.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.outer([1, 2], [1, 10, 100]))
        array([[  1,  10, 100],
               [  2,  20, 200]], dtype=int32)
    """
    return multiply(reshape(x1, (-1, 1)), reshape(x2, (1, -1)))


@primitive(dtype=rules.PROMOTE, shape=lambda x1, x2: shapes.vdot(x1.shape, x2.shape))
def vdot(x1: Operand, x2: Operand) -> Tensor:
    """The sum of products of corresponding elements of both tensors, flattened; x1 is conjugated.

    Returns:
        A tensor of rank 0, in the dtype that both promote to.

    Raises:
        ShapeError: the numbers of elements differ.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.vdot([[1, 2], [3, 4]], [[1, 1], [10, 10]])))
        73
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda x1, x2: shapes.kron_factors(x1.shape, x2.shape)[2])
def kron(x1: Operand, x2: Operand) -> Tensor:
    """The Kronecker product: a block for each element of x1, which is the element times x2.

    Returns:
        A tensor whose sizes are the products of both operands' sizes (after adding leading axes of size 1 to the one of
        lower rank), in the dtype that both promote to.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.kron([1, 10], [1, 2]))
        array([ 1,  2, 10, 20], dtype=int32)
    """
    ...


def _vectors(x: Any, axis: int, what: str, other: Any, other_axis: int) -> tuple[Any, int | None]:
    """Returns the tensor with the axis of its vectors last, and the size of the vectors.

    If that of a symbolic tensor is unknown, and the other operand's vectors have 3 components, 3 is returned: the
    result does not depend on it. Otherwise, the result's rank does. The size is None if a traced tensor's is unknown.
    """
    sizes, other_sizes = shape_of(x), shape_of(other)
    at = shapes.normalize_axis(axis, len(sizes), what)
    size = sizes[at]
    if size is None and isinstance(x, SymbolicTensor) and -len(other_sizes) <= other_axis < len(other_sizes):
        size = 3 if other_sizes[other_axis] == 3 else None
    if size is None and isinstance(x, SymbolicTensor):
        raise _unknown_components(what, axis)
    if size not in (2, 3, None):
        raise ShapeError(f"{what} {axis} must have size 2 or 3; got size {size} in shape {sizes}")
    if at != len(sizes) - 1:
        x = transpose(x, (*(i for i in range(len(sizes)) if i != at), at))
    return x, size


def _unknown_components(what: str, axis: int) -> ShapeError:
    return ShapeError(f"the size of {what} {axis} must be known, and must be 2 or 3")


def _in_space(x: Any) -> Any:
    """Returns vectors of an unknown number of components, 2 or 3, with 3 components."""
    *batch, size = sizes_of(x)
    padded = pad(x, ((0, 0),) * len(batch) + ((0, (size + 1) % 2),))
    return reshape(padded, (*batch, 3))  # fails for other numbers of components


def _of_unknown_rank(x1: Any, x2: Any, is_in_plane: Any, axis: int, error: ShapeError) -> Any:
    """Returns the cross product, which has no axis of components if both operands are in a plane. Raises the error on
    a backend that has no tensors of unknown rank."""
    product = _cross_in_space(x1, x2)
    try:
        return cond(is_in_plane, lambda: get_item(product, (..., 2)), lambda: moveaxis(product, -1, axis))
    except ArgumentError as cause:  # the branches differ in rank
        raise error from cause


@composite(dtype=rules.NO_BOOL)
def cross(
    x1: Operand, x2: Operand, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Tensor:
    """The cross product of vectors of 2 or 3 components; a missing third component is 0.

    Args:
        x1: a tensor of vectors.
        x2: a tensor of vectors; all other axes of both broadcast.
        axisa: x1's axis of components.
        axisb: x2's axis of components.
        axisc: the output's axis of components.
        axis: the axis of components in all three tensors; overrides the other arguments.

    Returns:
        A tensor of vectors of 3 components; if both operands have 2 components, the third component alone. The dtype is
        the one that both promote to; bools must be cast first.

    Raises:
        ShapeError: an axis is out of bounds or does not have size 2 or 3, or the other axes do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cross([1, 0, 0], [[0, 1, 0], [0, 0, 1]]))
        array([[ 0,  0,  1],
               [ 0, -1,  0]], dtype=int32)
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    x1, size1 = _vectors(x1, axisa, "axisa", x2, axisb)
    x2, size2 = _vectors(x2, axisb, "axisb", x1, -1)
    if size1 is None or size2 is None:
        is_in_plane = equal(maximum(sizes_of(x1)[-1], sizes_of(x2)[-1]), 2)
        x1, x2 = _in_space(x1), _in_space(x2)
        if 3 not in (size1, size2):
            what, at = ("axisa", axisa) if size1 is None else ("axisb", axisb)
            return _of_unknown_rank(x1, x2, is_in_plane, axisc, _unknown_components(what, at))
        size1 = size2 = 3
    if size1 == size2 == 3:
        product = _cross_in_space(x1, x2)
        return product if axisc == -1 else moveaxis(product, -1, axisc)
    a = [get_item(x1, (..., i)) for i in range(size1)]
    b = [get_item(x2, (..., i)) for i in range(size2)]
    third = subtract(multiply(a[0], b[1]), multiply(a[1], b[0]))
    if size1 == size2 == 2:
        return third
    # Products with a missing component, which is 0, are omitted.
    if size1 == 2:
        first, second = multiply(a[1], b[2]), negative(multiply(a[0], b[2]))
    else:
        first, second = negative(multiply(a[2], b[1])), multiply(a[2], b[0])
    return stack([first, second, third], axisc)


@composite(kernel="cross_in_space")
def _cross_in_space(x1: Operand, x2: Operand) -> Tensor:
    """Returns the cross product of vectors of 3 components along the last axes."""
    a, b = ([get_item(x, (..., i)) for i in range(3)] for x in (x1, x2))
    parts = [subtract(multiply(a[i], b[j]), multiply(a[j], b[i])) for i, j in ((1, 2), (2, 0), (0, 1))]
    return stack(parts, -1)


@composite(dtype=rules.REAL_FLOATS)
def cdist(x: Operand, y: Operand) -> Tensor:
    """The Euclidean distances between each row of x and each row of y.

    They are computed from the differences, so that distances of near rows are accurate. The gradient of a distance of 0
    is 0.

    Args:
        x: a tensor of shape ``(..., m, d)``.
        y: a tensor of shape ``(..., n, d)``; the axes before the last two broadcast with x's.

    Returns:
        A tensor of shape ``(..., m, n)``, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: a rank is below 2, the last sizes differ, or the stacks do not broadcast.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cdist([[0.0, 0.0]], [[3.0, 4.0], [0.0, 0.0]]))
        array([[5., 0.]], dtype=float32)
    """
    sizes = shape_of(x), shape_of(y)
    if len(sizes[0]) < 2 or len(sizes[1]) < 2:
        raise ShapeError(f"x and y must have rank 2 or more; got shapes {sizes[0]} and {sizes[1]}")
    if None not in (sizes[0][-1], sizes[1][-1]) and sizes[0][-1] != sizes[1][-1]:
        raise ShapeError(f"x and y must have the same last size; got shapes {sizes[0]} and {sizes[1]}")
    distance = subtract(expand_dims(widened(x), -2), expand_dims(widened(y), -3))
    squared = reduce_sum(square(distance), -1)
    apart = greater(squared, 0)
    root = where(logical_or(apart, isnan(squared)), sqrt(where(apart, squared, 1)), 0)
    return narrowed(where(isnan(squared), squared, root), x)


_MODES = ("valid", "same", "full")


def _sequences(x1: Any, x2: Any, mode: Any) -> tuple[Any, ...]:
    if mode not in _MODES:
        raise ArgumentError(f"mode must be one of {', '.join(_MODES)}; got {mode!r}")
    # Raise for empty sequences here: some frameworks would return a result.
    shapes.correlate(tuple(getattr(x1, "shape", ())), tuple(getattr(x2, "shape", ())), mode)
    return x1, x2, mode


@primitive(
    dtype=rules.FLOATS,
    shape=lambda x1, x2, mode: shapes.correlate(x1.shape, x2.shape, mode),
    canonical=_sequences,
)
def correlate(x1: Operand, x2: Operand, mode: str = "valid") -> Tensor:
    """The cross-correlation of two sequences: the sum over n of ``x1[n + k] * conj(x2[n])`` for each shift k.

    Args:
        x1: a tensor of rank 1.
        x2: a tensor of rank 1.
        mode: "valid" for the shifts at which the shorter sequence is entirely within the longer one; "full" for all
            shifts at which they overlap; "same" for as many as the longer sequence has elements, around the middle.

    Returns:
        A tensor of rank 1, in the float dtype (integers in `floatx`).

    Raises:
        ShapeError: a sequence is empty or not of rank 1.
        ArgumentError: the mode is unknown.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.correlate([1, 2, 3], [1, 10], "full"))
        array([10., 21., 32.,  3.], dtype=float32)
    """
    ...


def __dir__() -> list[str]:
    return sorted(__all__)
