"""Fixtures of the tests of `ops`, which the plug-in `_ops_pytest` runs on each installed backend."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # warnings at TensorFlow's import are not tested

import ops

_HAS_TORCH = "torch" in ops.backends()
if _HAS_TORCH:
    importlib.import_module("torch")  # before TensorFlow: the other order can crash


def _share_contexts() -> None:
    """Has JAX use one MLIR context for 200 programs: making one for each takes a third of the time of the tests on JAX.

    (One for all of them would keep the memory of every program.)
    """
    try:
        mlir: Any = importlib.import_module("jax._src.interpreters.mlir")
        make = mlir.make_ir_context
    except (ImportError, AttributeError):  # another version of JAX
        return
    local = threading.local()

    def shared() -> Any:
        if getattr(local, "uses", 0) % 200 == 0:
            local.context, local.uses = make(), 0
        local.uses += 1
        return local.context

    mlir.make_ir_context = shared


if "jax" in ops.backends():
    _share_contexts()

# Compiled programs are many objects that live on: with Python's thresholds, a tenth of the time goes to collections.
gc.set_threshold(50_000, 20, 50)


def pytest_configure(config: pytest.Config) -> None:
    # An editable installation has the entry points of the day when it was made.
    if not config.pluginmanager.has_plugin("ops"):
        config.pluginmanager.register(importlib.import_module("_ops_pytest"), "ops")


@pytest.fixture
def backend(ops_backend: str) -> Iterator[str]:
    """The name of the backend that is active during the test; NumPy's warnings about NaN and overflow are disabled.

    With a device's name in OPS_TEST_DEVICE, the tests run on that device.
    """
    with np.errstate(all="ignore"):
        where = os.environ.get("OPS_TEST_DEVICE")
        with ops.device(where) if where else contextlib.nullcontext():
            yield ops_backend


@pytest.fixture(autouse=True)
def torch_compiler(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Functions jitted on torch are traced and differentiated ahead of time, and run by torch's kernels.

    A C++ compiler takes seconds for each function. Where machine code may differ from the kernels, the mark
    `machine_code` compiles it; the environments `sweep` and `torch-machinecode` compile in all tests.
    """
    if not _HAS_TORCH or os.environ.get("OPS_SWEEP") == "1" or request.node.get_closest_marker("machine_code"):
        return
    torch: Any = importlib.import_module("torch")
    compile_function = torch.compile

    def compile_without_machine_code(*args: Any, **kwargs: Any) -> Any:
        chosen = {} if "mode" in kwargs else {"backend": "aot_eager"}
        return compile_function(*args, **{**chosen, **kwargs})

    monkeypatch.setattr(torch, "compile", compile_without_machine_code)


@pytest.fixture
def frozen_heap() -> Iterator[None]:
    """`gc.collect()` looks only at objects that the test makes: all objects of thousands of tests take seconds."""
    gc.freeze()
    yield
    gc.unfreeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A test of a backend that is not installed has no parameters: it is deselected, not skipped.
    absent = [
        item for item in items if any("empty parameter set" in _reason(mark) for mark in item.iter_markers("skip"))
    ]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in absent]


def _reason(mark: pytest.Mark) -> str:
    return str(mark.kwargs.get("reason", ""))
