"""Traces of the ten calls by `ops` and by the framework, and the time to trace 10 to 10,000 calls in one function.

A trace's operations are the equations of jax's jaxpr, the operations of tf.function's graph, the nodes that
torch.compile hands to its compiler.

Run as a script with a backend's name, it traces on that backend; with numbers of calls after it, it measures the time.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Console

from benchmarks import calls, report, worker

BACKENDS = ("jax", "tensorflow", "torch")
WHAT = {"jax": "jaxpr equations", "tensorflow": "tf.function ops", "torch": "torch.compile nodes"}
COUNTS = (10, 100, 1000, 10_000)  # the last is not measured by --quick
TRACING_AT_MOST = {"torch": 1.3}  # for the largest number of calls
_NAMES = tuple(calls.inputs())


# --- in the worker --------------------------------------------------------------------------------------------------


def _function(call: calls.Call) -> Callable[..., Any]:
    return eval(f"lambda {', '.join(_NAMES)}: f({call.arguments})", {"f": call.function})


def _jax(function: Callable[..., Any]) -> list[str]:
    jax = importlib.import_module("jax")

    def equations(jaxpr: Any) -> Iterator[str]:
        for equation in jaxpr.eqns:
            # A compiled call is one equation that contains others: the inner equations are counted.
            inner = [p for p in equation.params.values() if hasattr(p, "eqns")]
            if inner:
                for inner_jaxpr in inner:
                    yield from equations(inner_jaxpr)
            else:
                yield str(equation.primitive)

    return list(equations(jax.make_jaxpr(function)(*calls.inputs().values())))


def _tensorflow(function: Callable[..., Any]) -> list[str]:
    tf = importlib.import_module("tensorflow")
    specs = [tf.TensorSpec(array.shape, array.dtype) for array in calls.inputs().values()]
    graph = tf.function(function).get_concrete_function(*specs).graph
    return [op.type for op in graph.get_operations() if op.type != "Placeholder"]


def _torch(function: Callable[..., Any]) -> list[str]:
    torch = importlib.import_module("torch")
    nodes: list[str] = []

    def keep(module: Any, inputs: Any) -> Any:
        nodes.extend(
            getattr(node.target, "__name__", str(node.target))
            for node in module.graph.nodes
            if node.op not in ("placeholder", "output")
        )
        return module.forward

    torch.compiler.reset()
    torch.compile(function, backend=keep, fullgraph=True)(*map(torch.from_numpy, calls.inputs().values()))
    return nodes


def measure(backend: str) -> dict[str, dict[str, Any]]:
    """Returns by op the operations in the traces of the framework's own call and of ops, or why tracing failed."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    trace = {"jax": _jax, "tensorflow": _tensorflow, "torch": _torch}[backend]
    traces: dict[str, dict[str, Any]] = {}
    for op in calls.OPS:
        traces[op] = {}
        for name, by_op in (("own", calls.own(backend)), ("ops", calls.from_module(ops))):
            try:
                traces[op][name] = trace(_function(by_op[op]))
            except Exception as error:
                traces[op][f"{name} failed"] = worker.reason(error)
        worker.tell(len(traces), len(calls.OPS))
    return traces


def measure_growth(backend: str, counts: list[int]) -> dict[str, dict[str, float]]:
    """Returns the seconds to trace a function of so many calls, by contender and number: the fastest of three."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    x = ops.convert_to_tensor([0.5, 1.0])
    adds = {"ops": (ops.add, ops.multiply), "own": _own_two(backend)}
    times: dict[str, dict[str, float]] = {name: {} for name in adds}
    for done, count in enumerate(counts):
        for name, (add, multiply) in adds.items():
            if add is None:
                continue

            def chain(x: Any, add: Any = add, multiply: Any = multiply, count: int = count) -> Any:
                y = x
                for _ in range(count // 2):
                    y = add(multiply(y, x), x)
                return y

            seconds = []
            for _ in range(1 if count > 1000 else 3):
                start = time.perf_counter()
                _traced(backend, chain, x, name == "own")
                seconds.append(time.perf_counter() - start)
            times[name][str(count)] = min(seconds)
        worker.tell(done + 1, len(counts))
    return times


def _own_two(backend: str) -> tuple[Any, Any]:
    """Returns the framework's own addition and multiplication."""
    if backend == "openvino":
        opset: Any = importlib.import_module("openvino.opset15")
        return opset.add, opset.multiply
    module: Any = importlib.import_module({"jax": "jax.numpy", "tensorflow": "tensorflow", "torch": "torch"}[backend])
    return module.add, module.multiply


def _traced(backend: str, function: Callable[..., Any], x: Any, of_nodes: bool) -> None:
    """Traces without compiling, and without entries of the backend's cache."""
    if backend == "jax":
        importlib.import_module("jax").make_jaxpr(lambda x: function(x))(x)
    elif backend == "tensorflow":
        importlib.import_module("tensorflow").function(lambda x: function(x), autograph=False).get_concrete_function(x)
    elif backend == "torch":
        torch: Any = importlib.import_module("torch")
        torch.compiler.reset()
        torch.compile(function, backend=lambda module, inputs: module.forward, fullgraph=True)(x)
    else:
        native_types: Any = importlib.import_module("ops_backend_openvino.native_types")
        tensor: Any = importlib.import_module("ops_backend_openvino.tensor")
        opset: Any = importlib.import_module("openvino.opset15")
        parameter = opset.parameter(x.shape, native_types.TYPES[x.dtype])
        function(parameter if of_nodes else tensor.traced(parameter, x.dtype))


# --- in the parent --------------------------------------------------------------------------------------------------


def run(
    backends: tuple[str, ...], others: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Traces on each backend in its own process; on backends without traces, only measures the time."""
    counts = COUNTS[:-1] if quick else COUNTS
    traces: dict[str, Any] = {}
    failed: dict[str, str] = {}
    for backend in backends:
        try:
            traces[backend] = worker.run(
                "tracing.py",
                backend,
                progress=lambda done, total, backend=backend: progress(f"traces on {backend}", done, total),
            )
        except worker.WorkerError as error:
            failed[backend] = str(error)
    targets = [
        report.target(
            f"{backend}: calls with more operations by ops than by the framework",
            sum(len(by["ops"]) > len(by["own"]) for by in by_op.values() if {"own", "ops"} <= by.keys()),
            0,
        )
        for backend, by_op in traces.items()
    ]
    growth, slow = worker.run_each(
        "tracing.py", [*backends, *others], [str(count) for count in counts], "tracing time", progress
    )
    targets += growth_targets(growth, counts)
    return {"traces": traces, "failed": failed | slow, "targets": targets, "growth": growth}


def growth_targets(growth: Mapping[str, Any], counts: Sequence[int]) -> list[dict[str, Any]]:
    """Returns the targets for the time to trace the largest number of calls."""
    largest = str(counts[-1])
    return [
        report.target(
            f"{backend}: time to trace {counts[-1]:,} calls, over own",
            growth[backend]["ops"][largest] / growth[backend]["own"][largest],
            at_most,
        )
        for backend, at_most in TRACING_AT_MOST.items()
        if backend in growth
    ]


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the table and the differences."""
    traces: dict[str, Any] = results["traces"]
    table = report.table(
        "Inside the framework's jit: operations of its own call, and of ops",
        ["op", *(f"{WHAT[backend]}, {backend}" for backend in traces)],
    )
    notes: list[str] = []
    for op in calls.OPS:
        cells: list[str] = []
        for backend, by in traces.items():
            own, ours = by[op].get("own"), by[op].get("ops")
            cells.append(" and ".join(report.NONE if it is None else str(len(it)) for it in (own, ours)))
            notes += [f"{backend}, {op}: {key}: {text}" for key, text in by[op].items() if key.endswith("failed")]
            if own is not None and ours is not None and own != ours:
                notes.append(f"{backend}, {op}: own: {', '.join(own)}; ops: {', '.join(ours)}")
        table.add_row(op, *cells)
    console.print(table)
    for note in [*notes, *(f"{backend}: {reason}" for backend, reason in results["failed"].items())]:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])
    columns = ["backend", *(f"{count:,} calls" for count in COUNTS)]
    table = report.table("Tracing a function of so many calls: ms by ops, and by the framework's own", columns)
    for backend, by in results["growth"].items():
        cells = [
            " and ".join(report.number(by[name][str(count)] * 1e3) for name in ("ops", "own") if str(count) in by[name])
            or report.NONE
            for count in COUNTS
        ]
        table.add_row(backend, *cells)
    console.print(table)


if __name__ == "__main__":
    counts = [int(text) for text in sys.argv[2:]]
    worker.finish(measure_growth(sys.argv[1], counts) if counts else measure(sys.argv[1]))
