"""Family manipulation: the same elements in another shape or order."""

from __future__ import annotations

from typing import Any

from ops import _rules as rules
from ops._declare import canonical_axis, canonical_int, primitive
from ops._types import Axis, Operand, Operands, ShapeLike, Tensor
from ops_common import shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError


@primitive(dtype=rules.KEEP, shape=lambda x, newshape: shapes.reshape(x.shape, newshape))
def reshape(x: Operand, newshape: ShapeLike) -> Tensor:
    """The same elements, in the same order, in another shape.

    Args:
        x: a tensor.
        newshape: the sizes; one may be -1, and is worked out from the others.

    Raises:
        ShapeError: the numbers of elements differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.reshape([1, 2, 3, 4], (2, -1)))
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, axes: shapes.transpose(x.shape, axes))
def transpose(x: Operand, axes: Axis = None) -> Tensor:
    """The axes in another order.

    Args:
        x: a tensor.
        axes: a permutation of the axes; None reverses them.

    Raises:
        ShapeError: the axes are no permutation of x's.

    Example:
        >>> import ops
        >>> ops.shape(ops.transpose(ops.zeros((2, 3, 4)), (1, 0, 2)))
        (3, 2, 4)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda xs, axis: shapes.concatenate([x.shape for x in xs], axis))
def concatenate(xs: Operands, axis: int = 0) -> Tensor:
    """Tensors joined along an axis.

    Args:
        xs: tensors that agree in all other axes; the answer has the dtype that they promote to.
        axis: the axis.

    Raises:
        ShapeError: there is no tensor, they do not fit, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.concatenate([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda x, axis: shapes.stack([item.shape for item in x], axis))
def stack(x: Operands, axis: int = 0) -> Tensor:
    """Tensors of equal shape joined along a new axis.

    Args:
        x: the tensors; the answer has the dtype that they promote to.
        axis: where the new axis is in the answer.

    Raises:
        ShapeError: there is no tensor, their shapes differ, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.stack([[1, 2], [3, 4]], axis=1))
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    ...


def _cuts(x: Any, indices_or_sections: Any, axis: Any) -> tuple[Any, int | tuple[int, ...], int]:
    cuts = canonical_axis(
        indices_or_sections.tolist() if hasattr(indices_or_sections, "tolist") else indices_or_sections
    )
    if cuts is None:
        raise ArgumentTypeError("split needs a number of parts or indices to cut at")
    return x, cuts, axis


@primitive(
    dtype=rules.KEEP,
    shape=lambda x, indices_or_sections, axis: shapes.split(x.shape, indices_or_sections, axis),
    canonical=_cuts,
)
def split(x: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """A tensor cut into pieces along an axis.

    Args:
        x: a tensor.
        indices_or_sections: the number of equal pieces, or the indices before which to cut.
        axis: the axis.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: the axis does not divide into that many pieces, or is out of bounds.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.split(ops.zeros((6, 2)), [1, 3])]
        [(1, 2), (2, 2), (3, 2)]
    """
    ...


def _places(x: Any, axis: shapes.Axis) -> shapes.Shape:
    if axis is None:
        raise ArgumentTypeError("expand_dims needs an axis")
    return shapes.expand_dims(x.shape, axis)


@primitive(dtype=rules.KEEP, shape=_places)
def expand_dims(x: Operand, axis: Axis) -> Tensor:
    """New axes of size 1.

    Args:
        x: a tensor.
        axis: where the new axis, or axes, are in the answer.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.shape(ops.expand_dims([1, 2], (0, -1)))
        (1, 2, 1)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, axis: shapes.squeeze(x.shape, axis))
def squeeze(x: Operand, axis: Axis = None) -> Tensor:
    """The tensor without axes of size 1.

    Args:
        x: a tensor.
        axis: the axes to remove; None for every one of size 1.

    Raises:
        ShapeError: an axis is out of bounds, or its size is not 1.

    Example:
        >>> import ops
        >>> ops.shape(ops.squeeze(ops.zeros((1, 2, 1)), 0))
        (2, 1)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, shape: shapes.broadcast_to(x.shape, shape))
def broadcast_to(x: Operand, shape: ShapeLike) -> Tensor:
    """The tensor repeated to a shape that it broadcasts to. The answer may be a read-only view.

    Raises:
        ShapeError: x does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.broadcast_to([1, 2], (2, 2)))
        array([[1, 2],
               [1, 2]], dtype=int32)
    """
    ...


_MODES = ("constant", "reflect", "symmetric", "edge")


def _pads(x: Any, pad_width: Any, mode: str, constant_values: Any) -> tuple[Any, ...]:
    if mode not in _MODES:
        raise ArgumentError(f"mode is one of {', '.join(_MODES)}; got {mode!r}")
    if constant_values is not None and mode != "constant":
        raise ArgumentError(f"constant_values goes with mode 'constant' only; got mode {mode!r}")
    rank = len(x.shape) if hasattr(x, "shape") else 0
    widths = pad_width.tolist() if hasattr(pad_width, "tolist") else pad_width
    if isinstance(widths, int):
        pairs = ((widths, widths),) * rank
    elif len(widths) == 2 and all(isinstance(width, int) for width in widths):
        pairs = ((canonical_int(widths[0]), canonical_int(widths[1])),) * rank
    else:
        pairs = tuple(tuple(canonical_int(amount) for amount in (w if len(w) == 2 else (*w, *w))) for w in widths)
        if len(pairs) == 1:
            pairs *= rank
    if any(len(pair) != 2 or min(pair) < 0 for pair in pairs):
        raise ShapeError(
            f"pad_width has one (before, after) pair of sizes that are not negative for each axis; got {pad_width!r}"
        )
    if mode == "reflect" or mode == "symmetric":
        reach = 1 if mode == "reflect" else 0
        for size, pair in zip(x.shape, pairs, strict=False):
            if isinstance(size, int) and max(pair) > size - reach:
                raise ShapeError(f"mode {mode!r} adds at most {size - reach} elements to an axis of {size}; got {pair}")
    if mode == "edge" and any(size == 0 and max(pair) for size, pair in zip(x.shape, pairs, strict=False)):
        raise ShapeError(f"mode 'edge' has nothing to repeat in an empty axis of shape {tuple(x.shape)}")
    return x, pairs, mode, 0 if constant_values is None else constant_values


@primitive(
    dtype=rules.KEEP, shape=lambda x, pad_width, mode, constant_values: shapes.pad(x.shape, pad_width), canonical=_pads
)
def pad(x: Operand, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """The tensor with elements added at the ends of its axes.

    Args:
        x: a tensor.
        pad_width: (before, after) for each axis; one pair, or one number, for all axes alike.
        mode: "constant", "reflect" (mirrored at the edge element), "symmetric" (mirrored with it) or "edge" (repeated).
        constant_values: the number that mode "constant" adds, 0 for None.

    Raises:
        ShapeError: the widths do not fit the axes, are negative, or wider than a mirror can fill.
        ArgumentError: the mode is unknown, or another mode than "constant" comes with a value.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.pad([1, 2], (1, 2)))
        array([0, 1, 2, 0, 0], dtype=int32)
    """
    ...


def _flipped(x: Any, axis: shapes.Axis) -> shapes.Shape:
    shapes.normalize_axes(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_flipped)
def flip(x: Operand, axis: Axis = None) -> Tensor:
    """The elements in reverse order along axes, along all for None.

    Raises:
        ShapeError: an axis is out of bounds or named twice.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.flip([1, 2, 3]))
        array([3, 2, 1], dtype=int32)
    """
    ...
