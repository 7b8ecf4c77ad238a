"""Eager calls of the family sorting."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import ints, raw_ops
from ops_backend_tf.eager.common import is_float, is_index, is_number
from ops_backend_tf.values import FEW, is_finite, read, tensor

__all__ = [
    "sorting_argsort",
    "sorting_digitize",
    "sorting_in_top_k",
    "sorting_sort",
    "sorting_unique",
]

Tensor = Any

_FLOAT32 = tf.float32
_COUNT, _INT32 = tf.int32, np.dtype("int32")


def sorting_digitize(x: Tensor, bins: Tensor) -> Any:
    if not is_number(bins) or not is_number(x) or len(bins.shape) != 1:
        return NotImplemented
    edges, values = read(bins), read(x)
    if not 0 < edges.size <= FEW or values.size > FEW:
        return NotImplemented
    if np.count_nonzero(edges[1:] >= edges[:-1]) != edges.size - 1 or edges[-1] != edges[-1]:  # with NaN or descending
        return NotImplemented
    return tensor(edges.searchsorted(values, "right").astype(_INT32))


def sorting_in_top_k(targets: Tensor, predictions: Tensor, k: Any) -> Any:
    if type(k) is not int or not is_index(targets) or not is_float(predictions) or not -(2**31) < k < 2**31:
        return NotImplemented
    if predictions.dtype is not _FLOAT32:
        return NotImplemented
    shape = predictions.shape.as_list()
    if len(shape) != 2 or targets.shape.as_list() != shape[:1] or not is_finite(read(predictions)):
        return NotImplemented
    places = ints(targets, k) if targets.dtype is _COUNT else k
    return raw_ops.InTopKV2(predictions=predictions, targets=targets, k=places)


def sorting_unique(
    x: Tensor, sorted: bool, index: bool, inverse: bool, counts: bool, axis: Any, size: Any, fill_value: Any
) -> Any:
    if index or axis is not None or size is not None or not is_index(x):
        return NotImplemented
    array = read(x)
    if not 0 < array.size <= FEW:
        return NotImplemented
    outputs: Any = np.unique(array, return_inverse=inverse, return_counts=counts)
    if not inverse and not counts:
        return tensor(outputs)
    return tensor(outputs[0]), *(tensor(places.astype(_INT32)) for places in outputs[1:])


def sorting_sort(x: Tensor, axis: int | None) -> Any:
    if not is_number(x):
        return NotImplemented
    array = read(x)
    # NumPy takes the lowest integer for None.
    if array.size > FEW or not (axis is None or -array.ndim <= axis < array.ndim):
        return NotImplemented
    return tensor(np.sort(array, axis, "stable"))


def sorting_argsort(x: Tensor, axis: int | None) -> Any:
    if not is_number(x):
        return NotImplemented
    array = read(x)
    if array.size > FEW or not (axis is None or -array.ndim <= axis < array.ndim):
        return NotImplemented
    return tensor(np.argsort(array, axis, "stable").astype(_INT32))
