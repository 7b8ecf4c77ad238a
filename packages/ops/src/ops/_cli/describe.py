"""`python -m ops describe NAME`: a function's signature, its support by each backend, and how it differs from keras."""

from __future__ import annotations

import difflib
import functools
import inspect
import json
import types
from importlib import resources
from typing import Any

import ops
from ops._cli import differences
from ops._cli.output import CommandError, Output


@functools.cache
def _support() -> tuple[dict[Any, dict[str, str]], dict[Any, dict[str, str]]]:
    """Returns how each backend supports each function, and why not in full; docs/support.py writes the file."""
    data = json.loads(resources.files("ops._cli").joinpath("support.json").read_text("utf-8"))
    tables: list[dict[Any, dict[str, str]]] = []
    for key in ("support", "reasons"):
        tables.append({differences.lookup(path): cells for path, cells in data[key].items()})
    return tables[0], tables[1]


@functools.cache
def _public_names() -> dict[str, Any]:
    """Returns the public functions and classes by path: `ops.softmax` and `ops.nn.softmax` are two."""
    found: dict[str, Any] = {}
    spaces = {"": ops, **{name: value for name, value in vars(ops).items() if isinstance(value, types.ModuleType)}}
    for prefix, space in spaces.items():
        for name in getattr(space, "__all__", ()) if prefix == "" or prefix in ops.__all__ else ():
            value = getattr(space, name, None)
            if callable(value):
                found[f"{prefix}.{name}" if prefix else name] = value
    return found


def _find(name: str) -> tuple[str, Any]:
    path = name.removeprefix("keras.").removeprefix("ops.")
    public = _public_names()
    if path not in public:
        close = difflib.get_close_matches(path, public, 3) or difflib.get_close_matches(path.rpartition(".")[2], public)
        hint = f"; similar names: {', '.join(f'ops.{item}' for item in close)}" if close else ""
        raise CommandError(f"{name!r} is no public function or class of ops{hint}")
    return path, public[path]


class _Text(str):
    """An annotation as it is written: `inspect` shows it without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def _written(annotation: Any) -> Any:
    return _Text(annotation) if isinstance(annotation, str) else annotation


def _signature(value: Any) -> str | None:
    """Returns the text of a signature, with annotations as they are written."""
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # exceptions and some builtin types have none
        return None
    parameters = [item.replace(annotation=_written(item.annotation)) for item in signature.parameters.values()]
    return str(signature.replace(parameters=parameters, return_annotation=_written(signature.return_annotation)))


def describe(name: str, output: Output) -> int:
    """Runs the command; returns its exit status. ``differences`` stands for those that concern any op."""
    if name == "differences":
        return _describe_general(output)
    path, value = _find(name)
    support, reasons = _support()
    listed = differences.of(path)
    first = (inspect.getdoc(value) or "").partition("\n\n")[0]
    others = [f"ops.{other}" for other, same in _public_names().items() if same is value and other != path]
    if output.is_json:
        output.json(
            {
                "name": f"ops.{path}",
                "also": others,
                "signature": _signature(value),
                "summary": first,
                "support": support.get(value),
                "reasons": reasons.get(value, {}),
                "differences": [_entry(difference) for difference in listed],
            }
        )
        return 0
    output.heading(f"ops.{path}{_signature(value) or ''}")
    if others:
        output.line(f"also {', '.join(others)}")
    output.line()
    output.line(first)
    if value in support:
        output.line()
        output.heading("Backends")
        output.rows(
            [(backend, word, reasons.get(value, {}).get(backend, "")) for backend, word in support[value].items()]
        )
    if listed:
        output.line()
        output.heading("Differences from keras 3.15.1")
        output.rows([(difference.name, _restricted(difference)) for difference in listed])
    if value in support:
        output.line()
        count = len(differences.general())
        output.line(f"{count} more differences hold for any op: `python -m ops describe differences`")
    return 0


def _describe_general(output: Output) -> int:
    general = differences.general()
    if output.is_json:
        output.json({"differences": [_entry(difference) for difference in general]})
        return 0
    output.heading("Differences from keras 3.15.1 that hold for any op")
    output.rows([(difference.name, difference.sentence) for difference in general])
    return 0


def _restricted(difference: differences.Difference) -> str:
    if not difference.arguments:
        return difference.sentence
    return f"with {' or '.join(difference.arguments)}: {difference.sentence}"


def _entry(difference: differences.Difference) -> dict[str, Any]:
    return {
        "name": difference.name,
        "arguments": list(difference.arguments),
        "backends": list(difference.backends),
        "keras": difference.keras,
        "ops": difference.ours,
    }
