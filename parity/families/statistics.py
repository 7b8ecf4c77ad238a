"""Listed differences of statistics: quantiles, histograms and averages."""

from __future__ import annotations

import numpy as np

from parity.listing import ALL, Listed, answers_nothing, has_infinite, pairs, we_say

_QUANTILES = ("quantile", "percentile", "median", "nanquantile", "nanpercentile", "nanmedian")


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "histogram's dtypes", ("histogram",), ALL, ("dtype",),
        "answers counts in int32, int64 or x's dtype, and edges in float64 or, for integers, in integers, by backend",
        "answers both in x's float dtype, or in floatx for integers",
        lambda found: all(a in ("float16", "bfloat16", "float32", "float64") for a, _ in pairs(found)),
    ),
    Listed(
        "quantiles between infinities", _QUANTILES, ALL, ("value", "shape", "keras raises"),
        "answers NaN beside an infinite neighbour: it subtracts it",
        "answers the infinity where one of both is finite",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "levels without elements", _QUANTILES, ALL, ("keras raises", "shape"),
        "keeps the shape of several axes of levels that have no elements on TensorFlow",
        "loses the axes within one that has no elements",
        lambda found: np.ndim(found.argument("q")) > 1 and np.size(found.argument("q")) == 0,
        judged=False,
    ),
    Listed(
        "no elements, and no reference", ("nn.max_pool", "nn.average_pool", "nn.conv", *_QUANTILES), ALL, ("keras raises", "shape"),
        "fails, or answers another shape, where an axis has no elements",
        "answers a tensor without elements, of the shape that the sizes give",
        answers_nothing,
        judged=False,
    ),
    Listed(
        "histograms between infinities", ("histogram",), ALL, ("keras raises", "value"),
        "raises on NumPy for infinite numbers or NaN without a range",
        "answers edges that are NaN: a compiled function could not raise",
        has_infinite,
        judged=False,
    ),
    Listed(
        "fill values and weights of another shape", ("full", "full_like", "average"), ALL, ("ops raises",),
        "takes a fill value that is larger than what it fills, and weights that fit neither the tensor nor the axes",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not broadcast to|weights of shape"),
    ),
)
# fmt: on
