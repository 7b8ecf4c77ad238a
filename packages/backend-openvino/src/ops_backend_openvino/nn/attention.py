"""OpenVINO, family nn.attention: the framework's fused node, which has the heads before the sequence."""

from __future__ import annotations

from typing import Any

import openvino.opset15 as opset

from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.manipulation import ints
from ops_backend_openvino.run_time_sizes import node_dimensions, product
from ops_backend_openvino.tensor import Node, Tensor, sizes
from ops_common.host.attention import attention as host


def attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, scale: float, is_causal: bool) -> Tensor:
    if bias is None:
        return _unbiased(query, key, value, scale, is_causal)
    return _biased(query, key, value, bias, scale)


@kernel(lambda query, key, value, scale, is_causal: host(query, key, value, None, scale, is_causal), 3)
def _unbiased(query: Node, key: Node, value: Node, scale: float, is_causal: bool) -> Any:
    return _attend(query, key, value, None, scale, is_causal)


@kernel(lambda query, key, value, bias, scale: host(query, key, value, bias, scale, False), 4)
def _biased(query: Node, key: Node, value: Node, bias: Node, scale: float) -> Any:
    return _attend(query, key, value, bias, scale, False)


def _attend(query: Node, key: Node, value: Node, bias: Node | None, scale: float, is_causal: bool) -> Any:
    heads, shared = sizes(query)[2], sizes(key)[2]
    groups = 1 if heads is None or shared is None else heads // shared  # if unknown, the numbers are equal
    turned: list[Any] = [opset.transpose(x, ints([0, 2, 1, 3])) for x in (query, key, value)]
    if groups > 1:
        for i in (1, 2):
            batch, length, heads, depth = node_dimensions((key, value)[i - 1])
            copies = opset.tile(opset.unsqueeze(turned[i], ints([2])), ints([1, 1, groups, 1, 1]))
            turned[i] = opset.reshape(copies, ints([batch, product([heads, groups]), length, depth]), False)
    factor = opset.constant(scale, query.get_element_type())
    if bias is not None:
        missing = 4 - len(sizes(bias))
        bias = opset.unsqueeze(bias, ints(list(range(missing)))).output(0) if missing else bias
    out = opset.scaled_dot_product_attention(*turned, bias, factor, is_causal)
    return opset.transpose(out, ints([0, 2, 1, 3]))
