"""Gradients at ties, kinks, zeros and degenerate points: one value on every backend, eager and compiled.

The points and the values are those of docs/gradients.md.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

inf, nan = math.inf, math.nan
SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
ROOT = math.sqrt(0.5)
OPTIONS = {"torch": {"backend": "aot_eager"}}  # which traces without compiling to machine code


def weighed(x: Any) -> Any:
    """Returns the elements, weighted by 1, 2, 3 and so on."""
    return ops.multiply(x, np.arange(1.0, math.prod(ops.shape(x)) + 1, dtype="float32").reshape(ops.shape(x)))


def modulus(real: Any, imaginary: Any) -> Any:
    return ops.abs(ops.view_as_complex(ops.stack([real, imaginary], -1)))


def argument(real: Any, imaginary: Any) -> Any:
    return ops.angle(ops.view_as_complex(ops.stack([real, imaginary], -1)))


def crossentropy(function: Callable[..., Any], target: Any, **options: Any) -> Callable[..., Any]:
    return lambda x: function(np.array(target, "float32"), x, **options)


# The function, the operands, and the gradient of its sum with respect to each.
CASES: dict[str, tuple[Callable[..., Any], tuple[Any, ...], tuple[Any, ...]]] = {
    # --- activations
    "relu": (ops.relu, ([0.0, -0.0],), ([0, 0],)),
    "relu6": (ops.relu6, ([0.0, 6.0],), ([0, 0],)),
    "leaky_relu": (lambda x: ops.leaky_relu(x, 0.25), ([0.0],), ([0.25],)),
    "elu": (ops.elu, ([0.0, -0.0],), ([1, 1],)),
    "elu, alpha 2": (lambda x: ops.elu(x, 2.0), ([0.0],), ([2],)),
    "celu": (ops.celu, ([0.0],), ([1],)),
    "celu, alpha 2": (lambda x: ops.celu(x, 2.0), ([0.0],), ([1],)),
    "selu": (ops.selu, ([0.0],), ([SCALE * ALPHA],)),
    "hard_tanh": (ops.hard_tanh, ([-1.0, 1.0],), ([1, 1],)),
    "hard_sigmoid": (ops.hard_sigmoid, ([-3.0, 3.0],), ([0, 0],)),
    "hard_silu": (ops.hard_silu, ([-3.0, 3.0],), ([0, 1],)),
    "hard_shrink": (ops.hard_shrink, ([-0.5, 0.5],), ([0, 0],)),
    "soft_shrink": (ops.soft_shrink, ([-0.5, 0.5],), ([0, 0],)),
    "threshold": (lambda x: ops.threshold(x, 0.5, 0.5), ([0.5],), ([0],)),
    "sparse_plus": (ops.sparse_plus, ([-1.0, 1.0],), ([0, 1],)),
    "sparse_sigmoid": (ops.sparse_sigmoid, ([-1.0, 1.0],), ([0, 0],)),
    "squareplus": (ops.squareplus, ([0.0],), ([0.5],)),
    "squareplus, b 0": (lambda x: ops.squareplus(x, 0.0), ([0.0],), ([0.5],)),
    "softsign": (ops.softsign, ([0.0],), ([1],)),
    "tanh_shrink": (ops.tanh_shrink, ([0.0],), ([0],)),
    "softplus": (ops.softplus, ([0.0, -inf, inf],), ([0.5, 0, 1],)),
    "log_sigmoid": (ops.log_sigmoid, ([0.0, -inf, inf],), ([0.5, 1, 0],)),
    "sparsemax": (lambda x: weighed(ops.sparsemax(x)), ([1.0, 0.0],), ([0, 0],)),
    "gelu, silu": (lambda x: ops.gelu(x) + ops.silu(x), ([0.0],), ([1],)),
    "sigmoid, tanh": (lambda x: ops.sigmoid(x) + ops.tanh(x), ([-inf, inf],), ([0, 0],)),
    "softmax": (lambda x: weighed(ops.softmax(x)), ([-inf, 0.0],), ([0, 0],)),
    # --- elementwise
    "abs": (ops.abs, ([0.0, -0.0],), ([0, 0],)),
    "clip": (lambda x: ops.clip(x, -1, 1), ([-1.0, 1.0],), ([1, 1],)),
    "clip, equal bounds": (lambda x: ops.clip(x, 1.0, 1.0), ([1.0, 2.0, 0.0],), ([1, 0, 0],)),
    "clip, tensors": (
        ops.clip,
        ([-1.0, 1.0, 1.0, -2.0, 3.0], [-1.0, -1.0, 1.0, -1.0, -1.0], [1.0, 1.0, 1.0, 1.0, 1.0]),
        ([1, 1, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1]),
    ),
    "maximum": (ops.maximum, ([1.0, 0.0], [1.0, -0.0]), ([0.5, 0.5], [0.5, 0.5])),
    "minimum": (ops.minimum, ([1.0, 0.0], [1.0, -0.0]), ([0.5, 0.5], [0.5, 0.5])),
    "maximum, a number": (lambda x: ops.maximum(x, 0), ([0.0],), ([0.5],)),
    "minimum, a number": (lambda x: ops.minimum(2.0, x), ([2.0],), ([0.5],)),
    "fmax": (ops.fmax, ([1.0], [1.0]), ([0.5], [0.5])),
    "fmin": (ops.fmin, ([1.0], [1.0]), ([0.5], [0.5])),
    "hypot": (ops.hypot, ([0.0, 1.0, 2.0, 0.0], [0.0, 1.0, -2.0, 3.0]), ([0, ROOT, ROOT, 0], [0, ROOT, -ROOT, 1])),
    "logaddexp": (
        ops.logaddexp,
        ([1.0, inf, -inf, inf, -inf], [1.0, inf, -inf, 0.0, 0.0]),
        ([0.5, 0.5, 0.5, 1, 0], [0.5, 0.5, 0.5, 0, 1]),
    ),
    "logaddexp2": (
        ops.logaddexp2,
        ([1.0, inf, -inf, inf, -inf], [1.0, inf, -inf, 0.0, 0.0]),
        ([0.5, 0.5, 0.5, 1, 0], [0.5, 0.5, 0.5, 0, 1]),
    ),
    "sqrt": (ops.sqrt, ([0.0],), ([inf],)),
    "rsqrt": (ops.rsqrt, ([0.0],), ([-inf],)),
    "cbrt": (ops.cbrt, ([0.0],), ([inf],)),
    "log, log2, log10": (lambda x: ops.log(x) + ops.log2(x) + ops.log10(x), ([0.0],), ([inf],)),
    "log1p": (ops.log1p, ([-1.0],), ([inf],)),
    "exp, expm1": (lambda x: ops.exp(x) + ops.expm1(x), ([-inf],), ([0],)),
    "reciprocal": (ops.reciprocal, ([0.0],), ([-inf],)),
    "arcsin": (ops.arcsin, ([-1.0, 1.0],), ([inf, inf],)),
    "arccos": (ops.arccos, ([-1.0, 1.0],), ([-inf, -inf],)),
    "arccosh": (ops.arccosh, ([1.0],), ([inf],)),
    "arctanh": (ops.arctanh, ([-1.0, 1.0],), ([inf, inf],)),
    "erfinv": (ops.erfinv, ([-1.0, 1.0],), ([inf, inf],)),
    "power": (
        ops.power,
        ([0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0], [0.0, 2.0, 0.5, 1.0, 3.0, 0.0, 0.0]),
        ([0, 0, inf, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0, math.log(2)]),
    ),
    "power, exponent 0": (lambda x: ops.power(x, 0), ([0.0, 1.0, -2.0],), ([0, 0, 0],)),
    "power, exponent 0.0": (lambda x: ops.power(x, 0.0), ([0.0, 1.0],), ([0, 0],)),
    "power, exponents 1 and 2": (lambda x: ops.add(ops.power(x, 1), ops.power(x, 2)), ([0.0, -1.0],), ([1, -1],)),
    "power, base 0": (lambda x: ops.power(0.0, x), ([0.0, 1.0, 2.0],), ([0, 0, 0],)),
    "arctan2": (ops.arctan2, ([0.0, 0.0], [0.0, 1.0]), ([0, 1], [0, 0])),
    "sinc": (ops.sinc, ([0.0],), ([0],)),
    "sign": (ops.sign, ([0.0],), ([0],)),
    "floor, ceil, trunc": (lambda x: ops.floor(x) + ops.ceil(x) + ops.trunc(x), ([1.0, 0.0, 0.5],), ([0, 0, 0],)),
    "round": (ops.round, ([0.5, 1.0],), ([0, 0],)),
    "mod": (ops.mod, ([4.0, -4.0, 4.0], [2.0, 2.0, -2.0]), ([1, 1, 1], [-2, 2, 2])),
    "fmod": (ops.fmod, ([4.0, -4.0, 4.0], [2.0, 2.0, -2.0]), ([1, 1, 1], [-2, 2, 2])),
    "floor_divide": (ops.floor_divide, ([4.0], [2.0]), ([0], [0])),
    "heaviside": (ops.heaviside, ([0.0, 1.0], [0.5, 0.5]), ([0, 0], [1, 0])),
    "nan_to_num": (ops.nan_to_num, ([inf, nan, -inf, 1.0],), ([0, 0, 0, 1],)),
    "abs of a complex number": (modulus, ([0.0, 3.0], [0.0, 4.0]), ([0, 0.6], [0, 0.8])),
    "angle of a complex number": (argument, ([0.0, 1.0], [0.0, 0.0]), ([0, 0], [0, 1])),
    "angle": (ops.angle, ([0.0, 1.0],), ([0, 0],)),
    "divide_no_nan": (ops.divide_no_nan, ([1.0, 0.0], [0.0, 0.0]), ([0, 0], [0, 0])),
    # --- reductions
    "max": (ops.max, ([1.0, 3.0, 3.0],), ([0, 0.5, 0.5],)),
    "max, axis": (lambda x: ops.max(x, 0), ([1.0, 3.0, 3.0],), ([0, 0.5, 0.5],)),
    "max, initial": (lambda x: ops.max(x, initial=3.0), ([1.0, 3.0],), ([0, 0.5],)),
    "min": (ops.min, ([1.0, 1.0, 3.0],), ([0.5, 0.5, 0],)),
    "amax, amin": (lambda x: ops.amax(x, 0) + ops.amin(x, 0), ([1.0, 1.0, 3.0, 3.0],), ([0.5, 0.5, 0.5, 0.5],)),
    "nanmax": (ops.nanmax, ([1.0, 3.0, 3.0, nan],), ([0, 0.5, 0.5, 0],)),
    "nanmin": (ops.nanmin, ([1.0, 1.0, 3.0, nan],), ([0.5, 0.5, 0, 0],)),
    "ptp": (ops.ptp, ([1.0, 1.0, 3.0],), ([-0.5, -0.5, 1],)),
    "prod": (ops.prod, ([2.0, 0.0, 3.0],), ([0, 6, 0],)),
    "prod, two zeros": (ops.prod, ([2.0, 0.0, 0.0],), ([0, 0, 0],)),
    "cumprod": (ops.cumprod, ([2.0, 0.0, 3.0],), ([1, 8, 0],)),
    "cumprod, two zeros": (ops.cumprod, ([2.0, 0.0, 3.0, 0.0, 4.0],), ([1, 8, 0, 0, 0],)),
    "logsumexp": (ops.logsumexp, ([-inf, 0.0, 0.0],), ([0, 0.5, 0.5],)),
    "logsumexp, no other": (ops.logsumexp, ([-inf, -inf],), ([nan, nan],)),
    "std": (ops.std, ([1.0, 1.0, 1.0],), ([0, 0, 0],)),
    "var": (ops.var, ([1.0, 1.0, 1.0],), ([0, 0, 0],)),
    "norm": (ops.norm, ([0.0, 0.0],), ([0, 0],)),
    "norm 1": (lambda x: ops.norm(x, 1), ([0.0, 1.0],), ([0, 1],)),
    "norm 3": (lambda x: ops.norm(x, 3), ([0.0, 0.0],), ([0, 0],)),
    "norm inf": (lambda x: ops.norm(x, inf), ([1.0, -1.0],), ([0.5, -0.5],)),
    "segment_max": (
        lambda x: ops.segment_max(x, np.array([0, 0, 1], "int32"), 2),
        ([3.0, 3.0, 1.0],),
        ([0.5, 0.5, 1],),
    ),
    # --- order
    "sort": (lambda x: weighed(ops.sort(x)), ([3.0, 1.0, 1.0],), ([3, 1, 2],)),
    "top_k": (lambda x: ops.top_k(x, 1)[0], ([1.0, 3.0, 3.0],), ([0, 1, 0],)),
    "median": (ops.median, ([1.0, 2.0, 2.0, 3.0, 2.0],), ([0, 0, 1, 0, 0],)),
    "quantile": (lambda x: ops.quantile(x, 0.5), ([1.0, 2.0, 2.0, 3.0, 2.0],), ([0, 0, 1, 0, 0],)),
    "max_pool": (lambda x: ops.max_pool(ops.reshape(x, (1, 3, 1)), 3), ([3.0, 3.0, 1.0],), ([1, 0, 0],)),
    # --- losses: probabilities are clipped at a distance from 0 and 1
    "binary_crossentropy": (crossentropy(ops.binary_crossentropy, [0, 1, 1, 0]), ([0.0, 1.0, 0.0, 1.0],), ([0] * 4,)),
    "categorical_crossentropy": (crossentropy(ops.categorical_crossentropy, [0, 1]), ([0.0, 1.0],), ([0, 0],)),
    "categorical_crossentropy, wrong": (crossentropy(ops.categorical_crossentropy, [0, 1]), ([1.0, 0.0],), ([0, 0],)),
}


COMPLEX = ("abs of a complex number", "angle of a complex number")
CHUNKS = 6  # compiled functions: each has the gradients of many cases
# Cases of each kind, where all take long: torch's compiler, and JAX and OpenVINO, which compile each step of an eager
# gradient. The wide sweep runs all.
FEW = ("relu6", "elu", "hard_tanh", "clip", "maximum, a number", "hypot", "logaddexp", "cumprod", "max", "std", "top_k")


def cases(backend: str, slow: tuple[str, ...]) -> list[str]:
    if backend in slow and os.environ.get("OPS_SWEEP") != "1":
        return list(FEW)
    return [name for name in CASES if backend != "openvino" or name not in COMPLEX]  # no complex numbers


def operands(name: str) -> list[Any]:
    return [ops.convert_to_tensor(np.array(x, "float32")) for x in CASES[name][1]]


def gradients(name: str, points: Any) -> list[Any]:
    function = CASES[name][0]
    return list(ops.grad(lambda *xs: ops.sum(function(*xs)), tuple(range(len(points))))(*points))


def compare(name: str, results: Any) -> None:
    for result, right in zip(results, CASES[name][2], strict=True):
        gradient = ops.convert_to_numpy(result)
        np.testing.assert_allclose(gradient, np.array(right, "float32"), rtol=1e-5, atol=1e-6, err_msg=name)


def test_eager(backend: str) -> None:
    for name in cases(backend, slow=("jax", "openvino")):
        compare(name, gradients(name, operands(name)))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_compiled(backend: str, chunk: int) -> None:
    names = cases(backend, slow=("torch",))[chunk::CHUNKS]

    def every(points: list[list[Any]]) -> list[list[Any]]:
        return [gradients(name, at) for name, at in zip(names, points, strict=True)]

    compiled = ops.jit(every, options=OPTIONS)
    for name, results in zip(names, compiled([operands(name) for name in names]), strict=True):
        compare(name, results)


def test_gradients_of_compiled_functions(backend: str) -> None:
    """The gradient is that of a function that is compiled already for other uses."""
    names = ["maximum", "minimum", "hypot", "logaddexp", "cumprod", "selu", "elu", "abs", "clip", "std"]
    for name in names if backend in ("tensorflow", "numpy") else names[:3]:
        function = CASES[name][0]
        compiled = ops.jit(lambda *xs, function=function: ops.sum(function(*xs)), options=OPTIONS)
        compiled(*operands(name))
        points = operands(name)
        compare(name, ops.grad(compiled, tuple(range(len(points))))(*points))


def test_forward_mode_and_vmap(backend: str) -> None:
    for name in ("maximum, a number", "abs", "clip", "elu", "cumprod", "relu"):
        function, (point,), (right,) = CASES[name]
        x = ops.convert_to_tensor(np.array(point, "float32"))
        _, tangent = ops.jvp(lambda x, function=function: ops.sum(function(x)), (x,), (ops.ones_like(x),))
        np.testing.assert_allclose(ops.convert_to_numpy(tangent), np.sum(right), rtol=1e-5, err_msg=name)
        each = ops.vmap(ops.grad(lambda x, function=function: ops.sum(function(x))))(ops.stack([x, x]))
        np.testing.assert_allclose(ops.convert_to_numpy(each), [right, right], rtol=1e-5, err_msg=name)


def test_values_do_not_change_under_differentiation(backend: str) -> None:
    """A separate formula for differentiation has the same values."""
    big = 3.0e38
    special = np.array([0.0, -0.0, 1.0, -1.0, inf, -inf, nan, big, -big, 1e-30], "float32")
    x1, x2 = (part.ravel() for part in np.meshgrid(special, special))
    x1, x2 = ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)
    for name in ("maximum", "minimum", "fmax", "fmin", "hypot", "logaddexp", "logaddexp2", "arctan2", "power"):
        function = getattr(ops, name)
        within: list[Any] = []

        def loss(x1: Any, x2: Any, function: Any = function, within: list[Any] = within) -> Any:
            result = function(x1, x2)
            within.append(ops.convert_to_numpy(ops.stop_gradient(result)))
            return ops.sum(result)

        if backend != "jax":  # whose values cannot be read during differentiation
            ops.grad(loss, (0, 1))(x1, x2)
            np.testing.assert_allclose(within[0], ops.convert_to_numpy(function(x1, x2)), rtol=1e-6, err_msg=name)
    row = ops.convert_to_tensor(np.array([[2.0, inf, 0.0, 3.0], [2.0, nan, 0.0, 1.0], [2.0, 0.0, 3.0, 0.0]], "float32"))
    if backend != "jax":
        kept: list[Any] = []

        def product(x: Any) -> Any:
            kept.append(ops.convert_to_numpy(ops.stop_gradient(ops.cumprod(x, 1))))
            return ops.sum(ops.cumprod(x, 1))

        ops.grad(product)(row)
        np.testing.assert_allclose(kept[0], ops.convert_to_numpy(ops.cumprod(row, 1)))
