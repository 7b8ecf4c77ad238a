"""PyTorch, family manipulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from ops_backend_torch import _compat, unsigned
from ops_backend_torch.core import DTYPES, EXACT_TYPES, is_size
from ops_common import shapes
from ops_common.errors import UnsupportedError

Tensor = Any

# Dtypes that some kernels do not support, and others of the same width.
_SAME_WIDTH = {
    torch.uint16: torch.int16,
    torch.uint32: torch.int32,
    torch.uint64: torch.int64,
    torch.float8_e4m3fn: torch.uint8,
    torch.float8_e5m2: torch.uint8,
}

_cat, _permute, _split = torch.cat, torch.permute, torch.tensor_split
_squeeze, _unsqueeze, _flip = torch.squeeze, torch.unsqueeze, torch.flip
_repeat, _roll = torch.repeat_interleave, torch.roll
_pad = _compat.pad
_EXACT = dict.fromkeys(EXACT_TYPES)  # a dict, which the compiler of PyTorch 2.8 can read

_COUNTS = frozenset({torch.int64, torch.int32})

reshape = torch.reshape
stack = torch.stack


def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int) and is_size(x.shape[axis]):
        return _parts(x, indices_or_sections, axis)
    return list(_split(x, indices_or_sections, axis))


def _parts(x: Tensor, count: int, axis: int) -> list[Tensor]:
    """Returns parts whose sizes differ by at most 1. torch compiles `tensor_split` for one remainder of the sizes."""
    size = x.shape[axis]
    parts: list[Tensor] = []
    start: Any = 0
    for i in range(count):
        length = (size + count - 1 - i) // count
        if isinstance(size, torch.SymInt):  # torch.export would check that the part is within the axis
            parts.append(torch.index_select(x, axis, start + torch.arange(length, device=x.device)))
        else:
            parts.append(x.narrow(axis, start, length))
        start = start + length
    return parts


def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    if num is None and type(x) in _EXACT:
        return list(x.unbind(axis))
    if isinstance(x.shape[axis], torch.SymInt):
        if num is None:
            raise UnsupportedError(
                "unstack: the number of results is the size of the axis, which torch.export does not know: give num"
            )
        torch._check(x.shape[axis] == num)
        return [x.select(axis, i) for i in range(num)]
    if num is not None and num != x.shape[axis]:
        raise ValueError("there are not as many slices")
    return list(torch.unbind(x, axis))


def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    if axes is None:
        return torch.t(x) if x.dim() <= 2 else _permute(x, tuple(range(x.dim() - 1, -1, -1)))
    return _permute(x, axes)


def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor:
    rank = xs[0].dim()
    for x in xs:
        if x.dim() != rank:  # torch ignores tensors of shape (0,), regardless of the others' rank
            raise ValueError("tensors to concatenate differ in rank")
    if rank == 1 and not -1 <= axis <= 0:  # not checked if all tensors have shape (0,)
        raise IndexError(f"axis {axis} of tensors of rank 1")
    return _cat(xs, axis)


def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    if isinstance(indices_or_sections, int) and x.shape[axis] % indices_or_sections:
        raise ValueError(f"an axis of {x.shape[axis]} does not divide into {indices_or_sections} equal pieces")
    return list(_split(x, indices_or_sections, axis))


def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    if isinstance(axis, int):
        return _unsqueeze(x, axis)
    for place in sorted(shapes.normalize_axes(axis, x.dim() + len(axis))):
        x = _unsqueeze(x, place)
    return x


def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if axis is None:
        return _squeeze(x)
    for a in (axis,) if isinstance(axis, int) else axis:
        if x.shape[a] != 1:  # torch leaves such an axis unchanged
            raise ValueError(f"cannot squeeze axis {a} of shape {tuple(x.shape)}: its size is not 1")
    return _squeeze(x, axis)


def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    if -1 in shape:  # in torch, -1 keeps the size of x
        raise ValueError(f"a size is negative: {shape}")
    return x.expand(shape)


def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    if mode == "constant":
        if not isinstance(constant_values, complex) and -(2**53) <= constant_values <= 2**53:
            return _pad(x, [amount for pair in reversed(pad_width) for amount in pair], "constant", constant_values)
        # torch takes the value as a float64.
        shape = [n + before + after for n, (before, after) in zip(x.shape, pad_width, strict=True)]
        out = torch.full(shape, constant_values, dtype=x.dtype, device=x.device)
        out[tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, pad_width, strict=True))] = x
        return out
    # torch's other modes support only some dtypes and only the last axes.
    for axis, (before, after) in enumerate(pad_width):
        if before or after:
            x = move(torch.index_select, x, axis, _source(x.shape[axis], before, after, mode, x.device))
    return x


def _source(size: int, before: int, after: int, mode: str, device: Any) -> Tensor:
    """Returns for each position of a padded axis, the position it is copied from."""
    place = torch.arange(-before, size + after, device=device)
    if mode == "edge":
        return place.clamp(0, size - 1)
    if mode == "symmetric":  # period 2 * size: forwards, then backwards starting with the last position again
        place = place % (2 * size)
        return torch.minimum(place, 2 * size - 1 - place)
    period = 2 * (size - 1) or 1
    place = place % period
    return torch.minimum(place, period - place)


def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if axis is None:
        axis = tuple(range(x.dim()))
    axes = (axis,) if isinstance(axis, int) else axis
    if axes and not x.dim():  # torch accepts axis 0 of a scalar
        raise IndexError("a tensor of rank 0 has no axis to flip")
    return move(_flip, x, axes)


def repeat(x: Tensor, repeats: int, axis: int | None) -> Tensor:
    return move(_repeat, x, repeats, axis)


def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    if repeats.dtype not in _COUNTS:
        repeats = repeats.long()
    if repeats.shape[0] == 1:  # the sum would be a different one
        total = None
    return move(lambda y: _repeat(y, repeats, axis, output_size=total), x)


tile = torch.tile


def _shift(by: int, size: int) -> int:
    """Returns an equivalent shift of less than 63 bits for an axis of this size: the compiler supports no other."""
    return by if -(2**62) < by < 2**62 else by % max(size, 1)


def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Tensor:
    if type(shift) is int and type(axis) is int and x.dim() and not is_size(x.shape[axis]):
        return move(_roll, x, _shift(shift, x.shape[axis]), axis)
    steps = shapes.roll_steps(shift, axis, x.dim())
    if not steps:
        return x
    if axis is None:
        return move(_roll, x, _shift(sum(by for by, _ in steps), x.numel()))
    steps = [(_shift(by, x.shape[at]), at) for by, at in steps]
    return move(_roll, x, [by for by, _ in steps], [at for _, at in steps])


def view(x: Tensor, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    if native.itemsize == x.element_size():
        return x.view(native)
    if not x.numel():  # torch may reject the strides of an empty tensor, contiguous or not
        return x.new_empty(shapes.view(tuple(x.shape), x.element_size(), native.itemsize), dtype=native)  # type: ignore[arg-type]  # of a real tensor every size is known
    return x.contiguous().view(native)


def move(function: Callable[..., Tensor], x: Tensor, *args: Any) -> Tensor:
    """Returns a function that only moves elements, applied in another dtype of the same width."""
    try:
        return function(x, *args)
    except RuntimeError:
        if x.dtype not in _SAME_WIDTH:
            raise
        return function(x.view(_SAME_WIDTH[x.dtype]), *args).view(x.dtype)


unsigned.in_graph(move, lambda function, x, *args: function(x.view(_SAME_WIDTH[x.dtype]), *args).view(x.dtype))
