"""The parts and the kinds of floats: sign bit, neighbours, NaN and infinity."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.elementwise.complex import imag
from ops_backend_openvino.elementwise.nodes import eager_only, is_integer, is_negative
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import NARROW
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node, Tensor, from_numpy

__all__ = ["isfinite", "isinf", "isnan", "nextafter", "signbit"]


def _nextafter(x1: Any, x2: Any) -> Any:
    return np.where(np.equal(x1, x2), x2, np.nextafter(x1, x2))  # for float16, NumPy's own returns the other zero


nextafter = eager_only(_nextafter, "nextafter", "cannot look at the bits of a float")


@pointwise(np.isnan, result_dtype="bool")
def isnan(x: Node) -> Any:
    return opset.not_equal(x, x)


@pointwise(np.isinf, result_dtype="bool")
def isinf(x: Node) -> Any:
    return opset.is_inf(x)


@pointwise(np.isfinite, result_dtype="bool")
def isfinite(x: Node) -> Any:
    return opset.is_finite(x)


@pointwise(np.signbit, 1, NARROW - {"bool"}, "bool")
def _signbit(x: Node) -> Any:
    # A NaN's sign is lost here.
    return opset.less(x, like(0, x)) if is_integer(x) else is_negative(x)


def signbit(x: Tensor) -> Tensor:
    if x.node is None:
        return from_numpy(np.asarray(np.signbit(x.host)))
    return imag(x) if x.dtype == "bool" else _signbit(x)
