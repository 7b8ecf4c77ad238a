"""Transformed functions and namespaces can be pickled like functions, copied, and sent to spawned workers."""

from __future__ import annotations

import copy
import functools
import multiprocessing
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import active
from ops_common.testing import BACKENDS


def plain(x: Any) -> Any:
    return ops.sum(x * x)


def scaled(x: Any, factor: Any) -> Any:
    return ops.sum(x * x) * factor


def squares(x: Any) -> Any:
    return x * x


def with_aux(x: Any) -> Any:
    return ops.sum(x * x), ops.shape(x)[0]


@ops.jit
def compiled(x: Any) -> Any:
    return ops.sum(x * x)


@functools.partial(ops.jit, static_argnames="how")
def compiled_with_static(x: Any, how: str = "sum") -> Any:
    return getattr(ops, how)(x * x)


@ops.grad
def gradient(x: Any) -> Any:
    return ops.sum(x * x)


@ops.jit
@ops.grad
def compiled_gradient(x: Any) -> Any:
    return ops.sum(x * x)


class Model:
    """An object that compiles its own method and is pickled with it."""

    def __init__(self, factor: float) -> None:
        self.factor = factor
        self.step: Callable[[Any], Any] = ops.jit(self.forward)

    def forward(self, x: Any) -> Any:
        return ops.sum(x) * self.factor

    fixed = staticmethod(ops.vmap(plain))


class Layer:
    """A callable object."""

    def __call__(self, x: Any) -> Any:
        return ops.sum(x * x)


MADE: dict[str, Callable[..., Any]] = {
    "jit": ops.jit(plain),
    "jit, options": ops.jit(plain, dynamic=True, options={"openvino": {"PERFORMANCE_HINT": "LATENCY"}}),
    "jit, static": ops.jit(scaled, static_argnums=1),
    "jit of a layer": ops.jit(Layer()),
    "jit of a partial": ops.jit(functools.partial(scaled, factor=2.0)),
    "grad": ops.grad(plain),
    "grad, argnums": ops.grad(scaled, argnums=(0,)),
    "grad, aux": ops.grad(with_aux, has_aux=True),
    "grad of jit": ops.grad(compiled),
    "value_and_grad": ops.value_and_grad(plain),
    "value_and_grad, aux": ops.value_and_grad(with_aux, has_aux=True),
    "vmap": ops.vmap(squares),
    "vmap, axes": ops.vmap(squares, in_axes=0, out_axes=0),
    "vmap of grad": ops.vmap(ops.grad(squares)),
    "jit of vmap of grad": ops.jit(ops.vmap(ops.grad(squares))),
    "vectorize": ops.vectorize(plain, signature="(n)->()"),
    "checkpoint": ops.checkpoint(plain),
    "grad of checkpoint": ops.grad(ops.checkpoint(plain)),
    "jacobian": ops.jacobian(squares),
    "hessian": ops.hessian(plain),
}
# Fewer, because torch compiles for seconds; this part of its compiler needs no C++ compiler.
AOT: Any = {"torch": {"backend": "aot_eager"}}
JITTED = {"jit": ops.jit(plain, options=AOT), "jit of vmap of grad": ops.jit(ops.vmap(ops.grad(squares)), options=AOT)}
BY_NAME = {
    "compiled": compiled,
    "with static": compiled_with_static,
    "gradient": gradient,
    "compiled gradient": compiled_gradient,
}


def arguments(name: str) -> tuple[Any, ...]:
    x = ops.convert_to_tensor(np.array([1.0, 2.0, 3.0], np.float32))
    return (x, 3.0) if name in ("jit, static", "grad, argnums") else (x,)


def values(tree: Any) -> list[Any]:
    """Returns the numbers of a nest."""
    if isinstance(tree, tuple):
        return [value for item in tree for value in values(item)]
    return [ops.convert_to_numpy(tree).tolist() if ops.is_tensor(tree) else tree]


def results(functions: dict[str, Callable[..., Any]], backend: str) -> dict[str, list[Any]]:
    """Returns the results of the functions on a backend that is active or to which they are bound."""
    with ops.use_backend(backend):
        return {name: values(function(*arguments(name))) for name, function in functions.items()}


@pytest.mark.parametrize("name", MADE)
def test_transformed_functions(name: str) -> None:
    function = MADE[name]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert type(pickle.loads(pickle.dumps(function, protocol))) is type(function)


def test_copies_work(backend: str) -> None:
    functions = {name: function for name, function in MADE.items() if "jit" not in name} | JITTED
    expected = results(functions, backend)
    assert results(pickle.loads(pickle.dumps(functions)), backend) == expected
    assert results(copy.deepcopy(functions), backend) == expected
    assert results({name: copy.copy(function) for name, function in functions.items()}, backend) == expected


def test_options_are_kept() -> None:
    function = ops.jit(scaled, static_argnames="factor", donate_argnums=0, dynamic=True, options={"torch": {"a": 1}})
    for other in (pickle.loads(pickle.dumps(function)), copy.deepcopy(function)):
        make, arguments = other.__reduce__()
        assert arguments == (scaled,)
        assert make.keywords == {
            "static_argnums": (1,),
            "static_argnames": ("factor",),
            "donate_argnums": (0,),
            "dynamic": True,
            "options": {"torch": {"a": 1}},
        }


@pytest.mark.parametrize("name", BY_NAME)
def test_decorated_functions_are_pickled_by_name(name: str) -> None:
    function = BY_NAME[name]
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(function, protocol)) is function
    assert copy.deepcopy(function) is function
    assert copy.copy(function) is function


def test_an_object_that_compiles_its_own_method() -> None:
    model = Model(3.0)
    for other in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        other.factor = 5.0
        assert other.step.__wrapped__.__self__ is other
        assert other.step is not model.step
    assert model.factor == 3.0


@pytest.mark.parametrize("transform", [ops.jit, ops.grad, ops.vmap, ops.checkpoint, ops.jacobian, ops.hessian])
def test_lambdas_and_local_functions_raise_the_error_of_pickle(transform: Callable[..., Any]) -> None:
    def local(x: Any) -> Any:
        return ops.sum(x)

    for function in (lambda x: ops.sum(x), local):
        transformed = transform(function)
        with pytest.raises((pickle.PicklingError, AttributeError), match=r"local|lambda"):
            pickle.dumps(transformed)
        assert type(copy.deepcopy(transformed)) is type(transformed)


def test_namespaces_and_their_functions(backend: str) -> None:
    xp = ops.namespace(backend)
    x = xp.convert_to_tensor([1.0, 2.0])
    parts = {
        "namespace": xp,
        "part": xp.nn,
        "function": xp.sum,
        "of a part": xp.nn.relu,
        "random": xp.random.normal,
        "backend function": xp.convert_to_tensor,
        "transform": xp.grad,
    }
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for name, part in parts.items():
            assert pickle.loads(pickle.dumps(part, protocol)) is part, name
    for name, part in parts.items():
        assert copy.deepcopy(part) is part, name
    for transformed in (xp.grad(plain), xp.value_and_grad(plain), xp.hessian(plain), xp.checkpoint(plain)):
        for copied in (pickle.loads(pickle.dumps(transformed)), copy.deepcopy(transformed)):
            assert values(copied(x)) == values(transformed(x))


def test_spawned_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything works in a process that has only its pickled arguments."""
    monkeypatch.syspath_prepend(Path(__file__).parents[__name__.count(".")])  # a worker imports this module by its name
    for backend in BACKENDS:
        xp = ops.namespace(backend)
        with ops.use_backend(backend), ops.random.portable(), ops.device("cpu"):
            form = ops.namespace(active.current_backend().key)
        functions = {
            **MADE,
            **BY_NAME,
            "bound": xp.sum,
            "bound of a part": xp.nn.relu,
            "bound grad": xp.grad(plain),
            "of a form": form.sum,
        }
        if backend in ("torch", "tensorflow"):  # whose compilers take many seconds for all functions
            functions = {name: function for name, function in functions.items() if "jit" not in name} | JITTED
            functions = {name: f for name, f in functions.items() if not name.startswith("compiled")}
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            assert pool.apply(results, (functions, backend)) == results(functions, backend)
