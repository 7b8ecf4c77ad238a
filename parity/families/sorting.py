"""Listed differences of sorting, searching and ranks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from parity.listing import ALL, HALF, Listed, has_infinite, has_no_elements, pairs


def _not_increasing(x: Any) -> bool:
    with np.errstate(all="ignore"):
        return not bool(np.all(np.asarray(x[..., :-1] <= x[..., 1:])))


def _unsorted(name: str, falling: bool = False) -> Callable[[Any], bool]:
    """An argument does not increase, nor does it decrease if that will do."""

    def test(found: Any) -> bool:
        given = found.argument(name)
        if given is None:
            return False
        x = np.asarray(given)
        return _not_increasing(x) and not (falling and not _not_increasing(x[..., ::-1]))

    return test


def _same_order(found: Any) -> bool:
    """Both answers name the same elements in the same order: they differ in the order of equal ones."""
    x, axis = np.asarray(found.operands()[0]), found.given().get("axis", -1)
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    places = [leaf.values for leaf in (*found.ours.leaves, *found.theirs.leaves)]
    if any(place.shape != flat.shape for place in places):
        return False
    if any(((place < 0) | (place >= flat.shape[along])).any() for place in places):
        return False
    one, other = (np.take_along_axis(flat, place, along) for place in places)
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fcV"))


def _partitioned(found: Any) -> bool:
    """In our order each element is there once, and the k-th is the one that sorting puts there."""
    x, axis, kth = np.asarray(found.operands()[0]), found.given().get("axis", -1), found.argument("kth")
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    if flat.dtype.kind == "V":
        flat = flat.astype(np.float32)
    places = found.ours.leaves[0].values
    if places.shape != flat.shape:
        return False
    ordered, ours = np.sort(flat, along), np.take_along_axis(flat, places, along)
    same = [np.take(part, kth, along) for part in (ours, ordered)]
    return bool(np.array_equal(np.sort(ours, along), ordered, equal_nan=flat.dtype.kind in "fc")) and bool(
        np.array_equal(*same, equal_nan=flat.dtype.kind in "fc")
    )


def _same_numbers(found: Any) -> bool:
    """Both answer the same numbers, and places where these are; or there is NaN among them, which has no order."""
    if has_infinite(found) or found.theirs.error is not None:
        return True
    if found.ours.leaves[0].shape != found.theirs.leaves[0].shape:
        return False
    x = np.asarray(found.operands()[0])
    both = [np.sort(side.leaves[0].values, -1) for side in (found.ours, found.theirs)]
    at = [np.sort(np.take_along_axis(x, side.leaves[1].values, -1), -1) for side in (found.ours, found.theirs)]
    return all(np.array_equal(one, both[0], equal_nan=x.dtype.kind in "fcV") for one in (*both[1:], *at))


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "unique of a fixed size", ("unique",), ALL, ("value",),
        "fills up places with 1 on some backends",
        "fills them up with the first element's place, as JAX does",
        lambda found: found.argument("size") is not None,
    ),
    Listed(
        "order of equal elements", ("argsort",), ALL, ("value",),
        "sorts unstably on NumPy",
        "sorts stably",
        _same_order,
        judged=False,
    ),
    Listed(
        "what a partition leaves open", ("argpartition",), ALL, ("value", "keras raises"),
        "orders the other elements as its framework does, fails for a kth from the end on TensorFlow, and takes NaN of"
        " bfloat16 for any number",
        "orders them as the backend does: only the k-th place is fixed, as in NumPy",
        _partitioned,
        judged=False,
    ),
    Listed(
        "a sequence that is not sorted", ("searchsorted",), ALL, ("value", "keras raises"),
        "answers places by its framework's search",
        "answers others: there is no right answer, only the search differs",
        _unsorted("sorted_sequence"),
        judged=False,
    ),
    Listed(
        "bins that are in no order", ("digitize",), ALL, ("keras raises", "value"),
        "raises for bins that are in no order, but on torch",
        "answers something, on every backend: it does not look, as that would take a pass over the bins",
        _unsorted("bins", falling=True),
        judged=False,
    ),
    Listed(
        "places and counts", ("unique", "nonzero", "argsort", "argmax", "argmin", "unravel_index", "count_nonzero", "searchsorted", "digitize", "bincount", "top_k"), ALL, ("dtype",),
        "answers int64, or the operands' own small dtype, for places and counts on some backends",
        "answers int32",
        lambda found: all(a == "int32" or b in HALF.get(a, ()) for a, b in pairs(found)),
    ),
    Listed(
        "top_k's form", ("top_k",), ("jax",), ("form",),
        "answers a list",
        "answers a tuple, as keras on the other backends",
        judged=False,
    ),
    Listed(
        "order of equal numbers and NaN in top_k", ("top_k",), ALL, ("value", "keras raises"),
        "has other places of equal numbers, and another order where sorted=False",
        "has those that the framework finds",
        _same_numbers,
        judged=False,
    ),
    Listed(
        "classes that are none", ("in_top_k",), ALL, ("keras raises", "value", "crash"),
        "raises for a class beyond the last or below 0 on some backends, or ends the process",
        "answers False for it",
        lambda found: has_no_elements(found)
        or bool((np.asarray(found.argument("targets")) >= np.shape(found.argument("predictions"))[-1]).any())
        or bool((np.asarray(found.argument("targets")) < 0).any()),
        judged=False,
    ),
)
# fmt: on
