"""Records of family elementwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    NUMBERS,
    Maker,
    Record,
    Sample,
    boolean,
    floating,
    modulus,
    number,
    same,
)
from ops_common.testing.records._build import (
    REAL,
    binary,
    inf,
    nan,
    no_broadcast,
    pairs,
    s,
    some,
    special,
    unary,
)

binary("add", np.add, ALL)
binary("subtract", np.subtract, NUMBERS, refuses=("bool",))
binary("multiply", np.multiply, ALL)
binary("divide", np.true_divide, ALL, floating, pairs(1, 4))
binary("true_divide", np.true_divide, ALL, floating, pairs(1, 4), kernel=False)
binary("floor_divide", np.floor_divide, REAL, number, lambda m: _divisions(m), refuses=COMPLEX)
binary("mod", np.mod, REAL, number, lambda m: _divisions(m), refuses=COMPLEX)
binary("power", np.power, ("bool", *NUMBERS), number, pairs(1, 3))
for _name in ("maximum", "minimum"):
    binary(
        _name,
        getattr(np, _name),
        REAL,
        samples=lambda m: [*pairs()(m), s(special(m, nan, 1.0, -inf), special(m, 1.0, nan, 2.0))],
        refuses=COMPLEX,
    )
for _name in ("equal", "not_equal"):
    binary(_name, getattr(np, _name), ALL, boolean, computes=same)
for _name in ("greater", "greater_equal", "less", "less_equal"):
    binary(_name, getattr(np, _name), REAL, boolean, computes=same, refuses=COMPLEX)
for _name in ("and", "or", "xor"):
    Record(
        f"logical_{_name}",
        pairs(),
        getattr(np, f"logical_{_name}"),
        f"elementwise.logical_{_name}",
        ALL,
        answer=boolean,
        errors=no_broadcast,
    )


def _divisions(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return [s(m(5), np.ones(5, bool))]
    signs = m(4, 1, low=-7, high=7), np.array([1, 2, 3, 5], dtypes.to_numpy(m.dtype))
    return [s(*signs), s(m(4, low=1, high=7), m(4, low=1, high=3))]


def _signs(x: Any) -> Any:
    return x / np.where(x == 0, 1, np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


unary("negative", np.negative, NUMBERS, refuses=("bool",))
unary("abs", np.abs, ALL, modulus, computes=same)
unary("absolute", np.abs, ALL, modulus, computes=same, family=None)
unary("sign", _signs, NUMBERS, samples=lambda m: [*some()(m), s(special(m, nan, 0.0, -0.0, inf))], refuses=("bool",))
unary("square", np.square, ALL, number)
for _name in ("exp", "tanh", "sin", "cos"):
    unary(_name, getattr(np, _name), ALL, floating, loose=2)
unary("log", np.log, ALL, floating, some(1, 4))
unary("sqrt", np.sqrt, ALL, floating, some(0, 4))
unary("reciprocal", lambda x: 1 / x, ALL, floating, some(1, 4))
for _name in ("floor", "ceil"):
    unary(_name, getattr(np, _name), REAL, floating, refuses=COMPLEX)
for _name in ("isnan", "isinf", "isfinite"):
    unary(
        _name,
        getattr(np, _name),
        ALL,
        boolean,
        lambda m: [*some()(m), s(special(m, nan, inf, -inf, 0.0))],
        computes=floating,
    )
Record("logical_not", some(), np.logical_not, "elementwise.logical_not", ALL, answer=boolean)
Record(
    "where",
    lambda m: [
        s(m(2, 3, dtype="bool"), m(2, 3), m(3, low=0)),
        s(m(2, 1, dtype="bool"), m(1, 4), m()),
        s(m(0, dtype="bool"), m(1), m(0)),
    ],
    np.where,
    "elementwise.where",
    ALL,
    forms=lambda m: [s(m(3, dtype="int32"), m(3), 1), s([True, False], 1, m(2))] if m.dtype in NUMBERS else [],
    errors=lambda m: [
        (ShapeError, s(m(2, dtype="bool"), m(3), m(3))),
        (ArgumentTypeError, s(m(2, dtype="bool"), m(2))),
        (ArgumentTypeError, s(m(2, dtype="bool"))),
    ],
)
Record(
    "clip",
    lambda m: [
        s(m(2, 3, low=0, high=9), m(3, low=1, high=2), m(3, low=4, high=5)),
        s(m(5, low=0, high=9), m(low=5, high=6), m(low=2, high=3)),
    ],
    lambda x, low, high: np.minimum(np.maximum(x, low), high),
    "elementwise.clip",
    REAL,
    COMPLEX,
    number,
    forms=lambda m: [s(m(2, 3), 0, 1)],
    errors=lambda m: [(ShapeError, s(m(2), m(3), 1))],
)
