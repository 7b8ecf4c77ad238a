"""Cache keys that distinguish equal values of different types and signs."""

from __future__ import annotations

import itertools

import numpy as np

from ops_common.tensors.exact_keys import exact_key


def test_equal_values_of_different_types_and_signs_have_different_keys() -> None:
    values = [
        *(0, 0.0, -0.0, False, 0j, complex(-0.0, 0.0), complex(0.0, -0.0), np.float32(0), np.float32(-0.0)),
        *(1, 1.0, True, 1 + 0j, complex(1.0, -0.0), "1", None),
        *((0.0,), (-0.0,), (0,), ((0.0,), 1), ((-0.0,), 1)),
    ]
    for first, second in itertools.combinations(values, 2):
        assert exact_key(first) != exact_key(second), (first, second)


def test_the_same_values_have_the_same_key() -> None:
    for value in (0.1, float("nan"), -0.0, 7, "a", (1, (2.0, None)), np.float32(0.1)):
        copy = type(value)(value) if not isinstance(value, tuple) else (value[0], (2.0, None))
        assert exact_key(copy) == exact_key(value)
        assert hash(exact_key(copy)) == hash(exact_key(value))
