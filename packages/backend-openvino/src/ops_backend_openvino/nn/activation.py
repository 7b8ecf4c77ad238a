"""OpenVINO, family nn.activation: the framework's own nodes, which the plugin fuses into what comes before them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import select
from ops_backend_openvino.elementwise.comparison import same
from ops_backend_openvino.elementwise.nodes import wrapping
from ops_backend_openvino.kernel import kernel, pointwise
from ops_backend_openvino.manipulation import ints, reshaped
from ops_backend_openvino.native_types import FLOATS, NUMPY, SMALL, TYPES
from ops_backend_openvino.nodes import like, node_of
from ops_backend_openvino.run_time_sizes import node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes, traced
from ops_backend_openvino.trace import index_node
from ops_common import shapes
from ops_common.host import special

Axis = int | tuple[int, ...] | None


@pointwise(lambda x: np.maximum(x, 0), 1, FLOATS | SMALL | {"int32"})
def relu(x: Node) -> Any:
    if x.get_element_type().is_integral():
        return wrapping(lambda a: opset.maximum(a, opset.constant(0, ov.Type.i32)), x)
    # Not Relu, which returns 0 for NaN, as Maximum does for NaN in its first operand. The plugin fuses both into a
    # convolution.
    return opset.maximum(like(0.0, x), x)


def _gelu_host(x: Any, approximate: bool) -> Any:
    # Hendrycks and Gimpel 2016, https://arxiv.org/abs/1606.08415
    if approximate:
        inner = math.sqrt(2 / math.pi) * (2 * x + 0.08943 * x**3)
        return x * (np.exp(np.minimum(inner, 0)) / (1 + np.exp(-np.abs(inner))))
    return x * special.normal_distribution(x.reshape(-1)).reshape(x.shape)


@pointwise(_gelu_host)
def gelu(x: Node, approximate: bool) -> Any:
    if approximate:
        return opset.gelu(x, "tanh")
    # The node overflows for large x, where the function equals x.
    return select(opset.greater(x, like(100.0, x)), x, opset.gelu(x, "erf"))


@pointwise(lambda x: np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x))))
def sigmoid(x: Node) -> Any:
    return opset.sigmoid(x)


@pointwise(lambda x: x * (np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))))
def silu(x: Node) -> Any:
    # x is multiplied first: the sigmoid alone may be below the smallest normal number.
    root = opset.exp(opset.multiply(opset.abs(x), like(-0.5, x))).output(0)
    above = select(opset.less(x, like(0.0, x)), opset.multiply(opset.multiply(x, root), root), x)
    return opset.divide(above, opset.add(like(1.0, x), opset.multiply(root, root)))


def _log_softmax_host(x: Any, axis: Axis) -> Any:
    axis = shapes.normalize_axes(axis, x.ndim)
    if not x.size:
        return x
    shifted = x - np.max(x, axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))


def _over_axes(function: Callable[..., Any], x: Node, axis: Axis) -> Any:
    """Returns a function of one axis applied over several axes as one, with NaN throughout a slice that contains
    NaN."""
    shape = sizes(x)
    axes = shapes.normalize_axes(axis, len(shape))
    # The plugin's kernels leave a NaN in its place. The sum of the operand is one cheap pass that detects it.
    has_nan = opset.is_nan(opset.reduce_sum(x, ints(axes), True))
    return select(has_nan, opset.constant(np.nan, x.get_element_type()), _as_one_axis(function, x, shape, axes))


def _as_one_axis(function: Callable[..., Any], x: Node, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    if not shape:
        return opset.squeeze(function(opset.unsqueeze(x, ints([0])), 0), ints([0]))
    if len(axes) == 1:
        return function(x, axes[0])
    kept = [i for i in range(len(shape)) if i not in axes]
    order = [*kept, *axes]
    dims = node_dimensions(x)
    merged = reshaped(opset.transpose(x, ints(order)), [*(dims[i] for i in kept), -1])
    apart = reshaped(function(merged, len(kept)), [dims[i] for i in order])
    return opset.transpose(apart, ints([order.index(i) for i in range(len(shape))]))


@kernel(lambda x, axis: np.exp(_log_softmax_host(x, axis)))
def softmax(x: Node, axis: Axis) -> Any:
    return _over_axes(opset.softmax, x, axis)


@kernel(_log_softmax_host)
def log_softmax(x: Node, axis: Axis) -> Any:
    return _over_axes(opset.log_softmax, x, axis)


def _classes(num_classes: int, axis: int, rank: int) -> Any:
    at = shapes.normalize_axis(axis, rank + 1)
    return np.arange(num_classes, dtype=np.int32).reshape([-1 if i == at else 1 for i in range(rank + 1)])


@functools.cache
def _one_hot(dtype: str) -> Callable[..., Tensor]:
    def host(x: Any, num_classes: int, axis: int) -> Any:
        return np.equal(np.expand_dims(x, axis), _classes(num_classes, axis, x.ndim)).astype(NUMPY[dtype])

    @kernel(host, 1, SMALL | {"int32"}, dtype)
    def one_hot(x: Node, num_classes: int, axis: int) -> Any:
        classes = opset.constant(_classes(num_classes, axis, len(sizes(x))))
        expanded = opset.unsqueeze(opset.convert(x, ov.Type.i32), ints([axis]))
        return opset.convert(same(expanded.output(0), classes.output(0)), TYPES[dtype])

    return one_hot


def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    if x.node is not None and x.dtype != "int32":
        x = traced(index_node(x), "int32")
    if type(num_classes) is not int:
        at = shapes.normalize_axis(axis, x.ndim + 1)
        classes = opset.range(opset.constant(np.int32(0)), scalar(num_classes), opset.constant(np.int32(1)), "i32")
        classes = opset.unsqueeze(classes, ints([i for i in range(x.ndim + 1) if i != at])) if x.ndim else classes
        node = opset.unsqueeze(opset.convert(node_of(x, x.dtype), ov.Type.i32), ints([at]))
        return traced(opset.convert(same(node.output(0), classes.output(0)), TYPES[dtype]), dtype)
    return _one_hot(dtype)(x, num_classes, axis)
