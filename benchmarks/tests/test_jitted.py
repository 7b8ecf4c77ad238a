"""The measurement of jitted calls, and of tracing."""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

import pytest

import ops
from benchmarks import jitted, tracing

INSTALLED = [name for name in jitted.BACKENDS if importlib.util.find_spec(name) is not None]
OPTIONS: dict[str, dict[str, Any]] = {"torch": {"backend": "aot_eager"}}  # needs no C++ compiler
if "torch" in INSTALLED:
    importlib.import_module("torch")  # before TensorFlow: the other order can crash


@pytest.mark.parametrize("backend", INSTALLED)
def test_calls_of_jitted_functions_are_compared_with_the_own_jit(backend: str):
    times = jitted.measure(backend, 4, ["a tensor", "a nest of 6"], OPTIONS.get(backend))
    assert [*times] == ["a tensor", "a nest of 6"]
    for figures in times.values():
        assert figures.keys() == {"own", "ops", "over own"}
        assert all(value > 0 for value in figures.values())


@pytest.mark.parametrize("backend", INSTALLED)
def test_both_jits_return_the_same_nest(backend: str):
    ops.set_backend(backend)
    argument = jitted.argument_of("a nest of 6", ops.convert_to_tensor)
    results = [jit(jitted.of_nest)(argument) for jit in jitted.jits(backend, OPTIONS.get(backend, {})).values()]
    for layer, weights in argument.items():
        for name, x in weights.items():
            for result in results:
                assert ops.allclose(result[layer][name], x * 2 + 1)


def test_tracing_time_has_a_target_on_torch():
    growth = {"torch": {"ops": {"10": 0.2, "100": 2.6}, "own": {"10": 0.1, "100": 1.0}}, "jax": {}}
    (target,) = tracing.growth_targets(growth, (10, 100))
    assert target["what"] == "torch: time to trace 100 calls, over own"
    assert (target["value"], target["reached"]) == (2.6, False)
