"""Operands: tensors of the backend, Python numbers and symbolic tensors, and how they are converted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration.arguments import static_sizes
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


def operand_of(backend: Backend, value: Any) -> Any:
    """Returns any operand as a tensor, a Python number or a SymbolicTensor."""
    if isinstance(value, Variable):
        value = value.value
    if type(value) in backend.types or type(value) in dtypes.NUMBERS or isinstance(value, SymbolicTensor):
        return value
    if isinstance(value, (list, tuple)) and has_symbol(value):
        return _spec_of_list(backend, value)
    return backend.to_tensor(value)


def has_symbol(value: Any) -> bool:
    """Returns whether a nested list holds a symbolic tensor."""
    if isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]  # (A loop, as torch's compiler has no generators.)
            if has_symbol(item):
                return True
        return False
    return isinstance(value, SymbolicTensor)


def _spec_of_list(backend: Backend, value: Sequence[Any]) -> SymbolicTensor:
    """Returns the spec of the tensor that a nested list of tensors and numbers becomes.

    Raises:
        ShapeError: the items have different shapes.
    """
    specs = [spec_of(backend, operand_of(backend, item)) for item in value]
    sizes: list[int | None] = list(specs[0].shape)
    for spec in specs[1:]:
        pairs = list(zip(sizes, spec.shape, strict=False))
        if spec.ndim != len(sizes) or any(n != m and None not in (n, m) for n, m in pairs):
            raise ShapeError(f"items of a list must have equal shapes; got {specs[0].shape} and {spec.shape}")
        sizes = [m if n is None else n for n, m in pairs]
    return SymbolicTensor((len(specs), *sizes), dtypes.promote([spec.dtype for spec in specs]))


def sequence_of(backend: Backend, name: str, value: Any) -> Any:
    """Returns a tensor that was passed in place of a list of tensors: it holds them along its first axis.

    Raises:
        ArgumentTypeError: it is no tensor, or has no axes.
        ShapeError: its first axis has size 0.
    """
    tensor = operand_of(backend, value)
    shape = spec_of(backend, tensor).shape
    if not shape:
        raise ArgumentTypeError(
            f"{name} must be a list or tuple of tensors, or a tensor with at least one axis; got {short(value)}"
        )
    if shape[0] == 0:
        raise ShapeError("needs at least one tensor")
    return tensor


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
