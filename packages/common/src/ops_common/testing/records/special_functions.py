"""Records of the special functions of family elementwise."""

from __future__ import annotations

import math

import numpy as np

from ops_common.testing.record import COMPLEX, FLOATS, Record, floating
from ops_common.testing.samples import REAL, binary, inf, nan, s, some, special, unary

RECORDS: list[Record] = []

_erf = np.vectorize(math.erf, otypes=[float])

_erfc = np.vectorize(math.erfc, otypes=[float])


def _inverse_erf(x: float) -> float:
    """By bisection of an interval that contains the result."""
    if not abs(x) < 1:
        return math.copysign(inf, x) if abs(x) == 1 else nan
    low, high = 0.0, 7.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if math.erf(middle) < abs(x) else (low, middle)
    return math.copysign(low if x else 0.0, x)


def _log_gamma(x: float) -> float:
    return inf if math.isinf(x) or (x <= 0 and x == math.floor(x)) else math.lgamma(x)


def _incomplete_gamma(a: float, x: float) -> float:
    """By its series, all of whose terms are positive."""
    if not (a > 0 and x >= 0):
        return 1.0 if a == 0 and x > 0 else nan
    term = total = 1.0
    for k in range(1, 400):
        term *= x / (a + k)
        total += term
    return math.exp(a * math.log(x) - x - math.lgamma(a + 1)) * total if x else 0.0


for _name, _function in (("erf", _erf), ("erfc", _erfc)):
    RECORDS.append(
        unary(
            _name,
            _function,
            REAL,
            floating,
            lambda m: [*some()(m), s(special(m, nan, inf, -inf, 0.0, -0.0, 1e-4, 0.5, -0.5, 4.5, -4.5, 9.0, 30.0))],
            refuses=COMPLEX,
            loose=2,
        )
    )

RECORDS.extend(
    [
        unary(
            "i0",
            np.i0,
            REAL,
            floating,
            samples=lambda m: [*some()(m), s(m(50, low=-20, high=20)), s(special(m, nan, 8.0, -0.0, 30.0))],
            refuses=COMPLEX,
        ),
        unary(
            "erfinv",
            np.vectorize(_inverse_erf, otypes=[float]),
            REAL,
            floating,
            lambda m: (
                [*some(-0.9, 0.9)(m), s(special(m, nan, 1.0, -1.0, 2.0, 0.0, 0.9995, -0.9995, 1e-3))]
                if m.dtype in FLOATS
                else [s(m(2, 3, low=0, high=0) if m.dtype != "bool" else np.zeros(3, bool))]
            ),
            refuses=COMPLEX,
            loose=8,
        ),
        binary(
            "gammainc",
            np.vectorize(_incomplete_gamma, otypes=[float]),
            REAL,
            floating,
            lambda m: [
                s(m(2, 3, low=1, high=6), m(3, low=0, high=9)),
                s(m(low=1, high=3), m(2, low=0, high=3)),
                s(m(0, low=1), m(1, low=0)),
                s(special(m, nan, 1.0, -1.0, 2.0, 30.0, 0.25, 90.0), special(m, 1.0, nan, 1.0, -3.0, 50.0, 1e-3, 90.0)),
            ],
            refuses=COMPLEX,
        ),
    ]
)

RECORDS.append(
    unary(
        "lgamma",
        np.vectorize(_log_gamma, otypes=[float]),
        REAL,
        floating,
        lambda m: [
            s(m(2, 3, low=0.1, high=30)),
            s(m(4, 3, low=-7.9, high=2)),
            s(m(low=1, high=3)),
            s(m(0)),
            s(special(m, nan, inf, -inf, 0.0, -0.0, -3.0, 1.0, 2.0, 0.5, 1e-3, 500.0)),
        ],
        floating,
        COMPLEX,
    )
)
