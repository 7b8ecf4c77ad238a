"""Records of family reduction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, AxisError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    FLOATS,
    REALS,
    Maker,
    Record,
    Sample,
    accumulated,
    boolean,
    floating,
    index,
    modulus,
    number,
    same,
)
from ops_common.testing.samples import REAL, inf, nan, quiet, rows_with_nan, s, special

RECORDS: list[Record] = []


def _reductions(m: Maker) -> Sequence[Sample]:
    x = m(2, 3, 4, low=1)
    axes: list[Any] = [None, 0, -1, (0, 2), (-1, 0), ()]
    return [s(x, axis, False) for axis in axes] + [s(x, 1, True), s(x, None, True), s(m(low=1), None, False)]


def _imaginary(m: Maker) -> Any:
    return np.array([1j], dtypes.to_numpy(m.dtype)) if m.dtype in COMPLEX else m(1)


def _bad_axes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    x = m(2, 3)
    return [
        (AxisError, s(x, 2)),
        (AxisError, s(x, (0, -3))),
        (ShapeError, s(x, (0, -2))),
        (AxisError, s(m(), 0)),
        (AxisError, s(m(), -1)),
        (ArgumentTypeError, s(x, 0.5)),
        (ArgumentTypeError, s(x, "a")),
    ]


def _forms(m: Maker) -> Sequence[Sample]:
    return [s(m(2, 3)), s(m(2, 3), axis=[0, 1]), s(m(2, 3), axis=np.int64(1), keepdims=True)]


def reduction(
    name: str, reference: Callable[..., Any], takes: Sequence[str], result_dtype: Callable[[str], str], **rest: Any
) -> Record:
    def reduced(x: Any, axis: Any = None, keepdims: bool = False, *initial: Any) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return quiet(reference)(x, axis=axis, keepdims=keepdims)

    rest.setdefault("kernel", f"reduction.{name}")
    rest.setdefault("samples", _reductions)
    return Record(
        name,
        reference=reduced,
        takes=takes,
        result_dtype=result_dtype,
        forms=_forms,
        errors=rest.pop("errors", _bad_axes),
        **rest,
    )


RECORDS.extend(
    [
        reduction("sum", np.sum, ALL, accumulated),
        reduction("prod", np.prod, ALL, accumulated, loose=2),
        reduction("mean", np.mean, ALL, floating),
        reduction(
            "logsumexp",
            lambda x, axis, keepdims: np.logaddexp.reduce(np.asarray(x, np.float64), axis, keepdims=keepdims),
            REAL,
            floating,
            refuses=COMPLEX,
            samples=lambda m: [
                s(m(2, 3, 4, low=1), (0, 2), False),
                s(m(2, 3, 4, low=1), None, True),
                s(m(2, 0), 1, False),
                s(special(m, -inf, inf, 100.0), None, False),
                s(special(m, -inf, nan, 1.0), 0, False),
            ],
        ),
    ]
)

for _name in ("max", "min"):
    RECORDS.append(
        reduction(
            _name,
            getattr(np, _name),
            REAL,
            same,
            refuses=COMPLEX,
            samples=lambda m: (
                [s(*sample.args, None) for sample in _reductions(m)]
                + [
                    s(special(m, 1.0, nan, 2.0), 0, False, None),
                    s(special(m, -inf, -inf, inf, inf).reshape(2, 2), 1, False, None),
                ]
            ),
            errors=lambda m: [*_bad_axes(m), (ShapeError, s(m(0, 3), 0))],
        )
    )

for _name in ("any", "all"):
    RECORDS.append(
        reduction(
            _name,
            getattr(np, _name),
            ALL,
            boolean,
            samples=lambda m: [*_reductions(m), s(_imaginary(m), None, False)],
        )
    )

for _name in ("argmax", "argmin"):
    RECORDS.append(
        Record(
            _name,
            lambda m: [
                *(s(m(2, 3, 4), axis, keep) for axis in (None, 0, -1) for keep in (False, True)),
                s(special(m, 1.0, nan, 2.0, nan), 0, False),
                s(special(m, -inf, -inf, inf, inf).reshape(2, 2), 1, False),
                s(np.ones(5, dtypes.to_numpy(m.dtype)), None, False),
            ],
            (lambda f: lambda x, axis=None, keepdims=False: f(x, axis, keepdims=keepdims))(getattr(np, _name)),
            f"reduction.{_name}",
            REAL,
            COMPLEX,
            index,
            same,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=1)],
            errors=lambda m: [
                (AxisError, s(m(2, 3), 2)),
                (AxisError, s(m(2, 3), -3)),
                (AxisError, s(m(), 0)),
                (ShapeError, s(m(0, 3), 0)),
                (ArgumentTypeError, s(m(2), "a")),
            ],
        )
    )


def _spread(dtype: str) -> str:
    return modulus(floating(dtype))


def _few(m: Maker) -> Sequence[Sample]:
    """Samples for ops that are composed of other ops or take long to compile."""
    x = m(2, 3, 4, low=1)
    axes: list[Any] = [None, -1, (2, 0), ()]
    return [s(x, axis, False) for axis in axes] + [s(x, (0, 1), True), s(m(low=1), None, True)]


def _float_samples(m: Maker) -> Sequence[Sample]:
    return [*_few(m), *rows_with_nan(m)[:1]]


def _nan_samples(m: Maker) -> Sequence[Sample]:
    floats = rows_with_nan(m)
    return [*_few(m), *(floats if m.dtype in FLOATS else floats[:1])]


def _all_samples(m: Maker) -> Sequence[Sample]:
    return [*_nan_samples(m), s(m(0, 3), 0, False), s(m(0, 3), 1, True)]


def _empty_axis(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [*_bad_axes(m), (ShapeError, s(m(0, 3), 0)), (ShapeError, s(m(0, 3)))]


RECORDS.extend(
    [
        Record(
            "count_nonzero",
            lambda m: [
                *(s(m(2, 3, 4), axis) for axis in (None, 0, -1, (0, 2), (-1, 0), ())),
                s(m(), None),
                s(m(0, 3), 0),
                s(special(m, nan, 0.0, -0.0, inf), None),
            ],
            lambda x, axis=None: np.asarray(np.sum(x != 0, axis=tuple(axis) if isinstance(axis, list) else axis)),
            "reduction.count_nonzero",
            ALL,
            (),
            index,
            same,
            forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1]), s(m(2, 3).tolist(), 1)],
            errors=_bad_axes,
        ),
        reduction("ptp", np.ptp, REALS, same, refuses=("bool", *COMPLEX), samples=_float_samples, errors=_empty_axis),
    ]
)

RECORDS.extend(
    reduction(
        name,
        reference,
        ALL,
        _spread,
        computes=floating,
        samples=lambda m: [*_float_samples(m), s(m(0, 3), 0, False), s(m(0, 3), 1, False), s(m(1), 0, False)],
    )
    for name, reference in (("var", np.var), ("std", np.std))
)

for _name, _result_dtype in (("sum", accumulated), ("prod", accumulated), ("mean", floating)):
    RECORDS.append(
        reduction(
            f"nan{_name}",
            getattr(np, f"nan{_name}"),
            ALL,
            _result_dtype,
            samples=lambda m: [*_all_samples(m), s(special(m, nan, 1.5), (), False)],
            loose=2,
        )
    )

RECORDS.append(reduction("nanvar", np.nanvar, ALL, _spread, computes=floating, samples=_all_samples))

for _name in ("max", "min"):
    RECORDS.append(
        reduction(
            f"nan{_name}",
            getattr(np, f"f{_name}").reduce,
            REAL,
            same,
            refuses=COMPLEX,
            samples=_nan_samples,
            errors=_empty_axis,
        )
    )


def _running(m: Maker) -> Sequence[Sample]:
    return [
        *(s(m(2, 3, 4, low=1), axis) for axis in (None, 0, 1, -1)),
        s(m(low=1), None),
        s(m(7), 0),
        s(m(0, 3), 0),
        s(m(0, 3), None),
        s(special(m, 1.0, inf, 2.0, nan, 3.0), 0),
    ]


for _name in ("cumsum", "cumprod"):
    RECORDS.append(
        Record(
            _name,
            _running,
            (lambda f: lambda x, axis=None, dtype=None: f(x, axis))(getattr(np, _name)),
            f"reduction.{_name}",
            ALL,
            (),
            number,
            forms=lambda m: (
                [
                    s(m(2, 3)),
                    s(m(2, 3), axis=1, dtype=None),
                    s(m(2, 3), 0, number(m.dtype)),
                    s(m(2, 3).tolist(), axis=-1),
                ]
                if m.dtype != "bfloat16"
                else [s(m(2, 3))]
            ),
            errors=lambda m: [
                (AxisError, s(m(2, 3), 2)),
                (AxisError, s(m(2, 3), -3)),
                (AxisError, s(m(), 0)),
                (AxisError, s(m(), -1)),
                (ArgumentTypeError, s(m(2, 3), (0, 1))),
                (ArgumentTypeError, s(m(2, 3), "a")),
                (DtypeError, s(m(2, 3), 0, "float31")),
            ],
            loose=8,
        )
    )
