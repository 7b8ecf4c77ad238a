"""Listed differences of image ops."""

from __future__ import annotations

from ops_common import dtypes
from parity.listing import ALL, Listed, has_infinite, pairs

_MOVED = ("image.affine_transform", "image.perspective_transform", "image.map_coordinates", "image.scale_and_translate")


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "colours and sparse scores that are not finite", ("image.rgb_to_hsv", "image.hsv_to_rgb", "nn.sparsemax"), ALL, ("value", "keras raises", "crash"),
        "returns other numbers, NaN or infinity",
        "returns NaN where a difference or product of infinities has no value",
        has_infinite,
        judged=False,
    ),
    Listed(
        "colours of 64 bits", ("image.rgb_to_hsv", "image.hsv_to_rgb"), ("openvino",), ("value",),
        "computes them in 32 bits",
        "computes them in 64 bits",
        lambda difference: "float64" in difference.dtypes,
        judged=False,
    ),
    Listed(
        "images of bools", _MOVED, ALL, ("dtype",),
        "returns bools, which are true wherever the interpolated number is not 0",
        "returns int32, the interpolated number rounded",
        lambda difference: "bool" in difference.dtypes and set(pairs(difference)) <= {("int32", "bool"), ("int32", "float32")},
    ),
    Listed(
        "positions halfway between pixels", _MOVED, ALL, ("value",),
        "takes the other of two pixels that are equally near, because of rounding errors of the position",
        "takes the pixel that its own rounding errors give",
        lambda difference: difference.argument("interpolation") == "nearest" or difference.argument("order") == 0,
        judged=False,
    ),
    Listed(
        "transforms by NaN", _MOVED, ALL, ("value", "keras raises"),
        "fails, or returns some image, where a transform or coordinates hold NaN or infinity",
        "returns some image: NaN is not a position",
        has_infinite,
        judged=False,
    ),
    Listed(
        "images of integers", ("image.scale_and_translate",), ("jax",), ("dtype", "value"),
        "returns float32 for integers",
        "returns the images' dtype, as keras does on the other backends",
        lambda difference: all(a in dtypes.INTEGERS and b == "float32" for a, b in pairs(difference)),
    ),
)
# fmt: on
