"""What a rule is, and what rules have in common.

A rule takes the gradient with respect to the kernel's answer (a list of them for several answers), the answer and the
kernel's arguments, and gives the gradient with respect to each argument; `fit` then sums it over axes that broadcast.
Gradients of complex numbers are those of their real parts plus i times those of their imaginary parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import ops as o
from ops_common import active, dtypes, shapes

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


def rule(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Puts a function into `RULES`."""

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        RULES[name] = function
        return function

    return put


def written(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Puts a function into `WRITTEN`."""

    def put(function: Callable[..., Any]) -> Callable[..., Any]:
        WRITTEN[name] = function
        return function

    return put


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
    return o.cast(o.real(slope) if is_complex(slope) and dtype not in dtypes.COMPLEX else slope, dtype)


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
    return o.reshape(o.stack(rows), whole) if rows else o.zeros(whole, o.dtype(point))  # pyright: ignore[reportArgumentType]  # known sizes


def is_complex(x: Any) -> bool:
    """Of a tensor or a number."""
    return isinstance(x, complex) if not o.is_tensor(x) else o.dtype(x) in dtypes.COMPLEX


def conj(x: Any) -> Any:
    """The conjugate, of a tensor or a number; nothing is done to a real one."""
    return o.conj(x) if o.is_tensor(x) and is_complex(x) else x.conjugate() if isinstance(x, complex) else x


def masked(mask: Any, g: Any) -> Any:
    """The gradient where the mask is, else 0."""
    return o.where(mask, g, o.zeros_like(g))


def adjoint(x: Any) -> Any:
    """Matrices transposed and conjugated."""
    return conj(o.swapaxes(x, -1, -2))


def placed(g: Any, cuts: Sequence[range], shape: Any) -> Any:
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


def through(body: Callable[..., Any], g: Any, *arguments: Any) -> Any:
    """The gradients of what has been written in ops, for a kernel that gives the same answers."""
    from ops import reverse  # which imports this

    return reverse.through(body, g, arguments)


def native(key: str) -> Callable[..., Any]:
    """A kernel of the contract, which no op calls with just these arguments."""
    return active.current_backend().kernels[key]
