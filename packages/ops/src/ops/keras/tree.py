"""Functions of nested structures, like keras.tree: dicts, lists, tuples, named tuples, deques and registered classes.

Dicts are traversed in the order of their sorted keys, an OrderedDict in its own order; results keep the order of the
structure that they are built from. None is a leaf. Subclasses of dict, list and tuple are leaves, unless they are
registered with optree.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from typing import Any

import optree

from ops_common.errors import ArgumentError, ArgumentTypeError

__all__ = [
    "MAP_TO_NONE",
    "assert_same_paths",
    "assert_same_structure",
    "flatten",
    "flatten_with_path",
    "is_nested",
    "lists_to_tuples",
    "map_shape_structure",
    "map_structure",
    "map_structure_up_to",
    "pack_sequence_as",
    "traverse",
]


class MAP_TO_NONE:  # the reference's name
    """The value that a function given to `traverse` returns, the class itself, to put None into the result."""


def _check_callable(func: Any) -> None:
    if not callable(func):
        raise ArgumentTypeError(f"func must be callable; got {func!r}")


def _check_structures(structures: tuple[Any, ...]) -> None:
    if not structures:
        raise ArgumentError("at least one structure must be given")


def is_nested(structure: Any) -> bool:
    """Returns whether this is a container, not a leaf.

    Example:
        >>> from ops.keras import tree
        >>> tree.is_nested([1]), tree.is_nested(None)
        (True, False)
    """
    return not optree.tree_is_leaf(structure, none_is_leaf=True)


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Returns the structure with every part, containers included, replaced by what `func` returns for it.

    Args:
        func: a function of a container or a leaf. It returns the replacement, `MAP_TO_NONE` for None, or None to keep
            the part: then, with ``top_down``, the elements of a container are visited.
        structure: a structure or a leaf.
        top_down: whether a container is visited before its elements. If not, `func` receives containers whose elements
            have been replaced.

    Raises:
        ArgumentTypeError: func is not callable.

    Example:
        >>> from ops.keras import tree
        >>> tree.traverse(lambda x: tuple(x) if isinstance(x, list) else None, [[1], (2, [3])], top_down=False)
        ((1,), (2, (3,)))
    """
    _check_callable(func)

    def elements(part: Any) -> Any:
        if not is_nested(part):
            return part
        return optree.tree_map(visit, part, is_leaf=lambda other: other is not part, none_is_leaf=True)

    def visit(part: Any) -> Any:
        if not top_down:
            part = elements(part)
        replacement = func(part)
        if replacement is None:
            return elements(part) if top_down else part
        return None if replacement is MAP_TO_NONE else replacement

    return visit(structure)


def flatten(structure: Any) -> list[Any]:
    """Returns the leaves as a list.

    Example:
        >>> from ops.keras import tree
        >>> tree.flatten({"b": [1, None], "a": 2})
        [2, 1, None]
    """
    return optree.tree_leaves(structure, none_is_leaf=True)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Returns pairs of a path, a tuple of keys and positions, and the leaf there.

    Example:
        >>> from ops.keras import tree
        >>> tree.flatten_with_path({"a": [1, 2]})
        [(('a', 0), 1), (('a', 1), 2)]
    """
    paths, leaves, _ = optree.tree_flatten_with_path(structure, none_is_leaf=True)
    return list(zip(paths, leaves, strict=True))


def _parts(structure: Any, other: Any, none_is_leaf: bool = True) -> list[Any]:
    """Returns the parts of another structure at the leaves of the first one."""
    spec = optree.tree_structure(structure, none_is_leaf=none_is_leaf)
    try:
        return spec.flatten_up_to(other)
    except ValueError as error:
        raise ArgumentError(f"the structures differ: {error}") from None


def _check_same(structure: Any, other: Any, none_is_leaf: bool = True) -> None:
    for part in _parts(structure, other, none_is_leaf):
        if not optree.tree_is_leaf(part, none_is_leaf=none_is_leaf):
            raise ArgumentError(f"the structures differ: one has a leaf where the other has {part!r}")


def map_structure(func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True) -> Any:
    """Returns the first structure with each leaf replaced by `func` of the leaves of all structures at its place.

    Args:
        func: a function of as many leaves as there are structures.
        *structures: structures of the same containers; see `assert_same_structure`.
        none_is_leaf: whether `func` is called for None. If not, None remains None, and must be in all structures.

    Raises:
        ArgumentTypeError: func is not callable.
        ArgumentError: there is no structure, or they differ.

    Example:
        >>> from ops.keras import tree
        >>> tree.map_structure(lambda x, y: x + y, {"b": 1, "a": (2,)}, {"a": (20,), "b": 10})
        {'b': 11, 'a': (22,)}
    """
    _check_callable(func)
    _check_structures(structures)
    for other in structures[1:]:
        _check_same(structures[0], other, none_is_leaf)
    return optree.tree_map(func, *structures, none_is_leaf=none_is_leaf)


def map_structure_up_to(shallow_structure: Any, func: Callable[..., Any], *structures: Any) -> Any:
    """Returns the shallow structure with each leaf replaced by `func` of the parts of the structures at its place.

    Args:
        shallow_structure: containers with which the structures begin.
        func: a function of as many parts as there are structures. A part may be a container.
        *structures: the structures.

    Raises:
        ArgumentTypeError: func is not callable.
        ArgumentError: there is no structure, or one does not begin with these containers.

    Example:
        >>> from ops.keras import tree
        >>> tree.map_structure_up_to([0, 0], len, [[1, 2], (3,)])
        [2, 1]
    """
    _check_callable(func)
    _check_structures(structures)
    columns = [_parts(shallow_structure, structure) for structure in structures]
    return pack_sequence_as(shallow_structure, [func(*parts) for parts in zip(*columns, strict=True)])


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Raises ArgumentError if the structures differ in their containers.

    The types of containers must be equal, except that dict, OrderedDict and defaultdict may stand for each other. Any
    leaf may stand for any other, None included.

    Args:
        a: a structure.
        b: the other one.
        check_types: deprecated, without effect.

    Example:
        >>> from ops.keras import tree
        >>> tree.assert_same_structure({"a": (1, 2)}, {"a": (3, None)})
    """
    if check_types is not None:
        warnings.warn("check_types is deprecated and has no effect", DeprecationWarning, stacklevel=2)
    _check_same(a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Raises ArgumentError if the paths of the leaves differ: a list, a tuple and a deque count as the same.

    Example:
        >>> from ops.keras import tree
        >>> tree.assert_same_paths([1, (2,)], (3, [4]))
    """
    of_a, of_b = ({path for path, _ in flatten_with_path(structure)} for structure in (a, b))
    if of_a != of_b:
        raise ArgumentError(
            f"the paths of the structures differ: only a has {sorted(of_a - of_b, key=repr)}, "
            f"only b has {sorted(of_b - of_a, key=repr)}"
        )


def pack_sequence_as(structure: Any, flat_sequence: Iterable[Any]) -> Any:
    """Returns the structure with its leaves replaced by those of a sequence: the inverse of `flatten`.

    Raises:
        ArgumentTypeError: flat_sequence is not iterable.
        ArgumentError: it does not have as many items as the structure has leaves.

    Example:
        >>> from ops.keras import tree
        >>> tree.pack_sequence_as({"b": 0, "a": [0]}, [1, 2])
        {'b': 2, 'a': [1]}
    """
    try:
        leaves = list(flat_sequence)
    except TypeError:
        raise ArgumentTypeError(f"flat_sequence must be a sequence; got {type(flat_sequence).__name__}") from None
    spec = optree.tree_structure(structure, none_is_leaf=True)
    if len(leaves) != spec.num_leaves:
        raise ArgumentError(f"flat_sequence must have {spec.num_leaves} items for this structure; got {len(leaves)}")
    return optree.tree_unflatten(spec, leaves)


def lists_to_tuples(structure: Any) -> Any:
    """Returns the structure with lists replaced by tuples.

    Example:
        >>> from ops.keras import tree
        >>> tree.lists_to_tuples([1, {"a": [2, 3]}])
        (1, {'a': (2, 3)})
    """
    return traverse(lambda part: tuple(part) if isinstance(part, list) else None, structure, top_down=False)


def map_shape_structure(func: Callable[[Any], Any], structure: Any) -> Any:
    """Returns the structure with each shape, a tuple or list of ints and None, replaced by what `func` returns for it.

    Example:
        >>> from ops.keras import tree
        >>> tree.map_shape_structure(len, [(2, None), {"a": (3,)}])
        [2, {'a': 1}]
    """
    _check_callable(func)

    def is_shape(part: Any) -> bool:
        return isinstance(part, (list, tuple)) and all(size is None or isinstance(size, int) for size in part)

    return optree.tree_map(func, structure, is_leaf=is_shape, none_is_leaf=True)


def __dir__() -> list[str]:
    return sorted(__all__)
