"""Bitwise functions and shifts."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import in_int32, select
from ops_backend_openvino.elementwise.nodes import INTEGERS
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import SMALL
from ops_backend_openvino.nodes import like
from ops_backend_openvino.tensor import Node

__all__ = ["bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "left_shift", "right_shift"]


_BITS = SMALL | {"bool", "int32"}


@pointwise(np.bitwise_and, 2, _BITS)
def bitwise_and(x: Node, y: Node) -> Any:
    return opset.bitwise_and(x, y)


@pointwise(np.bitwise_or, 2, _BITS)
def bitwise_or(x: Node, y: Node) -> Any:
    return opset.bitwise_or(x, y)


@pointwise(np.bitwise_xor, 2, _BITS)
def bitwise_xor(x: Node, y: Node) -> Any:
    return opset.bitwise_xor(x, y)


@pointwise(np.bitwise_not, 1, _BITS)
def bitwise_not(x: Node) -> Any:
    return in_int32(opset.bitwise_not, x)


def _is_in_range(y: Node) -> tuple[Any, int]:
    """Returns whether a shift by y bits leaves any of the bits, and the largest such shift."""
    last = y.get_element_type().size * 8 - 1
    unsigned = y.get_element_type() in (ov.Type.u8, ov.Type.u16)
    above = opset.bitwise_and(y, like((2 << last) - 1 - last if unsigned else ~last, y))
    return opset.equal(above, like(0, y)), last


@pointwise(np.left_shift, 2, INTEGERS)
def left_shift(x: Node, y: Node) -> Any:
    inside, _ = _is_in_range(y)
    moved = in_int32(opset.bitwise_left_shift, x, select(inside, y, like(0, y)))
    return select(inside, moved, like(0, x))


@pointwise(np.right_shift, 2, INTEGERS)
def right_shift(x: Node, y: Node) -> Any:
    inside, last = _is_in_range(y)
    if x.get_element_type() in (ov.Type.u8, ov.Type.u16):
        return select(inside, opset.bitwise_right_shift(x, select(inside, y, like(0, y))), like(0, x))
    return opset.bitwise_right_shift(x, select(inside, y, like(last, y)))
