"""Comparison and logic. The plugin compares int32 in float32, so bits are compared instead."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.elementwise.nodes import INT32, ONLY_BOOL
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import NARROW
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node

__all__ = [
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
]


def same(x1: Any, x2: Any) -> Any:
    """Returns equality that is exact for int32: the difference of the bits is 0."""
    if x1.get_element_type() == INT32:
        x1 = opset.bitwise_xor(x1, x2).output(0)
        x2 = like(0, x1)
    return opset.equal(x1, x2)


def _less(x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == INT32:
        return opset.logical_not(same(opset.maximum(x1, x2).output(0), x1))
    return opset.less(x1, x2)


def _less_equal(x1: Node, x2: Node) -> Any:
    if x1.get_element_type() == INT32:
        return same(opset.maximum(x1, x2).output(0), x2)
    return opset.less_equal(x1, x2)


@pointwise(np.equal, 2, NARROW, "bool")
def equal(x1: Node, x2: Node) -> Any:
    return same(x1, x2)


@pointwise(np.not_equal, 2, NARROW, "bool")
def not_equal(x1: Node, x2: Node) -> Any:
    return opset.logical_not(same(x1, x2)) if x1.get_element_type() == INT32 else opset.not_equal(x1, x2)


@pointwise(np.greater, 2, NARROW, "bool")
def greater(x1: Node, x2: Node) -> Any:
    return _less(x2, x1)


@pointwise(np.greater_equal, 2, NARROW, "bool")
def greater_equal(x1: Node, x2: Node) -> Any:
    return _less_equal(x2, x1)


@pointwise(np.less, 2, NARROW, "bool")
def less(x1: Node, x2: Node) -> Any:
    return _less(x1, x2)


@pointwise(np.less_equal, 2, NARROW, "bool")
def less_equal(x1: Node, x2: Node) -> Any:
    return _less_equal(x1, x2)


@pointwise(np.logical_and, 2, ONLY_BOOL)
def logical_and(x1: Node, x2: Node) -> Any:
    return opset.logical_and(x1, x2)


@pointwise(np.logical_or, 2, ONLY_BOOL)
def logical_or(x1: Node, x2: Node) -> Any:
    return opset.logical_or(x1, x2)


@pointwise(np.logical_xor, 2, ONLY_BOOL)
def logical_xor(x1: Node, x2: Node) -> Any:
    return opset.logical_xor(x1, x2)


@pointwise(np.logical_not, 1, ONLY_BOOL)
def logical_not(x: Node) -> Any:
    return opset.logical_not(x)
