"""Whole networks written with `ops`, compared with the same networks in each framework and in keras's layers.

The digits network (batch of 64) and a transformer of two layers (batch 8, length 128, width 256), forward without jit,
forward with the framework's own jit, and value and gradients with it; and the latency of one row on every backend.

Run as a script with a backend's name, a network's name and a number of rounds, it measures that network there.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker
from ops_common.tensors import trees

BACKENDS = ("jax", "tensorflow", "torch", "openvino")
NETWORKS = ("digits", "transformer")
WORKS = ("eager", "jit", "gradients", "one row")
# The time of ops over that of the network by hand, at most.
AT_MOST = {"eager": 1.15, "jit": 1.05, "gradients": 1.05}
BATCH, LENGTH, WIDTH, HEADS, LAYERS = 8, 128, 256, 8, 2
EPSILON = 1e-5

Weights = Any
Work = Callable[..., Any]


# --- the networks -----------------------------------------------------------------------------------------------------


def transformer_weights() -> Weights:
    """Arrays by layer and name."""
    rng = np.random.default_rng(0)

    def dense(rows: int, columns: int) -> Any:
        return (rng.normal(size=(rows, columns)) / np.sqrt(rows)).astype(np.float32)

    return [
        {
            **{name: np.ones(WIDTH, np.float32) for name in ("scale1", "scale2")},
            **{name: np.full(WIDTH, 0.1, np.float32) for name in ("shift1", "shift2")},
            **{name: dense(WIDTH, WIDTH) for name in ("query", "key", "value", "out")},
            "up": dense(WIDTH, 4 * WIDTH),
            "down": dense(4 * WIDTH, WIDTH),
        }
        for _ in range(LAYERS)
    ]


def transformer(layers: Weights, x: Any) -> Any:
    """With ops: two layers, each with normalization before attention and before two dense layers."""
    import ops

    for w in layers:
        y = ops.layer_normalization(x, w["scale1"], w["shift1"], epsilon=EPSILON)
        heads = [
            ops.reshape(ops.matmul(y, w[name]), (-1, LENGTH, HEADS, WIDTH // HEADS))
            for name in ("query", "key", "value")
        ]
        attended = ops.reshape(ops.dot_product_attention(*heads), (-1, LENGTH, WIDTH))
        x = ops.add(x, ops.matmul(attended, w["out"]))
        y = ops.layer_normalization(x, w["scale2"], w["shift2"], epsilon=EPSILON)
        x = ops.add(x, ops.matmul(ops.gelu(ops.matmul(y, w["up"])), w["down"]))
    return x


class _Problem:
    """A network's weights and data as arrays, and its forward function in ops."""

    def __init__(self, name: str) -> None:
        rng = np.random.default_rng(1)
        self.name = name
        if name == "transformer":
            self.weights, self.forward = transformer_weights(), transformer
            self.x = rng.normal(size=(BATCH, LENGTH, WIDTH)).astype(np.float32)
            self.labels: Any = None
        else:
            digits: Any = importlib.import_module("examples.digits")
            data = digits.load()
            self.weights = digits.each(lambda array: array + np.float32(0.01), digits.initial_weights())
            self.forward = digits.network
            self.x, self.labels = data.train_images[:64], data.train_labels[:64]


# --- by hand ----------------------------------------------------------------------------------------------------------


def _jax(problem: _Problem) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    import jax
    import jax.numpy as jnp
    from jax import lax

    def digits(w: Any, x: Any) -> Any:
        for layer in (w["conv1"], w["conv2"]):
            layout = ("NHWC", "HWIO", "NHWC")
            x = lax.conv_general_dilated(x, layer["kernel"], (1, 1), "SAME", dimension_numbers=layout)
            x = jax.nn.relu(x + layer["bias"])
        x = lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
        return x.reshape(-1, 4 * 4 * 32) @ w["dense"]["kernel"] + w["dense"]["bias"]

    def normalized(x: Any, scale: Any, shift: Any) -> Any:
        mean = x.mean(-1, keepdims=True)
        return (x - mean) * lax.rsqrt(x.var(-1, keepdims=True) + EPSILON) * scale + shift

    def transformer(layers: Any, x: Any) -> Any:
        for w in layers:
            y = normalized(x, w["scale1"], w["shift1"])
            heads = [(y @ w[k]).reshape(-1, LENGTH, HEADS, WIDTH // HEADS) for k in ("query", "key", "value")]
            x = x + jax.nn.dot_product_attention(*heads).reshape(-1, LENGTH, WIDTH) @ w["out"]
            x = x + jax.nn.gelu(normalized(x, w["scale2"], w["shift2"]) @ w["up"]) @ w["down"]
        return x

    forward = transformer if problem.name == "transformer" else digits
    labels = None if problem.labels is None else jnp.asarray(problem.labels)

    def loss(w: Any, x: Any) -> Any:
        y = forward(w, x)
        if labels is None:
            return jnp.mean(y * y)
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(y), labels[:, None], 1))

    arguments = jax.tree.map(jnp.asarray, (problem.weights, problem.x))
    return {
        "eager": (forward, arguments),
        "jit": (jax.jit(forward), arguments),
        "gradients": (jax.jit(jax.value_and_grad(loss)), arguments),
    }


def _tensorflow(problem: _Problem) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    tf: Any = importlib.import_module("tensorflow")

    def digits(w: Any, x: Any) -> Any:
        for layer in (w["conv1"], w["conv2"]):
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, layer["kernel"], 1, "SAME"), layer["bias"]))
        x = tf.reshape(tf.nn.max_pool2d(x, 2, 2, "VALID"), (-1, 4 * 4 * 32))
        return tf.matmul(x, w["dense"]["kernel"]) + w["dense"]["bias"]

    def normalized(x: Any, scale: Any, shift: Any) -> Any:
        mean, variance = tf.nn.moments(x, -1, keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, shift, scale, EPSILON)

    def transformer(layers: Any, x: Any) -> Any:
        for w in layers:
            y = normalized(x, w["scale1"], w["shift1"])
            query, key, value = (
                tf.transpose(tf.reshape(y @ w[k], (-1, LENGTH, HEADS, WIDTH // HEADS)), (0, 2, 1, 3))
                for k in ("query", "key", "value")
            )
            scores = tf.nn.softmax(tf.matmul(query, key, transpose_b=True) * (WIDTH // HEADS) ** -0.5)
            attended = tf.reshape(tf.transpose(scores @ value, (0, 2, 1, 3)), (-1, LENGTH, WIDTH))
            x = x + attended @ w["out"]
            y = normalized(x, w["scale2"], w["shift2"])
            x = x + tf.nn.gelu(y @ w["up"], approximate=True) @ w["down"]
        return x

    forward = transformer if problem.name == "transformer" else digits

    def loss(w: Any, x: Any) -> Any:
        y = forward(w, x)
        if problem.labels is None:
            return tf.reduce_mean(y * y)
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(problem.labels, y))

    @tf.function
    def gradients(w: Any, x: Any) -> Any:
        leaves = tf.nest.flatten(w)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(leaves)
            value = loss(w, x)
        return value, tape.gradient(value, leaves)

    arguments = tf.nest.map_structure(tf.constant, (problem.weights, problem.x))
    return {
        "eager": (forward, arguments),
        "jit": (tf.function(forward), arguments),
        "gradients": (gradients, arguments),
    }


def _torch(problem: _Problem) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    import torch
    from torch.nn import functional

    def digits(w: Any, x: Any) -> Any:
        x = x.permute(0, 3, 1, 2)
        for layer in (w["conv1"], w["conv2"]):
            x = functional.relu(functional.conv2d(x, layer["kernel"], layer["bias"], padding=1))
        x = functional.max_pool2d(x, 2).flatten(1)
        return functional.linear(x, w["dense"]["kernel"], w["dense"]["bias"])

    def transformer(layers: Any, x: Any) -> Any:
        for w in layers:
            y = functional.layer_norm(x, (WIDTH,), w["scale1"], w["shift1"], EPSILON)
            heads = [
                (y @ w[k]).view(-1, LENGTH, HEADS, WIDTH // HEADS).transpose(1, 2) for k in ("query", "key", "value")
            ]
            attended = functional.scaled_dot_product_attention(*heads).transpose(1, 2).reshape(-1, LENGTH, WIDTH)
            x = x + attended @ w["out"]
            y = functional.layer_norm(x, (WIDTH,), w["scale2"], w["shift2"], EPSILON)
            x = x + functional.gelu(y @ w["up"], approximate="tanh") @ w["down"]
        return x

    def tensors(tree: Any) -> Any:
        if isinstance(tree, dict):
            return {key: tensors(item) for key, item in tree.items()}
        return [tensors(item) for item in tree] if isinstance(tree, list) else torch.tensor(np.ascontiguousarray(tree))

    weights, forward = problem.weights, transformer
    if problem.name == "digits":  # torch's layout of weights: channels first
        forward = digits
        order = weights["dense"]["kernel"].reshape(4, 4, 32, -1).transpose(3, 2, 0, 1).reshape(-1, 4 * 4 * 32)
        weights = {
            **{
                name: {"kernel": weights[name]["kernel"].transpose(3, 2, 0, 1), "bias": weights[name]["bias"]}
                for name in ("conv1", "conv2")
            },
            "dense": {"kernel": order, "bias": weights["dense"]["bias"]},
        }
    arguments = tensors(weights), tensors(problem.x)
    labels = None if problem.labels is None else torch.tensor(problem.labels).long()

    @torch.compile
    def loss(w: Any, x: Any) -> Any:
        y = forward(w, x)
        return torch.mean(y * y) if labels is None else functional.cross_entropy(y, labels)

    trained = tensors(weights)
    leaves = trees.leaves(trained, lambda leaf: True)
    for leaf in leaves:
        leaf.requires_grad_()

    def gradients(w: Any, x: Any) -> Any:
        value = loss(w, x)
        return value, torch.autograd.grad(value, leaves)

    compiled = torch.compile(forward)
    return {
        "eager": (forward, arguments),
        "jit": (compiled, arguments),
        "gradients": (gradients, (trained, arguments[1])),
    }


def _openvino(problem: _Problem, batch: int | None = None) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    import openvino.opset15 as opset

    from benchmarks import serving

    ov: Any = importlib.import_module("openvino")
    x = problem.x if batch is None else problem.x[:batch]
    if problem.name == "digits":
        return {"jit": (serving.network_by_hand(problem.weights, len(x)).infer, ([x],))}
    start = opset.parameter(x.shape, ov.Type.f32)
    y: Any = start
    count, depth = len(x), WIDTH // HEADS

    def normalized(x: Any, scale: Any, shift: Any) -> Any:
        return opset.add(opset.multiply(opset.mvn(x, [-1], True, EPSILON, "inside_sqrt"), scale), shift)

    def product(x: Any, w: Any) -> Any:
        return opset.matmul(x, w, False, False)

    for w in problem.weights:
        z = normalized(y, w["scale1"], w["shift1"])
        heads = [
            opset.transpose(opset.reshape(product(z, w[k]), [count, LENGTH, HEADS, depth], False), [0, 2, 1, 3])
            for k in ("query", "key", "value")
        ]
        attended = opset.transpose(opset.scaled_dot_product_attention(*heads), [0, 2, 1, 3])
        y = opset.add(y, product(opset.reshape(attended, [count, LENGTH, WIDTH], False), w["out"]))
        hidden = opset.gelu(product(normalized(y, w["scale2"], w["shift2"]), w["up"]), "tanh")
        y = opset.add(y, product(hidden, w["down"]))
    request = ov.Core().compile_model(ov.Model([y], [start]), "CPU", serving.HAND).create_infer_request()
    return {"jit": (request.infer, ([x],))}


# --- keras, in its layers ---------------------------------------------------------------------------------------------


def _keras(problem: _Problem, backend: str) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    keras: Any = importlib.import_module("keras")
    layers = keras.layers
    start = keras.Input(problem.x.shape[1:])
    y: Any = start
    if problem.name == "digits":
        for filters in (16, 32):
            y = layers.Conv2D(filters, 3, padding="same", activation="relu")(y)
        y = layers.Dense(10)(layers.Flatten()(layers.MaxPooling2D(2)(y)))
    else:
        for _ in range(LAYERS):
            z = layers.LayerNormalization(epsilon=EPSILON)(y)
            y = y + layers.MultiHeadAttention(HEADS, WIDTH // HEADS, use_bias=False)(z, z)
            z = layers.LayerNormalization(epsilon=EPSILON)(y)
            hidden = layers.Dense(4 * WIDTH, use_bias=False, activation=keras.activations.gelu)(z)
            y = y + layers.Dense(WIDTH, use_bias=False)(hidden)
    model = keras.Model(start, y)
    x = keras.ops.convert_to_tensor(problem.x)
    labels = None if problem.labels is None else keras.ops.convert_to_tensor(problem.labels)

    def loss(y: Any) -> Any:
        if labels is None:
            return keras.ops.mean(y * y)
        return keras.ops.mean(keras.ops.sparse_categorical_crossentropy(labels, y, from_logits=True))

    if backend == "jax":
        import jax

        state = [v.value for v in model.trainable_variables], [v.value for v in model.non_trainable_variables]

        def stateless(trainable: Any, others: Any, x: Any) -> Any:
            return model.stateless_call(trainable, others, x)[0]

        def value(trainable: Any, others: Any, x: Any) -> Any:
            return loss(stateless(trainable, others, x))

        compiled, gradients = jax.jit(stateless), jax.jit(jax.value_and_grad(value))
        return {"eager": (model, (x,)), "jit": (compiled, (*state, x)), "gradients": (gradients, (*state, x))}
    if backend == "tensorflow":
        tf: Any = importlib.import_module("tensorflow")

        @tf.function
        def gradients_of(x: Any) -> Any:
            with tf.GradientTape() as tape:
                result = loss(model(x))
            return result, tape.gradient(result, [v.value for v in model.trainable_variables])

        return {"eager": (model, (x,)), "jit": (tf.function(model), (x,)), "gradients": (gradients_of, (x,))}
    import torch

    whole = torch.compile(lambda x: loss(model(x)))
    parameters = [v.value for v in model.trainable_variables]

    def gradients_by(x: Any) -> Any:
        result = whole(x)
        return result, torch.autograd.grad(result, parameters)

    def plain(x: Any) -> Any:
        with torch.no_grad():
            return model(x)

    return {"eager": (plain, (x,)), "jit": (torch.compile(plain), (x,)), "gradients": (gradients_by, (x,))}


# --- in the worker ----------------------------------------------------------------------------------------------------


def _ours(problem: _Problem, backend: str) -> dict[str, tuple[Work, tuple[Any, ...]]]:
    ops: Any = importlib.import_module("ops")
    digits: Any = importlib.import_module("examples.digits")
    ops.set_backend(backend)

    def tensors(tree: Any) -> Any:
        if isinstance(tree, list):
            return [tensors(item) for item in tree]
        return digits.each(ops.convert_to_tensor, tree)

    arguments = tensors(problem.weights), ops.convert_to_tensor(problem.x)
    labels = None if problem.labels is None else ops.convert_to_tensor(problem.labels)

    def loss(w: Any, x: Any) -> Any:
        y = problem.forward(w, x)
        if labels is None:
            return ops.mean(y * y)
        return ops.mean(ops.sparse_categorical_crossentropy(labels, y, from_logits=True))

    if backend == "openvino":
        served = ops.jit(lambda x: problem.forward(arguments[0], x))
        return {
            "jit": (lambda x: served(x).numpy(), (arguments[1],)),
            "one row": (lambda x: served(x).numpy(), (arguments[1][:1],)),
        }
    works = {"eager": (problem.forward, arguments), "jit": (ops.jit(problem.forward), arguments)}
    works["gradients"] = ops.jit(ops.value_and_grad(loss)), arguments
    works["one row"] = ops.jit(problem.forward), (arguments[0], arguments[1][:1])
    return works


_OWN: dict[str, Callable[[_Problem], dict[str, tuple[Work, tuple[Any, ...]]]]] = {
    "jax": _jax,
    "tensorflow": _tensorflow,
    "torch": _torch,
    "openvino": _openvino,
}


def measure(backend: str, network: str, rounds: int) -> dict[str, Any]:
    """Returns the samples by work and contender, and the reasons for missing ones."""
    problem = _Problem(network)
    missing: dict[str, dict[str, str]] = {"own": {}, "ops": {}, "keras": {}}
    contenders: dict[str, dict[str, tuple[Work, tuple[Any, ...]]]] = {"ops": _ours(problem, backend)}
    contenders["own"] = _OWN[backend](problem)
    if backend != "openvino":
        try:
            contenders["keras"] = _keras(problem, backend)
        except Exception as error:
            missing["keras"] = dict.fromkeys(WORKS, worker.reason(error))
    if backend == "openvino":
        contenders["own"]["one row"] = _openvino(problem, 1)["jit"]
    else:
        function, (weights, x) = contenders["own"]["jit"]
        contenders["own"]["one row"] = function, (weights, x[:1])
    drain = timing.drain_of(backend)
    times: dict[str, Any] = {}
    for done, work in enumerate(WORKS):
        loops: dict[str, timing.Loop] = {}
        results: dict[str, Any] = {}
        for name, works in contenders.items():
            if work not in works:
                continue
            function, arguments = works[work]
            scope = {"f": function, **{f"a{i}": item for i, item in enumerate(arguments)}}
            run = timing.loop(f"f({', '.join(f'a{i}' for i in range(len(arguments)))})", scope)
            try:
                results[name] = drain(run(1))
                loops[name] = run
            except Exception as error:
                missing[name][work] = worker.reason(error)
        if work in ("eager", "jit") and "own" in results and "ops" in results:  # the same network
            np.testing.assert_allclose(_array(results["ops"]), _array(results["own"]), rtol=1e-3, atol=1e-3)
        times[work] = timing.interleave({**loops}, rounds, sample=1e-2, drain=drain)
        worker.tell(done + 1, len(WORKS))
    return {"times": times, "missing": missing}


def _array(result: Any) -> Any:
    if isinstance(result, np.ndarray):
        return result
    detach = getattr(result, "detach", None)
    return np.asarray(result if detach is None else detach()) if not hasattr(result, "values") else result[0]


# --- in the parent ----------------------------------------------------------------------------------------------------


def run(backends: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Measures each network on each backend in its own process."""
    results: dict[str, Any] = {"networks": {}, "failed": {}, "targets": []}
    rounds = "15" if quick else "60"
    for network in NETWORKS:
        measured, failed = worker.run_each(
            "networks.py", [name for name in BACKENDS if name in backends], (network, rounds), network, progress
        )
        results["failed"] |= {f"{network}, {name}": reason for name, reason in failed.items()}
        for backend, result in measured.items():
            by = {work: timing.compared(times) for work, times in result["times"].items() if times}
            results["networks"].setdefault(network, {})[backend] = {"works": by, "missing": result["missing"]}
            for work, at_most in AT_MOST.items():
                if "over own" in by.get(work, {}):
                    what = f"{network}, {work} on {backend}, over by hand"
                    results["targets"].append(report.target(what, by[work]["over own"], at_most))
    return results


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints a table for each network, and the targets."""
    for network, by in results["networks"].items():
        table = report.table(f"The {network} network", ["backend", "work", "ops us", "/ by hand", "/ keras"])
        for backend, result in by.items():
            for work, times in result["works"].items():
                keys = ("over own", "over keras")
                ratios = [report.number(times[key]) if key in times else report.NONE for key in keys]
                table.add_row(backend, work, report.us(times["ops"]) if "ops" in times else report.NONE, *ratios)
        console.print(table)
        for backend, result in by.items():
            for name, reasons in result["missing"].items():
                for work, reason in reasons.items():
                    console.print(f"- {backend}, {work}, {name}: {reason[:200]}", style="dim", markup=False)
    for what, reason in results["failed"].items():
        console.print(f"- {what}: {reason}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
