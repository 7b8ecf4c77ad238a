"""Tensors that are padded, and elements that are repeated."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from ops._declaration import backend_function, canonical_int, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.arguments import canonical_widths
from ops._declaration.operands import operand_of, spec_of
from ops._declaration.roles import Axis, Operand, ShapeLike, Tensor, Widths
from ops.manipulation.reshaping import _dtype, _shape
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, OpsError, ShapeError
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "pad",
    "repeat",
    "tile",
]


_MODES = ("constant", "reflect", "symmetric", "edge")


def _pair(width: Any) -> tuple[Any, ...]:
    widths = width if isinstance(width, tuple) else (width,)
    return widths * 2 if len(widths) == 1 else widths


def _pairs(pad_width: Any, rank: int) -> tuple[Any, ...]:
    """Returns the widths as a pair for each axis."""
    if not isinstance(pad_width, tuple):
        return ((pad_width, pad_width),) * rank
    widths: tuple[Any, ...] = pad_width
    if len(widths) in (1, 2) and not any(isinstance(width, tuple) for width in widths):
        return ((widths[0], widths[-1]),) * rank
    pairs = tuple(map(_pair, widths))
    return pairs * rank if len(pairs) == 1 else pairs


def _mirrored(backend: Backend, x: Any, pad_width: Any, mode: Any, constant_values: Any) -> Any:
    """Pads by more elements than an axis has: it is mirrored repeatedly, as in NumPy."""
    if mode not in ("reflect", "symmetric"):
        return NotImplemented
    operand = operand_of(backend, x)
    shape = spec_of(backend, operand).shape
    pairs = _pairs(canonical_widths(pad_width, backend, "pad_width"), len(shape))
    reach = 1 if mode == "reflect" else 0
    wide = [
        axis
        for axis, (size, pair) in enumerate(zip(shape, pairs, strict=False))
        if size and all(type(width) is int for width in pair) and min(pair) >= 0 and max(pair) > size - reach
    ]
    if not wide or constant_values is not None or len(pairs) != len(shape):
        return NotImplemented
    for axis in wide:
        size: Any = shape[axis]
        places = np.pad(np.arange(size, dtype=np.int32), pairs[axis], mode=mode)
        operand = backend.bound.indexing_take(operand, places, axis)
    others = tuple((0, 0) if axis in wide else pair for axis, pair in enumerate(pairs))
    return backend.bound.manipulation_pad(operand, others, mode)


def _pads(x: Any, pad_width: Any, mode: str, constant_values: Any) -> tuple[Any, ...]:
    if mode not in _MODES:
        raise ArgumentError(f"mode must be one of {', '.join(_MODES)}; got {mode!r}")
    if constant_values is not None and mode != "constant":
        raise ArgumentError(f"constant_values is only supported with mode 'constant'; got mode {mode!r}")
    if isinstance(constant_values, (list, tuple)):  # TensorFlow ends the process if it is nested deeply
        raise ArgumentTypeError(f"constant_values must be a number; got {short(constant_values)}")
    rank = len(x.shape) if hasattr(x, "shape") else 0
    pairs = _pairs(pad_width, rank)
    # Run-time sizes are not checked; a tuple in place of a width is.
    known = [[width if isinstance(width, int) else -isinstance(width, tuple) for width in pair] for pair in pairs]
    if any(len(pair) != 2 or min(pair) < 0 for pair in known) or len(pairs) != rank:
        raise ShapeError(
            f"pad_width must have a (before, after) pair of non-negative ints for each axis; got {pad_width!r}"
        )
    if mode != "constant" and any(size == 0 and any(pair) for size, pair in zip(x.shape, known, strict=False)):
        raise ShapeError(f"mode {mode!r} cannot pad an empty axis; got shape {tuple(x.shape)}")
    return x, pairs, mode, 0 if constant_values is None else constant_values


@primitive(
    dtype=rules.KEEP,
    shape=lambda x, pad_width, mode, constant_values: shapes.pad(x.shape, pad_width),
    canonical=_pads,
    instead=_mirrored,
)
def pad(x: Operand, pad_width: Widths, mode: str = "constant", constant_values: Any = None) -> Tensor:
    """The tensor padded at the ends of its axes.

    Args:
        x: a tensor.
        pad_width: (before, after) for each axis; a single pair or number applies to all axes.
        mode: "constant", "reflect" (mirrored without the edge element), "symmetric" (with it) or "edge" (repeated).
            Mirroring repeats where a width is larger than the axis.
        constant_values: the padding value for mode "constant"; 0 for None.

    Raises:
        ShapeError: the widths do not match the axes or are negative, or an axis without elements is mirrored or
            repeated.
        ArgumentError: the mode is unknown, or a value is given for a mode other than "constant".

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.pad([1, 2], (1, 2)))
        array([0, 1, 2, 0, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=lambda x, repeats: shapes.tile(x.shape, repeats))
def tile(x: Operand, repeats: ShapeLike) -> Tensor:
    """The tensor repeated as a whole along axes.

    Args:
        x: a tensor.
        repeats: the number of repeats per axis. Fewer numbers apply to the last axes; more add leading axes.

    Raises:
        ShapeError: a number is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.tile([1, 2], (2, 2)))
        array([[1, 2, 1, 2],
               [1, 2, 1, 2]], dtype=int32)
    """
    ...


@backend_function
def repeat(backend: Backend, x: Operand, repeats: Any, axis: Axis = None) -> Tensor:
    """The tensor with each element repeated.

    Args:
        x: a tensor.
        repeats: the number of repeats, or a list or tensor of rank 1 with a number for each element along the axis.
            With a traced tensor the shape of the result depends on values, which only TensorFlow supports inside a
            traced function; a list or array is known and works on all backends.
        axis: the axis; None repeats the elements of the flattened tensor.

    Raises:
        ArgumentError: a number is negative.
        ShapeError: the axis is out of bounds, or there is not one number for each element.
        DtypeError: the numbers are not integers.
        UnsupportedError: in a traced function, if the framework needs the values of the numbers.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.repeat([1, 2], 2))
        array([1, 1, 2, 2], dtype=int32)
        >>> ops.convert_to_numpy(ops.repeat([[1, 2], [3, 4]], [1, 2], axis=0))
        array([[1, 2],
               [3, 4],
               [3, 4]], dtype=int32)
    """
    at = None if axis is None else canonical_int(axis)
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    sizes = _shape(backend, tensor)
    counts, total = _counts(backend, repeats)
    if isinstance(counts, int) or backend.is_size(counts):
        out_shape = shapes.repeat(sizes, counts if isinstance(counts, int) else None, at)
        if isinstance(tensor, SymbolicTensor):
            return SymbolicTensor(out_shape, tensor.dtype)
        return backend.run("manipulation.repeat", backend.dtype(tensor) in backend.fast_dtypes, tensor, counts, at)
    out_shape = shapes.repeat(sizes, None, at, total)
    (many,) = _shape(backend, counts)
    length = shapes.size(sizes) if at is None else sizes[at]
    if length is not None and not shapes.is_one_of(many, (1, None, length)):
        raise ShapeError(f"repeats must have one number for each of the {length} elements; got {many}")
    if isinstance(tensor, SymbolicTensor) or isinstance(counts, SymbolicTensor):
        return SymbolicTensor(out_shape, _dtype(backend, tensor))
    fast = backend.dtype(tensor) in backend.fast_dtypes and backend.dtype(counts) in backend.fast_dtypes
    try:
        return backend.run("manipulation.repeat_each", fast, tensor, counts, at, total)
    except OpsError:
        raise
    except Exception:
        if total is None and backend.core.convert_to_numpy(counts).min(initial=0) < 0:
            raise ArgumentError(_NEGATIVE) from None
        raise


_NEGATIVE = "repeats must not be negative"


def _counts(backend: Backend, repeats: Any) -> tuple[Any, int | None]:
    """Returns the numbers of repeats, as an int or a tensor of rank 1, and their sum; None if it is unknown or not
    needed."""
    if isinstance(repeats, (list, tuple)):
        numbers: list[Any] = list(repeats)  # type: ignore[arg-type]  # checked by index
        if any(map(backend.is_size, numbers)):
            return (numbers[0] if len(numbers) == 1 else backend.to_tensor(numbers, "int32")), None
        try:
            numbers = [operator.index(number) for number in numbers]
        except TypeError:
            raise DtypeError(f"repeats must be integers; got {repeats!r}") from None
        if any(number < 0 for number in numbers):  # the compiler of torch 2.8 traces no min with a default
            raise ArgumentError(_NEGATIVE)
        if len(numbers) == 1:
            return numbers[0], None
        return backend.to_tensor(numbers, "int32"), sum(numbers)
    if type(repeats) is not int and backend.is_size(repeats):
        return repeats, None
    if type(repeats) is int or not hasattr(repeats, "shape"):
        count = canonical_int(repeats)
        if count < 0:
            raise ArgumentError(_NEGATIVE)
        return count, None
    symbolic = isinstance(repeats, SymbolicTensor)
    counts = repeats if symbolic else backend.to_tensor(repeats)
    dtype = _dtype(backend, counts)
    if dtype not in dtypes.INTEGERS:
        raise DtypeError(f"repeats must be integers; got {dtype}")
    rank = len(_shape(backend, counts))
    if rank > 1:
        raise ShapeError(f"repeats must have rank 0 or 1; got rank {rank}")
    if isinstance(repeats, (np.ndarray, np.generic)):
        if repeats.min(initial=0) < 0:
            raise ArgumentError(_NEGATIVE)
        return (int(repeats.sum()), None) if repeats.size == 1 else (counts, int(repeats.sum()))
    if rank == 0:
        counts = SymbolicTensor((1,), dtype) if symbolic else backend.run("manipulation.reshape", True, counts, (1,))
    return counts, None
