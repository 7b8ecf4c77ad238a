"""Family nn.ctc: connectionist temporal classification (Graves and others, 2006, doi:10.1145/1143844.1143891)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ops._declaration import canonical_int, composite
from ops._declaration.dtype_rules import REAL_FLOATS, DtypeRule
from ops._declaration.roles import Index, Operand, Tensor
from ops.core import _on_device_of, cast, stop_gradient
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import arange, full_like, zeros_like
from ops.elementwise import (
    add,
    clip,
    equal,
    exp,
    floor_divide,
    greater,
    less,
    log,
    logical_and,
    logical_not,
    maximum,
    mod,
    multiply,
    negative,
    not_equal,
    subtract,
    where,
)
from ops.indexing import get_item, take_along_axis
from ops.manipulation import concatenate, expand_dims, pad, reshape, stack, transpose
from ops.nn.activation import log_softmax
from ops.nn.recurrent import _loop
from ops.reduction import all as reduce_all
from ops.reduction import any as reduce_any
from ops.reduction import argmax
from ops.reduction import max as reduce_max
from ops.reduction import sum as reduce_sum
from ops.sorting import argsort
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "ctc_decode",
    "ctc_loss",
]

# Used as the logarithm of 0. It is finite, so that differences of two such values, and gradients, are not NaN.
_NEVER = -1e30


def _wide(names: Sequence[str]) -> str:
    assert REAL_FLOATS.compute is not None
    return dtypes.promote([REAL_FLOATS.compute(names), "float32"])


_WIDE = DtypeRule(_wide)


def _shape(x: Any) -> tuple[int | None, ...]:
    return tuple(getattr(x, "shape", ()))


def _blank(mask_index: Any, classes: int | None) -> int:
    index = canonical_int(mask_index)
    if classes is None:
        return index
    if not -classes <= index < classes:
        raise ArgumentError(f"mask_index {index} is out of bounds for {classes} classes")
    return index % max(classes, 1)


def _loss_arguments(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: Any) -> Any:
    labels, scores, *lengths = map(_shape, (target, output, target_length, output_length))
    if len(labels) != 2 or len(scores) != 3 or any(len(length) != 1 for length in lengths):
        raise ShapeError(
            "target must be (batch, labels), output (batch, time, classes) and both lengths (batch,); got "
            f"{labels}, {scores}, {lengths[0]} and {lengths[1]}"
        )
    batches = shapes.distinct([labels[0], scores[0], lengths[0][0], lengths[1][0]])
    if len(batches) > 1:
        raise ShapeError(f"target, output and lengths must have the same batch size; got sizes {sorted(batches)}")
    return target, output, target_length, output_length, _blank(mask_index, scores[2])


def _log_sum(*logs: Any) -> Any:
    """Returns the logarithm of a sum of probabilities, from their logarithms."""
    largest = logs[0]
    for x in logs[1:]:
        largest = maximum(largest, x)
    largest = stop_gradient(largest)  # the derivatives of its two occurrences cancel
    total = exp(subtract(logs[0], largest))
    for x in logs[1:]:
        total = add(total, exp(subtract(x, largest)))
    return add(largest, log(total))


@composite(
    dtype=_WIDE,
    canonical=_loss_arguments,
    kernel=None,
    shape=lambda target, output, *lengths: shapes.agreed(*(x.shape[:1] for x in (target, output, *lengths[:2]))),
)
def ctc_loss(target: Index, output: Operand, target_length: Index, output_length: Index, mask_index: int = 0) -> Tensor:
    """The CTC loss: minus the log-probability that frame-wise classes, without repetitions and then without blanks,
    equal the target.

    Args:
        target: the true classes, integers of shape (batch, labels). Classes out of range are clipped.
        output: logits of shape (batch, time, classes).
        target_length: the number of labels of each row, integers of shape (batch,). Lengths out of range are clipped.
        output_length: the number of frames of each row, likewise.
        mask_index: the blank class; counted from the end if negative.

    Returns:
        A tensor of shape (batch,), in float32 or float64. It is infinite, with a gradient of 0, for a target that does
        not fit into its frames.

    Raises:
        ShapeError: the shapes do not fit.
        DtypeError: target or lengths are not integers.
        ArgumentError: mask_index is not a class.

    Example:
        >>> import ops
        >>> loss = ops.ctc_loss([[1]], ops.zeros((1, 1, 2)), [1], [1])
        >>> round(float(ops.convert_to_numpy(loss)[0]), 4)
        0.6931
    """
    _, steps, classes = sizes_of(output)
    mask_index = _from_front(mask_index, classes)
    labels = _clipped(target, classes - 1)
    batch, count = sizes_of(labels)
    has_labels = shape_of(labels)[1] != 0  # or their number is unknown
    ends = _clipped(target_length, count)
    blank = full_like(labels, mask_index)
    last = full_like(expand_dims(ends, 1), mask_index)
    spelled = last
    if has_labels:
        spelled = concatenate([reshape(stack([blank, labels], 2), (batch, count * 2)), last], 1)
    logs = maximum(log_softmax(output, -1), _NEVER)
    emitted = transpose(take_along_axis(logs, expand_dims(spelled, 1), 2), (1, 0, 2))
    never = full_like(get_item(emitted, 0), _NEVER)
    skips = None
    if has_labels:
        here, before = get_item(spelled, (slice(None), slice(2, None))), get_item(spelled, (slice(None), slice(0, -2)))
        fine = logical_and(not_equal(here, before), not_equal(here, mask_index))
        fine = pad(fine, ((0, 0), (2, 0)))
        if shape_of(labels)[1] is None:  # without labels, there is one column
            fine = get_item(fine, (slice(None), slice(0, count * 2 + 1)))
        skips = where(fine, 0.0, _NEVER)
    counts = less(expand_dims(_on_device_of(arange(steps), output), 1), expand_dims(_clipped(output_length, steps), 0))
    start = where(equal(_on_device_of(arange(count * 2 + 1), output), 0), 0.0, never)

    def step(carry: list[Any], now: list[Any]) -> tuple[list[Any], list[Any]]:
        ways = [carry[0]]
        if skips is not None:
            ways.append(_shifted(carry[0], never, 1))
            ways.append(add(_shifted(carry[0], never, 2), cast(skips, dtype_of(never))))
        new = add(_log_sum(*ways), now[0])
        return [where(expand_dims(now[1], 1), new, carry[0])], []

    (alpha,), _ = _loop(step, [start], [emitted, counts], False)
    end = expand_dims(multiply(ends, 2), 1)
    whole = get_item(take_along_axis(alpha, end, 1), (slice(None), 0))
    label = get_item(take_along_axis(alpha, maximum(subtract(end, 1), 0), 1), (slice(None), 0))
    label = where(greater(ends, 0), label, _NEVER)
    loss = negative(_log_sum(whole, label))
    return where(greater(loss, -0.1 * _NEVER), math.inf, loss)


def _from_front(mask_index: Any, classes: Any) -> Any:
    """Returns the blank class, counted from the front also if the number of classes is unknown."""
    return classes + mask_index if mask_index < 0 else mask_index


def _clipped(x: Any, most: Any) -> Any:
    """Returns integers as int32, clipped to the range from 0 to ``most``."""
    if dtype_of(x) in ("int64", "uint64", "uint32"):
        x = clip(x, 0, most if isinstance(most, int) else 2**31 - 1)
    return clip(cast(x, "int32"), 0, most)  # narrower dtypes may not be able to represent most


def _shifted(x: Any, never: Any, by: int) -> Any:
    """Returns the columns shifted to the right."""
    remaining = get_item(x, (slice(None), slice(0, -by)))
    return concatenate([get_item(never, (slice(None), slice(0, by))), remaining], 1)


def _decode_arguments(
    inputs: Any, lengths: Any, strategy: Any, beam_width: Any, top_paths: Any, merge_repeated: Any, mask_index: Any
) -> Any:
    scores = _shape(inputs)
    if len(scores) != 3 or len(_shape(lengths)) != 1:
        raise ShapeError(
            f"inputs must be (batch, time, classes) and lengths (batch,); got shapes {scores} and {_shape(lengths)}"
        )
    if None not in (scores[0], _shape(lengths)[0]) and scores[0] != _shape(lengths)[0]:
        raise ShapeError(f"inputs and lengths must have the same batch size; got {scores[0]} and {_shape(lengths)[0]}")
    if strategy not in ("greedy", "beam_search"):
        raise ArgumentError(f"strategy must be 'greedy' or 'beam_search'; got {strategy!r}")
    width, paths = canonical_int(beam_width), canonical_int(top_paths)
    if width < 1 or paths < 1:
        raise ArgumentError(f"beam_width and top_paths must be positive; got {width} and {paths}")
    return inputs, lengths, strategy, width, paths, bool(merge_repeated), _blank(mask_index, scores[2])


def _decoded(inputs: Any, lengths: Any, strategy: str, width: int, paths: int, *rest: Any) -> Any:
    batch, steps, _ = inputs.shape
    batch = lengths.shape[0] if batch is None else batch
    count = 1 if strategy == "greedy" else paths
    return SymbolicTensor((count, batch, steps), "int32"), SymbolicTensor((batch, count), inputs.dtype)


@composite(dtype=_WIDE, canonical=_decode_arguments, kernel=None, shape=_decoded)
def ctc_decode(
    inputs: Operand,
    sequence_lengths: Index,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> tuple[Tensor, Tensor]:
    """The labels decoded from frame-wise logits: by the likeliest class of each frame, or by a prefix beam search.

    Args:
        inputs: logits of shape (batch, time, classes).
        sequence_lengths: the number of frames of each row, integers of shape (batch,), as for `ctc_loss`.
        strategy: "greedy" or "beam_search".
        beam_width: the number of prefixes that the search keeps after each frame.
        top_paths: the number of paths that the search returns.
        merge_repeated: whether the greedy strategy merges repetitions into one label; the search always does, unless
            there is a blank between them.
        mask_index: the blank class; counted from the end if negative.

    Returns:
        ``(labels, scores)``. Labels are int32 of shape (paths, batch, time), padded with -1. Scores have shape (batch,
        paths), in float32 or float64: for "greedy" minus the sum of the largest logits; for the search
        log-probabilities, minus infinity for missing paths if it found fewer.

    Raises:
        ShapeError: the shapes do not fit.
        ArgumentError: the strategy is unknown, a width is not positive, or mask_index is not a class.

    Example:
        >>> import ops
        >>> labels, _ = ops.ctc_decode([[[0.0, 9.0], [9.0, 0.0], [0.0, 9.0]]], [3])
        >>> ops.convert_to_numpy(labels)
        array([[[ 1,  1, -1]]], dtype=int32)
    """
    _, steps, classes = sizes_of(inputs)
    mask_index = _from_front(mask_index, classes)
    places = _on_device_of(arange(steps), inputs)
    counts = less(places, expand_dims(_clipped(sequence_lengths, steps), 1))
    if strategy == "beam_search":
        return _beam_search(inputs, counts, beam_width, top_paths, mask_index)
    best = argmax(inputs, -1)
    scores = negative(reduce_sum(where(counts, reduce_max(inputs, -1), 0.0), -1, True))
    is_label = logical_and(counts, not_equal(best, mask_index))
    if merge_repeated:
        before = pad(get_item(best, (slice(None), slice(0, -1))), ((0, 0), (1, 0)), "constant", -1)
        is_label = logical_and(is_label, not_equal(best, before))
    order = argsort(where(is_label, places, steps), -1)  # the kept ones come first
    total = reduce_sum(cast(is_label, "int32"), -1, True)
    labels = where(less(places, total), take_along_axis(best, order, -1), -1)
    return expand_dims(cast(labels, "int32"), 0), scores


def _beam_search(inputs: Any, counts: Any, width: int, paths: int, blank: int) -> tuple[Any, Any]:
    """Returns the result of a prefix beam search. A prefix has two probabilities: of ending in a blank, or a label."""
    batch, steps, classes = sizes_of(inputs)
    logs = maximum(log_softmax(inputs, -1), _NEVER)
    # (batch, prefixes, time): labels, padded with -1
    none = expand_dims(full_like(cast(counts, "int32"), -1), 1)
    labels = concatenate([none] * width, 1)
    p_blank = where(
        equal(_on_device_of(arange(width), logs), 0),
        0.0,
        full_like(cast(get_item(labels, (..., 0)), dtype_of(logs)), _NEVER),
    )
    p_label = full_like(p_blank, _NEVER)
    lengths = zeros_like(p_blank, "int32")
    places, kinds = _on_device_of(arange(steps), logs), _on_device_of(arange(classes), logs)

    def step(carry: list[Any], now: list[Any]) -> tuple[list[Any], list[Any]]:
        labels, lengths, p_blank, p_label = carry
        frame = expand_dims(now[0], 1)  # (batch, 1, classes)
        at = expand_dims(maximum(subtract(lengths, 1), 0), 2)
        last = get_item(take_along_axis(labels, at, 2), (..., 0))  # -1 for the empty prefix
        some, last_label = greater(lengths, 0), maximum(last, 0)
        either = _log_sum(p_blank, p_label)
        stay_blank = add(either, get_item(frame, (..., blank)))
        label_score = get_item(take_along_axis(frame, expand_dims(last_label, 1), 2), (slice(None), 0))
        stay_label = where(some, add(p_label, label_score), _NEVER)
        # Prefixes extended by a label: repeating the last label requires a blank before it.
        again = equal(expand_dims(last, 2), kinds)
        longer = add(where(again, expand_dims(p_blank, 2), expand_dims(either, 2)), frame)
        longer = where(equal(kinds, blank), _NEVER, longer)
        # Some of the extended prefixes are among the current ones already: (batch, shorter, longer).
        cut = where(equal(places, subtract(expand_dims(lengths, 2), 1)), -1, labels)
        alike = reduce_all(equal(expand_dims(labels, 2), expand_dims(cut, 1)), -1)
        alike = logical_and(alike, logical_and(expand_dims(some, 1), expand_dims(greater(either, 0.1 * _NEVER), 2)))
        joins = take_along_axis(longer, expand_dims(last_label, 1), 2)
        joins = reduce_max(where(alike, joins, _NEVER), 1)
        stay_label = _log_sum(stay_label, joins)
        merged = logical_and(expand_dims(alike, 3), equal(expand_dims(expand_dims(last_label, 1), 3), kinds))
        longer = where(reduce_any(merged, 2), _NEVER, longer)
        # The best of the unchanged and the extended prefixes.
        scores = concatenate([_log_sum(stay_blank, stay_label), reshape(longer, (batch, classes * width))], 1)
        best = get_item(argsort(negative(scores), -1), (slice(None), slice(0, width)))
        score = take_along_axis(scores, best, 1)
        stays, grown = less(best, width), maximum(subtract(best, width), 0)
        parent, label = where(stays, best, floor_divide(grown, classes)), mod(grown, classes)
        new_labels = take_along_axis(labels, expand_dims(parent, 2), 1)
        new_lengths = take_along_axis(lengths, parent, 1)
        ends = logical_and(logical_not(expand_dims(stays, 2)), equal(places, expand_dims(new_lengths, 2)))
        new = [
            where(ends, expand_dims(label, 2), new_labels),
            add(new_lengths, where(stays, 0, 1)),
            where(stays, take_along_axis(stay_blank, parent, 1), _NEVER),
            where(stays, take_along_axis(stay_label, parent, 1), score),
        ]
        is_frame = expand_dims(now[1], 1)
        masks = [expand_dims(is_frame, 2), is_frame, is_frame, is_frame]
        old = [(x, dtype_of(x)) for x in carry]
        return [where(m, cast(x, d), o) for m, x, (o, d) in zip(masks, new, old, strict=True)], []

    sequences = [transpose(logs, (1, 0, 2)), transpose(counts, (1, 0))]
    (labels, _, p_blank, p_label), _ = _loop(step, [labels, lengths, p_blank, p_label], sequences, False)
    scores = _log_sum(p_blank, p_label)
    order = get_item(argsort(negative(scores), -1), (slice(None), slice(0, paths)))
    scores = take_along_axis(scores, order, 1)
    labels = take_along_axis(labels, expand_dims(order, 2), 1)
    exists = greater(scores, 0.1 * _NEVER)
    scores, labels = where(exists, scores, -math.inf), where(expand_dims(exists, 2), labels, -1)
    missing = max(paths - width, 0)
    if missing:
        scores = pad(scores, ((0, 0), (0, missing)), "constant", -math.inf)
        labels = pad(labels, ((0, 0), (0, missing), (0, 0)), "constant", -1)
    return cast(transpose(labels, (1, 0, 2)), "int32"), scores
