"""ops beside other libraries: values that their objects hold, and the examples of docs/torch_modules.md,
docs/data_loaders.md and docs/tf_data.md. `tox run -e sidebyside` runs those of flax and keras too."""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

PAGES = {"torch_modules": "torch", "data_loaders": "torch", "tf_data": "tensorflow"}
SCRIPT = Path(__file__).parents[3] / "docs" / "side_by_side.py"


def side_by_side() -> ModuleType:
    spec = importlib.util.spec_from_file_location("side_by_side", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", [page for page, backend in PAGES.items() if backend in BACKENDS])
def test_examples_of_a_page(page: str) -> None:
    done = side_by_side().run(page)
    assert done.returncode == 0, done.stdout + done.stderr


class Holder:
    """A variable of another library, as keras has them: an array of it loses the gradient."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(ops.convert_to_numpy(self.value), dtype)


class JaxHolder:
    """A parameter of another library, as flax has them."""

    def __init__(self, value: Any) -> None:
        self.held = value

    def __jax_array__(self) -> Any:
        return self.held


@pytest.mark.parametrize("holder", [Holder, JaxHolder])
def test_a_held_tensor_keeps_its_gradient(holder: Any, backend: str) -> None:
    x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    calls = {
        "add": lambda held: ops.add(held, 1.0),
        "multiply": lambda held: ops.multiply(x, held),
        "matmul": lambda held: ops.matmul(x, held),
        "reshape": lambda held: ops.reshape(held, (4,)),
        "sum": lambda held: ops.sum(held, axis=0),
        "concatenate": lambda held: ops.concatenate([held, x]),
        "stack": lambda held: ops.stack([x, held]),
        "where": lambda held: ops.where(x > 1.5, held, 0.0),
        "cast": lambda held: ops.cast(held, "float32"),
        "softmax": lambda held: ops.nn.softmax(held),
        "take": lambda held: ops.take(held, [1, 0], axis=0),
        "convert_to_tensor": ops.convert_to_tensor,
        "list": lambda held: ops.convert_to_tensor([held, held]),
    }
    for name, call in calls.items():

        def loss(tensor: Any, call: Any = call, wrap: Any = holder) -> Any:
            return ops.sum(ops.square(call(wrap(tensor))))

        def direct(tensor: Any, call: Any = call) -> Any:
            return ops.sum(ops.square(call(tensor)))

        expected = ops.convert_to_numpy(ops.grad(direct)(x))
        result = ops.convert_to_numpy(ops.grad(loss)(x))
        np.testing.assert_allclose(result, expected, rtol=1e-6, err_msg=name)


def test_a_held_array_is_converted(backend: str) -> None:
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.add(Holder(np.array([1, 2], np.float32)), 1)), [2, 3])


def test_a_held_tensor_of_another_backend_is_foreign(backend: str) -> None:
    held = Holder(ops.ones((2,)))
    for other in BACKENDS:
        if other != backend and backend != "numpy":  # a NumPy array belongs to every backend
            with ops.use_backend(other), pytest.raises(ops.ForeignTensorError, match=backend):
                ops.add(held, 1)


def test_a_copied_holder_stays_that_of_its_copied_variable(backend: str) -> None:
    variable = ops.Variable([1.0, 2.0])
    copied, holder = copy.deepcopy((variable, variable.handle))
    np.testing.assert_array_equal(copied.numpy(), [1, 2])
    copied.assign([3.0, 4.0])
    np.testing.assert_array_equal(variable.numpy(), [1, 2])
    if backend in ("torch", "tensorflow"):  # it holds its value in the framework's own variable
        assert holder is copied.handle
