"""Where `ops` means to differ from keras 3.15.1: what keras does, what ops does, and why.

The sweep counts a difference that is described here as listed; any other fails it. An entry describes a cause: what
about the call, the two answers or the errors makes them differ, whatever the op and the backend, or a choice that ops
makes for some ops. Nobody takes our word for an answer: where values, shapes or forms differ, or keras raises and ops
does not, an entry counts only if the reference in the op's record (NumPy, SciPy or a formula in float64) gives our
answer, but for the entries that say why none can (`judged=False`).

Run as a script it writes docs/differences.md; with ``--check`` it says whether that file is current.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from families import LISTED as OF_FAMILIES
from listing import (
    ALL,
    HALF,
    LACKS,
    Listed,
    answers_nothing,
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
    overflows,
    pairs,
    says,
    small_dtypes,
    takes_number_for_tensor,
    tensors,
    we_say,
)

from ops_common import dtypes

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "differences.md"

_QUANTILES = ("quantile", "percentile", "median", "nanquantile", "nanpercentile", "nanmedian")
_VARIANCES = ("std", "var", "nanstd", "nanvar")
_CROSSENTROPY = "nn.sparse_categorical_crossentropy"

# --- conditions for some ops ------------------------------------------------------------------------------------------


def _not_increasing(x: Any) -> bool:
    with np.errstate(all="ignore"):
        return not bool(np.all(np.asarray(x[..., :-1] <= x[..., 1:])))


def _unsorted(name: str, falling: bool = False) -> Callable[[Any], bool]:
    """An argument does not increase, nor does it decrease if that will do."""

    def test(found: Any) -> bool:
        given = found.argument(name)
        if given is None:
            return False
        x = np.asarray(given)
        return _not_increasing(x) and not (falling and not _not_increasing(x[..., ::-1]))

    return test


def _same_order(found: Any) -> bool:
    """Both answers name the same elements in the same order: they differ in the order of equal ones."""
    x, axis = np.asarray(found.operands()[0]), found.given().get("axis", -1)
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    places = [leaf.values for leaf in (*found.ours.leaves, *found.theirs.leaves)]
    if any(place.shape != flat.shape for place in places):
        return False
    if any(((place < 0) | (place >= flat.shape[along])).any() for place in places):
        return False
    one, other = (np.take_along_axis(flat, place, along) for place in places)
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fcV"))


def _partitioned(found: Any) -> bool:
    """In our order each element is there once, and the k-th is the one that sorting puts there."""
    x, axis, kth = np.asarray(found.operands()[0]), found.given().get("axis", -1), found.argument("kth")
    flat, along = (x.reshape(-1), -1) if axis is None else (x, axis)
    if flat.dtype.kind == "V":
        flat = flat.astype(np.float32)
    places = found.ours.leaves[0].values
    if places.shape != flat.shape:
        return False
    ordered, ours = np.sort(flat, along), np.take_along_axis(flat, places, along)
    same = [np.take(part, kth, along) for part in (ours, ordered)]
    return bool(np.array_equal(np.sort(ours, along), ordered, equal_nan=flat.dtype.kind in "fc")) and bool(
        np.array_equal(*same, equal_nan=flat.dtype.kind in "fc")
    )


def _at_tolerance(found: Any) -> bool:
    """Where the answers differ, the distance is the tolerance itself, but for rounding."""
    x, y = (np.asarray(found.argument(name)).astype(np.complex128) for name in ("x1", "x2"))
    given = found.given()
    bound = given.get("atol", 1e-8) + given.get("rtol", 1e-5) * np.abs(y)
    near = np.isclose(np.abs(x - y), bound, rtol=1e-2)
    (ours,), (theirs,) = found.ours.leaves, found.theirs.leaves
    return bool(np.all(near | (ours.values == theirs.values)))


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


def _out_of_classes(found: Any) -> bool:
    """A class is not below the number of scores."""
    target, output = np.asarray(found.argument("target")), np.asarray(found.argument("output"))
    count = output.shape[found.given().get("axis", -1)]
    return bool(np.any((target < 0) | (target >= count)))


def _no_sequence(found: Any) -> bool:
    """An end is 0 or NaN, or the ends' signs differ: no real geometric sequence lies between them."""
    ends = [np.asarray(found.argument(name)).astype(np.complex128) for name in ("start", "stop")]
    return (
        any(bool(((x == 0) | np.isnan(x)).any()) for x in ends)
        or has_no_elements(found)
        or bool((ends[0].real * ends[1].real < 0).any())
    )


# --- the list ---------------------------------------------------------------------------------------------------------

# fmt: off
LISTED: tuple[Listed, ...] = (
    # Choices for some ops, which one meets with ordinary arguments.
    Listed(
        "nonzero's form", ("nonzero",), ("tensorflow", "torch", "openvino"), ("form",),
        "answers a list on TensorFlow, one tensor on torch and OpenVINO",
        "answers a tuple of an index tensor for each axis, as NumPy does",
    ),
    Listed(
        "the Bessel function at infinity", ("i0",), ALL, ("value",),
        "returns NaN for the infinities on every backend, and infinity before the end of the range on some",
        "returns infinity, the limit, and every finite value",
        lambda found: has_infinite(found) or overflows(found),
        judged=False,
    ),
    Listed(
        "quotients of infinities", ("floor_divide",), ("tensorflow",), ("value",),
        "returns infinity for inf // 1 and -0 for -1 // inf on TensorFlow, and NaN and -1 elsewhere",
        "returns NaN and -1 on every backend, as NumPy and Python do",
        has_infinite,
    ),
    Listed(
        "meshgrid's form", ("meshgrid",), ("numpy", "torch", "openvino"), ("form",),
        "answers a tuple on some backends, a list on others",
        "answers a list on every backend",
    ),
    Listed(
        "Python numbers for tensors", (), ALL, ("form",),
        "answers Python numbers in some ops: a bool for allclose on NumPy, a number's real part, a list's copy",
        "answers a tensor on every backend",
        # (No leaves are left of an empty list.)
        lambda found: any(not leaf.dtype for leaf in found.theirs.leaves) or found.path == "copy",
    ),
    Listed(
        "histogram's dtypes", ("histogram",), ALL, ("dtype",),
        "answers counts in int32, int64 or x's dtype, and edges in float64 or, for integers, in integers, by backend",
        "answers both in x's float dtype, or in floatx for integers",
        lambda found: all(a in ("float16", "bfloat16", "float32", "float64") for a, _ in pairs(found)),
    ),
    Listed(
        "unique of a fixed size", ("unique",), ALL, ("value",),
        "fills up places with 1 on some backends",
        "fills them up with the first element's place, as JAX does",
        lambda found: found.argument("size") is not None,
    ),
    Listed(
        "one_hot out of range", ("nn.one_hot",), ("numpy", "torch", "openvino"), ("keras raises",),
        "raises for a class beyond the last",
        "answers zeros for it, as JAX and TensorFlow do",
        says("out of bounds|smaller than num_classes|convert_to_numpy"),
        judged=False,
    ),
    Listed(
        "classes out of range", (_CROSSENTROPY,), ALL, ("keras raises", "value"),
        "raises for a class beyond the last on some backends, or multiplies what is infinite by 0",
        "answers the loss without that class, as JAX does",
        _out_of_classes,
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
        "negative powers of integers", ("power",), ALL, ("keras raises", "value"),
        "raises for a known negative exponent on NumPy and JAX, and answers something elsewhere",
        "answers what the framework does: no integer is right",
        lambda found: all(x.dtype.kind in "biu" for x in found.arrays())
        and bool((np.asarray(found.argument("x2")).astype(np.float64) < 0).any()),
        judged=False,
    ),
    Listed(
        "geometric sequences that are not real", ("geomspace",), ALL, ("keras raises", "value", "shape"),
        "fails for ends of which one is 0 or NaN, or answers other numbers for these and for ends of two signs",
        "answers NaN where no real sequence exists, and the ends themselves",
        _no_sequence,
        judged=False,
    ),
    Listed(
        "quantiles between infinities", _QUANTILES, ALL, ("value", "shape", "keras raises"),
        "answers NaN beside an infinite neighbour: it subtracts it",
        "answers the infinity where one of both is finite",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "infinite scores", (_CROSSENTROPY, "nn.softmax", "nn.log_softmax"), ALL, ("value",),
        "answers finite values for infinite scores on some backends",
        "answers NaN: inf - inf has no value",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "infinity beside padding", ("nn.conv", "correlate"), ALL, ("value",),
        "leaves out what is padded: an infinite weight beside it adds nothing",
        "multiplies it by 0, which is NaN, in those dtypes that a backend convolves by matrix products",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "infinite complex numbers", (), ALL, ("value", "keras raises", "shape"),
        "answers NaN or infinity part by part as its framework's complex arithmetic does",
        "answers what the backend's own complex arithmetic gives: C's rules are followed by none",
        lambda found: has_complex(found) and has_infinite(found),
        judged="finite",
    ),
    Listed(
        "step of no interval", ("linspace",), ALL, ("shape", "value", "keras raises"),
        "answers the step NaN with retstep where there is but one point, as a scalar",
        "answers the distance of both ends, in the points' shape",
        lambda found: bool(found.argument("retstep")) and found.argument("num") in (0, 1),
        judged=False,
    ),
    Listed(
        "one number for all spatial axes", ("nn.conv", "nn.max_pool", "nn.average_pool"), ALL, ("keras raises",),
        "takes no tuple of one number for several axes",
        "takes one",
        lambda found: any(isinstance(x, (tuple, list)) and len(x) == 1 for x in found.given().values()),
        judged=False,
    ),
    Listed(
        "statistics of large integers", (*_VARIANCES, "slogdet", "corrcoef", "average", "mean", "nanmean", "trapezoid"), ALL, ("value", "keras raises", "shape"),
        "wraps 64-bit integers to 32 bits first, or has no unsigned dtypes",
        "computes them in float32, where squares of the largest overflow and sums cancel",
        overflows,
        judged=False,
    ),
    # What has no one right answer.
    Listed(
        "order of equal elements", ("argsort",), ALL, ("value",),
        "sorts unstably on NumPy",
        "sorts stably",
        _same_order,
        judged=False,
    ),
    Listed(
        "what a partition leaves open", ("argpartition",), ALL, ("value", "keras raises"),
        "orders the other elements as its framework does, fails for a kth from the end on TensorFlow, and takes NaN of"
        " bfloat16 for any number",
        "orders them as the backend does: only the k-th place is fixed, as in NumPy",
        _partitioned,
        judged=False,
    ),
    Listed(
        "infinite numbers in products of several", ("einsum",), ALL, ("value", "keras raises"),
        "multiplies in an order of its own, and so meets inf - inf elsewhere",
        "multiplies in the backend's order",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "a sequence that is not sorted", ("searchsorted",), ALL, ("value", "keras raises"),
        "answers places by its framework's search",
        "answers others: there is no right answer, only the search differs",
        _unsorted("sorted_sequence"),
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
        "bins that are in no order", ("digitize",), ALL, ("keras raises", "value"),
        "raises for bins that are in no order, but on torch",
        "answers something, on every backend: it does not look, as that would take a pass over the bins",
        _unsorted("bins", falling=True),
        judged=False,
    ),
    Listed(
        "distances at the tolerance", ("isclose", "allclose"), ALL, ("value",),
        "rounds the tolerance otherwise",
        "rounds it as its dtype does",
        _at_tolerance,
        judged=False,
    ),
    Listed(
        "NaN in determinants", ("slogdet",), ALL, ("value", "keras raises"),
        "answers a sign for a determinant that is NaN, as its framework does",
        "answers what the backend's framework does",
        has_infinite,
        judged=False,
    ),
    Listed(
        "levels without elements", _QUANTILES, ALL, ("keras raises", "shape"),
        "keeps the shape of several axes of levels that have no elements on TensorFlow",
        "loses the axes within one that has no elements",
        lambda found: np.ndim(found.argument("q")) > 1 and np.size(found.argument("q")) == 0,
        judged=False,
    ),
    Listed(
        "no elements, and no reference", ("nn.max_pool", "nn.average_pool", "nn.conv", *_QUANTILES), ALL, ("keras raises", "shape"),
        "fails, or answers another shape, where an axis has no elements",
        "answers a tensor without elements, of the shape that the sizes give",
        answers_nothing,
        judged=False,
    ),
    Listed(
        "the largest numbers", ("nan_to_num",), ALL, ("value",),
        "does not see NaN and infinity in bfloat16, or answers another dtype's largest number",
        "puts the dtype's own largest number for infinity",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "histograms between infinities", ("histogram",), ALL, ("keras raises", "value"),
        "raises on NumPy for infinite numbers or NaN without a range",
        "answers edges that are NaN: a compiled function could not raise",
        has_infinite,
        judged=False,
    ),
    Listed(
        "floats that are no integer of the dtype", (), ALL, ("value",),
        "makes any integer of NaN, infinity, or a number that the integer dtype cannot hold",
        "makes any other: a cast that has no answer is the framework's own",
        no_integer,
        judged=False,
    ),
    # Dtypes.
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
        "places and counts", ("unique", "nonzero", "argsort", "argmax", "argmin", "unravel_index", "count_nonzero", "searchsorted", "digitize", "bincount", "top_k"), ALL, ("dtype",),
        "answers int64, or the operands' own small dtype, for places and counts on some backends",
        "answers int32",
        lambda found: all(a == "int32" or b in HALF.get(a, ()) for a, b in pairs(found)),
    ),
    Listed(
        "complex numbers stay complex", (), ALL, ("dtype",),
        "loses the imaginary part in some ops",
        "answers complex numbers, as NumPy does",
        lambda found: has_complex(found) and all("complex" in a and "complex" not in b for a, b in pairs(found)),
    ),
    Listed(
        "real functions of complex numbers", (*_VARIANCES, "slogdet"), ALL, ("dtype",),
        "answers complex numbers along axes of one element or none, and for the logarithm of a determinant on TensorFlow",
        "answers floats, as for any others",
        lambda found: has_complex(found) and all("complex" not in a and "complex" in b for a, b in pairs(found)),
    ),
    Listed(
        "clip between other dtypes", ("clip",), ("numpy", "tensorflow"), ("dtype", "value"),
        "answers in x's dtype, whatever is lost of the bounds",
        "promotes all three, as keras on the other backends",
        lambda found: len(set(found.dtypes)) > 1,
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
    Listed(
        "meshgrid of different dtypes", ("meshgrid",), ALL, ("dtype", "value"),
        "makes them one dtype, the first one's for NumPy arrays on TensorFlow",
        "keeps each one's dtype, as NumPy does",
        lambda found: len({x.dtype for x in tensors(found)}) > 1,
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
        "convolution of operands of different dtypes", ("nn.conv",), ALL, ("dtype",),
        "answers the dtype of one operand where they differ",
        "promotes both",
        lambda found: len(set(found.dtypes) - {"int"}) > 1 and all(b in found.dtypes for _, b in pairs(found)),
    ),
    Listed(
        "openvino: dtype of full", ("full", "full_like"), ("openvino",), ("dtype",),
        "answers the fill value's dtype",
        "answers the dtype that was asked for",
        lambda found: found.argument("dtype") is not None and all(b in found.dtypes for _, b in pairs(found)),
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
    # What ops refuses.
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
        we_say("ArgumentTypeError", r"cannot make a tensor of (NoneType|str)"),
    ),
    Listed(
        "split points as tensors", ("split", "array_split", "hsplit", "vsplit", "dsplit"), ALL, ("ops raises",),
        "takes a tensor of split points in eager calls",
        "raises ArgumentTypeError: shapes must not depend on a tensor's values",
        we_say("ArgumentTypeError", "expected an int, a tuple of ints"),
    ),
    Listed(
        "numbers that must be ints", (), ALL, ("ops raises",),
        "rounds a size, an axis or a count that is no int, up or down by backend, or does not look at it",
        "raises ArgumentTypeError",
        we_say("ArgumentTypeError", r"expected an int(;|, a tuple of ints)|an axis is an int|a shape is a tuple of ints"),
    ),
    Listed(
        "bools as indices", ("get_item",), ALL, ("ops raises",),
        "takes a Python bool for an index: it adds an axis",
        "raises ArgumentTypeError: a bool among indices is a mistake more often than an axis",
        we_say("ArgumentTypeError", "a bool is no index"),
    ),
    Listed(
        "what replaces NaN", ("nan_to_num",), ALL, ("ops raises",),
        "does not look at what would replace NaN and infinity where there are none",
        "raises ArgumentTypeError for what is no number",
        we_say("ArgumentTypeError", "expected a real number"),
    ),
    Listed(
        "complex numbers where an op has no complex form", (), ALL, ("ops raises",),
        "takes complex numbers where its framework does: it orders them on NumPy and JAX, and convolves or activates them",
        "raises DtypeError on every backend alike",
        we_say("DtypeError", r"complex(64|128) operands (are not accepted|have no order)|got complex"),
    ),
    Listed(
        "floats where an op takes integers", (), ALL, ("ops raises",),
        "takes floats for classes, indices, counts or bits on some backends",
        "raises DtypeError on every backend; uint64 beside a signed integer is a float, too",
        we_say("DtypeError", r"(must be integers?|integers or bools); got (b?float)"),
    ),
    Listed(
        "counts and places out of bounds", (), ALL, ("ops raises",),
        "takes a negative size or count, or the k-th of fewer elements, where there are no elements or its framework does not look",
        "raises ArgumentError or ShapeError",
        we_say(r"(Argument|Shape)Error", r"must not be negative|is not negative|a negative number of times|is out of bounds for \d+ elements|that are not negative|sizes are not negative|must be positive|q is between"),
    ),
    Listed(
        "words that are none of the choices", (), ALL, ("ops raises",),
        "takes any word for some options, and on NumPy all of NumPy's methods of quantiles",
        "raises ArgumentError for what is not on every backend",
        we_say("ArgumentError", r"(method|mode|padding|side) is one of"),
    ),
    Listed(
        "axes out of bounds", (), ALL, ("ops raises",),
        "takes an axis out of bounds where there is nothing to do along it: axis 0 or -1 of a scalar, no elements, or"
        " no differences",
        "raises AxisError, which is a ShapeError, on every backend",
        we_say("(Axis|Shape)Error", "is out of bounds for a tensor of rank|tensor of rank 0 has no ax"),
    ),
    Listed(
        "fill values and weights of another shape", ("full", "full_like", "average"), ALL, ("ops raises",),
        "takes a fill value that is larger than what it fills, and weights that fit neither the tensor nor the axes",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not broadcast to|weights of shape"),
    ),
    Listed(
        "tensors of another rank", ("corrcoef", "correlate", "histogram", "bincount", "tri", "tril", "triu", "digitize", "nonzero", "vsplit", "dsplit", "slogdet", "nn.max_pool", "nn.average_pool", "nn.conv", "view"), ALL, ("ops raises",),
        "flattens, repeats or stacks a tensor that has not the rank that the op is defined for, differently by backend",
        "raises ShapeError on every backend",
        we_say("ShapeError", r"ha(s|ve) rank|of rank \d|a tensor's last two axes|have a batch axis|does not divide into elements"),
    ),
    Listed(
        "pad beyond one reflection", ("pad",), ("numpy", "torch", "jax"), ("ops raises",),
        "reflects again and again on NumPy and JAX where more is added than there is; pads by edges on torch",
        "raises ShapeError on every backend: most frameworks reflect once only",
        we_say("ShapeError", "adds at most"),
    ),
    Listed(
        "a window that does not fit", ("nn.max_pool", "nn.average_pool", "nn.conv"), ("numpy", "jax", "tensorflow"), ("ops raises",),
        "answers a tensor without elements where a window does not fit",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not fit into an axis"),
    ),
    Listed(
        "sparse tensors", ("nn.one_hot", "bincount"), ALL, ("ops raises",),
        "makes sparse tensors where the framework has them, and dense ones elsewhere",
        "raises: tensors are dense",
        we_say("(Argument|Unsupported)Error", "dense"),
    ),
    # What keras's frameworks refuse, or get wrong: the reference gives our answer.
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
        "an integer divided by zero", ("mod", "fmod", "floor_divide", "remainder"), ALL, ("keras raises", "value", "crash"),
        "raises on TensorFlow and torch where an integer is divided by zero, and ends the process on OpenVINO",
        "answers 0, as NumPy does",
        lambda found: all(x.dtype.kind in "biu" for x in found.arrays()),
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
    *OF_FAMILIES,
)
# fmt: on


def which(found: Any) -> str | None:
    """The name of the first listed difference that describes it."""
    return next((one.name for one in LISTED if one.covers(found)), None)


# --- the document -----------------------------------------------------------------------------------------------------


def _document() -> str:
    lines = [
        "# Where ops differs from keras 3.15.1",
        "",
        "Made from `parity/differences.py` by `python parity/differences.py`; change it there. `python -m tox run -e parity`"
        " compares both on random calls, and fails for a difference that is not in this list. Where ops and keras answer"
        " different values, shapes or forms, or keras raises and ops does not, the reference in the op's record (NumPy,"
        " SciPy or a formula in float64) has to give the answer of ops, too; the differences marked * are the exceptions,"
        " because the reference has no answer there.",
        "",
        "| difference | ops | backends | keras | ops does |",
        "|---|---|---|---|---|",
    ]
    for one in LISTED:
        names = ", ".join(f"`{name}`" for name in one.ops) or "any"
        where = "all" if one.backends == ALL else ", ".join(one.backends)
        mark = "" if one.judged else " *"
        lines.append(f"| {one.name}{mark} | {names} | {where} | {one.keras} | {one.ours} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    """Writes the document, or checks it."""
    text = _document()
    if "--check" in sys.argv[1:]:
        if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            print("docs/differences.md is stale: run python parity/differences.py")
            return 1
        return 0
    DOCUMENT.parent.mkdir(exist_ok=True)
    DOCUMENT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
