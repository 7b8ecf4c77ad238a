"""Learns from which package a docstring comes: tf-idf features of real text, sparse, on three frameworks.

    python examples/sparse_text.py                 # jax, tensorflow and torch, whichever are installed
    python examples/sparse_text.py --steps 200 --picture words.png

The documents are the docstrings of NumPy, SciPy, scikit-learn and Matplotlib. Needs scikit-learn, Matplotlib and rich.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import statistics
import time
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer

import ops

MODULES = {
    "numpy": ("numpy", "numpy.linalg", "numpy.fft", "numpy.random", "numpy.polynomial.polynomial"),
    "scipy": ("scipy.stats", "scipy.signal", "scipy.optimize", "scipy.special", "scipy.linalg", "scipy.ndimage"),
    "sklearn": ("sklearn.metrics", "sklearn.linear_model", "sklearn.ensemble", "sklearn.cluster", "sklearn.datasets"),
    "matplotlib": ("matplotlib.pyplot", "matplotlib.axes", "matplotlib.colors", "matplotlib.patches"),
}
# Names that would tell the package.
NAMES = {"numpy", "np", "scipy", "sklearn", "scikit", "learn", "matplotlib", "plt", "pyplot", "mpl", "ndarray"}


def documents() -> tuple[list[str], np.ndarray[Any, Any]]:
    """Returns the docstrings of the packages' public functions and classes, and the number of each one's package."""
    found: dict[str, int] = {}
    for label, modules in enumerate(MODULES.values()):
        for name in modules:
            module = importlib.import_module(name)
            for value in (getattr(module, each, None) for each in dir(module) if not each.startswith("_")):
                text = inspect.getdoc(value) if callable(value) else None
                if text and len(text) > 200:
                    found.setdefault(text, label)
    return list(found), np.array(list(found.values()), "int32")


def features(texts: list[str]) -> tuple[Any, list[str]]:
    """Returns a sparse array of SciPy with a row for each text and a column for each word, and the words."""
    options: dict[str, Any] = {"min_df": 2, "sublinear_tf": True, "dtype": np.float32, "stop_words": sorted(NAMES)}
    vectorizer = TfidfVectorizer(token_pattern=r"[a-z]{2,}", **options)
    array = vectorizer.fit_transform([text.lower().replace("_", " ") for text in texts])
    return array, list(vectorizer.get_feature_names_out())


def loss(weights: dict[str, Any], x: Any, labels: Any) -> Any:
    """Returns the mean crossentropy of a linear classifier; x may be sparse or dense."""
    scores = ops.nn.dense(x, weights["kernel"], weights["bias"])
    return ops.mean(ops.nn.sparse_categorical_crossentropy(labels, scores, from_logits=True))


def accuracy(weights: dict[str, Any], x: Any, labels: Any) -> float:
    """Returns the share of rows with the highest score at their label."""
    scores = ops.nn.dense(x, weights["kernel"], weights["bias"])
    return float(ops.mean(ops.cast(ops.equal(ops.argmax(scores, axis=-1), labels), "float32")))


def step(weights: dict[str, Any], momenta: dict[str, Any], x: Any, labels: Any) -> tuple[Any, Any, Any]:
    """Returns the loss, and the weights and momenta after a step of gradient descent."""
    value, gradients = ops.value_and_grad(loss)(weights, x, labels)
    momenta = {name: 0.9 * momenta[name] + gradients[name] for name in weights}
    return value, {name: weights[name] - 2.0 * momenta[name] for name in weights}, momenta


def train(x: Any, labels: Any, steps: int, advance: Any) -> tuple[list[float], dict[str, Any], float]:
    """Returns the losses, the weights, and the median of the seconds that a step takes."""
    weights = {"kernel": ops.zeros((ops.shape(x)[1], len(MODULES))), "bias": ops.zeros((len(MODULES),))}
    momenta = {name: ops.zeros_like(value) for name, value in weights.items()}
    compiled = ops.jit(step)
    losses: list[float] = []
    seconds: list[float] = []
    for _ in range(steps):
        start = time.perf_counter()
        value, weights, momenta = compiled(weights, momenta, x, labels)
        losses.append(float(value))  # waits for the result
        seconds.append(time.perf_counter() - start)
        advance()
    return losses, weights, statistics.median(seconds)


def size(x: Any) -> int:
    """Returns the bytes of a tensor: of its coordinates and values, if it is sparse."""
    parts = (ops.sparse.indices(x), ops.sparse.values(x)) if ops.is_sparse(x) else (x,)
    return sum(ops.convert_to_numpy(part).nbytes for part in parts)


def draw(path: str, losses: dict[str, list[float]], weights: Any, words: list[str]) -> None:
    """Draws the losses, and the words with the largest weights for each package."""
    plt = importlib.import_module("matplotlib.pyplot")
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
    for (name, values), style in zip(losses.items(), ("-", "--", ":", "-."), strict=False):
        left.plot(values, style, label=name)
    left.set(xlabel="step", ylabel="loss", title="Training on sparse features")
    left.legend()
    for column, name in enumerate(MODULES):
        best = np.argsort(weights[:, column])[::-1][:8]
        right.text(column, 8.6, name, ha="center", weight="bold")
        for row, word in enumerate(best):
            right.text(column, 7.5 - row, words[word], ha="center")
    right.set(xlim=(-0.6, len(MODULES) - 0.4), ylim=(-0.5, 9.5), title="Words that tell the package")
    right.axis("off")
    figure.savefig(path)


def main() -> None:
    """Trains on each framework, with sparse and with dense features."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--picture", metavar="FILE")
    options = parser.parse_args()
    texts, labels = documents()
    array, words = features(texts)
    order = np.random.default_rng(0).permutation(len(texts))
    split = len(order) * 4 // 5
    console = Console()
    stored = array.nnz / (array.shape[0] * array.shape[1])
    console.print(f"{array.shape[0]} docstrings, {array.shape[1]} words, {stored:.2%} of the elements stored")
    table = Table("backend", "features", "MB", "ms a step", "loss", "accuracy on other docstrings")
    losses: dict[str, list[float]] = {}
    backends = [name for name in ("jax", "tensorflow", "torch") if name in ops.backends()]
    weights: Any = {}
    kernel: Any = None
    with Progress(console=console) as progress:
        for name in backends:
            for form in ("sparse", "dense"):
                task = progress.add_task(f"{name}, {form}", total=options.steps)
                with ops.use_backend(name):
                    x, other = (
                        ops.convert_to_tensor(array[rows], sparse=form == "sparse")
                        for rows in (order[:split], order[split:])
                    )
                    y, y_other = (ops.convert_to_tensor(labels[rows]) for rows in (order[:split], order[split:]))
                    values, weights, seconds = train(x, y, options.steps, lambda task=task: progress.advance(task))
                    right = accuracy(weights, other, y_other)
                    table.add_row(
                        name, form, f"{size(x) / 1e6:.1f}", f"{1000 * seconds:.1f}", f"{values[-1]:.6f}", f"{right:.1%}"
                    )
                    if form == "sparse":
                        losses[name] = values
                        kernel = ops.convert_to_numpy(weights["kernel"])
    console.print(table)
    first = next(iter(losses.values()))
    apart = max(float(np.max(np.abs(np.subtract(first, values)))) for values in losses.values())
    console.print(f"largest difference between the losses of the backends: {apart:.1e}")
    if options.picture:
        draw(options.picture, losses, kernel, words)


if __name__ == "__main__":
    main()
