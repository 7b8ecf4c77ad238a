"""NumPy, family nn.activation: temporaries are reused, and long inputs are processed in blocks that fit in the
cache."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ops_backend_numpy.core import DTYPES, HALF_FLOATS, SMALL_FLOATS
from ops_common import shapes
from ops_common.host import special
from ops_common.host.parallel import BLOCK, share

Tensor = Any

_GELU = math.sqrt(2.0 / math.pi)


def relu(x: Tensor) -> Tensor:
    return np.maximum(x, x.dtype.type(0))


def relu6(x: Tensor) -> Tensor:
    return np.minimum(np.maximum(x, x.dtype.type(0)), x.dtype.type(6))


def sigmoid(x: Tensor) -> Tensor:
    return _in_blocks(_sigmoid, x)


def _sigmoid(x: Tensor, out: Tensor) -> None:
    # exp(min(x, 0)) / (1 + exp(-|x|)): neither exponential overflows, and it is accurate where x is far below 0.
    np.abs(x, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    whole = 1 + out
    np.copyto(out, 1, where=x >= 0)
    out /= whole


def _in_blocks(block: Callable[[Tensor, Tensor], None], x: Tensor) -> Tensor:
    """Returns a function that writes into its second argument, applied block by block; in float32 for smaller
    floats."""
    if x.dtype in SMALL_FLOATS:
        return _in_blocks(block, x.astype(np.float32)).astype(x.dtype)
    if 0 < x.size <= BLOCK and x.ndim and x.flags.c_contiguous:
        out = np.empty_like(x)
        block(x, out)
        return out
    flat = np.ascontiguousarray(x).reshape(-1)
    out = np.empty_like(flat)
    share(lambda part: block(flat[part], out[part]), flat.size)
    return out.reshape(x.shape)


def gelu(x: Tensor, approximate: bool) -> Tensor:
    return _in_blocks(_gelu_tanh if approximate else _gelu_erf, x)


def _gelu_tanh(x: Tensor, out: Tensor) -> None:
    # 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), Hendrycks and Gimpel 2016: (1 + tanh(u)) / 2 is sigmoid(2 u),
    # which has no cancellation.
    np.multiply(x, x, out=out)
    out *= 2 * 0.044715 * _GELU
    out += 2 * _GELU
    out *= x
    _sigmoid(out.copy(), out)
    out *= x
    far = x < -3  # the rounding error of the exponent would become one of the result
    if far.any():
        out[far] = _gelu_tail(x[far])


def _gelu_tail(x: Tensor) -> Tensor:
    """Returns the same for numbers far below 0: for numbers truncated to eighths, and coefficients of few bits, the
    cubic polynomial has no rounding error, and the rest is small."""
    number = x.dtype.type
    if number is np.float16:
        return _gelu_tail(x.astype(np.float32))
    linear, cubic = 2 * _GELU, 2 * 0.044715 * _GELU
    a, b = (51 / 32, 9 / 128) if number is np.float32 else (round(linear * 2**30) / 2**30, round(cubic * 2**25) / 2**25)
    size = np.minimum(-x, number(64))
    cut = np.rint(size * 8) / 8
    power = cut * cut * cut
    exact = a * cut + b * power
    rest = (
        (linear - a) * cut
        + (cubic - b) * power
        + (size - cut) * (linear + cubic * (cut * cut + cut * size + size * size))
    )
    total = exact + rest
    tail = np.exp(-total)
    tail -= tail * ((exact - total) + rest)
    return x * tail / (1 + tail)


def _gelu_erf(x: Tensor, out: Tensor) -> None:
    np.multiply(x, special.normal_distribution(x), out=out)


def silu(x: Tensor) -> Tensor:
    return _in_blocks(_silu, x)


def _silu(x: Tensor, out: Tensor) -> None:
    _sigmoid(x, out)
    out *= x


def leaky_relu(x: Tensor, negative_slope: float) -> Tensor:
    def block(x: Tensor, out: Tensor) -> None:
        np.multiply(x, negative_slope, out=out)
        if 0 < negative_slope <= 1:
            np.maximum(x, out, out=out)
        else:
            np.copyto(out, x, where=x > 0)

    return _in_blocks(block, x)


def elu(x: Tensor, alpha: float) -> Tensor:
    def block(x: Tensor, out: Tensor) -> None:
        np.minimum(x, 0, out=out)
        np.expm1(out, out=out)
        out *= alpha
        np.copyto(out, x, where=x >= 0)  # including zero, to keep its sign

    return _in_blocks(block, x)


tanh_shrink = special.tanh_shrink


def softplus(x: Tensor) -> Tensor:
    return _in_blocks(_softplus, x)


def _softplus(x: Tensor, out: Tensor) -> None:
    # max(x, 0) + log(1 + exp(-|x|)): takes half as long as logaddexp.
    np.abs(x, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    np.log1p(out, out=out)
    out += np.maximum(x, 0)


def _shifted(x: Tensor, axis: Any) -> Tensor:
    if axis is not None and not x.ndim:  # NumPy accepts axis 0 of a scalar
        shapes.normalize_axes(axis, 0)
    # An empty axis has no largest element; [...] converts a scalar to an array.
    return np.subtract(x, np.maximum.reduce(x, axis, keepdims=True, initial=-np.inf))[...]


def _shifted_powers(x: Tensor, axis: Any) -> Tensor:
    powers = _shifted(x, axis)
    return np.exp(powers, out=powers)


def softmax(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if x.dtype in HALF_FLOATS:
        return softmax(x.astype(np.float32), axis).astype(x.dtype)
    if x.ndim > 1 and x.size > BLOCK and axis in (-1, x.ndim - 1):
        return _by_rows(_softmax_rows, x)
    powers = _shifted_powers(x, axis)
    return np.divide(powers, np.add.reduce(powers, axis, keepdims=True), out=powers)


_SAFE = 60.0  # powers of e up to this, and a sum of a billion of them, are far from the limits of float32


def _softmax_rows(x: Tensor, out: Tensor) -> None:
    if -_SAFE < x.min() and x.max() < _SAFE:  # false if there is a NaN: no need to shift
        np.exp(x, out=out)
    else:
        np.subtract(x, np.maximum.reduce(x, -1, keepdims=True), out=out)
        np.exp(out, out=out)
    out /= np.vecdot(out, np.ones(x.shape[-1], x.dtype))[:, None]


def log_softmax(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    if x.dtype in HALF_FLOATS:
        return log_softmax(x.astype(np.float32), axis).astype(x.dtype)
    if x.ndim > 1 and x.size > BLOCK and axis in (-1, x.ndim - 1):
        return _by_rows(_log_softmax_rows, x)
    shifted = _shifted(x, axis)
    return shifted - np.log(np.add.reduce(np.exp(shifted), axis, keepdims=True))


def _log_softmax_rows(x: Tensor, out: Tensor) -> None:
    np.subtract(x, np.maximum.reduce(x, -1, keepdims=True), out=out)
    out -= np.log(np.add.reduce(np.exp(out), -1, keepdims=True))


def _by_rows(function: Callable[[Tensor, Tensor], None], x: Tensor) -> Tensor:
    """Returns a function of rows that writes into its second argument, applied to blocks of rows."""
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    out = np.empty_like(rows)
    share(lambda part: function(rows[part], out[part]), len(rows), x.shape[-1])
    return out.reshape(x.shape)


def one_hot(x: Tensor, num_classes: int, axis: int, dtype: str) -> Tensor:
    classes = np.arange(num_classes).reshape([-1 if i == axis % (x.ndim + 1) else 1 for i in range(x.ndim + 1)])
    return np.equal(np.expand_dims(x, axis), classes).astype(DTYPES[dtype])
