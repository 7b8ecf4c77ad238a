"""Numbers 0.0 and -0.0 as arguments: equal, but their results differ, so no cache may take one for the other."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops

OPS: dict[str, Callable[[float], Any]] = {
    "nan_to_num": lambda zero: ops.nan_to_num(np.float32([np.nan]), nan=zero),
    "nan_to_num, posinf": lambda zero: ops.nan_to_num(np.float32([np.inf]), posinf=zero),
    "threshold": lambda zero: ops.nn.threshold(np.float32([-1]), 0.0, zero),
    "leaky_relu": lambda zero: ops.nn.leaky_relu(np.float32([-1]), zero),
    "elu": lambda zero: ops.nn.elu(np.float32([-1]), zero),
    "pad": lambda zero: ops.pad(np.float32([1]), 1, constant_values=zero),
    "full": lambda zero: ops.full((1,), zero),
    "full_like": lambda zero: ops.full_like(np.float32([1]), zero),
    "max": lambda zero: ops.max(np.zeros(0, "float32"), initial=zero),
    "clip": lambda zero: ops.clip(np.float32([-1]), zero, 1.0),
    "add": lambda zero: ops.add(np.float32([-0.0]), zero),
    "multiply": lambda zero: ops.multiply(zero, np.float32([1])),
    "arctan2": lambda zero: ops.arctan2(zero, np.float32([-1])),
    "where": lambda zero: ops.where(np.array([True]), zero, np.float32([1])),
    "select": lambda zero: ops.select([np.array([False])], [np.float32([1])], zero),
    "affine_transform": lambda zero: ops.image.affine_transform(
        np.ones((2, 2, 1), "float32"), np.float32([1, 0, 5, 0, 1, 5, 0, 0]), fill_value=zero
    ),
    "map_coordinates": lambda zero: ops.image.map_coordinates(
        np.float32([1, 2]), np.float32([[9]]), 1, "constant", zero
    ),
}


@pytest.mark.parametrize("name", OPS)
@pytest.mark.usefixtures("backend")
def test_each_zero_has_its_own_result(name: str) -> None:
    first, second, third, fourth = (
        np.signbit(ops.convert_to_numpy(OPS[name](zero))) for zero in (0.0, -0.0, 0.0, -0.0)
    )
    assert (first != second).any()
    np.testing.assert_array_equal(first, third)
    np.testing.assert_array_equal(second, fourth)
