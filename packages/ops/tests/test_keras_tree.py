"""`ops.keras.tree`: expected results and errors are those of keras.tree 3.15.1, written down as facts."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque, namedtuple
from typing import Any

import pytest

import ops
from ops.keras import tree

Point = namedtuple("Point", "x y")
Other = namedtuple("Other", "x y")


class List(list[Any]):
    pass


ORDERED = OrderedDict([("b", 1), ("a", 2)])
REVERSED = OrderedDict([("a", 1), ("b", 2)])
# Structures, with their leaves and paths.
STRUCTURES: list[tuple[Any, list[Any], list[Any]]] = [
    ({"b": 1, "a": 2}, [2, 1], [("a",), ("b",)]),
    (ORDERED, [1, 2], [("b",), ("a",)]),
    (defaultdict(list, {"b": 1, "a": [2]}), [2, 1], [("a", 0), ("b",)]),
    (Point(1, [2]), [1, 2], [(0,), (1, 0)]),
    ([1, (2, None)], [1, 2, None], [(0,), (1, 0), (1, 1)]),
    (None, [None], [()]),
    ((), [], []),
    ({}, [], []),
    ("abc", ["abc"], [()]),
    (deque([1, 2]), [1, 2], [(0,), (1,)]),
    (List([1]), [List([1])], [()]),
    ({1}, [{1}], [()]),
    ({"b": 1, 2: 3}, [3, 1], [(2,), ("b",)]),
    ([{"z": 0, "y": [1, {"x": 2}]}, (3,)], [1, 2, 0, 3], [(0, "y", 0), (0, "y", 1, "x"), (0, "z"), (1, 0)]),
]
# Pairs of structures: whether they have the same containers, and whether they have the same paths.
PAIRS: list[tuple[Any, Any, bool, bool]] = [
    ([1, 2], [3, 4], True, True),
    ([1, 2], (3, 4), False, True),
    ([1, 2], [3], False, False),
    ([1, 2], [3, [4]], False, False),
    ([1, [4]], [3, 4], False, False),
    ({"a": 1}, {"b": 1}, False, False),
    ({"a": 1, "b": 2}, {"b": 1, "a": 2}, True, True),
    ({"a": 1}, OrderedDict(a=1), True, True),
    (REVERSED, ORDERED, True, True),
    (Point(1, 2), (1, 2), False, True),
    (Point(1, 2), Other(1, 2), False, True),
    (None, 1, True, True),
    (None, [1], False, False),
    ([None], [1], True, True),
    ([1], 1, False, False),
    (1, [1], False, False),
    (List([1]), [1], False, False),
    (defaultdict(list, a=1), {"a": 1}, True, True),
    ([], (), False, True),
    ([[]], [()], False, True),
    ({}, [], False, True),
    (deque([1]), deque([2], 3), True, True),
    (deque([1]), [1], False, True),
    ((1, (2, 3)), (1, 2), False, False),
]


@pytest.mark.parametrize(("structure", "leaves", "paths"), STRUCTURES, ids=repr)
def test_flatten_and_pack(structure: Any, leaves: list[Any], paths: list[Any]) -> None:
    assert tree.flatten(structure) == leaves
    assert tree.flatten_with_path(structure) == list(zip(paths, leaves, strict=True))
    assert tree.is_nested(structure) == (paths != [()])
    packed = tree.pack_sequence_as(structure, iter(leaves))
    mapped = tree.map_structure(lambda leaf: leaf, structure)
    for result in (packed, mapped, tree.traverse(lambda part: None, structure)):
        assert type(result) is type(structure)
        assert result == structure
        if isinstance(structure, dict):
            assert list(result) == list(structure)
    with pytest.raises(ops.ArgumentError, match="items"):
        tree.pack_sequence_as(structure, [*leaves, 0])


@pytest.mark.parametrize(("a", "b", "same", "same_paths"), PAIRS, ids=repr)
def test_structures_are_compared(a: Any, b: Any, same: bool, same_paths: bool) -> None:
    for check, holds in ((tree.assert_same_structure, same), (tree.assert_same_paths, same_paths)):
        if holds:
            check(a, b)
        else:
            with pytest.raises(ops.ArgumentError, match="differ"):
                check(a, b)
    if same:
        pairs = tree.flatten(tree.map_structure(lambda x, y: [(x, y)], a, b))
        assert pairs == [leaf for pair in zip(tree.flatten(a), _in_order(a, b), strict=True) for leaf in pair]
    else:
        with pytest.raises(ops.ArgumentError, match="differ"):
            tree.map_structure(lambda x, y: (x, y), a, b)


def _in_order(a: Any, b: Any) -> list[Any]:
    """Returns the leaves of b in the order of a's keys."""
    return [b[key] for key in a] if isinstance(a, OrderedDict) else tree.flatten(b)


def test_traverse_visits_containers_before_or_after_their_elements() -> None:
    structure = [1, {"b": (2,), "a": 3}]
    visited: list[Any] = []
    tree.traverse(visited.append, structure)
    assert visited == [structure, 1, structure[1], 3, (2,), 2]
    visited.clear()
    tree.traverse(visited.append, structure, top_down=False)
    assert visited == [1, 3, 2, (2,), structure[1], structure]


def test_traverse_replaces() -> None:
    def to_tuple(part: Any) -> Any:
        return tuple(part) if isinstance(part, list) else None

    assert tree.traverse(to_tuple, [1, [2]]) == (1, [2])
    assert tree.traverse(to_tuple, [1, [2]], top_down=False) == (1, (2,))
    for top_down in (True, False):
        result = tree.traverse(lambda x: tree.MAP_TO_NONE if x == 1 else None, [1, (1, 2)], top_down)
        assert result == [None, (None, 2)]


def test_none_is_a_leaf_on_request() -> None:
    structure = [1, None, {"a": None}]
    assert tree.map_structure(lambda x: ("v", x), structure) == [("v", 1), ("v", None), {"a": ("v", None)}]
    assert tree.map_structure(lambda x: ("v", x), structure, none_is_leaf=False) == [("v", 1), None, {"a": None}]
    for other in ([2, 3], [2, (3,)]):
        with pytest.raises(ops.ArgumentError, match="differ"):
            tree.map_structure(lambda x, y: (x, y), [1, None], other, none_is_leaf=False)
    with pytest.raises(ops.ArgumentError, match="differ"):
        tree.map_structure(lambda x, y: (x, y), [1, 2], [1, None], none_is_leaf=False)


def test_map_up_to_a_shallow_structure() -> None:
    assert tree.map_structure_up_to([0, 0], lambda x, y: (x, y), [[1, 2], [3]], [5, 6]) == [([1, 2], 5), ([3], 6)]
    assert tree.map_structure_up_to({"a": 0}, lambda x: x, {"a": [1]}) == {"a": [1]}
    assert tree.map_structure_up_to([None, 0], lambda x: x, [[1, 2], 3]) == [[1, 2], 3]
    for wrong in ({"b": [1]}, [1], 1):
        with pytest.raises(ops.ArgumentError, match="differ"):
            tree.map_structure_up_to({"a": 0}, lambda x: x, wrong)


@pytest.mark.parametrize(
    ("structure", "expected"),
    [
        ((1, 2), 2),
        ([(1, 2), (3,)], [2, 1]),
        ({"a": (1, None)}, {"a": 2}),
        ((None, 2), 2),
        ((), 0),
        ([[1, 2], [3, 4]], [2, 2]),
        (Point(1, 2), 2),
    ],
    ids=repr,
)
def test_shapes_are_leaves(structure: Any, expected: Any) -> None:
    assert tree.map_shape_structure(len, structure) == expected


def test_lists_to_tuples() -> None:
    assert tree.lists_to_tuples({"a": [1, [2]], "b": Point(1, [2])}) == {"a": (1, (2,)), "b": Point(1, (2,))}


@pytest.mark.parametrize("name", ["traverse", "map_structure", "map_shape_structure"])
def test_functions_must_be_callable(name: str) -> None:
    with pytest.raises(ops.ArgumentTypeError, match="callable"):
        getattr(tree, name)(3, [1])


def test_other_errors() -> None:
    for call in (lambda: tree.map_structure(len), lambda: tree.map_structure_up_to([0], len)):
        with pytest.raises(ops.ArgumentError, match="at least one structure"):
            call()
    with pytest.raises(ops.ArgumentTypeError, match="must be a sequence"):
        tree.pack_sequence_as([1], 3)  # pyright: ignore[reportArgumentType]
    with pytest.warns(DeprecationWarning, match="check_types"):
        tree.assert_same_structure([1], [1], check_types=True)


def test_tensors_and_variables_are_leaves(backend: str) -> None:
    structure = {"w": ops.Variable(1.0), "x": [ops.ones((2,))]}
    result = tree.map_structure(lambda leaf: ops.shape(leaf), structure)
    assert result == {"w": (), "x": [(2,)]}
