"""Records of family manipulation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, AxisError, DtypeError, ShapeError
from ops_common.testing.record import ALL, NUMBERS, Record, same
from ops_common.testing.samples import Samples, s

RECORDS: list[Record] = []


def manipulation(name: str, samples: Samples, reference: Callable[..., Any], errors: Any, forms: Any = None) -> Record:
    return Record(name, samples, reference, f"manipulation.{name}", ALL, errors=errors, forms=forms)


RECORDS.extend(
    [
        manipulation(
            "reshape",
            lambda m: [
                s(m(2, 3), (3, 2)),
                s(m(2, 3), (-1,)),
                s(m(), (1, 1)),
                s(m(0, 3), (3, 0)),
                s(m(2, 6), (2, -1, 3)),
            ],
            np.reshape,
            lambda m: [
                (ShapeError, s(m(2, 3), (4,))),
                (ShapeError, s(m(2, 3), (-1, -1))),
                (ShapeError, s(m(2, 3), (4, -1))),
                (ShapeError, s(m(2, 3), (-2,))),
                (ArgumentTypeError, s(m(2), "ab")),
            ],
            lambda m: [s(m(2, 3), 6), s(m(2, 3), [3, -1])],
        ),
        manipulation(
            "transpose",
            lambda m: [s(m(2, 3), None), s(m(2, 3, 4), (1, 2, 0)), s(m(2, 3, 4), (-1, 0, 1)), s(m(), None)],
            np.transpose,
            lambda m: [
                (ShapeError, s(m(2, 3), (0, 0))),
                (ShapeError, s(m(2, 3), (0,))),
                (AxisError, s(m(2, 3), (0, 2))),
            ],
            lambda m: [s(m(2, 3)), s(m(2, 3), axes=[1, 0])],
        ),
        manipulation(
            "concatenate",
            lambda m: [s([m(2, 3), m(1, 3)], 0), s([m(2, 3), m(2, 2), m(2, 0)], -1), s([m(3)], 0)],
            np.concatenate,
            lambda m: [
                (ShapeError, s([m(2, 3), m(2, 4)], 0)),
                (ShapeError, s([m(2, 3), m(2)], 0)),
                (AxisError, s([m(2, 3)], 2)),
                (AxisError, s([m(0), m(0)], 1)),
                (ShapeError, s([], 0)),
                (ArgumentTypeError, s(5, 0)),
            ],
            lambda m: [s((m(2, 3), m(1, 3))), s(m(2, 1, 3)), s(m(2, 1, 3), 1), s(m(3, 2), axis=-1), s(m(2, 3), None)],
        ),
        manipulation(
            "stack",
            lambda m: [s([m(2, 3), m(2, 3)], 0), s([m(2, 3), m(2, 3)], -1), s([m(), m()], 0)],
            np.stack,
            lambda m: [(ShapeError, s([m(2), m(3)], 0)), (AxisError, s([m(2)], 2)), (ShapeError, s([], 0))],
            lambda m: [s((m(3), m(3))), s(m(2, 3)), s(m(2, 3, 2), -1), s(m(3))],
        ),
        manipulation(
            "split",
            lambda m: [
                s(m(6, 2), 3, 0),
                s(m(2, 5), (1, 3), -1),
                s(m(5), (2, 9), 0),
                s(m(5), (-2,), 0),
                s(m(4), (3, 1), 0),
            ],
            np.split,
            lambda m: [(ShapeError, s(m(5), 2, 0)), (AxisError, s(m(4), 2, 1)), (ArgumentTypeError, s(m(4), "a", 0))],
            lambda m: [s(m(4), 2), s(m(5), [1, 3], axis=0), s(m(5), np.array([1, 3]))] if m.dtype == "float32" else [],
        ),
        manipulation(
            "expand_dims",
            lambda m: [s(m(2, 3), 0), s(m(2, 3), -1), s(m(2, 3), (0, 3)), s(m(), 0), s(m(2), (-1, 0))],
            np.expand_dims,
            lambda m: [
                (AxisError, s(m(2), 5)),
                (ShapeError, s(m(2), (0, 0))),
                (AxisError, s(m(2), (0, 4))),
                (ArgumentTypeError, s(m(2), "a")),
            ],
        ),
        manipulation(
            "squeeze",
            lambda m: [s(m(1, 3, 1), None), s(m(1, 3, 1), 0), s(m(1, 3, 1), (0, -1)), s(m(2, 3), None), s(m(1, 3), ())],
            np.squeeze,
            lambda m: [
                (ShapeError, s(m(2, 3), 0)),
                (AxisError, s(m(1, 3), 2)),
                (ShapeError, s(m(1, 3), (0, 1))),
                (AxisError, s(m(), 0)),
            ],
        ),
        manipulation(
            "broadcast_to",
            lambda m: [s(m(3), (2, 3)), s(m(2, 1), (2, 4)), s(m(), (2,)), s(m(1), (0,))],
            np.broadcast_to,
            lambda m: [(ShapeError, s(m(3), (2,))), (ShapeError, s(m(2, 3), (3,))), (ShapeError, s(m(3), (2, -1)))],
        ),
    ]
)


def _padded(x: Any, width: Any, mode: str = "constant", constant_values: Any = None) -> Any:
    if not x.ndim:
        return x
    if mode == "constant":
        return np.pad(x, width, mode, constant_values=constant_values or 0)
    return np.pad(x, width, mode)  # type: ignore[call-overload]  # NumPy types its modes one by one


RECORDS.extend(
    [
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
                (ShapeError, s(m(2), ())),
                (ShapeError, s(m(1, 3, 3), ((1, 2), (0, 1)))),
                (ShapeError, s(m(0), 1, "reflect")),
                (ShapeError, s(m(2, 0), ((0, 0), (0, 2)), "symmetric")),
                (ArgumentError, s(m(2), 1, "mirror")),
                (ArgumentError, s(m(2), 1, "edge", 3)),
                (ArgumentTypeError, s(m(2), 1, "constant", [0])),
            ],
            lambda m: [
                s(m(2, 3), 1),
                s(m(2, 3), (1,)),
                s(m(2, 3), (1, 2)),
                s(m(2, 3), [[1, 0], [0, 1]], constant_values=1),
                s(m(2), 5, "reflect"),
                s(m(1, 3), ((2, 1), (7, 1)), "reflect"),
                s(m(2, 3, 1), ((1, 2), (0, 9), (4, 3)), "symmetric"),
            ],
        ),
        manipulation(
            "flip",
            lambda m: [s(m(2, 3), None), s(m(2, 3), 0), s(m(2, 3), (0, -1)), s(m(), None), s(m(2, 3, 2), -2)],
            np.flip,
            lambda m: [(AxisError, s(m(2), 1)), (ShapeError, s(m(2), (0, 0))), (AxisError, s(m(), -1))],
        ),
    ]
)

RECORDS.append(
    manipulation(
        "array_split",
        lambda m: [
            s(m(5, 2), 3, 0),
            s(m(2, 5), 2, -1),
            s(m(2), 4, 0),
            s(m(5), (1, 3), 0),
            s(m(5), (-2, 9), 0),
            s(m(6), 3, 0),
            s(m(0, 2), 2, 0),
            s(m(3), 1, 0),
        ],
        np.array_split,
        lambda m: [
            (ShapeError, s(m(5), 0)),
            (ShapeError, s(m(5), -1)),
            (AxisError, s(m(4), 2, 1)),
            (AxisError, s(m(), 1)),
            (ArgumentTypeError, s(m(4), "a")),
            (ArgumentTypeError, s(m(4), None)),
        ],
        lambda m: [s(m(4, 4, 4), [1, 3]), s(m(4, 4, 4), indices_or_sections=np.array([2]))],
    )
)


def _stacks(name: str, samples: Samples, errors: Any) -> Record:
    return Record(
        name,
        samples,
        lambda xs: getattr(np, name)([np.asarray(x) for x in xs]),
        f"manipulation.{name}",
        ALL,
        errors=lambda m: [*errors(m), (ShapeError, s([])), (ArgumentTypeError, s(5)), (ArgumentTypeError, s(None))],
        forms=lambda m: [s((m(2, 3), m(2, 3))), s([m(2)]), *(s(m(*shape)) for shape in ((3,), (3, 2), (2, 3, 1)))],
    )


RECORDS.extend(
    [
        _stacks(
            "hstack",
            lambda m: [
                s([m(2, 3), m(2, 1)]),
                s([m(2), m(3), m(0)]),
                s([m(), m()]),
                s([m(2, 1, 2), m(2, 2, 2)]),
                s([m(), m(2)]),
            ],
            lambda m: [
                (ShapeError, s([m(2, 3), m(3, 3)])),
                (ShapeError, s([m(2, 3), m(2)])),
                (ShapeError, s([m(0), m(0, 2)])),
            ],
        ),
        _stacks(
            "vstack",
            lambda m: [
                s([m(2, 3), m(1, 3)]),
                s([m(3), m(2, 3)]),
                s([m(), m()]),
                s([m(0), m(0)]),
                s([m(1, 2, 2), m(2, 2, 2)]),
            ],
            lambda m: [(ShapeError, s([m(2), m(3)])), (ShapeError, s([m(2, 3), m(1, 2, 3)]))],
        ),
        _stacks(
            "dstack",
            lambda m: [
                s([m(2, 3), m(2, 3)]),
                s([m(3), m(3)]),
                s([m(), m()]),
                s([m(1, 3, 2), m(3)]),
                s([m(1, 2, 1, 2), m(1, 2, 2, 2)]),
            ],
            lambda m: [(ShapeError, s([m(2), m(3)])), (ShapeError, s([m(2, 3), m(2, 3, 1, 1)]))],
        ),
        manipulation(
            "tile",
            lambda m: [
                s(m(2, 3), (2, 2)),
                s(m(2, 3), (2,)),
                s(m(3), (2, 1, 2)),
                s(m(), (2,)),
                s(m(), ()),
                s(m(3), (0,)),
                s(m(0, 2), (2, 1)),
                s(m(2), (1,)),
                s(m(2), (2, 0)),
            ],
            np.tile,
            lambda m: [
                (ShapeError, s(m(2), (-1,))),
                (ShapeError, s(m(2), (-1, -1))),
                (ArgumentTypeError, s(m(2), "ab")),
                (ArgumentTypeError, s(m(2), (1.5,))),
            ],
            lambda m: [s(m(2, 3), 2), s(m(2), [2, 2]), s(m(2), np.array([2, 1]))],
        ),
        manipulation(
            "roll",
            lambda m: [
                s(m(2, 3), 1, 1),
                s(m(2, 3), 1, None),
                s(m(2, 3), -4, -1),
                s(m(2, 3), (1, -1), (0, 1)),
                s(m(2, 3), 1, (0, 1)),
                s(m(2, 3), (1, 1), 1),
                s(m(2, 3), (1, 2), None),
                s(m(2, 3), (1, 1), (1, -1)),
                s(m(), 1, None),
                s(m(0, 2), 1, 0),
                s(m(0, 2), 1, None),
                s(m(2), (), ()),
                s(m(3), 2**40, 0),
            ],
            np.roll,
            lambda m: [
                (AxisError, s(m(2, 3), 1, 2)),
                (AxisError, s(m(), 1, 0)),
                (ShapeError, s(m(2, 3), (1, 2, 3), (0, 1))),
                (ArgumentTypeError, s(m(2), 1.5)),
                (ArgumentTypeError, s(m(2), None)),
                (ArgumentTypeError, s(m(2), 1, "a")),
            ],
            lambda m: [s(m(2, 3), 2), s(m(2, 3), [1, 2], axis=[0, 1]), s(m(3), np.int64(1))],
        ),
        manipulation(
            "repeat",
            lambda m: [
                s(m(2, 3), 2, 1),
                s(m(2, 3), 2, None),
                s(m(2, 3), 3, -2),
                s(m(2), 0, 0),
                s(m(), 2, None),
                s(m(0, 2), 2, 0),
                s(m(2, 1), 1, 0),
            ],
            lambda x, repeats, axis=None: np.repeat(x, np.asarray(repeats, np.intp), axis),
            lambda m: [
                (AxisError, s(m(2), 2, 1)),
                (AxisError, s(m(), 2, 0)),
                (ShapeError, s(m(2), [1, 2, 3])),
                (ShapeError, s(m(2), np.array([1, 2, 3]), 0)),
                (ShapeError, s(m(2), np.array([[1, 2]]))),
                (ShapeError, s(m(2, 2), [1, 2])),
                (ShapeError, s(m(2, 3), [1, 2], 1)),
                (ArgumentError, s(m(2), -1)),
                (ArgumentError, s(m(2), [1, -1])),
                (ArgumentError, s(m(2), np.array([1, -1]))),
                (DtypeError, s(m(2), [1.0, 2.0])),
                (DtypeError, s(m(2), np.array([1.0, 2.0], np.float32))),
                (ArgumentTypeError, s(m(2), 1.5)),
                (ArgumentTypeError, s(m(2), "a")),
                (ArgumentTypeError, s(m(2), 2, "a")),
                (ArgumentTypeError, s(m(2), None)),
            ],
            lambda m: [
                s(m(2, 3), 2),
                s(m(2, 3), np.int64(2), axis=0),
                s(m(2, 3), [1, 2], axis=0),
                s(m(2, 3), (2, 0, 1), -1),
                s(m(2, 2), [1, 0, 2, 3]),
                s(m(3), [2]),
                s(m(3), np.array([2])),
                s(m(3), np.array([2, 0, 1], np.uint8), 0),
                s(m(2, 3), np.array([1, 2], np.uint64), axis=-2),
                s(m(0, 2), [], 0),
                s(m(2), [0, 0]),
            ],
        ),
    ]
)

# `view` is tried from each dtype to the next of its width.
_WIDTHS = (
    ("int8", "uint8"),
    ("int16", "uint16", "float16", "bfloat16"),
    ("int32", "uint32", "float32"),
    ("int64", "uint64", "float64", "complex64"),
    ("complex128",),
)

_NEXT = {name: names[(i + 1) % len(names)] for names in _WIDTHS for i, name in enumerate(names)}

_PREVIOUS = {following: name for name, following in _NEXT.items()}


def _viewed(x: Any, dtype: str) -> Any:
    return x.astype(dtypes.to_numpy(_PREVIOUS[dtype])).view(dtypes.to_numpy(dtype))


RECORDS.append(
    Record(
        "view",
        lambda m: [s(m(2, 3), _NEXT[m.dtype]), s(m(), _NEXT[m.dtype]), s(m(0, 2), _NEXT[m.dtype])],
        _viewed,
        "manipulation.view",
        NUMBERS,
        result_dtype=_NEXT.__getitem__,
        computes=same,
        errors=lambda m: [
            (ShapeError, s(m(2, 3), "float64")),
            (ShapeError, s(m(), "int16")),
            (DtypeError, s(m(2), "float33")),
            (ArgumentTypeError, s(None, "int32")),
        ],
        differentiable=False,
    )
)

RECORDS.append(
    Record(
        "unstack",
        lambda m: [s(m(3, 2), None, 0), s(m(3, 2), 2, -1), s(m(0, 2), None, 0), s(m(1), None, 0)],
        lambda x, num=None, axis=0: list(np.moveaxis(x, axis, 0)),
        "manipulation.unstack",
        ALL,
        errors=lambda m: [(AxisError, s(m(3, 2), None, 2)), (ShapeError, s(m(3, 2), 2)), (AxisError, s(m()))],
    )
)
