"""Backends that cannot be loaded: unknown, not installed, broken, or of another contract."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

import ops
from ops_common import CONTRACT_VERSION, contract
from ops_common.runtime import advice, registry
from ops_common.runtime.backend import plugin_types


@pytest.fixture
def entries(monkeypatch: pytest.MonkeyPatch) -> dict[str, EntryPoint]:
    """The installed backends, which a test may change."""
    ops.backend()  # loads the default before a test replaces the registry
    by_name = {entry.name: entry for entry in registry._entries().values()}  # type: ignore[reportPrivateUsage]  # the seam
    monkeypatch.setattr(registry, "_found", by_name)
    monkeypatch.setattr(registry, "_loaded", {})
    return by_name


def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> EntryPoint:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    # Another test may have imported a package of this name, with its modules.
    for module in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
        monkeypatch.delitem(sys.modules, module)
    return EntryPoint(name.removeprefix("backend_"), name, registry.GROUP)


def message(call: Any) -> str:
    with pytest.raises(ops.BackendError) as caught:
        call()
    assert isinstance(caught.value, ImportError)
    return str(caught.value)


def test_unknown_and_not_installed(entries: dict[str, EntryPoint]) -> None:
    before = ops.backend()
    text = message(lambda: ops.set_backend("caffe"))
    assert "unknown backend 'caffe'" in text
    assert all(name in text for name in entries)
    entries.pop("torch", None)
    for call in (
        lambda: ops.set_backend("torch"),
        lambda: ops.namespace("torch"),
        lambda: ops.to_backend([1.0], "torch"),
    ):
        text = message(call)
        assert "'torch' is not installed" in text
        assert advice.install("torch") in text
        assert all(name in text for name in entries)
    with pytest.raises(ops.BackendError), ops.use_backend("torch"):
        pass
    assert ops.backend() == before


def test_no_backend_at_all(entries: dict[str, EntryPoint], monkeypatch: pytest.MonkeyPatch) -> None:
    entries.clear()
    monkeypatch.setattr(advice.importlib.util, "find_spec", lambda name: None)
    text = message(lambda: registry.default_name(None))
    assert text.startswith(f"no backend is installed; {advice.install('numpy')} (or in the same way jax, ")
    # A user who has a framework wants its backend.
    monkeypatch.setattr(advice.importlib.util, "find_spec", lambda name: name if name == "jax" else None)
    text = message(lambda: registry.default_name(None))
    assert text.startswith(f"no backend is installed; {advice.install('jax')} for the jax that is installed (or ")


def test_a_similar_name_is_suggested() -> None:
    for name, expected in (
        ("pytorch", "torch"),
        ("Torch", "torch"),
        ("tensorflow-cpu", "tensorflow"),
        ("nunpy", "numpy"),
    ):
        assert message(lambda name=name: ops.set_backend(name)).endswith(f'; type "{expected}"')
    assert "type" not in message(lambda: ops.set_backend("caffe"))


@pytest.mark.parametrize("extra", ["numpy", "tensorflow"])
def test_what_to_install_depends_on_where_ops_came_from(
    extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = tmp_path / "a clone" / "packages"
    folder = {"numpy": "backend-numpy", "tensorflow": "backend-tf"}[extra]
    for name in ("ops", folder):
        (clone / name).mkdir(parents=True)
    wheel = tmp_path / "ops-0.2.0-py3-none-any.whl"
    for origin, command in (
        (None, f'pip install "ops[{extra}]"'),
        ("https://example.org/ops-0.2.0-py3-none-any.whl", f'pip install "ops[{extra}]"'),
        ((clone / "ops").as_uri(), f'pip install "{clone / folder}" "{clone / "ops"}[{extra}]"'),
        ((tmp_path / "removed" / "ops").as_uri(), f'pip install "ops[{extra}]"'),
        (wheel.as_uri(), f'pip install --find-links "{tmp_path}" "ops[{extra}]"'),
    ):

        class Distribution:
            def read_text(self, name: str, origin: str | None = origin) -> str | None:
                return None if origin is None else json.dumps({"url": origin})

        monkeypatch.setattr(importlib.metadata, "distribution", lambda name, found=Distribution: found())
        assert advice.install(extra) == command


def test_several_backends_without_numpy_need_a_choice(entries: dict[str, EntryPoint]) -> None:
    for name in list(entries):
        del entries[name]
    entries["one"] = entries["two"] = EntryPoint("one", "one", registry.GROUP)
    text = message(lambda: registry.default_name(None))
    assert text.endswith(
        '(one, two): choose one, as by ops.set_backend("one"), or by OPS_BACKEND=one in the environment'
    )


def test_broken_framework(entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entries["broken"] = package(tmp_path, monkeypatch, "backend_broken", "raise OSError('libfoo.so: no such file')")
    text = message(lambda: registry.load("broken"))
    assert "'broken' is installed but fails to import (OSError: libfoo.so: no such file)" in text
    assert "backend_broken" not in sys.modules


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("import sys; sys.exit()", "SystemExit"),
        ("import sys; sys.exit('no licence')", "SystemExit: no licence"),
    ],
)
def test_a_package_that_exits_is_reported_as_broken(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    entries["exits"] = package(tmp_path, monkeypatch, "backend_exits", text)
    assert f"'exits' is installed but fails to import ({said});" in message(lambda: registry.load("exits"))


def test_a_package_that_exits_in_a_family(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries["later"] = package(tmp_path, monkeypatch, "backend_later", f"CONTRACT_VERSION = {CONTRACT_VERSION}")
    for family in contract.FAMILIES:
        path = tmp_path / "backend_later" / f"{family.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("raise SystemExit")
    assert "fails to import (SystemExit)" in message(lambda: registry.load("later"))


def test_an_interrupt_at_import_passes(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries["slow"] = package(tmp_path, monkeypatch, "backend_slow", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        registry.load("slow")


def test_two_packages_of_one_name(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names both packages; other backends are not affected."""
    for name in ("first", "second"):
        info = tmp_path / f"plugin_{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: plugin-{name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{registry.GROUP}]\ntwice = backend_{name}\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(registry, "_ambiguous", {})
    registry.refresh()
    assert set(ops.backends()) == {*entries, "twice"}
    text = message(lambda: ops.set_backend("twice"))
    assert "several packages provide a backend 'twice'" in text
    for name in ("first", "second"):
        assert f"plugin-{name} (backend_{name})" in text
    registry.load(next(iter(entries)))


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("(0, 9)", "upgrade it: pip install -U"),
        (f"({CONTRACT_VERSION[0] + 1}, 0)", "upgrade common: pip install -U ops-common"),
        ("None", "declares no CONTRACT_VERSION"),
        ("'1.0'", "has a wrong CONTRACT_VERSION: a pair of ints"),
        ("(1,)", "has a wrong CONTRACT_VERSION: a pair of ints"),
    ],
)
def test_other_contract(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, said: str
) -> None:
    name = f"backend_other{abs(hash(version))}"
    entries["other"] = package(tmp_path, monkeypatch, name, f"CONTRACT_VERSION = {version}")
    assert said in message(lambda: registry.load("other"))


def test_a_family_whose_import_is_missing(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of a family may be missing, but not a module that it imports."""
    entry = package(tmp_path, monkeypatch, "backend_broken", f"CONTRACT_VERSION = {CONTRACT_VERSION}")
    (tmp_path / "backend_broken" / "image.py").write_text("import no_such_framework")
    entries["broken"] = entry
    text = message(lambda: registry.load("broken"))
    assert "'broken' (backend_broken) cannot be used: its module backend_broken.image " in text
    assert "fails to import (ModuleNotFoundError: No module named 'no_such_framework')" in text
    assert "; install what provides the module no_such_framework, or choose another backend: " in text


def test_missing_required_kernels(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = package(tmp_path, monkeypatch, "backend_partial", f"CONTRACT_VERSION = {CONTRACT_VERSION}")
    (tmp_path / "backend_partial" / "nn").mkdir()
    (tmp_path / "backend_partial" / "nn" / "__init__.py").write_text("")
    for family in contract.FAMILIES:
        (tmp_path / "backend_partial" / f"{family.replace('.', '/')}.py").write_text("")
    entries["partial"] = entry
    text = message(lambda: registry.load("partial"))
    assert "does not define what the contract requires: core.convert_to_tensor" in text


def complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, constants: dict[str, str]) -> EntryPoint:
    """Writes a package with all functions of the contract and these constants."""
    entry = package(tmp_path, monkeypatch, name, f"CONTRACT_VERSION = {CONTRACT_VERSION}")
    for family in contract.FAMILIES:
        path = tmp_path / name / f"{family.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"from ops_common import contract\nglobals().update(contract.stubs()[{family!r}])\n")
    with (tmp_path / name / "core.py").open("a") as core:
        core.write("".join(f"{constant} = {value}\n" for constant, value in constants.items()))
    return entry


CONSTANTS = {
    "TENSOR_TYPES": "(complex,)",
    "EXACT_TYPES": "(complex,)",
    "DTYPES": "{'bool': 1, 'int32': 2, 'float32': 3}",
    "FAST_DTYPES": "None",
}


def test_a_required_module_is_missing(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries["short"] = complete(tmp_path, monkeypatch, "backend_short", CONSTANTS)
    (tmp_path / "backend_short" / "sorting.py").unlink()
    (tmp_path / "backend_short" / "state.py").unlink()  # has no required functions
    text = message(lambda: registry.load("short"))
    assert (
        "'short' (backend_short) does not define what the contract requires: the module backend_short.sorting with "
        in text
    )
    assert "backend_short.sorting with sort, argsort, " in text
    assert "state" not in text
    assert "; upgrade it (pip install -U backend_short), or report this to its authors" in text


@pytest.mark.parametrize(
    ("constant", "value", "said"),
    [
        ("TENSOR_TYPES", "complex", "must be a tuple of at least one class; got <class 'complex'>"),
        ("EXACT_TYPES", "()", "must be a tuple of at least one class; got ()"),
        (
            "DTYPES",
            "{'bool': 1, 'float31': 2}",
            "must be a dict by standard dtype names, with at least bool, int32 and",
        ),
        ("FAST_DTYPES", "{'float31'}", "must be a frozenset of standard dtype names, or None; got {'float31'}"),
        ("NUMBER_DTYPES", "'float32'", "must be a frozenset of standard dtype names, or None; got 'float32'"),
        ("TRACES_PYTHON", "1", "must be a bool or a function; got 1"),
    ],
)
def test_a_constant_is_wrong(
    entries: dict[str, EntryPoint],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    constant: str,
    value: str,
    said: str,
) -> None:
    name = f"backend_{constant.lower()}"
    entries["wrong"] = complete(tmp_path, monkeypatch, name, CONSTANTS | {constant: value})
    text = message(lambda: registry.load("wrong"))
    assert f"'wrong' ({name}) has a wrong constant: {name}.core.{constant} {said}" in text
    assert f"; upgrade it (pip install -U {name}), or report this to its authors" in text


def test_constants_are_attributes_of_the_backend(
    entries: dict[str, EntryPoint], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries["right"] = complete(tmp_path, monkeypatch, "backend_right", CONSTANTS)
    monkeypatch.setitem(plugin_types, "right", ())  # removed after the test
    backend = registry.load("right")
    assert backend.tensor_types == backend.exact_types == (complex,)
    assert backend.fast_dtypes == backend.number_dtypes == {"bool", "int32", "float32"}
    assert not backend.traces_python
