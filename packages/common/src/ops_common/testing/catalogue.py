"""The records of the contract's kernels, joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ops_common.testing.record import Record
from ops_common.testing.records import (
    contraction,
    creation,
    elementwise,
    indexing,
    linalg,
    losses,
    manipulation,
    nn,
    nn_convolution,
    nn_linear,
    nn_pointwise,
    reduction,
    segment,
    sorting,
    special_functions,
    statistics,
)


class Catalogue:
    """Returns the records by the public path of their op, in the order of the argument.

    Raises:
        ValueError: if two records have the same path.
    """

    def __init__(self, *groups: Iterable[Record]) -> None:
        self._records: dict[str, Record] = {}
        for record in (record for group in groups for record in group):
            if record.path in self._records:
                raise ValueError(f"there are two records of {record.path}")
            self._records[record.path] = record

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, path: object) -> bool:
        return path in self._records

    def __getitem__(self, path: str) -> Record:
        return self._records[path]


RECORDS = Catalogue(
    contraction.RECORDS,
    creation.RECORDS,
    elementwise.RECORDS,
    special_functions.RECORDS,
    indexing.RECORDS,
    linalg.RECORDS,
    losses.RECORDS,
    manipulation.RECORDS,
    nn.RECORDS,
    nn_convolution.RECORDS,
    nn_linear.RECORDS,
    nn_pointwise.RECORDS,
    reduction.RECORDS,
    segment.RECORDS,
    sorting.RECORDS,
    statistics.RECORDS,
)
