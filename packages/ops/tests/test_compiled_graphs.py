"""What the frameworks' compilers see of `ops`: no graph breaks, and no further equations or nodes."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, public_function
from ops_common.errors import ForeignTensorError
from ops_common.runtime import active
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


_SWEEP = os.environ.get("OPS_SWEEP") == "1"

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
        dtypes = [dtype for dtype in ("float32", "bool") if dtype in record.takes]
        for dtype in dtypes if _SWEEP else dtypes[:1]:
            tensors: list[Any] = []
            samples = record.samples(Maker(dtype))[: None if _SWEEP else 1]
            calls = [(placeholder(sample.args, tensors), sample.kwargs) for sample in samples]

            def every(*arrays: Any, calls: Any = calls) -> list[Any]:
                return [function(*filled(args, arrays), **kwargs) for args, kwargs in calls]

            torch.compiler.reset()  # which stops compiling code that it has compiled for too many ops
            results = torch.compile(every, fullgraph=True, backend="eager", dynamic=False)(*tensors)
            for x, expected in zip(*(trees.leaves(y, ops.is_tensor) for y in (results, every(*tensors))), strict=True):
                close(ops.convert_to_numpy(x), ops.convert_to_numpy(expected), record.loose)


def nodes_of(function: Any, *tensors: Any) -> list[Any]:
    """Returns the nodes of the graph that torch compiles for a function, without inputs and outputs."""
    import torch

    nodes: list[Any] = []

    def keep(module: Any, inputs: Any) -> Any:
        nodes.extend(node for node in module.graph.nodes if node.op not in ("placeholder", "output"))
        return module.forward

    torch.compile(function, fullgraph=True, backend=keep)(*tensors)
    return nodes


@pytest.mark.parametrize("name", [n for n in ("torch",) if n in BACKENDS])
@pytest.mark.parametrize("is_public", [True, False])
def test_torch_reads_the_code_of_an_op_once_in_a_trace(name: str, is_public: bool) -> None:
    import torch

    if tuple(map(int, torch.__version__.split(".")[:2])) >= (2, 16):
        pytest.skip("from torch 2.16 on, the compiler reads the code of every call")
    with ops.use_backend(name):
        functions: Any = ops if is_public else ops.namespace(name)
        x = torch.ones(2, requires_grad=True)
        nodes = nodes_of(lambda x: functions.exp(functions.add(functions.exp(functions.add(x, x)), 0.5)), x)
    assert [node.target for node in nodes] == [torch.add, torch.exp] * 2
    reads = ["<ops" in node.stack_trace for node in nodes]  # the file of the generated functions
    assert reads == [True, True, False, False]


@pytest.mark.parametrize("name", [n for n in ("torch",) if n in BACKENDS])
def test_torch_reads_the_code_of_an_op_for_operands_that_it_promotes(name: str) -> None:
    import torch

    x, i, u = torch.ones(2), torch.ones(2, dtype=torch.int32), torch.ones(2, dtype=torch.uint16)
    array = np.ones(2, np.float64)

    def work(x: Any, i: Any, u: Any, array: Any) -> list[Any]:
        operands = (x, i, u, array, 1, 2**40, 0.5, True)
        return [ops.multiply(a, b) for a in operands[:4] for b in operands] + [ops.exp(a) for a in operands]

    with ops.use_backend(name):
        results = torch.compile(work, fullgraph=True, backend="eager")(x, i, u, array)
        expected = work(x, i, u, array)
    assert [x.dtype for x in results] == [x.dtype for x in expected]
    for result, value in zip(results, expected, strict=True):
        np.testing.assert_array_equal(result, value)


@pytest.mark.skipif(not {"torch", "numpy"} <= {*BACKENDS}, reason="needs torch, and NumPy as the other default backend")
def test_torch_traces_again_when_the_default_backend_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(active.state, "overridden", False)  # as if the process had never been in `use_backend`
    before = ops.backend()
    compiled = torch.compile(lambda x: ops.add(ops.add(x, x), x), backend="eager")
    x = torch.ones(2)
    try:
        ops.set_backend("torch")
        np.testing.assert_array_equal(compiled(x), [3.0, 3.0])
        ops.set_backend("numpy")
        with pytest.raises(ForeignTensorError):
            compiled(x)
    finally:
        ops.set_backend(before)


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
