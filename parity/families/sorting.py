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
    """An argument does not increase, and does not decrease if `falling` is accepted."""

    def test(difference: Any) -> bool:
        sequence = difference.argument(name)
        if sequence is None:
            return False
        x = np.asarray(sequence)
        return _not_increasing(x) and not (falling and not _not_increasing(x[..., ::-1]))

    return test


def _same_order(difference: Any) -> bool:
    """Both results name the same elements in the same order: they differ only in the order of equal elements."""
    x, axis = np.asarray(difference.operands()[0]), difference.arguments().get("axis", -1)
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    places = [leaf.values for leaf in (*difference.ours.leaves, *difference.theirs.leaves)]
    if any(place.shape != flat.shape for place in places):
        return False
    if any(((place < 0) | (place >= flat.shape[along])).any() for place in places):
        return False
    first, second = (np.take_along_axis(flat, place, along) for place in places)
    return bool(np.array_equal(first, second, equal_nan=first.dtype.kind in "fcV"))


def _partitioned(difference: Any) -> bool:
    """Our order has each element once, and its k-th element is that of the sorted order."""
    x, axis, kth = (
        np.asarray(difference.operands()[0]),
        difference.arguments().get("axis", -1),
        difference.argument("kth"),
    )
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    if flat.dtype.kind == "V":
        flat = flat.astype(np.float32)
    places = difference.ours.leaves[0].values
    if places.shape != flat.shape:
        return False
    ordered, ours = np.sort(flat, along), np.take_along_axis(flat, places, along)
    same = [np.take(part, kth, along) for part in (ours, ordered)]
    return bool(np.array_equal(np.sort(ours, along), ordered, equal_nan=flat.dtype.kind in "fc")) and bool(
        np.array_equal(*same, equal_nan=flat.dtype.kind in "fc")
    )


def _same_numbers(difference: Any) -> bool:
    """Both return the same numbers and indices of these numbers, or numbers that have no order (NaN)."""
    if has_infinite(difference) or difference.theirs.error is not None:
        return True
    if difference.ours.leaves[0].shape != difference.theirs.leaves[0].shape:
        return False
    x = np.asarray(difference.operands()[0])
    both = [np.sort(side.leaves[0].values, -1) for side in (difference.ours, difference.theirs)]
    at = [
        np.sort(np.take_along_axis(x, side.leaves[1].values, -1), -1) for side in (difference.ours, difference.theirs)
    ]
    return all(np.array_equal(elements, both[0], equal_nan=x.dtype.kind in "fcV") for elements in (*both[1:], *at))


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "unique of a fixed size", ("unique",), ALL, ("value",),
        "pads indices with 1 on some backends",
        "pads them with the index of the first element, as JAX does",
        lambda difference: difference.argument("size") is not None,
    ),
    Listed(
        "order of equal elements", ("argsort",), ALL, ("value",),
        "sorts unstably on NumPy",
        "sorts stably",
        _same_order,
        judged=False,
    ),
    Listed(
        "the order within a partition", ("argpartition",), ALL, ("value", "keras raises"),
        "orders the other elements as its framework does, fails for a negative kth on TensorFlow, and treats NaN in"
        " bfloat16 as any number",
        "orders them as the backend does: only the k-th position is specified, as in NumPy",
        _partitioned,
        judged=False,
    ),
    Listed(
        "a sequence that is not sorted", ("searchsorted",), ALL, ("value", "keras raises"),
        "returns indices by its framework's search",
        "returns other indices: the result is undefined, and the searches differ",
        _unsorted("sorted_sequence"),
        judged=False,
    ),
    Listed(
        "bins that are not sorted", ("digitize",), ALL, ("keras raises", "value"),
        "raises for bins that are not sorted, except on torch",
        "returns some indices on every backend: a check would need a pass over the bins",
        _unsorted("bins", falling=True),
        judged=False,
    ),
    Listed(
        "indices and counts", ("unique", "nonzero", "argsort", "argmax", "argmin", "unravel_index", "count_nonzero", "searchsorted", "digitize", "bincount", "top_k"), ALL, ("dtype",),
        "returns int64, or the operands' own small dtype, for indices and counts on some backends",
        "returns int32",
        lambda difference: all(a == "int32" or b in HALF.get(a, ()) for a, b in pairs(difference)),
    ),
    Listed(
        "top_k's form", ("top_k",), ("jax",), ("form",),
        "returns a list",
        "returns a tuple, as keras does on the other backends",
        judged=False,
    ),
    Listed(
        "order of equal numbers and NaN in top_k", ("top_k",), ALL, ("value", "keras raises"),
        "returns other indices of equal numbers, and another order for sorted=False",
        "returns those of the framework",
        _same_numbers,
        judged=False,
    ),
    Listed(
        "classes out of range in in_top_k", ("in_top_k",), ALL, ("keras raises", "value", "crash"),
        "raises for a class beyond the last or below 0 on some backends, or ends the process",
        "returns False for it",
        lambda difference: has_no_elements(difference)
        or bool((np.asarray(difference.argument("targets")) >= np.shape(difference.argument("predictions"))[-1]).any())
        or bool((np.asarray(difference.argument("targets")) < 0).any()),
        judged=False,
    ),
)
# fmt: on
