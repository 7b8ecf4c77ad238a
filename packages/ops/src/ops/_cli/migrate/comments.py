"""Comments inside of import statements, which move with the names that they are about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import libcst as cst

_DIRECTIVE = re.compile(r"#\s*(noqa|type:|pyright:|pylint:|isort:|ruff:|mypy:|pragma:)", re.IGNORECASE)


@dataclass(frozen=True)
class Comments:
    """The comments about a name or statement: on lines above it, and at the end of its line."""

    above: list[str] = field(default_factory=list[str])
    beside: list[str] = field(default_factory=list[str])

    def __bool__(self) -> bool:
        return bool(self.above or self.beside)


class _Texts(cst.CSTVisitor):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def visit_Comment(self, node: cst.Comment) -> None:
        self.texts.append(node.value)


def _texts(*nodes: object) -> list[str]:
    visitor = _Texts()
    for node in nodes:
        if isinstance(node, cst.CSTNode):
            node.visit(visitor)
    return visitor.texts


def is_directive(text: str) -> bool:
    """Returns whether a comment is for a tool, about the whole statement on whose line it is."""
    return _DIRECTIVE.match(text) is not None


def comments_of(node: cst.ImportFrom) -> tuple[list[str], dict[cst.ImportAlias, Comments]]:
    """Returns the comments of an import statement with parentheses: those beside the opening one, and those of each
    name."""
    assert not isinstance(node.names, cst.ImportStar)
    beside_head, waiting = _split(node.lpar.whitespace_after if node.lpar is not None else None)
    result: dict[cst.ImportAlias, Comments] = {}
    for alias in node.names:
        comma = alias.comma if isinstance(alias.comma, cst.Comma) else None
        within = _texts(alias.name, alias.asname, comma.whitespace_before if comma is not None else None)
        beside, below = _split(comma.whitespace_after if comma is not None else None)
        result[alias] = Comments([*waiting, *within], beside)
        waiting = below
    last = result[node.names[-1]]
    beside, below = _split(node.rpar.whitespace_before if node.rpar is not None else None)
    result[node.names[-1]] = Comments([*last.above, *waiting, *below], [*last.beside, *beside])
    return beside_head, result


def _split(space: cst.BaseParenthesizableWhitespace | None) -> tuple[list[str], list[str]]:
    """Returns the comments at the end of the line, and on the lines below."""
    if not isinstance(space, cst.ParenthesizedWhitespace):
        return [], []
    return _texts(space.first_line), _texts(*space.empty_lines)


def listed(node: cst.ImportFrom, comments: Sequence[Comments], head: Sequence[str]) -> cst.ImportFrom:
    """Returns an import statement in parentheses, with a line and the comments for each name."""
    assert node.module is not None
    assert not isinstance(node.names, cst.ImportStar)
    code = cst.Module([]).code_for_node
    lines = [_line(f"from {code(node.module)} import (", head)]
    for alias, each in zip(node.names, comments, strict=True):
        name = code(alias.with_changes(comma=cst.MaybeSentinel.DEFAULT))
        lines += [*(f"    {text}" for text in each.above), _line(f"    {name},", each.beside)]
    statement = cst.parse_statement("\n".join([*lines, ")\n"]))
    assert isinstance(statement, cst.SimpleStatementLine)
    assert isinstance(statement.body[0], cst.ImportFrom)
    return statement.body[0]


def _line(text: str, comments: Sequence[str]) -> str:
    return "  ".join([text, *comments])


def comment_lines(texts: Sequence[str]) -> list[cst.EmptyLine]:
    """Returns lines of comments."""
    return [cst.EmptyLine(comment=cst.Comment(text)) for text in texts]


def with_comments(end: cst.TrailingWhitespace | None, texts: Sequence[str]) -> cst.TrailingWhitespace:
    """Returns the end of a line with these comments instead of its own."""
    end = cst.TrailingWhitespace() if end is None else end
    if not texts:
        return end
    space = end.whitespace if end.comment is not None else cst.SimpleWhitespace("  ")
    return end.with_changes(whitespace=space, comment=cst.Comment("  ".join(texts)))
