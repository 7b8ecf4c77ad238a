"""Calls with sparse tensors. The rules of the ops are in `ops.sparse`, which is loaded by the first such call."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from ops._declaration.op import Op
from ops._declaration.operands import operand_of
from ops._declaration.recording import renewed
from ops_common import dtypes
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.entries import Entries
from ops_common.tensors.variable import Variable

_modules: dict[str, Any] = {}


def sparse_module(name: str) -> Any:
    """Returns a module of `ops.sparse`, which imports functions of the modules that call this."""
    if name not in _modules:
        _modules[name] = importlib.import_module(f"ops.sparse.{name}")
    return _modules[name]


def load_sparse() -> None:
    """Loads these modules, before a compiler reads code that calls `sparse_module`, which cannot import them."""
    for name in ("calls", "conversion", "encodings", "selection"):
        sparse_module(name)


def is_sparse(backend: Backend, x: Any) -> bool:
    """Returns whether x is a sparse tensor, also a symbolic one."""
    if isinstance(x, SymbolicTensor):
        return x.sparse
    return backend.is_sparse(x)


def has_sparse(op: Op, backend: Backend, arguments: Sequence[Any]) -> bool:
    """Returns whether an operand of a call is a sparse tensor."""
    roles = op.signature.roles
    for i in op.signature.operands:  # (Loops, because torch's compiler does not support a generator here.)
        value = arguments[i]
        if roles[i].is_list:
            if isinstance(value, (list, tuple)):
                items: Sequence[Any] = value  # pyright: ignore[reportUnknownVariableType]  # any items
                for item in items:
                    if type(item) not in dtypes.NUMBERS and is_sparse(backend, item):
                        return True
        elif type(value) not in dtypes.NUMBERS and value is not None and is_sparse(backend, value):
            return True
    return False


def call_sparse(op: Op, backend: Backend, arguments: Sequence[Any]) -> Any:
    """Returns the result of a call with sparse operands, by the op's rule; without one, the operands are densified."""
    return sparse_module("calls").call(op, backend, arguments)


def as_sparse(spec: SymbolicTensor, sparse: bool = True) -> SymbolicTensor:
    """Returns a symbolic tensor of this shape and dtype that is sparse, or that is not."""
    if spec.sparse is sparse:
        return spec
    tensor = renewed(spec, None)
    tensor._sparse = sparse
    return tensor


def spec_of_sparse(backend: Backend, x: Any) -> SymbolicTensor:
    """Returns the shape and dtype of a sparse tensor of the backend."""
    if type(x) is Entries:
        return SymbolicTensor(x.shape, backend.dtype(x.values), sparse=True)
    return SymbolicTensor(backend.kernels["sparse.shape"](x), backend.kernels["sparse.dtype"](x), sparse=True)


def sparse_operand(backend: Backend, x: Any) -> Any:
    """Returns an operand as a tensor, a Python number, a SymbolicTensor, or a sparse tensor of the backend."""
    if isinstance(x, Variable):
        x = x.value
    if type(x) in dtypes.NUMBERS or isinstance(x, SymbolicTensor):
        return x
    if backend.is_sparse(x):
        return sparse_module("conversion").own(backend, x)
    return operand_of(backend, x)
