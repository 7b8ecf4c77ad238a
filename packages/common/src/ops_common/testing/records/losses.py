"""Records of family nn.loss."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, AxisError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, Record, floating
from ops_common.testing.samples import inf, s, special

RECORDS: list[Record] = []


def _logs(output: Any, from_logits: bool, axis: int) -> Any:
    if from_logits:
        shifted = output - np.max(output, axis, keepdims=True)
        return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))
    return np.log(np.clip(output / np.sum(output, axis, keepdims=True), 1e-7, 1 - 1e-7))


def _crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    output = np.moveaxis(output, axis, -1)
    target = np.asarray(target)
    if target.ndim == output.ndim:
        target = np.squeeze(np.moveaxis(target, axis, -1), -1)
    logs = _logs(output, from_logits, -1)
    return -np.take_along_axis(logs, target[..., None].astype(np.int64), -1)[..., 0]


RECORDS.append(
    Record(
        "nn.sparse_categorical_crossentropy",
        lambda m: [
            s(np.array([0, 2], np.int32), m(2, 3), True, -1),
            s(np.array([[0, 2], [1, 1]], np.int64), m(2, 2, 3), True, -1),
            s(np.array([[0, 2, 1, 0], [1, 1, 0, 2]], np.int32), m(2, 3, 4), True, 1),
            s(np.array([[0], [2]], np.int32), m(2, 3), True, -1),
            s(np.array([0, 2], np.int32), m(2, 3, low=1, high=4), False, -1),
            s(np.array([2, 1], np.int32), special(m, -inf, 0.0, -9.0, 1.0, 2.0, -inf).reshape(2, 3), True, -1),
        ],
        _crossentropy,
        "nn.loss.sparse_categorical_crossentropy",
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [s([0, 1], m(2, 3, low=1, high=4))],
        errors=lambda m: [
            (ShapeError, s(np.array([0, 1, 2]), m(2, 3))),
            (ArgumentError, s(np.array([0.5, 1.0]), m(2, 3))),
            (AxisError, s(np.array([0, 1]), m(2, 3), False, 2)),
        ],
        loose=3,
    )
)


def _categorical(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    logs = _logs(output, from_logits, axis)
    return -np.sum(np.where((target == 0) & np.isneginf(logs), 0, target * logs), axis)


RECORDS.append(
    Record(
        "nn.categorical_crossentropy",
        lambda m: [
            s(m(2, 3, low=0.1, high=0.9), m(2, 3, low=0.1, high=0.9), False, 1),
            s(m(2, 3, low=0.1, high=0.9), m(2, 3), True, 1),
            s(m(2, 3, low=0.1, high=0.9), m(2, 3), True, 0),
            s(special(m, 1.0, 0.0, 0.0), special(m, 500.0, -500.0, -inf), True, 0),
        ],
        _categorical,
        "nn.loss.categorical_crossentropy",
        FLOATS,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3, low=0.1, high=0.9), m(2, 3, low=0.1, high=0.9))],
        errors=lambda m: [
            (ShapeError, s(m(2, 3), m(2, 4))),
            (ShapeError, s(m(), m())),
            (AxisError, s(m(2, 3), m(2, 3), False, 2)),
        ],
        loose=4,
    )
)
