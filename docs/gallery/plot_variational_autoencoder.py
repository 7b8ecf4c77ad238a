"""
A variational autoencoder of digits
===================================

An encoder maps each handwritten digit of scikit-learn to a normal distribution in the plane, a decoder maps points of
the plane to images. The noise is a seed tensor that the compiled step takes as an argument.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ops
from ops.keras import tree

ops.set_backend("jax")

digits = load_digits()
images = (digits.images / 16).astype("float32").reshape(-1, 64)


def dense(inputs, outputs, seed):
    return {"w": ops.random.normal((inputs, outputs), stddev=inputs**-0.5, seed=seed), "b": ops.zeros(outputs)}


def apply(layer, x):
    return x @ layer["w"] + layer["b"]


weights = {
    "encoder": [dense(64, 96, 1), dense(96, 4, 2)],
    "decoder": [dense(2, 96, 3), dense(96, 96, 4), dense(96, 64, 5)],
}


def encode(layers, x):
    """Returns the mean and the logarithm of the standard deviation of each image's distribution."""
    return ops.split(apply(layers[1], ops.nn.silu(apply(layers[0], x))), 2, axis=-1)


def decode(layers, z):
    for layer in layers[:-1]:
        z = ops.nn.silu(apply(layer, z))
    return apply(layers[-1], z)


def loss(weights, x, seed):
    mean, log_deviation = encode(weights["encoder"], x)
    z = mean + ops.exp(log_deviation) * ops.random.normal(ops.shape(mean), seed=seed)
    pixels = ops.nn.binary_crossentropy(x, decode(weights["decoder"], z), from_logits=True)
    divergence = 0.5 * (mean**2 + ops.exp(2 * log_deviation) - 1) - log_deviation
    return ops.mean(ops.sum(pixels, axis=-1) + ops.sum(divergence, axis=-1))


@ops.jit
def step(weights, first, second, number, x, seed):
    value, gradients = ops.value_and_grad(loss)(weights, x, seed)
    first = tree.map_structure(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = tree.map_structure(lambda v, g: 0.999 * v + 0.001 * g * g, second, gradients)
    rate = 0.003 * ops.sqrt(1 - 0.999**number) / (1 - 0.9**number)
    weights = tree.map_structure(lambda w, m, v: w - rate * m / (ops.sqrt(v) + 1e-8), weights, first, second)
    return value, weights, first, second


first = second = tree.map_structure(ops.zeros_like, weights)
rng, losses, start, number = np.random.default_rng(0), [], time.perf_counter(), 0
for _ in range(60):
    for batch in rng.permutation(1700).reshape(-1, 100):
        number += 1
        seed = ops.convert_to_tensor(np.array([7, number], dtype="int32"))
        x = ops.convert_to_tensor(images[batch])
        value, weights, first, second = step(weights, first, second, ops.convert_to_tensor(float(number)), x, seed)
    losses.append(float(value))
print(f"{number} steps in {time.perf_counter() - start:.1f} s, loss {losses[0]:.1f} -> {losses[-1]:.1f}")

# %%
# The plane: where digits lie, and what the decoder makes of a grid of points.

means = ops.convert_to_numpy(encode(weights["encoder"], ops.convert_to_tensor(images))[0])
grid = (
    np.stack(np.meshgrid(np.linspace(-2.2, 2.2, 14), np.linspace(2.2, -2.2, 14)), -1).reshape(-1, 2).astype("float32")
)
made = ops.convert_to_numpy(ops.sigmoid(decode(weights["decoder"], ops.convert_to_tensor(grid))))
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.6))
points = left.scatter(*means.T, c=digits.target, cmap="tab10", s=6)
left.set(title="Means of the encoder", xlim=(-3.5, 3.5), ylim=(-3.5, 3.5))
left.legend(*points.legend_elements(), title="digit", fontsize=7)
right.imshow(made.reshape(14, 14, 8, 8).transpose(0, 2, 1, 3).reshape(112, 112), cmap="gray_r")
right.set(title="Images of the decoder", xticks=[], yticks=[])
figure.tight_layout()
