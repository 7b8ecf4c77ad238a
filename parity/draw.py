"""The calls of the sweep: samples of each op's record, with random changes of dtypes, shapes, options and values.

A call depends only on the seed, its op and its number, so that it can be drawn again alone. Several consecutive calls
share dtypes, shapes and options and differ in values, because JAX compiles for each new combination.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops.testing import RECORDS
from ops_common import dtypes
from ops_common.testing import Record, Sample
from ops_common.testing.record import Maker

# How many consecutive calls share dtypes, shapes and options; 5 for other backends.
ALIKE = {"jax": 25}
SHAPES = ((), (0,), (1,), (4,), (2, 3), (3, 1), (0, 3), (2, 3, 4), (1, 3, 1), (2, 1, 3, 2))
# Shapes of two or three operands; most of them broadcast.
TOGETHER = (
    ((2, 3), (2, 3), (2, 3)),
    ((2, 3), (3,), ()),
    ((), (4,), (1,)),
    ((2, 1), (1, 3), (2, 3)),
    ((0, 3), (1, 3), (3,)),
    ((2, 1, 3, 2), (3, 2), (1,)),
    ((), (), ()),
    ((2, 3), (2,), ()),
    ((4,), (2, 3), (4,)),
)
_SIZES = (0, 1, 2, 3, 4, 5)
_INTERESTING = (np.nan, np.inf, -np.inf, -0.0, 0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5)


@dataclass(frozen=True)
class Call:
    """One call of one op. NumPy arrays in it stand for tensors, or, if `raw`, are passed as they are."""

    path: str
    number: int
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    raw: bool = False

    def source(self) -> str:
        """The call as Python source."""
        parts = [_source(value) for value in self.args] + [f"{k}={_source(v)}" for k, v in self.kwargs.items()]
        return f"{self.path}({', '.join(parts)})"


def _source(value: Any) -> str:
    if isinstance(value, np.ndarray):
        name = dtypes.from_numpy(value.dtype)
        return f"array({value.tolist()}, {name!r})" if value.size else f"empty({value.shape}, {name!r})"
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        inside = ", ".join(map(_source, value))
        return f"[{inside}]" if isinstance(value, list) else f"({inside},)"
    return repr(value)


class Drawer:
    """Draws calls for one backend.

    Attributes:
        native: the dtypes of the operands.
        seed: the seed of all calls.
        alike: how many consecutive calls differ in values only.
    """

    def __init__(self, native: Sequence[str], seed: int, alike: int) -> None:
        self.native = frozenset(native)
        self.seed = seed
        self.alike = alike

    def calls(
        self, path: str, count: int, kinds: dict[str, str], start: int = 0, further: Collection[str] = ()
    ) -> Iterator[Call]:
        """Yields the calls numbered from `start` up to `count`; `kinds` has the kind of each parameter. Samples with
        parameters that keras does not have, `further`, are not called."""
        for number in range(start, count):
            call = self.call(RECORDS[path], number, kinds, further)
            # A function among the arguments would call ops on both sides.
            if call is not None and not _has_function([*call.args, *call.kwargs.values()]):
                yield call

    def call(self, record: Record, number: int, kinds: dict[str, str], further: Collection[str] = ()) -> Call | None:
        """Returns the call of this number; None if the record has no sample in the drawn dtype."""
        place = [self.seed, zlib.crc32(record.path.encode()), number // self.alike]
        outline, filling = np.random.default_rng(place), np.random.default_rng([*place, 1 + number % self.alike])
        return _Draw(record, kinds, self.native, outline, filling, further).call(number)


class _Draw:
    """Draws one call: `outline` draws dtypes, shapes and options, `filling` the values."""

    def __init__(
        self,
        record: Record,
        kinds: dict[str, str],
        native: frozenset[str],
        outline: np.random.Generator,
        filling: np.random.Generator,
        further: Collection[str],
    ) -> None:
        self.record, self.kinds, self.further = record, kinds, frozenset(further)
        self.outline, self.filling = outline, filling
        takes = [name for name in record.takes if name in native]
        refuses = [name for name in record.refuses if name in native]
        self.pool = takes * 4 + refuses
        self.dtype = self._one(self.pool)

    def _one(self, items: Sequence[Any]) -> Any:
        return items[int(self.outline.integers(len(items)))]

    def _by_chance(self, chance: float) -> bool:
        return bool(self.outline.random() < chance)

    def call(self, number: int) -> Call | None:
        sample = self._sample()
        if sample is None:
            return None
        self.sized = _changed_sizes if self._by_chance(0.4) else _kept
        sizes = {size: self._one(_SIZES) for size in range(8)}
        before = self._one(((), (), (), (2,), (1,), (0,)))
        free = [x for x in _arrays([*sample.args, *sample.kwargs.values()]) if self._is_free(x)]
        together = self._one(TOGETHER) if free and self._is_elementwise() and self._by_chance(0.6) else None
        alone = self._one(SHAPES) if len(free) == 1 and self._by_chance(0.35) else None
        mixed = len(free) > 1 and self._by_chance(0.25)
        number_at = int(self.outline.integers(len(free))) if len(free) > 1 and self._by_chance(0.15) else None
        as_list = self._by_chance(0.06)
        seen = 0

        def replaced(array: np.ndarray[Any, Any]) -> Any:
            nonlocal seen
            if not self._is_free(array):
                shape = self.sized(array.shape, sizes)
                return array if shape == array.shape else np.resize(array, shape).astype(array.dtype)
            place, seen = seen, seen + 1
            name = self._one(self.pool) if mixed else self.dtype
            if place == number_at:
                return self._number(name)
            if together is not None:
                shape = together[place % 3]
            elif alone is not None:
                shape = alone
            else:
                shape = (*before, *self.sized(array.shape, sizes))
            filled = self._filled(array, shape, name)
            return filled.tolist() if as_list and name in ("float32", "int32", "bool") else filled

        args = [_replace(value, replaced) for value in sample.args]
        kwargs = {key: _replace(value, replaced) for key, value in sample.kwargs.items()}
        self._change_options(args, kwargs, max((x.ndim for x in free), default=1))
        return Call(self.record.path, number, tuple(args), kwargs, self._by_chance(0.12))

    def _sample(self) -> Sample | None:
        record, make = self.record, Maker(self.dtype)
        source = self.outline.random()
        try:
            samples: list[Sample] = []
            if record.errors is not None and source < 0.05:
                samples = [sample for _, sample in record.errors(make)]
            elif record.forms is not None and source < 0.2:
                samples = list(record.forms(make))
            samples = samples or list(record.samples(make))
            samples = [sample for sample in samples if self.further.isdisjoint(sample.kwargs)]
        except Exception:  # a record may have no samples in a dtype that its op does not accept
            samples = list(record.samples(Maker("float32")))
            self.dtype = "float32"
        return self._one(samples) if samples else None

    def _is_free(self, array: np.ndarray[Any, Any]) -> bool:
        """Whether an array is an operand in the dtype under test, not an index or mask."""
        return dtypes.from_numpy(array.dtype) == self.dtype

    def _is_elementwise(self) -> bool:
        return (self.record.kernel or "elementwise.").startswith("elementwise.") and not any(
            kind not in ("Operand", "Mask") for kind in self.kinds.values()
        )

    def _number(self, name: str) -> Any:
        small = int(self.filling.integers(-3, 4))
        if name == "bool":
            return small > 0
        if name in dtypes.INTEGERS:
            return small
        if name in dtypes.COMPLEX:
            return complex(small, 0.5)
        return float(small) if small % 2 else small + 0.5

    def _filled(self, array: np.ndarray[Any, Any], shape: tuple[int, ...], name: str) -> np.ndarray[Any, Any]:
        """Returns values for an array: the sample's, if the shape is unchanged, or random ones with special values."""
        native, way = dtypes.to_numpy(name), self.filling.random()
        if shape == array.shape and name == self.dtype and way < 0.3:
            return array
        count = int(np.prod(shape))
        if name == "bool":
            return (self.filling.random(shape) < 0.5).reshape(shape)
        if name in dtypes.INTEGERS:
            info = np.iinfo(name)
            values = self.filling.integers(max(info.min, -5), 8, shape)
            if way > 0.85:
                # bincount's result is as long as the largest value: that of the largest uint32 does not fit in memory.
                most = min(info.max, 2**16) if self.record.path == "bincount" else info.max
                ends = np.array([info.min, most, 0, 1], native)
                values = np.asarray(values).astype(native)
                values = np.where(self.filling.random(shape) < 0.4, self.filling.choice(ends, shape), values)
            with np.errstate(all="ignore"):
                return np.asarray(values).astype(native)
        low, high = ((-3, 3), (-1, 1), (0, 4), (-30, 30))[int(self.filling.integers(4))]
        values = np.asarray(self.filling.uniform(low, high, shape))
        if way > 0.75 and count:
            chosen = self.filling.choice(np.array(_INTERESTING), shape)
            values = np.where(self.filling.random(shape) < 0.5, chosen, values)
        if name in dtypes.COMPLEX:
            values = values + 1j * np.asarray(self.filling.uniform(low, high, shape))
        with np.errstate(all="ignore"):
            return np.asarray(values).astype(native)

    def _change_options(self, args: list[Any], kwargs: dict[str, Any], rank: int) -> None:
        """Changes some of the axes, dtypes, flags and counts."""
        for place, (name, kind) in enumerate(self.kinds.items()):
            is_set = name in kwargs or place < len(args)
            old = kwargs.get(name, args[place] if place < len(args) else None)
            if isinstance(old, np.ndarray) or not self._by_chance(0.25):
                continue
            new = self._option(kind, old, rank, is_set)
            if new is _NOTHING:
                continue
            if place < len(args):
                args[place] = new
            elif place >= len(args):
                kwargs[name] = new

    def _option(self, kind: str, old: Any, rank: int, is_set: bool) -> Any:
        kind = kind.removesuffix(" | None")
        if kind == "Axis":
            axis = int(self.outline.integers(-rank - 1, rank + 1))
            return self._one((axis, axis, axis, None, (axis, int(self.outline.integers(-rank, rank + 1)))))
        if kind == "bool":
            return self._by_chance(0.5)
        if kind == "int" and type(old) is int:
            return old + self._one((-1, 0, 1, 2))
        if kind == "DtypeLike":
            return self._one([*self.pool, "float32"])
        if kind == "ShapeLike" and is_set and isinstance(old, tuple):
            return self._one((old, list(old), old[::-1], (*old, 1)))
        return _NOTHING


_NOTHING: Any = object()


def _kept(shape: tuple[int, ...], sizes: dict[int, int]) -> tuple[int, ...]:
    return shape


def _changed_sizes(shape: tuple[int, ...], sizes: dict[int, int]) -> tuple[int, ...]:
    return tuple(sizes.get(size, size) for size in shape)


def _arrays(values: Sequence[Any]) -> Iterator[np.ndarray[Any, Any]]:
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _arrays(value)


def _has_function(values: Sequence[Any]) -> bool:
    return any(
        _has_function(value) if isinstance(value, (list, tuple)) else callable(value) and not isinstance(value, type)
        for value in values
    )


def rebuilt(value: Any, items: Iterable[Any]) -> Any:
    """Returns a list or (named) tuple of the same type with these items."""
    return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)


def _replace(value: Any, change: Callable[[np.ndarray[Any, Any]], Any]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, (list, tuple)) and any(True for _ in _arrays(value)):
        return rebuilt(value, (_replace(item, change) for item in value))
    return value
