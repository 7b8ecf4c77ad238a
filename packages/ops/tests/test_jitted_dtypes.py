"""Functions of unsigned and of wide integers inside `ops.jit`: a small part of sweeps/test_jitted_dtypes.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops

OPTIONS = {"torch": {"backend": "aot_eager"}}


def of_all(x: Any, y: Any) -> list[Any]:
    return [
        ops.negative(x),
        ops.add(x, y),
        ops.subtract(x, 1),
        ops.floor_divide(x, y),
        ops.mod(x, y),
        ops.maximum(x, 5),
        ops.clip(x, 1, 6),
        ops.max(x),
        ops.min(x, initial=2),
        ops.argmax(x),
        ops.ones_like(x),
        ops.flip(x, 0),
        ops.less(x, y),
        ops.right_shift(x, 1),
        ops.nn.relu(x),
    ]


@pytest.mark.parametrize("dtype", ["uint8", "uint32"])
def test_unsigned(dtype: str, backend: str) -> None:
    if backend == "openvino" and dtype == "uint32":
        with pytest.raises(ops.UnsupportedError, match=r"ops.negative\(x: uint.*cast to int32"):
            ops.jit(ops.negative)(ops.convert_to_tensor(np.ones(3, dtype)))
        return
    top = np.iinfo(dtype).max
    x, y = np.array([3, 0, 7, top], dtype), np.array([2, 5, 3, top - 1], dtype)
    tensors = ops.convert_to_tensor(x), ops.convert_to_tensor(y)
    results = ops.jit(of_all, options=OPTIONS)(*tensors)
    expected = [
        np.negative(x),
        x + y,
        x - np.array(1, dtype),
        x // y,
        x % y,
        np.maximum(x, np.array(5, dtype)),
        np.clip(x, np.array(1, dtype), np.array(6, dtype)),
        x.max(),
        x.min(),
        np.int32(3),
        np.ones_like(x),
        x[::-1],
        x < y,
        x >> np.array(1, dtype),
        x,
    ]
    for value, expected_value in zip(results, expected, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(value), expected_value)


def test_static_wide_indices(backend: str) -> None:
    def function(x: Any) -> list[Any]:
        return [
            ops.segment_sum(x, np.arange(4) % 2, num_segments=2),
            ops.scatter(np.arange(4)[:, None], x, (5,)),
            ops.bincount(np.arange(4), x, minlength=4),
            ops.take(x, np.array([1, -1])),
        ]

    x = np.arange(4, dtype="float32")
    results = ops.jit(function, options=OPTIONS)(ops.convert_to_tensor(x))
    for value, expected in zip(results, ([2, 4], [0, 1, 2, 3, 0], x, [1, 3]), strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(value), expected)


def test_reductions_over_varying_sizes(backend: str) -> None:
    def function(x: Any) -> list[Any]:
        whole = ops.cast(x, "int32")
        return [
            ops.sum(whole, axis=0),
            ops.prod(whole, axis=0),
            ops.max(whole, axis=0),
            ops.min(whole),
            ops.count_nonzero(whole, axis=0),
            ops.trace(whole),
            ops.argmax(x, axis=0),
            ops.argmin(whole, axis=0),
            ops.mean(x, axis=0),
            ops.nanmean(x, axis=0),
        ]

    jitted = ops.jit(function, dynamic=True, options=OPTIONS)
    for rows in (3, 5, 7):
        x = np.arange(1, 2 * rows + 1, dtype="float32").reshape(rows, 2)
        whole = x.astype("int32")
        expected = [
            whole.sum(0),
            whole.prod(0, dtype="int32"),
            whole.max(0),
            whole.min(),
            (whole != 0).sum(0),
            np.trace(whole),
            x.argmax(0),
            whole.argmin(0),
            x.mean(0),
            x.mean(0),
        ]
        for value, expected_value in zip(jitted(ops.convert_to_tensor(x)), expected, strict=True):
            np.testing.assert_allclose(ops.convert_to_numpy(value), expected_value, rtol=1e-6)
