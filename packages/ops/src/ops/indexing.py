"""Family indexing: elements picked by position."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ops import _rules as rules
from ops._declare import backend_function, primitive
from ops._types import Axis, Index, Operand, Tensor
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


def _places(x: Any) -> tuple[shapes.Shape, ...]:
    if not x.shape:
        raise ShapeError("a tensor of rank 0 has no axes to give places along; reshape it to (1,)")
    return ((None,),) * len(x.shape)


@primitive(dtype=rules.INDICES, shape=_places)
def nonzero(x: Operand) -> tuple[Tensor, ...]:
    """Places of the elements that are not zero, in the order in which they lie in the tensor.

    The answer's size depends on values. Inside `jit` only TensorFlow can have that.

    Args:
        x: a tensor of rank 1 or more, of any dtype; NaN is not zero.

    Returns:
        A tuple with one int32 tensor for each axis: the elements' indices along it.

    Raises:
        ShapeError: x has rank 0.
        UnsupportedError: inside `jit`, where the framework has no such shapes; use `where` with all three arguments.

    Example:
        >>> import ops
        >>> rows, columns = ops.nonzero([[0, 5], [7, 0]])
        >>> ops.convert_to_numpy(rows), ops.convert_to_numpy(columns)
        (array([0, 1], dtype=int32), array([1, 0], dtype=int32))
    """
    ...


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
