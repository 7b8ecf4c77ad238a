"""TensorFlow, family state: Variables are `tf.Variable`s."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from ops_common.errors import ArgumentError

Tensor = Any


def hold(x: Tensor, trainable: bool, name: str) -> tf.Variable:
    if not hasattr(x, "numpy"):  # a tensor of the traced function, which the variable would outlive
        raise ArgumentError(f"Variable {name!r} is created in a function that is compiled: create it outside")
    with tf.init_scope():
        return tf.Variable(x, trainable=trainable)


def read(holder: tf.Variable) -> Tensor:
    return holder.value()


def assign(holder: tf.Variable, x: Tensor) -> None:
    holder.assign(x)


def constant(holder: tf.Variable) -> Any:
    with tf.init_scope():
        return holder.numpy()
