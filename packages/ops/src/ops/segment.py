"""Family segment: reductions over segments of rows, and scatter operations."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import backend_function, check_count, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Index, Operand, Size, Sizes, Tensor
from ops.core import _on_device_of, cast, is_tensor
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import arange, zeros
from ops.elementwise import add, greater, greater_equal, less, logical_and, maximum, minimum, multiply, where
from ops.indexing import get_item, take
from ops.indexing.elements import as_places
from ops.manipulation import broadcast_to, pad, reshape
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, DtypeError, ShapeError, unknown_shape
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "scatter",
    "scatter_update",
    "segment_max",
    "segment_min",
    "segment_prod",
    "segment_sum",
]

_HALF = ("float16", "bfloat16")


def _segments(data: Any, segment_ids: Any, num_segments: Any, *static: Any) -> shapes.Shape:
    if len(segment_ids.shape) != 1 or not data.shape:
        raise ShapeError(
            f"segment_ids must have rank 1 and data rank 1 or more; got shapes {segment_ids.shape} and {data.shape}"
        )
    count, rows = segment_ids.shape[0], data.shape[0]
    if count is not None and rows is not None and count != rows:
        raise ShapeError(f"segment_ids must have one id for each row; got {count} ids and {rows} rows")
    return (num_segments, *data.shape[1:])


@primitive(dtype=rules.KEEP, shape=_segments, kernel="segment_reduce")
def _reduce(data: Operand, segment_ids: Index, num_segments: Size, reduction: str, sorted: bool) -> Tensor:
    """Returns the rows of each segment, reduced; see the contract."""
    ...


def _combined(data: Any, segment_ids: Any, num_segments: Any, reduction: str, sorted: bool) -> Any:
    if num_segments is None:
        num_segments = _number_of_segments(segment_ids)
        if num_segments is None:
            rows = _segments(SymbolicTensor(shape_of(data), dtype_of(data)), segment_ids, 0)[1:]
            count = 0 if 0 in (shape_of(segment_ids)[0], shape_of(data)[0]) else None
            return SymbolicTensor((count, *rows), dtype_of(data))
    dtype = dtype_of(data)
    if dtype == "bool":  # an extreme: of no elements it is the smallest or largest integer
        return greater(_reduce(cast(data, "int32"), segment_ids, num_segments, reduction, sorted), 0)
    if dtype in _HALF:  # accumulate in higher precision
        return cast(_reduce(cast(data, "float32"), segment_ids, num_segments, reduction, sorted), dtype)
    return _reduce(data, segment_ids, num_segments, reduction, sorted)


@backend_function
def _number_of_segments(backend: Backend, segment_ids: Any) -> Any:
    """Returns the largest id plus 1; None for symbolic ids."""
    if isinstance(segment_ids, SymbolicTensor):
        return None
    if backend.shape(segment_ids) == (0,):
        return 0
    is_tracing = backend.kernels.get("transform.is_tracing")
    if is_tracing is None or not is_tracing():
        try:
            return max(int(backend.bound.reduction_max(segment_ids)) + 1, 0)
        except Exception:  # frameworks raise different errors for a tensor without a value
            pass
    raise unknown_shape("the reduction", "give num_segments")


@reads()
def _canonical(data: Any, segment_ids: Any, num_segments: Any, sorted: Any) -> tuple[Any, ...]:
    if num_segments is not None:
        num_segments = check_count(num_segments, "num_segments")
    return data, segment_ids, num_segments, bool(sorted)


@composite(dtype=rules.NUMBERS, canonical=_canonical, kernel=None, fused=False)
def segment_sum(data: Operand, segment_ids: Index, num_segments: Size | None = None, sorted: bool = False) -> Tensor:
    """The sums of rows with the same segment id.

    Args:
        data: a tensor of rank 1 or more; its first axis is the axis of rows.
        segment_ids: integers of shape (rows,). Rows whose id is negative or not less than ``num_segments`` are
            ignored.
        num_segments: the number of segments; None for the largest id plus 1, which depends on values and is not
            supported inside `jit`.
        sorted: whether the ids are in ascending order, which is faster on NumPy. If True and they are not, the result
            is undefined.

    Returns:
        A tensor with a row for each segment, in data's dtype (int32 for bools). The row of an empty segment is 0.

    Raises:
        ShapeError: the ids do not have rank 1, or the numbers of ids and rows differ.
        DtypeError: the ids are not integers.
        ArgumentError: num_segments is negative.
        UnsupportedError: inside `jit` without ``num_segments``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.segment_sum([1.0, 2.0, 4.0], [0, 2, 0], num_segments=3))
        array([5., 0., 2.], dtype=float32)
    """
    return _combined(data, segment_ids, num_segments, "add", sorted)


@composite(dtype=rules.NUMBERS, canonical=_canonical, kernel=None, fused=False)
def segment_prod(data: Operand, segment_ids: Index, num_segments: Size | None = None, sorted: bool = False) -> Tensor:
    """The products of rows with the same segment id; 1 for an empty segment. See `segment_sum`.

    Raises:
        ShapeError: the ids do not have rank 1, or the numbers of ids and rows differ.
        DtypeError: the ids are not integers.
        ArgumentError: num_segments is negative.
        UnsupportedError: inside `jit` without ``num_segments``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.segment_prod([1.0, 2.0, 4.0], [0, 2, 0], num_segments=3))
        array([4., 1., 2.], dtype=float32)
    """
    return _combined(data, segment_ids, num_segments, "mul", sorted)


@composite(dtype=rules.ORDERED, canonical=_canonical, kernel=None, fused=False)
def segment_max(data: Operand, segment_ids: Index, num_segments: Size | None = None, sorted: bool = False) -> Tensor:
    """The element-wise maximum of rows with the same segment id; NaN where any element is NaN.

    An empty segment gives minus infinity, the smallest integer of the dtype, or False. See `segment_sum`.

    Raises:
        ShapeError: the ids do not have rank 1, or the numbers of ids and rows differ.
        DtypeError: the ids are not integers, or data is complex.
        ArgumentError: num_segments is negative.
        UnsupportedError: inside `jit` without ``num_segments``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.segment_max([1.0, 2.0, 4.0], [0, 2, 0], num_segments=3))
        array([  4., -inf,   2.], dtype=float32)
    """
    return _combined(data, segment_ids, num_segments, "max", sorted)


@composite(dtype=rules.ORDERED, canonical=_canonical, kernel=None, fused=False)
def segment_min(data: Operand, segment_ids: Index, num_segments: Size | None = None, sorted: bool = False) -> Tensor:
    """The element-wise minimum of rows with the same segment id; NaN where any element is NaN.

    An empty segment gives infinity, the largest integer of the dtype, or True. See `segment_sum`.

    Raises:
        ShapeError: the ids do not have rank 1, or the numbers of ids and rows differ.
        DtypeError: the ids are not integers, or data is complex.
        ArgumentError: num_segments is negative.
        UnsupportedError: inside `jit` without ``num_segments``.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.segment_min([1.0, 2.0, 4.0], [0, 2, 0], num_segments=3))
        array([ 1., inf,  2.], dtype=float32)
    """
    return _combined(data, segment_ids, num_segments, "min", sorted)


# --- scattering

# The reductions used for bools, which are represented as 0 and 1.
_OF_BOOLS = {"add": "max", "max": "max", "min": "min", "mul": "min"}


def _combine(reduction: str, first: Any, second: Any) -> Any:
    if reduction == "add":
        return add(first, second)
    if reduction == "mul":
        return multiply(first, second)
    return maximum(first, second) if reduction == "max" else minimum(first, second)


@reads()
def _reduction(inputs: Any, indices: Any, updates: Any, reduction: Any) -> tuple[Any, ...]:
    if reduction is not None and not (isinstance(reduction, str) and reduction in ("add", "max", "min", "mul")):
        raise ArgumentError(f"reduction must be None, 'add', 'max', 'min' or 'mul'; got {short(reduction)}")
    return inputs, indices, updates, reduction


@composite(canonical=_reduction)
def scatter_update(inputs: Operand, indices: Index, updates: Operand, reduction: Any = None) -> Tensor:
    """The inputs with updates written to, or combined with, the elements at given indices.

    Args:
        inputs: a tensor.
        indices: integers of rank 1 or more; the last axis contains the indices along the first axes of inputs (all
            axes, or fewer if the updates are slices). Negative indices count from the end. Updates with an index out of
            range are ignored.
        updates: a tensor whose shape is, or broadcasts to, the shape of indices without its last axis, followed by the
            shape of inputs without the indexed axes. It is cast to inputs' dtype.
        reduction: None to keep the last update of each position; "add", "max", "min" or "mul" to combine inputs with
            all updates of a position. For bools, "add" is a logical or, "mul" a logical and.

    Returns:
        A tensor of the shape and dtype of inputs.

    Raises:
        ShapeError: the indices have more entries than inputs has axes, or the shape of the updates does not match.
        DtypeError: the indices are not integers; the inputs are complex and the reduction is "max" or "min".
        ArgumentError: the reduction is unknown.

    Example:
        >>> import ops
        >>> x = ops.zeros((4,), "int32")
        >>> ops.convert_to_numpy(ops.scatter_update(x, [[0], [2], [0], [9]], [1, 2, 3, 4]))
        array([3, 0, 2, 0], dtype=int32)
        >>> ops.convert_to_numpy(ops.scatter_update(x, [[0], [2], [0], [9]], [1, 2, 3, 4], reduction="add"))
        array([4, 0, 2, 0], dtype=int32)
    """
    sizes, places, kind = shape_of(inputs), shape_of(indices), dtype_of(inputs)
    if places and places[-1] is None and (isinstance(inputs, SymbolicTensor) or isinstance(indices, SymbolicTensor)):
        return SymbolicTensor(sizes, kind)
    depth = places[-1] if places else 0
    if depth is None:  # the updates have an axis for each axis of inputs that is not indexed
        depth = 1 if len(sizes) == 1 else len(places) - 1 + len(sizes) - len(shape_of(updates))
        if not 0 < depth <= len(sizes):
            raise ShapeError(
                f"the size of the last axis of indices, the number of indexed axes, must be known; got shape {places} "
                f"and updates of shape {shape_of(updates)}: give it in the function's signature, reshape the indices, "
                "or give the updates all their axes"
            )
        indices = reshape(indices, (*sizes_of(indices)[:-1], depth))  # fails for other sizes
    if not 0 < depth <= len(sizes):
        raise ShapeError(f"the last axis of the indices must have size 1 to {len(sizes)}; got shape {places}")
    if dtypes.is_complex(kind) and reduction in ("max", "min"):
        raise DtypeError(f"{kind} operands are not supported, as they have no order")
    lead, rest = sizes[:depth], sizes[depth:]
    if None in sizes or None in places:
        expected = (*places[:-1], *rest)
        if shapes.broadcast(shape_of(updates), expected) != expected and None not in expected:
            raise ShapeError(f"updates must have shape {expected}, or broadcast to it; got {shape_of(updates)}")
        if isinstance(inputs, SymbolicTensor) or isinstance(indices, SymbolicTensor):
            slices = shapes.broadcast_to(shape_of(updates), expected)[len(places) - 1 :]
            return SymbolicTensor((*lead, *slices), kind)
    is_empty, has_known_count = 0 in (*places[:-1], *sizes), None not in places[:-1]
    sizes, places = sizes_of(inputs), sizes_of(indices)
    lead, rest = sizes[:depth], sizes[depth:]
    updates = broadcast_to(cast(updates, kind), (*places[:-1], *rest))
    count, rows = math.prod(places[:-1]), math.prod(lead)
    if is_empty:
        return add(inputs, _on_device_of(zeros(sizes, kind), inputs)) if kind != "bool" else inputs
    ids = reshape(_flat(indices, lead), (count,))
    flat = reshape(inputs, (rows, *rest))
    updates = reshape(updates, (count, *rest))
    if reduction is None:
        last = _reduce(_on_device_of(arange(count, dtype="int32"), ids), ids, rows, "max", False)
        is_updated = greater_equal(last, 0)
        if not has_known_count:  # there may be no updates to take from
            updates = pad(updates, ((0, 1),) + ((0, 0),) * len(rest))
        picked = take(updates, maximum(last, 0), 0)
        result = where(reshape(is_updated, (rows,) + (1,) * len(rest)), picked, flat)
    elif kind == "bool":
        reduction = _OF_BOOLS[reduction]
        combined = _reduce(cast(updates, "uint8"), ids, rows, reduction, False)
        result = cast(_combine(reduction, cast(flat, "uint8"), combined), "bool")
    elif kind in _HALF:
        combined = _reduce(cast(updates, "float32"), ids, rows, reduction, False)
        result = cast(_combine(reduction, cast(flat, "float32"), combined), kind)
    else:
        result = _combine(reduction, flat, _reduce(updates, ids, rows, reduction, False))
    return reshape(result, sizes)


_WIDE = ("int64", "uint64", "uint32")


def _known_product(sizes: tuple[Any, ...]) -> int:
    """Returns the product of the sizes that are known."""
    return math.prod([size for size in sizes if isinstance(size, int)])


def _flat(indices: Any, lead: tuple[Any, ...]) -> Any:
    """Returns indices along several axes as indices into these axes flattened; -1 where an index is out of range."""
    wide = "int64" if dtype_of(indices) in _WIDE or _known_product(lead) >= 2**31 else "int32"
    if wide == "int64" and any(map(is_tensor, lead)):  # run-time sizes, which are of int32
        wide, indices = "int32", minimum(indices, 2**31 - 1)
        indices = indices if dtype_of(indices) in ("uint32", "uint64") else maximum(indices, -(2**31))
    flat, valid = None, None
    for axis, size in enumerate(lead):
        place = as_places(get_item(indices, (Ellipsis, axis)), wide)
        place = where(less(place, 0), add(place, size), place)
        inside = logical_and(greater_equal(place, 0), less(place, size))
        valid = inside if valid is None else logical_and(valid, inside)
        flat = place if flat is None else add(multiply(flat, size), place)
    return where(valid, flat, -1)


@composite(kernel=None)
def scatter(indices: Index, values: Operand, shape: Sizes) -> Tensor:
    """A tensor of zeros with values added at given indices.

    Args:
        indices: integers, as for `scatter_update`. Values with the same index are summed, negative indices count from
            the end, and values with an index out of range are ignored.
        values: a tensor whose shape is the shape of indices without its last axis, followed by the sizes of the axes
            that are not indexed.
        shape: the shape of the result.

    Returns:
        A tensor of the values' dtype; bools with the same index are combined by logical or.

    Raises:
        ShapeError: the indices have more entries than there are sizes, or the shape of the values does not match.
        DtypeError: the indices are not integers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.scatter([[0], [2], [0]], [1.0, 2.0, 3.0], (4,)))
        array([4., 0., 2., 0.], dtype=float32)
    """
    if isinstance(values, SymbolicTensor) or isinstance(indices, SymbolicTensor):
        return scatter_update(SymbolicTensor(shape, dtype_of(values)), indices, values, "add")
    return scatter_update(_on_device_of(zeros(shape, dtype_of(values)), values), indices, values, "add")


def __dir__() -> list[str]:
    return sorted(__all__)
