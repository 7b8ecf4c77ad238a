"""Sparse tensors and dense ones, of the backend and of SciPy; and their coordinates."""

from __future__ import annotations

import contextvars
import math
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from ops_common import dtypes
from ops_common.errors import ShapeError, UnsupportedError
from ops_common.host import sparse as host_sparse
from ops_common.runtime import config
from ops_common.runtime.backend import Backend, is_scipy
from ops_common.tensors.entries import Entries

# Whether a function is called for its gradient with respect to sparse tensors.
differentiating: contextvars.ContextVar[bool] = contextvars.ContextVar("differentiating", default=False)


class Coordinates(NamedTuple):
    """What a sparse tensor stores: see `ops_common.contract.sparse`.

    Attributes:
        indices: the coordinates, of shape ``(n, k)``.
        values: the values, of shape ``(n, ...)``.
        shape: the sizes of all axes.
        canonical: whether the coordinates ascend and do not repeat.
    """

    indices: Any
    values: Any
    shape: tuple[Any, ...]
    canonical: bool


def kernel(backend: Backend, name: str, *arguments: Any, dtype: str | None = None) -> Any:
    """Calls a function of the contract's family sparse; ``dtype`` is one of its tensors' dtypes."""
    for argument in arguments:
        if type(argument) is Entries or (type(argument) is list and any(type(x) is Entries for x in argument)):
            return _OF_ENTRIES[name](backend, *arguments)
    function = backend.kernels[f"sparse.{name}"]
    if backend.call is None or dtype is None or dtype in backend.fast_dtypes:
        return function(*arguments)
    return backend.call(function, *arguments)


def columns(backend: Backend, indices: Any) -> list[Any]:
    """Returns the coordinates along each axis."""
    get_item = backend.bound.indexing_get_item
    return [get_item(indices, (slice(None), axis)) for axis in range(backend.shape(indices)[1])]


def flat_positions(backend: Backend, found: Sequence[Any], sizes: Sequence[Any]) -> Any:
    """Returns the positions in a flattened block of axes, from those along each axis."""
    bound, flat = backend.bound, found[0]
    for column, size in zip(found[1:], sizes[1:], strict=True):
        flat = bound.elementwise_add(bound.elementwise_multiply(flat, size), column)
    return flat


def _dense_of_entries(backend: Backend, x: Entries) -> Any:
    bound = backend.bound
    rank = backend.shape(x.indices)[1]
    flat = flat_positions(backend, columns(backend, x.indices), x.shape[:rank])
    dtype = backend.dtype(x.values)
    values = bound.core_cast(x.values, "int32") if dtype == "bool" else x.values
    count = math.prod(x.shape[:rank])
    if is_traced(backend, x.values):  # padding goes into one more row
        flat = bound.elementwise_minimum(flat, count)
        rows = bound.indexing_get_item(bound.segment_segment_sum(values, flat, count + 1), slice(0, count))
    else:
        rows = bound.segment_segment_sum(values, flat, count)
    return bound.core_cast(bound.manipulation_reshape(rows, x.shape), dtype)


_OF_ENTRIES: dict[str, Any] = {
    "dtype": lambda backend, x: backend.dtype(x.values),
    "shape": lambda backend, x: x.shape,
    "sizes": lambda backend, x: x.shape,
    "coordinates": lambda backend, x: (x.indices, x.values),
    "is_canonical": lambda backend, x: x.canonical,
    "coalesce": lambda backend, x: from_coordinates(backend, summed(backend, coordinates(backend, x))),
    "with_values": lambda backend, x, values: Entries(x.indices, values, x.shape, x.canonical),
    "to_dense": _dense_of_entries,
    **dict.fromkeys(
        (
            *("add", "concatenate", "maximum", "minimum", "multiply", "multiply_dense", "multiply_from_dense"),
            *("multiply_sparse", "not_equal", "permute", "reshape", "subtract", "sum"),
        ),
        lambda *_: NotImplemented,
    ),
}


def _is_stored(backend: Backend, values: Any) -> bool:
    if "sparse.from_coordinates" not in backend.kernels:
        return False
    test = backend.kernels.get("sparse.is_stored")
    if test is not None and not test(values):
        return False
    # The gradients of torch's sparse tensors have no gradients of their own, without an error.
    return backend.dense_layout is None or not (values.requires_grad and differentiating.get())


def require(backend: Backend) -> None:
    """Raises UnsupportedError if the backend has no sparse tensors."""
    if "sparse.is_sparse" not in backend.kernels:
        raise UnsupportedError(f"backend {backend.name!r} has no sparse tensors; use dense ones")


def dtype_of(backend: Backend, x: Any) -> str:
    return kernel(backend, "dtype", x)


def sizes_of(backend: Backend, x: Any) -> tuple[int | None, ...]:
    return kernel(backend, "shape", x)


def own(backend: Backend, x: Any) -> Any:
    """Returns a sparse tensor of the backend: x itself, or one with the elements of a SciPy array."""
    require(backend)
    if type(x) is Entries or not is_scipy(x) or backend.kernels["sparse.is_sparse"](x):
        return x
    indices, values = host_sparse.coordinates(x)
    dtype = host_sparse.dtype(x)
    return made(backend, indices, backend.make(values, dtype), host_sparse.shape(x), host_sparse.is_canonical(x))


def made(backend: Backend, indices: Any, values: Any, shape: Sequence[Any], canonical: bool) -> Any:
    """Returns a sparse tensor of coordinates in a NumPy array.

    Raises:
        ShapeError: a size does not fit the dtype in which the framework holds coordinates.
    """
    name = index_dtype(backend)
    if any(isinstance(size, int) and size > np.iinfo(name).max for size in shape):
        raise ShapeError(f"sizes of sparse tensors must be at most {np.iinfo(name).max}; got shape {tuple(shape)}")
    return from_coordinates(
        backend, Coordinates(backend.make(np.asarray(indices, name), name), values, tuple(shape), canonical)
    )


def moved(source: Backend, target: Backend, x: Any) -> Any:
    """Returns a sparse tensor of one backend as one of another."""
    x = own(source, x)
    if source.name == target.name:
        return x
    require(target)
    stored = full_coordinates(source, x)
    dtype = source.dtype(stored.values)
    values = target.make(source.core.convert_to_numpy(stored.values), dtype)
    return made(target, source.core.convert_to_numpy(stored.indices), values, stored.shape, stored.canonical)


def index_dtype(backend: Backend) -> str:
    """Returns the dtype of coordinates."""
    return "int64" if backend.call is None else "int32"


def coordinates(backend: Backend, x: Any) -> Coordinates:
    """Returns the coordinates and values of a sparse tensor."""
    indices, values = kernel(backend, "coordinates", x, dtype=dtype_of(backend, x))
    return Coordinates(indices, values, run_time_sizes(backend, x), kernel(backend, "is_canonical", x))


def values_of(backend: Backend, x: Any) -> Any:
    """Returns the values of a sparse tensor, in the order of its coordinates."""
    dtype = dtype_of(backend, x)
    if type(x) is not Entries and "sparse.values" in backend.kernels:
        return kernel(backend, "values", x, dtype=dtype)
    return kernel(backend, "coordinates", x, dtype=dtype)[1]


def native(backend: Backend, name: str, x: Any, *arguments: Any, dtype: str) -> Any:
    """Returns the result of an optional function of the contract; None where the backend has none for the operands."""
    if f"sparse.{name}" not in backend.kernels:
        return None
    found = kernel(backend, name, x, *arguments, dtype=dtype)
    return None if found is NotImplemented else found


def run_time_sizes(backend: Backend, x: Any) -> tuple[Any, ...]:
    """Returns the shape, with run-time sizes in place of None."""
    shape = sizes_of(backend, x)
    if None not in shape:
        return shape
    return kernel(backend, "sizes", x)


def from_coordinates(backend: Backend, x: Coordinates) -> Any:
    """Returns the sparse tensor of coordinates and values."""
    if not _is_stored(backend, x.values):
        return Entries(x.indices, x.values, x.shape, x.canonical)
    return kernel(backend, "from_coordinates", x.indices, x.values, x.shape, x.canonical, dtype=backend.dtype(x.values))


def with_values(backend: Backend, x: Any, values: Any) -> Any:
    """Returns a sparse tensor with x's coordinates and other values."""
    if type(x) is not Entries and not _is_stored(backend, values):
        stored = coordinates(backend, x)
        shape = (*stored.shape[: backend.shape(stored.indices)[1]], *backend.shape(values)[1:])
        return Entries(stored.indices, values, shape, stored.canonical)
    return kernel(backend, "with_values", x, values, dtype=backend.dtype(values))


def coalesced(backend: Backend, x: Any) -> Any:
    """Returns the sparse tensor with canonical coordinates: x itself if they are known to be."""
    if kernel(backend, "is_canonical", x):
        return x
    dtype = dtype_of(backend, x)
    if "sparse.coalesce" in backend.kernels and dtype != "bool":
        found = kernel(backend, "coalesce", x, dtype=dtype)
        if found is not NotImplemented:
            return found
    return from_coordinates(backend, summed(backend, coordinates(backend, x)))


def summed(backend: Backend, x: Coordinates) -> Coordinates:
    """Returns canonical coordinates, with the sums of the values of equal ones."""
    if x.canonical:
        return x
    rows, places, count = unique_rows(backend, x.indices, x.shape)
    bound = backend.bound
    total = bound.segment_segment_max if backend.dtype(x.values) == "bool" else bound.segment_segment_sum
    return Coordinates(rows, total(x.values, places, count), x.shape, True)


def unique_rows(backend: Backend, indices: Any, shape: tuple[Any, ...]) -> tuple[Any, Any, Any]:
    """Returns the distinct coordinates, the position of each row's among them, and their number."""
    rank = backend.shape(indices)[1]
    rows, places = kernel(backend, "unique_rows", indices, shape[:rank])
    return rows, places, backend.bound.core_shape(rows)[0]


def is_traced(backend: Backend, *tensors: Any) -> bool:
    """Returns whether a function is being traced for a compiler to which sizes that depend on values are unknown."""
    test = backend.kernels.get("control.is_traced")
    return test is not None and backend.sizes is None and bool(test(list(tensors)))


def has_values(backend: Backend, x: Any) -> bool:
    """Returns whether a tensor has values that can be checked: no function is being traced with it."""
    test = backend.kernels.get("control.is_traced")
    return test is None or not test([x])


def cast_values(backend: Backend, x: Any, dtype: str) -> Any:
    """Returns a sparse tensor in another dtype."""
    current = dtype_of(backend, x)
    if current == dtype:
        return x
    if "bool" in (dtype, current) or (dtypes.is_exact(dtype) and not dtypes.is_exact(current)):
        x = coalesced(backend, x)  # the sum of parts may differ from that of their casts
    return with_values(backend, x, backend.cast(values_of(backend, x), dtype))


def full_coordinates(backend: Backend, x: Any) -> Coordinates:
    """Returns coordinates with an entry for each axis: blocks are divided into elements."""
    return divided(backend, coordinates(backend, x))


def divided(backend: Backend, stored: Coordinates) -> Coordinates:
    """Returns the coordinates of the elements of blocks; those of elements themselves."""
    rank = backend.shape(stored.indices)[1]
    if rank == len(stored.shape):
        return stored
    bound, inner = backend.bound, stored.shape[rank:]
    count = math.prod(inner)
    grid = np.indices(inner).reshape(len(inner), count).T
    n = bound.core_shape(stored.indices)[0]
    name = index_dtype(backend)
    indices = bound.manipulation_concatenate(
        [
            bound.manipulation_repeat(stored.indices, count, 0),
            bound.manipulation_tile(backend.make(grid.astype(name), name), (n, 1)),
        ],
        1,
    )
    return Coordinates(indices, bound.manipulation_reshape(stored.values, (-1,)), stored.shape, stored.canonical)


def to_dense(backend: Backend, x: Any) -> Any:
    """Returns the ordinary tensor with a sparse tensor's elements."""
    return kernel(backend, "to_dense", x, dtype=dtype_of(backend, x))


def from_dense(backend: Backend, x: Any) -> Any:
    """Returns the sparse tensor of the elements of an ordinary tensor that are not zero.

    Raises:
        UnsupportedError: inside of a function that is compiled for known shapes, or x has no axes.
    """
    require(backend)
    shape = backend.shape(x)
    if not shape:
        raise UnsupportedError("a sparse tensor has at least one axis")
    if is_traced(backend, x):
        raise UnsupportedError(
            "the number of elements of a sparse tensor must be known while a function is compiled: convert the dense "
            "tensor outside of it"
        )
    bound = backend.bound
    places = bound.indexing_nonzero(x)
    indices = backend.cast(bound.manipulation_stack(list(places), 1), index_dtype(backend))
    return from_coordinates(backend, Coordinates(indices, bound.indexing_get_item(x, tuple(places)), shape, True))


_warned: set[str] = set()


def densified(backend: Backend, x: Any, name: str) -> Any:
    """Returns an operand of an op that has no rule for sparse tensors; a sparse tensor as a dense one, with a warning.

    Raises:
        UnsupportedError: `config.set_allow_densify(False)` forbids it.
    """
    if not backend.is_sparse(x):
        return x
    said = check_dense(sizes_of(backend, x), dtype_of(backend, x), name)
    if name not in _warned and not backend.is_traced():  # torch's compiler cannot read a warning
        _warned.add(name)
        warnings.warn(f"{said}. This is said once for each function.", stacklevel=2)
    return to_dense(backend, x)


def check_dense(shape: tuple[int | None, ...], dtype: str, name: str) -> str:
    """Returns the words for a sparse operand that becomes dense.

    Raises:
        UnsupportedError: `config.set_allow_densify(False)` forbids it.
    """
    known = [n for n in shape if n is not None]
    size = math.prod(known) * np.dtype(dtypes.to_numpy(dtype)).itemsize
    said = f"{name} does not compute with sparse tensors: one of shape {shape} would become dense"
    said = f"{said}, {size:,} bytes" if len(known) == len(shape) else said
    if not config.allow_densify():
        raise UnsupportedError(f"{said}; call ops.to_dense if that is intended, or ops.config.set_allow_densify(True)")
    return said
