"""Eager calls of the families indexing and segment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_backend_tf.core import ints, raw_ops
from ops_backend_tf.eager.common import REFUSED, is_index, is_number, is_plain
from ops_backend_tf.values import is_finite, read

__all__ = [
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


def _are_updates(indices: Tensor, updates: Tensor) -> bool:
    """Returns whether these are few updates of ordinary dtypes, with their indices."""
    return (
        is_index(indices)
        and is_number(updates)
        and 0 < updates.shape.num_elements() <= _SERIAL
        and indices.shape.num_elements() > 0
    )


def segment_scatter_update(inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None) -> Any:
    if (reduction is not None and reduction != "add") or not is_plain(inputs) or not _are_updates(indices, updates):
        return NotImplemented
    if inputs.dtype is not updates.dtype:
        return NotImplemented
    try:
        if reduction is None:
            return raw_ops.TensorScatterUpdate(tensor=inputs, indices=indices, updates=updates)
        return raw_ops.TensorScatterAdd(tensor=inputs, indices=indices, updates=updates)
    except REFUSED:  # an index out of range or from the end, or a wrong shape
        return NotImplemented


def segment_scatter(indices: Tensor, values: Tensor, shape: Any) -> Any:
    if not _are_updates(indices, values):
        return NotImplemented
    try:
        return raw_ops.ScatterNd(indices=indices, updates=values, shape=ints(values, shape))
    except REFUSED:
        return NotImplemented


def _sums(reduce: Callable[..., Tensor]) -> Callable[..., Any]:
    def call(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
        if type(num_segments) is not int or not is_index(segment_ids) or not is_number(data):
            return NotImplemented
        if len(segment_ids.shape) != 1:
            return NotImplemented
        try:
            return reduce(data=data, segment_ids=segment_ids, num_segments=ints(data, num_segments))
        except REFUSED:  # an id out of range, which is ignored, or a wrong shape
            return NotImplemented

    return call


def _extremes(reduce: Callable[..., Tensor]) -> Callable[..., Any]:
    """TensorFlow ignores NaN, and starts from a finite number, which remains where a segment has no rows."""

    def call(data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool) -> Any:
        if type(num_segments) is not int or not is_index(segment_ids) or not is_number(data):
            return NotImplemented
        if len(segment_ids.shape) != 1 or (data.dtype.is_floating and not is_finite(read(data))):
            return NotImplemented
        try:
            result = reduce(data=data, segment_ids=segment_ids, num_segments=ints(data, num_segments))
        except REFUSED:
            return NotImplemented
        return NotImplemented if data.dtype.is_floating and not is_finite(read(result)) else result

    return call


segment_segment_sum = _sums(raw_ops.UnsortedSegmentSum)
segment_segment_prod = _sums(raw_ops.UnsortedSegmentProd)
segment_segment_max = _extremes(raw_ops.UnsortedSegmentMax)
segment_segment_min = _extremes(raw_ops.UnsortedSegmentMin)
