"""The ten calls on 8 elements that are compared, as a user of each contender writes them.

A call is the function and the source of its arguments. The arguments are named: ``x`` and ``y`` are float32 tensors of
shape (2, 4), ``z`` is one of shape (4, 2), ``m`` is a boolean mask of x's shape.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Call(NamedTuple):
    """One contender's call of one op."""

    function: Callable[..., Any]
    arguments: str


# As numpy, jax.numpy, ops, keras.ops and autoray spell them.
ARGUMENTS = {
    "add": "x, y",
    "multiply": "x, 2.5",
    "exp": "x",
    "sum": "x, axis=1",
    "matmul": "x, z",
    "reshape": "x, (4, 2)",
    "transpose": "x, (1, 0)",
    "concatenate": "[x, y], axis=0",
    "where": "m, x, y",
    "maximum": "x, y",
}
OPS = tuple(ARGUMENTS)


def inputs() -> dict[str, np.ndarray[Any, Any]]:
    """Returns the arguments as NumPy arrays."""
    rng = np.random.default_rng(0)
    x, y, z = (rng.normal(size=shape).astype(np.float32) for shape in ((2, 4), (2, 4), (4, 2)))
    return {"x": x, "y": y, "z": z, "m": x > 0}


def expected_results() -> dict[str, Any]:
    """Returns the expected result of each call."""
    return {op: eval(f"np.{op}({arguments})", {"np": np, **inputs()}) for op, arguments in ARGUMENTS.items()}


def from_module(module: Any) -> dict[str, Call]:
    """Returns the calls of a module with NumPy's names and parameters."""
    return {op: Call(getattr(module, op), arguments) for op, arguments in ARGUMENTS.items()}


def _torch() -> dict[str, Call]:
    torch = importlib.import_module("torch")
    return {
        **{
            op: Call(getattr(torch, op), ARGUMENTS[op])
            for op in ("add", "exp", "matmul", "multiply", "reshape", "where", "maximum")
        },
        "sum": Call(torch.sum, "x, dim=1"),
        "transpose": Call(torch.permute, "x, (1, 0)"),
        "concatenate": Call(torch.cat, "[x, y], dim=0"),
    }


def _tensorflow() -> dict[str, Call]:
    tf = importlib.import_module("tensorflow")
    return {
        **{
            op: Call(getattr(tf, op), ARGUMENTS[op])
            for op in ("add", "multiply", "exp", "matmul", "reshape", "transpose", "where", "maximum")
        },
        "sum": Call(tf.reduce_sum, "x, axis=1"),
        "concatenate": Call(tf.concat, "[x, y], axis=0"),
    }


def _openvino() -> dict[str, Call]:
    """Returns a compiled, hand-written model of each op, from arrays to a dict of arrays by output."""
    import openvino.opset15 as opset

    ov: Any = importlib.import_module("openvino")
    arrays = inputs()
    built: dict[str, tuple[str, Callable[..., Any]]] = {
        "add": ("x y", opset.add),
        "multiply": ("x", lambda x: opset.multiply(x, np.float32(2.5))),
        "exp": ("x", opset.exp),
        "sum": ("x", lambda x: opset.reduce_sum(x, 1, keep_dims=False)),
        "matmul": ("x z", lambda x, z: opset.matmul(x, z, False, False)),
        "reshape": ("x", lambda x: opset.reshape(x, [4, 2], False)),
        "transpose": ("x", lambda x: opset.transpose(x, [1, 0])),
        "concatenate": ("x y", lambda x, y: opset.concat([x, y], 0)),
        "where": ("m x y", opset.select),
        "maximum": ("x y", opset.maximum),
    }
    core = ov.Core()
    calls: dict[str, Call] = {}
    for op, (names, build) in built.items():
        parameters = [
            opset.parameter(arrays[name].shape, ov.Type.boolean if name == "m" else ov.Type.f32)
            for name in names.split()
        ]
        model = ov.Model([build(*parameters)], parameters)
        compiled = core.compile_model(model, "CPU", {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"})
        calls[op] = Call(compiled, f"[{', '.join(names.split())}]")
    return calls


def own(backend: str) -> dict[str, Call]:
    """Returns the framework's own public calls."""
    if backend in ("numpy", "jax"):
        return from_module(importlib.import_module("jax.numpy" if backend == "jax" else "numpy"))
    return {"torch": _torch, "tensorflow": _tensorflow, "openvino": _openvino}[backend]()
