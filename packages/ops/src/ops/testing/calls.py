"""Calls of the functions that have no record: control flow, transforms, random numbers, einops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ops
from ops.testing.unknown_sizes import Call
from ops_common.testing.record import Maker

_make = Maker("float32")


def _call(name: str, function: Callable[..., Any], *arrays: Any, by_values: bool = False) -> Call:
    return Call(name, function, arrays, lambda values: (values, {}), by_values)


def _sum(x: Any) -> Any:
    return ops.sum(ops.square(x))


def _pairs(a: Any, b: Any) -> Any:
    return a[0] * b[0], a[0] * b[1] + a[1]


def _pulled_back(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that returns a value and the cotangents that its pullback returns for it."""

    def call(*primals: Any) -> Any:
        value, pullback = ops.vjp(function, primals)
        return value, pullback(value)

    return call


def _outlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that calls the function in `compute_output_spec` if an argument is symbolic."""

    def call(*args: Any) -> Any:
        if any(isinstance(x, ops.SymbolicTensor) for x in args):
            return ops.compute_output_spec(function, *args)
        return function(*args)

    return call


def _counted(x: Any) -> Any:
    return ops.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * 2), (0, x))


@ops.custom_gradient
def _clipped(x: Any) -> Any:
    return x, lambda upstream: ops.clip(upstream, -1.0, 1.0)


_x, _y, _cube, _w = _make(2, 3), _make(3, 4), _make(2, 3, 4), _make(3, 3)

CALLS = [
    _call("associative_scan", lambda x: ops.associative_scan(lambda a, b: a + b, x), _y),
    _call("associative_scan", lambda x: ops.associative_scan(lambda a, b: a + b, x, reverse=True, axis=1), _y),
    _call("associative_scan", lambda x, y: ops.associative_scan(_pairs, (x, y)), _y, _make(3, 4, low=0)),
    _call("scan", lambda c, x: ops.scan(lambda c, x: (c + x, c * x), c, x), _make(4), _y),
    _call("scan", lambda c, x: ops.scan(lambda c, x: (c + x, ops.sum(x)), c, x, reverse=True), _make(4), _y),
    _call("scan", lambda c: ops.scan(lambda c, _: (c * 2, c), c, length=5), _make(4)),
    _call("scan", lambda c, x, y: ops.scan(lambda c, p: (c, p[0] + p[1]), c, (x, y)), _make(2), _y, _make(3, 1)),
    _call("map", lambda x: ops.map(ops.sum, x), _y),
    _call("map", lambda x: ops.map(lambda row: (row, ops.outer(row, row)), x), _y),
    _call("vectorized_map", lambda x: ops.vectorized_map(lambda row: row * 2, x), _y),
    _call("fori_loop", lambda x: ops.fori_loop(0, 3, lambda i, y: y * 2 + i, x), _x),
    _call("while_loop", _counted, _x),
    _call("cond", lambda x: ops.cond(ops.sum(x) > 0, lambda: x + 1, lambda: x), _x),
    _call("cond", lambda x: ops.cond(True, lambda: x + 1, lambda: x), _x),
    _call("switch", lambda x: ops.switch(1, [lambda y: y, lambda y: y * 2], x), _x),
    _call("custom_gradient", _clipped, _x),
    _call("stop_gradient", ops.stop_gradient, _x),
    _call("cast", lambda x: ops.cast(x, "int32"), _x),
    _call("convert_to_tensor", lambda x: ops.convert_to_tensor(x, "float64"), _x),
    _call("rearrange", lambda x: ops.rearrange(x, "b h w -> b (h w)"), _cube),
    _call("rearrange", lambda x: ops.rearrange(x, "a (b c) d -> d (c a) 1 b", b=3), _cube),
    _call("rearrange", lambda x: ops.rearrange(x, "... w -> w ..."), _cube),
    _call("random.dropout", lambda x: ops.random.dropout(x, 0.5, seed=1), _x),
    _call("random.dropout", lambda x: ops.random.dropout(x, 0.5, noise_shape=(2, 1), seed=1), _x),
    _call("random.shuffle", lambda x: ops.random.shuffle(x, 1, seed=1), _x),
    _call("random.categorical", lambda x: ops.random.categorical(x, 5, seed=1), _x),
    _call("random.binomial", lambda n, p: ops.random.binomial((2, 3), n, p, seed=1), _make(3, low=1), _make(3, low=0)),
    _call("random.beta", lambda a: ops.random.beta((2, 3), a, 1.0, seed=1), _make(3, low=1)),
    _call("random.gamma", lambda a: ops.random.gamma((2, 3), a, seed=1), _make(2, 1, low=1)),
    _call("vectorize", ops.vectorize(lambda a, b: a + b), _x, _make(3)),
    _call("vectorize", ops.vectorize(lambda a, b: ops.sum(a * b), signature="(n),(n)->()"), _x, _make(3)),
    _call("nn.rnn", lambda x, s: ops.nn.rnn(lambda x, s: (x + s[0], [x + s[0]]), x, [s]), _cube, _make(2, 4)),
    _call("nn.rnn", lambda x, s, m: ops.nn.rnn(lambda x, s: (x * 2, [x]), x, [s], mask=m > 0), _cube, _make(2, 4), _x),
    _call("image.elastic_transform", lambda x: ops.image.elastic_transform(x, seed=1), _make(2, 6, 5, 3)),
    _call("grad", ops.grad(_sum), _x),
    _call("value_and_grad", ops.value_and_grad(lambda x, y: _sum(x @ y), argnums=(0, 1)), _x, _y, by_values=True),
    _call("jacobian", ops.jacobian(lambda x: ops.square(x)), _make(3)),
    _call("jacobian", ops.jacobian(lambda x: ops.sum(x, 0)), _x),
    _call("hessian", ops.hessian(_sum), _make(3)),
    _call("hessian", ops.hessian(_sum), _x),
    _call("jvp", lambda x, v: ops.jvp(ops.square, [x], [v]), _x, _x),
    _call("jvp", lambda x, y, u, v: ops.jvp(ops.matmul, [x, y], [u, v]), _x, _y, _x, _y),
    _call("jvp", lambda x, v: ops.jvp(lambda x: (ops.sum(x, 0), {"a": x}), [x], [v], has_aux=True)[:2], _x, _x),
    _call("vjp", _pulled_back(ops.square), _x),
    _call("vjp", _pulled_back(lambda x, y: (ops.matmul(x, y), ops.sum(x))), _x, _y, by_values=True),
    _call("vmap", ops.vmap(lambda x: ops.sum(x)), _x),
    _call("vmap", ops.vmap(ops.matmul, in_axes=(0, None), out_axes=1), _x, _y),
    _call("vmap", ops.vmap(ops.add, in_axes=(0, 1)), _x, _make(3, 2)),
    _call("vmap", ops.vmap(ops.grad(_sum)), _x),
    _call("jit", ops.jit(lambda x, y: ops.matmul(x, y)), _x, _y),
    _call("jit", ops.jit(ops.value_and_grad(_sum)), _x),
    _call("checkpoint", ops.checkpoint(lambda x, y: ops.matmul(x, y)), _x, _y),
    _call("compute_output_spec", lambda x: ops.compute_output_spec(lambda x: ops.matmul(x, ops.transpose(x)), x), _x),
    _call("reshape", lambda x: ops.reshape(x, (ops.shape(x)[0], -1)), _cube, by_values=True),
    _call("reshape", lambda x: ops.reshape(x, (*ops.shape(x)[:2], 2, 2)), _cube),
    _call("broadcast_to", _outlined(lambda x, y: ops.broadcast_to(y, ops.shape(x))), _x, _make(3)),
    _call("zeros", _outlined(lambda x: ops.zeros((ops.shape(x)[0], 4)) + ops.full(ops.shape(x)[0], 1.0)), _make(4, 3)),
    _call("random.normal", _outlined(lambda x: ops.random.normal(ops.shape(x), seed=1) + x), _x),
    _call("random.randint", _outlined(lambda x: ops.random.randint(ops.shape(x), 0, 5, seed=1)), _x),
    _call("arange", _outlined(lambda x: ops.add(ops.arange(ops.shape(x)[1]), ops.arange(0, ops.shape(x)[1]))), _x),
    _call("tile", _outlined(lambda x: ops.tile(x, (ops.shape(x)[0], 1))), _x, by_values=True),
    _call("operators", lambda x, y: -(x @ y)[:, 1:] ** 2 > 1, _x, _y),
    _call("get_item", lambda x: x[..., None, ::-1, :2], _cube),
    _call("attention", lambda x, w: ops.nn.softmax(x @ w @ ops.swapaxes(x, -1, -2), -1) @ x, _make(2, 4, 3), _w),
]  # fmt: skip
