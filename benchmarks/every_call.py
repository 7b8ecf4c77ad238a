"""What a call of each op costs on a few elements: `ops`, keras, and the framework's own best expression.

The calls are those of `sample_calls`, and the first samples of the records. Run as a script, with a backend's name, a
number of passes, a number of rounds and the paths of ops (none: all), it measures that backend. A pass measures one op
after the other, in rounds in which the op's contenders take turns. An op's figures are medians over the passes, which
are far apart, so that a slow period of the machine spoils one pass of some ops only.
"""

from __future__ import annotations

import importlib
import statistics
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks import own, report, sample_calls, timing, worker
from ops.testing import RECORDS, public_function
from ops_common.testing.record import Maker

BACKENDS = own.BACKENDS
CONTENDERS = ("own", "ops", "keras")
# Seconds that ops add: the median over the ops, 95 % of them, and all of them.
ADDS_AT_MOST = {"numpy": (0.5e-6, 2e-6, 8e-6), "torch": (0.5e-6, 2e-6, 8e-6)}
# The ratio to the framework's own expression: the median over the ops, and 95 % of them.
RATIO_AT_MOST = {"jax": (1.0, 1.2), "tensorflow": (1.0, 1.2)}
OVER_KERAS_AT_MOST = 1.05  # the lower quartile over the passes
# `ops.linalg` documents the signs, phases and orders of these: fixing them costs time that the others do not spend.
CONVENTIONS = ("svd", "qr", "eig", "eigh")
PASSES, QUICK_PASSES = 5, 3
ROUNDS, QUICK_ROUNDS = 24, 8
_SHOWN = 10

Contenders = dict[str, timing.Loop]


def paths() -> tuple[str, ...]:
    """Returns the ops that are measured: those of the records, and others that have a sample call."""
    return tuple(dict.fromkeys([*(record.path for record in RECORDS), *sample_calls.CALLS]))


# --- in the worker --------------------------------------------------------------------------------------------------


class Calls:
    """The calls of each contender on one backend.

    Args:
        backend: the backend's name.
        with_keras: whether keras is measured, too; it has one backend in a process.

    Attributes:
        missing: by contender and op, why it has no time.
        differing: by op, how keras's result differs from that of ops; it is measured all the same.
    """

    def __init__(self, backend: str, with_keras: bool = True) -> None:
        self.ops: Any = importlib.import_module("ops")
        self.ops.set_backend(backend)
        if backend == "torch":
            importlib.import_module("torch").set_num_threads(1)
        self.keras: Any = importlib.import_module("keras") if with_keras else None
        if with_keras and self.keras.backend.backend() != backend:
            raise RuntimeError(f"keras uses the backend {self.keras.backend.backend()!r}")
        self.backend = backend
        self.drain = timing.drain_of(backend)
        self.tensors = {name: self._tensor(array) for name, array in sample_calls.inputs().items()}
        self.expressions, self.compiled = own.expressions(backend), own.compiled(backend)
        self.modules = own.scope(backend)
        self.missing: dict[str, dict[str, str]] = {name: {} for name in CONTENDERS}
        self.differing: dict[str, str] = {}

    def _tensor(self, array: Any) -> Any:
        return array if self.backend == "numpy" else self.ops.convert_to_tensor(array)

    def loops(self, path: str) -> Contenders:
        """Returns the loops of an op's contenders whose calls succeed and whose results are those of ops."""
        arguments, scope = self._arguments(path)
        loops: Contenders = {}
        expected: list[Any] = []
        makers: dict[str, Callable[[], timing.Loop | None]] = {
            "ops": lambda: self._call(path, self.ops, self.ops.random, arguments, scope),
            "own": lambda: self._own(path),
            "keras": lambda: self._keras(path, arguments, scope),
        }
        for name, make in makers.items():
            try:
                loop = make()
                if loop is None:
                    continue
                results = self._results(path, self.drain(loop(1)))
                if name == "ops":
                    expected = results
                else:
                    difference = _difference(results, expected, values=not _is_undefined(path))
                    if difference and name == "own":
                        raise ValueError(difference)
                    if difference:
                        self.differing[path] = difference
                loops[name] = loop
            except Exception as error:
                self.missing[name][path] = worker.reason(error)
                if name == "ops":  # nothing to compare with
                    break
        return {name: loops[name] for name in CONTENDERS if name in loops}

    def _arguments(self, path: str) -> tuple[str, dict[str, Any]]:
        """Returns the source of an op's arguments and its names."""
        if path in sample_calls.CALLS:
            return sample_calls.CALLS[path], self.tensors
        record = RECORDS[path]
        sample = record.samples(Maker("float32" if "float32" in record.takes else record.takes[0]))[0]
        args, kwargs = sample.with_arrays(self._tensor)
        names = {f"argument_{i}": value for i, value in enumerate(args)}
        source = [*names, *(f"{name}={name}" for name in kwargs)]
        return ", ".join(source), {**names, **kwargs}

    def _own(self, path: str) -> timing.Loop | None:
        if path in self.compiled:
            source = self.compiled[path]
            names = [name for name in timing.names_of(source) if name in self.tensors]
            function = eval(f"lambda {', '.join(names)}: {source}", dict(self.modules))
            compiled = importlib.import_module("jax").jit(function)
            return timing.loop(f"f({', '.join(names)})", {**self.tensors, "f": compiled})
        if path in self.expressions:
            return timing.loop(self.expressions[path], {**self.modules, **self.tensors})
        return None

    def _keras(self, path: str, arguments: str, scope: dict[str, Any]) -> timing.Loop | None:
        if self.keras is None:
            return None
        root = self.keras if path.startswith("random.") else self.keras.ops
        try:
            public_function(path, root)
        except AttributeError:  # not an op of keras
            return None
        return self._call(path, root, self.keras.random, arguments, scope)

    @staticmethod
    def _call(path: str, root: Any, random: Any, arguments: str, scope: dict[str, Any]) -> timing.Loop:
        own_scope = {**scope, "f": public_function(path, root), "generator": random.SeedGenerator(1)}
        return timing.loop(f"f({arguments})", own_scope)

    def _results(self, path: str, result: Any) -> list[Any]:
        """Returns the arrays of a result, or what they have in common with results of other signs and orders."""
        arrays = [self.ops.convert_to_numpy(value) for value in _flat(result)]
        return [np.sort(np.abs(array), axis=None) for array in arrays] if path in CONVENTIONS else arrays


def _is_undefined(path: str) -> bool:
    """Returns whether an op's values are arbitrary."""
    return path == "empty" or path.startswith("random.")


def _flat(result: Any) -> list[Any]:
    if isinstance(result, (list, tuple)):
        items: Sequence[Any] = result
        return [tensor for item in items for tensor in _flat(item)]
    return [result]


def _difference(results: Sequence[Any], expected: Sequence[Any], values: bool) -> str:
    """Returns how results differ from the expected ones; "" if they do not."""
    if len(results) != len(expected):
        return f"{len(results)} results in place of {len(expected)}"
    for array, other in zip(results, expected, strict=True):
        if array.shape != other.shape or array.dtype != other.dtype:
            return f"{array.dtype}{list(array.shape)} in place of {other.dtype}{list(other.shape)}"
        if values and not np.allclose(array, other, rtol=1e-5, atol=1e-5, equal_nan=True):
            return "other values"
    return ""


def measure(backend: str, passes: int, rounds: int, chosen: list[str]) -> dict[str, Any]:
    """Returns by op the figures of each pass, and the reasons for missing contenders."""
    calls = Calls(backend)
    times = passes_of(calls, [path for path in paths() if not chosen or path in chosen], passes, rounds)
    return {"times": times, "missing": calls.missing, "differing": calls.differing}


def passes_of(calls: Calls, selected: Iterable[str], passes: int, rounds: int) -> dict[str, list[dict[str, float]]]:
    """Returns by op each pass's medians over the rounds: of each contender's seconds, and of the comparisons."""
    loops = {path: calls.loops(path) for path in selected}
    loops = {path: each for path, each in loops.items() if "ops" in each}
    numbers: dict[str, dict[str, int]] = {}
    times: dict[str, list[dict[str, float]]] = {path: [] for path in loops}
    with timing.without_collector():
        for done in range(passes):
            for i, (path, each) in enumerate(loops.items()):
                if path not in numbers:
                    numbers[path] = {
                        name: timing.calls_for(run, timing.SAMPLE, calls.drain) for name, run in each.items()
                    }
                samples = timing.interleave({**each}, rounds, drain=calls.drain, numbers=numbers[path])
                times[path].append(_of_pass(samples))
                if i % 10 == 0:
                    worker.tell(done * len(loops) + i + 1, passes * len(loops))
    return times


def _of_pass(samples: Mapping[str, Sequence[float]]) -> dict[str, float]:
    figures = timing.compared(samples)
    if "own" in samples:
        figures["adds"] = timing.paired(samples["ops"], samples["own"], lambda a, b: a - b)["median"]
    return figures


# --- in the parent --------------------------------------------------------------------------------------------------


def run(
    backends: tuple[str, ...], chosen: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Measures each backend in its own process."""
    measured = [name for name in BACKENDS if name in backends]
    passes, rounds = (QUICK_PASSES, QUICK_ROUNDS) if quick else (PASSES, ROUNDS)
    results, failed = worker.run_each("every_call.py", measured, (str(passes), str(rounds), *chosen), "calls", progress)
    summaries = {
        backend: {**result, "ops": figures(result.pop("times"))} | {"chosen": bool(chosen)}
        for backend, result in results.items()
    }
    return {
        "backends": summaries,
        "failed": failed,
        "targets": [target for backend, result in summaries.items() for target in targets(backend, result["ops"])],
    }


def figures(times: Mapping[str, Sequence[Mapping[str, float]]]) -> dict[str, dict[str, float]]:
    """Returns by op the medians over the passes; of the ratio to keras also the lower quartile."""
    by_path: dict[str, dict[str, float]] = {}
    for path, passes in times.items():
        by_path[path] = timing.medians(passes)
        if "over keras" in passes[0]:
            ratios = [each["over keras"] for each in passes]
            by_path[path]["over keras, lower quartile"] = timing.middle(ratios)["low"] if len(ratios) > 1 else ratios[0]
    return by_path


def share(values: Iterable[float], part: float) -> float:
    """Returns the value that this part of the values does not exceed."""
    return float(np.quantile(list(values), part, method="higher"))


def _own_figures(ops: Mapping[str, Mapping[str, float]], name: str) -> dict[str, float]:
    return {path: by[name] for path, by in ops.items() if name in by and path not in CONVENTIONS}


def _slower(ops: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Returns the ops that are slower than keras in most passes, and by what."""
    ratios = _own_figures(ops, "over keras, lower quartile")
    return {path: ratio for path, ratio in ratios.items() if ratio > OVER_KERAS_AT_MOST}


def targets(backend: str, ops: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Returns the targets of a backend; the conventions of `ops.linalg` do not count."""
    reached: list[dict[str, Any]] = []
    adds, ratios = _own_figures(ops, "adds"), _own_figures(ops, "over own")
    if adds and backend in ADDS_AT_MOST:
        median, most, worst = ADDS_AT_MOST[backend]
        slowest = max(adds, key=adds.__getitem__)
        reached += [
            report.target(f"{backend}: a call adds, median of the ops", statistics.median(adds.values()), median, "us"),
            report.target(f"{backend}: a call adds, 95 % of the ops", share(adds.values(), 0.95), most, "us"),
            report.target(f"{backend}: a call adds, worst op ({slowest})", adds[slowest], worst, "us"),
        ]
    if ratios and backend in RATIO_AT_MOST:
        median, most = RATIO_AT_MOST[backend]
        reached += [
            report.target(f"{backend}: a call over own, median of the ops", statistics.median(ratios.values()), median),
            report.target(f"{backend}: a call over own, 95 % of the ops", share(ratios.values(), 0.95), most),
        ]
    return [*reached, report.target(f"{backend}: ops slower than keras", len(_slower(ops)), 0)]


def _table(title: str, ops: Mapping[str, Mapping[str, float]], order: Iterable[str]) -> Table:
    table = report.table(title, ["op", "ops us", "own us", "keras us", "adds us", "/ own", "/ keras"])
    for path in order:
        by = ops[path]
        table.add_row(
            path,
            *(report.us(by[name]) if name in by else report.NONE for name in ("ops", "own", "keras", "adds")),
            *(report.number(by[name]) if name in by else report.NONE for name in ("over own", "over keras")),
        )
    return table


def _worst(values: Mapping[str, float]) -> list[str]:
    return sorted(values, key=lambda path: -values[path])[:_SHOWN]


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the worst ops of each backend, or those that were chosen, and a summary."""
    summary = report.table(
        "A call on a few elements: what ops add to the framework's own expression, and the ratios",
        ["backend", "ops", "with own", "adds us", "95 %", "worst", "/ own", "95 %", "/ keras", "slower than keras"],
    )
    notes: list[str] = []
    for backend, result in results["backends"].items():
        ops: dict[str, dict[str, float]] = result["ops"]
        adds, ratios = _own_figures(ops, "adds"), _own_figures(ops, "over own")
        over_keras, slower = _own_figures(ops, "over keras, lower quartile"), _slower(ops)
        summary.add_row(
            backend,
            str(len(ops)),
            str(len(adds)),
            *(report.us(f(adds.values())) if adds else report.NONE for f in _SUMMARY),
            *(report.number(f(ratios.values())) if ratios else report.NONE for f in _SUMMARY[:2]),
            report.number(statistics.median(over_keras.values())) if over_keras else report.NONE,
            str(len(slower)),
        )
        if result["chosen"]:
            console.print(_table(f"Calls on {backend}", ops, ops))
        else:
            console.print(_table(f"What a call adds, the worst {_SHOWN} ops on {backend}", ops, _worst(adds)))
            if backend in RATIO_AT_MOST:
                console.print(_table(f"Over own, the worst {_SHOWN} ops on {backend}", ops, _worst(ratios)))
            console.print(_table(f"Over keras, the worst {_SHOWN} ops on {backend}", ops, _worst(over_keras)))
            conventions = [path for path in CONVENTIONS if path in ops]
            console.print(_table(f"With conventions of ops.linalg, on {backend}", ops, conventions))
        if slower:
            listed = ", ".join(f"{path} {slower[path]:.2f}" for path in sorted(slower, key=lambda p: -slower[p]))
            notes.append(f"{backend}, slower than keras (lower quartile): {listed}")
        for name, reasons in result["missing"].items():
            notes += [f"{backend}, {name} has no time for {path}: {reason[:160]}" for path, reason in reasons.items()]
        if result["differing"]:
            notes.append(f"{backend}, keras returns another result of: {', '.join(result['differing'])}")
    console.print(summary)
    for note in [*notes, *(f"{backend}: {reason}" for backend, reason in results["failed"].items())]:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


_SUMMARY: tuple[Callable[[Iterable[float]], float], ...] = (statistics.median, lambda values: share(values, 0.95), max)


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]))
