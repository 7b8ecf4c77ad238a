"""Records of family signal."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import ALL, Record
from ops_common.testing.records._build import s


def _blackman(x: int) -> Any:
    return np.maximum(np.blackman(x), 0)  # where NumPy rounds an end to less than nothing


_COUNTS = (5, 12, 1, 2, 0, 101)

for _name in ("bartlett", "blackman", "hamming", "hanning"):
    Record(
        _name,
        lambda m: [s(count) for count in _COUNTS],
        _blackman if _name == "blackman" else getattr(np, _name),
        None,
        ("float32",),
        forms=lambda m: [s(np.int64(5)), s(np.array(4))],
        errors=lambda m: [(ArgumentError, s(-1)), (ArgumentTypeError, s(2.5)), (ArgumentTypeError, s("a"))],
    )


def _kaiser(count: int, beta: Any) -> Any:
    shape = np.broadcast_shapes(np.shape(beta), (count,))
    betas = np.broadcast_to(beta, shape).flat
    return np.reshape([np.kaiser(count, one)[i % count] for i, one in enumerate(betas)], shape)


Record(
    "kaiser",
    lambda m: [s(count, beta) for count in _COUNTS for beta in (14.0, 0.5, 0)],
    _kaiser,
    None,
    ("float32",),
    forms=lambda m: [s(np.int64(5), m()), s(5, beta=np.float64(2.0))],
    errors=lambda m: [(ArgumentError, s(-1, 1.0)), (ArgumentTypeError, s(2.5, 1.0)), (ArgumentTypeError, s(5, None))],
)


def _sequences(x: Any, length: int, stride: int) -> Any:
    if x.shape[-1] < length:
        return np.zeros((*x.shape[:-1], 0, length), x.dtype)
    return np.lib.stride_tricks.sliding_window_view(x, length, -1)[..., ::stride, :]


Record(
    "extract_sequences",
    lambda m: [s(m(2, 9), 4, 2), s(m(9), 2, 3), s(m(3), 4, 1)],
    _sequences,
    None,
    ALL,
    forms=lambda m: [s([1, 2, 3], 2, 1)] if m.dtype == "int32" else [],
    errors=lambda m: [
        (ArgumentError, s(m(9), 0, 1)),
        (ArgumentError, s(m(9), 2, 0)),
        (ArgumentTypeError, s(m(9), 2.5, 1)),
        (ShapeError, s(m(), 2, 1)),
    ],
    differentiable=True,
)
