"""OpenVINO, family reduction.

The plugin reduces in float32, with one accumulator for each vector lane: int32 is not exact, long float sums lose
digits (2e7 ones sum to 16777216), and Max and Min drop NaN. So int32 is reduced by halves, and long sums in two steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select, to_small
from ops_backend_openvino.control import while_loop
from ops_backend_openvino.elementwise import maximum, minimum
from ops_backend_openvino.elementwise.comparison import same
from ops_backend_openvino.elementwise.nodes import is_bool
from ops_backend_openvino.families import LONG_SIZE
from ops_backend_openvino.kernel import kernel, movement
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.native_types import FLOATS, NARROW
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import size_node
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_backend_openvino.trace import current_trace
from ops_common import shapes
from ops_common.errors import UnsupportedError
from ops_common.host import indexing as host_indexing

Axis = int | tuple[int, ...] | None

_LONG = LONG_SIZE  # elements summed in one step
_CHUNK = 1 << 10
_INT32 = ov.Type.i32


def _axes(x: Node, axis: Axis) -> tuple[int, ...]:
    return shapes.normalize_axes(axis, x.get_partial_shape().rank.get_length())


def _by_runs(x: Node, axes: tuple[int, ...], keepdims: bool, reduce: Callable[[Any, int], Any]) -> Any:
    """Returns the reduction of neighbouring axes as one; ``reduce`` keeps its axis at size 1."""
    shape = sizes(x)
    merged: list[int | None] = []
    reduced: list[int] = []
    for i, size in enumerate(shape):
        if i in axes and i - 1 in axes:
            merged[-1] = None if size is None or merged[-1] is None else merged[-1] * size
        else:
            if i in axes:
                reduced.append(len(merged))
            merged.append(size)
    y: Any = reshaped(x, merged).output(0) if tuple(merged) != shape else x
    for axis in reduced:
        y = reduce(y, axis)
    target = shapes.reduce(shape, axes, keepdims)
    return reshaped(y, target)


# The reduction by halves for an axis of known size, and ScatterElementsUpdate's reduction for one of unknown size, with
# the value for an empty axis.
_EXACT: dict[str, tuple[Callable[..., Any], str, int]] = {
    "sum": (opset.add, "sum", 0),
    "prod": (opset.multiply, "prod", 1),
    "max": (opset.maximum, "max", -(2**31)),
    "min": (opset.minimum, "min", 2**31 - 1),
}


def _exact(x: Node, axes: tuple[int, ...], keepdims: bool, name: str) -> Any:
    """Returns an exact reduction of int32."""
    function, reduction, empty = _EXACT[name]
    if not any_unknown(x):
        return _by_runs(x, axes, keepdims, _folded(function, empty))
    y: Any = x
    for axis in axes:
        if sizes(y)[axis]:
            y = _folded(function, empty)(y, axis)
        else:
            y = _scattered(y, axis, reduction, empty)
    return y if keepdims else opset.squeeze(y, ints(axes))


def any_unknown(x: Node, axes: tuple[int, ...] | None = None) -> bool:
    """Returns whether the size of one of these axes (of any axis) is only known at each call."""
    shape = sizes(x)
    return None in (shape if axes is None else [shape[i] for i in axes])


def _scattered(x: Node, axis: int, reduction: str, empty: int) -> Any:
    """Returns an exact reduction of int32 along an axis of unknown size, kept at size 1: each element is combined into
    the single position of its row."""
    shape = opset.shape_of(x, "i64")
    short = opset.scatter_update(shape, ints([axis]), ints([1]), opset.constant(0))
    start = opset.broadcast(opset.constant(np.int32(empty)), short)
    place = opset.broadcast(opset.constant(np.int32(0)), shape)
    return opset.scatter_elements_update(start, place, x, opset.constant(axis), reduction=reduction).output(0)


def _folded(function: Callable[..., Any], empty: int) -> Callable[[Any, int], Any]:
    """Returns an exact reduction of int32 along an axis of known size: its halves are combined until one element
    remains."""

    def reduce(x: Any, axis: int) -> Any:
        shape = list(sizes(x))
        size, shape[axis] = shape[axis], 1
        if size == 0:
            return opset.constant(np.full(shape, empty, np.int32)).output(0)
        while size > 1:
            half = size // 2
            lengths = [half, half, 1] if size % 2 else [half, half]
            parts = opset.variadic_split(x, opset.constant(axis), ints(lengths)).outputs()
            x = function(parts[0], parts[1]).output(0)
            if size % 2:
                x = opset.concat([x, parts[2]], axis).output(0)
            size = half + size % 2
        return x

    return reduce


def _long_sum(x: Any, axis: int) -> Any:
    """Returns the sum of the sums of chunks."""
    shape = list(sizes(x))
    size = shape[axis]
    if size is None or size <= _LONG:
        return opset.reduce_sum(x, ints([axis]), True).output(0)
    # A chunk length that divides the axis avoids the copy of a split.
    chunk = next((length for length in range(_LONG, _LONG // 64, -1) if size % length == 0), _CHUNK)
    count, rest = divmod(size, chunk)
    head, tail = x, None
    if rest:
        head, tail = opset.variadic_split(x, opset.constant(axis), ints([size - rest, rest])).outputs()
    chunks = reshaped(head, [*shape[:axis], count, chunk, *shape[axis + 1 :]])
    total = _long_sum(opset.reduce_sum(chunks, ints([axis + 1]), False).output(0), axis)
    if tail is not None:
        total = opset.add(total, opset.reduce_sum(tail, ints([axis]), True)).output(0)
    return total


def _sum_of_any_size(x: Node, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Returns the sum of sums along each axis, some of which have a size that is only known at each call."""
    y: Any = x
    for axis in axes:
        size = x.get_partial_shape()[axis]
        if size.is_static or size.get_max_length() in range(1, _LONG + 1):
            y = _long_sum(y, axis)
        elif size.get_min_length() > _LONG:
            y = _sum_of_unknown_chunks(y, axis)
        else:
            raise UnsupportedError("whether a sum has many elements must be known while a function is traced")
    return y if keepdims else opset.squeeze(y, ints(axes))


def _sum_of_unknown_chunks(x: Node, axis: int) -> Node:
    """Returns the sum of the sums of chunks along an axis of unknown size, kept at size 1."""
    rank, chunk = x.get_partial_shape().rank.get_length(), ints([_CHUNK])
    shape = opset.shape_of(x, "i64")
    size = opset.gather(shape, ints([axis]), opset.constant(0))
    missing = opset.mod(opset.subtract(chunk, opset.mod(size, chunk)), chunk)
    none = ints([0] * rank)
    ends = opset.concat([ints([0] * axis), missing, ints([0] * (rank - axis - 1))], 0)
    padded = opset.pad(x, none, ends, "constant", like(0, x))
    before = opset.gather(shape, ints(range(axis)), opset.constant(0))
    after = opset.gather(shape, ints(range(axis + 1, rank)), opset.constant(0))
    chunks = opset.reshape(padded, opset.concat([before, ints([-1]), chunk, after], 0), False)
    sums = opset.reduce_sum(chunks, ints([axis + 1]), False)
    return opset.reduce_sum(sums, ints([axis]), True).output(0)


def _count(x: Node, axes: tuple[int, ...]) -> int | None:
    """Returns how many elements are reduced to one; None if that is only known at each call."""
    return None if any_unknown(x, axes) else math.prod(sizes(x)[i] for i in axes)


_np: Any = np  # the stubs of ufunc.reduce accept the literals True and False, but not bool, for keepdims


def _checked(x: Any, axis: Axis) -> Any:
    """Returns the axis, for the host: NumPy accepts axis 0 and -1 of a scalar, and sometimes treats -2**31 as None."""
    return axis if axis is None or (x.ndim and axis != host_indexing.NO_AXIS) else shapes.normalize_axes(axis, x.ndim)


def _sum_host(x: Any, axis: Axis, keepdims: bool) -> Any:
    return _np.add.reduce(x, _checked(x, axis), x.dtype, None, keepdims)


@kernel(_sum_host, 1, FLOATS | {"int32"}, shrinks=True)
def sum(x: Node, axis: Axis, keepdims: bool) -> Any:
    return _sum(x, _axes(x, axis), keepdims)


def _sum(x: Node, axes: tuple[int, ...], keepdims: bool) -> Any:
    if not axes:
        return x
    if x.get_element_type() == _INT32:
        return _exact(x, axes, keepdims, "sum")
    if current_trace.is_long and any_unknown(x):
        return _sum_of_any_size(x, axes, keepdims)
    count = _count(x, axes)
    if count is not None and count > _LONG and not any_unknown(x):
        return _by_runs(x, axes, keepdims, _long_sum)
    return opset.reduce_sum(x, ints(axes), keepdims)


def _prod_host(x: Any, axis: Axis, keepdims: bool) -> Any:
    return _np.multiply.reduce(x, _checked(x, axis), x.dtype, None, keepdims)


@kernel(_prod_host, 1, FLOATS | {"int32"}, shrinks=True)
def prod(x: Node, axis: Axis, keepdims: bool) -> Any:
    axes = _axes(x, axis)
    if not axes:
        return x
    if x.get_element_type() == _INT32:
        return _exact(x, axes, keepdims, "prod")
    return opset.reduce_prod(x, ints(axes), keepdims)


def _mean_host(x: Any, axis: Axis, keepdims: bool) -> Any:
    total = np.asarray(_sum_host(x, axis, keepdims))
    return total / x.dtype.type(x.size // total.size if total.size else 1)  # NumPy's mean warns about an empty axis


@kernel(_mean_host, shrinks=True)
def mean(x: Node, axis: Axis, keepdims: bool) -> Any:
    axes = _axes(x, axis)
    if not axes:
        return x
    count = _count(x, axes)
    if count is None and current_trace.is_long:
        sizes_reduced = opset.gather(opset.shape_of(x, "i64"), ints(axes), opset.constant(0))
        counted = opset.convert(opset.reduce_prod(sizes_reduced, ints([0]), False), ov.Type.f32)
        factor = opset.convert(opset.divide(opset.constant(np.float32(1)), counted), x.get_element_type())
        return opset.multiply(_sum(x, axes, keepdims), factor)
    if count is not None and count > _LONG:
        return opset.multiply(_sum(x, axes, keepdims), like(1 / count, x))
    return opset.reduce_mean(x, ints(axes), keepdims)


def _host_extreme(ufunc: Any) -> Callable[..., Any]:
    def host(x: Any, axis: Axis, keepdims: bool, initial: Any = None) -> Any:
        if initial is None:
            return ufunc.reduce(x, _checked(x, axis), None, None, keepdims)
        return ufunc.reduce(x, _checked(x, axis), None, None, keepdims, x.dtype.type(initial))

    return host


def _extreme(name: str, host: Callable[..., Any], logical: Any, reduce: Any, combine: Any) -> Callable[..., Any]:
    """Returns the kernel of a largest or smallest element."""

    def build(x: Node, axis: Axis, keepdims: bool) -> Any:
        axes = _axes(x, axis)
        if not axes:
            return x
        if is_bool(x):
            return logical(x, ints(axes), keepdims)
        if x.get_element_type() == _INT32:
            return _exact(x, axes, keepdims, name)
        result = reduce(x, ints(axes), keepdims)
        if x.get_element_type().is_integral():
            return result
        # The plugin drops NaN, and starts from the largest finite number, which is its result if all elements are
        # infinite.
        worst = like(-np.inf if reduce is opset.reduce_max else np.inf, x)
        none, one, two = (opset.constant(np.float32(rank)) for rank in range(3))
        ranks = select(opset.not_equal(x, x), two, select(opset.equal(x, worst), none, one))
        rank = opset.reduce_max(ranks, ints(axes), keepdims)
        result = select(opset.equal(rank, none), worst, result)
        return select(opset.equal(rank, two), like(np.nan, x), result)

    def build_from(x: Node, initial: Node, axis: Axis, keepdims: bool) -> Any:
        result = build(x, axis, keepdims)
        return combine.build(result.output(0) if isinstance(result, ov.Node) else result, initial)

    build.__name__ = build_from.__name__ = name
    plain = kernel(host, 1, NARROW, shrinks=True)(build)
    from_initial = kernel(lambda x, initial, axis, keepdims: host(x, axis, keepdims, initial), 2, NARROW, shrinks=True)(
        build_from
    )

    def call(x: Tensor, axis: Axis, keepdims: bool, initial: Any) -> Tensor:
        return plain(x, axis, keepdims) if initial is None else from_initial(x, initial, axis, keepdims)

    return call


max = _extreme("max", _host_extreme(np.maximum), opset.reduce_logical_or, opset.reduce_max, maximum)
min = _extreme("min", _host_extreme(np.minimum), opset.reduce_logical_and, opset.reduce_min, minimum)


def _any_host(x: Any, axis: Axis, keepdims: bool) -> Any:
    return _np.logical_or.reduce(x, _checked(x, axis), None, None, keepdims)


@kernel(_any_host, 1, frozenset({"bool"}), shrinks=True)
def any(x: Node, axis: Axis, keepdims: bool) -> Any:
    axes = _axes(x, axis)
    return opset.reduce_logical_or(x, ints(axes), keepdims) if axes else x


def _all_host(x: Any, axis: Axis, keepdims: bool) -> Any:
    return _np.logical_and.reduce(x, _checked(x, axis), None, None, keepdims)


@kernel(_all_host, 1, frozenset({"bool"}), shrinks=True)
def all(x: Node, axis: Axis, keepdims: bool) -> Any:
    axes = _axes(x, axis)
    return opset.reduce_logical_and(x, ints(axes), keepdims) if axes else x


def _first(x: Any, axis: int | None, keepdims: bool, mode: str) -> Any:
    """Returns the index of the first extreme element.

    A stable TopK would compute it, but sorts, which is four times slower. Here, each position that holds the extreme
    gets its distance from the axis' end as a score, and NaN a score above all others; the largest score marks the first
    position. Scores are exact in float32 up to 2**24.
    """
    shape = sizes(x)
    if axis is None:
        x, at = reshaped(x, [-1]).output(0), 0
    else:
        at = shapes.normalize_axis(axis, len(shape))
    if is_bool(x):
        x = opset.convert(x, ov.Type.u8).output(0)
    size = sizes(x)[at]
    if size is None or 2 * size > 1 << 24:
        index = _least_place(x, at, mode)
    else:
        if x.get_element_type() == _INT32:
            best = opset.topk(x, opset.constant(1), at, mode, "value").output(0)
        else:
            best = (opset.reduce_max if mode == "max" else opset.reduce_min)(x, ints([at]), True).output(0)
        column = [size if i == at else 1 for i in range(len(sizes(x)))]
        score = opset.constant(np.arange(size, 0, -1, dtype=np.float32).reshape(column))
        none, whole = opset.constant(np.float32(0)), opset.constant(np.float32(size))
        scores = select(same(x, best), score, none)
        if not x.get_element_type().is_integral():
            scores = select(opset.not_equal(x, x), opset.add(score, whole), scores)
        highest = opset.reduce_max(scores, ints([at]), True)
        highest = select(opset.greater(highest, whole), opset.subtract(highest, whole), highest)
        # If all elements are infinite, the plugin computes another extreme, which no position holds: the index is then
        # 0.
        highest = select(opset.equal(highest, none), whole, highest)
        index = opset.convert(opset.subtract(whole, highest), _INT32)
    if axis is None:
        return reshaped(index, shapes.reduce(shape, axis, keepdims))
    return index if keepdims else opset.squeeze(index, ints([at]))


def _least_place(x: Any, at: int, mode: str) -> Any:
    """Returns `_first` along an axis of any size, kept at size 1: the lowest of the positions that hold the extreme."""
    if x.get_element_type() == _INT32:
        best = opset.topk(x, opset.constant(1), at, mode, "value").output(0)
    else:
        best = (opset.reduce_max if mode == "max" else opset.reduce_min)(x, ints([at]), True).output(0)
    held: Any = same(x, best)
    if not x.get_element_type().is_integral():
        nan = opset.not_equal(x, x)
        held = select(opset.reduce_logical_or(nan, ints([at]), True), nan, held)
    shape = opset.shape_of(x, "i32")
    size = opset.gather(shape, opset.constant(np.int32(at)), opset.constant(0))
    place = opset.range(opset.constant(np.int32(0)), size, opset.constant(np.int32(1)), "i32")
    place = opset.unsqueeze(place, ints([i for i in range(len(sizes(x))) if i != at])) if len(sizes(x)) > 1 else place
    # The largest integer where the extreme is not, by bits: the plugin may fuse a Select with a comparison, in float32.
    last = opset.constant(np.int32(2**31 - 1))
    absent = opset.subtract(opset.convert(held, _INT32), opset.constant(np.int32(1)))
    places = opset.bitwise_or(place, opset.bitwise_and(absent, last))
    least = _scattered(opset.broadcast(places, opset.shape_of(x, "i64")).output(0), at, "min", 2**31 - 1)
    # If all elements are infinite, the plugin computes another extreme, which no position holds: the index is then 0.
    none = opset.convert(opset.logical_not(same(least, last.output(0))), _INT32)
    return opset.multiply(least, none)


def _of_index(host: Any) -> Callable[..., Any]:
    def of_axis(x: Any, axis: int | None, keepdims: bool) -> Any:
        return host(x, _checked(x, axis), keepdims=keepdims)

    return kernel(of_axis, 1, NARROW, "int32", shrinks=True)


@_of_index(np.argmax)
def argmax(x: Node, axis: int | None, keepdims: bool) -> Any:
    return _first(x, axis, keepdims, "max")


@_of_index(np.argmin)
def argmin(x: Node, axis: int | None, keepdims: bool) -> Any:
    return _first(x, axis, keepdims, "min")


def _accumulated(function: Any) -> Callable[..., Any]:
    def host(x: Any, axis: int | None) -> Any:
        flat, at = (x.reshape(-1), 0) if axis is None else (x, shapes.normalize_axis(axis, x.ndim))
        wide = np.dtype(np.float32) if x.dtype.kind not in "iu" and x.dtype.itemsize < 4 else x.dtype
        return function.accumulate(flat, at, wide.type).astype(x.dtype)

    return host


def _scan(x: Node, axis: int | None, function: Callable[..., Any], neutral: int) -> Any:
    """Returns each element combined with the ones 1, 2, 4 ... positions before it: exact for int32, precise for
    floats."""
    type_ = x.get_element_type()
    wide: Any = x
    if type_ != _INT32 and type_ != ov.Type.f32:  # integers wrap around when they are cast back to their dtype
        wide = opset.convert(x, _INT32 if type_.is_integral() else ov.Type.f32).output(0)
    at = 0
    if axis is None:
        wide = reshaped(wide, [-1]).output(0)
    else:
        at = shapes.normalize_axis(axis, len(sizes(wide)))
    shape = list(sizes(wide))
    size, step = shape[at], 1
    if size is None:
        wide = _scanned_at_run_time(wide, at, function, neutral)
    while size is not None and step < size:
        head = opset.variadic_split(wide, opset.constant(at), ints([size - step, step])).output(0)
        if None in shape:
            ahead, none = ints([step if i == at else 0 for i in range(len(shape))]), ints([0] * len(shape))
            moved = opset.pad(head, ahead, none, "constant", like(neutral, wide))
        else:
            begin = opset.broadcast(like(neutral, wide), ints([*shape[:at], step, *shape[at + 1 :]]))
            moved = opset.concat([begin, head], at)
        wide = function(wide, moved).output(0)
        step *= 2
    if wide.get_element_type() == type_:
        return wide
    return to_small(wide, type_) if type_.is_integral() else opset.convert(wide, type_)


def _scanned_at_run_time(x: Node, at: int, function: Callable[..., Any], neutral: int) -> Node:
    """Returns `_scan` along an axis of unknown size: the loop is a part of the graph."""
    size = size_node(x, at).output(0)
    dtype = "int32" if x.get_element_type() == _INT32 else "float32"
    rank = len(sizes(x))

    def unfinished(step: Tensor, _: Tensor) -> Tensor:
        return traced(opset.less(step.node, size), "bool")

    def combined(step: Tensor, wide: Tensor) -> tuple[Tensor, Tensor]:
        end = opset.unsqueeze(opset.subtract(size, step.node), ints([0]))
        zero, one, axis = (opset.constant(np.array([n], np.int32)) for n in (0, 1, at))
        head = opset.slice(wide.node, zero, end, one, axis)
        ahead = ints([step.node if i == at else 0 for i in range(rank)])
        moved = opset.pad(head, ahead, ints([0] * rank), "constant", like(neutral, wide.node))
        doubled = opset.multiply(step.node, opset.constant(np.int32(2)))
        return traced(doubled, "int32"), traced(function(wide.node, moved), dtype)

    first = traced(opset.constant(np.int32(1)), "int32")
    return while_loop(unfinished, combined, (first, traced(x, dtype)))[1].node


@movement(_accumulated(np.add))
def cumsum(x: Node, axis: int | None) -> Any:
    return _scan(x, axis, opset.add, 0)


@movement(_accumulated(np.multiply))
def cumprod(x: Node, axis: int | None) -> Any:
    return _scan(x, axis, opset.multiply, 1)
