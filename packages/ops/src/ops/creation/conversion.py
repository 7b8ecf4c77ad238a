"""Tensors from values and from other tensors."""

from __future__ import annotations

from ops._declaration import backend_function, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.operands import has_symbol, operand_of
from ops._declaration.roles import DtypeLike, Operand, Tensor
from ops.creation.numbers import NUMBERS
from ops_common import dtypes
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "array",
    "copy",
]


@primitive(dtype=rules.KEEP, shape=lambda x: x.shape)
def copy(x: Operand) -> Tensor:
    """A copy of x that does not share memory with it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.copy([1, 2]))
        array([1, 2], dtype=int32)
    """
    ...


@backend_function
def array(backend: Backend, x: Operand, dtype: DtypeLike = None) -> Tensor:
    """A new tensor that does not share memory with x; the result of `convert_to_tensor` may.

    Args:
        x: anything that `convert_to_tensor` accepts.
        dtype: the dtype; None keeps that of tensors and arrays, and uses `floatx` for Python floats, int32 for ints.

    Raises:
        ForeignTensorError: x is, or holds, another framework's tensor.
        ShapeError: a nested list is ragged.
        DtypeError: the dtype is unknown, or the framework does not support it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.array([1, 2.5]))
        array([1. , 2.5], dtype=float32)
    """
    name = None if dtype is None else dtypes.standardize(dtype)
    if has_symbol(x):
        x = operand_of(backend, x)
        return x if name in (None, x.dtype) else SymbolicTensor(x.shape, name)
    tensor = backend.to_tensor(x, name)
    if isinstance(x, (list, tuple, *NUMBERS)):
        return tensor  # already a new tensor
    return backend.run("creation.copy", backend.dtype(tensor) in backend.fast_dtypes, tensor)
