"""TensorFlow, family transform: tf.function and tf.GradientTape."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_common import trees

Tensor = Any


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    # Without AutoGraph: the same Python means the same on every backend, and tracing is several times as fast.
    return tf.function(function, autograph=False)


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    positions = (argnums,) if isinstance(argnums, int) else argnums

    @functools.wraps(function)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = [args[position] for position in positions]
        # A tensor may stand in several places; each place has a gradient of its own.
        leaves = [tf.identity(leaf) for leaf in trees.leaves(chosen, _is_trainable)]
        call_args = list(args)
        for position, arg in zip(positions, trees.put(chosen, leaves, _is_trainable, keep=True), strict=True):
            call_args[position] = arg
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(leaves)
            out = function(*call_args, **kwargs)
            value = out[0] if has_aux else out
        if not isinstance(value, tf.Tensor) or value.shape.rank:
            raise ValueError("a gradient needs a function whose value is a scalar tensor")
        slopes = tape.gradient(value, leaves, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        # What was picked by index has a sparse gradient.
        found = trees.put(chosen, [tf.convert_to_tensor(slope) for slope in slopes], _is_trainable, keep=False)
        return out, found[0] if isinstance(argnums, int) else tuple(found)

    return transformed


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    points = [tf.identity(x) for x in primals]  # a tensor may stand in several places
    with tf.autodiff.ForwardAccumulator(points, list(tangents)) as accumulator:
        out = function(*points)
    value = out[0] if has_aux else out
    slope = accumulator.jvp(value, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return (value, slope, out[1]) if has_aux else (value, slope)


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, (tf.Tensor, tf.Variable)) and (leaf.dtype.is_floating or leaf.dtype.is_complex)


stop_gradient = tf.stop_gradient


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    return tf.vectorized_map(lambda rows: function(*rows), tuple(tensors), fallback_to_while_loop=False)
