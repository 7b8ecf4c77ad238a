"""
Handwritten digits on five backends
===================================

A small network learns to read the handwritten digits of scikit-learn. The same code runs on every backend; on
OpenVINO and NumPy, `ops` itself computes the gradients.
"""

import time

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ops

BACKENDS = [name for name in ("numpy", "jax", "tensorflow", "torch", "openvino") if name in ops.backends()]

digits = load_digits()
images = (digits.images / 16).astype("float32").reshape(-1, 64)
order = np.random.default_rng(0).permutation(len(images))
train, test = order[:1400], order[1400:]


# %%
# The network and one step of gradient descent with momentum, in functions of tensors.


def logits(weights, x):
    hidden = ops.nn.relu(x @ weights["w1"] + weights["b1"])
    return hidden @ weights["w2"] + weights["b2"]


def loss(weights, x, y):
    return ops.mean(ops.nn.sparse_categorical_crossentropy(y, logits(weights, x), from_logits=True))


def step(weights, speed, x, y):
    value, gradients = ops.value_and_grad(loss)(weights, x, y)
    speed = {key: 0.9 * speed[key] - 0.1 * gradients[key] for key in speed}
    return value, {key: weights[key] + speed[key] for key in weights}, speed


# %%
# Training on one backend. With portable random numbers, every backend starts from the same weights.


def trained(backend):
    with ops.use_backend(backend), ops.random.portable():
        weights = {
            "w1": ops.random.normal((64, 48), stddev=0.15, seed=1),
            "b1": ops.zeros(48),
            "w2": ops.random.normal((48, 10), stddev=0.15, seed=2),
            "b2": ops.zeros(10),
        }
        speed = {key: ops.zeros_like(value) for key, value in weights.items()}
        compiled = step if backend == "torch" else ops.jit(step)
        shuffled, losses = np.random.default_rng(1), []
        start = time.perf_counter()
        for _ in range(6):
            for batch in shuffled.permutation(train).reshape(-1, 100):
                x = ops.convert_to_tensor(images[batch])
                y = ops.convert_to_tensor(digits.target[batch].astype("int32"))
                value, weights, speed = compiled(weights, speed, x, y)
                losses.append(float(ops.convert_to_numpy(value)))
        seconds = time.perf_counter() - start
        guesses = ops.convert_to_numpy(ops.argmax(logits(weights, ops.convert_to_tensor(images[test])), -1))
    return losses, guesses, seconds


results = {backend: trained(backend) for backend in BACKENDS}
for backend, (losses, guesses, seconds) in results.items():
    accuracy = np.mean(guesses == digits.target[test])
    print(f"{backend:11} loss {losses[-1]:.4f}  accuracy {accuracy:.3f}  {seconds:5.1f} s")

# %%
# The losses coincide: all backends compute the same numbers, up to rounding.

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), width_ratios=(3, 2))
for place, (backend, (losses, _, seconds)) in enumerate(results.items()):
    left.plot(losses, label=f"{backend}, {seconds:.1f} s", linewidth=2 * len(results) - 2 * place, alpha=0.6)
left.set(xlabel="step", ylabel="loss", yscale="log", title="Training loss")
left.legend()
guesses = results[BACKENDS[0]][1]
rows = [[digits.images[test[5 * row + column]] for column in range(5)] for row in range(3)]
right.imshow(np.block(rows), cmap="gray_r")
right.set(title=" ".join(str(guess) for guess in guesses[:15]), xticks=[], yticks=[])
figure.tight_layout()
