"""Listed differences of manipulation of shapes."""

from __future__ import annotations

from parity.listing import ALL, Listed, we_say

# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "split points of a traced function", ("split", "array_split", "hsplit", "vsplit", "dsplit"), ALL, ("ops raises",),
        "accepts a tensor of split points without known values on TensorFlow",
        "raises ArgumentTypeError: shapes must not depend on a tensor's values",
        we_say("ArgumentTypeError", "expected an int, a tuple of ints|without known values"),
    ),
    Listed(
        "padding by several values", ("pad",), ALL, ("ops raises",),
        "passes a list of values to its framework: NumPy has values for each axis, others accept one or fail",
        "raises ArgumentTypeError: the value is one number",
        we_say("ArgumentTypeError", "constant_values must be a number"),
    ),
    Listed(
        "one tensor in place of a list", ("concatenate", "dstack", "hstack", "stack", "vstack"), ALL, ("keras raises", "value", "shape"),
        "returns the tensor as it is from hstack and vstack on TensorFlow and OpenVINO, and raises in concatenate, and in stack on OpenVINO",
        "joins the tensors along its first axis, as NumPy does",
        lambda difference: not isinstance(difference.call.args[0], (list, tuple)),
    ),
    Listed(
        "unstack's form", ("unstack",), ("torch",), ("form",),
        "returns a tuple",
        "returns a list, as keras does on the other backends",
    ),
)
# fmt: on
