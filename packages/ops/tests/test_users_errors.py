"""Errors that the user's own functions raise, where functions of `ops` call them: they are not changed."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

import ops


class OwnError(Exception):
    def __init__(self, first: int, second: int) -> None:
        super().__init__(first, second)
        self.first = first


class OwnShapeError(ops.ShapeError):
    def __init__(self, first: int, second: int) -> None:
        super().__init__(first, second)
        self.first = first


def own() -> NoReturn:
    raise OwnError(1, 2)


def own_shape() -> NoReturn:
    raise OwnShapeError(1, 2)


def not_implemented() -> NoReturn:
    raise NotImplementedError("own")


def wrong_type() -> NoReturn:
    raise TypeError("own")


def index() -> NoReturn:
    raise ValueError("own: index 7 is out of range")


def key() -> Any:
    names: dict[str, int] = {}
    return names["own"]


def zero() -> Any:
    return 1 / 0


KINDS: dict[Callable[[], Any], type[Exception]] = {
    own: OwnError,
    own_shape: OwnShapeError,
    not_implemented: NotImplementedError,
    wrong_type: TypeError,
    index: ValueError,
    key: KeyError,
    zero: ZeroDivisionError,
}

# Functions of a failing function of a tensor, and of a tensor.
CALLS: dict[str, Callable[[Callable[..., Any], Any], Any]] = {
    "fori_loop": lambda f, x: ops.fori_loop(0, 20, lambda i, v: f(v), x),
    "fori_loop of a number": lambda f, x: ops.fori_loop(0, 3, lambda i, v: f(v), 0),
    "while_loop": lambda f, x: ops.while_loop(lambda v: ops.sum(v) < 30, f, x),
    "while_loop by its condition": lambda f, x: ops.while_loop(lambda v: f(v) < 30, lambda v: v + 1, x),
    "cond": lambda f, x: ops.cond(ops.sum(x) > 0, lambda: f(x), lambda: x),
    "switch": lambda f, x: ops.switch(ops.cast(ops.sum(x), "int32"), [lambda v: v, f], x),
    "scan": lambda f, x: ops.scan(lambda c, row: (f(c), row), x, length=10),
    "map": lambda f, x: ops.map(f, x),
    "vectorized_map": lambda f, x: ops.vectorized_map(f, x),
    "associative_scan": lambda f, x: ops.associative_scan(lambda a, b: f(a + b), x),
    "vmap": lambda f, x: ops.vmap(f)(x),
    "vectorize": lambda f, x: ops.vectorize(f)(x),
    "grad": lambda f, x: ops.grad(lambda y: ops.sum(f(y)))(x),
    "jacobian": lambda f, x: ops.jacobian(f)(x),
    "vjp": lambda f, x: ops.vjp(f, [x]),
    "jvp": lambda f, x: ops.jvp(f, [x], [x]),
    "checkpoint": lambda f, x: ops.grad(lambda y: ops.sum(ops.checkpoint(f)(y)))(x),
    "custom_gradient": lambda f, x: ops.grad(lambda y: ops.sum(ops.custom_gradient(lambda z: (z, f))(y)))(x),
    "a loop in a gradient": lambda f, x: ops.grad(lambda y: ops.sum(ops.fori_loop(0, 3, lambda i, v: f(v), y)))(x),
    "compute_output_spec": lambda f, x: ops.compute_output_spec(lambda y: ops.map(f, y), x),
    "make_graph": lambda f, x: ops.make_graph(lambda y: ops.map(f, y), x),
}


def failing(fail: Callable[[], Any]) -> Callable[..., Any]:
    def function(*tensors: Any) -> Any:
        fail()
        return tensors[0]

    return function


def check(fail: Callable[[], Any], call: Callable[[], Any]) -> None:
    with pytest.raises(KINDS[fail]) as caught:
        call()
    error: Any = caught.value
    assert type(error) is KINDS[fail]
    if fail in (own, own_shape):
        assert vars(error)["first"] == 1
    elif fail is not zero:
        assert str(error) in (repr("own"), "own", "own: index 7 is out of range")


@pytest.mark.parametrize("name", CALLS)
def test_eager(backend: str, name: str) -> None:
    for fail in KINDS:
        check(fail, lambda fail=fail: CALLS[name](failing(fail), ops.ones(3)))


# (PyTorch's compiler takes a second for each. OPS_SWEEP=1 tries all.)
_FEW = [
    ("fori_loop", own),
    ("cond", index),
    ("scan", key),
    ("vmap", not_implemented),
    ("grad", wrong_type),
    ("custom_gradient", own_shape),
]
_ALL = [pair for pair in itertools.product(CALLS, KINDS) if pair[0] not in ("compute_output_spec", "make_graph")]


@pytest.mark.parametrize(("name", "fail"), _ALL if os.environ.get("OPS_SWEEP") == "1" else _FEW)
def test_compiled(backend: str, name: str, fail: Callable[[], Any]) -> None:
    check(fail, lambda: ops.jit(lambda x: CALLS[name](failing(fail), x))(ops.ones(3)))


def test_errors_of_ops_in_functions_name_both_calls(backend: str) -> None:
    with pytest.raises(ops.ShapeError, match=r"cannot reshape(.|\n)*in ops.fori_loop\("):
        ops.fori_loop(0, 3, lambda i, v: ops.reshape(v, (7,)), ops.ones(3))
