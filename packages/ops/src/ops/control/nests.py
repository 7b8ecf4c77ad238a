"""Nests of tensors and numbers: the arguments and results of the functions that control flow calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration import operands
from ops._declaration.recording import without_symbols
from ops_common.errors import ArgumentError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees


def leaves_of(tree: Any) -> list[Any]:
    return trees.leaves(tree, trees.is_leaf)


def with_leaves(tree: Any, values: Sequence[Any]) -> Any:
    return trees.put(tree, values, trees.is_leaf, keep=True)


def tensor_of(backend: Backend, value: Any) -> Any:
    if isinstance(value, SymbolicTensor):
        return value
    if backend.dense_layout is not None and backend.is_sparse(value):  # of the type of dense tensors
        raise backend.reject(value)
    return backend.to_tensor(value)


def tensors_of(backend: Backend, tree: Any) -> Any:
    """Returns the nest with its leaves converted to tensors."""
    return with_leaves(tree, [tensor_of(backend, leaf) for leaf in leaves_of(tree)])


def values_of(backend: Backend, tree: Any) -> Any:
    """Returns what a function of the user's returned for tensors with values, with its leaves converted to tensors; see
    `without_symbols`."""
    return tensors_of(backend, without_symbols(tree))


def any_traced(backend: Backend, tree: Any) -> bool:
    is_traced = backend.kernels.get("control.is_traced")
    return is_traced is not None and is_traced([leaf for leaf in leaves_of(tree) if backend.is_tensor(leaf)])


def is_differentiated(backend: Backend, tree: Any) -> bool:
    """Returns whether a transform traces tensors that have values, as jax.grad does; lax.while_loop has no gradient."""
    exact = backend.exact_types
    return any(type(leaf) not in exact for leaf in leaves_of(tree)) and not any_traced(backend, tree)


def run_kernel(backend: Backend, kernel: str, tree: Any, *arguments: Any) -> Any:
    fast = all(backend.dtype(leaf) in backend.fast_dtypes for leaf in leaves_of(tree) if backend.is_tensor(leaf))
    return backend.run(kernel, fast, *arguments)


def spec_of(backend: Backend, x: Any) -> SymbolicTensor:
    return operands.spec_of(backend, tensor_of(backend, x))


def carried_spec(backend: Backend, start: Any, after: Any) -> Any:
    """Returns the symbolic value of a loop's variables after a step: a size that is unknown at the start is that after
    the step, and one that changes is unknown."""
    specs = [spec_of(backend, leaf) for leaf in leaves_of(after)]
    pairs = zip([spec_of(backend, leaf) for leaf in leaves_of(start)], specs, strict=False)
    filled = [
        SymbolicTensor([m if n is None else n for n, m in zip(x.shape, y.shape, strict=True)], x.dtype)
        if len(x.shape) == len(y.shape)
        else x
        for x, y in pairs
    ]
    return joint_spec(backend, [with_leaves(start, filled), after])


def joint_spec(backend: Backend, outputs: list[Any]) -> Any:
    """Returns the symbolic output of branches, whose outputs must have the same structure, dtypes and ranks."""
    specs = [[spec_of(backend, leaf) for leaf in leaves_of(output)] for output in outputs]
    kinds = [[(spec.dtype, len(spec.shape)) for spec in branch_specs] for branch_specs in specs]
    if any(kind != kinds[0] for kind in kinds[1:]):
        raise ArgumentError(f"branches must return tensors of the same dtypes and ranks; got {specs}")
    joined: list[SymbolicTensor] = []
    for own in zip(*specs, strict=True):
        sizes = zip(*(spec.shape for spec in own), strict=True)
        joined.append(SymbolicTensor([dims[0] if len(set(dims)) == 1 else None for dims in sizes], own[0].dtype))
    return with_leaves(outputs[0], joined)
