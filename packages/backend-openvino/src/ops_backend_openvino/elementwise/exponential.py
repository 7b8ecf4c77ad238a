"""Exponentials, logarithms, powers and roots."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import INTEGERS, division
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import FLOATS, NUMPY, unsupported
from ops_backend_openvino.nodes import like, node_of
from ops_backend_openvino.tensor import Node, Tensor, traced

__all__ = [
    "exp",
    "expm1",
    "ldexp",
    "log",
    "log1p",
    "logaddexp",
    "logaddexp2",
    "power",
    "sqrt",
]


@pointwise(np.power, 2)
def power(x1: Node, x2: Node) -> Any:
    return opset.power(x1, x2)


def _ldexp_host(x1: Any, x2: Any) -> Any:
    if x2.dtype == np.uint64:  # NumPy does not support these exponents
        x2 = np.minimum(x2, 1 << 30).astype(np.int64)
    with np.errstate(all="ignore"):
        return np.ldexp(x1, x2)


def ldexp(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.node is None and x2.node is None:
        return Tensor(np.asarray(_ldexp_host(x1.host, x2.host), NUMPY[x1.dtype]), x1.dtype)
    for x, native in ((x1, FLOATS), (x2, INTEGERS)):
        if x.dtype not in native:
            raise unsupported("ldexp", x.dtype)
    return traced(_ldexp(node_of(x1, x1.dtype), node_of(x2, x2.dtype)), x1.dtype)


def _ldexp(x1: Node, x2: Node) -> Any:
    # Three factors, since the sum of the exponents of x1 and of the result may be that large.
    product, rest = opset.convert(x1, ov.Type.f32), opset.convert(x2, ov.Type.f32)
    rest = opset.clamp(rest, -378.0, 378.0)
    for _ in range(3):
        exponent = opset.clamp(rest, -126.0, 126.0)
        product = opset.multiply(product, opset.power(opset.constant(2.0, ov.Type.f32), exponent))
        rest = opset.subtract(rest, exponent)
    return opset.convert(product, x1.get_element_type())


def _sum_of_powers(x1: Node, x2: Node, scale: float) -> Any:
    """Returns the logarithm of base**x1 + base**x2, to a base given by its natural logarithm."""
    gap = opset.negative(opset.abs(opset.subtract(x1, x2))).output(0)
    rest = log1p.build(opset.exp(opset.multiply(gap, like(scale, gap))).output(0)).output(0)
    total = opset.add(opset.maximum(x1, x2), division(rest, like(scale, rest)))
    # Equal infinities have no difference.
    total = select(opset.equal(x1, x2), opset.add(x1, like(math.log(2) / scale, x1)), total)
    for x in (x1, x2):
        total = select(opset.not_equal(x, x), x, total)
    return total


@pointwise(np.logaddexp, 2)
def logaddexp(x1: Node, x2: Node) -> Any:
    return _sum_of_powers(x1, x2, 1.0)


@pointwise(np.logaddexp2, 2)
def logaddexp2(x1: Node, x2: Node) -> Any:
    return _sum_of_powers(x1, x2, math.log(2))


@pointwise(np.exp)
def exp(x: Node) -> Any:
    # The node becomes infinite before the function does.
    root = opset.exp(opset.multiply(x, like(0.5, x))).output(0)
    return select(opset.not_equal(x, x), x, opset.multiply(root, root))


@pointwise(np.log)
def log(x: Node) -> Any:
    return opset.log(x)


@pointwise(np.sqrt)
def sqrt(x: Node) -> Any:
    return opset.sqrt(x)


@pointwise(np.expm1)
def expm1(x: Node) -> Any:
    # (exp(x) - 1) / (exp(x) + 1) = tanh(x / 2), which is accurate near 0.
    half = opset.multiply(x, like(0.5, x)).output(0)
    root = opset.exp(half).output(0)  # its square overflows where the function does
    scaled = opset.multiply(opset.tanh(half), opset.add(opset.multiply(root, root), like(1.0, x)))
    return select(opset.not_equal(x, x), x, scaled)


@pointwise(np.log1p)
def log1p(x: Node) -> Any:
    # log(1 + x) = 2 artanh(x / (2 + x)): accurate near 0, where 1 + x is not.
    near = opset.multiply(opset.atanh(division(x, opset.add(x, like(2.0, x)))), like(2.0, x))
    near = select(opset.equal(x, like(0.0, x)), x, near)  # a model with dynamic sizes loses the sign of a zero
    return select(opset.less(opset.abs(x), like(0.5, x)), near, opset.log(opset.add(x, like(1.0, x))))
