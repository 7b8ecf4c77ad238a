"""Each test that takes the fixture `xp` runs on every installed backend."""

import numpy as np
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
from hypothesis import given, settings
from steady import fit_line, huber, median_absolute_deviation

import ops
from ops.testing import assert_close, assert_same_everywhere, dtypes, shapes, tensors


def test_huber(xp):
    x = np.linspace(-3, 3, 13, dtype="float32")
    assert_close(huber(xp.convert_to_tensor(x), 1.5), scipy.special.huber(1.5, x))


def test_median_absolute_deviation(xp):
    x = np.random.default_rng(0).normal(size=(4, 7)).astype("float32")
    expected = scipy.stats.median_abs_deviation(x, axis=1)
    assert_close(median_absolute_deviation(xp.convert_to_tensor(x)), expected)


@pytest.fixture
def samples():
    """Returns samples of a line, five of which are far off."""
    random = np.random.default_rng(1)
    x = np.linspace(-2, 2, 50)
    y = 0.5 + 3 * x + 0.1 * random.normal(size=50)
    y[::10] += 20
    return x.astype("float32"), y.astype("float32")


def test_fit_line(xp, samples):
    x, y = samples
    expected = scipy.optimize.least_squares(lambda line: line[0] + line[1] * x - y, np.zeros(2), loss="huber").x
    line = fit_line(xp.convert_to_tensor(x), xp.convert_to_tensor(y))
    assert_close(line, expected, rtol=1e-3, check_dtype=False)


def test_same_everywhere(samples):
    assert_same_everywhere(fit_line, *samples, rtol=1e-4)
    assert_same_everywhere(huber, np.linspace(-3, 3, 13, dtype="float32"), 1.5)


def test_gradient(xp):
    x = xp.convert_to_tensor([-2.0, -0.5, 0.5, 2.0])
    gradient = ops.grad(lambda x: ops.sum(huber(x)))(x)
    assert_close(gradient, np.clip([-2.0, -0.5, 0.5, 2.0], -1, 1), check_dtype=False)


@settings(max_examples=10, deadline=None)
@given(x=tensors(dtypes("float"), shapes(max_rank=2)))
def test_huber_is_even_and_keeps_the_dtype(ops_backend, x):
    assert_close(huber(ops.negative(x)), huber(x))
    assert ops.dtype(huber(x)) == ops.dtype(x)


@pytest.mark.skip_backends("numpy", reason="NumPy compiles nothing")
@pytest.mark.xfail_backends(
    "openvino", reason="OpenVINO has no float64 on CPUs", raises=ops.UnsupportedError, strict=True
)
def test_compiled_in_double_precision(xp):
    x = xp.convert_to_tensor(np.linspace(-3, 3, 13))
    assert_close(xp.jit(huber)(x), huber(x))


def test_a_wrong_shape_is_an_error_of_ops(xp):
    with pytest.raises(ops.ShapeError, match="do not broadcast"):
        fit_line(xp.ones((5,)), xp.ones((4,)))
