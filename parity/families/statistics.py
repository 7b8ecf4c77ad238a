"""Listed differences of statistics: quantiles, histograms and averages."""

from __future__ import annotations

import numpy as np

from parity.listing import ALL, Listed, has_empty_result, has_infinite, pairs, we_say

_QUANTILES = ("quantile", "percentile", "median", "nanquantile", "nanpercentile", "nanmedian")


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "histogram's dtypes", ("histogram",), ALL, ("dtype",),
        "returns counts in int32, int64 or x's dtype, and edges in float64 or, for integers, in integers, by backend",
        "returns both in x's float dtype, or in floatx for integers",
        lambda difference: all(a in ("float16", "bfloat16", "float32", "float64") for a, _ in pairs(difference)),
    ),
    Listed(
        "quantiles between infinities", _QUANTILES, ALL, ("value", "shape", "keras raises"),
        "returns NaN next to an infinite element, because it subtracts infinities",
        "returns infinity where one of the two elements is finite",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "levels without elements", _QUANTILES, ALL, ("keras raises", "shape"),
        "keeps the shape of `q` of several axes without elements on TensorFlow",
        "drops the axes after one that has no elements",
        lambda difference: np.ndim(difference.argument("q")) > 1 and np.size(difference.argument("q")) == 0,
        judged=False,
    ),
    Listed(
        "no elements, and no reference", ("nn.max_pool", "nn.average_pool", "nn.conv", *_QUANTILES), ALL, ("keras raises", "shape"),
        "fails, or returns another shape, where an axis has no elements",
        "returns a tensor without elements, of the shape that the sizes give",
        has_empty_result,
        judged=False,
    ),
    Listed(
        "histograms between infinities", ("histogram",), ALL, ("keras raises", "value"),
        "raises on NumPy for infinite numbers or NaN without a range",
        "returns edges that are NaN: a compiled function cannot raise",
        has_infinite,
        judged=False,
    ),
    Listed(
        "fill values and weights of another shape", ("full", "full_like", "average"), ALL, ("ops raises",),
        "accepts a fill value that is larger than the filled shape, and weights that fit neither the tensor nor the axes",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not broadcast to|weights of shape"),
    ),
)
# fmt: on
