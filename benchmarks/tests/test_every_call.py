"""The sample calls, the frameworks' own expressions, and the figures of theme `calls`."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import against, every_call, own, plot, report, sample_calls, timing
from ops.testing import public_function

INSTALLED = [name for name in own.BACKENDS if importlib.util.find_spec(name) is not None]
if "torch" in INSTALLED:
    importlib.import_module("torch")  # before TensorFlow: the other order can crash
AT_LEAST = {"torch": 120, "jax": 120, "numpy": 60, "tensorflow": 60}
# The ops that were slow before their calls were measured.
REQUIRED = (
    "nn.conv nn.depthwise_conv nn.max_pool nn.layer_normalization nn.rms_normalization nn.batch_normalization "
    "nn.dot_product_attention nn.sparse_categorical_crossentropy svd image.resize var norm pad nn.one_hot einsum split "
    "top_k arange zeros"
).split()


def test_sample_calls_are_of_public_ops_and_of_named_inputs():
    names = {*sample_calls.inputs(), "generator"}
    for path, arguments in sample_calls.CALLS.items():
        assert callable(public_function(path))
        assert {*timing.names_of(f"f({arguments})")} - {"f"} <= names, path


@pytest.mark.parametrize("name", own.BACKENDS)
def test_tables_have_an_expression_for_enough_ops(name: str):
    expressions, compiled = own.expressions(name), own.compiled(name)
    assert not expressions.keys() & compiled.keys()
    paths = expressions.keys() | compiled.keys()
    assert paths <= sample_calls.CALLS.keys()
    assert len(paths) >= AT_LEAST[name]


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow"])
def test_tables_have_the_ops_that_were_slow(name: str):
    assert {*REQUIRED} <= own.expressions(name).keys() | own.compiled(name).keys()


@pytest.mark.parametrize("backend", INSTALLED)
@pytest.mark.filterwarnings("ignore")  # of the frameworks' own functions
def test_own_expressions_return_what_ops_return(backend: str):
    calls = every_call.Calls(backend, with_keras=False)
    for path in sample_calls.CALLS:
        calls.loops(path)
    assert calls.missing == {"own": {}, "ops": {}, "keras": {}}


@pytest.mark.filterwarnings("ignore")  # NumPy's, of NaN and overflow
def test_every_record_has_a_call():
    calls = every_call.Calls("numpy", with_keras=False)
    assert [path for path in every_call.paths() if "ops" not in calls.loops(path)] == []


def test_expression_with_other_values_is_not_timed():
    calls = every_call.Calls("numpy", with_keras=False)
    calls.expressions = {"exp": "np.expm1(x)", "sum": "np.sum(x, 1, np.float64)", "nn.relu": "np.maximum(x, 0)"}
    assert [*calls.loops("exp"), *calls.loops("sum"), *calls.loops("nn.relu")] == ["ops", "ops", "own", "ops"]
    assert calls.missing["own"] == {
        "exp": "ValueError: other values",
        "sum": "ValueError: float64[2] in place of float32[2]",
    }


def test_each_pass_measures_each_op():
    calls = every_call.Calls("numpy", with_keras=False)
    times = every_call.passes_of(calls, ["add", "nn.softmax"], passes=3, rounds=4)
    assert {path: len(passes) for path, passes in times.items()} == {"add": 3, "nn.softmax": 3}
    assert times["add"][0].keys() == {"own", "ops", "over own", "adds"}
    assert times["nn.softmax"][0].keys() == {"ops"}
    assert all(figures["ops"] > 0 for passes in times.values() for figures in passes)


def _pass(ours: float, framework: float, keras: float) -> dict[str, float]:
    return {
        "ops": ours,
        "own": framework,
        "keras": keras,
        "over own": ours / framework,
        "over keras": ours / keras,
        "adds": ours - framework,
    }


def _results() -> dict[str, Any]:
    """Returns a result in which `exp` is as fast as keras in one of five passes, and `svd` has a convention."""
    times = {
        "exp": [_pass(3e-6, 1e-6, keras) for keras in (2e-6, 2e-6, 2e-6, 2e-6, 3e-6)],
        "add": [_pass(1.2e-6, 1e-6, 2e-6)] * 5,
        "svd": [_pass(30e-6, 10e-6, 11e-6)] * 5,
    }
    figures = every_call.figures(times)
    result = {"ops": figures, "missing": {}, "differing": {}, "chosen": False}
    return {"backends": {"torch": result}, "failed": {}, "targets": every_call.targets("torch", figures)}


def test_targets_leave_out_the_conventions_of_linalg():
    values = {target["what"]: target["value"] for target in _results()["targets"]}
    assert values == {
        "torch: a call adds, median of the ops": pytest.approx(1.1e-6),
        "torch: a call adds, 95 % of the ops": pytest.approx(2e-6),
        "torch: a call adds, worst op (exp)": pytest.approx(2e-6),
        "torch: ops slower than keras": 1,
    }


def test_op_is_slower_than_keras_if_the_lower_quartile_of_its_passes_is():
    ratios = [1.0, 1.04, 1.3, 1.3, 1.3]
    figures = every_call.figures({"exp": [{**_pass(1e-6, 1e-6, 1e-6), "over keras": ratio} for ratio in ratios]})
    assert figures["exp"]["over keras, lower quartile"] == 1.04
    assert every_call.targets("numpy", figures)[-1]["reached"]


def test_result_is_shown_and_compared_with_an_earlier_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    console_module = pytest.importorskip("rich.console")
    console = console_module.Console(width=report.WIDTH)
    now, earlier = _results(), json.loads(json.dumps(_results()))
    for by in earlier["backends"]["torch"]["ops"].values():
        by["over own"] *= 2
        by["ops"] *= 4
    every_call.show(console, now)
    compared = against.compare({"calls": now}, {"calls": earlier, "version": "1"})
    against.show(console, compared)
    assert compared["calls"]["torch"]["exp"] == {"ops": 0.25, "over own": 0.5}
    printed = " ".join(capsys.readouterr().out.split())
    assert "torch, slower than keras (lower quartile): exp 1.50" in printed
    assert "torch: ops slower than keras: 1; target: at most 0: missed" in printed
    assert "calls, torch, lower ratio over own: exp 0.50, add 0.50, svd 0.50" in printed


@pytest.mark.filterwarnings("ignore")  # of matplotlib's font cache
def test_plot_is_written(tmp_path: Path):
    pytest.importorskip("matplotlib")
    plot.draw(_results(), tmp_path / "calls.svg")
    assert "<svg" in (tmp_path / "calls.svg").read_text()
