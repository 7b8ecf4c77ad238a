"""Indices out of range, and integer arguments beyond 32 bits: each op that takes them, eager, compiled, exported and
differentiated, returns what docs/indices.md says, or raises the error that it names.

The values expected are computed with NumPy in float64, from the rules in docs/indices.md.
"""

from __future__ import annotations

import importlib
import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import ops

OPTIONS = {"torch": {"backend": "aot_eager"}}
SIZE = 5
WIDE = ("int64", "uint64", "uint32")
# Backends whose eager kernels check the values of indices, and those whose compiled functions do.
CHECKED = {"eager": ("numpy", "tensorflow", "torch", "openvino"), "jit": ("numpy", "tensorflow", "torch")}
CHECKED.update({"grad": CHECKED["eager"], "jit grad": CHECKED["jit"]})
EXPORTS = {"openvino": ("openvino", "net.xml"), "jax": ("stablehlo", "net.stablehlo")}


def values(size: int) -> list[tuple[str, int]]:
    return [
        ("int32", -size - 1),
        ("int32", size),
        ("int32", 2**31 - 1),
        ("int32", -(2**31)),
        ("int8", -128),
        ("int8", 127),
        ("uint8", 255),
        ("int64", -size - 1),
        ("int64", 2**32),
        ("int64", 2**32 + 1),
        ("int64", -(2**32) + 1),
        ("int64", 2**40),
        ("int64", -(2**63)),
        ("int64", 2**63 - 1),
        ("uint32", 2**32 - 1),
        ("uint64", 2**32 + 1),
        ("uint64", 2**63),
        ("uint64", 2**64 - 1),
        # In range: results there are unchanged.
        ("int32", -size),
        ("int64", size - 1),
        ("uint64", 1),
    ]


class Case(NamedTuple):
    """An op of a float32 tensor of SIZE numbers and two indices, of which the second is out of range."""

    call: Callable[[Any, Any], Any]
    # The value expected of the float64 array and a list of ints; 0 where an element is picked out of range.
    expected: Callable[[Any, list[int]], Any]
    size: int = SIZE
    picks: bool = False  # whether the op raises an error for indices out of range, where the backend checks them
    smooth: bool = True  # whether it has a gradient


def inside(i: int, size: int = SIZE) -> bool:
    return -size <= i < size


def picked(x: Any, places: list[int]) -> Any:
    return np.array([x[i] if inside(i) else 0.0 for i in places])


def start_of(i: int, block: int = 2) -> int:
    return min(max(i + SIZE if i < 0 else i, 0), SIZE - block)


def replaced(x: Any, i: int) -> Any:
    out = np.array(x)
    out[start_of(i) : start_of(i) + 2] = x[:2]
    return out


def scattered(x: Any, places: list[int], start: Any, combine: Callable[[Any, Any], Any]) -> Any:
    out = np.array(start, np.float64)
    for i, value in zip(places, x, strict=False):
        if inside(i):
            out[i] = combine(out[i], value)
    return out


def in_segments(x: Any, places: list[int], start: float, combine: Callable[[Any, Any], Any]) -> Any:
    return scattered(x, [i if i >= 0 else SIZE for i in places], np.full(SIZE, start), combine)


def put(_: Any, value: Any) -> Any:
    return value


def hot(places: list[int]) -> Any:
    return np.array([[float(i == k) for k in range(SIZE)] for i in places])


def crossentropy(x: Any, places: list[int]) -> Any:
    logs = x - np.log(np.exp(x).sum())
    return np.array([-logs[i] if 0 <= i < SIZE else 0.0 for i in places])


FRAMES = 3


def spelled(x: Any, labels: list[int], count: int, frames: int) -> Any:
    """The CTC loss by its recursion; the blank is class 0, and a label out of range the nearest class."""
    sequence = [0]
    for label in labels[: min(max(count, 0), 2)]:
        sequence += [min(max(label, 0), 2), 0]
    alpha = np.zeros(len(sequence))
    alpha[0] = 1.0
    for t in range(min(max(frames, 0), FRAMES)):
        probabilities = np.exp(x[t : t + 3]) / np.exp(x[t : t + 3]).sum()
        before, alpha = alpha, np.zeros(len(sequence))
        for s, label in enumerate(sequence):
            ways = before[s] + (before[s - 1] if s else 0.0)
            if s > 1 and label and label != sequence[s - 2]:
                ways += before[s - 2]
            alpha[s] = ways * probabilities[label]
    total = alpha[-2:].sum()
    return np.array([-math.log(total) if total else math.inf])


def frames_of(x: Any) -> Any:
    return ops.reshape(ops.concatenate([x[t : t + 3] for t in range(FRAMES)]), (1, FRAMES, 3))


def decoded(x: Any, frames: int) -> Any:
    best = [int(np.argmax(x[t : t + 3])) for t in range(min(max(frames, 0), FRAMES))]
    said = [k for k, _ in itertools.groupby(best) if k]
    return np.array([[said + [-1] * (FRAMES - len(said))]])


def _labels(labels: Any, length: Any, frames: Any) -> Callable[[Any], Any]:
    return lambda x: ops.ctc_loss(labels, frames_of(x), length, frames)


TARGET, TWO, THREE = np.array([[1, 2]], "int32"), np.array([2], "int32"), np.array([3], "int32")


def row(x: Any) -> Any:
    return ops.reshape(x, (1, SIZE))


CASES: dict[str, Case] = {
    "take": Case(lambda x, i: ops.take(x, i, 0), picked, picks=True),
    "take, flat": Case(lambda x, i: ops.take(row(x), i), picked, picks=True),
    "take, axis 1": Case(lambda x, i: ops.take(row(x), i, 1), lambda x, i: picked(x, i)[None], picks=True),
    "take, one": Case(lambda x, i: ops.take(x, ops.reshape(i, (1, 2)), 0), lambda x, i: picked(x, i)[None], picks=True),
    "take_along_axis": Case(lambda x, i: ops.take_along_axis(x, i, 0), picked, picks=True),
    "take_along_axis, flat": Case(lambda x, i: ops.take_along_axis(row(x), i), picked, picks=True),
    "take_along_axis, rows": Case(
        lambda x, i: ops.take_along_axis(ops.stack([x, x * 2.0]), ops.reshape(i, (1, 2)), 1),
        lambda x, i: np.stack([picked(x, i), picked(x, i) * 2]),
        picks=True,
    ),
    "take_along_axis, other rows": Case(
        lambda x, i: ops.take_along_axis(ops.stack([x, x * 2.0]), ops.stack([i, ops.zeros_like(i)]), 1),
        lambda x, i: np.stack([picked(x, i), [x[0] * 2] * 2]),
        picks=True,
    ),
    "get_item": Case(ops.get_item, picked, picks=True),
    "get_item, axis 1": Case(
        lambda x, i: ops.get_item(row(x), (slice(None), i)), lambda x, i: picked(x, i)[None], picks=True
    ),
    "get_item, int": Case(lambda x, i: ops.get_item(row(x), (0, i)), picked, picks=True),
    "get_item, two": Case(lambda x, i: ops.get_item(row(x), (np.zeros(2, "int32"), i)), picked, picks=True),
    "get_item, both": Case(lambda x, i: ops.get_item(ops.stack([x] * SIZE), (i, i)), picked, picks=True),
    "get_item, apart": Case(
        lambda x, i: ops.get_item(ops.reshape(ops.stack([x, x]), (2, 1, SIZE)), (np.ones(2, "int32"), slice(None), i)),
        lambda x, i: picked(x, i)[:, None],
        picks=True,
    ),
    "get_item, step": Case(
        lambda x, i: ops.get_item(ops.stack([x, x]), (slice(None, None, -1), i)),
        lambda x, i: np.stack([picked(x, i)] * 2),
        picks=True,
    ),
    "slice": Case(lambda x, i: ops.slice(x, ops.get_item(i, slice(1, 2)), (2,)), lambda x, i: x[start_of(i[1]) :][:2]),
    "slice, two axes": Case(
        lambda x, i: ops.slice(ops.stack([x] * SIZE), i, (1, 2)), lambda x, i: x[start_of(i[1]) :][None, :2]
    ),
    "slice_update": Case(
        lambda x, i: ops.slice_update(x, ops.get_item(i, slice(1, 2)), ops.get_item(x, slice(0, 2))),
        lambda x, i: replaced(x, i[1]),
    ),
    "scatter": Case(
        lambda x, i: ops.scatter(ops.reshape(i, (2, 1)), x[:2], (SIZE,)),
        lambda x, i: scattered(x, i, np.zeros(SIZE), np.add),
    ),
    "scatter_update": Case(
        lambda x, i: ops.scatter_update(x, ops.reshape(i, (2, 1)), x[:2]), lambda x, i: scattered(x, i, x, put)
    ),
    "scatter_update, two": Case(
        lambda x, i: ops.scatter_update(ops.stack([x] * SIZE), ops.stack([i, i], -1), x[:2]),
        lambda x, i: np.stack([np.where(np.arange(SIZE) == row, scattered(x, i, x, put), x) for row in range(SIZE)]),
    ),
    "scatter_update, add": Case(
        lambda x, i: ops.scatter_update(x, ops.reshape(i, (2, 1)), x[:2], "add"),
        lambda x, i: scattered(x, i, x, np.add),
    ),
    "scatter_update, max": Case(
        lambda x, i: ops.scatter_update(x, ops.reshape(i, (2, 1)), x[:2] * 7.0, "max"),
        lambda x, i: scattered(x * 7, i, x, np.maximum),
    ),
    "segment_sum": Case(lambda x, i: ops.segment_sum(x[:2], i, SIZE), lambda x, i: in_segments(x, i, 0, np.add)),
    "segment_prod": Case(lambda x, i: ops.segment_prod(x[:2], i, SIZE), lambda x, i: in_segments(x, i, 1, np.multiply)),
    "segment_max": Case(
        lambda x, i: ops.maximum(ops.segment_max(x[:2], i, SIZE), -1.0), lambda x, i: in_segments(x, i, -1, np.maximum)
    ),
    "segment_min": Case(
        lambda x, i: ops.minimum(ops.segment_min(x[:2], i, SIZE), 9.0), lambda x, i: in_segments(x, i, 9, np.minimum)
    ),
    "one_hot": Case(lambda x, i: ops.one_hot(i, SIZE), lambda x, i: hot(i), smooth=False),
    "multi_hot": Case(lambda x, i: ops.multi_hot(i, SIZE), lambda x, i: hot(i).max(0), smooth=False),
    "sparse_categorical_crossentropy": Case(
        lambda x, i: ops.sparse_categorical_crossentropy(i, ops.stack([x, x]), from_logits=True), crossentropy
    ),
    "in_top_k": Case(
        lambda x, i: ops.in_top_k(i, ops.stack([x, x]), 2),
        lambda x, i: np.array([0 <= k < SIZE and x[k] >= np.sort(x)[-2] for k in i]),
        smooth=False,
    ),
    "unravel_index": Case(
        lambda x, i: ops.stack(list(ops.unravel_index(i, (2, SIZE)))),
        lambda x, i: np.array([[(k // SIZE) % 2 for k in i], [k % SIZE for k in i]]),
        size=2 * SIZE,
        smooth=False,
    ),
    "ctc_loss, labels": Case(
        lambda x, i: _labels(ops.reshape(i, (1, 2)), TWO, THREE)(x), lambda x, i: spelled(x, i, 2, 3), size=3
    ),
    "ctc_loss, target_length": Case(
        lambda x, i: _labels(TARGET, ops.get_item(i, slice(1, 2)), THREE)(x),
        lambda x, i: spelled(x, [1, 2], i[1], 3),
        size=2,
    ),
    "ctc_loss, output_length": Case(
        lambda x, i: _labels(TARGET, np.array([1], "int32"), ops.get_item(i, slice(1, 2)))(x),
        lambda x, i: spelled(x, [1, 2], 1, i[1]),
        size=3,
    ),
    "ctc_decode": Case(
        lambda x, i: ops.ctc_decode(frames_of(x), ops.get_item(i, slice(1, 2)))[0],
        lambda x, i: decoded(x, i[1]),
        size=3,
        smooth=False,
    ),
    "bincount": Case(
        lambda x, i: ops.reshape(ops.bincount(i, x[:2], minlength=SIZE)[:SIZE], (SIZE,)),
        lambda x, i: in_segments(x, i, 0, np.add),
    ),
    "switch": Case(
        lambda x, i: ops.switch(ops.get_item(i, 1), [lambda: x * 2.0, lambda: x * 3.0]),
        lambda x, i: x * (2 + min(max(i[1], 0), 1)),
    ),
    "ldexp": Case(
        lambda x, i: ops.minimum(ops.ldexp(x[:2], i), 1e30),
        lambda x, i: np.minimum(
            np.asarray([math.ldexp(v, min(max(k, -300), 300)) for v, k in zip(x, i, strict=False)], np.float32), 1e30
        ),
        smooth=False,
    ),
}

NUMBERS = np.array([0.5, -0.25, 1.5, 0.75, 2.0])


def weighted(value: Any) -> Any:
    weights = np.arange(1, math.prod(ops.shape(value)) + 1, dtype=np.float32).reshape(ops.shape(value))
    return ops.sum(ops.multiply(ops.cast(value, "float32"), weights))


def gradient(case: Case, places: list[int]) -> Any:
    """Returns the gradient of the weighted sum, by differences of the NumPy function; dropped elements have none."""

    def total(x: Any) -> Any:
        value = np.asarray(case.expected(x, places), np.float64)
        value = np.where(np.isfinite(value), value, 0.0)
        return (value * np.arange(1, value.size + 1).reshape(value.shape)).sum()

    steps = np.eye(SIZE) * 1e-6
    return np.array([(total(NUMBERS + step) - total(NUMBERS - step)) / 2e-6 for step in steps])


def modes(case: Case, backend: str) -> Iterator[str]:
    yield "eager"
    yield "jit"
    if case.smooth:
        yield "grad"
        yield "jit grad"
    if backend in EXPORTS:
        yield "export"


def served(backend: str, path: Path) -> Callable[[Any, Any], Any]:
    if backend == "openvino":
        openvino = importlib.import_module("openvino")
        model: Any = openvino.Core().compile_model(str(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        return lambda x, i: model([x, i])[0]
    jax = importlib.import_module("jax")
    importlib.import_module("jax.export")
    call = jax.export.deserialize(bytearray(path.read_bytes())).call

    def run(x: Any, i: Any) -> Any:
        with jax.enable_x64(True):  # for inputs of 64 bits
            return call(x, i)[0]

    return run


class Refused(NamedTuple):
    """Stands for a function that cannot be compiled or exported."""

    error: Exception

    def __call__(self, x: Any, i: Any) -> Any:
        raise self.error


def function_of(case: Case, mode: str, backend: str, dtype: str, folder: Path) -> Callable[[Any, Any], Any]:
    if mode == "eager":
        return case.call
    if mode == "jit":
        return ops.jit(case.call, options=OPTIONS)
    if mode == "export":
        form, name = EXPORTS[backend]
        specs = ops.SymbolicTensor((SIZE,), "float32"), ops.SymbolicTensor((2,), dtype)
        try:
            ops.export(case.call, *specs, path=folder / name, format=form)
        except Exception as error:
            return Refused(error)
        return served(backend, folder / name)
    gradient = ops.grad(lambda x, i: weighted(case.call(x, i)))
    return gradient if mode == "grad" else ops.jit(gradient, options=OPTIONS)


def fault(name: str, case: Case, mode: str, backend: str, function: Any, dtype: str, value: int) -> str | None:
    """Returns what is wrong with one call, or None."""
    index: Any = np.array([1, value], dtype)
    x: Any = NUMBERS.astype(np.float32)
    if mode != "export":
        x, index = ops.convert_to_tensor(x), ops.convert_to_tensor(index)
    outside = not inside(value, case.size)
    range_error = getattr(ops, "IndexRangeError", IndexError)
    try:
        result = np.asarray(function(x, index) if mode == "export" else ops.convert_to_numpy(function(x, index)))
    except ops.UnsupportedError as error:
        # OpenVINO's models have integers of 32 bits only, and no remainders of them.
        fine = backend == "openvino" and mode in ("jit", "jit grad", "export")
        return None if fine and (dtype in WIDE or name == "unravel_index") else f"{type(error).__name__}: {error}"
    except range_error as error:
        fine = case.picks and outside and backend in CHECKED.get(mode, ())
        return None if fine else f"{type(error).__name__}: {error}"
    except ops.ArgumentError as error:
        fine = name == "bincount" and value < 0 and not (mode.startswith("jit") and backend != "numpy")
        return None if fine else f"ArgumentError: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if backend == "openvino" and mode == "export" and dtype in WIDE:
        value = (value + 2**31) % 2**32 - 2**31  # the runtime narrows inputs of 64 bits before the model reads them
    places = [1, value]
    if case.picks and outside and backend in CHECKED.get(mode, ()) and (mode, backend) != ("jit grad", "tensorflow"):
        return f"no error, but {result.tolist()}"  # TensorFlow does not compute unused parts of a gradient
    expected = np.asarray(gradient(case, places) if "grad" in mode else case.expected(NUMBERS, places), np.float64)
    if result.shape != expected.shape or not np.allclose(
        result.astype(np.float64), expected, 1e-4, 1e-4, equal_nan=True
    ):
        return f"{result.tolist()}, not {expected.tolist()}"
    return None


def left_out(name: str, mode: str, backend: str, value: int) -> bool:
    # A result as long as the largest integer that fits in memory.
    long = mode in ("eager", "grad") or backend in ("numpy", "tensorflow")
    return name == "bincount" and long and value > 2**20


def faults(name: str, backend: str, folder: Path) -> tuple[int, list[str]]:
    """Returns the number of calls, and the faults."""
    case, count, wrong = CASES[name], 0, []
    for mode in modes(case, backend):
        for dtype, group in itertools.groupby(values(case.size), lambda pair: pair[0]):
            function = function_of(case, mode, backend, dtype, folder)
            for _, value in group:
                if left_out(name, mode, backend, value):
                    continue
                count += 1
                words = fault(name, case, mode, backend, function, dtype, value)
                if words is not None:
                    wrong.append(f"{name} on {backend}, {mode}, {dtype} {value}: {words[:300]}")
    if backend == "torch":
        importlib.import_module("torch._dynamo").reset()  # it compiles a function for few signatures
    return count, wrong


@pytest.mark.parametrize("name", CASES)
def test_indices(name: str, backend: str, tmp_path: Path) -> None:
    count, wrong = faults(name, backend, tmp_path)
    assert count
    assert not wrong, "\n".join(wrong)


# --- integer arguments


class Argument(NamedTuple):
    """A call of two tensors with an integer argument: of float32 (3, 4), and of int32 (3,)."""

    call: Callable[[Any, Any, int], Any]
    # The value expected of float64 and int64 arrays; None where no value is right, and the call raises an OpsError.
    expected: Callable[[Any, Any, int], Any] | None = None


INTEGERS = (
    *(2**31 - 1, 2**31, 2**31 + 1, 2**32, 2**32 + 1, 2**33 + 1, -(2**31), -(2**31) - 1, -(2**32), -(2**32) + 1),
    *(2**63 - 1, -(2**63), 2**64, 2**64 + 1, -(2**64)),
)
MATRIX, COUNTS = np.arange(1.0, 13.0).reshape(3, 4), np.array([1, 0, 2])


def _over(function: Any) -> Argument:
    return Argument(lambda x, i, n: function(x, axis=n))


def _band(upper: bool) -> Callable[[Any, Any, int], Any]:
    return lambda x, i, n: np.where((n < 0) == upper, x, 0.0)


ARGUMENTS: dict[str, Argument] = {
    **{
        f"{name}, axis": _over(getattr(ops, name))
        for name in (
            "all amax amin any argmax argmin argsort average count_nonzero cumprod cumsum diff expand_dims flip glu "
            "log_softmax logsumexp max mean median min nanmax nansum normalize prod ptp softmax sort sparsemax squeeze "
            "std sum trapezoid unique unstack var"
        ).split()
    },
    **{
        f"{name}, axis": Argument(lambda x, i, n, name=name: getattr(ops, name)([x, x], axis=n))
        for name in ("concatenate", "stack")
    },
    "norm, axis": Argument(lambda x, i, n: ops.norm(x, axis=n)),
    "append, axis": Argument(lambda x, i, n: ops.append(x, x, axis=n)),
    "repeat, axis": Argument(lambda x, i, n: ops.repeat(x, 2, axis=n)),
    "roll, axis": Argument(lambda x, i, n: ops.roll(x, 1, axis=n)),
    "take, axis": Argument(lambda x, i, n: ops.take(x, i, axis=n)),
    "take_along_axis, axis": Argument(lambda x, i, n: ops.take_along_axis(x, ops.reshape(i, (3, 1)), axis=n)),
    "split, axis": Argument(lambda x, i, n: ops.split(x, 1, axis=n)),
    "quantile, axis": Argument(lambda x, i, n: ops.quantile(x, 0.5, axis=n)),
    "moveaxis, source": Argument(lambda x, i, n: ops.moveaxis(x, n, 0)),
    "moveaxis, destination": Argument(lambda x, i, n: ops.moveaxis(x, 0, n)),
    "swapaxes": Argument(lambda x, i, n: ops.swapaxes(x, 0, n)),
    "transpose": Argument(lambda x, i, n: ops.transpose(x, (0, n))),
    "tensordot": Argument(lambda x, i, n: ops.tensordot(x, x, ((0,), (n,)))),
    "one_hot, axis": Argument(lambda x, i, n: ops.one_hot(i, 3, axis=n)),
    "layer_normalization, axis": Argument(lambda x, i, n: ops.layer_normalization(x, axis=n)),
    "sparse_categorical_crossentropy, axis": Argument(
        lambda x, i, n: ops.sparse_categorical_crossentropy(i, x, axis=n)
    ),
    "diagonal, axis2": Argument(lambda x, i, n: ops.diagonal(x, 0, 0, n)),
    "trace, axis1": Argument(lambda x, i, n: ops.trace(x, 0, n, 1)),
    "rot90, axes": Argument(lambda x, i, n: ops.rot90(x, 1, (0, n))),
    "get_item": Argument(lambda x, i, n: ops.get_item(x, n)),
    "get_item, two": Argument(lambda x, i, n: ops.get_item(x, (0, n))),
    "top_k": Argument(lambda x, i, n: ops.top_k(x, n)[0]),
    "argpartition": Argument(lambda x, i, n: ops.argpartition(x, n)),
    "one_hot": Argument(lambda x, i, n: ops.one_hot(i, n)),
    "multi_hot": Argument(lambda x, i, n: ops.multi_hot(i, n)),
    "segment_sum": Argument(lambda x, i, n: ops.segment_sum(x, i, n)),
    "segment_max": Argument(lambda x, i, n: ops.segment_max(x, i, n)),
    "bincount": Argument(lambda x, i, n: ops.bincount(i, minlength=n)),
    "reshape": Argument(lambda x, i, n: ops.reshape(x, (n, 1))),
    "broadcast_to": Argument(lambda x, i, n: ops.broadcast_to(x, (n, 5))),
    "slice, shape": Argument(lambda x, i, n: ops.slice(x, (0, 0), (n, 1))),
    "unstack, num": Argument(lambda x, i, n: ops.unstack(x, n)),
    "split, sections": Argument(lambda x, i, n: ops.split(x, n)),
    "vander": Argument(lambda x, i, n: ops.vander(i, -abs(n))),
    "linspace": Argument(lambda x, i, n: ops.linspace(0.0, 1.0, -abs(n))),
    "extract_sequences": Argument(lambda x, i, n: ops.extract_sequences(x, n, 1)),
    "ctc_loss, mask_index": Argument(
        lambda x, i, n: ops.ctc_loss(ops.reshape(i, (1, 3)), ops.reshape(x, (1, 3, 4)), TWO, THREE, n)
    ),
    "slice": Argument(
        lambda x, i, n: ops.slice(x, (n, 1), (2, 2)), lambda x, i, n: x[:2, 1:3] if n < 0 else x[1:, 1:3]
    ),
    "slice_update": Argument(
        lambda x, i, n: ops.slice_update(x, (n, 0), ops.zeros((1, 4))),
        lambda x, i, n: x * (np.arange(3) != (0 if n < 0 else 2))[:, None],
    ),
    "get_item, start": Argument(lambda x, i, n: ops.get_item(x, slice(n, None)), lambda x, i, n: x[n:]),
    "get_item, stop": Argument(lambda x, i, n: ops.get_item(x, slice(None, n)), lambda x, i, n: x[:n]),
    "get_item, step": Argument(lambda x, i, n: ops.get_item(x, slice(None, None, n)), lambda x, i, n: x[::n]),
    "diagonal": Argument(lambda x, i, n: ops.diagonal(x, n), lambda x, i, n: np.zeros(0)),
    "trace": Argument(lambda x, i, n: ops.trace(x, n), lambda x, i, n: np.zeros(())),
    "eye": Argument(lambda x, i, n: ops.eye(3, k=n), lambda x, i, n: np.zeros((3, 3))),
    "tri": Argument(lambda x, i, n: ops.tri(3, k=n), lambda x, i, n: np.full((3, 3), float(n > 0))),
    "tril": Argument(lambda x, i, n: ops.tril(x, n), _band(False)),
    "triu": Argument(lambda x, i, n: ops.triu(x, n), _band(True)),
    "roll": Argument(lambda x, i, n: ops.roll(x, n, axis=1), lambda x, i, n: np.roll(x, n % 4, axis=1)),
    "rot90": Argument(lambda x, i, n: ops.rot90(x, n), lambda x, i, n: np.rot90(x, n % 4)),
    "diff": Argument(lambda x, i, n: ops.diff(x, abs(n)), lambda x, i, n: np.zeros((3, 0))),
    "in_top_k": Argument(lambda x, i, n: ops.in_top_k(i, x, n), lambda x, i, n: np.full(3, n > 0)),
}


def _integer_faults(name: str, backend: str) -> tuple[int, list[str]]:
    argument, count, wrong = ARGUMENTS[name], 0, []
    x, i = ops.convert_to_tensor(MATRIX.astype(np.float32)), ops.convert_to_tensor(COUNTS.astype(np.int32))
    # As many elements as the first integer may fit in memory.
    for mode, n in itertools.product(("eager", "jit"), INTEGERS if argument.expected else INTEGERS[1:]):
        count += 1

        def call(x: Any, i: Any, n: int = n) -> Any:
            return argument.call(x, i, n)

        function = call if mode == "eager" else ops.jit(call, options=OPTIONS)
        try:
            value = function(x, i)
            result = None if isinstance(value, (list, tuple)) else ops.convert_to_numpy(value)
        except ops.OpsError as error:
            # No framework's integer arguments have more than 64 bits.
            if argument.expected is not None and -(2**63) <= n < 2**63 and not isinstance(error, ops.ArgumentError):
                wrong.append(f"{name} on {backend}, {mode}, {n}: {type(error).__name__}: {error}")
            elif type(error) is ops.KernelError:
                wrong.append(f"{name} on {backend}, {mode}, {n}: {error}")
            continue
        except Exception as error:
            wrong.append(f"{name} on {backend}, {mode}, {n}: {type(error).__name__}: {error}")
            continue
        expected = None if argument.expected is None else np.asarray(argument.expected(MATRIX, COUNTS, n), np.float64)
        if expected is None:
            wrong.append(f"{name} on {backend}, {mode}, {n}: no error")
        elif (
            result is None or result.shape != expected.shape or not np.array_equal(result.astype(np.float64), expected)
        ):
            wrong.append(f"{name} on {backend}, {mode}, {n}: {None if result is None else result.tolist()}")
    if backend == "torch":
        importlib.import_module("torch._dynamo").reset()
    return count, wrong


@pytest.mark.parametrize("name", ARGUMENTS)
def test_integer_arguments(name: str, backend: str) -> None:
    count, wrong = _integer_faults(name, backend)
    assert count
    assert not wrong, "\n".join(wrong)
