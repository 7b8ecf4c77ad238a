"""Records of the composite ops of family reduction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops.testing.records._variants import KERNELS, variant
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, Record, boolean, floating, index, same
from ops_common.testing.samples import REAL, no_broadcast, rows_with_nan, s

RECORDS: list[Record] = []

# Without the argument `initial` that max and min have.
for _name in ("max", "min"):
    RECORDS.append(variant(_name, f"a{_name}", samples=KERNELS["sum"].samples, errors=KERNELS["sum"].errors))


def _root(variance: Callable[..., Any]) -> Any:
    return lambda x, axis=None, keepdims=False: np.sqrt(variance(x, axis, keepdims))


RECORDS.extend(
    [
        variant("nanvar", "nanstd", reference=_root(KERNELS["nanvar"].reference)),
        variant("cumsum", "nancumsum", reference=lambda x, axis=None, dtype=None: np.nancumsum(x, axis)),
        variant("cumprod", "nancumprod", reference=lambda x, axis=None, dtype=None: np.nancumprod(x, axis)),
    ]
)


def _place(find: Any) -> Any:
    def place(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if x.dtype.kind != "f":
            return find(x, axis, keepdims=keepdims)
        extreme = (np.fmax if find is np.argmax else np.fmin).reduce(x, axis, keepdims=True)
        result = np.argmax(x == extreme, axis, keepdims=keepdims)
        return np.where(np.all(np.isnan(x), axis, keepdims=keepdims), -1, result)

    return place


for _name in ("argmax", "argmin"):
    RECORDS.append(
        Record(
            f"nan{_name}",
            lambda m: [
                *(s(m(2, 3, 4), axis, keep) for axis, keep in ((None, False), (None, True), (0, False), (-1, True))),
                *(rows_with_nan(m) if m.dtype in FLOATS else ()),
                s(np.ones(5, dtypes.to_numpy(m.dtype)), None, False),
                s(m(), None, False),
            ],
            _place(getattr(np, _name)),
            None,
            REAL,
            COMPLEX,
            index,
            same,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=1), s(m(2, 3).tolist(), -1)],
            errors=lambda m: [
                (AxisError, s(m(2, 3), 2)),
                (AxisError, s(m(2, 3), -3)),
                (AxisError, s(m(), 0)),
                (ShapeError, s(m(0, 3), 0)),
                (ShapeError, s(m(0, 3))),
                (ArgumentTypeError, s(m(2, 3), (0, 1))),
                (ArgumentTypeError, s(m(2), "a")),
            ],
        )
    )

RECORDS.append(
    Record(
        "allclose",
        lambda m: [
            s(m(2, 3), m(2, 3), 1e-5, 1e-8, False),
            s(m(2, 3, low=0), m(3, low=0), 0.1, 0.1, False),
            s(m(0), m(1), 0.0, 0.0, False),
            s(m(), m(1, 1), 9.0, 9.0, True),
        ],
        np.allclose,
        None,
        ALL,
        result_dtype=boolean,
        computes=floating,
        forms=lambda m: [s(m(3), m(3)), s([1.0, 2.0], [1.0, 2.1], rtol=0.1), s(2, m(2, 2), atol=1.5)],
        errors=no_broadcast,
    )
)
