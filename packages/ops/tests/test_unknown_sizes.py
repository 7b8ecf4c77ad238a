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
