"""Listed differences of indexing: slices, gathers, scatters and one-hot encodings."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity.listing import ALL, Listed, has_no_elements, says, we_say


def _filled(difference: Any) -> bool:
    """Where the results differ, ours is 0, and that of keras is JAX's fill value for an index that is out of range."""
    (ours,), (theirs,) = difference.ours.leaves, difference.theirs.leaves
    values = theirs.values
    if difference.path == "get_item":  # JAX takes the nearest element
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
        "returns a list on TensorFlow, one tensor on torch and OpenVINO",
        "returns a tuple of an index tensor for each axis, as NumPy does",
    ),
    Listed(
        "one_hot out of range", ("nn.one_hot",), ("numpy", "torch", "openvino"), ("keras raises",),
        "raises for a class beyond the last",
        "returns zeros for it, as JAX and TensorFlow do",
        says("out of bounds|smaller than num_classes|convert_to_numpy"),
        judged=False,
    ),
    Listed(
        "unravel_index out of bounds", ("unravel_index",), ALL, ("keras raises", "value"),
        "raises on NumPy for an index that is negative or out of bounds, and returns a result elsewhere",
        "takes it modulo the number of elements, so that negative ones count from the end",
        lambda difference: any(
            x.size and (int(x.min()) < 0 or int(x.max()) >= int(np.prod(difference.argument("shape")))) for x in difference.arrays()
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
        "indexes a NumPy array with NumPy, which checks the indices",
        "converts it to a tensor, and JAX does not check indices",
        says(r"index -?\d+ is out of bounds for axis"),
        judged=False,
    ),
    Listed(
        "indices into no elements", ("take",), ("torch",), ("keras raises",),
        "checks indices although no element is taken, as torch does",
        "returns no elements: its kernel for an axis checks indices only where it takes elements",
        lambda difference: has_no_elements(difference) and says("out of DATA bounds")(difference),
        judged=False,
    ),
    Listed(
        "bools as indices", ("get_item",), ALL, ("ops raises",),
        "accepts a Python bool as an index: it adds an axis",
        "raises ArgumentTypeError: a bool among indices is usually a mistake",
        we_say("ArgumentTypeError", "a bool is not an index"),
    ),
    Listed(
        "indices out of bounds in scatter", ("scatter", "scatter_update"), ALL, ("keras raises", "value"),
        "raises for indices out of bounds, or counts them from the end, on some backends, and does not accept one number for all values",
        "ignores indices out of bounds, as JAX does",
        says("out of bounds|must have rank|Updates shape|out of range|not in"),
        judged=False,
    ),
    Listed(
        "updates of another dtype", ("slice_update",), ("tensorflow",), ("dtype",),
        "returns the updates' dtype for a list or NumPy array",
        "returns the dtype of the updated tensor",
        lambda difference: len(set(difference.dtypes)) > 1 or any(isinstance(x, list) for x in difference.operands()),
    ),
)
# fmt: on
