"""What the reference has pages of: the public functions and classes, with all that ops knows about each."""

from __future__ import annotations

import functools
import inspect
import json
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ops
from ops._cli import describe, differences
from ops.testing import RECORDS, public_function
from ops_common.testing import Record

SINCE = Path(__file__).with_name("since.json")

# Public modules that `import ops` does not load. They get pages as soon as they exist.
_SEPARATE = ("array_api", "distribution", "sparse", "spectral", "special", "testing")

# What `ops.testing` has for the tests of ops itself.
_OWN_TESTS = frozenset(
    f"testing.{name}" for name in ("RECORDS", "assert_same_result", "changes", "longer", "public_function")
)

# The families of the index, in its order, by the modules that define their functions.
FAMILIES = {
    "Backends, state and scopes": (
        "ops_common.runtime",
        "ops_common.tensors.scopes",
        "ops_common.tensors.variable",
        "ops_common.symbolic",
        "ops._namespace",
    ),
    "Tensors": ("ops.core", "ops.creation"),
    "Element-wise functions": ("ops.elementwise",),
    "Reductions and statistics": ("ops.reduction", "ops.statistics"),
    "Shapes and layout": ("ops.manipulation", "ops.einops"),
    "Indexing, sorting and segments": ("ops.indexing", "ops.sorting", "ops.segment"),
    "Products of tensors": ("ops.contraction",),
    "Linear algebra": ("ops.linalg",),
    "Neural networks": ("ops.nn",),
    "Images": ("ops.image",),
    "Signals": ("ops.signal", "ops.spectral"),
    "Special functions": ("ops.special",),
    "Random numbers": ("ops.random", "ops_common.tensors.seeds"),
    "Control flow": ("ops.control",),
    "Transforms": ("ops.transform",),
    "Graphs": ("ops.graph",),
    "Sparse tensors": ("ops.sparse",),
    "Distribution": ("ops.distribution",),
    "The array API standard": ("ops.array_api",),
    "Tests of your code": ("ops.testing",),
    "Errors": ("ops_common.errors",),
}


@dataclass(frozen=True)
class Entry:
    """A public function or class.

    Attributes:
        path: the public path below `ops` under which its page is found.
        aliases: its other public paths below `ops`.
        value: the function or class itself.
        family: the title of its family.
        record: its record, from which its tests are made, if it has one.
    """

    path: str
    aliases: tuple[str, ...]
    value: Any
    family: str
    record: Record | None

    @property
    def name(self) -> str:
        return f"ops.{self.path}"

    @property
    def page(self) -> str:
        """The name of its page, without the ending."""
        return f"reference/{self.name}"

    @property
    def docstring(self) -> str:
        return inspect.getdoc(self.value) or ""

    @property
    def summary(self) -> str:
        """The docstring's first sentence."""
        first = " ".join(self.docstring.partition("\n\n")[0].split())
        sentence, dot, _ = first.partition(". ")
        return sentence + "." if dot else first

    @property
    def signature(self) -> str:
        return describe._signature(self.value) or "()"

    @property
    def is_class(self) -> bool:
        return isinstance(self.value, type)

    @property
    def support(self) -> dict[str, str]:
        """How each backend supports it; empty for what is not an op."""
        return describe._support()[0].get(self.value, {})

    @property
    def reasons(self) -> dict[str, str]:
        """Why backends do not support it in full."""
        return describe._support()[1].get(self.value, {})

    @property
    def differences(self) -> tuple[differences.Difference, ...]:
        return differences.of(self.path)

    @property
    def since(self) -> str:
        """The first version of `ops` that has it."""
        return _since().get(self.path) or next(
            (_since()[path] for path in self.aliases if path in _since()), ops.__version__
        )

    @property
    def source(self) -> tuple[str, int] | None:
        """The file of its source below the packages' `src`, and its first line."""
        declared = getattr(self.value, "__declared__", None)
        value = declared.function if declared is not None else self.value
        try:
            line = inspect.getsourcelines(value)[1]
        except (OSError, TypeError):
            return None
        return source_name(value.__module__), line


def source_name(module: str) -> str:
    """Returns the path of a module's file below the packages' `src`."""
    file = Path(sys.modules[module].__file__ or "")
    return module.replace(".", "/") + ("/__init__.py" if file.name == "__init__.py" else ".py")


@functools.cache
def _since() -> dict[str, str]:
    """Returns the version in which each path was added. Paths that are not listed are new in the current version."""
    return {path: version for version, paths in json.loads(SINCE.read_text()).items() for path in paths}


def _modules() -> dict[str, Any]:
    spaces: dict[str, Any] = {"": ops}
    for name, value in vars(ops).items():
        if isinstance(value, types.ModuleType) and name in ops.__all__:
            spaces[name] = value
    for name in _SEPARATE:
        if Path(next(iter(ops.__path__)), name).is_dir() or Path(next(iter(ops.__path__)), f"{name}.py").is_file():
            spaces[name] = __import__(f"ops.{name}", fromlist=["*"])
    return spaces


@functools.cache
def names() -> dict[str, Any]:
    """Returns all public functions and classes by their paths below `ops`."""
    found: dict[str, Any] = {}
    for space, module in _modules().items():
        for name in module.__all__:
            path = f"{space}.{name}" if space else name
            if path in _OWN_TESTS:
                continue
            value = getattr(module, name)
            if callable(value) and not isinstance(value, types.ModuleType):
                found[path] = value
    return found


def _family(value: Any, path: str) -> str:
    module = value.__module__
    for title, modules in FAMILIES.items():
        if any(module == name or module.startswith(f"{name}.") for name in modules):
            return title
    return path.partition(".")[0].replace("_", " ").capitalize()


def _preference(path: str, recorded: str | None) -> tuple[bool, bool, bool, str]:
    """Returns what the paths of one function are sorted by: the first one is that of its page."""
    return path != recorded, path.startswith("numpy."), "." not in path, path


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Returns all public functions and classes, sorted by path."""
    paths: dict[int, list[str]] = {}
    for path, value in names().items():
        paths.setdefault(id(value), []).append(path)
    records = {id(public_function(record.path)): record for record in RECORDS}
    found: list[Entry] = []
    for key, several in paths.items():
        record = records.get(key)
        first, *aliases = sorted(several, key=lambda path: _preference(path, record.path if record else None))
        value = names()[first]
        found.append(Entry(first, tuple(sorted(aliases)), value, _family(value, first), record))
    return tuple(sorted(found, key=lambda entry: entry.path.lower()))


def by_family(chosen: Sequence[Entry]) -> dict[str, Sequence[Entry]]:
    """Returns these entries by family, in the order of the index."""
    titles = [*FAMILIES, *sorted({entry.family for entry in chosen} - set(FAMILIES))]
    table = {title: [entry for entry in chosen if entry.family == title] for title in titles}
    return {title: members for title, members in table.items() if members}
