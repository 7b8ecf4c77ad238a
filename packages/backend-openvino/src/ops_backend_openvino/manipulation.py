"""OpenVINO, family manipulation: on the host for concrete tensors (see `core.movement`), nodes in a traced graph."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.kernel import movement
from ops_backend_openvino.native_types import DTYPES, NARROW, NUMPY, unsupported
from ops_backend_openvino.nodes import like, node_of
from ops_backend_openvino.run_time_sizes import extents, has_sizes, ints, node_dimensions, product, size_node
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_common import shapes
from ops_common.errors import UnsupportedError
from ops_common.host import indexing as host_indexing

Axis = int | tuple[int, ...] | None


def _rank(x: Node) -> int:
    return x.get_partial_shape().rank.get_length()


def reshaped(x: Any, shape: Sequence[Any]) -> Any:
    """Returns the node in another shape, with at most one -1."""
    if not len(shape):  # a matrix product that is reshaped to rank 0 crashes the plugin
        return opset.squeeze(x)
    if has_sizes(shape):
        return opset.reshape(x, ints(shape), False)
    unknown = [i for i, size in enumerate(shape) if size is None]
    if not unknown:
        return opset.reshape(x, ints(shape), False)  # type: ignore[arg-type]  # known sizes
    if len(unknown) == 1 and -1 not in shape:
        return opset.reshape(x, ints([-1 if size is None else size for size in shape]), False)
    if not _in_place(sizes(x if isinstance(x, Node) else x.output(0)), shape):
        raise UnsupportedError("several sizes that are not known yet cannot be told apart; reshape in steps")
    return opset.reshape(x, ints([0 if size is None else size for size in shape]), True)  # 0: unchanged


def _in_place(have: Sequence[int | None], shape: Sequence[int | None]) -> bool:
    """Returns whether the same axes are of unknown size in both shapes, and all others have as many elements."""
    if -1 in shape or [i for i, n in enumerate(have) if n is None] != [i for i, n in enumerate(shape) if n is None]:
        return False
    return math.prod(n for n in have if n is not None) == math.prod(n for n in shape if n is not None)


def _reshape_host(x: Any, newshape: tuple[int, ...]) -> Any:
    if any(size is None for size in newshape):  # pyright: ignore[reportUnnecessaryComparison]  # of a user
        raise TypeError("the sizes of a new shape must be known")
    return x.reshape(shapes.reshape(x.shape, newshape))  # NumPy treats any negative size as unknown


@movement(_reshape_host)
def reshape(x: Node, newshape: tuple[int, ...]) -> Any:
    return reshaped(x, newshape)


@movement(host_indexing.transpose)
def transpose(x: Node, axes: tuple[int, ...] | None) -> Any:
    rank = _rank(x)
    order = tuple(range(rank))[::-1] if axes is None else shapes.normalize_axes(axes, rank)
    return x if order == tuple(range(rank)) else opset.transpose(x, ints(order))


def _joined(host: Callable[..., Any], join: Callable[..., Any], xs: Sequence[Tensor], axis: int) -> Tensor:
    dtype = xs[0].dtype
    if all(x.node is None for x in xs):
        return Tensor(host([x.host for x in xs], axis), dtype)
    if dtype not in NARROW:
        raise unsupported(host.__name__, dtype)
    return traced(join([node_of(x, dtype) for x in xs]), dtype)


def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    axis = shapes.normalize_axis(axis, xs[0].ndim)  # NumPy treats -2**31 as None
    return _joined(np.concatenate, lambda nodes: _concatenated(nodes, axis), xs, axis)


def _concatenated(nodes: Sequence[Node], axis: int) -> Any:
    """Returns nodes joined along an axis: along the first one, with the axes permuted, where the plug-in (2026.4)
    misplaces elements. It does if an operand has no elements and all axes that follow are of size 1."""
    others = sizes(nodes[0])[axis + 1 :]
    is_safe = not axis or not others or any(n is not None and n > 1 for n in others)
    if is_safe or all(sizes(x)[axis] is not None for x in nodes):
        return opset.concat(list(nodes), axis)
    rank = _rank(nodes[0])
    order = [axis, *(i for i in range(rank) if i != axis)]
    joined = opset.concat([opset.transpose(x, ints(order)).output(0) for x in nodes], 0)
    return opset.transpose(joined, ints([order.index(i) for i in range(rank)]))


def stack(x: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    at = shapes.normalize_axis(axis, x[0].ndim + 1)
    return _joined(np.stack, lambda nodes: opset.concat([opset.unsqueeze(n, ints([at])) for n in nodes], at), x, axis)


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if x.node is None:
        return [Tensor(piece, x.dtype) for piece in np.split(x.host, indices_or_sections, axis)]
    if x.dtype not in NARROW:
        raise unsupported("split", x.dtype)
    if isinstance(indices_or_sections, int):
        pieces: Any = opset.split(x.node, opset.constant(axis), indices_or_sections)
    else:
        at = shapes.normalize_axis(axis, x.ndim)
        if x.shape[at] is None:
            pairs = itertools.pairwise((0, *indices_or_sections, _END))
            return [traced(_cut(x.node, [(*pair, 1, at)]), x.dtype) for pair in pairs]
        # The cuts are clamped as in NumPy's slices.
        edges = (0, *indices_or_sections, None)
        ranges = [slice(*pair).indices(x.shape[at]) for pair in itertools.pairwise(edges)]
        return [traced(_cut(x.node, [(r[0], max(r[0], r[1]), 1, at)]), x.dtype) for r in ranges]
    return [traced(piece, x.dtype) for piece in pieces.outputs()]


_END = 2**31 - 1  # beyond the end of every axis


def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if not isinstance(indices_or_sections, int):
        return split(x, indices_or_sections, axis)
    at = shapes.normalize_axis(axis, x.ndim)
    size = x.shape[at]
    if size is not None:
        return split(x, shapes.even_cuts(size, indices_or_sections), at)
    if x.dtype not in NARROW:
        raise unsupported("array_split", x.dtype)
    count, length = opset.constant(np.int32(indices_or_sections)), size_node(x.node, at)
    places = opset.constant(np.arange(indices_or_sections, dtype=np.int32))
    longer = opset.convert(opset.less(places, opset.floor_mod(length, count)), "i32")
    lengths = opset.add(opset.divide(length, count), longer)
    pieces: Any = opset.variadic_split(x.node, opset.constant(at), lengths)
    return [traced(piece, x.dtype) for piece in pieces.outputs()]


def _cut(x: Any, parts: Sequence[tuple[int, int, int, int]]) -> Any:
    """Returns slices of several axes: (start, stop, step, axis) each."""
    return opset.slice(x, *(ints(column) for column in zip(*parts, strict=True)))


@movement(np.expand_dims)
def expand_dims(x: Node, axis: int | tuple[int, ...]) -> Any:
    return opset.unsqueeze(x, ints((axis,) if type(axis) is int else axis))  # type: ignore[arg-type]  # a tuple


def _squeeze_host(x: Any, axis: Axis) -> Any:
    if axis is not None and not x.ndim:  # NumPy accepts axis 0 of a scalar
        shapes.normalize_axes(axis, 0)
    return np.squeeze(x, axis)


@movement(_squeeze_host)
def squeeze(x: Node, axis: Axis) -> Any:
    shape = sizes(x)
    if axis is None and None in shape:
        raise UnsupportedError("all sizes must be known while a function is traced, or the axes to squeeze given")
    axes = [i for i, size in enumerate(shape) if size == 1] if axis is None else shapes.normalize_axes(axis, len(shape))
    if any(shape[i] not in (1, None) for i in axes):
        raise ValueError(f"cannot squeeze axes {axis} of shape {shape}")
    return opset.squeeze(x, ints(axes)) if axes else x


@movement(np.broadcast_to)
def broadcast_to(x: Node, shape: tuple[int, ...]) -> Any:
    return opset.broadcast(x, extents(shape)) if shape else x


@movement(lambda x, pad_width, mode, constant_values: _pad_host(x, pad_width, mode, constant_values))
def pad(x: Node, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Any:
    if not pad_width:
        return x
    if mode == "constant" and has_sizes(pad_width):
        return _padded_at_run_time(x, pad_width, like(0 if constant_values is None else constant_values, x))
    before, after = (ints(amounts) for amounts in zip(*pad_width, strict=True))
    if mode == "constant":
        return opset.pad(x, before, after, mode, like(0 if constant_values is None else constant_values, x))
    return opset.pad(x, before, after, mode)


def _padded_at_run_time(x: Node, pad_width: tuple[tuple[Any, Any], ...], value: Any) -> Any:
    """Returns the node with blocks of a value joined to its ends. (After a Pad of amounts that a Select computes, the
    plugin may read beyond the result's memory.)"""
    for axis, amounts in enumerate(pad_width):
        dims = node_dimensions(x)
        before, after = (
            []
            if isinstance(amount, int) and amount == 0
            else [opset.broadcast(value, extents([*dims[:axis], amount, *dims[axis + 1 :]])).output(0)]
            for amount in amounts
        )
        if before or after:
            x = _concatenated([*before, x, *after], axis).output(0)
    return x


def _pad_host(x: Any, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Any:
    if mode != "constant" and pad_width:
        return np.pad(x, pad_width, mode)  # type: ignore[call-overload]  # the contract's modes
    shape = [size + a + b for size, (a, b) in zip(x.shape, pad_width, strict=True)]
    out = np.full(shape, 0 if constant_values is None else constant_values, x.dtype)
    out[tuple(slice(a, a + size) for size, (a, _) in zip(x.shape, pad_width, strict=True))] = x
    return out


@movement(np.flip)
def flip(x: Node, axis: Axis) -> Any:
    axes = shapes.normalize_axes(axis, _rank(x))
    return _cut(x, [(-1, -(2**31), -1, i) for i in axes]) if axes else x


@movement(np.repeat)
def repeat(x: Node, repeats: int, axis: int | None) -> Any:
    if axis is None:
        x, axis = reshaped(x, [-1]).output(0), 0
    shape = list(node_dimensions(x))
    at = shapes.normalize_axis(axis, len(shape))
    wide = opset.broadcast(opset.unsqueeze(x, ints([at + 1])), ints([*shape[: at + 1], repeats, *shape[at + 1 :]]))
    return reshaped(wide, [*shape[:at], product([shape[at], repeats]), *shape[at + 1 :]])


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    if repeats.node is not None:
        raise UnsupportedError(
            "the result's shape depends on values, which a traced function on backend 'openvino' cannot have; give the "
            "numbers of repeats as a list or a NumPy array, which is known while the function is traced"
        )
    counts = repeats.host.astype(np.intp, copy=False)  # NumPy does not cast uint64 implicitly
    if x.node is None:
        return Tensor(np.repeat(x.host, counts, axis), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("repeat", x.dtype)
    node = x.node
    if axis is None:
        node, axis = reshaped(node, [-1]).output(0), 0
    size = sizes(node)[axis]
    if size is None:
        if counts.size == 1:
            raise UnsupportedError("the size of the repeated axis must be known while a function is traced")
        size = counts.size
    places = np.repeat(np.arange(size), counts)
    return traced(opset.gather(node, ints(places), opset.constant(axis)), x.dtype)


@movement(np.tile)
def tile(x: Node, repeats: tuple[int, ...]) -> Any:
    return opset.tile(x, extents(repeats)) if len(repeats) else x


def _step(by: Any, size: int | None) -> Any:
    """Returns the step of a roll, which the plugin narrows to 32 bits: reduced modulo the axis if its size is known."""
    if has_sizes(by) or -(2**31) <= by < 2**31:
        return by
    if size is None:
        raise UnsupportedError(
            f"roll by {by} in a traced function on backend 'openvino' needs to know the axis's size; give the "
            "remainder of the shift by the size"
        )
    return by % size if size else 0


@movement(np.roll)
def roll(x: Node, shift: int | tuple[int, ...], axis: Axis) -> Any:
    steps = shapes.roll_steps(shift, axis, _rank(x))
    if not steps:
        return x
    shape = sizes(x)
    whole = None if None in shape else math.prod(shape)
    steps = [(_step(by, whole if axis is None else shape[at]), at) for by, at in steps]
    by, axes = (ints(column) for column in zip(*steps, strict=True))
    if axis is not None:
        return opset.roll(x, by, axes)
    return reshaped(opset.roll(reshaped(x, [-1]), by, axes), node_dimensions(x))


def view(x: Tensor, dtype: str) -> Tensor:
    if x.node is not None:
        raise UnsupportedError(
            "view cannot be part of a traced function on backend 'openvino', which has no operation for it; call it "
            "outside of the traced function"
        )
    return Tensor(np.asarray(x.host, order="C").view(NUMPY[dtype]), DTYPES[dtype])
