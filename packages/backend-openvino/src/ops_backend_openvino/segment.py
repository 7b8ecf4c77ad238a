"""OpenVINO, family segment: on the host for concrete tensors, a scatter node in a traced graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.native_types import FLOATS, NARROW, NUMPY, unsupported
from ops_backend_openvino.nodes import constant, like, node_of
from ops_backend_openvino.run_time_sizes import dimensions, filled, scalar
from ops_backend_openvino.tensor import Tensor, from_numpy, traced
from ops_backend_openvino.trace import index_node
from ops_common.host import segment as host_segment

_REDUCE = {"add": "sum", "mul": "prod", "max": "max", "min": "min"}


def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    if data.node is None and segment_ids.node is None:
        return from_numpy(host_segment.segment_reduce(data.host, segment_ids.host, num_segments, reduction, sorted))
    if len(segment_ids.shape) != 1 or (
        segment_ids.shape != data.shape[:1] and None not in (segment_ids.shape[0], *data.shape[:1])
    ):
        raise ValueError("there is one id of a segment for each row")
    if data.dtype not in NARROW:
        raise unsupported(f"segment_reduce ({reduction})", data.dtype)
    ids: Any = index_node(segment_ids)
    last = scalar(num_segments)
    rows_and_rest = opset.add(last, opset.constant(np.int32(1))).output(0), *dimensions(data)[1:]
    outside = opset.logical_or(opset.less(ids, constant(0, "int32")), opset.greater(ids, last))
    ids = select(outside, last, ids)  # the last row is cut off
    if len(data.shape) > 1:
        ids = opset.unsqueeze(ids, ints(range(1, len(data.shape))))
        ids = opset.broadcast(ids, ints(dimensions(data)))
    fill = host_segment.identity(reduction, NUMPY["float32" if data.dtype == "bfloat16" else data.dtype])
    start = filled(rows_and_rest, fill, data.dtype)
    rows = node_of(data, data.dtype)
    reduced = opset.scatter_elements_update(start, ids, rows, opset.constant(0), reduction=_REDUCE[reduction])
    if reduction in ("max", "min") and data.dtype in FLOATS:  # these reductions drop NaN
        nan = opset.convert(opset.not_equal(rows, rows), "f32")
        none = filled(rows_and_rest, 0, "float32")
        count = opset.scatter_elements_update(none, ids, nan, opset.constant(0), reduction="sum")
        reduced = select(opset.greater(count, none), like(np.nan, rows), reduced)
    return traced(opset.slice(reduced, ints([0]), ints([num_segments]), ints([1]), ints([0])), data.dtype)
