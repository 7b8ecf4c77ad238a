"""Trigonometric and hyperbolic functions and their inverses."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import division, is_negative, negated
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node

__all__ = [
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
    "tanh",
]


@pointwise(np.arctan2, 2)
def arctan2(x1: Node, x2: Node) -> Any:
    # The angle in the first half of a quadrant, rotated and mirrored to its own; the reciprocal reveals the sign of a
    # zero.
    type_ = x1.get_element_type()
    y, x = (opset.abs(v).output(0) for v in (x1, x2))
    small, large = opset.minimum(x, y).output(0), opset.maximum(x, y).output(0)
    ratio = select(opset.equal(small, large), like(1.0, large), division(small, large))
    angle = opset.atan(select(opset.equal(large, like(0.0, large)), like(0.0, large), ratio)).output(0)
    angle = select(opset.greater(y, x), opset.subtract(opset.constant(math.pi / 2, type_), angle), angle)
    angle = select(is_negative(x2), opset.subtract(opset.constant(math.pi, type_), angle), angle)
    angle = select(is_negative(x1), negated(angle), angle)
    for v in (x1, x2):
        angle = select(opset.not_equal(v, v), v, angle)
    return angle


@pointwise(np.tanh)
def tanh(x: Node) -> Any:
    return opset.tanh(x)


@pointwise(np.sin)
def sin(x: Node) -> Any:
    return opset.sin(x)


@pointwise(np.cos)
def cos(x: Node) -> Any:
    return opset.cos(x)


@pointwise(np.arccos)
def arccos(x: Node) -> Any:
    return opset.acos(x)


@pointwise(np.arccosh)
def arccosh(x: Node) -> Any:
    return opset.acosh(x)


@pointwise(np.arcsin)
def arcsin(x: Node) -> Any:
    return opset.asin(x)


@pointwise(np.arcsinh)
def arcsinh(x: Node) -> Any:
    return opset.asinh(x)


@pointwise(np.arctan)
def arctan(x: Node) -> Any:
    return opset.atan(x)


@pointwise(np.arctanh)
def arctanh(x: Node) -> Any:
    return opset.atanh(x)


@pointwise(np.cosh)
def cosh(x: Node) -> Any:
    return opset.cosh(x)


@pointwise(np.sinh)
def sinh(x: Node) -> Any:
    return opset.sinh(x)


@pointwise(np.tan)
def tan(x: Node) -> Any:
    return opset.tan(x)
