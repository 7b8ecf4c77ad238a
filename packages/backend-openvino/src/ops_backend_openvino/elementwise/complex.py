"""Parts of complex numbers, which OpenVINO does not have: every tensor is real."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.creation import zeros_like
from ops_backend_openvino.elementwise.nodes import is_negative
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node, Tensor

__all__ = ["angle", "conj", "imag", "real"]


@pointwise(lambda x: np.arctan2(x.dtype.type(0), x))
def angle(x: Node) -> Any:
    number = select(is_negative(x), like(np.pi, x), like(0.0, x))
    return select(opset.not_equal(x, x), x, number)


# OpenVINO has no complex tensors.
def conj(x: Tensor) -> Tensor:
    return x


def real(x: Tensor) -> Tensor:
    return x


def imag(x: Tensor) -> Tensor:
    return zeros_like(x, x.dtype)
