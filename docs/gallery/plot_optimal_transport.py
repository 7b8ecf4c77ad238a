"""
Colour transfer by optimal transport
====================================

The colours of one photograph are carried to another one. Sinkhorn's algorithm finds the plan that moves one set of
colours to the other at the least cost; it is a loop of two `logsumexp`.
"""

import math
import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_sample_image

import ops

ops.set_backend("jax")

COLOURS, SHARPNESS = 500, 0.01
images = [load_sample_image(name)[::4, ::4].astype("float32") / 255 for name in ("china.jpg", "flower.jpg")]
rng = np.random.default_rng(0)
source, target = (ops.convert_to_tensor(rng.permutation(image.reshape(-1, 3))[:COLOURS]) for image in images)


def squared_distances(x, y):
    return ops.sum(ops.square(x[:, None, :] - y[None, :, :]), axis=-1)


@ops.jit
def plan(source, target):
    """Returns how much of each source colour goes to each target colour."""
    cost = squared_distances(source, target) / SHARPNESS
    uniform = -math.log(COLOURS)

    def improved(_, potentials):
        f, g = potentials
        f = uniform - ops.logsumexp(g[None, :] - cost, axis=1)
        g = uniform - ops.logsumexp(f[:, None] - cost, axis=0)
        return f, g

    f, g = ops.fori_loop(0, 200, improved, (ops.zeros(COLOURS), ops.zeros(COLOURS)))
    return ops.exp(f[:, None] + g[None, :] - cost)


start = time.perf_counter()
transport = plan(source, target)
moved = (transport @ target) / ops.sum(transport, axis=1, keepdims=True)
print(f"plan of {COLOURS} by {COLOURS} colours in {time.perf_counter() - start:.1f} s")
print("its rows and columns sum to", float(ops.sum(transport)))


@ops.jit
def recoloured(pixels, source, moved):
    """Moves each pixel as the nearest sampled colours move."""
    weights = ops.nn.softmax(-squared_distances(pixels, source) / 0.002, axis=-1)
    return ops.clip(pixels + weights @ (moved - source), 0, 1)


pixels = images[0].reshape(-1, 3)
parts = [
    ops.convert_to_numpy(recoloured(ops.convert_to_tensor(part), source, moved)) for part in np.array_split(pixels, 4)
]
result = np.concatenate(parts).reshape(images[0].shape)
figure, places = plt.subplots(1, 3, figsize=(10, 2.8))
for place, image, title in zip(places, (*images, result), ("photograph", "colours", "result"), strict=True):
    place.imshow(image)
    place.set_title(title)
    place.axis("off")
figure.tight_layout()
