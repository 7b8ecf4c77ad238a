"""Symbolic calls with unknown sizes: which sizes of an op's result depend on which sizes of its operands.

A *cell* is a sample of a record and some axes of its operands, whose sizes are replaced by None. The op is called
eagerly with other sizes of these axes. A size of the result that changes must be None in the symbolic result, and one
that never changes must be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

import ops
from ops_common import dtypes
from ops_common.testing import Sample

Place = tuple[int, int]  # an operand and one of its axes
Axes = tuple[Place, ...]
Spec = tuple[tuple[int | None, ...], str]  # a shape and a dtype


def cells(arrays: Sequence[Any]) -> Iterator[Axes]:
    """Yields the axes to replace by None: each one, all those of the same size, all those of an operand, and all."""
    places = [(i, axis) for i, x in enumerate(arrays) for axis in range(x.ndim)]
    groups: list[Axes] = [(place,) for place in places]
    for size in sorted({arrays[i].shape[axis] for i, axis in places}):
        groups.append(tuple((i, axis) for i, axis in places if arrays[i].shape[axis] == size))
    for operand in range(len(arrays)):
        groups.append(tuple(place for place in places if place[0] == operand))
    groups.append(tuple(places))
    yield from dict.fromkeys(group for group in groups if group)


def _resized(x: Any, axis: int, size: int) -> Any:
    """Returns the array with its elements along an axis repeated, or cut off, to the given size."""
    if not x.shape[axis]:
        return np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    return np.take(x, np.arange(size) % x.shape[axis], axis)


def _assignments(arrays: Sequence[Any], axes: Axes) -> Iterator[dict[Place, int]]:
    """Yields other sizes of the axes: of one of them, of those of the same size, of those of an operand, or of all."""
    groups: list[Axes] = [(place,) for place in axes]
    for size in {arrays[i].shape[axis] for i, axis in axes}:
        groups.append(tuple((i, axis) for i, axis in axes if arrays[i].shape[axis] == size))
    for operand in {i for i, _ in axes}:
        groups.append(tuple(place for place in axes if place[0] == operand))
    groups.append(axes)
    for group in dict.fromkeys(groups):
        for change in (lambda n: n + 1, lambda n: n + 2, lambda n: n + 10, lambda n: 2 * n, lambda n: 3 * n, lambda n: n - 1, lambda _: 1, lambda _: 0):
            sizes = {(i, axis): change(arrays[i].shape[axis]) for i, axis in group}
            if all(size >= 0 for size in sizes.values()):
                yield sizes


def specs(result: Any) -> list[Spec]:
    """Returns the shapes and dtypes of the tensors of a result, which may be nested."""
    if isinstance(result, (list, tuple)):
        return [spec for item in result for spec in specs(item)]
    return [(tuple(ops.shape(result)), ops.dtype(result))]


class Eager:
    """The shapes and dtypes of eager results of one sample, by the sizes of its operands.

    Args:
        function: the op.
        arrays: the sample's arrays.
        put: a function that returns the sample's arguments with other values in the arrays' places.
        convert: applied to each array before the call.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        arrays: Sequence[Any],
        put: Callable[[Sequence[Any]], tuple[list[Any], dict[str, Any]]],
        convert: Callable[[Any], Any] = lambda x: x,
    ) -> None:
        self.function, self.arrays, self.put, self.convert = function, arrays, put, convert
        self._cache: dict[Any, list[Spec] | None | str] = {}

    def result(self, sizes: dict[Place, int]) -> list[Spec] | None | str:
        """Returns the specs at these sizes; None if they do not fit together, or the words of another error."""
        key = tuple(tuple(sizes.get((i, a), n) for a, n in enumerate(x.shape)) for i, x in enumerate(self.arrays))
        if key not in self._cache:
            self._cache[key] = self._compute(sizes)
        return self._cache[key]

    def _compute(self, sizes: dict[Place, int]) -> list[Spec] | None | str:
        arrays = list(self.arrays)
        for (i, axis), size in sizes.items():
            arrays[i] = _resized(arrays[i], axis, size)
        args, kwargs = self.put([self.convert(x) for x in arrays])
        try:
            return specs(self.function(*args, **kwargs))
        except (ops.ShapeError, ops.AxisError, ops.ArgumentError, ops.ArgumentTypeError):
            return None
        except Exception as error:  # of the values that were repeated, for example a matrix that is now singular
            return None if 0 in sizes.values() else f"{type(error).__name__}: {error}"


def expected(eager: Eager, axes: Axes) -> tuple[list[Spec], bool] | None:
    """Returns the specs of the symbolic result, and whether its None are certain to be all that there should be.

    Returns None if the rank or the number of results depends on the sizes.
    """
    first = eager.result({})
    assert isinstance(first, list), first
    varying = [set[int]() for _ in first]
    complete = True
    for sizes in _assignments(eager.arrays, axes):
        other = eager.result(sizes)
        if isinstance(other, str):
            complete = False
            continue
        if other is None:
            continue
        if [len(shape) for shape, _ in other] != [len(shape) for shape, _ in first]:
            return None
        for changed, (shape, _), (other_shape, _) in zip(varying, first, other, strict=True):
            changed.update(i for i, (n, m) in enumerate(zip(shape, other_shape, strict=True)) if n != m)
    return [
        (tuple(None if i in changed else n for i, n in enumerate(shape)), dtype)
        for changed, (shape, dtype) in zip(varying, first, strict=True)
    ], complete


def symbolic(x: Any, operand: int, axes: Axes) -> ops.SymbolicTensor:
    """Returns an array's SymbolicTensor, with None for the axes."""
    shape = tuple(None if (operand, axis) in axes else size for axis, size in enumerate(x.shape))
    return ops.SymbolicTensor(shape, dtypes.from_numpy(x.dtype))


def differs(result: Any, eager: Eager, axes: Axes, by_values: bool = False) -> str | None:
    """Returns what is wrong with a symbolic result; None if nothing is."""
    first = eager.result({})
    assert isinstance(first, list)
    got = specs(result)
    wanted = expected(eager, axes)
    if wanted is None:
        return None
    if len(got) != len(first):
        return f"{len(got)} results, eager {len(first)}"
    for (shape, dtype), (eager_shape, eager_dtype), (wanted_shape, _) in zip(got, first, wanted[0], strict=True):
        if dtype != eager_dtype:
            return f"dtype {dtype}, eager {eager_dtype}"
        if len(shape) != len(eager_shape) or any(n not in (None, m) for n, m in zip(shape, eager_shape, strict=True)):
            return f"incompatible: {shape}, eager {eager_shape}"
        if any(n is not None and m is None for n, m in zip(shape, wanted_shape, strict=True)):
            return f"known though it varies: {shape}, expected {wanted_shape}"
        if wanted[1] and not by_values and any(n is None and m is not None for n, m in zip(shape, wanted_shape, strict=True)):
            return f"unknown though it is fixed: {shape}, expected {wanted_shape}"
    return None


def sample_cells(function: Callable[..., Any], sample: Sample) -> Iterator[tuple[Eager, Axes, Callable[[], Any]]]:
    """Yields for each cell of a sample: its eager results, its axes, and a function that calls the op symbolically."""
    arrays, put = sample.arrays()
    eager = Eager(function, arrays, put, ops.convert_to_tensor)
    for axes in cells(arrays):

        def call(axes: Axes = axes) -> Any:
            args, kwargs = put([symbolic(x, i, axes) for i, x in enumerate(arrays)])
            return function(*args, **kwargs)

        yield eager, axes, call
