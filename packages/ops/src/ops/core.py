"""Family core: conversion, dtype and shape."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from ops._declaration import backend_function, static_sizes
from ops._declaration.operands import has_symbol, operand_of
from ops._declaration.roles import DtypeLike, Operand, Tensor
from ops._declaration.sparsity import is_sparse, sparse_module, sparse_operand, spec_of_sparse
from ops_common import dtypes, shapes
from ops_common.errors import ArgumentTypeError, UnsupportedError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, owner
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes
from ops_common.tensors.variable import Variable

__all__ = [
    "cast",
    "compute_output_spec",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "is_tensor",
    "ndim",
    "shape",
    "size",
    "stop_gradient",
    "to_backend",
]


def _spec_of_sparse(backend: Backend, x: Any) -> SymbolicTensor | None:
    """Returns the shape and dtype of a sparse tensor; None for any other object. Sparse tensors of the class of dense
    ones have a shape and dtype like these."""
    if type(x) in backend.types or not backend.is_sparse(x):
        return None
    return spec_of_sparse(backend, sparse_operand(backend, x))


@backend_function
def _on_device_of(backend: Backend, x: Any, other: Any) -> Any:
    """Returns a tensor that was created without operands, moved to the device of an operand of the op's body."""
    if backend.beside is None or isinstance(x, SymbolicTensor) or not backend.is_tensor(other):
        return x
    return backend.beside(x, other)


@backend_function
def convert_to_tensor(
    backend: Backend, x: Operand, dtype: DtypeLike = None, sparse: bool | None = None, ragged: bool | None = None
) -> Tensor:
    """A tensor of the active backend.

    Args:
        x: a tensor of this backend, a NumPy array, a number, a nested list, a Variable; a SymbolicTensor remains one.
        dtype: the dtype; None keeps that of tensors and arrays, and converts Python floats to `floatx` and ints to
            int32.
        sparse: whether the result is sparse; None keeps sparse tensors, and the sparse arrays of SciPy, sparse.
        ragged: must not be True: ragged tensors are not supported.

    Returns:
        A tensor of x's shape. It may share memory with a NumPy array.

    Raises:
        ForeignTensorError: x is or contains another framework's tensor.
        ShapeError: a nested list is ragged.
        DtypeError: the dtype is unknown, or the framework does not have it.

    Example:
        >>> import ops
        >>> ops.shape(ops.convert_to_tensor([[1, 2], [3, 4]]))
        (2, 2)
    """
    if ragged:
        raise UnsupportedError("ragged tensors are not supported; omit ragged")
    name = None if dtype is None else dtypes.standardize(dtype)
    if has_symbol(x):
        x = operand_of(backend, x)
        kept = x.sparse if sparse is None else bool(sparse)
        return (
            x if name in (None, x.dtype) and kept is x.sparse else SymbolicTensor(x.shape, name or x.dtype, sparse=kept)
        )
    if sparse or backend.is_sparse(x):
        conversion = sparse_module("conversion")
        x = conversion.own(backend, x) if backend.is_sparse(x) else conversion.from_dense(backend, backend.to_tensor(x))
        x = x if name is None else conversion.cast_values(backend, x, name)
        return conversion.to_dense(backend, x) if sparse is False else x
    return backend.to_tensor(x, name)


@backend_function
def convert_to_numpy(backend: Backend, x: Operand) -> Any:
    """A NumPy array of a tensor's dtype and shape; it may share the tensor's memory, and may be read-only.

    A sparse tensor becomes dense.

    Raises:
        ForeignTensorError: x is another framework's tensor.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.ones((2,)))
        array([1., 1.], dtype=float32)
    """
    if isinstance(x, SymbolicTensor):
        raise ArgumentTypeError(f"{x!r} cannot be converted: it has no values")
    if backend.is_sparse(x):
        x = sparse_module("conversion").to_dense(backend, sparse_operand(backend, x))
    return backend.core.convert_to_numpy(backend.to_tensor(x))


@backend_function
def to_backend(backend: Backend, x: Operand, name: str) -> Tensor:
    """The same values as a tensor of another backend, sharing memory through DLPack if both frameworks support it.

    Args:
        x: a tensor of any installed backend, or anything that `convert_to_tensor` accepts.
        name: the name of the target backend.

    Raises:
        BackendError: that backend is not installed.

    Example:
        >>> import ops
        >>> ops.to_backend([1.0, 2.0], "numpy")
        array([1., 2.], dtype=float32)
    """
    target = registry.load(name)
    if isinstance(x, Variable):
        x = x.value
    if target.is_tensor(x):
        return x
    belongs = owner(x)
    source = registry.load(belongs) if belongs is not None else backend
    if source.is_sparse(x):
        return sparse_module("conversion").moved(source, target, x)
    if not source.is_tensor(x):
        return target.to_tensor(x)
    current = source.dtype(x)
    share = target.kernels.get("core.from_dlpack")
    if share is not None and hasattr(x, "__dlpack__") and current not in dtypes.WIDE:
        try:
            return share(x)
        except Exception:  # any failure is allowed by the contract: copying through NumPy always works
            pass
    return target.make(source.core.convert_to_numpy(x), current)


@backend_function
def is_tensor(backend: Backend, x: Any) -> bool:
    """Whether x is a tensor of the active backend, symbolic ones included.

    Example:
        >>> import ops
        >>> ops.is_tensor(ops.zeros((2,))), ops.is_tensor([1, 2])
        (True, False)
    """
    if isinstance(x, SymbolicTensor) or backend.is_tensor(x):
        return True
    is_sparse = backend.kernels.get("sparse.is_sparse")
    return is_sparse is not None and is_sparse(x)


@backend_function
def shape(backend: Backend, x: Operand) -> tuple[Any, ...]:
    """The shape as a tuple of ints.

    A size that is unknown while a graph is traced is a run-time size: an int32 tensor of rank 0 on TensorFlow and
    OpenVINO, a symbolic int of PyTorch, a symbolic dimension of JAX. It supports arithmetic, and all functions accept
    it in place of an int as a size. The shape of a SymbolicTensor has None there.

    Example:
        >>> import ops
        >>> ops.shape([[1, 2, 3]])
        (1, 3)
    """
    if isinstance(x, SymbolicTensor) or isinstance(x, Variable):
        return x.shape
    sparse = _spec_of_sparse(backend, x)
    if sparse is not None:
        return sparse.shape
    tensor = backend.to_tensor(x)
    static = backend.shape(tensor)
    return backend.sizes(tensor) if backend.sizes is not None and None in static else static


@backend_function
def _static_shape(backend: Backend, x: Operand) -> tuple[Any, ...]:
    """The shape as a tuple, with None for a size that is unknown while a graph is traced."""
    if isinstance(x, SymbolicTensor) or isinstance(x, Variable):
        return x.shape
    sparse = _spec_of_sparse(backend, x)
    return backend.shape(backend.to_tensor(x)) if sparse is None else sparse.shape


@backend_function
def _smaller_size(backend: Backend, first: Any, second: Any) -> Any:
    """The smaller one of two sizes: an int if both are ints."""
    if isinstance(first, int) and isinstance(second, int):
        return min(first, second)
    function: Any = backend.kernels.get("core.smaller_size", backend.bound.elementwise_minimum)
    return function(first, second)


@backend_function
def _larger_size(backend: Backend, first: Any, second: Any) -> Any:
    """The larger one of two sizes: an int if both are ints."""
    if isinstance(first, int) and isinstance(second, int):
        return max(first, second)
    function: Any = backend.kernels.get("core.larger_size", backend.bound.elementwise_maximum)
    return function(first, second)


@backend_function
def _is_run_time_size(backend: Backend, value: Any) -> bool:
    """Whether a size is known only when the function that is being traced is called."""
    return value is None or backend.is_size(value)


@backend_function
def dtype(backend: Backend, x: Operand) -> str:
    """The standard name of a tensor's dtype.

    Example:
        >>> import ops
        >>> ops.dtype(ops.zeros((2,), "float16"))
        'float16'
    """
    if isinstance(x, SymbolicTensor) or isinstance(x, Variable):
        return x.dtype
    sparse = _spec_of_sparse(backend, x)
    return backend.dtype(backend.to_tensor(x)) if sparse is None else sparse.dtype


@backend_function
def ndim(backend: Backend, x: Operand) -> int:
    """The number of axes.

    Example:
        >>> import ops
        >>> ops.ndim([[1, 2, 3]])
        2
    """
    if isinstance(x, SymbolicTensor) or isinstance(x, Variable):
        return len(x.shape)
    sparse = _spec_of_sparse(backend, x)
    return len(backend.shape(backend.to_tensor(x)) if sparse is None else sparse.shape)


@backend_function
def size(backend: Backend, x: Operand) -> Any:
    """The number of elements.

    Returns:
        A Python int, or a run-time size, like the entries of `shape`; of a symbolic tensor with an unknown size, a
        symbolic int32 tensor of rank 0.

    Example:
        >>> import ops
        >>> ops.size([[1, 2, 3], [4, 5, 6]])
        6
    """
    tensor = x if isinstance(x, (SymbolicTensor, Variable)) else _spec_of_sparse(backend, x)
    tensor = backend.to_tensor(x) if tensor is None else tensor
    static_size = shapes.size(tensor.shape if isinstance(tensor, (SymbolicTensor, Variable)) else backend.shape(tensor))
    if static_size is not None:
        return static_size
    if isinstance(tensor, SymbolicTensor):
        return SymbolicTensor((), "int32")
    return backend.optional("core.size", "the size of a tensor of unknown shape", "name the sizes")(tensor)


@backend_function
def cast(backend: Backend, x: Operand, dtype: DtypeLike) -> Tensor:
    """The values in another dtype.

    Floats are truncated to integers, casts to bool are ``!= 0``, and complex numbers lose their imaginary part.

    Raises:
        DtypeError: the dtype is unknown, or the framework does not have it.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.cast([1.7, -1.7], "int32"))
        array([ 1, -1], dtype=int32)
    """
    name = dtypes.standardize(dtype)
    if isinstance(x, SymbolicTensor):
        return SymbolicTensor(x.shape, name, sparse=x.sparse)
    if backend.is_sparse(x):
        return sparse_module("conversion").cast_values(backend, sparse_operand(backend, x), backend.check_dtype(name))
    return backend.cast(backend.to_tensor(x), name)


@backend_function
def stop_gradient(backend: Backend, variable: Operand) -> Tensor:
    """The same tensor, treated as a constant in gradients.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.stop_gradient([2.0]))
        array([2.], dtype=float32)
    """
    if isinstance(variable, SymbolicTensor):
        return variable
    stop = backend.kernels.get("transform.stop_gradient")
    if backend.is_sparse(variable):
        conversion, x = sparse_module("conversion"), sparse_operand(backend, variable)
        values = conversion.coordinates(backend, x).values
        return x if stop is None else conversion.with_values(backend, x, stop(values))
    tensor = backend.to_tensor(variable)
    return tensor if stop is None else stop(tensor)


def compute_output_spec(function: Any, *args: Any, **kwargs: Any) -> Any:
    """The shapes and dtypes that a function of tensors would return for these arguments, without computing values.

    Args:
        function: any function written with `ops`.
        *args: its arguments; of tensors and arrays (in nested containers too), only the shape and dtype are used.
        **kwargs: keyword arguments, likewise.

    Returns:
        The function's result, with SymbolicTensors in place of tensors.

    Example:
        >>> import ops
        >>> ops.compute_output_spec(lambda x: ops.sum(x, axis=0), ops.SymbolicTensor((None, 4)))
        SymbolicTensor(shape=(4,), dtype=float32)
    """
    if not callable(function):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
    optree = importlib.import_module("optree")  # late: only this function needs containers
    with scopes.OutlineScope():  # assignments to Variables remain in the scope
        return function(*optree.tree_map(_symbol, args), **optree.tree_map(_symbol, kwargs))


def _symbol(x: Any) -> Any:
    if isinstance(x, SymbolicTensor) or not (isinstance(x, (np.ndarray, Variable)) or is_tensor(x)):
        return x
    return SymbolicTensor(static_sizes(shape(x)), dtype(x), sparse=is_sparse(active.current_backend(), x))


def __dir__() -> list[str]:
    return sorted(__all__)
