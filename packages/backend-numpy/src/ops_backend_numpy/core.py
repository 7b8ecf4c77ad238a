"""NumPy, family core. A tensor is an ndarray, or a NumPy scalar, which full reductions return."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from ops_common import dtypes

Tensor = Any

DTYPES = {name: dtypes.to_numpy(name) for name in dtypes.ALL}
_NAMES = {native: name for name, native in DTYPES.items()}
TENSOR_TYPES = (np.ndarray, np.generic)
EXACT_TYPES = (np.ndarray, *(native.type for native in DTYPES.values()))
FAST_DTYPES = None
# NumPy treats a Python float next to a small float as float32.
NUMBER_DTYPES = frozenset(("int32", "int64", "float16", "float32", "float64", "complex64", "complex128"))
NUMBERS = frozenset({bool, int, float})
# ml_dtypes' types compute in float32, and few of NumPy's functions support them in place.
SMALL_FLOATS = frozenset(DTYPES[name] for name in ("bfloat16", *dtypes.FLOAT8))
# Dtypes whose sums and products are computed in float32.
HALF_FLOATS = SMALL_FLOATS | {DTYPES["float16"]}

assert ml_dtypes.bfloat16  # registers the small floats with NumPy


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    return np.asarray(value, DTYPES[dtype])


def convert_to_numpy(x: Tensor) -> Any:
    return np.asarray(x)


def cast(x: Tensor, dtype: str) -> Tensor:
    if x.dtype.kind == "c" and dtype not in dtypes.COMPLEX and dtype != "bool":
        x = x.real
    return (x if type(x) is np.ndarray else np.asarray(x)).astype(DTYPES[dtype])


def dtype(x: Tensor) -> str:
    try:
        return _NAMES[x.dtype]
    except KeyError:
        return dtypes.from_numpy(x.dtype)


def shape(x: Tensor) -> tuple[int, ...]:
    return x.shape


def from_dlpack(x: Any) -> Tensor:
    return np.from_dlpack(x)
