"""Listed differences of indexing: slices, gathers, scatters and one-hot encodings."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, has_no_elements, says, we_say


def _filled(found: Any) -> bool:
    """Where the results differ, ours is 0, and that of keras is what JAX has for an index that is out of range."""
    (ours,), (theirs,) = found.ours.leaves, found.theirs.leaves
    values = theirs.values
    if found.path == "get_item":  # JAX takes the nearest element
        filled = np.True_
    elif values.dtype.kind in "iu":
        limits = np.iinfo(values.dtype)
        filled = values == (limits.min or limits.max)
    else:
        filled = values if values.dtype == bool else np.isnan(values)
    same = ours.values.astype(values.dtype) == values
    return bool(np.all(same | (filled & (ours.values == 0))))


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "nonzero's form", ("nonzero",), ("tensorflow", "torch", "openvino"), ("form",),
        "answers a list on TensorFlow, one tensor on torch and OpenVINO",
        "answers a tuple of an index tensor for each axis, as NumPy does",
    ),
    Listed(
        "one_hot out of range", ("nn.one_hot",), ("numpy", "torch", "openvino"), ("keras raises",),
        "raises for a class beyond the last",
        "answers zeros for it, as JAX and TensorFlow do",
        says("out of bounds|smaller than num_classes|convert_to_numpy"),
        judged=False,
    ),
    Listed(
        "unravel_index out of bounds", ("unravel_index",), ALL, ("keras raises", "value"),
        "raises on NumPy for an index that is negative or out of bounds, and computes on elsewhere",
        "takes it modulo the number of elements, so that negative ones count from the end",
        lambda found: any(
            x.size and (int(x.min()) < 0 or int(x.max()) >= int(np.prod(found.argument("shape")))) for x in found.arrays()
        ),
        judged=False,
    ),
    Listed(
        "indices out of range", ("take", "take_along_axis", "get_item"), ("jax",), ("value",),
        "returns NaN, the dtype's least (largest unsigned) integer, or the nearest element, where an index is out of range",
        "returns 0 there, as compiled OpenVINO models do; backends that check indices raise IndexRangeError",
        _filled,
        judged=False,
    ),
    Listed(
        "indices out of range into NumPy arrays", ("get_item",), ("jax",), ("keras raises",),
        "leaves a NumPy array to NumPy, which looks at the indices",
        "makes a tensor of it, and JAX looks at no index",
        says(r"index -?\d+ is out of bounds for axis"),
        judged=False,
    ),
    Listed(
        "indices into no elements", ("take",), ("torch",), ("keras raises",),
        "lets torch look at indices although nothing is taken",
        "answers no elements: its kernel for an axis looks at indices only where it takes something",
        lambda found: has_no_elements(found) and says("out of DATA bounds")(found),
        judged=False,
    ),
    Listed(
        "bools as indices", ("get_item",), ALL, ("ops raises",),
        "takes a Python bool for an index: it adds an axis",
        "raises ArgumentTypeError: a bool among indices is a mistake more often than an axis",
        we_say("ArgumentTypeError", "a bool is not an index"),
    ),
    Listed(
        "places out of bounds", ("scatter", "scatter_update"), ALL, ("keras raises", "value"),
        "raises for places out of bounds, or takes them from the end, on some backends, and takes no number for all values",
        "leaves out what is out of bounds, as JAX does",
        says("out of bounds|must have rank|Updates shape|out of range|not in"),
        judged=False,
    ),
    Listed(
        "sparse tensors of many classes", ("nn.multi_hot",), ALL, ("ops raises",),
        "makes a sparse tensor",
        "raises ArgumentError: sparse tensors are not supported",
        we_say("ArgumentError", "sparse tensors"),
    ),
    Listed(
        "updates of another dtype", ("slice_update",), ("tensorflow",), ("dtype",),
        "answers the updates' dtype for a list or NumPy array",
        "answers that of what is updated",
        lambda found: len(set(found.dtypes)) > 1 or any(isinstance(x, list) for x in found.operands()),
    ),
)
# fmt: on
