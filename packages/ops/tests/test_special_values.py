"""Signed zeros, infinities, NaN, empty tensors and casts that overflow: one result on every backend.

The results are those of the array API standard, and NumPy's where it is silent. The sign of a zero is compared, except
where the standard leaves it open or a framework's own operation has another one: that of a zero result of `mod`,
`floor_divide`, `fmod` and `cbrt`, and of the maximum or minimum of zeros with both signs.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

import ops

INF, NAN = float("inf"), float("nan")
VALUES = [0.0, -0.0, 1.0, -1.0, 2.5, -0.5, INF, -INF, NAN]
# float64 takes JAX as long again to compile, and is left to the sweep.
FLOATS = ["float32", "float64"] if os.environ.get("OPS_SWEEP") == "1" else ["float32"]

UNARY = (
    *("negative", "abs", "square", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "reciprocal"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh"),
    *("floor", "ceil", "trunc", "round", "isnan", "isinf", "isfinite", "signbit", "isposinf", "isneginf"),
    *("deg2rad", "rad2deg", "angle", "nan_to_num"),
)
BINARY = (
    *("add", "subtract", "multiply", "divide", "power", "arctan2", "hypot", "logaddexp", "heaviside", "nextafter"),
    *("equal", "not_equal", "greater", "greater_equal", "less", "less_equal"),
    *("maximum", "minimum", "fmax", "fmin"),
)
# Arguments and results of functions that NumPy does not have.
RESULTS: dict[str, tuple[tuple[float, float], ...]] = {
    "erf": ((0.0, 0.0), (-0.0, -0.0), (INF, 1.0), (-INF, -1.0), (1e30, 1.0), (-1e30, -1.0)),
    "erfc": ((0.0, 1.0), (INF, 0.0), (-INF, 2.0), (1e30, 0.0), (-1e30, 2.0)),
    "erfinv": ((0.0, 0.0), (-0.0, -0.0), (1.0, INF), (-1.0, -INF), (2.0, NAN), (-2.0, NAN), (INF, NAN)),
    "lgamma": ((1.0, 0.0), (2.0, 0.0), (0.0, INF), (-0.0, INF), (-1.0, INF), (INF, INF), (-INF, INF)),
    "i0": ((0.0, 1.0), (-0.0, 1.0)),
    "sinc": ((0.0, 1.0), (-0.0, 1.0)),
    "rsqrt": ((0.0, INF), (-0.0, -INF), (INF, 0.0), (-1.0, NAN)),
    "sigmoid": ((INF, 1.0), (-INF, 0.0), (1e30, 1.0), (-1e30, 0.0)),
    "softplus": ((INF, INF), (-INF, 0.0), (1e30, 1e30)),
    "log_sigmoid": ((-INF, -INF), (-1e30, -1e30)),
    "tanh_shrink": ((0.0, 0.0), (INF, INF), (-INF, -INF)),
    "squareplus": ((INF, INF), (1e30, 1e30), (-1e30, 1e-30)),
}


def _same(result: Any, right: Any, signs: bool = True, rtol: float = 1e-6) -> None:
    result = np.asarray(ops.convert_to_numpy(result))
    right = np.asarray(right).astype(result.dtype)
    np.testing.assert_allclose(result.astype("f8"), right.astype("f8"), rtol=rtol, atol=0)
    if signs and result.dtype != bool:
        numbers = ~np.isnan(right.astype("f8"))
        np.testing.assert_array_equal(np.signbit(result)[numbers], np.signbit(right)[numbers])


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_one_number(backend: str, dtype: str) -> None:
    x = np.array(VALUES, dtype)
    for name in UNARY:
        _same(getattr(ops, name)(ops.convert_to_tensor(x)), getattr(np, name)(x))


@pytest.mark.parametrize("dtype", FLOATS)
def test_special_functions(backend: str, dtype: str) -> None:
    for name, results in RESULTS.items():
        x, right = np.array([*results, (NAN, NAN)]).T
        _same(getattr(ops, name)(ops.convert_to_tensor(x.astype(dtype))), right, signs=name != "lgamma")


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_two_numbers(backend: str, dtype: str) -> None:
    x, y = (part.reshape(-1) for part in np.meshgrid(np.array(VALUES, dtype), np.array(VALUES, dtype)))
    for name in BINARY:
        right = getattr(np, name)(x, y)
        result = ops.convert_to_numpy(getattr(ops, name)(ops.convert_to_tensor(x), ops.convert_to_tensor(y)))
        open_ = (x == 0) & (y == 0) if name in ("maximum", "minimum", "fmax", "fmin") else np.zeros(x.shape, bool)
        _same(np.where(open_, np.abs(result), result), np.where(open_, np.abs(right), right))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_negative_zero_as_a_number(backend: str, dtype: str) -> None:
    x = np.array([3.0, -2.0, 0.0, -0.0], dtype)
    tensor = ops.convert_to_tensor(x)
    _same(ops.multiply(tensor, 0.0), x * x.dtype.type(0.0))  # a zero of the other sign was there before
    zero = x.dtype.type(-0.0)
    _same(ops.multiply(tensor, -0.0), x * zero)
    _same(ops.multiply(-0.0, tensor), x * zero)
    _same(ops.add(tensor, -0.0), x + zero)
    _same(ops.divide(tensor, -0.0), x / zero)
    _same(ops.where(ops.greater(tensor, 0), tensor, -0.0), np.where(x > 0, x, zero))
    _same(ops.where(ops.greater(tensor, 0), -0.0, tensor), np.where(x > 0, zero, x))
    for made in (
        ops.convert_to_tensor(-0.0, dtype),
        ops.convert_to_tensor([-0.0], dtype),
        ops.full((2,), -0.0, dtype),
        ops.full_like(tensor, -0.0),
        ops.cast(ops.convert_to_tensor(-0.0, "float32"), dtype),
    ):
        assert np.signbit(ops.convert_to_numpy(made)).all()
    assert not np.signbit(ops.convert_to_numpy(ops.full((2,), 0.0, dtype))).any()
    if (backend, dtype) == ("openvino", "float64"):
        return  # no graph of this backend computes in float64
    _same(ops.jit(lambda a: ops.multiply(a, -0.0), options={"torch": {"backend": "aot_eager"}})(tensor), x * zero)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_numbers_beyond_the_range_of_a_small_float(backend: str, dtype: str) -> None:
    if dtype.startswith("float8") and backend == "openvino":
        with pytest.raises(ops.DtypeError):
            ops.full((1,), 1e6, dtype)
        return
    beyond = NAN if dtype == "float8_e4m3fn" else INF  # which has no infinity
    for number, right in ((1e39, beyond), (-1e39, -beyond), (INF, beyond), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0)):
        for made in (
            ops.full((1,), number, dtype),
            ops.full_like(ops.zeros((1,), dtype), number),
            ops.convert_to_tensor(number, dtype),
            ops.convert_to_tensor([number], dtype),
            ops.cast(ops.convert_to_tensor([number], "float64"), dtype),
            ops.cast(ops.convert_to_tensor([number], "float32"), dtype),
        ):
            _same(ops.convert_to_numpy(made).astype("f4").reshape(1), [right])


def test_empty_tensors(backend: str) -> None:
    empty = ops.zeros((0, 3))
    for name in (*RESULTS, "abs", "sign", "exp", "isnan", "relu", "silu", "gelu", "elu"):
        assert tuple(ops.shape(getattr(ops, name)(empty))) == (0, 3)
    for name in ("add", "power", "equal", "maximum", "hypot", "nextafter"):
        assert tuple(ops.shape(getattr(ops, name)(empty, empty))) == (0, 3)
