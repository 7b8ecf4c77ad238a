"""OpenVINO, family indexing: on the host for concrete tensors (see `core.movement`), nodes in a traced graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.kernel import movement
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.native_types import NARROW, unsupported
from ops_backend_openvino.nodes import like, node_of
from ops_backend_openvino.run_time_sizes import dimensions, has_sizes, joint_size, node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_backend_openvino.trace import index_node
from ops_common import shapes
from ops_common.errors import UnsupportedError, unknown_shape
from ops_common.host import indexing as host_indexing

_ZERO = np.int32(0)


class _Places:
    """Indices into an axis, as an int32 node from 0 to its last element, for nodes that do not check indices:
    out-of-range ones would read elsewhere in memory. ``inside`` is a node that says which indices were in range; None
    if all are known to be; ``or_end`` has the axis's size in place of those that are not.
    """

    def __init__(self, indices: Tensor | int, x: Node, axis: int) -> None:
        size = sizes(x)[axis]
        self.inside: Any = None
        self.or_end: Any = None
        if size is not None and (isinstance(indices, int) or indices.node is None):
            self.node = opset.constant(_in_range(indices if isinstance(indices, int) else indices.host, size)).output(0)
            return
        places: Any = opset.constant(np.int32(indices)) if isinstance(indices, int) else index_node(indices)
        count: Any = (
            opset.gather(opset.shape_of(x, "i32"), opset.constant(axis), opset.constant(0))
            if size is None
            else opset.constant(np.int32(size))
        )
        zero = opset.constant(_ZERO)
        places = select(opset.less(places, zero), opset.add(places, count), places)
        self.inside = opset.logical_and(opset.greater_equal(places, zero), opset.less(places, count))
        self.node = select(self.inside, places, zero).output(0)
        self.or_end = select(self.inside, places, count).output(0)


def _in_range(indices: Any, size: int) -> Any:
    """Returns known indices, counted from the front; raises an error if one is out of range."""
    places = np.asarray(indices)
    if places.size and (int(places.min()) < -size or int(places.max()) >= size):
        raise IndexError(f"an index is out of bounds for size {size}")
    return np.where(places < 0, places.astype(np.int64) + size, places).astype(np.int32)


def _masked(picked: Any, inside: Any) -> Any:
    """Returns the picked elements, with 0 (False) where the index was out of range."""
    if inside is None:
        return picked
    node = picked.output(0)
    return select(inside, picked, like(0, node))


def _along(inside: Any, axis: int, rank: int) -> Any:
    """Returns a mask of indices, shaped to broadcast with the elements picked from an axis of a tensor of this rank."""
    after = list(range(-(rank - axis - 1), 0))
    return inside if inside is None or not after else opset.unsqueeze(inside, ints(after))


def _gathered(x: Node, indices: Tensor | int, axis: int) -> Any:
    places = _Places(indices, x, axis)
    if places.inside is not None and None in sizes(x):
        # OpenVINO 2026.4 reads beyond its operand's memory in a gather after a masked gather, if sizes are unknown.
        # Here a zero at the end of the axis takes the mask's place.
        shape = opset.scatter_update(opset.shape_of(x, "i64"), ints([axis]), ints([1]), opset.constant(0))
        padded = opset.concat([x, opset.broadcast(like(0, x), shape)], axis)
        return opset.gather(padded, places.or_end, opset.constant(axis))
    picked = opset.gather(x, places.node, opset.constant(axis))
    return _masked(picked, _along(places.inside, axis, len(sizes(x))))


def take(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    if axis is not None:
        axis = shapes.normalize_axis(axis, x.ndim)  # NumPy accepts axis 0 of a scalar
    if x.node is None and indices.node is None:
        return Tensor(np.asarray(x.host.take(host_indexing.signed(indices.host), axis)), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("take", x.dtype)
    node: Any = node_of(x, x.dtype)
    if axis is None:
        node, axis = reshaped(node, [-1]).output(0), 0
    return traced(_gathered(node, indices, axis), x.dtype)


def take_along_axis(x: Tensor, indices: Tensor, axis: int | None) -> Tensor:
    shapes.take_along_axis(x.shape, indices.shape, axis)
    if axis is None:
        return take(x, indices, None)
    if x.node is None and indices.node is None:
        return Tensor(np.take_along_axis(x.host, host_indexing.signed(indices.host), axis), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("take_along_axis", x.dtype)
    data, rank = node_of(x, x.dtype), x.ndim
    at = shapes.normalize_axis(axis, rank)
    pairs = zip(dimensions(x), dimensions(indices), strict=True)
    common: list[Any] = [1 if axis_at == at else joint_size(*pair) for axis_at, pair in enumerate(pairs)]
    places = _Places(indices, data, at)
    sides = []
    for node, size in ((data, dimensions(x)[at]), (places.node, dimensions(indices)[at])):
        common[at] = size
        sides.append(opset.broadcast(node, ints(common)))
    return traced(_masked(opset.gather_elements(*sides, at), places.inside), x.dtype)


def nonzero(x: Tensor) -> tuple[Tensor, ...]:
    if x.node is not None:
        raise unknown_shape("nonzero", "use where with all three arguments, or give unique a size")
    return tuple(Tensor(place.astype(np.int32), "int32") for place in np.nonzero(x.host))


def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    if x.node is None and not any(type(part) is Tensor and part.node is not None for part in key):
        try:
            picked = x.host[tuple(host_indexing.signed(part.host) if type(part) is Tensor else part for part in key)]
            return Tensor(np.asarray(picked), x.dtype)
        except TypeError:
            if not has_sizes(key):
                raise
    if x.dtype not in NARROW:
        raise unsupported("get_item", x.dtype)
    return traced(_get_item(node_of(x, x.dtype), key), x.dtype)


def _get_item(x: Any, key: tuple[Any, ...]) -> Any:
    shape = sizes(x)
    by_tensor = any(type(part) is Tensor for part in key)
    if any(type(part) is Tensor and part.dtype == "bool" for part in key):
        raise UnsupportedError(
            "indexing by a bool tensor has a shape that depends on values, which a traced function on backend "
            "'openvino' cannot have; use ops.where"
        )
    named = sum(part is not None and part is not Ellipsis for part in key)
    if named > len(shape):
        raise IndexError(f"{named} indices for a tensor of rank {len(shape)}")
    if not any(part is Ellipsis for part in key):
        key = (*key, Ellipsis)
    cuts: list[tuple[int, int, int, int]] = []  # start, stop, step, axis
    gone: list[int] = []  # axes that an int picks from
    new: list[int] = []  # axes that None inserts
    picks: dict[int, Any] = {}  # index tensors by the result's axis, including ints if there are any
    axis = out = 0  # an axis of the operand; an axis after the slices
    for part in key:
        if part is None:
            new.append(out)
            out += 1
            continue
        if part is Ellipsis:
            axis += len(shape) - named
            out += len(shape) - named
            continue
        if isinstance(part, slice):
            if any(bound is not None for bound in (part.start, part.stop, part.step)):
                start, stop, step = _bounds(part, shape[axis])
                if has_sizes(part) or (start, stop, step) != (0, shape[axis], 1):
                    cuts.append((start, stop, step, axis))
            out += 1
        elif type(part) is Tensor:
            picks[out] = part
            out += 1
        else:
            at = part if shape[axis] is None else shapes.normalize_axis(part, shape[axis], "index")
            if by_tensor:
                picks[out] = at
                out += 1
            else:
                cuts.append((at, at + 1 or _END, 1, axis))
                gone.append(axis)
        axis += 1
    if cuts:
        x = opset.slice(x, *(ints(column) for column in zip(*cuts, strict=True))).output(0)
    if gone:
        x = opset.squeeze(x, ints(gone)).output(0)
    if new:
        x = opset.unsqueeze(x, ints(new)).output(0)
    return _pick(x, picks) if picks else x


_END = 2**31 - 1


def _bounds(part: slice, size: int | None) -> tuple[int, int, int]:
    """Returns a slice's start, stop and step in OpenVINO's convention: Python's, but with an end beyond all ends."""
    if size is not None and not has_sizes(part):
        start, stop, step = part.indices(size)
        step = max(-_END, min(step, _END))
        return start, stop if stop >= 0 else -_END, step
    if has_sizes(part.step):
        raise UnsupportedError("the step of a slice must be known while a function is traced")
    step = 1 if part.step is None else part.step
    start, stop = part.start, part.stop
    return (
        (0 if step > 0 else -1) if start is None else start,
        (_END if step > 0 else -_END) if stop is None else stop,
        step,
    )


def _pick(x: Node, picks: dict[int, Tensor | int]) -> Any:
    """Returns elements at index tensors of one axis or several, with axes in NumPy's order."""
    axes = list(picks)
    if len(axes) == 1:
        return _gathered(x, picks[axes[0]], axes[0])
    rank = len(sizes(x))
    rest = [i for i in range(rank) if i not in axes]
    places_of = [_Places(picks[at], x, at) for at in axes]
    common = shapes.broadcast(*(sizes(places.node) for places in places_of))
    columns: list[Any] = []
    inside: Any = None
    for places in places_of:
        node: Any = opset.broadcast(places.node, ints(common)) if common else places.node
        columns.append(opset.unsqueeze(node, ints([-1])))
        if places.inside is not None:
            inside = places.inside if inside is None else opset.logical_and(inside, places.inside)
    moved = opset.transpose(x, ints([*axes, *rest]))
    if inside is not None and common:
        inside = opset.broadcast(inside, ints(common))
    picked = opset.gather_nd(moved, opset.concat(columns, -1))
    result = _masked(picked, _along(inside, 0, len(rest) + 1))
    if axes[-1] - axes[0] == len(axes) - 1 and axes[0] > 0:  # adjacent: the result's axes replace the indexed ones
        count, first = len(common), axes[0]
        order = [*range(count, count + first), *range(count), *range(count + first, count + len(rest))]
        result = opset.transpose(result, ints(order))
    return result


@movement(host_indexing.diagonal)
def diagonal(x: Node, offset: int, axis1: int, axis2: int) -> Any:
    shape = sizes(x)
    axes = shapes.normalize_axes((axis1, axis2), len(shape))
    rest = [i for i in range(len(shape)) if i not in axes]
    rows, columns = (shape[at] for at in axes)
    if columns is None:
        return _diagonal(x, offset, axes, rest)
    if rows is None:  # the longest possible diagonal: a slice ends where the rows end
        rows = columns + max(-offset, 0)
    start, stop, step = shapes.diagonal_steps(rows, columns, offset)
    line = reshaped(opset.transpose(x, ints([*rest, *axes])), [*(shape[i] for i in rest), -1])
    return opset.slice(line, ints([start]), ints([stop]), ints([step]), ints([len(rest)]))


def _diagonal(x: Node, offset: int, axes: Sequence[int], rest: Sequence[int]) -> Any:
    """Returns diagonals along axes of unknown size: elements of the flattened matrices."""
    dims = node_dimensions(x)
    rows, columns = (scalar(dims[at]) for at in axes)
    offset = max(-_FAR, min(offset, _FAR))
    zero, one, down, right = (opset.constant(np.int32(n)) for n in (0, 1, max(-offset, 0), max(offset, 0)))
    length = opset.maximum(opset.minimum(opset.subtract(rows, down), opset.subtract(columns, right)), zero)
    start = opset.add(opset.multiply(down, columns), right)
    places = opset.multiply(opset.range(zero, length, one, "i32"), opset.add(columns, one))
    line = reshaped(opset.transpose(x, ints([*rest, *axes])), [*(dims[i] for i in rest), -1])
    return opset.gather(line, opset.add(places, start), opset.constant(len(rest)))


_FAR = 2**30  # beyond all diagonals, and int32 holds the sum of it and a size


def _start(x: Tensor, starts: Any, sizes: Any) -> Any:
    """Returns the node of a block's starts, clamped so that the block fits."""
    dims, block = (opset.convert(ints(shape), "i32") for shape in (dimensions(x), sizes))
    first: Any = index_node(starts)
    zero = opset.constant(_ZERO)
    first = select(opset.less(first, zero), opset.add(first, dims), first)
    return opset.maximum(opset.minimum(first, opset.subtract(dims, block)), zero)


def dynamic_slice(x: Tensor, starts: Tensor, sizes: tuple[Any, ...]) -> Tensor:
    if has_sizes(sizes):
        if x.dtype not in NARROW:
            raise unsupported("slice", x.dtype)
        begin = _start(x, starts, sizes)
        end = opset.add(begin, opset.convert(ints(sizes), "i32"))
        return traced(opset.slice(node_of(x, x.dtype), begin, end, opset.convert(ints([1] * x.ndim), "i32")), x.dtype)
    if x.node is None and starts.node is None:
        return Tensor(np.asarray(host_indexing.dynamic_slice(x.host, starts.host, sizes)), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("slice", x.dtype)
    gathered: Any = node_of(x, x.dtype)
    first = _start(x, starts, sizes)
    for axis, size in enumerate(sizes):
        if size != x.shape[axis]:  # gathered, so that the size is static
            start = opset.gather(first, opset.constant(np.int32(axis)), opset.constant(0))
            places = opset.add(opset.constant(np.arange(size, dtype=np.int32)), start)
            gathered = opset.gather(gathered, places, opset.constant(axis))
    return traced(gathered, x.dtype) if not isinstance(gathered, Node) else x


def _grid(shape: Sequence[Any]) -> Any:
    """Returns the indices of all elements of a tensor of this shape, along a new last axis."""
    zero, one = (opset.constant(np.int32(n)) for n in (0, 1))
    columns: list[Any] = []
    for axis, size in enumerate(shape):
        line: Any = opset.range(zero, scalar(size), one, "i32")
        others = [i for i in range(len(shape)) if i != axis]
        line = opset.broadcast(opset.unsqueeze(line, ints(others)) if others else line, ints(shape))
        columns.append(opset.unsqueeze(line, ints([-1])))
    return opset.concat(columns, -1)


def dynamic_slice_update(x: Tensor, starts: Tensor | tuple[int, ...], updates: Tensor) -> Tensor:
    if not x.ndim:
        return updates
    if isinstance(starts, tuple):
        starts = Tensor(np.array(starts, np.int32), "int32")
    if x.node is None and updates.node is None and starts.node is None:
        return Tensor(host_indexing.dynamic_slice_update(x.host, starts.host, updates.host), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("slice_update", x.dtype)
    if None in updates.shape:
        grid: Any = _grid(dimensions(updates))
    else:
        known = np.stack(np.meshgrid(*map(np.arange, updates.shape), indexing="ij"), -1)
        grid = opset.constant(known.astype(np.int32))
    places = opset.add(grid, _start(x, starts, dimensions(updates)))
    return traced(opset.scatter_nd_update(node_of(x, x.dtype), places, node_of(updates, x.dtype)), x.dtype)
