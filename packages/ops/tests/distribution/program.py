"""The user's program: a two-layer transformer, which names no framework and no device."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import ops
from ops import distribution as dist

WORDS, WIDTH, HEADS, DEPTH, HIDDEN, LENGTH, BATCH = 64, 32, 4, 8, 64, 16, 8

# The sizes in bytes of all weights; those of the parts on one device follow from the layouts.
WEIGHT_BYTES = 84480

LAYOUTS = {
    r"attention/[qkv]$": (None, "model", None),
    r"attention/out$": ("model", None, None),
    r"mlp/in$": (None, "model"),
    r"mlp/out$": ("model", None),
    r"mlp/bias$": ("model",),
}


def initial_weights(seed: int = 0) -> dict[str, Any]:
    """Returns the weights as arrays."""
    rng = np.random.default_rng(seed)

    def normal(*shape: int) -> Any:
        return (rng.normal(size=shape) / math.sqrt(shape[0])).astype("float32")

    weights = {
        "embedding": normal(WORDS, WIDTH),
        "positions": normal(LENGTH, WIDTH),
        "head/kernel": normal(WIDTH, WORDS),
    }
    for i in range(2):
        weights |= {f"block{i}/attention/{name}": normal(WIDTH, HEADS, DEPTH) for name in "qkv"}
        weights |= {
            f"block{i}/attention/out": normal(HEADS, DEPTH, WIDTH) / np.float32(2),
            f"block{i}/mlp/in": normal(WIDTH, HIDDEN),
            f"block{i}/mlp/out": normal(HIDDEN, WIDTH),
            f"block{i}/mlp/bias": np.zeros(HIDDEN, "float32"),
        }
    return weights


def transformer(weights: Any, x: Any, seed: int | None = None) -> Any:
    """Returns logits; with dropout if there is a seed."""
    h = ops.take(weights["embedding"], x, axis=0) + weights["positions"]
    for i in range(2):
        name = f"block{i}"
        n = ops.nn.layer_normalization(h)
        q, k, v = (ops.einsum("btd,dhk->bthk", n, weights[f"{name}/attention/{part}"]) for part in "qkv")
        attention = ops.nn.dot_product_attention(q, k, v, is_causal=True)
        h = h + ops.einsum("bthk,hkd->btd", attention, weights[f"{name}/attention/out"])
        m = ops.matmul(ops.nn.layer_normalization(h), weights[f"{name}/mlp/in"]) + weights[f"{name}/mlp/bias"]
        m = ops.gelu(m)
        if seed is not None:
            m = ops.random.dropout(m, 0.1, seed=seed + i)
        h = h + ops.matmul(m, weights[f"{name}/mlp/out"])
    return ops.matmul(ops.nn.layer_normalization(h), weights["head/kernel"])


def batches(count: int, seed: int = 1) -> Iterator[tuple[Any, Any]]:
    """Yields inputs and targets: arithmetic sequences of words."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        words = (rng.integers(0, WORDS, (BATCH, 1)) + np.arange(LENGTH + 1) * 3) % WORDS
        yield words[:, :-1].astype("int32"), words[:, 1:].astype("int32")


def loss_of(weights: Any, x: Any, y: Any, seed: int | None = None) -> Any:
    """Returns the mean loss of a batch."""
    logits = transformer(weights, x, seed)
    return ops.mean(ops.sparse_categorical_crossentropy(y, logits, from_logits=True))


def step(weights: Any, velocities: Any, x: Any, y: Any, seed: int | None = None) -> tuple[Any, Any, Any]:
    """Returns the loss, and the weights and velocities after a step of gradient descent with momentum."""
    loss, gradients = ops.value_and_grad(loss_of)(weights, x, y, seed)
    velocities = {name: 0.9 * velocities[name] - 0.1 * gradients[name] for name in weights}
    return loss, {name: weights[name] + velocities[name] for name in weights}, velocities


def strategy(kind: str, shape: tuple[int, ...]) -> dist.Distribution:
    """Returns a distribution over a mesh of this shape: "model" or "sharded"."""
    count = math.prod(shape)
    mesh = dist.DeviceMesh(shape, ("data", "model"), dist.list_devices()[:count])
    if kind == "sharded":
        return dist.FullySharded(mesh)
    layouts = dist.LayoutMap(mesh)
    layouts.update(LAYOUTS)
    return dist.ModelParallel(layouts, batch_dim_name="data")


def train(
    chosen: dist.Distribution | None, steps: int = 20, dropout: bool = True, compiled: bool = True
) -> tuple[list[float], Any, Any]:
    """Returns the losses, the weights and the velocities."""
    with ops.random.portable() if chosen is None else chosen.scope():
        weights: Any = initial_weights()
        velocities: Any = {name: np.zeros_like(weight) for name, weight in weights.items()}
        if chosen is not None:
            weights, velocities = dist.distribute(weights), dist.distribute(velocities)
        else:
            weights = {name: ops.convert_to_tensor(weight) for name, weight in weights.items()}
            velocities = {name: ops.convert_to_tensor(value) for name, value in velocities.items()}
        run = ops.jit(step) if compiled else step
        losses: list[float] = []
        for x, y in batches(steps):
            batch = (
                (ops.convert_to_tensor(x), ops.convert_to_tensor(y))
                if chosen is None
                else dist.distribute_batch((x, y))
            )
            loss, weights, velocities = run(weights, velocities, *batch, 100 if dropout else None)
            losses.append(float(ops.convert_to_numpy(loss)))
        return losses, weights, velocities


def reference(steps: int = 20, dropout: bool = True) -> list[float]:
    """Returns the losses on one device, on any backend with gradients."""
    return train(None, steps, dropout)[0]


def losses(
    kind: str = "model", shape: tuple[int, ...] = (4, 1), steps: int = 20, dropout: bool = True, compiled: bool = True
) -> dict[str, Any]:
    """Returns the losses, the bytes of weights on this process's first device, and the layouts that have changed."""
    chosen = strategy(kind, tuple(shape))
    values, weights, velocities = train(chosen, steps, dropout, compiled)
    with chosen.scope():
        device = dist.shards(weights["positions"])[0].device
        held = sum(shard.data.nbytes for w in weights.values() for shard in dist.shards(w) if shard.device == device)
        changed = {}
        for nest in (weights, velocities):
            for name, value in nest.items():
                layout, wanted = dist.layout(value), chosen.layout_of(name, value.shape)
                if layout != wanted:
                    changed[name] = f"{layout} instead of {wanted}"
        sums = {
            name: float(np.abs(ops.convert_to_numpy(value).astype("float64")).sum()) for name, value in weights.items()
        }
    return {"losses": values, "bytes": held, "changed": changed, "sums": sums}
