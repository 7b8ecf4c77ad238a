"""SciPy's sparse arrays as the sparse tensors of backends whose frameworks have none: see `ops_common.contract.sparse`.

Nothing here imports SciPy before a sparse array exists or is to be created.
"""

from __future__ import annotations

import copy
import importlib
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import DtypeError, ShapeError, UnsupportedError
from ops_common.runtime.backend import is_scipy

Array = np.ndarray[Any, Any]
_LARGEST = 2**63 - 1
_FEW = 2  # the number of elements, for each that is stored, up to which an array with all of them is small
# The dtypes of SciPy's arrays; it computes no sums and products of bools.
_COMPUTED = frozenset("int8 uint8 int16 uint16 int32 uint32 int64 uint64 float32 float64 complex64 complex128".split())


def is_sparse(x: Any) -> bool:
    return is_scipy(x)


def module() -> Any:
    """Returns SciPy's module of sparse arrays.

    Raises:
        UnsupportedError: SciPy is not installed.
    """
    try:
        return importlib.import_module("scipy.sparse")
    except ModuleNotFoundError as error:
        raise UnsupportedError(
            "sparse tensors of this backend are SciPy's arrays: install SciPy (pip install scipy)"
        ) from error


def dtype(x: Any) -> str:
    return dtypes.from_numpy(x.dtype)


def shape(x: Any) -> tuple[int, ...]:
    return tuple(int(size) for size in x.shape)


def _with_coordinates(x: Any) -> Any:
    """Returns a coo_array."""
    x = x if x.format == "coo" else x.tocoo()
    scipy_sparse = module()
    return x if isinstance(x, scipy_sparse.sparray) else scipy_sparse.coo_array(x)


def coordinates(x: Any) -> tuple[Array, Array]:
    """Returns the coordinates as int64, and the values."""
    coo = _with_coordinates(x)
    coords = coo.coords if hasattr(coo, "coords") else (coo.row, coo.col)
    return np.stack([np.asarray(axis, "int64") for axis in coords], 1), np.asarray(coo.data)


def values(x: Any) -> Array:
    return np.asarray(_with_coordinates(x).data)


def is_canonical(x: Any) -> bool:
    return x.format in ("coo", "csr") and bool(x.has_canonical_format)


def _check_dtype(values: Array) -> None:
    if values.dtype.name not in _COMPUTED and values.dtype != bool:
        raise DtypeError(f"SciPy's sparse arrays cannot hold {dtypes.from_numpy(values.dtype)}; use float32")


def from_coordinates(indices: Array, values: Array, shape: tuple[int, ...], canonical: bool) -> Any:
    _check_dtype(values)
    result = module().coo_array((values, tuple(indices.T)), shape=shape)
    result.has_canonical_format = canonical
    return result


def with_values(x: Any, values: Array) -> Any:
    _check_dtype(values)
    if x.format not in ("csr", "csc"):
        x = _with_coordinates(x)
    result = copy.copy(x)  # with the same coordinates, which a new array would check
    result.data = values
    return result


def unique_rows(indices: Array, shape: tuple[int, ...]) -> tuple[Array, Array]:
    if not shape:
        count = min(len(indices), 1)
        return np.zeros((count, 0), "int64"), np.zeros(len(indices), "int64")
    total = 1
    for size in shape:
        total *= int(size)
    if total > _LARGEST:
        raise ShapeError(f"a sparse tensor must have at most 2**63 - 1 elements; got shape {shape}")
    flat = np.array(indices[:, 0], "int64")  # (Few temporary arrays: they are as large as the coordinates.)
    for axis, size in enumerate(shape[1:], 1):
        flat *= size
        flat += indices[:, axis]
    if total <= _FEW * len(flat):
        present = np.zeros(total, bool)
        present[flat] = True
        ranks = np.cumsum(present)
        ranks -= 1
        places = ranks[flat]
        unique = np.flatnonzero(present)
        del flat, present, ranks
        return _divided(unique, shape, indices.dtype), places
    if (flat[1:] >= flat[:-1]).all():
        starts = _starts(flat)
        places = np.cumsum(starts)
        places -= 1
    else:
        order = np.argsort(flat, kind="stable")
        flat = flat[order]
        starts = _starts(flat)
        ranks = np.cumsum(starts)
        ranks -= 1
        places = np.empty(len(flat), "int64")
        places[order] = ranks
        del order, ranks
    unique = flat[starts]
    del flat
    return _divided(unique, shape, indices.dtype), places


def _divided(flat: Array, shape: tuple[int, ...], dtype: Any) -> Array:
    """Returns the coordinates of positions in a flattened array, which are overwritten."""
    rows = np.empty((len(flat), len(shape)), dtype)
    for axis in range(len(shape) - 1, 0, -1):
        rows[:, axis] = flat % shape[axis]
        flat //= shape[axis]
    rows[:, 0] = flat
    return rows


def _starts(ordered: Array) -> Array:
    """Returns which elements of an ascending vector differ from the one before."""
    starts = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=starts[1:])
    return starts


def to_dense(x: Any) -> Array:
    indices, values = coordinates(x)  # (SciPy's own function supports no small floats.)
    result = np.zeros(x.shape, values.dtype)
    places = tuple(indices.T)
    if is_canonical(x) or not places:
        result[places] = values
    else:
        (np.logical_or if values.dtype == bool else np.add).at(result, places, values)
    return result


def multiply_dense(x: Any, y: Array) -> Any:
    if x.dtype.name not in _COMPUTED:
        return NotImplemented
    return np.asarray(x @ y)


def multiply_from_dense(x: Array, y: Any) -> Any:
    if y.dtype.name not in _COMPUTED:
        return NotImplemented
    return np.asarray(x @ y)


def multiply_sparse(x: Any, y: Any) -> Any:
    if x.dtype.name not in _COMPUTED:
        return NotImplemented
    return _as_array(_compressed(x) @ _compressed(y))


def coalesce(x: Any) -> Any:
    if len(x.shape) != 2 or x.dtype.name not in _COMPUTED:
        return NotImplemented
    rows = x.tocsr(copy=True)
    rows.sum_duplicates()  # without sorting all elements
    result = _with_coordinates(rows)
    result.has_canonical_format = True
    return result


def reshape(x: Any, shape: tuple[int, ...]) -> Any:
    x = _with_coordinates(x)
    result = _as_array(x.reshape(shape))
    result.has_canonical_format = bool(x.has_canonical_format)
    return result


def permute(x: Any, axes: tuple[int, ...]) -> Any:
    x = _with_coordinates(x)
    result = _as_array(x.transpose(axes))
    result.has_canonical_format = axes == tuple(range(len(axes))) and bool(x.has_canonical_format)
    return result


def concatenate(xs: list[Any], axis: int) -> Any:
    if any(len(x.shape) != 2 or x.format != "coo" for x in xs):
        return NotImplemented
    scipy_sparse = module()
    result = _as_array((scipy_sparse.vstack if axis == 0 else scipy_sparse.hstack)(xs, format="coo"))
    result.has_canonical_format = axis == 0 and all(x.has_canonical_format for x in xs)
    return result


def add(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or x.dtype.name not in _COMPUTED:
        return NotImplemented
    return _as_array(_compressed(x) + _compressed(y))


def subtract(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or x.dtype.name not in _COMPUTED:
        return NotImplemented
    return _as_array(_compressed(x) - _compressed(y))


def multiply(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or x.dtype.name not in _COMPUTED:
        return NotImplemented
    return _as_array(_compressed(x).multiply(_compressed(y)))


def maximum(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or not _is_ordered(x) or not _is_ordered(y):
        return NotImplemented
    return _as_array(_compressed(x).maximum(_compressed(y)))


def minimum(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or not _is_ordered(x) or not _is_ordered(y):
        return NotImplemented
    return _as_array(_compressed(x).minimum(_compressed(y)))


def not_equal(x: Any, y: Any) -> Any:
    if len(x.shape) != 2 or x.dtype.name not in _COMPUTED:
        return NotImplemented
    return _as_array(_compressed(x) != _compressed(y))


def _is_ordered(x: Any) -> bool:
    """Returns whether SciPy compares the values as NumPy does: it does not propagate NaN."""
    if x.dtype.kind in "iu":
        return True
    return x.dtype.name in _COMPUTED and x.dtype.kind == "f" and not np.isnan(values(x)).any()


def _compressed(x: Any) -> Any:
    return x if x.format in ("csr", "csc") else x.tocsr()


def _as_array(x: Any) -> Any:
    """Returns an array, whose operators are NumPy's, where SciPy returns a matrix."""
    scipy_sparse = module()
    return x if isinstance(x, scipy_sparse.sparray) else scipy_sparse.csr_array(x)
