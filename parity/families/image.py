"""Listed differences of image ops."""

from __future__ import annotations

from ops_common import dtypes
from parity.listing import ALL, Listed, has_infinite, pairs

_MOVED = ("image.affine_transform", "image.perspective_transform", "image.map_coordinates", "image.scale_and_translate")


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "colours and sparse scores that are not finite", ("image.rgb_to_hsv", "image.hsv_to_rgb", "nn.sparsemax"), ALL, ("value", "keras raises", "crash"),
        "answers other numbers, NaN or infinity for these",
        "answers NaN where a difference or product of infinities has no value",
        has_infinite,
        judged=False,
    ),
    Listed(
        "colours of 64 bits", ("image.rgb_to_hsv", "image.hsv_to_rgb"), ("openvino",), ("value",),
        "computes them in 32 bits",
        "computes them in 64",
        lambda found: "float64" in found.dtypes,
        judged=False,
    ),
    Listed(
        "images of bools", _MOVED, ALL, ("dtype",),
        "answers bools, which are true wherever the interpolated number is not 0",
        "answers int32, the interpolated number rounded",
        lambda found: "bool" in found.dtypes and set(pairs(found)) <= {("int32", "bool"), ("int32", "float32")},
    ),
    Listed(
        "places halfway between pixels", _MOVED, ALL, ("value",),
        "takes the other of two pixels that are equally near, by rounding errors of the place",
        "takes the one that its own rounding errors give",
        lambda found: found.argument("interpolation") == "nearest" or found.argument("order") == 0,
        judged=False,
    ),
    Listed(
        "transforms by NaN", _MOVED, ALL, ("value", "keras raises"),
        "fails, or moves the image somewhere, where a transform or coordinates hold NaN or infinity",
        "answers something, as NaN is nowhere",
        has_infinite,
        judged=False,
    ),
    Listed(
        "images of integers", ("image.scale_and_translate",), ("jax",), ("dtype", "value"),
        "answers float32 for integers",
        "answers the images' dtype, as keras on the other backends",
        lambda found: all(a in dtypes.INTEGERS and b == "float32" for a, b in pairs(found)),
    ),
)
# fmt: on
