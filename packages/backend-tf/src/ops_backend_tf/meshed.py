"""Eager tensors on a mesh of devices, as DTensor makes them: what they are, and their whole values."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_backend_tf.dtensor import Layout, Mesh, dtensor
from ops_backend_tf.native import EAGER

Tensor = Any
CPU = "CPU:0"


def is_meshed(x: Any) -> bool:
    """Returns whether it is an eager tensor on a mesh, or a variable of such tensors."""
    if type(x) is EAGER:
        return "CUSTOM" in x.device
    return isinstance(x, dtensor.DVariable)


def is_empty(x: Tensor) -> bool:
    """Returns whether an eager tensor has no elements."""
    return 0 in x.shape.as_list()


def layout_of(x: Tensor) -> Layout:
    """Returns DTensor's layout of a tensor on a mesh."""
    return x.layout if isinstance(x, dtensor.DVariable) else dtensor.fetch_layout(x)


def replicated(mesh: Mesh, rank: int) -> Layout:
    """Returns the layout in which each device has the whole tensor."""
    return dtensor.Layout.replicated(mesh, rank)


# TensorFlow's collectives have floats and integers of 32 and 64 bits with a sign only; others are cast to these.
_CARRIERS: dict[Any, Any] = {
    **dict.fromkeys((tf.bool, tf.int8, tf.uint8, tf.int16, tf.uint16), tf.int32),
    **dict.fromkeys((tf.uint32, tf.uint64), tf.int64),
}


def host_value(x: Tensor) -> Tensor:
    """Returns the whole value of an eager tensor as an ordinary tensor; not differentiable. A collective."""
    if not is_meshed(x):
        return x
    if is_empty(x):  # TensorFlow's collectives fail for tensors without elements, and all later ones with them
        with tf.device(CPU):
            return tf.zeros(x.shape, x.dtype)
    form = layout_of(x)
    carrier = _CARRIERS.get(x.dtype)
    if carrier is not None and not form.is_fully_replicated():
        whole = host_value(tf.cast(x, carrier))
        with tf.device(CPU):
            return tf.cast(whole, x.dtype)
    if x.dtype.is_complex and not form.is_fully_replicated():
        parts = host_value(tf.math.real(x)), host_value(tf.math.imag(x))
        with tf.device(CPU):
            return tf.complex(*parts)
    whole = x if form.is_fully_replicated() else dtensor.relayout(x, replicated(form.mesh, len(x.shape)))
    with tf.device(CPU):
        return tf.identity(dtensor.unpack(whole)[0])
