"""Names of dtypes as `ops`, NumPy and OpenVINO have them, and what the CPU plugin computes correctly.

OpenVINO's CPU plugin computes int64, uint64 and uint32 as int32, float64 as float32, and many int32 functions as
float32. Each kernel lists the dtypes that it computes correctly (`ops_backend_openvino.kernel`).
"""

from __future__ import annotations

import openvino as ov

from ops_common import dtypes
from ops_common.errors import UnsupportedError

# Dtypes are always these string objects, so that they can be compared by `is`.
DTYPES: dict[str, str] = {
    name: name for name in ("bool", *dtypes.INTEGERS, "bfloat16", "float16", "float32", "float64")
}
NUMPY = {name: dtypes.to_numpy(name) for name in DTYPES}
NAMES = {native: name for name, native in NUMPY.items()}
# bfloat16 is float32 inside a graph, and rounded on the host at the outputs: the plugin would round it towards zero.
TYPES: dict[str, ov.Type] = {
    "bool": ov.Type.boolean,
    "int8": ov.Type.i8,
    "int16": ov.Type.i16,
    "int32": ov.Type.i32,
    "int64": ov.Type.i64,
    "uint8": ov.Type.u8,
    "uint16": ov.Type.u16,
    "uint32": ov.Type.u32,
    "uint64": ov.Type.u64,
    "bfloat16": ov.Type.f32,
    "float16": ov.Type.f16,
    "float32": ov.Type.f32,
    "float64": ov.Type.f64,
}
# The NumPy dtypes of a model's inputs and outputs.
GRAPH_TYPES = {name: NUMPY["float32" if name == "bfloat16" else name] for name in DTYPES}

FLOATS = frozenset({"bfloat16", "float16", "float32"})
SMALL = frozenset({"int8", "int16", "uint8", "uint16"})
NARROW = FLOATS | SMALL | {"bool", "int32"}
WIDE = frozenset({"int64", "uint32", "uint64"})
_REASONS = {
    "float64": ("computes float64 as float32", "float32"),
    "int64": ("computes int64 as int32", "int32"),
    "uint64": ("computes uint64 as int32", "int32"),
    "uint32": ("computes uint32 as int32", "int32"),
    "int32": ("computes this in float32, which holds integers up to 2**24 only", "float32"),
}
_TYPE_NAMES = {type_.get_type_name(): name for name, type_ in TYPES.items() if name != "bfloat16"}


def type_name(node: ov.Output) -> str:
    """Returns the standard name of a node's dtype."""
    return _TYPE_NAMES[node.get_element_type().get_type_name()]


def unsupported(name: str, dtype: str) -> UnsupportedError:
    """Returns the error for a kernel whose result in a traced model would be wrong."""
    reason, instead = _REASONS.get(dtype, (f"has no {name} for {dtype}", "float32"))
    return UnsupportedError(
        f"{name} of {dtype} cannot be part of a traced function on backend 'openvino': its CPU plugin {reason}; "
        f"cast to {instead} before (eager calls are exact in every dtype)"
    )
