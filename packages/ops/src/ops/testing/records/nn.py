"""Records of the composite ops of family nn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops.testing.records._variants import KERNELS
from ops_common.errors import ArgumentError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Maker, Record, Sample, floating
from ops_common.testing.samples import inf, s

RECORDS: list[Record] = []

_sigmoid = KERNELS["nn.sigmoid"].reference
_softmax = KERNELS["nn.softmax"].reference
_log_softmax = KERNELS["nn.log_softmax"].reference
_conv = KERNELS["nn.conv"].reference
_depthwise = KERNELS["nn.depthwise_conv"].reference


def _separable(x: Any, depthwise: Any, pointwise: Any, *args: Any, bias: Any = None, **kwargs: Any) -> Any:
    apart = _depthwise(x, depthwise, *args, **kwargs)
    return _conv(apart, pointwise, data_format=args[2] if len(args) > 2 else None, bias=bias)


RECORDS.append(
    Record(
        "nn.separable_conv",
        lambda m: [
            s(m(2, 7, 6, 3), m(3, 2, 3, 2), m(1, 1, 6, 4), (2, 2), "same", "channels_last", (1, 1)),
            s(m(2, 3, 6, 5), m(3, 2, 3, 1), m(1, 1, 3, 2), (1, 1), "valid", "channels_first", (2, 1)),
            s(m(2, 7, 3), m(3, 3, 2), m(1, 6, 4), (1,), "same", "channels_last", (1,)),
            s(m(2, 7, 6, 3), m(3, 2, 3, 2), m(1, 1, 6, 4), (2, 2), "same", "channels_last", (1, 1), bias=m(4)),
            s(m(2, 3, 6, 5), m(3, 2, 3, 1), m(1, 1, 3, 2), (1, 1), "valid", "channels_first", (2, 1), bias=m(2)),
        ],
        _separable,
        None,
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3))],
        errors=lambda m: [
            (ShapeError, s(m(1, 5, 5, 3), m(3, 3, 2, 2), m(1, 1, 4, 3))),
            (ShapeError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 3, 3))),
            (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3), 1, "full")),
            (ShapeError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3), bias=m(4))),
            (ShapeError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), m(1, 1, 4, 3), bias=m(1))),
        ],
        loose=10,
    )
)


def _attend(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: Any = None,
    is_causal: bool = False,
    flash_attention: Any = None,
    attn_logits_soft_cap: Any = None,
) -> Any:
    """Attention by its definition, one query at a time."""
    batch, queries, heads, depth = query.shape
    keys, shared = key.shape[1:3]
    scale = 1 / math.sqrt(depth) if scale is None else scale
    whole = (batch, heads, queries, keys)
    bias = np.broadcast_to(0.0 if bias is None else bias, whole)
    seen = np.broadcast_to(True if mask is None else np.asarray(mask) != 0, whole)
    out = np.zeros((batch, queries, heads, value.shape[-1]))
    for b, n, i in np.ndindex(batch, heads, queries):
        own = n * shared // heads
        scores = scale * (key[b, :, own] @ query[b, i, n])
        if attn_logits_soft_cap is not None:
            scores = attn_logits_soft_cap * np.tanh(scores / attn_logits_soft_cap)
        allowed = seen[b, n, i] & (np.arange(keys) <= i) if is_causal else seen[b, n, i]
        scores = np.where(allowed, scores + bias[b, n, i], -inf) if allowed.any() else np.zeros(keys)
        out[b, i, n] = _softmax(scores) @ value[b, :, own]
    return out


def _attentions(m: Maker) -> Sequence[Sample]:
    q, k, v = m(2, 3, 4, 5), m(2, 4, 2, 5), m(2, 4, 2, 3)
    seen = np.array([[1, 0, 0, 1], [0, 0, 0, 0], [1, 1, 1, 0]], np.bool_)
    return [
        s(q, k, v, m(1, 4, 3, 4), seen[None, None], 0.5, False, None, None),
        s(q, k, v),
        s(q, m(2, 4, 4, 5), m(2, 4, 4, 5), None, None, None, True),
        s(q, k, v, m(3, 4), None, None, True),
        s(q, k, v, None, seen, None, True),
        s(q, k, v, None, None, None, False, False, 2.0),
        s(m(0, 3, 4, 5), m(0, 4, 2, 5), m(0, 4, 2, 3)),
    ]


RECORDS.append(
    Record(
        "nn.dot_product_attention",
        _attentions,
        _attend,
        None,
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [
            s(m(2, 3, 4, 5), m(2, 3, 4, 5), m(2, 3, 4, 5), mask=np.array([1.0, 0.0, 2.0], np.float32)),
            s(m(2, 3, 4, 5), m(2, 3, 4, 5), m(2, 3, 4, 5), is_causal=True, flash_attention=True),
        ],
        errors=lambda m: [
            (ShapeError, s(m(3, 4, 5), m(3, 4, 5), m(3, 4, 5))),
            (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 3), m(2, 4, 4, 3))),
            (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 3, 5), m(2, 4, 3, 5))),
            (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 3, 4, 5))),
            (ShapeError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 4, 4, 5), m(2, 3, 4))),
            (ArgumentError, s(m(2, 3, 4, 5), m(2, 4, 4, 5), m(2, 4, 4, 5), attn_logits_soft_cap=0.0)),
        ],
        loose=4,
    )
)

_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda x: np.maximum(x, 0),
    "linear": lambda x: x,
}


def _recurrent(cell: Callable[..., Any], states: Sequence[Any], x: Any, mask: Any, back: bool, every: bool) -> Any:
    """Steps through the sequence. A step that the mask leaves out keeps the state; the first output is zero."""
    seen = np.ones(x.shape[:2], bool) if mask is None else np.asarray(mask) != 0
    if back:
        x, seen = x[:, ::-1], seen[:, ::-1]
    states, outputs = list(states), []
    output = np.zeros_like(states[0])
    for t in range(x.shape[1]):
        counts = seen[:, t, None]
        states = [np.where(counts, new, old) for new, old in zip(cell(x[:, t], *states), states, strict=True)]
        output = np.where(counts, states[0], output)
        outputs.append(output)
    return output, np.stack(outputs, 1) if every else output[:, None], states


def _lstm(
    x: Any,
    h: Any,
    c: Any,
    mask: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
) -> Any:
    inner, gate = _ACTIVATIONS[activation], _ACTIVATIONS[recurrent_activation]

    def cell(x: Any, h: Any, c: Any) -> Any:
        i, f, g, o = np.split(x @ kernel + h @ recurrent + (0 if bias is None else bias), 4, -1)
        c = gate(f) * c + gate(i) * inner(g)
        return gate(o) * inner(c), c

    return _recurrent(cell, (h, c), x, mask, go_backwards, return_sequences)


def _gru(
    x: Any,
    h: Any,
    mask: Any,
    kernel: Any,
    recurrent: Any,
    bias: Any,
    activation: str = "tanh",
    recurrent_activation: str = "sigmoid",
    return_sequences: bool = False,
    go_backwards: bool = False,
    unroll: bool = False,
    reset_after: bool = True,
) -> Any:
    inner, gate = _ACTIVATIONS[activation], _ACTIVATIONS[recurrent_activation]
    outer_bias, inner_bias = (0, 0) if bias is None else bias if reset_after else (bias, 0)

    def cell(x: Any, h: Any) -> Any:
        units = h.shape[-1]
        xz, xr, xg = np.split(x @ kernel + outer_bias, 3, -1)
        hz, hr, hg = np.split(h @ recurrent + inner_bias, 3, -1)
        z, r = gate(xz + hz), gate(xr + hr)
        g = inner(xg + (r * hg if reset_after else (r * h) @ recurrent[:, 2 * units :]))
        return (z * h + (1 - z) * g,)

    return _recurrent(cell, (h,), x, mask, go_backwards, return_sequences)


_SEEN = np.array([[False, True, True, False], [True, True, False, True]])

RECORDS.extend(
    [
        Record(
            "nn.lstm",
            lambda m: [
                s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20), "tanh", "sigmoid", True, False, False),
                s(m(2, 4, 3), m(2, 5), m(2, 5), _SEEN, m(3, 20), m(5, 20), m(20), "tanh", "sigmoid", True, True, False),
                s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), None, "relu", "tanh", False, True, True),
            ],
            _lstm,
            None,
            FLOATS,
            COMPLEX,
            floating,
            forms=lambda m: [s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), None)],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
                (ShapeError, s(m(2, 0, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
                (ShapeError, s(m(2, 4, 2), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
                (ShapeError, s(m(2, 4, 3), m(3, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20))),
                (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 15), m(5, 15), m(15))),
                (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(2, 20))),
                (ShapeError, s(m(2, 4, 3), m(2, 5), m(2, 5), m(2, 3), m(3, 20), m(5, 20), m(20))),
                (ArgumentError, s(m(2, 4, 3), m(2, 5), m(2, 5), None, m(3, 20), m(5, 20), m(20), "atan")),
            ],
            loose=10,
        ),
        Record(
            "nn.gru",
            lambda m: [
                s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15), "tanh", "sigmoid", True, False, False, True),
                s(m(2, 4, 3), m(2, 5), _SEEN, m(3, 15), m(5, 15), m(15), "tanh", "sigmoid", True, True, False, False),
                s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), None, "relu", "tanh", False, False, True, True),
            ],
            _gru,
            None,
            FLOATS,
            COMPLEX,
            floating,
            forms=lambda m: [s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), None, go_backwards=True)],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15))),
                (ShapeError, s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(15))),
                (ShapeError, s(m(2, 4, 3), m(2, 4), None, m(3, 15), m(5, 15), m(2, 15))),
                (ArgumentError, s(m(2, 4, 3), m(2, 5), None, m(3, 15), m(5, 15), m(2, 15), None)),
            ],
            loose=10,
        ),
    ]
)


def _wider(dtype: str) -> str:
    return "float64" if dtype == "float64" else "float32"


def _spelled(path: Sequence[int], blank: int, merge: bool = True) -> tuple[int, ...]:
    """The labels of frame-wise classes."""
    return tuple(label for i, label in enumerate(path) if label != blank and not (merge and i and path[i - 1] == label))


def _spellings(logits: Any, length: int, blank: int) -> dict[tuple[int, ...], float]:
    """All label sequences with their probabilities, summed over all paths."""
    chances = _softmax(logits)
    result: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(logits.shape[-1]), repeat=length):
        labels = _spelled(path, blank)
        chance = math.prod(chances[t, label] for t, label in enumerate(path))
        result[labels] = result.get(labels, 0.0) + chance
    return result


def _ctc_loss(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: int = 0) -> Any:
    target, target_length, output_length = map(np.asarray, (target, target_length, output_length))
    blank = mask_index % output.shape[-1]
    losses: list[float] = []
    for labels, logits, count, frames in zip(target, output, target_length, output_length, strict=True):
        chance = _spellings(logits, int(frames), blank).get(tuple(labels[:count]), 0.0)
        losses.append(-math.log(chance) if chance else inf)
    return np.array(losses)


def _ctc_decode(
    inputs: Any,
    lengths: Any,
    strategy: str = "greedy",
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
    mask_index: int = 0,
) -> Any:
    """Greedy decoding, or the most probable labels, which a wide enough beam search finds."""
    batch, steps, classes = inputs.shape
    blank, paths = mask_index % classes, 1 if strategy == "greedy" else top_paths
    labels, scores = np.full((paths, batch, steps), -1), np.full((batch, paths), -inf)
    for b, frames in enumerate(np.asarray(lengths)):
        logits = inputs[b, :frames]
        if strategy == "greedy":
            best = [(_spelled(list(logits.argmax(-1)), blank, merge_repeated), -logits.max(-1).sum())]
        else:
            result = sorted(_spellings(logits, int(frames), blank).items(), key=lambda item: -item[1])[:paths]
            best = [(path, math.log(chance)) for path, chance in result]
        for i, (path, score) in enumerate(best):
            labels[i, b, : len(path)] = path
            scores[b, i] = score
    return labels, scores


_TARGET = np.array([[1, 2, 2], [3, 1, 1], [2, 0, 0]], np.int32)

RECORDS.extend(
    [
        Record(
            "nn.ctc_loss",
            lambda m: [
                s(_TARGET, m(3, 5, 4), np.array([3, 2, 0], np.int32), np.array([5, 3, 4], np.int32), 0),
                s(_TARGET - 1, m(3, 5, 4), np.array([3, 2, 1], np.int64), np.array([5, 3, 2], np.int64), -1),
            ],
            _ctc_loss,
            None,
            FLOATS,
            COMPLEX,
            _wider,
            forms=lambda m: [s([[1, 1]], m(1, 3, 3), [2], [2])],
            errors=lambda m: [
                (ShapeError, s([1, 1], m(1, 3, 3), [2], [3])),
                (ShapeError, s([[1, 1]], m(2, 3, 3), [2], [3])),
                (ArgumentError, s([[1.5, 1.0]], m(1, 3, 3), [2], [3])),
                (ArgumentError, s([[1, 1]], m(1, 3, 3), [2], [3], 3)),
            ],
            loose=4,
        ),
        Record(
            "nn.ctc_decode",
            lambda m: [
                s(m(3, 4, 3), np.array([4, 3, 0], np.int32), "greedy", 100, 1, True, 0),
                s(m(3, 4, 3), np.array([4, 3, 1], np.int32), "beam_search", 32, 3, True, -1),
                s(m(3, 4, 3), np.array([4, 3, 4], np.int32), "greedy", 100, 1, False, 1),
            ],
            _ctc_decode,
            None,
            FLOATS,
            COMPLEX,
            lambda dtype: ("int32", _wider(dtype)),
            _wider,
            errors=lambda m: [
                (ShapeError, s(m(3, 3), [3])),
                (ShapeError, s(m(2, 3, 3), [3])),
                (ArgumentError, s(m(1, 3, 3), [3], "best")),
                (ArgumentError, s(m(1, 3, 3), [3], "beam_search", 0)),
            ],
            loose=4,
        ),
    ]
)
