"""NumPy, family sparse: sparse tensors are SciPy's sparse arrays, if SciPy is installed."""

from __future__ import annotations

from ops_common.host.sparse import (
    add,
    coalesce,
    coordinates,
    dtype,
    from_coordinates,
    is_canonical,
    is_sparse,
    maximum,
    minimum,
    multiply,
    multiply_dense,
    multiply_sparse,
    not_equal,
    shape,
    subtract,
    to_dense,
    unique_rows,
    with_values,
)

__all__ = [
    "add",
    "coalesce",
    "coordinates",
    "dtype",
    "from_coordinates",
    "is_canonical",
    "is_sparse",
    "maximum",
    "minimum",
    "multiply",
    "multiply_dense",
    "multiply_sparse",
    "not_equal",
    "shape",
    "subtract",
    "to_dense",
    "unique_rows",
    "with_values",
]
