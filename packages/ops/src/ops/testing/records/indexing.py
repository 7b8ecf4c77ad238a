"""Records of the composite ops of family indexing."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops.testing.records._variants import variant
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import ALL, INTEGERS, NUMBERS, Record, accumulated
from ops_common.testing.samples import s

RECORDS: list[Record] = []


def _unravel(indices: Any, shape: Any) -> Any:
    numbers = indices if indices.dtype.kind in "iu" else indices.astype(np.int32)
    return np.unravel_index(numbers % math.prod(shape), shape)


RECORDS.extend(
    [
        Record(
            "select",
            lambda m: [
                s([m(2, 3, dtype="bool"), m(3, dtype="bool")], [m(2, 3), m(3, low=0)], m()),
                s([m(2, 1, dtype="bool")], [m(4)], m(1, 4)),
                s([m(0, dtype="bool")], [m(0)], m()),
            ],
            lambda conditions, choices, default=0: np.select(
                np.broadcast_arrays(*(np.asarray(c) != 0 for c in conditions)), choices, default
            ),
            None,
            ALL,
            forms=lambda m: (
                [
                    s([m(3, dtype="bool"), m(3, dtype="int32")], [m(3), 2]),
                    s((m(3, dtype="bool"),), (m(3),), default=1),
                    s(m(2, 3, dtype="bool"), [m(3), 2]),
                    s([m(1, dtype="bool"), m(3, dtype="bool")], m(2, 3), -1),
                    s(m(2, 3, dtype="bool"), m(2, 2, 3), default=1),
                ]
                if m.dtype in NUMBERS
                else []
            ),
            errors=lambda m: [
                (ArgumentError, s([m(2, dtype="bool")], [m(2), m(2)])),
                (ArgumentError, s([], [])),
                (ShapeError, s([m(2, dtype="bool")], [m(3)])),
                (ArgumentError, s(m(2, dtype="bool"), [m(2)])),
                (ArgumentError, s([m(2, dtype="bool")], m(2))),
                (ArgumentError, s(m(2, dtype="bool"), m(3))),
                (ArgumentTypeError, s(m(dtype="bool"), [m(2)])),
                (ArgumentTypeError, s([m(2, dtype="bool")], None)),
            ],
        ),
        Record(
            "unravel_index",
            lambda m: [
                s(m(2, 3, low=0, high=11), (2, 6)),
                s(m(4, low=0, high=29), (3, 10)),
                s(m(low=0, high=5), (6, 1)),
                s(m(0), (2, 2)),
            ],
            _unravel,
            None,
            INTEGERS,
            ("complex64",),
            result_dtype=lambda dtype: (dtype, dtype),
            forms=lambda m: [s(np.array([5, 2, -1], m(1).dtype), (2, 3)), s(np.array([7, 1], np.int8), (500, 1))],
            errors=lambda m: [
                (ShapeError, s([1], (2, 0))),
                (ShapeError, s([1], (-1, 3))),
                (ArgumentError, s(m(2), (2, 3))),
                (ArgumentTypeError, s([1], None)),
            ],
        ),
    ]
)

_KEYS: list[Any] = [
    0,
    -1,
    slice(1, None),
    slice(None, None, -1),
    slice(3, 0, -2),
    (slice(None), 1),
    (Ellipsis, -1),
    (None, slice(0, 2), Ellipsis),
    (1, slice(None), None),
    (),
]

RECORDS.extend(
    [
        Record(
            "get_item",
            lambda m: (
                [s(m(4, 3), key if isinstance(key, tuple) else (key,)) for key in _KEYS]
                + [
                    s(m(4, 3), (np.array([0, -1], np.int32),)),
                    s(m(4, 3), (np.array([[0, 2], [1, 1]], np.int32), slice(1, None))),
                    s(m(4, 3), (np.array([0, 1], np.int32), np.array([2, 0], np.int32))),
                    s(m(4, 3), (slice(None), np.array([0, 2], np.int32))),
                    s(m(2, 4, 3), (slice(None), np.array([0, 1], np.int32), np.array([2, 0], np.int32))),
                ]
            ),
            lambda x, key: x[
                tuple(np.asarray(k) if isinstance(k, list) else k for k in key)
                if isinstance(key, (list, tuple))
                else key
            ],
            None,
            ALL,
            forms=lambda m: [s(m(4, 3), key) for key in _KEYS],
            errors=lambda m: [
                (ShapeError, s(m(2, 3), 2)),
                (ShapeError, s(m(2, 3), (0, 0, 0))),
                (ArgumentTypeError, s(m(2, 3), "a")),
                (DtypeError, s(m(2, 3), 0.5)),
            ],
        ),
        variant("diagonal", "trace", reference=np.trace, result_dtype=accumulated),
    ]
)


def _slice(x: Any, starts: Any, shape: Any) -> Any:
    starts = [int(i) for i in starts]
    sizes = [
        (n - (i + n if i < 0 else i)) if size == -1 else size for i, n, size in zip(starts, x.shape, shape, strict=True)
    ]
    firsts = [min(max(i + n if i < 0 else i, 0), n - size) for i, n, size in zip(starts, x.shape, sizes, strict=True)]
    return x[(*(slice(first, first + size) for first, size in zip(firsts, sizes, strict=True)), ...)]


def _slice_update(x: Any, starts: Any, updates: Any) -> Any:
    x = np.array(x)
    _slice(x, starts, np.shape(updates))[...] = updates
    return x


RECORDS.extend(
    [
        Record(
            "slice",
            lambda m: [
                s(m(3, 4), (1, -3), (2, 2)),
                s(m(3, 4), np.array([5, -1], np.int32), (2, 4)),
                s(m(3, 4), (0, 2), (-1, -1)),
                s(m(), (), ()),
                s(m(0, 2), (0, 1), (0, 1)),
            ],
            _slice,
            None,
            ALL,
            by_values=True,
            forms=lambda m: [
                s(m(3, 4), [np.int64(1), 0], [1, 1]),
                s(m(3, 4), np.array([1, -2], np.int32), (-1, -1)),
                s(m(3, 4), np.array([1.0, 2.0], np.float32), (2, 1)),
                s(m(3, 4), [1.0, 0.0], (-1, 2)),
            ],
            errors=lambda m: [
                (ShapeError, s(m(3, 4), (0, 0), (4, 1))),
                (ShapeError, s(m(3, 4), (0,), (1, 1))),
                (ShapeError, s(m(3, 4), (0, 0), (1,))),
                (ShapeError, s(m(3, 4), (0, 0), (1, -2))),
                (ArgumentError, s(m(3, 4), (0.5, 0.0), (1, 1))),
            ],
        ),
        Record(
            "slice_update",
            lambda m: [
                s(m(3, 4), (1, -3), m(2, 2)),
                s(m(3, 4), np.array([5, -1], np.int32), m(2, 4)),
                s(m(), (), m()),
                s(m(3, 4), (0, 0), m(0, 1)),
            ],
            _slice_update,
            None,
            ALL,
            forms=lambda m: [s(m(3), [1], [1, 0])],
            errors=lambda m: [
                (ShapeError, s(m(3, 4), (0, 0), m(4, 1))),
                (ShapeError, s(m(3, 4), (0,), m(1, 1))),
                (ShapeError, s(m(3, 4), (0, 0), m(1))),
                (ArgumentError, s(m(3, 4), (0.5, 0.0), m(1, 1))),
            ],
        ),
    ]
)
