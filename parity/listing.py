"""The form of a listed difference, and conditions on differences that hold for any op."""

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
_COMPARED_KINDS = ("value", "shape", "form", "keras raises", "crash")


@dataclass(frozen=True)
class Listed:
    """One intended difference.

    Attributes:
        name: short, unique.
        ops: public paths; empty: any.
        backends: where.
        kinds: of `compare.KINDS`.
        keras: what keras does.
        ours: what ops does, and why.
        when: a condition on the `compare.Difference`.
        judged: whether the reference must give the result of ops; "finite": only where both are finite. Dtypes and
            errors of ops are never compared with the reference.
    """

    name: str
    ops: tuple[str, ...]
    backends: tuple[str, ...]
    kinds: tuple[str, ...]
    keras: str
    ours: str
    when: Callable[[Any], bool] = lambda difference: True
    judged: bool | str = True

    def covers(self, difference: Any) -> bool:
        """Returns whether this entry describes the difference."""
        if (self.ops and difference.path not in self.ops) or difference.backend not in self.backends:
            return False
        if difference.kind not in self.kinds or not self.when(difference):
            return False
        if not self.judged or difference.kind not in _COMPARED_KINDS:
            return True
        return difference.right_where_finite if self.judged == "finite" else difference.right


@dataclass(frozen=True)
class Further:
    """A keyword-only parameter that keras does not have.

    Attributes:
        name: of the parameter.
        ops: public paths.
        meaning: what it is.
    """

    name: str
    ops: tuple[str, ...]
    meaning: str


# --- conditions ------------------------------------------------------------------------------------------------------


def pairs(difference: Any) -> list[tuple[str, str]]:
    """The dtypes of ops and of keras wherever they differ; none if one of them raises."""
    if difference.ours.error is not None or difference.theirs.error is not None:
        return []
    leaves = zip(difference.ours.leaves, difference.theirs.leaves, strict=True)
    return [(a.dtype, b.dtype) for a, b in leaves if a.dtype != b.dtype]


def says(pattern: str) -> Callable[[Any], bool]:
    """The error of keras matches this pattern."""
    compiled = re.compile(pattern)
    return lambda difference: bool(compiled.search(difference.theirs.error or ""))


def we_say(kind: str, pattern: str) -> Callable[[Any], bool]:
    """The error of ops has this type and matches this pattern."""
    compiled = re.compile(f"^{kind}: .*({pattern})")
    return lambda difference: bool(compiled.search(difference.ours.error or ""))


def narrowed(difference: Any) -> bool:
    """Wherever the results' dtypes differ, that of keras has half the width, or its operands already had."""
    if difference.kind == "dtype":
        return all(b in HALF.get(a, ()) for a, b in pairs(difference))
    return bool({"int64", "uint64", "float64", "complex128"} & set(difference.dtypes))


def of_torch(difference: Any) -> bool:
    """Unsigned numbers: the result of keras has a signed dtype in place of ours, or an operand became signed."""
    signed = {"uint16": ("int32",), "uint32": ("int32", "int64"), "uint64": ("int32", "int64")}
    changed = any(dtype in signed for dtype, _ in difference.theirs.changed)
    return changed or all(b in signed.get(a, ()) for a, b in pairs(difference))


def _python_numbers(difference: Any) -> list[Any]:
    """The Python numbers among the operands."""
    numbers = [x.item() if isinstance(x, np.generic) else x for x in difference.operands()]
    return [x for x in numbers if type(x) in (bool, int, float, complex)]


def takes_number_for_tensor(difference: Any) -> bool:
    """Operands are a number and a tensor, and keras's result is what the tensor and int32 or float32 promote to."""
    numbers = {type(x) for x in _python_numbers(difference)}
    if not numbers or not difference.arrays():
        return False
    if difference.kind != "dtype":
        return True
    as_tensor = {dtype for kind, dtype in _TENSOR_OF.items() if kind in numbers}
    wide = {
        dtypes.promote([name, dtype])
        for ours, _ in pairs(difference)
        for name in (ours, *HALF.get(ours, ()))
        for dtype in as_tensor
    }
    return all(b in {*wide, *(half for a in wide for half in HALF.get(a, ()))} for _, b in pairs(difference))


_TENSOR_OF = {bool: "int32", int: "int32", float: "float32", complex: "complex64"}


def tensors(difference: Any) -> list[Any]:
    """The operands as arrays."""
    return [np.asarray(x) for x in difference.operands() if x is not None]


def floats_of_integers(difference: Any) -> bool:
    """No operand is inexact, and the op's record says that integers become floatx."""
    operands = difference.arrays() or tensors(difference)
    names = {"int32" if x.dtype == np.int64 else dtypes.from_numpy(x.dtype) for x in operands}
    if not names or not names <= {*dtypes.INTEGERS, "bool"}:
        return False
    results = [RECORDS[difference.path].result_dtype(name) for name in names]
    floats = all("float32" in (result if isinstance(result, tuple) else (result,)) for result in results)
    return floats and all(a == "float32" for a, _ in pairs(difference))


def no_tensor(difference: Any) -> bool:
    """Operands are lists or numbers in place of tensors."""
    return any(not isinstance(x, np.ndarray) for x in difference.operands())


def only(*expected: tuple[str, str]) -> Callable[[Any], bool]:
    """No other pairs of dtypes of ops and keras differ."""
    return lambda difference: set(pairs(difference)) <= set(expected)


def has_complex(difference: Any) -> bool:
    return any("complex" in name for name in difference.dtypes)


def has_empty_result(difference: Any) -> bool:
    """The result has no elements."""
    return all(leaf.values.size == 0 for leaf in difference.ours.leaves)


def has_no_elements(difference: Any) -> bool:
    arrays = [*difference.arrays(), *(leaf.values for leaf in difference.ours.leaves)]
    return any(x.size == 0 for x in arrays)


def has_infinite(difference: Any) -> bool:
    """An operand holds NaN or infinity."""
    inexact = [x for x in (*difference.arrays(), *tensors(difference)) if x.dtype.kind not in "biuU"]
    return any(not np.isfinite(x.astype(np.complex128)).all() for x in inexact)


def integers_at_limits(difference: Any) -> bool:
    """An operand, or the result of ops, holds an integer in the outer half of its dtype's range."""
    for x in (*difference.arrays(), *(leaf.values for leaf in difference.ours.leaves)):
        if x.dtype.kind in "iu" and x.size:
            info = np.iinfo(x.dtype)
            if int(x.max()) > info.max // 2 or int(x.min()) < info.min // 2:
                return True
    return False


def small_dtypes(difference: Any) -> bool:
    names = {"bool", "int8", "uint8", "int16", "uint16", "float16", "bfloat16"}
    operands = {dtypes.from_numpy(x.dtype) for x in tensors(difference) if x.dtype.kind != "U"}
    return bool(names & {*operands, *(leaf.dtype for leaf in difference.ours.leaves)})


def no_integer(difference: Any) -> bool:
    """The dtype argument is an integer dtype that cannot hold some value of an operand."""
    name = difference.argument("dtype")
    if name not in dtypes.INTEGERS:
        return False
    info = np.iinfo(name)
    values = [x.astype(np.complex128).real for x in tensors(difference) if x.dtype.kind not in "biu"]
    return any(bool(np.any(~np.isfinite(x) | (x < info.min) | (x > info.max))) for x in values)


def overflows(difference: Any) -> bool:
    """An operand is so large that its square overflows float32, or an integer overflows its float dtype."""
    return any(
        float(np.abs(x.astype(np.float64)).max(initial=0.0)) > 1e9 for x in difference.arrays() if x.dtype.kind in "iu"
    )


# Errors of frameworks for a kernel that does not support a dtype.
UNSUPPORTED = (
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
