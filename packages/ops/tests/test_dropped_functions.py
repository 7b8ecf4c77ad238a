"""A function that is dropped is freed, with the tensors, Variables and other objects that it closes over."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops

_OPTIONS = {"torch": {"backend": "aot_eager"}}
_FORMATS = {"jax": "model.stablehlo", "tensorflow": "model", "torch": "model.pt2", "openvino": "model.xml"}


class _Object:
    """An object in a closure."""

    factor = 2.0


def _tensor(*shape: int) -> Any:
    return ops.convert_to_tensor(np.ones(shape or (3,), np.float32))


def _function(held: _Object, variable: Any, tensor: Any) -> Callable[[Any], Any]:
    return lambda x: ops.sum(x * variable.value + tensor * held.factor)


def _jit(function: Any) -> Any:
    result = ops.jit(function, options=_OPTIONS)
    result(_tensor())
    return result


def _assigning(held: _Object, variable: Any, tensor: Any) -> Any:
    def assign(x: Any) -> Any:
        variable.assign(variable * x + tensor * held.factor)
        return x

    return _jit(assign)


def _of_static(held: _Object, variable: Any, tensor: Any) -> Any:
    function = _function(held, variable, tensor)
    result = ops.jit(lambda x, n: function(x) * n, static_argnums=1, options=_OPTIONS)
    result(_tensor(), 2)
    result(_tensor(), 3)
    return result


def _grad(held: _Object, variable: Any, tensor: Any) -> Any:
    result = ops.grad(_function(held, variable, tensor))
    result(_tensor())
    return result


def _value_and_grad(held: _Object, variable: Any, tensor: Any) -> Any:
    result = ops.value_and_grad(_function(held, variable, tensor))
    result(_tensor())
    return result


def _vectorize(held: _Object, variable: Any, tensor: Any) -> Any:
    result = ops.vectorize(lambda x: x * variable.value[0] + tensor[0] * held.factor)
    result(_tensor(4))
    return result


def _vectorized_map(held: _Object, variable: Any, tensor: Any) -> Any:
    def function(x: Any) -> Any:
        return x * variable.value[0] + tensor[0] * held.factor

    ops.vectorized_map(function, _tensor(4))
    return function


def _checkpoint(held: _Object, variable: Any, tensor: Any) -> Any:
    result = ops.checkpoint(_function(held, variable, tensor))
    ops.grad(result)(_tensor())
    return result


def _custom_gradient(held: _Object, variable: Any, tensor: Any) -> Any:
    @ops.custom_gradient
    def function(x: Any) -> Any:
        def backward(*cotangents: Any, upstream: Any = None) -> Any:
            return (cotangents[0] if upstream is None else upstream) * tensor * held.factor

        return x * tensor, backward

    ops.grad(lambda x: ops.sum(function(x)))(_tensor())
    return function


def _output_spec(held: _Object, variable: Any, tensor: Any) -> Any:
    function = _function(held, variable, tensor)
    ops.compute_output_spec(function, ops.SymbolicTensor((3,), "float32"))
    return function


def _cond(held: _Object, variable: Any, tensor: Any) -> Any:
    def function() -> Any:
        return tensor * held.factor + variable.value

    ops.cond(ops.convert_to_tensor(True), function, lambda: tensor)
    return function


def _while_loop(held: _Object, variable: Any, tensor: Any) -> Any:
    def function(i: Any, x: Any) -> Any:
        return i + 1, x * tensor * held.factor + variable.value

    ops.while_loop(lambda i, _: i < 3, function, (ops.convert_to_tensor(0), _tensor()))
    return function


def _scan(held: _Object, variable: Any, tensor: Any) -> Any:
    def function(carry: Any, x: Any) -> Any:
        return carry * x * held.factor + tensor + variable.value, carry

    ops.scan(function, _tensor(), _tensor(4, 3))
    return function


def _compiled_loop(held: _Object, variable: Any, tensor: Any) -> Any:
    def function(x: Any) -> Any:
        start = ops.convert_to_tensor(0), x
        return ops.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, x * tensor * held.factor), start)[1] + variable

    return _jit(function)


def _export(held: _Object, variable: Any, tensor: Any, folder: Path) -> Any:
    function = _function(held, variable, tensor)
    name = _FORMATS.get(ops.backend())
    if name is not None:
        ops.export(function, ops.SymbolicTensor((3,), "float32"), path=folder / name)
    return function


CASES: dict[str, Callable[..., Any]] = {
    "jit": lambda *parts: _jit(_function(*parts)),
    "jit of a gradient": lambda *parts: _jit(ops.value_and_grad(_function(*parts))),
    "jit that assigns": _assigning,
    "jit with static arguments": _of_static,
    "jit of a loop": _compiled_loop,
    "grad": _grad,
    "value_and_grad": _value_and_grad,
    "vectorize": _vectorize,
    "vectorized_map": _vectorized_map,
    "checkpoint": _checkpoint,
    "custom_gradient": _custom_gradient,
    "compute_output_spec": _output_spec,
    "cond": _cond,
    "while_loop": _while_loop,
    "scan": _scan,
    "export": _export,
}


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize("case", CASES)
def test_a_dropped_function_is_freed(case: str, backend: str, tmp_path: Path) -> None:
    held, variable, tensor = _Object(), ops.Variable(np.ones(3, np.float32)), _tensor()
    parts = (held, variable, tensor, *([tmp_path] if case == "export" else []))
    function = CASES[case](*parts)
    references = {"object": weakref.ref(held), "Variable": weakref.ref(variable), "function": weakref.ref(function)}
    if (backend, case) != ("torch", "export"):  # torch.export itself keeps tensors that a function closes over
        try:
            references["tensor"] = weakref.ref(tensor)
        except TypeError:  # NumPy's scalars, and some types of tensors, have no weak references
            pass
    del held, variable, tensor, parts, function
    gc.collect()
    assert [name for name, reference in references.items() if reference() is not None] == []
