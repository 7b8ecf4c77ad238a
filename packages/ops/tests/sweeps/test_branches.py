"""Branches of which the one not taken has an infinite or NaN derivative: no transform returns NaN."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

Function = Callable[[Any], Any]
QUICK: Any = {"torch": {"backend": "aot_eager"}}

# At -1, the value or a derivative of each is infinite or NaN.
OTHERS: dict[str, Function] = {
    "sqrt": ops.sqrt,
    "log": ops.log,
    "log1p": ops.log1p,
    "power": lambda x: x**0.5,
    "arccosh": ops.arccosh,
    "arctanh": ops.arctanh,
    "arcsin": ops.arcsin,
    "reciprocal": lambda x: 1 / (x + 1),
    "sqrt at zero": lambda x: ops.sqrt(x + 1),
    "overflow": lambda x: ops.exp(-1000 * x),
    "overflow times zero": lambda x: ops.exp(-1000 * x) * (x + 1),
    "norm of zeros": lambda x: ops.norm(ops.stack([x + 1, x * 0 + x + 1])),
    "zero over zero": lambda x: (x + 1) / (x + 1),
    "rsqrt": ops.rsqrt,
}

FEW = ("sqrt", "reciprocal", "overflow times zero")


def branches(other: Function) -> dict[str, Function]:
    """Yields functions of a number that return three times the number below zero."""

    def nested(x: Any) -> Any:
        return ops.cond(
            x > 0, lambda: other(x), lambda: ops.cond(x > -0.5, lambda: ops.log(x) + other(x), lambda: x * 3)
        )

    def in_scan(x: Any) -> Any:
        def step(carry: Any, row: Any) -> Any:
            return ops.cond(row > 0, lambda: other(x) + carry, lambda: carry + x), None

        return ops.scan(step, x * 0, ops.stack([x, x, x]))[0]

    def in_loop(x: Any) -> Any:
        return ops.fori_loop(0, 3, lambda i, v: ops.cond(x > 0, lambda: other(x) * v, lambda: v + x), x * 0)

    def of_nests(x: Any) -> Any:
        result = ops.cond(x > 0, lambda: {"a": other(x), "b": [x]}, lambda: {"a": x * 2, "b": [x]})
        return result["a"] + result["b"][0]

    return {
        "cond": lambda x: ops.cond(x > 0, lambda: other(x), lambda: x * 3),
        "cond, otherwise": lambda x: ops.cond(x <= 0, lambda: x * 3, lambda: other(x)),
        "switch": lambda x: ops.switch(ops.cast(x > 0, "int32"), [lambda v: v * 3, other], x),
        "switch of four": lambda x: ops.switch(ops.cast(x > 0, "int32") + 1, [other, lambda v: v * 3, other, other], x),
        "nested": nested,
        "in scan": in_scan,
        "in loop": in_loop,
        "nests": of_nests,
    }


def summed(function: Function) -> Function:
    return lambda x: ops.sum(ops.vmap(function)(x))


# Name: the transform, whether it takes rows, and the expected result.
MODES: dict[str, tuple[Callable[[Function], Function], bool, float]] = {
    "value": (lambda f: f, False, -3.0),
    "vmap": (ops.vmap, True, -3.0),
    "grad": (ops.grad, False, 3.0),
    "jvp": (lambda f: lambda x: ops.jvp(f, [x], [x * 0 + 1])[1], False, 3.0),
    "vjp": (lambda f: lambda x: ops.vjp(f, [x])[1](x * 0 + 1)[0], False, 3.0),
    "hessian": (ops.hessian, False, 0.0),
    "vmap grad": (lambda f: ops.vmap(ops.grad(f)), True, 3.0),
    "grad vmap": (lambda f: ops.grad(summed(f)), True, 3.0),
    "vmap hessian": (lambda f: ops.vmap(ops.hessian(f)), True, 0.0),
    "vmap vmap": (lambda f: lambda x: ops.vmap(ops.vmap(f))(ops.stack([x, x]))[1], True, -3.0),
}


@pytest.mark.parametrize("jitted", [False, True], ids=["eager", "jit"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", list(branches(ops.sqrt)))
def test_the_branch_not_taken(backend: str, kind: str, mode: str, jitted: bool) -> None:
    transform, of_rows, expected = MODES[mode]
    wrong: list[str] = []
    for name, other in OTHERS.items():
        if (jitted or "vmap" in mode) and name not in FEW:
            continue  # each is compiled or traced
        function = transform(branches(other)[kind])
        if jitted:
            function = ops.jit(function, options=QUICK)
        # The second row takes the other branch where that is finite.
        x = np.array([-1.0, 0.4] if of_rows else -1.0, np.float32)
        try:
            result = ops.convert_to_numpy(function(ops.convert_to_tensor(x)))
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__} {str(error)[:200]}")
            continue
        first = float(result[0] if of_rows else result)
        if not np.isclose(first, expected, rtol=1e-5, atol=1e-6):
            wrong.append(f"{name}: {first}, right {expected}")
    assert not wrong, "\n".join(wrong)
