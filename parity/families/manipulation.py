"""Listed differences of manipulation of shapes."""

from __future__ import annotations

from parity.listing import ALL, Listed, we_say

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "split points as tensors", ("split", "array_split", "hsplit", "vsplit", "dsplit"), ALL, ("ops raises",),
        "accepts a tensor of split points in eager calls",
        "raises ArgumentTypeError: shapes must not depend on a tensor's values",
        we_say("ArgumentTypeError", "expected an int, a tuple of ints"),
    ),
    Listed(
        "pad beyond one reflection", ("pad",), ("numpy", "torch", "jax"), ("ops raises",),
        "reflects repeatedly on NumPy and JAX where the padding is wider than the tensor; repeats the edges on torch",
        "raises ShapeError on every backend: most frameworks reflect once only",
        we_say("ShapeError", "adds at most"),
    ),
    Listed(
        "unstack's form", ("unstack",), ("torch",), ("form",),
        "returns a tuple",
        "returns a list, as keras does on the other backends",
    ),
)
# fmt: on
