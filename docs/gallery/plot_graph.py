"""
A graph saved on one framework and trained on another
=====================================================

A network is recorded and saved with PyTorch. Another process needs neither its source nor PyTorch: JAX loads the
file, trains it, and saves it again; OpenVINO runs the result.
"""

import tempfile
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

import ops

digits = load_digits()
images = (digits.images / 16).astype("float32").reshape(-1, 64)
train, test = slice(0, 1400), slice(1400, None)
folder = Path(tempfile.mkdtemp())

# %%
# PyTorch: a network with weights that are not trained yet.

with ops.use_backend("torch"):
    w1 = ops.Variable(ops.random.normal((64, 40), stddev=0.15, seed=1), name="w1")
    w2 = ops.Variable(ops.random.normal((40, 10), stddev=0.15, seed=2), name="w2")

    def network(x):
        return ops.nn.relu(x @ w1) @ w2

    graph = ops.make_graph(network, ops.SymbolicTensor((None, 64), "float32"))
    graph.save(folder / "untrained.ops")
print(graph)

# %%
# JAX: the constants of the graph are its weights.

losses = []
with ops.use_backend("jax"):
    loaded = ops.load_graph(folder / "untrained.ops")

    def loss(constants, x, y):
        return ops.mean(ops.nn.sparse_categorical_crossentropy(y, loaded.apply(constants, x), from_logits=True))

    step = ops.jit(ops.value_and_grad(loss))
    constants = loaded.constants
    x = ops.convert_to_tensor(images[train])
    y = ops.convert_to_tensor(digits.target[train].astype("int32"))
    for _ in range(300):
        value, gradients = step(constants, x, y)
        constants = {name: constants[name] - 0.5 * gradients[name] for name in constants}
        losses.append(float(value))
    loaded.constants = constants
    loaded.save(folder / "trained.ops")

# %%
# OpenVINO: the same file as one compiled model, next to the graph that was not trained.

accuracy = {}
with ops.use_backend("openvino"):
    for name in ("untrained", "trained"):
        run = ops.jit(ops.load_graph(folder / f"{name}.ops"))
        guesses = ops.convert_to_numpy(run(ops.convert_to_tensor(images[test]))).argmax(-1)
        accuracy[name] = float(np.mean(guesses == digits.target[test]))
        size = (folder / f"{name}.ops").stat().st_size
        print(f"{name}: {size} bytes, accuracy {accuracy[name]:.3f} on OpenVINO")

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), width_ratios=(2, 1))
left.plot(losses)
left.set(xlabel="step", ylabel="loss", title="Training on JAX")
bars = right.bar(list(accuracy), list(accuracy.values()), color=["tab:gray", "tab:blue"])
right.bar_label(bars, fmt="%.3f")
right.set(ylim=(0, 1.1), title="Accuracy on OpenVINO")
figure.tight_layout()
