"""Contract, family nn.attention."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, scale: float, is_causal: bool) -> Tensor:
    """The mean of values, weighted by ``softmax(scale * query @ key + bias)``, for float tensors: query (batch,
    queries, heads, depth), key (batch, keys, key heads, depth) and value (batch, keys, key heads, size). Each key head
    is shared by heads / key heads adjacent heads. The bias broadcasts to (batch, heads, queries, keys) and may be minus
    infinity, but not in an entire row. If ``is_causal``, which excludes a bias, query i attends to keys up to i. Half
    precisions are accumulated in float32."""
    ...
