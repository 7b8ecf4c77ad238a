"""The kernels of ops-backend-torch against the contract's records, without `ops`."""

import pytest

from ops_common.testing import conformance, sparse_conformance


@pytest.mark.parametrize("case", conformance.cases("torch"), ids=str)
def test_kernel(case: conformance.Case) -> None:
    case.check()


def test_signatures_are_the_contracts() -> None:
    assert conformance.signatures("torch") == []


@pytest.mark.parametrize("case", sparse_conformance.cases("torch"), ids=str)
def test_sparse(case: sparse_conformance.SparseCase) -> None:
    case.check()
