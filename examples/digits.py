"""Reads handwritten digits: trains one network on every backend, then serves each one's weights on all of them.

The first part is the program that a user of `ops` would write: a model and its training, which name no framework. The
second part runs it on each installed backend, measures, and shows tables and a picture.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import importlib.util
import math
import os
import statistics
import sys
import time
import timeit
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import ops

# --- the model and its training

Tensor = Any  # of whichever backend is active
Array = np.ndarray[Any, Any]
Weights = dict[str, dict[str, Any]]

SEED = 0
EPOCHS = 20
BATCH = 64
PEAK_RATE = 0.05
MOMENTUM = 0.9


def network(weights: Weights, images: Tensor) -> Tensor:
    """Returns the logits, shape (batch, 10), of images, shape (batch, 8, 8, 1)."""
    x = images
    for layer in (weights["conv1"], weights["conv2"]):
        x = ops.relu(ops.conv(x, layer["kernel"], padding="same", bias=layer["bias"]))
    x = ops.reshape(ops.max_pool(x, 2), (-1, 4 * 4 * 32))
    return ops.nn.dense(x, weights["dense"]["kernel"], weights["dense"]["bias"])


def initial_weights() -> Weights:
    """He's initialization. NumPy draws it, so that all trainers start with the same numbers."""
    rng = np.random.default_rng(SEED)

    def layer(*shape: int) -> dict[str, Array]:
        deviation = math.sqrt(2 / math.prod(shape[:-1]))
        return {
            "kernel": rng.normal(0, deviation, shape).astype("float32"),
            "bias": np.zeros(shape[-1], "float32"),
        }

    return {"conv1": layer(3, 3, 1, 16), "conv2": layer(3, 3, 16, 32), "dense": layer(4 * 4 * 32, 10)}


@ops.value_and_grad
def loss_and_gradients(weights: Weights, images: Tensor, labels: Tensor) -> Tensor:
    """Returns the mean cross-entropy, and its gradients with respect to the weights."""
    logits = network(weights, images)
    return ops.mean(ops.sparse_categorical_crossentropy(labels, logits, from_logits=True))


def each(function: Callable[..., Any], *trees: Any) -> Any:
    """Applies the function to corresponding leaves of nested dicts."""
    if isinstance(trees[0], dict):
        return {key: each(function, *(tree[key] for tree in trees)) for key in trees[0]}
    return function(*trees)


@ops.jit
def train_step(
    weights: Weights, velocity: Weights, images: Tensor, labels: Tensor, rate: Tensor
) -> tuple[Tensor, Weights, Weights]:
    """Takes a step of gradient descent with momentum; returns the loss before it and the weights and velocity after."""
    loss, gradients = loss_and_gradients(weights, images, labels)
    velocity = each(lambda v, gradient: MOMENTUM * v - rate * gradient, velocity, gradients)
    return loss, each(ops.add, weights, velocity), velocity


def train(weights: Weights, images: Array, labels: Array, epochs: int) -> Iterator[tuple[Weights, float]]:
    """Trains on the active backend: yields the weights and the mean loss after each epoch."""
    weights = each(ops.convert_to_tensor, weights)
    velocity = each(ops.zeros_like, weights)
    rng = np.random.default_rng(SEED)
    for epoch in range(epochs):
        # A tensor: jit would treat a Python number as a constant, and recompile for the next one.
        rate = ops.convert_to_tensor(PEAK_RATE * (1 + math.cos(math.pi * epoch / epochs)) / 2)
        losses: list[Tensor] = []
        # Images that do not fill a batch are left out of this epoch, so that one shape is compiled once.
        for batch in rng.permutation(len(images))[: len(images) // BATCH * BATCH].reshape(-1, BATCH):
            x, y = ops.convert_to_tensor(images[batch]), ops.convert_to_tensor(labels[batch])
            loss, weights, velocity = train_step(weights, velocity, x, y, rate)
            losses.append(loss)
        yield weights, float(ops.convert_to_numpy(ops.mean(ops.stack(losses))))


# --- on every backend

LARGE = 256
BATCHES_SERVED = (1, LARGE)
CALLS_TIMED = 50
LEAST_ACCURACY = 0.97
LARGEST_DIFFERENCE = 1e-4
COLORS = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
)  # Okabe and Ito, for colour-blind readers
FOLDERS = {
    "numpy": "backend-numpy",
    "jax": "backend-jax",
    "tensorflow": "backend-tf",
    "torch": "backend-torch",
    "openvino": "backend-openvino",
}


@dataclass(frozen=True)
class Digits:
    """Images, float32 of shape (count, 8, 8, 1) from 0 to 1, and labels, int32."""

    train_images: Array
    test_images: Array
    train_labels: Array
    test_labels: Array


@dataclass
class Training:
    """The result of one trainer; the lists have an entry for each epoch."""

    weights: Weights
    losses: list[float] = field(default_factory=list[float])
    accuracies: list[float] = field(default_factory=list[float])
    seconds: list[float] = field(default_factory=list[float])


@dataclass(frozen=True)
class Service:
    """One set of weights on one server: logits of the test images, and seconds of a call by batch size."""

    logits: Array
    accuracy: float
    latencies: dict[int, float]


Trainings = dict[str, Training]
Services = dict[tuple[str, str], Service]  # by trainer and server


def load() -> Digits:
    """Loads the 1,797 digits of scikit-learn; 512 of them, two large batches, are for the test."""
    pixels, labels = load_digits(return_X_y=True)
    images = (pixels / 16).reshape(-1, 8, 8, 1).astype("float32")
    # Any: the type checker does not know that the results are arrays.
    split: Any = train_test_split(
        images, labels.astype("int32"), test_size=2 * LARGE, stratify=labels, random_state=SEED
    )
    return Digits(*split)


def predict_test_images(predict: Callable[[Tensor], Tensor], digits: Digits) -> tuple[Array, float]:
    """Returns the logits of all test images, computed in large batches, and their accuracy."""
    batches = np.split(digits.test_images, len(digits.test_images) // LARGE)
    logits = np.concatenate([ops.convert_to_numpy(predict(ops.convert_to_tensor(batch))) for batch in batches])
    return logits, float(np.mean(logits.argmax(axis=1) == digits.test_labels))


def run_training(digits: Digits, epochs: int, tell: Callable[[str], None]) -> Training:
    """Trains on the active backend, and tests after each epoch; the seconds do not include testing."""
    training = Training(initial_weights())
    tell(f"epoch 1 of {epochs}, compiling")
    start = time.perf_counter()
    for weights, loss in train(training.weights, digits.train_images, digits.train_labels, epochs):
        training.seconds.append(time.perf_counter() - start)
        training.weights = weights
        training.losses.append(loss)
        training.accuracies.append(predict_test_images(functools.partial(network, weights), digits)[1])
        tell(f"epoch {len(training.losses)} of {epochs}")
        start = time.perf_counter()
    return training


def run_service(digits: Digits, weights: Weights) -> Service:
    """Serves weights of any backend on the active one."""
    server = ops.backend()
    served = each(lambda weight: ops.to_backend(weight, server), weights)
    # Closed-over values are constants of a jitted function: compilers prepare them once, and calls do not pass them.
    predict = ops.jit(functools.partial(network, served))
    logits, accuracy = predict_test_images(predict, digits)
    latencies: dict[int, float] = {}
    for size in BATCHES_SERVED:
        images = ops.convert_to_tensor(digits.test_images[:size])
        ops.convert_to_numpy(predict(images))  # compiles
        calls = timeit.repeat(lambda x=images: ops.convert_to_numpy(predict(x)), number=1, repeat=CALLS_TIMED)
        latencies[size] = statistics.median(calls)
    return Service(logits, accuracy, latencies)


def run(console: Console, digits: Digits, names: Sequence[str], epochs: int) -> tuple[Trainings, Services]:
    """Trains and serves on all backends, with a progress bar, and prints a line after each part."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=len(names) * (epochs + 1 + len(names)))

        def tell(text: str) -> None:
            progress.update(bar, description=text, advance=1)

        trainings: Trainings = {}
        for name in names:
            start = time.perf_counter()
            with ops.use_backend(name):
                trainings[name] = run_training(digits, epochs, lambda text, name=name: tell(f"{name} trains, {text}"))
            console.print(f"{name} trained in {time.perf_counter() - start:.1f} s")

        services: Services = {}
        for trainer, training in trainings.items():
            start = time.perf_counter()
            for server in names:
                tell(f"{server} serves {trainer} weights")
                with ops.use_backend(server):
                    services[trainer, server] = run_service(digits, training.weights)
            console.print(f"{trainer} weights served on {len(names)} backends in {time.perf_counter() - start:.1f} s")
    return trainings, services


# --- as files


@dataclass(frozen=True)
class Exported:
    """One set of weights in one file, served by the format's own runtime, which does not use ops."""

    path: Path
    runtime: str
    size: int
    logits: Array
    accuracy: float
    latency: float


def file_size(path: Path) -> int:
    """Returns the bytes of a file or folder, with OpenVINO's file of weights."""
    files = path.rglob("*") if path.is_dir() else [path, *path.parent.glob(path.stem + ".bin")]
    return sum(file.stat().st_size for file in files if file.is_file())


def serve_openvino(path: Path) -> Callable[[Array], Array]:
    """OpenVINO's own runtime, in float32, because it chooses bfloat16 on some processors otherwise."""
    core: Any = importlib.import_module("openvino").Core()
    compiled = core.compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda images: compiled({"images": images})["output"]


def serve_onnx(path: Path) -> Callable[[Array], Array]:
    """ONNX Runtime."""
    session: Any = importlib.import_module("onnxruntime").InferenceSession(str(path))
    return lambda images: session.run(["output"], {"images": images})[0]


def serve_saved_model(path: Path) -> Callable[[Array], Array]:
    """TensorFlow, with the signature that TensorFlow Serving calls."""
    tf: Any = importlib.import_module("tensorflow")
    model = tf.saved_model.load(str(path))
    return lambda images: model.signatures["serving_default"](images=tf.constant(images))["output"].numpy()


def serve_torch(path: Path) -> Callable[[Array], Array]:
    """PyTorch."""
    torch: Any = importlib.import_module("torch")
    module = torch.export.load(str(path)).module()
    return lambda images: module(torch.from_numpy(images))[0].numpy(force=True)


def serve_stablehlo(path: Path) -> Callable[[Array], Array]:
    """JAX."""
    exported: Any = importlib.import_module("jax.export").deserialize(bytearray(path.read_bytes()))
    return lambda images: np.asarray(exported.call(images)[0])


# By format: the backend that writes it, the file's suffix, its runtime, and other packages that it needs.
RUNTIMES: dict[str, tuple[str, str, Callable[[Path], Callable[[Array], Array]], tuple[str, ...]]] = {
    "openvino": ("openvino", ".xml", serve_openvino, ()),
    "onnx": ("torch", ".onnx", serve_onnx, ("onnx", "onnxscript", "onnxruntime")),
    "saved_model": ("tensorflow", "", serve_saved_model, ()),
    "torch": ("torch", ".pt2", serve_torch, ()),
    "stablehlo": ("jax", ".stablehlo", serve_stablehlo, ("flatbuffers",)),
}


def run_export(
    console: Console, digits: Digits, trained: dict[str, Weights], names: Sequence[str], folder: Path
) -> dict[tuple[str, str], Exported]:
    """Exports each set of weights in each format that an installed framework writes, and serves the files."""
    exported: dict[tuple[str, str], Exported] = {}
    images = ops.SymbolicTensor((None, 8, 8, 1), "float32")
    for form, (writer, ending, serve, needed) in RUNTIMES.items():
        absent = [name for name in needed if importlib.util.find_spec(name) is None]
        if writer in names and absent:
            console.print(f"not exported as {form}: pip install {' '.join(absent)}", markup=False)
        if writer not in names or absent:
            continue
        for trainer, weights in trained.items():
            path = ops.export(network, weights, images, path=folder / f"digits-{trainer}{ending}", format=form)
            predict = serve(path)
            logits = predict(digits.test_images)
            accuracy = float(np.mean(logits.argmax(axis=1) == digits.test_labels))
            image = digits.test_images[:1]
            predict(image)
            seconds = statistics.median(timeit.repeat(lambda p=predict, x=image: p(x), number=1, repeat=CALLS_TIMED))
            runtime = {"onnx": "onnxruntime"}.get(form, writer)
            exported[trainer, form] = Exported(path, runtime, file_size(path), logits, accuracy, seconds)
    return exported


def exported_differences(
    exported: dict[tuple[str, str], Exported], services: Services, reference: str
) -> dict[tuple[str, str], float]:
    """Returns the largest absolute difference of a file's logits from the reference server's for the same weights."""
    return {
        (trainer, form): float(np.abs(file.logits - services[trainer, reference].logits).max())
        for (trainer, form), file in exported.items()
    }


def export_table(exported: dict[tuple[str, str], Exported], differ: dict[tuple[str, str], float]) -> Table:
    """Returns the table of the files with their accuracy and speed."""
    table = Table(Column("file", overflow="fold"), "served by", title="Exported", title_justify="left")
    for heading in ("kB", "test\naccuracy", "logits\ndiffer by", "ms, batch\nof 1"):
        table.add_column(heading, justify="right")
    for key, file in exported.items():
        figures = f"{file.size / 1e3:.0f}", f"{file.accuracy:.2%}", f"{differ[key]:.1e}", f"{file.latency * 1e3:.2f}"
        table.add_row(file.path.name, file.runtime, *figures)
    return table


# --- the results


def differences(services: Services, reference: str) -> dict[tuple[str, str], float]:
    """Returns the largest absolute difference of logits from the reference server's for the same weights."""
    return {
        (trainer, server): float(np.abs(service.logits - services[trainer, reference].logits).max())
        for (trainer, server), service in services.items()
    }


def training_table(trainings: Trainings) -> Table:
    """Returns the table of time and accuracy by trainer. The median is without the first epoch, which compiles."""
    table = Table("trainer", title="Training", title_justify="left")
    for heading in (
        "first epoch\n(compiles)",
        "seconds\nper epoch",
        "loss in the\nlast epoch",
        "test\naccuracy",
    ):
        table.add_column(heading, justify="right")
    for name, training in trainings.items():
        first, *others = training.seconds
        usual = f"{statistics.median(others):.3f}" if others else "-"
        table.add_row(name, f"{first:.1f} s", usual, f"{training.losses[-1]:.4f}", f"{training.accuracies[-1]:.2%}")
    return table


def service_table(services: Services, reference: str) -> Table:
    """Returns the table of accuracy, agreement and speed by trainer and server."""
    table = Table("weights", "server", title="Serving", title_justify="left")
    latencies = [f"ms, batch\nof {size}" for size in BATCHES_SERVED]
    for heading in ("test\naccuracy", f"logits differ\nfrom {reference}'s", *latencies):
        table.add_column(heading, justify="right")
    differ = differences(services, reference)
    previous = None
    for (trainer, server), service in services.items():
        if trainer != previous:
            table.add_section()
        table.add_row(
            trainer if trainer != previous else "",
            server,
            f"{service.accuracy:.2%}",
            f"{differ[trainer, server]:.1e}" if server != reference else "-",
            *(f"{service.latencies[size] * 1e3:.2f}" for size in BATCHES_SERVED),
        )
        previous = trainer
    return table


def shortcomings(trainings: Trainings, services: Services, reference: str, epochs: int) -> list[str]:
    """Returns a line for each failure. Accuracy is checked only after the default number of epochs."""
    return [
        f"{name} reaches {training.accuracies[-1]:.2%} test accuracy, below {LEAST_ACCURACY:.0%}"
        for name, training in trainings.items()
        if epochs >= EPOCHS and training.accuracies[-1] < LEAST_ACCURACY
    ] + [
        f"a logit of {trainer}'s weights on {server} differs by {difference:.1e} from {reference}'s, "
        f"more than {LARGEST_DIFFERENCE:.0e}"
        for (trainer, server), difference in differences(services, reference).items()
        if not difference <= LARGEST_DIFFERENCE  # so that NaN is a failure
    ]


def draw(trainings: Trainings, services: Services, path: Path) -> None:
    """Draws the learning curves and the latencies."""
    figure = Figure(figsize=(15 if trainings else 6, 4.5), layout="constrained", dpi=120)
    axes: list[Axes] = list(figure.subplots(1, 3 if trainings else 1, squeeze=False)[0])
    draw_latencies(axes[-1], services)
    if trainings:
        draw_curves(axes[0], {name: training.losses for name, training in trainings.items()})
        axes[0].set(title="Training loss", yscale="log", ylabel="mean cross-entropy")
        draw_curves(axes[1], {name: training.accuracies for name, training in trainings.items()})
        axes[1].set(title="Accuracy on the test images", ylabel="accuracy")
        axes[1].axhline(LEAST_ACCURACY, color="0.4", linestyle=":", label=f"{LEAST_ACCURACY:.0%}, the minimum")
        axes[1].yaxis.set_major_formatter(PercentFormatter(1, decimals=1))
        axes[1].legend()
    figure.savefig(path)


def draw_curves(axes: Axes, curves: dict[str, list[float]]) -> None:
    """Draws a line for each trainer. The lines are close to each other: thinner lines are above thicker ones."""
    for i, (name, values) in enumerate(curves.items()):
        axes.plot(
            range(1, len(values) + 1), values, color=COLORS[i], linewidth=2 + 2 * (len(curves) - 1 - i), label=name
        )
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.grid(alpha=0.3)
    axes.legend()


def draw_latencies(axes: Axes, services: Services) -> None:
    """Draws a point for each batch size and set of weights, whose times differ only by noise."""
    servers = list(dict.fromkeys(server for _, server in services))
    for size, color, marker in zip(BATCHES_SERVED, COLORS, "os", strict=False):
        axes.plot(
            [service.latencies[size] * 1e3 for service in services.values()],
            [servers.index(server) for _, server in services],
            marker,
            color=color,
            alpha=0.7,
            label=f"batch of {size}",
        )
    axes.set(title="Time of a jitted forward pass", xscale="log", xlabel="milliseconds, median")
    axes.set_yticks(range(len(servers)), servers)
    axes.set_ylim(len(servers), -0.5)  # the last row is the legend's
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower center", ncols=len(BATCHES_SERVED))


# --- the command


def arguments() -> argparse.ArgumentParser:
    """Returns the parser of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--backends", nargs="+", metavar="NAME", help="separated by spaces or commas; default: all that are installed"
    )
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="default: %(default)s")
    parser.add_argument(
        "--picture", type=Path, default=Path("digits.png"), metavar="FILE", help="to write; default: %(default)s"
    )
    parser.add_argument(
        "--export", type=Path, metavar="FOLDER", help="write the trained networks there, and serve the files"
    )
    return parser


def load_backends(asked: Sequence[str]) -> list[str]:
    """Imports the frameworks and returns the names in the order of the tables; BackendError if an import fails."""
    names: set[str] = set()
    for name in sorted(asked, key=lambda name: name != "torch"):  # tensorflow imported before torch can crash both
        with ops.use_backend(name):
            names.add(ops.backend())  # the full name of an abbreviation
    order = list(FOLDERS)
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def missing(installed: Sequence[str]) -> str | None:
    """Returns the backends that are not installed, with the command that installs them from this repository."""
    absent = [name for name in FOLDERS if name not in installed]
    if not absent:
        return None
    folders = " ".join(f"./packages/{FOLDERS[name]}" for name in absent)
    command = f'pip install ./packages/common {folders} "./packages/ops[{",".join(absent)}]"'
    return f"not installed: {', '.join(absent)}; to add: {command}"


def main() -> int:
    """Runs the command. The exit code is 1 if a check of the results fails."""
    parser = arguments()
    options = parser.parse_args()
    if options.epochs < 1:
        parser.error(f"--epochs must be at least 1; got {options.epochs}")
    if not options.picture.absolute().parent.is_dir():
        parser.error(f"there is no folder for --picture {options.picture}")
    if options.backends is None:
        asked = list(ops.backends())
        absent = missing(asked)
    else:
        asked = [name for word in options.backends for name in word.split(",") if name]
        absent = None
    if not asked:
        parser.error(absent or "--backends takes names")

    console = Console(highlight=False)
    # Waiting threads sleep: on shared cores, spinning threads delay the thread that they wait for.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        with console.status(f"importing {', '.join(asked)}"):
            names = load_backends(asked)
    except ops.BackendError as error:
        parser.error(str(error))
    if absent:
        console.print(absent, soft_wrap=True, markup=False)

    reference = "numpy" if "numpy" in names else names[0]
    trainings, services = run(console, load(), names, options.epochs)
    console.print()
    console.print(training_table(trainings))
    console.print(service_table(services, reference))
    failures = shortcomings(trainings, services, reference, options.epochs)
    if options.export is not None:
        trained = {name: training.weights for name, training in trainings.items()}
        exported = run_export(console, load(), trained, names, options.export)
        differ = exported_differences(exported, services, reference)
        console.print(export_table(exported, differ))
        failures += [
            f"a logit of {exported[key].path.name} differs by {difference:.1e} from {reference}'s, "
            f"more than {LARGEST_DIFFERENCE:.0e}"
            for key, difference in differ.items()
            if not difference <= LARGEST_DIFFERENCE
        ]
    draw(trainings, services, options.picture)
    console.print(f"wrote {options.picture}", soft_wrap=True, markup=False)
    for failure in failures:
        console.print(f"check failed: {failure}", style="bold red", soft_wrap=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
