"""PyTorch, family core: conversion, dtype and shape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.fx.experimental import symbolic_shapes

from ops_common import dtypes
from ops_common.runtime import active, registry
from ops_common.runtime.placement import within
from ops_common.tensors import scopes
from ops_common.tensors.arguments import constant_float

Tensor = Any

DTYPES: dict[str, torch.dtype] = {name: getattr(torch, name) for name in dtypes.ALL}
_NAMES = {native: name for name, native in DTYPES.items()}
TENSOR_TYPES = (torch.Tensor,)
EXACT_TYPES = (torch.Tensor, torch.nn.Parameter)
FAST_DTYPES = None
TRACES_PYTHON = torch.compiler.is_dynamo_compiling
DENSE_LAYOUT = torch.strided
# For sparse tensors, torch raises an error, or computes what the rules of ops say. (`sin` has no gradient there.)
SPARSE_KERNELS = frozenset(
    f"elementwise_{name}"
    for name in (
        *("abs", "absolute", "add", "arccos", "arccosh", "arctan2", "ceil", "clip", "cos", "cosh", "divide", "equal"),
        *("erfc", "exp", "exp2", "floor", "greater", "greater_equal", "isfinite", "isinf"),
        *("isnan", "less", "less_equal", "lgamma", "log", "log10", "log1p", "log2", "logaddexp", "logical_and"),
        *("logical_not", "logical_or", "logical_xor", "maximum", "minimum", "multiply", "negative", "not_equal"),
        *("reciprocal", "rsqrt", "sign", "square", "subtract", "trunc", "where"),
    )
) | {
    *("contraction_matmul", "manipulation_concatenate", "manipulation_expand_dims", "manipulation_reshape"),
    *("manipulation_stack", "manipulation_transpose", "nn_activation_relu", "reduction_mean"),
}

_EXACT = dict.fromkeys(EXACT_TYPES)

# NumPy arrays of these dtypes are converted through an unsigned integer of the same width.
_BITS = {
    dtypes.to_numpy(name): (np.dtype(bits), getattr(torch, bits), DTYPES[name])
    for name, bits in (("bfloat16", "uint16"), *((name, "uint8") for name in dtypes.FLOAT8))
}
_NUMPY = {native: array for array, (_, _, native) in _BITS.items()}


# torch's compiler cannot trace the ContextVar that `active.current` reads, and does not accept an object as a constant.
# So the backend's name is the constant, by which the object is looked up.
@torch.compiler.assume_constant_result
def _active_key() -> str:
    return active.current_backend().key


@torch.compiler.substitute_in_graph(active.current_backend)
def _current_backend() -> Any:
    return registry.load(_active_key())


@torch.compiler.substitute_in_graph(active.current)
def _current() -> Any:
    return registry.load(_active_key()).bound


@torch.compiler.assume_constant_result
def _autocast_name() -> str | None:
    return scopes.autocast()


@torch.compiler.substitute_in_graph(scopes.autocast)
def _autocast() -> str | None:
    return _autocast_name()


@torch.compiler.assume_constant_result
def _remat_mode() -> str:
    return scopes.remat()


@torch.compiler.substitute_in_graph(scopes.remat)
def _remat() -> str:
    return _remat_mode()


# In a compiled function, the only effect of scopes on a Variable is its dtype: `ops.jit` ensures that.
@torch.compiler.substitute_in_graph(scopes.current)
def _scope() -> scopes.Frame:
    return _NO_SCOPE


_NO_SCOPE = scopes.Frame()


@torch.compiler.substitute_in_graph(constant_float)
def _constant_float(value: float) -> float:
    return symbolic_shapes.guard_scalar(value)  # pyright: ignore[reportReturnType]  # of a float, it is one


def known(x: Tensor, question: Callable[[Tensor], bool]) -> bool:
    """Returns whether x's elements can be read at low cost, and the predicate holds for them."""
    if torch.compiler.is_dynamo_compiling() or type(x) not in _EXACT or not x.is_cpu:
        return False
    try:
        return question(x.detach() if x.requires_grad else x)
    except RuntimeError:  # under vmap, a tensor has no value
        return False


def devices() -> tuple[str, ...]:
    accelerator = torch.accelerator.current_accelerator()
    count = 0 if accelerator is None else torch.accelerator.device_count()
    return "cpu:0", *(f"gpu:{i}" for i in range(count))


def placed(kernel: Callable[..., Any], name: str, device: str) -> Callable[..., Any]:
    # All other kernels compute on the device of their operands. The compiler does not support a device as a context, so
    # the context is around the compiled function's calls.
    makes = name.startswith(("creation.", "random.", "eager.creation_", "eager.signal_")) or name in (
        "core.convert_to_tensor",
        "core.traced_array",
    )
    if not makes and name != "transform.jit":
        return kernel
    kind, _, number = device.partition(":")
    if kind == "gpu":
        kind = torch.accelerator.current_accelerator().type  # type: ignore[union-attr]  # exists: see `devices`
    # "cpu" without a number: torch's compiler treats cpu:0 as a different device.
    place = torch.device("cpu") if kind == "cpu" else torch.device(kind, int(number))

    if not makes:
        return lambda *options: within(lambda: place, kernel(*options))

    def run(*args: Any) -> Any:
        if torch.compiler.is_dynamo_compiling():
            tensor = kernel(*args)
            return tensor.to(place) if isinstance(tensor, torch.Tensor) else tensor
        with place:
            return kernel(*args)

    return run


def beside(x: Tensor, other: Tensor) -> Tensor:
    return x.to(other.device)


# Dtypes without infinity. Values above the midpoint between the largest number and the next one that would follow
# become NaN, as on the other backends; torch returns the largest number.
_E4M3, _E4M3_MOST = torch.float8_e4m3fn, 464.0


def _to_e4m3(x: Tensor) -> Tensor:
    if not x.is_floating_point() or x.dtype.itemsize == 1:
        x = x.float()
    return torch.where(torch.abs(x) > _E4M3_MOST, torch.nan, x).to(_E4M3)


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    native = DTYPES[dtype]
    if native is _E4M3:
        return _to_e4m3(convert_to_tensor(value, "float32"))
    if not isinstance(value, np.ndarray):
        # Half of the time of `torch.tensor`, but it does not support numbers beyond the dtype's.
        if type(value) is float and native in _WIDE and not torch.compiler.is_dynamo_compiling():
            if -_LARGEST < value < _LARGEST:
                return torch.scalar_tensor(value, dtype=native)
        return torch.tensor(value.item() if isinstance(value, np.generic) else value, dtype=native)
    if not torch.compiler.is_dynamo_compiling():  # a trace records the array
        if not value.flags.writeable:  # the torch tensor would be writeable
            value = value.copy()
        bits = _BITS.get(value.dtype)
        if bits is not None:
            return _share(value.view(bits[0]), bits[1]).view(bits[2]).to(native)
    return _share(value, native)


_WIDE, _LARGEST = frozenset({torch.float32, torch.float64}), 3e38


def _share(value: Any, native: torch.dtype) -> Tensor:
    # as_tensor, unlike from_numpy, uses the current default device.
    try:
        return torch.as_tensor(value, dtype=native)
    except ValueError:  # negative or odd strides, or a foreign byte order
        return torch.as_tensor(np.array(value, value.dtype.newbyteorder("="), order="C"), dtype=native)


def traced_array(array: Any) -> Tensor | None:
    return torch.as_tensor(array) if torch.compiler.is_dynamo_compiling() else None


# Returns the whole value of a DTensor. The family distribution, which imports this module, adds it.
gatherers: list[Callable[[Tensor], Any]] = []


def convert_to_numpy(x: Tensor) -> Any:
    if type(x) not in _EXACT and hasattr(x, "full_tensor"):  # a DTensor
        if gatherers:
            return gatherers[0](x)
        x = x.full_tensor()
    small = _NUMPY.get(x.dtype)
    if small is None:
        return x.numpy(force=True)
    return x.detach().view(_BITS[small][1]).numpy(force=True).view(small)


def cast(x: Tensor, dtype: str) -> Tensor:
    if x.is_complex() and dtype not in dtypes.COMPLEX and dtype != "bool":
        x = x.real
    native = DTYPES[dtype]
    if not torch.compiler.is_dynamo_compiling():
        convert = _CONVERSIONS.get(native)
        if convert is not None:
            return convert(x)
    return _to_e4m3(x) if native is _E4M3 and x.dtype is not _E4M3 else x.to(native)


# They take half of the time of `Tensor.to`.
_CONVERSIONS = {
    torch.float32: torch.Tensor.float,
    torch.float64: torch.Tensor.double,
    torch.int32: torch.Tensor.int,
    torch.int64: torch.Tensor.long,
    torch.bool: torch.Tensor.bool,
}


def in_dtype(x: Tensor, native: torch.dtype) -> Tensor:
    """Returns x in a dtype. `Tensor.to` takes as long as a small kernel even where there is nothing to convert."""
    return x if x.dtype is native else x.to(native)


def dtype(x: Tensor) -> str:
    try:
        return _NAMES[x.dtype]
    except KeyError:
        return dtypes.standardize(x.dtype)


def shape(x: Tensor) -> tuple[int, ...]:
    return tuple(x.shape)


def is_size(value: Any) -> bool:
    if torch.compiler.is_dynamo_compiling():  # there, a symbolic int is an int
        return type(value) is int and not symbolic_shapes.has_static_value(value)
    return isinstance(value, torch.SymInt)


def can_have_run_time_sizes(x: Tensor) -> bool:
    """Returns whether sizes of x can be run-time sizes, which costs an eager call less than `is_size` of each."""
    return torch.compiler.is_dynamo_compiling() or type(x.numel()) is not int


def size_tensor(size: Any) -> Tensor:
    return torch.scalar_tensor(size, dtype=torch.int32)


smaller_size, larger_size = torch.sym_min, torch.sym_max
from_dlpack = torch.from_dlpack
