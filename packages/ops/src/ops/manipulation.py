"""Family manipulation: shapes, axes and the order of elements."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_axis, canonical_int, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, DtypeLike, Operand, Operands, ShapeLike, Tensor
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.elementwise import not_equal, subtract
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, OpsError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "append",
    "array_split",
    "broadcast_to",
    "concatenate",
    "diff",
    "dsplit",
    "dstack",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "hsplit",
    "hstack",
    "meshgrid",
    "moveaxis",
    "pad",
    "ravel",
    "repeat",
    "reshape",
    "roll",
    "rot90",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "tile",
    "transpose",
    "unstack",
    "view",
    "vsplit",
    "vstack",
]


@primitive(dtype=rules.KEEP, shape=lambda x, newshape: shapes.reshape(x.shape, newshape))
def reshape(x: Operand, newshape: ShapeLike) -> Tensor:
    """The elements of x, in the same order, with a new shape.

    Args:
        x: a tensor.
        newshape: the new shape; one size may be -1 and is computed from the others.

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
    """The tensor with its axes permuted.

    Args:
        x: a tensor.
        axes: a permutation of the axes; None reverses them.

    Raises:
        ShapeError: the axes are not a permutation of x's axes.

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
        xs: tensors with equal sizes along all other axes; the result has the dtype that they promote to.
        axis: the axis to join along.

    Raises:
        ShapeError: there are no tensors, their shapes do not match, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.concatenate([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    ...


@primitive(dtype=rules.PROMOTE, shape=lambda x, axis: shapes.stack([item.shape for item in x], axis))
def stack(x: Operands, axis: int = 0) -> Tensor:
    """Tensors of equal shape stacked along a new axis.

    Args:
        x: the tensors; the result has the dtype that they promote to.
        axis: the position of the new axis in the result.

    Raises:
        ShapeError: there are no tensors, their shapes differ, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.stack([[1, 2], [3, 4]], axis=1))
        array([[1, 3],
               [2, 4]], dtype=int32)
    """
    ...


def _cuts(x: Any, indices_or_sections: Any, *axis: Any) -> tuple[Any, ...]:
    cuts = canonical_axis(
        indices_or_sections.tolist() if hasattr(indices_or_sections, "tolist") else indices_or_sections
    )
    if cuts is None:
        raise ArgumentTypeError("split needs a number of parts or indices to cut at")
    return x, cuts, *axis


@primitive(
    dtype=rules.KEEP,
    shape=lambda x, indices_or_sections, axis: shapes.split(x.shape, indices_or_sections, axis),
    canonical=_cuts,
)
def split(x: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """The tensor split into pieces along an axis.

    Args:
        x: a tensor.
        indices_or_sections: the number of equal pieces, or the indices before which to split.
        axis: the axis to split.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: the size of the axis is not divisible by the number of pieces, or the axis is out of bounds.

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
    """The tensor with new axes of size 1.

    Args:
        x: a tensor.
        axis: the position of the new axis, or axes, in the result.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

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
        axis: the axis or axes to remove; None for all axes of size 1.

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
    """The tensor broadcast to a shape. The result may be a read-only view.

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
    elif len(widths) in (1, 2) and all(isinstance(width, int) for width in widths):
        pairs = ((canonical_int(widths[0]), canonical_int(widths[-1])),) * rank
    else:
        pairs = tuple(tuple(canonical_int(amount) for amount in (w if len(w) == 2 else (*w, *w))) for w in widths)
        if len(pairs) == 1:
            pairs *= rank
    if any(len(pair) != 2 or min(pair) < 0 for pair in pairs) or len(pairs) != rank:
        raise ShapeError(
            f"pad_width has one (before, after) pair of sizes that are not negative for each axis; got {pad_width!r}"
        )
    if mode == "reflect" or mode == "symmetric":
        reach = 1 if mode == "reflect" else 0
        for size, pair in zip(x.shape, pairs, strict=False):
            if isinstance(size, int) and max(pair) > max(size - reach, 0):
                most = max(size - reach, 0)
                raise ShapeError(f"mode {mode!r} adds at most {most} elements to an axis of {size}; got {pair}")
    if mode == "edge" and any(size == 0 and max(pair) for size, pair in zip(x.shape, pairs, strict=False)):
        raise ShapeError(f"mode 'edge' has nothing to repeat in an empty axis of shape {tuple(x.shape)}")
    return x, pairs, mode, 0 if constant_values is None else constant_values


@primitive(
    dtype=rules.KEEP, shape=lambda x, pad_width, mode, constant_values: shapes.pad(x.shape, pad_width), canonical=_pads
)
def pad(x: Operand, pad_width: Any, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """The tensor padded at the ends of its axes.

    Args:
        x: a tensor.
        pad_width: (before, after) for each axis; a single pair or number applies to all axes.
        mode: "constant", "reflect" (mirrored without the edge element), "symmetric" (with it) or "edge" (repeated).
        constant_values: the padding value for mode "constant"; 0 for None.

    Raises:
        ShapeError: the widths do not match the axes, are negative, or are too large to mirror.
        ArgumentError: the mode is unknown, or a value is given for a mode other than "constant".

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
    """The tensor with the elements reversed along axes; None for all axes.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.flip([1, 2, 3]))
        array([3, 2, 1], dtype=int32)
    """
    ...


@composite(canonical=_cuts)
def array_split(x: Operand, indices_or_sections: Any, axis: int = 0) -> list[Tensor]:
    """The tensor split into pieces along an axis whose size need not be divisible.

    Args:
        x: a tensor.
        indices_or_sections: the number of pieces, or the indices before which to split. If the size is not divisible by
            the number, the first pieces have one more element; if there are more pieces than elements, the last are
            empty.
        axis: the axis to split.

    Returns:
        A list of tensors.

    Raises:
        ShapeError: the axis is out of bounds, or the number of pieces is not positive.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.array_split(ops.zeros((5,)), 3)]
        [(2,), (2,), (1,)]
    """
    if isinstance(indices_or_sections, int):
        sizes = shape_of(x)
        size = sizes[shapes.normalize_axis(axis, len(sizes))]
        indices_or_sections = shapes.even_cuts(size, indices_or_sections)
    return split(x, indices_or_sections, axis)


@composite(canonical=_cuts)
def hsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor split along axis 1, or along axis 0 if it has rank 1; see `split`.

    Raises:
        ShapeError: the tensor has rank 0, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.hsplit(ops.zeros((3, 6)), 2)]
        [(3, 3), (3, 3)]
    """
    return split(x, indices_or_sections, 0 if len(shape_of(x)) == 1 else 1)


@composite(canonical=_cuts)
def vsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor, of rank 2 or more, split along axis 0; see `split`.

    Raises:
        ShapeError: the rank is lower than 2, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.vsplit(ops.zeros((4, 3)), 2)]
        [(2, 3), (2, 3)]
    """
    sizes = shape_of(x)
    if len(sizes) < 2:
        raise ShapeError(f"vsplit cuts tensors of rank 2 or more; got shape {sizes}")
    return split(x, indices_or_sections, 0)


@composite(canonical=_cuts)
def dsplit(x: Operand, indices_or_sections: Any) -> list[Tensor]:
    """The tensor, of rank 3 or more, split along axis 2; see `split`.

    Raises:
        ShapeError: the rank is lower than 3, or the size of the axis is not divisible by the number of pieces.

    Example:
        >>> import ops
        >>> [ops.shape(piece) for piece in ops.dsplit(ops.zeros((2, 3, 4)), [1])]
        [(2, 3, 1), (2, 3, 3)]
    """
    return split(x, indices_or_sections, 2)


@composite(dtype=rules.PROMOTE)
def append(x1: Operand, x2: Operand, axis: Axis = None) -> Tensor:
    """The elements of x1 followed by those of x2.

    Args:
        x1: a tensor.
        x2: a tensor; the result has the dtype that both promote to.
        axis: the axis to join along; None flattens both first.

    Raises:
        ShapeError: the sizes differ along another axis, or the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.append([1, 2], [[3], [4]]))
        array([1, 2, 3, 4], dtype=int32)
    """
    if axis is None:
        return concatenate([reshape(x1, (-1,)), reshape(x2, (-1,))], 0)
    return concatenate([x1, x2], axis)  # type: ignore[arg-type]  # checked by concatenate


@composite(dtype=rules.PROMOTE)
def hstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 1, or along axis 0 for tensors of rank 1; scalars are treated as rank 1.

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.hstack([[1, 2], [3]]))
        array([1, 2, 3], dtype=int32)
    """
    rows = [x if len(shape_of(x)) else reshape(x, (1,)) for x in xs]
    return concatenate(rows, 1 if rows and len(shape_of(rows[0])) > 1 else 0)


@composite(dtype=rules.PROMOTE)
def vstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 0; tensors of rank 1 are treated as rows, scalars as rows of one element.

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.vstack([[1, 2], [3, 4]]))
        array([[1, 2],
               [3, 4]], dtype=int32)
    """
    return concatenate([_at_least(x, 2) for x in xs], 0)


@composite(dtype=rules.PROMOTE)
def dstack(xs: Operands) -> Tensor:
    """Tensors joined along axis 2; shape (n,) is treated as (1, n, 1), and (m, n) as (m, n, 1).

    Args:
        xs: a list or tuple of tensors; the result has the dtype that they promote to.

    Raises:
        ShapeError: there are no tensors, or their shapes do not match.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.dstack([[1, 2], [3, 4]]))
        array([[[1, 3],
                [2, 4]]], dtype=int32)
    """
    return concatenate([_at_least(x, 3) for x in xs], 2)


def _at_least(x: Tensor, rank: int) -> Tensor:
    """The tensor with axes of size 1 added up to this rank: the first before its own axes, others after them."""
    have = len(shape_of(x))
    places = (0, 2)[: rank - have] if have == 1 else tuple(range(have, rank))
    return expand_dims(x, places) if places else x


@composite()
def fliplr(x: Operand) -> Tensor:
    """The tensor with the elements reversed along axis 1.

    Raises:
        ShapeError: the rank is lower than 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.fliplr([[1, 2], [3, 4]]))
        array([[2, 1],
               [4, 3]], dtype=int32)
    """
    return flip(x, 1)


@composite()
def flipud(x: Operand) -> Tensor:
    """The tensor with the elements reversed along axis 0.

    Raises:
        ShapeError: the tensor is a scalar.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.flipud([[1, 2], [3, 4]]))
        array([[3, 4],
               [1, 2]], dtype=int32)
    """
    return flip(x, 0)


@backend_function
def meshgrid(backend: Backend, *x: Operand, indexing: str = "xy") -> list[Tensor]:
    """The coordinate tensors of a grid: each input repeated along the axes of the others.

    Args:
        *x: a tensor of rank 1 for each axis; a scalar is treated as one element, a higher rank is flattened.
        indexing: "ij" for axes in the order of the tensors, "xy" to swap the first two axes.

    Returns:
        A list of tensors of the same shape, each with the dtype of its input. They may be read-only views.

    Raises:
        ArgumentError: indexing is neither "xy" nor "ij".

    Example:
        >>> import ops
        >>> columns, rows = ops.meshgrid([1, 2, 3], [4, 5])
        >>> ops.convert_to_numpy(columns)
        array([[1, 2, 3],
               [1, 2, 3]], dtype=int32)
    """
    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"indexing is 'xy' or 'ij'; got {indexing!r}")
    tensors = [item if isinstance(item, SymbolicTensor) else backend.to_tensor(item) for item in x]
    rank = len(tensors)
    places = [1, 0, *range(2, rank)] if indexing == "xy" and rank > 1 else list(range(rank))
    lengths = [shapes.size(_shape(backend, item)) for item in tensors]
    grid = tuple(lengths[i] for i in places)
    if any(isinstance(item, SymbolicTensor) for item in tensors):
        return [SymbolicTensor(grid, _dtype(backend, item)) for item in tensors]
    fast = all(backend.dtype(item) in backend.fast_dtypes for item in tensors)
    if "manipulation.meshgrid" in backend.kernels:
        return backend.run("manipulation.meshgrid", fast, tensors, indexing)
    spread: list[Tensor] = []
    for item, place in zip(tensors, places, strict=True):
        column = tuple(-1 if i == place else 1 for i in range(rank))
        row = backend.run("manipulation.reshape", fast, item, column)
        spread.append(backend.run("manipulation.broadcast_to", fast, row, grid))
    return spread


def _shape(backend: Backend, x: Tensor) -> shapes.Shape:
    return x.shape if isinstance(x, SymbolicTensor) else backend.shape(x)


def _dtype(backend: Backend, x: Tensor) -> str:
    return x.dtype if isinstance(x, SymbolicTensor) else backend.dtype(x)


@composite()
def moveaxis(x: Operand, source: Axis, destination: Axis) -> Tensor:
    """The tensor with axes moved to new positions; the other axes keep their order.

    Args:
        x: a tensor.
        source: one axis or several.
        destination: the position of each of them in the result.

    Raises:
        ShapeError: an axis is out of bounds or duplicated, or the numbers of sources and destinations differ.

    Example:
        >>> import ops
        >>> ops.shape(ops.moveaxis(ops.zeros((2, 3, 4)), 0, -1))
        (3, 4, 2)
    """
    return transpose(x, _moved(len(shape_of(x)), source, destination))


def _moved(rank: int, source: Axis, destination: Axis) -> tuple[int, ...]:
    if source is None or destination is None:
        raise ArgumentTypeError(f"moveaxis needs axes; got source {source} and destination {destination}")
    leave = shapes.normalize_axes(canonical_axis(source), rank, "source")
    arrive = shapes.normalize_axes(canonical_axis(destination), rank, "destination")
    if len(leave) != len(arrive):
        raise ShapeError(f"source {source} and destination {destination} are not equally many axes")
    taken = dict(zip(arrive, leave, strict=True))
    rest = iter(axis for axis in range(rank) if axis not in leave)
    return tuple(taken[place] if place in taken else next(rest) for place in range(rank))


@composite()
def swapaxes(x: Operand, axis1: int, axis2: int) -> Tensor:
    """The tensor with two axes swapped.

    Raises:
        ShapeError: an axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.shape(ops.swapaxes(ops.zeros((2, 3, 4)), 0, 2))
        (4, 3, 2)
    """
    rank = len(shape_of(x))
    order = list(range(rank))
    one, other = shapes.normalize_axis(axis1, rank, "axis1"), shapes.normalize_axis(axis2, rank, "axis2")
    order[one], order[other] = other, one
    return transpose(x, tuple(order))


@composite()
def rot90(array: Operand, k: int = 1, axes: Axis = (0, 1)) -> Tensor:
    """The tensor rotated by multiples of 90 degrees in the plane of two axes, from the first towards the second.

    Args:
        array: a tensor of rank 2 or more.
        k: the number of rotations by 90 degrees; negative numbers rotate in the opposite direction.
        axes: the two axes.

    Raises:
        ShapeError: an axis is out of bounds or duplicated.
        ArgumentError: there are not exactly two axes.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.rot90([[1, 2], [3, 4]]))
        array([[2, 4],
               [1, 3]], dtype=int32)
    """
    if not isinstance(axes, tuple) or len(axes) != 2:
        raise ArgumentError(f"rot90 turns in the plane of two axes; got {axes}")
    rank = len(shape_of(array))
    first, second = shapes.normalize_axes(axes, rank)
    turns = k % 4
    if turns == 0:
        return array
    if turns == 2:
        return flip(array, (first, second))
    if turns == 1:
        return swapaxes(flip(array, second), first, second)
    return flip(swapaxes(array, first, second), second)


@composite()
def ravel(x: Operand) -> Tensor:
    """The elements as a tensor of rank 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ravel([[1, 2], [3, 4]]))
        array([1, 2, 3, 4], dtype=int32)
    """
    return reshape(x, (-1,))


@primitive(dtype=rules.KEEP, shape=lambda x, repeats: shapes.tile(x.shape, repeats))
def tile(x: Operand, repeats: ShapeLike) -> Tensor:
    """The tensor repeated as a whole along axes.

    Args:
        x: a tensor.
        repeats: the number of repeats per axis. Fewer numbers apply to the last axes; more add leading axes.

    Raises:
        ShapeError: a number is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tile([1, 2], (2, 2)))
        array([[1, 2, 1, 2],
               [1, 2, 1, 2]], dtype=int32)
    """
    ...


def _rolled(x: Any, shift: int | tuple[int, ...] | None, axis: shapes.Axis) -> shapes.Shape:
    if shift is None:
        raise ArgumentTypeError("roll needs a shift")
    shapes.roll_steps(shift, axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_rolled)
def roll(x: Operand, shift: Axis, axis: Axis = None) -> Tensor:
    """The tensor with elements shifted along axes; those shifted past one end re-enter at the other.

    Args:
        x: a tensor.
        shift: the number of positions towards higher indices; one number or several.
        axis: one axis or several; None shifts the elements of the flattened tensor. A single shift applies to all axes;
            several shifts of a single axis are summed.

    Raises:
        ShapeError: an axis is out of bounds, or the numbers of shifts and axes differ.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.roll([1, 2, 3, 4], 1))
        array([4, 1, 2, 3], dtype=int32)
    """
    ...


@backend_function
def repeat(backend: Backend, x: Operand, repeats: Any, axis: Axis = None) -> Tensor:
    """The tensor with each element repeated.

    Args:
        x: a tensor.
        repeats: the number of repeats, or a list or tensor of rank 1 with a number for each element along the axis.
            With a traced tensor the shape of the result depends on values, which only TensorFlow supports inside a
            traced function; a list or array is known and works on all backends.
        axis: the axis; None repeats the elements of the flattened tensor.

    Raises:
        ArgumentError: a number is negative.
        ShapeError: the axis is out of bounds, or there is not one number for each element.
        DtypeError: the numbers are not integers.
        UnsupportedError: in a traced function, if the framework needs the values of the numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.repeat([1, 2], 2))
        array([1, 1, 2, 2], dtype=int32)
        >>> ops.convert_to_numpy(ops.repeat([[1, 2], [3, 4]], [1, 2], axis=0))
        array([[1, 2],
               [3, 4],
               [3, 4]], dtype=int32)
    """
    at = None if axis is None else canonical_int(axis)
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    sizes = _shape(backend, tensor)
    counts, total = _counts(backend, repeats)
    if isinstance(counts, int):
        answer = shapes.repeat(sizes, counts, at)
        if isinstance(tensor, SymbolicTensor):
            return SymbolicTensor(answer, tensor.dtype)
        return backend.run("manipulation.repeat", backend.dtype(tensor) in backend.fast_dtypes, tensor, counts, at)
    answer = shapes.repeat(sizes, None, at, total)
    (many,) = _shape(backend, counts)
    length = shapes.size(sizes) if at is None else sizes[at]
    if many not in (1, None, length) and length is not None:
        raise ShapeError(f"{many} numbers of repeats for {length} elements")
    if isinstance(tensor, SymbolicTensor) or isinstance(counts, SymbolicTensor):
        return SymbolicTensor(answer, _dtype(backend, tensor))
    fast = {backend.dtype(tensor), backend.dtype(counts)} <= backend.fast_dtypes
    try:
        return backend.run("manipulation.repeat_each", fast, tensor, counts, at, total)
    except OpsError:
        raise
    except Exception:
        if total is None and backend.core.convert_to_numpy(counts).min(initial=0) < 0:
            raise ArgumentError(_NEGATIVE) from None
        raise


_NEGATIVE = "an element is not repeated a negative number of times"


def _counts(backend: Backend, repeats: Any) -> tuple[Any, int | None]:
    """The numbers of repeats, as an int or a tensor of rank 1, and their sum, None if it is not known or not needed."""
    if isinstance(repeats, (list, tuple)):
        numbers: list[Any] = list(repeats)  # type: ignore[arg-type]  # checked by index
        try:
            numbers = [operator.index(number) for number in numbers]
        except TypeError:
            raise DtypeError(f"the numbers of repeats are integers; got {repeats!r}") from None
        if min(numbers, default=0) < 0:
            raise ArgumentError(_NEGATIVE)
        if len(numbers) == 1:
            return numbers[0], None
        return backend.to_tensor(numbers, "int32"), sum(numbers)
    if not hasattr(repeats, "shape"):
        count = canonical_int(repeats)
        if count < 0:
            raise ArgumentError(_NEGATIVE)
        return count, None
    symbolic = isinstance(repeats, SymbolicTensor)
    counts = repeats if symbolic else backend.to_tensor(repeats)
    dtype = _dtype(backend, counts)
    if dtype not in dtypes.INTEGERS:
        raise DtypeError(f"the numbers of repeats are integers; got {dtype}")
    rank = len(_shape(backend, counts))
    if rank > 1:
        raise ShapeError(f"the numbers of repeats are a tensor of rank 1; got rank {rank}")
    if isinstance(repeats, (np.ndarray, np.generic)):
        if repeats.min(initial=0) < 0:
            raise ArgumentError(_NEGATIVE)
        return (int(repeats.sum()), None) if repeats.size == 1 else (counts, int(repeats.sum()))
    if rank == 0:
        counts = SymbolicTensor((1,), dtype) if symbolic else backend.run("manipulation.reshape", True, counts, (1,))
    return counts, None


@backend_function
def view(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """The bits of x reinterpreted as another dtype. A bool is a byte of 0 or 1; any other byte is read as true.

    Args:
        x: a tensor.
        dtype: the dtype to read; None for x's own, which returns x. If the element widths differ, the size of the last
            axis changes accordingly, with elements in memory order.

    Raises:
        ShapeError: the widths differ, and x has rank 0 or the last axis is not a multiple of the wider elements.
        DtypeError: the dtype is unknown, or the framework does not support it.
        UnsupportedError: in a traced function on OpenVINO, which has no such operation.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.view(ops.array([1.0, 2.0], "float32"), "int32"))
        array([1065353216, 1073741824], dtype=int32)
    """
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    have = _dtype(backend, tensor)
    name = have if dtype is None else dtypes.standardize(dtype)
    widths = (dtypes.to_numpy(one).itemsize for one in (have, name))
    answer = shapes.view(_shape(backend, tensor), *widths)
    if isinstance(tensor, SymbolicTensor):
        return SymbolicTensor(answer, name)
    backend.check_dtype(name)
    if have == name:
        return tensor
    # Bools are not passed to kernels: frameworks differ in how they read bytes other than 0 and 1.
    source, target = ("uint8" if one == "bool" else one for one in (have, name))
    if have == "bool":
        tensor = backend.cast(tensor, source)
    if source != target:
        tensor = backend.run("manipulation.view", {source, target} <= backend.fast_dtypes, tensor, target)
    return backend.cast(tensor, name)


@composite()
def diff(a: Operand, n: int = 1, axis: int = -1) -> Tensor:
    """Differences between consecutive elements along an axis: ``a[i + 1] - a[i]``.

    Args:
        a: a tensor; for bools the result is whether consecutive elements differ.
        n: the number of times that differences are computed.
        axis: the axis.

    Returns:
        A tensor of a's dtype; its size along the axis is smaller by n, but at least 0.

    Raises:
        ShapeError: the axis is out of bounds.
        ArgumentError: n is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diff([1, 4, 9, 16]))
        array([3, 5, 7], dtype=int32)
    """
    if n < 0:
        raise ArgumentError(f"n must not be negative; got {n}")
    size = shape_of(a)[shapes.normalize_axis(axis, len(shape_of(a)))]
    subtracted = not_equal if dtype_of(a) == "bool" else subtract
    for _ in range(n if size is None else min(n, size)):  # more steps leave no elements
        a = subtracted(split(a, (1,), axis)[1], split(a, (-1,), axis)[0])
    return a


def _unstacked(x: Any, num: Any, axis: Any) -> tuple[Any, ...]:
    return x, None if num is None else canonical_int(num), axis


@composite(canonical=_unstacked, shape=lambda x, num, axis: shapes.unstack(x.shape, num, axis))
def unstack(x: Operand, num: Any = None, axis: int = 0) -> list[Tensor]:
    """A list of the slices along an axis.

    Args:
        x: a tensor of rank 1 or more.
        num: the number of slices; needed only if the size of the axis is unknown.
        axis: the axis.

    Raises:
        ShapeError: the axis is out of bounds, its size is unknown, or it is not ``num``.

    Example:
        >>> import ops
        >>> first, second = ops.unstack([[1, 2], [3, 4]])
        >>> ops.convert_to_numpy(second)
        array([3, 4], dtype=int32)
    """
    count = len(shapes.unstack(shape_of(x), num, axis))
    return [squeeze(part, axis) for part in split(x, count, axis)] if count else []
