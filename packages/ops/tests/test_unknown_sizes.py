"""Symbolic calls with unknown sizes: the sizes of the result that depend on them are unknown, and all others known.

The sweep of the same name makes the calls of all samples on all backends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS
from ops.testing.calls import CALLS
from ops.testing.unknown_sizes import Call, calls_of, expected, fault
from ops_common.testing import BACKENDS, Record

# Symbolic results do not depend on the backend, and eager calls are fastest on NumPy.
of_numpy = pytest.mark.parametrize("name", [name for name in BACKENDS if name == "numpy"])


def faults(call: Call, name: str) -> list[Any]:
    found: list[Any] = []
    with ops.use_backend(name), np.errstate(all="ignore"):
        for axes in call.cells():
            wanted = expected(call, axes)
            assert not isinstance(wanted, str), wanted
            found += [(axes, words) for others in (True, False) if (words := fault(call, axes, wanted, others))]
    return found


@of_numpy
@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_first_sample_of_each_record(record: Record, name: str) -> None:
    for call in calls_of(record, every=False):
        assert faults(call, name) == []


@of_numpy
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_functions_without_a_record(call: Call, name: str) -> None:
    assert faults(call, name) == []


def test_unknown_size_beside_a_known_one() -> None:
    x = ops.SymbolicTensor((None, None))
    assert ops.add(x, ops.SymbolicTensor((3, 1))).shape == (3, None)
    assert ops.broadcast_to(ops.SymbolicTensor((1, 3)), (None, None)).shape == (None, 3)
    assert ops.matmul(x, ops.SymbolicTensor((4, 5))).shape == (None, 5)
    assert ops.concatenate([x, ops.SymbolicTensor((2, 3))], 0).shape == (None, 3)


def test_results_without_a_fixed_rank() -> None:
    x = ops.SymbolicTensor((None, 1, 3))
    assert ops.squeeze(x).shape == (None, 3)  # an unknown size counts as one other than 1
    assert ops.squeeze(x, 0).shape == (1, 3)
    with pytest.raises(ops.ShapeError, match="pass num"):
        ops.unstack(x)
    assert len(ops.unstack(x, 2)) == 2
    with pytest.raises(ops.ShapeError, match="must be 2 or 3"):
        ops.cross(ops.SymbolicTensor((None,)), ops.SymbolicTensor((2,)))
    assert ops.cross(ops.SymbolicTensor((None,)), ops.SymbolicTensor((3,))).shape == (3,)


def test_unknown_sizes_in_shapes() -> None:
    x = ops.SymbolicTensor((None, 3, 4))
    assert ops.reshape(x, (None, 12)).shape == (None, 12)
    assert ops.reshape(x, (None, 2, -1)).shape == (None, 2, None)
    with pytest.raises(ops.ShapeError, match="cannot reshape"):
        ops.reshape(ops.SymbolicTensor((3, 4)), (None, 5))
    for function in (ops.zeros, lambda shape: ops.reshape(ops.ones((3,)), shape), ops.random.normal):
        with pytest.raises(ops.ArgumentTypeError, match="must be known"):
            function((None, 3))
