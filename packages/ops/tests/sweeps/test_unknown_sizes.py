"""Symbolic calls with unknown sizes, of all samples of every record and of functions without one, on every backend.

The eager calls that show which sizes depend on which are made on NumPy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS
from ops.testing.calls import CALLS
from ops.testing.unknown_sizes import Call, calls_of, expected, fault
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Record


def faults(calls: Sequence[Call], backends: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for number, call in enumerate(calls):
        for axes in call.cells():
            with ops.use_backend("numpy"), np.errstate(all="ignore"):
                wanted = expected(call, axes)
            assert not isinstance(wanted, str), wanted
            for backend in backends:
                for others in (True, False):
                    with ops.use_backend(backend):
                        words = fault(call, axes, wanted, others)
                    if words is not None:
                        found.append((backend, number, axes, others, words))
    return found


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.path)
def test_records(record: Record) -> None:
    calls = calls_of(record, every=True)
    names = record.dtypes("float32" if "float32" in record.takes else record.takes[0])
    assert faults(calls, [name for name in BACKENDS if names <= set(registry.load(name).native_dtypes)]) == []


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_functions_without_a_record(call: Call) -> None:
    assert faults([call], BACKENDS) == []
