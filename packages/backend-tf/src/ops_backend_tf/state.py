"""TensorFlow, family state: Variables are `tf.Variable`s."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

Tensor = Any


def hold(x: Tensor, trainable: bool, name: str) -> tf.Variable:
    with tf.init_scope():  # one that is made while a function is traced outlives it
        return tf.Variable(x, trainable=trainable)


def read(holder: tf.Variable) -> Tensor:
    return holder.value()


def assign(holder: tf.Variable, x: Tensor) -> None:
    holder.assign(x)


def constant(holder: tf.Variable) -> Any:
    with tf.init_scope():
        return holder.numpy()
