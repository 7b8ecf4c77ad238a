"""Sparse tensors from coordinates and values, and what they store."""

from __future__ import annotations

from typing import Any

from ops._declaration import backend_function, canonical_shape
from ops._declaration.operands import operand_of
from ops._declaration.roles import DtypeLike, Operand, ShapeLike, Tensor
from ops._declaration.sparsity import is_sparse as is_sparse_operand
from ops._declaration.sparsity import sparse_operand
from ops.sparse.conversion import (
    Coordinates,
    coalesced,
    from_coordinates,
    full_coordinates,
    has_values,
    index_dtype,
    require,
)
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, DtypeError, IndexRangeError, ShapeError
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor

__all__ = ["coalesce", "from_coo", "indices", "values"]


@backend_function
def from_coo(backend: Backend, indices: Operand, values: Operand, shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """The sparse tensor with these values at these coordinates, and zeros elsewhere.

    Args:
        indices: integers of shape ``(n, rank)``: the coordinates of each value, in any order. The values of equal
            coordinates are added.
        values: of shape ``(n,)``.
        shape: the shape of the sparse tensor, at least one size.
        dtype: the dtype; None keeps that of the values.

    Returns:
        A BCOO on JAX, a SparseTensor on TensorFlow, a sparse COO tensor on PyTorch, SciPy's coo_array elsewhere.

    Raises:
        ShapeError: the shapes of indices and values do not fit, or a size is larger than the framework's coordinates.
        DtypeError: the indices are not integers.
        IndexRangeError: a coordinate is negative, or not smaller than the size of its axis.
        UnsupportedError: the backend has no sparse tensors, or needs SciPy.

    Example:
        >>> import ops
        >>> x = ops.sparse.from_coo([[0, 1], [2, 0]], [5.0, 6.0], (3, 2))
        >>> ops.convert_to_numpy(ops.sum(ops.to_dense(x), axis=1))
        array([5., 0., 6.], dtype=float32)
    """
    require(backend)
    sizes = tuple(canonical_shape(shape, backend))
    if not sizes or any(isinstance(size, int) and size < 0 for size in sizes):
        raise ShapeError(f"a sparse tensor has at least one axis, and no negative size; got shape {sizes}")
    places, found = operand_of(backend, indices), operand_of(backend, values)
    name = None if dtype is None else dtypes.standardize(dtype)
    if isinstance(places, SymbolicTensor) or isinstance(found, SymbolicTensor):
        return SymbolicTensor(sizes, name or found.dtype, sparse=True)
    places, found = backend.to_tensor(places), backend.to_tensor(found, name)
    _check(backend, places, found, sizes)
    places = backend.cast(places, index_dtype(backend))
    _check_range(backend, places, sizes)
    return from_coordinates(backend, Coordinates(places, found, sizes, False))


def _check(backend: Backend, indices: Any, values: Any, shape: tuple[Any, ...]) -> None:
    places, count = backend.shape(indices), backend.shape(values)
    if places == (0,) and count == (0,):
        raise ShapeError(f"indices without rows must have the shape (0, {len(shape)}); got (0,)")
    known = None not in (*places[:1], *count[:1])
    if len(places) != 2 or len(count) != 1 or places[1] != len(shape) or (known and places[0] != count[0]):
        raise ShapeError(
            f"indices must have the shape (n, {len(shape)}) for the shape {shape}, and values (n,); "
            f"got {places} and {count}"
        )
    if not dtypes.is_integer(backend.dtype(indices)) and 0 not in places:
        raise DtypeError(f"indices must be integers; got {backend.dtype(indices)}")
    limit = 2**31 - 1 if index_dtype(backend) == "int32" else 2**63 - 1
    if any(isinstance(size, int) and size > limit for size in shape):
        raise ShapeError(f"sizes of a sparse tensor must be at most {limit} on backend {backend.name!r}; got {shape}")


def _check_range(backend: Backend, indices: Any, shape: tuple[Any, ...]) -> None:
    if not has_values(backend, indices) or 0 in backend.shape(indices) or not all(isinstance(n, int) for n in shape):
        return
    bound = backend.bound
    limits = bound.core_cast(list(shape), backend.dtype(indices))
    outside = bound.elementwise_logical_or(
        bound.elementwise_less(indices, 0), bound.elementwise_greater_equal(indices, limits)
    )
    if bool(bound.reduction_any(outside)):
        raise IndexRangeError(f"coordinates must be at least 0, and smaller than the sizes {shape}")


@backend_function
def indices(backend: Backend, x: Operand) -> Tensor:
    """The coordinates of what a sparse tensor stores: integers of shape ``(n, rank)``, in the order of `values`.

    Raises:
        ArgumentTypeError: x is not sparse.

    Example:
        >>> import ops
        >>> x = ops.sparse.from_coo([[0, 1], [2, 0]], [5.0, 6.0], (3, 2))
        >>> ops.convert_to_numpy(ops.sparse.indices(x)).tolist()
        [[0, 1], [2, 0]]
    """
    x = _sparse(backend, x)
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor((None, x.ndim), index_dtype(backend))
    return full_coordinates(backend, x).indices


@backend_function
def values(backend: Backend, x: Operand) -> Tensor:
    """The values that a sparse tensor stores, of shape ``(n,)``, in the order of `indices`.

    Raises:
        ArgumentTypeError: x is not sparse.

    Example:
        >>> import ops
        >>> x = ops.sparse.from_coo([[0, 1], [2, 0]], [5.0, 6.0], (3, 2))
        >>> ops.convert_to_numpy(ops.sparse.values(x))
        array([5., 6.], dtype=float32)
    """
    x = _sparse(backend, x)
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor((None,), x.dtype)
    return full_coordinates(backend, x).values


@backend_function
def coalesce(backend: Backend, x: Operand) -> Tensor:
    """The same sparse tensor with coordinates in ascending order, each once: the values of equal ones are added.

    Raises:
        ArgumentTypeError: x is not sparse.

    Example:
        >>> import ops
        >>> x = ops.sparse.coalesce(ops.sparse.from_coo([[2], [0], [2]], [1, 2, 3], (4,)))
        >>> ops.convert_to_numpy(ops.sparse.values(x))
        array([2, 4], dtype=int32)
    """
    x = _sparse(backend, x)
    return x if isinstance(x, SymbolicTensor) else coalesced(backend, x)


def _sparse(backend: Backend, x: Any) -> Any:
    x = sparse_operand(backend, x)
    if not is_sparse_operand(backend, x):
        raise ArgumentTypeError(f"expected a sparse tensor; got {short(x)}")
    return x


def __dir__() -> list[str]:
    return sorted(__all__)
