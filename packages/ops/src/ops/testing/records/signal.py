"""Records of the composite ops of family signal."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError
from ops_common.testing.record import ALL, COMPLEX, Maker, Record, floating, modulus, same
from ops_common.testing.samples import REAL, s

RECORDS: list[Record] = []


def _blackman(x: int) -> Any:
    return np.maximum(np.blackman(x), 0)  # where NumPy rounds an end to a negative number


_COUNTS = (5, 12, 1, 2, 0, 101)

for _name in ("bartlett", "blackman", "hamming", "hanning"):
    RECORDS.append(
        Record(
            _name,
            lambda m: [s(count) for count in _COUNTS],
            _blackman if _name == "blackman" else getattr(np, _name),
            None,
            ("float32",),
            forms=lambda m: [s(np.int64(5)), s(np.array(4))],
            errors=lambda m: [(ArgumentError, s(-1)), (ArgumentTypeError, s(2.5)), (ArgumentTypeError, s("a"))],
        )
    )


def _kaiser(count: int, beta: Any) -> Any:
    shape = np.broadcast_shapes(np.shape(beta), (count,))
    betas = np.broadcast_to(beta, shape).flat
    return np.reshape([np.kaiser(count, value)[i % count] for i, value in enumerate(betas)], shape)


RECORDS.append(
    Record(
        "kaiser",
        lambda m: [s(count, beta) for count in _COUNTS for beta in (14.0, 0.5, 0)],
        _kaiser,
        None,
        ("float32",),
        forms=lambda m: [s(np.int64(5), m()), s(5, beta=np.float64(2.0))],
        errors=lambda m: [
            (ArgumentError, s(-1, 1.0)),
            (ArgumentTypeError, s(2.5, 1.0)),
            (ArgumentTypeError, s(5, None)),
        ],
    )
)


def _sequences(x: Any, length: int, stride: int) -> Any:
    if x.shape[-1] < length:
        return np.zeros((*x.shape[:-1], 0, length), x.dtype)
    return np.lib.stride_tricks.sliding_window_view(x, length, -1)[..., ::stride, :]


RECORDS.append(
    Record(
        "extract_sequences",
        lambda m: [s(m(2, 9), 4, 2), s(m(9), 2, 3), s(m(3), 4, 1)],
        _sequences,
        None,
        ALL,
        forms=lambda m: [s([1, 2, 3], 2, 1)] if m.dtype == "int32" else [],
        errors=lambda m: [
            (ArgumentError, s(m(9), 0, 1)),
            (ArgumentError, s(m(9), 2, 0)),
            (ArgumentTypeError, s(m(9), 2.5, 1)),
            (ShapeError, s(m(), 2, 1)),
        ],
    )
)

# --- transforms: tuples of real and imaginary parts


def _pair(dtype: str) -> tuple[str, str]:
    return floating(dtype), floating(dtype)


def _complex(x: Any) -> Any:
    return np.asarray(x[0]) + 1j * np.asarray(x[1])


def _apart(x: Any) -> tuple[Any, Any]:
    return np.real(x), np.imag(x)


def _both(m: Maker, *shape: int) -> tuple[Any, Any]:
    return m(*shape), m(*shape, low=-2)


_TRANSFORMS: dict[str, tuple[Any, tuple[tuple[int, ...], ...]]] = {
    "fft": (np.fft.fft, ((2, 3, 5), (4,), (0, 4))),
    "fft2": (np.fft.fft2, ((2, 3, 5), (4, 4))),
    "ifft2": (np.fft.ifft2, ((2, 3, 5), (4, 4))),
}

for _name, (_function, _shapes) in _TRANSFORMS.items():
    RECORDS.append(
        Record(
            _name,
            lambda m, shapes=_shapes: [s(_both(m, *shape)) for shape in shapes],
            lambda x, function=_function: _apart(function(_complex(x))),
            None,
            REAL,
            COMPLEX,
            _pair,
            errors=lambda m: [
                (ShapeError, s((m(2, 3), m(2, 4)))),
                (ShapeError, s((m(), m()))),
                (ShapeError, s((m(2, 0), m(2, 0)))),
                (ArgumentError, s((m(2, 3),))),
                (ArgumentTypeError, s(m(2, 3))),
            ],
            loose=4,
        )
    )

RECORDS.extend(
    [
        Record(
            "rfft",
            lambda m: [s(m(2, 6), None), s(m(2, 6), 5), s(m(5), 8), s(m(0, 4), 4)],
            lambda x, fft_length=None: _apart(np.fft.rfft(x, fft_length)),
            None,
            REAL,
            COMPLEX,
            _pair,
            forms=lambda m: [s(m(2, 6)), s(m(2, 6), fft_length=np.int64(4))],
            errors=lambda m: [(ShapeError, s(m())), (ShapeError, s(m(2, 0))), (ArgumentError, s(m(4), 0))],
            loose=4,
        ),
        Record(
            "irfft",
            lambda m: [s(_both(m, 2, 4), None), s(_both(m, 2, 4), 5), s(_both(m, 3), 8)],
            lambda x, fft_length=None: np.fft.irfft(_complex(x), fft_length),
            None,
            REAL,
            COMPLEX,
            floating,
            forms=lambda m: [s(_both(m, 2, 4)), s(_both(m, 2, 4), fft_length=6)],
            errors=lambda m: [
                (ShapeError, s((m(2, 3), m(2, 4)))),
                (ArgumentError, s(_both(m, 1))),
                (ArgumentError, s(_both(m, 4), -1)),
            ],
            loose=4,
        ),
    ]
)


def _window(window: Any, length: int, whole: int) -> Any:
    turn = 2 * np.pi * np.arange(length) / length
    named = {"hann": 0.5 - 0.5 * np.cos(turn), "hamming": 0.54 - 0.46 * np.cos(turn)}
    result = named[window] if isinstance(window, str) else np.ones(length) if window is None else np.asarray(window)
    before = (whole - length) // 2
    return np.pad(result, (before, whole - length - before))


def _stft(x: Any, length: int, stride: int, whole: int, window: Any = "hann", center: bool = True) -> Any:
    if center:
        x = np.pad(x, [(0, 0)] * (x.ndim - 1) + [(whole // 2, whole // 2)], mode="reflect")
    count = (x.shape[-1] - whole) // stride + 1
    cuts = np.stack([x[..., i * stride : i * stride + whole] for i in range(count)], -2)
    return _apart(np.fft.rfft(cuts * _window(window, length, whole)))


def _istft(
    x: Any, length: int, stride: int, whole: int, size: Any = None, window: Any = "hann", center: bool = True
) -> Any:
    cuts, shape = np.fft.irfft(_complex(x), whole), _window(window, length, whole)
    count = cuts.shape[-2]
    total = np.zeros((*cuts.shape[:-2], (count - 1) * stride + whole))
    weights = np.zeros(total.shape[-1])
    for i in range(count):
        total[..., i * stride : i * stride + whole] += cuts[..., i, :] * shape
        weights[i * stride : i * stride + whole] += shape**2
    total /= np.maximum(weights, 1e-10)
    if center:
        total = total[..., whole // 2 :]
    if size is None:
        return total[..., : total.shape[-1] - whole // 2] if center else total
    missing = max(size - total.shape[-1], 0)
    return np.pad(total, [(0, 0)] * (total.ndim - 1) + [(0, missing)])[..., :size]


RECORDS.extend(
    [
        Record(
            "stft",
            lambda m: [
                s(m(2, 20), 8, 4, 8, "hann", True),
                s(m(2, 20), 5, 3, 8, "hamming", True),
                s(m(20), 8, 3, 8, None, False),
            ],
            _stft,
            None,
            REAL,
            COMPLEX,
            _pair,
            forms=lambda m: [
                s(m(2, 20), 8, 4, 9),
                s(m(20), 4, 4, 4, window=np.array([1.0, 2.0, 3.0, 0.5], np.float32)),
            ],
            errors=lambda m: [
                (ShapeError, s(m(4), 8, 4, 8)),
                (ShapeError, s(m(6), 8, 4, 8, "hann", False)),
                (ShapeError, s(m(20), 8, 4, 8, [1.0, 2.0])),
                (ArgumentError, s(m(20), 8, 0, 8)),
                (ArgumentError, s(m(20), 9, 4, 8)),
                (ArgumentError, s(m(20), 8, 4, 8, "boxcar")),
            ],
            loose=8,
        ),
        Record(
            "istft",
            lambda m: [
                s(_both(m, 2, 6, 5), 8, 4, 8, None, "hamming", True),
                s(_both(m, 6, 5), 6, 3, 8, 30, "hamming", True),
                s(_both(m, 6, 5), 8, 3, 8, 9, None, False),
            ],
            _istft,
            None,
            REAL,
            COMPLEX,
            floating,
            errors=lambda m: [
                (ShapeError, s(_both(m, 6, 4), 8, 4, 8)),
                (ShapeError, s(_both(m, 5), 8, 4, 8)),
                (ArgumentError, s(_both(m, 6, 5), 8, 4, 8, -1)),
                (ArgumentError, s(_both(m, 6, 5), 9, 4, 8)),
            ],
            loose=8,
        ),
    ]
)


def _complex_of(dtype: str) -> str:
    return "complex128" if dtype == "float64" else "complex64"


RECORDS.extend(
    [
        Record(
            "view_as_complex",
            lambda m: [s(m(3, 2)), s(m(2)), s(m(0, 2, 2))],
            lambda x: x[..., 0] + 1j * x[..., 1],
            None,
            REAL,
            COMPLEX,
            _complex_of,
            errors=lambda m: [(ShapeError, s(m(3))), (ShapeError, s(m()))],
        ),
        Record(
            "view_as_real",
            lambda m: [s(m(2, 3)), s(m()), s(m(0, 2))],
            lambda x: np.stack([np.real(x), np.imag(x)], -1),
            None,
            ALL,
            result_dtype=modulus,
            computes=same,
            errors=lambda m: [(ArgumentTypeError, s(None))],
        ),
        Record(
            "polar",
            lambda m: [s(m(2, 3, low=0), m(2, 3)), s(m(low=0), m(4)), s(m(2, 1, low=0), m(3))],
            lambda abs_, angle: abs_ * np.exp(1j * angle),
            None,
            REAL,
            COMPLEX,
            _complex_of,
            forms=lambda m: [s(2.0, m(3))] if m.dtype == "float32" else [],
            errors=lambda m: [(ShapeError, s(m(2), m(3)))],
            loose=2,
        ),
    ]
)
