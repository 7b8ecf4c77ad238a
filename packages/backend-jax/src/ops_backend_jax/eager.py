"""JAX, family eager: short forms of frequent calls, in one compiled call each. They return NotImplemented for other
calls, which `ops` then composes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ops_backend_jax import creation, signal, statistics
from ops_backend_jax.core import DTYPES, EXACT_TYPES, kernel
from ops_backend_jax.linalg import _checked, _decomposable, _finite_values
from ops_common import shapes
from ops_common.host import linalg as host_linalg
from ops_common.runtime import config

Tensor = Any

_EXACT = frozenset(EXACT_TYPES)
_LARGEST = 2**31 - 1
_FLOAT32 = DTYPES["float32"]
# The dtypes of which NumPy finds distinct elements.
_ORDERED = frozenset(
    DTYPES[name] for name in ("bool", "int8", "int16", "int32", "uint8", "uint16", "uint32", "float32")
)


def _is_series(start: Any, stop: Any, num: Any, dtype: Any, axis: Any) -> bool:
    """Returns whether a series of float32 numbers lies between two Python numbers."""
    for end in (start, stop):
        if not (type(end) is float or (type(end) is int and -_LARGEST <= end <= _LARGEST)):
            return False
    if type(num) is not int or num < 0 or type(axis) is not int or axis not in (0, -1):
        return False
    return (config.floatx() if dtype is None else dtype) == "float32"


def creation_linspace(start: Any, stop: Any, num: Any, endpoint: Any, retstep: Any, dtype: Any, axis: Any) -> Tensor:
    if retstep or not _is_series(start, stop, num, dtype, axis):
        return NotImplemented
    return _linspace(float(start), float(stop), num, bool(endpoint))


@kernel(static=(2, 3))
def _linspace(start: float, stop: float, num: int, endpoint: bool) -> Tensor:
    return creation.line(jnp.float32(start), jnp.float32(stop), num, endpoint, "float32", 0)


def creation_logspace(start: Any, stop: Any, num: Any, endpoint: Any, base: Any, dtype: Any, axis: Any) -> Tensor:
    if not _is_series(start, stop, num, dtype, axis):
        return NotImplemented
    if type(base) is not float and not (type(base) is int and -_LARGEST <= base <= _LARGEST):
        return NotImplemented
    return _logspace(float(start), float(stop), float(base), num, bool(endpoint))


@kernel(static=(3, 4))
def _logspace(start: float, stop: float, base: float, num: int, endpoint: bool) -> Tensor:
    first, last, base_tensor = jnp.float32(start), jnp.float32(stop), jnp.float32(base)
    places = lax.iota(_FLOAT32, num)
    values = places * ((last - first) / _gaps(num, endpoint)) + first
    return jnp.power(base_tensor, _with_end(values, last, num, endpoint))


def creation_geomspace(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Tensor:
    if not _is_series(start, stop, num, dtype, axis):
        return NotImplemented
    return _geomspace(float(start), float(stop), num, bool(endpoint))


@kernel(static=(2, 3))
def _geomspace(start: float, stop: float, num: int, endpoint: bool) -> Tensor:
    first, last = jnp.float32(start), jnp.float32(stop)
    part = lax.iota(_FLOAT32, num) / _gaps(num, endpoint)
    # Multiplied twice by the root of the ratio, which may overflow.
    root = jnp.sqrt(jnp.abs(last)) / jnp.sqrt(jnp.abs(first)) * jnp.sqrt(jnp.sign(first) * jnp.sign(last))
    half = jnp.power(root, part)
    return _with_end(first * half * half, last, num, endpoint)


def _gaps(num: int, endpoint: bool) -> Any:
    return np.float32(max(num - endpoint, 1))


def _with_end(values: Tensor, stop: Tensor, num: int, endpoint: bool) -> Tensor:
    """Returns the values, the last of which is `stop` whatever the rounding errors."""
    return jnp.where(lax.iota(np.int32, num) == num - 1, stop, values) if endpoint and num > 1 else values


def linalg_matrix_rank(x: Tensor, tol: float | None) -> Tensor:
    if type(x) not in _EXACT or x.dtype != _FLOAT32 or x.ndim < 2 or not x.size:
        return NotImplemented
    return _rank(x, tol)


@_checked(host_linalg.NOT_FINITE)
def _rank(x: Tensor, tol: Any) -> Any:
    values = lax.linalg.svd(_decomposable(x), compute_uv=False)
    limit = values[..., :1] * np.float32(np.finfo(np.float32).eps * max(x.shape[-2:])) if tol is None else tol
    return jnp.sum(values > limit, -1, dtype=np.int32), _finite_values(values)


def linalg_lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor:
    for x in (a, b):
        if type(x) not in _EXACT or x.dtype != _FLOAT32 or not x.size:
            return NotImplemented
    return _lstsq(a, b, rcond)


@_checked(host_linalg.NOT_FINITE, static=(2,))
def _lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Any:
    shapes.solution(a.shape, b.shape)
    vectors = shapes.are_vectors(a.shape, b.shape)
    _, rows, columns = shapes.matrices(a.shape)
    u, values, vh = lax.linalg.svd(_decomposable(a), full_matrices=False)
    limit = values[..., :1] * np.float32(host_linalg.cutoff(rcond, rows, columns, "float32"))  # type: ignore[arg-type]  # known sizes
    inverse = jnp.where(values > limit, 1 / values, 0)[..., None]
    columns_of_b = b[..., None] if vectors else b
    parts = jnp.matmul(jnp.swapaxes(u, -1, -2), columns_of_b, precision=lax.Precision.HIGHEST)
    result = jnp.matmul(jnp.swapaxes(vh, -1, -2), inverse * parts, precision=lax.Precision.HIGHEST)
    return result[..., 0] if vectors else result, _finite_values(values)


def sorting_unique(
    x: Tensor, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill_value: Any
) -> Any:
    # JAX would compile a program for each number of distinct elements. On the CPU, NumPy reads x without a copy.
    if axis is not None or size is not None or type(x) not in _EXACT or x.dtype not in _ORDERED:
        return NotImplemented
    if not (x.is_fully_addressable and len(x.devices()) == 1):
        return NotImplemented
    (device,) = x.devices()
    if device.platform != "cpu":
        return NotImplemented
    array = np.asarray(x)
    # With the index, NumPy's sort is stable: the first of 0.0 and -0.0 is the one returned.
    with_index = bool(index) or x.dtype == _FLOAT32
    results = np.unique(array, with_index, bool(inverse), bool(counts), equal_nan=False)
    if not isinstance(results, tuple):
        results = (results,)
    elif with_index and not index:
        results = (results[0], *results[2:])
    place = device if x.committed else None
    values = jax.device_put(results[0], place)
    ints = [jax.device_put(result.astype(np.int32), place) for result in results[1:]]
    return (values, *ints) if ints else values


def statistics_trapezoid(y: Tensor, x: Any, dx: Any, axis: Any) -> Tensor:
    if x is not None or type(dx) is not float or dx != 1.0 or type(y) not in _EXACT or type(axis) is not int:
        return NotImplemented
    if y.dtype != _FLOAT32 or not -y.ndim <= axis < y.ndim:
        return NotImplemented
    return statistics.unit_trapezoid(y, axis)


def signal_fft(x: Any) -> Any:
    return _dft(x, 1, False)


def signal_fft2(x: Any) -> Any:
    return _dft(x, 2, False)


def signal_ifft2(x: Any) -> Any:
    return _dft(x, 2, True)


def signal_irfft(x: Any, fft_length: Any) -> Any:
    if not _are_parts(x, 1):
        return NotImplemented
    length = 2 * (x[0].shape[-1] - 1) if fft_length is None else fft_length
    return signal.irdft(*x, length) if type(length) is int and length > 0 else NotImplemented


def _dft(x: Any, count: int, inverse: bool) -> Any:
    return signal.dft(*x, count, inverse) if _are_parts(x, count) else NotImplemented


def _are_parts(x: Any, count: int) -> bool:
    """Returns whether x holds real and imaginary parts whose transform over this many axes is defined."""
    if len(x) != 2:
        return False
    real, imag = x
    return (
        type(real) in _EXACT
        and type(imag) in _EXACT
        and real.dtype == imag.dtype == _FLOAT32
        and real.shape == imag.shape
        and real.ndim >= count
        and real.size > 0
    )
