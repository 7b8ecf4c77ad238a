"""Two networks for tests of graphs: a convolutional one for images of digits, and a transformer for their rows."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import ops

Array = np.ndarray[Any, Any]
_BATCH = 32


@dataclass(frozen=True)
class Network:
    """A network: its function of weights and inputs, the shapes of its weights, and its data."""

    function: Callable[[dict[str, Any], Any], Any]
    shapes: dict[str, tuple[int, ...]]
    inputs: Callable[[], Array]


def _digits(weights: dict[str, Any], images: Any) -> Any:
    x = images
    for layer in ("first", "second"):
        x = ops.relu(ops.conv(x, weights[f"{layer}_kernel"], padding="same", bias=weights[f"{layer}_bias"]))
    x = ops.reshape(ops.max_pool(x, 2), (ops.shape(images)[0], -1))
    return ops.nn.dense(x, weights["kernel"], weights["bias"])


_LENGTH, _WIDTH, _HEADS = 8, 16, 2


def _transformer(weights: dict[str, Any], rows: Any) -> Any:
    """Returns the logits of rows of pixels, shape (batch, 8, 8)."""
    batch = ops.shape(rows)[0]
    x = ops.matmul(rows, weights["embedding"]) + weights["positions"]
    for layer in ("a", "b"):
        y = ops.layer_normalization(x, weights[f"{layer}_scale"], weights[f"{layer}_offset"])
        q, k, v = (
            ops.reshape(ops.matmul(y, weights[f"{layer}_{name}"]), (batch, _LENGTH, _HEADS, _WIDTH // _HEADS))
            for name in "qkv"
        )
        y = ops.reshape(ops.dot_product_attention(q, k, v), (batch, _LENGTH, _WIDTH))
        x = x + ops.matmul(y, weights[f"{layer}_o"])
        x = x + ops.matmul(ops.gelu(ops.matmul(x, weights[f"{layer}_up"])), weights[f"{layer}_down"])
    return ops.matmul(ops.mean(x, axis=1), weights["kernel"])


def _images() -> Array:
    return _data()[0][:64].reshape(-1, 8, 8, 1)


def _rows() -> Array:
    return _data()[0][:64]


def _data() -> tuple[Array, Array]:
    """Returns scikit-learn's images of digits, shape (320, 8, 8), and their classes."""
    digits: Any = importlib.import_module("sklearn.datasets").load_digits()
    return digits.images[:320].astype("float32") / 16, digits.target[:320].astype("int32")


_LAYER = {"q": (16, 16), "k": (16, 16), "v": (16, 16), "o": (16, 16), "up": (16, 32), "down": (32, 16)}
NETWORKS = {
    "digits": Network(
        _digits,
        {"first_kernel": (3, 3, 1, 8), "first_bias": (8,), "second_kernel": (3, 3, 8, 16), "second_bias": (16,),
         "kernel": (4 * 4 * 16, 10), "bias": (10,)},
        _images,
    ),
    "transformer": Network(
        _transformer,
        {"embedding": (8, _WIDTH), "positions": (_LENGTH, _WIDTH), "kernel": (_WIDTH, 10),
         **{f"{layer}_{name}": shape for layer in "ab" for name, shape in _LAYER.items()},
         **{f"{layer}_{name}": (_WIDTH,) for layer in "ab" for name in ("scale", "offset")}},
        _rows,
    ),
}  # fmt: skip


def weights_of(name: str) -> dict[str, Array]:
    """Returns the initial weights of a network."""
    random = np.random.default_rng(1)
    weights: dict[str, Array] = {}
    for key, shape in NETWORKS[name].shapes.items():
        value = random.normal(0, math.sqrt(1 / max(math.prod(shape[:-1]), 1)), shape)
        weights[key] = (np.ones(shape) if key.endswith("scale") else value).astype("float32")
    return weights


def losses_of(name: str, function: Callable[[Any, Any], Any], weights: dict[str, Any]) -> list[float]:
    """Returns the losses of one epoch of gradient descent on the active backend."""
    images, labels = _data()
    if name == "digits":
        images = images.reshape(-1, 8, 8, 1)

    def loss(weights: dict[str, Any], x: Any, y: Any) -> Any:
        return ops.mean(ops.sparse_categorical_crossentropy(y, function(weights, x), from_logits=True))

    step = ops.value_and_grad(loss)
    losses: list[float] = []
    for start in range(0, len(images), _BATCH):
        x, y = (ops.convert_to_tensor(a[start : start + _BATCH]) for a in (images, labels))
        value, gradients = step(weights, x, y)
        weights = {key: weights[key] - 0.1 * gradients[key] for key in weights}
        losses.append(float(ops.convert_to_numpy(value)))
    return losses
