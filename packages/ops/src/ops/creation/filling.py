"""Tensors of one value."""

from __future__ import annotations

from typing import Any

from ops._declaration import backend_function, canonical_shape, check_sizes, primitive, static_sizes
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import DtypeLike, Operand, ShapeLike, Tensor
from ops.core import _static_shape as shape_of
from ops.creation.numbers import NUMBERS
from ops_common import dtypes
from ops_common.runtime.backend import Backend
from ops_common.shapes import Shape, broadcast_to
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "empty",
    "empty_like",
    "full",
    "full_like",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


def _run(backend: Backend, name: str, dtype: str, *arguments: Any) -> Tensor:
    backend.check_dtype(dtype)
    return backend.run(f"creation.{name}", dtype in backend.fast_dtypes, *arguments, dtype)


def _filled(shape: Any, dtype: str) -> tuple[Any, ...]:
    return check_sizes(shape), dtype


@primitive(dtype=rules.KEEP, shape=SymbolicTensor, canonical=_filled)
def zeros(shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor of zeros.

    Args:
        shape: the shape of the result.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.zeros((2,), "int32"))
        array([0, 0], dtype=int32)
    """
    ...


@primitive(dtype=rules.KEEP, shape=SymbolicTensor, canonical=_filled)
def ones(shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor of ones.

    Args:
        shape: the shape of the result.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones((2,), "bool"))
        array([ True,  True])
    """
    ...


@primitive(dtype=rules.KEEP, shape=SymbolicTensor, canonical=_filled, kernel="zeros")
def empty(shape: ShapeLike, dtype: DtypeLike = None) -> Tensor:
    """A tensor whose values are unspecified; every backend fills it with zeros, so that results are reproducible.

    Example:
        >>> import ops
        >>> ops.shape(ops.empty((2, 3)))
        (2, 3)
    """
    ...


@backend_function
def full(backend: Backend, shape: ShapeLike, fill_value: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor filled with one value, or with values that broadcast to its shape.

    Args:
        shape: the shape of the result.
        fill_value: a number or a tensor; cast to the dtype.
        dtype: the dtype; `floatx` for None.

    Raises:
        ShapeError: a size is negative, or the fill value does not broadcast to the shape.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.full((2,), 7))
        array([7., 7.], dtype=float32)
    """
    name = dtypes.standardize(dtype)
    if type(fill_value) in NUMBERS and name in backend.fast_dtypes and _is_plain(shape):
        return backend.kernels["creation.full"](shape, fill_value, name)
    sizes = check_sizes(canonical_shape(shape, backend))
    if isinstance(fill_value, SymbolicTensor) or any(size is None for size in sizes):
        return SymbolicTensor(broadcast_to(shape_of(fill_value), static_sizes(sizes)), name)
    return _run(backend, "full", name, sizes, _fill(backend, fill_value, name, sizes))


_MOST = 1 << 31  # elements


def _is_plain(shape: Any) -> bool:
    """Returns whether a shape is a tuple of ints that needs no check."""
    if type(shape) is not tuple:
        return False
    count = 1
    for size in shape:
        if type(size) is not int or size < 0:
            return False
        count *= size
    return count < _MOST


def _fill(backend: Backend, value: Operand, dtype: str, sizes: Shape) -> Any:
    if isinstance(value, NUMBERS):
        return value
    tensor = backend.to_tensor(value, dtype)
    broadcast_to(backend.shape(tensor), static_sizes(sizes))
    return tensor


@backend_function
def zeros_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of zeros with x's shape, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.zeros_like([3, 4]))
        array([0, 0], dtype=int32)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def ones_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor of ones with x's shape, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones_like([3, 4]))
        array([1, 1], dtype=int32)
    """
    return _like(backend, "ones_like", x, dtype)


@backend_function
def empty_like(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor with x's shape whose values are unspecified; see `empty`.

    Example:
        >>> import ops
        >>> ops.shape(ops.empty_like([3, 4]))
        (2,)
    """
    return _like(backend, "zeros_like", x, dtype)


@backend_function
def full_like(backend: Backend, x: Operand, fill_value: Operand, dtype: DtypeLike = None) -> Tensor:
    """A tensor with x's shape filled with a value, and x's dtype unless a dtype is given.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.full_like([3, 4], 9))
        array([9, 9], dtype=int32)
    """
    return _like(backend, "full_like", x, dtype, fill_value)


def _like(backend: Backend, kernel: str, x: Operand, dtype: DtypeLike, *fill: Operand) -> Tensor:
    if dtype is None and not fill and type(x) in backend.types:
        name = backend.dtype(x)
        return backend.run(f"creation.{kernel}", name in backend.fast_dtypes, x, name)
    tensor = x if isinstance(x, SymbolicTensor) else backend.to_tensor(x)
    own_dtype = tensor.dtype if isinstance(tensor, SymbolicTensor) else backend.dtype(tensor)
    name = own_dtype if dtype is None else dtypes.standardize(dtype)
    if isinstance(tensor, SymbolicTensor) or any(isinstance(value, SymbolicTensor) for value in fill):
        sizes = shape_of(tensor)
        for value in fill:
            sizes = broadcast_to(shape_of(value), sizes)
        return SymbolicTensor(sizes, name)
    backend.check_dtype(name)
    fast = name in backend.fast_dtypes and own_dtype in backend.fast_dtypes
    return backend.run(
        f"creation.{kernel}", fast, tensor, *(_fill(backend, f, name, backend.shape(tensor)) for f in fill), name
    )
