"""What the frameworks' compilers see of `ops`: no graph breaks, and no further equations or nodes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, public_function
from ops_common.tensors import trees
from ops_common.testing import BACKENDS, Record, close
from ops_common.testing.record import Maker


@dataclasses.dataclass(frozen=True)
class Place:
    """Stands for the tensor at this position of a list."""

    number: int


def placeholder(value: Any, tensors: list[Any]) -> Any:
    """Returns the value with a Place for each array, also in lists and tuples, and appends the tensors."""
    if isinstance(value, (list, tuple)):
        return type(value)(placeholder(item, tensors) for item in value)
    if not isinstance(value, np.ndarray):
        return value
    tensors.append(ops.convert_to_tensor(value))
    return Place(len(tensors) - 1)


def filled(value: Any, tensors: tuple[Any, ...]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)([filled(item, tensors) for item in value])
    return tensors[value.number] if isinstance(value, Place) else value


# Without a size, the shapes of these results depend on values: an UnsupportedError in a compiled function.
_SHAPED_BY_VALUES = ("nonzero", "unique")


@pytest.mark.parametrize(
    "record", [r for r in RECORDS if r.path not in _SHAPED_BY_VALUES], ids=lambda record: record.path
)
@pytest.mark.parametrize("name", [n for n in ("torch",) if n in BACKENDS])
def test_torch_compiles_every_op_without_graph_breaks(record: Record, name: str) -> None:
    import torch

    function = public_function(record.path)
    with ops.use_backend(name):
        # bool is the dtype for which most torch kernels are missing: a fallback must not depend on the kernel's error.
        for dtype in ("float32", "bool"):
            if dtype not in record.takes:
                continue
            tensors: list[Any] = []
            calls = [(placeholder(sample.args, tensors), sample.kwargs) for sample in record.samples(Maker(dtype))]

            def every(*arrays: Any, calls: Any = calls) -> list[Any]:
                return [function(*filled(args, arrays), **kwargs) for args, kwargs in calls]

            torch.compiler.reset()  # which stops compiling code that it has compiled for too many ops
            results = torch.compile(every, fullgraph=True, backend="eager", dynamic=False)(*tensors)
            for x, expected in zip(*(trees.leaves(y, ops.is_tensor) for y in (results, every(*tensors))), strict=True):
                close(ops.convert_to_numpy(x), ops.convert_to_numpy(expected), record.loose)


@pytest.mark.parametrize("name", [n for n in ("jax",) if n in BACKENDS])
def test_ops_adds_nothing_to_a_jaxpr(name: str) -> None:
    import jax
    import jax.numpy as jnp

    with ops.use_backend(name):
        x = jnp.ones((4, 4))
        pairs = [
            (lambda a: ops.add(a, a), lambda a: jnp.add(a, a)),
            (lambda a: ops.exp(a), lambda a: jnp.exp(a)),
            (lambda a: ops.matmul(a, a), lambda a: jnp.matmul(a, a)),
            (lambda a: ops.reshape(a, (2, 8)), lambda a: jnp.reshape(a, (2, 8))),
            (lambda a: ops.transpose(a), lambda a: jnp.transpose(a)),
            (lambda a: ops.sum(a, axis=0), lambda a: jnp.sum(a, axis=0)),
        ]
        for ours, theirs in pairs:
            primitives = [str(equation.primitive) for equation in jax.make_jaxpr(ours)(x).eqns]
            expected = [str(equation.primitive) for equation in jax.make_jaxpr(theirs)(x).eqns]
            assert len(primitives) <= len(expected) or primitives == expected
            assert "pjit" not in primitives
            assert "jit" not in primitives


@pytest.mark.parametrize("name", [n for n in ("tensorflow",) if n in BACKENDS])
def test_ops_in_a_tf_function(name: str) -> None:
    import tensorflow as tf

    with ops.use_backend(name):

        @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
        def work(x: Any) -> Any:
            y = ops.concatenate([ops.add(x, x), ops.zeros_like(x)], axis=0)
            return ops.reshape(ops.nn.softmax(ops.flip(y, 0)), (-1,))

        for rows in (1, 4):
            x = np.arange(3 * rows, dtype=np.float32).reshape(rows, 3)
            powers = np.exp(np.concatenate([x + x, np.zeros_like(x)])[::-1])
            expected = (powers / powers.sum(-1, keepdims=True)).reshape(-1)
            np.testing.assert_allclose(work(tf.constant(x)).numpy(), expected, rtol=1e-5, atol=1e-7)
        graph = tf.function(lambda a: ops.add(a, a)).get_concrete_function(tf.TensorSpec([2], tf.float32)).graph
        native = tf.function(lambda a: tf.add(a, a)).get_concrete_function(tf.TensorSpec([2], tf.float32)).graph
        assert [op.type for op in graph.get_operations()] == [op.type for op in native.get_operations()]
