"""TensorFlow, family nn.recurrent: the framework's fused LSTM for few sequences, and its loop for everything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import raw_ops, static_shape

Tensor = Any


def loop(
    step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]] | None:
    if tf.executing_eagerly():
        return None
    size = static_shape(sequences[0])[0]
    count = raw_ops.Shape(input=sequences[0])[0] if size is None else size
    # The first step, outside the loop, determines the shapes of the outputs.
    after, first = step(carry, [x[0] for x in sequences])
    stacks = [tf.TensorArray(x.dtype, count, element_shape=x.shape).write(0, x) for x in first]
    arrays = [tf.TensorArray(x.dtype, count, element_shape=x.shape[1:]).unstack(x) for x in sequences]

    def body(i: Tensor, carry: list[Tensor], stacks: list[Any]) -> Any:
        new, outputs = step(carry, [array.read(i) for array in arrays])
        for x, old in zip(new, carry, strict=True):
            x.set_shape(old.shape)
        return i + 1, list(new), [stack.write(i, x) for stack, x in zip(stacks, outputs, strict=True)]

    _, carry, stacks = tf.while_loop(
        lambda i, *_: i < count, body, (tf.constant(1), list(after), stacks), maximum_iterations=count
    )
    outputs = [stack.stack() for stack in stacks]
    for x, state in zip(outputs, first, strict=True):
        x.set_shape((size, *state.shape))
    return carry, outputs


_FEW = 4


def lstm(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    shape = static_shape(inputs)
    # The fused kernel is for float32, and faster for few sequences: it multiplies inputs step by step.
    if inputs.dtype is not tf.float32 or 0 in shape or (shape[0] or _FEW) >= _FEW:
        return _lstm_loop(inputs, state_h, state_c, kernel, recurrent_kernel, bias)
    return _lstm_fused(inputs, state_h, state_c, kernel, recurrent_kernel, bias)


@tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def _lstm_fused(*given: Tensor) -> Any:
    def gradient(*slopes: Tensor) -> Any:  # the fused kernel's own gradient uses another order of the gates
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(given)
            outputs = _lstm_loop(*given)
        return tape.gradient(outputs, given, list(slopes), unconnected_gradients=tf.UnconnectedGradients.ZERO)

    return _lstm_forward(*given), gradient


def _lstm_forward(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    sequence = raw_ops.Transpose(x=inputs, perm=(1, 0, 2))
    none = tf.zeros_like(state_h[0])
    _, cells, _, _, _, _, outputs = raw_ops.BlockLSTMV2(
        seq_len_max=tf.cast(raw_ops.Shape(input=sequence)[0], tf.int64),
        x=sequence,
        cs_prev=state_c,
        h_prev=state_h,
        w=tf.concat((kernel, recurrent_kernel), 0),
        wci=none,
        wcf=none,
        wco=none,
        b=bias,
        cell_clip=0.0,
        use_peephole=False,
    )
    return raw_ops.Transpose(x=outputs, perm=(1, 0, 2)), outputs[-1], cells[-1]


@tf.function(autograph=False, reduce_retracing=True)  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def _lstm_loop(x: Tensor, h: Tensor, c: Tensor, kernel: Tensor, recurrent: Tensor, bias: Tensor) -> Any:
    def step(carry: list[Tensor], now: list[Tensor]) -> Any:
        h, c = carry
        i, f, g, o = tf.split(now[0] + tf.matmul(h, recurrent), 4, -1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        h = tf.sigmoid(o) * tf.tanh(c)
        return [h, c], [h]

    (h, c), (out,) = loop(step, [h, c], [_projected(x, kernel, bias)])  # type: ignore[misc]  # in a graph
    return tf.transpose(out, (1, 0, 2)), h, c


def _projected(x: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
    """Returns the input projections of all gates, with time first."""
    return tf.transpose(tf.matmul(x, kernel) + bias, (1, 0, 2))


@tf.function(autograph=False, reduce_retracing=True)  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def gru(inputs: Tensor, state: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    def step(carry: list[Tensor], now: list[Tensor]) -> Any:
        h = carry[0]
        inner = tf.split(tf.matmul(h, recurrent_kernel) + bias[1], 3, -1)
        outer = tf.split(now[0], 3, -1)
        z, r = tf.sigmoid(outer[0] + inner[0]), tf.sigmoid(outer[1] + inner[1])
        candidate = tf.tanh(outer[2] + r * inner[2])
        h = candidate + z * (h - candidate)
        return [h], [h]

    (h,), (out,) = loop(step, [state], [_projected(inputs, kernel, bias[0])])  # type: ignore[misc]  # in a graph
    return tf.transpose(out, (1, 0, 2)), h
