"""TensorFlow, family manipulation."""

from __future__ import annotations

from typing import Any

from ops_backend_tf.core import ints, number_like, raw_ops, static_shape
from ops_common import shapes

Tensor = Any

_Reshape, _Transpose, _ConcatV2, _ExpandDims = raw_ops.Reshape, raw_ops.Transpose, raw_ops.ConcatV2, raw_ops.ExpandDims


def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    return _Reshape(tensor=x, shape=ints(x, newshape))


def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    rank = x.shape.rank
    axes = tuple(range(rank - 1, -1, -1)) if axes is None else tuple(a % rank if rank else a for a in axes)
    return _Transpose(x=x, perm=ints(x, axes))


def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    if len(xs) == 1:  # the raw operation wants two
        normalized = shapes.normalize_axis(axis, xs[0].shape.rank)
        return raw_ops.Identity(input=xs[0]) if normalized >= 0 else xs[0]
    return _ConcatV2(values=xs, axis=ints(xs[0], axis))


def stack(x: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    return raw_ops.Pack(values=x, axis=axis)


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int):
        return list(raw_ops.Split(axis=ints(x, axis), value=x, num_split=indices_or_sections))
    size = static_shape(x)[axis]
    if size is None:
        at = axis % x.shape.rank
        bounds = zip((None, *indices_or_sections), (*indices_or_sections, None), strict=True)
        return [x[(slice(None),) * at + (slice(start, stop),)] for start, stop in bounds]
    pieces = shapes.split((size,), indices_or_sections, 0)
    bounds = [slice(start, None).indices(size)[0] for start in (0, *indices_or_sections)]
    if sum(piece[0] or 0 for piece in pieces) != size:  # pieces overlap or leave something out
        at = axis % x.shape.rank
        return [
            x[(slice(None),) * at + (slice(start, start + (piece[0] or 0)),)]
            for start, piece in zip(bounds, pieces, strict=True)
        ]
    sizes = tuple(piece[0] for piece in pieces)
    return list(raw_ops.SplitV(value=x, size_splits=ints(x, sizes), axis=ints(x, axis), num_split=len(sizes)))


def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    if isinstance(axis, int):
        return _ExpandDims(input=x, axis=ints(x, axis))
    for place in sorted(shapes.normalize_axes(axis, x.shape.rank + len(axis))):
        x = _ExpandDims(input=x, axis=ints(x, place))
    return x


def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if axis == ():  # all axes of size 1 for TensorFlow
        return x
    return raw_ops.Squeeze(input=x, axis=() if axis is None else (axis,) if isinstance(axis, int) else axis)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    return raw_ops.BroadcastTo(input=x, shape=ints(x, shape))


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if mode == "edge":
        for axis, (before, after) in enumerate(pad_width):
            if before or after:
                x = _repeat_edges(x, before, after, axis)
        return x
    if not pad_width:
        return x
    if mode == "constant":
        value = number_like(constant_values, x)
        return raw_ops.PadV2(input=x, paddings=ints(x, pad_width), constant_values=value)
    return raw_ops.MirrorPad(input=x, paddings=ints(x, pad_width), mode=mode.upper())


def _repeat_edges(x: Tensor, before: int, after: int, axis: int) -> Tensor:
    lead = (slice(None),) * axis
    first, last = x[(*lead, slice(0, 1))], x[(*lead, slice(-1, None))]
    return concatenate([first] * before + [x] + [last] * after, axis)


def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    axes = tuple(range(x.shape.rank)) if axis is None else (axis,) if isinstance(axis, int) else axis
    axes = shapes.normalize_axes(axes, x.shape.rank)
    return raw_ops.ReverseV2(tensor=x, axis=ints(x, axes)) if axes else x
