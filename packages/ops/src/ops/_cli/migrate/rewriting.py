"""Rewrites the imports of keras in a module: what ops has comes from ops, everything else stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from ops._cli import differences
from ops._cli.migrate import names
from ops._cli.migrate.analysis import Analysis, Imported, Use, analyse, dotted, passed
from ops._cli.migrate.comments import Comments, comment_lines, comments_of, is_directive, listed, with_comments
from ops._cli.migrate.findings import Finding
from ops._cli.migrate.names import Path


def rewrite(source: str, filename: str = "<string>") -> tuple[str, list[Finding]]:
    """Returns a module's source with ops in place of keras, and what to know about it, by line.

    Args:
        source: the source of a Python module.
        filename: its name, for the error.

    Raises:
        SyntaxError: it is not valid Python.

    Example:
        >>> from ops._cli.migrate import rewrite
        >>> rewrite("from keras import ops\\ny = ops.zeros(3)\\n")
        ('import ops\\ny = ops.zeros(3)\\n', [])
    """
    try:
        module = cst.parse_module(source)
    except cst.ParserSyntaxError as error:
        raise SyntaxError(error.message, (filename, error.raw_line, error.raw_column + 1, None)) from error
    new, findings = rewrite_module(module)
    return new.code, findings


def rewrite_module(module: cst.Module) -> tuple[cst.Module, list[Finding]]:
    """Returns a parsed module with ops in place of keras, and what to know about it, by line."""
    module, analysis = analyse(module)
    if not (analysis.imports or analysis.uses or analysis.dynamic):
        return module, []
    plan = _Plan(analysis)
    return module.visit(_Rewriter(module, plan)), sorted([*plan.findings(), *_differing(analysis.uses)])


class _Plan:
    """Which names move to ops.

    A module that needs keras, for layers and the like, takes only `keras.ops` from ops: layers track keras's own
    Variables and seed generators, and read keras's own configuration.
    """

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.blockers = analysis.blockers()
        self.is_free_of_keras = not self.blockers
        self.used_modules = {use.parts[0] for use in analysis.uses if use.base}
        self.needs_ops = self.needs_keras = False
        self._ops, self._keras = (self._free(name) for name in ("ops", "keras"))

    def _free(self, name: str) -> str:
        imported = {entry.bound for entry in self.analysis.imports if self._bound_elsewhere(entry, name)}
        taken = self.analysis.bound | imported
        candidates = (name, *(f"{prefix}_{name}" for prefix in ("array", "array2", "array3", "array4", "array5")))
        return next(candidate for candidate in candidates if candidate not in taken)

    def _bound_elsewhere(self, entry: Imported, name: str) -> bool:
        """Returns whether an import of keras binds this name to something else than `ops` or `ops.keras`."""
        if name == "ops":
            return self.moved(entry) != ("ops",)
        return not (self.is_free_of_keras and entry.path == ())

    def moves(self, path: Path) -> Path | None:
        """Returns where what this path of keras leads to is in ops; None if it stays."""
        target = names.target(path)
        if target is None:
            return path if path[:1] == ("ops",) else None  # reported as missing; keras has no other place for it
        return target if self.is_free_of_keras or target[:1] == ("ops",) else None

    def moved(self, entry: Imported) -> Path | None:
        """Returns where the import leads to in ops; None if it stays."""
        if entry.is_module:  # `import keras.ops` binds keras, too
            return () if self.is_free_of_keras and entry.bound in self.used_modules else None
        if entry.path == () and not (self.is_free_of_keras and entry.bound in self.used_modules):
            return None
        return self.moves(entry.path)

    def replacement(self, use: Use) -> tuple[str, ...] | None:
        """Returns the dotted name that replaces a use; None if it stays as it is."""
        target = self.moves(use.path)
        if use.base == 0 or target is None:
            return None
        if self.is_free_of_keras and not use.through_tensorflow:
            new = (use.parts[0], *target)  # the module keras is `ops.keras` now
            return None if new == use.parts else new
        if target[:1] == ("ops",):
            self.needs_ops = True
            return (self._ops, *target[1:])
        self.needs_keras = True
        return (self._keras, *target)

    def added(self) -> list[cst.Import]:
        """Returns the import statements of ops that the replaced names need."""
        statements: list[cst.Import] = []
        moved = any(entry.at_top and entry.bound == "ops" and self.moved(entry) for entry in self.analysis.imports)
        if self.needs_ops and not (self._ops == "ops" and (moved or self.analysis.ops_at_top)):
            statements.append(_import(("ops",), self._ops))
        if self.needs_keras:
            statements.append(_import(("ops", "keras"), self._keras))
        return statements

    def findings(self) -> list[Finding]:
        """Returns what is missing, stays, or has to be checked."""
        found: list[Finding] = []
        reported = {entry.path for entry in self.analysis.imports if entry.path and names.target(entry.path) is None}
        for use in self.analysis.uses:
            if use.path == () and use.base:
                message = "the module keras is a value here; keras stays, as its use is not visible"
                found.append(Finding(use.line, use.column, "check", "keras", message))
            elif names.target(use.path) is None:
                imported = use.base == 0 and any(use.path[: len(path)] == path for path in reported)
                if not imported:  # else the import statement has the finding
                    why = names.why_missing(use.path)
                    found.append(Finding(use.line, use.column, "missing", use.keras_name, why))
        for entry in self.analysis.imports:
            name = ".".join(("keras", *entry.path))
            place = (entry.line, entry.column)
            if entry.bound == "*":
                message = "a star import binds names that are not visible; import what is used"
                found.append(Finding(*place, "check", f"{name}.*", message))
            elif names.target(entry.path) is None:
                found.append(Finding(*place, "missing", name, names.why_missing(entry.path)))
            elif self.moved(entry) is None:
                found.append(Finding(*place, "kept", name, self._why_kept(entry)))
        for line, column, text in self.analysis.dynamic:
            found.append(Finding(line, column, "check", text, "the import by a string is not rewritten"))
        return found

    def _why_kept(self, entry: Imported) -> str:
        if not self.blockers:
            return "the module is not used here, so it is not replaced"
        line, path = next(((line, path) for line, path in self.blockers if path), self.blockers[0])
        return f"stays keras's, as the module needs {'.'.join(('keras', *path))} (line {line})"


def _differing(uses: Sequence[Use]) -> list[Finding]:
    """Returns what differs, for each use of an op."""
    found: list[Finding] = []
    for use in uses:
        target = names.target(use.path)
        if not target or target[0] not in ("ops", "random") or len(target) < 2:
            continue
        path = ".".join(target[1:] if target[0] == "ops" else target)
        for difference in differences.of(path):
            if difference.arguments:
                given = passed(use.call, differences.parameters(path)) if use.call else set[str]()
                if given is not None and not given & {*difference.arguments}:
                    continue
            found.append(
                Finding(
                    use.line,
                    use.column,
                    "differs",
                    use.keras_name,
                    difference.sentence,
                    difference.name,
                    difference.backends,
                )
            )
    return found


class _Rewriter(cst.CSTTransformer):
    """Applies a plan to the module that was analysed."""

    def __init__(self, module: cst.Module, plan: _Plan) -> None:
        super().__init__()
        self._plan = plan
        self._replacements = {use.node: new for use in plan.analysis.uses if (new := plan.replacement(use))}
        self._imports: dict[cst.CSTNode, list[Imported]] = {}
        for entry in plan.analysis.imports:
            self._imports.setdefault(entry.statement, []).append(entry)
        self._comments: dict[cst.CSTNode, Comments] = {}  # of new statements, from inside those that they replace
        self._added = plan.added()
        self._anchor = self._find_anchor(module)

    def _find_anchor(self, module: cst.Module) -> cst.CSTNode | None:
        """Returns the statement at the top level after which imports are added: the first that imports keras."""
        if not self._added:
            return None
        for line in module.body:
            if isinstance(line, cst.SimpleStatementLine):
                for small in line.body:
                    if small in self._imports or (isinstance(small, cst.Import) and _imports_tensorflow(small)):
                        return line
        return None

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        new = self._replacements.get(original_node)
        return updated_node if new is None else _name(new).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.BaseStatement | cst.FlattenSentinel[cst.BaseStatement]:
        added = self._added if original_node is self._anchor else []
        groups = [self._statements(small) for small in original_node.body]
        if all(group is None for group in groups) and not added:
            return updated_node
        old = updated_node.body
        new = [[small] if group is None else group for small, group in zip(old, groups, strict=True)]
        flat = [small for group in new for small in group]
        present = {cst.Module([]).code_for_node(_plain(small)) for small in flat}
        flat += [small for small in added if cst.Module([]).code_for_node(small) not in present]
        comments = [self._comments.pop(small, Comments()) for small in flat]
        if len(old) > 1:
            above = [text for each in comments for text in (*each.above, *each.beside)]
            leading = [*updated_node.leading_lines, *comment_lines(above)]
            return updated_node.with_changes(body=[_plain(small) for small in flat], leading_lines=leading)
        end = updated_node.trailing_whitespace
        own = [end.comment.value] if end.comment is not None else []
        lines: list[cst.BaseStatement] = []
        for number, (small, each) in enumerate(zip(flat, comments, strict=True)):
            # A directive such as noqa is for all statements that replace one, but not for those that are added.
            shared = own if number == 0 else [text for text in own if is_directive(text) and small not in added]
            leading = updated_node.leading_lines if number == 0 else ()
            lines.append(
                cst.SimpleStatementLine(
                    [_plain(small)],
                    leading_lines=[*leading, *comment_lines(each.above)],
                    trailing_whitespace=with_comments(end if number == 0 else None, [*each.beside, *shared]),
                )
            )
        return cst.FlattenSentinel(lines)

    def leave_SimpleStatementSuite(
        self, original_node: cst.SimpleStatementSuite, updated_node: cst.SimpleStatementSuite
    ) -> cst.BaseSuite:
        groups = [self._statements(small) for small in original_node.body]
        if all(group is None for group in groups):
            return updated_node
        pairs = zip(updated_node.body, groups, strict=True)
        new = [small for old, group in pairs for small in ([old] if group is None else group)]
        comments = [self._comments.pop(small, Comments()) for small in new]
        end = updated_node.trailing_whitespace
        texts = [text for each in comments for text in (*each.above, *each.beside)]
        own = [end.comment.value] if end.comment is not None else []
        return updated_node.with_changes(
            body=[_plain(small) for small in new], trailing_whitespace=with_comments(end, [*texts, *own])
        )

    def leave_Module(self, original_node: cst.Module, updated_node: cst.Module) -> cst.Module:
        if not self._added or self._anchor is not None:
            return updated_node
        body = list(updated_node.body)
        lines = [cst.SimpleStatementLine([small]) for small in self._added]
        place = _after_header(body)
        return updated_node.with_changes(body=[*body[:place], *lines, *body[place:]])

    def _statements(self, node: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement] | None:
        """Returns the statements that replace an import statement; None if it stays."""
        entries = self._imports.get(node, [])
        moved = [(entry, target) for entry in entries if (target := self._plan.moved(entry)) is not None]
        if not moved:
            return None
        if isinstance(node, cst.Import):
            return [self._import(node, moved)]
        assert isinstance(node, cst.ImportFrom)
        return self._from(node, moved)

    def _import(self, node: cst.Import, moved: Sequence[tuple[Imported, Path]]) -> cst.Import:
        by_path = {(entry.path, entry.bound): target for entry, target in moved}
        aliases: list[cst.ImportAlias] = []
        for alias in node.names:
            path = names.path_of(alias.evaluated_name)
            bound = alias.evaluated_alias or alias.evaluated_name.partition(".")[0]
            target = None if path is None else by_path.get((path, bound))
            if target is None:
                aliases.append(alias)
                continue
            module, name = names.module_and_name(target)
            whole = (*module.split("."), name) if module else (name,)
            new = _alias(whole, bound)
            if not any(_same(new, other) for other in aliases):
                aliases.append(new)
        return node.with_changes(names=_separated(aliases))

    def _from(self, node: cst.ImportFrom, moved: Sequence[tuple[Imported, Path]]) -> list[cst.BaseSmallStatement]:
        targets = {(entry.path, entry.bound): names.module_and_name(target) for entry, target in moved}
        if isinstance(node.names, cst.ImportStar):
            module, name = next(iter(targets.values()))
            return [node.with_changes(module=_name((*module.split("."), name) if module else (name,)))]
        prefix = ".".join(dotted(node.module) or ())
        kept: list[cst.ImportAlias] = []
        groups: dict[str, list[tuple[cst.ImportAlias, str, str]]] = {}
        for alias in node.names:
            bound = alias.evaluated_alias or alias.evaluated_name
            path = names.path_of(f"{prefix}.{alias.evaluated_name}")
            place = None if path is None else targets.get((path, bound))
            if place is None:
                kept.append(alias)
            else:
                groups.setdefault(place[0], []).append((alias, place[1], bound))
        if not kept and len(groups) == 1 and "" not in groups:  # the same statement with another module: keep its form
            (module, entries), *_ = groups.items()
            new = [
                alias if alias.evaluated_name == name else alias.with_changes(**_renamed(name, bound))
                for alias, name, bound in entries
            ]
            return [node.with_changes(module=_name(tuple(module.split("."))), names=new)]
        of_statement, of_names = comments_of(node)
        has_comments = bool(of_statement or any(of_names.values()))
        statements: list[cst.BaseSmallStatement] = []

        def add(statement: cst.BaseSmallStatement, aliases: Sequence[cst.ImportAlias]) -> None:
            mine = [text for text in of_statement if not statements or is_directive(text)]
            comments = [of_names[alias] for alias in aliases]
            if isinstance(statement, cst.ImportFrom) and len(aliases) > 1 and (mine or any(comments)):
                statement = listed(statement, comments, mine)
            elif mine or any(comments):
                self._comments[statement] = Comments(comments[0].above, [*comments[0].beside, *mine])
            statements.append(statement)

        if kept and has_comments:
            plain = [_alias(dotted(alias.name) or (), alias.evaluated_alias or alias.evaluated_name) for alias in kept]
            add(cst.ImportFrom(module=node.module, names=plain), kept)
        elif kept:
            statements.append(node.with_changes(names=_separated(kept, node.names[-1].comma)))
        for module, entries in sorted(groups.items()):
            if not module:
                for alias, name, bound in entries:
                    add(_import((name,), bound), [alias])
            else:
                aliases = [_alias((name,), bound) for _, name, bound in entries]
                statement = cst.ImportFrom(module=_name(tuple(module.split("."))), names=_separated(aliases))
                add(statement, [alias for alias, _, _ in entries])
        return statements


def _imports_tensorflow(node: cst.Import) -> bool:
    return any(alias.evaluated_name.partition(".")[0] == "tensorflow" for alias in node.names)


def _after_header(body: Sequence[Any]) -> int:
    """Returns the index of the first statement after the docstring and the imports from __future__."""
    place = 0
    for number, line in enumerate(body):
        first = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
        docstring = number == 0 and isinstance(first, cst.Expr) and isinstance(first.value, cst.SimpleString)
        future = isinstance(first, cst.ImportFrom) and dotted(first.module) == ("__future__",)
        if not (docstring or future):
            break
        place = number + 1
    return place


def _name(parts: tuple[str, ...]) -> Any:
    node: Any = cst.Name(parts[0])
    for part in parts[1:]:
        node = cst.Attribute(node, cst.Name(part))
    return node


def _renamed(name: str, bound: str) -> dict[str, Any]:
    as_name = None if name == bound else cst.AsName(cst.Name(bound))
    return {"name": cst.Name(name), "asname": as_name}


def _alias(parts: tuple[str, ...], bound: str) -> cst.ImportAlias:
    as_name = None if parts == (bound,) else cst.AsName(cst.Name(bound))
    return cst.ImportAlias(_name(parts), as_name)


def _import(parts: tuple[str, ...], bound: str) -> cst.Import:
    return cst.Import([_alias(parts, bound)])


def _same(one: cst.ImportAlias, other: cst.ImportAlias) -> bool:
    return (one.evaluated_name, one.evaluated_alias) == (other.evaluated_name, other.evaluated_alias)


def _separated(aliases: Sequence[cst.ImportAlias], comma: Any = cst.MaybeSentinel.DEFAULT) -> list[cst.ImportAlias]:
    """Returns the aliases with this comma after the last, by default none."""
    last = aliases[-1].with_changes(comma=comma)
    return [*aliases[:-1], last]


def _plain(small: Any) -> Any:
    return small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
