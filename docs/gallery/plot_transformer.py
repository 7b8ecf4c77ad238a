"""
A transformer on text
=====================

A small transformer learns to predict the next letter of manuals: those of Python's module `site` and of five
functions of NumPy. Attention, normalisation, the gradient and Adam are functions; `ops.jit` compiles a whole step.
"""

import inspect
import site
import time

import matplotlib.pyplot as plt
import numpy as np

import ops
from ops.keras import tree

ops.set_backend("jax")

manuals = [inspect.getdoc(value) or "" for value in (site, np.einsum, np.pad, np.unique, np.linalg.svd, np.block)]
text = " ".join(" ".join(manuals).lower().split())
letters = sorted(set(text))
codes = np.array([letters.index(letter) for letter in text], dtype="int32")
LENGTH, WIDTH, HEADS, LAYERS, BATCH = 32, 48, 4, 2, 16
print(f"{len(text)} letters, {len(letters)} of them different")


def layer(seed):
    def normal(shape, number):
        return ops.random.normal(shape, stddev=shape[0] ** -0.5, seed=10 * seed + number)

    return {
        "qkv": normal((WIDTH, 3 * WIDTH), 1),
        "out": normal((WIDTH, WIDTH), 2),
        "up": normal((WIDTH, 4 * WIDTH), 3),
        "down": normal((4 * WIDTH, WIDTH), 4),
        "scales": ops.ones((2, WIDTH)),
    }


weights = {
    "letters": ops.random.normal((len(letters), WIDTH), stddev=0.1, seed=1),
    "places": ops.random.normal((LENGTH, WIDTH), stddev=0.1, seed=2),
    "layers": [layer(number + 1) for number in range(LAYERS)],
}

# %%
# The network: letters in, scores of the next letter out.


def scores(weights, codes):
    x = ops.take(weights["letters"], codes, axis=0) + weights["places"][: ops.shape(codes)[1]]
    for layer in weights["layers"]:
        batch, length, _ = ops.shape(x)
        normal = ops.nn.rms_normalization(x, layer["scales"][0], axis=-1)
        q, k, v = (
            ops.reshape(part, (batch, length, HEADS, WIDTH // HEADS))
            for part in ops.split(normal @ layer["qkv"], 3, axis=-1)
        )
        attended = ops.nn.dot_product_attention(q, k, v, is_causal=True)
        x = x + ops.reshape(attended, (batch, length, WIDTH)) @ layer["out"]
        normal = ops.nn.rms_normalization(x, layer["scales"][1], axis=-1)
        x = x + ops.nn.gelu(normal @ layer["up"]) @ layer["down"]
    return x @ ops.transpose(weights["letters"])


def loss(weights, batch):
    predicted = scores(weights, batch[:, :-1])
    return ops.mean(ops.nn.sparse_categorical_crossentropy(batch[:, 1:], predicted, from_logits=True))


# %%
# A step of Adam on a nest of weights: `ops.keras.tree` maps functions over nests.


@ops.jit
def step(weights, first, second, number, batch):
    value, gradients = ops.value_and_grad(loss)(weights, batch)
    first = tree.map_structure(lambda m, g: 0.9 * m + 0.1 * g, first, gradients)
    second = tree.map_structure(lambda v, g: 0.99 * v + 0.01 * g * g, second, gradients)
    rate = 0.004 * ops.sqrt(1 - 0.99**number) / (1 - 0.9**number)
    weights = tree.map_structure(lambda w, m, v: w - rate * m / (ops.sqrt(v) + 1e-8), weights, first, second)
    return value, weights, first, second


first = second = tree.map_structure(ops.zeros_like, weights)
rng, losses, start = np.random.default_rng(0), [], time.perf_counter()
for number in range(1, 501):
    starts = rng.integers(0, len(codes) - LENGTH - 1, BATCH)
    batch = ops.convert_to_tensor(np.stack([codes[place : place + LENGTH + 1] for place in starts]))
    value, weights, first, second = step(weights, first, second, ops.convert_to_tensor(float(number)), batch)
    losses.append(float(value))
print(f"500 steps in {time.perf_counter() - start:.1f} s, loss {losses[0]:.2f} -> {losses[-1]:.2f}")

# %%
# What it writes, letter by letter, each drawn from the predicted distribution. One shape means one compilation.


@ops.jit
def next_letter(weights, codes, seed):
    return ops.random.categorical(scores(weights, codes)[:, -1] * 1.5, 1, seed=seed)[0, 0]


written = list(codes[:LENGTH])
for number in range(200):
    window = ops.convert_to_tensor(np.array(written[-LENGTH:], dtype="int32")[None])
    seed = ops.convert_to_tensor(np.array([1, number], dtype="int32"))
    written.append(int(next_letter(weights, window, seed)))
print("".join(letters[code] for code in written[LENGTH:]))

figure, axes = plt.subplots(figsize=(8, 3.5))
axes.plot(np.array(losses) / np.log(2))
axes.axhline(np.log2(len(letters)), color="gray", linestyle=":", label="all letters equally likely")
axes.set(xlabel="step", ylabel="bits a letter", title="A transformer learns to spell", ylim=(0, None))
axes.legend()
figure.tight_layout()
