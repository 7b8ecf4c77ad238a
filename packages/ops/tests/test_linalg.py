"""Properties of decompositions, their conventions on every backend, and singular matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import registry
from ops_common.testing import BACKENDS


def matrix(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def complex_matrix(*shape: int) -> Any:
    return (matrix(*shape) + 1j * matrix(*shape, seed=1)).astype(np.complex64)


def numbers(value: Any) -> Any:
    return tuple(map(ops.convert_to_numpy, value)) if isinstance(value, tuple) else ops.convert_to_numpy(value)


def adjoint(x: Any) -> Any:
    return np.swapaxes(x, -1, -2).conj()


def takes_complex(backend: str) -> bool:
    return "complex64" in registry.load(backend).native_dtypes


def close(a: Any, b: Any, bound: float = 2e-5) -> None:
    np.testing.assert_allclose(a, b, rtol=bound, atol=bound)


def lead(vectors: Any) -> Any:
    """Returns the first element of each column that is nearly the largest."""
    size = np.abs(vectors)
    first = np.argmax(size >= 0.99 * size.max(-2, keepdims=True), -2)
    return np.take_along_axis(vectors, first[..., None, :], -2)


def is_turned(vectors: Any) -> bool:
    leads = lead(vectors)
    return bool((leads.real > 0).all() and np.abs(leads.imag).max() < 1e-6)


@pytest.mark.parametrize("shape", [(6, 6), (2, 7, 4), (4, 7)])
@pytest.mark.parametrize("make", [matrix, complex_matrix])
def test_factors_multiply_to_the_matrix(backend: str, shape: tuple[int, ...], make: Callable[..., Any]) -> None:
    if make is complex_matrix and not takes_complex(backend):
        return
    x = make(*shape)
    for mode in ("reduced", "complete"):
        q, r = numbers(ops.qr(x, mode))
        close(q @ r, x)
        close(adjoint(q) @ q, np.broadcast_to(np.eye(q.shape[-1]), adjoint(q).shape[:-1] + q.shape[-1:]))
        diagonal = np.diagonal(r, axis1=-2, axis2=-1)
        assert (diagonal.real > 0).all()
        assert np.abs(diagonal.imag).max() < 1e-6
        close(np.tril(r, -1), 0.0)
    for full in (True, False):
        u, s, vh = numbers(ops.svd(x, full))
        count = s.shape[-1]
        close((u[..., :count] * s[..., None, :]) @ vh[..., :count, :], x)
        for basis in (u, adjoint(vh)):
            close(
                adjoint(basis) @ basis, np.broadcast_to(np.eye(basis.shape[-1]), (*shape[:-2], *[basis.shape[-1]] * 2))
            )
        assert (np.diff(s) <= 0).all()
        assert is_turned(u)
    close(numbers(ops.svd(x, compute_uv=False)), s)
    lu, pivots = numbers(ops.lu_factor(x))
    for index in np.ndindex(*shape[:-2]):
        rows = list(range(shape[-2]))
        for j, at in enumerate(pivots[index]):
            rows[j], rows[at] = rows[at], rows[j]
        count = len(pivots[index])
        lower = np.tril(lu[index], -1)[:, :count] + np.eye(shape[-2], count)
        close(lower @ np.triu(lu[index])[:count], x[index][rows])


@pytest.mark.parametrize("make", [matrix, complex_matrix])
def test_eigenvectors(backend: str, make: Callable[..., Any]) -> None:
    x = make(2, 6, 6)
    if takes_complex(backend):
        values, vectors = numbers(ops.eig(x))
        close(x @ vectors, vectors * values[..., None, :], 1e-4)
        close(np.linalg.norm(vectors, axis=-2), 1.0)
        assert is_turned(vectors)
        assert (np.diff(values.real) > -1e-3).all()
    elif make is complex_matrix:
        return
    values, vectors = numbers(ops.eigh(x))  # only the lower triangle is read
    hermitian = np.tril(x, -1) + adjoint(np.tril(x, -1)) + np.eye(6) * x.real
    close(hermitian @ vectors, vectors * values[..., None, :], 1e-4)
    assert (np.diff(values) > 0).all()
    assert is_turned(vectors)
    factor = numbers(ops.cholesky(x + 20 * np.eye(6, dtype=np.float32)))
    close(factor @ adjoint(factor), hermitian + 20 * np.eye(6), 1e-5)


def test_signs_do_not_depend_on_rounding_of_equal_elements(backend: str) -> None:
    x = np.array([[2.0, 1.0], [1.0, 2.0]], np.float32)
    half = np.sqrt(0.5)
    close(numbers(ops.eigh(x))[1], [[half, half], [-half, half]])
    u, _, vh = numbers(ops.svd(x))
    close(u, [[half, half], [half, -half]])
    close(vh, [[half, half], [half, -half]])


def test_eigenvalues_of_equal_real_part_are_sorted_by_the_imaginary_part(backend: str) -> None:
    if not takes_complex(backend):
        return
    x = np.zeros((6, 6), np.float32)
    for i, angle in enumerate((1.0, 3.0, 2.0)):
        x[2 * i, 2 * i + 1], x[2 * i + 1, 2 * i] = angle, -angle
    turn = np.linalg.qr(matrix(6, 6))[0]
    values = numbers(ops.eig(turn @ x @ turn.T))[0]
    close(values, np.array([-3j, -2j, -1j, 1j, 2j, 3j]), 1e-5)


@pytest.mark.skipif(len(BACKENDS) < 2, reason="one backend installed: nothing to compare")
def test_bases_are_completed_in_the_same_way() -> None:
    factors: list[Any] = []
    for name in BACKENDS:
        with ops.use_backend(name):
            x = matrix(7, 3)
            u, _, _ = numbers(ops.svd(x))
            _, _, vh = numbers(ops.svd(x.T.copy()))
            factors.append([u, vh, numbers(ops.qr(x, "complete"))[0]])
    for other in factors[1:]:
        for factor, expected in zip(factors[0], other, strict=True):
            close(factor, expected)


def test_singular_matrices(backend: str) -> None:
    zeros, ones_matrices = np.zeros((2, 2), np.float32), np.ones((3, 2, 2), np.float32)
    for call in (
        lambda: ops.inv(ones_matrices),
        lambda: ops.solve(zeros, [1.0, 2.0]),
        lambda: ops.cholesky(-np.eye(2, dtype=np.float32)),
        lambda: ops.cholesky(-np.eye(2, dtype=np.complex64 if backend != "openvino" else np.float32)),
        lambda: ops.svd(zeros * np.nan),
        lambda: ops.svd(np.full((4, 3), np.inf, np.float32)),
        lambda: ops.eigh(zeros * np.nan),
        lambda: ops.matrix_rank(zeros * np.nan),
    ):
        with pytest.raises(ops.LinAlgError, match=f"on backend {backend}: a matrix ") as caught:
            call()
        assert isinstance(caught.value, np.linalg.LinAlgError)
    assert float(numbers(ops.det(ones_matrices))[0]) == 0.0
    assert float(numbers(ops.slogdet(ones_matrices)[1])[0]) == -np.inf
    assert not np.isfinite(numbers(ops.solve_triangular(zeros, [1.0, 2.0]))).any()
    assert np.isnan(numbers(ops.inv(zeros * np.nan))).any()
    lu, pivots = numbers(ops.lu_factor(ones_matrices))
    np.testing.assert_array_equal(lu, np.broadcast_to([[1.0, 1.0], [1.0, 0.0]], (3, 2, 2)))
    np.testing.assert_array_equal(pivots, np.broadcast_to([0, 1], (3, 2)))


def test_compiled_functions(backend: str) -> None:
    """Compiled functions match eager ones; OpenVINO computes them with loops and its inverse."""
    if backend == "torch":
        return  # it generates code for half a minute; test_compiled_graphs traces every op's record
    a, b = matrix(2, 5, 5), matrix(2, 5, 3, seed=1)
    tall = matrix(5, 3)

    def function(a: Any, b: Any, tall: Any) -> Any:
        positive = ops.matmul(a, ops.swapaxes(a, -1, -2)) + ops.eye(5)
        factor = ops.cholesky(positive)
        return (
            factor,
            ops.cholesky(positive, upper=True),
            ops.cholesky_inverse(factor),
            ops.det(a),
            *ops.slogdet(a),
            ops.inv(positive),
            ops.solve(positive, b),
            ops.solve_triangular(factor, b[..., 0], lower=True),
            *ops.lu_factor(a),
            *ops.lu_factor(tall),
            *ops.qr(a),
            *ops.qr(tall),
            *ops.qr(tall, "complete"),
            *ops.qr(ops.transpose(tall)),
            ops.norm(a),
            ops.norm(a, 1, (1, 2)),
        )

    tensors = [ops.convert_to_tensor(x) for x in (a, b, tall)]
    for result, expected in zip(ops.jit(function)(*tensors), function(*tensors), strict=True):
        close(numbers(result), numbers(expected), 2e-4)
    if backend == "openvino":
        for refused in (ops.svd, ops.eigh, ops.pinv, ops.matrix_rank, lambda x: ops.lstsq(x, x)):
            with pytest.raises(ops.UnsupportedError, match="call it outside of"):
                ops.jit(refused)(tensors[0])


@pytest.mark.parametrize("name", [n for n in BACKENDS if n == "tensorflow"])
def test_tensorflow_graphs_of_unknown_sizes(name: str) -> None:
    import tensorflow as tf

    with ops.use_backend(name):
        functions: list[Any] = [ops.svd, ops.qr, lambda x: ops.qr(x, "complete"), ops.lu_factor, ops.pinv, ops.norm]
        for function in functions:
            graph = tf.function(function, input_signature=[tf.TensorSpec([None, None], tf.float32)], autograph=False)
            for shape in ((4, 4), (5, 2), (2, 5)):
                x = tf.constant(matrix(*shape))
                results, expected = numbers(graph(x)), numbers(function(x))
                for result, expected_result in (
                    zip(results, expected, strict=True) if isinstance(results, tuple) else [(results, expected)]
                ):
                    close(result, expected_result)


@pytest.mark.parametrize("name", BACKENDS)
def test_gradients_at_the_edges(name: str) -> None:
    with ops.use_backend(name):
        for order in (None, 2.5, 0.5):
            gradient = ops.grad(lambda x, order=order: ops.norm(x, order, axis=0))(ops.zeros((3,)))
            assert np.isfinite(numbers(gradient)).all()
        # All singular values of a multiple of an orthogonal matrix are equal.
        gradient = ops.grad(lambda x: ops.sum(ops.pinv(x)))(2 * ops.eye(3))
        close(numbers(gradient), np.full((3, 3), -0.25))


@pytest.mark.parametrize("name", [name for name in BACKENDS if name != "openvino"])  # no complex numbers
def test_gradients_of_complex_vectors_include_the_phase(name: str) -> None:
    x, step = complex_matrix(3, 3), 1e-5

    def value(real: Any, imaginary: Any) -> Any:
        total: Any = 0.0
        z = ops.add(ops.cast(real, "complex128"), ops.multiply(ops.cast(imaginary, "complex128"), 1j))
        positive = ops.add(z, 20 * np.eye(3))
        for part in (*ops.svd(z), *ops.eigh(z), *ops.eig(z), *ops.qr(z), ops.cholesky(positive)):
            weights = np.linspace(0.5, 1.5, 9)[: int(np.prod(ops.shape(part)))].reshape(ops.shape(part))
            for number in (ops.real(part), ops.imag(part)):
                total = ops.add(total, ops.sum(ops.multiply(number, weights)))
                weights = weights + 1
        return total

    with ops.use_backend(name):
        parts = [p.astype(np.float64) for p in (x.real, x.imag)]
        gradients = [numbers(gradient) for gradient in ops.grad(value, (0, 1))(*map(ops.convert_to_tensor, parts))]
        for i, at in ((0, (1, 0)), (1, (2, 1)), (0, (2, 2))):
            moved = np.zeros((3, 3))
            moved[at] = step
            up, down = (
                float(numbers(value(*(p + sign * moved if i == j else p for j, p in enumerate(parts)))))
                for sign in (1, -1)
            )
            assert abs((up - down) / (2 * step) - gradients[i][at]) < 1e-5
