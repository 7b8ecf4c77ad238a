"""Records of the composite ops of family elementwise."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from ops.testing.records._variants import variant
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, DtypeError
from ops_common.testing.record import ALL, COMPLEX, FLOATS, NUMBERS, Record, floating, number, same
from ops_common.testing.samples import REAL, inf, nan, s, special, unary, with_special

RECORDS: list[Record] = []

RECORDS.extend(
    [
        variant("abs", "absolute"),
        variant("conj", "conjugate"),
        variant("divide", "true_divide"),
        variant("bitwise_not", "bitwise_invert"),
        variant("left_shift", "bitwise_left_shift"),
        variant("right_shift", "bitwise_right_shift"),
    ]
)


def _rounded(x: Any, decimals: int = 0) -> Any:
    if np.iscomplexobj(x):
        return _rounded(x.real, decimals) + 1j * _rounded(x.imag, decimals)
    unit = 10**-decimals if decimals < 0 else 1
    if x.dtype.kind in "iu":
        # In Python's integers, whose `round` goes to the even one of two, too.
        flat = [round(int(value), decimals) % 2**64 if unit < 256 else 0 for value in x.flat]
        return np.array(flat, np.uint64).astype(x.dtype if x.dtype.kind == "u" else np.int64).reshape(x.shape)
    if abs(decimals) > 20:
        return x if decimals > 0 else np.where(np.isfinite(x), 0, x)
    return np.round(x, decimals)


for _name in ("deg2rad", "rad2deg", "fabs"):
    RECORDS.append(unary(_name, getattr(np, _name), REAL, floating, with_special(), refuses=COMPLEX, family=None))

RECORDS.extend(
    [
        Record(
            "round",
            lambda m: [
                *(s(m(2, 3, low=-99, high=99), decimals) for decimals in (0, 1, -1, 2, -2, 40, -40)),
                s(m(low=-9, high=9), 0),
                s(m(0, 2), 1),
                s(special(m, 0.5, 1.5, -2.5, -0.0, nan, inf, -inf, 6e4), 0),
                s(special(m, 5.0, 15.0, -25.0, 0.0, nan, inf, -inf, 6e4), -1),
                s(special(m, 0.125, -0.375, 2.5, 0.0, nan, inf, -inf, 6e4), 2),
            ],
            _rounded,
            None,
            ("bool", *NUMBERS),
            result_dtype=number,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), decimals=np.int64(-1))],
            errors=lambda m: [
                (ArgumentTypeError, s(x, decimals)) for x, decimals in ((None, 0), (m(2), 0.5), (m(2), "a"))
            ],
        ),
    ]
)


def _saturated(x: Any, dtype: str) -> Any:
    native = dtypes.to_numpy(dtype)
    if native.kind == "c":
        return x.astype(native)
    x = x.real
    if native.kind == "b":
        return x != 0
    if native.kind in "iu":
        info = np.iinfo(native)
        whole = [int(v) if np.isfinite(v) else 0 if np.isnan(v) else (info.max if v > 0 else info.min) for v in x.flat]
        return np.array([min(max(v, info.min), info.max) for v in whole], native).reshape(x.shape)
    top = float(ml_dtypes.finfo(native).max)
    return np.clip(x.astype(np.float64), -top, top)


RECORDS.append(
    Record(
        "saturate_cast",
        lambda m: [
            s(special(m, 300.0, -1.5, nan, inf, -inf) if m.dtype in FLOATS else m(5, low=-100, high=100), "uint8"),
        ],
        _saturated,
        None,
        ALL,
        result_dtype=lambda dtype: "uint8",
        computes=same,
        errors=lambda m: [(DtypeError, s(m(2), "float7")), (ArgumentTypeError, s(None, "int8"))],
        differentiable=False,
    )
)
