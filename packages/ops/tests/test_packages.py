"""A family that is a package collects the public names of its modules."""

from __future__ import annotations

import importlib
import pkgutil
import types

import pytest

from ops import elementwise, image, indexing
from ops._declaration.declared import DECLARED


@pytest.mark.parametrize("package", [elementwise, image, indexing], ids=lambda package: package.__name__)
def test_public_names(package: types.ModuleType) -> None:
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    names = [name for module in modules for name in getattr(module, "__all__", ())]
    assert sorted(names) == sorted(set(package.__all__)), "a name is in two modules, or is not collected"
    declared = [d.name for d in DECLARED.values() if d.function.__module__.startswith(f"{package.__name__}.")]
    assert sorted(names) == sorted(name for name in declared if not name.startswith("_"))
    for name in names:
        assert not isinstance(getattr(package, name), types.ModuleType), f"a module is named like the function {name}"
