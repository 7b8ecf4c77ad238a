"""Records of family reduction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    Maker,
    Record,
    Sample,
    accumulated,
    boolean,
    floating,
    index,
    same,
)
from ops_common.testing.records._build import (
    REAL,
    nan,
    s,
    special,
)


def _reductions(m: Maker) -> Sequence[Sample]:
    x = m(2, 3, 4, low=1)
    axes: list[Any] = [None, 0, -1, (0, 2), (-1, 0), ()]
    return [s(x, axis, False) for axis in axes] + [s(x, 1, True), s(x, None, True), s(m(low=1), None, False)]


def _bad_axes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    x = m(2, 3)
    return [
        (ShapeError, s(x, 2)),
        (ShapeError, s(x, (0, -3))),
        (ShapeError, s(x, (0, -2))),
        (ShapeError, s(m(), 0)),
        (ShapeError, s(m(), -1)),
        (ArgumentTypeError, s(x, 0.5)),
        (ArgumentTypeError, s(x, "a")),
    ]


def _forms(m: Maker) -> Sequence[Sample]:
    return [s(m(2, 3)), s(m(2, 3), axis=[0, 1]), s(m(2, 3), axis=np.int64(1), keepdims=True)]


def reduction(
    name: str, reference: Callable[..., Any], takes: Sequence[str], answer: Callable[[str], str], **rest: Any
) -> None:
    def reduced(x: Any, axis: Any = None, keepdims: bool = False, *initial: Any) -> Any:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return reference(x, axis=axis, keepdims=keepdims)

    rest.setdefault("kernel", f"reduction.{name}")
    rest.setdefault("samples", _reductions)
    Record(
        name, reference=reduced, takes=takes, answer=answer, forms=_forms, errors=rest.pop("errors", _bad_axes), **rest
    )


reduction("sum", np.sum, ALL, accumulated)
reduction("prod", np.prod, ALL, accumulated, loose=2)
reduction("mean", np.mean, ALL, floating)
for _name in ("max", "min"):
    reduction(
        _name,
        getattr(np, _name),
        REAL,
        same,
        refuses=COMPLEX,
        samples=lambda m: (
            [s(*sample.args, None) for sample in _reductions(m)] + [s(special(m, 1.0, nan, 2.0), 0, False, None)]
        ),
        errors=lambda m: [*_bad_axes(m), (ShapeError, s(m(0, 3), 0))],
    )
    reduction(f"a{_name}", getattr(np, _name), REAL, same, refuses=COMPLEX, kernel=None)
for _name in ("any", "all"):
    reduction(_name, getattr(np, _name), ALL, boolean)
for _name in ("argmax", "argmin"):
    Record(
        _name,
        lambda m: [
            *(s(m(2, 3, 4), axis, keep) for axis in (None, 0, -1) for keep in (False, True)),
            s(special(m, 1.0, nan, 2.0, nan), 0, False),
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
            (ShapeError, s(m(2, 3), 2)),
            (ShapeError, s(m(2, 3), -3)),
            (ShapeError, s(m(), 0)),
            (ShapeError, s(m(0, 3), 0)),
            (ArgumentTypeError, s(m(2), "a")),
        ],
    )
