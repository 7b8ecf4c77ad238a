"""Blocks of a tensor at static or dynamic positions. (Here, `slice` is not the builtin.)"""

from __future__ import annotations

import builtins
import functools
from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_shape, static_sizes
from ops._declaration.operands import index_of
from ops._declaration.roles import Operand, ShapeLike, Tensor
from ops._declaration.sparsity import sparse_module, sparse_operand, spec_of_sparse
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.host import indexing as host_indexing
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable

__all__ = ["slice", "slice_update"]


def _operand(backend: Backend, x: Any) -> Any:
    return x if isinstance(x, SymbolicTensor) else backend.to_tensor(x.value if isinstance(x, Variable) else x)


def _spec(backend: Backend, x: Any) -> tuple[shapes.Shape, str]:
    return (x.shape, x.dtype) if isinstance(x, SymbolicTensor) else (backend.shape(x), backend.dtype(x))


_FAR = 2**62


def _starts(backend: Backend, starts: Any, rank: int) -> Any:
    """Returns the start of a block: a tuple of ints if they are known, else a tensor of integers."""
    if isinstance(starts, np.ndarray):
        starts = starts.tolist()
    if isinstance(starts, (list, tuple)) and all(isinstance(start, (int, np.integer)) for start in starts):
        # Starts beyond 2**62 exceed every size; starts are clamped so that the block is inside the tensor.
        start: Any = tuple(max(-_FAR, min(int(item), _FAR)) for item in starts)
        count = len(start)
    else:
        if isinstance(starts, (list, tuple)) and any(isinstance(start, SymbolicTensor) for start in starts):
            starts = SymbolicTensor((len(starts),), "int32")
        start = _operand(backend, starts)
        shape, dtype = _spec(backend, start)
        if not dtypes.is_integer(dtype) and shape != (0,):
            start = index_of(backend, "start_indices", start)
        if len(shape) != 1:
            raise ShapeError(f"start_indices must have rank 1; got shape {shape}")
        count = rank if shape[0] is None else shape[0]
        start = () if count == 0 else start
    if count != rank:
        raise ShapeError(f"start_indices must have an entry for each axis; got {count} for rank {rank}")
    return start


def _known(backend: Backend, starts: Any, rank: int) -> Any:
    """Returns the starts in a tensor as ints; raises ArgumentTypeError if they are unknown."""
    is_traced = backend.kernels.get("control.is_traced")
    if is_traced is not None and is_traced([starts]):
        raise ArgumentTypeError(
            "a size of -1 needs a start whose value is known, as the shape of the block depends on it: give the size"
        )
    return _starts(backend, backend.core.convert_to_numpy(starts), rank)


def _length(size: int | None, start: int, length: Any) -> Any:
    """Returns the size of a block along an axis; with -1 resolved, to None if the axis has an unknown size."""
    if not isinstance(length, int) or length != -1 or not start:
        return size if isinstance(length, int) and length == -1 else length
    if size is None:
        return None
    return max(size - start, 0) if start > 0 else min(-start, size)


def _run_time_length(backend: Backend, size: Any, start: int, length: Any) -> Any:
    """Returns the size of a block along an axis, also if `_length` does not know it."""
    if length is not None:
        return length
    bound = backend.bound
    if start > 0:
        return bound.core__larger_size(size - start, 0)
    return bound.core__smaller_size(size, -start) if start else size


def _check(sizes: shapes.Shape, block: shapes.Shape) -> None:
    if len(sizes) != len(block) or any(
        size is not None and length is not None and length > size for size, length in zip(sizes, block, strict=True)
    ):
        raise ShapeError(f"a block of shape {block} does not fit into shape {sizes}")


def _is_fast(backend: Backend, *tensors: Any) -> bool:
    return all(backend.dtype(x) in backend.fast_dtypes for x in tensors if backend.is_tensor(x))


def _sparse_block(backend: Backend, x: Any, start_indices: Any, shape: Any) -> Any:
    sizes = spec_of_sparse(backend, x).shape
    starts = _starts(backend, start_indices, len(sizes))
    if not isinstance(starts, tuple):
        starts = _known(backend, starts, len(sizes))
    block: Any = canonical_shape(shape, backend)
    if len(block) != len(sizes):
        raise ShapeError(f"shape must have an entry for each axis; got {len(block)} for rank {len(sizes)}")
    block = tuple(map(_length, sizes, starts, block))
    _check(sizes, block)
    places: list[builtins.slice] = []
    for size, start, length in zip(sizes, starts, block, strict=True):
        assert size is not None
        first = max(0, min(start + size if start < 0 else start, size - length))
        places.append(builtins.slice(first, first + length))
    return sparse_module("selection").get_item(backend, x, tuple(places))


@backend_function
def slice(backend: Backend, inputs: Operand, start_indices: Any, shape: ShapeLike) -> Tensor:
    """A block of a tensor, given by its start and shape.

    Args:
        inputs: a tensor.
        start_indices: the start of the block, an integer for each axis: ints, or a tensor of integers or of floats with
            whole values, which may be unknown inside `jit`. Negative starts count from the end. Starts are clamped so
            that the block is inside the tensor.
        shape: the shape of the block; -1 for all elements from the start on, whose value must then be known.

    Raises:
        ShapeError: there is not one start and one size per axis, or a size is larger than that of inputs.
        DtypeError: the starts are complex.
        ArgumentError: a start is not a whole number.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.slice([[1, 2, 3], [4, 5, 6]], (0, 1), (2, 2)))
        array([[2, 3],
               [5, 6]], dtype=int32)
    """
    if backend.is_sparse(inputs):
        return _sparse_block(backend, sparse_operand(backend, inputs), start_indices, shape)
    x = _operand(backend, inputs)
    sizes: Any
    sizes, dtype = _spec(backend, x)
    starts = _starts(backend, start_indices, len(sizes))
    block: Any = canonical_shape(shape, backend)
    if len(block) != len(sizes):
        raise ShapeError(f"shape must have an entry for each axis; got {len(block)} for rank {len(sizes)}")
    if -1 in static_sizes(block) and not isinstance(starts, tuple):
        if isinstance(starts, SymbolicTensor):
            block = tuple(None if isinstance(length, int) and length == -1 else length for length in block)
        else:
            starts = _known(backend, starts, len(sizes))
    if isinstance(starts, tuple):
        block = tuple(map(_length, sizes, starts, block))
    static = static_sizes(block)
    if any(length is not None and length < 0 for length in static):
        raise ShapeError(f"sizes must not be negative, except for -1; got {static}")
    _check(sizes, static)
    if isinstance(x, SymbolicTensor) or isinstance(starts, SymbolicTensor):
        return SymbolicTensor(static, dtype, sparse=isinstance(x, SymbolicTensor) and x.sparse)
    fast = _is_fast(backend, x, starts)
    if isinstance(starts, tuple) and any(map(backend.is_size, block)):
        block = tuple(map(functools.partial(_run_time_length, backend), backend.bound.core_shape(x), starts, block))
        starts = backend.to_tensor(starts, "int32")
    if not isinstance(starts, tuple):
        return backend.run("indexing.dynamic_slice", fast, x, starts, block)
    if None in sizes:
        places = tuple(
            builtins.slice(start, None if length is None or start + length == 0 else start + length)
            for start, length in zip(starts, block, strict=True)
        )
    else:
        places = host_indexing.block(sizes, starts, block)
    return backend.run("indexing.get_item", fast, x, places)


@backend_function
def slice_update(backend: Backend, inputs: Operand, start_indices: Any, updates: Operand) -> Tensor:
    """The inputs with a block replaced by updates.

    Args:
        inputs: a tensor.
        start_indices: the start of the block, as for `slice`.
        updates: the new block, a tensor of the same rank as inputs; it is cast to inputs' dtype.

    Raises:
        ShapeError: there is not one start per axis, the ranks differ, or a size is larger than that of inputs.
        DtypeError: the starts are complex.
        ArgumentError: a start is not a whole number.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.slice_update([1, 2, 3, 4], (2,), [8, 9]))
        array([1, 2, 8, 9], dtype=int32)
    """
    x, block = _operand(backend, inputs), _operand(backend, updates)
    sizes, dtype = _spec(backend, x)
    block_shape = _spec(backend, block)[0]
    starts = _starts(backend, start_indices, len(sizes))
    _check(sizes, block_shape)
    if any(isinstance(item, SymbolicTensor) for item in (x, block, starts)):
        return SymbolicTensor(sizes, dtype)
    if isinstance(starts, tuple) and None not in sizes and None not in block_shape:
        starts = tuple(place.start for place in host_indexing.block(sizes, starts, block_shape))  # type: ignore[arg-type]  # known
    fast = _is_fast(backend, x, block, starts)
    return backend.run("indexing.dynamic_slice_update", fast, x, starts, backend.cast(block, dtype))
