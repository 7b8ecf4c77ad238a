"""A million float32 elements: each op's time, compared with the framework's own public call and with keras.

The ops come from the records. Run as a script, with a backend's name, a number of rounds and the paths of
ops (none: all), it measures that backend.
"""

from __future__ import annotations

import importlib
import inspect
import statistics
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker
from ops.testing import RECORDS

CONTENDERS = ("own", "ops", "keras")
MEDIAN_AT_MOST = 1.05
_SHOWN = 12

# Arguments by name: x and y are (1000, 1000), of numbers between 0.1 and 0.9, z is above 1; m and u are masks of that
# shape, i, j and h integers, k 1,000 indices; v, w and c are of a million elements in one axis, g and d in rows of 3, e
# in a cube; r is a row, o has an axis of size 1 more, t is (32, 32), s are edges, b is a short window.
# An op's arguments, where they are not x, or x and y.
ARGUMENTS = {
    "where": "m, x, y",
    "clip": "x, 0.2, 0.7",
    "reshape": "x, (500, 2000)",
    "transpose": "x, (1, 0)",
    "concatenate": "[x, y], 0",
    "stack": "[x, y], 0",
    "split": "x, 4, 0",
    "expand_dims": "x, 0",
    "squeeze": "o",
    "broadcast_to": "r, (1000, 1000)",
    "pad": "x, ((1, 1), (1, 1))",
    "flip": "x, 0",
    "take": "x, k, 0",
    "get_item": "x, k",
    "einsum": "'ij,jk->ik', x, y",
    "tensordot": "x, y, 1",
    "zeros": "(1000, 1000), 'float32'",
    "ones": "(1000, 1000), 'float32'",
    "full": "(1000, 1000), 0.5, 'float32'",
    "full_like": "x, 0.5",
    "arange": "0, 1000000, 1, 'float32'",
    "eye": "1000, 1000, 0, 'float32'",
    "identity": "1000, 'float32'",
    "linspace": "0.0, 1.0, 1000000",
    "mean": "x, 1",
    "sum": "x, 1",
    "max": "x, 1",
    "min": "x, 1",
    "prod": "x, 1",
    "argmax": "x, 1",
    "argmin": "x, 1",
    "all": "m, 1",
    "any": "m, 1",
    "logical_and": "m, u",
    "logical_or": "m, u",
    "logical_xor": "m, u",
    "logical_not": "m",
    "cumsum": "x, 1",
    "cumprod": "x, 1",
    "sort": "x, 1",
    "argsort": "x, 1",
    "median": "x, 1",
    "quantile": "x, 0.3, 1",
    "roll": "x, 7, 1",
    "repeat": "x, 2, 1",
    "tile": "x, (1, 2)",
    "moveaxis": "x, 0, 1",
    "swapaxes": "x, 0, 1",
    "take_along_axis": "x, i, 1",
    "searchsorted": "s, v",
    "digitize": "v, s",
    "bincount": "c",
    "diff": "x, 1",
    "bitwise_and": "i, j",
    "bitwise_or": "i, j",
    "bitwise_xor": "i, j",
    "bitwise_not": "i",
    "bitwise_invert": "i",
    "bitwise_left_shift": "i, h",
    "bitwise_right_shift": "i, h",
    "left_shift": "i, h",
    "right_shift": "i, h",
    "gcd": "i, j",
    "lcm": "i, j",
    "ldexp": "x, i",
    "outer": "r, r",
    "vdot": "v, w",
    "inner": "x, y",
    "arccosh": "z",
    "kron": "t, t",
    "cross": "g, d",
    "correlate": "v, b",
    "diagflat": "r",
    "vander": "r, 1000",
    "bartlett": "1000000",
    "blackman": "1000000",
    "hamming": "1000000",
    "hanning": "1000000",
    "kaiser": "1000000, 14.0",
    "tri": "1000",
    "logspace": "0.0, 1.0, 1000000",
    "geomspace": "1.0, 2.0, 1000000",
    "select": "[m, u], [x, y]",
    "unravel_index": "c, (10, 100)",
    "array_split": "x, 3, 0",
    "hsplit": "x, 4",
    "vsplit": "x, 4",
    "dsplit": "e, 4",
    "hstack": "[x, y]",
    "vstack": "[x, y]",
    "dstack": "[x, y]",
    "rot90": "x",
    "meshgrid": "r, r",
    "histogram": "v",
    "argpartition": "x, 300, 1",
    "nanquantile": "x, 0.3, 1",
    "percentile": "x, 30.0, 1",
    "nanpercentile": "x, 30.0, 1",
    "trapezoid": "x",
}

# The framework's own call, where its name or its arguments differ from those of ops.
_TORCH_DIM = ("cumsum", "cumprod", "argsort", "diff")
OWN: dict[str, dict[str, str]] = {
    "numpy": {
        "get_item": "x[k]",
        "take": "np.take(x, k, 0)",
        "nn.relu": "np.maximum(x, 0)",
        "arange": "np.arange(0, 1000000, 1, 'float32')",
        "linspace": "np.linspace(0.0, 1.0, 1000000, dtype='float32')",
        "logspace": "np.logspace(0.0, 1.0, 1000000, dtype='float32')",
        "geomspace": "np.geomspace(1.0, 2.0, 1000000, dtype='float32')",
        "divide_no_nan": "np.divide(x, y)",
    },
    "jax": {
        "get_item": "x[k]",
        "nn.relu": "jax.nn.relu(x)",
        "nn.gelu": "jax.nn.gelu(x)",
        "nn.sigmoid": "jax.nn.sigmoid(x)",
        "nn.softmax": "jax.nn.softmax(x)",
        "nn.log_softmax": "jax.nn.log_softmax(x)",
    },
    "torch": {
        "get_item": "x[k]",
        "concatenate": "torch.cat([x, y], 0)",
        "transpose": "torch.permute(x, (1, 0))",
        "split": "torch.tensor_split(x, 4, 0)",
        "expand_dims": "torch.unsqueeze(x, 0)",
        "pad": "torch.nn.functional.pad(x, (1, 1, 1, 1))",
        "flip": "torch.flip(x, (0,))",
        "take": "torch.index_select(x, 0, k)",
        "power": "torch.pow(x, y)",
        "mod": "torch.remainder(x, y)",
        "max": "torch.amax(x, 1)",
        "min": "torch.amin(x, 1)",
        "equal": "torch.eq(x, y)",
        "zeros": "torch.zeros((1000, 1000))",
        "ones": "torch.ones((1000, 1000))",
        "full": "torch.full((1000, 1000), 0.5)",
        "arange": "torch.arange(0, 1000000, 1, dtype=torch.float32)",
        "eye": "torch.eye(1000, 1000)",
        "identity": "torch.eye(1000)",
        "sort": "torch.sort(x, 1).values",
        "median": "torch.quantile(x, 0.5, 1)",
        "repeat": "torch.repeat_interleave(x, 2, 1)",
        "take_along_axis": "torch.take_along_dim(x, il, 1)",
        "arctan2": "torch.atan2(x, y)",
        "dot": "torch.matmul(x, y)",
        "argpartition": "torch.topk(x, 301, 1, False, False)",
        "array_split": "torch.tensor_split(x, 3, 0)",
        "bartlett": "torch.bartlett_window(1000000, False)",
        "blackman": "torch.blackman_window(1000000, False)",
        "hamming": "torch.hamming_window(1000000, False)",
        "hanning": "torch.hann_window(1000000, False)",
        "kaiser": "torch.kaiser_window(1000000, False, 14.0)",
        "conjugate": "torch.conj(x)",
        "copy": "torch.clone(x)",
        "cross": "torch.linalg.cross(g, d)",
        "digitize": "torch.bucketize(v, s, right=True)",
        "divide_no_nan": "torch.div(x, y)",
        "fabs": "torch.abs(x)",
        "histogram": "torch.histogram(v, 10)",
        "imag": "torch.zeros_like(x)",
        "left_shift": "torch.bitwise_left_shift(i, h)",
        "right_shift": "torch.bitwise_right_shift(i, h)",
        "meshgrid": "torch.meshgrid(r, r, indexing='xy')",
        "nanpercentile": "torch.nanquantile(x, 0.3, 1)",
        "percentile": "torch.quantile(x, 0.3, 1)",
        "select": "torch.where(m, x, torch.where(u, y, 0))",
        "tri": "torch.ones(1000, 1000).tril()",
        "vander": "torch.vander(r, 1000)",
        "diagflat": "torch.diagflat(r)",
        "nn.relu": "torch.relu(x)",
        "nn.gelu": "torch.nn.functional.gelu(x, approximate='tanh')",
        "nn.softmax": "torch.softmax(x, -1)",
        "nn.log_softmax": "torch.log_softmax(x, -1)",
        **{name: f"torch.{name}(x, dim=1)" for name in _TORCH_DIM},
    },
    "tensorflow": {
        "get_item": "tf.gather(x, k)",
        "concatenate": "tf.concat([x, y], 0)",
        "sum": "tf.reduce_sum(x, 1)",
        "mean": "tf.reduce_mean(x, 1)",
        "prod": "tf.reduce_prod(x, 1)",
        "max": "tf.reduce_max(x, 1)",
        "min": "tf.reduce_min(x, 1)",
        "amax": "tf.reduce_max(x)",
        "amin": "tf.reduce_min(x)",
        "all": "tf.reduce_all(m, 1)",
        "any": "tf.reduce_any(m, 1)",
        "take": "tf.gather(x, k, axis=0)",
        "flip": "tf.reverse(x, (0,))",
        "clip": "tf.clip_by_value(x, 0.2, 0.7)",
        "power": "tf.pow(x, y)",
        "mod": "tf.math.floormod(x, y)",
        "floor_divide": "tf.math.floordiv(x, y)",
        "isnan": "tf.math.is_nan(x)",
        "isinf": "tf.math.is_inf(x)",
        "isfinite": "tf.math.is_finite(x)",
        "absolute": "tf.abs(x)",
        "dot": "tf.matmul(x, y)",
        "zeros": "tf.zeros((1000, 1000))",
        "ones": "tf.ones((1000, 1000))",
        "full": "tf.fill((1000, 1000), 0.5)",
        "arange": "tf.range(0, 1000000, 1, 'float32')",
        "eye": "tf.eye(1000, 1000)",
        "identity": "tf.eye(1000)",
        "arctan2": "tf.atan2(x, y)",
        "sort": "tf.sort(x, 1)",
        "argsort": "tf.argsort(x, 1)",
        "true_divide": "tf.divide(x, y)",
        "fmod": "tf.truncatemod(x, y)",
        "exp2": "tf.pow(2.0, x)",
        "arccos": "tf.acos(x)",
        "arccosh": "tf.acosh(z)",
        "arcsin": "tf.asin(x)",
        "arcsinh": "tf.asinh(x)",
        "arctan": "tf.atan(x)",
        "arctanh": "tf.atanh(x)",
        "bitwise_not": "tf.bitwise.invert(i)",
        "bitwise_left_shift": "tf.bitwise.left_shift(i, h)",
        "bitwise_right_shift": "tf.bitwise.right_shift(i, h)",
        "nonzero": "tf.where(x)",
        "digitize": "tf.searchsorted(s, v, 'right')",
        "take_along_axis": "tf.gather(x, i, axis=1, batch_dims=1)",
        "ravel": "tf.reshape(x, (-1,))",
        "moveaxis": "tf.transpose(x)",
        "swapaxes": "tf.transpose(x)",
        "fliplr": "tf.reverse(x, (1,))",
        "flipud": "tf.reverse(x, (0,))",
        "tril": "tf.linalg.band_part(x, -1, 0)",
        "triu": "tf.linalg.band_part(x, 0, -1)",
        "diag": "tf.linalg.diag_part(x)",
        "diagflat": "tf.linalg.diag(r)",
        "diff": "x[:, 1:] - x[:, :-1]",
        "var": "tf.math.reduce_variance(x)",
        "std": "tf.math.reduce_std(x)",
        "average": "tf.reduce_mean(x)",
        "inner": "tf.matmul(x, y, transpose_b=True)",
        "outer": "tf.tensordot(r, r, 0)",
        "vdot": "tf.tensordot(v, w, 1)",
        "meshgrid": "tf.meshgrid(r, r)",
        "vstack": "tf.concat([x, y], 0)",
        "hstack": "tf.concat([x, y], 1)",
        "dstack": "tf.stack([x, y], 2)",
        "bincount": "tf.math.bincount(c)",
        "nn.gelu": "tf.nn.gelu(x, approximate=True)",
    },
    "openvino": {},
}


def inputs() -> dict[str, np.ndarray[Any, Any]]:
    """Returns the arguments as NumPy arrays."""
    rng = np.random.default_rng(0)
    square = (1000, 1000)
    x, y = (rng.uniform(0.1, 0.9, square).astype(np.float32) for _ in range(2))
    i, j = (rng.integers(0, 1000, square).astype(np.int32) for _ in range(2))
    return {
        "x": x, "y": y, "m": x > 0.5, "u": y > 0.5, "i": i, "j": j, "il": i.astype(np.int64),
        "h": rng.integers(0, 5, square).astype(np.int32), "k": np.arange(1000, dtype=np.int32)[::-1].copy(),
        "v": x.ravel(), "w": y.ravel(), "r": x[0], "o": x[None], "s": np.linspace(0, 1, 100, dtype=np.float32),
        "c": i.ravel(), "z": x + 1, "g": x.ravel()[:999_999].reshape(-1, 3), "d": y.ravel()[:999_999].reshape(-1, 3),
        "e": x.reshape(100, 100, 100), "t": x[:32, :32].copy(), "b": x[0, :16].copy(),
    }  # fmt: skip


# --- in the worker --------------------------------------------------------------------------------------------------


def _arguments(path: str, function: Any) -> str | None:
    """Returns the source of an op's arguments; None where they are not known."""
    name = path.removeprefix("nn.")
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    parameters = inspect.signature(function).parameters.values()
    needed = [p.name for p in parameters if p.default is p.empty and p.kind is not p.VAR_KEYWORD]
    return {"x": "x", "a": "x", "x1 x2": "x, y", "x y": "x, y"}.get(" ".join(needed))


def _own(backend: str, path: str, arguments: str) -> str | None:
    """Returns the framework's own call as source, if it has one of this name."""
    if path in OWN[backend]:
        return OWN[backend][path]
    name = path.removeprefix("nn.")
    roots = {
        "numpy": ("np",),
        "jax": ("jnp",),
        "torch": ("torch", "torch.nn.functional"),
        "tensorflow": ("tf", "tf.math", "tf.nn", "tf.bitwise"),
        "openvino": (),
    }[backend]
    for root in roots:
        head, *rest = root.split(".")
        module = importlib.import_module({"np": "numpy", "jnp": "jax.numpy", "tf": "tensorflow"}.get(head, head))
        for part in rest:
            module = getattr(module, part)
        if callable(getattr(module, name, None)):
            return f"{root}.{name}({arguments})"
    return None


def measure(backend: str, rounds: int, chosen: list[str]) -> dict[str, Any]:
    """Returns the seconds of each call by op and contender, for the chosen ops (none: all)."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    keras: Any = importlib.import_module("keras")
    arrays = inputs()
    drain = timing.drain_of(backend)
    scope: dict[str, Any] = {"np": np}
    if backend == "numpy":
        tensors = dict(arrays)
    else:
        tensors = {name: ops.convert_to_tensor(array) for name, array in arrays.items()}
    if backend == "jax":
        jax = importlib.import_module("jax")
        scope |= {"jax": jax, "jnp": importlib.import_module("jax.numpy")}
    elif backend in ("torch", "tensorflow"):
        scope[{"torch": "torch", "tensorflow": "tf"}[backend]] = importlib.import_module(backend)
    theirs = tensors
    if backend == "openvino":
        theirs = {name: keras.ops.convert_to_tensor(array) for name, array in arrays.items()}
    loops: dict[Any, timing.Loop] = {}
    missing: dict[str, dict[str, str]] = {name: {} for name in CONTENDERS}
    for record in RECORDS:
        path = record.path
        mine = importlib.import_module("operator").attrgetter(path)(ops)
        arguments = _arguments(path, mine)
        if arguments is None or (chosen and path not in chosen):
            continue
        # keras's results on OpenVINO are graphs until they are read.
        read = backend == "openvino"
        contenders = {
            "own": (_own(backend, path, arguments), {**scope, **tensors}),
            "ops": (f"f({arguments})", {**tensors, "f": mine}),
            "keras": (
                f"read(f({arguments}))" if read else f"f({arguments})",
                {**theirs, "read": keras.ops.convert_to_numpy},
            ),
        }
        try:
            contenders["keras"][1]["f"] = importlib.import_module("operator").attrgetter(path)(keras.ops)
        except AttributeError:
            contenders["keras"] = (None, {})
        for name, (source, names) in contenders.items():
            if source is None:
                continue
            try:
                run = timing.loop(source, names)
                drain(run(1))
                loops[path, name] = run
            except Exception as error:
                missing[name][path] = worker.reason(error)
    times: dict[str, dict[str, list[float]]] = {}
    paths = list(dict.fromkeys(path for path, _ in loops))
    for done, path in enumerate(paths):
        # Op by op: a slow period of the machine then affects one op, and all of its contenders.
        each = {name: loops[path, name] for name in CONTENDERS if (path, name) in loops}
        times[path] = timing.interleave({**each}, rounds, sample=2e-3, drain=drain)
        worker.tell(done + 1, len(paths))
    return {"times": times, "missing": missing}


# --- in the parent --------------------------------------------------------------------------------------------------


def run(
    backends: tuple[str, ...], chosen: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Measures each backend in its own process."""
    ratios: dict[str, Any] = {}
    targets: list[dict[str, Any]] = []
    results, failed = worker.run_each("million.py", backends, ("5" if quick else "15", *chosen), "a million", progress)
    for backend, result in results.items():
        by = {path: timing.compared(times) for path, times in result["times"].items()}
        ratios[backend] = {"ops": by, "missing": result["missing"]}
        own = [times["over own"] for times in by.values() if "over own" in times]
        if own:
            targets.append(report.target(f"{backend}: median over own", statistics.median(own), MEDIAN_AT_MOST))
    return {"ratios": ratios, "failed": failed, "targets": targets}


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints a table of medians, and the slow ops."""
    table = report.table(
        "A million float32: time of ops over the framework's own call, and over keras's",
        ["backend", "ops", "median / own", "above 1.2", "median / keras", "slower than keras"],
    )
    notes: list[str] = []
    for backend, result in results["ratios"].items():
        by: dict[str, dict[str, float]] = result["ops"]
        own = {path: times["over own"] for path, times in by.items() if "over own" in times}
        keras = {path: times["over keras"] for path, times in by.items() if "over keras" in times}
        slower = {path: ratio for path, ratio in keras.items() if ratio > 1.1}
        slow = {path: ratio for path, ratio in own.items() if ratio > 1.2}
        table.add_row(
            backend, str(len(by)), _median(own), str(len(slow)), _median(keras), str(len(slower)),
        )  # fmt: skip
        for what, which in (("own call", slow), ("keras", slower)):
            worst = sorted(which.items(), key=lambda item: -item[1])[:_SHOWN]
            if worst:
                notes.append(f"{backend}, over {what}: {', '.join(f'{path} {ratio:.2f}' for path, ratio in worst)}")
        for name, reasons in result["missing"].items():
            if reasons:
                notes.append(f"{backend}, {name} has no time: {', '.join(reasons)}")
    console.print(table)
    for note in [*notes, *(f"{backend}: {reason}" for backend, reason in results["failed"].items())]:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


def _median(ratios: dict[str, float]) -> str:
    return report.number(statistics.median(ratios.values())) if ratios else report.NONE


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
