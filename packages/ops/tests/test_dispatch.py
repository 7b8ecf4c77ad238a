"""Selection of the backend (default, overrides by thread and task, bound namespaces), and accepted arguments."""

from __future__ import annotations

import asyncio
import inspect
import operator
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ops
from ops_common import dtypes
from ops_common.runtime import registry
from ops_common.testing import BACKENDS
from ops_common.testing.record import ALL


def test_use_backend_nests_and_ends_after_an_exception() -> None:
    names = [BACKENDS[0], BACKENDS[-1], BACKENDS[0]]
    before = ops.backend()

    def enter(depth: int) -> None:
        if depth == len(names):
            raise KeyError
        with ops.use_backend(names[depth]):
            assert ops.backend() == names[depth]
            try:
                enter(depth + 1)
            finally:
                assert ops.backend() == names[depth]

    with pytest.raises(KeyError):
        enter(0)
    assert ops.backend() == before


def test_ten_threads_never_see_each_others_backend() -> None:
    failures: list[str] = []
    start = threading.Barrier(10)

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        start.wait()
        for _ in range(20):
            outer, inner = (BACKENDS[int(i)] for i in rng.integers(0, len(BACKENDS), 2))
            with ops.use_backend(outer):
                x = ops.add(ops.ones((2, 3)), 1.0)
                with ops.use_backend(inner):
                    y = ops.multiply(ops.ones((2, 3)), 2.0)
                    if not registry.load(inner).is_tensor(y):
                        failures.append(f"{inner} gave {type(y)}")
                if not registry.load(outer).is_tensor(ops.add(x, x)) or ops.backend() != outer:
                    failures.append(f"{outer} was lost")

    threads = [threading.Thread(target=work, args=(i,)) for i in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_tasks_keep_their_own_backend() -> None:
    async def work(name: str) -> None:
        with ops.use_backend(name):
            for _ in range(5):
                await asyncio.sleep(0)
                assert ops.backend() == name

    async def late() -> str:
        await asyncio.sleep(0.01)
        return ops.backend()

    async def run() -> None:
        await asyncio.gather(*(work(name) for name in BACKENDS * 3))
        with ops.use_backend(BACKENDS[-1]):
            task = asyncio.create_task(late())
        assert await task == BACKENDS[-1]  # started inside the block, so that the override applies to it

    asyncio.run(run())


def test_namespaces_are_bound(backend: str) -> None:
    xp = ops.namespace(backend)
    with ops.use_backend(BACKENDS[0]):
        x = xp.ones((2, 3))
        for y in (
            xp.add(x, 1.0),
            xp.numpy.add(x, x),
            xp.nn.softmax(x),
            xp.nn.log_softmax(x),
            xp.random.normal((2,), seed=1),
        ):
            assert registry.load(backend).is_tensor(y)
        assert xp.sum is ops.namespace(x).sum
        loss = xp.nn.sparse_categorical_crossentropy(xp.convert_to_tensor([0, 2]), x, from_logits=True)
        np.testing.assert_allclose(xp.convert_to_numpy(loss), np.full(2, np.log(3.0)), rtol=1e-6)
        double = xp.jit(lambda v: xp.add(v, v))
        assert registry.load(backend).is_tensor(double(x))


def test_errors_of_foreign_tensors_name_both_frameworks_and_both_remedies(backend: str) -> None:
    for other in BACKENDS:
        if other in (backend, "numpy"):
            continue
        with ops.use_backend(other):
            foreign = ops.ones((2,))
        for call in (lambda x: ops.add(ops.ones((2,)), x), ops.exp, ops.convert_to_tensor, lambda x: ops.stack([x, x])):
            with pytest.raises(ops.ForeignTensorError) as caught:
                call(foreign)
            assert isinstance(caught.value, TypeError)
            text = str(caught.value)
            assert f"a {other} tensor" in text
            assert f"ops.to_backend(x, {backend!r})" in text
            assert f"ops.use_backend({other!r})" in text


@pytest.mark.skipif("tensorflow" not in BACKENDS, reason="needs TensorFlow, whose kernels end the process")
@pytest.mark.parametrize("source", [name for name in ("torch", "openvino") if name in BACKENDS])
def test_arrays_of_any_alignment_convert_to_tensorflow(source: str) -> None:
    bytes_ = np.zeros(4096, np.uint8)
    for offset in (4, 16, 64):
        start = -bytes_.ctypes.data % 64 + offset
        array = bytes_[start : start + 4 * 144].view(np.float32).reshape(3, 3, 1, 16)
        with ops.use_backend(source):
            kernel = ops.to_backend(ops.convert_to_tensor(array), "tensorflow")
        with ops.use_backend("tensorflow"):
            assert ops.shape(ops.jit(lambda x, k=kernel: ops.conv(x, k))(ops.ones((2, 8, 8, 1)))) == (2, 6, 6, 16)


def test_to_backend_converts_every_dtype(backend: str) -> None:
    for dtype in registry.load(backend).native_dtypes:
        if dtype in dtypes.FLOAT8:
            continue
        x = ops.cast(ops.convert_to_tensor([[0, 1, 2]]), dtype)
        for other in BACKENDS:
            if dtype in registry.load(other).native_dtypes:
                y = ops.to_backend(x, other)
                with ops.use_backend(other):
                    assert ops.is_tensor(y)
                    assert ops.dtype(y) == dtype
                    back = ops.to_backend(y, backend)
                np.testing.assert_array_equal(ops.convert_to_numpy(back), ops.convert_to_numpy(x))


def test_casts_preserve_infinity_and_nan(backend: str) -> None:
    floats = [d for d in ("float16", "bfloat16", "float32", "float64") if d in registry.load(backend).native_dtypes]
    expected = np.array([-np.inf, np.inf, np.nan, 1.5])
    for source in floats:
        x = ops.convert_to_tensor(expected.astype(dtypes.to_numpy(source)))
        for target in floats:
            result = ops.convert_to_numpy(ops.cast(x, target))
            np.testing.assert_array_equal(result.astype(np.float64), expected, f"{source} to {target}")
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.cast(x, "bool")), [True, True, True, True])


def test_numpy_arrays_numbers_and_lists_are_accepted(backend: str) -> None:
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    read_only = array.copy()
    read_only.flags.writeable = False
    expected = array + 1
    for x in (array, read_only, array.tolist(), np.asfortranarray(array), array[::-1][::-1], ops.Variable(array)):
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.add(x, 1)), expected)
        np.testing.assert_array_equal(ops.convert_to_numpy(ops.add(1, x)), expected)
    strided = np.arange(12, dtype=np.float32).reshape(2, 6)[:, ::-2]
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.negative(strided)), -strided)
    swapped = array.astype(">f4")
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.convert_to_tensor(swapped)), array)
    for reduce in (ops.sum, ops.prod, ops.mean, ops.max):
        np.testing.assert_array_equal(ops.convert_to_numpy(reduce(swapped, 0)), ops.convert_to_numpy(reduce(array, 0)))
    mixed = ops.convert_to_tensor([[1, 2.5], [ops.convert_to_tensor(3.0), np.float32(4)]])
    np.testing.assert_array_equal(ops.convert_to_numpy(mixed), [[1, 2.5], [3, 4]])
    assert ops.dtype(ops.convert_to_tensor(2**40)) == "int64"
    assert [ops.dtype(ops.convert_to_tensor(v)) for v in (True, 1, 1.0)] == ["bool", "int32", "float32"]
    assert ops.shape(ops.convert_to_tensor([])) == (0,)


def test_promotion_is_the_same_on_every_backend(backend: str) -> None:
    native = [d for d in ALL if d in registry.load(backend).native_dtypes]
    tensors = {d: ops.ones((2,), d) for d in native}
    for first in native:
        for second in native:
            expected = dtypes.promote([first, second])
            if expected in native:
                assert ops.dtype(ops.add(tensors[first], tensors[second])) == expected
        for value, weak in ((1, "int"), (1.0, "float"), (True, "bool")):
            expected = dtypes.promote([first, weak])
            assert ops.dtype(ops.add(tensors[first], value)) == expected
            assert ops.dtype(ops.add(value, tensors[first])) == expected


@given(st.sampled_from(ALL), st.sampled_from(ALL), st.sampled_from((*ALL, "int", "float")))
def test_promotion_is_commutative_and_associative(a: str, b: str, c: str) -> None:
    assert dtypes.promote([a, b]) == dtypes.promote([b, a])
    # A weak type that is promoted alone is no longer weak, so all three are promoted together.
    assert dtypes.promote([a, b, c]) == dtypes.promote([c, b, a]) == dtypes.promote([b, a, c])


SHAPES = st.lists(st.sampled_from([1, 2, 3]), max_size=3).map(tuple)


@settings(deadline=None, max_examples=25)
@given(SHAPES, SHAPES)
def test_broadcasting_is_numpys(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    try:
        expected: Any = np.broadcast_shapes(a, b)
    except ValueError:
        expected = None
    for backend in BACKENDS:
        with ops.use_backend(backend):
            if expected is None:
                with pytest.raises(ops.ShapeError):
                    ops.add(ops.ones(a), ops.ones(b))
            else:
                assert ops.shape(ops.add(ops.ones(a), ops.ones(b))) == expected
                assert ops.add(ops.SymbolicTensor(a), ops.SymbolicTensor(b)).shape == expected


def test_a_python_number_must_fit(backend: str) -> None:
    for call in (lambda: ops.add(ops.ones((2,), "uint8"), 300), lambda: ops.convert_to_tensor([1, 300], "uint8")):
        with pytest.raises(ops.ArgumentError, match="300 is out of bounds for uint8"):
            call()


def test_unknown_dtypes(backend: str) -> None:
    for call in (
        lambda: ops.zeros((2,), "float33"),
        lambda: ops.cast([1.0], "float33"),
        lambda: ops.convert_to_tensor([1.0], "float33"),
        lambda: ops.random.normal((2,), dtype="int33"),
    ):
        with pytest.raises(ops.DtypeError, match=rf"on backend {backend}: unknown dtype .*33'; known dtypes are bool"):
            call()


def test_signatures_and_docstrings_are_preserved() -> None:
    defaults = {name: p.default for name, p in inspect.signature(ops.sum).parameters.items()}
    assert defaults == {"x": inspect.Parameter.empty, "axis": None, "keepdims": False}
    assert list(inspect.signature(ops.convert_to_tensor).parameters) == ["x", "dtype", "sparse", "ragged"]
    for name in ops.__all__:
        value = getattr(ops, name)
        if inspect.isfunction(value):
            assert value.__doc__, name
            assert value.__name__ == name or name == "backends", name
    with pytest.raises(TypeError, match="add"):
        ops.add(1, 2, 3)  # type: ignore[call-arg]  # that is the test


@pytest.mark.parametrize("is_variable", [False, True])
def test_operators_of_arrays_with_tensors_and_variables(backend: str, is_variable: bool) -> None:
    if not is_variable and backend != "openvino":
        return  # the framework's own class
    array, values = np.array([1, 2, 5], np.float32), np.array([3, 2, 1], np.float32)
    x = ops.Variable(values) if is_variable else ops.convert_to_tensor(values)
    names = "add sub mul truediv floordiv mod pow matmul eq ne lt le gt ge"
    for function in (getattr(operator, name) for name in names.split()):
        for a, b in ((array, x), (x, array)):
            result = function(a, b)
            expected = function(*(values if each is x else each for each in (a, b)))
            assert ops.is_tensor(result)
            np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-6)
    changed = array
    changed *= x  # NumPy's in-place operators change the array
    assert changed is array
    np.testing.assert_array_equal(array, [3, 4, 5])
    np.testing.assert_array_equal(np.sin(x), np.sin(values))
    assert np.maximum.reduce(x) == 3
    with pytest.raises(TypeError):
        array += ops.SymbolicTensor((3,), "float32")


def test_operators_of_symbolic_tensors_and_variables(backend: str) -> None:
    x = ops.SymbolicTensor((None, 3), "int32")
    assert repr((x + 1.5) @ ops.ones((3, 2))) == "SymbolicTensor(shape=(None, 2), dtype=float32)"
    assert x[:, 0].shape == (None,)
    v = ops.Variable([1.0, 2.0], name="v")
    assert np.allclose(ops.convert_to_numpy(2 * v + v / 2 - 1), [1.5, 4.0])
    assert np.allclose(ops.convert_to_numpy(np.ones(2, np.float32) + v), [2.0, 3.0])
    assert ops.convert_to_numpy(v[1]) == 2.0
    v.assign_add([1.0, 1.0]).assign_sub(0.5 * v)
    assert np.allclose(v.numpy(), [1.0, 1.5])
    with pytest.raises(ops.ShapeError, match=r"shape \(3,\) to Variable 'v' of shape \(2,\)"):
        v.assign([1.0, 2.0, 3.0])
    assert np.allclose(v.numpy(), [1.0, 1.5])
    variable = ops.Variable(ops.zeros, shape=(2,), dtype="int32")
    assert (variable.shape, variable.dtype) == ((2,), "int32")


def test_compute_output_spec(backend: str) -> None:
    def network(x: Any, weights: dict[str, Any]) -> Any:
        hidden = ops.nn.relu(ops.add(ops.matmul(x, weights["w"]), weights["b"]))
        return {"logits": hidden, "loss": ops.mean(ops.nn.softmax(hidden))}

    spec = ops.compute_output_spec(
        network, ops.SymbolicTensor((None, 4)), {"w": ops.ones((4, 2)), "b": np.zeros(2, np.float32)}
    )
    assert spec["logits"].shape == (None, 2)
    assert spec["loss"].shape == ()


def test_public_functions_show_source_and_annotations(backend: str) -> None:
    for function in (ops.add, ops.zeros, ops.random.normal, ops.namespace(backend).add):
        assert "def " in inspect.getsource(function)
        assert "backend" not in inspect.signature(function).parameters
        assert function.__annotations__.keys() == {*inspect.signature(function).parameters, "return"}
