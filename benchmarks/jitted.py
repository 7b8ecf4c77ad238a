"""The cost of a jitted function's call: `ops.jit` beside the framework's own jit, for one tensor and for nests of them.

The function is ``x * 2 + 1`` of each tensor, in Python operators: the compiled functions are the same, and what differs
is the way to them. Run as a script, with a backend's name and a number of rounds, it measures that backend.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker

BACKENDS = ("jax", "tensorflow", "torch")
OWN = {"jax": "jax.jit", "tensorflow": "tf.function", "torch": "torch.compile"}
# By what the function takes: how often ops.jit's time may be that of the framework's own.
OVER_OWN_AT_MOST = {"a tensor": 1.15, "a nest of 6": 1.15, "a nest of 60": 1.3}
_PASSES = 5


# --- in the worker --------------------------------------------------------------------------------------------------


def argument_of(what: str, tensor: Callable[[Any], Any]) -> Any:
    """Returns one tensor of 8 elements, or a nest of layers with two tensors each."""
    rng = np.random.default_rng(0)

    def new() -> Any:
        return tensor(rng.normal(size=(2, 4)).astype(np.float32))

    if what == "a tensor":
        return new()
    count = int(what.rpartition(" ")[2]) // 2
    return {f"layer{i}": {"kernel": new(), "bias": new()} for i in range(count)}


def of_tensor(x: Any) -> Any:
    """Returns ``x * 2 + 1``."""
    return x * 2 + 1


def of_nest(layers: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Returns ``x * 2 + 1`` of each tensor."""
    return {layer: {name: x * 2 + 1 for name, x in weights.items()} for layer, weights in layers.items()}


def jits(backend: str, options: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Returns `ops.jit` and the framework's own jit.

    Args:
        backend: the backend's name.
        options: more options of the framework's compiler, for both.
    """
    ops: Any = importlib.import_module("ops")
    if backend == "jax":
        own = importlib.import_module("jax").jit
    elif backend == "tensorflow":
        own = importlib.import_module("tensorflow").function
    else:
        torch: Any = importlib.import_module("torch")

        def own(function: Callable[..., Any], **options: Any) -> Any:
            return torch.compile(function, fullgraph=True, **options)

    return {
        "own": lambda function: own(function, **options),
        "ops": lambda function: ops.jit(function, options={backend: dict(options)} if options else None),
    }


def measure(
    backend: str, rounds: int, whats: Iterable[str] = tuple(OVER_OWN_AT_MOST), options: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Returns the medians over the passes of a call's seconds, and of their ratio, by the function's argument."""
    whats = tuple(whats)
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    if backend == "torch":
        importlib.import_module("torch").set_num_threads(1)
    drain = timing.drain_of(backend)
    loops: dict[str, dict[str, timing.Loop]] = {}
    for what in whats:
        argument = argument_of(what, ops.convert_to_tensor)
        function = of_tensor if what == "a tensor" else of_nest
        loops[what] = {}
        for name, jit in jits(backend, options or {}).items():
            loops[what][name] = timing.loop("f(argument)", {"f": jit(function), "argument": argument})
            drain(loops[what][name](1))
        worker.tell(len(loops), len(whats) * 2)
    numbers = {
        what: {name: timing.calls_for(run, timing.SAMPLE, drain) for name, run in each.items()}
        for what, each in loops.items()
    }
    passes: dict[str, list[dict[str, float]]] = {what: [] for what in loops}
    with timing.without_collector():
        for done in range(_PASSES):
            for what, each in loops.items():
                samples = timing.interleave({**each}, rounds, drain=drain, numbers=numbers[what])
                passes[what].append(timing.compared(samples))
            worker.tell(len(loops) + (done + 1) * len(loops) // _PASSES, len(loops) * 2)
    return {what: timing.medians(each) for what, each in passes.items()}


# --- in the parent --------------------------------------------------------------------------------------------------


def run(backends: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Measures each backend in its own process."""
    measured = [name for name in BACKENDS if name in backends]
    times, failed = worker.run_each("jitted.py", measured, ["10" if quick else "40"], "jitted calls", progress)
    targets = [
        report.target(f"{backend}: a jitted call with {what}, over {OWN[backend]}", by[what]["over own"], at_most)
        for backend, by in times.items()
        for what, at_most in OVER_OWN_AT_MOST.items()
    ]
    return {"times": times, "failed": failed, "targets": targets}


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the table and the targets."""
    table = report.table(
        "A call of a jitted function, us: ops.jit and the framework's own, and their ratio",
        ["backend", *OVER_OWN_AT_MOST],
    )
    for backend, by in results["times"].items():
        cells = [
            f"{report.us(by[what]['ops'])} and {report.us(by[what]['own'])}: {report.number(by[what]['over own'])}"
            for what in OVER_OWN_AT_MOST
        ]
        table.add_row(f"{backend} ({OWN[backend]})", *cells)
    console.print(table)
    for backend, reason in results["failed"].items():
        console.print(f"- {backend}: {reason}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], int(sys.argv[2])))
