"""Functional construction: `Input`, `Function` and `Operation`, used in the ways that keras's documentation shows."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import assert_close


def array(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


class Dense(ops.Operation):
    """A layer with weights, as users write it."""

    def __init__(self, inputs: int, units: int, activation: str | None = None, name: str | None = None) -> None:
        super().__init__(name)
        self.inputs, self.units, self.activation = inputs, units, activation
        self.kernel = ops.Variable(array(inputs, units, seed=inputs * units), name="kernel")

    def call(self, x: Any) -> Any:
        y = ops.matmul(x, self.kernel)
        return y if self.activation is None else getattr(ops, self.activation)(y)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "inputs": self.inputs, "units": self.units, "activation": self.activation}


class Scale(ops.Operation):
    """An operation without get_config."""

    def __init__(self, factor: Any = 2.0, *, offset: float = 0.0, name: str | None = None) -> None:
        super().__init__(name)
        self.factor, self.offset = factor, offset

    def call(self, x: Any) -> Any:
        return x * self.factor + self.offset


class Unnamed(ops.Operation):
    """An operation whose arguments include no name."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def call(self, x: Any) -> Any:
        return x * self.factor


class Positional(Unnamed):
    """An operation with arguments that cannot be passed by name."""

    def __init__(self, *factors: float) -> None:
        super().__init__(sum(factors))


class Moments(ops.Operation):
    """An operation with two results and an option."""

    def call(self, x: Any, axis: int = -1, keepdims: bool = False) -> Any:
        return {"mean": ops.mean(x, axis, keepdims), "variance": ops.var(x, axis, keepdims)}


class Host(ops.Operation):
    """An operation that does not accept symbolic tensors, and describes its result."""

    def call(self, x: Any) -> Any:
        return ops.convert_to_tensor(np.sort(ops.convert_to_numpy(x), axis=-1))

    def compute_output_spec(self, x: Any) -> Any:
        return ops.SymbolicTensor(x.shape, x.dtype)


def test_a_chain_of_operations(backend: str) -> None:
    x = ops.Input((3,))
    layers = [Dense(3, 4, "relu"), Dense(4, 4, "tanh"), Dense(4, 2)]
    y = x
    for layer in layers:
        y = layer(y)
    function = ops.Function(x, y)
    data = expected = ops.convert_to_tensor(array(5, 3))
    for layer in layers:
        expected = layer(expected)
    assert y.shape == (None, 2)
    assert_close(function(data), expected)
    assert function.operations == layers


def test_several_inputs(backend: str) -> None:
    title, body, tags = ops.Input((4,)), ops.Input((6,)), ops.Input((2,))
    joined = ops.concatenate([ops.relu(title), body, tags], axis=-1)
    function = ops.Function([title, body, tags], Dense(12, 1, "sigmoid")(joined))
    data = [ops.convert_to_tensor(array(3, n)) for n in (4, 6, 2)]
    assert tuple(ops.shape(function(data))) == (3, 1)
    assert_close(function(tuple(data)), function(data))
    with pytest.raises(ops.ArgumentTypeError, match="structure"):
        function(data[:2])


def test_inputs_in_another_order(backend: str) -> None:
    a, b = ops.Input((2,)), ops.Input((2,))
    x, y = ops.ones((1, 2)), ops.zeros((1, 2))
    assert_close(ops.Function([a, b], a - b)([x, y]), x - y)
    assert_close(ops.Function([b, a], a - b)([x, y]), y - x)


def test_dicts_and_nests(backend: str) -> None:
    inputs = {"image": ops.Input((4, 4, 1)), "pair": (ops.Input((3,)), ops.Input((3,)))}
    pooled = ops.mean(inputs["image"], axis=(1, 2, 3))
    outputs = {"score": pooled + ops.sum(inputs["pair"][0] * inputs["pair"][1], axis=-1), "list": [pooled]}
    function = ops.Function(inputs, outputs)
    image, x, y = (ops.convert_to_tensor(array(*shape)) for shape in ((2, 4, 4, 1), (2, 3), (2, 3)))
    result = function({"pair": (x, y), "image": image})
    expected = ops.mean(image, axis=(1, 2, 3))
    assert_close(result, {"score": expected + ops.sum(x * y, axis=-1), "list": [expected]})
    with pytest.raises(ops.ArgumentTypeError, match="keys image, pair"):
        function({"image": image})


def test_several_outputs(backend: str) -> None:
    x = ops.Input((6,))
    shared = Dense(6, 5, "relu")(x)
    function = ops.Function(x, [Dense(5, 1)(shared), ops.softmax(Dense(5, 3)(shared)), shared, x])
    data = ops.convert_to_tensor(array(2, 6))
    first, second, third, last = function(data)
    assert [tuple(ops.shape(t)) for t in (first, second, third, last)] == [(2, 1), (2, 3), (2, 5), (2, 6)]
    assert_close(last, data)
    assert_close(ops.sum(second, axis=-1), ops.ones((2,)))


def test_an_input_is_an_output(backend: str) -> None:
    x = ops.Input((2,))
    data = ops.convert_to_tensor(array(3, 2))
    assert_close(ops.Function(x, x)(data), data)
    assert_close(ops.Function({"x": x}, [x, x])({"x": data}), [data, data])


def test_a_shared_operation(backend: str) -> None:
    encode = Dense(3, 4, "tanh", name="encode")
    left, right = ops.Input((3,)), ops.Input((3,))
    distance = ops.sum(ops.square(encode(left) - encode(right)), axis=-1)
    function = ops.Function([left, right], distance)
    x, y = ops.convert_to_tensor(array(2, 3)), ops.convert_to_tensor(array(2, 3, seed=1))
    assert_close(function([x, y]), ops.sum(ops.square(encode(x) - encode(y)), axis=-1))
    assert_close(function([x, x]), ops.zeros((2,)))
    assert function.operations == [encode]
    with pytest.raises(ops.ArgumentError, match="encode was called 2 times"):
        _ = encode.input


def test_residual_connections(backend: str) -> None:
    x = ops.Input((4,))
    y = x
    for _ in range(5):
        y = y + ops.tanh(y * 0.5)
    data = expected = ops.convert_to_tensor(array(2, 4))
    for _ in range(5):
        expected = expected + ops.tanh(expected * 0.5)
    assert_close(ops.Function(x, y)(data), expected)


def test_functions_of_intermediate_tensors(backend: str) -> None:
    x = ops.Input((3,))
    features = [x]
    for layer in (Dense(3, 4, "relu"), Dense(4, 4, "relu"), Dense(4, 2)):
        features.append(layer(features[-1]))
    data = ops.convert_to_tensor(array(2, 3))
    extracted = ops.Function(x, features[1:])(data)
    whole = ops.Function(x, features[-1])
    head = ops.Function(features[1], features[-1])
    assert_close(head(extracted[0]), whole(data))
    assert_close(extracted[-1], whole(data))
    assert len(head.graph.nodes) == 2
    between = ops.Function([features[1], features[2]], features[3] + ops.sum(features[1]))
    assert_close(between(extracted[:2]), extracted[2] + ops.sum(extracted[0]))
    with pytest.raises(ops.ArgumentError, match="not an input"):
        ops.Function(features[2], features[1])


def test_functions_in_functions(backend: str) -> None:
    code = ops.Input((3,))
    decoder = ops.Function(code, Dense(3, 8, "sigmoid")(code), name="decoder")
    image = ops.Input((8,))
    encoder = ops.Function(image, Dense(8, 3, "relu")(image), name="encoder")
    both = ops.Function(image, decoder(encoder(image)), name="autoencoder")
    data = ops.convert_to_tensor(array(2, 8))
    assert_close(both(data), decoder(encoder(data)))
    assert (encoder.name, decoder.name, both.name) == ("encoder", "decoder", "autoencoder")
    again = ops.Input((8,))  # the same function on two other inputs
    mean = ops.Function([image, again], (both(image) + both(again)) / 2)
    assert_close(mean([data, data]), both(data))


def test_ensembles(backend: str) -> None:
    def member(seed: int) -> ops.Function:
        x = ops.Input((4,))
        w = ops.convert_to_tensor(array(4, 1, seed=seed))
        return ops.Function(x, ops.matmul(x, w))

    members = [member(seed) for seed in range(3)]
    x = ops.Input((4,))
    data = ops.convert_to_tensor(array(5, 4))
    mean = ops.Function(x, ops.mean(ops.stack([f(x) for f in members]), axis=0))
    assert_close(mean(data), ops.mean(ops.stack([f(data) for f in members]), axis=0))


def test_specs_of_outputs(backend: str) -> None:
    x = ops.Input((3,))
    function = ops.Function(x, {"y": Dense(3, 2)(x), "total": ops.sum(x)})
    spec = function.compute_output_spec(ops.SymbolicTensor((8, 3)))
    assert (spec["y"].shape, spec["y"].dtype, spec["total"].shape) == ((8, 2), "float32", ())
    assert function(ops.SymbolicTensor((None, 3)))["y"].shape == (None, 2)
    assert ops.compute_output_spec(function, ops.SymbolicTensor((5, 3)))["y"].shape == (5, 2)
    assert function.outputs["y"].shape == (None, 2)
    with pytest.raises(ops.ShapeError, match=r"has shape \(8, 4\); the graph was recorded for \(None, 3\)"):
        function.compute_output_spec(ops.SymbolicTensor((8, 4)))


def test_shapes_of_inputs(backend: str) -> None:
    assert ops.Input((3,)).shape == (None, 3)
    assert ops.Input((3,), batch_size=4).shape == (4, 3)
    assert ops.Input(batch_shape=(4, None)).shape == (4, None)
    assert ops.Input(()).shape == (None,)
    x = ops.Input((None,), dtype="int32", name="tokens")
    assert (x.shape, x.dtype, x.name) == ((None, None), "int32", "tokens")
    assert ops.Input(tensor=x) is x
    with pytest.raises(ops.ArgumentError, match="shape"):
        ops.Input()


def test_embeddings_and_unknown_lengths(backend: str) -> None:
    table = ops.Variable(array(10, 4), name="table")
    tokens = ops.Input((None,), dtype="int32", name="tokens")
    mask = ops.cast(ops.not_equal(tokens, 0), "float32")
    vectors = ops.take(table, tokens, axis=0) * ops.expand_dims(mask, -1)
    mean = ops.sum(vectors, axis=1) / ops.sum(mask, axis=1, keepdims=True)
    function = ops.Function(tokens, mean)
    assert mean.shape == (None, 4)
    assert_close(function([[1, 2, 0], [3, 0, 0]])[1], table.value[3])
    assert tuple(ops.shape(function([[1, 2, 3, 4, 5]]))) == (1, 4)


def test_images_of_any_size(backend: str) -> None:
    image = ops.Input((None, None, 1))
    features = ops.relu(ops.conv(image, ops.convert_to_tensor(array(3, 3, 1, 4)), padding="same"))
    pooled = ops.max_pool(features, 2)
    function = ops.Function(image, [ops.mean(pooled, axis=(1, 2)), pooled])
    for size in (4, 7):
        mean, maps = function(ops.convert_to_tensor(array(2, size, size, 1)))
        assert tuple(ops.shape(mean)) == (2, 4)
        assert tuple(ops.shape(maps)) == (2, size // 2, size // 2, 4)


def test_python_operators_on_symbolic_tensors(backend: str) -> None:
    x, y = ops.Input((4, 2)), ops.Input((2, 4))
    results = [
        (x @ y)[:, 0] * 2 + 1, -x[..., 0] ** 2, abs(x) / 2, x[:, ::2], ops.reshape(x, (-1, x.shape[1] * x.shape[2])),
        1 - x, 2.0 / (abs(x) + 1), x > 0, (x > 0) & (x < 1), ~(x == x), x % 2, x // 2, x[:, None, -1],
    ]  # fmt: skip
    function = ops.Function([x, y], results)
    a, b = ops.convert_to_tensor(array(3, 4, 2)), ops.convert_to_tensor(array(3, 2, 4))
    expected = [
        ops.matmul(a, b)[:, 0] * 2 + 1, -ops.square(a[..., 0]), ops.abs(a) / 2, ops.take(a, [0, 2], 1),
        ops.reshape(a, (3, 8)), 1 - a, 2.0 / (ops.abs(a) + 1), ops.greater(a, 0),
        ops.logical_and(ops.greater(a, 0), ops.less(a, 1)), ops.not_equal(a, a), ops.mod(a, 2), ops.floor_divide(a, 2),
        ops.expand_dims(a[:, -1], 1),
    ]  # fmt: skip
    assert_close(function([a, b]), expected)


def test_operations_with_several_results_and_options(backend: str) -> None:
    x = ops.Input((5,))
    moments = Moments()
    result = moments(x, axis=1, keepdims=True)
    function = ops.Function(x, (x - result["mean"]) / ops.sqrt(result["variance"] + 1e-3))
    data = ops.convert_to_tensor(array(3, 5))
    mean, variance = ops.mean(data, 1, True), ops.var(data, 1, True)
    assert_close(function(data), (data - mean) / ops.sqrt(variance + 1e-3))
    assert moments.output is result
    assert {name: value.shape for name, value in result.items()} == {"mean": (None, 1), "variance": (None, 1)}
    only = ops.Function(x, Moments()(x)["variance"])  # the other result is not used
    assert_close(only(data), ops.var(data, -1))


def test_operations_that_describe_their_result(backend: str) -> None:
    x = ops.Input((3,))
    function = ops.Function(x, Host()(x * 2))
    assert_close(function(ops.convert_to_tensor([[3.0, 1.0, 2.0]])), ops.convert_to_tensor([[2.0, 4.0, 6.0]]))
    assert_close(Host()(ops.convert_to_tensor([2.0, 1.0])), ops.convert_to_tensor([1.0, 2.0]))


def test_names_and_configurations(backend: str) -> None:
    first, second = Moments(), Moments()
    assert first.name != second.name
    assert second.name.startswith("moments")
    layer = Dense(3, 2, "relu", name="layer")
    again = Dense.from_config(layer.get_config())
    assert (again.name, again.units, again.activation) == ("layer", 2, "relu")
    data = ops.convert_to_tensor(array(2, 3))
    assert_close(again(data), layer(data))
    with pytest.raises(ops.ArgumentError, match="slash"):
        Moments(name="a/b")
    with pytest.raises(NotImplementedError, match="does not define call"):
        ops.Operation()(data)


def test_control_flow(backend: str) -> None:
    x = ops.Input((4,))
    branch = ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: -x)
    total, partial = ops.scan(lambda carry, row: (carry + row, carry), ops.zeros((4,)), x)
    looped = ops.fori_loop(0, 3, lambda i, value: value + x, x)
    rows = ops.vectorized_map(lambda row: ops.max(row) * row, x)
    function = ops.Function(x, [branch, total, partial, looped, rows])
    for sign in (1, -1):
        data = ops.convert_to_tensor(sign * np.abs(array(3, 4)))
        expected = [
            data * 2 if sign > 0 else -data, ops.sum(data, axis=0), ops.cumsum(data, axis=0) - data, data * 4,
            ops.max(data, axis=1, keepdims=True) * data,
        ]  # fmt: skip
        assert_close(function(data), expected)


def test_attention_with_a_mask(backend: str) -> None:
    x, mask = ops.Input((5, 2, 4), name="x"), ops.Input((1, 5, 5), dtype="bool", name="mask")
    function = ops.Function({"x": x, "mask": mask}, ops.dot_product_attention(x, x, x, mask=mask))
    data = ops.convert_to_tensor(array(2, 5, 2, 4))
    causal = ops.convert_to_tensor(np.tril(np.ones((2, 1, 5, 5), bool)))
    expected = ops.dot_product_attention(data, data, data, mask=causal)
    assert_close(function({"x": data, "mask": causal}), expected)


def test_gradients_and_compilation(backend: str) -> None:
    x = ops.Input((3,))
    layer = Dense(3, 2, "tanh")
    function = ops.Function(x, ops.sum(ops.square(layer(x))))
    data = ops.convert_to_tensor(array(4, 3))
    assert_close(ops.grad(function)(data), ops.grad(lambda x: ops.sum(ops.square(layer(x))))(data))
    assert_close(ops.jit(function)(data), function(data))
    rows = ops.vmap(lambda row: function(ops.expand_dims(row, 0)))(data)
    assert_close(ops.sum(rows), function(data))


def test_variables_keep_their_current_values(backend: str) -> None:
    """A node of the user's operation calls it, so that it reads its Variables when it runs."""
    x = ops.Input((3,))
    layer = Dense(3, 2)
    function = ops.Function(x, layer(x))
    data = ops.ones((1, 3))
    layer.kernel.assign(ops.ones((3, 2)))
    assert_close(function(data), ops.full((1, 2), 3.0))


def test_functions_are_graphs(backend: str, tmp_path: Path) -> None:
    x = ops.Input((3,), name="x")
    function = ops.Function(x, Moments()(ops.relu(x))["mean"])
    data = ops.convert_to_tensor(array(2, 3))
    expected = function(data)
    graph = ops.make_graph(function, ops.SymbolicTensor((None, 3)))
    assert_close(graph(data), expected)
    graph.save(tmp_path / "function.ops")
    loaded = ops.load_graph(tmp_path / "function.ops", operations={"Moments": Moments})
    assert_close(loaded(data), expected)
    assert "Moments" in str(loaded) or "moments" in str(loaded)
    for other in (copy.deepcopy(function), pickle.loads(pickle.dumps(function))):
        assert_close(other(data), expected)


def test_every_backend_runs_a_function(backend: str) -> None:
    x = ops.Input((3,))
    function = ops.Function(x, ops.softmax(ops.matmul(x, array(3, 4))))
    expected = function(array(2, 3))
    for other in ops.backends():
        with ops.use_backend(other):
            np.testing.assert_allclose(
                ops.convert_to_numpy(function(array(2, 3))), ops.convert_to_numpy(expected), 1e-5
            )


def test_errors(backend: str) -> None:
    a, b = ops.Input((2,), name="a"), ops.Input((2,), name="b")
    with pytest.raises(ops.ArgumentError, match=r"name=b.*not an input"):
        ops.Function(a, a + b)
    with pytest.raises(ops.ArgumentError, match="must be different tensors"):
        ops.Function([a, a], a)
    with pytest.raises(ops.ArgumentTypeError, match="inputs of a Function must be SymbolicTensors"):
        ops.Function([], a)
    with pytest.raises(ops.ArgumentTypeError, match="outputs of a Function must be SymbolicTensors"):
        ops.Function(a, ops.ones((2,)))
    function = ops.Function(a, a * 2)
    with pytest.raises(ops.ShapeError, match="input a"):
        function(ops.ones((2, 3)))
    with pytest.raises(ops.DtypeError, match="input a has dtype int32"):
        function(ops.ones((2, 2), "int32"))
    with pytest.raises(ops.ShapeError, match="matmul"):
        ops.matmul(a, ops.ones((3, 2)))


def test_arguments_are_the_configuration(backend: str, tmp_path: Path) -> None:
    x, path = np.array([1.0, 2.0], "float32"), tmp_path / "scaled.ops"
    for operation, config in (
        (Scale(3.0, offset=1.0, name="s"), {"factor": 3.0, "offset": 1.0, "name": "s"}),
        (Scale(name="t"), {"name": "t"}),
        (Unnamed(4.0), {"factor": 4.0}),
    ):
        assert operation.get_config() == config
        ops.make_graph(lambda x, operation=operation: operation(x), ops.SymbolicTensor((2,))).save(path)
        again = ops.load_graph(path, operations={type(operation).__name__: type(operation)})
        assert_close(again(x), operation(ops.convert_to_tensor(x)))
    for wrong in (Scale(np.ones(2, "float32")), Positional(1.0, 2.0)):
        graph = ops.make_graph(lambda x, wrong=wrong: wrong(x), ops.SymbolicTensor((2,)))
        with pytest.raises(ops.ArgumentTypeError, match="get_config"):
            graph.save(path)
    factors = [3.0]
    operation = Scale(factors)
    factors.append(4.0)
    assert operation.get_config()["factor"] == [3.0]
    with pytest.raises(ops.ArgumentTypeError, match="Unnamed cannot be created from its configuration"):
        Unnamed.from_config({"factors": 1})


def test_functions_that_files_cannot_hold(tmp_path: Path, backend: str) -> None:
    x = ops.Input((2,))
    with pytest.raises(ops.ArgumentError, match="without a seed"):
        ops.Function(x, ops.random.dropout(x, 0.5)).graph.save(tmp_path / "dropout.ops")
    function = ops.Function(x, Scale(3.0)(x))
    with pytest.raises(ops.ArgumentError, match=r"from_config\(config, operations=\{'Scale': ...\}\)"):
        ops.Function.from_config(function.get_config())
    again = ops.Function.from_config(function.get_config(), {"Scale": Scale})
    assert_close(again([[1.0, 2.0]]), ops.array([[3.0, 6.0]]))


def test_wrong_types_are_argument_type_errors(backend: str, tmp_path: Path) -> None:
    weights = ops.Variable([1.0, 2.0], name="w")
    graph: Any = ops.make_graph(lambda x: x + weights, ops.SymbolicTensor((2,)))
    graph.save(tmp_path / "new" / "net.ops")
    load: Any = ops.load_graph
    for call in (
        lambda: graph.apply([1.0], [1.0, 2.0]),
        lambda: setattr(graph, "constants", None),
        lambda: graph.save(None),
        lambda: load(tmp_path / "new" / "net.ops", operations=[Scale]),
        lambda: load(tmp_path / "new" / "net.ops", operations={"Scale": "Scale"}),
        lambda: load(tmp_path / "new" / "net.ops", operations={"Scale": lambda x: x}),
        lambda: ops.Input(3),
    ):
        with pytest.raises(ops.ArgumentTypeError):
            call()
