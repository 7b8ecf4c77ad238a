"""What programs communicate: not more than programs that are written by hand for the engine."""

from __future__ import annotations

import launch
import program
import pytest


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_attention_with_divided_batch_and_heads(engine: str) -> None:
    for result in launch.run(engine, "cases:attention"):
        assert result == {"collectives": {}, "axes": ["data", None, "model", None]}


def test_data_parallel_training_on_jax() -> None:
    # The gradients of all weights, and the loss.
    (result,) = launch.run("jax", "cases:communication", {"kind": "model", "shape": (8, 1)}, devices=8)
    assert result == {"all-reduce": [1, program.WEIGHT_BYTES + 4]}


@pytest.mark.parametrize(("kind", "shape"), [("model", (2, 2)), ("model", (2, 4)), ("sharded", (4, 1))])
def test_training_on_jax_and_by_hand(kind: str, shape: tuple[int, int]) -> None:
    arguments, devices = {"kind": kind, "shape": shape}, shape[0] * shape[1]
    (ours,) = launch.run("jax", "cases:communication", arguments, devices=devices)
    (by_hand,) = launch.run("jax", "baseline_jax:communication", arguments, devices=devices)
    print(kind, shape, ours, by_hand)
    assert sum(size for _, size in ours.values()) <= sum(size for _, size in by_hand.values()), (ours, by_hand)
    assert sum(count for count, _ in ours.values()) <= sum(count for count, _ in by_hand.values()), (ours, by_hand)


@pytest.mark.parametrize(("kind", "shape"), [("model", (4, 1)), ("model", (2, 2)), ("sharded", (4, 1))])
def test_training_on_torch_and_by_hand(kind: str, shape: tuple[int, int]) -> None:
    arguments = {"kind": kind, "shape": shape}
    ours = launch.run("torch", "cases:communication", arguments)
    by_hand = launch.run("torch", "baseline_torch:communication", arguments)
    for mine, other in zip(ours, by_hand, strict=True):
        print(kind, shape, mine, other)
        assert sum(size for _, size in mine.values()) <= sum(size for _, size in other.values()), (mine, other)
        assert sum(count for count, _ in mine.values()) <= sum(count for count, _ in other.values()), (mine, other)
