"""Listed differences of products and sums of products."""

from __future__ import annotations

from ops_common import dtypes
from parity.listing import ALL, Listed, has_infinite, pairs

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "infinite numbers in products of several", ("einsum",), ALL, ("value", "keras raises"),
        "multiplies in an order of its own, and so meets inf - inf elsewhere",
        "multiplies in the backend's order",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "torch: sums of small integers", (), ("torch",), ("dtype",),
        "answers int64 where a sum of small integers is all that an einsum is, as torch does",
        "answers the dtype of any other product",
        lambda found: found.path == "einsum" and all(a in dtypes.INTEGERS and b == "int64" for a, b in pairs(found)),
    ),
    Listed(
        "tensorflow: products of int8", (), ("tensorflow",), ("dtype",),
        "answers int8 for some shapes, int32 for others",
        "answers int32 for all, as keras on the other backends",
        lambda found: set(found.dtypes) == {"int8"} and set(pairs(found)) == {("int32", "int8")},
    ),
)
# fmt: on
