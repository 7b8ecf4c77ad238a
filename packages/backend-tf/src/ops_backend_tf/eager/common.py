"""What the kernels for eager calls share. What would need several operations is computed by NumPy, see `values`.

TensorFlow compares and hashes dtypes in a third of a microsecond; they are unique objects, so identity is tested here.
It also records the line of each Python function that called an operation, so kernels call few functions of their own.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER
from ops_backend_tf.elementwise.gradients import nothing_records

Tensor = Any

_FLOAT32, _FLOAT64, _INT32, _INT64 = tf.float32, tf.float64, tf.int32, tf.int64
# What TensorFlow raises for arguments that `ops` explains, or treats in another way.
REFUSED = (tf.errors.OpError, TypeError, ValueError)


def is_plain(x: Tensor) -> bool:
    """Returns whether a tensor is on the CPU, has values, and no gradient with respect to it can be computed."""
    return type(x) is EAGER and nothing_records() and x.device.endswith("CPU:0")


def is_float(x: Tensor) -> bool:
    """Returns whether a plain tensor has float32 or float64."""
    return (
        type(x) is EAGER
        and ((dtype := x.dtype) is _FLOAT32 or dtype is _FLOAT64)
        and nothing_records()
        and x.device.endswith("CPU:0")
    )


def is_index(x: Tensor) -> bool:
    """Returns whether a plain tensor has int32 or int64."""
    return (
        type(x) is EAGER
        and ((dtype := x.dtype) is _INT32 or dtype is _INT64)
        and nothing_records()
        and x.device.endswith("CPU:0")
    )


def is_number(x: Tensor) -> bool:
    """Returns whether a plain tensor has one of these four dtypes."""
    return is_float(x) or is_index(x)
