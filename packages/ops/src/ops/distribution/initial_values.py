"""Initial values of sharded Variables: each process computes the parts of its devices only.

While a Variable's initializer runs, tensors of the Variable's shape that `ops.zeros`, `ones`, `full`, `random.uniform`,
`normal` and `truncated_normal` create are made part by part, on the host. The numbers are the portable ones: those that
one device would draw. What an initializer creates in other ways is created whole, and divided afterwards.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops.distribution.engine import Axes, engine_of
from ops_common import dtypes
from ops_common.algorithms import philox
from ops_common.host import special
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.tensors.seeds import Seed

Array = np.ndarray[Any, Any]
# Returns `count` numbers from the number `start` on, in row-major order of the whole tensor.
Draw = Callable[[int, int], Array]

_BITS = {"float16": 11, "bfloat16": 8}
_EDGE = math.erf(math.sqrt(2))  # the error function at two standard deviations
_CHUNK = 1 << 18  # numbers drawn at a time where parts are not contiguous


@dataclass(frozen=True)
class _Target:
    """The tensor that is being created."""

    shape: tuple[int, ...]
    axes: Axes


class _Targets(threading.local):
    current: _Target | None = None


_targets = _Targets()
_forms: dict[str, Backend] = {}


@contextlib.contextmanager
def creating(backend: Backend, shape: tuple[int, ...], axes: Axes) -> Generator[None]:
    """A context in which tensors of this shape are created in a layout, part by part."""
    form = _forms.get(backend.key)
    if form is None:
        form = backend.derived(lambda _: {**backend.kernels, **_kernels(backend)})
        form.portable = False  # the kernels of the family random draw portable numbers
        form = _forms.setdefault(backend.key, form)
    outer = _targets.current
    _targets.current = _Target(shape, axes)
    try:
        with active.overridden(form):
            yield
    finally:
        _targets.current = outer


def _kernels(backend: Backend) -> Mapping[str, Callable[..., Any]]:
    """Returns the kernels that create the current target part by part, and other tensors as usual."""

    def made(dtype: str, part: Callable[[tuple[slice, ...]], Any]) -> Any:
        target = _targets.current
        assert target is not None
        return engine_of(backend).make(part, target.shape, dtype, backend.mesh, target.axes)

    def is_target(shape: Any) -> bool:
        return _targets.current is not None and shape == _targets.current.shape

    def constant(shape: tuple[int, ...], value: Any, dtype: str) -> Any:
        native = dtypes.to_numpy(dtype)
        return made(dtype, lambda index: np.full([part.stop - part.start for part in index], value, native))

    def full(shape: tuple[int, ...], value: Any, dtype: str) -> Any:
        is_number = type(value) in dtypes.NUMBERS
        return constant(shape, value, dtype) if is_number and is_target(shape) else usual(shape, value, dtype)

    usual = backend.kernels["creation.full"]

    def filled(name: str, value: int) -> Callable[..., Any]:
        otherwise = backend.kernels[f"creation.{name}"]

        def run(shape: tuple[int, ...], dtype: str) -> Any:
            return constant(shape, value, dtype) if is_target(shape) else otherwise(shape, dtype)

        return run

    def drawn(name: str) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            draw = _DRAWS.get(name)
            if draw is not None and is_target(arguments[0]):
                shape, a, b, dtype, words = arguments
                if all(type(value) in (int, float) for value in (a, b, *words)):
                    source = draw(math.prod(shape), a, b, dtype, words)
                    return made(dtype, lambda index: part_of(shape, index, source))
            return getattr(backend.bound, f"random_portable_{name}")(*arguments)

        return run

    names = [key.partition(".")[2] for key in backend.kernels if key.startswith("random.")]
    others = ("philox", "philox_part", "draw_later", "traced_seed")
    return {
        "creation.full": full,
        "creation.zeros": filled("zeros", 0),
        "creation.ones": filled("ones", 1),
        **{f"random.{name}": drawn(name) for name in names if name not in others},
    }


def part_of(shape: tuple[int, ...], index: tuple[slice, ...], draw: Draw) -> Array:
    """Returns the part of a tensor of drawn numbers at an index of slices."""
    sizes = [part.stop - part.start for part in index]
    if 0 in sizes:
        return draw(0, 0).reshape(sizes)
    # The axis along which the part is not whole, and behind which it is: the numbers of a run along it are adjacent.
    whole = len(shape)
    while whole and sizes[whole - 1] == shape[whole - 1]:
        whole -= 1
    if not whole:
        return draw(0, math.prod(shape)).reshape(sizes)
    inner = math.prod(shape[whole:])
    row, first = shape[whole - 1] * inner, index[whole - 1].start * inner
    run = sizes[whole - 1] * inner
    leading = [np.arange(part.start, part.stop) for part in index[: whole - 1]]
    starts = np.ravel_multi_index(np.meshgrid(*leading, indexing="ij"), shape[: whole - 1]).ravel() if leading else [0]
    rows = [int(start) for start in starts]
    if run * 4 >= _CHUNK or len(rows) == 1:  # few draws
        return np.concatenate([draw(start * row + first, run) for start in rows]).reshape(sizes)
    each = max(_CHUNK // row, 1)
    out: list[Array] = []
    while rows:  # adjacent rows are drawn at once, also the numbers of other parts
        count = 1
        while count < min(each, len(rows)) and rows[count] == rows[0] + count:
            count += 1
        drawn = draw(rows[0] * row, count * row).reshape(count, row)
        out.append(drawn[:, first : first + run].reshape(-1))
        rows = rows[count:]
    return np.concatenate(out).reshape(sizes)


# --- the distributions: as in ops.random.portable_distributions, from any number on -----------------------------------


def _uniform(count: int, minval: Any, maxval: Any, dtype: str, words: Seed) -> Draw:
    native = dtypes.to_numpy(dtype)
    form = "float64" if dtype == "float64" else "float32"

    def draw(start: int, length: int) -> Array:
        unit = philox.draw_part(start, length, words[0], words[1], 0, 0, form)
        if dtype in _BITS:
            unit = np.floor(unit * 2.0 ** _BITS[dtype]) * 2.0 ** -_BITS[dtype]
        if (minval, maxval) == (0, 1):
            return unit.astype(native)
        low, high = (np.asarray(value, native).astype(np.float64) for value in (minval, maxval))
        out = (unit.astype(np.float64) * (high - low) + low).astype(native)
        return np.where(out < high.astype(native), out, low.astype(native))

    return draw


def _normal(count: int, mean: Any, stddev: Any, dtype: str, words: Seed) -> Draw:
    half = -(-count // 2)

    def units(start: int, length: int) -> Array:
        return philox.draw_part(start, length, words[0], words[1], 0, 0, "float64" if dtype == "float64" else "words")

    def standard(start: int, length: int, function: Callable[[Array], Array]) -> Array:
        """Returns variates of a half: the radius comes from the first half of the units, the angle from the second."""
        first, second = units(start, length), units(half + start, length)
        if dtype == "float64":
            radius, angle = 1.0 - first, second
        else:
            radius, angle = (first + 1.0) * 2.0**-32, second * 2.0**-32
        return np.sqrt(np.log(radius) * -2.0) * function(angle * (2 * math.pi))

    def draw(start: int, length: int) -> Array:
        stop = start + length
        out = np.empty(length)
        if start < half:
            out[: half - start] = standard(start, min(half, stop) - start, np.cos)
        if stop > half:
            first = max(half, start)
            out[first - start :] = standard(first - half, stop - first, np.sin)
        return _scaled(out, mean, stddev, dtype)

    return draw


def _truncated_normal(count: int, mean: Any, stddev: Any, dtype: str, words: Seed) -> Draw:
    def draw(start: int, length: int) -> Array:
        unit = philox.draw_part(start, length, words[0], words[1], 0, 0, "float64") * (2 * _EDGE) - _EDGE
        quantile = special.erfinv(unit)
        derivative = np.exp(-np.square(quantile)) * (2 / math.sqrt(math.pi))
        quantile = quantile - (special.erf(quantile) - unit) / derivative
        return _scaled(np.clip(quantile * math.sqrt(2), -2.0, 2.0), mean, stddev, dtype)

    return draw


def _scaled(standard: Array, mean: Any, stddev: Any, dtype: str) -> Array:
    return (standard * np.float64(stddev) + np.float64(mean)).astype(dtypes.to_numpy(dtype))


_DRAWS = {"uniform": _uniform, "normal": _normal, "truncated_normal": _truncated_normal}
