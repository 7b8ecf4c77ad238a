"""Binary elementwise ops beyond their records: bits of floats, limits of integers, and the same inside `jit`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops_common import dtypes
from ops_common.runtime import registry


def both_ways(backend: str, function: Any, *arrays: Any) -> list[Any]:
    """Returns the function's eager result and, for the commonest dtypes, its compiled one (compilation is slow)."""
    tensors = [ops.convert_to_tensor(x) for x in arrays]
    results = [ops.convert_to_numpy(function(*tensors))]
    if arrays[0].dtype in (np.float32, np.int32):
        try:
            results.append(ops.convert_to_numpy(ops.jit(function)(*tensors)))
        except ops.UnsupportedError:
            assert backend == "openvino"
    return results


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_nextafter_is_exact_to_the_bit(dtype: str, backend: str) -> None:
    native = dtypes.to_numpy(dtype)
    bits = np.dtype(f"int{native.itemsize * 8}")
    tiny = np.array([0, 1, 2], bits).view(native)  # zero and the smallest numbers
    large = np.array([np.inf], native)
    below = np.nextafter(large, np.zeros(1, native))
    values = np.concatenate(
        [tiny, -tiny, np.array([1, -1, 2], native), large, -large, below, -below, [native.type(np.nan)]]
    )
    x1, x2 = (np.ascontiguousarray(x) for x in np.broadcast_arrays(values[:, None], values[None]))
    expected = np.where(x1 == x2, x2, np.nextafter(x1, x2))
    for result in both_ways(backend, ops.nextafter, x1, x2):
        numbers = ~np.isnan(expected)
        np.testing.assert_array_equal(np.isnan(result), ~numbers)
        np.testing.assert_array_equal(result[numbers].view(bits), expected[numbers].view(bits))


@pytest.mark.machine_code
def test_shifts_by_the_width_or_more_return_zero(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        limits = np.iinfo(dtype)
        x = np.array([limits.min, limits.max, 1, 85], dtype)[:, None]
        y = np.array([-1, limits.min, limits.max, limits.bits - 1, limits.bits, 3], np.int64 if limits.min else None)
        y = y.astype(dtype)
        for op, reference in ((ops.left_shift, np.left_shift), (ops.right_shift, np.right_shift)):
            for result in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(result, reference(x, y), f"{dtype}")
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.right_shift(ops.convert_to_tensor([-5, 5]), 77)), [-1, 0])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.left_shift(ops.convert_to_tensor([-5, 5]), -1)), [0, 0])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.left_shift(3, ops.convert_to_tensor([1, 32]))), [6, 0])


@pytest.mark.machine_code
def test_integers_divided_by_zero_are_zero(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        x, y = np.array([7, 0, 9, 9], dtype), np.array([0, 0, 2, 0], dtype)
        for op, expected in ((ops.floor_divide, [0, 0, 4, 0]), (ops.mod, [0, 0, 1, 0]), (ops.fmod, [0, 0, 1, 0])):
            for result in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(result, np.array(expected, dtype), f"{op.__name__} {dtype}")
            if dtype in ("int32", "int64"):
                result = ops.convert_to_numpy(op(ops.convert_to_tensor(x), 0))
                np.testing.assert_array_equal(result, np.zeros(4, dtype))


def test_divisors_of_the_largest_numbers(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        limits = np.iinfo(dtype)
        x = np.array([limits.max, limits.max - 1, limits.min, limits.min, 0, limits.max], dtype)
        y = np.array([limits.max - 1, limits.max // 2, 0, 6, 0, limits.max], dtype)
        for op, reference in ((ops.gcd, np.gcd), (ops.lcm, np.lcm)):
            for result in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(result, reference(x, y), f"{op.__name__} {dtype}")


def test_no_intermediate_overflow(backend: str) -> None:
    x = np.array([3e38, 3e-30, 1e30], np.float32)
    y = np.array([1e38, 4e-30, 0.0], np.float32)
    for result in both_ways(backend, ops.hypot, x, y):
        np.testing.assert_allclose(result, np.hypot(x.astype(np.float64), y), rtol=1e-6)
    half = np.array([300.0, 40000.0], np.float16)
    for result in both_ways(backend, ops.hypot, half, half[::-1].copy()):
        np.testing.assert_allclose(result, np.hypot(half, half[::-1]), rtol=2e-3)
    for result in both_ways(backend, ops.logaddexp, x, y):
        np.testing.assert_allclose(result, np.logaddexp(x, y), rtol=1e-6)
    tiny = np.array([-20.0, -30.0], np.float32)
    for result in both_ways(backend, ops.logaddexp, tiny, np.zeros(2, np.float32)):
        np.testing.assert_allclose(result, np.log1p(np.exp(tiny.astype(np.float64))), rtol=1e-5)
    exponents = np.array([-200, 200, -260], np.int32)
    for result in both_ways(backend, ops.ldexp, np.array([1e30, 1e-30, 1e38], np.float32), exponents):
        np.testing.assert_allclose(result, np.ldexp(np.float64([1e30, 1e-30, 1e38]), exponents), rtol=1e-6, atol=1e-38)


def test_gradients_are_finite_where_the_quotient_is_not_selected(backend: str) -> None:
    if registry.load(backend).kernels.get("transform.value_and_grad") is None:
        return
    gradient = ops.grad(lambda x: ops.sum(ops.divide_no_nan(1.0, x)))(ops.convert_to_tensor([0.0, 2.0]))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), [0.0, -0.25])
