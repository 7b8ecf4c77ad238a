"""``python -m ops info``: versions of our parts, frameworks inside and outside the tested range."""

import subprocess
import sys

import pytest

import ops
from ops import _cli
from ops._tested import TESTED
from ops_common.runtime import registry


def test_info_lists_our_parts_and_loads_no_framework():
    code = "import sys, ops._cli; ops._cli.main(['info']); print([m for m in ('jax', 'torch', 'tensorflow', 'openvino')"
    command = [sys.executable, "-c", code + " if m in sys.modules])"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    assert lines[-1] == "[]"
    names = [line.split()[0] for line in lines]
    assert names[:3] == ["Python", "ops", "ops-common"]
    assert lines[1].split()[1] == ops.__version__
    backends = [line.split()[-1] for line in lines if line.split()[-2:-1] == ["backend"]]
    assert tuple(sorted(backends)) == registry.installed()


def test_python_m_ops():
    output = subprocess.run([sys.executable, "-m", "ops", "info"], capture_output=True, text=True, check=True).stdout
    assert output.startswith("Python ")
    assert subprocess.run([sys.executable, "-m", "ops"], capture_output=True, check=False).returncode == 2


def test_each_framework_is_compared_with_the_tested_range(monkeypatch):
    monkeypatch.setattr(_cli, "TESTED", {"torch": ("2.8.0", "2.15.0")})
    assert _cli._judgement("torch", "2.9.1") == "within the tested range, 2.8.0 to 2.15.0"
    assert _cli._judgement("torch", "2.15.3+cpu") == "within the tested range, 2.8.0 to 2.15.0"
    assert _cli._judgement("torch", "2.16.0") == "newer than the newest tested version, 2.15.0"
    assert _cli._judgement("torch", "2.7.1") == "older than the oldest tested version, 2.8.0"
    assert _cli._judgement("jax", "0.9") == "not tested"


def test_a_newer_framework_is_a_warning_there_and_nowhere_else(monkeypatch, capsys):
    monkeypatch.setattr(_cli, "TESTED", {"numpy": ("0.1", "0.2")})
    assert _cli.main(["info"]) == 0
    captured = capsys.readouterr()
    assert "newer than the newest tested version, 0.2" in captured.out
    assert captured.err == "warning: numpy is newer than any version that ops was tested with\n"


def test_a_backend_outside_the_range_of_ops_is_a_warning(monkeypatch, capsys):
    monkeypatch.setattr(_cli.metadata, "requires", lambda name: ["ops-backend-tf[cpu]<0.3,>=0.2; extra == 'tf'"])
    assert _cli._outside_range("ops-backend-tf", "0.2.0") == ""
    assert _cli._outside_range("ops-backend-tf", "0.2.4+local") == ""
    assert _cli._outside_range("ops-backend-tf", "0.1.9") == "<0.3,>=0.2"
    assert _cli._outside_range("ops-backend-tf", "0.3.0") == "<0.3,>=0.2"
    assert _cli._outside_range("ops-backend-other", "0.3.0") == ""

    monkeypatch.setattr(_cli, "_outside_range", lambda backend, version: "<0.3,>=0.2")
    assert _cli.main(["info"]) == 0
    captured = capsys.readouterr()
    assert "outside the range that ops requires, <0.3,>=0.2" in captured.out
    assert "does not match ops" in captured.err


def test_the_tested_ranges_are_of_known_frameworks():
    assert set(TESTED) <= {"numpy", "jax", "tensorflow", "torch", "openvino"}
    assert all(_cli._minor(oldest) <= _cli._minor(newest) for oldest, newest in TESTED.values())


@pytest.mark.parametrize("arguments", [[], ["unknown"]])
def test_an_unknown_command_ends_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as error:
        _cli.main(arguments)
    assert error.value.code == 2
