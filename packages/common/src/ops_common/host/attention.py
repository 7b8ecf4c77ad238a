"""Attention of NumPy arrays, shared by the NumPy backend and OpenVINO's host functions."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = Any

_BUFFER = 1 << 20  # scores computed at a time


def attention(query: Array, key: Array, value: Array, bias: Array | None, scale: float, is_causal: bool) -> Array:
    """Returns the attention output, computed head by head, and for long sequences in blocks of queries, so that the
    full score matrix is never in memory."""
    dtype = query.dtype
    if dtype not in (np.float32, np.float64):
        query, key, value = (x.astype(np.float32) for x in (query, key, value))
        bias = None if bias is None else bias.astype(np.float32)
    batch, queries, heads, _ = query.shape
    keys = key.shape[1]
    shared = heads // key.shape[2]
    if bias is not None:
        bias = np.broadcast_to(bias, (batch, heads, queries, keys))
    out = np.zeros((batch, queries, heads, value.shape[-1]), query.dtype)
    block = max(1, min(queries, _BUFFER // max(keys, 1)))
    buffer = np.empty((block, keys), query.dtype)
    for b in range(batch if keys else 0):
        for head in range(heads):
            columns = key[b, :, head // shared].T
            for start in range(0, queries, block):
                rows = query[b, start : start + block, head] * query.dtype.type(scale)
                scores = np.matmul(rows, columns, out=buffer[: len(rows)])
                if bias is not None:
                    scores += bias[b, head, start : start + block]
                if is_causal:
                    scores[np.arange(keys) > np.arange(start, start + len(rows))[:, None]] = -np.inf
                scores -= np.maximum.reduce(scores, -1, keepdims=True)
                np.exp(scores, out=scores)
                # Scaling after the product touches fewer elements than scaling the weights.
                total = np.add.reduce(scores, -1, keepdims=True)
                mean = out[b, start : start + block, head]
                np.divide(scores @ value[b, :, head // shared], total, out=mean)
    return out.astype(dtype, copy=False)
