"""The same elements in another shape, order of axes or dtype, and tensors that broadcast."""

from __future__ import annotations

from typing import Any

from ops._declaration import backend_function, canonical_axis, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Axis, DtypeLike, Operand, ShapeLike, Tensor
from ops.core import _static_shape as shape_of
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "broadcast_to",
    "expand_dims",
    "meshgrid",
    "moveaxis",
    "ravel",
    "reshape",
    "squeeze",
    "swapaxes",
    "transpose",
    "view",
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


def _one_axis(backend: Backend, x: Any, axes: Any) -> Any:
    return backend.bound.manipulation_transpose(x, (axes,)) if type(axes) is int else NotImplemented


@primitive(dtype=rules.KEEP, shape=lambda x, axes: shapes.transpose(x.shape, axes), instead=_one_axis)
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
        raise ArgumentError(f"indexing must be 'xy' or 'ij'; got {indexing!r}")
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
    if None in grid:
        grid = tuple(backend.bound.core_size(tensors[i]) for i in places)
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
    return transpose(x, _moved_order(len(shape_of(x)), source, destination))


def _moved_order(rank: int, source: Axis, destination: Axis) -> tuple[int, ...]:
    if type(source) is int and type(destination) is int and -rank <= source < rank and -rank <= destination < rank:
        order = list(range(rank))
        order.insert(destination % rank, order.pop(source))
        return tuple(order)
    if source is None or destination is None:
        raise ArgumentTypeError(f"moveaxis needs axes; got source {source} and destination {destination}")
    leave = shapes.normalize_axes(canonical_axis(source), rank, "source")
    arrive = shapes.normalize_axes(canonical_axis(destination), rank, "destination")
    if len(leave) != len(arrive):
        raise ShapeError(f"source and destination must have the same number of axes; got {source} and {destination}")
    source_of = dict(zip(arrive, leave, strict=True))
    rest = iter(axis for axis in range(rank) if axis not in leave)
    return tuple(source_of[place] if place in source_of else next(rest) for place in range(rank))


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
    if not (-rank <= axis1 < rank and -rank <= axis2 < rank):
        shapes.normalize_axis(axis1, rank, "axis1")
        shapes.normalize_axis(axis2, rank, "axis2")
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return transpose(x, tuple(order))


@composite()
def ravel(x: Operand) -> Tensor:
    """The elements as a tensor of rank 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ravel([[1, 2], [3, 4]]))
        array([1, 2, 3, 4], dtype=int32)
    """
    return reshape(x, (-1,))


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
    source_dtype = _dtype(backend, tensor)
    name = source_dtype if dtype is None else dtypes.standardize(dtype)
    widths = (dtypes.to_numpy(dtype_name).itemsize for dtype_name in (source_dtype, name))
    out_shape = shapes.view(_shape(backend, tensor), *widths)
    if isinstance(tensor, SymbolicTensor):
        return SymbolicTensor(out_shape, name)
    backend.check_dtype(name)
    if source_dtype == name:
        return tensor
    # Bools are not passed to kernels: frameworks differ in how they read bytes other than 0 and 1.
    source, target = ("uint8" if dtype_name == "bool" else dtype_name for dtype_name in (source_dtype, name))
    if source_dtype == "bool":
        tensor = backend.cast(tensor, source)
    if source != target:
        fast = source in backend.fast_dtypes and target in backend.fast_dtypes
        tensor = backend.run("manipulation.view", fast, tensor, target)
    return backend.cast(tensor, name)
