"""Helpers to write records: samples, arguments that are errors, and whole records of unary and binary ops."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, AxisError, ShapeError
from ops_common.testing.record import COMPLEX, FLOATS, INTEGERS, REALS, Maker, Record, Sample, same

Samples = Callable[[Maker], Sequence[Sample]]
Errors = Sequence[tuple[type[Exception], Sample]]
nan, inf = math.nan, math.inf
REAL = ("bool", *REALS)


def s(*args: Any, **kwargs: Any) -> Sample:
    """The sample of a call with these arguments."""
    return Sample(args, kwargs)


def special(m: Maker, *values: float) -> Any:
    """These values in a float dtype; as many random values in a dtype without NaN, infinity and fractions."""
    return np.array(values, dtypes.to_numpy(m.dtype)) if m.dtype in FLOATS else m(len(values))


def quiet(reference: Callable[..., Any]) -> Callable[..., Any]:
    """The function without NumPy's warnings that a slice is empty."""

    def call(*args: Any, **kwargs: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return reference(*args, **kwargs)

    return call


def pairs(low: float = -3, high: float = 3) -> Samples:
    """Samples of two operands that broadcast, with values between low and high."""

    def samples(m: Maker) -> Sequence[Sample]:
        return [
            s(m(2, 3, low=low, high=high), m(3, low=low, high=high)),
            s(m(low=low, high=high), m(4, low=low, high=high)),
            s(m(0, 3, low=low, high=high), m(1, 3, low=low, high=high)),
            s(m(2, 1, 3, low=low, high=high), m(4, 1, low=low, high=high)),
        ]

    return samples


def with_numbers(m: Maker) -> Sequence[Sample]:
    """Samples of a tensor and a Python number, in both orders."""
    if m.dtype == "bool":
        return []
    numbers: list[Any] = [2] if m.dtype in INTEGERS else [2, 1.5]
    return [s(m(2, 3, low=1), value) for value in numbers] + [s(value, m(2, 3, low=1)) for value in numbers]


def no_broadcast(m: Maker) -> Errors:
    """Calls of a binary op that fail: shapes that do not broadcast, and operands that are not tensors."""
    return [(ShapeError, s(m(2, 3), m(4))), (ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))]


def no_broadcast_of_integers(m: Maker) -> Errors:
    """`no_broadcast` in int32, for ops that take only integers."""
    return no_broadcast(Maker("int32"))


def some(low: float = -3, high: float = 3) -> Samples:
    """Samples of one operand, with values between low and high: a matrix, a scalar and an empty matrix."""
    return lambda m: [s(m(2, 3, low=low, high=high)), s(m(low=low, high=high)), s(m(0, 2, low=low, high=high))]


def with_special(low: float = -3, high: float = 3) -> Samples:
    """`some`, and the floats at which functions of one operand differ."""
    floats = nan, inf, -inf, 0.0, -0.0, 1.0, -1.0, 1e-4, -0.5, 0.5, 12.0, -12.0
    return lambda m: [
        *some(low, high)(m),
        s(special(m, *floats) if m.dtype not in COMPLEX else m(4, low=low, high=high)),
    ]


def rows_with_nan(m: Maker) -> Sequence[Sample]:
    """Reductions of rows with some NaN, with only NaN, and without any; the last two kinds have infinities too."""
    x = special(m, nan, 1.5, nan, nan, nan, nan, 2.0, -inf, 3.0, nan, -inf, -0.0).reshape(4, 3)
    lost = special(m, nan, -inf, nan, inf).reshape(2, 2)
    return [s(x[[0, 3]], 1, False), s(x, 1, True), s(x[:2], 0, False), s(x[0], None, False), s(lost, 1, False)]


def wrong_axes(m: Maker, *before: float) -> Errors:
    """Calls of a reduction with wrong axes; these arguments come before the axis."""
    x = m(2, 3)
    return [
        (AxisError, s(x, *before, 2)),
        (ShapeError, s(x, *before, (0, -2))),
        (AxisError, s(m(), *before, 0)),
        (ArgumentTypeError, s(x, *before, 0.5)),
        (ArgumentTypeError, s("a", *before)),
    ]


def ascending(x: Any) -> Any:
    """The sorted values of an array of any dtype, bfloat16 too, which NumPy does not sort."""
    return np.sort(x.astype(np.float32)).astype(x.dtype) if x.dtype.kind == "V" else np.sort(x)


def in_float32(samples: Samples) -> Samples:
    """These samples in float32, and none in other dtypes."""
    return lambda m: samples(m) if m.dtype == "float32" else []


def regular(m: Maker, *shape: int) -> Any:
    """Matrices that are regular in any dtype: triangles, upside down, with threes (in bool, true) on the diagonal."""
    below = np.tril(m(*shape), -1)
    diagonal = (np.eye(shape[-1]) * 3).astype(below.dtype)
    return (below + diagonal)[..., ::-1, :].copy()


def positive_definite(m: Maker, *shape: int) -> Any:
    """Lower triangles of positive definite matrices of up to 3 rows."""
    below = np.tril(m(*shape), -1) if m.dtype != "bool" else np.zeros(shape, bool)
    return below + (np.diag([9, 10, 12][: shape[-1]])).astype(below.dtype)


def not_square(m: Maker) -> Errors:
    """Calls of an op of square matrices with arguments that are not square matrices."""
    return [(ShapeError, s(m(2, 3))), (ShapeError, s(m(2))), (ShapeError, s(m())), (ArgumentTypeError, s("a"))]


def not_matrices(m: Maker) -> Errors:
    """Calls of an op of matrices with arguments that are not matrices."""
    return [(ShapeError, s(m(2))), (ShapeError, s(m())), (ArgumentTypeError, s(None))]


def binary(
    name: str,
    reference: Callable[..., Any],
    takes: Sequence[str],
    result_dtype: Callable[[str], str] = same,
    samples: Samples | None = None,
    computes: Callable[[str], str] | None = None,
    refuses: Sequence[str] = (),
    kernel: bool = True,
    errors: Callable[[Maker], Errors] = no_broadcast,
    differentiable: bool = True,
) -> Record:
    """The record of an elementwise op of two operands; the other arguments are `Record`'s."""
    return Record(
        name,
        samples or pairs(),
        reference,
        f"elementwise.{name}" if kernel else None,
        takes,
        refuses,
        result_dtype,
        computes,
        forms=with_numbers,
        errors=errors,
        differentiable=differentiable,
    )


def unary(
    name: str,
    reference: Callable[..., Any],
    takes: Sequence[str],
    result_dtype: Callable[[str], str] = same,
    samples: Samples | None = None,
    computes: Callable[[str], str] | None = None,
    refuses: Sequence[str] = (),
    family: str | None = "elementwise",
    loose: float = 1.0,
) -> Record:
    """The record of an elementwise op of one operand; the kernel is in this family, if any, others as in `Record`."""
    return Record(
        name,
        samples or some(),
        reference,
        f"{family}.{name.rpartition('.')[2]}" if family else None,
        takes,
        refuses,
        result_dtype,
        computes,
        forms=lambda m: [s(m(2, 3, low=1).tolist())] if m.dtype == "float32" else [],
        errors=lambda m: [
            (ArgumentTypeError, s(None)),
            (ArgumentTypeError, s("a")),
            (ShapeError, s([[1.0], [1.0, 2.0]])),
        ],
        loose=loose,
    )
