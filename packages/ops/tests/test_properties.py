"""Properties of promotion, broadcasting, reductions, rearrangements and order, tested on random tensors."""

from __future__ import annotations

import functools
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ops
from ops_common import dtypes
from ops_common.runtime import registry

quick = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Few shapes and dtypes: some backends compile for each.
NAMES = st.sampled_from(
    ("bool", "uint8", "int8", "int32", "uint32", "int64", "bfloat16", "float16", "float32", "float64")
)
NUMBERS = st.sampled_from((True, 2, 0.5))
SHAPES = st.sampled_from(((2, 3), (2, 1, 3), (1,), (), (0, 3), (2, 3, 4)))
LARGE = st.sampled_from(((2, 3, 4), (2, 0, 3)))


def array(shape: tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray[Any, Any]:
    return np.asarray(np.random.default_rng(seed).integers(0, 5, shape)).astype(dtypes.to_numpy(dtype))


def values(x: Any) -> Any:
    return ops.convert_to_numpy(x)


def joined(first: Any, second: Any) -> str:
    names = [x if isinstance(x, str) else dtypes.weak_type(x) for x in (first, second)]
    return dtypes.promote(names)


@quick
@given(first=NAMES, second=st.one_of(NAMES, NUMBERS))
def test_promotion_commutes_and_matches_the_symbolic_result(backend: str, first: str, second: Any) -> None:
    native = registry.load(backend).native_dtypes
    expected = joined(first, second)
    if not {first, expected, second if isinstance(second, str) else first} <= native.keys():
        return
    x = ops.convert_to_tensor(array((2, 3), first))
    y = ops.convert_to_tensor(array((3,), second)) if isinstance(second, str) else second
    sx = ops.SymbolicTensor((2, 3), first)
    sy = ops.SymbolicTensor((3,), second) if isinstance(second, str) else second
    for op in (ops.add, ops.multiply, ops.maximum):
        # Every backend follows the lattice, so that any two backends agree.
        assert ops.dtype(op(x, y)) == ops.dtype(op(y, x)) == expected
        assert op(sx, sy).dtype == op(sy, sx).dtype == expected


@quick
@given(first=SHAPES, second=SHAPES)
def test_broadcasting_is_numpy_s(backend: str, first: tuple[int, ...], second: tuple[int, ...]) -> None:
    x, y = array(first, "float32"), array(second, "float32", 1)
    symbols = ops.SymbolicTensor(first, "float32"), ops.SymbolicTensor(second, "float32")
    try:
        expected = x + y
    except ValueError:
        for args in ((x, y), symbols):
            with pytest.raises(ops.ShapeError):
                ops.add(*args)
        return
    np.testing.assert_array_equal(values(ops.add(x, y)), expected)
    assert ops.add(*symbols).shape == expected.shape


@quick
@given(shape=LARGE, axes=st.sampled_from(((0,), (-1, 0), (0, 1, 2))), keep=st.booleans())
def test_a_reduction_over_axes_equals_reductions_over_each_axis(
    backend: str, shape: tuple[int, ...], axes: tuple[int, ...], keep: bool
) -> None:
    x = ops.convert_to_tensor(array(shape, "int32"))
    names = ["sum", "prod", "any"] + (["max"] if 0 not in shape else [])
    for op in (getattr(ops, name) for name in names):
        one_by_one = functools.reduce(lambda y, axis, op=op: op(y, axis=axis, keepdims=True), axes, x)
        if not keep:
            one_by_one = ops.squeeze(one_by_one, axes)
        np.testing.assert_array_equal(values(op(x, axis=axes, keepdims=keep)), values(one_by_one))


@quick
@given(shape=LARGE, order=st.permutations((0, 1, 2)))
def test_transpose_and_reshape_are_inverted(backend: str, shape: tuple[int, ...], order: list[int]) -> None:
    x = array(shape, "float32")
    turned = ops.transpose(x, order)
    back = ops.transpose(turned, [order.index(i) for i in range(3)])
    np.testing.assert_array_equal(values(back), x)
    flat = ops.reshape(x, (x.size,))
    np.testing.assert_array_equal(values(ops.reshape(flat, shape)), x)
    np.testing.assert_array_equal(values(ops.flip(ops.flip(x, order[:2]), order[:2])), x)


@quick
@given(shape=LARGE, axis=st.integers(-3, 2), points=st.lists(st.integers(0, 4), max_size=2).map(sorted))
def test_concatenate_inverts_split(backend: str, shape: tuple[int, ...], axis: int, points: list[int]) -> None:
    x = array(shape, "int32")
    parts = ops.split(x, points, axis=axis) if points else ops.split(x, 1, axis=axis)
    assert functools.reduce(operator.add, (ops.shape(part)[axis] for part in parts)) == shape[axis]
    np.testing.assert_array_equal(values(ops.concatenate(parts, axis=axis)), x)
    stacked = ops.stack([x, x], axis=axis)
    for part in ops.split(stacked, 2, axis=axis):
        np.testing.assert_array_equal(values(ops.squeeze(part, axis)), x)


@quick
@given(
    shape=st.sampled_from(((2, 3, 4), (1, 4, 2), (5,))),
    axis=st.sampled_from((-1, 0)),
    dtype=st.sampled_from(("int32", "float32")),
)
def test_sort_equals_take_along_argsort(backend: str, shape: tuple[int, ...], axis: int, dtype: str) -> None:
    x = array(shape, dtype)
    result = values(ops.sort(x, axis=axis))
    np.testing.assert_array_equal(result, np.sort(x, axis=axis))
    np.testing.assert_array_equal(values(ops.take_along_axis(x, ops.argsort(x, axis=axis), axis=axis)), result)
