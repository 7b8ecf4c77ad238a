"""Rounding to integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.tensor import Node

__all__ = ["ceil", "floor", "rint"]


@pointwise(np.floor)
def floor(x: Node) -> Any:
    return opset.floor(x)


@pointwise(np.ceil)
def ceil(x: Node) -> Any:
    return opset.ceiling(x)


@pointwise(np.rint)
def rint(x: Node) -> Any:
    return opset.round(x, "half_to_even")
