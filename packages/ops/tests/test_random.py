"""Random numbers on every installed backend: seeds, shapes, dtypes and the distributions' moments."""

from __future__ import annotations

import math

import numpy as np
import pytest

import ops
from ops_common import registry


def draw(kind: str, *args: object, **kwargs: object) -> np.ndarray:
    return ops.convert_to_numpy(getattr(ops.random, kind)(*args, **kwargs))


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_seeds(backend: str, kind: str) -> None:
    same = [draw(kind, (50,), seed=7) for _ in range(2)]
    np.testing.assert_array_equal(same[0], same[1])
    assert not np.array_equal(same[0], draw(kind, (50,), seed=8))
    assert not np.array_equal(draw(kind, (50,)), draw(kind, (50,)))
    streams = []
    for _ in range(2):
        generator = ops.random.SeedGenerator(3)
        streams.append([draw(kind, (50,), seed=generator) for _ in range(2)])
    np.testing.assert_array_equal(streams[0], streams[1])
    assert not np.array_equal(streams[0][0], streams[0][1])
    assert not np.array_equal(draw(kind, (50,), seed=2**32 + 7), same[0])
    with pytest.raises(ops.ArgumentTypeError, match="a seed is an integer"):
        draw(kind, (2,), seed="x")


@pytest.mark.parametrize("kind", ["normal", "uniform"])
def test_shapes_and_dtypes(backend: str, kind: str) -> None:
    for shape in ((), (0, 2), (2, 3)):
        assert draw(kind, shape, seed=1).shape == shape
    for dtype in ("float16", "bfloat16", "float32", "float64"):
        if dtype in registry.load(backend).native_dtypes:
            assert ops.dtype(getattr(ops.random, kind)((4,), dtype=dtype, seed=1)) == dtype
    with pytest.raises(ops.DtypeError, match="float dtype; got int32"):
        draw(kind, (2,), dtype="int32")
    with pytest.raises(ops.ShapeError):
        draw(kind, (-2,))


def test_normal_has_its_moments(backend: str) -> None:
    x = draw("normal", (40_000,), 2.0, 3.0, seed=11)
    assert abs(x.mean() - 2.0) < 4 * 3.0 / math.sqrt(x.size)
    assert abs(x.std() - 3.0) < 0.06
    assert abs((((x - 2) / 3) ** 3).mean()) < 0.06
    assert abs(np.mean(np.abs(x - 2) < 3) - 0.6827) < 0.012
    shifted = draw("normal", (20_000, 2), mean=ops.convert_to_tensor([0.0, 50.0]), seed=1)
    assert np.allclose(shifted.mean(0), [0, 50], atol=0.05)


def test_uniform_has_its_moments_and_bounds(backend: str) -> None:
    x = draw("uniform", (40_000,), -1.0, 3.0, seed=11)
    assert x.min() >= -1.0
    assert x.max() < 3.0
    assert abs(x.mean() - 1.0) < 4 * 1.155 / math.sqrt(x.size)
    counts = np.histogram(x, 16, (-1, 3))[0]
    assert ((counts - 2500) ** 2 / 2500).sum() < 37.7  # chi-square, 15 degrees of freedom, p = 0.001
    for dtype in ("float16", "bfloat16"):
        small = draw("uniform", (5000,), dtype=dtype, seed=2).astype(np.float32)
        assert small.min() >= 0.0
        assert small.max() < 1.0
