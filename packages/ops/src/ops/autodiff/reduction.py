"""Vjp rules of the family reduction."""

from __future__ import annotations

import math
from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, conj, masked
from ops_common import shapes


def _expand(reduced: Any, x: Any, axis: Any) -> Any:
    """Returns a reduced tensor, broadcast back to the shape of x."""
    shape = xp.shape(x)
    if None in shape:
        if len(xp.shape(reduced)) < len(shape):
            reduced = xp.expand_dims(reduced, shapes.normalize_axes(axis, len(shape)))
        return reduced * xp.ones_like(x)
    return xp.broadcast_to(xp.reshape(reduced, shapes.reduce(shape, axis, True)), shape)


def _reduced_size(x: Any, axis: Any) -> Any:
    """Returns how many elements are reduced to one, as a tensor if a size is not known yet."""
    shape = xp.shape(x)
    if None in shape:
        return xp.sum(xp.ones_like(x), axis, True)
    return math.prod(shape[i] for i in shapes.normalize_axes(axis, len(shape)))


def _extremum(g: Any, y: Any, x: Any, axis: Any, keepdims: bool, initial: Any) -> Any:
    is_extremum = xp.equal(x, _expand(y, x, axis))
    count = xp.maximum(xp.sum(xp.cast(is_extremum, xp.dtype(g)), axis, keepdims), 1.0)
    if initial is not None:  # gets half of the cotangent at a tie, as an operand of `maximum` does
        g = xp.where(xp.equal(y, initial), g * 0.5, g)
    return (masked(is_extremum, _expand(g / count, x, axis)),)


def _prod(x: Any, axis: Any, keepdims: bool) -> Any:
    # A tree of products: their rule needs no division, which would fail for zeros.
    shape = xp.shape(x)
    reduced = shapes.normalize_axes(axis, len(shape))
    if None in shape:
        return NotImplemented
    kept = tuple(i for i in range(len(shape)) if i not in reduced)
    rows = xp.reshape(xp.transpose(x, (*reduced, *kept)), (_reduced_size(x, axis), *(shape[i] for i in kept)))
    if not xp.shape(rows)[0]:
        return NotImplemented
    while (size := xp.shape(rows)[0]) > 1:
        half = size // 2
        product = rows[:half] * rows[half : 2 * half]
        rows = xp.concatenate([product, rows[2 * half :]], 0) if size % 2 else product
    return xp.reshape(rows, shapes.reduce(shape, axis, keepdims))


def _prod_of_unknown_size(g: Any, y: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    is_zero = xp.equal(x, 0)
    nonzero = xp.where(is_zero, xp.ones_like(x), x)
    product = _expand(xp.prod(nonzero, axis, keepdims), x, axis)
    zero_count = _expand(xp.sum(xp.cast(is_zero, xp.dtype(g)), axis, keepdims), x, axis)
    others_are_nonzero = xp.equal(zero_count, xp.cast(is_zero, xp.dtype(g)))
    return (masked(others_are_nonzero, _expand(g, x, axis) * conj(product / nonzero)),)


def _cumsum(g: Any, y: Any, x: Any, axis: Any) -> Any:
    axis = 0 if axis is None else axis
    return (xp.reshape(xp.flip(xp.cumsum(xp.flip(g, axis), axis), axis), xp.sizes(x)),)


def _cumprod(x: Any, axis: Any) -> Any:
    x, axis = (xp.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    return xp.associative_scan(xp.multiply, x, axis=axis) if xp.shape(x)[axis] else NotImplemented


def _cumprod_of_unknown_size(g: Any, y: Any, x: Any, axis: Any) -> Any:
    sizes = xp.sizes(x)
    x, axis = (xp.reshape(x, (-1,)), 0) if axis is None else (x, axis)
    if 0 in xp.shape(x):
        return (xp.zeros_like(x),)
    rows, products, cotangents = (xp.moveaxis(tensor, axis, 0) for tensor in (conj(x), conj(y), g))
    start = xp.ones_like(rows[:1])

    def step(carry: Any, row: Any) -> tuple[Any, Any]:
        """Returns the sum of the cotangents from a row on, each times the factors in between."""
        total, factor = carry
        cotangent, x_row = row
        total = cotangent + factor * total
        return (total, x_row), total

    first = xp.zeros_like(cotangents[0]), xp.zeros_like(rows[0])
    _, totals = xp.scan(step, first, (cotangents, rows), reverse=True)
    before = xp.concatenate([start, products[:-1]], 0)
    return (xp.reshape(xp.moveaxis(before * totals, 0, axis), sizes),)


RULES = FamilyRules(
    vjps={
        "reduction.cumprod": _cumprod_of_unknown_size,
        "reduction.cumsum": _cumsum,
        "reduction.max": _extremum,
        "reduction.mean": {0: lambda g, y, x, axis, keepdims: _expand(g, x, axis) / _reduced_size(x, axis)},
        "reduction.min": _extremum,
        "reduction.prod": _prod_of_unknown_size,
        "reduction.sum": {0: lambda g, y, x, axis, keepdims: _expand(g, x, axis)},
    },
    decompositions={"reduction.cumprod": _cumprod, "reduction.prod": _prod},
    zero_gradient=frozenset(["reduction.argmax", "reduction.argmin", "reduction.count_nonzero"]),
)
