"""The functions of a package that stand on keras.ops, found in its source.

A function counts if it is public (no part of its name begins with an underscore), takes arguments, is no test, and its
body uses a function of keras.ops. Methods of public classes count as well.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Counted:
    """A function that counts.

    Attributes:
        path: of its file, from the folder that holds the package.
        name: as `__qualname__`.
    """

    path: str
    name: str

    @property
    def is_method(self) -> bool:
        return "." in self.name


def folder(package: str) -> Path:
    """Returns the folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed", name=package)
    return Path(spec.origin).parent


def counted(package: str) -> list[Counted]:
    """Returns the functions of a package that count, in order."""
    root = folder(package)
    result: list[Counted] = []
    for path in sorted(root.rglob("*.py")):
        relative = path.relative_to(root.parent)
        if path.stem.endswith("_test") or any(part in ("tests", "testing") for part in relative.parts):
            continue
        if any(part.startswith("_") for part in relative.with_suffix("").parts if part != "__init__"):
            continue
        module = ast.parse(path.read_text(encoding="utf-8"))
        names = _Names(module)
        result += [Counted(str(relative), name) for name, node in _public(module) if names.uses_ops(node)]
    return sorted(result)


def _public(module: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in module.body:
        if isinstance(node, Function) and not node.name.startswith("_") and _parameters(node):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_") and len(_parameters(method)) > 1:
                    yield f"{node.name}.{method.name}", method


def _parameters(node: Function) -> list[ast.arg]:
    parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return [*parameters, *(extra for extra in (node.args.vararg, node.args.kwarg) if extra)]


class _Names:
    """The names by which a module calls keras, keras.ops and functions of it."""

    def __init__(self, module: ast.Module) -> None:
        self._keras: set[str] = set()
        self._ops: set[str] = set()
        self._functions: set[str] = set()
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "keras.ops" and alias.asname:
                        self._ops.add(alias.asname)
                    elif alias.name.partition(".")[0] == "keras" and (alias.name == "keras" or not alias.asname):
                        self._keras.add(alias.asname or "keras")
            elif isinstance(node, ast.ImportFrom) and not node.level:
                for alias in node.names:
                    bound = alias.asname or alias.name
                    if node.module in ("keras", "keras.src") and alias.name == "ops":
                        self._ops.add(bound)
                    elif node.module in ("keras.ops", "keras.src.ops"):
                        self._functions.add(bound)

    def uses_ops(self, function: Function) -> bool:
        for node in (inner for statement in function.body for inner in ast.walk(statement)):
            if isinstance(node, ast.Name) and node.id in self._functions:
                return True
            if isinstance(node, ast.Attribute):
                value = node.value
                if isinstance(value, ast.Name) and value.id in self._ops:
                    return True
                if isinstance(value, ast.Attribute) and value.attr == "ops":
                    if isinstance(value.value, ast.Name) and value.value.id in self._keras:
                        return True
        return False
