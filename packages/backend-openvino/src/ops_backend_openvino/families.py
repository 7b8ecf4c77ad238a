"""Families of shapes: signatures that differ only in sizes, for which one model with dynamic sizes is compiled."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import openvino as ov

Shape = tuple[int, ...]
Sizes = tuple[tuple[int | None, ...], ...]

# A sum along an axis that is longer than this takes several steps.
LONG_SIZE = 1 << 14
# How many shapes of a family are compiled one by one before a model with dynamic sizes is.
FEW = 3


class Family:
    """The shapes of one signature, apart from sizes, and the models with dynamic sizes that compute them.

    A model computes the shapes of one kind: those that need the same graph and the same properties of a model.

    Args:
        few: how many shapes are compiled one by one; None for all of them.
    """

    __slots__ = ("_count", "_entries", "_few", "_seen")

    def __init__(self, few: int | None) -> None:
        self._few = few
        self._count = 0
        self._seen: Sizes | None = None  # the sizes so far, with None for those that differ
        self._entries: dict[Hashable, tuple[Sizes, Any]] = {}  # by kind

    def find(self, shapes: Sequence[Shape], kind: Hashable = None) -> Any:
        """Returns the entry with dynamic sizes if it computes these shapes; else None."""
        sizes, entry = self._entries.get(kind, (None, None))
        return entry if sizes is not None and sizes == _merged(sizes, shapes) else None

    def dynamic(self, shapes: Sequence[Shape], keep_ones: bool = False) -> Sizes | None:
        """Returns the sizes for which to compile a model of these shapes, with None for dynamic ones; None if it is to
        be compiled for the shapes themselves.

        Args:
            shapes: the shapes.
            keep_ones: whether sizes of 1 are never dynamic, as a function may broadcast them. The kind of an entry must
                then say which sizes are 1.
        """
        if self._few is None or self._count < self._few or self._seen is None:
            return None
        sizes = _merged(self._seen, shapes)
        if keep_ones:
            sizes = tuple(tuple(1 if n == 1 else a for a, n in zip(*pair, strict=True)) for pair in zip(sizes, shapes))  # noqa: B905
        return sizes if any(None in each for each in sizes) else None

    def add(self, shapes: Sequence[Shape]) -> None:
        """Adds shapes for which a model was compiled."""
        self._seen = _merged(tuple(shapes) if self._seen is None else self._seen, shapes)
        self._count += 1

    def sizes(self, kind: Hashable) -> Sizes:
        """Returns the sizes of the entry with this kind."""
        return self._entries[kind][0]

    def keep(self, sizes: Sizes, entry: Any, kind: Hashable = None) -> None:
        """Keeps the entry that was compiled for sizes that `dynamic` returned."""
        self._entries[kind] = sizes, entry

    def give_up(self) -> None:
        """Compiles later shapes one by one: the function does not support dynamic sizes."""
        self._few = None

    def drop(self, is_evicted: Callable[[Any], bool]) -> None:
        """Drops the entries that were evicted."""
        for kind, (_, entry) in list(self._entries.items()):
            if is_evicted(entry):
                del self._entries[kind]


class Numbers(Family):
    """A family of shapes whose signature also leaves out the float arguments, which vary.

    Args:
        few: as for a `Family`.
        few_numbers: for how many values of the arguments models are compiled one by one.
    """

    __slots__ = ("_earlier", "_few_numbers", "_values")

    def __init__(self, few: int | None, few_numbers: int | None) -> None:
        super().__init__(few)
        self._few_numbers = few_numbers
        self._values: set[str] = set()
        self._earlier: list[float] = []

    def vary(self, numbers: list[float]) -> bool:
        """Returns whether these and earlier values are too many to compile a model for each."""
        if self._few_numbers is None:
            return False
        if len(self._values) <= self._few_numbers:
            if len(self._values) < self._few_numbers:
                self._earlier = numbers
            self._values.add(repr(numbers))
        return len(self._values) > self._few_numbers

    def give_up(self) -> None:
        """Compiles models for later values one by one."""
        self._few_numbers = None

    def with_earlier(self, leaves: Sequence[Any]) -> list[Any]:
        """Returns arguments with earlier values of the float ones."""
        numbers = iter(self._earlier)
        return [next(numbers) if type(leaf) is float else leaf for leaf in leaves]


def _merged(sizes: Sizes, shapes: Sequence[Shape]) -> Sizes:
    """Returns the sizes, with None for those that differ from the shapes."""
    return tuple(
        tuple(a if a == b else None for a, b in zip(known, shape, strict=True))
        for known, shape in zip(sizes, shapes, strict=True)
    )


def partial_shape(sizes: Sequence[int | None], shape: Shape = (), least: int = 0) -> ov.PartialShape:
    """Returns sizes as OpenVINO has them; None is a dynamic one.

    With the shape of a tensor, the bounds of dynamic sizes say whether they are longer than `LONG_SIZE`. ``least`` is
    the lower bound of the others.
    """
    if not shape:
        return ov.PartialShape([ov.Dimension(least, -1) if size is None else size for size in sizes])
    return ov.PartialShape([
        size
        if size is not None
        else ov.Dimension(LONG_SIZE + 1, -1)
        if n > LONG_SIZE
        else ov.Dimension(max(least, 1), LONG_SIZE)
        for size, n in zip(sizes, shape, strict=True)
    ])  # fmt: skip


def long_axes(shape: Shape) -> tuple[bool, ...]:
    """Returns which axes are longer than `LONG_SIZE`."""
    return tuple(size > LONG_SIZE for size in shape)


def ones(shape: Shape) -> tuple[bool, ...]:
    """Returns which axes have size 1."""
    return tuple(size == 1 for size in shape)


def drop_bounds(parameters: Sequence[Any]) -> None:
    """Makes the dynamic sizes of parameters unbounded: the plug-in would allocate memory for the upper bounds."""
    for parameter in parameters:
        shape = parameter.get_partial_shape()
        if shape.is_dynamic:
            parameter.set_partial_shape(partial_shape([n.get_length() if n.is_static else None for n in shape]))
