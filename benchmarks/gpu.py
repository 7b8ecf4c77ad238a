"""`ops` on an accelerator: placement, memory shared through DLPack, kernels, compiled functions, and what a call adds.

Results are compared with NumPy in float64, and times with the framework's own expression on the same device. Where
there is no accelerator, the same code runs on the processor, with small sizes. Run as a script, with a backend's name,
it measures that backend.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import os
import statistics
import sys
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

from benchmarks import every_call, report, timing, worker

BACKENDS = ("torch", "jax")
ADDS_AT_MOST = 5e-6  # seconds; an accelerator's own call takes 5 to 20
CALLS = (
    "add multiply exp sum mean matmul reshape transpose concatenate take where nn.relu nn.softmax nn.conv "
    "nn.layer_normalization nn.dot_product_attention"
).split()
EPSILON = 1e-3
# Of the largest value. Accelerators multiply float32 numbers of which they drop digits (TF32).
_TOLERANCES = {"cpu": 1e-4, "gpu": 1e-2}

Arrays = dict[str, np.ndarray[Any, Any]]


class Sizes(NamedTuple):
    """The sizes of the operands."""

    images: tuple[int, int, int, int]
    filters: int
    rows: tuple[int, int]
    heads: tuple[int, int, int, int]
    order: int  # of the matrices
    rounds: int


FULL = Sizes((16, 64, 64, 32), 64, (2048, 1024), (8, 512, 8, 64), 2048, 15)
SMALL = Sizes((2, 6, 6, 3), 4, (4, 8), (2, 5, 2, 4), 8, 4)


def inputs(sizes: Sizes) -> Arrays:
    """Returns the operands as NumPy arrays."""
    rng = np.random.default_rng(0)
    channels, columns = sizes.images[-1], sizes.rows[-1]
    shapes = {
        "x": sizes.images,
        "k": (3, 3, channels, sizes.filters),
        "m": sizes.rows,
        "g": (columns,),
        "b": (columns,),
        **dict.fromkeys("qpv", sizes.heads),
        **dict.fromkeys("st", (sizes.order, sizes.order)),
    }
    arrays = {name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}
    return arrays | {"k": arrays["k"] / 17, "s": arrays["s"] / math.sqrt(sizes.order)}


# --- the results in float64 ------------------------------------------------------------------------------------------


def _conv(x: Any, k: Any) -> Any:
    height, width = x.shape[1:3]
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    return sum(padded[:, i : i + height, j : j + width] @ k[i, j] for i in range(3) for j in range(3))


def _layer_normalization(m: Any, g: Any, b: Any) -> Any:
    return (m - m.mean(-1, keepdims=True)) / np.sqrt(m.var(-1, keepdims=True) + EPSILON) * g + b


def _attention(q: Any, p: Any, v: Any) -> Any:
    scores = np.einsum("blhd,bmhd->bhlm", q, p) / math.sqrt(q.shape[-1])
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return np.einsum("bhlm,bmhd->blhd", weights / weights.sum(-1, keepdims=True), v)


def _network(s: Any, t: Any) -> Any:
    y = s @ t
    return (y * 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (y + 0.044715 * y**3)))).mean(0)


class Case(NamedTuple):
    """A function, in NumPy and in ops.

    Attributes:
        arguments: the names of its operands.
        reference: the function in NumPy.
        ours: the function in ops, given the module `ops`.
        is_jitted: whether it is compiled.
    """

    arguments: str
    reference: Callable[..., Any]
    ours: Callable[[Any], Callable[..., Any]]
    is_jitted: bool = False


CASES = {
    "conv": Case("x k", _conv, lambda ops: lambda x, k: ops.nn.conv(x, k, 1, "same")),
    "layer_normalization": Case(
        "m g b", _layer_normalization, lambda ops: lambda m, g, b: ops.nn.layer_normalization(m, g, b, epsilon=EPSILON)
    ),
    "dot_product_attention": Case("q p v", _attention, lambda ops: ops.nn.dot_product_attention),
    "matmul": Case("s t", np.matmul, lambda ops: ops.matmul),
    "jit": Case("s t", _network, lambda ops: lambda s, t: ops.mean(ops.nn.gelu(ops.matmul(s, t)), axis=0), True),
}


# --- in the worker ----------------------------------------------------------------------------------------------------


def _torch() -> dict[str, Callable[..., Any]]:
    torch: Any = importlib.import_module("torch")
    functional = torch.nn.functional

    def conv(x: Any, k: Any) -> Any:
        return functional.conv2d(x.permute(0, 3, 1, 2), k.permute(3, 2, 0, 1), padding=1).permute(0, 2, 3, 1)

    def attention(q: Any, p: Any, v: Any) -> Any:
        return functional.scaled_dot_product_attention(*(x.transpose(1, 2) for x in (q, p, v))).transpose(1, 2)

    return {
        "conv": conv,
        "layer_normalization": lambda m, g, b: functional.layer_norm(m, m.shape[-1:], g, b, EPSILON),
        "dot_product_attention": attention,
        "matmul": torch.matmul,
        "jit": lambda s, t: torch.mean(functional.gelu(torch.matmul(s, t), approximate="tanh"), 0),
    }


def _jax() -> dict[str, Callable[..., Any]]:
    jax: Any = importlib.import_module("jax")
    jnp, lax = jax.numpy, jax.lax

    def conv(x: Any, k: Any) -> Any:
        return lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))

    def normalized(m: Any, g: Any, b: Any) -> Any:
        return (m - m.mean(-1, keepdims=True)) * lax.rsqrt(m.var(-1, keepdims=True) + EPSILON) * g + b

    own = {
        "conv": conv,
        "layer_normalization": normalized,
        "dot_product_attention": jax.nn.dot_product_attention,
        "matmul": jnp.matmul,
        "jit": lambda s, t: jnp.mean(jax.nn.gelu(s @ t), 0),
    }
    return {name: jax.jit(function) for name, function in own.items()}


def platform_of(backend: str, x: Any) -> str:
    """Returns "cpu" or "gpu", where the framework says that a tensor is."""
    kinds = {x.device.type} if backend == "torch" else {device.platform for device in x.devices()}
    return "cpu" if kinds == {"cpu"} else "gpu"


def _placement(ops: Any, backend: str, kind: str) -> dict[str, str]:
    """Returns where tensors are that are created or computed inside the scope of a device, and in its jit."""
    x = ops.convert_to_tensor(np.ones((2, 3), np.float32))
    tensors = {
        "an array": x,
        "zeros": ops.zeros((2, 3)),
        "random numbers": ops.random.normal((3,)),
        "a sum": ops.add(x, 1.0),
        "a sum of lists": ops.add([1.0, 2.0], 3.0),
        "a Variable": ops.Variable([1.0, 2.0]).value,
        "a gradient": ops.grad(lambda x: ops.sum(x * x))(x),
    }
    with ops.device("cpu"):
        tensors["a tensor of the processor"] = ops.zeros((2,))
    expected = dict.fromkeys(tensors, kind) | {"a tensor of the processor": "cpu"}
    found = {name: platform_of(backend, tensor) for name, tensor in tensors.items()}
    return {name: "" if where == expected[name] else f"on {where}" for name, where in found.items()}


def _address(x: Any) -> int:
    return x.data_ptr() if hasattr(x, "data_ptr") else x.unsafe_buffer_pointer()


def _sharing(ops: Any, backend: str, kind: str) -> dict[str, str]:
    """Returns by framework whether tensors that are passed to it and back share memory: "" if they do."""
    result: dict[str, str] = {}
    for other in BACKENDS:
        if other == backend:
            continue
        try:
            x = ops.exp(ops.zeros((64, 64)))
            there = ops.to_backend(x, other)
            back = ops.to_backend(there, backend)
            is_shared = _address(x) == _address(there) == _address(back)
            where = platform_of(other, there)
            result[other] = "" if is_shared and where == kind else f"a copy on {where}"
        except Exception as error:
            result[other] = worker.reason(error)
    return result


def _compare(result: Any, expected: Any) -> float:
    """Returns the largest difference over the largest value."""
    if result.shape != expected.shape:
        return math.inf
    return float(np.abs(result - expected).max() / np.abs(expected).max())


def measure(backend: str, options: Mapping[str, Any] | None = None, calls: tuple[str, ...] = tuple(CALLS)) -> Any:
    """Returns the checks and the times on the backend's first accelerator, or on the processor.

    Args:
        backend: the backend's name.
        options: more options of torch.compile, for both contenders.
        calls: the ops whose calls on a few elements are measured.
    """
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")  # JAX leaves memory to PyTorch
    if importlib.util.find_spec("torch") is not None:
        importlib.import_module("torch")  # before JAX
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    device = next((name for name in ops.devices() if name.startswith("gpu")), "cpu:0")
    kind = device.partition(":")[0]
    sizes = FULL if kind == "gpu" else SMALL
    with ops.device(device):
        placement = _placement(ops, backend, kind)
        sharing = _sharing(ops, backend, kind)
        tensors = {name: ops.convert_to_tensor(array) for name, array in inputs(sizes).items()}
        small = every_call.Calls(backend, with_keras=False)
    worker.tell(1, 3)
    drain = small.drain if kind == "cpu" else _drain_of(backend)
    cases = _measure_cases(ops, backend, tensors, sizes, drain, options or {})
    worker.tell(2, 3)
    # Outside of the scope: programs that pass tensors on need none, and it would cost a look-up at each call.
    times = every_call.passes_of(small, calls, 3, sizes.rounds)
    return {
        "device": device,
        "placement": placement,
        "sharing": sharing,
        "tolerance": _TOLERANCES[kind],
        "cases": cases,
        "calls": every_call.figures(times),
        "missing": small.missing,
    }


def _drain_of(backend: str) -> Callable[[Any], Any]:
    """Returns the function that waits until an accelerator has computed a value."""
    if backend == "jax":
        return timing.drain_of(backend)
    torch: Any = importlib.import_module("torch")

    def drain(value: Any) -> Any:
        torch.accelerator.synchronize()
        return value

    return drain


def _measure_cases(
    ops: Any, backend: str, tensors: dict[str, Any], sizes: Sizes, drain: Callable[[Any], Any], options: Any
) -> dict[str, dict[str, float]]:
    own = {"torch": _torch, "jax": _jax}[backend]()
    arrays = {name: array.astype(np.float64) for name, array in inputs(sizes).items()}
    cases: dict[str, dict[str, float]] = {}
    for name, case in CASES.items():
        functions = {"ops": case.ours(ops), "own": own[name]}
        if case.is_jitted:
            functions["ops"] = ops.jit(functions["ops"], options={backend: options} if options else None)
            if backend == "torch":
                functions["own"] = importlib.import_module("torch").compile(functions["own"], fullgraph=True, **options)
        names = case.arguments.split()
        expected = case.reference(*(arrays[argument] for argument in names))
        loops: dict[str, timing.Loop] = {}
        errors: dict[str, float] = {}
        for contender, function in functions.items():
            loops[contender] = timing.loop(f"f({', '.join(names)})", {**tensors, "f": function})
            errors[contender] = _compare(ops.convert_to_numpy(drain(loops[contender](1))), expected)
        samples = timing.interleave({**loops}, sizes.rounds, sample=2e-3, drain=drain)
        cases[name] = timing.compared(samples) | {"error": errors["ops"], "own error": errors["own"]}
    return cases


# --- in the parent ----------------------------------------------------------------------------------------------------


def run(backends: tuple[str, ...], progress: Callable[[str, int, int], None]) -> dict[str, Any]:
    """Measures each backend in its own process."""
    measured = [name for name in BACKENDS if name in backends]
    results, failed = worker.run_each("gpu.py", measured, (), "an accelerator", progress)
    wrong = {backend: wrong_of(result) for backend, result in results.items()}
    return {
        "backends": results,
        "failed": failed,
        "wrong": wrong,
        "targets": [entry for backend, result in results.items() for entry in targets(backend, result, wrong[backend])],
    }


def wrong_of(result: Mapping[str, Any]) -> list[str]:
    """Returns what is wrong on a backend: the device or the copy of a tensor, or a value."""
    wrong = [f"{what} is {where}" for what, where in result["placement"].items() if where]
    wrong += [f"a tensor for {name}: {what}" for name, what in result["sharing"].items() if what]
    wrong += [
        f"{name} differs from NumPy by {case['error']:.1e} of the largest value"
        for name, case in result["cases"].items()
        if not case["error"] <= result["tolerance"]
    ]
    wrong += [f"{name}: {reason}" for name, reason in result["missing"]["ops"].items()]
    return wrong


def targets(backend: str, result: Mapping[str, Any], wrong: list[str]) -> list[dict[str, Any]]:
    """Returns the targets of a backend; those of times on an accelerator only."""
    entries = [report.target(f"{backend}: wrong places, copies and values", len(wrong), 0)]
    adds = {path: by["adds"] for path, by in result["calls"].items() if "adds" in by}
    if adds and result["device"].startswith("gpu"):
        slowest = max(adds, key=adds.__getitem__)
        entries += [
            report.target(f"{backend}: a call adds, median", statistics.median(adds.values()), ADDS_AT_MOST, "us"),
            report.target(f"{backend}: a call adds, worst ({slowest})", adds[slowest], ADDS_AT_MOST, "us"),
        ]
    return entries


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints the tables of each backend, what is wrong, and the targets."""
    on_processor = [backend for backend, of in results["backends"].items() if of["device"].startswith("cpu")]
    if on_processor:
        names = ", ".join(on_processor)
        console.print(f"No accelerator for {names}: run on the processor with small sizes; the times say nothing.")
    for backend, result in results["backends"].items():
        columns = ["case", "ops us", "own us", "/ own", "error", "own error"]
        table = report.table(f"{backend} on {result['device']}", columns)
        for name, case in result["cases"].items():
            errors = [f"{case[key]:.1e}" for key in ("error", "own error")]
            table.add_row(
                name, report.us(case["ops"]), report.us(case["own"]), report.number(case["over own"]), *errors
            )
        console.print(table)
        table = report.table(f"Calls on a few elements, {backend} on {result['device']}", ["op", "ops us", "adds us"])
        for path, by in result["calls"].items():
            table.add_row(path, report.us(by["ops"]), report.us(by["adds"]) if "adds" in by else report.NONE)
        console.print(table)
        places = ", ".join(result["placement"])
        shared = ", ".join(result["sharing"])
        console.print(f"- {backend}: places of {places}; memory shared with {shared}", style="dim", highlight=False)
    for backend, wrong in results["wrong"].items():
        for what in wrong:
            console.print(f"- {backend}: {what}", highlight=False, markup=False)
    for backend, reason in results["failed"].items():
        console.print(f"- {backend}: {reason}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


def is_correct(results: Mapping[str, Any]) -> bool:
    """Returns whether all places, copies and values are right; times do not count."""
    return not results["failed"] and not any(results["wrong"].values())


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1]))
