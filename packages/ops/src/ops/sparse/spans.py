"""Spans of positions, one for each of several entries."""

from __future__ import annotations

from typing import Any

from ops_common.runtime.backend import Backend


def spans(backend: Backend, ordered: Any, wanted: Any) -> tuple[Any, Any]:
    """Returns which entries of a sorted vector equal each of the wanted ones.

    Args:
        ordered: shape (n,), in ascending order.
        wanted: shape (m,), in the same dtype.

    Returns:
        Two vectors with an element for each pair of equal ones: the position in ``wanted``, in ascending order, and
        that in ``ordered``.
    """
    bound = backend.bound
    starts = bound.sorting_searchsorted(ordered, wanted, "left")
    counts = bound.elementwise_subtract(bound.sorting_searchsorted(ordered, wanted, "right"), starts)
    before = bound.elementwise_subtract(bound.reduction_cumsum(counts), counts)
    owners = bound.manipulation_repeat(bound.creation_arange(bound.core_shape(counts)[0]), counts, 0)
    places = bound.creation_arange(bound.core_shape(owners)[0], dtype=backend.dtype(starts))
    offsets = bound.elementwise_subtract(places, bound.indexing_take(before, owners, 0))
    return owners, bound.elementwise_add(bound.indexing_take(starts, owners, 0), offsets)
