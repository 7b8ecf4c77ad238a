"""Shape rules, and the dtypes in which functions of this family compute."""

from __future__ import annotations

from typing import Any

from ops.core import cast
from ops.core import dtype as dtype_of
from ops_common import dtypes, shapes


def same(x: Any, *static: Any) -> shapes.Shape:
    """Returns the operand's shape: the shape rule of functions of one operand."""
    return x.shape


def broadcast(*operands: Any) -> shapes.Shape:
    """Returns the shape that the operands broadcast to: the shape rule of functions of several operands."""
    return shapes.broadcast(*(operand.shape for operand in operands))


# Frameworks compute these dtypes at reduced precision, or do not support them.
SMALL_FLOATS = frozenset({"float16", "bfloat16", *dtypes.FLOAT8})


def as_tensor(x: Any, other: Any) -> Any:
    """Returns the operand; a Python number as a tensor of the other operand's dtype, for use on its own."""
    return cast(x, dtype_of(other)) if isinstance(x, (int, float)) else x


def in_float32(function: Any, x: Any) -> Any:
    """Returns the function's result for x; small floats are computed in float32 and rounded once."""
    dtype = dtype_of(x)
    if dtype in SMALL_FLOATS:
        return cast(function(cast(x, "float32")), dtype)
    return function(x)
