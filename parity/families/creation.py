"""Listed differences of the creation of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, has_no_elements, pairs, tensors


def _no_sequence(difference: Any) -> bool:
    """An end is 0 or NaN, or the ends' signs differ: no real geometric sequence lies between them."""
    ends = [np.asarray(difference.argument(name)).astype(np.complex128) for name in ("start", "stop")]
    return (
        any(bool(((x == 0) | np.isnan(x)).any()) for x in ends)
        or has_no_elements(difference)
        or bool((ends[0].real * ends[1].real < 0).any())
    )


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "meshgrid's form", ("meshgrid",), ("numpy", "torch", "openvino"), ("form",),
        "returns a tuple on some backends, a list on others",
        "returns a list on every backend",
    ),
    Listed(
        "geometric sequences that are not real", ("geomspace",), ALL, ("keras raises", "value", "shape"),
        "fails where an end is 0 or NaN, or returns other numbers for these and for ends of different signs",
        "returns the ends, and NaN between them where no real sequence exists",
        _no_sequence,
        judged=False,
    ),
    Listed(
        "step without an interval", ("linspace",), ALL, ("shape", "value", "keras raises"),
        "returns a scalar NaN as the step for one point",
        "returns the distance between the ends, in the points' shape",
        lambda difference: bool(difference.argument("retstep")) and difference.argument("num") in (0, 1),
        judged=False,
    ),
    Listed(
        "meshgrid of different dtypes", ("meshgrid",), ALL, ("dtype", "value"),
        "casts all to one dtype, to that of the first for NumPy arrays on TensorFlow",
        "keeps the dtype of each, as NumPy does",
        lambda difference: len({x.dtype for x in tensors(difference)}) > 1,
    ),
    Listed(
        "openvino: dtype of full", ("full", "full_like"), ("openvino",), ("dtype",),
        "returns the fill value's dtype",
        "returns the requested dtype",
        lambda difference: difference.argument("dtype") is not None and all(b in difference.dtypes for _, b in pairs(difference)),
    ),
)
# fmt: on
