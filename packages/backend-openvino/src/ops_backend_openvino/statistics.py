"""OpenVINO, family statistics: on the host for concrete tensors (NumPy selects, the plugin sorts), nodes in a graph.

In a graph, NaN is replaced by minus infinity, and is sorted to the end.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.kernel import movement
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import node_dimensions, product, scalar
from ops_backend_openvino.tensor import Node, sizes
from ops_common.algorithms import quantiles

Axis = int | tuple[int, ...] | None


def _quantile(x: Node, q: Any, axis: Axis, method: str, keepdims: bool, skip_nan: bool) -> Any:
    flat, lead = quantiles.levels(q)
    shape = sizes(x)
    kept, reduced = quantiles.axes(len(shape), axis)
    dims = node_dimensions(x)
    count, size = (product([dims[a] for a in group]) for group in (kept, reduced))
    rows: Any = opset.convert(x, ov.Type.f32).output(0)
    if reduced and kept:
        rows = opset.transpose(rows, ints(kept + reduced)).output(0)
    rows = reshaped(rows, [count, size]).output(0)
    nan = opset.not_equal(rows, rows)
    numbers = select(nan, like(-np.inf, rows), rows)
    ordered = opset.topk(numbers, scalar(size), 1, "max", "value", index_element_type="i32").output(0)
    if skip_nan:
        present = opset.reduce_sum(select(nan, like(0, rows), like(1, rows)), ints([1]), True).output(0)
        last = opset.maximum(opset.subtract(present, like(1, rows)), like(0, rows))
    elif isinstance(size, int):
        last = opset.constant(np.full((1, 1), size - 1, np.float32))
    else:
        last = opset.subtract(opset.unsqueeze(opset.convert(size, ov.Type.f32), ints([0, 1])), like(1, rows))
    if skip_nan or not isinstance(size, int):
        position = opset.multiply(last, opset.constant(np.array([flat], np.float32)))
        low, high, weight = quantiles.places(position, method, opset.floor, opset.ceiling, _nearest, like(0.5, rows))
    else:
        low, high, weight = (
            None if column is None else opset.constant(np.array([column], np.float32))
            for column in quantiles.known_places(flat, size, method)
        )
    values = _pick(ordered, last, low, len(flat))
    if weight is not None:
        values = _between(values, _pick(ordered, last, high, len(flat)), weight)
    spoilt = (opset.reduce_logical_and if skip_nan else opset.reduce_logical_or)(nan, ints([1]), True)
    values = opset.transpose(select(spoilt, like(np.nan, rows), values), ints([1, 0]))
    stays = [(dims[a] if a in kept else 1) for a in range(len(shape))] if keepdims else [dims[a] for a in kept]
    result = reshaped(values.output(0), [*lead, *stays])
    return opset.convert(result, x.get_element_type())


def _nearest(x: Any) -> Any:
    return opset.round(x, "half_to_even")


def _pick(ordered: Node, last: Any, place: Any, width: int) -> Any:
    """Returns the elements of each row at positions counted upwards, from the end of the numbers."""
    index = opset.convert(opset.subtract(last, place), ov.Type.i32)
    index = opset.broadcast(index, ints([node_dimensions(ordered)[0], width]))
    return opset.gather_elements(ordered, index, 1)


def _between(low: Any, high: Any, weight: Any) -> Any:
    """Returns the interpolation from the lower to the upper element: exact at the lower one and for equal ones; an
    infinite distance does not give NaN."""
    distance = opset.subtract(high, low)
    rest = opset.subtract(like(1, distance.output(0)), weight)
    apart = opset.add(opset.multiply(low, rest), opset.multiply(high, weight))
    near = opset.add(low, opset.multiply(distance, weight))
    values = select(opset.is_finite(distance), near, apart)
    return select(opset.equal(weight, like(0, distance.output(0))), low, values)


def _host(skip_nan: bool) -> Any:
    return lambda x, q, axis, method, keepdims: quantiles.quantile(x, q, axis, method, keepdims, skip_nan)


@movement(_host(False))
def quantile(x: Node, q: Any, axis: Axis, method: str, keepdims: bool) -> Any:
    return _quantile(x, q, axis, method, keepdims, False)


@movement(_host(True))
def nanquantile(x: Node, q: Any, axis: Axis, method: str, keepdims: bool) -> Any:
    return _quantile(x, q, axis, method, keepdims, True)
