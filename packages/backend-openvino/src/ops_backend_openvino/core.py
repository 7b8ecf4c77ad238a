"""OpenVINO, family core: conversion, dtype and shape.

The tensors and the compiler of models are in the modules imported here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset

from ops_backend_openvino._compat import to_small
from ops_backend_openvino.compiled import Compiled
from ops_backend_openvino.families import FEW
from ops_backend_openvino.kernel import pointwise
from ops_backend_openvino.native_types import DTYPES, NARROW, NUMPY, SMALL, TYPES
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import dimensions, is_size, product, scalar
from ops_backend_openvino.tensor import EXACT_TYPES, TENSOR_TYPES, Node, Tensor, from_numpy, traced

__all__ = [
    "DTYPES",
    "EXACT_TYPES",
    "FAST_DTYPES",
    "TENSOR_TYPES",
    "cast",
    "convert_to_numpy",
    "convert_to_tensor",
    "dtype",
    "from_dlpack",
    "fuse",
    "is_size",
    "shape",
    "size",
    "sizes",
]

FAST_DTYPES = None


def fuse(function: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    return Compiled(function, strict=False, few=FEW, static=static)


def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    array = np.asarray(value, NUMPY[dtype])
    # Copied once here instead of at each use: OpenVINO shares only writable memory.
    return Tensor(array if array.flags.writeable else array.copy(), DTYPES[dtype])


def convert_to_numpy(x: Tensor) -> Any:
    return x.numpy()


def from_dlpack(x: Any) -> Tensor:
    return from_numpy(np.from_dlpack(x))


# From these dtypes, the plugin converts to a dtype that it narrows without loss; it converts between all others. (Not
# between float64 and other floats: there, it turns infinity into the largest float32.)
_WIDENED = {
    "int64": SMALL | {"bool", "int32"},
    "uint64": frozenset({"bool", "uint8", "uint16"}),
    "uint32": frozenset({"bool", "uint8", "uint16"}),
    "float64": SMALL | {"bool"},
}


def _cast_to(dtype: str) -> Callable[[Tensor], Tensor]:
    # bfloat16 is float32 in a model, which would compute nothing.
    same = {"float32": frozenset({"bfloat16"}), "bfloat16": frozenset({"float32"})}.get(dtype, frozenset[str]())
    native = _WIDENED.get(dtype, NARROW) - same
    if dtype in SMALL or dtype == "int32":
        native |= {"int64", "uint64", "uint32"}  # their precision is lost in a model anyway

    @pointwise(lambda x: x.astype(NUMPY[dtype]), native=native, result_dtype=dtype, in_graph=same)
    def cast(x: Node) -> Any:
        if dtype == "bool":  # Convert turns NaN and numbers near 0 into False
            return opset.not_equal(x, like(0, x))
        is_integer = x.get_element_type().is_integral() and x.get_element_type() != ov.Type.boolean
        return to_small(x, TYPES[dtype]) if dtype in SMALL and is_integer else opset.convert(x, TYPES[dtype])

    return cast


_CASTS = {name: _cast_to(name) for name in DTYPES}


def cast(x: Tensor, dtype: str) -> Tensor:
    return x if x.dtype == dtype else _CASTS[dtype](x)


def dtype(x: Tensor) -> str:
    return x.dtype


def shape(x: Tensor) -> tuple[Any, ...]:
    return x.shape


def size(x: Tensor) -> Tensor:
    return traced(scalar(product(dimensions(x))), "int32")


sizes = dimensions
