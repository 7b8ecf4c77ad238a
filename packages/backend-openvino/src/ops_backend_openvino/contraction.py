"""OpenVINO, family contraction. The plugin multiplies matrices in float32, so integers are computed on the host."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino import _compat
from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise import multiply
from ops_backend_openvino.elementwise.nodes import is_bool
from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.native_types import FLOATS, NARROW, NUMPY
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import dimensions, extents, node_dimensions, product, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_common import shapes
from ops_common.errors import UnsupportedError

_NATIVE = FLOATS | {"bool"}


def _of_bools(build: Callable[..., Any], *operands: Node) -> Any:
    """Returns a product of bools: whether the product of zeros and ones is greater than 0."""
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
    shape1, shape2 = sizes(x1), sizes(x2)
    free1 = tuple(i for i in range(len(shape1)) if i not in left)
    free2 = tuple(i for i in range(len(shape2)) if i not in right)
    dims1, dims2 = node_dimensions(x1), node_dimensions(x2)
    # Each has its own inner size: the product of two sizes that differ is an error.
    inner1, inner2 = (product([dims[i] for i in axes]) for dims, axes in ((dims1, left), (dims2, right)))
    rows = _matrix(x1, free1 + left, (-1, inner1) if free1 else (1, -1))
    columns = _matrix(x2, right + free2, (inner2, -1) if free2 else (-1, 1))
    result = opset.matmul(rows, columns, False, False)
    if None in (*shape1, *shape2) and (free1 or free2):
        kept = [  # OpenVINO does not compile a Gather of no indices
            opset.gather(opset.shape_of(x, "i64"), ints(free), opset.constant(0))
            for x, free in ((x1, free1), (x2, free2))
            if free
        ]
        return opset.reshape(result, opset.concat(kept, 0), False)
    return reshaped(result, [*(shape1[i] for i in free1), *(shape2[i] for i in free2)])


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
    if not _compat.has_einsum(subscripts):
        if any(x.node is not None for x in operands):
            raise UnsupportedError(
                f"einsum of {subscripts!r} cannot be part of a traced function on backend 'openvino' before OpenVINO "
                "2025.1, which supports ellipses and repeated labels (eager calls do on every version)"
            )
        dtype = operands[0].dtype
        return Tensor(np.asarray(np.einsum(subscripts, *(x.host for x in operands)), NUMPY[dtype]), dtype)
    return _einsum(len(operands))(*operands, subscripts)


@kernel(np.vdot, 2, _NATIVE)
def vdot(x1: Node, x2: Node) -> Any:
    def build(a: Any, b: Any) -> Any:
        return reshaped(opset.matmul(reshaped(a, (1, -1)), reshaped(b, (-1, 1)), False, False), ())

    return _of_bools(build, x1, x2)


def _kron_host(x1: Any, x2: Any) -> Any:
    left, right, out = shapes.kron_factors(x1.shape, x2.shape)
    return np.multiply(x1.reshape(left), x2.reshape(right)).reshape(out)


@kernel(_kron_host, 2, NARROW)
def kron(x1: Node, x2: Node) -> Any:
    # Tensors of rank 0 stand for unknown sizes: they can be multiplied.
    left, right, out = shapes.kron_factors(*(dimensions(traced(x, "float32")) for x in (x1, x2)))
    spread = (reshaped(x, shape).output(0) for x, shape in ((x1, left), (x2, right)))
    return reshaped(multiply.build(*spread), out)


def _correlate_host(x1: Any, x2: Any, mode: Any) -> Any:
    return np.correlate(x1, x2, mode)


@kernel(_correlate_host, 2)
def correlate(x1: Node, x2: Node, mode: str) -> Any:
    if None in (sizes(x1)[0], sizes(x2)[0]):
        return _correlated_at_run_time(x1, x2, mode)
    if sizes(x1)[0] < sizes(x2)[0]:
        backwards = correlate.build(x2, x1, mode)
        size = sizes(backwards.output(0))[0]
        return opset.gather(backwards, ints(range(size - 1, -1, -1)), opset.constant(0))
    length1, length2 = sizes(x1)[0], sizes(x2)[0]
    before, after = shapes.correlation_padding(length1, length2, mode)
    y = opset.convolution(reshaped(x1, (1, 1, length1)), reshaped(x2, (1, 1, length2)), [1], [before], [after], [1])
    return reshaped(y, (-1,))


def _correlated_at_run_time(x1: Node, x2: Node, mode: str) -> Any:
    """Returns the correlation of a sequence of unknown size, which may be the shorter one: a part of that for all
    shifts."""
    length = sizes(x2)[0]
    if length is None:
        every = _products_of_windows(x1, x2)
    else:
        wide = [length - 1]
        y = opset.convolution(reshaped(x1, (1, 1, -1)), reshaped(x2, (1, 1, length)), [1], wide, wide, [1])
        every = reshaped(y, (-1,))
    if mode == "full":
        return every
    own, other = scalar(node_dimensions(x1)[0]), scalar(node_dimensions(x2)[0])
    one, two = opset.constant(np.int32(1)), opset.constant(np.int32(2))
    longer, shorter = opset.maximum(own, other), opset.minimum(own, other)
    before: Any = opset.divide(shorter, two) if mode == "same" else opset.constant(np.int32(0))
    count: Any = longer if mode == "same" else opset.add(opset.subtract(longer, shorter), one)
    ahead = opset.subtract(opset.subtract(shorter, one), before)
    # If x2 is the longer one, the shifts are counted from the other end.
    total = opset.subtract(opset.add(own, other), one)
    behind = opset.subtract(opset.subtract(total, ahead), count)
    start = opset.unsqueeze(select(opset.greater_equal(own, other), ahead, behind), ints([0]))
    stop = opset.add(start, opset.unsqueeze(count, ints([0])))
    return opset.slice(every, start, stop, opset.constant(np.array([1], np.int32)))


def _products_of_windows(x1: Node, x2: Node) -> Any:
    """Returns the correlation for all shifts. The kernel of a convolution must have a known size: the windows are the
    rows of a matrix."""
    zero, one = opset.constant(np.int32(0)), opset.constant(np.int32(1))
    own, other = scalar(node_dimensions(x1)[0]), scalar(node_dimensions(x2)[0])
    zeros = opset.broadcast(like(0, x1), extents([opset.subtract(other, one).output(0)]))
    padded = opset.concat([zeros, x1, zeros], 0)
    first = opset.range(zero, opset.subtract(opset.add(own, other), one), one, "i32")
    places = opset.add(opset.unsqueeze(first, ints([1])), opset.range(zero, other, one, "i32"))
    return opset.matmul(opset.gather(padded, places, zero), x2, False, False)
