"""Sparse tensors among the arguments of transformed functions."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from ops.autodiff.tape import primal
from ops.sparse.conversion import (
    Coordinates,
    coalesced,
    coordinates,
    differentiating,
    from_coordinates,
    own,
    with_values,
)
from ops_common.errors import UnsupportedError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend
from ops_common.tensors import trees
from ops_common.tensors.entries import Entries


def mapped(change: Callable[[Any, Any], Any], tree: Any, other: Any, which: Callable[[Any], bool]) -> Any:
    """Returns a nest with ``change(leaf, other's leaf)`` in place of the selected leaves of a tree, and other's leaves
    elsewhere."""
    if which(tree):
        return change(tree, other)
    if isinstance(tree, dict):
        items: dict[Any, Any] = tree
        return {key: mapped(change, value, other[key], which) for key, value in items.items()}
    if isinstance(tree, (list, tuple)):
        found = [mapped(change, x, y, which) for x, y in zip(tree, other, strict=True)]  # pyright: ignore[reportUnknownArgumentType]
        return type(tree)(*found) if hasattr(tree, "_fields") else type(tree)(found)  # pyright: ignore[reportUnknownVariableType]
    return other


def of_values(
    backend: Backend, function: Callable[..., Any], args: tuple[Any, ...], positions: Sequence[int]
) -> tuple[Callable[..., Any], tuple[Any, ...], Callable[[int, Any], Any]]:
    """Returns what `value_and_grad` differentiates in place of a function of sparse tensors.

    Returns:
        A function of the values of the sparse tensors at these positions, its arguments, and a function that makes a
        gradient with respect to an argument of the one with respect to the values.
    """
    chosen = {i % len(args) for i in positions}

    if backend.name == "openvino":
        raise UnsupportedError(
            "gradients of sparse tensors are not available on openvino, only on jax, tensorflow, torch and numpy: "
            "use ops.to_dense"
        )
    is_point = backend.is_sparse

    points = [
        mapped(lambda leaf, _: coalesced(backend, own(backend, leaf)), arg, arg, is_point) if i in chosen else arg
        for i, arg in enumerate(args)
    ]
    values = [
        mapped(lambda leaf, _: coordinates(backend, leaf).values, arg, arg, is_point) if i in chosen else arg
        for i, arg in enumerate(points)
    ]

    def put(leaf: Any, value: Any) -> Any:
        return with_values(active.current_backend(), leaf, value)

    def call(*args: Any, **kwargs: Any) -> Any:
        if backend.is_traced():  # torch's compiler cannot read the variable, and has no sparse tensors
            return function(*whole(args), **kwargs)
        token = differentiating.set(True)
        try:
            return function(*whole(args), **kwargs)
        finally:
            differentiating.reset(token)

    def whole(args: tuple[Any, ...]) -> list[Any]:
        return [
            mapped(put, point, arg, is_point) if i in chosen else arg
            for i, (point, arg) in enumerate(zip(points, args, strict=True))
        ]

    def gradient(position: int, found: Any) -> Any:
        def like(leaf: Any, value: Any) -> Any:
            return None if value is None else with_values(backend, leaf, value)  # integers have no gradient

        return mapped(like, points[position], found, is_point)

    return call, tuple(values), gradient


def stored(backend: Backend, tree: Any) -> Any:
    """Returns a nest with the framework's sparse tensors for those of a function that was called for its gradient."""
    entries = [] if backend.is_traced() or differentiating.get() else trees.leaves(tree, _is_entries)
    if not entries:
        return tree
    if backend.records:  # the form that holds sparse tensors
        backend = registry.load(backend.name)
    stop = backend.kernels.get("transform.stop_gradient", primal)
    found = [
        from_coordinates(backend, Coordinates(x.indices, stop(primal(x.values)), x.shape, x.canonical)) for x in entries
    ]
    return trees.put(tree, found, _is_entries, keep=True)


def _is_entries(leaf: Any) -> bool:
    return type(leaf) is Entries


_MARK = "ops.sparse"


def packed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function for a compiler without sparse tensors: arguments and results are coordinates and values."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs = unpacked((args, kwargs), Entries)
        return pack(function(*args, **kwargs), lambda leaf: type(leaf) is Entries, lambda leaf: leaf)

    return call


def pack(tree: Any, which: Callable[[Any], bool], entries_of: Callable[[Any], Any]) -> Any:
    """Returns a nest with a dict of tensors and numbers in place of each sparse tensor."""
    if which(tree):
        x = entries_of(tree)
        return {_MARK: [x.indices, x.values], "shape": tuple(x.shape), "canonical": x.canonical}
    if isinstance(tree, dict):
        return {key: pack(value, which, entries_of) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        found = [pack(item, which, entries_of) for item in tree]
        if isinstance(tree, list):
            return found
        return type(tree)(*found) if hasattr(tree, "_fields") else tuple(found)
    return tree


def unpacked(tree: Any, make: Callable[..., Any]) -> Any:
    """Returns a nest with ``make(indices, values, shape, canonical)`` in place of what `pack` put there."""
    if isinstance(tree, dict):
        if _MARK in tree:
            indices, values = tree[_MARK]
            return make(indices, values, tree["shape"], tree["canonical"])
        return {key: unpacked(value, make) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        found = [unpacked(item, make) for item in tree]
        if isinstance(tree, list):
            return found
        return type(tree)(*found) if hasattr(tree, "_fields") else tuple(found)
    return tree


def call_packed(backend: Backend, compiled: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Returns the result of a function that was compiled of `packed`."""

    def make(indices: Any, values: Any, shape: tuple[int, ...], canonical: bool) -> Any:
        return from_coordinates(backend, Coordinates(indices, values, tuple(shape), canonical))

    args, kwargs = pack((args, kwargs), backend.is_sparse, lambda leaf: coordinates(backend, own(backend, leaf)))
    return unpacked(compiled(*args, **kwargs), make)
