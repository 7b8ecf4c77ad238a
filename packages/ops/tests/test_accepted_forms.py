"""Forms of calls that keras accepts and that have one meaning: whole numbers in floats, None for a bound or an axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ops
from ops._declaration.roles import INDEX
from ops.testing import RECORDS, assert_same_result, public_function
from ops_common.testing import Record
from ops_common.testing.record import Maker

X = np.arange(12, dtype=np.float32).reshape(3, 4) - 5.0


def roles(record: Record) -> tuple[Any, ...]:
    declared: Any = getattr(public_function(record.path), "__declared__", None)
    return declared.signature.roles if declared is not None else ()


WITH_INDICES = [record for record in RECORDS if INDEX in roles(record)]


def test_the_ops_of_classes_lengths_segments_and_indices_are_swept() -> None:
    paths = {record.path.rpartition(".")[2] for record in WITH_INDICES}
    assert paths >= {
        "ctc_loss",
        "in_top_k",
        "multi_hot",
        "one_hot",
        "scatter",
        "segment_sum",
        "sparse_categorical_crossentropy",
        "take",
    }


@pytest.mark.parametrize("record", WITH_INDICES, ids=lambda record: record.path)
def test_whole_numbers_in_floats(record: Record, backend: str) -> None:
    function = public_function(record.path)
    names, wanted = function.__declared__.signature.names, roles(record)
    for sample in record.samples(Maker("float32" if "float32" in record.takes else record.takes[0]))[:6]:
        args = list(sample.args)
        places = [i for i, _ in enumerate(args) if i < len(names) and wanted[i] is INDEX]
        floats = [np.asarray(args[i]) for i in places]
        if any(x.dtype.kind not in "iu" or x.dtype.itemsize > 4 for x in floats):
            continue
        for i, x in zip(places, floats, strict=True):
            args[i] = x.astype(np.int32)
        expected = function(*args, **sample.kwargs)
        for i, x in zip(places, floats, strict=True):
            args[i] = x.astype(np.float32)
        assert_same_result(function(*args, **sample.kwargs), expected, record, sample, rounding=1)
        for i in places:
            args[i] = ops.convert_to_tensor(args[i])
        # Twice, because the second call may look up what the first one added.
        assert_same_result(function(*args, **sample.kwargs), expected, record, sample, rounding=1)
        assert_same_result(function(*args, **sample.kwargs), expected, record, sample, rounding=1)


@pytest.mark.parametrize("value", [0.5, -1.5, float("nan"), float("inf"), 2.0**31, -(2.0**40)])
def test_other_floats_are_an_error(value: float, backend: str) -> None:
    for indices in (value, [value], np.array([1.0, value]), ops.convert_to_tensor(np.array([value], np.float32))):
        with pytest.raises(ops.ArgumentError, match="indices must hold whole numbers"):
            ops.take(X, indices, 0)


def test_traced_floats_are_truncated(backend: str) -> None:
    jitted = ops.jit(lambda indices: ops.take(X, indices, 0), options={"torch": {"backend": "aot_eager"}})
    indices = ops.convert_to_tensor(np.array([2.5, 1.0], np.float32))
    if backend == "numpy":  # does not trace
        with pytest.raises(ops.ArgumentError):
            jitted(indices)
    else:
        np.testing.assert_array_equal(ops.convert_to_numpy(jitted(indices)), X[[2, 1]])


def test_losses_of_float_classes_have_gradients(backend: str) -> None:
    scores = ops.convert_to_tensor(X)
    classes = np.array([0, 3, 1])

    def loss(scores: Any, classes: Any) -> Any:
        return ops.sum(ops.nn.sparse_categorical_crossentropy(classes, scores, from_logits=True))

    expected = ops.convert_to_numpy(ops.grad(loss)(scores, classes))
    result = ops.grad(loss)(scores, ops.convert_to_tensor(classes.astype(np.float32)))
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-6)


DTYPES = ("float32", "float16", "int8", "int32", "uint8", "uint32", "bool")


@pytest.mark.parametrize("dtype", DTYPES)
def test_clip_without_a_bound(dtype: str, backend: str) -> None:
    x = np.abs(X).astype(dtype) if dtype.startswith("u") else X.astype(dtype)
    result_dtype = "int32" if dtype == "bool" else dtype
    for form in (lambda x: x, ops.convert_to_tensor):
        for low, high in ((None, 1), (1, None), (None, None)):
            result = ops.clip(form(x), low, high)
            lowered = x if high is None else np.minimum(x, np.asarray(high).astype(result_dtype))
            expected = (lowered if low is None else np.maximum(x, np.asarray(low).astype(result_dtype))).astype(
                result_dtype
            )
            assert ops.dtype(result) == result_dtype
            np.testing.assert_array_equal(ops.convert_to_numpy(result), expected)
    symbolic = ops.clip(ops.SymbolicTensor((None, 4), dtype), None, 1)
    assert (symbolic.shape, symbolic.dtype) == ((None, 4), result_dtype)


def test_the_gradient_of_clip_without_a_bound_is_that_of_infinity(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([-1.0, 2.0, 3.0], np.float32))
    for bounds, limits in (((None, 2.0), (-np.inf, 2.0)), ((2.0, None), (2.0, np.inf))):
        results = [ops.grad(lambda x, b=b: ops.sum(ops.clip(x, *b)))(x) for b in (bounds, limits)]
        np.testing.assert_array_equal(*map(ops.convert_to_numpy, results))


def test_where_without_values_returns_indices(backend: str) -> None:
    result = ops.where(ops.convert_to_tensor(X > 2))
    assert isinstance(result, tuple)
    np.testing.assert_array_equal([ops.convert_to_numpy(x) for x in result], np.nonzero(X > 2))
    with pytest.raises(ops.ArgumentTypeError):
        ops.where(X > 2, 1.0)


def test_concatenate_of_flattened_tensors(backend: str) -> None:
    result = ops.concatenate([ops.convert_to_tensor(X), np.array([[1], [2]], np.int32)], axis=None)
    np.testing.assert_array_equal(ops.convert_to_numpy(result), np.concatenate([X, [[1], [2]]], axis=None))
    symbolic = ops.concatenate([ops.SymbolicTensor((None, 4), "float32"), X], axis=None)
    assert symbolic.shape == (None,)


def test_argsort_of_a_scalar(backend: str) -> None:
    for axis in (-1, 0, None):
        result = ops.argsort(ops.convert_to_tensor(np.float32(3.0)), axis)
        assert (ops.shape(result), ops.dtype(result)) == ((1,), "int32")
        assert ops.convert_to_numpy(result).tolist() == [0]
    with pytest.raises(ops.AxisError):
        ops.argsort(np.float32(3.0), 1)


def test_argpartition_of_a_scalar(backend: str) -> None:
    for x in (ops.convert_to_tensor(np.float32(3.0)), np.float32(3.0), ops.SymbolicTensor((), "float32")):
        for kth, axis in ((0, -1), (-1, 0), (0, None)):
            result = ops.argpartition(x, kth, axis)
            assert (ops.shape(result), ops.dtype(result)) == ((1,), "int32")
        with pytest.raises(ops.ArgumentError, match="out of bounds for 1 elements"):
            ops.argpartition(x, 1)
        with pytest.raises(ops.AxisError):
            ops.argpartition(x, 0, 1)


@pytest.mark.parametrize("name", ["sort", "argmax", "cumsum", "cumprod", "flip", "normalize", "softmax", "top_k"])
def test_other_ops_of_a_scalar_have_no_axis(name: str, backend: str) -> None:
    function = getattr(ops, name)
    for x in (ops.convert_to_tensor(np.float32(3.0)), ops.SymbolicTensor((), "float32")):
        for axis in (0, -1) if name != "top_k" else (1,):
            with pytest.raises(ops.ShapeError):
                function(x, axis)


@pytest.mark.parametrize("axis", [-1, 0, (0, 1)])
def test_layer_normalization_by_the_variance(axis: Any, backend: str) -> None:
    x = X.astype(np.float64)
    expected = x / np.sqrt(x.var(axis=axis, keepdims=True) + 1e-3)
    result = ops.nn.layer_normalization(ops.convert_to_tensor(X), axis=axis, epsilon=1e-3, rms_scaling=True)
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-5)
    gamma = np.arange(1, 5, dtype=np.float32)
    result = ops.nn.layer_normalization(X, gamma, gamma, epsilon=1e-3, rms_scaling=True)
    expected = gamma * x / np.sqrt(x.var(axis=-1, keepdims=True) + 1e-3)
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-5)


def test_numbers_in_tensors_of_rank_0(backend: str) -> None:
    tensor = ops.convert_to_tensor(np.float32(0.5))
    assert ops.convert_to_numpy(ops.isclose(1.0, 1.4, rtol=tensor))
    with pytest.raises(ops.ArgumentTypeError):
        ops.isclose(1.0, 1.4, rtol=np.array(1j))  # type: ignore[arg-type]  # the error is tested


def test_in_compiled_functions(backend: str) -> None:
    def forms(x: Any) -> Any:
        return (
            ops.clip(x, None, 2.0),
            ops.clip(x, 0.0, None),
            ops.concatenate([x, x[:1]], axis=None),
            ops.argsort(x[0, 0]),
            ops.nn.layer_normalization(x, rms_scaling=True),
        )

    x = ops.convert_to_tensor(X)
    results = ops.jit(forms, options={"torch": {"backend": "aot_eager"}})(x)
    for result, expected in zip(results, forms(x), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(result), ops.convert_to_numpy(expected), rtol=1e-5)


CUBE = np.arange(48, dtype=np.float32).reshape(2, 3, 4, 2)
JOINING: dict[str, tuple[Any, ...]] = {
    "concatenate": (0, 1, -1, None),
    "dstack": (),
    "hstack": (),
    "stack": (0, 1, -1),
    "vstack": (),
}
JOINS = [
    pytest.param(
        lambda module, x, name=name, axes=axes: getattr(module, name)(x, *axes), id="-".join(map(str, (name, *axes)))
    )
    for name, every in JOINING.items()
    for axes in ([(axis,) for axis in every] or [()])
]


@pytest.mark.parametrize("join", JOINS)
def test_one_tensor_in_place_of_a_list(join: Callable[[Any, Any], Any], backend: str) -> None:
    for x in (CUBE, CUBE[0], CUBE[0, 0], CUBE[0, 0, 0], CUBE[:1]):
        try:
            expected = join(np, x)
        except ValueError:  # the axis, or scalars that are concatenated
            for value in (x, ops.convert_to_tensor(x), ops.SymbolicTensor(x.shape, "float32")):
                with pytest.raises(ops.ShapeError):
                    join(ops, value)
            continue
        for value in (x, ops.convert_to_tensor(x), ops.Variable(x)):
            result = join(ops, value)
            assert ops.dtype(result) == "float32"
            np.testing.assert_array_equal(ops.convert_to_numpy(result), expected)
        assert join(ops, ops.SymbolicTensor(x.shape, "float32")).shape == expected.shape
        unknown = join(ops, ops.SymbolicTensor((None,) * x.ndim, "float32")).shape
        assert all(m in (None, n) for m, n in zip(unknown, expected.shape, strict=True))


def test_one_tensor_in_place_of_a_list_in_transformed_functions(backend: str) -> None:
    x = ops.convert_to_tensor(CUBE)

    def joined(x: Any) -> list[Any]:
        return [ops.stack(x, 1), ops.concatenate(x, 1), ops.hstack(x), ops.vstack(x), ops.dstack(x)]

    expected = [ops.convert_to_numpy(result) for result in joined(x)]
    for function in (
        ops.jit(joined, options={"torch": {"backend": "aot_eager"}}),
        ops.make_graph(joined, ops.SymbolicTensor((None, 3, None, 2), "float32")),
        ops.Function(symbol := ops.SymbolicTensor(CUBE.shape, "float32"), joined(symbol)),
        lambda x: [result[0] for result in ops.vmap(joined)(x[None])],
    ):
        for result, wanted in zip(function(x), expected, strict=True):
            np.testing.assert_array_equal(ops.convert_to_numpy(result), wanted)
    weights = [np.arange(y.size, dtype=np.float32).reshape(y.shape) for y in expected]
    gradient = ops.grad(lambda x: sum(ops.sum(ops.multiply(y, w)) for y, w in zip(joined(x), weights, strict=True)))(x)
    pieces = ops.grad(lambda x: sum(ops.sum(ops.multiply(y, w)) for y, w in zip(joined(list(x)), weights, strict=True)))
    np.testing.assert_allclose(ops.convert_to_numpy(gradient), ops.convert_to_numpy(pieces(x)), rtol=1e-6)


@pytest.mark.parametrize("name", JOINING)
def test_what_is_no_list_of_tensors(name: str, backend: str) -> None:
    for value in (5, None, "x", {1.0}, np.float32(1.0), ops.convert_to_tensor(1.0), ops.SymbolicTensor((), "float32")):
        with pytest.raises(ops.ArgumentTypeError):
            getattr(ops, name)(value)
    for value in ([], np.zeros((0, 2, 2), np.float32), ops.SymbolicTensor((0, 2, 2), "float32")):
        with pytest.raises(ops.ShapeError):
            getattr(ops, name)(value)


def test_select_by_tensors(backend: str) -> None:
    choices = CUBE[0]
    for conditions in (choices % 3 == 1, choices[:, 0] > 9, CUBE % 2 == 0):
        if conditions.shape[0] != len(choices):
            with pytest.raises(ops.ArgumentError):
                ops.select(conditions, choices)
            continue
        expected = np.select(list(conditions), list(choices), -1.0)
        tensors = ops.convert_to_tensor(conditions), ops.convert_to_tensor(choices)
        for pair in (tensors, (list(conditions), tensors[1]), (tensors[0], list(choices)), (conditions, choices)):
            np.testing.assert_array_equal(ops.convert_to_numpy(ops.select(*pair, -1.0)), expected)
        symbols = [ops.SymbolicTensor((None, *x.shape[1:]), ops.dtype(x)) for x in tensors]
        graph = ops.make_graph(lambda x, y: ops.select(x, y, -1.0), *symbols)
        assert graph.outputs[0].shape == expected.shape
        np.testing.assert_array_equal(ops.convert_to_numpy(graph(*tensors)), expected)
        assert ops.select(symbols[0], list(choices)).shape == expected.shape


COMPARISONS = ("equal", "greater", "greater_equal", "less", "less_equal", "not_equal")


@pytest.mark.parametrize("name", COMPARISONS)
def test_comparisons_with_ints_that_the_dtype_cannot_hold(name: str, backend: str) -> None:
    for dtype in ("int8", "uint8", "int16", "uint16", "uint32", "uint64"):
        info = np.iinfo(dtype)
        x = np.array([info.min, 1, info.max], dtype)
        for number in (-1, -(2**31), int(info.min) - 1, 2**31 - 1, min(int(info.max) + 1, 2**31 - 1)):
            compared = [getattr(np, name)(x.astype(object), number), getattr(np, name)(number, x.astype(object))]
            for form in (lambda x: x, ops.convert_to_tensor, ops.Variable):
                results = [getattr(ops, name)(form(x), number), getattr(ops, name)(number, form(x))]
                for result, expected in zip(results, compared, strict=True):
                    assert ops.dtype(result) == "bool"
                    np.testing.assert_array_equal(ops.convert_to_numpy(result), expected.astype(bool))
        symbolic = getattr(ops, name)(ops.SymbolicTensor((None, 2), dtype), -1)
        assert (symbolic.shape, symbolic.dtype) == ((None, 2), "bool")


def test_comparisons_with_such_ints_in_compiled_functions(backend: str) -> None:
    x = ops.convert_to_tensor(np.array([0, 200], np.uint8))

    def compare(x: Any) -> Any:
        return ops.less(x, 300), ops.equal(-1, x), ops.greater_equal(x, -5)

    for function in (ops.jit(compare, options={"torch": {"backend": "aot_eager"}}), ops.make_graph(compare, x)):
        assert [ops.convert_to_numpy(y).tolist() for y in function(x)] == [[True] * 2, [False] * 2, [True] * 2]
