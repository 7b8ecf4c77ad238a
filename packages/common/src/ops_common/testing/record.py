"""What a record is, and how results are compared."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.testing.closeness import allowed, mismatch, tolerance

FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
INTEGERS = dtypes.INTEGERS
REALS = (*INTEGERS, *FLOATS)
NUMBERS = (*REALS, *COMPLEX)
ALL = ("bool", *NUMBERS)

# In these dtypes every sample is tried; in the others only the first, unless the wide sweep is asked for: most of the
# time that tests take is spent on compiling one kernel for one more shape and dtype.
_MAIN = frozenset({"bool", "int32", "float32", "complex64"})
# A backend that compiles each op for each shape and dtype takes ten times as long as the others.
_MAIN_OF = {"jax": frozenset({"float32"})}
_OTHERS_OF = {"jax": frozenset({"bool", "int32", "float64", "bfloat16", "complex64"})}  # one sample; none in the rest
_SWEEP = os.environ.get("OPS_SWEEP") == "1"


def same(dtype: str) -> str:
    """The result has the operands' dtype."""
    return dtype


def floating(dtype: str) -> str:
    """Inexact dtypes stay, others become float32 (the default floatx)."""
    return dtype if dtype in dtypes.INEXACT else "float32"


def number(dtype: str) -> str:
    """Bools count as int32."""
    return "int32" if dtype == "bool" else dtype


def accumulated(dtype: str) -> str:
    """Small integers are accumulated in 32 bits."""
    wider = {"bool": "int32", "int8": "int32", "int16": "int32", "uint8": "uint32", "uint16": "uint32"}
    return wider.get(dtype, dtype)


def product(dtype: str) -> str:
    """int8 products are accumulated in int32."""
    return "int32" if dtype == "int8" else dtype


def modulus(dtype: str) -> str:
    """Complex dtypes become the float of half their size."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def boolean(dtype: str) -> str:
    """The result is bool."""
    return "bool"


def index(dtype: str) -> str:
    """The result is int32."""
    return "int32"


class Maker:
    """Creates arrays of one dtype with fixed contents: `make(2, 3)` has shape (2, 3)."""

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype

    def __call__(self, *shape: int, low: float = -3, high: float = 3, dtype: str | None = None) -> np.ndarray[Any, Any]:
        """Values between low and high (unsigned ones between 0 and high); bools are mixed."""
        name = dtype or self.dtype
        rng = np.random.Generator(np.random.PCG64(zlib.crc32(repr((shape, low, high)).encode())))
        native = dtypes.to_numpy(name)
        if name == "bool":
            return np.asarray(rng.random(shape) < 0.5)
        if name in INTEGERS:
            floor = max(low, 0) if name.startswith("u") else low
            return np.asarray(rng.integers(int(floor), int(high) + 1, shape)).astype(native)
        values = np.asarray(rng.uniform(low, high, shape))
        if name in COMPLEX:
            # A sum of arrays of rank 0 is a NumPy scalar, hence asarray.
            values = np.asarray(values + 1j * rng.uniform(low, high, shape))
        return values.astype(native)


@dataclass(frozen=True)
class Sample:
    """One way to call an op: positional arguments, in which NumPy arrays stand for tensors, and keyword arguments."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict[str, Any])

    def arrays(self) -> tuple[list[Any], Callable[[Sequence[Any]], tuple[list[Any], dict[str, Any]]]]:
        """The sample's arrays, and a function that returns its arguments with other values in their places."""
        arrays: list[Any] = []

        def visit(value: Any) -> Callable[[Sequence[Any]], Any]:
            if isinstance(value, np.ndarray):
                place = len(arrays)
                arrays.append(value)
                return lambda values: values[place]
            if isinstance(value, (list, tuple)):
                nested: list[Any] | tuple[Any, ...] = value
                if any(isinstance(item, np.ndarray) for item in nested):
                    items = [visit(item) for item in nested]
                    return lambda values: type(nested)(item(values) for item in items)
            return lambda values: value

        args = [visit(value) for value in self.args]
        kwargs = {key: visit(value) for key, value in self.kwargs.items()}
        return arrays, lambda values: ([arg(values) for arg in args], {k: arg(values) for k, arg in kwargs.items()})

    def with_arrays(self, change: Callable[[Any], Any]) -> tuple[list[Any], dict[str, Any]]:
        """Returns the sample's arguments with the function applied to each array."""
        arrays, put = self.arrays()
        return put([change(array) for array in arrays])


@dataclass
class Record:
    """Everything that tests need to know about an op.

    Attributes:
        path: its public path below `ops`.
        samples: a function from a Maker to the samples; where the op has a kernel, arguments are canonical, complete
            and in the kernel's order, so that the kernel can be called with them as they are.
        reference: the same function of NumPy arrays; float operands come in float64, the result is cast.
        kernel: the contract's name, or None.
        keyword_kernel: the contract's name of the kernel of samples with keyword arguments, which it takes after the
            others.
        takes: the dtypes to try.
        refuses: dtypes that raise DtypeError.
        result_dtype: the result's dtype as a function of the operands' dtype; a tuple for an op that returns a tuple.
        computes: the dtype in which the kernel is called, as a function of the operands'; default: `result_dtype`.
        forms: more samples that only the public function understands (lists, keywords, None).
        errors: samples and the exception type that they raise.
        by_values: whether the result's shape depends on values: a symbolic result's shape may be unknown then.
        loose: the factor of the usual tolerance.
        fixed: where several results are right: a function from a result and the call's arguments to an array that is
            the same for all of them.
        differentiable: whether float results have gradients with respect to float operands, even if these are zero or
            do not exist at single points.
    """

    path: str
    samples: Callable[[Maker], Sequence[Sample]]
    reference: Callable[..., Any]
    kernel: str | None = None
    takes: Sequence[str] = NUMBERS
    refuses: Sequence[str] = ()
    result_dtype: Callable[[str], Any] = same
    computes: Callable[[str], str] | None = None
    forms: Callable[[Maker], Sequence[Sample]] | None = None
    errors: Callable[[Maker], Sequence[tuple[type[Exception], Sample]]] | None = None
    loose: float = 1.0
    by_values: bool = False
    fixed: Callable[..., Any] | None = None
    differentiable: bool = True
    keyword_kernel: str | None = None

    def dtypes(self, dtype: str) -> set[str]:
        """The dtypes that a backend must have to be tried with this one."""
        results = self.result_dtype(dtype)
        return {dtype, *(results if isinstance(results, tuple) else (results,))}

    def tried(self, make: Maker, backend: str) -> Sequence[Sample]:
        """The samples to try in this dtype: all of them in the commonest dtypes and in a wide sweep, else the first, or
        none if a backend that compiles for each dtype does not differ between this one and others."""
        if self._tries_all(make.dtype, backend):
            return self.samples(make)
        return self.samples(make)[:1] if make.dtype in _OTHERS_OF.get(backend, self.takes) else []

    def representative(self, make: Maker, backend: str) -> Sequence[Sample]:
        """The samples for tests of what does not depend on the op: the first, if a backend compiles for each one."""
        samples = self.samples(make)
        return samples if _SWEEP or backend not in _MAIN_OF else samples[:1]

    def is_costly(self, dtype: str, backend: str) -> bool:
        """Returns whether a backend compiles for this dtype what the wide sweep alone tries."""
        return backend in _MAIN_OF and not self._tries_all(dtype, backend)

    def _tries_all(self, dtype: str, backend: str) -> bool:
        main = _MAIN_OF.get(backend, _MAIN)
        return _SWEEP or dtype in main or (dtype == self.takes[0] and not main.intersection(self.takes))

    def computed(self, value: Any, dtype: str) -> Any:
        """An argument in this dtype, as a kernel gets it."""
        if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
            return [self.computed(item, dtype) for item in value]
        if isinstance(value, np.ndarray) and dtypes.from_numpy(value.dtype) == dtype:
            return value.astype(dtypes.to_numpy((self.computes or self.result_dtype)(dtype)))
        return value

    def expected(self, sample: Sample, dtype: str) -> Any:
        """What the op returns for a sample in this dtype: an array, or a list or tuple of arrays."""
        wide = [_widen(self.computed(value, dtype)) for value in sample.args]
        if isinstance(wide[0], list) and isinstance(wide[0][0], (list, int, float)):
            wide[0] = np.asarray(wide[0])  # a nested list in place of a tensor
        kwargs = {key: _widen(value) for key, value in sample.kwargs.items()}
        with np.errstate(all="ignore"):
            result = self.reference(*wide, **kwargs)
            result_dtype = self.result_dtype(dtype)
            if isinstance(result_dtype, tuple):
                return tuple(
                    np.asarray(item).astype(dtypes.to_numpy(name))
                    for item, name in zip(result, result_dtype, strict=True)
                )
            return _typed(result, dtypes.to_numpy(result_dtype))

    def compared(self, result: Any, sample: Sample) -> Any:
        """The part of a sample's result that is compared."""
        return result if self.fixed is None else self.fixed(result, *sample.args, **sample.kwargs)


def _typed(result: Any, native: Any) -> Any:
    """The arrays of a result, which may be nested, in a dtype."""
    if isinstance(result, (list, tuple)):
        return type(result)(_typed(item, native) for item in result)
    return np.asarray(result).astype(native)


def _widen(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return [_widen(item) for item in value]
    if isinstance(value, np.ndarray):
        name = dtypes.from_numpy(value.dtype)
        if name in dtypes.FLOATS:
            return value.astype(np.float64)
        if name in dtypes.COMPLEX:
            return value.astype(np.complex128)
        if name in dtypes.INTEGERS and name != "uint64":
            return value.astype(np.int64)
    return value


def close(result: Any, expected: Any, loose: float = 1.0) -> None:
    """Asserts equal dtype and shape, and values within the dtype's tolerance of the largest expected one."""
    assert result.dtype == expected.dtype, f"dtype {result.dtype}, expected {expected.dtype}"
    assert result.shape == expected.shape, f"shape {result.shape}, expected {expected.shape}"
    relative = tolerance(dtypes.from_numpy(expected.dtype), loose)
    report = mismatch(result, expected, relative, allowed(expected, relative))
    assert report is None, report
