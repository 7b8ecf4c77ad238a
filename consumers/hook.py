"""An import hook that gives a package's modules `ops` in place of keras, by `python -m ops migrate`, in memory."""

from __future__ import annotations

import importlib.abc
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType

from ops._cli.migrate import rewrite


class Loader(SourceFileLoader):
    """Compiles the rewritten source of a module; reads and writes no bytecode."""

    def __init__(self, name: str, path: str, sources: Mapping[str, str]) -> None:
        super().__init__(name, path)
        self._sources = sources

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        source = self._sources.get(path)
        if source is None:
            source = rewritten(path)
        return compile(source, path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the modules of some packages.

    Args:
        packages: their names.
        sources: the rewritten sources of modules by path; others are rewritten when they are imported.
        bare: packages whose own `__init__` does not run, so that only the modules that are asked for are imported.
    """

    def __init__(self, packages: Iterable[str], sources: Mapping[str, str], bare: Iterable[str] = ()) -> None:
        self._packages = frozenset(packages)
        self._sources = sources
        self._bare = frozenset(bare)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in self._packages:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and fullname in self._bare:
            whole, spec = spec, ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = whole.submodule_search_locations
        if spec is not None and spec.origin is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(fullname, spec.origin, self._sources)
        return spec


def rewritten(path: str) -> str:
    """Returns the source of a file with `ops` in place of keras; as it is, if it does not mention keras."""
    source = importlib.util.decode_source(SourceFileLoader("", path).get_data(path))
    return rewrite(source, path)[0] if "keras" in source else source


def install(packages: Iterable[str], sources: Mapping[str, str], bare: Iterable[str] = ()) -> None:
    """Rewrites the modules of these packages that are imported from now on; the arguments are those of `Finder`."""
    sys.meta_path.insert(0, Finder(packages, sources, bare))
