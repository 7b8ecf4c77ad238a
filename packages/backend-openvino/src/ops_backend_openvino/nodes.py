"""Nodes of a graph for numbers and for tensors of known values."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.native_types import DTYPES, GRAPH_TYPES, NUMPY
from ops_backend_openvino.tensor import Node, Tensor


def constant(value: Any, dtype: str) -> Any:
    """Returns a constant node of a number, or of a concrete tensor's memory, shared if OpenVINO supports it."""
    array = value.host if type(value) is Tensor else np.asarray(value, NUMPY[dtype])
    array = np.ascontiguousarray(array, GRAPH_TYPES[dtype]).reshape(array.shape)
    return opset.constant(array, shared_memory=array.ndim > 0 and array.flags.writeable)


def like(value: Any, node: Any) -> Any:
    """Returns a constant number of the node's type."""
    return opset.constant(value, node.get_element_type())


def node_of(value: Any, dtype: str) -> Node:
    """Returns the value (tensor or number) as a node of the graph being traced."""
    if type(value) is Tensor and value.node is not None:
        return value.node
    return constant(value, dtype).output(0)


def narrowed(x: Tensor) -> Tensor:
    """Returns a known tensor of integers, such as NumPy's int64, in int32 if all of them fit; any other tensor
    unchanged."""
    if x.node is not None or x.dtype not in ("int64", "uint64", "uint32"):
        return x
    limits = np.iinfo(np.int32)
    if x.host.size and (x.host.min() < limits.min or x.host.max() > limits.max):
        return x
    return Tensor(x.host.astype(np.int32), DTYPES["int32"])
