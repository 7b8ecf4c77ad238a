"""What differs between the supported versions of PyTorch, each with the version that ends it."""

from __future__ import annotations

import functools
import inspect
import itertools
import types
from collections.abc import Callable
from typing import Any

import torch
import torch.torch_version

from ops_common.runtime import wrapping

_VERSION = torch.torch_version.TorchVersion(torch.__version__)
_IS_28: bool = _VERSION < (2, 9)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples
_LIMIT = 64  # signatures that one function is compiled for

# Until torch 2.13: the compiler supports no autograd inside a function, but only torch.func, without branches and
# custom gradients.
FOLLOWS_AUTOGRAD: bool = _VERSION >= (2, 13)  # pyright: ignore[reportOperatorIssue]  # it compares with tuples
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


def with_own_limit(function: types.FunctionType) -> types.FunctionType:
    """Returns the function, with a limit of signatures that it does not share with functions of the same code."""
    if not _HAS_OWN_LIMITS:
        # Until torch 2.13: the limit belongs to the code object, and the sizes that have changed to its name.
        code = function.__code__
        function.__code__ = code.replace(co_name=f"{code.co_name}_{next(_serial)}")
    return function


_serial = itertools.count(1)


def _arctan2(x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
    # Until torch 2.9: the gradients at the origin are NaN instead of 0.
    is_origin = torch.logical_and(x1 == 0, x2 == 0)
    return torch.arctan2(torch.where(is_origin, x1.detach(), x1), torch.where(is_origin, x2.detach(), x2))


arctan2: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] = _arctan2 if _IS_28 else torch.arctan2


if _IS_28:
    # Until torch 2.9: the compiler cannot trace an update of an object's __dict__.
    @torch.compiler.substitute_in_graph(wrapping.copy_attributes)
    def _copy_attributes(wrapper: Any, function: Callable[..., Any]) -> None:
        functools.update_wrapper(wrapper, function, updated=())
