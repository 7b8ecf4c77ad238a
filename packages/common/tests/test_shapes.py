"""Shape rules against NumPy, by hypothesis, and with unknown dimensions."""

from __future__ import annotations

import importlib
import pkgutil
import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops_common import ShapeError, shapes

SHAPES = st.lists(st.integers(0, 4), max_size=4).map(tuple)
Shape = tuple[int, ...]


@given(SHAPES, SHAPES)
def test_broadcast(a: Shape, b: Shape) -> None:
    try:
        expected = np.broadcast_shapes(a, b)
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.broadcast(a, b)
        return
    assert shapes.broadcast(a, b) == expected
    for axis in range(len(a)):  # with an unknown size, a size of the result is right or unknown
        partly = shapes.broadcast(tuple(None if i == axis else d for i, d in enumerate(a)), b)
        assert all(p in (None, e) for p, e in zip(partly, expected, strict=True))


@given(SHAPES, SHAPES)
def test_broadcast_to(a: Shape, b: Shape) -> None:
    try:
        expected = np.broadcast_to(np.empty(a), b).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.broadcast_to(a, b)
        return
    assert shapes.broadcast_to(a, b) == expected


@given(SHAPES, st.data())
def test_reduce(shape: Shape, data: st.DataObject) -> None:
    x = np.ones(shape)
    axis = data.draw(st.none() | st.integers(-4, 4) | st.lists(st.integers(-4, 3), max_size=3).map(tuple))
    for keepdims in (False, True):
        try:
            # The axis goes in a tuple: NumPy accepts a plain 0 or -1 for a scalar, which has no axes.
            expected = np.sum(x, axis=(axis,) if isinstance(axis, int) else axis, keepdims=keepdims).shape
        except ValueError:
            with pytest.raises(ShapeError):
                shapes.reduce(shape, axis, keepdims)
        else:
            assert shapes.reduce(shape, axis, keepdims) == expected


@given(SHAPES, st.lists(st.integers(-1, 6), max_size=4))
def test_reshape(shape: Shape, target: list[int]) -> None:
    try:
        expected = np.ones(shape).reshape(target).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.reshape(shape, target)
        return
    assert shapes.reshape(shape, target) == expected


@given(SHAPES, SHAPES)
def test_matmul(a: Shape, b: Shape) -> None:
    try:
        expected = np.matmul(np.ones(a), np.ones(b)).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.matmul(a, b)
        return
    assert shapes.matmul(a, b) == expected


@given(SHAPES, st.integers(-5, 5), st.integers(0, 4) | st.lists(st.integers(-5, 6), max_size=3))
def test_split(shape: Shape, axis: int, cuts: int | list[int]) -> None:
    try:
        expected = [piece.shape for piece in np.split(np.ones(shape), cuts, axis)]
    except (ValueError, IndexError, ZeroDivisionError):
        with pytest.raises(ShapeError):
            shapes.split(shape, cuts, axis)
        return
    assert shapes.split(shape, cuts, axis) == expected


@given(SHAPES, st.lists(st.integers(-7, 7), min_size=1, max_size=3).map(tuple))
def test_expand_dims_and_squeeze(shape: Shape, axes: tuple[int, ...]) -> None:
    try:
        expected = np.expand_dims(np.ones(shape), axes).shape
    except ValueError:
        with pytest.raises(ShapeError):
            shapes.expand_dims(shape, axes)
        return
    assert shapes.expand_dims(shape, axes) == expected
    assert shapes.squeeze(expected, axes) == shape


@pytest.mark.parametrize(
    ("subscripts", "operands"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ba", [(2, 3)]),
        ("...i->...", [(2, 3, 4)]),
        ("ii->i", [(3, 3)]),
        ("i,j->", [(2,), (3,)]),
        ("...a,...a", [(2, 3), (2, 3)]),
    ],
)
def test_einsum(subscripts: str, operands: list[Shape]) -> None:
    assert shapes.einsum(subscripts, operands) == np.einsum(subscripts, *map(np.ones, operands)).shape


@pytest.mark.parametrize(
    ("subscripts", "operands"),
    [("ij,jk->ik", [(2, 3), (2, 4)]), ("ij->k", [(2, 3)]), ("ij", [(2,)]), ("i,j", [(2,)]), ("ij->ii", [(2, 3)])],
)
def test_einsum_errors(subscripts: str, operands: list[Shape]) -> None:
    with pytest.raises(ShapeError, match="einsum"):
        shapes.einsum(subscripts, operands)


def test_windows() -> None:
    assert shapes.conv((None, 8, 8, 3), (3, 3, 3, 16), (1, 1), "same", "channels_last", (1, 1)) == (None, 8, 8, 16)
    assert shapes.conv((2, 3, 8, None), (3, 3, 3, 16), (2, 2), "valid", "channels_first", (1, 1)) == (2, 16, 3, None)
    assert shapes.pool((1, 7, 7, 2), (2, 2), (2, 2), "same", "channels_last") == (1, 4, 4, 2)
    assert shapes.same_padding(7, 2, 2) == (0, 1)
    with pytest.raises(ShapeError, match="does not fit"):
        shapes.pool((1, 2, 2, 1), (3, 3), (1, 1), "valid", "channels_last")


def test_the_package_collects_the_rules_of_its_modules() -> None:
    names = [name for m in pkgutil.iter_modules(shapes.__path__) for name in _module(m.name).__all__]
    assert sorted(names) == sorted(set(shapes.__all__))
    assert not [name for name in names if isinstance(getattr(shapes, name), types.ModuleType)]


def _module(name: str) -> types.ModuleType:
    return importlib.import_module(f"ops_common.shapes.{name}")
