"""TensorFlow, family segment: the operations for unsorted segments, which ignore negative ids."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import raw_ops

Tensor = Any

_REDUCE = {"add": "UnsortedSegmentSum", "mul": "UnsortedSegmentProd", "max": "UnsortedSegmentMax"}
_REDUCE["min"] = "UnsortedSegmentMin"


def segment_reduce(data: Tensor, segment_ids: Tensor, num_segments: int, reduction: str, sorted: bool) -> Tensor:
    if segment_ids.shape.rank != 1 or not segment_ids.shape.is_compatible_with(data.shape[:1]):
        raise ValueError("there is one id of a segment for each row")
    ids = raw_ops.Cast(x=segment_ids, DstT=tf.int64)
    count = tf.cast(num_segments, tf.int64)
    ids = raw_ops.SelectV2(condition=ids >= count, t=tf.constant(-1, tf.int64), e=ids)
    if segment_ids.dtype is tf.uint64:  # the largest ids are negative now
        ids = raw_ops.Maximum(x=ids, y=tf.constant(-1, tf.int64))
    reduced = getattr(raw_ops, _REDUCE[reduction])(data=data, segment_ids=ids, num_segments=count)
    if reduction in ("max", "min") and data.dtype.is_floating:
        reduced = _with_infinities(reduced, data, ids, count, float("-inf" if reduction == "max" else "inf"))
    return reduced


def _with_infinities(reduced: Tensor, data: Tensor, ids: Tensor, count: Tensor, fill: float) -> Tensor:
    """Returns the extremes, corrected for segments without rows or with NaN: TensorFlow starts from a finite number,
    and ignores NaN."""
    ends = tf.constant(fill, data.dtype)
    start = raw_ops.Equal(x=reduced, y=tf.constant(data.dtype.min if fill < 0 else data.dtype.max, data.dtype))
    # 0 if all rows (if any) are the infinity that is never the extreme, 1 if there is another number, 2 for NaN.
    kind = raw_ops.Cast(x=raw_ops.NotEqual(x=data, y=ends, incompatible_shape_error=True), DstT=tf.int32)
    kind = raw_ops.AddV2(x=kind, y=raw_ops.Cast(x=raw_ops.IsNan(x=data), DstT=tf.int32))
    kind = raw_ops.UnsortedSegmentMax(data=kind, segment_ids=ids, num_segments=count)
    reduced = raw_ops.SelectV2(condition=raw_ops.LogicalAnd(x=start, y=kind < 1), t=ends, e=reduced)
    return raw_ops.SelectV2(condition=kind > 1, t=tf.constant(float("nan"), data.dtype), e=reduced)
