"""The time of a call on 8 elements: the framework's own, `ops`, a bound namespace, keras and autoray, in one process.

Run as a script, with a backend's name and a number of rounds, it measures that backend; the parent makes the tables.
"""

from __future__ import annotations

import importlib
import os
import statistics
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import calls, report, timing, worker

BACKENDS = ("numpy", "torch", "jax", "tensorflow", "openvino")
CONTENDERS = ("own", "ops", "namespace", "keras", "autoray")
OWN = {
    "numpy": "np.add ...",
    "torch": "torch.add ...",
    "jax": "jnp.add ...",
    "tensorflow": "tf.add ...",
    "openvino": "compiled model",
}
ADDS_AT_MOST = {"numpy": 0.35e-6, "torch": 0.35e-6}
RATIO_AT_MOST = {"jax": 0.8, "tensorflow": 0.8}
OPENVINO_AT_MOST = 100e-6


# --- in the worker --------------------------------------------------------------------------------------------------


class _Contender:
    """A contender: one way to write the ten calls.

    Attributes:
        calls: by op.
        scope: the arguments, and other names of the expression.
        form: the expression, with the function ``f``.
    """

    def __init__(
        self, by_op: dict[str, calls.Call], tensors: dict[str, Any], form: str = "f({arguments})", **more: Any
    ):
        self.calls, self.scope, self.form = by_op, {**tensors, **more}, form

    def loop(self, op: str) -> timing.Loop:
        function, arguments = self.calls[op]
        return timing.loop(self.form.format(op=op, arguments=arguments), {**self.scope, "f": function})


def _ops(backend: str, bound: bool) -> _Contender:
    import ops

    ops.set_backend(backend)
    module: Any = ops.namespace(backend) if bound else ops
    tensors = {name: ops.convert_to_tensor(array) for name, array in calls.inputs().items()}
    # On OpenVINO the result is read as NumPy, as a user has to do: see `_own`.
    form = "read(f({arguments}))" if backend == "openvino" else "f({arguments})"
    return _Contender(calls.from_module(module), tensors, form, read=module.convert_to_numpy)


def _own(backend: str) -> _Contender:
    if backend == "openvino":
        return _Contender(calls.own(backend), calls.inputs(), "f({arguments})[0]")
    return _Contender(calls.own(backend), _tensors(backend))


def _keras(backend: str) -> _Contender:
    keras = importlib.import_module("keras")
    if keras.backend.backend() != backend:
        raise RuntimeError(f"keras uses the backend {keras.backend.backend()!r}")
    if backend == "openvino":
        tensors = {name: keras.ops.convert_to_tensor(array) for name, array in calls.inputs().items()}
        read = keras.ops.convert_to_numpy
        return _Contender(calls.from_module(keras.ops), tensors, "read(f({arguments}))", read=read)
    return _Contender(calls.from_module(keras.ops), _tensors(backend))


def _autoray(backend: str) -> _Contender:
    if backend == "openvino":
        raise RuntimeError("it has no OpenVINO backend")
    do = importlib.import_module("autoray").do
    by_op = {op: calls.Call(do, arguments) for op, arguments in calls.ARGUMENTS.items()}
    return _Contender(by_op, _tensors(backend), "f('{op}', {arguments})")


def _tensors(backend: str) -> dict[str, Any]:
    """Returns the arguments as the framework's own tensors."""
    if backend == "numpy":
        return dict(calls.inputs())
    make: Callable[[Any], Any] = {
        "torch": lambda: importlib.import_module("torch").from_numpy,
        "jax": lambda: importlib.import_module("jax.numpy").asarray,
        "tensorflow": lambda: importlib.import_module("tensorflow").constant,
    }[backend]()
    return {name: make(array) for name, array in calls.inputs().items()}


def measure(backend: str, rounds: int) -> dict[str, Any]:
    """Returns the samples of every contender and op on one backend, and the reasons for missing ones."""
    expected = calls.expected_results()
    loops: dict[Any, timing.Loop] = {}
    missing: dict[str, dict[str, str]] = {name: {} for name in CONTENDERS}
    makers: dict[str, Callable[[], _Contender]] = {
        "own": lambda: _own(backend),
        "ops": lambda: _ops(backend, bound=False),
        "namespace": lambda: _ops(backend, bound=True),
        "keras": lambda: _keras(backend),
        "autoray": lambda: _autoray(backend),
    }
    drain = timing.drain_of(backend)
    for name, make in makers.items():
        try:
            contender = make()
        except Exception as error:
            missing[name] = dict.fromkeys(calls.OPS, worker.reason(error))
            continue
        for op in calls.OPS:
            try:
                run = contender.loop(op)
                # A contender with another result is not timed.
                np.testing.assert_allclose(np.asarray(drain(run(1))), expected[op], rtol=1e-5)
                loops[op, name] = run
            except Exception as error:
                missing[name][op] = worker.reason(error)
    samples = timing.interleave(loops, rounds, drain=drain, progress=worker.tell)
    return {
        "samples": {op: {name: samples[op, name] for name in CONTENDERS if (op, name) in samples} for op in calls.OPS},
        "missing": missing,
    }


# --- in the parent --------------------------------------------------------------------------------------------------


def run(backends: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, dict[str, Any]]:
    """Measures each backend in its own process: by backend, the result of `measure`, or the reason for its failure."""
    results: dict[str, dict[str, Any]] = {}
    for backend in backends:
        rounds = 40 if quick else 200 if backend != "openvino" else 40  # a call of keras takes 30 ms there
        try:
            results[backend] = worker.run(
                "dispatch.py",
                backend,
                str(rounds),
                environment={"KERAS_BACKEND": backend},
                progress=lambda done, total, backend=backend: progress(f"dispatch on {backend}", done, total),
            )
        except worker.WorkerError as error:
            results[backend] = {"failed": str(error)}
            continue
        results[backend] |= _summary(backend, results[backend]["samples"])
    return results


def _summary(backend: str, samples: dict[str, dict[str, list[float]]]) -> dict[str, Any]:
    """Returns the medians of each call, and what each contender adds to the framework's own call."""
    times = {op: {name: timing.middle(s) for name, s in by.items()} for op, by in samples.items()}
    compared: dict[str, Any] = {}
    for name in CONTENDERS[1:]:
        both = [op for op in calls.OPS if {"own", name} <= samples[op].keys()]
        if not both:
            continue
        pairs = {op: (samples[op][name], samples[op]["own"]) for op in both}
        adds = {op: timing.paired(*pair, lambda a, b: a - b) for op, pair in pairs.items()}
        ratio = {op: timing.paired(*pair, lambda a, b: a / b) for op, pair in pairs.items()}
        rounds = range(len(pairs[both[0]][0]))
        # The median over ops is computed for each round, and its spread over the rounds is reported.
        compared[name] = {
            "adds": adds,
            "ratio": ratio,
            "median_adds": timing.middle([statistics.median(a[i] - b[i] for a, b in pairs.values()) for i in rounds]),
            "median_ratio": timing.middle([statistics.median(a[i] / b[i] for a, b in pairs.values()) for i in rounds]),
        }
    return {"times": times, "compared": compared, "targets": _targets(backend, times, compared)}


def _targets(backend: str, times: dict[str, Any], compared: dict[str, Any]) -> list[dict[str, Any]]:
    ours = compared.get("ops")
    if ours is None:
        return []
    if backend in ADDS_AT_MOST:
        return [
            report.target("ops adds, median of the ops", ours["median_adds"]["median"], ADDS_AT_MOST[backend], "us")
        ]
    if backend in RATIO_AT_MOST:
        return [report.target("ops / own, median of the ops", ours["median_ratio"]["median"], RATIO_AT_MOST[backend])]
    slowest = max((by["ops"]["median"], op) for op, by in times.items() if "ops" in by)
    return [report.target(f"ops, slowest op ({slowest[1]})", slowest[0], OPENVINO_AT_MOST, "us")]


def show(console: Console, results: dict[str, dict[str, Any]]) -> None:
    """Prints the tables."""
    for backend, result in results.items():
        if "failed" in result:
            console.print(f"[bold]{backend}[/]: - ({result['failed']})\n", highlight=False)
            continue
        title = f"A call on 8 elements, {backend}: us a call" + (
            ", result read as NumPy" if backend == "openvino" else ""
        )
        columns = ["op", f"own ({OWN[backend]})", *CONTENDERS[1:], "ops adds", "ops / own"]
        table = report.table(title, columns)
        ours = result["compared"].get("ops", {"adds": {}, "ratio": {}})
        for op in calls.OPS:
            by = result["times"][op]
            table.add_row(
                op,
                *(report.us(by[name]["median"]) if name in by else report.NONE for name in CONTENDERS),
                report.spread(ours["adds"].get(op), "us"),
                report.spread(ours["ratio"].get(op)),
            )
        console.print(table)
        report.show_missing(console, result["missing"], calls.OPS)
        report.show_targets(console, result["targets"])
    summary = report.table(
        "Median over the ten ops of what each adds to the framework's own call, us (± half the interquartile range)",
        ["backend", *CONTENDERS[1:], "ops / own", "namespace / own"],
    )
    for backend, result in results.items():
        compared = result.get("compared", {})
        summary.add_row(
            backend,
            *(report.spread(compared.get(name, {}).get("median_adds"), "us") for name in CONTENDERS[1:]),
            *(report.spread(compared.get(name, {}).get("median_ratio")) for name in ("ops", "namespace")),
        )
    console.print(summary)


if __name__ == "__main__":
    os.environ.setdefault("KERAS_BACKEND", sys.argv[1])
    worker.finish(measure(sys.argv[1], int(sys.argv[2])))
