"""Dtype rules: the dtype in which an op computes, and that of its result. Shape rules that need more than `shapes`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ops_common import dtypes
from ops_common.errors import DtypeError


@dataclass(frozen=True)
class DtypeRule:
    """How an op treats dtypes.

    Attributes:
        compute: a function from the operands' dtypes (weak names for Python numbers) to the dtype that all are cast to;
            it raises DtypeError for operands that the op does not support. If None, each operand keeps its own dtype.
        result: the dtype of the result: a name, a function of the compute dtype (of the first operand's, without
            `compute`), or None for that dtype itself.
    """

    compute: Callable[[Sequence[str]], str] | None = None
    result: str | Callable[[str], str] | None = None

    def result_dtype(self, dtype: str) -> str:
        """Returns the result's dtype for this compute dtype."""
        if self.result is None or isinstance(self.result, str):
            return self.result or dtype
        return self.result(dtype)


def _numbers(names: Sequence[str]) -> str:
    """Promotion for arithmetic that has no bool form: bools count as int32."""
    dtype = dtypes.promote(names)
    return "int32" if dtype == "bool" else dtype


def _no_bool(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if dtype == "bool":
        raise DtypeError("bool operands are not supported; cast them to a number, or use the logical functions")
    return dtype


def _floats(names: Sequence[str]) -> str:
    return dtypes.to_float(dtypes.promote(names))


def _real_floats(names: Sequence[str]) -> str:
    dtype = _floats(names)
    if dtypes.is_complex(dtype):
        raise DtypeError(f"{dtype} operands are not supported")
    return dtype


def _reals(names: Sequence[str]) -> str:
    dtype = _numbers(names)
    if dtypes.is_complex(dtype):
        raise DtypeError(f"{dtype} operands are not supported")
    return dtype


def _ordered(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if dtypes.is_complex(dtype):
        raise DtypeError(f"{dtype} operands are not supported, as they have no order")
    return dtype


def _ordered_numbers(names: Sequence[str]) -> str:
    _no_bool(names)
    return _ordered(names)


def _bits(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if dtype in dtypes.INEXACT:
        raise DtypeError(f"operands must be integers or bools; got {dtype}")
    return dtype


def _shifts(names: Sequence[str]) -> str:
    dtype = _bits(names)
    return "int32" if dtype == "bool" else dtype


def _integers(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    if not dtypes.is_integer(dtype):
        raise DtypeError(f"operands must be integers; got {dtype}")
    return dtype


_ACCUMULATE = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}


def _accumulator(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    return _ACCUMULATE.get(dtype, dtype)


def _product(names: Sequence[str]) -> str:
    dtype = dtypes.promote(names)
    return "int32" if dtype == "int8" else dtype


def _modulus(dtype: str) -> str:
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


KEEP = DtypeRule()
PROMOTE = DtypeRule(dtypes.promote)
NUMBERS = DtypeRule(_numbers)
NO_BOOL = DtypeRule(_no_bool)
REALS = DtypeRule(_reals)
ORDERED = DtypeRule(_ordered)
ORDERED_NUMBERS = DtypeRule(_ordered_numbers)
FLOATS = DtypeRule(_floats)
REAL_FLOATS = DtypeRule(_real_floats)
BITS = DtypeRule(_bits)
SHIFTS = DtypeRule(_shifts)
INTEGERS = DtypeRule(_integers)
MODULUS = DtypeRule(dtypes.promote, _modulus)
FLOAT_MODULUS = DtypeRule(_floats, _modulus)
COMPARE = DtypeRule(dtypes.promote, "bool")
COMPARE_ORDER = DtypeRule(_ordered, "bool")
TEST_FLOATS = DtypeRule(_floats, "bool")
ACCUMULATE = DtypeRule(_accumulator)
PRODUCT = DtypeRule(_product)
INDEX_OF = DtypeRule(_ordered, "int32")
INDICES = DtypeRule(None, "int32")
KEEP_BOOL = DtypeRule(None, "bool")
