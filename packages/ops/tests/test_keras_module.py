"""`ops.keras`: names, parameters and values are those of keras 3.15.1, written down as facts.

`data/keras_signatures.tsv` has the names and parameters of keras's modules. `python parity module` compares with keras.
"""

from __future__ import annotations

import importlib
import inspect
import math
import random
import subprocess
import sys
import types
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops import keras

_ROWS = [
    line.split("\t")
    for line in (Path(__file__).parent / "data" / "keras_signatures.tsv").read_text().splitlines()
    if not line.startswith("#")
]


def values(x: Any) -> np.ndarray[Any, Any]:
    return np.asarray(ops.convert_to_numpy(x))


def parameters(function: Any) -> list[tuple[str, Any, Any]]:
    return [(p.name, p.kind, p.default) for p in inspect.signature(function).parameters.values()]


@pytest.mark.parametrize(("module", "name", "text"), _ROWS, ids=lambda cell: cell.strip("()")[:30])
def test_names_and_parameters_are_those_of_keras(module: str, name: str, text: str) -> None:
    path = f"ops.keras.{module}".rstrip(".")
    space = importlib.import_module(path)
    if not hasattr(space, name):
        with pytest.raises(AttributeError, match=rf"{name} is not part of {path}: \w"):
            getattr(space, name)
        with pytest.raises(ImportError, match=name):
            exec(f"from {path} import {name}")
        return
    assert name in space.__all__
    if text and name not in ("MAP_TO_NONE", "Operation"):  # (of Operation, inspect sees no parameters in keras)
        expected = parameters(eval(f"lambda {text[1:-1]}: None"))
        assert parameters(getattr(space, name)) == expected


def test_other_names_are_unknown() -> None:
    for module in (keras, keras.config, keras.saving, keras.utils):
        with pytest.raises(AttributeError, match="no attribute 'nothing'"):
            module.nothing  # noqa: B018


def test_importing_ops_loads_nothing_of_it() -> None:
    code = "import ops, sys; print([m for m in sys.modules if m.startswith(('ops.keras', 'optree'))])"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"


def test_ops_and_random_are_those_of_ops() -> None:
    assert keras.ops is ops
    assert keras.random is ops.random
    assert keras.version() == keras.__version__ == "3.15.1"


def test_dtypes() -> None:
    backend = keras.backend
    names = [backend.standardize_dtype(dtype) for dtype in ("int", "bool", None, np.float16, int, "float8_e5m2")]
    assert names == ["int32", "bool", "float32", "float16", "int32", "float8_e5m2"]
    assert [name for name in names if backend.is_float_dtype(name)] == ["float32", "float16", "float8_e5m2"]
    assert [name for name in ("uint8", "bool", "int64", "complex64", "float32") if backend.is_int_dtype(name)] == [
        "uint8",
        "int64",
    ]
    for given, expected in [
        (("int32", "float32"), "float32"),
        (("int32", float), "float32"),
        ((int, "int8"), "int8"),
        ((bool, "uint8"), "uint8"),
        ((int, float), "float32"),
        (("bfloat16", float), "bfloat16"),
        ((None,), "float32"),
        ((), "float32"),
    ]:
        assert backend.result_type(*given) == expected, given
    for function in (backend.standardize_dtype, backend.is_int_dtype, backend.is_float_dtype, backend.result_type):
        for wrong in ("foo", "string"):
            with pytest.raises(ops.DtypeError):
                function(wrong)


def test_settings_are_those_of_ops(backend: str) -> None:
    assert keras.backend.backend() == keras.config.backend() == backend
    before = ops.config.epsilon()
    try:
        keras.config.set_epsilon(1e-3)
        assert keras.backend.epsilon() == ops.config.epsilon() == 1e-3
    finally:
        ops.config.set_epsilon(before)
    with pytest.raises(ops.ArgumentError):
        keras.config.set_floatx("int32")
    assert keras.config.is_flash_attention_enabled() is None
    keras.config.enable_flash_attention()
    keras.config.disable_traceback_filtering()
    assert (keras.config.is_traceback_filtering_enabled(), keras.config.is_nnx_enabled()) == (False, False)


def test_numbered_names() -> None:
    keras.backend.clear_session()
    assert [keras.backend.get_uid("a"), keras.backend.get_uid("a"), keras.backend.get_uid()] == [1, 2, 1]
    keras.utils.clear_session()
    assert keras.backend.get_uid("a") == 1


_X = np.array([-8.0, -1.5, -0.3, 0.0, 0.4, 2.0, 9.0])


def _softplus(x: Any) -> Any:
    return np.logaddexp(x, 0)


_erf = np.vectorize(math.erf)
# Of each element, in float64.
_FORMULAS: dict[str, Any] = {
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "exponential": np.exp,
    "gelu": lambda x: x * (1 + _erf(x / math.sqrt(2))) / 2,
    "hard_shrink": lambda x: np.where(abs(x) > 0.5, x, 0),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "hard_silu": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_swish": lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "linear": lambda x: x,
    "log_sigmoid": lambda x: -_softplus(-x),
    "log_softmax": lambda x: x - np.log(np.exp(x).sum()),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
    "soft_shrink": lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
    "sparse_sigmoid": lambda x: np.clip((x + 1) / 2, 0, 1),
    "sparsemax": lambda x: np.where(x == 9, 1.0, 0.0),
    "squareplus": lambda x: (x + np.sqrt(x**2 + 4)) / 2,
    "swish": lambda x: x / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "tanh_shrink": lambda x: x - np.tanh(x),
}


@pytest.mark.parametrize("name", _FORMULAS)
def test_activations(name: str, backend: str) -> None:
    function = getattr(keras.activations, name)
    np.testing.assert_allclose(values(function(_X.astype("float32"))), _FORMULAS[name](_X), rtol=2e-5, atol=2e-6)
    assert function(keras.KerasTensor((None, 3))).shape == (None, 3)
    assert keras.activations.get(name) is function
    assert keras.activations.deserialize(keras.activations.serialize(function)) in (
        function,
        *(getattr(keras.activations, other) for other in ("hard_silu", "silu")),
    )


def test_activations_with_parameters(backend: str) -> None:
    x = _X.astype("float32")
    for slope in (0.0, 0.5):
        for limit in (None, 6.0):
            for threshold in (0.0, 1.0):
                expected = np.where(_X >= threshold, _X, slope * (_X - threshold))
                expected = expected if limit is None else np.minimum(expected, limit)
                result = keras.activations.relu(x, slope, limit, threshold)
                np.testing.assert_allclose(values(result), expected, rtol=1e-6, err_msg=f"{slope} {limit} {threshold}")
    halves = values(keras.activations.glu(np.array([[1.0, 2.0, 0.0, 0.0]], "float32")))
    np.testing.assert_allclose(halves, [[0.5, 1.0]])
    np.testing.assert_allclose(values(keras.activations.threshold(x, 0.4, -1.0)), np.where(_X > 0.4, _X, -1), rtol=1e-6)
    tanh = values(keras.activations.gelu(x, approximate=True))
    np.testing.assert_allclose(tanh, values(ops.gelu(x)), rtol=1e-6)


def test_activations_by_name() -> None:
    def custom(x: Any) -> Any:
        return x

    activations = keras.activations
    assert set(_FORMULAS) | {"glu", "threshold", "get", "serialize", "deserialize"} == set(activations.__all__)
    assert activations.get(None) is activations.linear
    assert activations.get(custom) is custom
    assert activations.deserialize(None) is None
    assert activations.deserialize("custom", {"custom": custom}) is custom
    assert activations.get({"class_name": "function", "config": "relu"}) is activations.relu
    assert activations.serialize(ops.relu) == "relu"
    assert activations.serialize(activations.swish) == activations.serialize(activations.silu) == "silu"
    for wrong in ("foo", "Relu", 3, {"class_name": "function", "config": "foo"}):
        with pytest.raises(ops.ArgumentError, match="unknown activation"):
            activations.get(wrong)
    for wrong in ({"class_name": "relu"}, {"class_name": "relu", "config": {}}, {"class_name": "function"}, {}):
        with pytest.raises(ops.ArgumentTypeError, match="the dict of an activation function"):
            activations.get(wrong)
    with pytest.raises(ops.ArgumentError, match="register"):
        activations.serialize(custom)
    with pytest.raises(ops.ArgumentTypeError, match="must be a function"):
        activations.serialize(None)


def test_registered_objects() -> None:
    saving = keras.saving

    @saving.register_keras_serializable("pkg")
    class Block:
        def get_config(self) -> dict[str, Any]:
            return {}

    @keras.utils.register_keras_serializable("pkg", name="other")
    def scale(x: Any) -> Any:
        return x

    try:
        assert saving.get_registered_name(Block) == "pkg>Block"
        assert saving.get_registered_object("pkg>other") is scale
        assert keras.activations.get(keras.activations.serialize(scale)) is scale
        assert (saving.get_registered_name(int), saving.get_registered_object("none")) == ("int", None)
        with pytest.raises(ops.ArgumentError, match="get_config"):
            saving.register_keras_serializable()(type("Bare", (), {}))
        with saving.CustomObjectScope({"q": 7}), saving.custom_object_scope({"r": 8}):
            assert [saving.get_registered_object(name) for name in "qr"] == [7, 8]
        assert saving.get_registered_object("q", None, {"q": 2}) == 2
    finally:
        for name in ("pkg>Block", "pkg>other"):
            saving.get_custom_objects().pop(name)


@pytest.mark.parametrize("is_imported", [True, False])
def test_objects_are_registered_with_an_imported_keras_too(is_imported: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    registered: list[tuple[Any, ...]] = []

    def register(package: str, name: str | None) -> Any:
        return lambda item: registered.append((package, name, item))

    saving = types.SimpleNamespace(register_keras_serializable=register)
    # While keras is being imported, its module has no `saving` yet.
    monkeypatch.setitem(sys.modules, "keras", types.SimpleNamespace(**({"saving": saving} if is_imported else {})))

    def scale(x: Any) -> Any:
        return x

    try:
        assert keras.saving.register_keras_serializable("pkg", "mixed")(scale) is scale
        assert registered == ([("pkg", "mixed", scale)] if is_imported else [])
    finally:
        keras.saving.get_custom_objects().pop("pkg>mixed")


def test_keras_tensor(backend: str) -> None:
    tensor = keras.KerasTensor((2, None), "int32", name="x")
    assert (tensor.shape, tensor.dtype, tensor.ndim, tensor.name) == ((2, None), "int32", 2, "x")
    assert (tensor.sparse, tensor.ragged, tensor.record_history) == (False, False, True)
    result = ops.add(tensor, 1)
    for symbolic in (
        tensor,
        result,
        ops.SymbolicTensor((3,)),
        tensor.reshape((-1,)),
        keras.KerasTensor((1, 4)).squeeze(),
    ):
        assert isinstance(symbolic, keras.KerasTensor)
        assert isinstance(symbolic, ops.SymbolicTensor)
        assert keras.backend.is_keras_tensor(symbolic)
    assert keras.KerasTensor((1, 4)).squeeze().shape == (4,)
    assert keras.KerasTensor((2,)).name != keras.KerasTensor((2,)).name
    for other in (np.ones(2), ops.ones((2,)), None, "x"):
        assert not isinstance(other, keras.KerasTensor)
        assert not keras.utils.is_keras_tensor(other)

    class Derived(keras.KerasTensor):
        pass

    for name in ("shape", "dtype", "sparse", "ragged", "ragged_rank", "row_splits_dtype", "ndim"):
        for symbolic in (tensor, result) if hasattr(result, name) else (tensor,):
            with pytest.raises(AttributeError):
                setattr(symbolic, name, None)
    assert (tensor.ragged_rank, tensor.row_splits_dtype) == (None, None)
    tensor.name, tensor.record_history, tensor.note = "y", False, "any attribute"  # type: ignore[attr-defined]  # as in keras
    assert weakref.ref(result)() is result
    for symbolic in (round(keras.KerasTensor((2,))), round(result + 0.5, 1)):  # type: ignore[call-overload]  # added late
        assert isinstance(symbolic, keras.KerasTensor)
        assert symbolic.dtype == "float32"
    assert isinstance(Derived((2,)), keras.KerasTensor)
    assert not isinstance(tensor, Derived)
    assert keras.KerasTensor((2,), sparse=True).sparse
    with pytest.raises(ops.UnsupportedError):
        keras.KerasTensor((2,), ragged=True)
    with pytest.raises(ops.ArgumentTypeError, match="foo"):
        keras.KerasTensor((2,), foo=1)


def test_variable(backend: str) -> None:
    for name, value in (("zeros", 0.0), ("ones", 1.0)):
        np.testing.assert_array_equal(keras.Variable(name, shape=(2,)).numpy(), [value] * 2)
    variable = keras.Variable(
        lambda shape, dtype: ops.ones(shape, dtype), (2,), "float32", False, True, "mean", "on_read", "v", layout=None
    )
    assert (variable.name, variable.trainable, variable.aggregation, variable.synchronization) == (
        "v", False, "mean", "on_read",
    )  # fmt: skip
    assert (variable.regularizer, variable.constraint, variable.overwrite_with_gradient) == (None, None, False)
    variable.assign_add([1.0, 2.0])
    np.testing.assert_array_equal(values(+variable), [2.0, 3.0])
    np.testing.assert_allclose(values(round(keras.Variable([1.26, -0.5]), 1)), [1.3, -0.5], rtol=1e-6)  # type: ignore[call-overload]  # added late
    np.testing.assert_array_equal(values(variable * 2), [4.0, 6.0])
    assert isinstance(variable, ops.Variable)
    assert isinstance(ops.Variable(1.0), keras.Variable)
    assert not isinstance(1.0, keras.Variable)
    with keras.StatelessScope([(variable, ops.zeros((2,)))]) as scope:
        variable.assign_add([1.0, 1.0])
    np.testing.assert_array_equal(values(scope.get_current_value(variable)), [1.0, 1.0])
    assert list(scope.state_mapping) == [id(variable)]
    assert scope.state_mapping[id(variable)] is scope.get_current_value(variable)
    with keras.SymbolicScope():
        assert isinstance(variable.value, keras.KerasTensor)
    with pytest.raises(ops.ArgumentError, match="glorot_uniform"):
        keras.Variable("glorot_uniform", shape=(2,))
    with pytest.raises(ops.UnsupportedError, match="layout"):
        keras.Variable(1.0, layout=3)
    with pytest.raises(ops.ArgumentTypeError, match="foo"):
        keras.Variable(1.0, foo=3)


def test_remat(backend: str) -> None:
    block = keras.remat(lambda x: ops.sin(x))
    for mode in ("full", None):
        with keras.RematScope(mode):
            np.testing.assert_allclose(values(ops.grad(lambda x: ops.sum(block(x)))(ops.zeros((2,)))), [1.0, 1.0])
    with pytest.raises(ops.UnsupportedError, match="layers"):
        keras.RematScope("list_of_layers", layer_names=["a"])
    with pytest.raises(ops.ArgumentError, match="mode"):
        keras.RematScope("foo")


def test_normalize(backend: str) -> None:
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    for order, row in ((1, [3 / 7, 4 / 7]), (2, [0.6, 0.8]), (np.inf, [0.75, 1.0])):
        for given in (x, ops.convert_to_tensor(x.astype("float32"))):
            result = keras.utils.normalize(given, -1, order)
            assert isinstance(result, np.ndarray) or ops.is_tensor(result)
            np.testing.assert_allclose(values(result), [row, [0.0, 0.0]], rtol=1e-6)
    np.testing.assert_allclose(keras.utils.normalize(x, axis=0), [[1.0, 1.0], [0.0, 0.0]])
    np.testing.assert_allclose(keras.utils.normalize([1, 2, 2]), [1 / 3, 2 / 3, 2 / 3])


def test_to_categorical(backend: str) -> None:
    labels = [[0, 2], [1, 1]]
    expected = np.eye(4)[labels]
    for given in (labels, np.array(labels), np.array(labels, "float32"), ops.convert_to_tensor(labels)):
        np.testing.assert_array_equal(values(keras.utils.to_categorical(given, 4)), expected)
        np.testing.assert_array_equal(values(keras.utils.to_categorical(given)), expected[..., :3])
    for given in ([[0], [2]], ops.convert_to_tensor([[0], [2]])):
        np.testing.assert_array_equal(values(keras.utils.to_categorical(given)), np.eye(3)[[0, 2]])
    assert keras.utils.to_categorical(keras.KerasTensor((None,), "int32"), 4).shape == (None, 4)
    for wrong in ([0, 5], [-5], [0.5]):
        with pytest.raises(ops.ArgumentError, match="class numbers"):
            keras.utils.to_categorical(wrong, 4)
    with pytest.raises(ops.ArgumentError, match="empty"):
        keras.utils.to_categorical([])
    with pytest.raises(ops.ArgumentTypeError):
        keras.utils.to_categorical(keras.KerasTensor((None,), "int32"))


@pytest.mark.parametrize(
    ("sequences", "kwargs", "expected"),
    [
        ([[1], [2, 3], [4, 5, 6]], {"maxlen": 2}, [[0, 1], [2, 3], [5, 6]]),
        ([[1], [2, 3]], {"padding": "post", "value": -1, "maxlen": 3}, [[1, -1, -1], [2, 3, -1]]),
        ([[1], [2, 3, 4]], {"truncating": "post", "maxlen": 2}, [[0, 1], [2, 3]]),
        ([[[1, 2]], [[3, 4], [5, 6]]], {}, [[[0, 0], [1, 2]], [[3, 4], [5, 6]]]),
        ([[1], [2, 3]], {"maxlen": 0}, [[], []]),
    ],
)
def test_pad_sequences(sequences: Any, kwargs: dict[str, Any], expected: Any) -> None:
    padded = keras.utils.pad_sequences(sequences, **kwargs)
    assert padded.dtype == np.int32
    np.testing.assert_array_equal(padded, expected)


def test_pad_sequences_errors() -> None:
    for wrong in ({"padding": "x"}, {"truncating": "x"}):
        with pytest.raises(ops.ArgumentError, match=next(iter(wrong))):
            keras.utils.pad_sequences([[1]], **wrong)
    for sequences in (3, [1]):
        with pytest.raises(ops.ArgumentError, match="list of sequences"):
            keras.utils.pad_sequences(sequences)  # pyright: ignore[reportArgumentType]
    with pytest.raises(ops.ShapeError, match="one shape"):
        keras.utils.pad_sequences([[[1, 2]], [[3]]])


def test_data_in_tuples() -> None:
    pack, unpack = keras.utils.pack_x_y_sample_weight, keras.utils.unpack_x_y_sample_weight
    assert [pack(1), pack([1]), pack((1,)), pack(1, 2), pack(1, 2, 3), pack(1, None, 3)] == [
        1, ([1],), ((1,),), (1, 2), (1, 2, 3), 1,
    ]  # fmt: skip
    assert [unpack(data) for data in ((1,), (1, 2), [1, 2], (1, 2, 3), 5)] == [
        (1, None, None), (1, 2, None), (1, 2, None), (1, 2, 3), (5, None, None),
    ]  # fmt: skip
    for wrong in ((), (1, 2, 3, 4)):
        with pytest.raises(ops.ArgumentError, match="items"):
            unpack(wrong)


def test_seeds(backend: str) -> None:
    def draws() -> list[Any]:
        jitted = [values(drawn()) for _ in range(2)]
        eager = [values(ops.random.uniform((3,))) for _ in range(2)]
        return [*jitted, *eager, random.random(), np.random.rand()]

    drawn = ops.jit(lambda: ops.random.uniform((3,)))
    draws()  # the compiled function holds the number of draws
    sequences: list[list[Any]] = []
    for seed in (7, 7, 8):
        keras.utils.set_random_seed(seed)
        sequences.append(draws())
    for first, again, other in zip(*sequences, strict=True):
        np.testing.assert_array_equal(first, again)
        assert np.any(first != other)
    assert np.any(sequences[0][0] != sequences[0][1])
    for wrong in (None, "a", 1.5):
        with pytest.raises(ops.ArgumentTypeError, match="integer"):
            keras.utils.set_random_seed(wrong)  # pyright: ignore[reportArgumentType]
    for wrong in (-1, 2**32):
        with pytest.raises(ops.ArgumentError, match="less than"):
            keras.utils.set_random_seed(wrong)


def test_seed_generator(backend: str) -> None:
    generator = keras.random.SeedGenerator(7, name="mine")
    assert generator.get_config() == {"seed": 7, "name": "mine"}
    assert values(generator.next()).tolist() == [7, 0]
    second = generator.next(ordered=False)
    assert (values(second).tolist(), ops.dtype(second)) == ([7, 1], generator.state.dtype)
    copy = keras.random.SeedGenerator.from_config(generator.get_config())
    assert (copy.name, copy.get_config()) == ("mine", generator.get_config())
    assert values(copy.next()).tolist() == [7, 0]
    np.testing.assert_array_equal(
        values(ops.random.normal((3,), seed=copy.next())), values(ops.random.normal((3,), seed=second))
    )
    assert keras.random.SeedGenerator().get_config()["seed"] is None
    portable = keras.random.SeedGenerator(7, portable=True)
    assert keras.random.SeedGenerator.from_config(portable.get_config()).portable
    with keras.StatelessScope([(generator.state, second)]) as scope:
        assert values(generator.next()).tolist() == [7, 1]
    assert values(scope.get_current_value(generator.state)).tolist() == [7, 2]
    assert values(generator.next()).tolist() == [7, 2]


def test_the_next_seed_in_a_compiled_function(backend: str) -> None:
    generator = keras.random.SeedGenerator(7)
    jitted = ops.jit(lambda: ops.cast(generator.next(), "int32"))
    if backend in ("jax", "openvino"):
        with pytest.raises(ops.UnsupportedError, match="pass the SeedGenerator itself"):
            jitted()
    else:
        assert [values(jitted()).tolist() for _ in range(2)] == [[7, 0], [7, 1]]


def test_output_shapes_of_a_function(backend: str) -> None:
    x, y = keras.Input((3,)), keras.Input((1,))
    single = keras.Function(x, [x + 1.0, ops.sum(x)])
    assert single.compute_output_shape((5, 3)) == [(5, 3), ()]
    assert single.compute_output_shape((None, 3)) == [(None, 3), ()]
    nested = keras.Function({"x": x, "y": [y]}, {"sum": x + y})
    assert nested.compute_output_shape({"y": [(4, 1)], "x": (4, 3)}) == {"sum": (4, 3)}
    for wrong in ((4, 3), {"x": (4, 3)}, {"x": (4, 3), "z": [(4, 1)]}):
        with pytest.raises(ops.ArgumentError):
            nested.compute_output_shape(wrong)


def test_public_members_of_keras_classes() -> None:
    """The public methods and properties of keras 3.15.1's classes; docs/keras.md lists those that are left out."""
    members = {
        keras.Variable: "aggregation assign assign_add assign_sub constraint dtype handle name ndim numpy "
        "overwrite_with_gradient path regularizer shape synchronization trainable value",
        keras.KerasTensor: "dtype ndim ragged ragged_rank record_history reshape row_splits_dtype shape sparse squeeze",
        keras.Operation: "call compute_output_spec from_config get_config input output symbolic_call",
        keras.Function: "call compute_output_shape compute_output_spec from_config get_config input inputs operations "
        "output outputs symbolic_call",
        keras.StatelessScope: "add_loss add_update get_current_value state_mapping",
        keras.random.SeedGenerator: "from_config get_config name next state",
    }
    x = keras.Input((3,))
    instances = [keras.Variable(1.0), keras.KerasTensor((2,)), keras.Function(x, x + 1.0), keras.StatelessScope()]
    for kind, names in members.items():
        held = next((value for value in [*instances, keras.random.SeedGenerator(1)] if type(value) is kind), kind)
        assert [name for name in names.split() if name not in dir(held)] == []
