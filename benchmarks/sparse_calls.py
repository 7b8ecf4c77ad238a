"""Calls with sparse tensors, compared with the framework's own function and keras; and the memory that they need.

Times are those of matrices of 10,000 by 10,000 with 100,000 elements. Memory is the peak of a call above what the
process held before it, in multiples of the operands' size, for matrices of 1,000,000 by 1,000,000 with 1,000,000
elements. It is measured on Linux; an allocator that keeps what it has freed needs less for later calls.
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker

CONTENDERS = ("own", "ops", "keras")
BACKENDS = ("jax", "tensorflow", "torch", "numpy")
OVER_OWN_AT_MOST = 1.1
OVER_KERAS_AT_MOST = 1.05
MEMORY_AT_MOST = 6.0
_SMALL, _LARGE = (10_000, 100_000), (1_000_000, 1_000_000)  # size and elements

# By case: the op, and the arguments of both it and keras's. x and y are sparse matrices, u is one with repeated
# coordinates in no order.
CASES = {
    "add": ("add", "x, y"),
    "subtract": ("subtract", "x, y"),
    "multiply": ("multiply", "x, y"),
    "maximum": ("maximum", "x, y"),
    "multiply by a number": ("multiply", "x, 2.0"),
    "multiply by a row": ("multiply", "x, row"),
    "divide by a column": ("divide", "x, column"),
    "matmul, dense": ("matmul", "x, column"),
    "matmul of dense": ("matmul", "row, x"),
    "matmul, sparse": ("matmul", "x, y"),
    "sum": ("sum", "x"),
    "sum of rows": ("sum", "x, 1"),
    "sum of columns": ("sum", "x, 0"),
    "mean of rows": ("mean", "x, 1"),
    "max of rows": ("max", "x, 1"),
    "abs": ("abs", "x"),
    "sqrt": ("sqrt", "x"),
    "relu": ("nn.relu", "x"),
    "cast": ("cast", "x, 'int32'"),
    "transpose": ("transpose", "x"),
    "reshape": ("reshape", "x, halves"),
    "expand_dims": ("expand_dims", "x, 1"),
    "squeeze": ("squeeze", "wide, 1"),
    "concatenate": ("concatenate", "[x, y], 0"),
    "stack": ("stack", "[x, y]"),
    "take": ("take", "x, ids, 0"),
    "flip": ("flip", "x, 0"),
    "pad": ("pad", "x, ((1, 1), (2, 2))"),
    "coalesce": ("sparse.coalesce", "u"),
    "to_dense": ("convert_to_tensor", "x, None, False"),
    "segment_sum": ("segment_sum", "x, rows, 1000"),
}
# JAX's own products of two sparse tensors, which keras calls, need an element for each pair of stored ones.
_QUADRATIC = {"jax": ("multiply", "matmul, sparse")}
_DENSE = ("to_dense",)  # not measured at the large size
_OF_TWO = ("add", "subtract", "multiply", "maximum", "matmul, sparse", "concatenate", "stack")


def _parts(seed: int, size: int, count: int) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Returns coordinates in ascending order without repetition, and values."""
    rng = np.random.default_rng(seed)
    flat = np.unique(rng.integers(0, size * size, count + count // 100 + 100))
    flat = np.sort(rng.permutation(flat)[:count])
    return np.stack([flat // size, flat % size], 1), rng.uniform(0.1, 0.9, count).astype(np.float32)


def _arrays(size: int, count: int) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    repeated = rng.integers(0, size, (count, 2))
    repeated[: count // 10] = repeated[count // 10 : count // 10 * 2]
    return {
        "x": _parts(1, size, count),
        "y": _parts(2, size, count),
        "u": (repeated, rng.uniform(size=count).astype(np.float32)),
        "row": np.ones((1, size), np.float32),
        "column": np.ones((size, 1), np.float32),
        "ids": rng.integers(0, size, 100).astype(np.int32),
        "rows": rng.integers(0, 1000, size).astype(np.int32),
    }


def _scope(ops: Any, arrays: dict[str, Any], size: int) -> dict[str, Any]:
    """Returns the arguments as tensors of the backend."""

    def converted(name: str, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value if ops.backend() == "numpy" else ops.convert_to_tensor(value)
        tensor = ops.sparse.from_coo(*value, (size, size))
        return tensor if name == "u" else ops.sparse.coalesce(tensor)

    scope = {name: converted(name, value) for name, value in arrays.items()}
    scope["wide"] = ops.expand_dims(scope["x"], 1)
    scope["halves"] = (size // 2, size * 2)
    return scope


# --- the frameworks' own expressions ----------------------------------------------------------------------------------


def _torch(scope: dict[str, Any], size: int) -> dict[str, str]:
    return {
        "add": "torch.add(x, y)",
        "subtract": "torch.sub(x, y)",
        "multiply": "torch.mul(x, y)",
        "multiply by a number": "torch.mul(x, 2.0)",
        "matmul, dense": "torch.mm(x, column)",
        "matmul, sparse": "torch.sparse.mm(x, y)",
        "sum": "torch.sum(x)",
        "sum of rows": "torch.sparse.sum(x, 1)",
        "sum of columns": "torch.sparse.sum(x, 0)",
        "abs": "torch.abs(x)",
        "sqrt": "torch.sqrt(x)",
        "relu": "torch.relu(x)",
        "cast": "x.to(torch.int32)",
        "transpose": "x.t()",
        "expand_dims": "x.unsqueeze(1)",
        "concatenate": "torch.cat([x, y], 0)",
        "stack": "torch.stack([x, y])",
        "take": "torch.index_select(x, 0, ids.long())",
        "coalesce": "u.coalesce()",
        "to_dense": "x.to_dense()",
    }


def _tensorflow(scope: dict[str, Any], size: int) -> dict[str, str]:
    return {
        "add": "tf.sparse.add(x, y)",
        "maximum": "tf.sparse.maximum(x, y)",
        "multiply by a number": "tf.SparseTensor(x.indices, x.values * 2.0, x.dense_shape)",
        "multiply by a row": "x * row",
        "divide by a column": "x / column",
        "matmul, dense": "tf.sparse.sparse_dense_matmul(x, column)",
        "sum": "tf.sparse.reduce_sum(x)",
        "sum of rows": "tf.sparse.reduce_sum(x, 1, output_is_sparse=True)",
        "sum of columns": "tf.sparse.reduce_sum(x, 0, output_is_sparse=True)",
        "max of rows": "tf.sparse.reduce_max(x, 1, output_is_sparse=True)",
        "abs": "tf.sparse.map_values(tf.abs, x)",
        "sqrt": "tf.sparse.map_values(tf.sqrt, x)",
        "relu": "tf.sparse.map_values(tf.nn.relu, x)",
        "cast": "tf.cast(x, tf.int32)",
        "transpose": "tf.sparse.transpose(x)",
        "reshape": "tf.sparse.reshape(x, halves)",
        "expand_dims": "tf.sparse.expand_dims(x, 1)",
        "squeeze": "tf.sparse.reshape(wide, square)",
        "concatenate": "tf.sparse.concat(0, [x, y])",
        "stack": "tf.sparse.concat(0, [tf.sparse.expand_dims(x, 0), tf.sparse.expand_dims(y, 0)])",
        "to_dense": "tf.sparse.to_dense(x)",
    }


def _jax(scope: dict[str, Any], size: int) -> dict[str, str]:
    return {
        "add": "x + y",
        "multiply by a number": "x * 2.0",
        "multiply by a row": "sparse.bcoo_multiply_dense(x, row)",
        "matmul, dense": "x @ column",
        "matmul of dense": "row @ x",
        "sum": "x.sum()",
        "sum of rows": "sparse.bcoo_reduce_sum(x, axes=(1,)).sum_duplicates()",
        "sum of columns": "sparse.bcoo_reduce_sum(x, axes=(0,)).sum_duplicates()",
        "abs": "sparse.sparsify(jnp.abs)(x)",
        "sqrt": "sparse.sparsify(jnp.sqrt)(x)",
        "relu": "sparse.sparsify(jax.nn.relu)(x)",
        "cast": "sparse.sparsify(lambda z: z.astype(int))(x)",
        "transpose": "x.T",
        "reshape": "x.reshape(halves)",
        "expand_dims": "x[:, None]",
        "squeeze": "wide.reshape(square)",
        "concatenate": "sparse.bcoo_concatenate([x, y], dimension=0)",
        "coalesce": "u.sum_duplicates()",
        "to_dense": "x.todense()",
    }


def _numpy(scope: dict[str, Any], size: int) -> dict[str, str]:
    return {
        "add": "x + y",
        "subtract": "x - y",
        "multiply": "x.multiply(y)",
        "maximum": "x.maximum(y)",
        "multiply by a number": "x * 2.0",
        "multiply by a row": "x.multiply(row)",
        "divide by a column": "x.multiply(1 / column)",
        "matmul, dense": "x @ column",
        "matmul of dense": "row @ x",
        "matmul, sparse": "x @ y",
        "sum": "x.sum()",
        "sum of rows": "sparse.coo_array(x.sum(1))",
        "sum of columns": "sparse.coo_array(x.sum(0))",
        "max of rows": "x.max(1)",
        "abs": "abs(x)",
        "sqrt": "x.sqrt()",
        "cast": "x.astype(np.int32)",
        "transpose": "x.T",
        "reshape": "x.reshape(halves)",
        "concatenate": "sparse.vstack([x, y])",
        "take": "x.tocsr()[ids]",
        "coalesce": "u.tocsr().tocoo()",
        "to_dense": "x.toarray()",
    }


_OWN = {"torch": _torch, "tensorflow": _tensorflow, "jax": _jax, "numpy": _numpy}
_MODULES = {
    "torch": {"torch": "torch"},
    "tensorflow": {"tf": "tensorflow"},
    "jax": {"jax": "jax", "jnp": "jax.numpy", "sparse": "jax.experimental.sparse"},
    "numpy": {"np": "numpy", "sparse": "scipy.sparse"},
}

# --- in the worker ----------------------------------------------------------------------------------------------------


def _status(name: str) -> int:
    """Returns a number of bytes from the description of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name))) * 1024


def _peak(call: Callable[[], Any], drain: Callable[[Any], Any]) -> int:
    """Returns the bytes that a call needs above those that the process held before."""
    drain(call())
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from now
    held = _status("VmRSS")
    drain(call())
    return _status("VmHWM") - held


def _memory(ops: Any, cases: list[str], find: Any, drain: Callable[[Any], Any]) -> dict[str, float]:
    """Returns the peaks of the large matrices, over the operands."""
    if not Path("/proc/self/clear_refs").exists():
        return {}
    size, count = _LARGE
    scope = _scope(ops, _arrays(size, count), size)
    entry = 12 if ops.backend() in ("jax", "numpy") else 20  # bytes: two coordinates and a float32
    peaks: dict[str, float] = {}
    for case in cases:
        path, arguments = CASES[case]
        if case in _DENSE:
            continue
        call = eval(f"lambda: f({arguments})", {**scope, "f": find(path)(ops)})
        try:
            peaks[case] = _peak(call, drain) / (entry * count * (2 if case in _OF_TWO else 1))
        except ops.ShapeError:  # a size beyond the framework's coordinates
            continue
    return peaks


def measure(backend: str, rounds: int, chosen: list[str]) -> dict[str, Any]:
    """Returns the seconds of each call by case and contender, the reasons for missing ones, and peaks of memory."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    ops.config.set_allow_densify(False)
    keras: Any = importlib.import_module("keras")
    find: Any = importlib.import_module("operator").attrgetter
    size, count = _SMALL
    scope = _scope(ops, _arrays(size, count), size)
    own = _OWN[backend](scope, size)
    modules = {name: importlib.import_module(path) for name, path in _MODULES[backend].items()}
    drain = timing.drain_of(backend)
    missing: dict[str, dict[str, str]] = {name: {} for name in CONTENDERS}
    times: dict[str, dict[str, list[float]]] = {}
    cases = [case for case in CASES if not chosen or case in chosen]
    for done, case in enumerate(cases):
        path, arguments = CASES[case]
        contenders: dict[str, tuple[str, dict[str, Any]]] = {
            "ops": (f"f({arguments})", {**scope, "f": find(path)(ops)}),
        }
        if case in own:
            contenders["own"] = (own[case], {**scope, **modules, "square": (size, size)})
        try:
            if case in _QUADRATIC.get(backend, ()):
                missing["keras"][case] = "keras needs more memory than there is"
            elif backend in ("jax", "tensorflow"):  # keras has sparse tensors on these
                contenders["keras"] = (f"f({arguments})", {**scope, "f": find(path)(keras.ops)})
        except AttributeError:
            missing["keras"][case] = "keras has no op of this name"
        loops, errors = timing.loops_of(contenders, drain)
        for name, error in errors.items():
            missing[name][case] = worker.reason(error)
        times[case] = timing.interleave({**loops}, rounds, sample=5e-3, drain=drain)
        worker.tell(done + 1, len(cases) + 1)
    peaks = _memory(ops, cases, find, drain)
    worker.tell(len(cases) + 1, len(cases) + 1)
    return {"times": times, "missing": missing, "peaks": peaks}


# --- in the parent ----------------------------------------------------------------------------------------------------


def run(backends: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Measures each backend in its own process."""
    ratios: dict[str, Any] = {}
    targets: list[dict[str, Any]] = []
    measured = [name for name in BACKENDS if name in backends]
    results, failed = worker.run_each("sparse_calls.py", measured, ("7" if quick else "21",), "sparse", progress)
    for backend, result in results.items():
        by: dict[str, Any] = {}
        for case, times in result["times"].items():
            by[case] = timing.compared(times)
            if case in result["peaks"]:
                by[case]["memory"] = result["peaks"][case]
        ratios[backend] = {"cases": by, "missing": result["missing"]}
        limits = {"over own": OVER_OWN_AT_MOST, "over keras": OVER_KERAS_AT_MOST, "memory": MEMORY_AT_MOST}
        for figure, limit in limits.items():
            found = {case: values[figure] for case, values in by.items() if figure in values}
            if found:
                worst = max(found, key=found.__getitem__)
                targets.append(report.target(f"{backend}: {worst}, the largest, {figure}", found[worst], limit))
    return {"ratios": ratios, "failed": failed, "targets": targets}


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints a table for each backend, and the targets."""
    notes: list[str] = []
    for backend, result in results["ratios"].items():
        table = report.table(f"Sparse tensors on {backend}", ["case", "ops us", "/ own", "/ keras", "memory"])
        for case, times in result["cases"].items():
            figures = [report.us(times["ops"]) if "ops" in times else report.NONE]
            names = ("over own", "over keras", "memory")
            figures += [report.number(times[name]) if name in times else report.NONE for name in names]
            table.add_row(case, *figures)
        console.print(table)
        for name, reasons in result["missing"].items():
            notes += [f"{backend}, {name} has no time for {case}: {reason}" for case, reason in reasons.items()]
    for note in [*notes, *(f"{backend}: {reason}" for backend, reason in results["failed"].items())]:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
