"""Eager calls of the families indexing and segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import EAGER, current_context, execute, ints, raw_ops
from ops_backend_tf.eager.common import (
    REFUSED,
    is_float,
    is_index,
    is_number,
    is_plain,
)
from ops_backend_tf.values import FEW, is_finite, read, tensor

__all__ = [
    "indexing_select",
    "indexing_slice_update",
    "segment_scatter",
    "segment_scatter_update",
    "segment_segment_max",
    "segment_segment_min",
    "segment_segment_prod",
    "segment_segment_sum",
]

Tensor = Any

# Below this number of elements, TensorFlow writes one update after another, so that the last one of a place remains.
_SERIAL = 1 << 14
# Up to this number of rows, a loop over them takes less time than TensorFlow's operation and the checks around it.
_FEW_ROWS = 8
_REAL = frozenset({int, float})
_LARGEST = 1e38  # numbers below this are finite in float32
_BOOL, _FLOAT32 = tf.bool, tf.float32
_NUMBERS = frozenset({tf.float32, tf.float64, tf.int32, tf.int64})


def indexing_slice_update(inputs: Tensor, start_indices: Any, updates: Tensor) -> Any:
    if type(start_indices) is not tuple or not is_plain(inputs) or not is_plain(updates):
        return NotImplemented
    sizes, shape = inputs.shape.as_list(), updates.shape.as_list()
    if not sizes or not len(sizes) == len(shape) == len(start_indices) or inputs.dtype is not updates.dtype:
        return NotImplemented
    ends: list[int] = []
    for size, start, count in zip(sizes, start_indices, shape, strict=True):
        if type(start) is not int or start < 0 or not count or start + count > size:
            return NotImplemented
        ends.append(start + count)
    return raw_ops.TensorStridedSliceUpdate(
        input=inputs,
        begin=ints(inputs, start_indices),
        end=ints(inputs, tuple(ends)),
        strides=ints(inputs, (1,) * len(ends)),
        value=updates,
    )


def segment_scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Any:
    if not is_index(indices) or not is_number(updates) or not is_plain(inputs) or inputs.dtype is not updates.dtype:
        return NotImplemented
    places, values = read(indices), read(updates)
    if not places.size or not 0 < values.size <= _SERIAL:
        return NotImplemented
    if reduction is None and places.ndim == 2 and values.ndim == 1 and places.shape == (len(values), 1):
        numbers = read(inputs)
        if numbers.ndim == 1 and numbers.size <= FEW:
            out = numbers.copy()
            try:
                out[places[:, 0]] = values
            except IndexError:  # out of range, which is ignored
                return NotImplemented
            return tensor(out)
    try:
        if reduction is None:
            return raw_ops.TensorScatterUpdate(tensor=inputs, indices=indices, updates=updates)
        if reduction == "add":
            return raw_ops.TensorScatterAdd(tensor=inputs, indices=indices, updates=updates)
    except REFUSED:  # an index out of range or from the end, or a wrong shape
        pass
    return NotImplemented


def segment_scatter(indices: Tensor, values: Tensor, shape: Any) -> Any:
    if not is_index(indices) or not is_number(values) or not indices.shape.num_elements():
        return NotImplemented
    if not 0 < values.shape.num_elements() <= _SERIAL:
        return NotImplemented
    try:
        return raw_ops.ScatterNd(indices=indices, updates=values, shape=ints(values, shape))
    except REFUSED:
        return NotImplemented


def _are_rows(data: Tensor, ids: Tensor, count: Any) -> bool:
    """Returns whether these are plain tensors of ordinary dtypes, with one axis of ids."""
    return (
        type(count) is int
        and type(data) is EAGER
        and ((dtype := data.dtype) is _FLOAT32 or dtype in _NUMBERS)
        and is_index(ids)
        and len(ids.shape) == 1
    )


def _sums(operation: str) -> Callable[..., Any]:
    def call(data: Tensor, segment_ids: Tensor, num_segments: Any, sorted: bool) -> Any:
        if not _are_rows(data, segment_ids, num_segments):
            return NotImplemented
        try:
            return execute(current_context(), operation, None, data, segment_ids, ints(data, num_segments))
        except Exception:  # an id out of range, which is ignored, or a wrong shape
            return NotImplemented

    return call


def _by_rows(combine: Any, start: float, rows: Any, ids: list[int], count: int) -> Any:
    """Returns the extremes of few rows of floats in each segment; None if an id is out of range."""
    out = np.empty((count, *rows.shape[1:]), rows.dtype)
    seen: set[int] = set()
    for place, row in zip(ids, rows, strict=True):
        if not 0 <= place < count:
            return None
        out[place] = combine(out[place], row) if place in seen else row
        seen.add(place)
    if len(seen) < count:
        for place in range(count):
            if place not in seen:
                out[place] = start
    return out


def _extremes(operation: str, combine: Any, start: float) -> Callable[..., Any]:
    def call(data: Tensor, segment_ids: Tensor, num_segments: Any, sorted: bool) -> Any:
        if not _are_rows(data, segment_ids, num_segments):
            return NotImplemented
        rows, ids = read(data), read(segment_ids)
        if not 0 < len(ids) == len(rows):
            return NotImplemented
        is_of_floats = rows.dtype.kind == "f"
        if is_of_floats and len(ids) <= _FEW_ROWS and num_segments * rows.size <= FEW:
            out = _by_rows(combine, start, rows, ids.tolist(), num_segments)
            return NotImplemented if out is None else tensor(out)
        # TensorFlow ignores NaN, and starts from a finite number, which remains where a segment has no rows.
        if is_of_floats and not is_finite(rows):
            return NotImplemented
        try:
            result = execute(current_context(), operation, None, data, segment_ids, ints(data, num_segments))
        except Exception:
            return NotImplemented
        return NotImplemented if is_of_floats and not is_finite(read(result)) else result

    return call


segment_segment_sum = _sums("UnsortedSegmentSum")
segment_segment_prod = _sums("UnsortedSegmentProd")
segment_segment_max = _extremes("UnsortedSegmentMax", np.maximum, -np.inf)
segment_segment_min = _extremes("UnsortedSegmentMin", np.minimum, np.inf)


def indexing_select(condlist: Any, choicelist: Any, default: Any) -> Any:
    if not choicelist or not all(map(is_float, choicelist)):
        return NotImplemented
    dtype = choicelist[0].dtype
    if any(x.dtype is not dtype for x in choicelist):
        return NotImplemented
    if type(default) in _REAL and abs(default) < _LARGEST:
        selected: Any = read(choicelist[0]).dtype.type(default)
    elif is_float(default) and default.dtype is dtype:
        selected = read(default)
    else:
        return NotImplemented
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        if type(condition) is not EAGER or condition.dtype is not _BOOL or not is_plain(condition):
            return NotImplemented
        numbers, mask = read(choice), read(condition)
        if numbers.size > FEW or mask.size > FEW:
            return NotImplemented
        try:
            selected = np.where(mask, numbers, selected)
        except ValueError:  # shapes that do not broadcast
            return NotImplemented
        if selected.size > FEW:
            return NotImplemented
    return tensor(selected)
