"""Gradients that recompute intermediate values, on every backend that has gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("jitted", [False, True])
def test_checkpoints_draw_and_close_over(name: str, jitted: bool) -> None:
    """Gradients by closed-over weights and nests; dropout draws the same numbers when it is recomputed."""

    def network(tree: dict[str, Any], generator: Any, wrap: Any) -> Any:
        @wrap
        def block(x: Any, times: int = 1) -> Any:
            dropped = ops.random.dropout(ops.matmul(x, tree["w"]), 0.5, seed=generator)
            return {"y": ops.tanh(dropped) * times, "n": 3}

        y = tree["x"]
        for _ in range(2):
            y = block(y, times=2)["y"]
        return ops.sum(ops.square(y))

    rng = np.random.default_rng(0)
    with ops.use_backend(name):
        tree = {key: ops.convert_to_tensor(rng.normal(size=(6, 6)).astype(np.float32)) for key in "xw"}
        results = []
        for wrap in (lambda f: f, ops.checkpoint):
            generator = ops.random.SeedGenerator(1)
            both = ops.value_and_grad(lambda tree, g=generator, w=wrap: network(tree, g, w))
            value, gradients = (ops.jit(both) if jitted else both)(tree)
            results.append([value, gradients["x"], gradients["w"]])
            assert generator.draws() == 2
        for first, second in zip(*results, strict=True):
            np.testing.assert_allclose(ops.convert_to_numpy(first), ops.convert_to_numpy(second), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", BACKENDS)
def test_checkpoints_recompute(name: str) -> None:
    with ops.use_backend(name):
        calls: list[int] = []

        def block(x: Any) -> Any:
            calls.append(1)
            return ops.sin(x)

        x = ops.ones((2,))
        counts = []
        for mode in ("full", "none"):
            with ops.RematScope(mode):
                calls.clear()
                ops.grad(lambda x: ops.sum(ops.checkpoint(block)(x)))(x)
                counts.append(len(calls))
        assert counts[1] == 1
        assert counts[0] > 1 or name == "jax"  # which recomputes what it has traced
        if name == "jax":
            import jax

            text = str(jax.make_jaxpr(ops.grad(lambda x: ops.sum(ops.checkpoint(ops.sin)(x))))(x))
            assert "checkpoint" in text or "remat" in text
        traced: list[str] = []
        jitted = ops.jit(
            ops.grad(lambda x: ops.sum(ops.checkpoint(ops.sin)(x))), options={"torch": {"backend": "eager"}}
        )
        for mode in ("full", "none", "full"):
            with ops.RematScope(mode):
                np.testing.assert_allclose(ops.convert_to_numpy(jitted(x)), np.cos(np.ones(2)), rtol=1e-6)
                traced.append(str(jitted.compilations()))
        assert traced == (["0"] * 3 if name == "numpy" else ["1", "2", "2"])
        with pytest.raises(ops.ArgumentError, match='mode must be "full" or "none"'):
            ops.RematScope("some")


@pytest.mark.parametrize("name", BACKENDS)
def test_checkpoints_that_fail_leave_nothing(name: str) -> None:
    """Not even while the error, and what it refers to, is kept."""

    def fail(x: Any) -> Any:
        raise ValueError("mine")

    with ops.use_backend(name):
        x = ops.ones((2,))
        with pytest.raises(ValueError, match="mine") as kept:
            ops.grad(lambda x: ops.sum(ops.checkpoint(fail)(x)))(x)
        gradient = ops.grad(lambda x: ops.sum(ops.checkpoint(ops.sin)(x)))(x)
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), np.cos(np.ones(2)), rtol=1e-6)
        assert kept.value.args == ("mine",)
