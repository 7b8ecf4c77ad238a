"""What differs between the supported versions of PyTorch, each with the version that ends it."""

from __future__ import annotations

import contextlib
import functools
import inspect
import itertools
import operator
import types
from collections.abc import Callable
from typing import Any

import torch
import torch.torch_version
from torch.fx.experimental import _config as _symbolic_config

from ops_backend_torch import unsigned
from ops_common.runtime import wrapping

Tensor = torch.Tensor

_VERSION = torch.torch_version.TorchVersion(torch.__version__)
# Until torch 2.13: these differences were seen on 2.8 and not on 2.13; the versions between were not tried, and get the
# form of 2.8.
_IS_OLD: bool = _VERSION < (2, 13)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples
# From torch 2.14 on: the gradient of clamp is less than 1 where an element is equal to a limit.
CLAMP_EXCLUDES_LIMITS: bool = _VERSION >= (2, 14)  # pyright: ignore[reportOperatorIssue]
_LIMIT = 64  # signatures that one function is compiled for

# Until torch 2.13: the compiler supports no autograd inside a function, but only torch.func, without branches and
# custom gradients. (2.11 and 2.12 have the option `trace_autograd_ops`, but were not tried with it.)
FOLLOWS_AUTOGRAD: bool = _VERSION >= (2, 13)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples
# From torch 2.13 on.
_HAS_OWN_LIMITS = "isolate_recompiles" in inspect.signature(torch.compile).parameters


def compiler_options() -> dict[str, Any]:
    """Returns the options of `torch.compile` that set the limit of signatures, and prepares the compiler."""
    if FOLLOWS_AUTOGRAD:  # opt-in; only affects code that Dynamo would otherwise not support
        torch._dynamo.config.trace_autograd_ops = True
    if _HAS_OWN_LIMITS:
        # Functions that share their code, as all of `value_and_grad` do, should not use up each other's limit of
        # signatures.
        return {"isolate_recompiles": True, "recompile_limit": _LIMIT}
    # Until torch 2.13: the limit is one for the process.
    torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, _LIMIT)
    return {}


def sizes_of_any_value() -> contextlib.AbstractContextManager[Any]:
    """Returns a context in which `torch.export` makes no exception of unknown sizes of 0 and 1."""
    if hasattr(_symbolic_config, "backed_size_oblivious"):
        return _symbolic_config.patch(backed_size_oblivious=True)  # pyright: ignore[reportAttributeAccessIssue]  # added later
    return contextlib.nullcontext()  # until torch 2.13


def with_own_limit(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, with a limit of signatures that it does not share with functions of the same code."""
    if _HAS_OWN_LIMITS or not isinstance(function, types.FunctionType):
        return function
    # Until torch 2.13: the limit belongs to the code object, and the sizes that have changed to its name.
    code = function.__code__.replace(co_name=f"{function.__code__.co_name}_{next(_serial)}")
    copy = types.FunctionType(code, function.__globals__, code.co_name, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return functools.update_wrapper(copy, function, updated=())


_serial = itertools.count(1)


@torch.compiler.substitute_in_graph(wrapping.copy_attributes)
def _copy_attributes(wrapper: Any, function: Callable[..., Any]) -> None:
    """Does nothing: compiled code does not read the attributes.

    Until torch 2.13, the compiler cannot trace an update of a __dict__; from 2.15 on, it fails at the module of
    a function without one.
    """


@torch.library.custom_op("ops_backend_torch::advance", mutates_args={"count"}, schema="(Tensor(a!) count) -> ()")
def advance(count: Tensor) -> None:
    """Adds 1 to a count. Until torch 2.13, a gradient in a compiled function accepts no other change of a tensor."""
    count.add_(1)


def _arange(count: int, device: torch.device) -> Tensor:
    return torch.arange(count, dtype=torch.int64, device=device)


# Until torch 2.13: generated code computes a product of an index and a constant in fewer than 64 bits. A custom op is
# not an index to the compiler.
@torch.library.custom_op("ops_backend_torch::indices", mutates_args=())
def _opaque_indices(count: int, device: torch.device) -> Tensor:
    return _arange(count, device)


@_opaque_indices.register_fake
def _(count: int, device: torch.device) -> Tensor:
    return _arange(count, device)


def _isclose(x1: Tensor, x2: Tensor, rtol: float, atol: float, equal_nan: bool) -> Tensor:
    # Until torch 2.13: the result is written into memory of the first operand's shape, also on the CPU.
    x1, x2 = torch.broadcast_tensors(x1, x2)
    return torch.isclose(x1, x2, rtol, atol, equal_nan)


def _arctan2(x1: Tensor, x2: Tensor) -> Tensor:
    # Until torch 2.13: the gradients at the origin are NaN instead of 0.
    is_origin = torch.logical_and(x1 == 0, x2 == 0)
    return torch.arctan2(torch.where(is_origin, x1.detach(), x1), torch.where(is_origin, x2.detach(), x2))


def _aminmax(x: Tensor) -> tuple[Tensor, Tensor]:
    # Until torch 2.12: aminmax has no gradient.
    return torch.amin(x), torch.amax(x)


def _pad(x: Tensor, amounts: list[int], mode: str, value: float) -> Tensor:
    # Until torch 2.13: tensors without elements are an error.
    if x.numel():
        return torch.nn.functional.pad(x, amounts, mode, value)
    ends = zip(amounts[::2], amounts[1::2], strict=True)
    shape = [size + before + after for size, (before, after) in zip(reversed(x.shape), ends, strict=True)]
    return torch.full(shape[::-1], value, dtype=x.dtype, device=x.device)


# Until torch 2.13: these have no kernels for unsigned integers.
def _where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    try:
        return torch.where(condition, x1, x2)
    except RuntimeError:
        return _unsigned_where(condition, x1, x2)


def _unsigned_where(condition: Tensor, x1: Any, x2: Any) -> Tensor:
    return unsigned.modular(lambda a, b: torch.where(condition, a, b), x1, x2)


def _signbit(x: Tensor) -> Tensor:
    try:
        return torch.signbit(x)
    except RuntimeError:
        return _unsigned_signbit(x)


def _unsigned_signbit(x: Tensor) -> Tensor:
    unsigned.dtype_of((x,))
    return torch.zeros_like(x, dtype=torch.bool)


def _index(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    try:
        return x[key]
    except NotImplementedError:
        return _unsigned_index(x, key)


def _unsigned_index(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    dtype = unsigned.dtype_of((x,))
    return x.view(_SIGNED[dtype])[key].view(dtype)


_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}

if _IS_OLD:
    unsigned.in_graph(_where, _unsigned_where)
    unsigned.in_graph(_signbit, _unsigned_signbit)
    unsigned.in_graph(_index, _unsigned_index)

isclose: Callable[..., Tensor] = _isclose if _IS_OLD else torch.isclose
arctan2: Callable[[Tensor, Tensor], Tensor] = _arctan2 if _IS_OLD else torch.arctan2
aminmax: Callable[[Tensor], Any] = _aminmax if _IS_OLD else torch.aminmax
pad: Callable[..., Tensor] = _pad if _IS_OLD else torch.nn.functional.pad
where: Callable[..., Tensor] = _where if _IS_OLD else torch.where
signbit: Callable[[Tensor], Tensor] = _signbit if _IS_OLD else torch.signbit
index: Callable[[Tensor, tuple[Any, ...]], Tensor] = _index if _IS_OLD else operator.getitem
indices: Callable[[int, torch.device], Tensor] = _opaque_indices if _IS_OLD else _arange
