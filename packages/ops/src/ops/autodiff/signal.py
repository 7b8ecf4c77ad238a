"""Vjp rules of the family signal."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, native


def _dft(g: Any, y: Any, real: Any, imag: Any, axis_count: int, inverse: bool) -> Any:
    size: Any = math.prod(xp.sizes(real)[-axis_count:])
    by_real, by_imag = native("signal.dft")(g[0], g[1], axis_count, not inverse)
    size = float(size) if isinstance(size, int) else xp.cast(size, xp.dtype(real))
    scale = 1.0 / size if inverse else size
    return by_real * scale, by_imag * scale


def _resize_last(x: Any, size: Any) -> Any:
    """Returns x with its last axis cut or zero-padded to a size."""
    current, unpadded = xp.sizes(x)[-1], ((0, 0),) * (len(xp.shape(x)) - 1)
    if not (isinstance(current, int) and isinstance(size, int)):
        return xp.pad(x, (*unpadded, (0, xp.larger_size(size - current, 0))))[..., :size]
    if current > size:
        return x[..., :size]
    return xp.pad(x, (*unpadded, (0, size - current))) if current < size else x


def _rdft(g: Any, y: Any, x: Any, fft_length: int) -> Any:
    real, imag = (_resize_last(part, fft_length) for part in g)
    inverse, _ = native("signal.dft")(real, imag, 1, True)
    return (_resize_last(inverse * float(fft_length), xp.sizes(x)[-1]),)


def _irdft(g: Any, y: Any, real: Any, imag: Any, fft_length: int) -> Any:
    by_real, by_imag = native("signal.rdft")(g, fft_length)
    # All frequencies but the first, and the last of an even length, occur twice in the full spectrum.
    weight = np.full(fft_length // 2 + 1, 2.0 / fft_length)
    weight[0] = 1.0 / fft_length
    if fft_length % 2 == 0:
        weight[-1] = 1.0 / fft_length
    scale = xp.convert_to_tensor(weight, xp.dtype(g))
    return _resize_last(by_real * scale, xp.sizes(real)[-1]), _resize_last(by_imag * scale, xp.sizes(imag)[-1])


RULES = FamilyRules(
    vjps={
        "signal.complex_of": {0: lambda g, y, a, b: xp.real(g), 1: lambda g, y, a, b: xp.imag(g)},
        "signal.dft": _dft,
        "signal.irdft": _irdft,
        "signal.rdft": _rdft,
    },
)
