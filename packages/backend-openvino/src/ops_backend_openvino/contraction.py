"""OpenVINO, family contraction. The plugin multiplies matrices in float32, so integers are the host's."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino.core import FLOATS, Node, Tensor, kernel, like
from ops_backend_openvino.elementwise import is_bool
from ops_backend_openvino.manipulation import ints, reshaped

_NATIVE = FLOATS | {"bool"}


def _of_bools(build: Callable[..., Any], *operands: Node) -> Any:
    """A product of bools: whether the product of zeros and ones is more than 0."""
    if not is_bool(operands[0]):
        return build(*operands)
    product = build(*(opset.convert(x, ov.Type.f32).output(0) for x in operands)).output(0)
    return opset.greater(product, like(0, product))


@kernel(np.matmul, 2, _NATIVE)
def matmul(x1: Node, x2: Node) -> Any:
    return _of_bools(lambda a, b: opset.matmul(a, b, False, False), x1, x2)


@kernel(np.tensordot, 2, _NATIVE)
def tensordot(x1: Node, x2: Node, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Any:
    return _of_bools(lambda a, b: _tensordot(a, b, *axes), x1, x2)


def _tensordot(x1: Node, x2: Node, left: tuple[int, ...], right: tuple[int, ...]) -> Any:
    shape1, shape2 = tuple(x1.get_shape()), tuple(x2.get_shape())
    free1 = tuple(i for i in range(len(shape1)) if i not in left)
    free2 = tuple(i for i in range(len(shape2)) if i not in right)
    inner = math.prod(shape1[i] for i in left)
    rows = _matrix(x1, free1 + left, (-1, inner))
    columns = _matrix(x2, right + free2, (inner, -1))
    product = opset.matmul(rows, columns, False, False)
    return reshaped(product, [*(shape1[i] for i in free1), *(shape2[i] for i in free2)])


def _matrix(x: Any, order: tuple[int, ...], shape: tuple[int, int]) -> Any:
    if order != tuple(range(len(order))):
        x = opset.transpose(x, ints(order))
    return reshaped(x, shape)


@functools.cache
def _einsum(count: int) -> Callable[..., Tensor]:
    def host(*args: Any) -> Any:
        return np.einsum(args[-1], *args[:-1], optimize=count > 1)

    @kernel(host, count, _NATIVE)
    def einsum(*args: Any) -> Any:
        return _of_bools(lambda *operands: opset.einsum(list(operands), args[-1]), *args[:-1])

    return einsum


def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    return _einsum(len(operands))(*operands, subscripts)
