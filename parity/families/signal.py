"""Listed differences of Fourier transforms."""

from __future__ import annotations

from parity.listing import ALL, TRANSFORMS, Listed, has_infinite, says

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "transforms of transforms", ("istft",), ALL, ("value", "keras raises", "shape"),
        "divides infinite sums by other windows, and answers less than `length` where there is less",
        "divides by the squares of the window, and fills up with zeros to `length`",
        has_infinite,
        judged=False,
    ),
    Listed(
        "parts of different dtypes", TRANSFORMS, ALL, ("keras raises", "value"),
        "wants both parts of complex numbers in one float dtype",
        "promotes them",
        lambda found: len(set(found.dtypes)) > 1 or says("not of type float")(found),
        judged="finite",
    ),
)
# fmt: on
