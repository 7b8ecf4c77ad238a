"""Records of family sorting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, DtypeError, ShapeError, UnsupportedError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, INTEGERS, Maker, Record, Sample, boolean, floating, index
from ops_common.testing.records._build import REAL, inf, nan, s, special


def _to_sort(m: Maker) -> Sequence[Sample]:
    """Small ranges of values, so that some are equal."""
    return [
        s(m(3, 7), -1),
        s(m(3, 4), 0),
        s(m(2, 5, 3), -2),
        s(m(2, 3, 2), None),
        s(m(40, low=-1, high=1), 0),
        s(m(1), -1),
        s(m(0), 0),
        s(m(2, 0), 1),
        s(m(0, 2), 1),
        s(m(), None),
        s(special(m, nan, 1.0, 0.0, -0.0, inf, -inf, -1.0, nan, 0.0, -0.0, inf), 0),
        s(special(m, -0.0, 0.0, -0.0, 0.0, -0.0), -1),
    ]


def _wrong_axes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (AxisError, s(m(2, 3), 2)),
        (AxisError, s(m(), -1)),
        (AxisError, s(m(), 0)),
        (ArgumentTypeError, s(m(2, 3), (0, 1))),
        (ArgumentTypeError, s(m(2, 3), "a")),
        (ArgumentTypeError, s(None)),
    ]


def _forms(m: Maker) -> Sequence[Sample]:
    return [s(m(2, 3)), s(m(4), axis=0), s(m(2, 2), axis=None)]


Record(
    "sort",
    _to_sort,
    lambda x, axis=-1: np.sort(x, axis, "stable"),
    "sorting.sort",
    ALL,
    forms=_forms,
    errors=_wrong_axes,
)
Record(
    "argsort",
    _to_sort,
    lambda x, axis=-1: np.argsort(x, axis, "stable"),
    "sorting.argsort",
    ALL,
    answer=index,
    computes=lambda dtype: dtype,
    forms=_forms,
    errors=_wrong_axes,
)


def _ascending(x: Any) -> Any:
    return np.sort(x.astype(np.float32)).astype(x.dtype) if x.dtype.kind == "V" else np.sort(x)


def _to_find(m: Maker) -> Sequence[Sample]:
    return [
        s(_ascending(m(5)), m(2, 3, low=-4, high=4), "left"),
        s(_ascending(m(5)), m(2, 3, low=-4, high=4), "right"),
        s(_ascending(m(5)), m(), "left"),
        s(_ascending(m(6, low=-1, high=1)), m(4, low=-1, high=1), "right"),
        s(_ascending(m(6, low=-1, high=1)), m(0, 2), "right"),
        s(m(0), m(3), "left"),
        s(m(0), m(2, 1), "right"),
        s(m(1), m(3), "left"),
        *(
            s(_ascending(special(m, *edges)), special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf, -5.0), side)
            for edges in ((-1.0, -0.0, 0.0, 1.0, inf, nan, nan, nan), (-inf, 0.0, 2.0), (1.0, nan, nan, nan))
            for side in ("left", "right")
        ),
    ]


Record(
    "searchsorted",
    _to_find,
    np.searchsorted,
    "sorting.searchsorted",
    REAL,
    COMPLEX,
    index,
    lambda dtype: dtype,
    forms=lambda m: [
        s(_ascending(m(5)), m(3)),
        s(_ascending(m(4)).tolist(), m(2, 2), side="right"),
        s(_ascending(m(4)), m(1).tolist(), "left"),
    ],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2), "left")),
        (ShapeError, s(m(), m(2), "right")),
        (ArgumentError, s(m(3), m(2), "middle")),
        (ArgumentTypeError, s(None, m(2))),
        (DtypeError, s(m(3), 1j)),
    ],
)
Record(
    "digitize",
    lambda m: [
        s(m(2, 3, low=-4, high=4), _ascending(m(5))),
        s(m(2, 3, low=-4, high=4), _ascending(m(5))[::-1].copy()),
        s(m(), _ascending(m(3))),
        s(m(4), m(0)),
        s(m(0, 2), _ascending(m(3))),
        s(m(4), m(1)),
        s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), _ascending(special(m, -inf, 0.0, 1.0, inf))),
        s(special(m, nan, inf, 5.0, 1.0, 0.0, -0.0, -inf), _ascending(special(m, 1.0, 1.0, 0.0))[::-1].copy()),
    ],
    np.digitize,
    None,
    REAL,
    COMPLEX,
    index,
    lambda dtype: dtype,
    forms=lambda m: [s(m(4), _ascending(m(3)).tolist()), s(m(4), bins=_ascending(m(3)))],
    errors=lambda m: [
        (ShapeError, s(m(3), m(2, 3))),
        (ShapeError, s(m(3), m())),
        (ArgumentTypeError, s(m(2), None)),
        (DtypeError, s(1j, m(3))),
    ],
)
Record(
    "isin",
    lambda m: [
        s(m(3, 4), m(2, 2), False, False),
        s(m(3, 4), m(2, 2), False, True),
        s(m(4), m(3), True, False),
        s(m(), m(5), False, False),
        s(m(4), m(), False, False),
        s(m(4), m(0), False, False),
        s(m(0, 2), m(3), False, True),
        s(special(m, nan, inf, 0.0, -0.0, 1.0, -inf), special(m, nan, -0.0, inf, nan, 2.0), False, False),
        s(special(m, nan, 0.0, -5.0, 1.0), special(m, 3.0, 1.0), False, False),
    ],
    np.isin,
    "sorting.isin",
    ALL,
    answer=boolean,
    computes=lambda dtype: dtype,
    forms=lambda m: [s(m(3, 4), m(2).tolist()), s(m(4), m(3), invert=True), s(m(4), 1, assume_unique=True)],
    errors=lambda m: [(ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))],
)


def _parts(found: Any, x: Any, kth: int, axis: Any = -1) -> Any:
    """Which indices there are, and the elements' ranks, sorted before the k-th place and behind it."""
    if axis is None:
        x, axis = x.reshape(-1), 0
    order = np.argsort(x, axis, "stable")
    ordered = np.take_along_axis(x, order, axis)
    ends = np.moveaxis(ordered, axis, -1)
    differs = (ends[..., 1:] != ends[..., :-1]) & ~(np.isnan(ends[..., 1:]) & np.isnan(ends[..., :-1]))
    runs = np.cumsum(np.pad(differs, [(0, 0)] * (x.ndim - 1) + [(1, 0)]), -1, np.int32)
    ranks = np.empty(x.shape, np.int32)
    np.put_along_axis(ranks, order, np.moveaxis(runs, -1, axis), axis)
    taken = np.moveaxis(np.take_along_axis(ranks, found, axis), axis, -1)
    before, at, behind = np.split(taken, [kth % x.shape[axis], kth % x.shape[axis] + 1], -1)
    parts = [np.sort(before, -1), at, np.sort(behind, -1), np.moveaxis(np.sort(found, axis), axis, -1)]
    return np.concatenate(parts, -1)


Record(
    "argpartition",
    lambda m: [
        s(m(3, 7), 2, -1),
        s(m(3, 4), -1, 0),
        s(m(2, 5), 4, None),
        s(m(1), 0, 0),
        s(m(0, 2), 1, 1),
        s(special(m, nan, 1.0, 0.0, -0.0, inf, nan), 3, -1),
    ],
    lambda x, kth, axis=-1: np.argsort(x, axis, "stable"),
    "sorting.argpartition",
    ALL,
    answer=index,
    computes=lambda dtype: dtype,
    forms=lambda m: [s(m(2, 3), 1), s(m(4), kth=2, axis=0)],
    errors=lambda m: [
        (ArgumentError, s(m(2, 3), 3)),
        (ArgumentError, s(m(2, 3), -3, 0)),
        (AxisError, s(m(2, 3), 0, 2)),
        (ArgumentTypeError, s(m(4), (0, 1))),
    ],
    fixed=_parts,
)


def _bincount(x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False) -> Any:
    length = max(minlength, int(x.max()) + 1 if x.size else 0)
    if x.ndim == 2:
        found = [
            _bincount(*row, length) for row in zip(x, [None] * len(x) if weights is None else weights, strict=True)
        ]
        return np.array(found).reshape(len(x), length)
    if weights is None:
        return np.bincount(x.astype(np.int64), None, length)
    sums = np.zeros(length, weights.dtype if weights.dtype != bool else np.int64)
    np.add.at(sums, x.astype(np.int64), weights)
    return sums


Record(
    "bincount",
    lambda m: [
        s(m(7, low=0), None, 0, False),
        s(m(7, low=0), None, 6, False),
        s(m(2, 5, low=0), None, 2, False),
        s(m(0), None, 0, False),
        s(m(0), None, 3, False),
        s(m(1, low=0), None, 0, False),
    ],
    _bincount,
    "sorting.bincount",
    INTEGERS,
    FLOATS,
    index,
    lambda dtype: dtype,
    by_values=True,
    forms=lambda m: (
        [s(m(5, low=0).tolist()), s(m(5, low=0), minlength=9), s([True, False, True])] if m.dtype == "int32" else []
    ),
    errors=lambda m: [
        (ShapeError, s(np.array(1))),
        (ShapeError, s(np.array([[[1]]]))),
        (ShapeError, s(np.array([1, 2]), m(3))),
        (DtypeError, s(m(3))),
        (ArgumentError, s(np.array([1, -2]))),
        (ArgumentError, s(np.array([1, 2]), None, -1)),
        (ArgumentTypeError, s(np.array([1, 2]), None, "a")),
        (UnsupportedError, s(np.array([1, 2]), None, 0, True)),
    ],
)


def _histogram(x: Any, bins: Any = 10, range: Any = None) -> Any:
    return np.histogram(np.asarray(x).astype(np.float64), bins, range)


Record(
    "histogram",
    lambda m: [
        s(m(12), 4, (-4.0, 4.0)),
        s(m(12), (-3.0, -1.0, 0.5, 3.0), None),
        s(np.concatenate([m(7), np.array([-2, -2, 2, 2, 1]).astype(m(1).dtype)])[-5:], 2, None)
        if not m.dtype.startswith("u")
        else s(m(5), 1, None),
        s(m(0), 4, None),
        s(special(m, 2.0), 2, None),
        s(special(m, nan, inf, 0.0, -0.0, 1.0, 4.0, 4.5), 4, (0.0, 4.0)),
        s(special(m, inf, -inf, 1.0, 1.0, 2.0), (1.0, 1.0, 2.0), None),
        s(m(4), 2, (1.0, 1.0)),
    ],
    _histogram,
    None,
    REAL,
    COMPLEX,
    lambda dtype: (floating(dtype), floating(dtype)),
    lambda dtype: dtype,
    forms=lambda m: (
        [s(m(9), range=(-4, 4), bins=8), s(m(9).tolist(), [-4, 0, 4]), s(m(9), np.array([-4.0, 0.0]))]
        if m.dtype == "float32"
        else []
    ),
    errors=lambda m: [
        (ShapeError, s(m(2, 3), 4)),
        (ShapeError, s(m(), 4)),
        (ArgumentError, s(m(3), 0)),
        (ArgumentError, s(m(3), 4, (2, 1))),
        (ArgumentError, s(m(3), [2, 1])),
        (ArgumentTypeError, s(m(3), "a")),
    ],
)


def _unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Any = None,
    size: Any = None,
    fill_value: Any = None,
) -> Any:
    values, *rest = np.unique(x, True, True, True, axis, equal_nan=False)
    if size is not None:
        extra = max(size - len(rest[2]), 0)
        lines = np.moveaxis(values, axis or 0, 0)[:size]
        fill = np.full((extra, *lines.shape[1:]), 0 if fill_value is None else fill_value, values.dtype)
        values = np.moveaxis(np.concatenate([lines, fill]), 0, axis or 0)
        rest[0] = np.concatenate([rest[0][:size], np.full(extra, rest[0][0] if len(rest[0]) else 0)])
        rest[2] = np.concatenate([rest[2][:size], np.zeros(extra, int)])
    rest[1] = rest[1].reshape(x.shape if axis is None else -1)
    wanted = [found for found, ask in zip(rest, (return_index, return_inverse, return_counts), strict=True) if ask]
    return (values, *wanted)


def _to_distinguish(m: Maker) -> Sequence[Sample]:
    return [
        *(
            s(x, True, True, True, True, axis, size, fill)
            for x in (m(3, 4, low=-1, high=1), m(0), m(5), m())
            for axis, size, fill in ((None, None, None), (None, 4, None), (None, 7, 1), (None, 2, None))
        ),
        s(special(m, nan, 1.0, -0.0, 0.0, nan, inf, 1.0), True, True, True, True, None, None, None),
        *(
            s(m(6, 2, low=0, high=1), True, True, True, True, 0, size, fill)
            for size, fill in ((None, None), (3, None), (7, 2))
        ),
        s(m(2, 6, low=0, high=1), False, True, True, True, -1, None, None),
        s(m(2, 5, 2, low=0, high=1), True, True, True, True, 1, 6, None),
    ]


Record(
    "unique",
    _to_distinguish,
    _unique,
    None,
    ALL,
    answer=lambda dtype: (dtype, "int32", "int32", "int32"),
    computes=lambda dtype: dtype,
    by_values=True,
    errors=lambda m: [
        (AxisError, s(m(2, 3), axis=2)),
        (ArgumentError, s(m(2, 3), size=-1)),
        (ArgumentTypeError, s(m(2, 3), size="a")),
        (ArgumentTypeError, s(m(2, 3), axis=(0, 1))),
        (ArgumentTypeError, s(None)),
    ],
)
