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
            cotangent = xp.sum(cotangent, stretched, True) if stretched else cotangent
            cotangent = xp.sum(cotangent, range(lead)) if lead else cotangent
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


def pad_to_slices(g: Any, slices: Sequence[range], shape: Any) -> Any:
    """Returns zeros of a shape with the block g at these positions, a range for each axis: the vjp of slicing."""
    pads: list[tuple[int, int]] = []
    for axis, (cut, size) in enumerate(zip(slices, shape, strict=True)):
        if cut.step < 0:
            g, cut = xp.flip(g, axis), cut[::-1]
        if len(cut) > 1 and cut.step > 1:
            # Zeros after each element, except the last.
            block = xp.shape(g)
            g = xp.expand_dims(g, axis + 1)
            g = xp.pad(g, tuple((0, cut.step - 1 if i == axis + 1 else 0) for i in range(len(block) + 1)))
            g = xp.reshape(g, (*block[:axis], block[axis] * cut.step, *block[axis + 1 :]))
            g = g[(*(slice(None),) * axis, slice(0, (len(cut) - 1) * cut.step + 1))]
        pads.append((cut[0], size - 1 - cut[-1]) if len(cut) else (0, size))
    return xp.pad(g, tuple(pads)) if any(map(any, pads)) else g


def native(key: str) -> Callable[..., Any]:
    """Returns a kernel of the active backend, for rules that need arguments which no op passes to it."""
    return active.current_backend().kernels[key]


def is_index_below(ids: Any, count: int) -> Any:
    """Returns which integers lie in ``[0, count)``; their dtype need not hold the count."""
    if xp.dtype(ids) in ("int8", "int16", "uint8", "uint16"):
        ids = xp.cast(ids, "int32")
    return xp.logical_and(xp.greater_equal(ids, 0), xp.less(ids, count))
