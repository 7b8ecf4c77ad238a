"""OpenVINO, a compiler of models, used eagerly and through `ops.jit`.

Eager: an op repeated on the same shapes and read as NumPy, compared with a hand-written model of it and with keras.
Jitted: the forward pass of the digits network on a batch of 256, compared with the same network in OpenVINO's own API.

Run as a script with a part's name ("eager" or "network") and a number of rounds, it measures that part.
"""

from __future__ import annotations

import functools
import importlib
import math
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker

EAGER_AT_MOST = 100e-6
NETWORK_AT_MOST = 1.1
BATCH = 256
# The properties for low latency. float32, because the plug-in chooses bfloat16 on some processors otherwise.
HAND = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}


class _Case(NamedTuple):
    """An op on some shapes: the source of its arguments, and its hand-written model."""

    op: str
    arguments: str
    shapes: dict[str, tuple[int, ...]]
    build: Callable[..., Any]


def _cases() -> dict[str, _Case]:
    import openvino.opset15 as opset

    cases = [
        _Case("add", "x, y", {"x": (8,), "y": (8,)}, opset.add),
        _Case("add", "x, y", {"x": (64, 64), "y": (64,)}, opset.add),
        _Case("multiply", "x, 2.5", {"x": (64, 64)}, lambda x: opset.multiply(x, np.float32(2.5))),
        _Case("exp", "x", {"x": (64, 64)}, opset.exp),
        _Case("sum", "x, axis=1", {"x": (64, 64)}, lambda x: opset.reduce_sum(x, 1, keep_dims=False)),
        _Case("matmul", "x, y", {"x": (32, 64), "y": (64, 32)}, lambda x, y: opset.matmul(x, y, False, False)),
        _Case("softmax", "x", {"x": (32, 64)}, lambda x: opset.softmax(x, -1)),
    ]
    return {f"{case.op} {', '.join(map(str, case.shapes.values()))}": case for case in cases}


# --- in the worker --------------------------------------------------------------------------------------------------


def _by_hand(case: _Case) -> Any:
    import openvino.opset15 as opset

    ov: Any = importlib.import_module("openvino")

    parameters = [opset.parameter(shape, ov.Type.f32) for shape in case.shapes.values()]
    return ov.Core().compile_model(ov.Model([case.build(*parameters)], parameters), "CPU", HAND)


def measure_eager(rounds: int) -> dict[str, Any]:
    """Returns the samples of each case by contender, and the reasons for missing ones."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend("openvino")
    loops: dict[Any, timing.Loop] = {}
    missing: dict[str, dict[str, str]] = {"own": {}, "ops": {}, "keras": {}}
    rng = np.random.default_rng(0)

    def eager(library: Any, case: _Case, arrays: dict[str, Any]) -> timing.Loop:
        scope = {name: library.convert_to_tensor(array) for name, array in arrays.items()}
        scope |= {"f": getattr(library, case.op), "read": library.convert_to_numpy}
        return timing.loop(f"read(f({case.arguments}))", scope)

    def own(case: _Case, arrays: dict[str, Any]) -> timing.Loop:
        return timing.loop(f"f([{', '.join(arrays)}])[0]", {**arrays, "f": _by_hand(case)})

    makers: dict[str, Callable[..., timing.Loop]] = {
        "own": own,
        "ops": lambda case, arrays: eager(ops, case, arrays),
        "keras": lambda case, arrays: eager(importlib.import_module("keras").ops, case, arrays),
    }
    for label, case in _cases().items():
        arrays = {name: rng.normal(size=shape).astype(np.float32) for name, shape in case.shapes.items()}
        expected: Any = None
        for name, make in makers.items():
            try:
                run = make(case, arrays)
                result = run(1)
                expected = result if expected is None else expected
                np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
                loops[label, name] = run
            except Exception as error:
                missing[name][label] = worker.reason(error)
    samples = timing.interleave(loops, rounds, progress=worker.tell)
    return {
        "samples": {f"{label}|{name}": values for (label, name), values in samples.items()},
        "missing": missing,
    }


def network_by_hand(weights: dict[str, Any], batch: int = BATCH) -> Any:
    """The network of examples/digits.py in OpenVINO's own API, as an infer request.

    It is written for OpenVINO: channels first inside, with weights that are transposed beforehand.
    """
    import openvino.opset15 as opset

    ov: Any = importlib.import_module("openvino")
    images = opset.parameter((batch, 8, 8, 1), ov.Type.f32)
    x: Any = opset.transpose(images, [0, 3, 1, 2])
    for layer in (weights["conv1"], weights["conv2"]):
        filters = np.ascontiguousarray(layer["kernel"].transpose(3, 2, 0, 1))
        x = opset.convolution(x, filters, [1, 1], [1, 1], [1, 1], [1, 1])
        x = opset.relu(opset.add(x, layer["bias"].reshape(1, -1, 1, 1)))
    x = opset.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0)
    x = opset.reshape(x, [batch, 4 * 4 * 32], False)
    # The rows of the dense layer are in the order (row, column, channel).
    dense = weights["dense"]["kernel"].reshape(4, 4, 32, -1).transpose(2, 0, 1, 3).reshape(4 * 4 * 32, -1)
    x = opset.add(opset.matmul(x, np.ascontiguousarray(dense), False, False), weights["dense"]["bias"])
    return ov.Core().compile_model(ov.Model([x], [images]), "CPU", HAND).create_infer_request()


def measure_network(rounds: int) -> dict[str, Any]:
    """Returns the samples of the forward pass by contender: from an array of images to an array of logits."""
    digits: Any = importlib.import_module("examples.digits")
    ops: Any = importlib.import_module("ops")
    ops.set_backend("openvino")
    arrays = digits.initial_weights()
    # Biases are not zero, so that a missing bias changes the result.
    arrays = digits.each(lambda array: array + np.float32(0.01), arrays)
    images = np.ascontiguousarray(digits.load().test_images[:BATCH])
    weights = digits.each(ops.convert_to_tensor, arrays)
    # As in the demo: an infer request takes arrays, ops takes its tensors, and the result is read as NumPy.
    scope = {"x": ops.convert_to_tensor(images), "weights": weights, "read": ops.convert_to_numpy}
    loops: dict[Any, timing.Loop] = {
        "own": timing.loop("f([x])[0]", {"x": images, "f": network_by_hand(arrays).infer}),
        "ops": timing.loop("read(f(x))", {**scope, "f": ops.jit(functools.partial(digits.network, weights))}),
        "arguments": timing.loop("read(f(weights, x))", {**scope, "f": ops.jit(digits.network)}),
    }
    expected = loops["own"](1)
    for run in loops.values():
        np.testing.assert_allclose(run(1), expected, rtol=1e-4, atol=1e-4)
    # A pass needs all cores at once, which few passes have on a shared machine. So the fastest tenth of the passes of
    # each contender is compared, rank by rank. Each of many samples is one pass.
    samples = timing.interleave(loops, rounds, sample=1e-3, keep=1.0, progress=worker.tell)
    return {"samples": {name: sorted(values)[: math.ceil(rounds / 10)] for name, values in samples.items()}}


# --- in the parent --------------------------------------------------------------------------------------------------


def run(quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Measures both parts, each in its own process."""
    results: dict[str, Any] = {"failed": {}}
    for part, rounds in (("eager", 8 if quick else 40), ("network", 60 if quick else 800)):
        try:
            result = worker.run(
                "serving.py",
                part,
                str(rounds),
                environment={"KERAS_BACKEND": "openvino"},
                progress=lambda done, total, part=part: progress(f"OpenVINO, {part}", done, total),
            )
        except worker.WorkerError as error:
            results["failed"][part] = str(error)
            continue
        samples = result.pop("samples")
        result["times"] = {key: timing.middle(values) for key, values in samples.items()}
        targets: list[dict[str, Any]] = []
        if part == "eager":
            medians = {key: times["median"] for key, times in result["times"].items()}
            ours = [(median, key.split("|")[0]) for key, median in medians.items() if key.endswith("|ops")]
            if ours:
                targets.append(report.target(f"ops, slowest ({max(ours)[1]})", max(ours)[0], EAGER_AT_MOST, "us"))
        else:
            result["ratio"] = {
                name: timing.paired(samples[name], samples["own"], lambda a, b: a / b) for name in ("ops", "arguments")
            }
            targets.append(report.target("ops / by hand", result["ratio"]["ops"]["median"], NETWORK_AT_MOST))
        results[part] = {**result, "targets": targets}
    return results


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the tables."""
    if "eager" in results:
        times = results["eager"]["times"]
        table = report.table(
            "OpenVINO, an op repeated on the same shapes, result read as NumPy: us a call",
            ["op", "own (compiled model)", "ops", "keras"],
        )
        for label in dict.fromkeys(key.split("|")[0] for key in times):
            table.add_row(
                label, *(report.spread(times.get(f"{label}|{name}"), "us") for name in ("own", "ops", "keras"))
            )
        console.print(table)
        report.show_missing(console, results["eager"]["missing"], _labels(times))
        report.show_targets(console, results["eager"]["targets"])
    if "network" in results:
        times, ratio = results["network"]["times"], results["network"]["ratio"]
        table = report.table(
            f"OpenVINO, forward pass of the digits network, batch of {BATCH}: the fastest tenth of the passes",
            ["", "us", "/ by hand"],
        )
        for label, name in (
            ("by hand, opset and compile_model", "own"),
            ("ops.jit, weights closed over as in the demo", "ops"),
            ("ops.jit, weights as arguments", "arguments"),
        ):
            table.add_row(label, report.spread(times[name], "us"), report.spread(ratio.get(name)))
        console.print(table)
        report.show_targets(console, results["network"]["targets"])
    for part, reason in results["failed"].items():
        console.print(f"- OpenVINO, {part}: {reason}\n", style="dim", highlight=False, markup=False)


def _labels(times: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(key.split("|")[0] for key in times))


if __name__ == "__main__":
    worker.finish({"eager": measure_eager, "network": measure_network}[sys.argv[1]](int(sys.argv[2])))
