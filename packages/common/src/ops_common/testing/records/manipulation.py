"""Records of family manipulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import (
    ALL,
    Record,
)
from ops_common.testing.records._build import (
    Samples,
    s,
)


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
