"""Which backends are installed decides which tests there are: each test runs on every one of them, under its name."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator

import numpy as np
import pytest

from ops_common.testing import BACKENDS

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's start-up talk is not ours to test

import ops

if "torch" in ops.backends():
    importlib.import_module("torch")  # before TensorFlow: the other order can crash


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", BACKENDS, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """A backend's name, active during the test; NumPy's warnings about NaN and overflow are off, as elsewhere.

    With a device's name in OPS_TEST_DEVICE, the tests run on that device.
    """
    with ops.use_backend(request.param), np.errstate(all="ignore"):
        where = os.environ.get("OPS_TEST_DEVICE")
        with ops.device(where) if where else contextlib.nullcontext():
            yield request.param


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # A test of a backend that is not installed has no parameters, and is no test: it is left out, not skipped.
    absent = [
        item for item in items if any("empty parameter set" in _reason(mark) for mark in item.iter_markers("skip"))
    ]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if item not in absent]


def _reason(mark: pytest.Mark) -> str:
    return str(mark.kwargs.get("reason", ""))
