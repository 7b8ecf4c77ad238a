"""Family sorting: sorting, searching, counting and distinct elements.

The order is NumPy's: NaN is the largest; complex numbers compare by their real and then by their imaginary parts.
"""

from __future__ import annotations

import builtins
from itertools import pairwise
from typing import Any

import numpy as np

from ops._declaration import canonical_int, check_count, composite, primitive, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import operand_of, spec_of
from ops._declaration.roles import Axis, Index, Operand, Size, Tensor
from ops._declaration.sparsity import sparse_module
from ops.core import _is_run_time_size, _on_device_of, cast, convert_to_tensor, dtype
from ops.core import _static_shape as shape
from ops.core import shape as sizes_of
from ops.creation import full, full_like, linspace, ones, ones_like, zeros_like
from ops.elementwise import (
    add,
    equal,
    greater,
    greater_equal,
    isnan,
    less,
    logical_and,
    logical_not,
    logical_or,
    multiply,
    not_equal,
    subtract,
    where,
)
from ops.indexing import nonzero, take, take_along_axis
from ops.indexing.elements import as_places
from ops.manipulation import concatenate, expand_dims, flip, pad, reshape, stack, transpose
from ops.reduction import any, count_nonzero, max, min, sum
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "argpartition",
    "argsort",
    "bincount",
    "digitize",
    "histogram",
    "in_top_k",
    "isin",
    "searchsorted",
    "sort",
    "top_k",
    "unique",
]


def _sorted(x: Any, axis: Any) -> shapes.Shape:
    if axis is None:
        return (shapes.size(x.shape),)
    if isinstance(axis, tuple):
        raise ArgumentTypeError(f"axis must be an int or None; got {axis}")
    shapes.normalize_axis(axis, len(x.shape))
    return x.shape


@primitive(dtype=rules.KEEP, shape=_sorted)
def sort(x: Operand, axis: Axis = -1) -> Tensor:
    """The elements in ascending order along an axis.

    The sort is stable, which matters for 0.0 and -0.0: they are equal, and keep their order.

    Args:
        x: a tensor of any dtype. NaN is sorted last.
        axis: the axis; None sorts the flattened tensor.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.sort([3, 1, 2]))
        array([1, 2, 3], dtype=int32)
    """
    ...


def _is_scalar(backend: Backend, x: Any, axis: Any) -> bool:
    """Returns whether x is a scalar, and the axis the one that it has as a tensor of one element."""
    return type(axis) is int and axis in (0, -1) and not spec_of(backend, operand_of(backend, x)).shape


def _argsort_scalar(backend: Backend, x: Any, axis: Any) -> Any:
    return backend.bound.sorting_argsort(x, None) if _is_scalar(backend, x, axis) else NotImplemented


def _argpartition_scalar(backend: Backend, x: Any, kth: Any, axis: Any) -> Any:
    return backend.bound.sorting_argpartition(x, kth, None) if _is_scalar(backend, x, axis) else NotImplemented


@primitive(dtype=rules.INDICES, shape=_sorted, instead=_argsort_scalar)
def argsort(x: Operand, axis: Axis = -1) -> Tensor:
    """The indices, int32, that sort the elements in ascending order along an axis; equal elements keep their order.

    Args:
        x: a tensor of any dtype. NaN is sorted last.
        axis: the axis; None for indices into the flattened tensor. A scalar counts as a tensor of one element.

    Raises:
        ShapeError: the axis is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argsort([30, 10, 20]))
        array([1, 2, 0], dtype=int32)
    """
    ...


@composite(instead=_argpartition_scalar)
def argpartition(x: Operand, kth: int, axis: Axis = -1) -> Tensor:
    """The indices, int32, that partition the elements along an axis around the k-th smallest one.

    The k-th smallest element is at position k, with no larger elements before it and no smaller ones after it. The
    order of the elements on either side, and of equal elements, is unspecified and differs between backends.

    Args:
        x: a tensor of any dtype.
        kth: the position k, from 0; negative values count from the end.
        axis: the axis; None for indices into the flattened tensor. A scalar counts as a tensor of one element.

    Raises:
        ShapeError: the axis is out of bounds.
        ArgumentError: kth is out of bounds.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.argpartition([30, 10, 20], 1))
        array([1, 2, 0], dtype=int32)
    """
    order = argsort(x, axis)
    size = shape(order)[0 if axis is None else axis]  # type: ignore[index]  # argsort takes one axis
    if size is not None and not -size <= kth < size:
        raise ArgumentError(f"kth {kth} is out of bounds for {size} elements")
    return order


def _found(sorted_sequence: Any, values: Any, side: str) -> shapes.Shape:
    if len(sorted_sequence.shape) != 1:
        raise ShapeError(f"sorted_sequence must have rank 1; got shape {sorted_sequence.shape}")
    if side not in ("left", "right"):
        raise ArgumentError(f"side must be 'left' or 'right'; got {side!r}")
    return values.shape


@primitive(dtype=rules.INDEX_OF, shape=_found)
def searchsorted(sorted_sequence: Operand, values: Operand, side: str = "left") -> Tensor:
    """The positions at which to insert values into an ascending sequence to keep its order.

    Args:
        sorted_sequence: real numbers of rank 1 in ascending order, NaN last. For an unordered sequence the result is
            undefined, without an error.
        values: real numbers of any shape; both are promoted to one dtype.
        side: "left" for the first position that keeps the order, "right" for the last.

    Returns:
        int32 positions from 0 to the sequence's length, in the values' shape.

    Raises:
        ShapeError: the sequence is not of rank 1.
        ArgumentError: side is neither "left" nor "right".
        DtypeError: an operand is complex.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.searchsorted([1, 2, 2, 5], [2, 3], side="right"))
        array([3, 3], dtype=int32)
    """
    ...


@composite(dtype=rules.INDEX_OF)
def digitize(x: Operand, bins: Operand) -> Tensor:
    """The index of the interval between edges that contains each element.

    Args:
        x: real numbers of any shape.
        bins: the edges, of rank 1, ascending or descending; both operands are promoted to one dtype.

    Returns:
        int32, in x's shape: for ascending edges the index i with ``bins[i - 1] <= x < bins[i]``, for descending edges
        with ``bins[i - 1] > x >= bins[i]``; 0 or the number of edges where x is outside of the edges.

    Raises:
        ShapeError: the edges are not of rank 1.
        DtypeError: an operand is complex.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.digitize([0.2, 6.4, 3.0], [0.0, 1.0, 2.5, 4.0]))
        array([1, 4, 3], dtype=int32)
    """
    descending = any(less(bins[1:], bins[:-1]))
    place = searchsorted(where(descending, flip(bins), bins), x, "right")
    return where(descending, subtract(sum(ones_like(bins, "int32")), place), place)


@composite(dtype=rules.COMPARE)
def isin(x1: Operand, x2: Operand, assume_unique: bool = False, invert: bool = False) -> Tensor:
    """Whether each element of one tensor is among the elements of another. NaN equals nothing.

    Args:
        x1: a tensor.
        x2: the elements to compare with, of any shape; both are promoted to one dtype.
        assume_unique: a hint that neither has equal elements; it does not change the result.
        invert: whether to return the negation.

    Returns:
        A bool tensor of x1's shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.isin([[1, 2], [3, 4]], [2, 4]))
        array([[False,  True],
               [False,  True]])
    """
    x2 = reshape(x2, (-1,))
    if dtype(x2) in ("complex64", "complex128"):  # complex numbers cannot be searched
        is_member = any(equal(expand_dims(x1, -1), x2), -1)
    else:
        ordered = sort(x2, -1)
        place = searchsorted(ordered, x1, "right")
        # The element before each position is the only candidate to equal x1. Position 0 has none; the value read there
        # is ignored.
        is_member = logical_and(equal(take(pad(ordered, (1, 0)), place, 0), x1), greater(place, 0))
    return logical_not(is_member) if invert else is_member


def _sparse_counts(backend: Backend, x: Any, weights: Any, minlength: Any, sparse: bool) -> Any:
    if not sparse:
        return NotImplemented
    return sparse_module("encodings").bincount(backend, x, weights, minlength)


@reads()
def _to_count(x: Any, weights: Any, minlength: Any, sparse: bool) -> tuple[Any, ...]:
    minlength = check_count(minlength, "minlength")
    return x, weights, minlength, False


def _counted(x: Any, weights: Any, length: int | None) -> SymbolicTensor:
    if len(x.shape) not in (1, 2):
        raise ShapeError(f"x must have rank 1, or 2 for a batch; got shape {x.shape}")
    if weights is None:
        return SymbolicTensor((*x.shape[:-1], length), "int32")
    if len(weights.shape) != len(x.shape) or builtins.any(
        None not in pair and pair[0] != pair[1] for pair in zip(x.shape, weights.shape, strict=True)
    ):
        raise ShapeError(f"weights must have the shape of x, {x.shape}; got {weights.shape}")
    return SymbolicTensor((*x.shape[:-1], length), weights.dtype)


@primitive(
    dtype=rules.ACCUMULATE,
    shape=lambda x, weights, minlength, sparse: _counted(x, weights, None),
    canonical=_to_count,
    instead=_sparse_counts,
)
def bincount(x: Index, weights: Operand | None = None, minlength: Size = 0, sparse: bool = False) -> Tensor:
    """How often each integer occurs, or the sum of its weights.

    Inside `jit` the output's length cannot depend on values (except on TensorFlow): it is ``minlength``, and larger
    integers are ignored.

    Args:
        x: non-negative integers, of rank 1; or of rank 2 for a batch, whose rows are counted separately.
        weights: numbers in x's shape to add up instead of ones.
        minlength: the minimum length of the output.
        sparse: whether the result is a sparse tensor.

    Returns:
        Counts as int32, or sums in the weights' dtype (bool, int8 and int16 as int32, uint8 and uint16 as uint32), of
        length ``max(minlength, 1 + the largest integer)``; for rank 2, a row of them for each row.

    Raises:
        ShapeError: x does not have rank 1 or 2, or the weights do not have x's shape.
        DtypeError: x is complex.
        ArgumentError: x has floats that are not whole numbers.
        ArgumentError: minlength is negative, or (outside `jit`) an integer of x is.
        UnsupportedError: inside `jit` without minlength.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bincount([1, 3, 1], minlength=5))
        array([0, 2, 0, 1, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.ACCUMULATE, shape=_counted, kernel="tally")
def _tally(x: Index, weights: Operand | None, length: int) -> Tensor:
    """`bincount` with a known length."""
    ...


# From so many elements and up to so few bins, comparing all elements with each edge is faster than searching.
_MANY, _FEW_BINS = 1 << 13, 32


@reads()
def _to_bin(x: Any, bins: Any, range: Any) -> tuple[Any, ...]:
    if range is not None:
        low, high = (float(bound) for bound in range)
        if not low <= high:
            raise ArgumentError(f"the lower bound of range must come first; got {range}")
        range = (low - 0.5, high + 0.5) if low == high else (low, high)
    if hasattr(bins, "__index__") and len(getattr(bins, "shape", ())) == 0:
        bins = canonical_int(bins)
        if bins < 1:
            raise ArgumentError(f"bins must be positive; got {bins}")
        return x, bins, range
    try:
        # Numbers in a list remain Python numbers: torch's compiler would turn an array into a tensor, which it cannot
        # read.
        listed = bins if isinstance(bins, (list, tuple)) else np.asarray(bins).tolist()
        edges = tuple(float(edge) for edge in listed)
    except Exception:
        raise ArgumentTypeError(f"bins must be an int, or known edges of rank 1; got {bins!r}") from None
    if len(edges) < 2 or builtins.any(high < low for low, high in pairwise(edges)):
        raise ArgumentError(f"bins must be two or more edges in ascending order; got {edges}")
    return x, edges, range


@composite(dtype=rules.REAL_FLOATS, canonical=_to_bin, kernel=None)
def histogram(x: Operand, bins: Any = 10, range: Any = None) -> tuple[Tensor, Tensor]:
    """The number of elements in each of the intervals between edges, and the edges.

    Args:
        x: real numbers of any shape. NaN is in no interval; without a range, it makes all edges NaN.
        bins: the number of intervals of equal width, or the ascending edges themselves.
        range: the first and the last edge if bins is a number. For None they are x's smallest and largest element (0
            and 1 if x is empty); if these are equal, 0.5 less and 0.5 more.

    Returns:
        The counts and the edges, both in x's float dtype (integers in `floatx`). An interval includes its lower edge;
        the last one includes its upper edge too. Elements outside of the edges are not counted.

    Raises:
        ArgumentError: there is no interval, or the bounds or edges are in descending order.
        DtypeError: x is complex.

    Example:
        >>> import ops
        >>> counts, edges = ops.histogram([1.0, 2.0, 2.0, 5.0], bins=4)
        >>> ops.convert_to_numpy(counts), ops.convert_to_numpy(edges)
        (array([1., 2., 0., 1.], dtype=float32), array([1., 2., 3., 4., 5.], dtype=float32))
    """
    if len(shape(x)) != 1:
        x = reshape(x, (-1,))
    if not isinstance(bins, int):
        edges, bins = convert_to_tensor(bins, dtype(x)), len(bins) - 1
    elif range is None and shape(x)[0] != 0:
        low, high = min(x), max(x)
        count = sizes_of(x)[0]
        if shape(x)[0] is None and count is not None:  # x may be empty
            is_empty = equal(count, 0)
            low, high = where(is_empty, 0.0, low), where(is_empty, 1.0, high)
        half = where(equal(low, high), 0.5, 0.0)
        edges = linspace(subtract(low, half), add(high, half), bins + 1, dtype=dtype(x))
    else:
        low, high = (0.0, 1.0) if range is None else range
        edges = linspace(low, high, bins + 1, dtype=dtype(x))
    edges = add(_on_device_of(edges, x), sum(zeros_like(x[:1])))  # edges from numbers alone are not symbolic if x is
    size = shape(x)[0]
    if not _is_run_time_size(size) and size >= _MANY and bins <= _FEW_BINS:
        beyond = [count_nonzero(greater_equal(x, edges[i])) for i in builtins.range(bins)]
        beyond = stack([*beyond, count_nonzero(greater(x, edges[-1]))])
        return cast(subtract(beyond[:-1], beyond[1:]), dtype(x)), edges
    # The position is 0 before the first edge and bins + 1 after the last one.
    place = where(equal(x, edges[-1]), bins, searchsorted(edges, x, "right"))
    return cast(_tally(place, None, bins + 2)[1:-1], dtype(x)), edges


@reads()
def _to_distinguish(x: Any, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill: Any) -> Any:
    if size is not None:
        size = canonical_int(size)
        if size < 0:
            raise ArgumentError(f"size must not be negative; got {size}")
    if isinstance(axis, tuple):
        raise ArgumentTypeError(f"axis must be an int or None; got {axis}")
    return x, sorted, index, inverse, counts, axis, size, fill


def _distinct_specs(
    x: Any, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill: Any
) -> SymbolicTensor | tuple[SymbolicTensor, ...]:
    at = None if axis is None else shapes.normalize_axis(axis, len(x.shape))
    values = (size,) if at is None else (*x.shape[:at], size, *x.shape[at + 1 :])
    inverse_shape = x.shape if at is None else (x.shape[at],)
    optional = ((index, (size,)), (inverse, inverse_shape), (counts, (size,)))
    specs = (SymbolicTensor(values, x.dtype), *(SymbolicTensor(sizes, "int32") for wanted, sizes in optional if wanted))
    return specs[0] if len(specs) == 1 else specs


@composite(canonical=_to_distinguish, kernel=None, fused=False, shape=_distinct_specs)
def unique(
    x: Operand,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: Axis = None,
    size: Any = None,
    fill_value: Any = None,
) -> Any:
    """The distinct elements, or slices along an axis, in ascending order; each NaN is distinct from all others.

    Without ``size`` the output's shape depends on values, which inside `jit` only TensorFlow supports.

    Args:
        x: a tensor.
        sorted: accepted and ignored: the output is always sorted.
        return_index: whether to return the index in x of each distinct element's first occurrence.
        return_inverse: whether to return, for each element of x, the index of its distinct element.
        return_counts: whether to return how often each distinct element occurs.
        axis: the axis whose slices are compared, in lexicographic order; None for the elements of the flattened tensor.
        size: the number of elements to return: the result is truncated or padded to it. With a size, the function works
            inside `jit`.
        fill_value: the number to pad with; 0 for None. The index is padded with its first entry, the counts with 0.

    Returns:
        The distinct elements; if any other output is requested, a tuple of them and, as int32, the index, the inverse
        (in x's shape for axis None, else of rank 1) and the counts, as requested.

    Raises:
        ShapeError: the axis is out of bounds.
        ArgumentError: size is negative.
        UnsupportedError: inside `jit` without a size, where the framework has no such shapes.

    Example:
        >>> import ops
        >>> values, counts = ops.unique([3, 1, 3], return_counts=True)
        >>> ops.convert_to_numpy(values), ops.convert_to_numpy(counts)
        (array([1, 3], dtype=int32), array([1, 2], dtype=int32))
    """
    distinguish = _distinct if size is None else _distinct_of_size
    outputs = distinguish(x, return_index, return_inverse, return_counts, axis, size, fill_value)
    return outputs[0] if len(outputs) == 1 else outputs


@composite(kernel=None)
def _distinct_of_size(
    x: Operand, index: Any, inverse: Any, counts: Any, axis: Axis, size: Any, fill: Any
) -> tuple[Tensor, ...]:
    """`unique` with a known size, which can be compiled."""
    return _distinct(x, index, inverse, counts, axis, size, fill)


def _distinct(x: Any, index: bool, inverse: bool, counts: bool, axis: Any, size: Any, fill: Any) -> tuple[Tensor, ...]:
    """`unique`, always as a tuple. In sorted order, an element starts a run if it differs from the one before it."""
    sizes = shape(x)
    axes = (0,) if axis is None else _axis_first(axis, len(sizes))
    items = reshape(x, (-1,)) if axis is None else transpose(x, axes)
    order = None
    if axis is not None:
        order = _row_order(_rows(items))
    elif index or inverse or counts or size is not None:
        order = argsort(items, 0)
    ordered = sort(items, 0) if order is None else take(items, order, 0)
    rows = ordered if axis is None else _rows(ordered)
    differs = not_equal(rows[1:], rows[:-1])
    if axis is not None:
        differs = any(differs, 1)
    new = concatenate([ones_like(ordered[:1] if order is None else order[:1], "bool"), differs])
    outputs: list[Tensor] = []
    if size is None:
        starts = runs = nonzero(new)[0]
        outputs.append(take(ordered, starts, 0))
        if order is None:
            return tuple(outputs)
        total = sum(ones_like(order))
        ends = concatenate([starts, reshape(total, (1,))])[1:]
        first = take(order, starts, 0)
    else:
        total = sum(ones_like(order))
        runs = sort(where(new, sort(order, 0), total), 0)
        filled = concatenate([runs, multiply(_on_device_of(ones((size + 1,), "int32"), total), total)])
        starts, ends = filled[:size], filled[1 : size + 1]
        real = less(starts, total)
        if shape(items)[0] == 0:  # there is nothing to take
            values, first = _on_device_of(full((size, *shape(items)[1:]), 0, dtype(x)), x), starts
        else:
            sources = (ordered, order)
            if shape(items)[0] is None:  # there may be nothing to take
                sources = tuple(pad(part, ((0, 1),) + ((0, 0),) * (len(shape(part)) - 1)) for part in sources)
            at = where(real, starts, 0)
            values, first = (take(part, at, 0) for part in sources)
        real = reshape(real, (size,) + (1,) * (len(shape(items)) - 1))
        outputs.append(where(real, values, full_like(values, 0 if fill is None else fill)))
    if axis is not None:
        outputs[0] = transpose(outputs[0], tuple(axes.index(a) for a in builtins.range(len(axes))))
    if index:
        outputs.append(first)
    if inverse:
        run = subtract(searchsorted(runs, argsort(order, 0), "right"), 1)
        outputs.append(run if axis is not None else reshape(run, tuple(-1 if n is None else n for n in sizes_of(x))))
    if counts:
        outputs.append(subtract(ends, starts))
    return tuple(outputs)


def _axis_first(axis: int, rank: int) -> tuple[int, ...]:
    first = shapes.normalize_axis(axis, rank)
    return (first, *(a for a in builtins.range(rank) if a != first))


def _rows(items: Any) -> Tensor:
    """Returns a matrix with a row for each slice along the first axis."""
    count, *rest = sizes_of(items)
    width = shapes.size(rest)
    return reshape(items, (-1 if count is None else count, -1 if width is None else width))


def _row_order(rows: Any) -> Tensor:
    """Returns indices that sort rows lexicographically: by the last column, then stably by each column before it."""
    width = shape(rows)[1]
    if width is None:
        raise ShapeError("the sizes of the slices to compare, all but the one of axis, must be known")
    if not width:
        return argsort(any(rows, 1), 0)
    order = argsort(rows[:, -1], 0)
    for column in builtins.range(width - 2, -1, -1):
        order = take(order, argsort(take(rows[:, column], order, 0), 0), 0)
    return order


def _largest(x: Any, k: Any, sorted: Any) -> tuple[SymbolicTensor, SymbolicTensor]:
    size = x.shape[-1] if x.shape else 0
    if not x.shape or k < 0 or (size is not None and k > size):
        raise ShapeError(f"k must be between 0 and the size of the last axis; got {k} for shape {x.shape}")
    if dtypes.is_complex(x.dtype):
        raise DtypeError(f"{x.dtype} operands are not supported, as they have no order")
    sizes = (*x.shape[:-1], k)
    return SymbolicTensor(sizes, x.dtype), SymbolicTensor(sizes, "int32")


@primitive(dtype=rules.ORDERED, shape=_largest)
def top_k(x: Operand, k: int, sorted: bool = True) -> tuple[Tensor, Tensor]:
    """The k largest elements along the last axis, and their indices.

    Args:
        x: a tensor of rank 1 or more; NaN is larger than any number.
        k: the number of elements, at most the size of the last axis.
        sorted: accepted and ignored: the output is always in descending order.

    Returns:
        A tuple of the values and their indices, int32. Which of several equal elements are returned, and in which
        order, depends on the framework.

    Raises:
        ShapeError: k is negative, or larger than the last axis.
        DtypeError: x is complex.

    Example:
        >>> import ops
        >>> values, indices = ops.top_k([1.0, 5.0, 3.0], 2)
        >>> ops.convert_to_numpy(values), ops.convert_to_numpy(indices)
        (array([5., 3.], dtype=float32), array([1, 2], dtype=int32))
    """
    ...


def _are_candidates(targets: Any, predictions: Any, k: Any) -> SymbolicTensor:
    return SymbolicTensor(_candidates_shape(targets, predictions), "bool")


def _candidates_shape(targets: Any, predictions: Any) -> shapes.Shape:
    sizes, rows = shape(predictions), shape(targets)
    if dtypes.is_complex(dtype(predictions)):
        raise DtypeError(f"{dtype(predictions)} operands are not supported, as they have no order")
    joint = shapes.agreed(sizes[:-1], rows) if sizes else None
    if joint is None:
        raise ShapeError(
            f"predictions must have the targets' shape and an axis of classes; got shapes {sizes} and {rows}"
        )
    return joint


@composite(dtype=rules.DtypeRule(), shape=_are_candidates)
def in_top_k(targets: Index, predictions: Operand, k: int) -> Tensor:
    """Whether the score of each row's target class is among the k largest scores of the row.

    All classes tied for the k-th place count. A target that is not a class, or whose score is NaN, does not.

    Args:
        targets: integers, one class for each row.
        predictions: scores; a tensor of the targets' shape with one more axis, that of the classes.
        k: the number of largest scores to consider.

    Returns:
        A bool tensor of the targets' shape.

    Raises:
        ShapeError: the predictions' shape is not that of the targets and an axis of classes.
        DtypeError: the targets are not integers, or the predictions are complex.

    Example:
        >>> import ops
        >>> scores = [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]
        >>> ops.convert_to_numpy(ops.in_top_k([2, 1], scores, k=2))
        array([ True, False])
    """
    _candidates_shape(targets, predictions)
    classes = sizes_of(predictions)[-1]
    if dtype(predictions) == "bool":
        predictions = cast(predictions, "int32")
    place = as_places(targets, "int64" if dtype(targets) in ("int64", "uint64", "uint32") else "int32")
    is_candidate = logical_and(greater_equal(place, 0), less(place, classes))
    if shape(predictions)[-1] == 0:
        return is_candidate
    score = take_along_axis(predictions, expand_dims(where(is_candidate, place, 0), -1), -1)
    above = greater(predictions, score)
    if dtypes.is_float(dtype(predictions)):
        above = logical_or(above, isnan(predictions))
        is_candidate = logical_and(is_candidate, logical_not(isnan(score[..., 0])))
    most = classes if isinstance(classes, int) else 2**31 - 1
    return logical_and(is_candidate, less(count_nonzero(above, -1), most if k > most else k if k > 0 else 0))


def __dir__() -> list[str]:
    return sorted(__all__)
