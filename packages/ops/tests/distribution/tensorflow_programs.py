"""What is particular to TensorFlow's engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

import ops
from ops import distribution as dist
from ops_common.errors import UnsupportedError


def _both(function: Callable[..., Any], *arrays: Any) -> float:
    """Returns how much a function's results on divided operands differ from those on one device."""
    mesh = dist.DeviceMesh((2, 2), ("data", "model"))
    with ops.random.portable():
        expected = _arrays(function(*map(ops.convert_to_tensor, arrays)))
    with dist.DataParallel(mesh).scope():
        operands = [dist.distribute_tensor(x, ("data", "model")[: x.ndim]) for x in arrays]
        found = _arrays(function(*operands))
    return max(float(np.abs(x - y).max()) for x, y in zip(found, expected, strict=True))


def _arrays(result: Any) -> list[Any]:
    return [np.asarray(ops.convert_to_numpy(x), np.float64) for x in tf.nest.flatten(result)]


def _loss(x: Any, y: Any) -> Any:
    return ops.sum(ops.tanh(ops.matmul(x, y)) ** 2.0) + ops.sum(ops.flip(x, 0) * x)


def _layers(x: Any, y: Any) -> Any:
    h = ops.relu(ops.nn.dense(x, y, y[0]))
    h = ops.einsum("ij,kj->ik", h, y) + ops.tensordot(x, y, 1)
    return ops.sum(ops.tanh(0.1 * ops.matmul(ops.reshape(h, (1, 4, 4)), y)))


def _assigned(x: Any) -> Any:
    variable = ops.Variable(x)
    variable.assign(variable.value * 2.0)
    compiled = ops.jit(lambda y: variable.assign_add(y).value)
    return compiled(x), variable.value


def _drawn(x: Any) -> Any:
    generator = ops.random.SeedGenerator(3)
    draw = ops.jit(lambda y: y + ops.random.uniform((4, 4), seed=generator))
    return draw(x), draw(x), ops.random.normal((4,), seed=generator)


def differences() -> dict[str, float]:
    """Returns differences to one device, of transforms, control flow, Variables and generators."""
    x, y = np.linspace(-1, 1, 16, dtype="float32").reshape(4, 4), np.linspace(0, 2, 16, dtype="float32").reshape(4, 4)
    programs: dict[str, Callable[..., Any]] = {
        "gradient": ops.grad(_loss, (0, 1)),
        "second gradient": ops.grad(lambda x, y: ops.sum(ops.grad(_loss)(x, y) ** 2.0)),
        "jvp": lambda x, y: ops.jvp(_loss, (x, y), (y, x)),
        "vjp": lambda x, y: ops.vjp(ops.matmul, (x, y))[1](x),
        "jacobian": lambda x, y: ops.jacobian(lambda x: ops.sum(ops.sort(x), 1))(x),
        "checkpoint": lambda x, y: ops.grad(ops.checkpoint(_loss))(x, y),
        "gradient of compiled": lambda x, y: ops.grad(ops.jit(lambda x, y: ops.sum(ops.exp(x) * y)))(x, y),
        "compiled gradient": ops.jit(ops.grad(lambda x, y: ops.sum(ops.tanh(ops.matmul(x, y)) ** 2.0), (0, 1))),
        "compiled second gradient": ops.jit(
            ops.grad(lambda x, y: ops.sum(ops.grad(lambda y: ops.sum(ops.tanh(ops.matmul(x, y)) ** 2.0))(y) ** 2.0))
        ),
        "compiled layers": ops.jit(ops.grad(_layers, (0, 1))),
        "vmap": lambda x, y: ops.vmap(lambda a, b: ops.sum(a * b))(x, y),
        "scan": lambda x, y: ops.scan(lambda c, r: (c + r, c * r), y[0], x),
        "compiled scan": ops.jit(lambda x, y: ops.scan(lambda c, r: (c + r, c * r), y[0], x)),
        "while": lambda x, y: ops.while_loop(lambda i, a: i < 3, lambda i, a: (i + 1, a * 2.0), (0, x)),
        "cond": lambda x, y: ops.cond(ops.sum(x) > 5.0, lambda: x, lambda: y),
        "custom gradient": ops.grad(lambda x, y: ops.sum(ops.custom_gradient(_clipped)(x) * y)),
        "variable": lambda x, y: _assigned(x),
        "generator": lambda x, y: _drawn(x),
        "depthwise": lambda x, y: ops.nn.depthwise_conv(
            ops.reshape(x, (1, 4, 4, 1)), ops.reshape(y[:2, :2], (2, 2, 1, 1)), padding="same"
        ),
        "condition without axes": lambda x, y: ops.where(x[0, 0] > 0, x, y),
        "condition of one axis": lambda x, y: ops.where(x[0] > 0, x, y),
        "empty": lambda x, y: ops.concatenate([x[:0], x]),
    }
    result: dict[str, float] = {}
    for name, program in programs.items():
        try:
            result[name] = _both(program, x, y)
        except Exception as error:
            print(name, type(error).__name__, str(error)[:500])
            result[name] = math.inf
    return result


def _clipped(x: Any) -> Any:
    return x, lambda upstream: ops.clip(upstream, -1.0, 1.0)


def refused() -> list[str]:
    """Returns the messages for what DTensor does not support."""
    messages: list[str] = []
    mesh = dist.DeviceMesh((2, 2), ("data", "model"))
    with dist.DataParallel(mesh).scope():
        x = dist.distribute_tensor(np.ones((4, 4), "float32"), ("data", None))
        for call in (
            lambda: ops.jit(ops.linalg.det)(x),
            lambda: dist.distribute_tensor(np.ones(4, "float32"), (("data", "model"),)),
        ):
            try:
                call()
            except UnsupportedError as error:
                messages.append(str(error))
    return messages


def replicas() -> dict[str, Any]:
    """Returns what the replicas of a MirroredStrategy see of the scopes of ops and of its Variables."""
    strategy = tf.distribute.MirroredStrategy(["/cpu:0", "/cpu:1"])
    seen: list[str] = []
    ops.set_backend("numpy")
    with ops.use_backend("tensorflow"), strategy.scope():
        total = ops.Variable(0.0, aggregation="sum", synchronization="on_write")
        first = ops.Variable(0.0, aggregation="only_first_replica")

        def step(x: Any) -> Any:
            seen.append(ops.backend())
            total.assign(x)
            first.assign(x)
            return ops.add(x, 1.0)

        numbers = strategy.experimental_distribute_values_from_function(
            lambda context: tf.constant(float(context.replica_id_in_sync_group + 1))
        )
        results = [float(x) for x in strategy.experimental_local_results(strategy.run(step, (numbers,)))]
    return {"seen": seen, "results": results, "total": float(total.numpy()), "first": float(first.numpy())}
