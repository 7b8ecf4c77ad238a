"""Each public function is listed once, by the module that defines it, and collected."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import types
from pathlib import Path

import pytest

import ops
from ops._declaration import DECLARED, BackendFunction, Op

# `ops` and the modules in its `__all__`: where users find functions.
NAMESPACES = [ops, *(space for space in map(vars(ops).get, ops.__all__) if isinstance(space, types.ModuleType))]
MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(ops.__path__, "ops.")]
# The modules that list what they define: packages, ops.numpy, ops.autodiff and ops.keras collect from others.
DEFINING = [
    module
    for module in MODULES
    if hasattr(module, "__all__")
    and not hasattr(module, "__path__")
    and module is not ops.numpy
    and not module.__name__.startswith(("ops.autodiff.", "ops.keras."))
]


@pytest.mark.parametrize("module", [ops, *MODULES], ids=lambda module: module.__name__)
def test_listed_names_exist_once(module: types.ModuleType) -> None:
    names = getattr(module, "__all__", ())
    assert [name for name in names if not hasattr(module, name)] == []
    assert len(set(names)) == len(names)


def _keys(module: types.ModuleType) -> set[str]:
    functions = [getattr(module, name) for name in module.__all__]
    return {function.__declared__.key for function in functions if hasattr(function, "__declared__")}


def test_each_declared_function_is_listed_by_its_module_alone() -> None:
    listed = {module.__name__: _keys(module) for module in DEFINING}
    for key, declared in DECLARED.items():
        if isinstance(declared, (Op, BackendFunction)) and not declared.name.startswith("_"):
            module = importlib.import_module(declared.function.__module__)
            assert declared.name in module.__all__, key
            assert any(getattr(space, declared.name, None) is getattr(module, declared.name) for space in NAMESPACES)
            assert [name for name, keys in listed.items() if key in keys] == [module.__name__], key


@pytest.mark.parametrize("module", [ops, ops.linalg, ops.nn, ops.numpy], ids=lambda module: module.__name__)
def test_star_imports_name_modules_with_a_literal_list(module: types.ModuleType) -> None:
    """mypy does not follow ``__all__ += other.__all__``."""
    for statement in ast.parse(Path(inspect.getfile(module)).read_text("utf-8")).body:
        if isinstance(statement, ast.ImportFrom) and statement.names[0].name == "*":
            source = Path(inspect.getfile(importlib.import_module(str(statement.module)))).read_text("utf-8")
            assert "\n__all__ = [" in source, statement.module
            assert "\n__all__ +=" not in source, statement.module
