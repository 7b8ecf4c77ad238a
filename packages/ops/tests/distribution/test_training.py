"""A transformer trained on several devices has the losses that it has on one."""

from __future__ import annotations

import functools
from typing import Any

import launch
import program
import pytest

MESHES = {
    "4x1": ("model", (4, 1), 84480),
    "2x2": ("model", (2, 2), 51456),
    "fully sharded": ("sharded", (4, 1), 21120),
    "8x1": ("model", (8, 1), 84480),
    "2x4": ("model", (2, 4), 34944),
    "2x1": ("model", (2, 1), 84480),
}
# torch has a process for each device, so all its runs are of several processes.
RUNS = [(engine, name, 1) for engine in launch.ENGINES for name in ("4x1", "2x2", "fully sharded")]
RUNS += [("jax", "8x1", 1), ("jax", "2x4", 1), ("jax", "2x2", 2), ("torch", "2x1", 2), ("tensorflow", "2x2", 2)]


@functools.cache
def reference(engine: str, dropout: bool) -> list[float]:
    return launch.run(engine, "program:reference", {"dropout": dropout}, devices=1)[0]


@pytest.mark.parametrize(("engine", "name", "processes"), RUNS)
def test_losses_and_weights(engine: str, name: str, processes: int) -> None:
    kind, shape, size = MESHES[name]
    results = launch.run(
        engine,
        "program:losses",
        {"kind": kind, "shape": shape},
        devices=shape[0] * shape[1],
        processes=None if engine == "torch" else processes,
    )
    expected = reference(engine, True)
    for result in results:
        assert len(result["losses"]) == 20
        difference = max(abs(a - b) for a, b in zip(result["losses"], expected, strict=True))
        print(engine, name, processes, difference)
        assert difference <= 1e-5
        assert result["losses"] == results[0]["losses"]
        assert result["sums"] == results[0]["sums"]
        assert result["bytes"] == size
        assert result["changed"] == {}
    assert expected[-1] < expected[0] - 1


@pytest.mark.parametrize("engine", launch.ENGINES)
@pytest.mark.parametrize("arguments", [{"dropout": False}, {"compiled": False, "steps": 3}], ids=["plain", "eager"])
def test_other_forms(engine: str, arguments: dict[str, Any]) -> None:
    result = launch.run(engine, "program:losses", {"kind": "model", "shape": (2, 2), **arguments})[0]
    expected = reference(engine, arguments.get("dropout", True))
    for a, b in zip(result["losses"], expected, strict=False):
        assert abs(a - b) <= 1e-5
    assert result["changed"] == {}


def test_the_engines_agree() -> None:
    first, *others = (reference(engine, True) for engine in launch.ENGINES)
    for other in others:
        assert max(abs(a - b) for a, b in zip(first, other, strict=True)) <= 1e-5


def test_the_size_of_the_weights() -> None:
    assert sum(weight.nbytes for weight in program.initial_weights().values()) == program.WEIGHT_BYTES
