"""Trains a transformer on the text of Python's documentation: on one device, and divided over several in three ways.

The first part is the program that a user of `ops` would write: it names no framework and no device. The second part
runs it on devices of this machine, in one process or in several, and shows tables and a picture.

    python examples/distributed.py --backend jax                    # one process with four virtual devices
    python examples/distributed.py --backend jax --processes 2      # two processes, with two of them each
    python examples/distributed.py --backend torch                  # on torch, a process for each device
"""

from __future__ import annotations

import argparse
import importlib
import json
import math
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from pydoc_data import topics
from typing import Any

import numpy as np

import ops
from ops import distribution as dist

# --- the program

LETTERS = 128  # ASCII
WIDTH, HEADS, DEPTH, HIDDEN, LENGTH, BATCH = 64, 4, 16, 256, 64, 16
BLOCKS = 2
STEPS = 60
RATE, MOMENTUM, DROPOUT, SEED = 0.05, 0.9, 0.1, 0

Weights = dict[str, Any]


def text() -> np.ndarray[Any, Any]:
    """Returns the documentation of Python's syntax, as codes of letters."""
    pages = "\n".join(topics.topics[name] for name in sorted(topics.topics))
    return np.frombuffer(pages.encode("ascii", "ignore"), np.uint8).astype(np.int32)


def batches(steps: int) -> Iterator[tuple[Any, Any]]:
    """Yields letters, shape (batch, length), and the letter after each of them."""
    letters, rng = text(), np.random.default_rng(SEED)
    for _ in range(steps):
        starts = rng.integers(0, len(letters) - LENGTH - 1, BATCH)
        rows = letters[starts[:, None] + np.arange(LENGTH + 1)]
        yield rows[:, :-1], rows[:, 1:]


def initial_weights() -> Weights:
    """Returns the weights. NumPy draws them, so that all runs start with the same numbers."""
    rng = np.random.default_rng(SEED)

    def normal(*shape: int) -> Any:
        return (rng.normal(size=shape) / math.sqrt(shape[0])).astype(np.float32)

    def block() -> Weights:
        attention = {name: normal(WIDTH, HEADS, DEPTH) for name in ("query", "key", "value")}
        attention["output"] = normal(HEADS, DEPTH, WIDTH) / np.float32(HEADS)
        mlp = {"in": normal(WIDTH, HIDDEN), "bias": np.zeros(HIDDEN, np.float32), "out": normal(HIDDEN, WIDTH)}
        return {"attention": attention, "mlp": mlp}

    return {
        "letters": normal(LETTERS, WIDTH),
        "positions": normal(LENGTH, WIDTH),
        "blocks": [block() for _ in range(BLOCKS)],
        "head": normal(WIDTH, LETTERS),
    }


def transformer(weights: Weights, letters: Any, seed: int) -> Any:
    """Returns the logits of the next letters, shape (batch, length, letters)."""
    x = ops.take(weights["letters"], letters, axis=0) + weights["positions"]
    for number, block in enumerate(weights["blocks"]):
        attention, mlp = block["attention"], block["mlp"]
        normalized = ops.nn.layer_normalization(x)
        heads = [ops.einsum("btd,dhk->bthk", normalized, attention[name]) for name in ("query", "key", "value")]
        mixed = ops.nn.dot_product_attention(*heads, is_causal=True)
        x = x + ops.einsum("bthk,hkd->btd", mixed, attention["output"])
        hidden = ops.gelu(ops.matmul(ops.nn.layer_normalization(x), mlp["in"]) + mlp["bias"])
        hidden = ops.random.dropout(hidden, DROPOUT, seed=seed + number)
        x = x + ops.matmul(hidden, mlp["out"])
    return ops.matmul(ops.nn.layer_normalization(x), weights["head"])


def loss_of(weights: Weights, letters: Any, following: Any, seed: int) -> Any:
    """Returns the mean loss of a batch."""
    logits = transformer(weights, letters, seed)
    return ops.mean(ops.sparse_categorical_crossentropy(following, logits, from_logits=True))


def step(weights: Weights, velocities: Weights, letters: Any, following: Any) -> tuple[Any, Weights, Weights]:
    """Returns the loss, and the weights and their velocities after one step."""
    loss, gradients = ops.value_and_grad(loss_of)(weights, letters, following, SEED)
    velocities = mapped(lambda velocity, gradient: MOMENTUM * velocity - RATE * gradient, velocities, gradients)
    return loss, mapped(lambda weight, velocity: weight + velocity, weights, velocities), velocities


def mapped(function: Any, *nests: Any) -> Any:
    """Returns a nest of the results of a function of the leaves of nests."""
    first = nests[0]
    if isinstance(first, dict):
        return {name: mapped(function, *(nest[name] for nest in nests)) for name in first}
    if isinstance(first, list):
        return [mapped(function, *items) for items in zip(*nests, strict=True)]
    return function(*nests)


# --- the ways to divide it

WAYS = ("one device", "data parallel", "model parallel", "fully sharded")


def distribution(way: str, count: int) -> dist.Distribution | None:
    """Returns a distribution over so many devices; None for one device."""
    if way == "one device":
        return None
    if way == "model parallel":
        rows = 2 if count % 2 == 0 else 1
        layouts = dist.LayoutMap(dist.DeviceMesh((rows, count // rows), ("data", "model")))
        layouts["attention/(query|key|value)"] = (None, "model", None)
        layouts["attention/output"] = ("model", None, None)
        layouts["mlp/in"] = (None, "model")
        layouts["mlp/bias"] = ("model",)
        layouts["mlp/out"] = ("model", None)
        return dist.ModelParallel(layouts, batch_dim_name="data")
    mesh = dist.DeviceMesh((count,), ("data",))
    return dist.FullySharded(mesh) if way == "fully sharded" else dist.DataParallel(mesh)


def train(way: str, count: int, steps: int) -> dict[str, Any]:
    """Trains in one of the ways. Returns losses, seconds, and what devices hold and communicate."""
    chosen = distribution(way, count)
    with ops.random.portable() if chosen is None else chosen.scope():
        weights, velocities = initial_weights(), mapped(np.zeros_like, initial_weights())
        if chosen is None:
            weights, velocities = (mapped(ops.convert_to_tensor, nest) for nest in (weights, velocities))
        else:
            weights, velocities = dist.distribute(weights), dist.distribute(velocities)
        run, losses, begin, communicated = ops.jit(step), [], 0.0, {}
        for i, batch in enumerate(batches(steps)):
            rows = mapped(ops.convert_to_tensor, list(batch)) if chosen is None else dist.distribute_batch(list(batch))
            if i == 0 and chosen is not None:
                communicated = dist.communication(step, weights, velocities, *rows)
            loss, weights, velocities = run(weights, velocities, *rows)
            losses.append(float(ops.convert_to_numpy(loss)))
            if i == 0:  # compiled
                begin = time.perf_counter()
            if dist.process_id() == 0:
                print(f"\r{way:15}step {i + 1:4} of {steps}   loss {losses[-1]:.4f}", end="", file=sys.stderr)
        if dist.process_id() == 0:
            print(file=sys.stderr)
        leaves: list[Any] = []
        mapped(leaves.append, weights)
        held: dict[str, int] = {}
        for leaf in leaves:
            for shard in dist.shards(leaf):
                held[shard.device] = held.get(shard.device, 0) + shard.data.nbytes
        kernel = dist.shards(weights["blocks"][0]["mlp"]["in"])
        return {
            "losses": losses,
            "milliseconds": 1000 * (time.perf_counter() - begin) / max(steps - 1, 1),
            "held": held,
            "communicated": communicated,
            "parts": [[shard.device, shard.bounds] for shard in kernel],
        }


# --- processes, tables and the picture


def worker(task: dict[str, Any], number: int) -> dict[str, Any]:
    """Runs all ways in this process, which is one of several."""
    if task["backend"] == "tensorflow":
        tf = importlib.import_module("tensorflow")
        parts = [tf.config.LogicalDeviceConfiguration() for _ in range(task["devices"] // task["processes"])]
        tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], parts)
    ops.set_backend(task["backend"])
    if task["processes"] > 1:
        dist.initialize(task["addresses"], task["processes"], number, timeout=120)
    return {way: train(way, task["devices"], task["steps"]) for way in WAYS}


def run(task: dict[str, Any]) -> dict[str, Any]:
    """Starts the processes, and returns what they measured, together."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1", "GLOO_SOCKET_IFNAME": "lo"}
    if task["backend"] == "jax":
        count = task["devices"] // task["processes"]
        environment["XLA_FLAGS"] = f"--xla_force_host_platform_device_count={count}"
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.json") for number in range(task["processes"])]
        processes = [
            subprocess.Popen(
                [sys.executable, __file__, "--worker", json.dumps(task), str(number), str(path)], env=environment
            )
            for number, path in enumerate(paths)
        ]
        codes: list[int | None] = [None]
        while None in codes:
            time.sleep(0.1)
            codes = [process.poll() for process in processes]
            if any(codes):  # the others would wait for it
                for process in processes:
                    process.kill()
                sys.exit(f"process {[bool(code) for code in codes].index(True)} has failed")
        first, *others = (json.loads(path.read_text("utf-8")) for path in paths)
    for other in others:
        for way in WAYS[1:]:
            first[way]["held"] |= other[way]["held"]
            first[way]["parts"] += other[way]["parts"]
    return first


def table(results: dict[str, Any], steps: int) -> str:
    """Returns the tables of losses and of what devices hold and communicate."""
    shown = sorted({min(place, steps - 1) for place in (0, steps // 4, steps // 2, 3 * steps // 4, steps - 1)})
    lines = [f"{'loss at step':15}" + "".join(f"{place + 1:>10}" for place in shown) + f"{'difference':>13}"]
    alone = results[WAYS[0]]["losses"]
    for way in WAYS:
        losses = results[way]["losses"]
        difference = max(abs(a - b) for a, b in zip(losses, alone, strict=True))
        lines.append(f"{way:15}" + "".join(f"{losses[place]:10.4f}" for place in shown) + f"{difference:13.1e}")
    lines += ["", f"{'':15}{'kB of weights':>14}{'ms':>8}   communicated in a step, kB"]
    for way in WAYS:
        result = results[way]
        kinds = ", ".join(f"{n} {kind} {size / 1000:.0f}" for kind, (n, size) in sorted(result["communicated"].items()))
        most = max(result["held"].values())
        lines.append(f"{way:15}{most / 1000:14.1f}{result['milliseconds']:8.1f}   {kinds or 'nothing'}")
    return "\n".join(lines)


def picture(results: dict[str, Any]) -> str:
    """Returns an SVG picture of which device holds what of a kernel, in each way."""
    colors = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb", "#ee7733")
    names = sorted({name for way in WAYS for name in results[way]["held"]})
    width, height, gap = 150, 60, 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{130 + len(names) * (width + gap)}" '
        f'height="{50 + len(WAYS) * (height + gap)}" font-family="sans-serif" font-size="13">',
        f'<text x="10" y="20">blocks/0/mlp/in, {WIDTH} x {HIDDEN}: the part on each device</text>',
    ]
    for row, way in enumerate(WAYS):
        top = 50 + row * (height + gap)
        parts.append(f'<text x="10" y="{top + height / 2}">{way}</text>')
        for device, ((a, b), (c, d)) in results[way]["parts"]:
            place = names.index(device)
            left = 130 + place * (width + gap)
            x, y = left + width * c / HIDDEN, top + height * a / WIDTH
            across, down = width * (d - c) / HIDDEN, height * (b - a) / WIDTH
            color = colors[place % len(colors)]
            parts += [
                f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="#eeeeee" stroke="#999999"/>',
                f'<rect x="{x}" y="{y}" width="{across}" height="{down}" fill="{color}"/>',
                f'<text x="{left}" y="{top + height + 15}" font-size="11">{device}: [{a}:{b}, {c}:{d}]</text>',
            ]
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Runs the command."""
    if sys.argv[1:2] == ["--worker"]:
        task, number, path = sys.argv[2:]
        Path(path).write_text(json.dumps(worker(json.loads(task), int(number))), "utf-8")
        return
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--backend", choices=("jax", "torch", "tensorflow"), default="jax", help="default: %(default)s")
    parser.add_argument("--devices", type=int, default=4, metavar="N", help="of all processes; default: %(default)s")
    parser.add_argument("--processes", type=int, metavar="N", help="default: 1; on torch, one for each device")
    parser.add_argument("--steps", type=int, default=STEPS, metavar="N", help="default: %(default)s")
    parser.add_argument(
        "--picture", type=Path, default=Path("distributed.svg"), metavar="FILE", help="default: %(default)s"
    )
    options = parser.parse_args()
    processes = options.processes or (options.devices if options.backend == "torch" else 1)
    if options.steps < 1 or options.devices < 1 or options.devices % processes or BATCH % options.devices:
        parser.error(f"the devices must be a multiple of the processes, and divide the batch of {BATCH}")
    if options.backend == "torch" and processes != options.devices:
        parser.error("on torch, each process has one device")
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(processes)]
    addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
    for each in sockets:
        each.close()
    task = {
        "backend": options.backend,
        "devices": options.devices,
        "processes": processes,
        "steps": options.steps,
        "addresses": addresses,
    }
    results = run(task)
    print(f"\n{options.backend}, {options.devices} devices, {processes} processes\n\n{table(results, options.steps)}")
    options.picture.write_text(picture(results), "utf-8")
    print(f"\n{options.picture} shows which device holds what")


if __name__ == "__main__":
    main()
