"""What records cannot say of binary elementwise ops: bits of floats, integers' edges, and the same inside `jit`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops_common import dtypes
from ops_common.runtime import registry


def both_ways(backend: str, function: Any, *arrays: Any) -> list[Any]:
    """The answer of the function as it is and, for the commonest dtypes, compiled, which takes its time."""
    tensors = [ops.convert_to_tensor(x) for x in arrays]
    answers = [ops.convert_to_numpy(function(*tensors))]
    if arrays[0].dtype in (np.float32, np.int32):
        try:
            answers.append(ops.convert_to_numpy(ops.jit(function)(*tensors)))
        except ops.UnsupportedError:
            assert backend == "openvino"
    return answers


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_nextafter_is_exact_to_the_bit(dtype: str, backend: str) -> None:
    native = dtypes.to_numpy(dtype)
    bits = np.dtype(f"int{native.itemsize * 8}")
    one = np.array([0, 1, 2], bits).view(native)  # zero and the smallest numbers
    large = np.array([np.inf], native)
    below = np.nextafter(large, np.zeros(1, native))
    values = np.concatenate(
        [one, -one, np.array([1, -1, 2], native), large, -large, below, -below, [native.type(np.nan)]]
    )
    x1, x2 = (np.ascontiguousarray(x) for x in np.broadcast_arrays(values[:, None], values[None]))
    expected = np.where(x1 == x2, x2, np.nextafter(x1, x2))
    for found in both_ways(backend, ops.nextafter, x1, x2):
        known = ~np.isnan(expected)
        np.testing.assert_array_equal(np.isnan(found), ~known)
        np.testing.assert_array_equal(found[known].view(bits), expected[known].view(bits))


def test_shifts_by_the_width_or_more_leave_nothing(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        limits = np.iinfo(dtype)
        x = np.array([limits.min, limits.max, 1, 85], dtype)[:, None]
        y = np.array([-1, limits.min, limits.max, limits.bits - 1, limits.bits, 3], np.int64 if limits.min else None)
        y = y.astype(dtype)
        for op, reference in ((ops.left_shift, np.left_shift), (ops.right_shift, np.right_shift)):
            for found in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(found, reference(x, y), f"{dtype}")
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.right_shift(ops.convert_to_tensor([-5, 5]), 77)), [-1, 0])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.left_shift(ops.convert_to_tensor([-5, 5]), -1)), [0, 0])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.left_shift(3, ops.convert_to_tensor([1, 32]))), [6, 0])


def test_integers_divided_by_zero_are_zero(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        x, y = np.array([7, 0, 9, 9], dtype), np.array([0, 0, 2, 0], dtype)
        for op, wanted in ((ops.floor_divide, [0, 0, 4, 0]), (ops.mod, [0, 0, 1, 0]), (ops.fmod, [0, 0, 1, 0])):
            for found in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(found, np.array(wanted, dtype), f"{op.__name__} {dtype}")
            if dtype in ("int32", "int64"):
                found = ops.convert_to_numpy(op(ops.convert_to_tensor(x), 0))
                np.testing.assert_array_equal(found, np.zeros(4, dtype))


def test_divisors_of_the_largest_numbers(backend: str) -> None:
    for dtype in dtypes.INTEGERS:
        limits = np.iinfo(dtype)
        x = np.array([limits.max, limits.max - 1, limits.min, limits.min, 0, limits.max], dtype)
        y = np.array([limits.max - 1, limits.max // 2, 0, 6, 0, limits.max], dtype)
        for op, reference in ((ops.gcd, np.gcd), (ops.lcm, np.lcm)):
            for found in both_ways(backend, op, x, y):
                np.testing.assert_array_equal(found, reference(x, y), f"{op.__name__} {dtype}")


def test_no_overflow_on_the_way(backend: str) -> None:
    x = np.array([3e38, 3e-30, 1e30], np.float32)
    y = np.array([1e38, 4e-30, 0.0], np.float32)
    for found in both_ways(backend, ops.hypot, x, y):
        np.testing.assert_allclose(found, np.hypot(x.astype(np.float64), y), rtol=1e-6)
    half = np.array([300.0, 40000.0], np.float16)
    for found in both_ways(backend, ops.hypot, half, half[::-1].copy()):
        np.testing.assert_allclose(found, np.hypot(half, half[::-1]), rtol=2e-3)
    for found in both_ways(backend, ops.logaddexp, x, y):
        np.testing.assert_allclose(found, np.logaddexp(x, y), rtol=1e-6)
    tiny = np.array([-20.0, -30.0], np.float32)
    for found in both_ways(backend, ops.logaddexp, tiny, np.zeros(2, np.float32)):
        np.testing.assert_allclose(found, np.log1p(np.exp(tiny.astype(np.float64))), rtol=1e-5)
    exponents = np.array([-200, 200, -260], np.int32)
    for found in both_ways(backend, ops.ldexp, np.array([1e30, 1e-30, 1e38], np.float32), exponents):
        np.testing.assert_allclose(found, np.ldexp(np.float64([1e30, 1e-30, 1e38]), exponents), rtol=1e-6, atol=1e-38)


def test_gradients_are_finite_where_the_quotient_is_not_made(backend: str) -> None:
    if registry.load(backend).kernels.get("transform.value_and_grad") is None:
        return
    slope = ops.grad(lambda x: ops.sum(ops.divide_no_nan(1.0, x)))(ops.convert_to_tensor([0.0, 2.0]))
    np.testing.assert_allclose(ops.convert_to_numpy(slope), [0.0, -0.25])
