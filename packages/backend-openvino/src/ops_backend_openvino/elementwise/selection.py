"""Selection of elements: maximum, minimum, clip, where. The plugin's Maximum and Minimum drop NaN."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import INPUTS, INT32, NUMBERS, is_bool
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import NARROW, TYPES
from ops_backend_openvino.nodes import like, narrowed
from ops_backend_openvino.tensor import Node, Tensor, traced
from ops_backend_openvino.trace import twin_of
from ops_common import dtypes

__all__ = ["clip", "maximum", "minimum", "nan_to_num", "where"]


def _may_be_nan(x: Node) -> bool:
    node = x.get_node()
    if node.get_type_name() == "Constant" and not node.get_output_shape(0):
        return bool(np.isnan(node.data))
    return not x.get_element_type().is_integral()


def _with_nan(function: Any, x1: Node, x2: Node) -> Any:
    """Returns a maximum or minimum that is NaN where either operand is NaN."""
    extreme = function(x1, x2)
    for x in (x2, x1):
        if _may_be_nan(x):
            extreme = select(opset.not_equal(x, x), x, extreme)
    return extreme


@pointwise(np.maximum, 2, NARROW)
def maximum(x1: Node, x2: Node) -> Any:
    return opset.logical_or(x1, x2) if is_bool(x1) else _with_nan(opset.maximum, x1, x2)


@pointwise(np.minimum, 2, NARROW)
def minimum(x1: Node, x2: Node) -> Any:
    return opset.logical_and(x1, x2) if is_bool(x1) else _with_nan(opset.minimum, x1, x2)


def nan_to_num(x: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    if not dtypes.is_float(x.dtype):
        return x
    largest = dtypes.largest(x.dtype)
    return _nan_to_num(x, nan, largest if posinf is None else posinf, -largest if neginf is None else neginf)


@pointwise(lambda x, nan, posinf, neginf: np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf), 4)
def _nan_to_num(x: Node, nan: Node, posinf: Node, neginf: Node) -> Any:
    low = select(opset.equal(x, like(-np.inf, x)), neginf, x)
    high = select(opset.equal(x, like(np.inf, x)), posinf, low)
    return select(opset.not_equal(x, x), nan, high)


@pointwise(np.where, 3, NARROW)
def where(condition: Node, x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == INT32 and condition.get_node().get_type_name() not in INPUTS:
        # By bits: the plugin may fuse a Select with the node that computes its condition, and then computes it in
        # float32.
        mask = opset.negative(opset.convert(condition, INT32))
        return opset.bitwise_or(opset.bitwise_and(x1, mask), opset.bitwise_and(x2, opset.bitwise_not(mask)))
    return select(condition, x1, x2)


@pointwise(lambda x, x_min, x_max: np.minimum(np.maximum(x, x_min), x_max), 3, NUMBERS)
def _clip(x: Node, x_min: Node, x_max: Node) -> Any:
    return _with_nan(opset.minimum, _with_nan(opset.maximum, x, x_min).output(0), x_max)


def clip(x: Tensor, x_min: Tensor, x_max: Tensor) -> Tensor:
    """Returns clipped values. A model's 64-bit integers can be clipped to bounds that int32 holds, because their
    saturated int32 values suffice for that."""
    if x.dtype in ("int64", "uint64", "uint32") and x_min.node is None and x_max.node is None:
        twin, low, high = twin_of(x), narrowed(x_min), narrowed(x_max)
        if twin is not None and low.dtype == high.dtype == "int32":
            clipped = _clip(traced(twin, "int32"), low, high)
            return traced(opset.convert(clipped.node, TYPES[x.dtype]), x.dtype)
    return _clip(x, x_min, x_max)
