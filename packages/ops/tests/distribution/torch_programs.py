"""Programs for the tests of the PyTorch engine, which run in four processes."""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np
import optree
import program
import pytest
import torch
import torch.distributed
from torch.distributed.tensor import DTensor

import ops
from ops import distribution as dist
from ops_common.runtime import active, registry

Tensor = Any


def _mesh() -> dist.DeviceMesh:
    return dist.DeviceMesh((2, 2), ("data", "model"))


# --- programs in a scope ----------------------------------------------------------------------------------------------


def checks() -> dict[str, str]:
    """Returns the errors of the checks below, by their names."""
    mesh = _mesh()
    layouts = dist.LayoutMap(mesh)
    layouts["w$"] = (None, "model")
    strategy = dist.ModelParallel(layouts, batch_dim_name="data")
    errors: dict[str, str] = {}
    for check in _CHECKS:
        try:
            with strategy.scope():
                check(mesh)
        except Exception:
            errors[check.__name__] = traceback.format_exc()[-2000:]
    return errors


_CHECKS: list[Callable[[dist.DeviceMesh], None]] = []


def _check(function: Callable[[dist.DeviceMesh], None]) -> Callable[[dist.DeviceMesh], None]:
    _CHECKS.append(function)
    return function


X = np.arange(32, dtype="float32").reshape(8, 4) / 8 - 2
W = np.cos(np.arange(16, dtype="float32")).reshape(4, 4)


def _axes(x: Any) -> tuple[Any, ...]:
    layout = dist.layout(x)
    assert layout is not None
    return layout.axes


def _pair() -> tuple[Tensor, Tensor]:
    w = dist.distribute({"w": W})["w"]
    assert _axes(w) == (None, "model")
    return dist.distribute_batch(X), w


def _close(x: Any, expected: Any) -> None:
    np.testing.assert_allclose(ops.convert_to_numpy(x), expected, rtol=1e-5, atol=1e-5)


def _alone(function: Callable[..., Any], *args: Any) -> Any:
    """Returns what a function computes on one device, as arrays."""
    with active.overridden(registry.variant("torch", None, True)):
        result = function(*map(ops.convert_to_tensor, args))
        return optree.tree_map(ops.convert_to_numpy, result)


def _same(function: Callable[..., Any], x: Tensor, w: Tensor) -> Any:
    """Checks that a function has the same result as on one device, and returns it."""
    result = function(x, w)
    found, expected = (optree.tree_leaves(each) for each in (result, _alone(function, X, W)))
    for a, b in zip(found, expected, strict=True):
        assert isinstance(a, DTensor), type(a)
        _close(a, b)
    return result


@_check
def branches(mesh: dist.DeviceMesh) -> None:
    def function(x: Tensor, w: Tensor) -> Tensor:
        return ops.cond(ops.sum(x) > 0, lambda: ops.matmul(x, w), lambda: x - ops.matmul(x, w))

    _same(function, *_pair())
    _same(ops.grad(lambda x, w: ops.sum(function(x, w) ** 2), 1), *_pair())


@_check
def loops(mesh: dist.DeviceMesh) -> None:
    def function(x: Tensor, w: Tensor) -> Any:
        last, rows = ops.scan(lambda carry, row: (ops.tanh(ops.matmul(carry, w) + row), carry), ops.zeros((4,)), x)
        doubled = ops.while_loop(lambda y: ops.max(y) < 100, lambda y: (y * 2,), (ops.abs(x) + 1,))
        added = ops.fori_loop(0, ops.convert_to_tensor(3), lambda i, y: y + ops.matmul(x, w), x)
        return last, rows, ops.scan(lambda c, row: (c + row, c * row), x[0], x, reverse=True), doubled, added

    _same(function, *_pair())
    _same(ops.grad(lambda x, w: ops.sum(function(x, w)[1]), 1), *_pair())


@_check
def transforms(mesh: dist.DeviceMesh) -> None:
    x, w = _pair()
    _same(lambda x, w: ops.vmap(lambda row: ops.matmul(row, w))(x), x, w)
    _same(lambda x, w: ops.jvp(lambda w: ops.matmul(x, w), (w,), (ops.ones_like(w),)), x, w)
    _same(lambda x, w: ops.jacobian(lambda w: ops.sum(ops.tanh(ops.matmul(x, w)), 0))(w), x, w)
    _same(ops.grad(lambda x, w: ops.sum(ops.vmap(lambda row: ops.tanh(ops.matmul(row, w)))(x)), 1), x, w)
    _same(ops.grad(lambda x, w: ops.sum(ops.checkpoint(lambda w: ops.tanh(ops.matmul(x, w)))(w)), 1), x, w)
    second = ops.grad(lambda x, w: ops.sum(ops.grad(lambda w: ops.sum(ops.tanh(ops.matmul(x, w)) ** 3))(w) ** 2), 1)
    assert _axes(_same(second, x, w)) == (None, "model")
    gradients = _same(ops.value_and_grad(lambda x, w: ops.mean(ops.relu(ops.matmul(x, w))), (0, 1)), x, w)[1]
    assert [_axes(gradient) for gradient in gradients] == [("data", None), (None, "model")]

    def pulled(x: Tensor, w: Tensor) -> Any:
        value, pullback = ops.vjp(lambda w: ops.matmul(x, w), (w,))
        return value, pullback(ops.ones_like(value))

    _same(pulled, x, w)


@_check
def custom_gradients(mesh: dist.DeviceMesh) -> None:
    @ops.custom_gradient
    def function(x: Tensor) -> Any:
        return ops.tanh(x), lambda upstream: upstream * 3.0

    _same(ops.grad(lambda x, w: ops.sum(function(ops.matmul(x, w)) ** 2), 1), *_pair())


@_check
def created_tensors(mesh: dist.DeviceMesh) -> None:
    x, w = _pair()
    for tensor in (ops.ones((4,)), ops.arange(4), ops.convert_to_tensor([1.0]), ops.random.normal((4,), seed=3)):
        assert isinstance(tensor, DTensor)
        assert _axes(tensor) == (None,)
    assert _axes(ops.zeros_like(w)) == (None, "model")
    assert _axes(x + 1) == ("data", None)
    assert _axes(ops.add(x, X[:1])) == ("data", None)
    assert _axes(ops.add(x, torch.ones(4))) == ("data", None)
    _same(lambda x, w: ops.where(ops.one_hot(ops.argmax(x, -1), 4) > 0, x, X), x, w)
    _same(lambda x, w: ops.random.dropout(ops.matmul(x, w), 0.5, seed=5), x, w)
    _same(lambda x, w: ops.segment_sum(x, ops.arange(8) % 3, 3), x, w)
    _same(lambda x, w: ops.categorical_crossentropy(ops.softmax(x), ops.matmul(x, w), from_logits=True), x, w)


@_check
def variables(mesh: dist.DeviceMesh) -> None:
    _, w = _pair()
    variable = ops.Variable(W, name="w")
    assert _axes(variable) == (None, "model")
    assert isinstance(variable.handle, torch.nn.Parameter)
    variable.assign(W + 1)
    variable.assign_add(ops.ones((4, 4)))
    variable.assign_sub(w)
    assert _axes(variable) == (None, "model")
    _close(variable, W + 2 - W)
    other = copy.deepcopy(variable)
    other.assign_add(ops.ones((4, 4)))
    assert _axes(other) == (None, "model")
    _close(variable, np.full((4, 4), 2.0))
    _close(other, np.full((4, 4), 3.0))
    gradient = ops.grad(lambda v: ops.sum(ops.matmul(X, v)))(variable.value)
    assert _axes(gradient) == (None, "model")
    loss = ops.sum(ops.matmul(dist.distribute_batch(X), variable))
    loss.backward()  # torch's own training loop
    assert variable.handle.grad is not None
    torch.optim.SGD([variable.handle], 0.1).step()
    _close(variable, 2 - 0.1 * X.sum(0)[:, None].repeat(4, 1))
    assert _axes(variable) == (None, "model")


@_check
def moments(mesh: dist.DeviceMesh) -> None:
    x, w = _pair()
    _same(lambda x, w: ops.moments(x, 0), x, w)
    traffic = dist.communication(lambda: ops.moments(x, 0))
    assert list(traffic) == ["all-reduce"], traffic
    _same(lambda x, w: ops.batch_normalization(x, *ops.moments(x, 0), axis=-1), x, w)


@_check
def attention_without_communication(mesh: dist.DeviceMesh) -> None:
    values = np.sin(np.arange(4 * 6 * 4 * 8, dtype="float32")).reshape(4, 6, 4, 8)
    layout = dist.TensorLayout(("data", None, "model", None), mesh)
    q = dist.distribute_tensor(values, layout)
    out: list[Tensor] = []
    traffic = dist.communication(lambda: out.append(ops.dot_product_attention(q, q, q, is_causal=True)))
    assert not traffic, traffic
    assert dist.layout(out[0]) == layout
    _close(out[0], _alone(lambda q: ops.dot_product_attention(q, q, q, is_causal=True), values))


@_check
def convolution_of_sharded_channels(mesh: dist.DeviceMesh) -> None:
    images = np.sin(np.arange(4 * 8 * 8 * 3, dtype="float32")).reshape(4, 8, 8, 3)
    weights = np.cos(np.arange(3 * 3 * 3 * 16, dtype="float32")).reshape(3, 3, 3, 16)
    x = dist.distribute_tensor(images, dist.TensorLayout(("data", None, None, None), mesh))
    for axes in ((None, None, None, "model"), (None, None, None, ("data", "model")), (None,) * 4):
        out = ops.conv(x, dist.distribute_tensor(weights, dist.TensorLayout(axes, mesh)))
        assert tuple(out.shape) == (4, 6, 6, 16)
        _close(out, _alone(ops.conv, images, weights))


@_check
def optimizer_step_keeps_layouts(mesh: dist.DeviceMesh) -> None:
    x, w = _pair()
    step = ops.jit(lambda w, x: w - 0.1 * ops.grad(lambda w: ops.mean(ops.matmul(x, w) ** 2))(w))
    for _ in range(2):
        w = step(w, x)
    assert _axes(w) == (None, "model")


@_check
def conversion_outside_of_scopes(mesh: dist.DeviceMesh) -> None:
    x, w = _pair()
    with active.overridden(registry.load("torch")):
        _close(x, X)
        _close(w, W)
        assert _axes(w) == (None, "model")


@_check
def layouts_in_reverse_order(mesh: dist.DeviceMesh) -> None:
    with pytest.raises(ops.UnsupportedError, match="in the mesh's order"):
        dist.distribute_tensor(X, dist.TensorLayout((("model", "data"), None), mesh))


# --- communication, and one process -----------------------------------------------------------------------------------


def traffic(kind: str, shape: tuple[int, ...]) -> dict[str, Any]:
    """Returns what a step of the transformer communicates."""
    with program.strategy(kind, tuple(shape)).scope():
        weights = dist.distribute(program.initial_weights())
        velocities = dist.distribute({name: np.zeros_like(x) for name, x in program.initial_weights().items()})
        batch = dist.distribute_batch(next(program.batches(1)))
        return dist.communication(program.step, weights, velocities, *batch, 100)


def alone() -> dict[str, str]:
    """Returns the errors of a program in one process, which has not joined a group itself."""
    torch.distributed.destroy_process_group()
    mesh = dist.DeviceMesh((1, 1), ("data", "model"))
    errors: dict[str, str] = {}
    with dist.DataParallel(mesh).scope():
        total = ops.sum(dist.distribute_batch(X))
        if not isinstance(total, DTensor) or float(ops.convert_to_numpy(total)) != X.sum():
            errors["sum"] = repr(total)
    try:
        dist.DeviceMesh((2,), ("data",), ["cpu:0", "cpu:1"]).on(registry.load("torch"))
    except ops.OpsError as error:
        if "initialize" not in str(error) and "cpu:1" not in str(error):
            errors["mesh"] = str(error)
    else:
        errors["mesh"] = "no error"
    return errors
