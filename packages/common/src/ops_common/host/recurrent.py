"""Recurrent networks of NumPy arrays, shared by the NumPy backend and OpenVINO's host functions.

The input projections are computed for a block of steps at a time, so that memory is bounded. A sigmoid is computed as
``(1 + tanh(x / 2)) / 2``, so that one call of tanh computes all gates of a step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

Array = Any

_BUFFER = 1 << 20  # elements of the input projections at a time


def _projected(x: Array, kernel: Array, bias: Array) -> Iterator[tuple[int, Array]]:
    """Yields for each step its number and ``x[:, step] @ kernel + bias``, in memory that the caller may overwrite."""
    batch, steps, depth = x.shape
    width = kernel.shape[1]
    block = max(1, _BUFFER // max(batch * width, 1))
    for start in range(0, steps, block):
        part = np.ascontiguousarray(x[:, start : start + block].swapaxes(0, 1))
        products = part.reshape(-1, depth) @ kernel
        products += bias
        for i, gates in enumerate(products.reshape(len(part), batch, width)):
            yield start + i, gates


def _halved(array: Array, columns: slice | list[int], copy: bool = True) -> Array:
    array = array.copy() if copy else array
    array[..., columns] *= 0.5
    return array


def lstm(x: Array, h: Array, c: Array, kernel: Array, recurrent: Array, bias: Array) -> tuple[Array, Array, Array]:
    """Returns the outputs and final states of a long short-term memory, gates in the order input, forget, cell,
    output."""
    units = h.shape[-1]
    first, last = slice(0, 2 * units), slice(3 * units, None)  # the gates with a sigmoid
    kernel, recurrent, bias = (_halved(_halved(array, first), last, copy=False) for array in (kernel, recurrent, bias))
    out = np.empty((*x.shape[:2], units), x.dtype)
    h, c = h.copy(), c.copy()
    product, cell = np.empty((len(x), 4 * units), x.dtype), np.empty_like(c)
    for step, gates in _projected(x, kernel, bias):
        gates += np.matmul(h, recurrent, out=product)
        np.tanh(gates, out=gates)
        for cut in (first, last):
            gate = gates[:, cut]
            gate += 1
            gate *= 0.5
        c *= gates[:, units : 2 * units]
        c += np.multiply(gates[:, :units], gates[:, 2 * units : 3 * units], out=cell)
        np.tanh(c, out=h)
        h *= gates[:, last]
        out[:, step] = h
    return out, h, c


def gru(x: Array, h: Array, kernel: Array, recurrent: Array, bias: Array) -> tuple[Array, Array]:
    """Returns the outputs and final state of a gated recurrent unit, gates in the order update, reset, candidate; bias
    (2, 3 * units)."""
    units = h.shape[-1]
    gated = slice(0, 2 * units)
    kernel, recurrent, bias = (_halved(array, gated) for array in (kernel, recurrent, bias))
    out = np.empty((*x.shape[:2], units), x.dtype)
    h = h.copy()
    product = np.empty((len(x), 3 * units), x.dtype)
    for step, gates in _projected(x, kernel, bias[0]):
        np.matmul(h, recurrent, out=product)
        product += bias[1]
        both = gates[:, gated]
        both += product[:, gated]
        np.tanh(both, out=both)
        both += 1
        both *= 0.5
        candidate = product[:, 2 * units :]
        candidate *= gates[:, units : 2 * units]
        candidate += gates[:, 2 * units :]
        np.tanh(candidate, out=candidate)
        h -= candidate
        h *= gates[:, :units]
        h += candidate
        out[:, step] = h
    return out, h
