"""Vjp rules of the family sorting."""

from __future__ import annotations

from typing import Any

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, is_index_below, masked


def _sort(x: Any, axis: int | None) -> Any:
    return xp.take_along_axis(x, xp.argsort(x, axis), axis)


def _top_k(x: Any, k: int, sorted: bool) -> Any:
    indices = xp.top_k(xp.stop_gradient(x), k, sorted)[1]
    return xp.take_along_axis(x, indices, -1), indices


def _bincount(g: Any, y: Any, x: Any, weights: Any, length: Any, *others: Any) -> Any:
    is_counted = is_index_below(x, xp.shape(g)[-1])
    bins = xp.where(is_counted, x, xp.zeros_like(x))
    by_element = xp.take(g, bins) if len(xp.shape(x)) == 1 else xp.take_along_axis(g, bins, 1)
    return None, masked(is_counted, by_element)


RULES = FamilyRules(
    vjps={"sorting.bincount": _bincount, "sorting.tally": _bincount},
    decompositions={"sorting.sort": _sort, "sorting.top_k": _top_k},
    zero_gradient=frozenset(["sorting.argpartition", "sorting.argsort", "sorting.isin", "sorting.searchsorted"]),
)
