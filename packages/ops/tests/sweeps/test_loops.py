"""The first sample of every record in the body of a compiled `while_loop`: the values of the eager call, or an error
with a remedy. The frameworks' operators for loops support less than their compilers do."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

import ops
from ops.testing import RECORDS, assert_same_result, public_function
from ops_common.runtime import registry
from ops_common.tensors import trees
from ops_common.testing import Record, Sample
from ops_common.testing.record import Maker

# Their shapes depend on values.
BY_VALUES = ("argwhere", "bincount", "nonzero", "unique")


def first_call(record: Record, backend: str) -> tuple[Sample, Callable[..., Any], list[Any]]:
    """Returns the first sample, the function of its tensors, and the tensors."""
    function = public_function(record.path)
    native = registry.load(backend).native_dtypes
    dtype = next(d for d in ("float32", *record.takes) if d in record.takes and d in native)
    sample = record.samples(Maker(dtype))[0]
    arrays, put = sample.arrays()

    def call(*tensors: Any) -> Any:
        args, kwargs = put(tensors)
        return function(*args, **kwargs)

    return sample, call, [ops.convert_to_tensor(x) for x in arrays]


def looped(call: Callable[..., Any], results: Sequence[Any]) -> Callable[..., Any]:
    """Returns a function that computes these results in each step of a loop, from tensors that the loop carries."""

    def loop(*tensors: Any) -> Any:
        def step(i: Any, _: Any, tensors: Any) -> Any:
            return i + 1, trees.leaves(call(*tensors), ops.is_tensor), tensors

        start = (ops.convert_to_tensor(0), [ops.zeros_like(x) for x in results], list(tensors))
        return ops.while_loop(lambda i, *_: i < 3, step, start)[1]

    return loop


@pytest.mark.parametrize("record", [r for r in RECORDS if r.path not in BY_VALUES], ids=lambda record: record.path)
def test_loops(record: Record, backend: str) -> None:
    sample, call, tensors = first_call(record, backend)
    expected = trees.leaves(call(*tensors), ops.is_tensor)
    if not expected or not tensors:
        return
    refusal = None
    try:
        value = ops.jit(looped(call, expected))(*tensors)
    except ops.UnsupportedError as error:
        refusal = str(error)
    else:
        if not record.path.startswith("random."):
            assert_same_result(value, expected, record, sample, rounding=20)
    assert refusal is None or f"{record.path.removeprefix('nn.')}(" in refusal
    if backend == "torch":
        importlib.import_module("torch._dynamo").reset()  # it compiles a function for few signatures
