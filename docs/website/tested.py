"""What the build tests: that every public name has a page with an example, and that examples return what pages show."""

from __future__ import annotations

import doctest
import re
import sys
import textwrap
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from website import public
from website.folders import DOCS

_BLOCK = re.compile(r"^ *```python\n(?P<code> *>>> .*?)^ *```$", re.MULTILINE | re.DOTALL)


def _examples_of(value: Any, name: str) -> list[doctest.DocTest]:
    """Returns the examples of a function, or of a class and its methods."""
    found = doctest.DocTestFinder(recurse=isinstance(value, type)).find(value, name, module=False, globs={})
    return [test for test in found if test.examples]


def _failures(test: doctest.DocTest) -> str:
    """Runs an example; returns the report of what failed."""
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    output: list[str] = []
    # PyTorch's compiler looks for the names that a function uses in its module.
    module = types.ModuleType("ops_site_example")
    test.globs = vars(module)
    sys.modules[module.__name__] = module
    with np.printoptions(legacy=False):
        runner.run(test, out=output.append, clear_globs=False)
    return "".join(output)


def missing() -> list[str]:
    """Returns the public names that have no page, or whose page has no example."""
    pages = {path: entry for entry in public.entries() for path in (entry.path, *entry.aliases)}
    found = [f"ops.{name} has no page" for name in public.names() if name not in pages]
    for entry in public.entries():
        if not _examples_of(entry.value, entry.name):
            found.append(f"{entry.name} has no example")
    return found


def _of_docstrings(only: Sequence[str]) -> Iterator[str]:
    for entry in public.entries():
        if not only or entry.path in only:
            for test in _examples_of(entry.value, entry.name):
                yield _failures(test)


def pages() -> list[Path]:
    """Returns the pages in docs that have examples."""
    return [path for path in sorted(DOCS.rglob("*.md")) if _examples(path.read_text())]


def _examples(text: str) -> str:
    """Returns the blocks of a page that begin with `>>>`, each at its lines."""
    lines = [""] * len(text.splitlines())
    for block in _BLOCK.finditer(text):
        start = text.count("\n", 0, block.start("code"))
        for place, line in enumerate(textwrap.dedent(block["code"]).splitlines()):
            lines[start + place] = line
    return "\n".join(lines).strip("\n") and "\n".join(lines)


def page_failures(path: Path) -> str:
    """Runs the examples of a page in order; returns the report of what failed."""
    examples = doctest.DocTestParser().get_doctest(_examples(path.read_text()), {}, path.name, str(path), 0)
    return _failures(examples)


def problems(only: Sequence[str] = ()) -> list[str]:
    """Returns all that is missing, and the reports of examples that fail; with `only`, of these functions alone."""
    found = missing() if not only else []
    reports = [*_of_docstrings(only), *(page_failures(path) for path in pages())]
    return found + [report for report in reports if report]
