"""OpenVINO, family nn.linear."""

from __future__ import annotations

from typing import Any

import openvino.opset15 as opset

from ops_backend_openvino.contraction import matmul
from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.tensor import Node, Tensor, sizes
from ops_common import shapes


def dense(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    if bias is not None:
        return _with_bias(x, kernel, bias)
    shapes.dense(x.shape, kernel.shape, None)
    return matmul(x, kernel)


def _host(x: Any, kernel: Any, bias: Any) -> Any:
    shapes.dense(x.shape, kernel.shape, bias.shape)
    return x @ kernel + bias


@kernel(_host, 3)
def _with_bias(x: Node, kernel: Node, bias: Node) -> Any:
    shapes.dense(sizes(x), sizes(kernel), sizes(bias))
    return opset.add(opset.matmul(x, kernel, False, False), bias)
