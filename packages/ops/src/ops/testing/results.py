"""Comparison of an op's results with each other: eager and compiled ones, or those of two namespaces."""

from __future__ import annotations

from typing import Any

import numpy as np

import ops
from ops_common.testing import Record, Sample, tolerance


def public_function(path: str, root: Any = ops) -> Any:
    """Returns the function with this public path, such as ``"nn.relu"``, of `ops` or of a namespace of one backend."""
    for name in path.split("."):
        root = getattr(root, name)
    return root


def assert_same_result(result: Any, expected: Any, record: Record, sample: Sample, rounding: float) -> None:
    """Asserts that two results of an op have the same tensors: their dtypes, shapes and values.

    Args:
        result: a tensor, or a nested list or tuple of tensors.
        expected: the other result.
        record: the op's record, which names the part of a result that is compared.
        sample: the arguments of the calls.
        rounding: how many times the record's tolerance the values may differ.
    """
    if isinstance(expected, (list, tuple)):
        for tensor, expected_tensor in zip(result, expected, strict=True):
            assert_same_result(tensor, expected_tensor, record, sample, rounding)
        return
    array, expected_array = ops.convert_to_numpy(result), ops.convert_to_numpy(expected)
    assert (array.dtype, array.shape) == (expected_array.dtype, expected_array.shape)
    array, expected_array = record.compared(array, sample), record.compared(expected_array, sample)
    bound = rounding * tolerance(ops.dtype(expected), record.loose)
    if not bound:
        np.testing.assert_array_equal(array, expected_array)
        return
    wide = np.complex128 if np.iscomplexobj(expected_array) else np.float64
    np.testing.assert_allclose(array.astype(wide), expected_array.astype(wide), rtol=bound, atol=bound)
