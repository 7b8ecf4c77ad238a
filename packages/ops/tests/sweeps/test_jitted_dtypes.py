"""Every record in every dtype that it takes, jitted: the values of the eager call, or an error that says what to do."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS
from ops_common.runtime import registry
from ops_common.testing import Record, Sample
from ops_common.testing.record import Maker, tolerance

OPTIONS = {"torch": {"backend": "aot_eager"}}
# Their shapes depend on values, which torch's compiler reports in words of its own.
BY_VALUES = ("argwhere", "bincount", "nonzero", "unique")


def function_of(record: Record) -> Any:
    function: Any = ops
    for part in record.path.split("."):
        function = getattr(function, part)
    return function


def compare(value: Any, expected: Any, record: Record, sample: Sample) -> None:
    if isinstance(expected, (list, tuple)):
        assert len(value) == len(expected)
        for item, wanted in zip(value, expected, strict=True):
            compare(item, wanted, record, sample)
        return
    got, want = ops.convert_to_numpy(value), ops.convert_to_numpy(expected)
    assert (got.dtype, got.shape) == (want.dtype, want.shape)
    got, want = record.compared(got, sample), record.compared(want, sample)
    bound = 20 * tolerance(ops.dtype(expected), record.loose)
    if not bound:
        np.testing.assert_array_equal(got, want)
        return
    wide = np.complex128 if np.iscomplexobj(want) else np.float64
    np.testing.assert_allclose(got.astype(wide), want.astype(wide), rtol=bound, atol=bound)


@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_jitted_dtypes(record: Record, backend: str) -> None:
    if backend == "torch" and record.path in BY_VALUES:
        return
    function = function_of(record)
    name = record.path.removeprefix("nn.")
    native = registry.load(backend).native_dtypes
    for dtype in record.takes:
        if not all(other in native for other in record.dtypes(dtype)):
            continue
        sample = record.samples(Maker(dtype))[0]
        arrays, put = sample.arrays()
        if not arrays:
            continue

        def call(*tensors: Any, put: Any = put) -> Any:
            args, kwargs = put(tensors)
            return function(*args, **kwargs)

        tensors = [ops.convert_to_tensor(x) for x in arrays]
        expected = call(*tensors)
        try:
            value = ops.jit(call, options=OPTIONS)(*tensors)
        except ops.UnsupportedError as error:
            refusal = str(error)
        else:
            compare(value, expected, record, sample)
            continue
        assert f"ops.{name}(" in refusal
        assert any(word in refusal for word in ("cast to", "outside", "use ", "give ", "another backend")), refusal
    if backend == "torch":
        importlib.import_module("torch._dynamo").reset()  # one function is compiled for so many signatures only
