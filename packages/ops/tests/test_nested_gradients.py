"""Gradients of gradients around and inside compiled functions and branches, against exact derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

OPTIONS = {"torch": {"backend": "aot_eager"}}


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    return ops.jit(function, options=OPTIONS)


def cube(x: Any) -> Any:
    return x * x * x


def branch(x: Any) -> Any:
    return ops.cond(x > 0, lambda: ops.sqrt(x), lambda: x * x * x)


def chosen(x: Any) -> Any:
    return ops.switch(ops.cast(x > 0, "int32"), [cube, lambda x: ops.log(x)], x)


@pytest.mark.parametrize("function", [cube, branch, chosen])
def test_second_gradients(function: Callable[..., Any], backend: str) -> None:
    x = ops.convert_to_tensor(-1.0)
    for second in (
        compiled(ops.grad(ops.grad(function))),
        ops.grad(compiled(ops.grad(function))),
        ops.grad(ops.grad(compiled(function))),
    ):
        np.testing.assert_allclose(ops.convert_to_numpy(second(x)), -6.0, 1e-6)


def test_no_wrong_second_gradient_of_a_while_loop(backend: str) -> None:
    def squared(x: Any) -> Any:
        return ops.while_loop(lambda x: ops.abs(x) < 10, lambda x: (x * x,), (x,))[0]

    x = ops.convert_to_tensor(3.0)
    np.testing.assert_allclose(ops.convert_to_numpy(ops.grad(ops.grad(compiled(cube)))(x)), 18.0, 1e-6)
    second = compiled(ops.grad(ops.grad(squared)))
    if backend in ("numpy", "tensorflow"):
        np.testing.assert_allclose(ops.convert_to_numpy(second(x)), 12.0 * 9, 1e-5)
    else:  # the frameworks' own error or UnsupportedError: a compiled while_loop has no such gradient there
        with pytest.raises(Exception, match=r"(?i)while|loop|gradient|differentiat"):
            second(x)


def test_sinc_near_zero(backend: str) -> None:
    x = np.array([0.0, 1e-30, -1e-20, 1e-6, 1e-3, -0.04, 0.049999, 0.0500001, 0.3], np.float32)
    gradient = ops.grad(lambda x: ops.sum(ops.sinc(x)))(ops.convert_to_tensor(x))
    arc = np.pi * x.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = np.where(np.abs(arc) < 1e-2, -np.pi * (arc / 3 - arc**3 / 30), np.pi * (np.cos(arc) - np.sinc(x)) / arc)
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), exact, 5e-5, 1e-12)
    np.testing.assert_allclose(ops.convert_to_numpy(ops.sinc(ops.convert_to_tensor(x))), np.sinc(x), 1e-6)
