"""Bound functions use their backend whichever is active; operators use the tensor's own backend."""

from __future__ import annotations

import inspect
import pydoc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import registry
from ops_common.testing import BACKENDS

# A backend, and another that is active.
PAIRS = [(b, next(other for other in BACKENDS if other != b)) for b in BACKENDS] if len(BACKENDS) > 1 else []
X = np.array([[0.5, 1.0, 1.5, 2.0], [1.0, 0.25, 3.0, 0.5]], np.float32)


def _pair(x: Any) -> tuple[Any, Any]:
    return x, x


# Ops whose arguments are canonicalised by computations or by creating tensors.
CALLS: dict[str, Callable[[Any, Any], Any]] = {
    "glu": lambda xp, x: xp.nn.glu(x),
    "multi_hot": lambda xp, x: xp.nn.multi_hot(xp.cast(x, "int32"), 4),
    "layer_normalization": lambda xp, x: xp.nn.layer_normalization(x),
    "categorical_crossentropy": lambda xp, x: xp.nn.categorical_crossentropy(x, xp.nn.softmax(x)),
    "psnr": lambda xp, x: xp.nn.psnr(x, x + 1.0, 2.0),
    "depth_to_space": lambda xp, x: xp.nn.depth_to_space(xp.reshape(x, (1, 1, 2, 4)), 2),
    "rfft": lambda xp, x: xp.rfft(x),
    "fft": lambda xp, x: xp.fft(_pair(x)),
    "stft": lambda xp, x: xp.stft(x, 4, 2, 4),
    "norm": lambda xp, x: xp.norm(x),
    "scan": lambda xp, x: xp.scan(lambda total, row: (total + row, total), x[0], x),
    "vectorized_map": lambda xp, x: xp.vectorized_map(lambda row: xp.sum(row), x),
    "rnn": lambda xp, x: xp.nn.rnn(lambda row, states: (row, [states[0] + row]), xp.reshape(x, (1, 2, 4)), [x[:1]])[0],
    "grad": lambda xp, x: xp.grad(lambda w: xp.sum(xp.square(w)))(x),
    "grad of a hook": lambda xp, x: xp.grad(lambda w: xp.sum(xp.nn.glu(w)))(x),
    "namespace inside grad": lambda xp, x: xp.grad(lambda w: ops.namespace(w).sum(ops.namespace(w).exp(w)))(x),
    "operators inside grad": lambda xp, x: xp.grad(lambda w: xp.sum(2.0 * w[0] / w[1]))(x),
    "grad of a loop": lambda xp, x: xp.grad(lambda w: xp.sum(xp.fori_loop(0, 2, lambda i, y: y * w, w)))(x),
    "jvp": lambda xp, x: xp.jvp(xp.sin, [x], [x]),
    "vmap": lambda xp, x: xp.vmap(lambda row: xp.sum(row * row))(x),
    "hessian": lambda xp, x: xp.hessian(lambda w: xp.sum(w * w * w))(x[0]),
}


def arrays(value: Any, backend: str) -> list[np.ndarray[Any, Any]]:
    if isinstance(value, (list, tuple)):
        return [array for item in value for array in arrays(item, backend)]
    assert registry.load(backend).is_tensor(value)
    return [np.asarray(ops.namespace(backend).convert_to_numpy(value))]


@pytest.mark.parametrize(("name", "other"), PAIRS)
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_bound_functions_with_another_backend_active(name: str, other: str, call: Callable[[Any, Any], Any]) -> None:
    xp = ops.namespace(name)
    x = xp.convert_to_tensor(X)
    with ops.use_backend(name):
        expected = arrays(call(ops, x), name)
    with ops.use_backend(other):
        results = arrays(call(xp, x), name)
    for result, expected_result in zip(results, expected, strict=True):
        np.testing.assert_allclose(result, expected_result, rtol=1e-6)


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_jit_of_grad_with_another_backend_active(name: str, other: str) -> None:
    xp = ops.namespace(name)
    x = xp.convert_to_tensor(X)
    for scope in (name, other):
        with ops.use_backend(scope):
            gradients = xp.jit(xp.grad(lambda w: xp.sum(xp.square(w))), options={"torch": {"backend": "aot_eager"}})
            (gradient,) = arrays(gradients(x), name)
            assert xp.backend() == name
        np.testing.assert_allclose(gradient, 2 * X)


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_operators_compute_on_the_tensors_own_backend(name: str, other: str) -> None:
    x = ops.namespace(name).convert_to_tensor(X)
    with ops.use_backend(name):
        v = ops.Variable(X)
    with ops.use_backend(other):
        for y in (x, v):
            np.testing.assert_allclose(arrays(y / 2, name)[0], X / 2)
            np.testing.assert_allclose(arrays(1 - y, name)[0], 1 - X)
            np.testing.assert_allclose(arrays(y[1:], name)[0], X[1:])
            np.testing.assert_allclose(arrays(y * x, name)[0], X * X)
            np.testing.assert_allclose(arrays(-y, name)[0], -X)


def test_errors_can_be_caught_as_python_names_them(backend: str) -> None:
    x = ops.convert_to_tensor(X)
    for call in (lambda: ops.sum(x, axis=2), lambda: ops.expand_dims(x, 4), lambda: ops.stack([x], -4)):
        for kind in (IndexError, ValueError, ops.ShapeError, ops.AxisError):
            with pytest.raises(kind):
                call()
    for kind in (ValueError, TypeError, ops.DtypeError):
        with pytest.raises(kind):
            ops.cast(x, "float31")


def test_functions_first_used_in_a_compiled_function(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([0.25, 0.5], np.float32))
    options = {"torch": {"backend": "aot_eager"}}

    def function(x: Any) -> Any:
        xp = ops.namespace(x)
        return xp.arctanh(x) + xp.grad(lambda y: ops.namespace(y).nn.celu(y[0]))(x) + ops.namespace(backend).cosh(x)

    value = ops.convert_to_numpy(ops.jit(function, options=options)(x))
    array = np.array([0.25, 0.5])
    np.testing.assert_allclose(value, np.arctanh(array) + np.array([1, 0]) + np.cosh(array), 1e-5)


@pytest.mark.parametrize("path", ["", "image", "linalg", "nn", "numpy", "random"])
def test_namespaces_document_themselves_as_their_modules_do(path: str, backend: str) -> None:
    """`dir`, `help` and `inspect` show the same for a bound function as for the public one."""
    module, bound = (getattr(of, path) if path else of for of in (ops, ops.namespace(backend)))
    assert dir(bound) == sorted(module.__all__)
    assert pydoc.render_doc(bound).splitlines()[0] == pydoc.render_doc(module).splitlines()[0]
    for name in dir(bound):
        public, function = getattr(module, name), getattr(bound, name)
        assert function.__doc__ == public.__doc__
        if inspect.isfunction(public):
            assert function.__name__ == public.__name__
            assert inspect.signature(function) == inspect.signature(public)
            assert function.__annotations__ == public.__annotations__
            assert not hasattr(function, "__wrapped__")  # TensorFlow would call it
            assert public.__name__ + "(" in pydoc.plain(pydoc.render_doc(function))
