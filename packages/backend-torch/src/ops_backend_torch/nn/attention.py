"""PyTorch, family nn.attention: the framework's fused kernel, which has the heads before the sequence."""

from __future__ import annotations

from typing import Any

import torch

Tensor = Any

_attend = torch.nn.functional.scaled_dot_product_attention


def attention(query: Tensor, key: Tensor, value: Tensor, bias: Tensor | None, scale: float, is_causal: bool) -> Tensor:
    if 0 in (query.numel(), key.numel(), value.numel()):  # torch does not support some of these
        return query.new_zeros((*query.shape[:3], value.shape[3]))
    # A branch, because the comparison of symbolic sizes is not a bool, which `enable_gqa` must be.
    shared = True if query.shape[2] != key.shape[2] else False
    query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    out = _attend(query, key, value, bias, 0.0, is_causal, scale=scale, enable_gqa=shared)
    return out.transpose(1, 2)
