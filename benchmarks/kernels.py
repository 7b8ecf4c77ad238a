"""Long kernels (convolution, pooling, attention and so on), compared with the framework's best expression and keras.

NumPy has no such kernels: it is compared with torch in the same process, and its peak memory is measured, too. Run as a
script, with a backend's name, a number of rounds and the cases to measure (none: all).
"""

from __future__ import annotations

import importlib
import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
from rich.console import Console

from benchmarks import report, timing, worker

CONTENDERS = ("own", "ops", "keras")
OVER_OWN_AT_MOST = {"jax": 1.1, "tensorflow": 1.1, "torch": 1.1, "numpy": 2.0}
MEMORY_AT_MOST = 3.0
BACKENDS = tuple(OVER_OWN_AT_MOST)

# By case: the op, and the arguments of both it and keras's.
CASES = {
    "conv": ("nn.conv", "x, k, 1, 'same'"),
    "max_pool": ("nn.max_pool", "x, 2, 2"),
    "resize": ("image.resize", "x, (128, 128)"),
    "gelu": ("nn.gelu", "m"),
    "softmax": ("nn.softmax", "m"),
    "layer_normalization": ("nn.layer_normalization", "m, g, b"),
    "dot_product_attention": ("nn.dot_product_attention", "q, p, v"),
    "segment_sum": ("segment_sum", "d, s, 1000"),
    "rfft": ("rfft", "t"),
    "svd": ("svd", "a"),
    "lstm": ("nn.lstm", "w, h, h, None, wk, wr, wb, return_sequences=True"),
    "portable uniform": ("random.uniform", "(10_000_000,), seed=seed"),  # compared with the framework's own generator
}
SHAPES = {
    "conv": "16x64x64x32, 64 filters of 3x3",
    "max_pool": "16x64x64x32, 2x2",
    "resize": "16x64x64x32 to 128x128",
    "gelu": "2048x1024",
    "softmax": "2048x1024",
    "layer_normalization": "2048x1024",
    "dot_product_attention": "8 heads, 8x512x64",
    "segment_sum": "100000x32 in 1000",
    "rfft": "256x4096",
    "svd": "256x256",
    "lstm": "32x128x256",
    "portable uniform": "10000000",
}
# The counter-based generator needs more work than the generators of most frameworks.
OF_PORTABLE_AT_MOST = {"jax": 3.0, "tensorflow": 3.0, "torch": 10.0, "numpy": 10.0}
PORTABLE_MEMORY_AT_MOST = 4.0


def inputs() -> dict[str, np.ndarray[Any, Any]]:
    """Returns the arguments as NumPy arrays."""
    rng = np.random.default_rng(0)

    def normal(*shape: int) -> np.ndarray[Any, Any]:
        return rng.standard_normal(shape).astype(np.float32)

    return {
        "x": normal(16, 64, 64, 32), "k": normal(3, 3, 32, 64) / 17, "m": normal(2048, 1024), "g": normal(1024),
        "b": normal(1024), "q": normal(8, 512, 8, 64), "p": normal(8, 512, 8, 64), "v": normal(8, 512, 8, 64),
        "d": normal(100_000, 32), "s": rng.integers(0, 1000, 100_000).astype(np.int32), "t": normal(256, 4096),
        "a": normal(256, 256), "w": normal(32, 128, 256), "h": np.zeros((32, 256), np.float32),
        "wk": normal(256, 1024) / 16, "wr": normal(256, 1024) / 16, "wb": normal(1024) / 16,
    }  # fmt: skip


# --- the frameworks' own expressions ----------------------------------------------------------------------------------


def _torch(arrays: dict[str, np.ndarray[Any, Any]]) -> dict[str, Callable[[], Any]]:
    torch: Any = importlib.import_module("torch")
    functional = torch.nn.functional
    tensors = {name: torch.from_numpy(array) for name, array in arrays.items()}
    images = tensors["x"].permute(0, 3, 1, 2)  # in channels-last memory
    weight = tensors["k"].permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
    q, p, v = (tensors[name].transpose(1, 2) for name in "qpv")
    segments = tensors["s"].long()
    layer = torch.nn.LSTM(256, 256, batch_first=True)
    with torch.no_grad():  # torch's gates have the same order
        layer.weight_ih_l0.copy_(tensors["wk"].T)
        layer.weight_hh_l0.copy_(tensors["wr"].T)
        layer.bias_ih_l0.copy_(tensors["wb"])
        layer.bias_hh_l0.zero_()
    for parameter in layer.parameters():
        parameter.requires_grad_(False)

    def rfft() -> Any:
        spectrum = torch.fft.rfft(tensors["t"])
        return spectrum.real, spectrum.imag

    return {
        "conv": lambda: functional.conv2d(images, weight, padding=1),
        "max_pool": lambda: functional.max_pool2d(images, 2),
        "resize": lambda: functional.interpolate(images, (128, 128), mode="bilinear"),
        "gelu": lambda: functional.gelu(tensors["m"], approximate="tanh"),
        "softmax": lambda: functional.softmax(tensors["m"], -1),
        "layer_normalization": lambda: functional.layer_norm(tensors["m"], (1024,), tensors["g"], tensors["b"], 1e-3),
        "dot_product_attention": lambda: functional.scaled_dot_product_attention(q, p, v).transpose(1, 2),
        "segment_sum": lambda: torch.zeros(1000, 32).index_add_(0, segments, tensors["d"]),
        "portable uniform": lambda: torch.empty(10_000_000).uniform_(),
        "rfft": rfft,
        "svd": lambda: torch.linalg.svd(tensors["a"]),
        "lstm": lambda: layer(tensors["w"]),
    }


def _tensorflow(arrays: dict[str, np.ndarray[Any, Any]]) -> dict[str, Callable[[], Any]]:
    tf: Any = importlib.import_module("tensorflow")
    tensors = {name: tf.constant(array) for name, array in arrays.items()}

    def normalized() -> Any:
        mean, variance = tf.nn.moments(tensors["m"], [-1], keepdims=True)
        return tf.nn.batch_normalization(tensors["m"], mean, variance, tensors["b"], tensors["g"], 1e-3)

    def attention() -> Any:
        scores = tf.einsum("blhd,bmhd->bhlm", tensors["q"], tensors["p"]) * 0.125
        return tf.einsum("bhlm,bmhd->blhd", tf.nn.softmax(scores), tensors["v"])

    def rfft() -> Any:
        spectrum = tf.signal.rfft(tensors["t"])
        return tf.math.real(spectrum), tf.math.imag(spectrum)

    @tf.function(reduce_retracing=True)
    def lstm(w: Any, h: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
        steps = tf.transpose(tf.tensordot(w, kernel, 1) + bias, (1, 0, 2))

        def step(state: Any, now: Any) -> Any:
            i, f, g, o = tf.split(now + state[0] @ recurrent, 4, -1)
            c = tf.sigmoid(f) * state[1] + tf.sigmoid(i) * tf.tanh(g)
            return tf.sigmoid(o) * tf.tanh(c), c

        return tf.transpose(tf.scan(step, steps, (h, h))[0], (1, 0, 2))

    return {
        "conv": lambda: tf.nn.conv2d(tensors["x"], tensors["k"], 1, "SAME"),
        "max_pool": lambda: tf.nn.max_pool2d(tensors["x"], 2, 2, "VALID"),
        "resize": lambda: tf.image.resize(tensors["x"], (128, 128)),
        "gelu": lambda: tf.nn.gelu(tensors["m"], approximate=True),
        "softmax": lambda: tf.nn.softmax(tensors["m"]),
        "layer_normalization": normalized,
        "dot_product_attention": attention,
        "segment_sum": lambda: tf.math.unsorted_segment_sum(tensors["d"], tensors["s"], 1000),
        "portable uniform": lambda: tf.random.stateless_uniform((10_000_000,), (1, 2)),
        "rfft": rfft,
        "svd": lambda: tf.linalg.svd(tensors["a"], full_matrices=True),
        "lstm": lambda: lstm(*(tensors[name] for name in ("w", "h", "wk", "wr", "wb"))),
    }


def _jax(arrays: dict[str, np.ndarray[Any, Any]]) -> dict[str, Callable[[], Any]]:
    jax: Any = importlib.import_module("jax")
    jnp, lax = jax.numpy, jax.lax
    tensors = {name: jnp.asarray(array) for name, array in arrays.items()}

    def normalized(x: Any, gamma: Any, beta: Any) -> Any:
        mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
        return (x - mean) * lax.rsqrt(variance + 1e-3) * gamma + beta

    def rfft(x: Any) -> Any:
        spectrum = jnp.fft.rfft(x)
        return spectrum.real, spectrum.imag

    def lstm(w: Any, h: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
        def step(state: Any, now: Any) -> Any:
            i, f, g, o = jnp.split(now + state[0] @ recurrent, 4, -1)
            c = jax.nn.sigmoid(f) * state[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
            new = jax.nn.sigmoid(o) * jnp.tanh(c)
            return (new, c), new

        return lax.scan(step, (h, h), (w @ kernel + bias).transpose(1, 0, 2))[1].transpose(1, 0, 2)

    layout = ("NHWC", "HWIO", "NHWC")
    window = (1, 2, 2, 1)
    functions: dict[str, tuple[Callable[..., Any], str]] = {
        "conv": (lambda x, k: lax.conv_general_dilated(x, k, (1, 1), "SAME", dimension_numbers=layout), "x k"),
        "max_pool": (lambda x: lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID"), "x"),
        "resize": (lambda x: jax.image.resize(x, (16, 128, 128, 32), "bilinear"), "x"),
        "gelu": (jax.nn.gelu, "m"),
        "softmax": (jax.nn.softmax, "m"),
        "layer_normalization": (normalized, "m g b"),
        "dot_product_attention": (jax.nn.dot_product_attention, "q p v"),
        "segment_sum": (lambda d, s: jax.ops.segment_sum(d, s, 1000), "d s"),
        "rfft": (rfft, "t"),
        "svd": (jnp.linalg.svd, "a"),
        "lstm": (lstm, "w h wk wr wb"),
        "portable uniform": (lambda: jax.random.uniform(jax.random.key(1), (10_000_000,)), ""),
    }

    def bound(function: Callable[..., Any], names: str) -> Callable[[], Any]:
        compiled, args = jax.jit(function), [tensors[name] for name in names.split()]
        return lambda: compiled(*args)

    return {case: bound(*both) for case, both in functions.items()}


_OWN = {"torch": _torch, "tensorflow": _tensorflow, "jax": _jax, "numpy": _torch}

# --- in the worker ----------------------------------------------------------------------------------------------------


def _peak(call: Callable[[int], Any], operand_bytes: int) -> float:
    """Returns the peak of NumPy's memory during a call, including the operands, over operands and results."""
    call(1)
    tracemalloc.start()
    try:
        result = call(1)
        held, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    del result
    return (peak + operand_bytes) / (held + operand_bytes)


def measure(backend: str, rounds: int, chosen: list[str]) -> dict[str, Any]:
    """Returns the seconds of each call by case and contender, the reasons for missing ones, and NumPy's peaks."""
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    keras: Any = importlib.import_module("keras")
    find: Any = importlib.import_module("operator").attrgetter
    arrays = inputs()
    tensors = arrays if backend == "numpy" else {name: ops.convert_to_tensor(x) for name, x in arrays.items()}
    own = _OWN[backend](arrays)
    if backend == "numpy":
        own["portable uniform"] = lambda: np.random.default_rng(1).random(10_000_000, np.float32)
    tensors = {**tensors, "seed": ops.random.SeedGenerator(1, portable=True)}
    drain = timing.drain_of(backend)
    missing: dict[str, dict[str, str]] = {name: {} for name in CONTENDERS}
    times: dict[str, dict[str, list[float]]] = {}
    peaks: dict[str, float] = {}
    cases = [case for case in CASES if not chosen or case in chosen]
    for done, case in enumerate(cases):
        path, arguments = CASES[case]
        contenders: dict[str, tuple[str, dict[str, Any]]] = {
            "own": ("f()", {"f": own[case]}),
            "ops": (f"f({arguments})", {**tensors, "f": find(path)(ops)}),
        }
        try:
            contenders["keras"] = (f"f({arguments})", {**tensors, "f": find(path)(keras.ops)})
        except AttributeError:
            missing["keras"][case] = "keras has no op of this name"
        loops, errors = timing.loops_of(contenders, drain)
        for name, error in errors.items():
            missing[name][case] = worker.reason(error)
        if backend == "numpy" and "ops" in loops:
            peaks[case] = _peak(loops["ops"], sum(arrays[name].nbytes for name in _names(arguments, arrays)))
        times[case] = timing.interleave({**loops}, rounds, sample=5e-3, drain=drain)
        worker.tell(done + 1, len(cases))
    return {"times": times, "missing": missing, "peaks": peaks}


def _names(arguments: str, arrays: dict[str, Any]) -> set[str]:
    return {word for word in arguments.replace(",", " ").split() if word in arrays}


# --- in the parent ----------------------------------------------------------------------------------------------------


def run(
    backends: tuple[str, ...], chosen: tuple[str, ...], quick: bool, progress: Callable[[str, int, int], None]
) -> dict[str, Any]:
    """Measures each backend in its own process."""
    ratios: dict[str, Any] = {}
    targets: list[dict[str, Any]] = []
    cases = [case for case, (path, _) in CASES.items() if not chosen or path in chosen]
    measured = [name for name in BACKENDS if name in backends and cases]
    results, failed = worker.run_each("kernels.py", measured, ("7" if quick else "21", *cases), "kernels", progress)
    for backend, result in results.items():
        by: dict[str, Any] = {}
        for case, times in result["times"].items():
            by[case] = timing.compared(times)
            if case in result["peaks"]:
                by[case]["memory"] = result["peaks"][case]
        ratios[backend] = {"cases": by, "missing": result["missing"]}
        own = {case: times["over own"] for case, times in by.items() if "over own" in times}
        portable = own.pop("portable uniform", None)
        if portable is not None:
            targets.append(
                report.target(f"{backend}: portable uniform over its own", portable, OF_PORTABLE_AT_MOST[backend])
            )
        if own:
            worst = max(own, key=own.__getitem__)
            what = f"{backend}: {worst}, the slowest, over {'torch' if backend == 'numpy' else 'its own'}"
            targets.append(report.target(what, own[worst], OVER_OWN_AT_MOST[backend]))
        memory = {case: times["memory"] for case, times in by.items() if "memory" in times}
        if "portable uniform" in memory:
            what = f"{backend}: peak memory of portable uniform over its result"
            targets.append(report.target(what, memory.pop("portable uniform"), PORTABLE_MEMORY_AT_MOST))
        if memory:
            worst = max(memory, key=memory.__getitem__)
            what = f"{backend}: peak memory of {worst}, the largest, over operands and results"
            targets.append(report.target(what, memory[worst], MEMORY_AT_MOST))
    return {"ratios": ratios, "failed": failed, "targets": targets}


def show(console: Console, results: dict[str, Any]) -> None:
    """Prints a table for each backend, and the targets."""
    notes: list[str] = []
    for backend, result in results["ratios"].items():
        own = "torch" if backend == "numpy" else "own"
        columns = ["case", "size", "ops us", f"/ {own}", "/ keras", *(["memory"] if backend == "numpy" else [])]
        table = report.table(f"Kernels on {backend}", columns)
        for case, times in result["cases"].items():
            figures = [report.us(times["ops"]) if "ops" in times else report.NONE]
            names = ("over own", "over keras", *(["memory"] if backend == "numpy" else []))
            figures += [report.number(times[name]) if name in times else report.NONE for name in names]
            table.add_row(case, SHAPES[case], *figures)
        console.print(table)
        for name, reasons in result["missing"].items():
            notes += [f"{backend}, {name} has no time for {case}: {reason}" for case, reason in reasons.items()]
    for note in [*notes, *(f"{backend}: {reason}" for backend, reason in results["failed"].items())]:
        console.print(f"- {note}", style="dim", highlight=False, markup=False)
    report.show_targets(console, results["targets"])


if __name__ == "__main__":
    worker.finish(measure(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
