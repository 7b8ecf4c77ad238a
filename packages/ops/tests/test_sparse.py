"""Sparse tensors: conversion, what they store, errors, compiled functions, gradients, graphs, memory."""

from __future__ import annotations

import re
import tracemalloc
import warnings
from typing import Any

import numpy as np
import pytest

import ops
from ops_common import dtypes
from ops_common.runtime import registry

sparse_arrays = pytest.importorskip("scipy.sparse", reason="SciPy holds the sparse tensors of numpy and openvino")

DENSE = np.array([[0, 6, 0], [0, 0, 0], [5, 0, -2]], "float32")


def example() -> Any:
    """Returns DENSE, with coordinates in no order, one of them twice."""
    return ops.sparse.from_coo([[2, 2], [0, 1], [2, 0], [0, 1]], [-2.0, 4.0, 5.0, 2.0], (3, 3))


def same(x: Any, expected: Any, sparse: bool) -> None:
    assert ops.is_sparse(x) is sparse
    assert ops.is_tensor(x)
    value, wanted = ops.convert_to_numpy(x), np.asarray(expected)
    assert (ops.shape(x), ops.dtype(x)) == (wanted.shape, dtypes.from_numpy(wanted.dtype))
    np.testing.assert_allclose(value.astype("float64"), wanted.astype("float64"), rtol=1e-5)


# The frameworks' own types.
TYPES = {"jax": "BCOO", "tensorflow": "SparseTensor", "torch": "Tensor", "numpy": "coo_array", "openvino": "coo_array"}


def test_sparse_tensors_are_the_frameworks_own(backend: str) -> None:
    x = example()
    assert type(x).__name__ == TYPES[backend]
    same(x, DENSE, True)
    assert (ops.ndim(x), ops.size(x)) == (2, 9)
    same(ops.to_dense(x), DENSE, False)
    same(ops.sparse.coalesce(x), DENSE, True)
    assert ops.convert_to_numpy(ops.sparse.indices(ops.sparse.coalesce(x))).tolist() == [[0, 1], [2, 0], [2, 2]]
    assert ops.convert_to_numpy(ops.sparse.values(ops.sparse.coalesce(x))).tolist() == [6, 5, -2]
    assert ops.shape(ops.sparse.indices(x)) == (4, 2)


def test_conversion(backend: str) -> None:
    same(ops.convert_to_tensor(DENSE, sparse=True), DENSE, True)
    same(ops.convert_to_tensor(example()), DENSE, True)
    same(ops.convert_to_tensor(example(), sparse=False), DENSE, False)
    same(ops.convert_to_tensor(example(), "int32"), DENSE.astype("int32"), True)
    if TYPES[backend] == "coo_array":
        with pytest.raises(ops.DtypeError, match="SciPy's sparse arrays cannot hold float16"):
            ops.convert_to_tensor(DENSE, "float16", sparse=True)
    else:
        same(ops.convert_to_tensor(DENSE, "float16", sparse=True), DENSE.astype("float16"), True)
    same(ops.convert_to_tensor([[0, 1], [2, 0]], sparse=True), np.array([[0, 1], [2, 0]], "int32"), True)
    same(ops.cast(example(), "bool"), DENSE.astype(bool), True)
    same(ops.to_dense(DENSE), DENSE, False)


@pytest.mark.parametrize("form", ["coo", "csr", "csc"])
@pytest.mark.parametrize("kind", ["array", "matrix"])
def test_sparse_arrays_of_scipy_are_accepted(backend: str, form: str, kind: str) -> None:
    x = getattr(sparse_arrays, f"{form}_{kind}")(DENSE)
    same(ops.convert_to_tensor(x), DENSE, True)
    same(ops.matmul(x, DENSE), DENSE @ DENSE, False)
    same(ops.matmul(DENSE, x), DENSE @ DENSE, False)
    same(ops.sin(x), np.sin(DENSE), True)
    same(ops.multiply(x, x), DENSE * DENSE, True)
    assert ops.shape(x) == (3, 3)


def test_compressed_tensors_of_torch() -> None:
    torch = pytest.importorskip("torch")
    with ops.use_backend("torch"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch says that their support is in beta
        x = torch.tensor(DENSE).to_sparse_csr()
        assert ops.sin(x).layout is torch.sparse_csr
        same(ops.sin(x), np.sin(DENSE), True)
        same(ops.matmul(x, DENSE), DENSE @ DENSE, False)
        same(ops.sum(x, axis=0), DENSE.sum(0), True)


def test_rows_of_tensorflow_and_torch() -> None:
    """IndexedSlices, and tensors with dense blocks."""
    rows, dense = np.array([[1, 2], [3, 4], [5, 6]], "float32"), np.zeros((4, 2), "float32")
    np.add.at(dense, [3, 0, 3], rows)
    made: dict[str, Any] = {}
    if "tensorflow" in ops.backends():
        tf = pytest.importorskip("tensorflow")
        made["tensorflow"] = tf.IndexedSlices(tf.constant(rows), tf.constant([3, 0, 3]), tf.constant([4, 2]))
    if "torch" in ops.backends():
        torch = pytest.importorskip("torch")
        made["torch"] = torch.sparse_coo_tensor(
            torch.tensor([[3, 0, 3]]), torch.tensor(rows), (4, 2), check_invariants=False
        )
    if "jax" in ops.backends():
        bcoo = pytest.importorskip("jax.experimental.sparse")
        made["jax"] = bcoo.BCOO((rows, np.array([[3], [0], [3]])), shape=(4, 2))
    for name, x in made.items():
        with ops.use_backend(name):
            same(x, dense, True)
            same(ops.multiply(x, 2.0), dense * 2, True)
            same(ops.square(x), dense**2, True)
            same(ops.add(x, x), dense + dense, True)
            same(ops.sum(x, axis=1), dense.sum(1), True)
            same(ops.matmul(x, np.eye(2, dtype="float32")), dense, False)


def test_sparse_tensors_move_between_backends() -> None:
    names = [name for name in ops.backends() if name in TYPES]
    for source in names:
        with ops.use_backend(source):
            x = example()
        for target in names:
            with ops.use_backend(source):
                moved = ops.to_backend(x, target)
            with ops.use_backend(target):
                assert type(moved).__name__ == TYPES[target]
                same(moved, DENSE, True)


def test_keys(backend: str) -> None:
    rng = np.random.default_rng(0)
    dense = (rng.normal(size=(4, 5, 3)) * (rng.random((4, 5, 3)) < 0.3)).astype("float32")
    x = ops.convert_to_tensor(dense, sparse=True)
    keys: list[Any] = [0, -1, slice(1, 3), (slice(None), 2), (slice(None, None, -1), None, slice(0, 5, 2)), (..., 1)]
    for key in (*keys, (slice(None), np.array([3, 3, 0])), (None, slice(4, 4))):
        same(ops.get_item(x, key), dense[key], True)
    same(ops.get_item(x, (1, 2, 0)), dense[1, 2, 0], False)
    same(ops.slice(x, (1, 0, 1), (2, -1, 2)), dense[1:3, :, 1:3], True)
    for key, kind in ((4, ops.ShapeError), ((0, 0, 0, 0), ops.ShapeError), (dense > 0, ops.UnsupportedError)):
        with pytest.raises(kind):
            ops.get_item(x, key)


def test_encodings(backend: str) -> None:
    labels = np.random.default_rng(0).integers(-1, 5, (3, 4))
    counted = np.abs(labels)
    calls = [
        lambda sparse: ops.nn.one_hot(labels, 4, sparse=sparse),
        lambda sparse: ops.nn.one_hot(labels, 4, axis=0, sparse=sparse, dtype="int32"),
        lambda sparse: ops.nn.one_hot(2, 4, sparse=sparse),
        lambda sparse: ops.nn.one_hot(-1, 4, sparse=sparse),
        lambda sparse: ops.nn.multi_hot(labels, 4, sparse=sparse),
        lambda sparse: ops.nn.multi_hot(labels[0], 4, sparse=sparse),
        lambda sparse: ops.bincount(counted, sparse=sparse),
        lambda sparse: ops.bincount(counted[0], weights=np.ones(4, "float32"), minlength=9, sparse=sparse),
    ]
    for call in calls:
        same(call(True), ops.convert_to_numpy(call(False)), True)
    symbol = ops.nn.one_hot(ops.SymbolicTensor((None,), "int32"), 4, sparse=True)
    assert (symbol.shape, symbol.sparse) == ((None, 4), True)


def test_symbolic_tensors() -> None:
    x = ops.SymbolicTensor((None, 3), sparse=True)
    assert repr(x) == "SymbolicTensor(shape=(None, 3), dtype=float32, sparse=True)"
    assert ops.is_sparse(x)
    assert not ops.is_sparse(ops.to_dense(x))
    assert ops.sin(x).sparse
    assert not ops.exp(x).sparse
    assert not ops.matmul(x, ops.SymbolicTensor((3, 4))).sparse
    assert ops.cast(x, "int32").sparse
    assert ops.get_item(x, 0).sparse
    assert ops.compute_output_spec(lambda y: ops.sum(y, axis=0), x).sparse
    spec = ops.compute_output_spec(ops.sin, example())
    assert spec.sparse


def test_errors(backend: str) -> None:
    wrong: list[tuple[Any, Any, Any, type[Exception]]] = [
        ([[0, 1]], [1.0, 2.0], (2, 2), ops.ShapeError),
        ([[0]], [1.0], (2, 2), ops.ShapeError),
        ([0], [1.0], (2,), ops.ShapeError),
        (np.zeros((1, 0), "int32"), [1.0], (), ops.ShapeError),
        ([[0, 2]], [1.0], (2, 2), ops.IndexRangeError),
        ([[-1, 0]], [1.0], (2, 2), ops.IndexRangeError),
        ([[0.5, 0]], [1.0], (2, 2), ops.DtypeError),
        ([[0, 1]], [1.0], (2, -3), ops.ShapeError),
    ]
    for indices, values, shape, kind in wrong:
        with pytest.raises(kind):
            ops.sparse.from_coo(indices, values, shape)
    for function in (ops.sparse.indices, ops.sparse.values, ops.sparse.coalesce):
        with pytest.raises(ops.ArgumentTypeError, match="expected a sparse tensor"):
            function(DENSE)
    x = example()
    with pytest.raises(ops.ShapeError, match=re.escape("ops.matmul")):
        ops.matmul(x, np.ones((2, 2), "float32"))
    with pytest.raises(ops.ShapeError):
        ops.add(x, ops.sparse.from_coo([[0, 0]], [1.0], (2, 2)))
    with pytest.raises(ops.ShapeError):
        ops.sum(x, axis=2)
    with pytest.raises(ops.ShapeError):
        ops.reshape(x, (2, 2))
    with pytest.raises(ops.UnsupportedError, match="at least one axis"):
        ops.convert_to_tensor(1.0, sparse=True)


def test_a_function_without_a_rule_says_what_becomes_dense(backend: str) -> None:
    from ops.sparse import conversion

    conversion._warned.discard("ops.cos")
    with pytest.warns(UserWarning, match=r"ops\.cos does not compute with sparse tensors.*36 bytes"):
        same(ops.cos(example()), np.cos(DENSE), False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # it is said once
        same(ops.cos(example()), np.cos(DENSE), False)
    ops.config.set_allow_densify(False)
    try:
        with pytest.raises(ops.UnsupportedError, match=r"ops\.cos .* call ops\.to_dense"):
            ops.cos(example())
        same(ops.sin(example()), np.sin(DENSE), True)
    finally:
        ops.config.set_allow_densify(True)


TRAINERS = ("jax", "tensorflow", "torch", "numpy")
WEIGHTS = np.arange(12, dtype="float32").reshape(3, 4) / 10


def test_gradients(backend: str) -> None:
    def loss(x: Any, weights: Any) -> Any:
        return ops.sum(ops.square(ops.matmul(ops.sin(x), weights)))

    dense_value, (of_x, of_weights) = ops.value_and_grad(loss, (0, 1))(
        ops.convert_to_tensor(DENSE), ops.convert_to_tensor(WEIGHTS)
    )
    if backend == "openvino":
        with pytest.raises(ops.UnsupportedError, match="not available on openvino"):
            ops.value_and_grad(loss, (0, 1))(example(), ops.convert_to_tensor(WEIGHTS))
        return
    value, (found, found_weights) = ops.value_and_grad(loss, (0, 1))(example(), ops.convert_to_tensor(WEIGHTS))
    np.testing.assert_allclose(float(value), float(dense_value), rtol=1e-5)
    same(found_weights, ops.convert_to_numpy(of_weights), False)
    same(found, ops.convert_to_numpy(of_x) * (DENSE != 0), True)  # of what is stored
    nested = ops.grad(lambda tree: loss(tree["x"][0], WEIGHTS))({"x": [example()]})
    same(nested["x"][0], ops.convert_to_numpy(of_x) * (DENSE != 0), True)


def test_compiled_functions(backend: str) -> None:
    if backend == "openvino":
        with pytest.raises(ops.UnsupportedError):
            ops.jit(lambda x: ops.sin(x))(example())
        return
    doubled = ops.jit(lambda x, weights: (ops.sum(ops.multiply(x, 2.0), axis=0), ops.matmul(x, weights)))
    for _ in range(2):
        total, product = doubled(example(), ops.convert_to_tensor(WEIGHTS))
        same(total, DENSE.sum(0) * 2, True)
        same(product, DENSE @ WEIGHTS, False)
    step = ops.jit(ops.grad(lambda weights, x: ops.sum(ops.square(ops.matmul(x, weights)))))
    same(step(ops.convert_to_tensor(WEIGHTS), example()), 2 * DENSE.T @ (DENSE @ WEIGHTS), False)


def test_graphs(backend: str) -> None:
    specs = ops.SymbolicTensor((None, 3), sparse=True), ops.SymbolicTensor((3, 4))
    graph = ops.make_graph(lambda x, weights: ops.matmul(ops.sin(x), weights), *specs)
    same(graph(example(), WEIGHTS), np.sin(DENSE) @ WEIGHTS, False)
    same(graph(DENSE, WEIGHTS), np.sin(DENSE) @ WEIGHTS, False)
    constant = example()
    with pytest.raises(ops.UnsupportedError, match="pass it as an input"):
        ops.make_graph(lambda weights: ops.matmul(constant, weights), specs[1])


def test_large_sparse_matrices_stay_sparse(backend: str) -> None:
    """10^12 elements, of which 10^5 are stored."""
    rng, size, count = np.random.default_rng(0), 1_000_000, 100_000
    places = rng.integers(0, size, (count, 2)).astype("int32")
    x = ops.sparse.from_coo(places, rng.normal(size=count).astype("float32"), (size, size))
    vector = ops.ones((size, 1))
    calls = [
        lambda: ops.sin(x),
        lambda: ops.add(x, x),
        lambda: ops.multiply(x, x),
        lambda: ops.maximum(x, x),
        lambda: ops.sum(x, axis=0),
        lambda: ops.max(x, axis=1),
        lambda: ops.transpose(x),
        lambda: ops.concatenate([x, x], axis=0),
        lambda: ops.expand_dims(x, 0),
        lambda: ops.take(x, np.arange(100, dtype="int32"), axis=0),
        lambda: ops.get_item(x, slice(0, 500_000)),
        lambda: ops.matmul(x, vector),
    ]
    tracemalloc.start()
    try:
        for call in calls:
            result = call()
            assert ops.is_sparse(result) or ops.shape(result) == (size, 1)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200e6  # (NumPy's memory; that of frameworks is not traced. A dense copy would fail.)
    if backend == "jax":
        with pytest.raises(ops.ShapeError, match="cannot be flattened"):
            ops.reshape(x, (-1,))
    else:
        assert ops.shape(ops.reshape(x, (-1,))) == (size * size,)


def test_a_backend_without_sparse_tensors_says_so(backend: str, monkeypatch: pytest.MonkeyPatch) -> None:
    own = registry.load(backend)
    kernels = {name: kernel for name, kernel in own.kernels.items() if not name.startswith("sparse.")}
    monkeypatch.setattr(own, "kernels", kernels)
    with pytest.raises(ops.UnsupportedError, match="has no sparse tensors"):
        example()


def test_products_of_sparse_matrices(backend: str) -> None:
    rng = np.random.default_rng(0)
    for _ in range(5):
        x, y = (
            (rng.integers(-3, 4, shape) * (rng.random(shape) < 0.4)).astype("float32") for shape in ((5, 7), (7, 4))
        )
        for first, second in (
            (ops.convert_to_tensor(x, sparse=True), ops.convert_to_tensor(y, sparse=True)),
            (sparse_arrays.csr_array(x), sparse_arrays.coo_array(y)),
            (ops.abs(ops.convert_to_tensor(x, sparse=True)), ops.transpose(ops.convert_to_tensor(y.T, sparse=True))),
        ):
            same(ops.matmul(first, second), ops.convert_to_numpy(ops.to_dense(first)) @ y, True)


def test_gradients_of_gradients(backend: str) -> None:
    if backend == "openvino":
        with pytest.raises(ops.UnsupportedError, match="not available on openvino"):
            ops.grad(lambda x: ops.sum(ops.square(x)))(example())
        return
    x = ops.sparse.coalesce(example())

    def cubed(y: Any) -> Any:
        return ops.sum(ops.multiply(ops.square(y), y))

    same(ops.grad(lambda x: ops.sum(ops.grad(cubed)(x)))(x), 6 * DENSE, True)
    penalty = ops.grad(
        lambda w: ops.sum(ops.square(ops.sparse.values(ops.grad(lambda y: ops.sum(ops.matmul(ops.square(y), w)))(x))))
    )
    expected = (8 * DENSE**2).sum(0)[:, None]
    same(penalty(ops.ones((3, 1))), expected, False)


def test_integers_have_no_gradient(backend: str) -> None:
    gradient = ops.grad(lambda tree: ops.sum(ops.multiply(tree["i"], tree["w"])))
    point = {"i": ops.cast(example(), "int32"), "w": ops.ones((3, 3))}
    if backend == "openvino":
        with pytest.raises(ops.UnsupportedError, match="not available on openvino"):
            gradient(point)
        return
    found = gradient(point)
    assert found["i"] is None
    same(found["w"], DENSE, False)


def test_reductions_of_no_elements_are_those_of_dense_tensors(backend: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for shape, axis in (((0, 3), 0), ((3, 0), -1), ((0,), None)):
            x = ops.convert_to_tensor(np.zeros(shape, "float32"), sparse=True)
            assert np.isnan(ops.convert_to_numpy(ops.mean(x, axis=axis))).all()
            assert not ops.convert_to_numpy(ops.any(x, axis=axis)).any()
            assert not ops.convert_to_numpy(ops.sum(x, axis=axis)).any()


def test_compiled_functions_of_every_form(backend: str) -> None:
    doubled = ops.jit(lambda x: ops.multiply(x, 2.0))
    for x in (sparse_arrays.csr_array(DENSE), example()) if backend == "openvino" else ():
        with pytest.raises(ops.UnsupportedError, match="no sparse tensors"):
            doubled(x)
    if backend == "openvino":
        return
    for x in (ops.convert_to_tensor(DENSE, sparse=True), sparse_arrays.csr_array(DENSE), ops.abs(example())):
        same(doubled(x), 2 * ops.convert_to_numpy(ops.to_dense(x)), True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(ops.jit(lambda x: ops.cosh(x))(example()), np.cosh(DENSE), False)


def test_functions_of_the_backend_become_dense(backend: str) -> None:
    x = example()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(ops.zeros_like(x), np.zeros_like(DENSE), False)
        same(ops.ones_like(x), np.ones_like(DENSE), False)
        same(ops.full_like(x, 2.0), np.full_like(DENSE, 2), False)
        same(ops.repeat(x, 2, axis=0), np.repeat(DENSE, 2, axis=0), False)
        same(ops.random.dropout(x, 0.0, seed=1), DENSE, False)
        same(ops.power(x, 2.0), DENSE**2, False)
        same(ops.floor_divide(x, 2.0), DENSE // 2, False)
    ops.config.set_allow_densify(False)
    try:
        with pytest.raises(ops.UnsupportedError, match=r"ops\.zeros_like"):
            ops.zeros_like(x)
        with pytest.raises(ops.UnsupportedError, match=r"ops\.exp"):
            ops.compute_output_spec(ops.exp, x)
    finally:
        ops.config.set_allow_densify(True)


def test_wrong_keys_and_specs(backend: str) -> None:
    for key, kind in ((1.0, ops.DtypeError), (True, ops.ArgumentTypeError)):
        with pytest.raises(kind):
            ops.get_item(example(), key)
    with pytest.raises(ops.ShapeError):
        ops.SymbolicTensor((), sparse=True)


def _product(w: Any) -> Any:
    return ops.matmul(example(), w)


def test_transforms_of_functions_that_use_a_sparse_tensor(backend: str) -> None:
    w = ops.reshape(ops.arange(3.0), (3, 1))
    wanted = DENSE @ np.arange(3.0).reshape(3, 1)
    value, derivative = ops.jvp(_product, (w,), (ops.ones((3, 1)),))
    same(value, wanted.astype("float32"), False)
    same(derivative, DENSE.sum(1, keepdims=True), False)
    _, pullback = ops.vjp(_product, (w,))
    same(pullback(ops.ones((3, 1)))[0], DENSE.sum(0)[:, None], False)
    same(ops.jacobian(_product)(w), DENSE[:, None, :, None], False)
    squares = DENSE.T @ DENSE
    same(ops.hessian(lambda w: ops.sum(ops.square(_product(w))))(w), 2 * squares[:, None, :, None], False)
    rows = ops.stack([w, w + 1])
    same(ops.vmap(_product)(rows), np.stack([wanted, wanted + DENSE.sum(1, keepdims=True)]).astype("float32"), False)


REFUSED = {
    "jvp": lambda x: ops.jvp(ops.sum, (x,), (x,)),
    "vjp": lambda x: ops.vjp(ops.sum, (x,)),
    "jacobian": lambda x: ops.jacobian(ops.sum)(x),
    "hessian": lambda x: ops.hessian(ops.sum)(x),
    "vmap": lambda x: ops.vmap(ops.sum)(x),
    "vectorize": lambda x: ops.vectorize(ops.sum)(x),
    "Variable": lambda x: ops.Variable(x),
    "assign": lambda x: ops.Variable(DENSE).assign(x),
    "while_loop": lambda x: ops.while_loop(lambda i, x: i < 2, lambda i, x: (i + 1, x), (0, x)),
    "fori_loop": lambda x: ops.fori_loop(0, 2, lambda i, x: x, x),
    "scan": lambda x: ops.scan(lambda carry, row: (carry, row), 0.0, x),
    "carry of scan": lambda x: ops.scan(lambda carry, row: (carry, row), x, ops.arange(3)),
    "map": lambda x: ops.map(ops.sum, x),
    "vectorized_map": lambda x: ops.vectorized_map(ops.sum, x),
    "custom_gradient": lambda x: ops.custom_gradient(lambda x: (ops.sum(x), lambda g: g))(x),
}


@pytest.mark.parametrize("what", REFUSED)
def test_functions_that_refuse_sparse_tensors(backend: str, what: str) -> None:
    with pytest.raises(ops.UnsupportedError, match="sparse tensor"):
        REFUSED[what](example())


def test_auxiliary_results_are_sparse_tensors(backend: str) -> None:
    def loss(x: Any) -> Any:
        return ops.sum(ops.square(x)), {"squares": ops.square(x)}

    if backend == "openvino":
        with pytest.raises(ops.UnsupportedError, match="gradients of sparse tensors"):
            ops.value_and_grad(loss, has_aux=True)(example())
        return
    (_, aux), _ = ops.value_and_grad(loss, has_aux=True)(example())
    assert type(aux["squares"]).__name__ == TYPES[backend]
    same(aux["squares"], DENSE**2, True)


_PAIRS = [
    (name, dtype)
    for name in ("add", "subtract", "multiply", "maximum", "minimum", "not_equal", "logical_or")
    for dtype in ("float32", "int32", "bool")
    if (name, dtype) != ("subtract", "bool")  # NumPy does not subtract bools
]


@pytest.mark.parametrize(("name", "dtype"), _PAIRS)
def test_pairs_of_sparse_tensors(backend: str, name: str, dtype: str) -> None:
    rng = np.random.default_rng(0)
    for density in (0.0, 0.1, 0.6):
        pair = [np.where(rng.random((7, 9)) < density, rng.integers(-3, 4, (7, 9)), 0).astype(dtype) for _ in "xy"]
        expected = getattr(np, name)(*pair)
        for change in (lambda x: x, lambda x: x.reshape(7, 3, 3)):
            x, y = (ops.convert_to_tensor(change(z), sparse=True) for z in pair)
            same(getattr(ops, name)(x, y), change(expected), True)


def test_nan_in_pairs_of_sparse_tensors(backend: str) -> None:
    pair = [np.array([[np.nan, 0, 1], [0, np.nan, 2]], "float32"), np.array([[1, np.nan, 0], [0, -1, 3]], "float32")]
    for name in ("add", "maximum", "minimum", "not_equal"):
        x, y = (ops.convert_to_tensor(z, sparse=True) for z in pair)
        np.testing.assert_array_equal(
            ops.convert_to_numpy(ops.to_dense(getattr(ops, name)(x, y))), getattr(np, name)(*pair)
        )


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "maximum", "not_equal"])
def test_pairs_of_sparse_tensors_in_compiled_functions(backend: str, name: str) -> None:
    pair = [DENSE, np.array([[1, -3, 0], [0, 0, 2], [4, 0, 0]], "float32")]
    compiled = ops.jit(lambda x, y: ops.to_dense(getattr(ops, name)(x, y)))
    for make in (lambda x: ops.convert_to_tensor(x, sparse=True), _repeated):
        if backend == "openvino":
            with pytest.raises(ops.UnsupportedError, match="no sparse tensors"):
                compiled(*map(make, pair))
            continue
        result = compiled(*map(make, pair))
        same(result, getattr(np, name)(*pair), False)


def _repeated(x: np.ndarray[Any, Any]) -> Any:
    """Returns a sparse tensor with coordinates in no order, each of them twice."""
    places = np.argwhere(x)[::-1]
    values = x[tuple(places.T)] / 2
    return ops.sparse.from_coo(np.concatenate([places, places]), np.concatenate([values, values]), x.shape)


def _is_sorted(x: Any) -> None:
    """Checks what coalescing promises."""
    rows = ops.convert_to_numpy(ops.sparse.indices(ops.sparse.coalesce(x))).tolist()
    assert rows == sorted(map(list, {tuple(row) for row in rows}))


@pytest.mark.parametrize("dtype", ["float16", "float32", "int32", "bool"])
def test_chains_of_functions(backend: str, dtype: str) -> None:
    if dtype == "float16" and backend in ("numpy", "openvino"):
        with pytest.raises(ops.DtypeError, match="SciPy"):
            ops.convert_to_tensor(np.ones(3, dtype), sparse=True)
        return
    rng = np.random.default_rng(3)
    x, y = (np.where(rng.random(shape) < 0.5, rng.integers(1, 4, shape), 0).astype(dtype) for shape in ((5, 4), (4, 6)))
    for make in (lambda z: ops.convert_to_tensor(z, sparse=True), _repeated_whole):
        product = ops.matmul(make(x), make(y))
        wide = (x.astype("int32") @ y.astype("int32")).astype(dtype)
        total = ops.add(product, product)
        turned = ops.transpose(total)
        joined = ops.concatenate([turned, turned], 0)
        for found, expected in (
            (product, wide),
            (total, wide + wide),
            (turned, (wide + wide).T),
            (joined, np.concatenate([(wide + wide).T] * 2)),
            (ops.reshape(joined, (6, 2, 5)), np.concatenate([(wide + wide).T] * 2).reshape(6, 2, 5)),
        ):
            same(found, expected.astype(dtype), True)
            _is_sorted(found)


def _repeated_whole(x: np.ndarray[Any, Any]) -> Any:
    """Returns a sparse tensor with coordinates in no order, some of them twice with values that need no division."""
    places = np.argwhere(x)[::-1]
    return ops.sparse.from_coo(
        np.concatenate([places, places[:1]]),
        np.concatenate([x[tuple(places.T)], np.zeros(1, x.dtype)]),
        x.shape,
    )


@pytest.mark.parametrize("form", ["bsr", "coo", "csc", "csr", "dia", "dok", "lil"])
def test_functions_of_every_array_of_scipy(backend: str, form: str) -> None:
    dense = np.array([[0, 3, 0, 1], [2, 0, 0, 0], [0, 0, 5, 0], [0, 1, 0, 4]], "float32")
    for array in (sparse_arrays.coo_array(dense), sparse_arrays.coo_matrix(dense)):
        x = array.asformat(form)
        same(ops.maximum(x, x), dense, True)
        same(ops.add(x, x), dense + dense, True)
        same(ops.reshape(x, (2, 2, 4)), dense.reshape(2, 2, 4), True)
        same(ops.transpose(x), dense.T, True)
        same(ops.stack([x, x]), np.stack([dense, dense]), True)
        same(ops.sum(x, 0), dense.sum(0), True)
        same(ops.matmul(x, x), dense @ dense, True)
        same(ops.square(x), dense**2, True)


def test_unsorted_rows_of_scipy(backend: str) -> None:
    x = sparse_arrays.csr_array((np.array([1, 2, 3], "float32"), [1, 1, 0], [0, 3, 3]), shape=(2, 2))
    expected = np.array([[3, 3], [0, 0]], "float32")
    same(ops.sparse.coalesce(x), expected, True)
    same(ops.square(x), expected**2, True)
    _is_sorted(x)


def test_auxiliary_results_of_functions_of_dense_tensors(backend: str) -> None:
    def loss(w: Any) -> Any:
        return ops.sum(_product(w)), ops.multiply(example(), 2.0)

    (_, aux), _ = ops.value_and_grad(loss, has_aux=True)(ops.ones((3, 2)))
    assert type(aux).__name__ == TYPES[backend]
    same(aux, 2 * DENSE, True)
    _, _, aux = ops.vjp(lambda w: (_product(w), ops.multiply(example(), 2.0)), (ops.ones((3, 2)),), has_aux=True)
    same(aux, 2 * DENSE, True)
