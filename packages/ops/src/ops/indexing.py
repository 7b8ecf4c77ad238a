"""Family indexing: elements picked by position."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ops import _rules as rules
from ops._declare import backend_function, composite, primitive
from ops._types import Axis, Index, Operand, Tensor
from ops.reduction import sum as sum_along
from ops_common import dtypes, shapes
from ops_common.backend import Backend
from ops_common.errors import ArgumentTypeError, DtypeError, ShapeError
from ops_common.symbolic import SymbolicTensor
from ops_common.variable import Variable


@primitive(dtype=rules.KEEP, shape=lambda x, indices, axis: shapes.take(x.shape, indices.shape, axis))
def take(x: Operand, indices: Index, axis: Axis = None) -> Tensor:
    """Elements picked by their indices along an axis.

    Args:
        x: a tensor.
        indices: integers of any shape; negative ones count from the end.
        axis: the axis; None picks from the flattened tensor.

    Returns:
        A tensor in which the indices' shape stands in place of the axis.

    Raises:
        ShapeError: the axis is out of bounds.
        DtypeError: the indices are no integers.
        KernelError: an index is out of range, where the framework checks that (JAX does not).

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.take([10, 20, 30], [2, 0, -1]))
        array([30, 10, 30], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, offset, axis1, axis2: shapes.diagonal(x.shape, offset, axis1, axis2))
def diagonal(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The elements at equal places, or at a distance, along two axes.

    Args:
        x: a tensor of rank 2 or more.
        offset: how far behind its place along axis1 the place along axis2 is: 0 for the main diagonal.
        axis1: the axis of rows.
        axis2: the axis of columns.

    Returns:
        A tensor without the two axes, and with the diagonal as its last. It may be a read-only view.

    Raises:
        ShapeError: an axis is out of bounds, or both are the same.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.diagonal([[1, 2, 3], [4, 5, 6]], offset=1))
        array([2, 6], dtype=int32)
    """
    ...


@composite()
def trace(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The sum of a diagonal; see `diagonal`. Small integers are summed in 32 bits, as `sum` does it.

    Raises:
        ShapeError: an axis is out of bounds, or both are the same.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.trace([[1, 2], [3, 4]])))
        5
    """
    return sum_along(diagonal(x, offset, axis1, axis2), -1)


@backend_function
def get_item(backend: Backend, x: Operand, key: Any) -> Tensor:
    """What ``x[key]`` means: NumPy's basic indexing, and indexing by bool and integer tensors.

    Args:
        x: a tensor.
        key: an int, a slice, None, Ellipsis, a tensor of integers or bools, or a tuple of these.

    Raises:
        ShapeError: the key has more entries than x has axes, or an int is out of bounds.
        ArgumentTypeError: an entry is none of these.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.get_item([10, 20, 30], slice(1, None)))
        array([20, 30], dtype=int32)
    """
    entries = tuple(_entry(backend, entry) for entry in (key if isinstance(key, tuple) else (key,)))  # type: ignore[arg-type]  # any
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor(_picked(backend, x.shape, entries), x.dtype)
    tensor = x.value if isinstance(x, Variable) else backend.to_tensor(x)
    involved = [tensor, *(entry for entry in entries if backend.is_tensor(entry))]
    fast = all(backend.dtype(item) in backend.fast_dtypes for item in involved)
    _picked(backend, backend.shape(tensor), entries)
    return backend.run("indexing.get_item", fast, tensor, entries)


def _entry(backend: Backend, entry: Any) -> Any:
    if entry is None or entry is Ellipsis or type(entry) is int or isinstance(entry, SymbolicTensor):
        return entry
    if isinstance(entry, slice):
        return slice(
            *(part if part is None else operator.index(part) for part in (entry.start, entry.stop, entry.step))
        )
    if isinstance(entry, (bool, np.bool_)):
        raise ArgumentTypeError("a bool is no index; use a bool tensor")
    if isinstance(entry, np.integer):
        return int(entry)
    tensor = backend.to_tensor(entry)
    dtype = backend.dtype(tensor)
    if dtype != "bool" and dtype not in dtypes.INTEGERS:
        raise DtypeError(f"an index tensor is of integers or bools; got {dtype}")
    return tensor


def _picked(backend: Backend, shape: shapes.Shape, key: tuple[Any, ...]) -> shapes.Shape:
    """The shape of ``x[key]``, by NumPy's rules for basic and advanced indexing."""
    used = 0
    for entry in key:
        used += (
            0
            if entry is None or entry is Ellipsis
            else len(_shape_of(backend, entry))
            if _is_mask(backend, entry)
            else 1
        )
    if used > len(shape) or sum(entry is Ellipsis for entry in key) > 1:
        raise ShapeError(f"too many indices for shape {shape}")
    entries = list(key)
    at = next((i for i, entry in enumerate(entries) if entry is Ellipsis), len(entries))
    entries[at : at + 1] = [slice(None)] * (len(shape) - used)
    out: list[shapes.Dim] = []
    advanced: list[shapes.Shape] = []
    places: list[int] = []
    axis = start = 0
    for i, entry in enumerate(entries):
        if entry is None:
            out.append(1)
            continue
        dim = shape[axis]
        if isinstance(entry, slice):
            out.append(None if dim is None else len(range(*entry.indices(dim))))
        elif type(entry) is int:
            if dim is not None and not -dim <= entry < dim:
                raise ShapeError(f"index {entry} is out of bounds for axis {axis} of size {dim}")
            # Beside a tensor an int counts as one itself, which matters for where the picked axes go.
            if any(not isinstance(e, (int, slice)) and e is not None for e in entries):
                advanced.append(())
                places.append(i)
        else:
            places.append(i)
            mask = _is_mask(backend, entry)
            own = _shape_of(backend, entry)
            advanced.append((None,) if mask else own)
            axis += len(own) - 1 if mask else 0
        if len(places) == 1 and places[0] == i:
            start = len(out)
        axis += 1
    if advanced:
        picked = shapes.broadcast(*advanced)
        apart = places[-1] - places[0] + 1 != len(places)
        first = 0 if apart else start
        out[first:first] = picked
    return tuple(out)


def _is_mask(backend: Backend, entry: Any) -> bool:
    if isinstance(entry, SymbolicTensor):
        return entry.dtype == "bool"
    return backend.is_tensor(entry) and backend.dtype(entry) == "bool"


def _shape_of(backend: Backend, entry: Any) -> shapes.Shape:
    return entry.shape if isinstance(entry, SymbolicTensor) else backend.shape(entry)
