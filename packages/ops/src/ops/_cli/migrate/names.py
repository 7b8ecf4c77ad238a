"""Where the names of keras are in ops.

A *path* is what follows ``keras`` in a dotted name: ``("ops", "take")`` of ``keras.ops.take``, and also of
``tf.keras.ops.take`` and ``keras.src.ops.numpy.take``.
"""

from __future__ import annotations

import importlib
import types
from typing import Any

Path = tuple[str, ...]

_ROOTS = (("tensorflow", "keras"), ("keras",))
# Modules of keras whose content is also public elsewhere in keras.
_IMPLEMENTATIONS = ("src", "api")
# Public names for what code imports from keras.src.
_PUBLIC: dict[Path, Path] = {
    ("backend", "KerasTensor"): ("KerasTensor",),
    ("backend", "Variable"): ("Variable",),
    ("backend", "StatelessScope"): ("StatelessScope",),
    ("backend", "SymbolicScope"): ("SymbolicScope",),
    ("backend", "name_scope"): ("name_scope",),
    ("backend", "device"): ("device",),
    ("backend", "convert_to_tensor"): ("ops", "convert_to_tensor"),
    ("backend", "convert_to_numpy"): ("ops", "convert_to_numpy"),
    ("backend", "is_tensor"): ("ops", "is_tensor"),
    ("backend", "cast"): ("ops", "cast"),
    ("backend", "shape"): ("ops", "shape"),
    ("backend", "common", "keras_tensor", "KerasTensor"): ("KerasTensor",),
    ("backend", "common", "variables", "standardize_dtype"): ("backend", "standardize_dtype"),
    ("backend", "common", "dtypes", "result_type"): ("backend", "result_type"),
    ("backend", "common", "stateless_scope", "StatelessScope"): ("StatelessScope",),
    ("ops", "operation", "Operation"): ("Operation",),
    ("ops", "function", "Function"): ("Function",),
    ("random", "seed_generator", "SeedGenerator"): ("random", "SeedGenerator"),
    ("activations", "activations"): ("activations",),
    ("tree", "tree_api"): ("tree",),
}


def path_of(dotted: str) -> Path | None:
    """Returns the path of a dotted name; None if it is no name of keras."""
    parts = tuple(dotted.split("."))
    for root in _ROOTS:
        if parts[: len(root)] == root:
            path = parts[len(root) :]
            return path[1:] if path[:1] and path[0] in _IMPLEMENTATIONS else path
    return None


def _has(path: Path) -> bool:
    """Returns whether ops.keras has the module, function or class that a path leads to."""
    value: Any = importlib.import_module("ops.keras")
    for part in path:
        if not isinstance(value, types.ModuleType):
            return True  # an attribute of a function or class: `Variable.assign`
        try:
            value = getattr(value, part)
        except AttributeError:
            return False
    return True


def target(path: Path) -> Path | None:
    """Returns where ops.keras has what a path of keras leads to; None if it does not.

    Example:
        >>> from ops._cli.migrate.names import target
        >>> target(("ops", "take")), target(("backend", "KerasTensor")), target(("layers", "Dense"))
        (('ops', 'take'), ('KerasTensor',), None)
    """
    for count in range(len(path), 1, -1):
        if path[:count] in _PUBLIC:
            return (*_PUBLIC[path[:count]], *path[count:])
    if _has(path):
        return path
    # keras.src.ops.numpy.take: the modules of keras.src.ops are no public names, but the functions are.
    if path[:1] == ("ops",) and len(path) > 2 and _has(("ops", *path[2:])):
        return ("ops", *path[2:])
    return None


def why_missing(path: Path) -> str:
    """Returns why ops does not have a name, and what to use in its place."""
    value: Any = importlib.import_module("ops.keras")
    for part in path:
        try:
            value = getattr(value, part)
        except AttributeError as error:
            reason = str(error).partition("is not part of ")[2].partition(": ")[2]
            return reason or "ops has no such name"
    return "ops has no such name"


def module_and_name(path: Path) -> tuple[str, str]:
    """Returns the module to import from and the name in it: ("ops", "take") for ("ops", "take").

    ("", "ops") stands for the module `ops` itself.
    """
    if path == ("ops",):
        return "", "ops"
    if not path:
        return "ops", "keras"
    whole = path if path[0] == "ops" else ("ops", *path) if path[0] == "random" else ("ops", "keras", *path)
    return ".".join(whole[:-1]), whole[-1]
