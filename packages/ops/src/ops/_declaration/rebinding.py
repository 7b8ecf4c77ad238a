"""Binds the bodies of composites to one backend: the ops that they call become those of the backend."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from ops_common.runtime.backend import Backend


def rebind(function: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """Returns the function with every op that it names replaced by the one bound to this backend.

    A composite's body then does not look up the active backend, and works whichever backend is active. Helper functions
    of this package that the body calls are rebound as well.
    """
    memo = backend.bound.rebound
    if function not in memo:
        scope = dict(function.__globals__)
        # Dynamo looks up the globals of a function with a module name in that module, which does not have these.
        del scope["__name__"]
        memo[function] = types.FunctionType(
            function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
        )
        memo[function].__kwdefaults__ = function.__kwdefaults__
        memo[function].__module__ = function.__module__
        for name in _names(function.__code__):
            value = scope.get(name)
            declared = getattr(value, "__declared__", None)
            if declared is not None:
                scope[name] = getattr(backend.bound, declared.key)
            elif isinstance(value, types.FunctionType) and value.__module__.startswith("ops."):
                scope[name] = rebind(value, backend)
    return memo[function]


def rebind_hook(function: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """Returns a shape rule or a function of canonical arguments, bound to this backend where it may name ops."""
    is_own = isinstance(function, types.FunctionType) and function.__module__.startswith("ops.")
    return rebind(function, backend) if is_own else function


def _names(code: types.CodeType) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names
