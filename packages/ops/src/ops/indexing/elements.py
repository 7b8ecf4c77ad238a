"""Elements selected by index."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from types import EllipsisType, NoneType
from typing import Any

import numpy as np

from ops._declaration import backend_function, composite, operands, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import operand_of, sequence_of, spec_of
from ops._declaration.roles import Axis, Index, Masks, Operand, Operands, Sizes, Tensor
from ops._declaration.sparsity import sparse_module, sparse_operand
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise import floor_divide, minimum, mod, where
from ops.reduction import sum as sum_along
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable

__all__ = ["diagonal", "get_item", "nonzero", "select", "take", "take_along_axis", "trace", "unravel_index"]


@primitive(dtype=rules.KEEP, shape=lambda x, indices, axis: shapes.take(x.shape, indices.shape, axis))
def take(x: Operand, indices: Index, axis: Axis = None) -> Tensor:
    """The elements at indices along an axis.

    Args:
        x: a tensor.
        indices: integers of any shape; negative indices count from the end.
        axis: the axis; None to index the flattened tensor.

    Returns:
        A tensor of x's shape with the axis replaced by the shape of the indices.

    Raises:
        ShapeError: the axis is out of bounds.
        DtypeError: the indices are not integers.
        IndexRangeError: an index is out of range. JAX and compiled OpenVINO models return 0
            (False) instead.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.take([10, 20, 30], [2, 0, -1]))
        array([30, 10, 30], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, offset, axis1, axis2: shapes.diagonal(x.shape, offset, axis1, axis2))
def diagonal(x: Operand, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """The elements of a diagonal along two axes.

    Args:
        x: a tensor of rank 2 or more.
        offset: the index along axis2 minus the index along axis1; 0 for the main diagonal.
        axis1: the axis of rows.
        axis2: the axis of columns.

    Returns:
        A tensor without the two axes and with the diagonal as its last axis. It may be a read-only view.

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
    """The sum of a diagonal; see `diagonal`. Small integers are summed in 32 bits, as in `sum`.

    Raises:
        ShapeError: an axis is out of bounds, or both are the same.

    Example:
        >>> import ops
        >>> int(ops.convert_to_numpy(ops.trace([[1, 2], [3, 4]])))
        5
    """
    return sum_along(diagonal(x, offset, axis1, axis2), -1)


@primitive(dtype=rules.KEEP, shape=lambda x, indices, axis: shapes.take_along_axis(x.shape, indices.shape, axis))
def take_along_axis(x: Operand, indices: Index, axis: Axis = None) -> Tensor:
    """The elements at indices along an axis, an index for each position, as returned by `argsort` and `argmax`.

    Args:
        x: a tensor.
        indices: integers of x's rank, whose other axes broadcast with x's. Negative indices count from the end.
        axis: the axis; None to index the flattened tensor with indices of rank 1.

    Returns:
        A tensor with the indices' size along the axis and the broadcast sizes along the others.

    Raises:
        ShapeError: the ranks differ, the axis is out of bounds, or the other axes do not broadcast.
        DtypeError: the indices are not integers.
        IndexRangeError: an index is out of range. JAX and compiled OpenVINO models return 0
            (False) instead.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.take_along_axis([[1, 2], [3, 4]], [[1], [0]], axis=1))
        array([[2],
               [3]], dtype=int32)
    """
    ...


@reads()
def _select(condlist: Any, choicelist: Any, default: Any) -> tuple[Any, Any, Any]:
    _check_counts(len(condlist), len(choicelist))
    return condlist, choicelist, default


def _check_counts(conditions: int | None, choices: int | None) -> None:
    if conditions is not None and choices is not None and (conditions == 0 or conditions != choices):
        raise ArgumentError(
            f"condlist and choicelist must have the same length, 1 or more; got {conditions} and {choices}"
        )


def _select_of_tensors(backend: Backend, condlist: Any, choicelist: Any, default: Any) -> Any:
    """Selects with tensors in place of lists: they hold the conditions or choices along their first axis."""
    names = backend.bound
    if isinstance(condlist, (list, tuple)):
        if isinstance(choicelist, (list, tuple)):
            return NotImplemented
        choices = _unstacked(backend, "choicelist", choicelist, condlist)  # pyright: ignore[reportUnknownArgumentType]
        return names.indexing_select(condlist, choices, default)
    if isinstance(choicelist, (list, tuple)):
        conditions = _unstacked(backend, "condlist", condlist, choicelist)  # pyright: ignore[reportUnknownArgumentType]
        return names.indexing_select(conditions, choicelist, default)
    conditions, choices = sequence_of(backend, "condlist", condlist), sequence_of(backend, "choicelist", choicelist)
    shapes_of_both = [spec_of(backend, x).shape for x in (conditions, choices)]
    _check_counts(*(shape[0] for shape in shapes_of_both))
    rank = max(map(len, shapes_of_both))
    # The choice at the index of the first true condition: the number of conditions may be large or unknown.
    conditions, choices = (
        names.manipulation_expand_dims(x, tuple(range(1, 1 + rank - len(shape)))) if len(shape) < rank else x
        for x, shape in zip((conditions, choices), shapes_of_both, strict=True)
    )
    conditions = names.core_cast(conditions, "bool")
    index = names.reduction_argmax(names.core_cast(conditions, "int32"), 0, True)
    selected = names.manipulation_squeeze(names.indexing_take_along_axis(choices, index, 0), 0)
    return names.elementwise_where(names.reduction_any(conditions, 0), selected, default)


def _unstacked(backend: Backend, name: str, value: Any, other: Sequence[Any]) -> Any:
    """Returns the tensors along the first axis of a tensor, as many as the other list has."""
    x = sequence_of(backend, name, value)
    size = spec_of(backend, x).shape[0]
    _check_counts(*((len(other), size) if name == "choicelist" else (size, len(other))))
    return backend.bound.manipulation_unstack(x, len(other))


@composite(dtype=rules.PROMOTE, canonical=_select, instead=_select_of_tensors)
def select(condlist: Masks, choicelist: Operands, default: Operand = 0) -> Tensor:
    """The elements of the first choice whose condition is true, or the default where no condition is true.

    Args:
        condlist: a list of bool tensors, or a tensor that holds them along its first axis; nonzero numbers are true.
        choicelist: as many tensors or numbers, from which the elements are selected, likewise.
        default: a number or tensor that is used where no condition is true.

    Returns:
        A tensor of the dtype that all choices and the default promote to.

    Raises:
        ArgumentError: the lists are empty or differ in length.
        ShapeError: the shapes do not broadcast.

    Example:
        >>> import ops
        >>> x = ops.arange(5)
        >>> ops.convert_to_numpy(ops.select([x < 2, x > 3], [x, x * 10], -1))
        array([ 0,  1, -1, -1, 40], dtype=int32)
    """
    selected = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        selected = where(condition, choice, selected)
    return selected


@reads()
def _unravel(indices: Any, shape: Any) -> tuple[Any, ...]:
    if any(isinstance(size, int) and size < 1 for size in shape):
        raise ShapeError(f"the sizes must be positive; got shape {shape}")
    return indices, shape


@composite(canonical=_unravel, kernel=None)
def unravel_index(indices: Index, shape: Sizes) -> tuple[Tensor, ...]:
    """Indices into a flattened tensor, converted to indices along each axis.

    An index out of range is taken modulo the number of elements, so negative indices count from the end.

    Args:
        indices: integers.
        shape: the shape of the tensor.

    Returns:
        A tuple with a tensor of indices for each axis, in the dtype of `indices`, or in int32 if that dtype is too
        small for the sizes.

    Raises:
        ShapeError: a size is not positive.
        DtypeError: the indices are not integers.

    Example:
        >>> import ops
        >>> rows, columns = ops.unravel_index([5, 2, -1], (2, 3))
        >>> ops.convert_to_numpy(rows), ops.convert_to_numpy(columns)
        (array([1, 0, 1], dtype=int32), array([2, 2, 2], dtype=int32))
    """
    largest = max([1, *(size if isinstance(size, int) else 2**31 - 1 for size in shape)])
    if not dtypes.fits(largest, dtype_of(indices)):
        indices = cast(indices, "int32")
    places: list[Any] = []
    for size in shape[::-1]:
        places.append(mod(indices, size))
        indices = floor_divide(indices, size)
    return tuple(places[::-1])


def as_places(indices: Any, dtype: str) -> Any:
    """Indices cast to int32 or int64; uint64 values that do not fit int64 remain greater than all sizes."""
    return cast(minimum(indices, 2**63 - 1) if dtype_of(indices) == "uint64" else indices, dtype)


def _nonzero_shapes(x: Any) -> tuple[shapes.Shape, ...]:
    if not x.shape:
        raise ShapeError("x must have rank 1 or more; got a tensor of rank 0: reshape it to (1,)")
    return ((None,),) * len(x.shape)


@primitive(dtype=rules.INDICES, shape=_nonzero_shapes)
def nonzero(x: Operand) -> tuple[Tensor, ...]:
    """The indices of the nonzero elements, in row-major order.

    The size of the result depends on values, which only TensorFlow supports inside `jit`.

    Args:
        x: a tensor of rank 1 or more, of any dtype; NaN is nonzero.

    Returns:
        A tuple with one int32 tensor for each axis: the elements' indices along it.

    Raises:
        ShapeError: x has rank 0.
        UnsupportedError: inside `jit`, if the framework lacks such shapes; use `where` with all three arguments.

    Example:
        >>> import ops
        >>> rows, columns = ops.nonzero([[0, 5], [7, 0]])
        >>> ops.convert_to_numpy(rows), ops.convert_to_numpy(columns)
        (array([0, 1], dtype=int32), array([1, 0], dtype=int32))
    """
    ...


@backend_function
def get_item(backend: Backend, x: Operand, key: Any) -> Tensor:
    """The elements ``x[key]``, by NumPy's basic indexing and by indexing with bool and integer tensors.

    Args:
        x: a tensor.
        key: an int, a slice, None, Ellipsis, a tensor of integers or bools, or a tuple of these.

    Raises:
        ShapeError: the key has more entries than x has axes, or an int is out of bounds.
        IndexRangeError: an element of an integer tensor is out of range; see `take`.
        ArgumentTypeError: an entry has another type.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.get_item([10, 20, 30], slice(1, None)))
        array([20, 30], dtype=int32)
    """
    entries = tuple(_entry(backend, entry) for entry in (key if isinstance(key, tuple) else (key,)))  # type: ignore[arg-type]  # any
    if backend.is_sparse(x):
        return sparse_module("selection").get_item(backend, sparse_operand(backend, x), entries)
    if isinstance(x, SymbolicTensor):
        shape = _indexed_shape(backend, x.shape, entries)
        return SymbolicTensor(shape, x.dtype, sparse=x.sparse and len(shape) > 0)
    tensor = x.value if isinstance(x, Variable) else backend.to_tensor(x)
    if any(map(_is_symbolic, entries)):
        spec = spec_of(backend, tensor)
        return SymbolicTensor(_indexed_shape(backend, spec.shape, entries), spec.dtype)
    involved = [tensor, *(entry for entry in entries if backend.is_tensor(entry))]
    fast = all(backend.dtype(item) in backend.fast_dtypes for item in involved)
    _indexed_shape(backend, backend.shape(tensor), entries)
    return backend.run("indexing.get_item", fast, tensor, entries)


_FAR = 2**62


def _is_symbolic(entry: Any) -> bool:
    if isinstance(entry, slice):
        return any(isinstance(part, SymbolicTensor) for part in (entry.start, entry.stop, entry.step))
    return isinstance(entry, SymbolicTensor)


def _entry(backend: Backend, entry: Any) -> Any:
    if isinstance(entry, slice):
        # Values beyond 2**62 exceed every size; limiting them keeps sums within 64 bits.
        return slice(_bound(backend, entry.start), _bound(backend, entry.stop), _bound(backend, entry.step))
    if isinstance(entry, (NoneType, EllipsisType, SymbolicTensor)) or type(entry) is int:
        return entry
    if isinstance(entry, (bool, np.bool_)):
        raise ArgumentTypeError("a bool is not an index; use a bool tensor")
    if isinstance(entry, np.integer):
        return int(entry)
    tensor = operand_of(backend, entry)
    dtype = operands.dtype_of(backend, tensor)  # the weak type of a float or a complex number
    if dtype != "bool" and dtype not in dtypes.INTEGERS:
        raise DtypeError(f"an index must be an int, or a tensor of integers or bools; got {dtype}")
    return tensor


def _bound(backend: Backend, part: Any) -> Any:
    if part is None or (type(part) is int and -_FAR <= part <= _FAR) or backend.is_size(part):
        return part
    if isinstance(part, SymbolicTensor):
        if part.shape == () and part.dtype in dtypes.INTEGERS:
            return part
        raise ArgumentTypeError(f"the bounds of a slice must be integers; got {part!r}")
    return max(-_FAR, min(operator.index(part), _FAR))


# (`isinstance` in place of `is`: torch's compiler makes a slice a constant, with all its sizes, to compare it by `is`.)
def _indexed_shape(backend: Backend, shape: shapes.Shape, key: tuple[Any, ...]) -> shapes.Shape:
    """Returns the shape of ``x[key]``, by NumPy's rules for basic and advanced indexing."""
    is_traced = backend.is_traced()
    used = 0
    for entry in key:
        used += (
            0
            if isinstance(entry, (NoneType, EllipsisType))
            else len(_shape_of(backend, entry))
            if _is_mask(backend, entry)
            else 1
        )
    if used > len(shape) or sum(isinstance(entry, EllipsisType) for entry in key) > 1:
        raise ShapeError(f"too many indices for shape {shape}")
    entries = list(key)
    ellipses = [i for i, entry in enumerate(entries) if isinstance(entry, EllipsisType)]
    at = ellipses[0] if ellipses else len(entries)
    entries[at : at + 1] = [slice(None)] * (len(shape) - used)
    out: list[shapes.Dim] = []
    advanced: list[shapes.Shape] = []
    places: list[int] = []
    axis = start = 0
    for i, entry in enumerate(entries):
        if isinstance(entry, NoneType):
            out.append(1)
            continue
        dim = shape[axis]
        if isinstance(entry, slice):
            parts = [part for part in (entry.start, entry.stop, entry.step) if part is not None]
            if not parts:
                out.append(dim)
            elif all(isinstance(part, int) and not (is_traced and backend.is_size(part)) for part in (dim, *parts)):
                out.append(len(range(dim)[entry]))  # type: ignore[arg-type]  # an int, as just tested
            else:
                out.append(None)
        elif type(entry) is int:
            if isinstance(dim, int) and not -dim <= entry < dim:
                raise ShapeError(f"index {entry} is out of bounds for axis {axis} of size {dim}")
            # Next to a tensor an int is an advanced index too, which affects the position of the indexed axes.
            if any(not isinstance(e, (int, slice, NoneType)) for e in entries):
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
