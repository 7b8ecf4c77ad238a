"""Symbolic calls with unknown sizes: which sizes of an op's result depend on which sizes of its operands.

A *cell* is a call and some axes of its operands, whose sizes are replaced by None. The op is called eagerly with other
sizes of these axes. A size of the result that changes must be None in the symbolic result, and one that never changes
must be known.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import ops
from ops.testing.results import public_function
from ops_common import dtypes
from ops_common.testing import Record, Sample
from ops_common.testing.record import Maker

Place = tuple[int, int]  # an operand and one of its axes
Axes = tuple[Place, ...]
Spec = tuple[tuple[int | None, ...], str]  # a shape and a dtype

# Arguments whose values determine the result's shape or are constants of a compiled function: they remain arrays.
_CONSTANTS = frozenset(
    {"array_split", "dsplit", "histogram", "hsplit", "nanpercentile", "nanquantile", "percentile", "quantile", "split",
     "tile", "vsplit"}
)  # fmt: skip
# Ops whose result has a size that depends on the values of integers: symbolic integers have none.
_BY_VALUES = frozenset({"repeat", "segment_max", "segment_min", "segment_prod", "segment_sum"})


class Call:
    """A call of a function with arrays in the places of tensors.

    Args:
        name: of the function.
        function: called with the arguments that `put` returns.
        arrays: the tensors of the call.
        put: returns the positional and named arguments with other values in the arrays' places.
        by_values: whether sizes of the result may be unknown that no other size changes: they depend on values, or the
            rest of the call restricts the operand's sizes.
    """

    def __init__(
        self,
        name: str,
        function: Callable[..., Any],
        arrays: Sequence[Any],
        put: Callable[[Sequence[Any]], tuple[Sequence[Any], dict[str, Any]]],
        by_values: bool = False,
    ) -> None:
        self.name, self.function, self.arrays, self.put = name, function, arrays, put
        self.by_values = by_values or name in _BY_VALUES
        self.variable = arrays[:1] if name in _CONSTANTS else arrays  # the arrays that may be symbolic
        self._eager: dict[Any, list[Spec] | str | None] = {}

    def eager(self, sizes: dict[Place, int]) -> list[Spec] | str | None:
        """Returns the specs of an eager result; None if the sizes do not fit together, or the words of another
        error."""
        key = tuple(tuple(sizes.get((i, axis), n) for axis, n in enumerate(x.shape)) for i, x in enumerate(self.arrays))
        if key not in self._eager:
            self._eager[key] = self._specs(sizes)
        return self._eager[key]

    def _specs(self, sizes: dict[Place, int]) -> list[Spec] | str | None:
        arrays = list(self.arrays)
        for (i, axis), size in sizes.items():
            arrays[i] = _resized(arrays[i], axis, size)
        args, kwargs = self.put([ops.convert_to_tensor(x) for x in arrays])
        try:
            return specs(self.function(*args, **kwargs))
        except (ops.ShapeError, ops.AxisError, ops.ArgumentError, ops.ArgumentTypeError):
            return None
        except Exception as error:  # of repeated values, for example in a matrix that is now singular
            return None if 0 in sizes.values() else f"{type(error).__name__}: {error}"

    def symbolic(self, axes: Axes, others: bool = True) -> Any:
        """Returns the result of a call in which the sizes of these axes are None.

        Args:
            axes: the axes.
            others: whether operands of known shape are symbolic too.
        """
        values: list[Any] = []
        for i, x in enumerate(self.arrays):
            if i >= len(self.variable):
                values.append(x)
            elif others or any(operand == i for operand, _ in axes):
                values.append(_symbolic(x, i, axes))
            else:
                values.append(ops.convert_to_tensor(x))
        args, kwargs = self.put(values)
        return self.function(*args, **kwargs)

    def symbolic_specs(self, axes: Axes) -> list[Spec]:
        """Returns the specs of the result of a symbolic call."""
        return specs(self.symbolic(axes))

    def cells(self) -> Iterator[Axes]:
        """Yields the axes to replace by None: each one, all of the same size, all of an operand, and all."""
        places = [(i, axis) for i, x in enumerate(self.variable) for axis in range(x.ndim)]
        yield from dict.fromkeys([*((place,) for place in places), *_groups(self.arrays, places)])


def _groups(arrays: Sequence[Any], places: Sequence[Place]) -> list[Axes]:
    groups = [
        *(tuple(p for p in places if arrays[p[0]].shape[p[1]] == n) for n in {arrays[i].shape[a] for i, a in places}),
        *(tuple(p for p in places if p[0] == i) for i in dict.fromkeys(i for i, _ in places)),
        tuple(places),
    ]
    return [group for group in groups if group]


def _resized(x: Any, axis: int, size: int) -> Any:
    """Returns the array with its elements along an axis repeated, or cut off, to the given size."""
    if not x.shape[axis]:
        return np.zeros((*x.shape[:axis], size, *x.shape[axis + 1 :]), x.dtype)
    return np.take(x, np.arange(size) % x.shape[axis], axis)


def _symbolic(x: Any, operand: int, axes: Axes) -> ops.SymbolicTensor:
    shape = tuple(None if (operand, axis) in axes else size for axis, size in enumerate(x.shape))
    return ops.SymbolicTensor(shape, dtypes.from_numpy(x.dtype))


def specs(result: Any) -> list[Spec]:
    """Returns the shapes and dtypes of the tensors of a result, which may be nested."""
    if isinstance(result, dict):
        result = list(result.values())
    if isinstance(result, (list, tuple)):
        return [spec for item in result for spec in specs(item)]
    return [] if result is None else [(tuple(ops.shape(result)), ops.dtype(result))]


_CHANGES: tuple[Callable[[int], int], ...] = (
    lambda n: n + 1, lambda n: n + 2, lambda n: 2 * n, lambda n: 3 * n, lambda n: n - 1, lambda _: 1, lambda _: 0,
)  # fmt: skip


def _assignments(arrays: Sequence[Any], axes: Axes) -> Iterator[dict[Place, int]]:
    """Yields other sizes of the axes: of one of them, of several in the same way, and all sizes of the call for
    each."""
    groups: list[Axes] = [(place,) for place in axes]
    groups += _groups(arrays, axes)
    groups += [
        (first, second)
        for first, second in itertools.combinations(axes, 2)
        if first[1] == second[1] and arrays[first[0]].shape[first[1]] == arrays[second[0]].shape[second[1]]
    ]
    groups += [
        tuple((i, axis) for i, axis in axes if arrays[i].shape[axis] % size == 0)
        for size in {arrays[i].shape[axis] for i, axis in axes} - {0, 1}
    ]
    groups += [tuple(place for place in axes if place[1] == axis) for axis in {axis for _, axis in axes}]
    for group in dict.fromkeys(groups):
        for change in (*_CHANGES, *([lambda n: n + 10] if len(group) == 1 else [])):
            sizes = {(i, axis): change(arrays[i].shape[axis]) for i, axis in group}
            if all(size >= 0 for size in sizes.values()):
                yield sizes
    every = sorted({size for x in arrays for size in x.shape})
    if len(every) ** len(axes) <= 27:
        for combination in itertools.product(every, repeat=len(axes)):
            yield dict(zip(axes, combination, strict=True))


@dataclass
class Expected:
    """What a symbolic result must be.

    Attributes:
        eager: the specs of the eager result.
        specs: the same with None for each size that depends on the axes; None if the rank or the number of results
            depends on them.
        is_complete: whether all other calls have a result, so that no further size can depend on the axes.
    """

    eager: list[Spec]
    specs: list[Spec] | None
    is_complete: bool


def expected(call: Call, axes: Axes) -> Expected | str:
    """Returns what the symbolic result must be; the words of the error if the eager call fails."""
    eager = call.eager({})
    if not isinstance(eager, list):
        return eager or "the sizes do not fit"
    varying = [set[int]() for _ in eager]
    is_complete = not call.by_values
    for sizes in _assignments(call.arrays, axes):
        other = call.eager(sizes)
        if isinstance(other, str):
            is_complete = False
        elif other is not None:
            if [len(shape) for shape, _ in other] != [len(shape) for shape, _ in eager]:
                return Expected(eager, None, False)
            for changed, (shape, _), (other_shape, _) in zip(varying, eager, other, strict=True):
                changed.update(i for i, (n, m) in enumerate(zip(shape, other_shape, strict=True)) if n != m)
    dependent = [
        (tuple(None if i in changed else n for i, n in enumerate(shape)), dtype)
        for changed, (shape, dtype) in zip(varying, eager, strict=True)
    ]
    return Expected(eager, dependent, is_complete)


def fault(call: Call, axes: Axes, wanted: Expected, others: bool = True) -> str | None:
    """Returns what is wrong with a symbolic call; None if nothing is."""
    try:
        result = specs(call.symbolic(axes, others))
    except ops.ShapeError as error:
        # The rank or the number of results depends on the size.
        if wanted.specs is None and "must be known" in str(error):
            return None
        return f"ShapeError: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if wanted.specs is None:
        return None
    if len(result) != len(wanted.eager):
        return f"{len(result)} results instead of {len(wanted.eager)}"
    for (shape, dtype), (eager, eager_dtype), (dependent, _) in zip(result, wanted.eager, wanted.specs, strict=True):
        if dtype != eager_dtype:
            return f"dtype {dtype}, eager {eager_dtype}"
        if len(shape) != len(eager) or any(n not in (None, m) for n, m in zip(shape, eager, strict=True)):
            return f"shape {shape}, eager {eager}"
        if any(n is not None and m is None for n, m in zip(shape, dependent, strict=True)):
            return f"a size is known that varies: shape {shape}, expected {dependent}"
        if wanted.is_complete and any(n is None and m is not None for n, m in zip(shape, dependent, strict=True)):
            return f"a size is unknown that never varies: shape {shape}, expected {dependent}"
    return None


def calls_of(record: Record, every: bool) -> list[Call]:
    """Returns calls of a record's op: that of the first sample, or those of all samples and forms."""
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    samples: list[Sample] = list(record.samples(Maker(dtype)))
    if every and record.forms is not None:
        of_forms = next((name for name in ("float32", "int32", "bool") if name in record.takes), None)
        samples += [] if of_forms is None else record.forms(Maker(of_forms))
    function = public_function(record.path)
    calls = [
        Call(record.path, function, *sample.arrays(), record.by_values)
        for sample in (samples if every else samples[:1])
    ]
    return [call for call in calls if call.arrays]
