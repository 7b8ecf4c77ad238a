"""Results that easily lose precision are close to those in float64 on every installed backend."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

import ops


def test_convolution_differs_from_float64_by_1e_5_at_most(backend: str) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(1, 34, 34, 64)).astype(np.float32)  # a crop of 256x256x64
    kernel = rng.normal(size=(3, 3, 64, 64)).astype(np.float32)
    wide = np.zeros((1, 32, 32, 64))
    for i, j in np.ndindex(3, 3):
        wide += x[:, i : i + 32, j : j + 32].astype(np.float64) @ kernel[i, j].astype(np.float64)
    result = ops.convert_to_numpy(ops.conv(x, kernel))
    assert np.abs(result - wide).max() <= 1e-5 * np.abs(wide).max()


@pytest.mark.parametrize(("dtype", "bound"), [("float32", 5e-6), ("float64", 2e-9)])
def test_the_incomplete_gamma_function(backend: str, dtype: str, bound: float) -> None:
    """Against SciPy, from 1e-3 to 1e7: series, continued fraction, integral and expansion."""
    rng = np.random.default_rng(0)
    a = 10 ** rng.uniform(-3, 7, 500)
    x = a * np.exp(rng.normal(0, 1, a.size) / np.sqrt(np.maximum(a, 0.1)))
    a, x = a.astype(dtype), x.astype(dtype)
    result = ops.convert_to_numpy(ops.gammainc(ops.convert_to_tensor(a), ops.convert_to_tensor(x)))
    expected = scipy.special.gammainc(a.astype(np.float64), x.astype(np.float64))
    np.testing.assert_allclose(result, expected, rtol=0, atol=bound)


# Arguments at the ends of the range or next to a zero, and their values by mpmath.
HARD = {
    "erfinv": {2.0**-100: 6.991097746438969e-31, 0.25: 0.2253120550121781, 1 - 2.0**-24: 3.832506856900711},
    "lgamma": {-(2.0**-100): 69.31471805599453, 5.5: 3.9578139676187165},
    "sinc": {15.0 - 2.0**-20: 6.357829180252048e-08, 0.5: 0.6366197723675814},
    "i0": {80.0: 2.4751784043341704e33},
    "erf": {2.0**-40: 1.0262548740643184e-12, 0.25: 0.27632639016823696},
    "tanh_shrink": {2.0**-12: 4.850638293807388e-12, 1.0: 0.23840584404423512},
    "squareplus": {-(2.0**60): 8.673617379884035e-19},
    "gelu": {-5.0: -2.291796196629506e-07},
    "reciprocal": {2.0**120 * 1.5: 5.0154425635084264e-37},
}
# The framework's own functions, whose errors the accuracy sweep lists.
OWN = {("torch", "gelu"), ("torch", "tanh_shrink"), ("openvino", "gelu")}


@pytest.mark.parametrize(("dtype", "bound"), [("float32", 2e-6), ("float64", 1e-13)])
def test_functions_are_accurate(backend: str, dtype: str, bound: float) -> None:
    for name, values in HARD.items():
        if (backend, name) not in OWN:
            x = np.array([*values], dtype)
            result = ops.convert_to_numpy(getattr(ops, name)(ops.convert_to_tensor(x)))
            np.testing.assert_allclose(result, [*values.values()], rtol=bound, atol=0, err_msg=name)
