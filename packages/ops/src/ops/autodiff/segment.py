"""Vjp rules of the family segment."""

from __future__ import annotations

from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, conj, is_index_below, is_zero, masked


def _segment_reduce(g: Any, y: Any, data: Any, ids: Any, count: int, reduction: str, sorted: bool) -> Any:
    if is_zero(count):
        return (xp.zeros_like(data),)
    is_valid = is_index_below(ids, count)
    valid_ids = xp.where(is_valid, ids, xp.zeros_like(ids))
    is_valid = xp.reshape(is_valid, (-1, *(1,) * (len(xp.shape(data)) - 1)))

    def by_row(x: Any) -> Any:
        """Returns for each row the value of its segment."""
        return xp.take(x, valid_ids, 0)

    if reduction == "add":
        return (masked(is_valid, by_row(g)),)
    if reduction == "mul":
        # The derivative is the product of the other factors: y / data would fail for a zero.
        has_zero = xp.equal(data, 0)
        nonzero = xp.where(has_zero, xp.ones_like(data), data)
        nonzero_product = by_row(xp.segment_prod(nonzero, ids, count))
        derivative = xp.where(has_zero, nonzero_product, nonzero_product / nonzero)
        zero_count = by_row(xp.segment_sum(xp.cast(has_zero, xp.dtype(data)), ids, count))
        others_are_nonzero = xp.equal(zero_count, xp.cast(has_zero, xp.dtype(data)))
        return (masked(xp.logical_and(is_valid, others_are_nonzero), by_row(g) * conj(derivative)),)
    is_extremum = xp.logical_and(is_valid, xp.equal(data, by_row(y)))
    tie_count = xp.maximum(xp.segment_sum(xp.cast(is_extremum, xp.dtype(g)), ids, count), 1.0)
    return (masked(is_extremum, by_row(g / tie_count)),)


RULES = FamilyRules(vjps={"segment.segment_reduce": _segment_reduce})
