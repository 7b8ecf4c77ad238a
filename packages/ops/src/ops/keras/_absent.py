"""Errors for names of keras that this package does not have."""

from __future__ import annotations

from collections.abc import Mapping


def attribute_error(module: str, name: str, absent: Mapping[str, str]) -> AttributeError:
    """Returns the error for a name that a module does not have, with the reason if it is a name of keras."""
    public = module.removeprefix("ops.")
    if name not in absent:
        return AttributeError(f"module {module!r} has no attribute {name!r}", name=name)
    return AttributeError(f"{public}.{name} is not part of {module}: {absent[name]}", name=name)
