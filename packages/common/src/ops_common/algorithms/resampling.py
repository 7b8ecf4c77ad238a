"""Weights for resampling images along one axis: a matrix for each pair of sizes, computed once.

Pixels are squares with centres at 0.5, 1.5 and so on, in the input and in the output.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
Function = Callable[..., Any]


# The radii of the Lanczos kernels.
_RADII = {"lanczos3": 3, "lanczos5": 5}
METHODS = ("nearest", "bilinear", "bicubic", *_RADII, "area")


def kernel(method: str, x: Any, where: Function, maximum: Function, sinc: Function) -> Any:
    """Returns the weights of pixels at these distances, in pixels, which are not negative.

    Args:
        method: "bilinear"; "bicubic", the kernel of Keys (1981) with a = -1/2, which reproduces quadratic functions;
            "lanczos3" or "lanczos5", ``sinc(x) sinc(x / radius)``.
        x: an array, or a tensor of any backend.
        where: the function of this name for what x is, as are `maximum` and `sinc`.
    """
    if method == "bilinear":
        return maximum(1.0 - x, 0.0)
    if method == "bicubic":
        near = (1.5 * x - 2.5) * x * x + 1.0
        far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
        return where(x < 1.0, near, where(x < 2.0, far, 0.0))
    radius = _RADII[method]
    return where(x < float(radius), sinc(x) * sinc(x / radius), 0.0)


@functools.lru_cache(maxsize=256)
def nearest(size: int, out: int) -> tuple[int, ...]:
    """Returns the input pixel that contains the centre of each output pixel."""
    return tuple((2 * i + 1) * size // (2 * out) for i in range(out))


@functools.lru_cache(maxsize=64)
def weights(size: int, out: int, method: str, antialias: bool, dtype: str = "float64") -> Array:
    """Returns a matrix of shape (out, size); each row sums to 1.

    Args:
        size: the number of input pixels.
        out: the number of output pixels.
        method: "bilinear", "bicubic", "lanczos3", "lanczos5", or "area", the mean of the area that the output pixel
            covers.
        antialias: whether the kernel is widened if there are fewer output pixels than input pixels.
        dtype: of the matrix. The matrix is shared by all callers and must not be written to. (It is not marked as
            read-only: torch's compiler does not support that.)
    """
    step = size / out
    if method == "area":
        edges = np.arange(out + 1.0) * step  # floats: torch's compiler fixes a size that integers are multiplied with
        ends = np.minimum(edges[1:, None], np.arange(1, size + 1)) - np.maximum(edges[:-1, None], np.arange(size))
        weights = np.maximum(ends, 0)
    else:
        middles = (np.arange(out) + 0.5) * step - 0.5
        wide = max(step, 1.0) if antialias else 1.0
        distances = np.abs(middles[:, None] - np.arange(size)) / wide
        weights = kernel(method, distances, np.where, np.maximum, np.sinc)
    return (weights / weights.sum(1, keepdims=True)).astype(dtype)


class Functions(NamedTuple):
    """What `run_time_weights` calls: functions of a backend's tensors."""

    cast: Function  # to the dtype of the weights
    where: Function
    maximum: Function
    minimum: Function
    abs: Function
    sinc: Function
    total: Function  # the sum along the second axis, which remains with size 1


def run_time_weights(size: Any, places: Any, out: Any, rows: Any, method: str, antialias: bool, of: Functions) -> Any:
    """Returns the matrix of `weights` for numbers of pixels that are tensors.

    Args:
        size: the number of input pixels, int32 of rank 0.
        places: ``arange(size)``, int32.
        out: the number of output pixels, likewise.
        rows: ``arange(out)[:, None]``, int32.
        method: see `weights`.
        antialias: see `weights`.
        of: the functions of the tensors.
    """
    # All positions are multiples of 1 / (2 * out): they are computed in integers, without rounding.
    if method == "area":
        ends = of.minimum((rows + 1) * size, (places + 1) * out) - of.maximum(rows * size, places * out)
        matrix = of.cast(of.maximum(ends, 0))
    else:
        distances = of.cast(of.abs((rows * 2 + 1) * size - places * (out * 2) - out)) / of.cast(out * 2)
        if antialias:
            distances = distances / of.maximum(of.cast(size) / of.cast(out), 1.0)
        matrix = kernel(method, distances, of.where, of.maximum, of.sinc)
    return matrix / of.total(matrix)


@functools.lru_cache(maxsize=64)
def blocks(size: int, out: int, method: str, antialias: bool, dtype: str, length: int) -> list[tuple[slice, slice]]:
    """Returns the matrix cut into blocks of so many output pixels: (output pixels, input pixels that they depend
    on)."""
    matrix = weights(size, out, method, antialias, dtype)
    blocks: list[tuple[slice, slice]] = []
    for start in range(0, out, length):
        rows = slice(start, min(start + length, out))
        used = np.flatnonzero(matrix[rows].any(0))
        blocks.append((rows, slice(int(used[0]), int(used[-1]) + 1)))
    return blocks


@functools.lru_cache(maxsize=256)
def gaussian(size: int, sigma: float) -> tuple[float, ...]:
    """Returns weights of a normal density at `size` positions around its centre, which sum to 1."""
    weights = [math.exp(-0.5 * ((i - (size - 1) / 2) / sigma) ** 2) for i in range(size)]
    total = math.fsum(weights)
    return tuple(x / total for x in weights)
