"""TensorFlow, family control: in graphs, tf.cond and tf.while_loop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER
from ops_common.tensors import trees

Tensor = Any


def is_traced(tensors: Sequence[Tensor]) -> bool:
    return any(type(x) is not EAGER and not isinstance(x, tf.Variable) for x in tensors)


def cond(pred: Tensor, true_fn: Callable[[], Any], false_fn: Callable[[], Any]) -> Any:
    return tf.cond(pred, true_fn, false_fn)


def while_loop(cond: Callable[..., Any], body: Callable[..., Any], loop_vars: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(tf.while_loop(cond, body, loop_vars))


def fori_loop(lower: Any, upper: Any, body_fun: Callable[..., Any], init_val: Any) -> Any:
    lower = tf.convert_to_tensor(lower, tf.int32)
    state = tf.while_loop(lambda i, _: i < upper, lambda i, value: (i + 1, body_fun(i, value)), (lower, init_val))
    return state[1]


def scan(f: Callable[..., Any], init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
    count = length if length is not None else tf.shape(tf.nest.flatten(xs)[0])[0]

    def row(step: Any) -> Any:
        at = count - 1 - step if reverse else step
        leaves = trees.leaves(xs, trees.is_leaf)
        return at, trees.put(xs, [tf.gather(x, at) for x in leaves], trees.is_leaf, keep=True)

    at, first = row(0)
    carry, output = f(init, first)  # the first step determines the structure of a step's output
    arrays = [
        tf.TensorArray(y.dtype, count, element_shape=y.shape).write(at, y) for y in trees.leaves(output, trees.is_leaf)
    ]

    def body(step: Any, carry: Any, arrays: Any) -> Any:
        at, values = row(step)
        carry, output = f(carry, values)
        leaves = trees.leaves(output, trees.is_leaf)
        return step + 1, carry, [array.write(at, y) for array, y in zip(arrays, leaves, strict=True)]

    _, carry, arrays = tf.while_loop(lambda step, *_: step < count, body, (tf.constant(1), carry, arrays))
    return carry, trees.put(output, [array.stack() for array in arrays], trees.is_leaf, keep=True)


custom_gradient = tf.custom_gradient
