"""What a vjp rule is, and helpers that rules share.

A vjp rule of a kernel computes the cotangents of the kernel's arguments. It takes the cotangent of the kernel's output
(``g``; a list of them for several outputs), the output (``y``) and the arguments. A rule is either

- a dict from the position of an argument to a function ``(g, y, *arguments)`` that returns its cotangent, or
- one such function that returns a sequence with an entry for each argument: a cotangent, None for a zero gradient, or
  a function without parameters that is called only if the cotangent is needed.

The tape then passes each cotangent through `unbroadcast`, so rules ignore broadcasting and promotion. The cotangent of
a complex tensor is that of its real part plus i times that of its imaginary part.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from ops.autodiff import functions as xp
from ops_common import dtypes, shapes
from ops_common.runtime import active

VjpRule: TypeAlias = "dict[int, Callable[..., Any]] | Callable[..., Sequence[Any]]"


class FamilyRules(NamedTuple):
    """The rules of a family's kernels, by kernel (``"reduction.sum"``)."""

    vjps: Mapping[str, VjpRule] = {}
    # The kernel written in ops that have rules. A decomposition that returns NotImplemented leaves the call to the
    # kernel and its vjp rule.
    decompositions: Mapping[str, Callable[..., Any]] = {}
    # Kernels whose output is piecewise constant in their arguments.
    zero_gradient: frozenset[str] = frozenset()


def unbroadcast(cotangent: Any, x: Any) -> Any:
    """Returns the cotangent of an operand in its own shape and dtype: summed over the axes along which the operand was
    broadcast, and cast back from the promoted dtype."""
    shape, dtype = xp.shape(x), xp.dtype(x)
    full_shape = xp.shape(cotangent)
    if full_shape != shape:
        lead = len(full_shape) - len(shape)
        stretched = [lead + i for i, size in enumerate(shape) if size == 1 and full_shape[lead + i] != 1]
        if None in shape:
            cotangent = xp.sum(cotangent, tuple(stretched), True) if stretched else cotangent
            cotangent = xp.sum(cotangent, tuple(range(lead))) if lead else cotangent
        else:
            cotangent = xp.reshape(xp.sum(cotangent, (*range(lead), *stretched)), shape)
    if xp.dtype(cotangent) == dtype:
        return cotangent
    is_narrowed = is_complex(cotangent) and dtype not in dtypes.COMPLEX
    return xp.cast(xp.real(cotangent) if is_narrowed else cotangent, dtype)


def standard_basis(x: Any) -> Iterator[Any]:
    """Yields the tensors like x with a single 1, in row-major order."""
    shape, count = xp.shape(x), math.prod(xp.shape(x))
    for i in range(count):
        vector = np.zeros(count)
        vector[i] = 1
        yield xp.convert_to_tensor(vector.reshape(shape), xp.dtype(x))


def stack_rows(rows: Sequence[Any], output_shape: shapes.Shape, x: Any) -> Any:
    """Returns a Jacobian from its rows, of the output's shape followed by the shape of x."""
    shape = (*output_shape, *xp.shape(x))
    return xp.reshape(xp.stack(rows), shape) if rows else xp.zeros(shape, xp.dtype(x))  # pyright: ignore[reportArgumentType]  # known sizes


def is_complex(x: Any) -> bool:
    """Returns whether a tensor or number is complex."""
    return isinstance(x, complex) if not xp.is_tensor(x) else xp.dtype(x) in dtypes.COMPLEX


def conj(x: Any) -> Any:
    """Returns the conjugate of a tensor or number; a real one is returned as it is."""
    return xp.conj(x) if xp.is_tensor(x) and is_complex(x) else x.conjugate() if isinstance(x, complex) else x


def masked(mask: Any, g: Any) -> Any:
    """Returns the cotangent where the mask is true, else 0."""
    return xp.where(mask, g, xp.zeros_like(g))


def adjoint(x: Any) -> Any:
    """Returns the conjugate transpose of matrices."""
    return conj(xp.swapaxes(x, -1, -2))


class Cut(NamedTuple):
    """Positions along an axis: ``first``, ``first + step`` and so on.

    Attributes:
        first, count: ints or run-time sizes.
        step: an int.
        after: how many positions follow the last one; None if the size of the axis decides.
    """

    first: Any
    count: Any
    step: int = 1
    after: int | None = None


def cut_of(part: slice, size: Any, count: Any) -> Cut:
    """Returns the positions that a slice selects along an axis of a size, an int or a run-time size.

    ``count`` is the number of the positions.
    """
    if {int, type(None)}.issuperset(map(type, (part.start, part.stop, size))):
        positions = range(size)[part]
        return Cut(positions.start, len(positions), positions.step)
    start, step = part.start, 1 if part.step is None else part.step
    if start is None:
        start = 0 if step > 0 else size - 1
    elif not isinstance(start, int):
        start = xp.where(xp.less(start, 0), start + size, start)
    elif start < 0:
        start = xp.larger_size(size + start, 0)
    elif start:
        start = xp.smaller_size(start, size if step > 0 else size - 1)
    return Cut(start, count, step, 0 if step == 1 and part.stop is None else None)


def is_zero(size: Any) -> bool:
    """Returns whether a size is known to be 0."""
    return isinstance(size, int) and size == 0


def pad_to_slices(g: Any, cuts: Sequence[Cut], sizes: Sequence[Any]) -> Any:
    """Returns zeros of these sizes with the block g at these positions of each axis: the vjp of slicing."""
    pads: list[tuple[Any, Any]] = []
    for axis, ((first, count, step, after), size) in enumerate(zip(cuts, sizes, strict=True)):
        if step < 0:
            g, first, step = xp.flip(g, axis), first + (count - 1) * step, -step
        length = count
        if step > 1 and (not isinstance(count, int) or count > 1):
            # Zeros after each element, except the last.
            block = xp.sizes(g)
            g = xp.expand_dims(g, axis + 1)
            g = xp.pad(g, tuple((0, step - 1 if i == axis + 1 else 0) for i in range(len(block) + 1)))
            g = xp.reshape(g, (*block[:axis], block[axis] * step, *block[axis + 1 :]))
            length = (count - 1) * step + 1
            g = g[(*(slice(None),) * axis, slice(0, length))]
        if is_zero(count):
            pads.append((0, size))
        elif length is size and is_zero(first):
            pads.append((0, 0))
        else:
            pads.append((first, size - first - length if after is None else after))
    return xp.pad(g, tuple(pads)) if any_width(pads) else g


def any_width(pads: Sequence[tuple[Any, Any]]) -> bool:
    """Returns whether padding by these widths, ints or run-time sizes, can add elements."""
    return not all(is_zero(width) for pair in pads for width in pair)


def native(key: str) -> Callable[..., Any]:
    """Returns a kernel of the active backend, for rules that need arguments which no op passes to it."""
    return active.current_backend().kernels[key]


def is_index_below(ids: Any, count: int) -> Any:
    """Returns which integers lie in ``[0, count)``; their dtype need not hold the count."""
    if xp.dtype(ids) in ("int8", "int16", "uint8", "uint16"):
        ids = xp.cast(ids, "int32")
    return xp.logical_and(xp.greater_equal(ids, 0), xp.less(ids, count))
