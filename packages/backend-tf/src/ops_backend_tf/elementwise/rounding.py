"""Rounding to integers."""

from __future__ import annotations

from typing import Any

from ops_backend_tf.core import raw_ops
from ops_backend_tf.elementwise.complex import by_parts
from ops_backend_tf.elementwise.operands import COMPLEX, unary

__all__ = ["ceil", "floor", "rint"]

Tensor = Any


floor = unary(raw_ops.Floor)
ceil = unary(raw_ops.Ceil)


def rint(x: Tensor) -> Tensor:
    return by_parts(rint, x) if x.dtype in COMPLEX else raw_ops.Round(x=x)
