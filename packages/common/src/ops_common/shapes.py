"""Shape rules: the shape of an op's result, and a ShapeError if its arguments do not fit.

A shape is a tuple of ints; an unknown dimension is None. Every rule accepts unknown dimensions, and returns None only
where the dimension cannot be derived.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypeVar, overload

from ops_common.errors import AxisError, ShapeError

Dim = int | None
Shape = tuple[Dim, ...]
Axis = int | tuple[int, ...] | None
# If all sizes are known, a rule returns known sizes.
D = TypeVar("D", bound=Dim)


def normalize_axis(axis: int, rank: int, what: str = "axis") -> int:
    """Returns the axis counted from the front; raises AxisError if it is out of range for the rank."""
    if not -rank <= axis < rank:
        raise AxisError(f"{what} {axis} is out of bounds for a tensor of rank {rank}")
    return axis + rank if axis < 0 else axis


def normalize_axes(axis: Axis, rank: int, what: str = "axis") -> tuple[int, ...]:
    """Returns all axes for None, else the given ones counted from the front; raises ShapeError for repeated or missing
    ones."""
    if axis is None:
        return tuple(range(rank))
    axes = (axis,) if isinstance(axis, int) else tuple(axis)
    found = tuple(normalize_axis(a, rank, what) for a in axes)
    if len(set(found)) != len(found):
        raise ShapeError(f"{what} {axis} names the same axis twice (rank {rank})")
    return found


@overload
def broadcast(*shapes: tuple[int, ...]) -> tuple[int, ...]: ...
@overload
def broadcast(*shapes: Shape) -> Shape: ...
def broadcast(*shapes: Shape) -> Shape:
    """Returns the shape that all these shapes broadcast to, by NumPy's rule."""
    rank = max([0, *(len(shape) for shape in shapes)])  # torch's compiler does not support max's default
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return tuple(_broadcast_dim(dims, shapes) for dims in zip(*padded, strict=True))


def _broadcast_dim(dims: Sequence[Dim], shapes: Sequence[Shape]) -> Dim:
    sized = {dim for dim in dims if dim is not None and dim != 1}
    if len(sized) > 1:
        raise ShapeError(f"shapes {' and '.join(map(str, shapes))} do not broadcast")
    if sized:
        return sized.pop()
    return None if None in dims else 1


def broadcast_to(shape: Shape, target: Shape) -> Shape:
    """Returns the target; raises ShapeError if the shape does not broadcast to it."""
    if len(shape) > len(target) or any(
        have not in (1, None, want) and want is not None for have, want in zip(shape[::-1], target[::-1], strict=False)
    ):
        raise ShapeError(f"shape {shape} does not broadcast to {target}")
    return target


def reduce(shape: tuple[D, ...], axis: Axis, keepdims: bool) -> tuple[D | int, ...]:
    """Returns the shape after a reduction over one axis, several, or all (None)."""
    axes = normalize_axes(axis, len(shape))
    if keepdims:
        return tuple(1 if i in axes else dim for i, dim in enumerate(shape))
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def size(shape: Iterable[Dim]) -> Dim:
    """Returns the number of elements, None if a dimension is unknown."""
    dims = tuple(shape)
    known = [dim for dim in dims if dim is not None]
    return math.prod(known) if len(known) == len(dims) else None


def reshape(shape: Shape, target: Sequence[int]) -> Shape:
    """Returns the target with its -1 resolved; raises ShapeError if the numbers of elements differ."""
    if sum(dim == -1 for dim in target) > 1 or any(dim < -1 for dim in target):
        raise ShapeError(f"a new shape has at most one -1 and no other negative size; got {tuple(target)}")
    count = size(shape)
    known = math.prod(dim for dim in target if dim != -1)
    if -1 not in target:
        if count is not None and count != known:
            raise ShapeError(f"cannot reshape {shape} ({count} elements) to {tuple(target)} ({known})")
        return tuple(target)
    if count is None:
        return tuple(None if dim == -1 else dim for dim in target)
    if known == 0 or count % known:
        raise ShapeError(f"cannot reshape {shape} ({count} elements) to {tuple(target)}")
    return tuple(count // known if dim == -1 else dim for dim in target)


def transpose(shape: Shape, axes: Sequence[int] | None) -> Shape:
    """Returns the shape with its axes permuted, reversed for None."""
    if axes is None:
        return shape[::-1]
    found = normalize_axes(tuple(axes), len(shape), "axes")
    if len(found) != len(shape):
        raise ShapeError(f"axes {tuple(axes)} are not a permutation of the {len(shape)} axes of shape {shape}")
    return tuple(shape[a] for a in found)


def concatenate(shapes: Sequence[Shape], axis: int | None) -> Shape:
    """Returns the shape of tensors joined along an axis (flattened first for None)."""
    if not shapes:
        raise ShapeError("needs at least one tensor")
    if axis is None:
        return (_add(size(shape) for shape in shapes),)
    first = shapes[0]
    at = normalize_axis(axis, len(first))
    merged = list(first)
    for shape in shapes[1:]:
        if len(shape) != len(first):
            raise ShapeError(f"shapes {' and '.join(map(str, shapes))} differ in rank")
        for i, dim in enumerate(shape):
            if i == at or dim is None:
                continue
            if merged[i] is not None and merged[i] != dim:
                raise ShapeError(f"shapes {' and '.join(map(str, shapes))} differ beside axis {axis}")
            merged[i] = dim
    merged[at] = _add(shape[at] for shape in shapes)
    return tuple(merged)


def _add(dims: Iterable[Dim]) -> Dim:
    total = 0
    for dim in dims:
        if dim is None:
            return None
        total += dim
    return total


def stack(shapes: Sequence[Shape], axis: int) -> Shape:
    """Returns the shape of equal-shaped tensors joined along a new axis."""
    if not shapes:
        raise ShapeError("needs at least one tensor")
    merged = list(shapes[0])
    for shape in shapes[1:]:
        if len(shape) != len(merged) or any(
            a is not None and b is not None and a != b for a, b in zip(shape, merged, strict=True)
        ):
            raise ShapeError(f"shapes {' and '.join(map(str, shapes))} are not equal")
        merged = [b if a is None else a for a, b in zip(shape, merged, strict=True)]
    merged.insert(normalize_axis(axis, len(merged) + 1), len(shapes))
    return tuple(merged)


def split(shape: Shape, indices_or_sections: int | Sequence[int], axis: int) -> list[Shape]:
    """Returns the shapes of the pieces: equal ones for a count, else cut before each index."""
    at = normalize_axis(axis, len(shape))
    dim = shape[at]
    if isinstance(indices_or_sections, int):
        count = indices_or_sections
        if count < 1 or (dim is not None and dim % count):
            raise ShapeError(f"axis {axis} of size {dim} does not split into {count} equal parts")
        piece = None if dim is None else dim // count
        return [_with(shape, at, piece)] * count
    bounds = list(indices_or_sections)
    if dim is None:
        return [_with(shape, at, None)] * (len(bounds) + 1)
    ranges = (slice(start, stop).indices(dim) for start, stop in zip([0, *bounds], [*bounds, None], strict=True))
    return [_with(shape, at, max(stop - start, 0)) for start, stop, _ in ranges]


def unstack(shape: Shape, num: int | None, axis: int) -> list[Shape]:
    """Returns the shapes of the slices along an axis; their number is the axis' size, or given if that is unknown."""
    at = normalize_axis(axis, len(shape))
    count = num if shape[at] is None else shape[at]
    if count is None:
        raise ShapeError(f"the size of axis {at} must be known; got shape {shape}: give num")
    if num is not None and count != num:
        raise ShapeError(f"axis {at} has {count} slices; got num {num}")
    return [(*shape[:at], *shape[at + 1 :])] * count


def even_cuts(size: Dim, sections: int) -> tuple[int, ...]:
    """Returns the indices at which to cut an axis into pieces whose sizes differ by at most one, the longer ones first.

    If the size of the axis is unknown, so are those of the pieces, and the cuts are arbitrary.
    """
    if sections < 1:
        raise ShapeError(f"an axis is cut into one part or more; got {sections}")
    whole, rest = divmod(size or 0, sections)
    return tuple(i * whole + min(i, rest) for i in range(1, sections))


def _with(shape: Shape, at: int, dim: Dim) -> Shape:
    return (*shape[:at], dim, *shape[at + 1 :])


def expand_dims(shape: Shape, axis: int | tuple[int, ...]) -> Shape:
    """Returns the shape with size-1 axes inserted at the given positions of the result."""
    axes = (axis,) if isinstance(axis, int) else axis
    rank = len(shape) + len(axes)
    places = normalize_axes(axes, rank)
    rest = iter(shape)
    return tuple(1 if i in places else next(rest) for i in range(rank))


def squeeze(shape: Shape, axis: Axis) -> Shape:
    """Returns the shape without the given size-1 axes, or without all of them for None."""
    if axis is None:
        if None in shape:
            raise ShapeError(f"to squeeze every axis of size 1, all sizes must be known; got {shape}: name the axes")
        return tuple(dim for dim in shape if dim != 1)
    axes = normalize_axes(axis, len(shape))
    for a in axes:
        if shape[a] not in (1, None):
            raise ShapeError(f"cannot squeeze axis {a} of shape {shape}: its size is not 1")
    return tuple(dim for i, dim in enumerate(shape) if i not in axes)


def pad(shape: Shape, pad_width: Sequence[Sequence[int]]) -> Shape:
    """Returns the shape with (before, after) elements added to each axis."""
    if len(pad_width) != len(shape):
        raise ShapeError(f"pad_width {tuple(pad_width)} needs one (before, after) pair for each axis of {shape}")
    if any(amount < 0 for pair in pad_width for amount in pair):
        raise ShapeError(f"pad_width {tuple(pad_width)} has a negative amount")
    return tuple(None if dim is None else dim + a + b for dim, (a, b) in zip(shape, pad_width, strict=True))


def take(shape: Shape, indices: Shape, axis: int | None) -> Shape:
    """Returns the shape of elements picked along an axis, or from the flattened tensor for None."""
    if axis is None:
        return indices
    at = normalize_axis(axis, len(shape))
    return (*shape[:at], *indices, *shape[at + 1 :])


def repeat(shape: Shape, repeats: int | None, axis: int | None, total: int | None = None) -> Shape:
    """Returns the shape after repeating each element of an axis (of the flattened tensor for None).

    ``repeats`` is None if each element has its own number of repetitions; ``total`` is their sum, None if that is
    unknown.
    """
    at = None if axis is None else normalize_axis(axis, len(shape))
    dim = size(shape) if at is None else shape[at]
    length = total if repeats is None else None if dim is None else dim * repeats
    return (length,) if at is None else _with(shape, at, length)


def tile(shape: Shape, repeats: Sequence[int]) -> Shape:
    """Returns the shape after repeating the whole tensor along its last axes, or along new ones before them."""
    if any(count < 0 for count in repeats):
        raise ShapeError(f"a tensor is not repeated a negative number of times; got {tuple(repeats)}")
    rank = max(len(shape), len(repeats))
    dims = (1,) * (rank - len(shape)) + shape
    counts = (1,) * (rank - len(repeats)) + tuple(repeats)
    return tuple(0 if n == 0 else None if dim is None else dim * n for dim, n in zip(dims, counts, strict=True))


def roll_steps(shift: int | tuple[int, ...], axis: Axis, rank: int) -> list[tuple[int, int]]:
    """Returns the pairs (shift, axis counted from the front) of a roll; for axis None, of the flattened tensor."""
    shifts = (shift,) if isinstance(shift, int) else shift
    axes: tuple[int, ...] = (0,) if axis is None else (axis,) if isinstance(axis, int) else axis
    if 1 not in (len(shifts), len(axes)) and len(shifts) != len(axes):
        raise ShapeError(f"shifts {shift} and axes {axis} are not equally many")
    count = max(len(shifts), len(axes)) if shifts and axes else 0
    shifts, axes = (given * count if len(given) == 1 else given for given in (shifts, axes))
    return list(zip(shifts, (normalize_axis(a, rank) if axis is not None else a for a in axes), strict=False))


def diagonal(shape: Shape, offset: int, axis1: int, axis2: int) -> Shape:
    """Returns the shape of diagonals: the other axes, followed by the axis of the diagonal."""
    axes = normalize_axes((axis1, axis2), len(shape))
    rows, columns = shape[axes[0]], shape[axes[1]]
    length = None
    if rows is not None and columns is not None:
        length = max(min(rows + min(offset, 0), columns - max(offset, 0)), 0)
    return (*(dim for i, dim in enumerate(shape) if i not in axes), length)


def diagonal_steps(rows: int, columns: int, offset: int) -> tuple[int, int, int]:
    """Returns start, stop and step of a diagonal in a matrix flattened in row-major order."""
    (length,) = diagonal((rows, columns), offset, 0, 1)
    start = max(offset, -offset * columns) if length else 0  # otherwise larger than the frameworks' integers
    return start, start + (length - 1) * (columns + 1) + 1 if length else start, columns + 1


def view(shape: Shape, have: int, wanted: int) -> Shape:
    """Returns the shape after elements of ``have`` bytes are read as elements of ``wanted`` bytes."""
    if have == wanted:
        return shape
    if not shape:
        raise ShapeError(f"a tensor of rank 0 has no axis for elements of {wanted} bytes instead of {have}")
    dim = shape[-1]
    if dim is not None and dim * have % wanted:
        raise ShapeError(f"a last axis of {dim} elements of {have} bytes does not divide into elements of {wanted}")
    return (*shape[:-1], None if dim is None else dim * have // wanted)


def take_along_axis(shape: Shape, indices: Shape, axis: int | None) -> Shape:
    """Returns the shape of elements picked along an axis by an index tensor of the same rank, which broadcasts
    elsewhere."""
    if axis is None:
        if len(indices) != 1:
            raise ShapeError(f"with axis None the indices have rank 1; got shape {indices}")
        return indices
    if len(indices) != len(shape):
        raise ShapeError(f"indices of shape {indices} and a tensor of shape {shape} differ in rank")
    at = normalize_axis(axis, len(shape))
    return _with(broadcast(_with(shape, at, 1), _with(indices, at, 1)), at, indices[at])


def matmul(a: Shape, b: Shape) -> Shape:
    """Returns the shape of a (stacked) matrix product; rank-1 operands act as a row and as a column."""
    if not a or not b:
        raise ShapeError(f"matrix product needs operands of rank 1 or more; got {a} and {b}")
    left = (1, *a) if len(a) == 1 else a
    right = (*b, 1) if len(b) == 1 else b
    if left[-1] is not None and right[-2] is not None and left[-1] != right[-2]:
        raise ShapeError(f"matrix product of {a} and {b}: inner sizes {left[-1]} and {right[-2]} differ")
    batch = broadcast(left[:-2], right[:-2])
    rows = () if len(a) == 1 else (left[-2],)
    columns = () if len(b) == 1 else (right[-1],)
    return (*batch, *rows, *columns)


def tensordot_axes(a: Shape, b: Shape, axes: int | Sequence[object]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Returns the two tuples of axes that a tensordot contracts, checked against both shapes."""
    if isinstance(axes, int):
        if not 0 <= axes <= min(len(a), len(b)):
            raise ShapeError(f"cannot contract {axes} axes of shapes {a} and {b}")
        left, right = tuple(range(len(a) - axes, len(a))), tuple(range(axes))
    else:
        if len(axes) != 2:
            raise ShapeError(f"axes must be an int or a pair; got {axes!r}")
        pair = [(side,) if isinstance(side, int) else tuple(side) for side in axes]  # type: ignore[arg-type]  # a pair
        left, right = normalize_axes(pair[0], len(a)), normalize_axes(pair[1], len(b))
    if len(left) != len(right) or any(
        a[i] is not None and b[j] is not None and a[i] != b[j] for i, j in zip(left, right, strict=True)
    ):
        raise ShapeError(f"cannot contract axes {left} of {a} with axes {right} of {b}")
    return left, right


def tensordot(a: Shape, b: Shape, axes: int | Sequence[object]) -> Shape:
    """Returns the shape of a tensordot: the axes of both operands that are not contracted."""
    left, right = tensordot_axes(a, b, axes)
    return (*(d for i, d in enumerate(a) if i not in left), *(d for i, d in enumerate(b) if i not in right))


def dot(a: Shape, b: Shape) -> Shape:
    """Returns the shape of NumPy's dot: a product for scalars, else a sum over the last axis of a and the second last
    of b."""
    if not a or not b:
        return a or b
    return tensordot(a, b, ((-1,), (max(len(b) - 2, 0),)))


def vdot(a: Shape, b: Shape) -> Shape:
    """Returns the empty shape of a vdot, which sums the products of all elements in order, so their numbers must be
    equal."""
    one, other = size(a), size(b)
    if one is not None and other is not None and one != other:
        raise ShapeError(f"shapes {a} and {b} have {one} and {other} elements")
    return ()


@overload
def kron_factors(
    a: tuple[int, ...], b: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]: ...
@overload
def kron_factors(a: Shape, b: Shape) -> tuple[Shape, Shape, Shape]: ...
def kron_factors(a: Shape, b: Shape) -> tuple[Shape, Shape, Shape]:
    """Returns for a Kronecker product: the shapes in which the factors broadcast, with interleaved axes, and the
    result's shape."""
    rank = max(len(a), len(b))
    left, right = ((1,) * (rank - len(shape)) + tuple(shape) for shape in (a, b))
    spread_left = tuple(dim for size in left for dim in (size, 1))
    spread_right = tuple(dim for size in right for dim in (1, size))
    return spread_left, spread_right, tuple(size(pair) for pair in zip(left, right, strict=True))


def correlate(a: Shape, b: Shape, mode: str) -> Shape:
    """Returns the shape of a cross-correlation of two sequences."""
    if len(a) != 1 or len(b) != 1 or 0 in (*a, *b):
        raise ShapeError(f"two sequences of rank 1, not empty, can be correlated; got shapes {a} and {b}")
    one, other = a[0], b[0]
    if one is None or other is None:
        return (None,)
    before, after = correlation_padding(max(one, other), min(one, other), mode)
    return (abs(one - other) + 1 + before + after,)


def correlation_padding(longer: int, shorter: int, mode: str) -> tuple[int, int]:
    """Returns how many zeros to add before and after the longer sequence, for the shorter one to slide over."""
    if mode == "valid":
        return 0, 0
    if mode == "same":
        return shorter // 2, shorter - shorter // 2 - 1
    return shorter - 1, shorter - 1


@overload
def window(size: int, kernel: int, stride: int, padding: str, dilation: int = 1) -> int: ...
@overload
def window(size: Dim, kernel: int, stride: int, padding: str, dilation: int = 1) -> Dim: ...
def window(size: Dim, kernel: int, stride: int, padding: str, dilation: int = 1) -> Dim:
    """Returns the number of window positions along one axis for padding "valid", "same" or "causal"."""
    if size is None:
        return None
    reach = dilation * (kernel - 1) + 1
    if padding in ("same", "causal"):
        return -(-size // stride)
    if size < reach:
        raise ShapeError(f"a window of {reach} does not fit into an axis of {size} without padding")
    return (size - reach) // stride + 1


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Returns the (before, after) amounts that padding "same" adds to one axis; an odd element is added after."""
    total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def _spatial(shape: Shape, data_format: str, what: str) -> tuple[Dim, Shape]:
    """Returns channels and spatial sizes of a batched tensor."""
    if len(shape) not in (3, 4, 5):
        raise ShapeError(f"{what} must have rank 3, 4 or 5 (batch, spatial axes, channels); got shape {shape}")
    return (shape[-1], shape[1:-1]) if data_format == "channels_last" else (shape[1], shape[2:])


def _with_spatial(batch: Dim, spatial: Shape, channels: Dim, data_format: str) -> Shape:
    return (batch, *spatial, channels) if data_format == "channels_last" else (batch, channels, *spatial)


def conv(
    shape: Shape, kernel: Shape, strides: Sequence[int], padding: str, data_format: str, dilation: Sequence[int]
) -> Shape:
    """Returns the shape of a convolution; the kernel's shape is (*window, channels / groups, filters)."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"a kernel for inputs of shape {shape} has rank {len(shape)}; got shape {kernel}")
    depth, filters = kernel[-2:]
    if channels is not None and depth is not None:
        groups = channels // depth if depth else 0  # no channels means no groups, and sums over nothing
        if groups * depth != channels or (depth and not groups and filters):
            raise ShapeError(f"{channels} channels of inputs {shape} are no multiple of the kernel's {depth}")
        if filters is not None and groups and filters % groups:
            raise ShapeError(f"{filters} filters do not divide into {groups} groups")
    out = tuple(
        None if k is None else window(size, k, stride, padding, rate)
        for size, k, stride, rate in zip(spatial, kernel[:-2], strides, dilation, strict=True)
    )
    return _with_spatial(shape[0], out, filters, data_format)


def depthwise_conv(
    shape: Shape, kernel: Shape, strides: Sequence[int], padding: str, data_format: str, dilation: Sequence[int]
) -> Shape:
    """Returns the shape of a depthwise convolution; the kernel's shape is (*window, channels, multiplier)."""
    channels, _ = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"a kernel for inputs of shape {shape} has rank {len(shape)}; got shape {kernel}")
    depth, multiplier = kernel[-2:]
    if channels is not None and depth is not None and channels != depth:
        raise ShapeError(f"inputs {shape} have {channels} channels; the kernel {kernel} is for {depth}")
    known = depth if channels is None else channels
    filters = None if known is None or multiplier is None else known * multiplier
    grouped = (*kernel[:-2], 1, filters)
    return conv(
        _with_spatial(shape[0], _spatial(shape, data_format, "")[1], known, data_format),
        grouped,
        strides,
        padding,
        data_format,
        dilation,
    )


def transposed_window(
    kernel: int, stride: int, padding: str, output_padding: int | None, dilation: int
) -> tuple[int, int]:
    """Returns ``(before, extra)``, which define the result of a transposed convolution along one axis.

    Its sums are one stride apart; the first ``before`` positions are cut off, and the result has ``(size - 1) * stride
    + extra`` positions, with zeros where no sum contributes.
    """
    reach = dilation * (kernel - 1) + 1
    if padding == "valid":
        return 0, max(reach, stride) if output_padding is None else reach + output_padding
    if output_padding is None:
        return max(reach - stride, 0) // 2, stride
    # As a "same" convolution pads: the amount cut off is split evenly, and an odd position is cut off at the end.
    cut = 2 * (reach // 2) - output_padding
    return max(cut, 0) // 2, reach - cut


def conv_transpose(
    shape: Shape,
    kernel: Shape,
    strides: Sequence[int],
    padding: str,
    output_padding: Sequence[int | None],
    data_format: str,
    dilation: Sequence[int],
) -> Shape:
    """Returns the shape of a transposed convolution; the kernel's shape is (*window, filters, channels)."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if len(kernel) != len(shape):
        raise ShapeError(f"a kernel for inputs of shape {shape} has rank {len(shape)}; got shape {kernel}")
    filters, depth = kernel[-2:]
    if channels is not None and depth is not None and channels != depth:
        raise ShapeError(f"inputs {shape} have {channels} channels; the kernel {kernel} is for {depth}")
    out: list[Dim] = []
    windows = zip(spatial, kernel[:-2], strides, output_padding, dilation, strict=True)
    for size, k, step, amount, rate in windows:
        if size is None or k is None:
            out.append(None)
        else:
            out.append(max((size - 1) * step + transposed_window(k, step, padding, amount, rate)[1], 0))
    return _with_spatial(shape[0], tuple(out), filters, data_format)


def adaptive_windows(size: int, count: int) -> tuple[list[int], list[int]]:
    """Returns where ``count`` windows that cover an axis evenly start and end; neighbours overlap if necessary."""
    return [i * size // count for i in range(count)], [-(-(i + 1) * size // count) for i in range(count)]


def adaptive_pool(shape: Shape, output_size: Sequence[int], data_format: str) -> Shape:
    """Returns the shape of a pooling to a given size."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    if 0 in spatial:
        raise ShapeError(f"an axis of size 0 cannot be pooled to a given size; got shape {shape}")
    return _with_spatial(shape[0], tuple(output_size), channels, data_format)


def unfold(
    shape: Shape,
    kernel_size: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> Shape:
    """Returns the shape of the windows of channels-first images, each as a column."""
    if len(shape) != 4:
        raise ShapeError(f"images have shape (batch, channels, height, width); got {shape}")
    counts = tuple(
        None if size is None else window(size + 2 * amount, k, step, "valid", rate)
        for size, k, rate, amount, step in zip(shape[2:], kernel_size, dilation, padding, stride, strict=True)
    )
    channels = shape[1]
    return shape[0], None if channels is None else channels * kernel_size[0] * kernel_size[1], size(counts)


def fold(
    shape: Shape,
    output_size: Sequence[int],
    kernel_size: Sequence[int],
    dilation: Sequence[int],
    padding: Sequence[int],
    stride: Sequence[int],
) -> Shape:
    """Returns the shape of images that are summed from windows; see `unfold`."""
    if len(shape) != 3:
        raise ShapeError(f"windows have shape (batch, channels * window, positions); got {shape}")
    area = kernel_size[0] * kernel_size[1]
    if shape[1] is not None and shape[1] % area:
        raise ShapeError(f"axis 1 of {shape} is no multiple of the window's {area} elements")
    channels = None if shape[1] is None else shape[1] // area
    image = (shape[0], channels, *output_size)
    positions = unfold(image, kernel_size, dilation, padding, stride)[2]
    if shape[2] is not None and shape[2] != positions:
        raise ShapeError(
            f"windows {tuple(kernel_size)} have {positions} positions in {tuple(output_size)}; got {shape}"
        )
    return image


def pool(shape: Shape, pool_size: Sequence[int], strides: Sequence[int], padding: str, data_format: str) -> Shape:
    """Returns the shape of a pooling."""
    channels, spatial = _spatial(shape, data_format, "inputs")
    out = tuple(window(s, k, stride, padding) for s, k, stride in zip(spatial, pool_size, strides, strict=True))
    return _with_spatial(shape[0], out, channels, data_format)


def einsum(subscripts: str, shapes: Sequence[Shape]) -> Shape:
    """Returns the shape of an Einstein sum, with ``...`` and an implicit output as in NumPy."""
    inputs, _, output = subscripts.replace(" ", "").partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise ShapeError(f"einsum {subscripts!r} names {len(terms)} operands; got {len(shapes)}")
    sizes: dict[str, Dim] = {}
    batch: Shape = ()
    for term, shape in zip(terms, shapes, strict=True):
        named = term.replace("...", "")
        extra = len(shape) - len(named)
        if extra < 0 or (extra and "..." not in term) or (not named.replace(".", "!").isalpha() and named):
            raise ShapeError(f"einsum {subscripts!r}: term {term!r} does not fit an operand of shape {shape}")
        start = term.index("...") if "..." in term else len(term)
        if extra:
            batch = broadcast(batch, shape[start : start + extra])
        own: dict[str, Dim] = {}
        for label, dim in zip(named, shape[:start] + shape[start + extra :], strict=True):
            if None not in (dim, twin := own.setdefault(label, dim)) and dim != twin:  # a diagonal does not broadcast
                raise ShapeError(f"einsum {subscripts!r}: label {label!r} is both {twin} and {dim} in one operand")
            known = sizes.get(label)
            if known not in (None, 1) and dim not in (None, 1, known):
                raise ShapeError(f"einsum {subscripts!r}: label {label!r} is both {known} and {dim}")
            if label not in sizes or known is None or known == 1:
                sizes[label] = dim if dim is not None or known is None else known
    if "->" not in subscripts:
        labels = inputs.replace(",", "").replace(".", "")
        output = ("..." if "..." in inputs else "") + "".join(sorted(c for c in set(labels) if labels.count(c) == 1))
    missing = set(output.replace("...", "")) - set(sizes)
    if missing or len(set(output.replace("...", ""))) != len(output.replace("...", "")):
        raise ShapeError(f"einsum {subscripts!r}: the output repeats a label or has one that no operand has")
    head, dots, tail = output.partition("...")
    middle = batch if dots else ()
    return (*(sizes[c] for c in head), *middle, *(sizes[c] for c in tail))


def matrices(shape: tuple[D, ...]) -> tuple[tuple[D, ...], D, D]:
    """Returns the axes before the last two, then rows and columns. Raises ShapeError for rank below 2."""
    if len(shape) < 2:
        raise ShapeError(f"a matrix, or a stack of matrices, has rank 2 or more; got shape {shape}")
    return shape[:-2], shape[-2], shape[-1]


def square(shape: tuple[D, ...]) -> tuple[D, ...]:
    """Returns the axes before the last two; raises ShapeError if these are not those of square matrices."""
    if len(shape) < 2 or (shape[-1] != shape[-2] and None not in shape[-2:]):
        raise ShapeError(f"square matrices are needed; got shape {shape}")
    return shape[:-2]


def smaller(rows: Dim, columns: Dim) -> Dim:
    """Returns the smaller of both sizes, None if either is unknown."""
    return None if rows is None or columns is None else min(rows, columns)


def are_vectors(a: Shape, b: Shape) -> bool:
    """Returns whether the right-hand sides b of systems of equations with the matrices a are vectors: b has rank 1, or
    a's shape without its last axis. Otherwise they are matrices with a column for each vector."""
    return len(b) == 1 or (
        len(b) == len(a) - 1 and all(x == y or x is None or y is None for x, y in zip(a[:-1], b, strict=True))
    )


@overload
def solution(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]: ...
@overload
def solution(a: Shape, b: Shape) -> Shape: ...
def solution(a: Shape, b: Shape) -> Shape:
    """Returns the shape of the solutions x of ``a @ x = b``, with as many unknowns as a has columns."""
    batch, rows, columns = matrices(a)
    vectors = are_vectors(a, b)
    if not b:
        raise ShapeError("right-hand sides have rank 1 or more; got a scalar")
    right = b if vectors else b[:-1]
    if right[-1] != rows and right[-1] is not None and rows is not None:
        raise ShapeError(f"matrices of shape {a} and right-hand sides of shape {b} do not have the same number of rows")
    return (*broadcast(batch, right[:-1]), columns, *(() if vectors else b[-1:]))


def svd(shape: Shape, full_matrices: bool) -> tuple[Shape, Shape, Shape]:
    """Returns the shapes of the left singular vectors, the singular values and the adjoint of the right singular
    vectors."""
    batch, rows, columns = matrices(shape)
    count = smaller(rows, columns)
    left, right = (rows, columns) if full_matrices else (count, count)
    return (*batch, rows, left), (*batch, count), (*batch, right, columns)


def qr(shape: Shape, mode: str) -> tuple[Shape, Shape]:
    """Returns the shapes of the orthonormal columns and of the triangle."""
    batch, rows, columns = matrices(shape)
    inner = smaller(rows, columns) if mode == "reduced" else rows
    return (*batch, rows, inner), (*batch, inner, columns)


def aligned(parameter: Shape, shape: Shape, axes: Sequence[int]) -> Shape:
    """Returns the shape in which a parameter of the axes' sizes broadcasts against `shape`; its own shape if it already
    does: if it has rank 0, or shape's rank without all its axes."""
    if not parameter or (len(parameter) == len(shape) and len(axes) < len(shape)):
        return parameter
    sizes = dict(zip(axes, parameter, strict=True))
    return tuple(sizes.get(axis, 1) for axis in range(len(shape)))
