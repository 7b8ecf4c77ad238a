"""Records of family elementwise, except special functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    FLOATS,
    INTEGERS,
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
from ops_common.testing.samples import (
    REAL,
    binary,
    inf,
    nan,
    no_broadcast,
    no_broadcast_of_integers,
    pairs,
    s,
    some,
    special,
    unary,
    with_special,
)

RECORDS: list[Record] = []

BITS = ("bool", *INTEGERS)

INEXACT = (*FLOATS, *COMPLEX)


def _large_powers(m: Maker) -> Sequence[Sample]:
    return [s(np.array([3, 6, 1], m.dtype), np.array([100, 65, 127], m.dtype))] if m.dtype in INTEGERS else []


RECORDS.extend(
    [
        binary("add", np.add, ALL),
        binary("subtract", np.subtract, NUMBERS, refuses=("bool",)),
        binary("multiply", np.multiply, ALL),
        binary("divide", np.true_divide, ALL, floating, pairs(1, 4)),
        binary("floor_divide", np.floor_divide, REAL, number, lambda m: _divisions(m), refuses=COMPLEX),
        binary("mod", np.mod, REAL, number, lambda m: _divisions(m), refuses=COMPLEX),
        binary("power", np.power, ("bool", *NUMBERS), number, lambda m: [*pairs(1, 3)(m), *_large_powers(m)]),
    ]
)

for _name in ("maximum", "minimum"):
    RECORDS.append(
        binary(
            _name,
            getattr(np, _name),
            REAL,
            samples=lambda m: [*pairs()(m), s(special(m, nan, 1.0, -inf), special(m, 1.0, nan, 2.0))],
            refuses=COMPLEX,
        )
    )

for _name in ("equal", "not_equal"):
    RECORDS.append(binary(_name, getattr(np, _name), ALL, boolean, computes=same))

for _name in ("greater", "greater_equal", "less", "less_equal"):
    RECORDS.append(binary(_name, getattr(np, _name), REAL, boolean, computes=same, refuses=COMPLEX))


def _truths(m: Maker) -> Any:
    # An imaginary number is not zero.
    return np.array([1j, 0, 2j, -1], dtypes.to_numpy(m.dtype)) if m.dtype in COMPLEX else m(4)


for _name in ("and", "or", "xor"):
    RECORDS.append(
        Record(
            f"logical_{_name}",
            lambda m: [*pairs()(m), s(_truths(m), _truths(m)[::-1].copy())],
            getattr(np, f"logical_{_name}"),
            f"elementwise.logical_{_name}",
            ALL,
            result_dtype=boolean,
            errors=no_broadcast,
        )
    )


def _divisions(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return [s(m(5), np.ones(5, bool))]
    signs = m(4, 1, low=-7, high=7), np.array([1, 2, 3, 5], dtypes.to_numpy(m.dtype))
    return [s(*signs), s(m(4, low=1, high=7), m(4, low=1, high=3))]


def _with_pairs(*more: tuple[Sequence[float], Sequence[float]], low: float = -3, high: float = 3) -> Any:
    """Samples of two operands, and pairs of special values."""
    return lambda m: [*pairs(low, high)(m), *(s(special(m, *a), special(m, *b)) for a, b in more)]


_OF_TWO = ([nan, 1.0, nan, -inf, inf, inf, 0.0], [1.0, nan, nan, inf, inf, -inf, -0.0])

RECORDS.append(
    binary(
        "arctan2",
        np.arctan2,
        REAL,
        floating,
        _with_pairs(_OF_TWO, ([0.0, -0.0, 0.0, -0.0, 2.0, -2.0], [-0.0, -0.0, -1.0, -1.0, 0.0, -0.0])),
        refuses=COMPLEX,
    )
)

for _name in ("and", "or", "xor"):
    RECORDS.append(
        binary(
            f"bitwise_{_name}",
            getattr(np, f"bitwise_{_name}"),
            BITS,
            samples=pairs(-100, 100),
            refuses=INEXACT,
            errors=no_broadcast_of_integers,
        )
    )

RECORDS.append(unary("bitwise_not", np.bitwise_not, BITS, samples=some(-100, 100), refuses=INEXACT))


def _integer(m: Maker) -> Any:
    return dtypes.to_numpy(m.dtype if m.dtype in INTEGERS else "int32")


def _shifts(m: Maker) -> Sequence[Sample]:
    native = _integer(m)
    limits = np.iinfo(native)
    places = np.array([0, 1, 7, 8, 15, 16, 31, 32, 63, 64, 100, -1, -64], np.int64)
    if m.dtype == "bool":
        return [s(m(5), np.array([True, False, True, True, False]))]
    return [
        s(m(4, 1, low=-100, high=100), places.astype(native)),
        s(
            np.array([limits.min, limits.max], native),
            np.array([1, limits.bits - 1], native),
        ),
        s(m(0, low=-9, high=9), m(low=0, high=2)),
    ]


for _name in ("left_shift", "right_shift"):
    RECORDS.append(
        binary(
            _name,
            getattr(np, _name),
            BITS,
            number,
            _shifts,
            refuses=INEXACT,
            errors=no_broadcast_of_integers,
        )
    )

RECORDS.append(
    binary(
        "divide_no_nan",
        lambda x1, x2: np.where(x2 == 0, 0, x1 / np.where(x2 == 0, 1, x2)),
        ALL,
        floating,
        _with_pairs(([nan, inf, 1.0, 0.0, 1.0, nan], [0.0, -0.0, 0.0, 0.0, inf, 1.0]), low=0, high=4),
    )
)

for _name in ("fmax", "fmin"):
    RECORDS.append(binary(_name, getattr(np, _name), REAL, samples=_with_pairs(_OF_TWO), refuses=COMPLEX))

RECORDS.append(
    binary(
        "fmod",
        np.fmod,
        REAL,
        number,
        lambda m: [*_divisions(m), s(special(m, 1.0, -5.5, inf, nan, 1.0), special(m, inf, 2.0, 2.0, 2.0, 0.0))],
        refuses=COMPLEX,
    )
)


def _divisors(m: Maker) -> Sequence[Sample]:
    native = _integer(m)
    least, most = np.iinfo(native).min, np.iinfo(native).max
    large = np.array([[most], [most - 1], [least + 1], [0]], native)
    return [
        s(m(2, 5, low=-10, high=10), m(5, low=-10, high=10)),
        s(large, np.array([0, 1], native)),
        s(large, large),
        s(m(0, 1), m(3)),
    ]


for _name in ("gcd", "lcm"):
    RECORDS.append(
        binary(
            _name,
            getattr(np, _name),
            INTEGERS,
            samples=_divisors,
            refuses=("bool", *INEXACT),
            errors=no_broadcast_of_integers,
        )
    )

RECORDS.extend(
    [
        binary(
            "heaviside",
            np.heaviside,
            REAL,
            floating,
            _with_pairs(([nan, 0.0, -0.0, 1.0, -1.0], [0.5, nan, 3.0, nan, nan])),
            refuses=COMPLEX,
        ),
        binary(
            "hypot",
            np.hypot,
            REAL,
            floating,
            _with_pairs(_OF_TWO, ([200.0, 0.0, 0.0], [200.0, 0.0, -3.0])),
            refuses=COMPLEX,
        ),
        Record(
            "isclose",
            lambda m: [
                s(m(2, 3, low=0, high=9), m(3, low=0, high=9), 0.3, 0.1, False),
                s(
                    special(m, nan, 1.0, inf, inf, -inf, 5.0),
                    special(m, nan, inf, 1.0, inf, inf, 5.0),
                    1e-5,
                    1e-8,
                    True,
                ),
                s(special(m, nan, 1.0, inf), special(m, nan, nan, -inf), 1e-5, 1e-8, False),
                s(m(0), m(1), 0.0, 0.0, False),
            ],
            np.isclose,
            "elementwise.isclose",
            ALL,
            result_dtype=boolean,
            computes=floating,
            forms=lambda m: [s(m(3, low=1), 1), s([1.0, 2.0], [1.0, 2.1], rtol=0.1), s(2, m(2, 2), atol=1.5)],
            errors=no_broadcast,
        ),
    ]
)


def _exponents(m: Maker, *values: int) -> Any:
    """Exponents in another dtype than the operand's, so that a test of kernels does not cast them to floats."""
    return np.array(values, np.int16 if m.dtype == "int32" else np.int32)


RECORDS.append(
    Record(
        "ldexp",
        lambda m: [
            s(m(2, 3), _exponents(m, 0, 3, -2)),
            s(m(2, 1), _exponents(m, 1, 0, 2)),
            s(special(m, inf, nan, -0.0, 1.5), _exponents(m, -30000, 3, 30000, 2)),
            s(special(m, 0.0, 1.0), _exponents(m, 30000, -30000)),
            s(m(), _exponents(m, 2)),
            s(m(0), _exponents(m, 1)),
        ],
        lambda x1, x2: np.ldexp(np.asarray(x1, np.float64), np.asarray(x2).astype(np.int64)),
        "elementwise.ldexp",
        REAL,
        COMPLEX,
        floating,
        forms=lambda m: (
            [
                s(m(2, low=1), 3),
                s(m(2, low=1), [1, -2]),
                s(1.5, np.array([2], np.uint8)),
                s(m(2), np.array([2, 1], np.uint64)),
            ]
            if m.dtype == "float32"
            else []
        ),
        errors=lambda m: [
            (ShapeError, s(m(2, 3), [1, 2])),
            (ArgumentError, s(m(2), m(2))),
            (ArgumentTypeError, s(None, 1)),
        ],
    )
)

_SUMS = ([-inf, inf, -inf, inf, nan, 0.0, 0.0, 300.0], [-inf, inf, inf, 1.0, 1.0, -9.0, -inf, 300.0])

for _name in ("logaddexp", "logaddexp2"):
    RECORDS.append(binary(_name, getattr(np, _name), REAL, floating, _with_pairs(_SUMS), refuses=COMPLEX))


RECORDS.extend(
    [
        # The reference is computed in float64, so this covers NaN and dtypes; exact bits have a test of their own.
        binary(
            "nextafter",
            np.nextafter,
            REAL,
            floating,
            _with_pairs(([nan, 1.0, 0.0, -0.0, 2.0], [1.0, nan, -0.0, -1.0, inf])),
            refuses=COMPLEX,
            differentiable=False,
        ),
    ]
)


def _signs(x: Any) -> Any:
    return x / np.where(x == 0, 1, np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


def _conjugate(x: Any) -> Any:
    return np.conj(x) if np.iscomplexobj(x) else x


def _signbit(x: Any) -> Any:
    return np.signbit(x.astype(np.float64))


def _infinite(name: str) -> Any:
    sign = 1 if name == "isposinf" else -1
    return lambda x: np.equal(x, sign * inf)


def _complex_special(m: Maker) -> Any:
    if m.dtype not in COMPLEX:
        return m(3)
    return np.array([complex(nan, inf), complex(-inf, 1.5), complex(0.5, nan)], dtypes.to_numpy(m.dtype))


def _replaced(x: Any, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None) -> Any:
    return np.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


RECORDS.extend(
    [
        unary("negative", np.negative, NUMBERS, refuses=("bool",)),
        unary("abs", np.abs, ALL, modulus, computes=same),
        unary(
            "sign",
            _signs,
            NUMBERS,
            samples=lambda m: [*some()(m), s(special(m, nan, 0.0, -0.0, inf))],
            refuses=("bool",),
        ),
        unary("square", np.square, ALL, number),
    ]
)

for _name in ("exp", "tanh", "sin", "cos"):
    RECORDS.append(unary(_name, getattr(np, _name), ALL, floating, loose=2))

RECORDS.extend(
    [
        unary("log", np.log, ALL, floating, some(1, 4)),
        unary("sqrt", np.sqrt, ALL, floating, some(0, 4)),
        unary("rsqrt", lambda x: 1 / np.sqrt(x), ALL, floating, some(1, 4)),
        unary("reciprocal", lambda x: 1 / x, ALL, floating, some(1, 4)),
    ]
)

for _name in ("floor", "ceil"):
    RECORDS.append(unary(_name, getattr(np, _name), REAL, floating, refuses=COMPLEX))

for _name in ("isnan", "isinf", "isfinite"):
    RECORDS.append(
        unary(
            _name,
            getattr(np, _name),
            ALL,
            boolean,
            lambda m: [*some()(m), s(special(m, nan, inf, -inf, 0.0))],
            computes=floating,
        )
    )

for _name in ("arcsinh", "arctan", "cosh", "sinh", "tan", "expm1", "exp2"):
    RECORDS.append(unary(_name, getattr(np, _name), ALL, floating, with_special(), loose=2))

for _name in ("arccos", "arcsin", "arctanh"):
    RECORDS.append(unary(_name, getattr(np, _name), ALL, floating, with_special(-0.9, 0.9), loose=2))

for _name in ("arccosh", "log1p", "log2", "log10"):
    RECORDS.append(unary(_name, getattr(np, _name), ALL, floating, with_special(1, 4), loose=2))

RECORDS.extend(
    [
        unary(
            "sinc",
            np.sinc,
            ALL,
            floating,
            # Of integers only 0: for others the result is 0 except for the rounding of pi.
            lambda m: (
                [
                    s(m(2, 3, high=0.9, low=0)),
                    s(m(low=0, high=0.9)),
                    s(m(0, 2)),
                    s(special(m, nan, 0.0, 0.5, 1.25, 12.5)),
                ]
                if m.dtype in dtypes.INEXACT
                else [s(m(2, 3, high=0, low=0) if m.dtype != "bool" else np.zeros(3, bool))]
            ),
        ),
        unary("cbrt", np.cbrt, REAL, floating, with_special(), refuses=COMPLEX, family="elementwise"),
        unary("angle", np.angle, ALL, lambda dtype: modulus(floating(dtype)), with_special(), computes=floating),
        unary("conj", _conjugate, ALL),
    ]
)

for _name in ("real", "imag"):
    RECORDS.append(unary(_name, getattr(np, _name), ALL, modulus, computes=same))

RECORDS.append(unary("isreal", np.isreal, ALL, boolean, with_special(), computes=same))

for _name in ("isposinf", "isneginf"):
    RECORDS.append(unary(_name, _infinite(_name), REAL, boolean, with_special(), computes=same, refuses=COMPLEX))

RECORDS.extend(
    [
        unary("signbit", _signbit, REAL, boolean, with_special(), computes=same, refuses=COMPLEX),
        unary("trunc", lambda x: np.trunc(x).astype(x.dtype), REAL, samples=with_special(), refuses=COMPLEX),
        Record(
            "nan_to_num",
            lambda m: [
                s(special(m, nan, 0.5, -0.0), 0.0, None, None),  # the dtype's limits are in the op's example
                s(special(m, nan, inf, -inf, 0.5, -0.0), 1.5, 2.0, -3.0),
                s(special(m, nan, inf, -inf, 0.5, -0.0), inf, 2.0, nan),
                s(special(m, nan)[0:1].reshape(()), 1.0, None, None),
                s(m(0, 2), 0.0, None, None),
                s(_complex_special(m), 0.0, 5.0, -5.0),
            ],
            _replaced,
            "elementwise.nan_to_num",
            ALL,
            forms=lambda m: [s(m(2, 3)), s(m(2), nan=1, posinf=np.float32(2))],
            errors=lambda m: [
                (ArgumentTypeError, s(None)),
                (ArgumentTypeError, s(m(2), None)),
                (ArgumentTypeError, s(m(2), m(2))),
                (ArgumentTypeError, s(m(2), posinf="a")),
            ],
        ),
        Record(
            "logical_not",
            lambda m: [*some()(m), s(_truths(m))],
            np.logical_not,
            "elementwise.logical_not",
            ALL,
            result_dtype=boolean,
        ),
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
            ],
        ),
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
        ),
    ]
)
