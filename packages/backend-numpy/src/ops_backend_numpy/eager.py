"""NumPy, family eager: short forms of frequent calls, of plain arrays. For other calls they return NotImplemented."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from ops_backend_numpy import linalg
from ops_common.host import linalg as host_linalg
from ops_common.host.indexing import is_basic, plain_block
from ops_common.runtime import config

__all__ = [
    "contraction_inner",
    "creation_arange",
    "creation_full_like",
    "creation_geomspace",
    "creation_linspace",
    "creation_logspace",
    "elementwise_heaviside",
    "elementwise_saturate_cast",
    "image_crop_images",
    "indexing_get_item",
    "indexing_slice",
    "indexing_slice_update",
    "linalg_cholesky_inverse",
    "linalg_matrix_rank",
    "manipulation_diff",
    "manipulation_repeat",
    "manipulation_swapaxes",
    "manipulation_view",
    "nn_activation_one_hot",
    "nn_loss_categorical_crossentropy",
    "nn_space_depth_to_space",
    "nn_space_space_to_depth",
    "sorting_unique",
    "statistics_median",
    "statistics_trapezoid",
]

Tensor = Any

_LARGEST = 2**31 - 1
_DTYPES = {"float32": np.dtype(np.float32), "float64": np.dtype(np.float64)}
_LARGEST_KEPT = 64  # rows of an identity matrix
_MOST = 1e30  # of numbers in a series, which are far from the largest float32


def _dtype(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Any:
    """Returns the dtype of a series between two Python numbers; None if `ops` has to compute the series."""
    for end in (start, stop):
        if not (type(end) is float or (type(end) is int and -_LARGEST <= end <= _LARGEST)) or not -_MOST < end < _MOST:
            return None
    if type(num) is not int or num < 1 or endpoint is not True or type(axis) is not int or axis not in (0, -1):
        return None
    return _DTYPES.get(config.floatx() if dtype is None else dtype) if dtype is None or type(dtype) is str else None


def contraction_inner(x1: Any, x2: Any) -> Tensor:
    if type(x1) is not np.ndarray or type(x2) is not np.ndarray or x1.dtype not in _FLOATS or x1.dtype != x2.dtype:
        return NotImplemented
    return np.asarray(np.inner(x1, x2)) if x1.ndim and x2.ndim else NotImplemented


def creation_full_like(x: Any, fill_value: Any, dtype: Any) -> Tensor:
    if type(x) is not np.ndarray or x.dtype not in _FLOATS or dtype is not None or type(fill_value) is not float:
        return NotImplemented
    if not -_MOST < fill_value < _MOST:
        return NotImplemented
    out = np.empty(x.shape, x.dtype)
    out.fill(fill_value)
    return out


def image_crop_images(
    images: Tensor, top: Any, left: Any, bottom: Any, right: Any, height: Any, width: Any, data_format: str
) -> Tensor:
    if type(images) is not np.ndarray or not type(top) is type(left) is type(bottom) is type(right) is int:
        return NotImplemented
    last = data_format == "channels_last"
    rows, columns = images.shape[-3:-1] if last else images.shape[-2:]
    block = (..., slice(top, rows - bottom), slice(left, columns - right))
    return images[(*block, slice(None)) if last else block]


def creation_arange(start: Any, stop: Any, step: Any, dtype: Any) -> Tensor:
    if step is not None or dtype is not None or type(start) is not int or not -_LARGEST <= start <= _LARGEST:
        return NotImplemented
    if stop is None:  # in an outline, arange(0, None) has an unknown end
        return np.arange(start, dtype=np.int32) if start > 0 else NotImplemented
    return np.arange(start, stop, dtype=np.int32) if type(stop) is int and abs(stop) <= _LARGEST else NotImplemented


def creation_linspace(start: Any, stop: Any, num: Any, endpoint: Any, retstep: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or retstep:
        return NotImplemented
    return np.linspace(start, stop, num, dtype=native)


def creation_logspace(start: Any, stop: Any, num: Any, endpoint: Any, base: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or type(base) not in (int, float) or not 0 < base < _LARGEST:
        return NotImplemented
    largest = max(abs(start), abs(stop)) * abs(math.log10(base))
    if largest > 30:  # it may overflow
        return NotImplemented
    return np.logspace(start, stop, num, base=base, dtype=native)


def creation_geomspace(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Tensor:
    native = _dtype(start, stop, num, endpoint, dtype, axis)
    if native is None or not start * stop > 0 or abs(start) < 1 / _MOST or abs(stop) < 1 / _MOST:
        return NotImplemented
    values = float(start) * (stop / start) ** (np.arange(num) / max(num - 1, 1))
    if num > 1:
        values[-1] = stop
    return values.astype(native, copy=False)


def indexing_get_item(x: Any, key: Any) -> Any:
    if type(x) is not np.ndarray or not is_basic(key):
        return NotImplemented
    try:
        return x[key]
    except Exception:  # `ops` explains it
        return NotImplemented


def indexing_slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    if type(inputs) is not np.ndarray:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, shape)
    return NotImplemented if places is None else inputs[places]


def indexing_slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    if type(inputs) is not np.ndarray or type(updates) is not np.ndarray or inputs.dtype is not updates.dtype:
        return NotImplemented
    places = plain_block(inputs.shape, start_indices, updates.shape)
    if places is None:
        return NotImplemented
    out = np.array(inputs)
    out[places] = updates
    return out


def linalg_cholesky_inverse(x: Tensor, upper: bool) -> Tensor:
    if x.ndim != 2 or x.dtype not in _FLOATS or not 0 < len(x) == x.shape[1] <= _LARGEST_KEPT:
        return NotImplemented
    inverse = linalg.solve_triangular(x, _identity(len(x), x.dtype), not upper)
    return inverse @ inverse.T if upper else inverse.T @ inverse


_FLOATS = frozenset(_DTYPES.values())


@functools.lru_cache
def _identity(size: int, dtype: Any) -> Tensor:
    return np.eye(size, dtype=dtype)


def linalg_matrix_rank(x: Tensor, tol: float | None) -> Tensor:
    if x.dtype not in _FLOATS or x.ndim != 2 or not x.size or not math.isfinite(np.vdot(x, x)):
        return NotImplemented
    sizes = np.linalg.svd(x, compute_uv=False).tolist()
    limit = sizes[0] * host_linalg.relative_cutoff(None, *x.shape, x.dtype) if tol is None else tol
    return np.array(sum([size > limit for size in sizes]), np.int32)


def manipulation_repeat(x: Any, repeats: Any, axis: Any) -> Any:
    if type(x) is not np.ndarray or type(repeats) is not int or repeats < 0:
        return NotImplemented
    if axis is not None and (type(axis) is not int or not -x.ndim <= axis < x.ndim):
        return NotImplemented
    return x.repeat(repeats, axis)


def manipulation_diff(a: Tensor, n: Any, axis: Any) -> Tensor:
    if n != 1 or axis != -1 or not a.ndim or a.dtype not in _NUMERIC:
        return NotImplemented
    return a[..., 1:] - a[..., :-1]


_NUMERIC = frozenset(np.dtype(name) for name in ("float32", "float64", "int32", "int64"))


def sorting_unique(
    x: Tensor, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill_value: Any
) -> Any:
    if index or inverse or counts or axis is not None or size is not None or x.dtype not in _INTEGERS:
        return NotImplemented
    ordered = np.sort(x, axis=None)
    is_first = np.empty(ordered.shape, bool)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


_INTEGERS = frozenset(np.dtype(name) for name in ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"))


def elementwise_heaviside(x1: Any, x2: Any) -> Tensor:
    if type(x1) is not np.ndarray or type(x2) is not np.ndarray or x1.dtype not in _FLOATS or x1.dtype != x2.dtype:
        return NotImplemented
    return np.heaviside(x1, x2) if x1.ndim else NotImplemented


_LIMITS = {
    np.dtype(name).name: (np.iinfo(name).min, np.iinfo(name).max, np.dtype(name)) for name in ("int8", "uint8", "int16")
}


def elementwise_saturate_cast(x: Any, dtype: str) -> Tensor:
    limits = _LIMITS.get(dtype)
    if limits is None or type(x) is not np.ndarray or x.dtype not in _FLOATS or not x.ndim:
        return NotImplemented
    low, high, native = limits
    clipped = np.maximum(x, low)
    np.minimum(clipped, high, out=clipped)
    np.copyto(clipped, 0, where=clipped != clipped)
    return clipped.astype(native)


def manipulation_swapaxes(x: Any, axis1: Any, axis2: Any) -> Tensor:
    if type(x) is not np.ndarray or type(axis1) is not int or type(axis2) is not int:
        return NotImplemented
    rank = x.ndim  # NumPy takes an axis modulo 2**32
    return x.swapaxes(axis1, axis2) if -rank <= axis1 < rank and -rank <= axis2 < rank else NotImplemented


def manipulation_view(x: Any, dtype: Any) -> Tensor:
    if type(x) is not np.ndarray or type(dtype) is not str or x.dtype not in _NUMERIC or not x.flags.c_contiguous:
        return NotImplemented
    native = _VIEWED.get(dtype)
    return NotImplemented if native is None or native.itemsize != x.dtype.itemsize else x.view(native)


_VIEWED = {native.name: native for native in _NUMERIC}


def nn_activation_one_hot(x: Tensor, num_classes: Any, axis: Any, dtype: str, sparse: bool) -> Tensor:
    native = _DTYPES.get(dtype)
    if native is None or sparse or x.dtype not in _NUMERIC or axis not in (-1, x.ndim) or type(num_classes) is not int:
        return NotImplemented
    return np.equal(x[..., None], _classes(num_classes)).astype(native) if 0 < num_classes <= _FEW else NotImplemented


@functools.lru_cache
def _classes(count: int) -> Tensor:
    return np.arange(count)


_FEW = 1 << 12


def nn_loss_categorical_crossentropy(target: Tensor, output: Tensor, from_logits: bool, axis: Any) -> Tensor:
    if not from_logits or output.dtype not in _FLOATS or target.dtype is not output.dtype:
        return NotImplemented
    if (
        not output.ndim
        or axis not in (-1, output.ndim - 1)
        or target.shape != output.shape
        or not 0 < output.size <= _FEW
    ):
        return NotImplemented
    if not math.isfinite(np.vdot(output, output)):
        return NotImplemented
    shifted = output - np.maximum.reduce(output, -1, keepdims=True)
    total = np.log(np.add.reduce(np.exp(shifted), -1, keepdims=True))
    return np.asarray(np.vecdot(target, np.subtract(total, shifted, out=shifted)))


def nn_space_depth_to_space(x: Tensor, block_size: int, data_format: str) -> Tensor:
    if data_format != "channels_last" or type(x) is not np.ndarray:
        return NotImplemented
    b, (count, height, width, channels) = block_size, x.shape
    blocks = x.reshape(count, height, width, b, b, channels // (b * b)).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(count, height * b, width * b, channels // (b * b))


def nn_space_space_to_depth(x: Tensor, block_size: int, data_format: str) -> Tensor:
    if data_format != "channels_last" or type(x) is not np.ndarray:
        return NotImplemented
    b, (count, height, width, channels) = block_size, x.shape
    blocks = x.reshape(count, height // b, b, width // b, b, channels).transpose(0, 1, 3, 2, 4, 5)
    return blocks.reshape(count, height // b, width // b, channels * (b * b))


def statistics_median(x: Tensor, axis: Any, keepdims: bool) -> Tensor:
    if type(axis) is not int or x.dtype not in _FLOATS or not 0 < x.size <= _FEW or not -x.ndim <= axis < x.ndim:
        return NotImplemented
    if not math.isfinite(np.vdot(x, x)):  # the distance of infinities is NaN
        return NotImplemented
    ordered = np.sort(x, axis)
    size = x.shape[axis]
    rows = ordered.swapaxes(axis, 0)
    middle = rows[size // 2]
    if not size % 2:
        below = rows[size // 2 - 1]
        middle = below + (middle - below) * x.dtype.type(0.5)
    middle = np.asarray(middle)[None].swapaxes(0, axis)
    return middle if keepdims else middle.squeeze(axis)


def statistics_trapezoid(y: Tensor, x: Any, dx: Any, axis: Any) -> Tensor:
    if x is not None or type(dx) is not float or dx != 1.0 or axis != -1 or y.dtype not in _FLOATS:
        return NotImplemented
    if y.ndim < 1 or y.shape[-1] < 2:
        return NotImplemented
    return np.add.reduce(y[..., 1:-1], -1) + (y[..., 0] + y[..., -1]) * y.dtype.type(0.5)
