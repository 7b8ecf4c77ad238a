"""Where `ops` means to differ from keras 3.15.1: what keras does, what ops does, and why.

The sweep counts a difference that is described here as listed; any other fails it. A description is as narrow as it can
be: ops, backends, kinds, and a condition on the call. Run as a script it writes docs/differences.md; with ``--check`` it
says whether that file is current.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ALL = ("numpy", "jax", "tensorflow", "torch", "openvino")
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "differences.md"

_HALF = {
    "int64": ("int32", "uint32"),
    "uint64": ("uint32",),
    "float64": ("float32",),
    "complex128": ("complex64",),
}
_WIDE = frozenset(_HALF)
_UNSIGNED = frozenset({"uint16", "uint32", "uint64"})


@dataclass(frozen=True)
class Listed:
    """One difference that is meant.

    Attributes:
        name: short, unique.
        ops: public paths; empty: any.
        backends: where.
        kinds: of `compare.KINDS`.
        keras: what keras does.
        ours: what ops does, and why.
        when: a condition on the `compare.Difference`.
    """

    name: str
    ops: tuple[str, ...]
    backends: tuple[str, ...]
    kinds: tuple[str, ...]
    keras: str
    ours: str
    when: Callable[[Any], bool] = lambda found: True

    def covers(self, found: Any) -> bool:
        """Whether this describes the difference that was found."""
        return (
            (not self.ops or found.path in self.ops)
            and found.backend in self.backends
            and found.kind in self.kinds
            and self.when(found)
        )


# --- conditions -------------------------------------------------------------------------------------------------------


def _leaves(found: Any) -> Iterable[tuple[Any, Any]]:
    return zip(found.ours.leaves, found.theirs.leaves, strict=True)


def _narrowed(found: Any) -> bool:
    """Wherever the answers' dtypes differ, keras's has half the width of ours; or its operands had already."""
    differ = [(a.dtype, b.dtype) for a, b in _leaves(found) if a.dtype != b.dtype]
    if differ:
        return all(b in _HALF.get(a, ()) for a, b in differ)
    return any(got in _HALF.get(wanted, ()) for wanted, got in found.theirs.changed)


def _says(pattern: str) -> Callable[[Any], bool]:
    """Keras's error has words of this pattern."""
    compiled = re.compile(pattern)
    return lambda found: bool(compiled.search(found.theirs.error or ""))


def _we_say(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern)
    return lambda found: bool(compiled.search(found.ours.error or ""))


def _any_dtype(*names: str) -> Callable[[Any], bool]:
    """An operand, or the answer, is of one of these dtypes."""
    return lambda found: any(n in names for n in (*found.dtypes, *(leaf.dtype for leaf in found.ours.leaves)))


def _empty(found: Any) -> bool:
    return any(x.size == 0 for x in found.arrays()) or any(leaf.values.size == 0 for leaf in found.ours.leaves)


def _has_nan(found: Any) -> bool:
    return any(x.dtype.kind not in "biu" and bool(np.isnan(x.astype(np.complex128)).any()) for x in found.arrays())


def _has_infinite(found: Any) -> bool:
    return any(x.dtype.kind not in "biu" and not np.isfinite(x.astype(np.complex128)).all() for x in found.arrays())


def _no_float(found: Any) -> bool:
    return not any("float" in name or "complex" in name for name in found.dtypes)


def _torch_unsigned(found: Any) -> bool:
    changed = any(wanted in _UNSIGNED for wanted, _ in found.theirs.changed)
    if found.kind == "dtype":
        wanted = [(a.dtype, b.dtype) for a, b in _leaves(found) if a.dtype != b.dtype]
        changed = changed or all(a in _UNSIGNED and b in ("int32", "int64") for a, b in wanted)
    return changed or any(name in _UNSIGNED for name in (*found.dtypes, *(leaf.dtype for leaf in found.ours.leaves)))


def _list_of_floats(found: Any) -> bool:
    return all(
        (a.dtype, b.dtype) in (("float32", "float64"), ("float32", "float32")) for a, b in _leaves(found)
    ) and any(
        isinstance(value, list) and not any(isinstance(item, np.ndarray) for item in value)
        for value in (*found.call.args, *found.call.kwargs.values())
    )


def _axis_none(found: Any) -> bool:
    return found.argument("axis") is None


def _axis_given_otherwise(found: Any) -> bool:
    """The axis is a NumPy integer, a list, or names no axis."""
    axis = found.argument("axis")
    return isinstance(axis, (np.integer, list)) or axis == ()


def _crossed(found: Any) -> bool:
    """A lower bound above an upper one."""
    low, high = (np.asarray(x) for x in (found.call.args[1], found.call.args[2]))
    return bool(np.any(low > high))


def _negative_number_beside_unsigned(found: Any) -> bool:
    return bool(_we_say(r"Python integer -?\d+ is out of bounds for")(found))


def _number_beside_tensor(found: Any) -> bool:
    """A Python number stands beside a tensor, or in its place."""
    return bool({"int", "float", "complex"} & set(found.dtypes))


def _first_is_bool(found: Any) -> bool:
    arrays = found.arrays()
    return bool(arrays) and arrays[0].dtype == np.bool_


def _complex(found: Any) -> bool:
    return any("complex" in name for name in found.dtypes)


def _only_bools(found: Any) -> bool:
    return set(found.dtypes) <= {"bool"} and all(a.dtype == "bool" or a.dtype == "int32" for a in found.ours.leaves)


def _extreme_integers(found: Any) -> bool:
    """An operand holds its integer dtype's least or greatest number, or comes near."""
    for x in found.arrays():
        if x.dtype.kind in "iu" and x.size:
            info = np.iinfo(x.dtype)
            if int(x.max()) > info.max // 2 or int(x.min()) < info.min // 2:
                return True
    return False


def _beyond_32_bits(found: Any) -> bool:
    """An operand holds a 64-bit integer that 32 bits cannot."""
    return any(
        x.dtype.kind in "iu"
        and x.dtype.itemsize == 8
        and x.size > 0
        and (int(x.max()) > 2**31 - 1 or int(x.min()) < -(2**31))
        for x in found.arrays()
    )


def _beside_infinity(found: Any) -> bool:
    """Operands hold NaN or infinity, and where both answers are finite numbers they agree; or it is a matter of order."""
    if not _has_infinite(found):
        return False
    if found.path in _ORDERED:
        return True
    for ours, theirs in ((a.values.astype(np.complex128), b.values.astype(np.complex128)) for a, b in _leaves(found)):
        both = np.isfinite(ours) & np.isfinite(theirs)
        if not np.allclose(ours[both], theirs[both], rtol=1e-2, atol=1e-2):
            return False
    return True


def _large_integers(found: Any) -> bool:
    """An operand or our answer holds an integer that the plugin's 32 bits cannot."""
    values = [*found.arrays(), *(leaf.values for leaf in found.ours.leaves)]
    return any(
        x.dtype.kind in "iuf"
        and x.size
        and not (-(2.0**31) < float(np.nanmin(x)) and float(np.nanmax(x)) < 2.0**31 - 1)
        for x in (x.astype(np.float64) for x in values if x.dtype.kind in "iuf" and x.dtype.itemsize >= 4)
    )


def _in_32_bits(found: Any) -> bool:
    """Integers beyond 32 bits, or floats of 64 that agree as floats of 32 do."""
    if _any_dtype("int64", "uint64", "uint32")(found) and _large_integers(found):
        return True
    pairs = [(a.values.astype(np.complex128), b.values.astype(np.complex128)) for a, b in _leaves(found)]
    pairs = [(a, b) for a, b in pairs if a.size]
    return _any_dtype("float64", "complex128", "int64", "uint64")(found) and all(
        np.allclose(
            a,
            b,
            rtol=1e-3,
            atol=1e-3 * float(np.nanmax(np.abs(np.where(np.isfinite(a), a, 0)), initial=1.0)),
            equal_nan=True,
        )
        for a, b in pairs
    )


def _saturated(found: Any) -> bool:
    """Small integers: keras's answer differs at the dtype's limits only, or operands are there already."""
    if not _any_dtype("uint8", "int8", "uint16", "int16")(found) or not all(
        a.dtype in _HELD for a, _ in _leaves(found)
    ):
        return False
    for ours, theirs in _leaves(found):
        info = np.iinfo(ours.dtype)
        wrong = theirs.values[ours.values != theirs.values]
        if not np.isin(wrong, (info.min, info.max, 0)).all() and not _extreme_integers(found):
            return False
    return True


def _zero_divisor(found: Any) -> bool:
    return bool(_says("ZeroDivisionError|Integer division by zero")(found))


def _widened_to_float64(found: Any) -> bool:
    """Keras answers float64 where 64-bit integers become floatx."""
    differ = [(a.dtype, b.dtype) for a, b in _leaves(found) if a.dtype != b.dtype]
    return bool({"int64", "uint64", "uint32"} & set(found.dtypes)) and all(
        pair == ("float32", "float64") for pair in differ
    )


def _bools_as_int8(found: Any) -> bool:
    return _only_bools(found) and all(b.dtype == "int8" for _, b in _leaves(found))


def _index_dtypes(found: Any) -> bool:
    """Keras answers int64 for our int32 (or narrows what is left)."""
    differ = [(a.dtype, b.dtype) for a, b in _leaves(found) if a.dtype != b.dtype]
    return all(pair == ("int32", "int64") or pair[1] in _HALF.get(pair[0], ()) for pair in differ)


def _not_increasing(x: Any) -> bool:
    with np.errstate(all="ignore"):
        return not bool(np.all(np.asarray(x[..., :-1] <= x[..., 1:])))


def _unsorted(name: str) -> Callable[[Any], bool]:
    def test(found: Any) -> bool:
        given = found.argument(name)
        return _not_increasing(np.asarray(given)) if given is not None else False

    return test


def _same_order(found: Any) -> bool:
    """Both answers name the same elements: they differ in the order of equal ones, or of what a partition leaves open."""
    x, axis = found.arrays()[0], found.argument("axis")
    flat = x.reshape(-1) if axis is None and found.call.kwargs.get("axis", found.call.args[-1]) is None else x
    places = [leaf.values for leaf in (*found.ours.leaves, *found.theirs.leaves)]
    along = -1 if axis is None else axis
    if any(place.shape != flat.shape for place in places) or flat.dtype.kind == "V":
        return False
    if any(((place < 0) | (place >= flat.shape[along])).any() for place in places):
        return False
    one, other = (np.take_along_axis(flat, place, along) for place in places)
    kth = found.argument("kth")
    if kth is None:
        return bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    return bool(np.array_equal(np.take(one, kth, along), np.take(other, kth, along), equal_nan=one.dtype.kind in "fc"))


def _float_of_integers(found: Any) -> bool:
    """We answer floatx for integers, keras something else."""
    return _no_float(found) and all(a.dtype == "float32" for a in found.ours.leaves)


_HELD = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "uint64")
# Ops whose answer, an order, a place or a truth, does not show that an operand is infinite.
_ORDERED = (
    *("argmax", "argmin", "nanargmax", "nanargmin", "argsort", "sort", "argpartition", "searchsorted", "digitize"),
    *("isfinite", "isinf", "isnan", "isposinf", "isneginf", "signbit", "sign", "isclose", "allclose", "array_equal"),
    *("equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "nan_to_num", "unique", "isin"),
    *("any", "all", "logical_and", "logical_or", "logical_xor", "logical_not", "count_nonzero", "nonzero", "clip"),
)
_REDUCTIONS = ("sum", "prod", "mean", "max", "min", "amax", "amin", "any", "all", "argmax", "argmin")
_NAN = tuple(f"nan{name}" for name in ("sum", "prod", "mean", "max", "min", "argmax", "argmin", "std", "var", "median"))
_SCORES = ("nn.sigmoid", "nn.gelu", "nn.softmax", "nn.log_softmax")
_BITS = (
    *(f"bitwise_{name}" for name in ("and", "or", "xor", "left_shift", "right_shift")),
    "left_shift",
    "right_shift",
)
_WINDOWS = ("bartlett", "blackman", "hamming", "hanning", "kaiser")
_ALONG = (*_REDUCTIONS, *_NAN, *_SCORES, "ptp", "var", "std", "median", "average", "count_nonzero")
_POOLS = ("nn.max_pool", "nn.average_pool")

# --- the list ---------------------------------------------------------------------------------------------------------

# fmt: off
LISTED: tuple[Listed, ...] = (
    # Any op.
    Listed(
        "64 bits are kept", (), ALL, ("dtype", "value"),
        "answers 32 bits for 64-bit operands or dtype arguments, or where int64 is what the operands promote to (as int32"
        " beside uint32): its promotion is JAX's with 64 bits switched off, and its JAX backend cannot hold them",
        "keeps the 64-bit dtype on every backend: a dtype that the user names is the one they get",
        _narrowed,
    ),
    Listed(
        "torch: unsigned dtypes", (), ("torch",), ("dtype", "value", "keras raises", "shape"),
        "has no uint16, uint32 and uint64 on torch: it makes int32 and int64 of the first two and raises for the third",
        "has them: torch has the dtypes, and what kernels it lacks the backend supplies",
        lambda found: _torch_unsigned(found) if found.kind != "keras raises" else (
            _torch_unsigned(found) or _says("Unsupported dtype for PyTorch: uint64")(found)
        ),
    ),
    Listed(
        "torch: a kernel lacks the dtype", (), ("torch",), ("keras raises",),
        "lets torch's NotImplementedError through where a kernel lacks the dtype",
        "computes in a dtype that torch has a kernel for: the dtypes of an op are the same on every backend",
        _says(r"not implemented for '(Bool|Byte|Char|Short|Int|Long|Half|BFloat16|ComplexHalf|ComplexFloat|ComplexDouble|UInt\d+)'"),
    ),
    Listed(
        "tensorflow: a kernel lacks the dtype", (), ("tensorflow",), ("keras raises",),
        "lets TensorFlow's error through where a kernel lacks the dtype",
        "computes in a dtype that TensorFlow has a kernel for: the dtypes of an op are the same on every backend",
        _says(r"is not in the list of allowed values|`features.dtype` must be a floating point tensor|Could not find device for node"),
    ),
    Listed(
        "tensorflow: bfloat16 of rank 0", (), ("tensorflow",), ("keras raises",),
        "cannot convert a NumPy bfloat16 array of rank 0 on TensorFlow, and so fails for such operands and answers",
        "converts it",
        _says("object __array__ method not producing an array"),
    ),
    Listed(
        "openvino: a kernel lacks the dtype", (), ("openvino",), ("keras raises",),
        "lets OpenVINO's error through where an operation lacks the dtype, or the CPU plugin cannot compile it",
        "computes on the host what the plugin cannot",
        _says(
            r"is_supported_et|Check 'in_t_range|input_element_type.is_real|Unsupported data type: bfloat16"
            r"|Unsupported data type|is_integral_number|in_types|element type|element::Type::merge|`convert_to_numpy` failed to convert"
        ),
    ),
    Listed(
        "openvino: computed in 32 bits", (), ("openvino",), ("value",),
        "computes 64-bit numbers and uint32 in 32 bits, as OpenVINO's CPU plugin does, and answers rounded, saturated or"
        " wrapped values",
        "computes them on the host, exactly",
        _in_32_bits,
    ),
    Listed(
        "openvino: small integers saturate", (), ("openvino",), ("value",),
        "answers saturated or otherwise wrong values where 8 and 16-bit integers overflow",
        "wraps around as every other backend does",
        _saturated,
    ),
    Listed(
        "openvino: no elements", (), ("openvino",), ("shape", "value", "keras raises", "form"),
        "fails, or answers other shapes or values, where a tensor has no elements",
        "answers what NumPy does",
        lambda found: any(x.size == 0 for x in found.arrays()),
    ),
    Listed(
        "openvino: the process ends", ("repeat", "tile", "isin", "quantile", "percentile", "nanquantile", "nanpercentile"), ("openvino",), ("crash",),
        "ends the process for some shapes and dtypes",
        "answers",
    ),
    Listed(
        "openvino: products that accumulate", ("cumprod",), ("openvino",), ("dtype", "value"),
        "multiplies through logarithms and in 64 bits: NaN for negative floats, saturated integers",
        "multiplies in the answer's dtype",
    ),
    Listed(
        "openvino: quotients of integers", ("divide_no_nan", "i0"), ("openvino",), ("dtype", "value"),
        "answers int32 quotients, and float64 for 64-bit integers",
        "answers floatx for integers",
        lambda found: all(a.dtype == "float32" for a in found.ours.leaves),
    ),
    Listed(
        "openvino: int32 saturates", ("square", "add", "subtract", "multiply", "negative", "absolute", "power"), ("openvino",), ("value",),
        "saturates where int32 overflows",
        "wraps around as every other backend does",
        lambda found: _any_dtype("int32")(found) and all(np.isin(b.values[a.values != b.values], (-(2**31), 2**31 - 1)).all() for a, b in _leaves(found)),
    ),
    Listed(
        "openvino: unsigned numbers beside negative ones",
        ("divide", "true_divide"),
        ("openvino",),
        ("value",),
        "makes a negative number unsigned beside an unsigned tensor",
        "makes floats of both",
        lambda found: any(name.startswith("uint") for name in found.dtypes),
    ),
    Listed(
        "openvino: floors of infinite quotients",
        ("floor_divide", "mod", "fmod"),
        ("openvino",),
        ("value",),
        "answers infinity for an infinite number's quotient",
        "answers NaN, as NumPy does",
        lambda found: not _no_float(found),
    ),
    Listed(
        "openvino: average of integers",
        ("average",),
        ("openvino",),
        ("value", "dtype"),
        "averages integers as integers",
        "averages in floatx",
        lambda found: found.arrays()[0].dtype.kind in "biu",
    ),
    Listed(
        "openvino: meshgrid of no vectors",
        ("meshgrid",),
        ("openvino",),
        ("shape",),
        "keeps a tensor's axes",
        "flattens each",
        lambda found: any(x.ndim != 1 for x in found.arrays()),
    ),
    Listed(
        "openvino: quantiles by arrays of probabilities",
        ("quantile", "percentile", "nanquantile", "nanpercentile"),
        ("openvino",),
        ("shape",),
        "puts the axes of many probabilities last",
        "puts them in front, as NumPy does",
        lambda found: isinstance(found.argument("q"), list),
    ),
    Listed(
        "openvino: isclose in 64 bits",
        ("isclose", "allclose"),
        ("openvino",),
        ("value",),
        "answers otherwise for float64",
        "compares in float64",
        _any_dtype("float64", "int64", "uint64"),
    ),
    Listed(
        "openvino: shifts beyond the width",
        _BITS,
        ("openvino",),
        ("value",),
        "shifts by a count beyond the width or a negative one otherwise",
        "shifts all bits out",
    ),
    Listed(
        "openvino: indices of other dtypes", ("take_along_axis",), ("openvino",), ("keras raises",),
        "takes indices of int32 and int64 only",
        "takes all integers",
        _says("indices_type"),
    ),
    Listed(
        "openvino: tensors of too low a rank", ("slogdet", "tril", "triu", "vdot", "vsplit", "dsplit"), ("openvino",), ("ops raises",),
        "answers for tensors that have too few axes or other sizes",
        "raises ShapeError, as NumPy does",
        _we_say("square matrices|last two axes|elements|cuts tensors of rank"),
    ),
    Listed(
        "openvino: extremes of nothing, without NaN", ("nanmax", "nanmin"), ("openvino",), ("ops raises",),
        "answers something for no elements",
        "raises ShapeError on every backend, as NumPy does",
        _we_say("it is empty|no largest or smallest"),
    ),
    Listed(
        "openvino: unique and logaddexp2 of small dtypes", ("unique", "logaddexp2"), ("openvino",), ("value",),
        "answers otherwise for 8 and 16-bit integers: it computes in them, or fills up otherwise",
        "computes floats of them, and fills up with zeros",
        _any_dtype("uint8", "int8", "uint16", "int16"),
    ),
    Listed(
        "openvino: an op is not there", (), ("openvino",), ("keras raises",),
        "has no form of the op for these arguments: it misses a function, a bitcast or an argument",
        "computes it",
        _says(r"has no attribute|range\(\) missing|NotImplementedError|requires at least 2 input|unsupported operand type"),
    ),
    Listed(
        "openvino: shapes that broadcast", ("meshgrid", "average", "vstack", "hstack", "dstack"), ("openvino",), ("keras raises",),
        "fails where ranks or shapes differ",
        "takes what NumPy takes",
        _says("shape_inference"),
    ),
    Listed(
        "a Python int that its tensor's dtype cannot hold", (), ALL, ("ops raises",),
        "wraps a Python int around, or widens it, where the tensor's integer dtype cannot hold it",
        "raises ArgumentError, as NumPy 2 does: the wrapped number is not what was written",
        _negative_number_beside_unsigned,
    ),
    # Elementwise.
    Listed(
        "a Python number beside a tensor", ("mod", "fmod", "gcd", "lcm", "hypot", "inner", "kron", "append", *_BITS), ALL,
        ("dtype", "value"),
        "takes a Python number for int32 or float32 in these ops, and so widens int8 to int32 or bfloat16 to float32",
        "keeps the tensor's dtype, as all its other arithmetic does",
        _number_beside_tensor,
    ),
    Listed(
        "a Python int beside small integers", (), ("numpy", "tensorflow", "torch"), ("dtype",),
        "takes a Python number for int32 beside small integers in some more ops (add, dot, where, select) and shapes",
        "keeps the tensor's dtype",
        lambda found: _number_beside_tensor(found) and _no_float(found)
        and all(a.dtype == b.dtype or (a.dtype in ("int8", "int16", "uint8", "uint16", "uint32") and b.dtype in ("int32", "int64")) for a, b in _leaves(found)),
    ),
    Listed(
        "uint64 beside signed integers", (), ("numpy", "jax", "tensorflow", "openvino"), ("dtype", "ops raises"),
        "answers int32 or int64 where its promotion narrows uint64 first",
        "promotes both to float32, as JAX's lattice does, and so has no bits to work on",
        lambda found: "uint64" in found.dtypes and bool({"int8", "int16", "int32", "int64"} & set(found.dtypes)) and (
            bool(_we_say("integers or bools; got float32")(found)) if found.kind == "ops raises"
            else all(leaf.dtype == "float32" for leaf in found.ours.leaves)
        ),
    ),
    Listed(
        "reciprocal of integers", ("reciprocal",), ("numpy", "openvino"), ("dtype", "value"),
        "divides integers as integers on these backends and answers zeros",
        "answers floats on every backend",
        _float_of_integers,
    ),
    Listed(
        "numpy: arithmetic of bools", ("floor_divide", "power", "conj", "conjugate", "bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift"),
        ("numpy",), ("dtype",),
        "answers int8 for bools on NumPy",
        "answers int32 on every backend, and conj the bools themselves",
        _bools_as_int8,
    ),
    Listed(
        "tensorflow: conj of bools", ("conj", "conjugate"), ("tensorflow", "torch"), ("keras raises",),
        "fails for bools",
        "answers them",
        _only_bools,
    ),
    Listed(
        "64-bit integers as float64", ("cbrt", "rad2deg", "deg2rad", "hypot", "heaviside", "slogdet"), ("numpy", "tensorflow", "torch"), ("dtype",),
        "answers float64 for 64-bit integers",
        "answers floatx, as for any integers, and as keras itself does in other ops",
        _widened_to_float64,
    ),
    Listed(
        "torch: cbrt of integers", ("cbrt",), ("torch",), ("value",),
        "answers NaN for large negative integers",
        "answers the root",
        _no_float,
    ),
    Listed(
        "floats of bools and bytes", ("rad2deg", "deg2rad", "hypot", "logaddexp2"), ("numpy",), ("value",),
        "computes in float16 before it answers float32, for bools and 8-bit integers",
        "computes in float32",
        lambda found: bool({"bool", "int8", "uint8"} & set(found.dtypes)),
    ),
    Listed(
        "numpy: nextafter of bools", ("nextafter",), ("numpy",), ("value",),
        "computes in float16 before it answers float32",
        "computes in float32",
        _no_float,
    ),
    Listed(
        "nextafter", ("nextafter",), ("tensorflow", "torch"), ("value",),
        "computes in a wider dtype where it is float16 or bfloat16, or the operands' dtypes differ, and rounds the step away",
        "answers the neighbour in the dtype itself",
        lambda found: _any_dtype("float16", "bfloat16")(found) or len(set(found.dtypes)) > 1 or found.call.raw,
    ),
    Listed(
        "an integer divided by zero", ("mod", "fmod", "floor_divide"), ("tensorflow", "torch"), ("keras raises",),
        "raises where an integer is divided by zero",
        "answers 0, as on the other backends",
        _zero_divisor,
    ),
    Listed(
        "least and greatest integers", ("gcd", "lcm", "fmod", "round", "inner", "tensordot", "vdot", "dot", "matmul", "kron", "cross"), ("numpy", "tensorflow", "torch"), ("value",),
        "answers otherwise where an integer, or its absolute value, overflows on the way: in float on TensorFlow, in 32 bits on NumPy",
        "wraps around, as NumPy does",
        _extreme_integers,
    ),
    Listed(
        "tensorflow: shifts beyond the width", _BITS, ("tensorflow",), ("value",),
        "shifts by a count that is negative or beyond the width as far as the width allows, or not at all",
        "shifts all bits out",
        lambda found: not _number_beside_tensor(found),
    ),
    Listed(
        "tensorflow: gcd and lcm of uint64", ("gcd", "lcm"), ("tensorflow",), ("keras raises",),
        "raises for uint64, as if beside a Python number it were a float",
        "computes it",
        lambda found: "uint64" in found.dtypes,
    ),
    Listed(
        "angle of -0.0", ("angle",), ("tensorflow", "torch"), ("value",),
        "answers 0 for -0.0, and for NaN on TensorFlow",
        "answers pi and NaN, as NumPy does",
        lambda found: not _complex(found),
    ),
    Listed(
        "torch: signbit of NaN", ("signbit",), ("torch",), ("value",),
        "takes the sign of NaN from a copy in another dtype",
        "takes its sign bit",
        _has_nan,
    ),
    Listed(
        "decimals beyond a float", ("round",), ("numpy", "tensorflow", "torch"), ("keras raises", "value"),
        "fails, or answers NaN or the least integer, for more decimals than floats have",
        "leaves numbers as they are",
        lambda found: abs(int(found.argument("decimals") or 0)) > 30,
    ),
    Listed(
        "round of bools", ("round",), ("numpy", "tensorflow", "torch"), ("keras raises",),
        "fails for bools to decimals",
        "counts bools as int32",
        _first_is_bool,
    ),
    Listed(
        "torch: float16 beside complex numbers", (), ("torch",), ("keras raises",),
        "fails, for torch makes ComplexHalf of them",
        "promotes to complex64",
        _says("ComplexHalf"),
    ),
    Listed(
        "nan_to_num of integers", ("nan_to_num",), ("numpy", "tensorflow", "torch"), ("ops raises",),
        "does not look at what would replace NaN and infinity where there are none",
        "raises ArgumentTypeError for what is no number",
        _we_say("expected a real number"),
    ),
    Listed(
        "select among numbers", ("select",), ("numpy", "tensorflow"), ("keras raises",),
        "fails for a Python number among choices of small integers",
        "keeps the tensors' dtype",
        _number_beside_tensor,
    ),
    Listed(
        "hypot and relu of bools", ("hypot", "nn.relu"), ("numpy", "torch"), ("dtype", "value", "keras raises"),
        "answers bools on NumPy, and fails on torch",
        "answers floatx for hypot, int32 for relu",
        lambda found: set(found.dtypes) == {"bool"},
    ),
    Listed(
        "numpy: clip between other dtypes", ("clip",), ("numpy",), ("dtype", "value"),
        "makes the bounds' numbers x's dtype, whatever is lost",
        "promotes all three, as keras on the other backends",
        lambda found: len(set(found.dtypes)) > 1,
    ),
    Listed(
        "heaviside of NaN", ("heaviside",), ("tensorflow", "torch"), ("value",),
        "answers 0 or x2 for NaN",
        "answers NaN",
        _has_nan,
    ),
    Listed(
        "tensorflow: isclose to infinity", ("isclose", "allclose"), ("tensorflow",), ("value",),
        "takes any number for close to an infinite one: the tolerance grows with it",
        "takes none",
        _has_infinite,
    ),
    Listed(
        "torch: division of a tensor of rank 0", ("divide", "true_divide"), ("torch",), ("dtype",),
        "leaves the dtype of a tensor of rank 0 out of account, as torch does",
        "promotes it as any other tensor",
        lambda found: any(x.ndim == 0 for x in found.arrays()),
    ),
    Listed(
        "arange of integers by fractions", ("arange",), ("numpy", "tensorflow", "torch"), ("value", "keras raises"),
        "makes the step an integer first: zeros on NumPy, errors on TensorFlow and torch",
        "makes the numbers integers at last",
        lambda found: isinstance(found.argument("step"), float),
    ),
    Listed(
        "windows of negative sizes", _WINDOWS, ALL, ("ops raises",),
        "answers a tensor without elements for a negative number of points",
        "raises ArgumentError",
        _we_say("must not be negative"),
    ),
    Listed(
        "ldexp of zero", ("ldexp",), ("torch", "openvino"), ("value",),
        "answers NaN for 0 times a power of two that overflows",
        "answers 0",
        lambda found: bool(np.any(np.abs(np.asarray(found.argument("x2"), np.float64)) > 127)),
    ),
    Listed(
        "isclose of complex and unsigned numbers", ("isclose", "allclose"), ("tensorflow", "torch"), ("value",),
        "compares complex numbers, and unsigned ones below the other, otherwise than by their distance",
        "compares their distance",
        lambda found: _complex(found) or bool(_any_dtype("bool", "uint8", "uint16", "uint32", "uint64")(found)),
    ),
    Listed(
        "numpy: allclose", ("allclose",), ("numpy",), ("form",),
        "answers a Python bool",
        "answers a tensor on every backend",
    ),
    Listed(
        "torch: sign of NaN", ("sign",), ("torch",), ("value",),
        "answers 0 for NaN",
        "answers NaN",
        _has_nan,
    ),
    Listed(
        "tensorflow: constants of float64", ("logaddexp2", "rad2deg", "deg2rad"), ("tensorflow",), ("value",),
        "computes with constants rounded to float32, right to 8 digits",
        "computes in the operands' dtype",
        _any_dtype("float64", "int64", "uint64"),
    ),
    Listed(
        "numpy: i0 of 16-bit floats", ("i0",), ("numpy",), ("dtype", "value"),
        "answers float64 for bfloat16, and computes in float16, where it overflows",
        "keeps the dtype, and computes in float32",
        _any_dtype("bfloat16", "float16"),
    ),
    Listed(
        "torch: sign of complex numbers", ("sign",), ("torch",), ("keras raises",),
        "raises for complex numbers",
        "answers x / abs(x) on every backend",
        _says("torch.sign is not intended"),
    ),
    Listed(
        "strings", (), ("numpy", "tensorflow"), ("ops raises",),
        "takes a string for a tensor",
        "raises ArgumentTypeError: no op computes with strings",
        _we_say("cannot make a tensor of str"),
    ),
    Listed(
        "jax: division by zero", ("divide", "true_divide"), ("jax",), ("value",),
        "answers 0 for 0 / 0 where integers or bools are divided",
        "answers NaN on every backend, the quotient of floats",
        _no_float,
    ),
    Listed(
        "64-bit integers in float-only ops", (), ("numpy", "jax"), ("value",),
        "wraps 64-bit integers to 32 bits before it makes floats of them",
        "makes floats of what was given",
        lambda found: bool({"int64", "uint64"} & set(found.dtypes)) and all("float" in a.dtype for a in found.ours.leaves),
    ),
    Listed(
        "64-bit integers beyond 32 bits", (), ("numpy", "jax"), ("value",),
        "wraps 64-bit integers to 32 bits before it compares, sorts or counts them",
        "takes them as they are",
        _beyond_32_bits,
    ),
    Listed(
        "tensorflow: clip", ("clip",), ("tensorflow",), ("value", "keras raises"),
        "answers the lower bound where bounds cross, and raises where x is smaller than its bounds or of another dtype",
        "answers the upper bound, as NumPy and all other backends, and broadcasts and promotes x as any operand",
        lambda found: found.kind == "keras raises" or _crossed(found),
    ),
    Listed(
        "openvino: NaN and infinity", (), ("openvino",), ("value",),
        "loses NaN in maxima and minima, and clips or mistakes infinite values",
        "answers NaN and infinity as NumPy does",
        _beside_infinity,
    ),
    Listed(
        "openvino: comparison of bools with numbers", ("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
        ("openvino",), ("value",),
        "turns a number beside a bool tensor into a bool",
        "promotes both, as the other backends do",
        lambda found: "bool" in found.dtypes,
    ),
    Listed(
        "openvino: integer quotients", ("floor_divide", "mod", "fmod"), ("openvino",), ("value", "crash"),
        "rounds quotients towards zero in some dtypes, and ends the process where an integer is divided by zero",
        "rounds towards minus infinity; an integer divided by zero gives zero",
        _no_float,
    ),
    Listed(
        "complex numbers where an op has no complex form", (), ALL, ("ops raises",),
        "takes complex numbers where its framework does: it orders them on NumPy and JAX, and convolves or activates them",
        "raises DtypeError on every backend alike",
        _we_say(r"DtypeError.*complex(64|128) operands (are not accepted|have no order)|DtypeError.*not accepted"),
    ),
    Listed(
        "an axis of a scalar", (), ALL, ("ops raises",),
        "takes axis 0 or -1 of a scalar on some backends",
        "raises ShapeError on every backend: a scalar has no axes",
        _we_say("for a tensor of rank 0"),
    ),
    Listed(
        "lists are float64", (), ("numpy", "openvino"), ("dtype",),
        "makes float64 of a nested list of Python floats, in some ops on NumPy and in all on OpenVINO",
        "makes floatx of it, as keras itself does on its other backends",
        _list_of_floats,
    ),
    Listed(
        "lists for tensors", (), ALL, ("keras raises",),
        "takes no nested list in some ops, or none among tensors",
        "takes one wherever a tensor is welcome",
        lambda found: bool(_says(r"'list' object|Invalid dtype: list|got <class 'list'>|got list|list indices must be")(found)),
    ),
    Listed(
        "axes as a list", (), ("numpy",), ("keras raises",),
        "takes no list of axes in some ops",
        "takes any sequence of ints",
        _says("'list' object cannot be interpreted as an integer"),
    ),
    Listed(
        "meshgrid answers a list", ("meshgrid",), ("numpy", "torch", "openvino"), ("form",),
        "answers a tuple on some backends, a list on others",
        "answers a list on every backend",
    ),
    Listed(
        "array_split points", ("array_split",), ALL, ("keras raises",),
        "takes a number of parts only",
        "takes split points too, as NumPy does",
        lambda found: not isinstance(found.argument("indices_or_sections"), int),
    ),
    Listed(
        "numpy: cbrt of small integers", ("cbrt",), ("numpy",), ("value",),
        "computes in float16 before it answers float32",
        "computes in float32",
        _no_float,
    ),
    Listed(
        "numpy: linspace's step", ("linspace",), ("numpy",), ("dtype", "shape"),
        "answers a float64 step with retstep, or NaN where there are less than two points",
        "answers the step in the points' dtype and shape",
        lambda found: bool(found.argument("retstep")),
    ),
    Listed(
        "numpy: quantiles of nothing", ("nanpercentile", "nanquantile"), ("numpy",), ("shape",),
        "loses the quantiles' axis where there are no elements",
        "keeps it",
        _empty,
    ),
    Listed(
        "numpy: nanargmax and nanargmin of infinities", ("nanargmax", "nanargmin"), ("numpy",), ("value",),
        "answers the place of NaN beside an infinite extreme",
        "answers the place of the extreme",
        _has_infinite,
    ),
    Listed(
        "variance of complex numbers", ("std", "var", "nanstd", "nanvar"), ALL, ("dtype",),
        "answers complex numbers along axes of one element or none",
        "answers floats, as for any others",
        _complex,
    ),
    Listed(
        "torch: variance of complex numbers without NaN", ("nanstd", "nanvar"), ("torch",), ("keras raises",),
        "fails for complex numbers",
        "computes it",
        _complex,
    ),
    Listed(
        "numpy: NaN of bfloat16", (*_NAN, "nancumsum", "nancumprod", "percentile", "quantile", "median", "nanpercentile", "nanquantile"), ("numpy",), ("value", "keras raises"),
        "does not see NaN in bfloat16, or fails",
        "passes over it, or answers it, as in other dtypes",
        lambda found: "bfloat16" in found.dtypes and _has_nan(found),
    ),
    Listed(
        "numpy: view in 64 bits", ("view",), ("numpy",), ("keras raises", "shape"),
        "narrows 64-bit numbers first, and then cannot view them as others",
        "views what was given",
        _any_dtype("float64", "int64", "uint64", "complex128"),
    ),
    Listed(
        "numpy: view without elements", ("view",), ("numpy",), ("shape",),
        "answers another shape where there are no elements",
        "counts the last axis by the dtypes' sizes",
        _empty,
    ),
    Listed(
        "numpy: triangles", ("tri", "tril", "triu"), ("numpy",), ("ops raises",),
        "makes a matrix of a tensor of rank 1, and takes negative sizes",
        "raises ShapeError, as keras does on other backends",
        _we_say("sizes are not negative|last two axes"),
    ),
    Listed(
        "pad beyond one reflection", ("pad",), ("numpy", "torch"), ("ops raises",),
        "reflects again and again on NumPy where more is added than there is; pads by edges on torch",
        "raises ShapeError on every backend: most frameworks reflect once only",
        _we_say("adds at most"),
    ),
    Listed(
        "classes that are no integers", ("nn.one_hot", "nn.sparse_categorical_crossentropy"), ALL, ("ops raises",),
        "takes floats for classes on some backends",
        "raises DtypeError on every backend",
        _we_say("must be integer; got"),
    ),
    Listed(
        "classes out of range", ("nn.sparse_categorical_crossentropy",), ALL, ("keras raises",),
        "raises for a class beyond the last on some backends",
        "answers the loss without that class, as JAX does",
        lambda found: bool(_says("out of bounds|Must have|Received a label value")(found)),
    ),
    Listed(
        "where without values", ("where",), ALL, ("ops raises",),
        "answers the places of true elements if x1 and x2 are left out",
        "raises ArgumentTypeError: the answer's shape would depend on values; `nonzero` says where",
        _we_say("NoneType"),
    ),
    Listed(
        "openvino: an axis that is no int", (), ("openvino",), ("ops raises",),
        "takes any axis for a tensor without elements",
        "raises ArgumentTypeError",
        _we_say("an axis is an int"),
    ),
    Listed(
        "openvino: any and all over no axes", ("any", "all"), ("openvino",), ("value", "dtype"),
        "answers the tensor itself, not as bool",
        "answers bools",
        lambda found: found.argument("axis") == (),
    ),
    Listed(
        "openvino: negative powers of integers", ("power",), ("openvino",), ("ops raises",),
        "answers saturated numbers",
        "raises, as NumPy does",
        _we_say("negative integer powers"),
    ),
    Listed(
        "jax: truth of complex numbers", ("logical_and", "logical_or", "logical_xor", "logical_not"), ("jax",), ("value",),
        "takes an imaginary number for false",
        "takes any number but zero for true, as NumPy does",
        lambda found: any("complex" in name for name in found.dtypes),
    ),
    Listed(
        "torch: concatenate skips empty tensors", ("concatenate",), ("torch",), ("ops raises",),
        "takes any axis of tensors of shape (0,)",
        "raises ShapeError on every backend",
        _we_say("out of bounds for a tensor of rank"),
    ),
    Listed(
        "linspace between tensors", ("linspace",), ("torch", "openvino", "tensorflow"), ("keras raises", "shape"),
        "takes no tensors of different shapes, and no number beside an array; puts the axis elsewhere on torch",
        "broadcasts both ends",
        lambda found: bool(found.arrays()) or any(isinstance(x, list) for x in found.call.args),
    ),
    Listed(
        "tensorflow: adding tensors without elements", ("add",), ("tensorflow",), ("keras raises",),
        "fails for some shapes: it takes the operand for a bias",
        "adds",
        _says("Biases must be 1D"),
    ),
    Listed(
        "convolution of two 16-bit floats", ("nn.conv",), ("jax", "torch", "tensorflow"), ("dtype",),
        "answers the kernel's dtype, or fails, where bfloat16 meets float16",
        "answers float32, which both promote to",
        lambda found: {"float16", "bfloat16"} <= set(found.dtypes),
    ),
    Listed(
        "convolution of operands of different dtypes", ("nn.conv",), ("tensorflow", "torch"), ("keras raises",),
        "fails for some pairs of dtypes, or of sizes without a channel group",
        "promotes them, and says what sizes fit",
        lambda found: len(set(found.dtypes)) > 1 or bool(_says("_conv_xla|empty|size")(found)),
    ),
    Listed(
        "tensordot beside a Python number", ("tensordot",), ("tensorflow", "torch"), ("dtype",),
        "takes a Python number for float32",
        "leaves it weak: the tensor's dtype counts",
        lambda found: bool({"int", "float", "bool", "complex"} & set(found.dtypes)),
    ),
    Listed(
        "torch and openvino: sizes as NumPy integers", ("zeros", "ones", "full", "empty"), ("torch", "openvino"), ("keras raises",),
        "takes no NumPy integer for a shape",
        "takes one",
        lambda found: isinstance(found.call.args[0], np.integer),
    ),
    # Reductions.
    Listed(
        "keepdims without an axis", (*_REDUCTIONS, "ptp", "std", "var", "nanstd", "nanvar", "nanmean", "nansum", "nanprod", "nanmax", "nanmin", "nanargmax", "nanargmin"), ("torch", "openvino"), ("shape",),
        "loses the axes when axis is None and keepdims is true; OpenVINO's argmin and argmax of all answer shape (1, 1)",
        "keeps each axis with size 1; without keepdims answers a scalar",
        _axis_none,
    ),
    Listed(
        "axes as NumPy integers and lists, and no axes", _ALONG, ALL, ("keras raises", "dtype"),
        "fails on some backends for an axis that is a NumPy integer or a list, or reduces integers to integers for ()",
        "takes them on every backend; () reduces nothing, and the dtype does not depend on the axis",
        _axis_given_otherwise,
    ),
    Listed(
        "torch: mean in float64", ("mean",), ("torch",), ("value",),
        "computes the mean of float64 in float32",
        "computes it in float64",
        _any_dtype("float64"),
    ),
    Listed(
        "extremes of nothing", ("max", "min", "amax", "amin", "argmax", "argmin"), ("openvino",), ("ops raises",),
        "answers the dtype's limit, or 0, for the extremes of no elements",
        "raises ShapeError on every backend, as NumPy does",
        lambda found: _empty(found),
    ),
    Listed(
        "extremes along other axes than the empty one", ("max", "min", "amax", "amin"), ("tensorflow", "torch"), ("keras raises",),
        "raises for any tensor without elements, even where no element would be missing from the answer",
        "raises only where an extreme of nothing is asked for, as NumPy does",
        lambda found: _empty(found) and bool(_says("Cannot compute the m(ax|in) of an empty tensor")(found)),
    ),
    Listed(
        "tensorflow: place of NaN", ("argmax", "argmin"), ("tensorflow",), ("value",),
        "passes over NaN",
        "answers the place of the first NaN, as NumPy does",
        _has_nan,
    ),
    Listed(
        "openvino: mean", ("mean",), ("openvino",), ("keras raises",),
        "fails for the mean over all axes with keepdims",
        "answers it",
        _says("get_partial_shape"),
    ),
    Listed(
        "tensorflow: degrees and radians of integers", ("deg2rad", "rad2deg"), ("tensorflow",), ("keras raises",),
        "fails for integers",
        "computes in floatx",
        _no_float,
    ),
    Listed(
        "numbers among tensors that are stacked", ("hstack", "vstack", "dstack", "concatenate", "stack", "column_stack"),
        ("tensorflow", "torch"), ("dtype", "keras raises"),
        "takes a Python number for float32, or no scalar at all",
        "leaves it weak, and gives a scalar the axes that it needs",
        lambda found: bool({"int", "float", "bool", "complex"} & set(found.dtypes)),
    ),
    Listed(
        "tensorflow: vstack of vectors", ("vstack",), ("tensorflow",), ("shape",),
        "joins vectors end to end",
        "makes each a row, as NumPy does",
        lambda found: any(x.ndim < 2 for x in found.arrays()),
    ),
    Listed(
        "torch: imag of real numbers", ("imag",), ("torch",), ("keras raises",),
        "fails for real numbers",
        "answers zeros",
        _says("imag is not implemented for tensors with non-complex"),
    ),
    Listed(
        "meshgrid of different dtypes, and of tensors that are no vectors", ("meshgrid",), ("jax", "tensorflow", "torch"), ("keras raises",),
        "fails where dtypes differ, or a tensor's rank is not 1",
        "flattens each, and keeps its dtype",
        lambda found: len(set(found.dtypes)) > 1 or any(x.ndim != 1 for x in found.arrays()),
    ),
    Listed(
        "infinite numbers in sums and products without NaN", ("nansum", "nanprod", "nancumsum", "nancumprod", "nanmean"),
        ("tensorflow", "torch"), ("value",),
        "takes the largest finite number for infinity",
        "takes NaN alone for 0 or 1",
        _has_infinite,
    ),
    Listed(
        "statistics without elements", ("median", "nanmedian", "quantile", "nanquantile", "percentile", "nanpercentile"),
        ("numpy", "tensorflow", "torch", "jax"), ("keras raises",),
        "fails where there are no elements",
        "answers NaN",
        _empty,
    ),
    Listed(
        "tensorflow: extremes of nothing, without NaN", ("nanmax", "nanmin"), ("tensorflow",), ("ops raises",),
        "answers the dtype's limit for no elements",
        "raises ShapeError on every backend, as NumPy does",
        _empty,
    ),
    Listed(
        "mean of complex numbers without NaN", ("nanmean",), ("tensorflow", "torch"), ("dtype", "value", "keras raises"),
        "loses the imaginary part on TensorFlow, fails on torch",
        "answers the complex mean",
        lambda found: any("complex" in name for name in found.dtypes),
    ),
    Listed(
        "tensorflow: quantiles of integers without NaN", ("nanmedian", "nanpercentile", "nanquantile"), ("tensorflow",),
        ("keras raises", "dtype"),
        "fails for integers, and answers integers for none",
        "computes in floatx",
        lambda found: found.arrays()[0].dtype.kind in "biu",
    ),
    Listed(
        "tensorflow: quantiles in float64", ("quantile", "nanquantile", "percentile", "nanpercentile"), ("tensorflow",), ("value",),
        "computes with probabilities rounded to float32",
        "computes in float64",
        _any_dtype("float64"),
    ),
    Listed(
        "tensorflow: rot90 by 180 degrees", ("rot90",), ("tensorflow",), ("value",),
        "leaves some tensors as they are",
        "turns them, as NumPy does",
        lambda found: isinstance(found.argument("k"), int) and found.argument("k") % 4 == 2,
    ),
    Listed(
        "torch: nanmin over no axes", ("nanmin", "nanmax", "std", "var"), ("torch",), ("shape",),
        "takes () for None",
        "reduces nothing",
        lambda found: found.argument("axis") == (),
    ),
    Listed(
        "tensorflow: quantiles that are no probabilities", ("quantile", "percentile", "nanquantile", "nanpercentile"), ("tensorflow", "torch"), ("ops raises",),
        "takes any numbers for probabilities where there are no elements",
        "raises ArgumentError",
        lambda found: _empty(found) and bool(_we_say("q is between")(found)),
    ),
    Listed(
        "quantiles between infinities", ("quantile", "percentile", "median", "nanquantile", "nanpercentile", "nanmedian"), ("numpy", "tensorflow", "torch"), ("value",),
        "answers NaN beside an infinite neighbour: it subtracts it",
        "answers the infinity where one of both is finite",
        _has_infinite,
    ),
    Listed(
        "nearest quantile", ("quantile", "percentile", "nanquantile", "nanpercentile"), ("tensorflow", "torch"), ("value",),
        "takes the upper of two elements that are equally near",
        "takes the one of even place, as NumPy does",
        lambda found: found.argument("method") == "nearest",
    ),
    Listed(
        "quantiles by arrays of probabilities", ("quantile", "percentile", "nanquantile", "nanpercentile"), ("jax", "torch"), ("keras raises",),
        "takes no probabilities of rank 2",
        "puts their axes in front, as NumPy does",
        _says("q must be a scalar or 1D|q must be have rank"),
    ),
    Listed(
        "numpy: methods of quantiles", ("quantile", "percentile", "nanquantile", "nanpercentile"), ("numpy",), ("ops raises",),
        "takes all methods that NumPy has",
        "takes the five that are on every backend, and raises ArgumentError for others",
        _we_say("method is one of"),
    ),
    Listed(
        "numpy: average of nothing", ("average",), ("numpy",), ("keras raises",),
        "fails where there are no elements",
        "answers a tensor without elements, or NaN",
        _empty,
    ),
    Listed(
        "torch: sums of complex numbers without NaN", ("nansum", "nanprod", "nancumsum", "nancumprod"), ("torch",), ("keras raises",),
        "fails for complex numbers",
        "adds or multiplies them",
        _complex,
    ),
    Listed(
        "torch: axes named twice", _REDUCTIONS, ("torch",), ("ops raises",),
        "takes an axis that is named twice",
        "raises ShapeError on every backend, as NumPy does",
        _we_say("names the same axis twice"),
    ),
    Listed(
        "trapezoid's dtypes", ("trapezoid",), ("numpy", "tensorflow", "torch"), ("dtype", "value"),
        "subtracts unsigned places as they are, and computes in x's own 16 bits",
        "computes in floatx, or what x, its places and floats promote to",
        lambda found: found.argument("x") is not None or bool(_any_dtype("float16", "bfloat16")(found)),
    ),
    Listed(
        "quantiles along several axes", ("nanquantile", "nanpercentile"), ("numpy",), ("shape", "value"),
        "puts the axes of many probabilities elsewhere",
        "puts them in front, as NumPy does",
        lambda found: np.ndim(found.argument("q")) > 1,
    ),
    Listed(
        "tensorflow: dtypes of counts and correlations", ("histogram", "correlate", "bincount"), ("tensorflow",), ("dtype", "ops raises"),
        "answers histograms of integers in their dtype, and correlations of int64 in float64; takes weights of other shapes",
        "answers floatx, and raises ShapeError",
        lambda found: bool(_we_say("weights have the shape of x")(found)) if found.kind == "ops raises" else _no_float(found) or found.path == "histogram",
    ),
    Listed(
        "weights of other shapes", ("average",), ("tensorflow", "torch"), ("ops raises", "keras raises", "shape"),
        "broadcasts weights on TensorFlow and torch, and takes none along several axes",
        "takes weights of x's shape, or of its size along the axes, as NumPy does",
        lambda found: found.argument("weights") is not None,
    ),
    Listed(
        "torch: count_nonzero along one axis", ("count_nonzero",), ("torch",), ("shape",),
        "turns the axes round",
        "leaves the axis out",
        lambda found: found.argument("axis") is not None,
    ),
    Listed(
        "bincount of rows", ("bincount",), ALL, ("keras raises",),
        "fails for no rows, and for rows whose greatest numbers differ",
        "counts row by row up to the greatest of all",
        lambda found: any(x.ndim == 2 for x in found.arrays()),
    ),
    Listed(
        "tensorflow: bincount", ("bincount",), ("tensorflow",), ("ops raises",),
        "counts floats, and counts densely where sparse is asked for",
        "raises DtypeError, and UnsupportedError for sparse",
        _we_say("x must be integer|tensors are dense only"),
    ),
    Listed(
        "corrcoef and correlate of complex numbers", ("corrcoef", "correlate"), ALL, ("dtype", "value"),
        "loses the imaginary part",
        "answers complex numbers, as NumPy does",
        _complex,
    ),
    Listed(
        "corrcoef of other ranks", ("corrcoef",), ALL, ("ops raises", "keras raises"),
        "takes scalars, and on TensorFlow stacks of matrices but no vectors",
        "takes vectors and matrices",
        lambda found: any(x.ndim != 2 for x in found.arrays()),
    ),
    Listed(
        "histogram's dtypes", ("histogram",), ("numpy", "openvino"), ("dtype", "value"),
        "answers int64 or int32 counts, and float64 edges for a range",
        "answers both in x's float dtype, or in floatx, as keras on other backends",
    ),
    Listed(
        "histogram of other ranks", ("histogram",), ALL, ("ops raises",),
        "flattens a tensor of another rank on some backends",
        "raises ShapeError on every backend",
        _we_say("elements to count have rank 1"),
    ),
    Listed(
        "histogram by edges", ("histogram",), ALL, ("keras raises",),
        "takes a number of bins only",
        "takes edges, too, as NumPy does",
        _says("Argument `bins` must be of type `int`"),
    ),
    Listed(
        "tensorflow: histogram", ("histogram",), ("tensorflow",), ("keras raises", "value"),
        "fails for a range beside integers, and answers no edges for no elements",
        "answers what NumPy does",
        lambda found: _empty(found) or bool(_says("to EagerTensor of dtype")(found)),
    ),
    Listed(
        "trapezoid of small integers", ("trapezoid",), ("numpy", "torch"), ("value",),
        "adds neighbours in the integers' own dtype, or bools as bools",
        "adds them in floatx",
        lambda found: bool({"bool", "int8", "int16", "uint8", "uint16"} & set(found.dtypes)),
    ),
    Listed(
        "torch: trapezoid without elements", ("trapezoid",), ("torch",), ("dtype",),
        "answers the integers' own dtype for no elements",
        "answers floatx",
        lambda found: _empty(found) and found.arrays()[0].dtype.kind in "biu",
    ),
    Listed(
        "determinants of other dtypes", ("slogdet",), ("numpy", "torch"), ("keras raises", "dtype"),
        "fails for float16 on NumPy, for integers and 16-bit floats on torch, and answers float64 for bfloat16 on NumPy",
        "computes integers in floatx and 16-bit floats in float32, and answers in the dtype that these promote to",
        lambda found: found.arrays()[0].dtype.kind in "biu" or bool({"float16", "bfloat16"} & set(found.dtypes)),
    ),
    Listed(
        "tensorflow: trapezoid along another axis", ("trapezoid",), ("tensorflow",), ("keras raises",),
        "fails",
        "computes it",
        _says("Scalar tensor has no `len"),
    ),
    Listed(
        "tensorflow: logarithm of a complex determinant", ("slogdet",), ("tensorflow",), ("dtype",),
        "answers the logarithm as a complex number",
        "answers a real one, as NumPy does",
        _complex,
    ),
    # Manipulation and creation.
    Listed(
        "split points", ("split", "hsplit", "vsplit", "dsplit"), ("jax", "tensorflow", "torch", "openvino"), ("keras raises",),
        "raises for split points that are negative, out of order or beyond the end, except on NumPy",
        "takes them as NumPy does",
        lambda found: isinstance(found.argument("indices_or_sections"), (tuple, list, np.ndarray)),
    ),
    Listed(
        "squeeze of an axis that is not 1", ("squeeze",), ("torch", "openvino"), ("ops raises",),
        "leaves an axis of another size as it is",
        "raises ShapeError on every backend, as NumPy does",
        _we_say("its size is not 1"),
    ),
    Listed(
        "expand_dims of an axis named twice", ("expand_dims",), ("tensorflow", "torch", "openvino"), ("ops raises",),
        "takes an axis that is named twice",
        "raises ShapeError on every backend, as NumPy does",
        _we_say("names the same axis twice"),
    ),
    Listed(
        "axes named twice or out of bounds", (), ("openvino",), ("ops raises",),
        "takes an axis that is named twice, out of bounds, or of a scalar",
        "raises ShapeError on every backend, as NumPy does",
        _we_say("names the same axis twice|is out of bounds for a tensor of rank"),
    ),
    Listed(
        "tensorflow: squeeze of no axes", ("squeeze",), ("tensorflow",), ("shape",),
        "takes () for None",
        "leaves all axes",
        lambda found: found.argument("axis") == (),
    ),
    Listed(
        "tensorflow: stack of arrays without elements", ("stack",), ("tensorflow",), ("shape", "dtype"),
        "answers another shape and dtype for NumPy arrays without elements",
        "stacks them",
        lambda found: found.call.raw and _empty(found),
    ),
    Listed(
        "torch: pad by negative widths", ("pad",), ("torch", "tensorflow"), ("ops raises",),
        "cuts by negative widths",
        "raises ShapeError, as NumPy does",
        _we_say("that are not negative"),
    ),
    Listed(
        "torch: pad", ("pad",), ("torch",), ("shape", "value"),
        "pads by edges where the mode is symmetric, and leaves an axis without elements as it is",
        "pads as NumPy does",
        lambda found: _empty(found) or found.argument("mode") == "symmetric",
    ),
    Listed(
        "full of a shape that does not fit", ("full", "full_like"), ("torch", "openvino"), ("ops raises", "shape"),
        "answers another shape than the one that was asked for",
        "raises ShapeError on every backend",
        lambda found: found.kind == "shape" or bool(_we_say("does not broadcast to")(found)),
    ),
    Listed(
        "openvino: full_like", ("full_like",), ("openvino",), ("keras raises",),
        "cannot fill with a tensor of rank 1",
        "broadcasts the fill value",
        _says("reshape_shape_inference"),
    ),
    Listed(
        "sizes that are no sizes", ("zeros", "ones", "full", "empty", "eye", "tri", "identity"), ("tensorflow", "torch", "openvino"), ("ops raises",),
        "rounds sizes that are no integers and takes negative ones",
        "raises on every backend",
        _we_say("sizes are not negative|a shape is a tuple of ints"),
    ),
    Listed(
        "tensorflow: eye", ("eye",), ("tensorflow",), ("shape",),
        "answers another shape than (N, M) for some k",
        "answers (N, M)",
    ),
    Listed(
        "pad of a scalar", ("pad",), ALL, ("keras raises",),
        "cannot pad a scalar",
        "pads a scalar to itself",
        lambda found: any(x.ndim == 0 for x in found.arrays()) or found.argument("pad_width") == (),
    ),
    Listed(
        "pad by one pair", ("pad",), ("tensorflow", "torch", "openvino"), ("keras raises", "shape"),
        "takes one pair of numbers for the last axis, or for no valid width",
        "adds so much to each axis, as NumPy does",
        lambda found: isinstance(found.argument("pad_width"), int) or (isinstance(found.argument("pad_width"), (tuple, list))
        and all(isinstance(width, int) for width in found.argument("pad_width"))),
    ),
    Listed(
        "pad by mirrors and edges", ("pad",), ("tensorflow", "torch"), ("keras raises",),
        "lacks the modes reflect, symmetric or edge for some ranks and widths",
        "has them for every rank, as NumPy does",
        lambda found: found.argument("mode") in ("reflect", "symmetric", "edge"),
    ),
    Listed(
        "pad without elements", ("pad",), ("tensorflow", "torch"), ("keras raises",),
        "cannot pad a tensor without elements",
        "pads it",
        _empty,
    ),
    Listed(
        "arange of nothing", ("arange", *_WINDOWS), ("tensorflow", "torch"), ("keras raises",),
        "fails where there are no numbers between start and stop, and for windows of no points on TensorFlow",
        "answers a tensor without elements, as NumPy does",
        _says("bound inconsistent with step sign|Requires start"),
    ),
    Listed(
        "sizes that are floats", (*_WINDOWS, "tri", "tril", "triu", "eye", "identity"), ALL, ("ops raises",),
        "rounds a size that is no integer, up or down by backend",
        "raises ArgumentTypeError",
        _we_say("expected an int; got"),
    ),
    Listed(
        "windows near zero", _WINDOWS, ALL, ("value",),
        "answers numbers near 1e-8 for zeros",
        "answers zeros",
        lambda found: all(np.allclose(a.values, b.values, atol=1e-6) for a, b in _leaves(found)),
    ),
    Listed(
        "geomspace and logspace between other ends", ("geomspace", "logspace"), ALL, ("keras raises", "dtype", "value", "shape"),
        "drops the imaginary parts, widens bfloat16, fails or answers NaN beside zeros and numbers of two signs, and on torch"
        " takes no ends of different shapes and answers NaN for one point",
        "answers what NumPy does for complex ends, NaN where no real sequence exists, and the start for one point",
        lambda found: bool(_says("logspace only supports|boolean subtract")(found)) or _complex(found) or "bfloat16" in found.dtypes or found.argument("num") == 1 or _empty(found)
        or any((np.asarray(x) <= 0).any() for x in found.arrays()) or len({x.shape for x in found.arrays()}) > 1,
    ),
    Listed(
        "torch: nonzero of a scalar", ("nonzero",), ("torch", "tensorflow"), ("ops raises",),
        "answers a tensor without rows",
        "raises ShapeError, as NumPy does",
        _we_say("has no axes to give places"),
    ),
    Listed(
        "nonzero's form", ("nonzero",), ("tensorflow", "torch", "openvino"), ("form",),
        "answers a list on TensorFlow, one tensor on torch",
        "answers a tuple of an index tensor for each axis, as NumPy does",
    ),
    Listed(
        "unique's index dtype", ("unique",), ("numpy", "torch"), ("dtype",),
        "answers int64 places and counts",
        "answers int32, as keras on other backends",
        _index_dtypes,
    ),
    Listed(
        "unique of a scalar", ("unique",), ("tensorflow", "torch"), ("keras raises",),
        "fails for a scalar with a size, and on torch for places of a matrix",
        "flattens it first",
        lambda found: any(x.ndim == 0 for x in found.arrays()) or bool(found.argument("return_inverse")),
    ),
    Listed(
        "numpy: unique in 64 bits", ("unique",), ("numpy",), ("value",),
        "narrows 64-bit numbers before it sorts them",
        "sorts them as they are",
        _any_dtype("complex128", "float64"),
    ),
    Listed(
        "unique of a fixed size", ("unique",), ("numpy", "tensorflow", "torch"), ("value", "dtype"),
        "fills up places with 1",
        "fills them up with the first element's place, as JAX does",
        lambda found: found.argument("size") is not None,
    ),
    Listed(
        "lists of integers", (), ("numpy", "openvino"), ("dtype",),
        "makes int64 of a nested list of Python ints in some ops",
        "makes int32 of it",
        lambda found: all((a.dtype, b.dtype) in (("int32", "int64"), ("int32", "int32")) for a, b in _leaves(found))
        and any(isinstance(x, list) and not any(isinstance(y, np.ndarray) for y in x) for x in found.call.args),
    ),
    Listed(
        "vander of bools", ("vander",), ALL, ("dtype",),
        "answers bools",
        "answers int32, for powers are numbers",
        _first_is_bool,
    ),
    Listed(
        "tensorflow: roll beyond 32 bits", ("roll",), ("tensorflow",), ("value",),
        "wraps the shift to 32 bits",
        "takes it modulo the size",
        lambda found: bool(np.any(np.abs(np.asarray(found.argument("shift"), np.float64)) >= 2**31)),
    ),
    Listed(
        "one shift along several axes", ("roll",), ("tensorflow", "torch"), ("keras raises",),
        "takes as many shifts as axes only",
        "takes one shift for all axes, and several for a flattened tensor, as NumPy does",
        _says("shift and axis must have the same|shifts and dimensions must align"),
    ),
    Listed(
        "split points as tensors", ("split", "array_split", "hsplit", "vsplit", "dsplit"), ("jax", "tensorflow", "torch", "openvino"), ("ops raises",),
        "takes a tensor of split points in eager calls",
        "raises ArgumentTypeError: shapes must not depend on a tensor's values",
        _we_say("expected an int, a tuple of ints"),
    ),
    Listed(
        "tensorflow: fliplr and flipud of low ranks", ("fliplr", "flipud"), ("tensorflow",), ("ops raises",),
        "takes tensors of too low a rank where there are no elements",
        "raises ShapeError",
        _we_say("is out of bounds for a tensor of rank"),
    ),
    Listed(
        "tensorflow: pieces of low ranks", ("vsplit", "hsplit", "dsplit"), ("tensorflow",), ("ops raises",),
        "cuts tensors of too low a rank",
        "raises ShapeError, as NumPy does",
        _we_say("cuts tensors of rank"),
    ),
    Listed(
        "tensorflow: axes as NumPy integers", ("moveaxis", "swapaxes", "roll"), ("tensorflow",), ("keras raises",),
        "takes no NumPy integer for an axis",
        "takes one",
        _says("must be an integer, tuple or list"),
    ),
    Listed(
        "torch: select by integers", ("select",), ("torch",), ("keras raises",),
        "takes conditions of bools only",
        "takes any number but zero for true",
        _says("condition to be a boolean"),
    ),
    Listed(
        "cross of a vector of two", ("cross",), ("tensorflow",), ("value",),
        "multiplies the place that is missing as 0, which is NaN beside infinity",
        "leaves it out, as NumPy does",
        _has_infinite,
    ),
    Listed(
        "tensorflow: stacks of scalars and vectors", ("hstack", "vstack"), ("tensorflow",), ("keras raises",),
        "fails for scalars, and where a vector is stacked on a matrix",
        "gives each the axes that it needs, as NumPy does",
        lambda found: len({x.ndim for x in found.arrays()}) > 1 or any(x.ndim == 0 for x in found.arrays()),
    ),
    Listed(
        "tensorflow: diagonals out of reach", ("diag", "diagonal", "trace", "tril", "triu"), ("tensorflow",), ("keras raises",),
        "fails for a diagonal that has no elements",
        "answers a tensor without elements, the sum 0, or the whole or no triangle",
        _says("diag_index is out of|must be >= 0|out of bound|SelectV2|num_(upper|lower) must be"),
    ),
    Listed(
        "torch: view of unsigned integers", ("view",), ("torch",), ("shape", "value", "dtype"),
        "widens them first",
        "views what was given",
        _any_dtype("uint16", "uint32", "uint64"),
    ),
    Listed(
        "linspace between infinite ends", ("linspace",), ("jax", "tensorflow", "torch", "openvino"), ("value",),
        "answers some infinite values: it mixes both ends",
        "answers NaN as NumPy's formula does",
        _has_infinite,
    ),
    Listed(
        "linspace of one point", ("linspace",), ("torch", "openvino"), ("value",),
        "answers NaN for one point",
        "answers the start",
        lambda found: found.argument("num") == 1,
    ),
    # Indexing.
    Listed(
        "get_item: what the framework's own indexing lacks", ("get_item",), ("tensorflow", "torch", "openvino"), ("keras raises",),
        "takes no negative steps on torch and OpenVINO, and no arrays of indices beside slices on TensorFlow and OpenVINO",
        "takes what NumPy's basic and advanced indexing does, on every backend",
        _says("step must be greater than zero|negative steps|are valid indices|indices_tuple_length|nonzero|too many indices"),
    ),
    Listed(
        "openvino: take out of bounds", ("take",), ("openvino",), ("ops raises",),
        "answers zeros for indices that are out of bounds",
        "raises where indices are known, in eager calls",
        _we_say("is out of bounds"),
    ),
    Listed(
        "torch: take", ("take",), ("torch",), ("value", "keras raises"),
        "counts negative indices of a flattened tensor from the wrong end, and out-of-bounds ones wrap around",
        "counts them from the end of the flattened tensor, as NumPy does",
        lambda found: found.argument("axis") is None or _empty(found),
    ),
    Listed(
        "order of equal elements", ("argsort", "argpartition"), ALL, ("value",),
        "sorts unstably on NumPy; what a partition leaves open differs by framework",
        "sorts stably; of a partition only the k-th place is fixed, as in NumPy",
        _same_order,
    ),
    Listed(
        "tensorflow: argpartition", ("argpartition",), ("tensorflow",), ("value", "keras raises", "ops raises"),
        "fails for a kth from the end, answers places twice for equal elements, and takes any kth",
        "partitions as NumPy does, and raises ArgumentError for a kth that is out of bounds",
    ),
    Listed(
        "argpartition without elements", ("argpartition",), ("numpy", "jax", "torch", "openvino"), ("ops raises",),
        "answers a tensor without elements for any kth",
        "raises ArgumentError for a kth that is out of bounds",
        _we_say("is out of bounds for 0 elements"),
    ),
    Listed(
        "partitions of NaN and complex numbers", ("argpartition",), ("numpy", "torch", "openvino"), ("value",),
        "orders NaN of bfloat16 and complex numbers otherwise, or as its framework compares them",
        "takes NaN for the greatest, and orders complex numbers by their real part first",
        lambda found: _has_nan(found) or _complex(found),
    ),
    Listed(
        "partition by several places", ("argpartition",), ("numpy", "jax"), ("ops raises",),
        "takes a tuple of places",
        "takes one place",
        _we_say("expected an int"),
    ),
    Listed(
        "order of NaN", ("argsort", "sort"), ("numpy", "tensorflow"), ("value",),
        "puts NaN anywhere: on NumPy in bfloat16",
        "puts NaN last, as NumPy does",
        _has_nan,
    ),
    Listed(
        "order of complex numbers", ("argsort", "sort", "argpartition", "isin"), ("jax", "torch"), ("keras raises",),
        "fails for complex numbers",
        "orders by real part, then by imaginary part, as NumPy does",
        _complex,
    ),
    Listed(
        "torch: argpartition along another axis", ("argpartition",), ("torch",), ("value",),
        "answers one place many times along an axis but the last",
        "answers each place once",
        lambda found: found.argument("axis") not in (None, -1),
    ),
    Listed(
        "tensorflow: searchsorted", ("searchsorted",), ("tensorflow",), ("keras raises",),
        "takes no values of another dtype or rank than the sequence",
        "promotes both, and takes values of any rank",
        _says("cannot compute (Upper|Lower)Bound|Leading dim_size"),
    ),
    Listed(
        "a sequence that is not sorted", ("searchsorted",), ALL, ("value",),
        "answers places by its framework's search",
        "answers others: there is no right answer, only the search differs",
        _unsorted("sorted_sequence"),
    ),
    Listed(
        "places of NaN", ("searchsorted", "digitize"), ("tensorflow", "torch", "jax", "openvino"), ("value",),
        "compares NaN as its framework does",
        "puts NaN behind all numbers, as NumPy does",
        _has_nan,
    ),
    Listed(
        "bins that do not increase", ("digitize",), ALL, ("keras raises", "value"),
        "raises for bins that are in no order, and takes falling ones for rising on TensorFlow and torch",
        "takes falling bins as NumPy does; for bins in no order the answer is undefined",
        _unsorted("bins"),
    ),
    Listed(
        "tensorflow: bins of higher rank", ("digitize",), ("tensorflow",), ("ops raises",),
        "takes bins of any rank where there are no elements",
        "raises ShapeError",
        lambda found: _empty(found) and bool(_we_say("has rank 1")(found)),
    ),
    Listed(
        "unravel_index out of bounds", ("unravel_index",), ALL, ("keras raises", "value"),
        "raises on NumPy for an index that is negative or out of bounds, and computes on elsewhere",
        "takes it modulo the number of elements, so that negative ones count from the end",
        lambda found: any(
            x.size and (int(x.min()) < 0 or int(x.max()) >= int(np.prod(found.argument("shape")))) for x in found.arrays()
        ),
    ),
    Listed(
        "tensorflow: unravel_index", ("unravel_index",), ("tensorflow",), ("value",),
        "counts the first axis fastest",
        "counts the last axis fastest, as NumPy does",
        lambda found: len(found.argument("shape")) > 1,
    ),
    Listed(
        "unravel_index's small dtypes", ("unravel_index",), ("numpy", "torch", "tensorflow"), ("dtype",),
        "keeps the indices' dtype even where the sizes overflow it",
        "answers int32 there",
        lambda found: all(a.dtype == "int32" and b.dtype in ("int8", "uint8", "int16", "uint16") for a, b in _leaves(found)),
    ),
    Listed(
        "tensorflow: unravel_index of what is no index", ("unravel_index",), ("tensorflow",), ("ops raises",),
        "takes floats, and sizes that are not positive",
        "raises",
        _we_say("must be integer|sizes must be positive"),
    ),
    Listed(
        "torch: take_along_axis", ("take_along_axis",), ("torch",), ("keras raises", "ops raises", "value"),
        "counts negative indices of a flattened tensor by its first axis, and lets others wrap around",
        "counts them from the end, and raises for others",
        lambda found: found.argument("axis") is None or bool(_we_say("out of bounds")(found)),
    ),
    Listed(
        "tensorflow: get_item by two arrays", ("get_item",), ("tensorflow",), ("keras raises",),
        "does not broadcast index arrays with one another",
        "broadcasts them, as NumPy does",
        _says("Shapes of all inputs must match"),
    ),
    # Contraction.
    Listed(
        "torch: dot of higher ranks", ("dot",), ("torch",), ("shape", "keras raises"),
        "multiplies stacks of matrices as matmul does",
        "sums over the last axis of x and the last but one of y, as NumPy and the other backends do",
        lambda found: any(x.ndim > 2 for x in found.arrays()),
    ),
    Listed(
        "tensorflow: dot of unsigned integers", ("dot", "matmul", "tensordot", "einsum"), ("tensorflow",), ("value",),
        "computes in float and saturates",
        "computes in integers, which wrap around as everywhere",
        _no_float,
    ),
    Listed(
        "tensorflow: products of int8", ("dot", "matmul", "tensordot", "einsum"), ("tensorflow",), ("dtype",),
        "answers int8 for some shapes, int32 for others",
        "answers int32 for all, as keras on the other backends",
        lambda found: set(found.dtypes) == {"int8"},
    ),
    Listed(
        "tensorflow: einsum without an arrow", ("einsum",), ("tensorflow",), ("shape",),
        "does not sort the answer's axes by name",
        "sorts them, as NumPy does",
        lambda found: "->" not in found.call.args[0],
    ),
    Listed(
        "tensorflow: tensordot over axes of different sizes", ("tensordot",), ("tensorflow",), ("ops raises",),
        "contracts axes of different sizes where there are no elements",
        "raises ShapeError",
        lambda found: _empty(found) and bool(_we_say("cannot contract")(found)),
    ),
    Listed(
        "openvino: dot by zero elements", ("dot",), ("openvino",), ("crash",),
        "ends the process",
        "answers zeros",
    ),
    Listed(
        "openvino: argmax and argmin of nothing", ("argmax", "argmin"), ("openvino",), ("crash",),
        "ends the process for a tensor without elements",
        "raises ShapeError",
    ),
    Listed(
        "tensorflow: einsum of another rank", ("einsum",), ("tensorflow",), ("ops raises",),
        "takes operands of more axes than the subscripts name",
        "raises ShapeError, as NumPy does",
        _we_say("ShapeError"),
    ),
    Listed(
        "torch: einsum of different dtypes", ("einsum",), ("torch",), ("keras raises",),
        "fails for three operands of different dtypes",
        "promotes them",
        lambda found: len(set(found.dtypes)) > 1,
    ),
    Listed(
        "torch: vdot of higher ranks", ("vdot",), ("torch",), ("keras raises",),
        "takes vectors only",
        "flattens both, as NumPy does",
        _says("1D tensors expected"),
    ),
    Listed(
        "tensordot over axes of different sizes", ("tensordot",), ("torch",), ("ops raises",),
        "broadcasts a contracted axis of size 1",
        "raises ShapeError, as NumPy does",
        _we_say("cannot contract"),
    ),
    Listed(
        "torch: view without elements", ("view",), ("torch",), ("keras raises",),
        "fails where there are no elements, and for 16-bit unsigned integers",
        "counts the last axis by the dtypes' sizes",
        lambda found: _empty(found) or bool(_says("must be divisible by")(found)),
    ),
    Listed(
        "torch: cross of vectors of two", ("cross",), ("torch",), ("keras raises",),
        "takes vectors of three only",
        "takes vectors of two, as NumPy does",
        _says("no dimension of size 3|must have the same number|dimension"),
    ),
    Listed(
        "correlate of a shorter sequence", ("correlate",), ("tensorflow", "torch"), ("shape", "value"),
        "answers by the first sequence's length in mode same, even where it is the shorter",
        "answers by the longer one's, as NumPy does",
        lambda found: found.argument("mode") in ("same", "full"),
    ),
    Listed(
        "correlate of other ranks and modes", ("correlate",), ("tensorflow", "torch"), ("ops raises",),
        "takes other ranks and, on torch, any word for mode",
        "raises ShapeError or ArgumentError",
        _we_say("sequences of rank 1|mode is one of"),
    ),
    # Neural networks.
    Listed(
        "activations of integers", _SCORES, ALL, ("dtype", "value", "keras raises"),
        "answers integers, float16 or float64 on some backends (with unsigned numbers negated on the way), and fails on others",
        "computes in floatx on every backend, as all float-only ops do",
        lambda found: _no_float(found) and (found.kind == "keras raises" or all(a.dtype == "float32" for a in found.ours.leaves)),
    ),
    Listed(
        "softmax over several axes", ("nn.softmax", "nn.log_softmax"), ALL, ("keras raises",),
        "fails for several axes in log_softmax, for a list of them, or for no elements, on some backends",
        "takes any axes on every backend",
        lambda found: isinstance(found.argument("axis"), (list, tuple)) or _empty(found),
    ),
    Listed(
        "tensorflow: gelu in float64", ("nn.gelu",), ("tensorflow",), ("value",),
        "computes with constants rounded to float32, right to 9 digits",
        "computes in float64, and -0.0 where the answer underflows",
        _any_dtype("float64"),
    ),
    Listed(
        "one_hot out of range", ("nn.one_hot",), ("numpy", "torch", "openvino"), ("keras raises",),
        "raises for a class beyond the last",
        "answers zeros for it, as JAX and TensorFlow do",
        _says("out of bounds|smaller than num_classes|convert_to_numpy"),
    ),
    Listed(
        "sparse one_hot", ("nn.one_hot",), ("tensorflow", "jax"), ("ops raises",),
        "makes sparse tensors where the framework has them",
        "raises ArgumentError: tensors are dense",
        _we_say("dense tensors only"),
    ),
    Listed(
        "one_hot along another axis", ("nn.one_hot",), ("tensorflow", "torch"), ("keras raises", "value", "shape"),
        "takes no negative axis but -1 on TensorFlow, and puts it elsewhere on torch",
        "takes any axis",
        lambda found: found.argument("axis") not in (None, -1),
    ),
    Listed(
        "pooling of integers", _POOLS, ALL, ("dtype", "keras raises", "value"),
        "answers float64 for integers on NumPy, overflows on JAX, and fails on TensorFlow and torch",
        "averages in floatx, and takes maxima in the integers' own dtype, on every backend",
        _no_float,
    ),
    Listed(
        "pooling and convolution without elements", (*_POOLS, "nn.conv"), ALL, ("keras raises", "shape"),
        "fails, or answers another shape, where an axis has no elements",
        "answers a tensor without elements, of the shape that the sizes give",
        _empty,
    ),
    Listed(
        "a window that does not fit", (*_POOLS, "nn.conv"), ("numpy", "jax", "tensorflow"), ("ops raises",),
        "answers a tensor without elements where a window does not fit",
        "raises ShapeError on every backend",
        _we_say("does not fit into an axis"),
    ),
    Listed(
        "infinite kernels beside padding", ("nn.conv",), ("tensorflow", "torch", "jax"), ("value",),
        "leaves out what is padded: an infinite weight beside it adds nothing",
        "multiplies it by 0, which is NaN, in those dtypes that a backend convolves by matrix products",
        lambda found: _has_infinite(found) and str(found.argument("padding")).lower() == "same",
    ),
    Listed(
        "pooling modes", _POOLS, ("torch", "tensorflow"), ("ops raises",),
        "takes any word for padding on torch",
        "raises ArgumentError",
        _we_say("padding is one of"),
    ),
    Listed(
        "causal convolution", ("nn.conv",), ("numpy", "torch", "openvino"), ("keras raises", "shape"),
        "fails on NumPy and OpenVINO, and answers another length on torch",
        "pads before the first element",
        lambda found: str(found.argument("padding")).lower() == "causal",
    ),
    Listed(
        "crossentropy keeps the dtype", ("nn.sparse_categorical_crossentropy",), ("numpy", "jax"), ("dtype",),
        "answers float32 for float16 scores",
        "keeps the scores' dtype",
        lambda found: all(a.dtype in ("float16", "bfloat16") for a in found.ours.leaves),
    ),
    Listed(
        "tensorflow: crossentropy of numbers that do not add up to 1", ("nn.sparse_categorical_crossentropy",), ("tensorflow",), ("value",),
        "clips them as they are, and makes other scores of them",
        "makes probabilities of them first, as the other backends do",
        lambda found: not found.argument("from_logits"),
    ),
    Listed(
        "crossentropy along another axis", ("nn.sparse_categorical_crossentropy",), ("numpy", "jax", "tensorflow"),
        ("keras raises",),
        "takes no axis but the last",
        "takes any axis",
        lambda found: found.argument("axis") not in (None, -1),
    ),
    Listed(
        "crossentropy of infinite scores", ("nn.sparse_categorical_crossentropy",), ("tensorflow", "torch", "jax", "numpy"), ("value",),
        "answers finite values for infinite scores on some backends",
        "answers NaN: inf - inf has no value",
        _has_infinite,
    ),
)
# fmt: on


def which(found: Any) -> str | None:
    """The name of the first listed difference that describes it."""
    return next((one.name for one in LISTED if one.covers(found)), None)


def of_crash(path: str, backend: str) -> str | None:
    """The name of the listed difference for a process that keras has ended; of the call only its op is known."""
    return next(
        (one.name for one in LISTED if "crash" in one.kinds and path in one.ops and backend in one.backends), None
    )


# --- the document -----------------------------------------------------------------------------------------------------


def _document() -> str:
    lines = [
        "# Where ops differs from keras 3.15.1",
        "",
        "Made from `parity/differences.py` by `python parity/differences.py`; change it there. `python -m tox run -e parity`"
        " compares both on random calls, and fails for a difference that is not in this list.",
        "",
        "| difference | ops | backends | keras | ops does |",
        "|---|---|---|---|---|",
    ]
    for one in LISTED:
        names = ", ".join(f"`{name}`" for name in one.ops) or "any"
        where = "all" if one.backends == ALL else ", ".join(one.backends)
        lines.append(f"| {one.name} | {names} | {where} | {one.keras} | {one.ours} |")
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
