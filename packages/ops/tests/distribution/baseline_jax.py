"""The transformer of `program`, written by hand with jax.numpy and jax.sharding, as a baseline for communication."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import program
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from ops_backend_jax.collectives import collectives_in


def _normalized(x: Any) -> Any:
    mean = x.mean(-1, keepdims=True)
    return (x - mean) * jax.lax.rsqrt(jnp.square(x - mean).mean(-1, keepdims=True) + 1e-7)


def _transformer(weights: Any, x: Any) -> Any:
    h = jnp.take(weights["embedding"], x, axis=0) + weights["positions"]
    mask = jnp.tril(jnp.ones((program.LENGTH, program.LENGTH), bool))
    for i in range(2):
        name = f"block{i}"
        n = _normalized(h)
        q, k, v = (jnp.einsum("btd,dhk->bthk", n, weights[f"{name}/attention/{part}"]) for part in "qkv")
        scores = jnp.einsum("bthk,bshk->bhts", q, k) / np.sqrt(program.DEPTH).astype("float32")
        shares = jax.nn.softmax(jnp.where(mask, scores, -1e30), -1)
        attention = jnp.einsum("bhts,bshk->bthk", shares, v)
        h = h + jnp.einsum("bthk,hkd->btd", attention, weights[f"{name}/attention/out"])
        m = jax.nn.gelu(_normalized(h) @ weights[f"{name}/mlp/in"] + weights[f"{name}/mlp/bias"])
        h = h + m @ weights[f"{name}/mlp/out"]
    return _normalized(h) @ weights["head/kernel"]


def _loss(weights: Any, x: Any, y: Any) -> Any:
    logits = jax.nn.log_softmax(_transformer(weights, x))
    return -jnp.take_along_axis(logits, y[..., None], -1).mean()


def communication(kind: str, shape: Any) -> dict[str, Any]:
    """Returns what a step communicates; see `cases.communication`."""
    chosen = program.strategy(kind, tuple(shape))
    devices = np.array(jax.devices()[: np.prod(shape)]).reshape(tuple(shape))
    mesh = Mesh(devices, ("data", "model"))
    arrays = program.initial_weights()
    layouts = {
        name: NamedSharding(mesh, PartitionSpec(*chosen.layout_of(name, array.shape).axes))
        for name, array in arrays.items()
    }

    def step(weights: Any, velocities: Any, x: Any, y: Any) -> Any:
        loss, gradients = jax.value_and_grad(_loss)(weights, x, y)
        gradients = jax.tree.map(jax.lax.with_sharding_constraint, gradients, layouts)
        velocities = jax.tree.map(lambda v, g: 0.9 * v - 0.1 * g, velocities, gradients)
        return loss, jax.tree.map(jnp.add, weights, velocities), velocities

    weights = jax.device_put(arrays, layouts)
    velocities = jax.device_put(jax.tree.map(np.zeros_like, arrays), layouts)
    x, y = jax.device_put(next(program.batches(1)), NamedSharding(mesh, PartitionSpec("data")))
    text = jax.jit(step).lower(weights, velocities, x, y).compile().as_text()
    return collectives_in(text or "")
