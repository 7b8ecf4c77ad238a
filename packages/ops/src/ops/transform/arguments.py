"""Arguments of functions that are differentiated: positions, float tensors in nests, and flat functions of these."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeGuard

import numpy as np

from ops._declaration.recording import without_symbols
from ops._declaration.sparsity import sparse_module
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, UnsupportedError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees
from ops_common.tensors.entries import Entries
from ops_common.tensors.variable import Variable

INEXACT = frozenset(dtypes.INEXACT)


def positions_of(argnums: Any) -> tuple[int, ...]:
    positions = argnums if isinstance(argnums, tuple) else (argnums,)
    if not positions or not all(isinstance(i, int) and not isinstance(i, bool) for i in positions):
        raise ArgumentTypeError(
            f"argnums must be the position of an argument, or a tuple of positions; got {argnums!r}"
        )
    return positions


def check_positions(positions: Sequence[int], args: Sequence[Any]) -> None:
    if not all(-len(args) <= i < len(args) for i in positions):
        raise ArgumentError(f"argnums {[*positions]} are out of range for {len(args)} positional arguments")


def is_symbolic(leaf: Any) -> TypeGuard[SymbolicTensor]:
    return isinstance(leaf, SymbolicTensor)


def is_trainable_symbol(leaf: Any) -> bool:
    return is_symbolic(leaf) and leaf.dtype in INEXACT


def symbols_of(backend: Backend, tree: Any) -> Any:
    """Returns the nest with a SymbolicTensor for each tensor, Variable and float number."""

    def is_value(leaf: Any) -> bool:
        return is_variable(leaf) or _is_number(leaf) or (backend.is_tensor(leaf) and not is_symbolic(leaf))

    values = [x.value if is_variable(x) else backend.to_tensor(x) for x in trees.leaves(tree, is_value)]
    symbols = [SymbolicTensor(backend.shape(x), backend.dtype(x)) for x in values]
    return trees.put(tree, symbols, is_value, keep=True)


def like_symbols(tree: Any) -> Any:
    """Returns the structure of a symbolic gradient: the nest's float tensors, and None elsewhere."""
    return trees.put(tree, trees.leaves(tree, is_trainable_symbol), is_trainable_symbol, keep=False)


def is_variable(leaf: Any) -> bool:
    return isinstance(leaf, Variable)


def values_of(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns the arguments with each Variable replaced by its value."""
    variables = trees.leaves(args, is_variable)
    values = [variable.value for variable in variables]
    return trees.put(args, values, is_variable, keep=True) if variables else args


def _is_number(leaf: Any) -> bool:
    """Returns whether a gradient with respect to a leaf that is no tensor is computed: float numbers and arrays."""
    if isinstance(leaf, (np.ndarray, np.generic)):
        return leaf.dtype.kind in "fc" or leaf.dtype.name in INEXACT
    return isinstance(leaf, (float, complex))


def _is_plain(leaf: Any) -> bool:
    return leaf is None or isinstance(leaf, (bool, int, float, complex, str, bytes, np.ndarray, np.generic))


def points_of(backend: Backend, args: tuple[Any, ...], positions: Sequence[int]) -> tuple[Any, ...]:
    """Returns the arguments with tensors for Variables, and for the numbers and arrays at these positions."""
    values = list(values_of(args))
    for i in positions:
        objects = trees.leaves(values[i], lambda leaf: not _is_plain(leaf) and not backend.is_tensor(leaf))
        if objects and not importlib.import_module("optree").tree_is_leaf(objects[0], none_is_leaf=True):
            raise ArgumentTypeError(
                f"gradients are computed for tensors in tuples, lists and dicts; got {type(objects[0]).__name__}"
            )
        numbers = trees.leaves(values[i], _is_number)
        if numbers:
            tensors = [backend.to_tensor(number) for number in numbers]
            values[i] = trees.put(values[i], tensors, _is_number, keep=True)
    return tuple(values)


class Flat(NamedTuple):
    """A function of nested arguments, flattened to a function of a list of tensors for a backend's transform."""

    chosen: list[Any]  # the arguments to differentiate with respect to
    points: list[Any]  # the float tensors in them
    of_points: Callable[..., tuple[list[Any], list[Any]]]  # returns the tensors of the output and of aux
    results: list[Any]  # (output, aux) of each call, with the transform's tensors
    is_tensor: Callable[[Any], bool]
    is_trainable: Callable[[Any], bool]
    backend: Backend

    def output(self, values: Sequence[Any]) -> Any:
        """Returns the output's structure with these tensors."""
        return trees.put(self.results[-1][0], values, self.is_tensor, keep=True)

    def aux(self, values: Sequence[Any]) -> Any:
        """Returns the structure of aux with these tensors."""
        aux = trees.put(self.results[-1][1], values, self.is_tensor, keep=True)
        if not trees.leaves(aux, lambda leaf: type(leaf) is Entries):
            return aux
        return sparse_module("transforms").stored(self.backend, aux)

    def like_chosen(self, values: Sequence[Any]) -> list[Any]:
        """Returns the structure of the chosen arguments with these values for float tensors, and None elsewhere."""
        return trees.put(self.chosen, values, self.is_trainable, keep=False)


def flattened(
    backend: Backend,
    what: str,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    positions: Sequence[int],
    has_aux: bool,
) -> Flat:
    is_tensor = backend.is_tensor

    def is_trainable(leaf: Any) -> bool:
        return is_tensor(leaf) and backend.dtype(leaf) in INEXACT

    chosen = [args[i] for i in positions]
    if trees.leaves(chosen, backend.is_sparse):
        raise UnsupportedError(
            f"{what} does not differentiate with respect to sparse tensors: use ops.to_dense(x), ops.sparse.values(x), "
            "or ops.value_and_grad"
        )
    args = points_of(backend, args, positions)
    chosen = [args[i] for i in positions]
    results: list[Any] = []

    def of_points(*points: Any) -> tuple[list[Any], list[Any]]:
        actual = list(args)
        for i, arg in zip(positions, trees.put(chosen, points, is_trainable, keep=True), strict=True):
            actual[i] = arg
        result = function(*actual, **kwargs)
        if has_aux and not (isinstance(result, tuple) and len(result) == 2):
            raise ArgumentTypeError(f"with has_aux, {what} needs a function that returns (output, aux)")
        output, aux = result if has_aux else (result, None)
        leaves = trees.leaves(without_symbols(output), is_tensor)
        wrong_dtypes = [backend.dtype(x) for x in leaves if backend.dtype(x) not in INEXACT]
        if wrong_dtypes or not leaves:
            invalid = wrong_dtypes[0] if wrong_dtypes else output
            raise ArgumentTypeError(f"{what} needs a function that returns float tensors; got {invalid}")
        results.append((output, aux))
        return leaves, trees.leaves(aux, is_tensor)

    return Flat(chosen, trees.leaves(chosen, is_trainable), of_points, results, is_tensor, is_trainable, backend)
