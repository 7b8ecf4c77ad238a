"""Compiled functions: torch.compile and its options."""

from __future__ import annotations

import functools
import itertools
import os
import shutil
import sys
import types
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
import torch._guards

from ops_backend_torch import _compat
from ops_backend_torch.transform.guards import needed_guards

__all__ = ["jit"]


def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    seen: set[Any] = set()

    @torch.compiler.assume_constant_result
    def count() -> None:  # called by the compiler, which may restart within one compilation
        number = str(torch._guards.CompileContext.current_compile_id())
        if number not in seen:
            seen.add(number)
            traced()

    @functools.wraps(function, updated=())  # torch marks compiled functions by attributes
    def counted(*args: Any, **kwargs: Any) -> Any:
        if torch.compiler.is_dynamo_compiling():
            count()
        return function(*args, **kwargs)

    options: dict[str, Any] = {
        "fullgraph": True,
        **_compat.compiler_options(),
        **_compile_options(),
        **({"dynamic": True} if dynamic else {}),
        **settings,
    }
    own = _compat.guard_options(needed_guards)
    if own and "mode" not in settings:  # a mode excludes options
        options["options"] = {**own, **(settings.get("options") or {})}
    return torch.compile(_with_own_code(counted), **options)


_serial = itertools.count(1)


def _with_own_code(function: Any) -> Callable[..., Any]:
    """Returns the function with a code object and a name that no other function has.

    The compiler counts signatures for each code object (all versions fail at the 257th), and records which sizes have
    changed for each name. Functions that are compiled separately must not affect each other.
    """
    code = function.__code__.replace(co_name=f"{function.__code__.co_name}_{next(_serial)}")
    copy = types.FunctionType(code, function.__globals__, code.co_name, function.__defaults__, function.__closure__)
    copy.__kwdefaults__ = function.__kwdefaults__
    return functools.update_wrapper(copy, function, updated=())


@functools.cache
def _compile_options() -> dict[str, Any]:
    options: dict[str, Any] = {}
    compiler = os.environ.get("CXX") or {"darwin": "clang++", "win32": "cl"}.get(sys.platform, "g++")
    if shutil.which(compiler) is None:
        warnings.warn(
            f"ops.jit: torch needs a C++ compiler to generate code, and {compiler!r} is not on the PATH; functions are "
            "traced and run operation by operation instead (backend 'aot_eager'). Install one, or name yours in CXX",
            RuntimeWarning,
            stacklevel=5,
        )
        options["backend"] = "aot_eager"
    return options
