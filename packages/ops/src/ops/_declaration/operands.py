"""Operands: tensors of the backend, Python numbers and symbolic tensors, and how they are converted."""

from __future__ import annotations

from typing import Any

from ops._declaration.arguments import static_sizes
from ops_common import dtypes
from ops_common.errors import ArgumentError, DtypeError
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


def operand_of(backend: Backend, value: Any) -> Any:
    """Returns any operand as a tensor, a Python number or a SymbolicTensor."""
    if isinstance(value, Variable):
        value = value.value
    if type(value) in backend.types or type(value) in dtypes.NUMBERS or isinstance(value, SymbolicTensor):
        return value
    return backend.to_tensor(value)


def dtype_of(backend: Backend, value: Any) -> str:
    """Returns the dtype of an operand; of a Python number, its weak type."""
    if type(value) in dtypes.NUMBERS:
        return "int64" if type(value) is int and not -(2**31) <= value < 2**31 else dtypes.weak_type(value)
    return value.dtype if isinstance(value, SymbolicTensor) else backend.dtype(value)


def converted(backend: Backend, value: Any, dtype: str) -> Any:
    """Returns the operand as a tensor of this dtype."""
    if isinstance(value, SymbolicTensor):
        return value if value.dtype == dtype else SymbolicTensor(value.shape, dtype)
    if type(value) in dtypes.NUMBERS:
        return backend.make(value, dtype)
    return backend.cast(value, dtype)


def index_of(backend: Backend, name: str, value: Any) -> Any:
    """Returns the operand as integers; ints, bools and floats with whole values become int32."""
    dtype = dtype_of(backend, value)
    if dtype in dtypes.INTEGERS:
        return value if type(value) is not int else backend.make(value, dtype)
    if dtype in ("int", "bool"):
        return converted(backend, value, "int32")
    if dtype == "float" or dtype in dtypes.FLOATS:
        return _whole(backend, name, value)
    raise DtypeError(f"{name} must be integer; got {dtype}")


def _whole(backend: Backend, name: str, value: Any) -> Any:
    """Returns floats as int32. Those that are not whole numbers of int32 are an error if they have values; while a
    function is traced, they are truncated."""
    if type(value) is float:
        is_whole = value.is_integer() and -(2**31) <= value < 2**31
    else:
        is_traced = backend.kernels.get("control.is_traced")
        if isinstance(value, SymbolicTensor) or (is_traced is not None and is_traced([value])):
            return converted(backend, value, "int32")
        bound, dtype = backend.bound, backend.dtype(value)
        rounded = backend.cast(backend.cast(value, "int32"), dtype)
        fits = bound.elementwise_logical_and(
            bound.elementwise_equal(rounded, value), bound.elementwise_less(value, 2.0**31)
        )
        is_whole = bool(bound.reduction_all(fits))
    if not is_whole:
        raise ArgumentError(f"{name} must hold whole numbers that int32 can represent; got {short(value)}")
    return converted(backend, int(value) if type(value) is float else value, "int32")


def spec_of(backend: Backend, value: Any) -> SymbolicTensor:
    """Returns the shape and dtype of an operand, with None for its run-time sizes."""
    if isinstance(value, SymbolicTensor):
        return value
    if type(value) in dtypes.NUMBERS:
        return SymbolicTensor((), dtypes.promote([dtype_of(backend, value)]))
    return SymbolicTensor(static_sizes(backend.shape(value)), backend.dtype(value))
