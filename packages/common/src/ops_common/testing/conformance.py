"""Tests of a backend's kernels by the records, without `ops`: what a backend package runs on itself.

@pytest.mark.parametrize("case", conformance.cases("mine"), ids=str)
def test_kernel(case):
    case.check()
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops_common import contract, dtypes
from ops_common.runtime import registry
from ops_common.runtime.backend import Backend
from ops_common.testing.catalogue import RECORDS
from ops_common.testing.record import Maker, Record, close


@dataclass(frozen=True)
class Case:
    """One kernel in one dtype, with its record's samples."""

    backend: str
    record: Record
    dtype: str

    def __str__(self) -> str:
        return f"{self.record.kernel}-{self.dtype}"

    def check(self) -> None:
        """Calls the kernel with each sample and compares the result with the reference."""
        backend = registry.load(self.backend)
        for sample in self.record.tried(Maker(self.dtype), self.backend):
            kernel = backend.kernels.get((self.record.keyword_kernel if sample.kwargs else self.record.kernel) or "")
            if kernel is None:
                continue  # an optional kernel that this backend does not have
            expected = self.record.expected(sample, self.dtype)
            values = (*sample.args, *sample.kwargs.values())
            args = [_argument(backend, self.record.computed(value, self.dtype)) for value in values]
            with np.errstate(all="ignore"):
                result = kernel(*args) if backend.call is None else backend.call(kernel, *args)
            if isinstance(expected, (list, tuple)):
                kind = type(expected)
                assert isinstance(result, kind), f"expected a {kind.__name__}, got {type(result).__name__}"
                for tensor, expected_array in zip(result, expected, strict=True):
                    close(backend.core.convert_to_numpy(tensor), expected_array, self.record.loose)
            else:
                assert backend.is_tensor(result), (
                    f"the result is a {type(result).__name__}, not a tensor of this backend"
                )
                array = self.record.compared(backend.core.convert_to_numpy(result), sample)
                close(array, self.record.compared(expected, sample), self.record.loose)


def _argument(backend: Backend, value: Any) -> Any:
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return [_argument(backend, item) for item in value]
    return backend.make(value, dtypes.from_numpy(value.dtype)) if isinstance(value, np.ndarray) else value


def cases(backend: str) -> list[Case]:
    """Every kernel of the records in every dtype that both the op and the backend have.

    For a backend that compiles each kernel for each dtype, only those dtypes of which every sample is tried: the tests
    of `ops` call the same kernels in the others. OPS_SWEEP=1 tries all of them.
    """
    native = registry.load(backend).native_dtypes
    return [
        Case(backend, record, dtype)
        for record in RECORDS
        if record.kernel is not None
        for dtype in record.takes
        if not record.is_costly(dtype, backend)
        if native.keys() >= record.dtypes(dtype) and (record.computes is None or record.computes(dtype) in native)
    ]


def signatures(backend: str) -> list[str]:
    """Returns the backend's functions whose parameters differ from the contract's, with both signatures.

    Builtin functions without a signature and functions with additional optional parameters are accepted.
    """
    loaded = registry.load(backend)
    wrong: list[str] = []
    for family, stubs in contract.stubs().items():
        for name, stub in stubs.items():
            kernel = loaded.kernels.get(f"{family}.{name}")
            if kernel is None:
                continue
            try:
                signature = inspect.signature(kernel)
            except (TypeError, ValueError):
                continue  # builtin
            parameters = list(inspect.signature(stub).parameters.values())
            try:
                signature.bind(*(p for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD))
            except TypeError:
                wrong.append(f"{family}.{name}{signature}: the contract has {inspect.signature(stub)}")
    return wrong
