"""Docstrings as reStructuredText."""

from __future__ import annotations

import re
from typing import Any, cast

from sphinx.ext.napoleon import Config
from sphinx.ext.napoleon.docstring import GoogleDocstring

# Stars, bars and trailing underscores are text in our docstrings, and markup in reStructuredText.
_LITERAL = re.compile(r"(``.+?``|`[^`]+`|\"[^\"]*\")")
_MARKUP = re.compile(r"([*|]|(?<=\w)_(?=\W|$))")
_CONFIG = Config(napoleon_use_rtype=False, napoleon_use_ivar=True, napoleon_use_admonition_for_examples=False)


def _escaped(line: str) -> str:
    parts = _LITERAL.split(line)
    return "".join(part if part.startswith("`") else _MARKUP.sub(r"\\\1", part) for part in parts)


def _protected(docstring: str) -> str:
    """Returns a docstring with what reStructuredText takes for markup escaped, outside of examples and literals."""
    lines: list[str] = []
    in_example = False
    literal: int | None = None  # the indentation of the paragraph that a literal block follows
    for line in docstring.splitlines():
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if stripped.startswith(">>>"):
            in_example = True
        elif not stripped:
            in_example = False
        if literal is not None and stripped and indent <= literal:
            literal = None
        is_text = not in_example and literal is None
        lines.append(_escaped(line) if is_text else line)
        if is_text and stripped.endswith("::"):
            literal = indent
    return "\n".join(lines)


def restructured(docstring: str, what: str) -> list[str]:
    """Returns the lines of a Google-style docstring as reStructuredText; `what` is "function" or "class"."""
    converted = GoogleDocstring(_protected(docstring), cast(Any, _CONFIG), what=cast(Any, what))
    # A line of Napoleon's may be several.
    return "\n".join(converted.lines()).splitlines()
