"""What editors and notebooks show: completion, docstrings, signatures, reprs and versions."""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import ops

_HEADING = re.compile(r"(Args|Attributes|Returns|Yields|Raises|Example):(.*)")
_PARAMETER = re.compile(r" {4}(\*{0,2}\w+(?:, \*{0,2}\w+)*): \S")


def public_modules() -> Iterator[types.ModuleType]:
    """Yields `ops` and each module below it that has no private part in its path, and lists its names."""
    yield ops
    yield ops.config
    for found in pkgutil.walk_packages(ops.__path__, "ops."):
        parts = found.name.split(".")
        is_of_users = len(parts) == 2 or parts[1] == "keras"
        if is_of_users and not any(part.startswith("_") for part in parts):
            module = importlib.import_module(found.name)
            if hasattr(module, "__all__"):
                yield module


MODULES = list(public_modules())


def public_objects() -> dict[str, Any]:
    """Returns each public function and class once, by one of its paths."""
    by_id: dict[int, tuple[str, Any]] = {}
    for module in MODULES:
        for name in dir(module):
            value = getattr(module, name)
            if callable(value):
                by_id.setdefault(id(value), (f"{module.__name__}.{name}", value))
    return dict(by_id.values())


OBJECTS = public_objects()


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_completion_lists_public_names_only(module: types.ModuleType) -> None:
    names = dir(module)
    assert names == sorted(module.__all__)
    assert [name for name in names if name.startswith("_") and name != "__version__"] == []


def test_there_are_modules_and_functions() -> None:
    names = {module.__name__ for module in MODULES}
    assert names >= {"ops", "ops.nn", "ops.linalg", "ops.image", "ops.random", "ops.numpy", "ops.testing", "ops.keras"}
    assert len(OBJECTS) > 400


def test_docstrings_have_the_form_that_editors_render() -> None:
    """A summary that ends with a full stop, known headings, and parameters of the signature."""
    faults: list[str] = []
    for path, value in OBJECTS.items():
        text = inspect.getdoc(value) or ""
        summary = text.partition("\n\n")[0].rstrip()
        if not summary.endswith((".", ".)", ":")):
            faults.append(f"{path}: the summary is {summary!r}")
        faults += [f"{path}: {fault}" for fault in _faults_of_sections(value, text)]
    assert faults == []


def _faults_of_sections(value: Any, text: str) -> Iterator[str]:
    section = ""
    documented: list[str] = []
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            section = heading[1]
            if heading[2].strip():
                yield f"text after the heading {section}"
        elif re.fullmatch(r"[A-Z]\w+:", line):
            yield f"unknown heading {line}"
        elif line and not line.startswith(" "):
            section = ""
        elif section == "Args" and re.match(r" {4}\S", line):
            parameter = _PARAMETER.match(line)
            if parameter is None:
                yield f"not a parameter: {line.strip()!r}"
            else:
                documented += [name.strip("* ") for name in parameter[1].split(",")]
    if documented and not isinstance(value, type):
        unknown = set(documented) - set(inspect.signature(value).parameters)
        if unknown:
            yield f"documents {sorted(unknown)}, which are no parameters"


def test_reprs_show_values_shape_and_dtype(backend: str) -> None:
    x = ops.convert_to_tensor(np.arange(6, dtype="float32").reshape(2, 3))
    assert "[3., 4., 5.]" in repr(x).replace("3. 4. 5.", "3., 4., 5.")
    assert f"{ops.ones(()):.2f}" == "1.00"
    if backend == "openvino":
        assert repr(x) == "Tensor([[0., 1., 2.],\n        [3., 4., 5.]], shape=(2, 3), dtype=float32)"
        assert repr(ops.zeros((0, 3), "int32")) == "Tensor([], shape=(0, 3), dtype=int32)"
        assert len(repr(ops.zeros((200, 200))).splitlines()) < 10
        traced: list[str] = []
        ops.jit(lambda x: traced.append(repr(x)) or x)(x)
        assert traced == ["<traced Tensor shape=(2, 3) dtype=float32>"]


def test_reprs_of_symbolic_tensors() -> None:
    assert repr(ops.SymbolicTensor((None, 3))) == "SymbolicTensor(shape=(None, 3), dtype=float32)"
    assert repr(ops.SymbolicTensor((), "int8", "n")) == "SymbolicTensor(shape=(), dtype=int8, name=n)"


def test_show_versions_prints_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", "import ops; ops.show_versions()"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ}).stdout
    info = subprocess.run([sys.executable, "-m", "ops", "info"], capture_output=True, text=True, check=True).stdout
    assert shown == info
    assert shown.startswith("Python ")


def test_show_versions_shows_the_active_backend(backend: str, capsys: pytest.CaptureFixture[str]) -> None:
    ops.show_versions()
    assert f"Active backend\n{backend}\n" in capsys.readouterr().out
