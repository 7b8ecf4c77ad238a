"""Flattening and rebuilding of nested containers (dicts, lists, tuples) in plain Python, which compilers that trace
Python code support; elsewhere optree does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any


def is_leaf(leaf: Any) -> bool:
    """Returns whether it is a leaf: None is an empty container."""
    return leaf is not None


def leaves(tree: Any, which: Callable[[Any], bool]) -> list[Any]:
    """Returns the selected leaves, in the order in which `put` sets them."""
    if isinstance(tree, dict):
        tree = list(tree.values())
    if isinstance(tree, (list, tuple)):
        return [leaf for item in tree for leaf in leaves(item, which)]
    return [tree] if which(tree) else []


def put(tree: Any, values: Iterable[Any], which: Callable[[Any], bool], keep: bool) -> Any:
    """Returns the container with these values for the selected leaves; other leaves are kept, or become None."""
    return _put(tree, iter(values), which, keep)


def _put(tree: Any, values: Iterator[Any], which: Callable[[Any], bool], keep: bool) -> Any:
    if isinstance(tree, dict):
        return {key: _put(value, values, which, keep) for key, value in tree.items()}
    if isinstance(tree, list):
        return [_put(value, values, which, keep) for value in tree]
    if isinstance(tree, tuple):
        items = [_put(value, values, which, keep) for value in tree]
        return type(tree)(*items) if hasattr(tree, "_fields") else tuple(items)
    return next(values) if which(tree) else tree if keep else None
