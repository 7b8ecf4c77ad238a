"""Listed differences of manipulation of shapes."""

from __future__ import annotations

from parity.listing import ALL, Listed, we_say

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "split points as tensors", ("split", "array_split", "hsplit", "vsplit", "dsplit"), ALL, ("ops raises",),
        "takes a tensor of split points in eager calls",
        "raises ArgumentTypeError: shapes must not depend on a tensor's values",
        we_say("ArgumentTypeError", "expected an int, a tuple of ints"),
    ),
    Listed(
        "pad beyond one reflection", ("pad",), ("numpy", "torch", "jax"), ("ops raises",),
        "reflects again and again on NumPy and JAX where more is added than there is; pads by edges on torch",
        "raises ShapeError on every backend: most frameworks reflect once only",
        we_say("ShapeError", "adds at most"),
    ),
    Listed(
        "unstack's form", ("unstack",), ("torch",), ("form",),
        "answers a tuple",
        "answers a list, as keras on the other backends",
    ),
)
# fmt: on
