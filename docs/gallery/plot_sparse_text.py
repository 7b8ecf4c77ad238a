"""
Text as sparse features
=======================

Which package does a docstring come from? A linear classifier learns it from the words of the docstrings of NumPy,
SciPy, scikit-learn and Matplotlib. Each docstring has a few hundred of 7,000 words, so the features are a sparse
tensor, and the same step runs on JAX, TensorFlow and PyTorch.
"""

import importlib
import inspect
import re

import matplotlib.pyplot as plt
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

import ops

PACKAGES = {
    "numpy": ("numpy", "numpy.linalg", "numpy.random", "numpy.polynomial.polynomial"),
    "scipy": ("scipy.stats", "scipy.signal", "scipy.optimize", "scipy.special", "scipy.linalg"),
    "sklearn": ("sklearn.metrics", "sklearn.linear_model", "sklearn.ensemble", "sklearn.cluster"),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.axes", "matplotlib.colors", "matplotlib.patches"),
}
NAMES = ["numpy", "np", "scipy", "sklearn", "scikit", "learn", "matplotlib", "plt", "pyplot", "mpl", "ndarray"]

found = {}
for label, modules in enumerate(PACKAGES.values()):
    for name in modules:
        for value in vars(importlib.import_module(name)).values():
            text = inspect.getdoc(value) if callable(value) else None
            if text and len(text) > 200:
                found.setdefault(re.sub("_", " ", text.lower()), label)
labels = np.array(list(found.values()), "int32")
vectorizer = TfidfVectorizer(token_pattern="[a-z]{2,}", min_df=2, sublinear_tf=True, stop_words=NAMES, dtype=np.float32)
features = vectorizer.fit_transform(found)  # a sparse array of SciPy
words = vectorizer.get_feature_names_out()
print(f"{features.shape[0]} docstrings, {features.shape[1]} words, {features.nnz / np.prod(features.shape):.1%} stored")

# %%
# The loss is the same for dense and for sparse features: `ops.nn.dense` multiplies a sparse tensor by the kernel.


def loss(weights, x, labels):
    scores = ops.nn.dense(x, weights["kernel"], weights["bias"])
    return ops.mean(ops.nn.sparse_categorical_crossentropy(labels, scores, from_logits=True))


def step(weights, momenta, x, labels):
    value, gradients = ops.value_and_grad(loss)(weights, x, labels)
    momenta = {name: 0.9 * momenta[name] + gradients[name] for name in weights}
    return value, {name: weights[name] - 2.0 * momenta[name] for name in weights}, momenta


# %%
# The framework's own sparse tensor is made of SciPy's array: a BCOO, a SparseTensor, a sparse COO tensor.

losses = {}
for backend in ("jax", "tensorflow", "torch"):
    with ops.use_backend(backend):
        x, y = ops.convert_to_tensor(features), ops.convert_to_tensor(labels)
        weights = {"kernel": ops.zeros((features.shape[1], len(PACKAGES))), "bias": ops.zeros((len(PACKAGES),))}
        momenta = {name: ops.zeros_like(value) for name, value in weights.items()}
        compiled = ops.jit(step)
        losses[backend] = []
        for _ in range(60):
            value, weights, momenta = compiled(weights, momenta, x, y)
            losses[backend].append(float(value))
        kernel = ops.convert_to_numpy(weights["kernel"])
    print(f"{backend}: {type(x).__name__}, loss {losses[backend][-1]:.6f}")

# %%

figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for (backend, values), style in zip(losses.items(), ("-", "--", ":"), strict=True):
    left.plot(values, style, label=backend)
left.set(xlabel="step", ylabel="loss", title="Training on sparse features")
left.legend()
for column, name in enumerate(PACKAGES):
    right.text(column, 8.6, name, ha="center", weight="bold")
    for row, word in enumerate(np.argsort(kernel[:, column])[::-1][:8]):
        right.text(column, 7.5 - row, words[word], ha="center")
right.set(xlim=(-0.6, 3.6), ylim=(-0.5, 9.5), title="Words that tell the package")
right.axis("off")
plt.show()
