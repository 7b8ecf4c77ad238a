"""OpenVINO, family sorting: on the host for concrete tensors, nodes in a traced graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import is_bool
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.native_types import FLOATS, NARROW, unsupported
from ops_backend_openvino.nodes import constant, like, narrowed, node_of
from ops_backend_openvino.run_time_sizes import dimensions, filled, has_sizes, node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, sizes, traced
from ops_backend_openvino.trace import index_node
from ops_common import shapes
from ops_common.errors import unknown_shape
from ops_common.host import sorting as host_sorting

_INT32 = ov.Type.i32
_FLOAT32 = np.dtype("float32")


def _host(x: Tensor) -> Any:
    """Returns the array; as float32 for bfloat16, whose sort is slow and does not handle NaN."""
    return x.host.astype(_FLOAT32) if x.dtype == "bfloat16" else x.host


def sort(x: Tensor, axis: int | None) -> Tensor:
    if x.node is None:
        return Tensor(np.sort(_host(x), axis, "stable").astype(x.host.dtype, copy=False), x.dtype)
    if x.dtype not in NARROW:
        raise unsupported("sort", x.dtype)
    node, at = _along(x.node, axis)
    return traced(opset.gather_elements(node, _order(node, at), at), x.dtype)


def argsort(x: Tensor, axis: int | None) -> Tensor:
    if axis is not None:
        shapes.normalize_axis(axis, len(x.shape))  # NumPy accepts axis 0 and -1 of a scalar
    if x.node is None:
        return Tensor(np.argsort(_host(x), axis, "stable").astype(np.int32), "int32")
    if x.dtype not in NARROW:
        raise unsupported("argsort", x.dtype)
    return traced(_order(*_along(x.node, axis)), "int32")


def _along(x: Node, axis: int | None) -> tuple[Any, int]:
    if axis is None:
        return reshaped(x, [-1]).output(0), 0
    return x, shapes.normalize_axis(axis, len(sizes(x)))


def _order(x: Any, axis: int) -> Any:
    if is_bool(x):
        x = opset.convert(x, ov.Type.u8).output(0)
    if x.get_element_type().is_integral():
        return _ascending(x, axis)
    # TopK does not order NaN: it is replaced by infinity, and a second, stable sort moves it behind infinity.
    nan = opset.not_equal(x, x)
    first = _ascending(select(nan, like(np.inf, x), x).output(0), axis)
    second = _ascending(opset.gather_elements(opset.convert(nan, _INT32), first, axis).output(0), axis)
    return opset.gather_elements(first, second, axis)


def _ascending(x: Any, axis: int) -> Any:
    size = opset.squeeze(ints(node_dimensions(x)[axis : axis + 1]))
    return opset.topk(x, size, axis, "min", "value", index_element_type="i32", stable=True).output(1)


def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str) -> Tensor:
    if side not in ("left", "right") or len(sorted_sequence.shape) != 1:
        raise ValueError("the sorted sequence has rank 1, and a side is 'left' or 'right'")
    if sorted_sequence.node is None and values.node is None:
        indices = np.searchsorted(_host(sorted_sequence), _host(values), side)  # type: ignore[call-overload]  # "left" or "right"
        return Tensor(np.asarray(indices).astype(np.int32), "int32")
    dtype = values.dtype
    if dtype not in NARROW:
        raise unsupported("searchsorted", dtype)
    sequence, x = node_of(sorted_sequence, dtype), node_of(values, dtype)
    if dtype not in FLOATS:
        sequence, x = (opset.convert(node, _INT32).output(0) for node in (sequence, x))
        return traced(opset.bucketize(x, sequence, "i32", side == "left"), "int32")
    # As for NaN in a sort.
    nan = opset.not_equal(sequence, sequence)
    count = opset.reduce_sum(opset.convert(opset.logical_not(nan), _INT32), ints([0]), False)
    place = opset.bucketize(x, select(nan, like(np.inf, sequence), sequence), "i32", side == "left")
    last = count if side == "left" else scalar(node_dimensions(sequence)[0])
    return traced(select(opset.not_equal(x, x), last, opset.minimum(place, count)), "int32")


def bincount(x: Tensor, weights: Tensor | None, minlength: int, sparse: bool) -> Tensor:
    if x.node is None and (weights is None or weights.node is None):
        return from_numpy(host_sorting.bincount(x.host, None if weights is None else weights.host, minlength, sparse))
    if not has_sizes(minlength) and not minlength:
        raise unknown_shape("bincount", "give minlength, which is then the length")
    return tally(x, weights, minlength)


def tally(x: Tensor, weights: Tensor | None, length: int) -> Tensor:
    if x.node is None and (weights is None or weights.node is None):
        return from_numpy(host_sorting.tally(x.host, None if weights is None else weights.host, length))
    if len(x.shape) not in (1, 2) or (weights is not None and weights.shape != x.shape):
        raise ValueError("integers to count have rank 1 or 2, and weights their shape")
    x = narrowed(x)
    dtype = "int32" if weights is None else weights.dtype
    if dtype not in NARROW:
        raise unsupported("bincount", dtype)
    place: Any = index_node(x)
    end = scalar(length)
    outside = opset.logical_or(opset.less(place, constant(0, "int32")), opset.greater(place, end))
    place = select(outside, end, place)  # the last place is cut off
    ones = filled(dimensions(x), 1, "int32")
    axis = len(x.shape) - 1
    width = opset.add(end, opset.constant(np.int32(1))).output(0)
    sums = opset.scatter_elements_update(
        filled((*dimensions(x)[:-1], width), 0, dtype),
        place,
        ones if weights is None else node_of(weights, dtype),
        opset.constant(axis),
        reduction="sum",
    )
    return traced(opset.slice(sums, ints([0]), ints([length]), ints([1]), ints([axis])), dtype)


def top_k(x: Tensor, k: int, sorted: bool) -> tuple[Tensor, Tensor]:
    if x.node is None:
        values, places = host_sorting.top_k(x.host, k, sorted)
        return Tensor(values, x.dtype), Tensor(places, "int32")
    if not x.ndim or not 0 <= k or (x.shape[-1] is not None and k > x.shape[-1]):
        raise ValueError("k is from 0 to the last axis' size")
    if x.dtype not in NARROW:
        raise unsupported("top_k", x.dtype)
    # The last k of the ascending order, which handles NaN, reversed; of the flipped tensor, so that the first of equal
    # elements comes first.
    axis = x.ndim - 1
    last: Any = opset.subtract(scalar(node_dimensions(x.node)[-1]), opset.constant(np.int32(1)))
    backwards = opset.slice(x.node, ints([-1]), ints([-(2**31)]), ints([-1]), ints([axis])).output(0)
    first = opset.subtract(last, opset.constant(np.arange(k, dtype=np.int32)))
    order = opset.subtract(last, opset.gather(_order(backwards, axis), first, opset.constant(axis)))
    return traced(opset.gather_elements(x.node, order, axis), x.dtype), traced(order, "int32")
