"""Listed differences of any op."""

from __future__ import annotations

from typing import Any

import numpy as np

from parity import oracle
from parity.listing import (
    ALL,
    LACKS,
    TRANSFORMS,
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


def _of_images_or_networks(found: Any) -> bool:
    return found.path.startswith(("image.", "nn."))


def _large(found: Any) -> bool:
    """An operand holds integers that float32 does not."""
    return any(x.dtype.kind in "iu" and x.size and np.abs(x.astype(np.float64)).max() > _EXACT for x in found.arrays())


def _next_to_each_other(found: Any) -> bool:
    """Our answer is of integers, nowhere farther than 1 from the reference's or keras's."""
    ours, *rest = found.ours.leaves
    if rest or ours.values.dtype.kind not in "iu":
        return False
    wanted = [one for one in oracle.references(found) if not isinstance(one, Exception) and len(one) == 1]
    given = [leaf.values for leaf in found.theirs.leaves]
    return any(
        x.shape == ours.shape and bool((np.abs(ours.values.astype(np.float64) - x.astype(np.float64)) <= 1).all())
        for x in (*(one for (one,) in wanted), *given)
    )


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "Python numbers for tensors", (), ALL, ("form",),
        "answers Python numbers in some ops: a bool for allclose on NumPy, a number's real part, a list's copy",
        "answers a tensor on every backend",
        # (No leaves are left of an empty list.)
        lambda found: any(not leaf.dtype for leaf in found.theirs.leaves) or found.path == "copy",
    ),
    Listed(
        "infinite complex numbers", (), ALL, ("value", "keras raises", "shape"),
        "answers NaN or infinity part by part as its framework's complex arithmetic does",
        "answers what the backend's own complex arithmetic gives: C's rules are followed by none",
        lambda found: has_complex(found) and has_infinite(found),
        judged="finite",
    ),
    Listed(
        "floats that are no integer of the dtype", (), ALL, ("value",),
        "makes any integer of NaN, infinity, or a number that the integer dtype cannot hold",
        "makes any other: a cast that has no answer is the framework's own",
        no_integer,
        judged=False,
    ),
    Listed(
        "64 bits are kept", (), ALL, ("dtype", "value"),
        "answers 32 bits for 64-bit operands or dtype arguments, or where int64 is what the operands promote to (as int32"
        " beside uint32), and computes in 32: its promotion is JAX's with 64 bits switched off, and its JAX backend cannot"
        " hold them",
        "keeps the 64-bit dtype on every backend: a dtype that the user names is the one they get",
        narrowed,
    ),
    Listed(
        "torch: unsigned dtypes", (), ("torch",), ("dtype",),
        "has no uint16, uint32 and uint64 on torch: it makes int32 and int64 of the first two and raises for the third",
        "has them: torch has the dtypes, and what kernels it lacks the backend supplies",
        of_torch,
    ),
    Listed(
        "a Python number beside a tensor", (), ALL, ("dtype", "value"),
        "takes a Python number for int32 or float32 in some ops, and so widens int8 to int32 or bfloat16 to float32",
        "keeps the tensor's dtype in all ops, as keras itself does in its other arithmetic",
        takes_number_for_tensor,
    ),
    Listed(
        "integers in float-only ops", (), ALL, ("dtype",),
        "answers float64 for 64-bit integers, float16 for bytes, or integers, in some ops on some backends",
        "answers floatx for any integers and bools, on every backend",
        floats_of_integers,
    ),
    Listed(
        "arithmetic of bools", (), ALL, ("dtype",),
        "answers int8 or bools for bools in some ops on some backends",
        "counts bools as int32 in arithmetic that has no form for them; conj answers the bools themselves",
        lambda found: set(found.dtypes) - {"int", "float"} <= {"bool"} and set(pairs(found)) <= {("int32", "int8"), ("int32", "bool"), ("bool", "int8"), ("float32", "bool"), ("int32", "float32"), ("int32", "float16")},
    ),
    Listed(
        "lists and Python numbers alone", (), ALL, ("dtype",),
        "makes float64 or int64 of a nested list or a Python number in some ops on NumPy and OpenVINO",
        "makes floatx or int32 of it, as keras itself does elsewhere",
        lambda found: no_tensor(found) and only(("float32", "float64"), ("int32", "int64"), ("complex64", "complex128"), ("bool", "int32"))(found),
    ),
    Listed(
        "complex numbers stay complex", (), ALL, ("dtype",),
        "loses the imaginary part in some ops",
        "answers complex numbers, as NumPy does",
        lambda found: has_complex(found) and all("complex" in a and "complex" not in b for a, b in pairs(found)),
    ),
    Listed(
        "reductions over no axes", (), ALL, ("dtype",),
        "answers the operand itself for the axes () in some ops, in its own dtype",
        "answers in the op's dtype, which does not depend on the axis",
        lambda found: found.argument("axis") in ((), []) and all(b in found.dtypes for _, b in pairs(found)),
    ),
    Listed(
        "lists of floats beside 16-bit floats", (), ALL, ("dtype",),
        "takes a list of floats for weak numbers in some ops",
        "makes a tensor of floatx of it",
        lambda found: any(isinstance(x, list) for x in found.operands()) and all(a == "float32" and b in ("float16", "bfloat16") for a, b in pairs(found)),
    ),
    Listed(
        "tensorflow: NumPy arrays in lists", (), ("tensorflow",), ("dtype",),
        "takes NumPy arrays in a list for nested lists of Python numbers",
        "keeps their dtype",
        lambda found: found.call.raw and any(isinstance(x, (list, tuple)) for x in found.call.args),
    ),
    Listed(
        "16-bit floats stay", (), ALL, ("dtype",),
        "answers float32 or float64 for float16 or bfloat16 in some ops on some backends",
        "keeps the dtype on every backend",
        lambda found: all(a in ("float16", "bfloat16") and a in found.dtypes and b in ("float32", "float64") for a, b in pairs(found)),
    ),
    Listed(
        "float16 beside bfloat16", (), ALL, ("dtype",),
        "answers one of both dtypes in some ops",
        "answers float32, which both promote to",
        lambda found: {"float16", "bfloat16"} <= set(found.dtypes) and all(a == "float32" for a, _ in pairs(found)),
    ),
    Listed(
        "uint64 beside signed integers", (), ALL, ("dtype",),
        "answers int32 or int64, as its promotion narrows uint64 first",
        "promotes both to float32, as JAX's lattice does",
        lambda found: "uint64" in found.dtypes and bool({"int8", "int16", "int32", "int64", "int"} & set(found.dtypes)) and all(a == "float32" for a, _ in pairs(found)),
    ),
    Listed(
        "torch: tensors of rank 0", (), ("torch",), ("dtype",),
        "leaves the dtype of a tensor of rank 0 out of account in some ops, as torch does",
        "promotes it as any other tensor",
        lambda found: any(x.ndim == 0 for x in found.arrays()) and len(set(found.dtypes)) > 1,
    ),
    Listed(
        "what NumPy refuses", (), ALL, ("ops raises",),
        "answers something where its framework does not look: axes named twice or out of bounds, shapes that do not fit"
        " where there are no elements, an axis of another size squeezed, extremes of nothing, indices out of bounds",
        "raises, as the op's reference does",
        lambda found: found.refused,
    ),
    Listed(
        "a Python int that its tensor's dtype cannot hold", (), ALL, ("ops raises",),
        "wraps a Python int around, or widens it, where the tensor's integer dtype cannot hold it",
        "raises ArgumentError, as NumPy 2 does: the wrapped number is not what was written",
        we_say("ArgumentError", r"Python integer -?\d+ is out of bounds for"),
    ),
    Listed(
        "what is no tensor", (), ALL, ("ops raises",),
        "takes None or a string for a tensor where its framework does; `where` without values answers places",
        "raises ArgumentTypeError: no op computes with them, and `nonzero` answers places",
        we_say("ArgumentTypeError", r"(NoneType|str) .* cannot be converted to a tensor"),
    ),
    Listed(
        "numbers that must be ints", (), ALL, ("ops raises",),
        "rounds a size, an axis or a count that is no int, up or down by backend, or does not look at it",
        "raises ArgumentTypeError",
        we_say("ArgumentTypeError", r"expected an int(;|, a tuple of ints)|ax(is|es) must be an int|a shape must be a tuple of ints"),
    ),
    Listed(
        "complex numbers where an op has no complex form", (), ALL, ("ops raises",),
        "takes complex numbers where its framework does: it orders them on NumPy and JAX, and convolves or activates them",
        "raises DtypeError on every backend alike",
        we_say("DtypeError", r"complex(64|128) operands are not supported|got complex"),
    ),
    Listed(
        "floats where an op takes integers", (), ALL, ("ops raises",),
        "takes floats for classes, indices, counts or bits on some backends",
        "raises DtypeError on every backend; uint64 beside a signed integer is a float, too",
        we_say("DtypeError", r"(must be integers?|integers or bools|an integer dtype or bool); got (b?float)"),
    ),
    Listed(
        "counts and places out of bounds", (), ALL, ("ops raises",),
        "takes a negative size or count, or the k-th of fewer elements, where there are no elements or its framework does not look",
        "raises ArgumentError or ShapeError",
        we_say(r"(Argument|Shape)Error", r"must not be negative|non-negative|is out of bounds for \d+ elements|must be positive|q must be between"),
    ),
    Listed(
        "words that are none of the choices", (), ALL, ("ops raises",),
        "takes any word for some options, and on NumPy all of NumPy's methods of quantiles",
        "raises ArgumentError for what is not on every backend",
        we_say("ArgumentError", r"(method|mode|padding|side) must be"),
    ),
    Listed(
        "axes out of bounds", (), ALL, ("ops raises",),
        "takes an axis out of bounds where there is nothing to do along it: axis 0 or -1 of a scalar, no elements, or"
        " no differences",
        "raises AxisError, which is a ShapeError, on every backend",
        we_say("(Axis|Shape)Error", "is out of bounds for a tensor of rank|tensor of rank 0"),
    ),
    Listed(
        "tensors of another rank", ("corrcoef", "correlate", "histogram", "bincount", "tri", "tril", "triu", "digitize", "nonzero", "vsplit", "dsplit", "slogdet", "nn.max_pool", "nn.average_pool", "nn.conv", "view"), ALL, ("ops raises",),
        "flattens, repeats or stacks a tensor that has not the rank that the op is defined for, differently by backend",
        "raises ShapeError on every backend",
        we_say("ShapeError", r"ha(s|ve) rank|of rank \d|have a batch axis|cannot be divided into elements"),
    ),
    Listed(
        "a kernel lacks the dtype", (), ALL, ("keras raises",),
        "lets its framework's error through where a kernel lacks the dtype",
        "computes in a dtype that there is a kernel for: an op takes the same dtypes on every backend",
        says(LACKS),
    ),
    Listed(
        "no elements", (), ALL, ("keras raises", "value", "shape"),
        "fails, or answers other shapes or values, where a tensor has no elements",
        "answers what NumPy does",
        has_no_elements,
    ),
    Listed(
        "lists for tensors and axes", (), ALL, ("keras raises", "shape", "value"),
        "takes no nested list for a tensor, no list of axes and no NumPy integer in some ops",
        "takes a list wherever a tensor or a tuple is welcome",
        lambda found: any(isinstance(x, (list, np.integer)) for x in found.given().values()),
    ),
    Listed(
        "NaN and infinity", (), ALL, ("value",),
        "loses NaN or infinity, or answers NaN where there is a number, in some ops on some backends",
        "answers what NumPy does",
        has_infinite,
    ),
    Listed(
        "integers at their dtype's limits", (), ALL, ("value",),
        "saturates, or computes in floats or in fewer bits, where an integer overflows, or is large",
        "computes in the dtype's own bits and wraps around, as NumPy does",
        integers_at_limits,
    ),
    Listed(
        "small dtypes", (), ALL, ("value",),
        "computes in 8 or 16 bits before it answers more, rounds otherwise, or saturates, on some backends",
        "computes 16-bit floats and what becomes floats in float32, and integers as NumPy does",
        small_dtypes,
    ),
    Listed(
        "the process ends", (), ALL, ("crash",),
        "ends the process for some shapes and dtypes",
        "raises where the call makes no sense, and answers what NumPy does elsewhere",
        lambda found: found.ours.error is not None or found.right,
        judged=False,
    ),
    Listed(
        "what a framework cannot do", (), ALL, ("keras raises",),
        "fails where its framework has no such form of the op: tensors of some ranks, axes, modes or mixed dtypes",
        "answers what NumPy does, on every backend",
    ),
    Listed(
        "another answer than NumPy's", (), ALL, ("value", "shape"),
        "answers what its framework does: other axes, another order, no broadcasting, constants rounded to float32",
        "answers what NumPy does, on every backend",
    ),
    Listed(
        "integers in images", (), ALL, ("value", "keras raises"),
        "computes images of integers in these, or rounds down",
        "computes them in float32, which is not exact beyond 2**24, and rounds to the nearest integer",
        lambda found: _of_images_or_networks(found) and (_large(found) or integers_at_limits(found)),
        judged=False,
    ),
    Listed(
        "halves in images of integers", (), ALL, ("value", "keras raises"),
        "rounds down, or to the other neighbour",
        "rounds to the nearest integer, and halves to even ones, after sums in float32",
        lambda found: _of_images_or_networks(found) and _next_to_each_other(found),
        judged=False,
    ),
    Listed(
        "NaN and infinity in images, networks and transforms", (), ALL, ("value", "keras raises", "shape"),
        "adds and multiplies in another order, or leaves out what is multiplied by 0",
        "answers what the backend's arithmetic gives; where both are finite, it is the reference's number",
        lambda found: (_of_images_or_networks(found) or found.path in TRANSFORMS) and has_infinite(found),
        judged="finite",
    ),
    Listed(
        "openvino: the process ends", (), ("openvino",), ("crash",),
        "ends the process for some lengths, and for axes without elements",
        "answers, or raises",
        judged=False,
    ),
    Listed(
        "sizes that make no sense", (), ALL, ("ops raises",),
        "answers something for a size, length or stride of 0 or less",
        "raises ArgumentError",
        we_say("ArgumentError", "positive|or more|at least (1|one)"),
    ),
    Listed(
        "sizes that do not fit", (), ALL, ("ops raises",),
        "answers less than was asked for, or broadcasts something, where sizes do not fit",
        "raises ShapeError",
        we_say("ShapeError", r"does not fit|do not fit|must have (size|shape|the same|at least|an axis and)|must be the size of|k must be between|must not be empty|longer than the padding|must have rank 4|the transformed axes|cannot be pooled|a multiple of|no largest or smallest"),
    ),
    Listed(
        "no elements in networks and images", (), ALL, ("keras raises", "value", "shape"),
        "fails where a tensor has no elements",
        "answers a tensor of the shape that the sizes give, with what its sums of nothing come to",
        lambda found: _of_images_or_networks(found) and has_no_elements(found),
        judged=False,
    ),
)
# fmt: on
