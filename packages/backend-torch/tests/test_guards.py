"""The guards of functions that `ops.jit` compiles."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ops
from ops_backend_torch._compat import CHOOSES_GUARDS
from ops_backend_torch.transform.guards import needed_guards
from ops_common.runtime import active

OPTIONS = {"torch": {"backend": "aot_eager"}}


@pytest.fixture(autouse=True)
def torch_backend():
    before = ops.backend()
    ops.set_backend("torch")
    yield
    ops.set_backend(before)


def guard(name: str, value: Any = 0, guard_type: str = "ID_MATCH", is_global: bool = True) -> Any:
    return SimpleNamespace(name=name, has_value=True, value=value, guard_type=guard_type, is_global=is_global)


CASES = {
    "L['x']": (guard("x", guard_type="TENSOR_MATCH", is_global=False), True),
    "state of torch": (guard("", guard_type="GRAD_MODE"), True),
    "a user's variable": (guard("G['rate']"), True),
    "a user's module": (guard("G['__import_work_dot_layers'].rate"), True),
    "a user's variable that is ops": (guard("G['o']", ops), True),
    "an attribute of ops": (guard("G['o'].nn.relu.__code__"), False),
    "ops in a user's module": (guard("G['__import_work'].ops", ops), True),
    "an attribute of it": (guard("G['__import_work'].ops.relu.__code__"), False),
    "another module": (guard("G['n']", ModuleType("numpy")), True),
    "an attribute of it, too": (guard("G['n'].pi"), True),
    "globals of ops": (guard("G['s0']", {"__package__": "ops", "A": 0}), False),
    "a variable of these": (guard("type(G['s0']['A']).__call__"), False),
    "globals of a body": (
        guard("G['s1']", {"__package__": "ops", "__spec__": SimpleNamespace(name="ops.random")}),
        True,
    ),
    "a variable of these, too": (guard("G['s1']['generator']"), True),
    "globals of others": (guard("G['s2']", {"__package__": "work"}), True),
    "a dict": (guard("G['s3']", {"A": 0}), True),
    "a module of this package": (guard("G['__import_ops_backend_torch_dot_nn_dot_pooling']._F"), False),
    "a tensor of it": (guard("G['__import_ops_backend_torch_dot_core']._x", guard_type="TENSOR_MATCH"), True),
    "settings": (guard("G['__import_ops_common_dot_runtime_dot_config']._values['floatx']"), True),
    "a module with a similar name": (guard("G['__import_opsin'].x"), True),
}


def test_guards_of_constants_are_not_needed() -> None:
    guards, expected = zip(*CASES.values(), strict=True)
    assert dict(zip(CASES, needed_guards(guards), strict=True)) == dict(zip(CASES, expected, strict=True))


def test_setting_that_changes_is_noticed() -> None:
    compiled = ops.jit(lambda x, kernel: ops.nn.conv(x, kernel), options=OPTIONS)
    x, kernel = ops.ones((1, 5, 6, 2)), ops.ones((1, 1, 2, 3))
    assert compiled(x, kernel).shape == (1, 5, 6, 3)
    ops.config.set_image_data_format("channels_first")
    try:
        assert compiled(ops.transpose(x, (0, 3, 1, 2)), kernel).shape == (1, 3, 5, 6)
    finally:
        ops.config.set_image_data_format("channels_last")
    assert compiled(x, kernel).shape == (1, 5, 6, 3)


def test_user_variables_are_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    scope = {"ops": ops, "rate": 2.0}
    function = eval("lambda x: ops.multiply(x, rate)", scope)
    compiled = ops.jit(function, options=OPTIONS)
    x = ops.ones((2,))
    np.testing.assert_array_equal(compiled(x), [2.0, 2.0])
    scope["rate"] = 3.0
    np.testing.assert_array_equal(compiled(x), [3.0, 3.0])


def test_first_use_of_another_backend_compiles_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active.state, "overridden", False)
    compiled = ops.jit(lambda x: ops.nn.softmax(ops.exp(x)), options=OPTIONS)
    x = ops.ones((2,))
    expected = compiled(x)
    with ops.use_backend("torch"):
        np.testing.assert_array_equal(compiled(x), expected)
    np.testing.assert_array_equal(compiled(x), expected)
    assert active.state.overridden
    assert compiled.compilations() == (1 if CHOOSES_GUARDS else 2)


@pytest.mark.parametrize("options", [{"mode": "default"}, {"options": {"max_autotune": False}}])
def test_options_of_users_are_passed_on(options: dict[str, Any]) -> None:
    compiled = ops.jit(lambda x: ops.exp(x), options={"torch": {**options, "backend": _run}})
    np.testing.assert_allclose(compiled(ops.ones((2,))), np.exp([1.0, 1.0]), rtol=1e-6)


def _run(module: Any, inputs: Any, **options: Any) -> Any:
    assert options in ({}, {"options": {"max_autotune": False}})
    return module.forward
