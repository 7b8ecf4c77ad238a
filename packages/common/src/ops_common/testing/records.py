"""The records, family by family. Arrays stand for tensors; `m` makes them in the dtype under test."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    COMPLEX,
    FLOATS,
    INTEGERS,
    NUMBERS,
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
    product,
    same,
)

Samples = Callable[[Maker], Sequence[Sample]]
S = Sample
nan, inf = math.nan, math.inf


def s(*args: Any, **kwargs: Any) -> Sample:
    return Sample(args, kwargs)


def _special(m: Maker, *values: float) -> Any:
    return np.array(values, dtypes.to_numpy(m.dtype)) if m.dtype in FLOATS else m(len(values))


# --- elementwise ------------------------------------------------------------------------------------------------------


def _pairs(low: float = -3, high: float = 3) -> Samples:
    def samples(m: Maker) -> Sequence[Sample]:
        return [
            s(m(2, 3, low=low, high=high), m(3, low=low, high=high)),
            s(m(low=low, high=high), m(4, low=low, high=high)),
            s(m(0, 3, low=low, high=high), m(1, 3, low=low, high=high)),
            s(m(2, 1, 3, low=low, high=high), m(4, 1, low=low, high=high)),
        ]

    return samples


def _with_numbers(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return []
    beside: list[Any] = [2] if m.dtype in INTEGERS else [2, 1.5]
    return [s(m(2, 3, low=1), value) for value in beside] + [s(value, m(2, 3, low=1)) for value in beside]


def _no_broadcast(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [(ShapeError, s(m(2, 3), m(4))), (ArgumentTypeError, s(m(2), None)), (ArgumentTypeError, s("a", m(2)))]


def binary(
    name: str,
    reference: Callable[..., Any],
    takes: Sequence[str],
    answer: Callable[[str], str] = same,
    samples: Samples | None = None,
    computes: Callable[[str], str] | None = None,
    refuses: Sequence[str] = (),
    kernel: bool = True,
) -> None:
    Record(
        name,
        samples or _pairs(),
        reference,
        f"elementwise.{name}" if kernel else None,
        takes,
        refuses,
        answer,
        computes,
        forms=_with_numbers,
        errors=_no_broadcast,
    )


binary("add", np.add, ALL)
binary("subtract", np.subtract, NUMBERS, refuses=("bool",))
binary("multiply", np.multiply, ALL)
binary("divide", np.true_divide, ALL, floating, _pairs(1, 4))
binary("true_divide", np.true_divide, ALL, floating, _pairs(1, 4), kernel=False)
binary("floor_divide", np.floor_divide, ("bool", *REALS), number, lambda m: _divisions(m), refuses=COMPLEX)
binary("mod", np.mod, ("bool", *REALS), number, lambda m: _divisions(m), refuses=COMPLEX)
binary("power", np.power, ("bool", *NUMBERS), number, _pairs(1, 3))
for _name in ("maximum", "minimum"):
    binary(
        _name,
        getattr(np, _name),
        ("bool", *REALS),
        samples=lambda m: [*_pairs()(m), s(_special(m, nan, 1.0, -inf), _special(m, 1.0, nan, 2.0))],
        refuses=COMPLEX,
    )
for _name in ("equal", "not_equal"):
    binary(_name, getattr(np, _name), ALL, boolean, computes=same)
for _name in ("greater", "greater_equal", "less", "less_equal"):
    binary(_name, getattr(np, _name), ("bool", *REALS), boolean, computes=same, refuses=COMPLEX)
for _name in ("and", "or", "xor"):
    Record(
        f"logical_{_name}",
        _pairs(),
        getattr(np, f"logical_{_name}"),
        f"elementwise.logical_{_name}",
        ALL,
        answer=boolean,
        errors=_no_broadcast,
    )


def _divisions(m: Maker) -> Sequence[Sample]:
    if m.dtype == "bool":
        return [s(m(5), np.ones(5, bool))]
    signs = m(4, 1, low=-7, high=7), np.array([1, 2, 3, 5], dtypes.to_numpy(m.dtype))
    return [s(*signs), s(m(4, low=1, high=7), m(4, low=1, high=3))]


def _some(low: float = -3, high: float = 3) -> Samples:
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
        samples or _some(),
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


def _signs(x: Any) -> Any:
    return x / np.where(x == 0, 1, np.abs(x)) if np.iscomplexobj(x) else np.sign(x)


unary("negative", np.negative, NUMBERS, refuses=("bool",))
unary("abs", np.abs, ALL, modulus, computes=same)
unary("absolute", np.abs, ALL, modulus, computes=same, family=None)
unary("sign", _signs, NUMBERS, samples=lambda m: [*_some()(m), s(_special(m, nan, 0.0, -0.0, inf))], refuses=("bool",))
unary("square", np.square, ALL, number)
for _name in ("exp", "tanh", "sin", "cos"):
    unary(_name, getattr(np, _name), ALL, floating, loose=2)
unary("log", np.log, ALL, floating, _some(1, 4))
unary("sqrt", np.sqrt, ALL, floating, _some(0, 4))
unary("reciprocal", lambda x: 1 / x, ALL, floating, _some(1, 4))
for _name in ("floor", "ceil"):
    unary(_name, getattr(np, _name), ("bool", *REALS), floating, refuses=COMPLEX)
for _name in ("isnan", "isinf", "isfinite"):
    unary(
        _name,
        getattr(np, _name),
        ALL,
        boolean,
        lambda m: [*_some()(m), s(_special(m, nan, inf, -inf, 0.0))],
        computes=floating,
    )
Record("logical_not", _some(), np.logical_not, "elementwise.logical_not", ALL, answer=boolean)
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
    ("bool", *REALS),
    COMPLEX,
    number,
    forms=lambda m: [s(m(2, 3), 0, 1)],
    errors=lambda m: [(ShapeError, s(m(2), m(3), 1))],
)

# --- creation ---------------------------------------------------------------------------------------------------------


def _created(name: str, samples: Samples, reference: Callable[..., Any], errors: Any = None, forms: Any = None) -> None:
    Record(name, samples, reference, f"creation.{name}", ALL, errors=errors, forms=forms)


def _bad_shapes(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s((2, -1), m.dtype)),
        (ArgumentTypeError, s("ab", m.dtype)),
        (ArgumentTypeError, s((2.5,), m.dtype)),
        (DtypeError, s((2,), "float33")),
    ]


_created(
    "zeros",
    lambda m: [s((2, 3), m.dtype), s((), m.dtype), s((0, 2), m.dtype)],
    lambda shape, dtype: np.zeros(shape),
    _bad_shapes,
    lambda m: [s([2, 3], dtype=m.dtype), s(4, m.dtype), s(np.int64(2), m.dtype)],
)
_created("ones", lambda m: [s((2, 3), m.dtype), s((), m.dtype)], lambda shape, dtype: np.ones(shape), _bad_shapes)
_created(
    "full",
    lambda m: [s((2, 3), 1, m.dtype), s((), 1, m.dtype), s((2, 3), m(3), m.dtype), s((0,), m(), m.dtype)],
    lambda shape, fill, dtype: np.full(shape, fill),
    lambda m: [(ShapeError, s((2,), m(3), m.dtype)), (ShapeError, s((-2,), 1, m.dtype))],
)
_created("zeros_like", lambda m: [s(m(2, 3), m.dtype), s(m(), m.dtype)], lambda x, dtype: np.zeros_like(x))
_created("ones_like", lambda m: [s(m(2, 3), m.dtype), s(m(0, 2), m.dtype)], lambda x, dtype: np.ones_like(x))
_created("full_like", lambda m: [s(m(2, 3), 1, m.dtype), s(m(2, 3), m(3), m.dtype)], lambda x, f, d: np.full_like(x, f))
Record(
    "arange",
    lambda m: [s(0, 5, 1, m.dtype), s(1, 9, 3, m.dtype), s(5, 5, 1, m.dtype)],
    lambda start, stop=None, step=None, dtype=None: np.arange(start, stop, step),
    "creation.arange",
    REALS,
    forms=lambda m: (
        [s(6, dtype=m.dtype)]
        + ([s(0.5, 3, 0.5, m.dtype), s(5, 0, -2, m.dtype)] if m.dtype in FLOATS else [s(0, 2, 0.25, m.dtype)])
    ),
    errors=lambda m: [(ArgumentError, s(0, 5, 0, m.dtype))],
)
Record(
    "eye",
    lambda m: [s(3, 3, 0, m.dtype), s(2, 4, 1, m.dtype), s(4, 2, -2, m.dtype), s(0, 2, 0, m.dtype)],
    lambda n, columns, k, dtype: np.eye(n, columns, k),
    "creation.eye",
    ALL,
    errors=lambda m: [(ShapeError, s(-1, 2, 0, m.dtype)), (ArgumentTypeError, s(1.5, 2, 0, m.dtype))],
)
Record("identity", lambda m: [s(3, m.dtype)], lambda n, dtype: np.eye(n), None, ALL)
Record(
    "linspace",
    lambda m: [
        s(0, 1, 5),
        s(2.0, -2.0, 4),
        s(0, 1, 1),
        s(0, 1, 0),
        s(0, 10, 4, False),
        s(m(3), m(2, 3, low=4, high=9), 5),
    ],
    np.linspace,
    None,
    ("float32",),
    forms=lambda m: [s(m(3), m(2, 3, low=4, high=9), 5, axis=1), s(m(3), 2.0, 3, axis=-1)],
    errors=lambda m: [(ArgumentError, s(0, 1, -1)), (ShapeError, s(m(2), m(3)))],
)

# --- reduction --------------------------------------------------------------------------------------------------------


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
        ("bool", *REALS),
        same,
        refuses=COMPLEX,
        samples=lambda m: (
            [s(*sample.args, None) for sample in _reductions(m)] + [s(_special(m, 1.0, nan, 2.0), 0, False, None)]
        ),
        errors=lambda m: [*_bad_axes(m), (ShapeError, s(m(0, 3), 0))],
    )
    reduction(f"a{_name}", getattr(np, _name), ("bool", *REALS), same, refuses=COMPLEX, kernel=None)
for _name in ("any", "all"):
    reduction(_name, getattr(np, _name), ALL, boolean)
for _name in ("argmax", "argmin"):
    Record(
        _name,
        lambda m: [
            *(s(m(2, 3, 4), axis, keep) for axis in (None, 0, -1) for keep in (False, True)),
            s(_special(m, 1.0, nan, 2.0, nan), 0, False),
            s(np.ones(5, dtypes.to_numpy(m.dtype)), None, False),
        ],
        (lambda f: lambda x, axis=None, keepdims=False: f(x, axis, keepdims=keepdims))(getattr(np, _name)),
        f"reduction.{_name}",
        ("bool", *REALS),
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

# --- manipulation -----------------------------------------------------------------------------------------------------


def manipulation(name: str, samples: Samples, reference: Callable[..., Any], errors: Any, forms: Any = None) -> None:
    Record(name, samples, reference, f"manipulation.{name}", ALL, errors=errors, forms=forms)


manipulation(
    "reshape",
    lambda m: [s(m(2, 3), (3, 2)), s(m(2, 3), (-1,)), s(m(), (1, 1)), s(m(0, 3), (3, 0)), s(m(2, 6), (2, -1, 3))],
    np.reshape,
    lambda m: [
        (ShapeError, s(m(2, 3), (4,))),
        (ShapeError, s(m(2, 3), (-1, -1))),
        (ShapeError, s(m(2, 3), (4, -1))),
        (ShapeError, s(m(2, 3), (-2,))),
        (ArgumentTypeError, s(m(2), "ab")),
    ],
    lambda m: [s(m(2, 3), 6), s(m(2, 3), [3, -1])],
)
manipulation(
    "transpose",
    lambda m: [s(m(2, 3), None), s(m(2, 3, 4), (1, 2, 0)), s(m(2, 3, 4), (-1, 0, 1)), s(m(), None)],
    np.transpose,
    lambda m: [(ShapeError, s(m(2, 3), (0, 0))), (ShapeError, s(m(2, 3), (0,))), (ShapeError, s(m(2, 3), (0, 2)))],
    lambda m: [s(m(2, 3)), s(m(2, 3), axes=[1, 0])],
)
manipulation(
    "concatenate",
    lambda m: [s([m(2, 3), m(1, 3)], 0), s([m(2, 3), m(2, 2), m(2, 0)], -1), s([m(3)], 0)],
    np.concatenate,
    lambda m: [
        (ShapeError, s([m(2, 3), m(2, 4)], 0)),
        (ShapeError, s([m(2, 3), m(2)], 0)),
        (ShapeError, s([m(2, 3)], 2)),
        (ShapeError, s([m(0), m(0)], 1)),
        (ShapeError, s([], 0)),
        (ArgumentTypeError, s(5, 0)),
    ],
    lambda m: [s((m(2, 3), m(1, 3)))],
)
manipulation(
    "stack",
    lambda m: [s([m(2, 3), m(2, 3)], 0), s([m(2, 3), m(2, 3)], -1), s([m(), m()], 0)],
    np.stack,
    lambda m: [(ShapeError, s([m(2), m(3)], 0)), (ShapeError, s([m(2)], 2)), (ShapeError, s([], 0))],
)
manipulation(
    "split",
    lambda m: [s(m(6, 2), 3, 0), s(m(2, 5), (1, 3), -1), s(m(5), (2, 9), 0), s(m(5), (-2,), 0), s(m(4), (3, 1), 0)],
    np.split,
    lambda m: [(ShapeError, s(m(5), 2, 0)), (ShapeError, s(m(4), 2, 1)), (ArgumentTypeError, s(m(4), "a", 0))],
    lambda m: [s(m(4), 2), s(m(5), [1, 3], axis=0), s(m(5), np.array([1, 3]))] if m.dtype == "float32" else [],
)
manipulation(
    "expand_dims",
    lambda m: [s(m(2, 3), 0), s(m(2, 3), -1), s(m(2, 3), (0, 3)), s(m(), 0), s(m(2), (-1, 0))],
    np.expand_dims,
    lambda m: [
        (ShapeError, s(m(2), 5)),
        (ShapeError, s(m(2), (0, 0))),
        (ShapeError, s(m(2), (0, 4))),
        (ArgumentTypeError, s(m(2), "a")),
    ],
)
manipulation(
    "squeeze",
    lambda m: [s(m(1, 3, 1), None), s(m(1, 3, 1), 0), s(m(1, 3, 1), (0, -1)), s(m(2, 3), None), s(m(1, 3), ())],
    np.squeeze,
    lambda m: [
        (ShapeError, s(m(2, 3), 0)),
        (ShapeError, s(m(1, 3), 2)),
        (ShapeError, s(m(1, 3), (0, 1))),
        (ShapeError, s(m(), 0)),
    ],
)
manipulation(
    "broadcast_to",
    lambda m: [s(m(3), (2, 3)), s(m(2, 1), (2, 4)), s(m(), (2,)), s(m(1), (0,))],
    np.broadcast_to,
    lambda m: [(ShapeError, s(m(3), (2,))), (ShapeError, s(m(2, 3), (3,))), (ShapeError, s(m(3), (2, -1)))],
)


def _padded(x: Any, width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    if not x.ndim:
        return x
    if mode == "constant":
        return np.pad(x, width, mode, constant_values=constant_values or 0)
    return np.pad(x, width, mode)  # type: ignore[call-overload]  # the modes below


manipulation(
    "pad",
    lambda m: [
        s(m(2, 3), ((1, 2), (0, 1)), "constant", 0),
        s(m(2, 3), ((0, 0), (2, 0)), "constant", 1),
        *(s(m(3, 4), ((2, 1), (1, 2)), mode, None) for mode in ("reflect", "symmetric", "edge")),
        s(m(2, 3, 4), ((0, 0), (1, 0), (2, 3)), "edge", None),
        s(m(5), ((0, 3),), "symmetric", None),
        s(m(), (), "constant", 1),
        s(m(), (), "edge", None),
    ],
    _padded,
    lambda m: [
        (ShapeError, s(m(2), ((1, 1), (1, 1)))),
        (ShapeError, s(m(2), ((-1, 1),))),
        (ShapeError, s(m(2), 5, "reflect")),
        (ArgumentError, s(m(2), 1, "mirror")),
        (ArgumentError, s(m(2), 1, "edge", 3)),
    ],
    lambda m: [s(m(2, 3), 1), s(m(2, 3), (1, 2)), s(m(2, 3), [[1, 0], [0, 1]], constant_values=1)],
)
manipulation(
    "flip",
    lambda m: [s(m(2, 3), None), s(m(2, 3), 0), s(m(2, 3), (0, -1)), s(m(), None), s(m(2, 3, 2), -2)],
    np.flip,
    lambda m: [(ShapeError, s(m(2), 1)), (ShapeError, s(m(2), (0, 0))), (ShapeError, s(m(), -1))],
)

# --- indexing ---------------------------------------------------------------------------------------------------------
Record(
    "take",
    lambda m: [
        s(m(5, 3), np.array([4, 0, -1], np.int32), 0),
        s(m(2, 5), np.array([[0, 1], [-5, 4]], np.int64), 1),
        s(m(2, 3), np.array([5, 0], np.int32), None),
        s(m(4), np.array(2, np.int32), 0),
        s(m(4), np.zeros((0,), np.int32), 0),
    ],
    np.take,
    "indexing.take",
    ALL,
    forms=lambda m: [s(m(4, 2), [1, 3], axis=0), s(m(4, 2), 1, 0), s(m(4), np.array([1], np.uint8))],
    errors=lambda m: [
        (ShapeError, s(m(2), [0], 1)),
        (ShapeError, s(m(2, 3), [0], -3)),
        (ShapeError, s(m(), [0], 0)),
        (DtypeError, s(m(2), [0.5])),
        (ArgumentTypeError, s(m(2), None)),
    ],
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
        tuple(np.asarray(k) if isinstance(k, list) else k for k in key) if isinstance(key, (list, tuple)) else key
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
)

# --- contraction ------------------------------------------------------------------------------------------------------
Record(
    "matmul",
    lambda m: [
        s(m(2, 3), m(3, 4)),
        s(m(3), m(3)),
        s(m(2, 3), m(3)),
        s(m(3), m(3, 2)),
        s(m(5, 2, 3), m(3, 4)),
        s(m(2, 1, 2, 3), m(4, 3, 2)),
        s(m(3), m(2, 3, 4)),
        s(m(0, 3), m(3, 2)),
        s(m(2, 0), m(0, 3)),
    ],
    np.matmul,
    "contraction.matmul",
    ALL,
    answer=product,
    forms=lambda m: [s(m(2, 3).tolist(), m(3, 2))] if m.dtype in ("int32", "float32", "bool") else [],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2, 3))),
        (ShapeError, s(m(), m(2))),
        (ShapeError, s(m(2, 2, 3), m(3, 3, 2))),
    ],
)
Record(
    "dot",
    lambda m: [s(m(3), m(3)), s(m(2, 3), m(3, 4)), s(m(2, 3), m(3)), s(m(), m(2, 3)), s(m(2, 3), m(4, 3, 2))],
    np.dot,
    "contraction.dot",
    ALL,
    errors=lambda m: [(ShapeError, s(m(2), m(3))), (ShapeError, s(m(2, 3), m(2, 3)))],
)
Record(
    "tensordot",
    lambda m: [
        s(m(2, 3), m(3, 4), ((1,), (0,))),
        s(m(2, 3, 4), m(4, 3, 5), ((1, 2), (1, 0))),
        s(m(2, 3), m(2, 3), ((0, 1), (0, 1))),
        s(m(2), m(3), ((), ())),
    ],
    np.tensordot,
    "contraction.tensordot",
    ALL,
    forms=lambda m: [s(m(2, 3), m(3, 2), 1), s(m(2, 3), m(2, 3)), s(m(2), m(3), 0), s(m(2, 3), m(4, 3), axes=[1, -1])],
    errors=lambda m: [
        (ShapeError, s(m(2, 3), m(2, 3), 1)),
        (ShapeError, s(m(2, 3), m(3, 2), 3)),
        (ShapeError, s(m(2, 3), m(3, 2), ((5,), (0,)))),
        (ArgumentTypeError, s(m(2), m(2), "a")),
    ],
)


def _einsum(subscripts: str, *operands: Any) -> Any:
    return np.einsum(subscripts, *operands)


Record(
    "einsum",
    lambda m: [
        s("ij,jk->ik", m(2, 3), m(3, 4)),
        s("bij,bjk->bik", m(2, 2, 3), m(2, 3, 2)),
        s("ij->ji", m(2, 3)),
        s("ij->", m(2, 3)),
        s("ii->i", m(3, 3)),
        s("...i,...i->...", m(2, 3), m(3)),
        s("i,j->ij", m(2), m(3)),
        s("ij,jk,kl->il", m(2, 3), m(3, 2), m(2, 2)),
    ],
    _einsum,
    "contraction.einsum",
    NUMBERS,
    answer=product,
    forms=lambda m: [s("ij, jk", m(2, 3), m(3, 4)), s("ba", m(2, 3))],
    errors=lambda m: [
        (ShapeError, s("ij,jk->ik", m(2, 3), m(2, 3))),
        (ShapeError, s("ij->i", m(2))),
        (ShapeError, s("ii->i", m(3, 1))),
        (ShapeError, s("ij->k", m(2, 3))),
        (ArgumentTypeError, s(5, m(2))),
    ],
    loose=2,
)

# --- nn ---------------------------------------------------------------------------------------------------------------


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _gelu(x: Any, approximate: bool = True) -> Any:
    if approximate:
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))


def _softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    powers = np.exp(x - np.max(x, axis, keepdims=True, initial=-inf))
    return powers / np.sum(powers, axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = -1) -> Any:
    axis = tuple(axis) if isinstance(axis, list) else axis
    shifted = x - np.max(x, axis, keepdims=True, initial=-inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis, keepdims=True))


_REAL = ("bool", *REALS)
unary("nn.relu", lambda x: np.maximum(x, 0), _REAL, number, refuses=COMPLEX, family=None)
unary(
    "nn.sigmoid",
    _sigmoid,
    _REAL,
    floating,
    lambda m: [*_some()(m), s(_special(m, -100.0, 100.0, 0.0))],
    refuses=COMPLEX,
    family=None,
)
Record(
    "nn.gelu",
    lambda m: [s(m(2, 3), True), s(m(2, 3), False), s(m(), True)],
    _gelu,
    "nn.activation.gelu",
    _REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(3)), s(m(3), approximate=False)],
    loose=3,
)


def _soft(m: Maker) -> Sequence[Sample]:
    extreme = [s(_special(m, 500.0, 499.0, -500.0), 0)] if m.dtype != "bool" else []
    odd = [s(m(2, 3), ()), s(m(), None), s(m(2, 0), -1), s(m(0, 2), (0, 1))]
    return [s(m(2, 3, 4), -1), s(m(2, 3), 0), s(m(2, 3), (0, 1)), s(m(2, 3), None), *odd, *extreme]


for _name, _function in (("softmax", _softmax), ("log_softmax", _log_softmax)):
    Record(
        f"nn.{_name}",
        _soft,
        _function,
        f"nn.activation.{_name}",
        _REAL,
        COMPLEX,
        floating,
        forms=lambda m: [s(m(2, 3)), s(m(2, 3), axis=[0, 1])],
        errors=lambda m: [
            (ShapeError, s(m(2, 3), 2)),
            (ShapeError, s(m())),
            (ShapeError, s(m(2, 3), (0, -2))),
            (ArgumentTypeError, s(m(2), "a")),
        ],
        loose=2,
    )


def _one_hot(x: Any, classes: int, axis: int = -1, dtype: Any = None) -> Any:
    found = np.asarray(x)[..., None] == np.arange(classes)
    return np.moveaxis(found, -1, axis)


Record(
    "nn.one_hot",
    lambda m: (
        [s(np.array([[0, 2], [5, -1]], np.int32), 3, axis, m.dtype) for axis in (-1, 0, 1)]
        + [s(np.array(1, np.int64), 4, -1, m.dtype), s(np.array([], np.int32), 2, -1, m.dtype)]
    ),
    _one_hot,
    "nn.activation.one_hot",
    ALL,
    forms=lambda m: [s([1, 0], 2, dtype=m.dtype), s(np.array([1, 0], np.uint8), 2, dtype=m.dtype)],
    errors=lambda m: [
        (ShapeError, s([1], 3, 4)),
        (DtypeError, s([0.5], 3)),
        (ArgumentError, s([1], -1)),
        (ArgumentTypeError, s([1], 2.5)),
    ],
)


def _conv(
    x: Any, kernel: Any, strides: Any = 1, padding: str = "valid", data_format: Any = None, dilation_rate: Any = 1
) -> Any:
    """A convolution by its definition: loops over window places, in float64."""
    rank = x.ndim - 2
    if data_format == "channels_first":
        return np.moveaxis(_conv(np.moveaxis(x, 1, -1), kernel, strides, padding, None, dilation_rate), -1, 1)
    padding = padding.lower()
    steps = np.broadcast_to(strides, rank)
    rates = np.broadcast_to(dilation_rate, rank)
    window, depth, filters = kernel.shape[:-2], kernel.shape[-2], kernel.shape[-1]
    reach = [(k - 1) * r + 1 for k, r in zip(window, rates, strict=True)]
    if padding == "same":
        total = [max((-(-n // t) - 1) * t + r - n, 0) for n, t, r in zip(x.shape[1:-1], steps, reach, strict=True)]
        x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)])
    elif padding == "causal":
        x = np.pad(x, [(0, 0), (reach[0] - 1, 0), (0, 0)])
    counts = [(n - r) // t + 1 for n, r, t in zip(x.shape[1:-1], reach, steps, strict=True)]
    out = np.zeros((x.shape[0], *counts, filters))
    groups = x.shape[-1] // depth
    each = filters // groups
    for place in itertools.product(*map(range, window)):
        cut = tuple(
            slice(p * r, p * r + (c - 1) * t + 1, t) for p, r, c, t in zip(place, rates, counts, steps, strict=True)
        )
        seen = x[(slice(None), *cut)]
        for g in range(groups):
            out[..., g * each : (g + 1) * each] += (
                seen[..., g * depth : (g + 1) * depth] @ kernel[place][:, g * each : (g + 1) * each]
            )
    return out


def _convolutions(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    one, two = (1, 1), (2, 2)
    return [
        s(m(2, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 6, 5, 3), m(3, 2, 3, 4), one, "same", last, one),
        s(m(2, 7, 6, 3), m(3, 3, 3, 4), two, "same", last, one),
        s(m(2, 7, 7, 3), m(3, 3, 3, 4), (2, 1), "valid", last, one),
        s(m(2, 7, 7, 2), m(3, 3, 2, 3), one, "valid", last, two),
        s(m(2, 7, 7, 2), m(2, 3, 2, 3), one, "same", last, (2, 1)),
        s(m(2, 6, 6, 4), m(3, 3, 2, 6), one, "same", last, one),
        s(m(2, 3, 6, 5), m(3, 3, 3, 4), two, "same", first, one),
        s(m(2, 4, 6, 5), m(2, 2, 1, 4), one, "valid", first, one),
        s(m(2, 8, 3), m(3, 3, 4), (1,), "causal", last, (2,)),
        s(m(2, 8, 3), m(4, 3, 4), (2,), "same", last, (1,)),
        s(m(2, 8, 3), m(4, 3, 4), (3,), "causal", last, (1,)),
        s(m(2, 4, 5, 4, 2), m(2, 2, 2, 2, 3), (1, 1, 1), "same", last, (1, 1, 1)),
        s(m(2, 2, 4, 5, 4), m(2, 2, 2, 2, 3), (2, 2, 2), "valid", first, (1, 1, 1)),
        s(m(0, 6, 5, 3), m(3, 3, 3, 4), one, "valid", last, one),
        s(m(2, 0, 5, 3), m(3, 3, 3, 4), one, "same", last, one),
    ]


Record(
    "nn.conv",
    _convolutions,
    _conv,
    "nn.convolution.conv",
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 5, 5, 2), m(3, 3, 2, 2)), s(m(1, 5, 5, 2), m(3, 3, 2, 2), strides=[2, 1], padding="SAME")],
    errors=lambda m: [
        (ShapeError, s(m(1, 5, 5, 3), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 2, 2, 2), m(3, 3, 2, 2))),
        (ShapeError, s(m(5, 5), m(3, 3, 2, 2))),
        (ShapeError, s(m(1, 5, 5, 2), m(3, 2, 2))),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 0)),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "full")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "causal")),
        (ArgumentError, s(m(1, 5, 5, 2), m(3, 3, 2, 2), 1, "same", "NHWC")),
        (ArgumentError, s(m(1, 9, 9, 2), m(3, 3, 2, 2), 2, "same", None, 2)),
    ],
    loose=4,
)


def _pool(reduce: Callable[..., Any], fill: float) -> Callable[..., Any]:
    def pooled(x: Any, pool_size: Any, strides: Any = None, padding: str = "valid", data_format: Any = None) -> Any:
        rank = x.ndim - 2
        if data_format == "channels_first":
            return np.moveaxis(pooled(np.moveaxis(x, 1, -1), pool_size, strides, padding), -1, 1)
        window = np.broadcast_to(pool_size, rank)
        steps = window if strides is None else np.broadcast_to(strides, rank)
        x = x.astype(np.float64)
        if padding == "same":
            total = [max((-(-n // t) - 1) * t + k - n, 0) for n, t, k in zip(x.shape[1:-1], steps, window, strict=True)]
            x = np.pad(x, [(0, 0), *((t // 2, t - t // 2) for t in total), (0, 0)], constant_values=fill)
        views = np.lib.stride_tricks.sliding_window_view(x, tuple(window), tuple(range(1, rank + 1)))
        views = views[(slice(None), *(slice(None, None, int(t)) for t in steps))]
        return reduce(views, axis=tuple(range(-rank, 0)))

    return pooled


def _pools(m: Maker) -> Sequence[Sample]:
    last, first = "channels_last", "channels_first"
    return [
        s(m(2, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 7, 5, 3), (3, 2), (2, 2), "same", last),
        s(m(2, 7, 7, 3), (3, 3), (1, 1), "same", last),
        s(m(2, 3, 7, 6), (2, 3), (2, 2), "valid", first),
        s(m(2, 3, 7, 6), (3, 3), (2, 2), "same", first),
        s(m(2, 7, 3), (3,), (2,), "same", last),
        s(m(2, 4, 5, 4, 2), (2, 2, 2), (2, 2, 2), "same", last),
        s(m(2, 2, 4, 5, 4), (2, 3, 2), (1, 1, 1), "valid", first),
        s(m(2, 1, 1, 6, 1), (2, 3, 4), (1, 3, 1), "same", last),
        s(m(0, 6, 6, 3), (2, 2), (2, 2), "valid", last),
        s(m(2, 0, 6, 6), (3, 3), (2, 2), "same", first),
    ]


def _bad_pools(m: Maker) -> Sequence[tuple[type[Exception], Sample]]:
    return [
        (ShapeError, s(m(1, 2, 2, 1), 3)),
        (ShapeError, s(m(2, 2), 2)),
        (ArgumentError, s(m(1, 4, 4, 1), 0)),
        (ArgumentError, s(m(1, 4, 4, 1), (2, 2, 2))),
        (ArgumentError, s(m(1, 4, 4, 1), 2, padding="causal")),
        (ArgumentError, s(m(1, 4, 4, 1), 2, data_format="NHWC")),
    ]


Record(
    "nn.max_pool",
    _pools,
    _pool(np.max, -inf),
    "nn.pooling.max_pool",
    _REAL,
    COMPLEX,
    number,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 4, 4, 2), [2, 2], strides=1, padding="same")],
    errors=_bad_pools,
)
Record(
    "nn.average_pool",
    _pools,
    _pool(np.nanmean, nan),
    "nn.pooling.average_pool",
    _REAL,
    COMPLEX,
    floating,
    forms=lambda m: [s(m(1, 4, 4, 2), 2), s(m(1, 5, 5, 2), 3, 2, "same")],
    errors=_bad_pools,
)


def _crossentropy(target: Any, output: Any, from_logits: bool = False, axis: int = -1) -> Any:
    output = np.moveaxis(output, axis, -1)
    target = np.asarray(target)
    if target.ndim == output.ndim:
        target = np.squeeze(np.moveaxis(target, axis, -1), -1)
    if from_logits:
        logs = _log_softmax(output)
    else:
        logs = np.log(np.clip(output / output.sum(-1, keepdims=True), 1e-7, 1 - 1e-7))
    return -np.take_along_axis(logs, target[..., None].astype(np.int64), -1)[..., 0]


Record(
    "nn.sparse_categorical_crossentropy",
    lambda m: [
        s(np.array([0, 2], np.int32), m(2, 3), True, -1),
        s(np.array([[0, 2], [1, 1]], np.int64), m(2, 2, 3), True, -1),
        s(np.array([[0, 2, 1, 0], [1, 1, 0, 2]], np.int32), m(2, 3, 4), True, 1),
        s(np.array([[0], [2]], np.int32), m(2, 3), True, -1),
        s(np.array([0, 2], np.int32), m(2, 3, low=1, high=4), False, -1),
    ],
    _crossentropy,
    None,
    FLOATS,
    COMPLEX,
    floating,
    forms=lambda m: [s([0, 1], m(2, 3, low=1, high=4))],
    errors=lambda m: [
        (ShapeError, s(np.array([0, 1, 2]), m(2, 3))),
        (DtypeError, s(np.array([0.5, 1.0]), m(2, 3))),
        (ShapeError, s(np.array([0, 1]), m(2, 3), False, 2)),
    ],
    loose=3,
)
