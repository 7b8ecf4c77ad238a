"""Numbers that are hard to get right are close to the float64 result on every installed backend."""

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
    found = ops.convert_to_numpy(ops.conv(x, kernel))
    assert np.abs(found - wide).max() <= 1e-5 * np.abs(wide).max()


@pytest.mark.parametrize(("dtype", "bound"), [("float32", 5e-6), ("float64", 2e-9)])
def test_the_incomplete_gamma_function(backend: str, dtype: str, bound: float) -> None:
    """Beside SciPy's, from a thousandth to ten million: series, continued fraction, integral and expansion."""
    rng = np.random.default_rng(0)
    a = 10 ** rng.uniform(-3, 7, 500)
    x = a * np.exp(rng.normal(0, 1, a.size) / np.sqrt(np.maximum(a, 0.1)))
    a, x = a.astype(dtype), x.astype(dtype)
    found = ops.convert_to_numpy(ops.gammainc(ops.convert_to_tensor(a), ops.convert_to_tensor(x)))
    wanted = scipy.special.gammainc(a.astype(np.float64), x.astype(np.float64))
    np.testing.assert_allclose(found, wanted, rtol=0, atol=bound)
