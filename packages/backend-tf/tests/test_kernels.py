"""The kernels of ops-backend-tf against the contract's records, without `ops`."""

import pytest

from ops_common.testing import conformance, sparse_conformance


@pytest.mark.parametrize("case", conformance.cases("tensorflow"), ids=str)
def test_kernel(case: conformance.Case) -> None:
    case.check()


def test_signatures_are_the_contracts() -> None:
    assert conformance.signatures("tensorflow") == []


@pytest.mark.parametrize("case", sparse_conformance.cases("tensorflow"), ids=str)
def test_sparse(case: sparse_conformance.SparseCase) -> None:
    case.check()
