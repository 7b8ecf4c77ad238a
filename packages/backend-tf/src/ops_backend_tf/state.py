"""TensorFlow, family state: Variables are `tf.Variable`s."""

from __future__ import annotations

import importlib  # what places tensors on a mesh is loaded where there is one
from typing import Any

import tensorflow as tf

from ops_backend_tf.dtensor import dtensor
from ops_backend_tf.meshed import is_meshed
from ops_backend_tf.replicas import share_scopes
from ops_common.errors import ArgumentError

Tensor = Any

share_scopes()  # a Variable may be created, and is updated, in the threads of replicas


def hold(x: Tensor, trainable: bool, name: str) -> tf.Variable:
    return hold_combined(x, trainable, name, "none", "auto")


def hold_combined(x: Tensor, trainable: bool, name: str, aggregation: str, synchronization: str) -> tf.Variable:
    if not hasattr(x, "numpy"):  # a tensor of the traced function, which the variable would outlive
        raise ArgumentError(f"Variable {name!r} is created in a function that is compiled: create it outside")
    with tf.init_scope():
        if is_meshed(x):  # outside of the scope of its distribution
            return dtensor.DVariable(x, trainable=trainable)
        return tf.Variable(
            x,
            trainable=trainable,
            aggregation=getattr(tf.VariableAggregation, aggregation.upper()),
            synchronization=getattr(tf.VariableSynchronization, synchronization.upper()),
        )


def read(holder: tf.Variable) -> Tensor:
    return holder.read_value() if isinstance(holder, dtensor.DVariable) else holder.value()


def assign(holder: tf.Variable, x: Tensor) -> None:
    if isinstance(holder, dtensor.DVariable):
        x = importlib.import_module("ops_backend_tf.distribution.layouts").move(x, holder.layout)
    holder.assign(x)


def waits() -> bool:
    return tf.distribute.has_strategy() and not tf.distribute.in_cross_replica_context()


def constant(holder: tf.Variable) -> Any:
    with tf.init_scope():
        return holder.numpy()
