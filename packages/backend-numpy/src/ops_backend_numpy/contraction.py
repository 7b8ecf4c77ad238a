"""NumPy, family contraction."""

from __future__ import annotations

import functools
import math
from typing import Any, Literal

import numpy as np

from ops_backend_numpy.core import SMALL_FLOATS
from ops_common import shapes
from ops_common.host.parallel import share

Tensor = Any

_SMALL = 1 << 12  # elements of an intermediate array
_UFUNC_DTYPES = frozenset(
    np.dtype(name) for name in ("float32", "float64", "complex64", "complex128", "int32", "int64")
)


def matmul(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype in SMALL_FLOATS:  # they have no matmul loop; accumulate in float32
        return np.matmul(x1.astype(np.float32), x2.astype(np.float32)).astype(x1.dtype)
    return np.matmul(x1, x2)


def tensordot(x1: Tensor, x2: Tensor, axes: tuple[tuple[int, ...], tuple[int, ...]]) -> Tensor:
    left, right = axes
    if len(left) == 1 and left[0] == x1.ndim - 1 <= 1 and x2.ndim <= 2 and x1.dtype in _UFUNC_DTYPES:
        return np.asarray(np.dot(x1, x2 if right[0] == 0 else x2.T))
    free1 = tuple(i for i in range(x1.ndim) if i not in left)
    free2 = tuple(i for i in range(x2.ndim) if i not in right)
    inner = int(np.prod([x1.shape[i] for i in left], dtype=np.int64))
    rows = x1.transpose(free1 + left).reshape(-1 if inner else int(np.prod([x1.shape[i] for i in free1])), inner)
    columns = x2.transpose(right + free2).reshape(inner, -1 if inner else int(np.prod([x2.shape[i] for i in free2])))
    return matmul(rows, columns).reshape((*(x1.shape[i] for i in free1), *(x2.shape[i] for i in free2)))


@functools.lru_cache(maxsize=256)
def _path(subscripts: str, *shapes: tuple[int, ...]) -> Any:
    """Returns the order of the products for NumPy's `optimize`, or False for a few multiplications at once."""
    if _multiplications(subscripts, shapes) <= _SMALL:
        return False
    # Computing an order takes longer than a small sum itself, and depends only on the shapes.
    return np.einsum_path(subscripts, *(np.broadcast_to(np.float32(0), shape) for shape in shapes), optimize="greedy")[
        0
    ]


def _multiplications(subscripts: str, shapes: tuple[tuple[int, ...], ...]) -> float:
    """Returns the number of multiplications in one loop over all indices; infinity if it is not obvious."""
    sizes: dict[str, int] = {}
    terms = subscripts.partition("->")[0].replace(" ", "").split(",")
    for term, shape in zip(terms, shapes, strict=False):
        if "." in term or len(term) != len(shape):
            return math.inf
        for letter, size in zip(term, shape, strict=True):
            sizes[letter] = max(size, sizes.get(letter, 0))
    return math.prod(sizes.values()) * (len(shapes) - 1)


def einsum(subscripts: str, *operands: Tensor) -> Tensor:
    dtype = operands[0].dtype
    if dtype in SMALL_FLOATS or dtype == np.float16:  # accumulate in float32
        return einsum(subscripts, *(x.astype(np.float32) for x in operands)).astype(dtype)
    optimize = _path(subscripts, *(x.shape for x in operands)) if len(operands) > 1 else False
    return np.einsum(subscripts, *operands, optimize=optimize)


def vdot(x1: Tensor, x2: Tensor) -> Tensor:
    if x1.dtype in SMALL_FLOATS or x1.dtype == np.float16:  # accumulate in float32
        return np.vdot(x1.astype(np.float32), x2.astype(np.float32)).astype(x1.dtype)
    return np.vdot(x1, x2)


def kron(x1: Tensor, x2: Tensor) -> Tensor:
    left, right, out = shapes.kron_factors(x1.shape, x2.shape)
    return np.multiply(x1.reshape(left), x2.reshape(right)).reshape(out)


def correlate(x1: Tensor, x2: Tensor, mode: Literal["valid", "same", "full"]) -> Tensor:
    if x1.dtype in SMALL_FLOATS or x1.dtype == np.float16:  # accumulate in float32
        return np.correlate(x1.astype(np.float32), x2.astype(np.float32), mode).astype(x1.dtype)
    return np.correlate(x1, x2, mode)


def cdist(x: Tensor, y: Tensor) -> Tensor:
    if x.dtype.itemsize < 4:
        return cdist(x.astype(np.float32), y.astype(np.float32)).astype(x.dtype)
    stack = np.broadcast_shapes(x.shape[:-2], y.shape[:-2]) if x.ndim + y.ndim > 4 else ()
    rows, columns = x.shape[-2], y.shape[-2]
    if x.shape[-1] != y.shape[-1]:
        raise ValueError("rows of different sizes")
    if rows * columns * x.shape[-1] * math.prod(stack) <= _SMALL:
        apart = x[..., :, None, :] - y[..., None, :, :]
        return np.sqrt(np.vecdot(apart, apart))
    out = np.empty((*stack, rows, columns), x.dtype)
    x, y = np.broadcast_to(x, (*stack, *x.shape[-2:])), np.broadcast_to(y, (*stack, *y.shape[-2:]))

    def between(part: slice, place: tuple[int, ...]) -> None:
        apart = x[place][part, None, :] - y[place]
        np.sqrt(np.vecdot(apart, apart), out=out[place][part])

    for place in np.ndindex(stack):
        share(functools.partial(between, place=place), rows, columns * x.shape[-1])
    return out
