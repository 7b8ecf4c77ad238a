"""The records of the contract's kernels, and the catalogue that joins them."""

from __future__ import annotations

import pytest

from ops_common import contract
from ops_common.testing import RECORDS
from ops_common.testing.catalogue import Catalogue


def test_each_record_is_of_a_kernel_in_the_contract() -> None:
    kernels = {f"{family}.{name}" for family, stubs in contract.stubs().items() for name in stubs}
    assert [record.path for record in RECORDS if record.kernel not in kernels] == []


def test_two_records_of_one_path_are_an_error() -> None:
    with pytest.raises(ValueError, match="two records of add"):
        Catalogue(RECORDS, [RECORDS["add"]])


def test_the_catalogue_has_each_record_by_its_path() -> None:
    assert len(RECORDS) == len(list(RECORDS))
    assert "add" in RECORDS
    assert RECORDS["add"].path == "add"
    assert "no_such_op" not in RECORDS
