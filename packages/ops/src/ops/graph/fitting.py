"""Arguments of graphs: whether they have the structure, shapes and dtypes of the inputs, and constants as tensors of a
backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import optree

from ops._declaration.sparsity import sparse_operand
from ops.core import to_backend
from ops.graph.structure import Ref, Registered, TensorSpec
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, owner, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


def matched(pattern: Any, value: Any, what: str) -> list[Any]:
    """Returns the values in place of the pattern's tensors; raises ArgumentTypeError if the structure differs."""
    if isinstance(pattern, Ref):
        return [value]
    if isinstance(pattern, (list, tuple)):
        items: Sequence[Any] = pattern  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, (list, tuple)) or len(value) != len(items):  # pyright: ignore[reportUnknownArgumentType]
            raise ArgumentTypeError(f"{what} must have the structure {_structure(items)}; got {short(value)}")
        pairs = list(zip(items, value, strict=True))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return [leaf for part, item in pairs for leaf in matched(part, item, what)]
    if isinstance(pattern, dict):
        keys: dict[Any, Any] = pattern  # pyright: ignore[reportUnknownVariableType]
        if not isinstance(value, Mapping) or value.keys() != keys.keys():
            raise ArgumentTypeError(
                f"{what} must have the keys {', '.join(map(str, keys)) or 'none'}; got {short(value)}"
            )
        return [leaf for key, part in keys.items() for leaf in matched(part, value[key], what)]
    if isinstance(pattern, Registered):
        return _matched_container(pattern, value, what)
    if type(pattern) is not type(value) or not (pattern is value or pattern == value):
        raise ArgumentError(f"{what} must be as in the recorded call, {short(pattern)}; got {short(value)}")
    return []


def _matched_container(pattern: Registered, value: Any, what: str) -> list[Any]:
    if type(value) is not pattern.kind:
        raise ArgumentTypeError(f"{what} must have the structure {_structure(pattern)}; got {short(value)}")
    items, metadata = optree.tree_flatten_one_level(value, none_is_leaf=True)[:2]
    if len(items) != len(pattern.items) or metadata != pattern.metadata:
        raise ArgumentTypeError(
            f"{what} must be a {pattern.kind.__name__} like that of the recorded call; got {short(value)}"
        )
    return [leaf for part, item in zip(pattern.items, items, strict=True) for leaf in matched(part, item, what)]


def _structure(pattern: Any) -> str:
    if isinstance(pattern, Ref):
        return "tensor"
    if isinstance(pattern, Registered):
        return f"{pattern.kind.__name__}{_structure(pattern.items)}"
    if isinstance(pattern, (list, tuple)):
        return f"({', '.join(_structure(item) for item in pattern)})"  # pyright: ignore[reportUnknownVariableType]
    if isinstance(pattern, dict):
        return f"{{{', '.join(f'{key}: {_structure(item)}' for key, item in pattern.items())}}}"  # pyright: ignore[reportUnknownVariableType]
    return repr(pattern)


def fitting(backend: Backend, value: Any, spec: TensorSpec, what: str, exact: bool = False) -> Any:
    """Returns a value as a tensor of this shape and dtype; raises an error if it does not have them."""
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, SymbolicTensor):
        shape, dtype = value.shape, value.dtype
    elif backend.is_sparse(value):
        value = sparse_operand(backend, value)
        shape, dtype = backend.bound.core__static_shape(value), backend.bound.core_dtype(value)
    else:
        is_plain = isinstance(value, (bool, int, float, complex, list, tuple))
        value = backend.to_tensor(value, spec.dtype if is_plain else None)
        shape, dtype = backend.shape(value), backend.dtype(value)
    if dtype != spec.dtype:
        raise DtypeError(f"{what} has dtype {dtype}; the graph was recorded for {spec.dtype}: convert it with ops.cast")
    fits = len(shape) == len(spec.shape) and all(
        n == m or m is None or (n is None and not exact) for n, m in zip(shape, spec.shape, strict=True)
    )
    if not fits:
        raise ShapeError(f"{what} has shape {shape}; the graph was recorded for {spec.shape}")
    return value


def spec_of(value: Any) -> TensorSpec:
    """Returns the spec of a constant: a tensor of any backend, or a NumPy array."""
    backend = backend_of(value)
    tensor = value if backend.is_tensor(value) else backend.to_tensor(value)
    return TensorSpec(backend.shape(tensor), backend.dtype(tensor))


def backend_of(value: Any) -> Backend:
    name = owner(value)
    return active.current_backend() if name is None else registry.load(name)


def snapshot(value: Any, with_gradient: bool = False) -> Any:
    """Returns a copy of an array or tensor that can change in place, so that later changes have no effect; any other
    value itself.

    Args:
        value: a tensor of any backend, or a NumPy array.
        with_gradient: whether a gradient that is being computed takes the copy for the value itself.
    """
    if isinstance(value, np.ndarray):
        return value.copy()
    if not hasattr(type(value), "__iadd__"):  # where `x += 1` makes a new tensor, no operation changes one
        return value
    kernels = backend_of(value).kernels
    return kernels["creation.copy"](value if with_gradient else kernels["transform.stop_gradient"](value))


def moved(backend: Backend, value: Any, spec: TensorSpec) -> Any:
    if backend.is_tensor(value):
        return value
    name = owner(value)
    if name is None or name == backend.name:
        return backend.to_tensor(value)
    return to_backend(value, backend.name)
