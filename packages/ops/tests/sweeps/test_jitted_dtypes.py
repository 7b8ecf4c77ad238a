"""Every record in every dtype that it takes, jitted: the values of the eager call, or an error with a remedy."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

import ops
from ops.testing import RECORDS, assert_same_result, public_function
from ops_common.runtime import registry
from ops_common.testing import Record
from ops_common.testing.record import Maker

OPTIONS = {"torch": {"backend": "aot_eager"}}
# Their shapes depend on values, for which torch's compiler raises its own error.
BY_VALUES = ("argwhere", "bincount", "nonzero", "unique")


@pytest.mark.parametrize("record", list(RECORDS), ids=lambda record: record.path)
def test_jitted_dtypes(record: Record, backend: str) -> None:
    if backend == "torch" and record.path in BY_VALUES:
        return
    function = public_function(record.path)
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
            assert_same_result(value, expected, record, sample, rounding=20)
            continue
        assert f"ops.{name}(" in refusal
        assert any(word in refusal for word in ("cast to", "outside", "use ", "give ", "another backend")), refusal
    if backend == "torch":
        importlib.import_module("torch._dynamo").reset()  # it compiles a function for few signatures
