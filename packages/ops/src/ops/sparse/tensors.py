"""What is sparse, and the way back to dense tensors."""

from __future__ import annotations

from typing import Any

from ops._declaration import backend_function
from ops._declaration.operands import operand_of
from ops._declaration.roles import Operand, Tensor
from ops._declaration.sparsity import as_sparse, sparse_operand
from ops._declaration.sparsity import is_sparse as is_sparse_operand
from ops.sparse.conversion import to_dense as dense_of
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor

__all__ = ["is_sparse", "to_dense"]


@backend_function
def is_sparse(backend: Backend, x: Any) -> bool:
    """Whether x is a sparse tensor: the framework's own, a sparse array of SciPy, or a symbolic one.

    Sparse tensors are JAX's BCOO and BCSR, TensorFlow's SparseTensor and IndexedSlices, PyTorch's sparse COO and
    compressed tensors, and SciPy's arrays on NumPy and OpenVINO.

    Example:
        >>> import ops
        >>> x = ops.sparse.from_coo([[0, 1], [2, 0]], [5.0, 6.0], (3, 2))
        >>> ops.is_sparse(x), ops.is_sparse(ops.to_dense(x))
        (True, False)
    """
    return is_sparse_operand(backend, x)


@backend_function
def to_dense(backend: Backend, x: Operand) -> Tensor:
    """The ordinary tensor with a sparse tensor's elements; other tensors are returned as they are.

    The values of equal coordinates are added.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.to_dense(ops.sparse.from_coo([[0, 1], [1, 0]], [5, 6], (2, 2))))
        array([[0, 5],
               [6, 0]], dtype=int32)
    """
    x = sparse_operand(backend, x)
    if isinstance(x, SymbolicTensor):
        return as_sparse(x, False)
    return dense_of(backend, x) if backend.is_sparse(x) else operand_of(backend, x)


def __dir__() -> list[str]:
    return sorted(__all__)
