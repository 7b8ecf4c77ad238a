"""Transforms of transforms: every pair of them, on every installed backend.

The reference is exact: the function is a polynomial, computed in fractions, with steps of 1e-40 for derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

ALONG = np.array([Fraction(1, 2), Fraction(-2), Fraction(1)])
STEP = Fraction(1, 10**40)
# The compiled functions are tiny and run once.
QUICK: Any = {"torch": {"backend": "aot_eager"}}

Function = Callable[[Any], Any]


def polynomial(x: Any) -> Any:
    """A polynomial of three numbers."""
    return x * x * x * x / 8 + x * x[2] * x[0] / 2 - x


def gradient(f: Function, x: Any, along: Any) -> Any:
    return (f(x + STEP * along) - f(x - STEP * along)) / (2 * STEP)


def exact_matrix(f: Function, x: Any) -> Any:
    units = [np.array([Fraction(int(i == j)) for j in range(len(x))]) for i in range(len(x))]
    return np.stack([gradient(f, x, unit) for unit in units], axis=1)


def exact_gradient(f: Function, x: Any) -> Any:
    return exact_matrix(f, x).sum(axis=0)


EXACT: dict[str, Callable[[Function], Function]] = {
    "grad": lambda f: lambda x: exact_gradient(f, x),
    "jvp": lambda f: lambda x: gradient(f, x, ALONG),
    "vjp": lambda f: lambda x: ALONG @ exact_matrix(f, x),
    "jacobian": lambda f: lambda x: exact_matrix(f, x) @ ALONG,
    "hessian": lambda f: lambda x: exact_matrix(lambda y: exact_gradient(f, y), x) @ ALONG,
    "vmap": lambda f: lambda x: f(x) + f(x / 2),
    "jit": lambda f: f,
    "checkpoint": lambda f: f,
    "scan": lambda f: lambda x: f(f(x) / 4 + x / 8) / 4 - x,
    "cond": lambda f: lambda x: f(x) if x[0] > 0 else x * 3,
    "switch": lambda f: lambda x: f(x) if x[0] > 0 else x * 3,
    "while_loop": lambda f: lambda x: f(f(x) / 4) / 4,
    "fori_loop": lambda f: lambda x: f(f(x) / 4) / 4,
}


FLOATS = ALONG.astype(np.float64)


def direction(x: Any) -> Any:
    return ops.convert_to_tensor(FLOATS, ops.dtype(x))


def total(f: Function) -> Function:
    return lambda x: ops.sum(f(x))


def scanned(f: Function) -> Function:
    return lambda x: ops.scan(lambda carry, row: (f(carry) / 4 + row, None), x, ops.stack([x / 8, -x]))[0]


TRANSFORMS: dict[str, Callable[[Function], Function]] = {
    "grad": lambda f: ops.grad(total(f)),
    "jvp": lambda f: lambda x: ops.jvp(f, [x], [direction(x)])[1],
    "vjp": lambda f: lambda x: ops.vjp(f, [x])[1](direction(x))[0],
    "jacobian": lambda f: lambda x: ops.matmul(ops.jacobian(f)(x), direction(x)),
    "hessian": lambda f: lambda x: ops.matmul(ops.hessian(total(f))(x), direction(x)),
    "vmap": lambda f: lambda x: ops.sum(ops.vmap(f)(ops.stack([x, x / 2])), axis=0),
    "jit": lambda f: ops.jit(f, options=QUICK),
    "checkpoint": lambda f: ops.checkpoint(f),
    "scan": scanned,
    "cond": lambda f: lambda x: ops.cond(x[0] > 0, lambda: f(x), lambda: x * 3),
    "switch": lambda f: lambda x: ops.switch(ops.cast(x[0] > 0, "int32"), [lambda v: v * 3, f], x),
    "while_loop": lambda f: lambda x: ops.while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, f(v) / 4), (0, x))[1],
    "fori_loop": lambda f: lambda x: ops.fori_loop(0, 2, lambda i, v: f(v) / 4, x),
}


def check(function: Function, point: Any, expected: Any, backend: str) -> None:
    # OpenVINO does not compile float64.
    dtype, tolerance = ("float32", 2e-5) if backend == "openvino" else ("float64", 1e-9)
    result = function(ops.convert_to_tensor(point.astype(dtype)))
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("inner", TRANSFORMS)
@pytest.mark.parametrize("outer", TRANSFORMS)
@pytest.mark.parametrize("name", BACKENDS)
def test_transforms_of_transforms(name: str, outer: str, inner: str) -> None:
    point = np.array([Fraction(1, 2), Fraction(-3, 4), Fraction(5, 4)])
    expected = EXACT[outer](EXACT[inner](polynomial))(point).astype(np.float64)
    with ops.use_backend(name):
        check(TRANSFORMS[outer](TRANSFORMS[inner](polynomial)), point, expected, name)


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("chain", ["jit vmap grad", "jit grad scan", "grad jit checkpoint", "vmap jit hessian"])
def test_three_transforms(name: str, chain: str) -> None:
    point = np.array([Fraction(1, 2), Fraction(-3, 4), Fraction(5, 4)])
    exact, transformed = polynomial, polynomial
    for transform in reversed(chain.split()):
        exact, transformed = EXACT[transform](exact), TRANSFORMS[transform](transformed)
    with ops.use_backend(name):
        check(transformed, point, exact(point).astype(np.float64), name)
