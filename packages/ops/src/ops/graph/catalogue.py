"""The operations of graphs by name: the public functions of ops, and a few that are only in graphs."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ops._declaration import DECLARED
from ops._declaration.declared import Declared
from ops.graph import transforms
from ops.graph.staging import ARITHMETIC, SIZE, Primitive

OPSET = 1
"""The version of the set of operations. It increases when a function is added or a parameter changes."""

# `shape` is `@size` in graphs.
_NO_OPERATIONS = frozenset(
    (
        *("core_convert_to_numpy", "core_dtype", "core_is_tensor", "core_ndim", "core_shape", "core_to_backend"),
        "sparse_is_sparse",
    )
)
MISSING = object()
"""The default of a parameter without one."""


@dataclass(frozen=True)
class Operation:
    """An operation of graphs.

    Attributes:
        name: its name.
        parameters: the names of its parameters.
        defaults: by parameter; `MISSING` if there is none.
        call: computes it on the active backend.
        declared: the declared function of ops, if it is one.
    """

    name: str
    parameters: tuple[str, ...]
    defaults: tuple[Any, ...]
    call: Callable[..., Any]
    keyword_only: frozenset[str] = frozenset()
    varargs: str | None = None
    options: str | None = None
    declared: Declared | None = None


def of_primitive(primitive: Primitive) -> Operation:
    """Returns the operation of a Primitive."""
    return Operation(primitive.name, primitive.parameters, (MISSING,) * len(primitive.parameters), primitive.run)


@functools.cache
def operations() -> dict[str, Operation]:
    """Returns all operations by name."""
    found = {item.name: of_primitive(item) for item in (SIZE, *ARITHMETIC.values(), *transforms.PRIMITIVES)}
    for declared in DECLARED.values():
        name = name_of(declared)
        if name is not None:
            found[name] = _of_declared(name, declared)
    return found


@functools.cache
def name_of(declared: Declared) -> str | None:
    """Returns the name of a declared function in graphs; None if it is not public, or does not compute tensors."""
    if declared.name.startswith("_") or declared.key in _NO_OPERATIONS:
        return None
    name = declared.public.removeprefix("ops.")
    value: Any = importlib.import_module("ops")
    for part in name.split("."):
        value = getattr(value, part, None)
    return name if getattr(value, "__declared__", None) is declared else None


def _of_declared(name: str, declared: Declared) -> Operation:
    parameters = declared.signature.parameters
    signature = declared.signature

    def at(place: int | None) -> str | None:
        return None if place is None else signature.names[place]

    return Operation(
        name,
        tuple(signature.names),
        tuple(MISSING if p.default is p.empty else p.default for p in parameters),
        declared.public_function,
        frozenset(p.name for p in parameters if p.kind is p.KEYWORD_ONLY),
        at(signature.varargs),
        at(signature.options),
        declared,
    )


__all__: Sequence[str] = ("MISSING", "OPSET", "Operation", "name_of", "of_primitive", "operations")
