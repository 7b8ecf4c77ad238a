"""OpenVINO, family sparse: sparse tensors are SciPy's sparse arrays, which are computed on the host, if SciPy is
installed. A model has no sparse tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_openvino.tensor import Tensor, from_numpy
from ops_common.errors import UnsupportedError
from ops_common.host import sparse as host_sparse
from ops_common.host.sparse import dtype, is_canonical, is_sparse, shape

__all__ = [
    "add",
    "coalesce",
    "concatenate",
    "coordinates",
    "dtype",
    "from_coordinates",
    "is_canonical",
    "is_sparse",
    "maximum",
    "minimum",
    "multiply",
    "multiply_dense",
    "multiply_from_dense",
    "multiply_sparse",
    "not_equal",
    "permute",
    "reshape",
    "shape",
    "subtract",
    "to_dense",
    "unique_rows",
    "values",
    "with_values",
]

add = host_sparse.add
concatenate = host_sparse.concatenate
permute = host_sparse.permute
reshape = host_sparse.reshape
subtract = host_sparse.subtract
multiply = host_sparse.multiply
not_equal = host_sparse.not_equal
coalesce = host_sparse.coalesce
maximum = host_sparse.maximum
minimum = host_sparse.minimum
multiply_sparse = host_sparse.multiply_sparse


def _host(x: Any) -> np.ndarray[Any, Any]:
    """Returns a tensor's values.

    Raises:
        UnsupportedError: it is a node of a model.
    """
    if x.node is not None:
        raise UnsupportedError(
            "OpenVINO's models have no sparse tensors: convert them with ops.to_dense outside of the compiled function"
        )
    return x.host


def coordinates(x: Any) -> tuple[Tensor, Tensor]:
    indices, values = host_sparse.coordinates(x)
    return from_numpy(indices), from_numpy(values)


def from_coordinates(indices: Tensor, values: Tensor, shape: tuple[int, ...], canonical: bool) -> Any:
    return host_sparse.from_coordinates(_host(indices), _host(values), shape, canonical)


def with_values(x: Any, values: Tensor) -> Any:
    return host_sparse.with_values(x, _host(values))


def unique_rows(indices: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    rows, places = host_sparse.unique_rows(_host(indices), shape)
    return from_numpy(rows), from_numpy(places)


def to_dense(x: Any) -> Tensor:
    return from_numpy(host_sparse.to_dense(x))


def multiply_dense(x: Any, y: Tensor) -> Any:
    product = host_sparse.multiply_dense(x, _host(y))
    return product if product is NotImplemented else from_numpy(product)


def values(x: Any) -> Tensor:
    return from_numpy(host_sparse.values(x))


def multiply_from_dense(x: Tensor, y: Any) -> Any:
    result = host_sparse.multiply_from_dense(_host(x), y)
    return result if result is NotImplemented else from_numpy(result)
