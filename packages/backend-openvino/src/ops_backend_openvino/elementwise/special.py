"""Special functions: error functions and the incomplete gamma function."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.nodes import eager_only
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node
from ops_common.host import special

__all__ = ["erf", "erfc", "erfinv", "gammainc"]


gammainc = eager_only(special.gammainc, "gammainc", "has neither this function nor the gamma function")


def _polynomial(coefficients: Sequence[float], x: Any) -> Any:
    total: Any = like(coefficients[0], x)
    for coefficient in coefficients[1:]:
        total = opset.add(opset.multiply(total, x), like(coefficient, x)).output(0)
    return total


@pointwise(special.erf)
def erf(x: Node) -> Any:
    # Near 0 the plugin's own is inaccurate, so Cody's rational function is used.
    size = opset.abs(x).output(0)
    squared = opset.multiply(x, x)
    bounded = opset.minimum(squared, like(0.25, x)).output(0)
    above, below = (_polynomial(part, bounded) for part in special.NEAR)
    near = opset.multiply(x, opset.divide(above, below))
    return select(opset.less(size, like(0.46875, x)), near, opset.erf(x))


@pointwise(special.erfc)
def erfc(x: Node) -> Any:
    # Above 0.46875, Cody's rational functions: one minus erf has no significant digits there.
    size = opset.abs(x).output(0)
    middle = opset.clamp(size, 0.46875, 4.0).output(0)
    far = opset.clamp(size, 4.0, 1e18).output(0)
    inverse = opset.power(far, like(-2.0, x)).output(0)
    above, below = (_polynomial(part, inverse) for part in special.FAR)
    rest = opset.multiply(inverse, opset.divide(above, below))
    tail = opset.divide(opset.subtract(like(1 / math.sqrt(math.pi), x), rest), far)
    above, below = (_polynomial(part, middle) for part in special.MIDDLE)
    scaled = select(opset.less(size, like(4.0, x)), opset.divide(above, below), tail)
    cut = opset.divide(opset.floor(opset.multiply(size, like(16.0, x))), like(16.0, x))
    powers = opset.multiply(
        opset.exp(opset.negative(opset.multiply(cut, cut))),
        opset.exp(opset.multiply(opset.subtract(cut, size), opset.add(cut, size))),
    )
    product = opset.multiply(powers, scaled)
    small = select(opset.less(size, like(27.0, x)), product, like(0.0, x))
    signed = select(opset.less(x, like(0.0, x)), opset.subtract(like(2.0, x), small), small)
    near = opset.subtract(like(1.0, x), opset.erf(x))
    out = select(opset.less_equal(size, like(0.46875, x)), near, signed)
    return select(opset.not_equal(x, x), x, out)


@pointwise(special.erfinv)
def erfinv(x: Node) -> Any:
    one = like(1.0, x)
    w = opset.negative(opset.log(opset.multiply(opset.subtract(one, x), opset.add(one, x)))).output(0)
    centre, tail = special.ERFINV_FLOAT32
    root = opset.sqrt(opset.maximum(w, like(6.0, x)))
    near = _polynomial(centre, _scaled(w, 3.0, 3.0))
    far = _polynomial(tail, _scaled(root, 3.2, 0.8))
    out = opset.multiply(select(opset.less(w, like(6.0, x)), near, far), x)
    size = opset.abs(x).output(0)
    ends = opset.multiply(x, like(np.inf, x))
    outside = select(opset.equal(size, one), ends, like(np.nan, x))
    return select(opset.less(size, one), out, outside)


def _scaled(x: Any, middle: float, half: float) -> Any:
    """Returns the position of x in an interval, given by its midpoint and half its length, scaled to -1 to 1."""
    x = x if isinstance(x, Node) else x.output(0)
    return opset.multiply(opset.subtract(x, like(middle, x)), like(1 / half, x)).output(0)
