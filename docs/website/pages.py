"""The reference: a page for each public function, and the index by family."""

from __future__ import annotations

import functools
import inspect
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from website import docstrings
from website.public import Entry, by_family

_FORMULAS = Path(__file__).with_name("formulas.toml")
_BACKENDS = ("numpy", "jax", "tensorflow", "torch", "openvino")
_WORDS = {
    "native": "its own kernel",
    "composite": "composed of other ops",
    "host": "computed with NumPy, and not in compiled functions",
    "unsupported": "not supported",
}


@functools.cache
def formulas() -> dict[str, str]:
    """Returns the formulas in LaTeX, by path."""
    return tomllib.loads(_FORMULAS.read_text())


def _underlined(title: str, mark: str) -> list[str]:
    return [title, mark * len(title), ""]


def _code(text: str) -> str:
    return f"``{text}``"


def _markdown_code(text: str) -> str:
    """Returns text with the single backticks of Markdown as literals, and all else as text."""
    parts = re.split(r"(`[^`]+`)", text)
    return "".join(f"`{part}`" if part.startswith("`") else re.sub(r"([*|_\\])", r"\\\1", part) for part in parts)


def _support(entry: Entry) -> list[str]:
    if not entry.support:
        return []
    lines = [*_underlined("Support", "-"), ".. list-table::", "   :header-rows: 1", "   :class: support", ""]
    lines += ["   * - backend", "     - computed by", "     - gradient", "     - in ``ops.jit``"]
    for backend in _BACKENDS:
        word, reason = entry.support[backend], entry.reasons.get(backend, "")
        differentiable = "yes" if entry.record and entry.record.differentiable and _is_float(entry) else "no"
        compiled = "no: see below" if word == "unsupported" or reason else _compiled(entry, backend)
        cells = (backend, f"{word}: {_WORDS[word]}", "no" if word == "unsupported" else differentiable, compiled)
        lines += [f"   {'* -' if place == 0 else '  -'} {cell}" for place, cell in enumerate(cells)]
    lines.append("")
    if entry.reasons:
        lines += [f"- {backend}: {_markdown_code(reason)}" for backend, reason in entry.reasons.items()]
        lines.append("")
    return lines


def _is_float(entry: Entry) -> bool:
    """Whether a result for float operands is float: others have no gradient."""
    record = entry.record
    if record is None:
        return False
    floats = [dtype for dtype in record.takes if dtype.startswith("float")]
    results = record.result_dtype(floats[0]) if floats else "bool"
    return any(name.startswith("float") for name in (results if isinstance(results, tuple) else (results,)))


def _compiled(entry: Entry, backend: str) -> str:
    if backend == "numpy":
        return "called as it is"
    # Where sizes depend on values, OpenVINO's reason says what to do on all backends but TensorFlow.
    if entry.record is not None and entry.record.by_values and "openvino" in entry.reasons and backend != "tensorflow":
        return "no: see below"
    return "yes"


def _differences(entry: Entry) -> list[str]:
    if not entry.differences:
        return []
    lines = _underlined("Differences from keras", "-")
    for difference in entry.differences:
        which = f" (with {' or '.join(map(_code, difference.arguments))})" if difference.arguments else ""
        lines.append(f"- **{_markdown_code(difference.name)}**{which}: {_markdown_code(difference.sentence)}.")
    return [*lines, "", "Those that concern all functions are in :doc:`/differences`.", ""]


def _directive(entry: Entry, kind: str, name: str, signature: str, body: Sequence[str], *options: str) -> list[str]:
    space, _, short = name.rpartition(".")
    return [
        f".. py:{kind}:: {short}{signature}",
        f"   :module: {space}" if kind in ("class", "function", "exception") else "",
        *(f"   {option}" for option in options),
        "",
        *(f"   {line}" if line else "" for line in body),
        "",
    ]


def _signature(text: str) -> str:
    """Returns a signature that Sphinx can parse: it takes no text such as `<function f>` for a default."""
    text = re.sub(r"<(?:function|class|object)[^>]*>", "...", text)
    return text.removesuffix(" -> None")


def _methods(entry: Entry) -> list[str]:
    """Returns the documented public methods and properties of a class."""
    lines: list[str] = []
    for name, member in sorted(vars(entry.value).items()):
        if name.startswith("_") or not (doc := inspect.getdoc(member)):
            continue
        body = docstrings.restructured(doc, "method")
        if isinstance(member, (property, functools.cached_property)):
            lines += [f".. py:property:: {name}", "", *(f"   {line}" for line in body), ""]
        elif inspect.isfunction(member):
            signature = re.sub(r"\((self|cls)(, )?", "(", str(inspect.signature(member)), count=1).replace("'", "")
            lines += [f".. py:method:: {name}{_signature(signature)}", "", *(f"   {line}" for line in body), ""]
        elif isinstance(member, (classmethod, staticmethod)):
            kind = "classmethod" if isinstance(member, classmethod) else "staticmethod"
            signature = str(inspect.signature(getattr(entry.value, name))).replace("'", "")
            lines += [f".. py:method:: {name}{_signature(signature)}", f"   :{kind}:", ""]
            lines += [*(f"   {line}" for line in body), ""]
    return lines


def _formula(entry: Entry) -> list[str]:
    formula = formulas().get(entry.path)
    if formula is None:
        return []
    return [".. math::", "", *(f"   {line}" for line in formula.strip().splitlines()), ""]


def page(entry: Entry) -> str:
    """Returns the text of a page."""
    kind = "exception" if entry.is_class and issubclass(entry.value, Exception) else "class" if entry.is_class else ""
    kind = kind or "function"
    body = docstrings.restructured(entry.docstring, "class" if entry.is_class else "function")
    # The formula follows the summary.
    blank = body.index("") + 1 if "" in body else len(body)
    body = [*body[:blank], *_formula(entry), *body[blank:]]
    if entry.is_class and kind == "class":
        body += ["", *_methods(entry)]
    lines = _underlined(entry.name.replace("_", "\\_"), "=")
    lines += _directive(entry, kind, entry.name, "" if kind == "exception" else _signature(entry.signature), body)
    if entry.aliases:
        lines += [f".. ops-aliases:: {entry.name} {' '.join(f'ops.{alias}' for alias in entry.aliases)}", ""]
    lines += _support(entry) + _differences(entry)
    facts = [f"Added in ops {entry.since}."]
    if entry.source is not None:
        name, line = entry.source
        facts.append(f"Source: `{name}, line {line} <../source/{name.removesuffix('.py')}.html#L-{line}>`__.")
    return "\n".join([*lines, *_underlined("Origin", "-"), " ".join(facts), ""])


def index(chosen: Sequence[Entry]) -> str:
    """Returns the text of the index by family, of these entries."""
    lines = _underlined("Reference", "=")
    lines += ["All public functions and classes of ``ops``, by family.", ""]
    for title, members in by_family(chosen).items():
        lines += [*_underlined(title, "-"), ".. list-table::", "   :widths: 35 65", "   :class: family", ""]
        for entry in members:
            summary = docstrings.restructured(entry.summary, "function") or [""]
            lines += [f"   * - :doc:`{entry.name} </{entry.page}>`", f"     - {' '.join(summary)}"]
        lines.append("")
    lines += [".. toctree::", "   :hidden:", ""]
    lines += [f"   {entry.name}" for entry in chosen]
    return "\n".join([*lines, ""])
