"""Which guards a function that is compiled by `ops.jit` needs.

The compiler guards every global variable that it reads, also those of `ops` and of this package: hundreds in a small
network, which are checked at each call and take several times as long as what a call adds otherwise. They are
functions, classes and constants, which do not change. What can change is the backend, for each of which `ops.jit`
compiles separately, and state such as the settings, whose guards are kept.
"""

from __future__ import annotations

import re
import types
from collections.abc import Sequence
from typing import Any

_PACKAGES = ("ops", "ops_common", "ops_backend_torch")
# Parts of the names of modules that have state.
_STATE = re.compile(r"\b(?:runtime|tensors|random|state)\b")
# The first variable in the name of a guard, and the prefix of one that is a module.
_VARIABLE = re.compile(r"G\['([^']+)'\]")
_IMPORTED = "__import_"


def needed_guards(guards: Sequence[Any]) -> list[bool]:
    """Returns for each guard whether it is needed."""
    scopes: set[str] = set()  # the names of dicts of globals of these packages
    modules: list[str] = []  # what stands before attributes of their modules
    for guard in guards:
        if guard.is_global and guard.has_value:
            if isinstance(guard.value, types.ModuleType):
                if _is_own(guard.value.__name__):
                    modules.append(f"{guard.name}.")
            elif isinstance(guard.value, dict) and _is_own(_module_of(guard.value)):
                scopes.add(guard.name)
    return [
        not guard.is_global
        or guard.guard_type == "TENSOR_MATCH"
        or not _is_constant(guard.name, scopes, tuple(modules))
        for guard in guards
    ]


def _is_constant(name: str, scopes: set[str], modules: tuple[str, ...]) -> bool:
    """Returns whether the name of a guard is that of a constant of these packages."""
    variable = _VARIABLE.search(name)
    if variable is None:
        return False
    root = variable[1]
    if not root.startswith(_IMPORTED):
        return (variable[0] in scopes or name.startswith(modules)) and _STATE.search(name) is None
    module = root.removeprefix(_IMPORTED).replace("_dot_", ".")
    return _is_own(module) or (name.startswith(modules) and _STATE.search(name) is None)


def _is_own(module: str) -> bool:
    """Returns whether a module is one of these packages, and has no state."""
    return module.partition(".")[0] in _PACKAGES and _STATE.search(module) is None


def _module_of(scope: dict[Any, Any]) -> str:
    """Returns the name of the module of a dict of globals that has no module's name; "" for other dicts."""
    if "__name__" in scope or "__package__" not in scope:
        return ""
    spec = scope.get("__spec__")
    return str(scope["__package__"] if spec is None else spec.name)
