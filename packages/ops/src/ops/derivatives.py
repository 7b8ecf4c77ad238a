"""The derivatives of the contract's kernels, written in ops, for `reverse`.

A rule takes the gradient with respect to the kernel's answer (a list of them for several answers), the answer and the
kernel's arguments, and gives the gradient with respect to each argument; `fit` then sums it over axes that broadcast.
Gradients of complex numbers are those of their real parts plus i times those of their imaginary parts.
"""

from __future__ import annotations

import itertools
import math
import string
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import ops as o
from ops_common import active, dtypes, quantiles, shapes
from ops_common.errors import LinAlgError

# Kernel -> rule: a dict from the argument's place to a function of its own, or one function that answers them all, of
# which functions are called where the gradient is wanted.
RULES: dict[str, Any] = {}
# Kernel -> the same written in ops that have rules; NotImplemented leaves it to the kernel's rule.
WRITTEN: dict[str, Callable[..., Any]] = {}
# Kernels whose answers do not change with their operands, or only by jumps.
FLAT = frozenset(
    [f"elementwise.{name}" for name in ("floor_divide", "equal", "not_equal", "greater", "greater_equal", "less")]
    + [f"elementwise.{name}" for name in ("less_equal", "floor", "ceil", "isnan", "isinf", "isfinite", "rint")]
    + [f"elementwise.{name}" for name in ("signbit", "nextafter")]
    + [f"creation.{name}" for name in ("zeros_like", "ones_like")]
    + [f"reduction.{name}" for name in ("argmax", "argmin", "count_nonzero")]
    + ["indexing.nonzero", "sorting.argsort", "sorting.argpartition", "sorting.searchsorted", "sorting.isin"]
)


def _rule(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        RULES[name] = function
        return function

    return put


def _written(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        WRITTEN[name] = function
        return function

    return put


# --- what `reverse` needs --------------------------------------------------------------------------------------------


def add(a: Any, b: Any) -> Any:
    """The sum of two gradients."""
    return o.add(a, b)


def zeros_like(x: Any) -> Any:
    """No gradient."""
    return o.zeros_like(x)


def ones_like(x: Any) -> Any:
    """The gradient of a value with respect to itself."""
    return o.ones_like(x)


def chosen(condition: Any, a: Any, b: Any) -> Any:
    """One of two tensors."""
    return o.where(condition, a, b)


def fit(slope: Any, x: Any) -> Any:
    """The gradient with respect to x, where x has been broadcast or made another dtype."""
    shape, dtype = o.shape(x), o.dtype(x)
    have = o.shape(slope)
    if have != shape:
        lead = len(have) - len(shape)
        axes = (*range(lead), *(lead + i for i, size in enumerate(shape) if size == 1 and have[lead + i] != 1))
        slope = o.reshape(o.sum(slope, axes), shape)
    if o.dtype(slope) == dtype:
        return slope
    return o.cast(o.real(slope) if _is_complex(slope) and dtype not in dtypes.COMPLEX else slope, dtype)


def units(x: Any) -> Any:
    """Tensors like x with a one at each place in turn."""
    shape, count = o.shape(x), math.prod(o.shape(x))
    for place in range(count):
        one = np.zeros(count)
        one[place] = 1
        yield o.convert_to_tensor(one.reshape(shape), o.dtype(x))


def stacked(rows: Sequence[Any], shape: shapes.Shape, point: Any) -> Any:
    """Rows of a Jacobian, in the shape of the answer and then of the point."""
    whole = (*shape, *o.shape(point))
    return o.reshape(o.stack(rows), whole) if rows else o.zeros(whole, o.dtype(point))


def _is_complex(x: Any) -> bool:
    return isinstance(x, complex) if not o.is_tensor(x) else o.dtype(x) in dtypes.COMPLEX


def _conj(x: Any) -> Any:
    return o.conj(x) if o.is_tensor(x) and _is_complex(x) else x.conjugate() if isinstance(x, complex) else x


def _like(mask: Any, g: Any) -> Any:
    """The gradient where the mask is, else 0."""
    return o.where(mask, g, o.zeros_like(g))


def _adjoint(x: Any) -> Any:
    return _conj(o.swapaxes(x, -1, -2))


# --- elementwise -----------------------------------------------------------------------------------------------------


def _unary(**slopes: Callable[..., Any]) -> None:
    """Rules of functions of one number: from x and the answer y to the derivative."""
    for name, slope in slopes.items():
        RULES[f"elementwise.{name}"] = {0: lambda g, y, x, slope=slope: g * _conj(slope(x, y))}


_unary(
    negative=lambda x, y: -1.0,
    square=lambda x, y: 2.0 * x,
    exp=lambda x, y: y,
    log=lambda x, y: 1.0 / x,
    sqrt=lambda x, y: 0.5 / y,
    tanh=lambda x, y: 1.0 - o.square(y),
    sin=lambda x, y: o.cos(x),
    cos=lambda x, y: -o.sin(x),
    tan=lambda x, y: 1.0 + o.square(y),
    arccos=lambda x, y: -o.rsqrt(1.0 - o.square(x)),
    arcsin=lambda x, y: o.rsqrt(1.0 - o.square(x)),
    arccosh=lambda x, y: o.rsqrt(x - 1.0) * o.rsqrt(x + 1.0),
    arcsinh=lambda x, y: o.rsqrt(o.square(x) + 1.0),
    arctan=lambda x, y: 1.0 / (1.0 + o.square(x)),
    arctanh=lambda x, y: 1.0 / (1.0 - o.square(x)),
    cosh=lambda x, y: o.sinh(x),
    sinh=lambda x, y: o.cosh(x),
    expm1=lambda x, y: y + 1.0,
    log1p=lambda x, y: 1.0 / (1.0 + x),
    erf=lambda x, y: 2.0 / math.sqrt(math.pi) * o.exp(-o.square(x)),
    erfc=lambda x, y: -2.0 / math.sqrt(math.pi) * o.exp(-o.square(x)),
    erfinv=lambda x, y: math.sqrt(math.pi) / 2.0 * o.exp(o.square(y)),
)


def _binary(name: str, first: Callable[..., Any] | None, second: Callable[..., Any] | None) -> None:
    RULES[f"elementwise.{name}"] = {i: one for i, one in enumerate((first, second)) if one is not None}


def _larger(g: Any, a: Any, b: Any) -> Any:
    """The part of the gradient that goes to the larger of two; half of it for equal ones."""
    return o.where(o.greater(a, b), g, o.where(o.equal(a, b), g * 0.5, o.zeros_like(g)))


def _power_base(g: Any, y: Any, a: Any, b: Any) -> Any:
    slope = b * o.power(a, b - 1)
    return g * _conj(slope if not o.is_tensor(b) else o.where(o.equal(b, 0), o.zeros_like(slope), slope))


def _power_exponent(g: Any, y: Any, a: Any, b: Any) -> Any:
    zero = o.equal(a, 0)
    # The logarithm of 0 would make NaN of what is multiplied by 0.
    return g * _conj(y * o.log(o.where(zero, o.ones_like(o.convert_to_tensor(a, o.dtype(y))), a)))


_binary("add", lambda g, y, a, b: g, lambda g, y, a, b: g)
_binary("subtract", lambda g, y, a, b: g, lambda g, y, a, b: -g)
_binary("multiply", lambda g, y, a, b: g * _conj(b), lambda g, y, a, b: g * _conj(a))
_binary("divide", lambda g, y, a, b: g / _conj(b), lambda g, y, a, b: -g * _conj(y / b))
_binary("mod", lambda g, y, a, b: g, lambda g, y, a, b: -g * o.floor_divide(a, b))
_binary("fmod", lambda g, y, a, b: g, lambda g, y, a, b: -g * o.trunc(a / b))
_binary("power", _power_base, _power_exponent)
_binary("maximum", lambda g, y, a, b: _larger(g, a, b), lambda g, y, a, b: _larger(g, b, a))
_binary("minimum", lambda g, y, a, b: _larger(g, b, a), lambda g, y, a, b: _larger(g, a, b))
_binary(
    "arctan2",
    lambda g, y, a, b: g * b / (o.square(a) + o.square(b)),
    lambda g, y, a, b: -g * a / (o.square(a) + o.square(b)),
)
_binary("ldexp", lambda g, y, a, b: o.ldexp(g, b), None)


def _softer(g: Any, a: Any, b: Any, unit: float) -> Any:
    """The part of the gradient that goes to one term of a sum of exponentials; half of it for equal infinities."""
    return g * o.where(o.equal(a, b), 0.5, o.sigmoid((a - b) * unit))


_binary("logaddexp", lambda g, y, a, b: _softer(g, a, b, 1.0), lambda g, y, a, b: _softer(g, b, a, 1.0))
_binary(
    "logaddexp2",
    lambda g, y, a, b: _softer(g, a, b, math.log(2.0)),
    lambda g, y, a, b: _softer(g, b, a, math.log(2.0)),
)


@_rule("elementwise.gammainc")
def _gammainc(g: Any, y: Any, a: Any, x: Any) -> Any:
    a, x = (o.cast(o.convert_to_tensor(one), "float64") for one in (a, x))

    def by_a() -> Any:
        # Differences of five points, a thousandth of the width that the function has in a apart.
        step = 1e-3 * a / (1.0 + o.sqrt(a))
        near, far = (o.gammainc(a + n * step, x) - o.gammainc(a - n * step, x) for n in (1.0, 2.0))
        return g * (8.0 * near - far) / (12.0 * step)

    def by_x() -> Any:
        # P(a, x) - P(a + 1, x) = x^a exp(-x) / Gamma(a + 1), DLMF 8.8.5, which is x / a times the density.
        zero = o.equal(x, 0)
        density = (o.gammainc(a, x) - o.gammainc(a + 1.0, x)) * a / o.where(zero, 1.0, x)
        at_zero = o.where(o.greater(a, 1.0), 0.0, o.where(o.equal(a, 1.0), 1.0, math.inf))
        return g * o.where(zero, at_zero, density)

    return by_a, by_x


RULES["elementwise.conj"] = {0: lambda g, y, x: _conj(g)}
RULES["elementwise.real"] = {0: lambda g, y, x: g}
RULES["elementwise.imag"] = {0: lambda g, y, x: g * 1j if _is_complex(x) else None}
RULES["core.cast"] = {0: lambda g, y, x, dtype: g}
RULES["creation.copy"] = {0: lambda g, y, x: g}


@_rule("elementwise.abs")
def _abs(g: Any, y: Any, x: Any) -> Any:
    return (g * o.sign(x),)


@_rule("elementwise.sign")
def _sign(g: Any, y: Any, x: Any) -> Any:
    if not _is_complex(x):
        return (o.zeros_like(x),)
    # A number's direction changes only across it.
    size = o.abs(x)
    across = o.imag(_conj(y) * g)
    return (o.where(o.equal(size, 0), o.zeros_like(x), y * 1j * across / o.where(o.equal(size, 0), 1.0, size)),)


@_rule("elementwise.angle")
def _angle(g: Any, y: Any, x: Any) -> Any:
    return (g * 1j * x / o.square(o.abs(x)) if _is_complex(x) else o.zeros_like(x),)


@_rule("elementwise.nan_to_num")
def _nan_to_num(g: Any, y: Any, x: Any, *values: Any) -> Any:
    return (_like(o.isfinite(x), g),)


@_rule("elementwise.where")
def _where(g: Any, y: Any, condition: Any, x1: Any, x2: Any) -> Any:
    return None, lambda: _like(condition, g), lambda: _like(o.logical_not(condition), g)


@_rule("elementwise.clip")
def _clip(g: Any, y: Any, x: Any, low: Any, high: Any) -> Any:
    raised = o.maximum(x, low)
    return (
        lambda: _like(o.logical_and(o.greater_equal(x, low), o.less_equal(x, high)), g),
        lambda: _like(o.logical_and(o.less(x, low), o.less_equal(raised, high)), g),
        lambda: _like(o.greater(raised, high), g),
    )


@_rule("creation.full")
def _full(g: Any, y: Any, shape: Any, value: Any, dtype: str) -> Any:
    return None, g


@_rule("creation.full_like")
def _full_like(g: Any, y: Any, x: Any, value: Any, dtype: str) -> Any:
    return o.zeros_like(x), g


RULES["creation.tril"] = {0: lambda g, y, x, k: o.tril(g, k)}
RULES["creation.triu"] = {0: lambda g, y, x, k: o.triu(g, k)}
RULES["creation.diag"] = {0: lambda g, y, x, k: o.diagonal(g, k)}
RULES["signal.complex_of"] = {0: lambda g, y, a, b: o.real(g), 1: lambda g, y, a, b: o.imag(g)}


# --- reductions ------------------------------------------------------------------------------------------------------


def _spread(reduced: Any, x: Any, axis: Any) -> Any:
    """What has been reduced, in x's shape."""
    shape = o.shape(x)
    return o.broadcast_to(o.reshape(reduced, shapes.reduce(shape, axis, True)), shape)


def _count(x: Any, axis: Any) -> int:
    shape = o.shape(x)
    return math.prod(shape[i] for i in shapes.normalize_axes(axis, len(shape)))


RULES["reduction.sum"] = {0: lambda g, y, x, axis, keepdims: _spread(g, x, axis)}
RULES["reduction.mean"] = {0: lambda g, y, x, axis, keepdims: _spread(g, x, axis) / _count(x, axis)}


def _extreme(g: Any, y: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    chosen = o.equal(x, _spread(y, x, axis))
    count = o.maximum(o.sum(o.cast(chosen, o.dtype(g)), axis, keepdims), 1.0)
    return (_like(chosen, _spread(g / count, x, axis)),)


RULES["reduction.max"] = RULES["reduction.min"] = _extreme


@_written("reduction.prod")
def _prod(x: Any, axis: Any, keepdims: bool) -> Any:
    # Halves multiplied by halves: no factor is divided out again, so zeros are as good as other numbers.
    shape = o.shape(x)
    reduced = shapes.normalize_axes(axis, len(shape))
    kept = tuple(i for i in range(len(shape)) if i not in reduced)
    rows = o.reshape(o.transpose(x, (*reduced, *kept)), (_count(x, axis), *(shape[i] for i in kept)))
    if not o.shape(rows)[0]:
        return NotImplemented
    while (size := o.shape(rows)[0]) > 1:
        half = size // 2
        product = rows[:half] * rows[half : 2 * half]
        rows = o.concatenate([product, rows[2 * half :]], 0) if size % 2 else product
    return o.reshape(rows, shapes.reduce(shape, axis, keepdims))


@_rule("reduction.cumsum")
def _cumsum(g: Any, y: Any, x: Any, axis: Any) -> Any:
    at = 0 if axis is None else axis
    return (o.reshape(o.flip(o.cumsum(o.flip(g, at), at), at), o.shape(x)),)


@_written("reduction.cumprod")
def _cumprod(x: Any, axis: Any) -> Any:
    x, axis = (o.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    return o.associative_scan(o.multiply, x, axis=axis) if o.shape(x)[axis] else NotImplemented


def _quantile(skip_nan: bool) -> Callable[..., Any]:
    def written(x: Any, q: Any, axis: Any, method: str, keepdims: bool) -> Any:
        # The kernel says which elements answer: they are found again by their order.
        flat, lead = quantiles.levels(q)
        kept, reduced = quantiles.axes(len(o.shape(x)), axis)
        shape = o.shape(x)
        count, size = (math.prod(shape[a] for a in group) for group in (kept, reduced))
        if not size or not count or not flat:
            return NotImplemented
        rows = o.reshape(o.transpose(x, kept + reduced), (count, size))
        ordered = o.sort(rows, axis=1)  # NaN last
        numbers = o.sum(o.cast(o.logical_not(o.isnan(rows)), "int32"), 1, keepdims=True)
        known = o.convert_to_numpy(numbers) if skip_nan else np.full((count, 1), size)
        position = np.maximum(known - 1, 0) * np.asarray([flat])
        low, high, weight = quantiles.places(position, method, np.floor, np.ceil, np.rint)
        found = o.take_along_axis(ordered, low.astype(np.int32), 1)
        if weight is not None:
            upper = o.take_along_axis(ordered, high.astype(np.int32), 1)
            part = o.convert_to_tensor(weight, o.dtype(x))
            found = o.where(weight == 0, found, found + (upper - found) * part)
        if not skip_nan:
            found = o.where(o.any(o.isnan(rows), 1, keepdims=True), np.nan, found)
        return o.reshape(o.transpose(found), lead + shapes.reduce(shape, axis, keepdims))

    return written


WRITTEN["statistics.quantile"] = _quantile(False)
WRITTEN["statistics.nanquantile"] = _quantile(True)
for _name in ("quantile", "nanquantile"):  # of nothing, or at no level
    RULES[f"statistics.{_name}"] = {0: lambda g, y, x, *others: o.zeros_like(x)}


# --- manipulation ----------------------------------------------------------------------------------------------------


def _reshaped(g: Any, y: Any, x: Any, *others: Any) -> Any:
    return (o.reshape(g, o.shape(x)),)


for _name in ("reshape", "expand_dims", "squeeze"):
    RULES[f"manipulation.{_name}"] = _reshaped


@_rule("manipulation.transpose")
def _transpose(g: Any, y: Any, x: Any, axes: Any) -> Any:
    return (o.transpose(g, None if axes is None else tuple(int(i) for i in np.argsort([a % len(axes) for a in axes]))),)


@_rule("manipulation.concatenate")
def _concatenate(g: Any, y: Any, xs: Any, axis: int) -> Any:
    sizes = [o.shape(x)[axis] for x in xs]
    return (o.split(g, tuple(itertools.accumulate(sizes[:-1])), axis) if len(xs) > 1 else [g],)


RULES["manipulation.stack"] = {0: lambda g, y, xs, axis: o.unstack(g, len(xs), axis)}


@_rule("manipulation.split")
def _split(g: Any, y: Any, x: Any, where: Any, axis: int) -> Any:
    shape = o.shape(x)
    if isinstance(where, int) or (list(where) == sorted(where) and all(0 <= at <= shape[axis] for at in where)):
        return (o.concatenate(g, axis),)
    # Pieces that overlap, or are empty because the cuts go backwards.
    total: Any = o.zeros_like(x)
    for piece, low, high in zip(g, (None, *where), (*where, None), strict=True):
        cuts = [range(size) for size in shape]
        cuts[axis] = range(shape[axis])[slice(low, high)]
        total = total + _placed(piece, cuts, shape)
    return (total,)


RULES["manipulation.broadcast_to"] = {0: lambda g, y, x, shape: g}
RULES["manipulation.flip"] = {0: lambda g, y, x, axis: o.flip(g, axis)}


@_rule("manipulation.roll")
def _roll(g: Any, y: Any, x: Any, shift: Any, axis: Any) -> Any:
    return (o.roll(g, tuple(-one for one in shift) if isinstance(shift, tuple) else -shift, axis),)


@_rule("manipulation.pad")
def _pad(g: Any, y: Any, x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    cut = (slice(before, before + size) for (before, _), size in zip(pad_width, o.shape(x), strict=True))
    return (g[tuple(cut)],)


@_written("manipulation.pad")
def _mirrored(x: Any, pad_width: Any, mode: str, constant_values: Any) -> Any:
    if mode == "constant":
        return NotImplemented
    for axis, (width, size) in enumerate(zip(pad_width, o.shape(x), strict=True)):
        if any(width):
            x = o.take(x, np.pad(np.arange(size, dtype=np.int32), width, mode), axis)  # type: ignore[call-overload]
    return x


@_written("manipulation.repeat")
def _repeat(x: Any, repeats: Any, axis: Any, total: Any = None) -> Any:
    x, axis = (o.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    places = np.repeat(np.arange(o.shape(x)[axis], dtype=np.int32), o.convert_to_numpy(repeats))
    return o.take(x, places, axis)


WRITTEN["manipulation.repeat_each"] = _repeat


@_written("manipulation.tile")
def _tile(x: Any, repeats: tuple[int, ...]) -> Any:
    x = o.reshape(x, (*(1,) * (len(repeats) - len(o.shape(x))), *o.shape(x)))
    repeats = (*(1,) * (len(o.shape(x)) - len(repeats)), *repeats)
    for axis, (count, size) in enumerate(zip(repeats, o.shape(x), strict=True)):
        if count != 1:
            x = o.take(x, np.tile(np.arange(size, dtype=np.int32), count), axis)
    return x


# --- indexing and sorting --------------------------------------------------------------------------------------------


@_rule("indexing.take")
def _take(g: Any, y: Any, x: Any, indices: Any, axis: int | None) -> Any:
    shape = o.shape(x)
    at = 0 if axis is None else shapes.normalize_axis(axis, len(shape))
    flat = (math.prod(shape),) if axis is None else shape
    size = flat[at]
    rank = len(o.shape(indices))
    # The picked axes in front, as rows that are summed up by where they came from.
    rows = o.moveaxis(g, tuple(range(at, at + rank)), tuple(range(rank)))
    rest = (*flat[:at], *flat[at + 1 :])
    places = o.reshape(o.where(o.less(indices, 0), indices + size, indices), (-1,))
    summed = o.segment_sum(o.reshape(rows, (math.prod(o.shape(indices)), *rest)), places, size)
    return (o.reshape(o.moveaxis(summed, 0, at), shape),)


@_written("indexing.take_along_axis")
def _take_along_axis(x: Any, indices: Any, axis: int | None) -> Any:
    if axis is None:
        return o.take(o.reshape(x, (-1,)), indices)
    shape = o.shape(x)
    axis = shapes.normalize_axis(axis, len(shape))
    picked = o.shape(indices)
    whole = shapes.broadcast(*((*one[:axis], 1, *one[axis + 1 :]) for one in (shape, picked)))
    x = o.broadcast_to(x, (*whole[:axis], shape[axis], *whole[axis + 1 :]))
    indices = o.broadcast_to(o.cast(indices, "int64"), (*whole[:axis], picked[axis], *whole[axis + 1 :]))
    indices = o.where(o.less(indices, 0), indices + shape[axis], indices)
    return o.take(o.reshape(x, (-1,)), _linear(indices, o.shape(x), axis))


def _linear(indices: Any, shape: Any, axis: int) -> Any:
    """Where elements that are picked along an axis stand in the flattened tensor."""
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    places = indices * strides[axis]
    for i, size in enumerate(shape):
        if i != axis:
            spread = [1] * len(shape)
            spread[i] = size
            places = places + o.reshape(o.arange(size, dtype="int64"), tuple(spread)) * strides[i]
    return places


@_written("indexing.get_item")
def _gathered(x: Any, key: tuple[Any, ...]) -> Any:
    if not any(o.is_tensor(entry) for entry in key):
        return NotImplemented
    shape = o.shape(x)
    places = o.reshape(o.arange(math.prod(shape), dtype="int64"), shape)
    return o.take(o.reshape(x, (-1,)), o.get_item(places, key))


@_rule("indexing.get_item")
def _cut(g: Any, y: Any, x: Any, key: tuple[Any, ...]) -> Any:
    shape = o.shape(x)
    named = sum(entry is not None and entry is not Ellipsis for entry in key)
    filled: list[Any] = []
    for entry in key if Ellipsis in key else (*key, Ellipsis):
        if entry is Ellipsis:
            filled += [slice(None)] * (len(shape) - named)
        elif entry is not None:  # a new axis goes in the reshape below
            filled.append(slice(entry % size, entry % size + 1) if isinstance(entry, int) and (size := shape[len(filled)]) else entry)
    cuts = [range(size)[entry] for entry, size in zip(filled, shape, strict=True)]
    return (_placed(o.reshape(g, tuple(map(len, cuts))), cuts, shape),)


def _placed(g: Any, cuts: Sequence[range], shape: Any) -> Any:
    """Zeros of a shape in which a block stands at the places of these ranges, one for each axis."""
    pads: list[tuple[int, int]] = []
    for axis, (cut, size) in enumerate(zip(cuts, shape, strict=True)):
        if cut.step < 0:
            g, cut = o.flip(g, axis), cut[::-1]
        if len(cut) > 1 and cut.step > 1:
            # Zeros behind each element, but for the last one.
            now = o.shape(g)
            g = o.expand_dims(g, axis + 1)
            g = o.pad(g, tuple((0, cut.step - 1 if i == axis + 1 else 0) for i in range(len(now) + 1)))
            g = o.reshape(g, (*now[:axis], now[axis] * cut.step, *now[axis + 1 :]))
            g = g[(*(slice(None),) * axis, slice(0, (len(cut) - 1) * cut.step + 1))]
        pads.append((cut[0], size - 1 - cut[-1]) if len(cut) else (0, size))
    return o.pad(g, tuple(pads)) if any(map(any, pads)) else g


@_written("indexing.diagonal")
def _diagonal(x: Any, offset: int, axis1: int, axis2: int) -> Any:
    shape = o.shape(x)
    places = np.arange(math.prod(shape)).reshape(shape).diagonal(offset, axis1, axis2)
    return o.take(o.reshape(x, (-1,)), np.ascontiguousarray(places))


@_written("indexing.dynamic_slice")
def _dynamic_slice(x: Any, starts: Any, sizes: tuple[int, ...]) -> Any:
    for axis, (start, count) in enumerate(zip(_starts(starts, o.shape(x), sizes), sizes, strict=True)):
        x = x[(*(slice(None),) * axis, slice(start, start + count))]
    return x


def _starts(starts: Any, shape: Any, sizes: Any) -> list[int]:
    given = [int(start) for start in (starts if isinstance(starts, tuple) else o.convert_to_numpy(starts))]
    counted = [start + size if start < 0 else start for start, size in zip(given, shape, strict=True)]
    return [min(max(start, 0), size - count) for start, size, count in zip(counted, shape, sizes, strict=True)]


@_written("indexing.dynamic_slice_update")
def _dynamic_slice_update(x: Any, starts: Any, updates: Any) -> Any:
    shape, sizes = o.shape(x), o.shape(updates)
    cuts = [range(at, at + count) for at, count in zip(_starts(starts, shape, sizes), sizes, strict=True)]
    inside = np.zeros(shape, bool)
    inside[tuple(slice(cut.start, cut.stop) for cut in cuts)] = True
    return o.where(inside, _placed(updates, cuts, shape), x)


@_written("sorting.sort")
def _sort(x: Any, axis: int | None) -> Any:
    return o.take_along_axis(x, o.argsort(x, axis), axis)


@_written("sorting.top_k")
def _top_k(x: Any, k: int, sorted: bool) -> Any:
    places = o.top_k(o.stop_gradient(x), k, sorted)[1]
    return o.take_along_axis(x, places, -1), places


@_rule("sorting.tally")
def _tally(g: Any, y: Any, x: Any, weights: Any, length: Any, *others: Any) -> Any:
    size = o.shape(g)[-1]
    inside = o.less(x, size)
    places = o.where(inside, x, o.zeros_like(x))
    along = o.take(g, places) if len(o.shape(x)) == 1 else o.take_along_axis(g, places, 1)
    return None, _like(inside, along)


RULES["sorting.bincount"] = _tally


@_rule("segment.segment_reduce")
def _segments(g: Any, y: Any, data: Any, ids: Any, count: int, reduction: str, sorted: bool) -> Any:
    inside = o.logical_and(o.greater_equal(ids, 0), o.less(ids, count))
    if not count:
        return (o.zeros_like(data),)
    places = o.where(inside, ids, o.zeros_like(ids))
    inside = o.reshape(inside, (-1, *(1,) * (len(o.shape(data)) - 1)))

    def back(x: Any) -> Any:
        """What belongs to the segments, for each row."""
        return o.take(x, places, 0)

    if reduction == "add":
        return (_like(inside, back(g)),)
    if reduction == "mul":
        # A zero would be divided out again: the product of the others takes its place.
        zero = o.equal(data, 0)
        others = o.segment_prod(o.where(zero, o.ones_like(data), data), ids, count)
        zeros = back(o.segment_sum(o.cast(zero, o.dtype(data)), ids, count))
        slope = o.where(zero, back(others), back(others) / o.where(zero, o.ones_like(data), data))
        alone = o.equal(zeros, o.cast(zero, o.dtype(data)))
        return (_like(o.logical_and(inside, alone), back(g) * _conj(slope)),)
    chosen = o.logical_and(inside, o.equal(data, back(y)))
    shared = o.maximum(o.segment_sum(o.cast(chosen, o.dtype(g)), ids, count), 1.0)
    return (_like(chosen, back(g / shared)),)


# --- contraction -----------------------------------------------------------------------------------------------------


@_written("contraction.matmul")
def _vectors(a: Any, b: Any) -> Any:
    left, right = len(o.shape(a)) == 1, len(o.shape(b)) == 1
    if not left and not right:
        return NotImplemented
    found = o.matmul(o.expand_dims(a, 0) if left else a, o.expand_dims(b, 1) if right else b)
    return o.squeeze(found, tuple(axis for axis, yes in ((-2, left), (-1, right)) if yes))


RULES["contraction.matmul"] = {
    0: lambda g, y, a, b: o.matmul(g, _adjoint(b)),
    1: lambda g, y, a, b: o.matmul(_adjoint(a), g),
}


@_rule("contraction.tensordot")
def _tensordot(g: Any, y: Any, a: Any, b: Any, axes: Any) -> Any:
    ours, theirs = axes
    free_a = tuple(i for i in range(len(o.shape(a))) if i not in ours)
    free_b = tuple(i for i in range(len(o.shape(b))) if i not in theirs)
    pairs = sorted(zip(ours, theirs, strict=True), key=lambda pair: pair[1])

    def first() -> Any:
        found = o.tensordot(g, _conj(b), (tuple(range(len(free_a), len(free_a) + len(free_b))), free_b))
        order = (*free_a, *(one for one, _ in pairs))  # b's axes are left in their order
        return o.transpose(found, tuple(int(i) for i in np.argsort(order)))

    def second() -> Any:
        found = o.tensordot(_conj(a), g, (free_a, tuple(range(len(free_a)))))
        order = (*(other for _, other in sorted(pairs)), *free_b)
        return o.transpose(found, tuple(int(i) for i in np.argsort(order)))

    return first, second


_LETTERS = string.ascii_letters


@_rule("contraction.einsum")
def _einsum(g: Any, y: Any, subscripts: str, *operands: Any) -> Any:
    terms, _, output = subscripts.partition("->")
    names = terms.split(",")
    free = (name for name in _LETTERS if name not in subscripts)
    extra = max((len(o.shape(x)) - len(name.replace("...", "")) for x, name in zip(operands, names, strict=True) if "..." in name), default=0)
    dots = "".join(itertools.islice(free, extra))

    def plain(name: str, rank: int) -> str:
        """The term with letters for its dots."""
        return name.replace("...", dots[extra - (rank - len(name.replace("...", ""))) :] if "..." in name else "")

    names = [plain(name, len(o.shape(x))) for x, name in zip(operands, names, strict=True)]
    output = output.replace("...", dots)
    sizes: dict[str, int] = {}
    for x, name in zip(operands, names, strict=True):
        for letter, size in zip(name, o.shape(x), strict=True):
            sizes[letter] = max(sizes.get(letter, 1), size) if sizes.get(letter, 1) and size else 0
    full = [
        o.broadcast_to(x, tuple(sizes[letter] for letter in name)) for x, name in zip(operands, names, strict=True)
    ]

    def by(i: int) -> Any:
        mine = names[i]
        once = "".join(dict.fromkeys(mine))
        given = [(output, g), *((name, _conj(x)) for j, (name, x) in enumerate(zip(names, full, strict=True)) if j != i)]
        there = "".join(letter for letter in once if any(letter in name for name, _ in given))
        found = o.einsum(f"{','.join(name for name, _ in given)}->{there}", *(x for _, x in given))
        # A letter that only this operand has is one of a sum over all its places.
        spread = tuple(sizes[letter] if letter in there else 1 for letter in once)
        found = o.broadcast_to(o.reshape(found, spread), tuple(sizes[letter] for letter in once))
        if once == mine:
            return found
        # A repeated letter reads a diagonal.
        copies = (name for name in _LETTERS if name not in once)
        target, eyes, diagonals = "", [], []
        for letter in mine:
            if letter in target:
                copy = next(copies)
                eyes.append(letter + copy)
                diagonals.append(o.eye(sizes[letter], dtype=o.dtype(found)))
                target += copy
            else:
                target += letter
        return o.einsum(f"{','.join([once, *eyes])}->{target}", found, *diagonals)

    return (None, *((lambda i=i: by(i)) for i in range(len(operands))))


@_written("contraction.vdot")
def _vdot(a: Any, b: Any) -> Any:
    return o.sum(_conj(o.reshape(a, (-1,))) * o.reshape(b, (-1,)))


@_written("contraction.kron")
def _kron(a: Any, b: Any) -> Any:
    left, right, shape = shapes.kron_factors(o.shape(a), o.shape(b))
    return o.reshape(o.reshape(a, left) * o.reshape(b, right), shape)


@_written("contraction.correlate")
def _correlate(a: Any, b: Any, mode: str) -> Any:
    swapped = o.shape(a)[0] < o.shape(b)[0]
    longer, shorter = (b, a) if swapped else (a, b)
    size = o.shape(shorter)[0]
    longer = o.pad(longer, (shapes.correlation_padding(o.shape(longer)[0], size, mode),))
    count = o.shape(longer)[0] - size + 1
    windows = o.take(longer, np.arange(count, dtype=np.int32)[:, None] + np.arange(size, dtype=np.int32))
    found = o.matmul(windows, _conj(shorter))
    return _conj(o.flip(found)) if swapped else found


# --- linear algebra (Giles, Collected matrix derivative results for forward and reverse mode, 2008) -------------------


@_rule("linalg.cholesky")
def _cholesky(g: Any, y: Any, x: Any, upper: bool) -> Any:
    lower, slope = (_adjoint(y), _adjoint(g)) if upper else (y, g)
    middle = _halved(_adjoint(lower) @ slope)
    left = o.solve_triangular(_adjoint(lower), middle, lower=False)
    found = _adjoint(o.solve_triangular(_adjoint(lower), _adjoint(left), lower=False))
    return (_to_lower(found),)


def _halved(x: Any) -> Any:
    """The lower triangle, with half of the diagonal."""
    return o.tril(x) - 0.5 * _diagonal_of(x)


def _diagonal_of(x: Any) -> Any:
    """The matrix without what is off its diagonal."""
    return o.tril(o.triu(x))


def _to_lower(x: Any) -> Any:
    """The gradient of a function of a Hermitian matrix, of which the lower triangle is read."""
    both = x + _adjoint(x)
    return o.tril(both) - 0.5 * _diagonal_of(both)


@_rule("linalg.det")
def _det(g: Any, y: Any, x: Any) -> Any:
    try:
        cofactors = y[..., None, None] * o.swapaxes(o.inv(x), -1, -2)
    except LinAlgError:
        # det(u) det(v) times the products of all other singular values (the answer is the same where one is 0).
        u, s, v = o.svd(o.stop_gradient(x))
        n = o.shape(s)[-1]
        rest = o.prod(o.where(np.eye(n, dtype=bool), 1.0, o.broadcast_to(s[..., None, :], (*o.shape(s), n))), -1)
        cofactors = (o.det(u) * o.det(v))[..., None, None] * _conj((u * o.cast(rest, o.dtype(u))[..., None, :]) @ v)
    return (g[..., None, None] * _conj(cofactors),)


@_rule("linalg.slogdet")
def _slogdet(g: Any, y: Any, x: Any) -> Any:
    inverse = _adjoint(o.inv(x))
    weight = g[1]
    if _is_complex(x):
        weight = weight - 1j * o.imag(_conj(g[0]) * y[0])
    return (weight[..., None, None] * inverse,)


RULES["linalg.inv"] = {0: lambda g, y, x: -(_adjoint(y) @ g @ _adjoint(y))}


@_rule("linalg.solve")
def _solve(g: Any, y: Any, a: Any, b: Any) -> Any:
    vectors = shapes.are_vectors(o.shape(a), o.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    right = o.solve(_adjoint(a), g)
    return lambda: -(right @ _adjoint(x)), lambda: right[..., 0] if vectors else right


@_rule("linalg.solve_triangular")
def _solve_triangular(g: Any, y: Any, a: Any, b: Any, lower: bool) -> Any:
    vectors = shapes.are_vectors(o.shape(a), o.shape(b))
    g, x = (g[..., None], y[..., None]) if vectors else (g, y)
    right = o.solve_triangular(_adjoint(a), g, lower=not lower)
    triangle = o.tril if lower else o.triu
    return lambda: triangle(-(right @ _adjoint(x))), lambda: right[..., 0] if vectors else right


@_rule("linalg.pinv")
def _pinv(g: Any, y: Any, x: Any, rcond: Any) -> Any:
    # Golub and Pereyra, The differentiation of pseudo-inverses, 1973.
    p, ph, gh = y, _adjoint(y), _adjoint(g)
    left = gh @ p @ ph
    right = ph @ p @ gh
    return (-(ph @ g @ ph) + left - x @ (p @ left) + right - (right @ p) @ x,)


@_rule("linalg.lstsq")
def _lstsq(g: Any, y: Any, a: Any, b: Any, rcond: Any) -> Any:
    def written(a: Any, b: Any) -> Any:
        vectors = shapes.are_vectors(o.shape(a), o.shape(b))
        found = o.pinv(a, rcond) @ (b[..., None] if vectors else b)
        return found[..., 0] if vectors else found

    return _through(written, g, a, b)


def _through(written: Callable[..., Any], g: Any, *arguments: Any) -> Any:
    from ops import reverse  # which imports this

    return reverse.through(written, g, arguments)


@_rule("linalg.lu_factor")
def _lu_factor(g: Any, y: Any, x: Any) -> Any:
    shape = o.shape(x)
    rows, columns = shape[-2:]
    # The order of the rows that the exchanges made.
    pivots = o.convert_to_numpy(y[1]).reshape(-1, min(rows, columns))
    order = np.tile(np.arange(rows, dtype=np.int32), (len(pivots), 1))
    for line, row in zip(order, pivots, strict=True):
        for i, j in enumerate(row):
            line[[i, j]] = line[[j, i]]
    order = order.reshape((*shape[:-2], rows, 1))

    def written(x: Any) -> Any:
        x = o.take_along_axis(x, order, -2)
        for k in range(min(rows, columns)):
            below = (np.arange(rows) > k)[:, None]
            part = o.where(below, x[..., k : k + 1] / x[..., k : k + 1, k : k + 1], 0.0)
            right = o.where(np.arange(columns) > k, x[..., k : k + 1, :], 0.0)
            x = o.where(np.logical_and(below, np.arange(columns) == k), part, x - part * right)
        return x

    return _through(written, g[0], x)


@_rule("linalg.qr")
def _qr(g: Any, y: Any, x: Any, mode: str) -> Any:
    rows, columns = o.shape(x)[-2:]
    (gq, gr), (q, r) = g, y
    if rows >= columns:
        first = q[..., :columns]
        by_first = gq[..., :columns] + _by_completion(gq[..., columns:], first, q[..., columns:])
        return (_qr_back(by_first, gr[..., :columns, :], first, r[..., :columns, :]),)
    # A wide matrix: q is that of its first columns, and the others of r are products with it.
    left, rest = r[..., :rows], x[..., rows:]
    gl, grest = gr[..., :rows], gr[..., rows:]
    return (o.concatenate([_qr_back(gq + rest @ _adjoint(grest), gl, q, left), q @ grest], -1),)


def _qr_back(gq: Any, gr: Any, q: Any, r: Any) -> Any:
    middle = r @ _adjoint(gr) - _adjoint(gq) @ q
    lower = o.tril(middle, -1)
    diagonal = _diagonal_of(middle)
    middle = lower + _adjoint(lower) + (o.cast(o.real(diagonal), o.dtype(q)) if _is_complex(q) else diagonal)
    right = gq + q @ middle
    return _adjoint(o.solve_triangular(r, _adjoint(right), lower=False))


def _by_completion(g: Any, u: Any, rest: Any) -> Any:
    """The gradient of columns, from that of what completes them to a basis, by Householder's reflections."""
    rows, count = o.shape(u)[-2:]
    if not o.shape(rest)[-1]:
        return o.zeros_like(u)

    def written(u: Any) -> Any:
        reflections: list[tuple[Any, Any]] = []
        for j in range(count):
            x = o.where(np.arange(rows) >= j, u[..., j], o.zeros((), o.dtype(u)))[..., None]
            lead = x[..., j : j + 1, :]
            direction = o.where(o.equal(lead, 0), o.ones_like(lead), o.sign(lead))
            length = o.cast(o.sqrt(o.sum(o.square(o.abs(x)), -2, keepdims=True)), o.dtype(u))
            v = x + direction * length * (np.arange(rows) == j)[:, None].astype(o.dtype(u))
            reflections.append((v, 2.0 / o.sum(_conj(v) * v, -2, keepdims=True)))
            u = u - v * reflections[-1][1] * (_adjoint(v) @ u)
        basis: Any = o.convert_to_tensor(np.eye(rows)[:, count:], o.dtype(u))
        for v, scale in reversed(reflections):
            basis = basis - v * scale * (_adjoint(v) @ basis)
        return basis * o.sign(o.sum(_conj(o.stop_gradient(basis)) * rest, -2, keepdims=True))

    return _through(written, g, u)[0]


def _turned(g: Any, vectors: Any) -> tuple[Any, Any]:
    """The gradient of columns whose phase is fixed by their leading element, as of columns of free phase.

    The second answer is what the phases of what belongs to the columns get, as a real number for each.
    """
    if not _is_complex(vectors):
        return g, None
    size = o.convert_to_numpy(o.abs(vectors))
    first = np.argmax(size >= 0.99 * size.max(-2, keepdims=True), -2)[..., None, :].astype(np.int32)
    leading = o.take_along_axis(vectors, first, -2)
    # v = u * conj(phase of u's leading element): that phase changes by the imaginary part of the element's change.
    weight = o.imag(o.sum(_conj(g) * vectors, -2, keepdims=True)) / o.real(leading)
    chosen = (np.arange(o.shape(vectors)[-2])[:, None] == o.convert_to_numpy(first)).astype(size.dtype)
    return g + 1j * weight * chosen, weight


def _gaps(a: Any, b: Any) -> Any:
    """1 / (b_j - a_i), and 0 where i is j."""
    same = np.eye(o.shape(a)[-1], dtype=bool)
    return o.where(same, 0.0, 1.0 / o.where(same, 1.0, b[..., None, :] - a[..., :, None]))


@_rule("linalg.eigh")
def _eigh(g: Any, y: Any, x: Any) -> Any:
    (gl, gv), (values, vectors) = g, y
    gv, _ = _turned(gv, vectors)
    middle = (_adjoint(vectors) @ gv) * _gaps(values, values)
    middle = middle + o.cast(gl[..., None, :] * np.eye(o.shape(values)[-1]), o.dtype(vectors))
    return (_to_lower(0.5 * (vectors @ middle @ _adjoint(vectors) + _adjoint(vectors @ middle @ _adjoint(vectors)))),)


@_rule("linalg.eig")
def _eig(g: Any, y: Any, x: Any) -> Any:
    # Boeddeker et al., On the computation of complex-valued gradients, 2017, with columns of length 1.
    (gl, gv), (values, vectors) = g, y
    gv, _ = _turned(gv, vectors)
    vh = _adjoint(vectors)
    along = o.cast(o.real(o.sum(_conj(vectors) * gv, -2, keepdims=True)), o.dtype(vectors))
    middle = (vh @ gv - (vh @ vectors) * along) * _conj(_gaps(values, values))
    middle = middle + gl[..., None, :] * np.eye(o.shape(values)[-1]).astype(o.dtype(vectors))
    return (o.solve(vh, middle @ vh),)


@_rule("linalg.svd")
def _svd(g: Any, y: Any, x: Any, full_matrices: bool, compute_uv: bool) -> Any:
    # Townsend, Differentiating the singular value decomposition, 2016.
    if not compute_uv:
        u, _, v = o.svd(x, full_matrices=False)
        return ((u * o.cast(g, o.dtype(u))[..., None, :]) @ v,)
    (gu, gs, gv), (u, s, v) = g, y
    k = o.shape(s)[-1]
    gu = gu[..., :k] + _by_completion(gu[..., k:], u[..., :k], u[..., k:])
    gv = gv[..., :k, :] + _adjoint(_by_completion(_adjoint(gv[..., k:, :]), _adjoint(v[..., :k, :]), _adjoint(v[..., k:, :])))
    u, v = u[..., :k], v[..., :k, :]
    gu, turned = _turned(gu, u)
    uh, right, gright = _adjoint(u), _adjoint(v), _adjoint(gv)
    dtype = o.dtype(u)
    if turned is not None:
        # The phases of both go together: the right vector's gradient turns the left one's leading element, too.
        size = o.convert_to_numpy(o.abs(u))
        first = np.argmax(size >= 0.99 * size.max(-2, keepdims=True), -2)[..., None, :].astype(np.int32)
        weight = o.imag(o.sum(_conj(gright) * right, -2, keepdims=True)) / o.real(o.take_along_axis(u, first, -2))
        chosen = np.arange(o.shape(u)[-2])[:, None] == first
        gu = gu + 1j * weight * chosen.astype(size.dtype)
    gaps = o.cast(_gaps(o.square(s), o.square(s)), dtype)
    wide = o.cast(s, dtype)
    left = uh @ gu
    other = _adjoint(right) @ gright
    skew_left, skew_other = 0.5 * (left - _adjoint(left)), 0.5 * (other - _adjoint(other))
    middle = 2.0 * (skew_left * gaps * wide[..., None, :] + wide[..., :, None] * (skew_other * gaps))
    middle = middle + o.cast(gs[..., None, :] * np.eye(k), dtype)
    if turned is not None:
        # What turns both phases at once changes neither factor's product: only the left diagonal's imaginary part is left.
        phase = o.cast(o.imag(_diagonal_of(left)), dtype) * 1j
        middle = middle + phase / wide[..., None, :]
    found = u @ middle @ v
    rows, columns = o.shape(x)[-2:]
    inverse = 1.0 / wide[..., None, :]
    if rows > k:
        found = found + (gu - u @ left) * inverse @ v
    if columns > k:
        found = found + u @ _adjoint((gright - right @ other) * inverse)
    return (found,)


# --- signal ----------------------------------------------------------------------------------------------------------


@_rule("signal.dft")
def _dft(g: Any, y: Any, real: Any, imag: Any, count: int, inverse: bool) -> Any:
    size = math.prod(o.shape(real)[-count:])
    transform = _kernel("signal.dft")
    a, b = transform(g[0], g[1], count, not inverse)
    scale = 1.0 / size if inverse else float(size)
    return a * scale, b * scale


def _kernel(key: str) -> Callable[..., Any]:
    return active.current_backend().kernels[key]


def _resized(x: Any, size: int) -> Any:
    """The last axis cut or filled up with zeros."""
    have = o.shape(x)[-1]
    if have > size:
        return x[..., :size]
    return o.pad(x, (*((0, 0),) * (len(o.shape(x)) - 1), (0, size - have))) if have < size else x


@_rule("signal.rdft")
def _rdft(g: Any, y: Any, x: Any, fft_length: int) -> Any:
    a, b = (_resized(one, fft_length) for one in g)
    found, _ = _kernel("signal.dft")(a, b, 1, True)
    return (_resized(found * float(fft_length), o.shape(x)[-1]),)


@_rule("signal.irdft")
def _irdft(g: Any, y: Any, real: Any, imag: Any, fft_length: int) -> Any:
    a, b = _kernel("signal.rdft")(g, fft_length)
    weight = np.full(fft_length // 2 + 1, 2.0 / fft_length)
    weight[0] = 1.0 / fft_length
    if fft_length % 2 == 0:
        weight[-1] = 1.0 / fft_length
    scale = o.convert_to_tensor(weight, o.dtype(g))
    return _resized(a * scale, o.shape(real)[-1]), _resized(b * scale, o.shape(imag)[-1])


# --- neural networks -------------------------------------------------------------------------------------------------


def _last(x: Any, data_format: str) -> Any:
    return o.moveaxis(x, 1, -1) if data_format == "channels_first" else x


def _as_given(x: Any, data_format: str) -> Any:
    return o.moveaxis(x, -1, 1) if data_format == "channels_first" else x


def _edges(x: Any, window: Any, strides: Any, padding: str, dilation: Any) -> list[tuple[int, int]]:
    """What padding adds to the spatial axes of a channels-last tensor."""
    if padding == "causal":
        return [(rate * (k - 1), 0) for k, rate in zip(window, dilation, strict=True)]
    if padding == "valid":
        return [(0, 0)] * len(window)
    return [shapes.same_padding(*each) for each in zip(o.shape(x)[1:-1], window, strides, dilation, strict=True)]


def _padded(x: Any, edges: list[tuple[int, int]], fill: float = 0.0) -> Any:
    return o.pad(x, ((0, 0), *edges, (0, 0)), constant_values=fill) if any(map(any, edges)) else x


def _taps(counts: Any, window: Any, strides: Any, dilation: Any) -> Any:
    """For each place of a window, where its elements stand along each spatial axis."""
    for place in itertools.product(*map(range, window)):
        yield place, [
            range(p * rate, p * rate + (count - 1) * step + 1, step)
            for p, count, step, rate in zip(place, counts, strides, dilation, strict=True)
        ]


def _at(x: Any, cuts: list[range]) -> Any:
    return x[(slice(None), *(slice(cut.start, cut.stop, cut.step) for cut in cuts))]


def _conv(x: Any, kernel: Any, strides: Any, dilation: Any) -> Any:
    """The kernel, without padding, channels last."""
    return _kernel("nn.convolution.conv")(x, kernel, strides, "valid", "channels_last", dilation)


@_written("nn.convolution.conv")
def _conv_written(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    if padding == "valid" and data_format == "channels_last":
        return NotImplemented
    x = _last(x, data_format)
    x = _padded(x, _edges(x, o.shape(kernel)[:-2], strides, padding, dilation))
    return _as_given(_conv(x, kernel, strides, dilation), data_format)


@_rule("nn.convolution.conv")
def _conv_rule(g: Any, y: Any, x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    window, (depth, filters) = o.shape(kernel)[:-2], o.shape(kernel)[-2:]
    shape = o.shape(x)
    groups = shape[-1] // depth if depth else 1

    def by_inputs() -> Any:
        transpose = _kernel("nn.convolution.conv_transpose")
        extra = tuple(0 for _ in window)
        parts = [
            transpose(one, part, strides, "valid", extra, "channels_last", dilation)
            for one, part in zip(_parts(g, groups), _parts(kernel, groups), strict=True)
        ]
        found = o.concatenate(parts, -1) if groups > 1 else parts[0]
        # Rows that no window has reached.
        rest = [(0, size - have) for size, have in zip(shape[1:-1], o.shape(found)[1:-1], strict=True)]
        return _padded(found, rest)

    def by_kernel() -> Any:
        rows = o.reshape(g, (-1, groups, filters // groups))
        taps = [
            o.einsum("ngd,ngf->dgf", o.reshape(_at(x, cuts), (-1, groups, depth)), rows)
            if groups > 1
            else o.reshape(o.transpose(o.reshape(_at(x, cuts), (-1, depth))) @ rows[:, 0], (depth, 1, filters))
            for _, cuts in _taps(o.shape(g)[1:-1], window, strides, dilation)
        ]
        return o.reshape(o.stack(taps), (*window, depth, filters))

    return by_inputs, by_kernel


def _parts(x: Any, groups: int) -> list[Any]:
    return o.split(x, groups, -1) if groups > 1 else [x]


@_written("nn.convolution.depthwise_conv")
def _depthwise(x: Any, kernel: Any, strides: Any, padding: str, data_format: str, dilation: Any) -> Any:
    *window, channels, multiplier = o.shape(kernel)
    x = _last(x, data_format)
    x = _padded(x, _edges(x, window, strides, padding, dilation))
    counts = [shapes.window(*each, "valid", rate) for *each, rate in zip(o.shape(x)[1:-1], window, strides, dilation, strict=True)]
    total: Any = 0.0
    for place, cuts in _taps(counts, window, strides, dilation):
        total = total + _at(x, cuts)[..., None] * kernel[place]
    return _as_given(o.reshape(total, (*o.shape(total)[:-2], channels * multiplier)), data_format)


@_written("nn.convolution.conv_transpose")
def _conv_transpose(
    x: Any, kernel: Any, strides: Any, padding: str, output_padding: Any, data_format: str, dilation: Any
) -> Any:
    # The convolution of the input, with zeros between its elements, with the kernel reversed.
    x = _last(x, data_format)
    window, size = o.shape(kernel)[:-2], o.shape(x)
    cuts, edges, outs = [], [], []
    for n, k, step, amount, rate in zip(size[1:-1], window, strides, output_padding, dilation, strict=True):
        before, extra = shapes.transposed_window(k, step, padding, amount, rate)
        reach = rate * (k - 1)
        cuts.append(range(0, (n - 1) * step + 1, step))
        edges.append((reach, max(reach, (n - 1) * step + extra + before + reach - (n - 1) * step - 1)))
        outs.append(slice(before, before + (n - 1) * step + extra))
    whole = [(n - 1) * step + 1 for n, step in zip(size[1:-1], strides, strict=True)]
    x = _placed(x, [range(size[0]), *cuts, range(size[-1])], (size[0], *whole, size[-1]))
    turned = o.swapaxes(o.flip(kernel, tuple(range(len(window)))), -1, -2)
    found = _conv(_padded(x, edges), turned, (1,) * len(window), dilation)
    return _as_given(found[(slice(None), *outs)], data_format)


RULES["nn.convolution.unfold"] = {
    0: lambda g, y, x, *window: _kernel("nn.convolution.fold")(g, o.shape(x)[2:], *window)
}
RULES["nn.convolution.fold"] = {0: lambda g, y, x, size, *window: _kernel("nn.convolution.unfold")(g, *window)}


@_rule("nn.pooling.max_pool")
def _max_pool(g: Any, y: Any, x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    g, y, inner = (_last(one, data_format) for one in (g, y, x))
    edges = _edges(inner, pool_size, strides, padding, (1,) * len(pool_size))
    wide = _padded(inner, edges, -np.inf)
    found: Any = None
    left = o.ones_like(g, dtype="bool")
    # The first of equal ones has it all.
    for _, cuts in _taps(o.shape(g)[1:-1], pool_size, strides, (1,) * len(pool_size)):
        here = o.logical_and(left, o.equal(_at(wide, cuts), y))
        left = o.logical_and(left, o.logical_not(here))
        shape = o.shape(wide)
        part = _placed(_like(here, g), [range(shape[0]), *cuts, range(shape[-1])], shape)
        found = part if found is None else found + part
    inside = (slice(before, before + size) for (before, _), size in zip(edges, o.shape(inner)[1:-1], strict=True))
    return (_as_given(found[(slice(None), *inside)], data_format),)


@_written("nn.pooling.average_pool")
def _average_pool(x: Any, pool_size: Any, strides: Any, padding: str, data_format: str) -> Any:
    x = _last(x, data_format)
    edges = _edges(x, pool_size, strides, padding, (1,) * len(pool_size))
    real = _padded(o.ones((1, *o.shape(x)[1:-1], 1), o.dtype(x)), edges)
    wide = _padded(x, edges)
    counts = [shapes.window(*each, "valid") for each in zip(o.shape(wide)[1:-1], pool_size, strides, strict=True)]
    total: Any = 0.0
    number: Any = 0.0
    for _, cuts in _taps(counts, pool_size, strides, (1,) * len(pool_size)):
        total, number = total + _at(wide, cuts), number + _at(real, cuts)
    return _as_given(total / number, data_format)


def _adaptive(function: Callable[..., Any]) -> Callable[..., Any]:
    def written(x: Any, output_size: Any, data_format: str) -> Any:
        for axis, count in enumerate(output_size, start=1 if data_format == "channels_last" else 2):
            starts, ends = shapes.adaptive_windows(o.shape(x)[axis], count)
            before = (slice(None),) * axis
            x = o.stack([function(x[(*before, slice(*cut))], axis) for cut in zip(starts, ends, strict=True)], axis)
        return x

    return written


WRITTEN["nn.pooling.adaptive_max_pool"] = _adaptive(lambda x, axis: o.max(x, axis))
WRITTEN["nn.pooling.adaptive_average_pool"] = _adaptive(lambda x, axis: o.mean(x, axis))
