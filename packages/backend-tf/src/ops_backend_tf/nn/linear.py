"""TensorFlow, family nn.linear."""

from __future__ import annotations

from typing import Any

from ops_backend_tf.core import ints, raw_ops

Tensor = Any

_MatMul, _BatchMatMul, _BiasAdd = raw_ops.MatMul, raw_ops.BatchMatMulV2, raw_ops.BiasAdd


def dense(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    rank = x.shape.rank
    if rank == 2:
        out = _MatMul(a=x, b=kernel)
    elif kernel.shape.rank != 2:  # TensorFlow would multiply stacks of matrices
        raise ValueError(f"a kernel of shape {kernel.shape}")
    elif rank == 1:
        out = dense(raw_ops.ExpandDims(input=x, axis=ints(x, 0)), kernel, bias)
        return raw_ops.Squeeze(input=out, axis=(0,))
    else:
        out = _BatchMatMul(x=x, y=kernel)
    return out if bias is None else _BiasAdd(value=out, bias=bias)
