"""The measurement of an accelerator, on whatever device there is."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

from benchmarks import gpu, report

INSTALLED = [name for name in gpu.BACKENDS if importlib.util.find_spec(name) is not None]
OPTIONS: dict[str, dict[str, Any]] = {"torch": {"backend": "aot_eager"}}  # needs no C++ compiler


@pytest.mark.parametrize("backend", INSTALLED)
def test_places_copies_and_values_are_right(backend: str):
    result = gpu.measure(backend, OPTIONS.get(backend), ("add", "nn.conv"))
    assert gpu.wrong_of(result) == []
    assert result["cases"].keys() == gpu.CASES.keys()
    assert all(case["ops"] > 0 and case["own"] > 0 for case in result["cases"].values())
    assert [*result["calls"]] == ["add", "nn.conv"]
    assert result["sharing"].keys() == {*INSTALLED} - {backend}


def _result(device: str, error: float) -> dict[str, Any]:
    case = {"ops": 2e-6, "own": 1e-6, "over own": 2.0, "error": error, "own error": 0.0}
    return {
        "device": device,
        "placement": {"zeros": "", "a sum": "on cpu"},
        "sharing": {"jax": "a copy on cpu"},
        "tolerance": 1e-4,
        "cases": {"conv": case},
        "calls": {"add": {"ops": 9e-6, "own": 3e-6, "adds": 6e-6}},
        "missing": {"ops": {}, "own": {}, "keras": {}},
    }


def test_what_is_wrong_is_listed(capsys: pytest.CaptureFixture[str]):
    console = pytest.importorskip("rich.console").Console(width=report.WIDTH)
    result = _result("gpu:0", np.nan)
    wrong = gpu.wrong_of(result)
    assert wrong == [
        "a sum is on cpu",
        "a tensor for jax: a copy on cpu",
        "conv differs from NumPy by nan of the largest value",
    ]
    targets = gpu.targets("torch", result, wrong)
    assert [(entry["value"], entry["reached"]) for entry in targets] == [(3, False), (6e-6, False), (6e-6, False)]
    results = {"backends": {"torch": result}, "failed": {}, "wrong": {"torch": wrong}, "targets": targets}
    assert not gpu.is_correct(results)
    gpu.show(console, results)
    printed = " ".join(capsys.readouterr().out.split())
    assert "torch: a call adds, worst (add): 6.00 us; target: at most 5 us: missed" in printed


def test_times_on_the_processor_have_no_target(capsys: pytest.CaptureFixture[str]):
    console = pytest.importorskip("rich.console").Console(width=report.WIDTH)
    result = _result("cpu:0", 1e-6) | {"placement": {}, "sharing": {}}
    targets = gpu.targets("torch", result, gpu.wrong_of(result))
    assert [(entry["value"], entry["reached"]) for entry in targets] == [(0, True)]
    results = {"backends": {"torch": result}, "failed": {}, "wrong": {"torch": []}, "targets": targets}
    assert gpu.is_correct(results)
    gpu.show(console, results)
    assert "No accelerator for torch: run on the processor with small sizes" in capsys.readouterr().out
