"""Records of families nn.activation, nn.normalization and nn.loss that are not in `nn`, and of nn.space."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops.testing.records._variants import variant
from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, Record, floating
from ops_common.testing.samples import s, special

RECORDS: list[Record] = []

RECORDS.extend(
    [
        variant("nn.silu", "nn.swish"),
        variant("nn.hard_silu", "nn.hard_swish"),
    ]
)


def _multi_hot(x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False, **_: Any) -> Any:
    result = (np.asarray(x)[..., None] == np.arange(num_classes)).astype(np.float64)
    if result.ndim > 1:
        result = result.max(1 if result.ndim > 2 else 0, initial=0)
    return np.moveaxis(result, -1, axis)


RECORDS.append(
    Record(
        "nn.multi_hot",
        lambda m: [
            s(np.array([[0, 2], [5, -1]], np.int32), 3, -1, m.dtype, False),
            s(np.array([[0, 2], [5, -1]], np.int32), 3, 0, m.dtype, False),
            s(np.array([0, 2, 0], np.int64), 4, -1, m.dtype, False),
            s(np.array(1, np.int32), 3, -1, m.dtype, False),
            s(np.array([[[0, 1]], [[1, 2]]], np.int32), 3, 1, m.dtype, False),
        ],
        _multi_hot,
        None,
        ALL,
        forms=lambda m: [
            s([[1, 0]], 2, dtype=m.dtype),
            s(np.array([1, 0], np.uint8), num_classes=2, dtype=m.dtype),
        ],
        errors=lambda m: [
            (AxisError, s([[1]], 3, 4)),
            (ArgumentError, s([0.5], 3)),
            (ArgumentError, s([1], -1)),
            (ArgumentTypeError, s([1])),
            (ArgumentTypeError, s([1], 2.5)),
        ],
    )
)


def _binary(target: Any, output: Any, from_logits: bool = False) -> Any:
    if from_logits:
        return np.logaddexp(output, 0) - target * output
    chance = np.clip(output, 1e-7, 1 - 1e-7)
    return -(target * np.log(chance) + (1 - target) * np.log(1 - chance))


RECORDS.extend(
    [
        Record(
            "nn.binary_crossentropy",
            lambda m: [
                s(m(2, 3, low=0.1, high=0.9), m(2, 3, low=0.1, high=0.9), False),
                s(m(2, 3, low=0.1, high=0.9), m(2, 3), True),
                s(special(m, 1.0, 0.0, 0.5), special(m, 500.0, -500.0, 0.0), True),
            ],
            _binary,
            None,
            FLOATS,
            COMPLEX,
            floating,
            errors=lambda m: [(ShapeError, s(m(2, 3), m(2, 4))), (ShapeError, s(m(2, 3), m(3)))],
            loose=4,
        ),
        Record(
            "nn.psnr",
            lambda m: [s(m(2, 3, low=1), m(2, 3, low=0, high=2), 2.0), s(m(3, low=1), m(3, low=0, high=2), 1.0)],
            lambda x1, x2, max_val: 20 * np.log10(max_val) - 10 * np.log10(np.mean((x1 - x2) ** 2)),
            None,
            FLOATS,
            COMPLEX,
            floating,
            errors=lambda m: [(ShapeError, s(m(2, 3), m(2, 4), 1.0)), (ShapeError, s(m(2, 3), m(3), 1.0))],
            loose=4,
        ),
    ]
)


def _to_space(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    """By its definition, pixel by pixel."""
    if data_format == "channels_first":
        n, c, h, w = x.shape
        groups = c // block_size**2
        out = np.zeros((n, groups, h * block_size, w * block_size), x.dtype)
        for i in range(block_size):
            for j in range(block_size):
                start = (i * block_size + j) * groups
                out[:, :, i::block_size, j::block_size] = x[:, start : start + groups]
        return out
    return np.moveaxis(_to_space(np.moveaxis(x, -1, 1), block_size, "channels_first"), 1, -1)


def _to_depth(x: Any, block_size: int, data_format: str = "channels_last") -> Any:
    if data_format == "channels_first":
        parts = [x[:, :, i::block_size, j::block_size] for i in range(block_size) for j in range(block_size)]
        return np.concatenate(parts, 1)
    return np.moveaxis(_to_depth(np.moveaxis(x, -1, 1), block_size, "channels_first"), 1, -1)


for _name, _reference, _last, _first, _bad in (
    ("depth_to_space", _to_space, (2, 1, 3, 12), (2, 8, 1, 2), (1, 2, 2, 3)),
    ("space_to_depth", _to_depth, (2, 2, 4, 3), (1, 2, 4, 2), (1, 3, 2, 4)),
):
    RECORDS.append(
        Record(
            f"nn.{_name}",
            lambda m, last=_last, first=_first: [
                s(m(*last), 2, "channels_last"),
                s(m(*first), 2, "channels_first"),
            ],
            _reference,
            None,
            ALL,
            forms=lambda m, last=_last: [s(m(*last), block_size=2)],
            errors=lambda m, last=_last, bad=_bad: [
                (ShapeError, s(m(*bad), 2)),
                (ShapeError, s(m(2, 4, 4), 2)),
                (ArgumentError, s(m(*last), 1)),
                (ArgumentError, s(m(*last), 2, "NHWC")),
            ],
        )
    )
