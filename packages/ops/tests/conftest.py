"""Parametrizes the tests by the installed backends: each test runs on each of them, under its name."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator

import numpy as np
import pytest

from ops_common.testing import BACKENDS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # warnings at TensorFlow's import are not tested

import ops

if "torch" in ops.backends():
    importlib.import_module("torch")  # before TensorFlow: the other order can crash


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", BACKENDS, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the backend that is active during the test; NumPy's warnings about NaN and overflow are disabled.

    With a device's name in OPS_TEST_DEVICE, the tests run on that device.
    """
    with ops.use_backend(request.param), np.errstate(all="ignore"):
        where = os.environ.get("OPS_TEST_DEVICE")
        with ops.device(where) if where else contextlib.nullcontext():
            yield request.param


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A test of a backend that is not installed has no parameters: it is deselected, not skipped.
    absent = [
        item for item in items if any("empty parameter set" in _reason(mark) for mark in item.iter_markers("skip"))
    ]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in absent]


def _reason(mark: pytest.Mark) -> str:
    return str(mark.kwargs.get("reason", ""))
