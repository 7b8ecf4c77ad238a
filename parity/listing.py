"""What one listed difference is, and conditions on what the sweep has found that hold for any op."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops.testing import RECORDS
from ops_common import dtypes

ALL = ("numpy", "jax", "tensorflow", "torch", "openvino")

HALF = {
    "int64": ("int32", "uint32"),
    "uint64": ("uint32",),
    "float64": ("float32",),
    "complex128": ("complex64",),
}
TRANSFORMS = ("fft", "fft2", "ifft2", "rfft", "irfft", "stft", "istft")
_ANSWERS = ("value", "shape", "form", "keras raises", "crash")


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
        judged: whether the reference must give our answer; "finite": where both are finite; no dtype and no error of
            ours is judged.
    """

    name: str
    ops: tuple[str, ...]
    backends: tuple[str, ...]
    kinds: tuple[str, ...]
    keras: str
    ours: str
    when: Callable[[Any], bool] = lambda found: True
    judged: bool | str = True

    def covers(self, found: Any) -> bool:
        """Whether this describes the difference that was found."""
        if (self.ops and found.path not in self.ops) or found.backend not in self.backends:
            return False
        if found.kind not in self.kinds or not self.when(found):
            return False
        if not self.judged or found.kind not in _ANSWERS:
            return True
        return found.right_where_finite if self.judged == "finite" else found.right


# --- conditions ------------------------------------------------------------------------------------------------------


def pairs(found: Any) -> list[tuple[str, str]]:
    """Our dtype and keras's wherever they differ."""
    leaves = zip(found.ours.leaves, found.theirs.leaves, strict=True)
    return [(a.dtype, b.dtype) for a, b in leaves if a.dtype != b.dtype]


def says(pattern: str) -> Callable[[Any], bool]:
    """Keras's error has words of this pattern."""
    compiled = re.compile(pattern)
    return lambda found: bool(compiled.search(found.theirs.error or ""))


def we_say(kind: str, pattern: str) -> Callable[[Any], bool]:
    """Our error has this type and words of this pattern."""
    compiled = re.compile(f"^{kind}: .*({pattern})")
    return lambda found: bool(compiled.search(found.ours.error or ""))


def narrowed(found: Any) -> bool:
    """Wherever the answers' dtypes differ, keras's has half the width of ours; or its operands had already."""
    if found.kind == "dtype":
        return all(b in HALF.get(a, ()) for a, b in pairs(found))
    return bool({"int64", "uint64", "float64", "complex128"} & set(found.dtypes))


def of_torch(found: Any) -> bool:
    """Unsigned numbers: keras's answer is the signed dtype that it makes of ours, or an operand was made signed."""
    signed = {"uint16": ("int32",), "uint32": ("int32", "int64"), "uint64": ("int32", "int64")}
    changed = any(wanted in signed for wanted, _ in found.theirs.changed)
    return changed or all(b in signed.get(a, ()) for a, b in pairs(found))


def _python_numbers(found: Any) -> list[Any]:
    """The Python numbers among the operands."""
    numbers = [x.item() if isinstance(x, np.generic) else x for x in found.operands()]
    return [x for x in numbers if type(x) in (bool, int, float, complex)]


def takes_number_for_tensor(found: Any) -> bool:
    """A number stands beside a tensor, and keras's answer is what the tensor and int32 or float32 promote to."""
    numbers = {type(x) for x in _python_numbers(found)}
    if not numbers or not found.arrays():
        return False
    if found.kind != "dtype":
        return True
    as_tensor = {dtype for kind, dtype in _TENSOR_OF.items() if kind in numbers}
    wide = {
        dtypes.promote([one, dtype])
        for ours, _ in pairs(found)
        for one in (ours, *HALF.get(ours, ()))
        for dtype in as_tensor
    }
    return all(b in {*wide, *(half for a in wide for half in HALF.get(a, ()))} for _, b in pairs(found))


_TENSOR_OF = {bool: "int32", int: "int32", float: "float32", complex: "complex64"}


def tensors(found: Any) -> list[Any]:
    """The operands as arrays."""
    return [np.asarray(x) for x in found.operands() if x is not None]


def floats_of_integers(found: Any) -> bool:
    """No operand is inexact, and the op's record says that integers become floatx."""
    names = {"int32" if x.dtype == np.int64 else dtypes.from_numpy(x.dtype) for x in found.arrays() or tensors(found)}
    if not names or not names <= {*dtypes.INTEGERS, "bool"}:
        return False
    answers = [RECORDS[found.path].result_dtype(name) for name in names]
    floats = all("float32" in (answer if isinstance(answer, tuple) else (answer,)) for answer in answers)
    return floats and all(a == "float32" for a, _ in pairs(found))


def no_tensor(found: Any) -> bool:
    """Lists or numbers stand where a tensor is welcome."""
    return any(not isinstance(x, np.ndarray) for x in found.operands())


def only(*expected: tuple[str, str]) -> Callable[[Any], bool]:
    """These are all pairs of our dtype and keras's that differ."""
    return lambda found: set(pairs(found)) <= set(expected)


def has_complex(found: Any) -> bool:
    return any("complex" in name for name in found.dtypes)


def answers_nothing(found: Any) -> bool:
    """The answer has no elements."""
    return all(leaf.values.size == 0 for leaf in found.ours.leaves)


def has_no_elements(found: Any) -> bool:
    return any(x.size == 0 for x in found.arrays()) or any(leaf.values.size == 0 for leaf in found.ours.leaves)


def has_infinite(found: Any) -> bool:
    """An operand holds NaN or infinity."""
    given = [x for x in (*found.arrays(), *tensors(found)) if x.dtype.kind not in "biuU"]
    return any(not np.isfinite(x.astype(np.complex128)).all() for x in given)


def integers_at_limits(found: Any) -> bool:
    """An operand, or our answer, holds an integer in the outer half of its dtype's range."""
    for x in (*found.arrays(), *(leaf.values for leaf in found.ours.leaves)):
        if x.dtype.kind in "iu" and x.size:
            info = np.iinfo(x.dtype)
            if int(x.max()) > info.max // 2 or int(x.min()) < info.min // 2:
                return True
    return False


def small_dtypes(found: Any) -> bool:
    names = {"bool", "int8", "uint8", "int16", "uint16", "float16", "bfloat16"}
    operands = {dtypes.from_numpy(x.dtype) for x in tensors(found) if x.dtype.kind != "U"}
    return bool(names & {*operands, *(leaf.dtype for leaf in found.ours.leaves)})


def no_integer(found: Any) -> bool:
    """The dtype argument is an integer one, and an operand holds what it cannot."""
    name = found.argument("dtype")
    if name not in dtypes.INTEGERS:
        return False
    info = np.iinfo(name)
    values = [x.astype(np.complex128).real for x in tensors(found) if x.dtype.kind not in "biu"]
    return any(bool(np.any(~np.isfinite(x) | (x < info.min) | (x > info.max))) for x in values)


def overflows(found: Any) -> bool:
    """An operand is so large that its square is beyond float32, or an integer is beyond what its float dtype holds."""
    return any(
        float(np.abs(x.astype(np.float64)).max(initial=0.0)) > 1e9 for x in found.arrays() if x.dtype.kind in "iu"
    )


# What a framework says where one of its kernels lacks a dtype.
LACKS = (
    # torch
    r"not implemented for '|Unsupported dtype for PyTorch|ComplexHalf|boolean subtract|does not support (bool|complex)"
    # TensorFlow
    r"|is not in the list of allowed values|must be a floating point tensor|Could not find device for node"
    r"|object __array__ method not producing an array"
    # OpenVINO
    r"|is_supported_et|in_t_range|is_real|[Uu]nsupported data type|is_integral_number|in_types|element type"
    r"|element::Type::merge|`convert_to_numpy` failed to convert"
    # NumPy and JAX
    r"|not supported for the input types|unsupported in linalg|does not accept dtype"
    r"|requires arguments to have the same dtypes"
)
