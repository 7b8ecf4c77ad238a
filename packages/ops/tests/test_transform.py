"""jit, grad and the other transforms on every installed backend."""

from __future__ import annotations

from typing import Any

import numpy as np
import optree
import pytest

import ops
from ops_common.testing import BACKENDS


def network(weights: dict[str, Any], x: Any) -> Any:
    hidden = ops.nn.relu(ops.add(ops.nn.conv(x, weights["kernel"], padding="same"), weights["bias"]))
    pooled = ops.nn.max_pool(hidden, 2)
    flat = ops.reshape(pooled, (-1, 2 * 2 * 3))
    return ops.matmul(flat, weights["dense"][0])


def loss(weights: dict[str, Any], x: Any, y: Any) -> Any:
    return ops.mean(ops.nn.sparse_categorical_crossentropy(y, network(weights, x), from_logits=True))


def example() -> tuple[dict[str, Any], Any, Any]:
    rng = np.random.default_rng(0)

    def array(*shape: int) -> Any:
        return ops.convert_to_tensor(rng.normal(size=shape).astype(np.float32))

    weights = {"kernel": array(3, 3, 1, 3), "bias": array(3), "dense": [array(12, 4)]}
    return weights, array(8, 4, 4, 1), ops.convert_to_tensor(rng.integers(0, 4, 8).astype(np.int32))


def numbers(tree: Any) -> list[Any]:
    return [
        ops.convert_to_numpy(tree["kernel"]),
        ops.convert_to_numpy(tree["bias"]),
        ops.convert_to_numpy(tree["dense"][0]),
    ]


@pytest.mark.machine_code
def test_jit_matches_the_function(backend: str) -> None:
    weights, x, _ = example()
    jitted = ops.jit(network)
    for batch in (x, x[:3], x):
        result = jitted(weights, batch)
        assert ops.is_tensor(result)
        np.testing.assert_allclose(
            ops.convert_to_numpy(result), ops.convert_to_numpy(network(weights, batch)), rtol=1e-4, atol=1e-5
        )


COMPOSITES: dict[str, Any] = {
    "std": ops.std,
    "logsumexp": ops.logsumexp,
    "norm": ops.norm,
    "elu": ops.nn.elu,
    "crossentropy": lambda x: ops.nn.categorical_crossentropy(ops.nn.softmax(x), x, from_logits=True),
}


@pytest.mark.parametrize("name", COMPOSITES)
def test_jit_of_composites_with_constants(name: str, backend: str) -> None:
    # JAX before 0.8 must trace all of a program in the same 64-bit mode, also where all arguments are arrays.
    x = ops.convert_to_tensor(np.linspace(-1, 2, 6, dtype=np.float32).reshape(2, 3))
    expected = ops.convert_to_numpy(COMPOSITES[name](x))
    jitted = ops.jit(lambda x: COMPOSITES[name](x), options={"torch": {"backend": "aot_eager"}})
    np.testing.assert_allclose(ops.convert_to_numpy(jitted(x)), expected, rtol=1e-5)


def test_jit_accepts_and_returns_nested_containers(backend: str) -> None:
    @ops.jit
    def swap(pair: tuple[Any, Any], scale: Any = None, times: int = 2) -> dict[str, Any]:
        first, second = pair
        return {"a": [ops.multiply(second, times), ops.add(first, scale)], "b": (ops.cast(first, "int32"),)}

    first, second = ops.convert_to_tensor([1.0, 2.5]), ops.convert_to_tensor([[3.0]])
    result = swap((first, second), scale=ops.convert_to_tensor(0.5))
    assert sorted(result) == ["a", "b"]
    np.testing.assert_array_equal(ops.convert_to_numpy(result["a"][0]), [[6.0]])
    np.testing.assert_array_equal(ops.convert_to_numpy(result["a"][1]), [1.5, 3.0])
    np.testing.assert_array_equal(ops.convert_to_numpy(result["b"][0]), [1, 2])
    assert ops.dtype(result["b"][0]) == "int32"
    result = swap((first, second), ops.convert_to_tensor(0.5), times=3)
    np.testing.assert_array_equal(ops.convert_to_numpy(result["a"][0]), [[9.0]])


def test_jit_promotes_and_slices_inside(backend: str) -> None:
    @ops.jit
    def mixed(x: Any, i: Any) -> Any:
        y = ops.add(ops.multiply(x, i), 2)
        return ops.concatenate(
            [y[:, :1], ops.expand_dims(ops.sum(y, axis=1), 1), ops.linspace(x[:, 0], 1.0, 2, axis=1)], 1
        )

    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    i = np.array([1, 2, 3], np.int32)
    y = x * i + 2
    expected = np.concatenate([y[:, :1], y.sum(1, keepdims=True), np.linspace(x[:, 0], 1.0, 2, axis=1)], 1)
    result = mixed(ops.convert_to_tensor(x), ops.convert_to_tensor(i))
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-6)


def test_explained_errors_in_jit(backend: str) -> None:
    wrong = ops.jit(lambda x: ops.reshape(x, (5, -1)))
    with pytest.raises(Exception, match=r"ops.reshape\(x: float32 \(2, 3\), newshape: \(5, -1\)\) on backend"):
        wrong(ops.ones((2, 3)))


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("jitted", [False, True])
def test_value_and_grad_agrees_with_finite_differences(name: str, jitted: bool) -> None:
    with ops.use_backend(name):
        weights, x, y = example()
        both = ops.value_and_grad(loss)
        value, gradients = (ops.jit(both) if jitted else both)(weights, x, y)
        assert ops.shape(value) == ()
        np.testing.assert_allclose(ops.convert_to_numpy(value), ops.convert_to_numpy(loss(weights, x, y)), rtol=1e-5)
        kernel = ops.convert_to_numpy(weights["kernel"])
        for at in ((0, 0, 0, 0), (1, 2, 0, 1)):
            step = np.zeros_like(kernel)
            step[at] = 1e-2
            up, down = (
                float(ops.convert_to_numpy(loss({**weights, "kernel": ops.convert_to_tensor(kernel + s)}, x, y)))
                for s in (step, -step)
            )
            assert abs((up - down) / 2e-2 - numbers(gradients)[0][at]) < 2e-3


@pytest.mark.parametrize("name", BACKENDS)
def test_a_jitted_function_may_call_transformed_ones(name: str) -> None:
    loss_and_gradient = ops.value_and_grad(lambda w, x: ops.sum(ops.square(w * x)))
    double = ops.jit(lambda x: x + x)

    @ops.jit
    def step(w: Any, x: Any) -> Any:
        value, gradient = loss_and_gradient(w, double(x))
        return value, w - 0.1 * gradient

    with ops.use_backend(name):
        value, after = step(ops.convert_to_tensor([1.0, 2.0]), ops.convert_to_tensor([0.5, 1.0]))
        assert float(ops.convert_to_numpy(value)) == 17.0
        np.testing.assert_allclose(ops.convert_to_numpy(after), [0.8, 0.4], rtol=1e-6)


def test_torch_compiles_a_training_step_once() -> None:
    if "torch" not in BACKENDS:
        return
    import torch

    gradient = ops.grad(lambda w: ops.sum(ops.square(w)))
    half = ops.jit(lambda x: x / 2)
    step = ops.jit(lambda w: w - half(gradient(w)))
    with ops.use_backend("torch"), torch.compiler.set_stance("default"):
        w = step(ops.convert_to_tensor([1.0, 2.0]))
        with torch.compiler.set_stance("fail_on_recompile"):
            np.testing.assert_allclose(ops.convert_to_numpy(step(w)), [0.0, 0.0])


def test_jit_closes_over_read_only_arrays(backend: str) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    array.flags.writeable = False
    constant = ops.convert_to_tensor(array)
    for x in (constant, ops.broadcast_to(constant[:1], (2, 3))):
        result = ops.jit(lambda y, x=x: ops.add(ops.add(x, array), y))(x)
        np.testing.assert_array_equal(ops.convert_to_numpy(result), ops.convert_to_numpy(x) * 2 + array)


@pytest.mark.skipif(len(BACKENDS) < 2, reason="one trainer installed: nothing to compare")
def test_gradients_agree_between_backends() -> None:
    gradients = []
    for name in BACKENDS:
        with ops.use_backend(name):
            weights, x, y = example()
            gradients.append(numbers(ops.grad(loss)(weights, x, y)))
    for other in gradients[1:]:
        for a, b in zip(gradients[0], other, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", BACKENDS)
def test_step_functions_have_zero_gradients(name: str) -> None:
    with ops.use_backend(name):
        x = ops.convert_to_tensor([1.5, -2.5])
        for step in (ops.floor, ops.ceil, ops.sign, lambda x: ops.floor_divide(x, 2.0)):
            gradients = ops.grad(lambda x, step=step: ops.sum(step(x)))(x)
            np.testing.assert_array_equal(ops.convert_to_numpy(gradients), [0.0, 0.0])


@pytest.mark.parametrize("name", BACKENDS)
def test_argnums_aux_and_integers(name: str) -> None:
    with ops.use_backend(name):
        a, b, n = ops.convert_to_tensor([1.0, 2.0]), ops.convert_to_tensor([3.0, 4.0]), ops.convert_to_tensor([2, 2])
        function = lambda a, b, n: ops.sum(ops.multiply(ops.multiply(a, b), n))  # noqa: E731  # three one-line functions
        value, (da, db) = ops.value_and_grad(function, argnums=(0, 1))(a, b, n)
        np.testing.assert_allclose(ops.convert_to_numpy(da), [6.0, 8.0])
        np.testing.assert_allclose(ops.convert_to_numpy(db), [2.0, 4.0])
        aux = ops.value_and_grad(lambda a, b: (ops.sum(a), {"b": ops.add(b, 1.0)}), has_aux=True)
        (value, extra), gradient = aux(a, b)
        np.testing.assert_allclose(ops.convert_to_numpy(extra["b"]), [4.0, 5.0])
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), [1.0, 1.0])
        unused = ops.grad(lambda tree: ops.sum(tree["a"]))({"a": a, "b": b})
        np.testing.assert_allclose(ops.convert_to_numpy(unused["b"]), [0.0, 0.0])
        stopped = ops.grad(lambda x: ops.sum(ops.multiply(x, ops.stop_gradient(x))))(a)
        np.testing.assert_allclose(ops.convert_to_numpy(stopped), [1.0, 2.0])
        assert float(ops.convert_to_numpy(value)) == 3.0


@pytest.mark.parametrize("name", BACKENDS)
def test_jvp(name: str) -> None:
    with ops.use_backend(name):
        x, y = np.array([1.0, 2.0]), ops.convert_to_tensor(np.array([3.0, 4.0]))
        along = [np.array([1.0, 0.5]), ops.convert_to_tensor(np.array([0.0, 1.0]))]

        def function(a: Any, b: Any) -> Any:
            return {"product": ops.multiply(a, b), "rest": [ops.sum(b), ops.ones((1,))]}

        for call in (ops.jvp, ops.linalg.jvp, ops.namespace(name).jvp):
            value, tangent = call(function, (x, y), along)
            np.testing.assert_allclose(ops.convert_to_numpy(value["product"]), [3.0, 8.0])
            np.testing.assert_allclose(ops.convert_to_numpy(tangent["product"]), [3.0, 4.0])
            assert float(ops.convert_to_numpy(tangent["rest"][0])) == 1.0
            assert float(ops.convert_to_numpy(tangent["rest"][1])[0]) == 0.0
        value, tangent, aux = ops.jvp(lambda a: (a * a, ops.sum(a)), [y], [y], has_aux=True)
        np.testing.assert_allclose(ops.convert_to_numpy(tangent), [18.0, 32.0])
        assert float(ops.convert_to_numpy(aux)) == 7.0
        jitted = ops.jit(lambda a, b: ops.jvp(lambda c: ops.sin(c) * c, [a], [b])[1])
        at = np.array([3.0, 4.0], np.float32 if name == "openvino" else np.float64)  # it compiles nothing in float64
        tangent = ops.convert_to_numpy(jitted(at, at))
        np.testing.assert_allclose(tangent, at * (np.sin(at) + at * np.cos(at)), rtol=1e-6)
        with pytest.raises(ops.ArgumentTypeError, match="lists or tuples of the same length"):
            ops.jvp(ops.sin, y, y)
        with pytest.raises(ops.ShapeError, match=r"a tangent must have its argument's shape, .*; got \(1,\)"):
            ops.jvp(ops.sin, [y], [[1.0]])
        with pytest.raises(ops.ArgumentTypeError, match="expected a function"):
            ops.jvp(1, [y], [y])


@pytest.mark.parametrize("name", [n for n in ("torch",) if n in BACKENDS])
def test_torch_compiles_without_graph_breaks(name: str) -> None:
    import torch

    with ops.use_backend(name):
        weights, x, y = example()
        # backend="eager" only runs Dynamo's trace, which a graph break would end.
        traced = torch.compile(loss, fullgraph=True, backend="eager")
        np.testing.assert_allclose(
            ops.convert_to_numpy(traced(weights, x, y)), ops.convert_to_numpy(loss(weights, x, y)), rtol=1e-5
        )


@pytest.mark.parametrize("name", [n for n in ("openvino",) if n in BACKENDS])
def test_openvino_compiles_once_for_each_signature(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import openvino

    compiled: list[Any] = []
    compile_model = openvino.Core.compile_model

    def count(self: Any, *args: Any, **kwargs: Any) -> Any:
        compiled.append(args)
        return compile_model(self, *args, **kwargs)

    monkeypatch.setattr(openvino.Core, "compile_model", count)
    with ops.use_backend(name):
        x, y = ops.ones((5, 7)), ops.ones((5, 7))
        for factor in (0.1, 0.2, 0.3):  # numbers do not recompile
            ops.multiply(ops.add(x, y), factor)
        many = len(compiled)
        for factor in (0.4, 0.5):
            ops.multiply(ops.add(x, y), factor)
        assert len(compiled) == many <= 2
        weights, images, _ = example()
        jitted = ops.jit(network)
        jitted(weights, images)
        many = len(compiled)
        jitted(weights, images)
        assert len(compiled) == many


@pytest.mark.machine_code
def test_arithmetic_after_a_reduction_or_product_compiles_to_the_same(backend: str) -> None:
    arithmetic = [lambda r: r / 2.0, lambda r: 2.0 / r, lambda r: r * 3.0, lambda r: 1.0 - r, lambda r: (r + 1.0) / 4.0]
    x = ops.convert_to_tensor(np.arange(1.0, 13.0, dtype=np.float32).reshape(3, 2, 2))

    def all_of(x: Any) -> list[Any]:
        results: list[Any] = []
        for i, then in enumerate(arithmetic):
            # Each has its own operand, so that the compiler cannot merge two computations.
            for j, reduce in enumerate((ops.sum, ops.max, ops.mean, ops.prod, ops.logsumexp)):
                results += [then(reduce(x + (10 * i + j), axis)) for axis in (1, 2, (0, 1))]
            results.append(then(ops.matmul(x + 100 * i, ops.ones((2, 3)))))
        return results

    for compiled, eager in zip(ops.jit(all_of)(x), all_of(x), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(compiled), ops.convert_to_numpy(eager), rtol=1e-5)


@pytest.mark.parametrize("zeros", [(0.0, -0.0), (0j, complex(-0.0, 0.0)), ((0.0,), (-0.0,))], ids=str)
def test_the_sign_of_static_zeros_is_preserved(zeros: tuple[Any, Any], backend: str) -> None:
    def is_negative(x: Any, zero: Any) -> Any:
        zero = zero[0] if isinstance(zero, tuple) else zero.real
        return ops.signbit(ops.multiply(x, ops.convert_to_tensor(zero, "float32")))

    jitted = ops.jit(is_negative, static_argnums=1, options={"torch": {"backend": "aot_eager"}})
    x = ops.convert_to_tensor([1.0])
    for zero, expected in ((zeros[0], False), (zeros[1], True), (zeros[0], False)):
        assert ops.convert_to_numpy(jitted(x, zero))[0] == expected


# The compilers of torch and TensorFlow treat 0.0 and -0.0 as the same constant.
@pytest.mark.parametrize("name", [n for n in ("numpy", "jax", "openvino") if n in BACKENDS])
def test_the_sign_of_zero_arguments_is_preserved(name: str) -> None:
    with ops.use_backend(name):
        jitted = ops.jit(lambda x, zero: ops.signbit(ops.multiply(x, ops.convert_to_tensor(zero, "float32"))))
        x = ops.convert_to_tensor([1.0])
        for zero, expected in ((0.0, False), (-0.0, True), (0.0, False)):
            assert ops.convert_to_numpy(jitted(x, zero))[0] == expected


def test_static_arguments(backend: str) -> None:
    calls: list[Any] = []

    def scaled(x: Any, how: str, by: Any = 1) -> Any:
        calls.append((how, by))
        return ops.multiply(x, by) if how == "times" else ops.add(x, by)

    jitted = ops.jit(scaled, static_argnums=1, static_argnames="by")
    x = ops.convert_to_tensor([1.0, 2.0])
    for args, kwargs, expected in [
        (("times",), {"by": 3}, [3.0, 6.0]),
        (("plus",), {"by": 3}, [4.0, 5.0]),
        (("plus", 4), {}, [5.0, 6.0]),
        (("times",), {"by": 3}, [3.0, 6.0]),
    ]:
        np.testing.assert_array_equal(ops.convert_to_numpy(jitted(x, *args, **kwargs)), expected)
    np.testing.assert_array_equal(ops.convert_to_numpy(jitted(x, how="plus", by=4)), [5.0, 6.0])
    if backend not in ("numpy", "torch"):  # whose compiler does not run Python
        assert calls[:4] == [("times", 3), ("plus", 3), ("plus", 4), ("plus", 4)]
    with pytest.raises(ops.ArgumentTypeError, match="static argument 1 must be hashable"):
        jitted(x, [1])
    with pytest.raises(ops.ArgumentError, match="both static and donated"):
        ops.jit(scaled, static_argnums=1, donate_argnums=1)
    with pytest.raises(ops.ArgumentTypeError, match="donate_argnums must be positions"):
        ops.jit(scaled, donate_argnums=-1)
    with pytest.raises(ops.ArgumentError, match="the keys of options must be names of backends"):
        ops.jit(scaled, options={"theano": {}})


def test_the_number_of_compilations_is_reported(backend: str) -> None:
    jitted = ops.jit(lambda x, y: ops.sin(x) + y)
    assert jitted.compilations() == 0
    for shape in ((3,), (3,), (4,), (3,)):
        x = ops.ones(shape)
        jitted(x, x)
    assert jitted.compilations(backend) == (0 if backend == "numpy" else 2)
    assert jitted.compilations() == jitted.compilations(backend)


def test_dynamic_sizes(backend: str) -> None:
    def function(x: Any, w: Any) -> Any:
        y = ops.nn.softmax(ops.matmul(x, w))
        return {"rows": ops.reshape(ops.expand_dims(y, 1), (-1, 4)), "sum": ops.sum(y, axis=0)}

    jitted = ops.jit(function, dynamic=True)
    w = ops.convert_to_tensor(np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4))
    for rows in (2, 5, 7, 3, 2):
        x = ops.convert_to_tensor(np.arange(3.0 * rows, dtype=np.float32).reshape(rows, 3) / 7)
        result, expected = jitted(x, w), function(x, w)
        for key in ("rows", "sum"):
            np.testing.assert_allclose(
                ops.convert_to_numpy(result[key]), ops.convert_to_numpy(expected[key]), rtol=1e-5, atol=1e-6
            )
    if backend in ("tensorflow", "torch", "openvino"):
        assert jitted.compilations() <= 2
    if backend != "tensorflow":  # whose unknown sizes are None to Python, too
        shared = ops.jit(lambda x: ops.sum(x) / (ops.shape(x)[0] + 1), dynamic=True)
        for rows in (2, 5, 3):
            result = ops.convert_to_numpy(shared(ops.ones((rows,))))
            np.testing.assert_allclose(result, rows / (rows + 1), rtol=1e-6)


def test_donated_arguments(backend: str) -> None:
    step = ops.jit(lambda tree, x: {"w": tree["w"] + x}, donate_argnums=0)
    tree, x = {"w": ops.ones((64,))}, ops.ones((64,))
    result = step(tree, x)
    np.testing.assert_array_equal(ops.convert_to_numpy(result["w"]), np.full(64, 2.0))
    np.testing.assert_array_equal(ops.convert_to_numpy(x), np.ones(64))
    if backend == "jax":
        assert tree["w"].is_deleted()


def test_options_go_to_the_frameworks_compiler(backend: str) -> None:
    options: Any = {"jax": {"inline": True}, "tensorflow": {"jit_compile": True}, "torch": {"backend": "eager"}}
    options["openvino"] = {"PERFORMANCE_HINT": "THROUGHPUT", "device": "CPU"}
    x = ops.convert_to_tensor([1.0, 2.0])
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.jit(lambda x: x + x, options=options)(x)), [2.0, 4.0])
    wrong: Any = {name: {"no_such_option": 1} for name in options}
    if backend != "numpy":
        with pytest.raises(Exception, match="no_such_option"):
            ops.jit(lambda x: x + x, options=wrong)(x)
    if backend == "openvino":
        with pytest.raises(ops.DeviceError, match=r"OpenVINO has no device 'NPU\.7' here; it has CPU"):
            ops.jit(lambda x: x + x, options={"openvino": {"device": "NPU.7"}})(x)


@pytest.mark.parametrize("name", BACKENDS)
def test_vjp_jacobian_and_hessian_of_nests(name: str) -> None:
    with ops.use_backend(name):
        x, y = ops.convert_to_tensor([1.0, 2.0]), ops.convert_to_tensor([[3.0], [4.0]])

        def function(tree: dict[str, Any], y: Any) -> Any:
            return [ops.sum(tree["x"] * tree["x"]) * y, ops.ones((2,))], {"n": 1, "y": y}

        value, pullback, aux = ops.vjp(function, [{"x": x, "n": 3}, y], has_aux=True)
        assert aux["n"] == 1
        np.testing.assert_array_equal(ops.convert_to_numpy(aux["y"]), [[3.0], [4.0]])
        np.testing.assert_array_equal(ops.convert_to_numpy(value[0]), [[15.0], [20.0]])
        for _ in range(2):  # it may be called again
            gradients = pullback([[[1.0], [2.0]], [1.0, 1.0]])
            np.testing.assert_array_equal(ops.convert_to_numpy(gradients[0]["x"]), [22.0, 44.0])
            assert gradients[0]["n"] is None
            np.testing.assert_array_equal(ops.convert_to_numpy(gradients[1]), [[5.0], [10.0]])
        with pytest.raises(ops.ShapeError, match=r"a cotangent must have its output's shape, .*; got \(2,\)"):
            pullback([[1.0, 2.0], [1.0, 1.0]])
        with pytest.raises(ops.ArgumentTypeError, match="here of 2 items; got 1"):
            pullback([[[1.0], [2.0]]])
        rows, aux = ops.jacobian(function, argnums=(0, 1), has_aux=True)({"x": x}, y)
        np.testing.assert_array_equal(ops.convert_to_numpy(rows[0][0]["x"]), [[[6.0, 12.0]], [[8.0, 16.0]]])
        assert ops.shape(rows[0][1]) == (2, 1, 2, 1)
        np.testing.assert_array_equal(ops.convert_to_numpy(rows[1][0]["x"]), np.zeros((2, 2)))
        curved = ops.hessian(lambda tree, y: ops.sum(tree["x"] ** 3) * ops.sum(y))({"x": x}, y)
        np.testing.assert_array_equal(ops.convert_to_numpy(curved["x"]["x"]), [[42.0, 0.0], [0.0, 84.0]])


@pytest.mark.parametrize("name", BACKENDS)
def test_errors_of_differentiation(name: str) -> None:
    with ops.use_backend(name):
        x = ops.convert_to_tensor([1.0, 2.0])
        for wrong in (ops.negative, lambda x: ops.cast(ops.sum(x), "int32"), lambda x: [ops.sum(x)], lambda x: 1.0):
            for transform in (lambda f: f, ops.jit):
                with pytest.raises(ops.ShapeError, match=r"a float tensor of shape \(\); got"):
                    transform(ops.grad(wrong))(x)
        with pytest.raises(ops.ArgumentError, match=r"argnums \[1\] are out of range for 1"):
            ops.grad(ops.sum, argnums=1)(x)
        with pytest.raises(ops.ArgumentTypeError, match="argnums must be the position"):
            ops.grad(ops.sum, argnums="x")  # type: ignore[arg-type]  # that is the test
        with pytest.raises(ops.ArgumentTypeError, match="returns float tensors; got int32"):
            ops.jacobian(lambda x: ops.cast(x, "int32"))(x)
        with pytest.raises(ops.ArgumentTypeError, match=r"returns \(output, aux\)"):
            ops.vjp(ops.sin, [x], has_aux=True)


def test_symbolic_gradients(backend: str) -> None:
    w, x = ops.SymbolicTensor((3, None)), ops.SymbolicTensor((None, 3))
    value, gradients = ops.value_and_grad(lambda w, x: ops.mean(ops.matmul(x, w["a"])))({"a": w}, x)
    assert (value.shape, gradients["a"].shape) == ((), (3, None))
    spec = ops.compute_output_spec(ops.grad(lambda x: ops.sum(x * x)), ops.ones((2, 3)))
    assert (spec.shape, spec.dtype) == ((2, 3), "float32")


@pytest.mark.parametrize("name", [name for name in ("numpy", "openvino") if name in BACKENDS])
def test_what_a_function_on_the_tape_may_do(name: str) -> None:
    with ops.use_backend(name):
        moving, weights = ops.Variable(np.zeros(2)), ops.Variable(np.array([2.0, 3.0]))
        x = ops.convert_to_tensor([1.0, 2.0])

        def loss(x: Any) -> Any:
            y = ops.square(x)
            moving.assign(0.5 * moving + 0.5 * y)  # kept after the gradient is computed
            with ops.random.portable(), ops.device("cpu:0"), ops.use_backend(name):
                noise = ops.random.uniform((2,), seed=3)
            weight = 1.0 if x[0] > 0 else float(x[1])  # values can be read
            return weight * ops.sum(y * ops.stop_gradient(noise)), ops.convert_to_numpy(y)

        gradient, squares = ops.grad(loss, has_aux=True)(x)
        with ops.random.portable():
            noise = ops.convert_to_numpy(ops.random.uniform((2,), seed=3))
        np.testing.assert_allclose(ops.convert_to_numpy(gradient), noise * [2, 4], rtol=1e-6)
        np.testing.assert_array_equal(squares, [1, 4])
        np.testing.assert_array_equal(moving.numpy(), [0.5, 2.0])

        def pure(values: Any) -> Any:
            with ops.StatelessScope([(weights, values)]) as scope:
                weights.assign(weights * 2.0)
                return ops.sum(ops.square(scope.get_current_value(weights)))

        np.testing.assert_array_equal(ops.convert_to_numpy(ops.grad(pure)(weights.value)), [16.0, 24.0])
        np.testing.assert_array_equal(weights.numpy(), [2.0, 3.0])
        with pytest.raises(ops.ArgumentTypeError, match="NumPy functions cannot be differentiated"):
            ops.grad(lambda x: np.sum(np.asarray(x)))(x)
        with pytest.raises(ops.UnsupportedError, match="gamma has no derivative"):
            ops.grad(lambda x: ops.sum(ops.random.gamma((2,), x, seed=1)))(x)
        with pytest.raises(ops.UnsupportedError, match="view has no derivative"):
            ops.grad(lambda x: ops.sum(ops.view(x, "float64")))(x)


@pytest.mark.parametrize("name", [name for name in ("openvino",) if name in BACKENDS])
def test_openvino_trains_in_one_model(name: str) -> None:
    with ops.use_backend(name):
        weights, x, y = example()

        def step(weights: Any, x: Any, y: Any) -> Any:
            value, gradients = ops.value_and_grad(loss)(weights, x, y)
            return value, optree.tree_map(lambda w, g: w - 0.1 * g, weights, gradients)

        jitted, losses = ops.jit(step), []
        for _ in range(5):
            eager = step(weights, x, y)
            value, weights = jitted(weights, x, y)
            for a, b in zip(numbers(weights), numbers(eager[1]), strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
            losses.append(float(value))
        assert jitted.compilations() == 1
        assert losses[-1] < losses[0]
        looped = ops.jit(ops.grad(lambda x: ops.sum(ops.while_loop(lambda y: ops.sum(y) < 9.0, lambda y: y * x, (x,)))))
        with pytest.raises(ops.UnsupportedError, match=r"a loop .* has no gradient"):
            looped(ops.convert_to_tensor([2.0]))


@pytest.mark.parametrize(
    "point",
    [np.array([1.0, 2.0], "float32"), np.float32(2.0), 2.0, [1.0, 2.0], {"a": 2.0, "b": np.ones(2, "float16")}],
    ids=["array", "NumPy number", "number", "list of numbers", "dict"],
)
def test_gradients_by_numbers_and_arrays(backend: str, point: Any) -> None:
    """Derivatives by a float number or array are those by a tensor; integers are not differentiable."""

    def total(x: Any) -> Any:
        leaves = x.values() if isinstance(x, dict) else x if isinstance(x, list) else [x]
        return sum(ops.sum(ops.cast(ops.square(leaf), "float32")) for leaf in leaves)

    gradient = ops.grad(total)(point)
    leaves, expected = (
        list(v.values()) if isinstance(v, dict) else v if isinstance(v, list) else [v] for v in (gradient, point)
    )
    for leaf, number in zip(leaves, expected, strict=True):
        assert ops.is_tensor(leaf)
        np.testing.assert_allclose(ops.convert_to_numpy(leaf), 2 * np.asarray(number), rtol=1e-6)
    assert ops.is_tensor(ops.vjp(total, [point])[0])
    assert ops.grad(lambda x, n: ops.sum(x) * n, argnums=1)(ops.ones((2,)), 3) is None
    jacobian = ops.jacobian(ops.sin)(np.array([0.0, 1.0], "float32"))
    np.testing.assert_allclose(ops.convert_to_numpy(jacobian), np.diag(np.cos([0.0, 1.0])), rtol=1e-5, atol=1e-7)


def test_compiled_functions_that_return_no_tensors(backend: str) -> None:
    if backend == "jax":  # other compilers return such values
        with pytest.raises(ops.ArgumentTypeError, match="must return tensors and numbers; got 'a'"):
            ops.jit(lambda x: "a")(ops.ones((2,)))


def test_builtins_without_a_signature_can_be_compiled(backend: str) -> None:
    if backend != "torch":  # whose compiler reads Python code
        result = ops.jit(dict)(a=ops.ones((2,)))
        np.testing.assert_array_equal(ops.convert_to_numpy(result["a"]), [1.0, 1.0])


def test_attributes_of_a_callable_object_do_not_hide_methods(backend: str) -> None:
    class Doubling:
        def __init__(self) -> None:
            self._count = self._function = self._run = self.on = self._explained = 3
            self.unit = "m"

        def __call__(self, x: Any) -> Any:
            return ops.sum(x * 2)

    x = ops.convert_to_tensor([1.0, 2.0])
    for transform in (ops.jit, ops.grad, ops.value_and_grad, ops.vmap, ops.checkpoint, ops.jacobian, ops.hessian):
        transformed = transform(Doubling())
        assert transformed.unit == "m"  # type: ignore[attr-defined]
        transformed(ops.reshape(x, (2, 1)) if transform is ops.vmap else x)
