"""What the records of several families are made of: samples and whole records of unary and binary ops."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.testing.record import FLOATS, INTEGERS, REALS, Maker, Record, Sample, same

Samples = Callable[[Maker], Sequence[Sample]]
nan, inf = math.nan, math.inf
REAL = ("bool", *REALS)


def s(*args: Any, **kwargs: Any) -> Sample:
    return Sample(args, kwargs)


def special(m: Maker, *values: float) -> Any:
    return np.array(values, dtypes.to_numpy(m.dtype)) if m.dtype in FLOATS else m(len(values))


def quiet(reference: Callable[..., Any]) -> Callable[..., Any]:
    """The function without NumPy's warnings that a slice is empty."""

    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return reference(*args, **kwargs)

    return call


def pairs(low: float = -3, high: float = 3) -> Samples:
    def samples(m: Maker) -> Sequence[Sample]:
        return [
            s(m(2, 3, low=low, high=high), m(3, low=low, high=high)),
            s(m(low=low, high=high), m(4, low=low, high=high)),
            s(m(0, 3, low=low, high=high), m(1, 3, low=low, high=high)),
            s(m(2, 1, 3, low=low, high=high), m(4, 1, low=low, high=high)),
        ]

    return samples


def with_numbers(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return []
    beside: list[Any] = [2] if m.dtype in INTEGERS else [2, 1.5]
    return [s(m(2, 3, low=1), value) for value in beside] + [s(value, m(2, 3, low=1)) for value in beside]


def no_broadcast(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [(ShapeError, s(m(2, 3), m(4))), (ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))]


def no_broadcast_of_integers(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return no_broadcast(Maker("int32"))


def binary(
    name: str,
    reference: Callable[..., Any],
    takes: Sequence[str],
    answer: Callable[[str], str] = same,
    samples: Samples | None = None,
    computes: Callable[[str], str] | None = None,
    refuses: Sequence[str] = (),
    kernel: bool = True,
    errors: Callable[[Maker], Sequence[tuple[type[Exception], Sample]]] = no_broadcast,
    differentiable: bool = True,
) -> None:
    Record(
        name,
        samples or pairs(),
        reference,
        f"elementwise.{name}" if kernel else None,
        takes,
        refuses,
        answer,
        computes,
        forms=with_numbers,
        errors=errors,
        differentiable=differentiable,
    )


def some(low: float = -3, high: float = 3) -> Samples:
    return lambda m: [s(m(2, 3, low=low, high=high)), s(m(low=low, high=high)), s(m(0, 2, low=low, high=high))]


def unary(
    name: str,
    reference: Callable[..., Any],
    takes: Sequence[str],
    answer: Callable[[str], str] = same,
    samples: Samples | None = None,
    computes: Callable[[str], str] | None = None,
    refuses: Sequence[str] = (),
    family: str | None = "elementwise",
    loose: float = 1.0,
) -> None:
    Record(
        name,
        samples or some(),
        reference,
        f"{family}.{name}" if family else None,
        takes,
        refuses,
        answer,
        computes,
        forms=lambda m: [s(m(2, 3, low=1).tolist())] if m.dtype == "float32" else [],
        errors=lambda m: [
            (ArgumentTypeError, s(None)),
            (ArgumentTypeError, s("a")),
            (ShapeError, s([[1.0], [1.0, 2.0]])),
        ],
        loose=loose,
    )
