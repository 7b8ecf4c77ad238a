"""The parameters of the public names match the reference: names, order, kinds and defaults.

`data/signatures.tsv` has the public names of keras.ops and keras.random 3.15.1 with their parameters. Some functions
have further parameters, which are keyword-only and listed in docs/differences.md.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

import ops

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "signatures.tsv").read_text().splitlines()
    if not line.startswith("#")
]
REFERENCE = {name: (family, text) for family, name, text in _ROWS}


# Keyword-only parameters that the reference does not have, with their defaults.
EXTRA: dict[str, dict[str, Any]] = {
    "conv": {"bias": None},
    "conv_transpose": {"bias": None},
    "depthwise_conv": {"bias": None},
    "separable_conv": {"bias": None},
}
DIFFERENCES = Path(__file__).resolve().parents[3] / "docs" / "differences.md"


def find(path: str) -> Any:
    value: Any = ops
    for part in path.split("."):
        value = getattr(value, part, None)
    return value


def parameters(function: Any) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


def expected(text: str) -> list[tuple[str, Any, Any]]:
    return parameters(eval(f"lambda {text[1:-1]}: None"))


PRESENT = [path for path in REFERENCE if callable(find(path))]


@pytest.mark.parametrize("path", PRESENT)
def test_parameters_are_the_reference_s(path: str) -> None:
    extra = [(name, inspect.Parameter.KEYWORD_ONLY, default) for name, default in EXTRA.get(path, {}).items()]
    assert parameters(find(path)) == [*expected(REFERENCE[path][1]), *extra]


@pytest.mark.skipif(not DIFFERENCES.exists(), reason="needs a clone")
def test_further_parameters_are_listed() -> None:
    listed: dict[str, set[str]] = {}
    for line in DIFFERENCES.read_text("utf-8").partition("## Further parameters")[2].splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 3 and cells[1].startswith("`"):
            for path in cells[2].split(", "):
                listed.setdefault(path.strip("`").removeprefix("nn."), set()).add(cells[1].strip("`"))
    assert listed == {path: set(names) for path, names in EXTRA.items()}


def test_every_name_of_the_reference_exists() -> None:
    assert len(REFERENCE) == 364
    assert [name for name in REFERENCE if find(name) is None] == []
    assert len([name for name, (family, _) in REFERENCE.items() if family == "numpy"]) == 220


def test_names_of_family_numpy_are_in_both_namespaces() -> None:
    for path, (family, _) in REFERENCE.items():
        if family == "numpy":
            assert getattr(ops.numpy, path) is getattr(ops, path), path
            assert path in ops.__all__, path


def test_names_of_family_linalg_are_in_both_namespaces() -> None:
    names = [path for path, (family, _) in REFERENCE.items() if family == "linalg"]
    assert len(names) == 16
    for path in names:
        assert getattr(ops.linalg, path) is getattr(ops, path), path
        assert path in ops.__all__, path
        assert path in ops.linalg.__all__, path
