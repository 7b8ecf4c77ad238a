"""Listed differences of segment reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, integers_at_limits, pairs, we_say

_SEGMENTS = ("segment_sum", "segment_prod", "segment_max", "segment_min")


def _unsorted_segments(found: Any) -> bool:
    """Ids that are said to be sorted, and are not, or are out of range."""
    ids, count = np.asarray(found.argument("segment_ids")), found.argument("num_segments")
    given = found.given()
    outside = bool((ids < 0).any()) or (count is not None and bool((ids >= count).any()))
    return bool(given.get("sorted")) and (outside or bool((np.diff(ids) < 0).any()))


def _empty_segments(found: Any) -> bool:
    ids, count = np.asarray(found.argument("segment_ids")), found.argument("num_segments")
    return len(set(ids.ravel().tolist()) & set(range(count or 0))) < (count or 0)


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "sorted segments that are not", _SEGMENTS, ALL, ("value", "keras raises"),
        "does not use, on some backends, that ids are said to be sorted",
        "believes it: what belongs to ids out of order or out of range is anybody's",
        _unsorted_segments,
        judged=False,
    ),
    Listed(
        "extremes of segments of bools", ("segment_max", "segment_min"), ALL, ("ops raises",),
        "answers bools",
        "raises DtypeError: these are for numbers",
        we_say("DtypeError", "bool"),
    ),
    Listed(
        "sorted segments out of bounds", _SEGMENTS, ("openvino",), ("ops raises",),
        "does not use that ids are said to be sorted",
        "lets OpenVINO look at ids that are said to be sorted, and are not",
        _unsorted_segments,
    ),
    Listed(
        "segments of nothing", ("segment_max", "segment_min"), ALL, ("value", "dtype", "keras raises"),
        "answers the other end of the dtype's range, or infinity in float64, for integers on torch and NumPy",
        "answers the least integer of the dtype as the largest of none, and the largest as the least",
        lambda found: _empty_segments(found) or integers_at_limits(found) or all(b == "float64" for _, b in pairs(found)),
        judged=False,
    ),
    Listed(
        "arithmetic of segments of bools", _SEGMENTS, ALL, ("dtype",),
        "answers bools for products of bools on some backends",
        "counts bools as int32",
        lambda found: "bool" in found.dtypes and all(a == "int32" for a, _ in pairs(found)),
    ),
)
# fmt: on
