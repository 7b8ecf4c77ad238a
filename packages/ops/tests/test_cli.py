"""``python -m ops``: info, describe and graph. test_migrate.py tests migrate."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops import _cli
from ops._cli import describe, differences, info
from ops._tested import TESTED
from ops_common.runtime import advice, registry

pytestmark = pytest.mark.once


def test_info_lists_our_parts_and_loads_no_framework():
    code = "import sys, ops._cli; ops._cli.main(['info']); print([m for m in ('jax', 'torch', 'tensorflow', 'openvino')"
    command = [sys.executable, "-c", code + " if m in sys.modules])"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[-1] == "[]"
    names = [line.split()[0] for line in lines if line]
    assert names[:3] == ["Python", "ops", "ops-common"]
    assert lines[1].split()[1] == ops.__version__
    backends = [line.split()[-1] for line in lines if line.split()[-2:-1] == ["backend"]]
    assert tuple(sorted(backends)) == registry.installed()


def test_python_m_ops():
    output = subprocess.run([sys.executable, "-m", "ops", "info"], capture_output=True, text=True, check=True).stdout
    assert output.startswith("Python ")
    assert subprocess.run([sys.executable, "-m", "ops"], capture_output=True, check=False).returncode == 2


def test_each_framework_is_compared_with_the_tested_range(monkeypatch):
    monkeypatch.setattr(info, "TESTED", {"torch": ("2.8.0", "2.15.0")})
    assert info._judgement("torch", "2.9.1") == "within the tested range, 2.8.0 to 2.15.0"
    assert info._judgement("torch", "2.15.3+cpu") == "within the tested range, 2.8.0 to 2.15.0"
    assert info._judgement("torch", "2.16.0") == "newer than the newest tested version, 2.15.0"
    assert info._judgement("torch", "2.7.1") == "older than the oldest tested version, 2.8.0"
    assert info._judgement("jax", "0.9") == "not tested"


def test_a_newer_framework_is_a_warning_there_and_nowhere_else(monkeypatch, capsys):
    monkeypatch.setattr(info, "TESTED", {"numpy": ("0.1", "0.2")})
    assert _cli.main(["info"]) == 0
    captured = capsys.readouterr()
    assert "newer than the newest tested version, 0.2" in captured.out
    assert captured.err == "warning: numpy is newer than any version that ops was tested with\n"


def test_a_backend_outside_the_range_of_ops_is_a_warning(monkeypatch, capsys):
    monkeypatch.setattr(info.metadata, "requires", lambda name: ["ops-backend-tf[cpu]<0.3,>=0.2; extra == 'tf'"])
    assert info._outside_range("ops-backend-tf", "0.2.0") == ""
    assert info._outside_range("ops-backend-tf", "0.2.4+local") == ""
    assert info._outside_range("ops-backend-tf", "0.1.9") == "<0.3,>=0.2"
    assert info._outside_range("ops-backend-tf", "0.3.0") == "<0.3,>=0.2"
    assert info._outside_range("ops-backend-other", "0.3.0") == ""

    monkeypatch.setattr(info, "_outside_range", lambda backend, version: "<0.3,>=0.2")
    assert _cli.main(["info"]) == 0
    captured = capsys.readouterr()
    assert "outside the range that ops requires, <0.3,>=0.2" in captured.out
    assert "does not match ops" in captured.err


def test_the_tested_ranges_are_of_known_frameworks():
    assert set(TESTED) <= {"numpy", "jax", "tensorflow", "torch", "openvino"}
    assert all(info._minor(oldest) <= info._minor(newest) for oldest, newest in TESTED.values())


@pytest.mark.parametrize("arguments", [[], ["unknown"]])
def test_an_unknown_command_ends_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        _cli.main(arguments)
    assert error.value.code == 2


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert _cli.main([*arguments, "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return json.loads(captured.out)


def test_info_says_where_settings_come_from(monkeypatch, capsys, tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_text("epsilon = 1e-5\n")
    monkeypatch.setenv("OPS_CONFIG", str(path))
    monkeypatch.setenv("OPS_FLOATX", "float64")
    monkeypatch.setenv("OPS_BACKEND", registry.installed()[0])
    document = _json(capsys, "info")
    assert document["settings"]["floatx"] == {"value": "float64", "source": "environment variable OPS_FLOATX"}
    assert document["settings"]["epsilon"] == {"value": 1e-5, "source": f"{path}, line 1"}
    assert document["settings"]["image_data_format"]["source"] == "default"
    assert document["backend"] == registry.installed()[0]
    assert document["backends"] == [*registry.installed()]
    assert document["devices"] is None
    missing = [entry["command"] for entry in document["install"]]
    absent = set(registry.KNOWN) - set(registry.installed())
    assert {advice.install(name) for name in absent} <= set(missing)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("OPS_FLOATX", "float99", "environment variable OPS_FLOATX: floatx must be one of"),
        ("OPS_BACKEND", "abacus", "the configured backend is not installed: abacus"),
    ],
)
def test_info_reports_a_wrong_configuration_with_status_1(variable, value, message, monkeypatch, capsys):
    monkeypatch.setenv(variable, value)
    assert _cli.main(["info"]) == 1
    assert message in capsys.readouterr().err
    assert _cli.main(["info", "--json"]) == 1
    assert message in json.loads(capsys.readouterr().out)["errors"][0]


def test_info_lists_devices_on_demand():
    # In a process of its own, as it imports all frameworks.
    command = [sys.executable, "-m", "ops", "info", "--devices", "--json"]
    devices = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)["devices"]
    assert sorted(devices) == [*registry.installed()]
    assert all("cpu:0" in names for names in devices.values())


def test_describe_shows_signature_support_and_differences(capsys):
    document = _json(capsys, "describe", "nn.softmax")
    assert document["name"] == "ops.nn.softmax"
    assert document["also"] == ["ops.softmax"]
    assert document["signature"].startswith("(x: Operand, axis")
    assert set(document["support"]) == set(registry.KNOWN)
    assert [entry["name"] for entry in document["differences"]] == ["infinite scores"]
    assert _json(capsys, "describe", "keras.ops.softmax")["differences"] == document["differences"]
    general = _json(capsys, "describe", "differences")["differences"]
    assert [entry["name"] for entry in general] == [entry.name for entry in differences.general()]

    assert _cli.main(["describe", "unique"]) == 0
    text = capsys.readouterr().out
    assert "unique of a fixed size  with size: keras pads indices" in text
    assert "\x1b" not in text


def test_every_public_function_and_class_can_be_described(capsys):
    for path, value in describe._public_names().items():
        assert _cli.main(["describe", path]) == 0, path
        assert f"ops.{path}" in capsys.readouterr().out
        assert differences.lookup(path) is value


def test_support_is_known_of_every_op_with_a_record():
    from ops.testing import RECORDS, public_function

    support, reasons = describe._support()
    assert {public_function(record.path) for record in RECORDS} == support.keys()
    assert reasons.keys() <= support.keys()


def test_describe_suggests_similar_names(capsys):
    assert _cli.main(["describe", "sofmax"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("error: 'sofmax' is no public function or class of ops; similar names: ops.softmax")


def test_graph_summarises_a_file(capsys, tmp_path: Path):
    path = tmp_path / "net.ops"
    weights = np.ones((3, 2), "float32")
    ops.make_graph(lambda x: ops.matmul(x, weights), ops.SymbolicTensor((4, 3))).save(path)
    document = _json(capsys, "graph", str(path))
    assert document["inputs"][0]["shape"] == [4, 3]
    assert document["outputs"][0]["shape"] == [4, 2]
    assert document["cost"]["flops"] == 48
    assert document["cost"]["parameters"] == 6
    assert _cli.main(["graph", str(path)]) == 0
    assert "matmul" in capsys.readouterr().out
    path.write_bytes(b"no graph")
    for wrong in (path, tmp_path / "absent.ops"):
        assert _cli.main(["graph", str(wrong)]) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert captured.err.startswith("error: ")


def _run(*arguments: str, without: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[str]:
    absent = "".join(f"sys.modules[{name!r}] = None; " for name in without)
    code = f"import sys; {absent}from ops._cli import run; sys.argv[1:] = {[*arguments]!r}; sys.exit(run())"
    settings = {**os.environ, **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=settings)


@pytest.mark.parametrize(
    "arguments", [("info",), ("info", "--json"), ("describe", "take"), ("describe", "take", "--json")]
)
def test_info_and_describe_work_without_the_extra(arguments):
    plain, full = _run(*arguments, without=("rich", "libcst")), _run(*arguments)
    assert plain.returncode == full.returncode == 0
    if arguments[0] == "describe":
        assert plain.stdout == full.stdout
    else:
        assert 'pip install "ops[cli]"' in plain.stdout.replace("\\", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal, which Windows does not have")
@pytest.mark.parametrize("plain", [False, True])
def test_a_terminal_has_colours_unless_NO_COLOR_is_set(plain):
    import pty

    leader, follower = pty.openpty()
    settings = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **({"NO_COLOR": "1"} if plain else {})}
    for name in ("FORCE_COLOR", *(() if plain else ("NO_COLOR",))):
        settings.pop(name, None)
    command = [sys.executable, "-m", "ops", "describe", "eye"]
    process = subprocess.Popen(command, stdout=follower, env=settings)
    os.close(follower)
    parts: list[bytes] = []
    try:
        while part := os.read(leader, 4096):
            parts.append(part)
    except OSError:  # the process has closed its end
        pass
    os.close(leader)
    assert process.wait() == 0
    text = b"".join(parts)
    assert b"Backends" in text
    assert (b"\x1b[36m" in text) is not plain
