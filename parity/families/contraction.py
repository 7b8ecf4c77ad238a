"""Listed differences of products and sums of products."""

from __future__ import annotations

from ops_common import dtypes
from parity.listing import ALL, Listed, has_infinite, pairs

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "infinite numbers in products of several", ("einsum",), ALL, ("value", "keras raises"),
        "multiplies in a different order, and so gets inf - inf for other elements",
        "multiplies in the backend's order",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "torch: sums of small integers", (), ("torch",), ("dtype",),
        "returns int64 for an einsum that only sums small integers, as torch does",
        "returns the dtype of any other product",
        lambda difference: difference.path == "einsum" and all(a in dtypes.INTEGERS and b == "int64" for a, b in pairs(difference)),
    ),
    Listed(
        "tensorflow: products of int8", (), ("tensorflow",), ("dtype",),
        "returns int8 for some shapes, int32 for others",
        "returns int32 for all, as keras does on the other backends",
        lambda difference: set(difference.dtypes) == {"int8"} and set(pairs(difference)) == {("int32", "int8")},
    ),
)
# fmt: on
