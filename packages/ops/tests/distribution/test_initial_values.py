"""Parts of tensors of random numbers are those of the whole tensors."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import ops
from ops.distribution import initial_values


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
@pytest.mark.parametrize("name", ["uniform", "normal", "truncated_normal"])
@pytest.mark.parametrize("parameters", [(0, 1), (-1.5, 2.5)])
def test_a_part(name: str, dtype: str, parameters: tuple[float, float]) -> None:
    a, b = parameters
    with ops.use_backend("numpy"), ops.random.portable():
        for shape in ((7, 3, 4), (5,), (6, 4), ()):
            whole = ops.convert_to_numpy(getattr(ops.random, name)(shape, a, b, dtype, seed=5))
            draw = initial_values._DRAWS[name](math.prod(shape), a, b, dtype, (5, 0))
            for bounds in itertools.product(*([(0, size), (0, size // 2), (size // 2, size)] for size in shape)):
                index = tuple(slice(*each) for each in bounds)
                found = initial_values.part_of(shape, index, draw)
                # The error function of one number is that of the C library, which rounds otherwise.
                rtol = 1e-14 if (name, dtype) == ("truncated_normal", "float64") else 0
                np.testing.assert_allclose(found, whole[index], rtol, 0, err_msg=f"{shape} {bounds}")


def test_large_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = 60, 50, 4
    draw = initial_values._uniform(math.prod(shape), 0, 1, "float32", (1, 2))
    whole = draw(0, math.prod(shape)).reshape(shape)
    for chunk in (1, 100, 1000, 10**6):
        monkeypatch.setattr(initial_values, "_CHUNK", chunk)
        for index in ((0, 60), (10, 25), (0, 4)), ((7, 31), (49, 50), (1, 3)), ((0, 60), (0, 50), (2, 3)):
            part = tuple(slice(*each) for each in index)
            np.testing.assert_array_equal(initial_values.part_of(shape, part, draw), whole[part])
