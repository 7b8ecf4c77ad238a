"""What ops creates in a scope is on the mesh, and keeps its layout."""

from __future__ import annotations

import launch
import numpy as np
import pytest

KERNEL = [None, "model"]
LAYOUTS = {
    "kernel": KERNEL,
    "bias": [None],
    "batch": ["data", None],
    "labels": ["data"],
    "ones": [None, None],
    "number": [],
    "array": [None],
    "zeros_like": [None, None],
    "eager gradients": [KERNEL, [None]],
    "compiled gradients": [KERNEL, [None]],
    "Variable": KERNEL,
    "assigned an array": KERNEL,
    "assigned a tensor": KERNEL,
    "added an ordinary tensor": KERNEL,
    "copy": [KERNEL, 4.0, 1.0],
    "created": KERNEL,
    "constrained": ["data", "model"],
    "nested scopes": [None],
    "outside": None,
    "distribution": True,
    "assigned outside": KERNEL,
    "set_distribution": [None],
    "unset": None,
}
ERRORS = {
    "indivisible": ("ShapeError", "block/kernel", "(3, 4)", "('model', None)"),
    "rank": ("ShapeError", "block/kernel", "(3, 4)", "('model',)"),
    "no match": ("ArgumentError", "block/kernel", "krenel"),
    "two matches": ("ArgumentError", "block/kernel", "(None, 'model')", "(None, None)"),
    "axis": ("ArgumentError", "'mode'", "data, model"),
    "batch": ("ShapeError", "batch", "(3, 2)", "('data', None)"),
    "tensor": ("ShapeError", "(3, 2)", "('data', None)"),
}


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_layouts(engine: str) -> None:
    for result in launch.run(engine, "cases:layouts"):
        kernel = np.arange(32.0).reshape(4, 8)
        assert result.pop("mixed") == (kernel + 1).tolist()
        assert result.pop("gathered") == kernel.tolist()
        assert result == LAYOUTS


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_random_numbers(engine: str) -> None:
    for result in launch.run(engine, "cases:numbers"):
        for name, (alone, together) in result.items():
            if name in ("normal", "Variable"):
                np.testing.assert_allclose(together, alone, rtol=3e-7, err_msg=name)
            else:
                assert together == alone, name


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_errors(engine: str) -> None:
    for result in launch.run(engine, "cases:errors"):
        for name, (kind, *parts) in ERRORS.items():
            assert result[name].startswith(f"{kind}: "), f"{name}: {result[name]}"
            assert all(part in result[name] for part in parts), f"{name}: {result[name]}"


@pytest.mark.parametrize(
    ("engine", "processes"), [("jax", 1), ("jax", 2), ("torch", 4), ("tensorflow", 1), ("tensorflow", 2)]
)
def test_a_batch_of_local_parts(engine: str, processes: int) -> None:
    # The rows are divided over the data axis only: of four processes, two hold the same.
    results = launch.run(engine, "cases:local_batch", {"parts": min(processes, 2)}, processes=processes)
    for result in results:
        assert result == {"value": np.arange(24.0).reshape(8, 3).tolist(), "axes": ["data", None], "mean": 11.5}


@pytest.mark.parametrize("engine", launch.ENGINES)
def test_convolutions(engine: str) -> None:
    for result in launch.run(engine, "cases:convolutions"):
        assert max(result.values()) < 1e-5, result
