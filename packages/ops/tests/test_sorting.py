"""Family sorting beyond the records: weights, complex NaN, and shapes that depend on values in `jit`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import registry

NAN = float("nan")


def numpy(x: Any) -> Any:
    return tuple(map(numpy, x)) if isinstance(x, tuple) else ops.convert_to_numpy(x)


@pytest.mark.parametrize(
    ("dtype", "result_dtype"),
    [
        ("bool", "int32"),
        ("int8", "int32"),
        ("uint16", "uint32"),
        ("uint32", "uint32"),
        ("int32", "int32"),
        ("int64", "int64"),
        ("float16", "float16"),
        ("bfloat16", "bfloat16"),
        ("float32", "float32"),
        ("float64", "float64"),
        ("complex64", "complex64"),
    ],
)
def test_bincount_sums_weights_in_their_dtype(backend: str, dtype: str, result_dtype: str) -> None:
    if not {dtype, result_dtype} <= registry.load(backend).native_dtypes.keys():
        return
    weights = ops.cast([2, 1, 3, 1], dtype)
    total = numpy(ops.bincount([1, 0, 1, 3], weights, 5))
    assert total.dtype.name == result_dtype
    np.testing.assert_array_equal(total, [1, 2, 0, 1, 0] if dtype == "bool" else [1, 5, 0, 1, 0])
    rows = numpy(ops.bincount([[1, 0], [1, 1]], ops.reshape(weights, (2, 2))))
    np.testing.assert_array_equal(rows, [[1, 1], [0, 2]] if dtype == "bool" else [[1, 2], [0, 4]])
    spec = ops.bincount(ops.SymbolicTensor((4,), "int32"), ops.SymbolicTensor((4,), dtype))
    assert (spec.shape, spec.dtype) == ((None,), result_dtype)


def test_complex_numbers_with_nan_sort_last_as_in_numpy(backend: str) -> None:
    if "complex64" not in registry.load(backend).native_dtypes:
        return
    x = np.array(
        [2, 1 + NAN * 1j, 1, complex(NAN, 0), 3 + 1j, 3 - 1j, complex(NAN, NAN), complex(NAN, -1)], "complex64"
    )
    np.testing.assert_array_equal(numpy(ops.argsort(x)), np.argsort(x, kind="stable"))


def test_zeros_of_both_signs_are_sorted_stably(backend: str) -> None:
    result = numpy(ops.sort(np.array([0.0, -0.0, 1.0, -0.0, 0.0, -1.0], np.float32)))
    np.testing.assert_array_equal(np.signbit(result), [True, False, True, True, False, False])


def test_jit_of_shapes_that_depend_on_values(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([3, 0, 3, 5], np.int32))
    for function, instead in (
        (lambda x: ops.nonzero(x)[0], "use where"),
        (ops.bincount, "give minlength"),
        (ops.unique, "give unique a size"),
    ):
        if backend in ("numpy", "tensorflow"):
            np.testing.assert_array_equal(numpy(ops.jit(function)(x)), numpy(function(x)))
        else:
            # torch's compiler wraps errors that are raised in a trace.
            kind = Exception if backend == "torch" else ops.UnsupportedError
            with pytest.raises(kind, match=None if backend == "torch" else instead):
                ops.jit(function)(x)


def test_jit_of_static_shapes(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([3, 0, 3, 5, 0], np.int32))
    results = ops.jit(lambda x: ops.unique(x, True, True, True, True, size=4, fill_value=-1))(x)
    for result, expected in zip(
        numpy(tuple(results)), ([0, 3, 5, -1], [1, 0, 3, 1], [1, 0, 1, 2, 0], [2, 2, 1, 0]), strict=True
    ):
        np.testing.assert_array_equal(result, expected)
    counts = ops.jit(lambda x: ops.bincount(x, minlength=8))(x)
    np.testing.assert_array_equal(numpy(counts), [2, 0, 0, 2, 0, 1, 0, 0])
    weighted = ops.jit(lambda x: ops.bincount(x, ops.cast(x, "float32"), 7))(x)
    np.testing.assert_array_equal(numpy(weighted), [0, 0, 0, 6, 0, 5, 0])
    short = ops.jit(lambda x: ops.bincount(x, minlength=4))(x)
    np.testing.assert_array_equal(numpy(short)[:4], [2, 0, 0, 2])
    values, edges = ops.jit(lambda x: ops.histogram(x, 5))(x)
    np.testing.assert_array_equal(numpy(values), [2, 0, 0, 2, 1])
    np.testing.assert_array_equal(numpy(edges), [0, 1, 2, 3, 4, 5])


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "bool", "complex64"])
def test_jitted_sorts_and_searches_match_eager_calls(backend: str, dtype: str) -> None:
    if dtype not in registry.load(backend).native_dtypes:
        return
    inf = float("inf")
    values = np.array([[3, 1, NAN, -0.0, 0, inf, -inf, 1, NAN, inf], [1] * 5 + [0] * 5], np.float32)
    x = ops.cast(values if dtype not in ("int32", "bool") else np.nan_to_num(values, posinf=7, neginf=-2), dtype)

    def several(x: Any) -> Any:
        results = [ops.sort(x), ops.argsort(x, 0), ops.argsort(x, None), ops.isin(x, x[0, :4])]
        if dtype != "complex64":
            edges = ops.sort(x[0])
            results += [ops.searchsorted(edges, x, "left"), ops.searchsorted(edges, x, "right"), ops.digitize(x, edges)]
        return tuple(ops.cast(result, "float32") if ops.dtype(result) == "bfloat16" else result for result in results)

    for compiled, eager in zip(numpy(ops.jit(several)(x)), numpy(several(x)), strict=True):
        np.testing.assert_array_equal(compiled, eager)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "float64", "int32", "int64", "uint32", "uint8"])
def test_argsort_of_many_elements_is_stable(backend: str, dtype: str) -> None:
    """A backend may use another algorithm for many elements."""
    if dtype not in registry.load(backend).native_dtypes:
        return
    rng = np.random.default_rng(0)
    large = 0 if dtype in ("float16", "bfloat16", "uint8") else 24  # as powers of 2
    values = rng.integers(0 if dtype[0] == "u" else -30, 30, (50, 101)) * 2.0**large
    if dtype == "uint32":
        values *= 4  # up to the last bit
    if "float" in dtype:
        values[rng.random(values.shape) < 0.1] = NAN
        values[rng.random(values.shape) < 0.1] *= -0.0
        values[::7, ::3], values[::7, 1::3] = float("inf"), float("-inf")
    x = ops.cast(values, dtype)
    wide = numpy(x).astype(np.float64)
    for axis in (-1, 0, None):
        indices = ops.argsort(x, axis)
        assert ops.dtype(indices) == "int32"
        np.testing.assert_array_equal(numpy(indices), np.argsort(wide, axis, "stable"))


def test_histogram_of_many_elements(backend: str) -> None:
    """Counts by comparisons with each edge (many elements) and by searches (few elements) are the same."""
    edges = [-1.0, 0.0, 0.0, 0.5, 2.0, 2.0]
    x = np.resize(np.array([-3, -1, -0.0, 0.25, 0.5, 1.75, 2, 2.5, NAN, float("inf")], np.float32), 20_000)
    counts, result_edges = ops.histogram(x, edges)
    np.testing.assert_array_equal(numpy(result_edges), edges)
    np.testing.assert_array_equal(numpy(counts), sum(numpy(ops.histogram(part, edges)[0]) for part in np.split(x, 5)))
    np.testing.assert_array_equal(numpy(counts), np.histogram(x, edges)[0])
    assert ops.dtype(counts) == "float32"
    jitted = ops.jit(lambda x: ops.histogram(x, 7, (-1.0, 2.5))[0])(ops.convert_to_tensor(x))
    np.testing.assert_array_equal(numpy(jitted), np.histogram(x, 7, (-1.0, 2.5))[0])


def test_argpartition_of_many_elements(backend: str) -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 50, (3, 2000)).astype(np.float32)
    values[:, ::9] = NAN
    for kth in (0, 700, 1900, -1):
        indices = numpy(ops.argpartition(values, kth))
        np.testing.assert_array_equal(np.sort(indices), np.broadcast_to(np.arange(2000), (3, 2000)))
        parted, ordered, at = np.take_along_axis(values, indices, -1), np.sort(values), kth % 2000
        np.testing.assert_array_equal(parted[:, at], ordered[:, at])
        np.testing.assert_array_equal(np.sort(parted[:, :at]), ordered[:, :at])
