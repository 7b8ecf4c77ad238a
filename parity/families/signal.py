"""Listed differences of Fourier transforms."""

from __future__ import annotations

from parity.listing import ALL, TRANSFORMS, Listed, has_infinite, says

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "inverse short-time transforms of infinity", ("istft",), ALL, ("value", "keras raises", "shape"),
        "divides infinite sums by other windows, and returns fewer than `length` elements where the frames are shorter",
        "divides by the squares of the window, and pads with zeros to `length`",
        has_infinite,
        judged=False,
    ),
    Listed(
        "parts of different dtypes", TRANSFORMS, ALL, ("keras raises", "value"),
        "requires both parts of complex numbers in the same float dtype",
        "promotes them",
        lambda difference: len(set(difference.dtypes)) > 1 or says("not of type float")(difference),
        judged="finite",
    ),
)
# fmt: on
