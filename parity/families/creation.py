"""Listed differences of the creation of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, has_no_elements, pairs, tensors


def _no_sequence(found: Any) -> bool:
    """An end is 0 or NaN, or the ends' signs differ: no real geometric sequence lies between them."""
    ends = [np.asarray(found.argument(name)).astype(np.complex128) for name in ("start", "stop")]
    return (
        any(bool(((x == 0) | np.isnan(x)).any()) for x in ends)
        or has_no_elements(found)
        or bool((ends[0].real * ends[1].real < 0).any())
    )


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "meshgrid's form", ("meshgrid",), ("numpy", "torch", "openvino"), ("form",),
        "answers a tuple on some backends, a list on others",
        "answers a list on every backend",
    ),
    Listed(
        "geometric sequences that are not real", ("geomspace",), ALL, ("keras raises", "value", "shape"),
        "fails for ends of which one is 0 or NaN, or answers other numbers for these and for ends of two signs",
        "answers NaN where no real sequence exists, and the ends themselves",
        _no_sequence,
        judged=False,
    ),
    Listed(
        "step of no interval", ("linspace",), ALL, ("shape", "value", "keras raises"),
        "answers the step NaN with retstep where there is but one point, as a scalar",
        "answers the distance of both ends, in the points' shape",
        lambda found: bool(found.argument("retstep")) and found.argument("num") in (0, 1),
        judged=False,
    ),
    Listed(
        "meshgrid of different dtypes", ("meshgrid",), ALL, ("dtype", "value"),
        "makes them one dtype, the first one's for NumPy arrays on TensorFlow",
        "keeps each one's dtype, as NumPy does",
        lambda found: len({x.dtype for x in tensors(found)}) > 1,
    ),
    Listed(
        "openvino: dtype of full", ("full", "full_like"), ("openvino",), ("dtype",),
        "answers the fill value's dtype",
        "answers the dtype that was asked for",
        lambda found: found.argument("dtype") is not None and all(b in found.dtypes for _, b in pairs(found)),
    ),
)
# fmt: on
