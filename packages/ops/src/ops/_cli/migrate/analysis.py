"""What a module does with keras: its imports, its uses of names, and whether it can do without keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import libcst as cst
from libcst import metadata

from ops._cli.migrate import names
from ops._cli.migrate.names import Path


@dataclass(frozen=True)
class Use:
    """A name of keras in the code, outside of import statements.

    Attributes:
        node: the whole dotted name.
        parts: the dotted name as it is written.
        path: what it means.
        call: the call of it, if it is called.
        through_tensorflow: whether it begins with ``tf.keras``.
        line, column: where, from 1.
    """

    node: cst.Name | cst.Attribute
    parts: tuple[str, ...]
    path: Path
    call: cst.Call | None
    through_tensorflow: bool
    line: int
    column: int

    @property
    def base(self) -> int:
        """How many of the parts stand for keras itself; 0 for a name that was imported from it."""
        return max(len(self.parts) - len(self.path), 0)

    @property
    def keras_name(self) -> str:
        return ".".join(("keras", *self.path))


@dataclass(frozen=True)
class Imported:
    """One name of an import statement that comes from keras.

    Attributes:
        statement: the import statement.
        path: what is imported; of a star import, the module.
        bound: the name that it gets, or "*".
        is_module: whether it is `import ...` without a name of its own, which binds the first part.
        at_top: whether the statement is at the top level of the module.
        line, column: of the statement.
    """

    statement: cst.Import | cst.ImportFrom
    path: Path
    bound: str
    is_module: bool
    at_top: bool
    line: int
    column: int


@dataclass
class Analysis:
    """All that `rewrite` knows of a module."""

    uses: list[Use] = field(default_factory=list[Use])
    imports: list[Imported] = field(default_factory=list[Imported])
    # Names that something else than keras or ops binds, and where code imports keras by a string.
    bound: set[str] = field(default_factory=set[str])
    dynamic: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    ops_at_top: bool = False

    def blockers(self) -> list[tuple[int, Path]]:
        """Returns the lines and paths for which the module needs keras; functions of keras.ops are not among them."""
        needed: list[tuple[int, Path]] = []
        for use in self.uses:
            unknown = use.path == () and use.base > 0
            if unknown or (use.path[:1] != ("ops",) and names.target(use.path) is None):
                needed.append((use.line, use.path))
        for entry in self.imports:
            star = entry.bound == "*" and entry.path[:1] != ("ops",)
            if star or (entry.path[:1] != ("ops",) and names.target(entry.path) is None):
                needed.append((entry.line, entry.path))
        return sorted(needed)


def dotted(node: cst.BaseExpression | None) -> tuple[str, ...] | None:
    """Returns the parts of a dotted name; None for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    return (*reversed([*parts, node.value]),) if isinstance(node, cst.Name) else None


class Collector(cst.CSTVisitor):
    """Fills an `Analysis`."""

    METADATA_DEPENDENCIES = (
        metadata.QualifiedNameProvider,
        metadata.PositionProvider,
        metadata.ExpressionContextProvider,
    )

    def __init__(self) -> None:
        super().__init__()
        self.analysis = Analysis()
        self._calls: dict[cst.CSTNode, cst.Call] = {}
        self._depth = 0  # of blocks: 0 at the top level

    # --- imports -----------------------------------------------------------------------------------------------------

    def visit_Import(self, node: cst.Import) -> bool:
        for alias in node.names:
            module = ".".join(dotted(alias.name) or ())
            name = alias.asname.name if alias.asname else None
            bound = name.value if isinstance(name, cst.Name) else module.partition(".")[0]
            path = names.path_of(module)
            if path is None:
                self._bind(bound, module if name else bound)
            elif name is not None or module.startswith("keras"):
                self._add(node, path, bound, name is None)
        return False

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        module = "" if node.relative else ".".join(dotted(node.module) or ())
        path = names.path_of(module)
        if isinstance(node.names, cst.ImportStar):
            if path is not None:
                self._add(node, path, "*", False)
            return False
        for alias in node.names:
            name = alias.asname.name if alias.asname else alias.name
            bound = name.value if isinstance(name, cst.Name) else ""
            whole = names.path_of(f"{module}.{alias.evaluated_name}") if module else None
            if whole is None:
                self._bind(bound, f"{module}.{alias.evaluated_name}")
            else:
                self._add(node, whole, bound, False)
        return False

    def _add(self, node: cst.Import | cst.ImportFrom, path: Path, bound: str, is_module: bool) -> None:
        self.analysis.imports.append(Imported(node, path, bound, is_module, self._depth == 0, *self._place(node)))

    def _bind(self, name: str, what: str) -> None:
        if (name, what) == ("ops", "ops"):
            self.analysis.ops_at_top |= self._depth == 0
        elif (name, what) not in (("keras", "ops.keras"), ("tensorflow", "tensorflow")):
            self.analysis.bound.add(name)

    # --- names -------------------------------------------------------------------------------------------------------

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        if dotted(node) is None:
            node.value.visit(self)
        else:
            self._name(node)
        return False

    def visit_Name(self, node: cst.Name) -> None:
        self._name(node)

    def _name(self, node: cst.Name | cst.Attribute) -> None:
        context = self.get_metadata(metadata.ExpressionContextProvider, node, None)
        if isinstance(node, cst.Name) and context in (
            metadata.ExpressionContext.STORE,
            metadata.ExpressionContext.DEL,
        ):
            self.analysis.bound.add(node.value)
            return
        for qualified in sorted(
            self.get_metadata(metadata.QualifiedNameProvider, node, set()), key=lambda item: item.name
        ):
            path = names.path_of(qualified.name)
            if path is not None and qualified.source is metadata.QualifiedNameSource.IMPORT:
                parts = dotted(node) or ()
                through = qualified.name.startswith("tensorflow") and len(parts) - len(path) > 1
                place = self._place(node)
                self.analysis.uses.append(Use(node, parts, path, self._calls.get(node), through, *place))
                return

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)  # not the keyword, which is no use of the name
        return False

    def visit_NameItem(self, node: cst.NameItem) -> bool:
        return False

    def visit_Param(self, node: cst.Param) -> bool:
        self.analysis.bound.add(node.name.value)
        for part in (node.annotation, node.default):
            if part is not None:
                part.visit(self)
        return False

    def visit_Call(self, node: cst.Call) -> None:
        self._calls[node.func] = node
        function = dotted(node.func)
        if function and function[-1] in ("import_module", "__import__", "importorskip") and node.args:
            first = node.args[0].value
            text = first.evaluated_value if isinstance(first, cst.SimpleString) else None
            if isinstance(text, str) and names.path_of(text) is not None:
                self.analysis.dynamic.append((*self._place(node), text))

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self.analysis.bound.add(node.name.value)
        self._depth += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self._depth -= 1

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.analysis.bound.add(node.name.value)
        self._depth += 1

    def leave_ClassDef(self, original_node: cst.ClassDef) -> None:
        self._depth -= 1

    def visit_IndentedBlock(self, node: cst.IndentedBlock) -> None:
        self._depth += 1

    def leave_IndentedBlock(self, original_node: cst.IndentedBlock) -> None:
        self._depth -= 1

    def _place(self, node: cst.CSTNode) -> tuple[int, int]:
        position: Any = self.get_metadata(metadata.PositionProvider, node)
        return position.start.line, position.start.column + 1


def analyse(module: cst.Module) -> tuple[cst.Module, Analysis]:
    """Returns what a module does with keras, and the module to whose nodes the analysis refers."""
    wrapper = metadata.MetadataWrapper(module)
    collector = Collector()
    wrapper.visit(collector)
    return wrapper.module, collector.analysis


def passed(call: cst.Call, parameters: Sequence[tuple[str, object]]) -> set[str] | None:
    """Returns the names of the parameters that a call passes; None if it unpacks arguments, so that any may be passed.

    A literal that is the parameter's default counts as not passed.
    """
    given: set[str] = set()
    for number, argument in enumerate(call.args):
        if argument.star:
            return None
        if argument.keyword is not None:
            name = argument.keyword.value
        elif number < len(parameters):
            name = parameters[number][0]
        else:
            continue
        default = dict(parameters).get(name)
        if cst.Module([]).code_for_node(argument.value) != repr(default):
            given.add(name)
    return given
