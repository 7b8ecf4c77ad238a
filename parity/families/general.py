"""Listed differences of any op."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity import oracle
from parity.listing import (
    ALL,
    TRANSFORMS,
    UNSUPPORTED,
    Listed,
    floats_of_integers,
    has_complex,
    has_infinite,
    has_no_elements,
    integers_at_limits,
    narrowed,
    no_integer,
    no_tensor,
    of_torch,
    only,
    pairs,
    says,
    small_dtypes,
    takes_number_for_tensor,
    we_say,
)

_EXACT = 2**24  # integers beyond it are rounded in float32


def _of_images_or_networks(difference: Any) -> bool:
    return difference.path.startswith(("image.", "nn."))


def _large(difference: Any) -> bool:
    """An operand holds integers that float32 cannot represent."""
    return any(
        x.dtype.kind in "iu" and x.size and np.abs(x.astype(np.float64)).max() > _EXACT for x in difference.arrays()
    )


def _differ_by_one_at_most(difference: Any) -> bool:
    """Our result has integers that differ by at most 1 from those of the reference or keras."""
    ours, *rest = difference.ours.leaves
    if rest or ours.values.dtype.kind not in "iu":
        return False
    expected = [
        reference
        for reference in oracle.references(difference)
        if not isinstance(reference, Exception) and len(reference) == 1
    ]
    theirs = [leaf.values for leaf in difference.theirs.leaves]
    return any(
        x.shape == ours.shape and bool((np.abs(ours.values.astype(np.float64) - x.astype(np.float64)) <= 1).all())
        for x in (*(reference for (reference,) in expected), *theirs)
    )


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "Python numbers for tensors", (), ALL, ("form",),
        "returns Python values in some ops: a bool for allclose on NumPy, a number's real part, a copy of a list",
        "returns a tensor on every backend",
        # (An empty list has no leaves.)
        lambda difference: any(not leaf.dtype for leaf in difference.theirs.leaves) or difference.path == "copy",
    ),
    Listed(
        "infinite complex numbers", (), ALL, ("value", "keras raises", "shape"),
        "returns NaN or infinity in each part as its framework's complex arithmetic does",
        "returns what the backend's complex arithmetic gives: no backend follows C's rules",
        lambda difference: has_complex(difference) and has_infinite(difference),
        judged="finite",
    ),
    Listed(
        "floats that the integer dtype cannot hold", (), ALL, ("value",),
        "casts NaN, infinity and numbers beyond the integer dtype's range to any integer",
        "casts them to any other: these casts are undefined, and each framework has its own",
        no_integer,
        judged=False,
    ),
    Listed(
        "64 bits are kept", (), ALL, ("dtype", "value"),
        "returns 32 bits for 64-bit operands or dtype arguments, or where operands promote to int64 (int32 and uint32), and"
        " computes in 32: its promotion is JAX's with 64 bits disabled, and its JAX backend has no 64-bit dtypes",
        "keeps the 64-bit dtype on every backend: the result has the dtype that the user names",
        narrowed,
    ),
    Listed(
        "torch: unsigned dtypes", (), ("torch",), ("dtype",),
        "does not support uint16, uint32 and uint64 on torch: the first two become int32 and int64, the third raises",
        "supports them: torch has the dtypes, and the backend adds the missing kernels",
        of_torch,
    ),
    Listed(
        "a Python number and a tensor", (), ALL, ("dtype", "value"),
        "treats a Python number as int32 or float32 in some ops, and so widens int8 to int32 or bfloat16 to float32",
        "keeps the tensor's dtype in all ops, as keras itself does in its other arithmetic",
        takes_number_for_tensor,
    ),
    Listed(
        "integers in float-only ops", (), ALL, ("dtype",),
        "returns float64 for 64-bit integers, float16 for 8-bit integers, or integers, in some ops on some backends",
        "returns floatx for any integers and bools, on every backend",
        floats_of_integers,
    ),
    Listed(
        "arithmetic of bools", (), ALL, ("dtype",),
        "returns int8 or bools for bools in some ops on some backends",
        "converts bools to int32 in arithmetic that is not defined for them; conj returns the bools",
        lambda difference: set(difference.dtypes) - {"int", "float"} <= {"bool"} and set(pairs(difference)) <= {("int32", "int8"), ("int32", "bool"), ("bool", "int8"), ("float32", "bool"), ("int32", "float32"), ("int32", "float16")},
    ),
    Listed(
        "lists and Python numbers alone", (), ALL, ("dtype",),
        "converts a nested list or a Python number to float64 or int64 in some ops on NumPy and OpenVINO",
        "converts it to floatx or int32, as keras does elsewhere",
        lambda difference: no_tensor(difference) and only(("float32", "float64"), ("int32", "int64"), ("complex64", "complex128"), ("bool", "int32"))(difference),
    ),
    Listed(
        "complex numbers stay complex", (), ALL, ("dtype",),
        "loses the imaginary part in some ops",
        "returns complex numbers, as NumPy does",
        lambda difference: has_complex(difference) and all("complex" in a and "complex" not in b for a, b in pairs(difference)),
    ),
    Listed(
        "reductions over no axes", (), ALL, ("dtype",),
        "returns the operand, in its own dtype, for axis=() in some ops",
        "returns the op's result dtype, which does not depend on the axis",
        lambda difference: difference.argument("axis") in ((), []) and all(b in difference.dtypes for _, b in pairs(difference)),
    ),
    Listed(
        "lists of floats and 16-bit floats", (), ALL, ("dtype",),
        "treats a list of floats as weakly typed in some ops",
        "converts it to floatx",
        lambda difference: any(isinstance(x, list) for x in difference.operands()) and all(a == "float32" and b in ("float16", "bfloat16") for a, b in pairs(difference)),
    ),
    Listed(
        "tensorflow: NumPy arrays in lists", (), ("tensorflow",), ("dtype",),
        "treats NumPy arrays in a list as nested lists of Python numbers",
        "keeps their dtype",
        lambda difference: difference.call.raw and any(isinstance(x, (list, tuple)) for x in difference.call.args),
    ),
    Listed(
        "16-bit floats stay", (), ALL, ("dtype",),
        "returns float32 or float64 for float16 or bfloat16 in some ops on some backends",
        "keeps the dtype on every backend",
        lambda difference: all(a in ("float16", "bfloat16") and a in difference.dtypes and b in ("float32", "float64") for a, b in pairs(difference)),
    ),
    Listed(
        "float16 and bfloat16", (), ALL, ("dtype",),
        "returns one of the two dtypes in some ops",
        "returns float32, which both promote to",
        lambda difference: {"float16", "bfloat16"} <= set(difference.dtypes) and all(a == "float32" for a, _ in pairs(difference)),
    ),
    Listed(
        "uint64 and signed integers", (), ALL, ("dtype",),
        "returns int32 or int64, as its promotion narrows uint64 first",
        "promotes both to float32, as JAX's lattice does",
        lambda difference: "uint64" in difference.dtypes and bool({"int8", "int16", "int32", "int64", "int"} & set(difference.dtypes)) and all(a == "float32" for a, _ in pairs(difference)),
    ),
    Listed(
        "torch: tensors of rank 0", (), ("torch",), ("dtype",),
        "ignores the dtype of a tensor of rank 0 in some ops, as torch does",
        "promotes it like any other tensor",
        lambda difference: any(x.ndim == 0 for x in difference.arrays()) and len(set(difference.dtypes)) > 1,
    ),
    Listed(
        "calls for which NumPy raises", (), ALL, ("ops raises",),
        "returns a result where its framework does not check: repeated axes or axes out of bounds, shapes that do not fit"
        " without elements, squeezed axes of another size than 1, extremes of no elements, indices out of bounds",
        "raises, as the op's reference does",
        lambda difference: difference.refused,
    ),
    Listed(
        "a Python int that its tensor's dtype cannot hold", (), ALL, ("ops raises",),
        "wraps a Python int that the tensor's integer dtype cannot hold, or widens the dtype",
        "raises ArgumentError, as NumPy 2 does: the wrapped number is not the user's (comparisons are exact)",
        we_say("ArgumentError", r"Python integer -?\d+ is out of bounds for"),
    ),
    Listed(
        "arguments that are not tensors", (), ALL, ("ops raises",),
        "accepts None or a string as a tensor where its framework does",
        "raises ArgumentTypeError: no op computes with them",
        we_say("ArgumentTypeError", r"(NoneType|str) .* cannot be converted to a tensor"),
    ),
    Listed(
        "numbers that must be ints", (), ALL, ("ops raises",),
        "rounds a size, an axis or a count that is not an int, up or down by backend, or ignores it",
        "raises ArgumentTypeError",
        we_say("ArgumentTypeError", r"expected an int(;|, a tuple of ints)|ax(is|es) must be an int|a shape must be a tuple of ints"),
    ),
    Listed(
        "complex numbers where an op has no complex form", (), ALL, ("ops raises",),
        "accepts complex numbers where its framework does: in comparisons on NumPy and JAX, convolutions and activations",
        "raises DtypeError on every backend",
        we_say("DtypeError", r"complex(64|128) operands are not supported|got complex"),
    ),
    Listed(
        "floats where an op takes integers", (), ALL, ("ops raises",),
        "accepts floats as bits, counts or starts on some backends, and truncates classes and indices that are not whole",
        "raises DtypeError for bits, counts and starts (uint64 and a signed integer promote to a float, too), and ArgumentError in eager calls for a class or index that is not whole",
        we_say("(Dtype|Argument)Error", r"(must be integers?|integers or bools|an integer dtype or bool); got (b?float)|must hold whole numbers"),
    ),
    Listed(
        "counts and positions out of bounds", (), ALL, ("ops raises",),
        "accepts a negative size or count, or a k beyond the number of elements, without elements or where its framework does not check",
        "raises ArgumentError or ShapeError",
        we_say(r"(Argument|Shape)Error", r"must not be negative|non-negative|is out of bounds for \d+ elements|must be positive|q must be between"),
    ),
    Listed(
        "strings that are not an option's values", (), ALL, ("ops raises",),
        "accepts any string for some options, and on NumPy all of NumPy's methods of quantiles",
        "raises ArgumentError for values that are not supported on every backend",
        we_say("ArgumentError", r"(method|mode|padding|side) must be"),
    ),
    Listed(
        "axes out of bounds", (), ALL, ("ops raises",),
        "accepts an axis out of bounds where the op does not use it: axis 0 or -1 of a scalar, no elements, or"
        " no differences",
        "raises AxisError, which is a ShapeError, on every backend",
        we_say("(Axis|Shape)Error", "is out of bounds for a tensor of rank|tensor of rank 0"),
    ),
    Listed(
        "tensors of another rank", ("corrcoef", "correlate", "histogram", "bincount", "tri", "tril", "triu", "digitize", "nonzero", "vsplit", "dsplit", "slogdet", "nn.max_pool", "nn.average_pool", "nn.conv", "nn.conv_transpose", "nn.depthwise_conv", "nn.separable_conv", "view"), ALL, ("ops raises",),
        "flattens, repeats or stacks a tensor of a rank for which the op is not defined, differently by backend",
        "raises ShapeError on every backend",
        we_say("ShapeError", r"ha(s|ve) rank|of rank \d|have a batch axis|cannot be divided into elements"),
    ),
    Listed(
        "a kernel does not support the dtype", (), ALL, ("keras raises",),
        "raises its framework's error where a kernel does not support the dtype",
        "computes in a dtype that has a kernel: an op accepts the same dtypes on every backend",
        says(UNSUPPORTED),
    ),
    Listed(
        "no elements", (), ALL, ("keras raises", "value", "shape"),
        "fails, or returns other shapes or values, where a tensor has no elements",
        "returns what NumPy does",
        has_no_elements,
    ),
    Listed(
        "lists for tensors and axes", (), ALL, ("keras raises", "shape", "value"),
        "does not accept nested lists as tensors, lists of axes or NumPy integers in some ops",
        "accepts a list in place of any tensor or tuple",
        lambda difference: any(isinstance(x, (list, np.integer)) for x in difference.arguments().values()),
    ),
    Listed(
        "NaN and infinity", (), ALL, ("value",),
        "loses NaN or infinity, or returns NaN in place of a number, in some ops on some backends",
        "returns what NumPy does",
        has_infinite,
    ),
    Listed(
        "integers at their dtype's limits", (), ALL, ("value",),
        "saturates, or computes in floats or in fewer bits, where an integer overflows or is large",
        "computes in the dtype's own bits and wraps around, as NumPy does",
        integers_at_limits,
    ),
    Listed(
        "small dtypes", (), ALL, ("value",),
        "computes in 8 or 16 bits before it returns more, rounds differently, or saturates, on some backends",
        "computes 16-bit floats and integers that become floats in float32, and other integers as NumPy does",
        small_dtypes,
    ),
    Listed(
        "the process ends", (), ALL, ("crash",),
        "ends the process for some shapes and dtypes",
        "raises where the call is invalid, and returns what NumPy does elsewhere",
        lambda difference: difference.ours.error is not None or difference.right,
        judged=False,
    ),
    Listed(
        "calls that a framework does not support", (), ALL, ("keras raises",),
        "fails where its framework does not support the call: tensors of some ranks, axes, modes or mixed dtypes",
        "returns what NumPy does, on every backend",
    ),
    Listed(
        "results other than NumPy's", (), ALL, ("value", "shape"),
        "returns what its framework does: other axes, a different order, no broadcasting, constants rounded to float32",
        "returns what NumPy does, on every backend",
    ),
    Listed(
        "integers in images", (), ALL, ("value", "keras raises"),
        "computes images of integers in integers, or rounds down",
        "computes them in float32, which is not exact beyond 2**24, and rounds to the nearest integer",
        lambda difference: _of_images_or_networks(difference) and (_large(difference) or integers_at_limits(difference)),
        judged=False,
    ),
    Listed(
        "halves in images of integers", (), ALL, ("value", "keras raises"),
        "rounds down, or to the other integer",
        "rounds to the nearest integer, and halves to even integers, after sums in float32",
        lambda difference: _of_images_or_networks(difference) and _differ_by_one_at_most(difference),
        judged=False,
    ),
    Listed(
        "NaN and infinity in images, networks and transforms", (), ALL, ("value", "keras raises", "shape"),
        "adds and multiplies in a different order, or omits terms that are multiplied by 0",
        "returns what the backend's arithmetic gives; where both are finite, the reference's number",
        lambda difference: (_of_images_or_networks(difference) or difference.path in TRANSFORMS) and has_infinite(difference),
        judged="finite",
    ),
    Listed(
        "openvino: the process ends", (), ("openvino",), ("crash",),
        "ends the process for some lengths, and for axes without elements",
        "returns a result, or raises",
        judged=False,
    ),
    Listed(
        "sizes that are not positive", (), ALL, ("ops raises",),
        "returns a result for a size, length or stride of 0 or less",
        "raises ArgumentError",
        we_say("ArgumentError", "positive|or more|at least (1|one)"),
    ),
    Listed(
        "sizes that do not fit", (), ALL, ("ops raises",),
        "returns fewer elements than requested, or broadcasts, where sizes do not fit",
        "raises ShapeError",
        we_say("ShapeError", r"does not fit|do not fit|does not broadcast to|must have (size|shape|the same|at least|an axis and)|must be the size of|k must be between|must not be empty|longer than the padding|must have rank 4|the transformed axes|cannot be pooled|a multiple of|no largest or smallest"),
    ),
    Listed(
        "no elements in networks and images", (), ALL, ("keras raises", "value", "shape"),
        "fails where a tensor has no elements",
        "returns a tensor of the shape that the sizes give; a sum of no elements is 0",
        lambda difference: _of_images_or_networks(difference) and has_no_elements(difference),
        judged=False,
    ),
)
# fmt: on
