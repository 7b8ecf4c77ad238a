"""Sparse tensors: the frameworks' own, which store the elements that are not zero.

The functions of `ops` compute with them: those that keep zeros return sparse tensors, products and sums are computed
from what is stored, and the others warn before they make an operand dense. docs/sparse.md has the rules.
"""

from __future__ import annotations

from ops.sparse.coordinates import coalesce, from_coo, indices, values
from ops.sparse.tensors import is_sparse, to_dense

__all__ = ["coalesce", "from_coo", "indices", "is_sparse", "to_dense", "values"]


def __dir__() -> list[str]:
    return sorted(__all__)
