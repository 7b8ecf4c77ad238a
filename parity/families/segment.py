"""Listed differences of segment reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, integers_at_limits, pairs

_SEGMENTS = ("segment_sum", "segment_prod", "segment_max", "segment_min")


def _unsorted_segments(difference: Any) -> bool:
    """The ids are not sorted or out of range although the call says that they are sorted."""
    ids, count = np.asarray(difference.argument("segment_ids")), difference.argument("num_segments")
    arguments = difference.arguments()
    outside = bool((ids < 0).any()) or (count is not None and bool((ids >= count).any()))
    return bool(arguments.get("sorted")) and (outside or bool((np.diff(ids) < 0).any()))


def _empty_segments(difference: Any) -> bool:
    ids, count = np.asarray(difference.argument("segment_ids")), difference.argument("num_segments")
    return len(set(ids.ravel().tolist()) & set(range(count or 0))) < (count or 0)


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "segments that are not sorted", _SEGMENTS, ALL, ("value", "keras raises"),
        "ignores `sorted=True` on some backends",
        "uses it: the result for ids that are not sorted or out of range is undefined",
        _unsorted_segments,
        judged=False,
    ),
    Listed(
        "sorted segments out of bounds", _SEGMENTS, ("openvino",), ("ops raises",),
        "ignores `sorted=True`",
        "raises where OpenVINO checks ids that are not sorted",
        _unsorted_segments,
    ),
    Listed(
        "segments without elements", ("segment_max", "segment_min"), ALL, ("value", "dtype", "keras raises"),
        "returns the other end of the dtype's range, or infinity in float64, for integers on torch and NumPy",
        "returns the dtype's smallest integer as the maximum of no elements, and its largest as the minimum",
        lambda difference: _empty_segments(difference) or integers_at_limits(difference) or {b for _, b in pairs(difference)} == {"float64"},
        judged=False,
    ),
    Listed(
        "arithmetic of segments of bools", _SEGMENTS, ALL, ("dtype",),
        "returns bools for products of bools on some backends",
        "converts bools to int32",
        lambda difference: "bool" in difference.dtypes and all(a == "int32" for a, _ in pairs(difference)),
    ),
)
# fmt: on
