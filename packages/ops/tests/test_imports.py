"""There are no import cycles."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

_PACKAGES = Path(__file__).parents[2]
_SOURCES = sorted(folder for folder in _PACKAGES.glob("*/src/*") if (folder / "__init__.py").exists())


def _modules(folder: Path) -> dict[str, Path]:
    """Returns the files of a package by module name."""
    modules: dict[str, Path] = {}
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        modules[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return modules


def _statements(node: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yields the import statements below a node, also inside functions, but not in blocks for type checkers."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield node
    children: Iterable[ast.AST] = ast.iter_child_nodes(node)
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        children = node.orelse
    for child in children:
        yield from _statements(child)


def _imported(module: str, path: Path, modules: dict[str, Path]) -> set[str]:
    """Returns the modules of its own package that a module imports."""
    names: set[str] = set()
    for statement in _statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(statement, ast.Import):
            names.update(alias.name for alias in statement.names)
            continue
        base = statement.module or ""
        if statement.level:
            parts = module.split(".")
            keep = len(parts) - statement.level + (path.name == "__init__.py")
            base = ".".join([*parts[:keep], *([base] if base else [])])
        for alias in statement.names:
            # `from package import module` depends on the module, not on the names of the package.
            names.add(f"{base}.{alias.name}" if f"{base}.{alias.name}" in modules else base)
    return names & modules.keys()


def _cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Returns a cycle for each group of modules that import each other, as a path that ends where it starts."""
    reachable: dict[str, set[str]] = {}
    for start in graph:
        visited: set[str] = set()
        stack = [*graph[start]]
        while stack:
            module = stack.pop()
            if module not in visited:
                visited.add(module)
                stack += graph[module]
        reachable[start] = visited
    cycles: list[list[str]] = []
    covered: set[str] = set()
    for start in graph:
        if start in reachable[start] and start not in covered:
            covered |= {module for module in reachable[start] if start in reachable[module]}
            cycles.append(_shortest(graph, start))
    return cycles


def _shortest(graph: dict[str, set[str]], start: str) -> list[str]:
    """Returns the shortest path from a module of a cycle back to itself."""
    paths = [[start]]
    visited: set[str] = set()
    for path in paths:
        for module in sorted(graph[path[-1]]):
            if module == start:
                return [*path, start]
            if module not in visited:
                visited.add(module)
                paths.append([*path, module])
    raise AssertionError(f"{start} is in no cycle")


def test_cycles_are_detected() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"d"}}
    assert _cycles(graph) == [["b", "c", "b"], ["d", "d"]]


@pytest.mark.parametrize("folder", _SOURCES, ids=lambda folder: folder.name)
def test_no_import_cycles(folder: Path) -> None:
    modules = _modules(folder)
    graph = {module: _imported(module, path, modules) for module, path in modules.items()}
    assert not [" -> ".join(cycle) for cycle in _cycles(graph)]
