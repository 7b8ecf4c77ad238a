"""Variables, and the scopes that change their behaviour, on every installed backend."""

from __future__ import annotations

import asyncio
import copy
import gc
import importlib
import pickle
import threading
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_digits

import ops
from ops_common.tensors import scopes
from ops_common.testing import BACKENDS


def host(x: Any) -> np.ndarray:
    return ops.convert_to_numpy(x)


def test_created_and_assigned(backend: str) -> None:
    v = ops.Variable([[1.0, 2.0]], name="v", trainable=False, aggregation="mean", synchronization="on_read")
    assert (v.shape, v.dtype, v.ndim, v.size, v.trainable, v.autocast) == ((1, 2), "float32", 2, 2, False, True)
    assert (v.name, v.path, v.aggregation, v.synchronization) == ("v", "v", "mean", "on_read")
    assert v.assign([[3, 4]]) is v
    v.assign_add(1.0)
    v.assign_sub([[0.5, 0.5]])
    np.testing.assert_array_equal(v.numpy(), [[3.5, 4.5]])
    with pytest.raises(ops.ShapeError, match=r"cannot assign shape \(2,\) to Variable 'v' of shape \(1, 2\)"):
        v.assign([1.0, 2.0])
    with pytest.raises(ops.OpsError):
        v.assign("x")
    np.testing.assert_array_equal(v.numpy(), [[3.5, 4.5]])
    created = ops.Variable(ops.ones, shape=(2,), dtype="int32")
    np.testing.assert_array_equal(created.numpy(), [1, 1])
    assert ops.Variable(ops.ones, shape=(2,)).dtype == "float32"
    with pytest.raises(ops.ArgumentError, match="needs a shape"):
        ops.Variable(ops.ones)
    with pytest.raises(ops.ShapeError, match=r"must have shape \(2,\); got \(3,\)"):
        ops.Variable([1, 2, 3], shape=(2,))
    with pytest.raises(ops.ShapeError, match=r"the initializer must return shape \(2,\); got \(3,\)"):
        ops.Variable(lambda shape, dtype: ops.ones((3,), dtype), shape=(2,))
    for wrong in ({"aggregation": "x"}, {"synchronization": "x"}, {"name": "a/b"}):
        with pytest.raises(ops.ArgumentError):
            ops.Variable(1.0, **wrong)


def test_a_variable_has_its_own_memory(backend: str) -> None:
    array = np.ones(3, np.float32)
    v = ops.Variable(array)
    v.assign([5.0, 5.0, 5.0])
    np.testing.assert_array_equal(array, 1)
    array[:] = 7
    np.testing.assert_array_equal(v.numpy(), 5)


def test_a_variable_is_accepted_as_a_tensor(backend: str) -> None:
    v = ops.Variable([1.0, 2.0, 4.0])
    for result, expected in [
        (v + 1, [2, 3, 5]),
        (2 * v, [2, 4, 8]),
        (1 - v, [0, -1, -3]),
        (v / v, [1, 1, 1]),
        (v[1:], [2, 4]),
        (v[-1], 4),
        (-v, [-1, -2, -4]),
        (v > 1, [False, True, True]),
        (v @ v, 21),
        (ops.stack([v, v])[0], [1, 2, 4]),
        (ops.sum(v), 7),
        (ops.where([True, False, True], v, 0.0), [1, 0, 4]),
    ]:
        np.testing.assert_array_equal(host(result), expected)
    assert ops.shape(v) == (3,)
    assert [float(host(x)) for x in v] == [1, 2, 4]
    assert float(ops.Variable(2.5)) == 2.5
    assert bool(ops.Variable(True))
    np.testing.assert_array_equal(np.asarray(v), [1, 2, 4])


def test_functions_of_the_framework_accept_variables() -> None:
    calls = {
        "torch": lambda v: importlib.import_module("torch").exp(v),
        "jax": lambda v: importlib.import_module("jax").numpy.exp(v),
        "tensorflow": lambda v: importlib.import_module("tensorflow").exp(v),
        "numpy": np.exp,
    }
    for name in [name for name in BACKENDS if name in calls]:
        with ops.use_backend(name):
            result = calls[name](ops.Variable([0.0, 1.0]) if name != "numpy" else ops.Variable([0.0, 1.0]).value)
            np.testing.assert_allclose(host(result), np.exp([0, 1]), rtol=1e-6)


def test_copies_and_pickles(backend: str) -> None:
    for dtype in ("float32", "int64", "bool", "bfloat16"):
        with ops.name_scope("outer"):
            v = ops.Variable([1, 0], dtype=dtype, name="v", trainable=False, autocast=False)
        for other in (copy.deepcopy(v), copy.copy(v), pickle.loads(pickle.dumps(v))):
            assert (other.shape, other.dtype, other.path, other.trainable) == ((2,), dtype, "outer/v", False)
            assert other.autocast is False
            other.assign([1, 1])
            np.testing.assert_array_equal(v.numpy().astype(int), [1, 0])
    both = copy.deepcopy([v, v])
    assert both[0] is both[1]


def test_jit_reads_and_assigns(backend: str) -> None:
    weights, steps = ops.Variable([1.0, 2.0]), ops.Variable(0, dtype="int32")

    def step(x: Any) -> Any:
        steps.assign_add(1)
        weights.assign(weights * 0.5)
        return weights + x

    jitted, x = ops.jit(step), ops.convert_to_tensor([1.0, 1.0])
    for expected in ([1.5, 2.0], [1.25, 1.5]):
        np.testing.assert_array_equal(host(jitted(x)), expected)
    weights.assign([8.0, 8.0])  # values that are assigned outside are read inside
    np.testing.assert_array_equal(host(jitted(x)), [5, 5])
    assert int(steps) == 3
    np.testing.assert_array_equal(host(ops.jit(lambda v: v * 2)(weights)), [8, 8])
    # In a scope, a jitted function uses the scope's values of Variables.
    with ops.StatelessScope([(weights, [2.0, 4.0])]) as scope:
        np.testing.assert_array_equal(host(jitted(x)), [2, 3])
    np.testing.assert_array_equal(host(scope.get_current_value(weights)), [1, 2])
    np.testing.assert_array_equal(weights.numpy(), [4, 4])
    assert int(steps) == 3
    with ops.AutocastScope("float16"):
        assert ops.dtype(ops.jit(lambda: weights * 2)()) == "float16"


def test_jit_with_more_variables_in_later_traces(backend: str) -> None:
    a, b = ops.Variable(1.0), ops.Variable(10.0)

    def choose(x: Any) -> Any:
        return x + (a.value if len(ops.shape(x)) == 1 else b.value)

    jitted = ops.jit(choose)
    for _ in range(2):
        assert float(host(jitted(ops.ones((1,))))[0]) == 2
        assert float(host(jitted(ops.ones((1, 1))))[0, 0]) == 11
        a.assign(1.0)
    b.assign(20.0)
    assert float(host(jitted(ops.ones((1, 1))))[0, 0]) == 21


@pytest.mark.parametrize("name", BACKENDS)
def test_gradients_by_variables(name: str) -> None:
    with ops.use_backend(name):
        v = ops.Variable([1.0, 3.0])
        for transform in (lambda f: f, ops.jit):
            value, (gradient,) = transform(ops.value_and_grad(lambda vs: ops.sum(vs[0] * vs[0])))([v])
            assert float(host(value)) == 10
            np.testing.assert_array_equal(host(gradient), [2, 6])


def test_stateless_scope(backend: str) -> None:
    v, w = ops.Variable([1.0]), ops.Variable([2.0])
    with ops.StatelessScope([(v, ops.convert_to_tensor([5.0]))], collect_losses=True) as scope:
        assert float(host(v + w)[0]) == 7
        w.assign_add([1.0])
        v.assign(w * 2)
        assert float(host(v.value)[0]) == 6
        scope.add_loss(v)
        with ops.StatelessScope() as inner:
            assert float(host(w.value)[0]) == 2  # the values of the inner scope
            w.assign([9.0])
        assert float(host(inner.get_current_value(w))[0]) == 9
        assert float(host(w.value)[0]) == 3
        with pytest.raises(ops.ArgumentError, match="created in a StatelessScope"):
            ops.Variable([1.0])
        late = ops.Variable(ops.ones, shape=(2,), name="late")
        np.testing.assert_array_equal(host(late * 2), [2, 2])
    assert float(v.numpy()[0]) == 1
    assert float(w.numpy()[0]) == 2
    assert float(host(scope.get_current_value(v))[0]) == 6
    assert scope.get_current_value(late) is None
    assert scope.losses == [v] if scope.losses[0] is v else False
    late.assign([3.0, 3.0])
    np.testing.assert_array_equal(late.numpy(), 3)
    with pytest.raises(ops.ShapeError, match=r"must have shape .*; got \(2,\)"):
        ops.StatelessScope([(v, [1.0, 2.0])])
    for wrong in ([v], [(1, 2)], [(v,)]):
        with pytest.raises(ops.ArgumentError, match="pairs of a Variable and its value"):
            ops.StatelessScope(wrong)


def test_symbolic_scope(backend: str) -> None:
    v = ops.Variable(np.ones((3, 4), np.float32))
    with ops.SymbolicScope():
        assert ops.matmul(ops.SymbolicTensor((None, 3)), v).shape == (None, 4)
        assert isinstance(v + 1, ops.SymbolicTensor)
        v.assign_add(1.0)
        late = ops.Variable(ops.zeros, shape=(2,))
        assert (late * 2).shape == (2,)
        with pytest.raises(ops.ShapeError):
            v.assign(ops.SymbolicTensor((2,)))
    np.testing.assert_array_equal(v.numpy(), 1)
    np.testing.assert_array_equal(late.numpy(), 0)
    assert ops.compute_output_spec(lambda x: x @ v, ops.SymbolicTensor((2, 3))).shape == (2, 4)


def test_autocast_scope(backend: str) -> None:
    v, kept, whole = ops.Variable([1.0]), ops.Variable([1.0], autocast=False), ops.Variable([1])
    with ops.AutocastScope("float16"):
        assert [x.dtype for x in (v, kept, whole)] == ["float16", "float32", "int32"]
        assert [ops.dtype(x + x) for x in (v, kept, whole)] == ["float16", "float32", "int32"]
        v.assign_add([1e-6])  # in its own dtype
        with ops.AutocastScope(None):
            assert ops.dtype(v * 1) == "float32"
    assert float(v.numpy()[0]) == np.float32(1 + 1e-6)
    with pytest.raises(ops.DtypeError, match="float dtype; got int32"):
        ops.AutocastScope("int32")


def test_gradients_in_an_autocast_scope(backend: str) -> None:
    v = ops.Variable([2.0, 3.0])

    def loss(value: Any, assigned: bool) -> Any:
        with ops.StatelessScope([(v, value)]), ops.AutocastScope("bfloat16"):
            if assigned:
                v.assign_add(value)  # in its own dtype
            return ops.cast(ops.sum(ops.multiply(v, ops.ones(2, dtype="bfloat16"))), "float32")

    for assigned, expected in ((False, 1.0), (True, 2.0)):
        gradient = ops.grad(loss)(ops.convert_to_tensor([2.0, 3.0]), assigned)
        assert ops.dtype(gradient) == "float32"
        np.testing.assert_array_equal(host(gradient), [expected, expected])


def test_name_scope() -> None:
    caller = object()
    with ops.name_scope("a"):
        assert ops.Variable(1.0, name="x").path == "a/x"
        with ops.name_scope("b", caller=caller):
            with ops.name_scope("b", caller=caller):
                assert ops.Variable(1.0, name="x").path == "a/b/x"
            with ops.name_scope("b", caller=caller, deduplicate=False):
                assert ops.Variable(1.0, name="x").path == "a/b/b/x"
        with ops.name_scope("c", override_parent="p/q"):
            assert ops.Variable(1.0, name="x").path == "p/q/c/x"
    assert ops.Variable(1.0, name="x").path == "x"
    for wrong in ("", "a/b", 3):
        with pytest.raises(ops.ArgumentError, match="without a slash"):
            ops.name_scope(wrong)  # type: ignore[arg-type]  # what a user might try


def state() -> tuple[Any, ...]:
    """Returns the state that scopes change."""
    frame = scopes.current()
    return ops.backend(), ops.random.uniform is not None, frame.stateless, frame.symbolic, frame.autocast, frame.names


def test_random_nestings_of_scopes_are_always_restored() -> None:
    """1,000 nestings, some of which end with an exception, in four threads and in tasks."""
    v = ops.Variable([1.0])
    wrong: list[str] = []

    def some_scope(rng: np.random.Generator) -> Any:
        return [
            lambda: ops.StatelessScope([(v, [float(rng.integers(9))])]),
            lambda: ops.SymbolicScope(),
            lambda: ops.AutocastScope(["float16", "bfloat16", None][int(rng.integers(3))]),
            lambda: ops.name_scope(f"n{rng.integers(9)}"),
            lambda: ops.use_backend(BACKENDS[int(rng.integers(len(BACKENDS)))]),
            lambda: ops.device("cpu:0"),
            lambda: ops.random.portable(),
        ][int(rng.integers(7))]()

    def nest(rng: np.random.Generator, depth: int) -> None:
        before = state()
        try:
            with some_scope(rng):
                if rng.random() < 0.2:
                    raise KeyError
                if depth:
                    nest(rng, depth - 1)
                    nest(rng, depth - 2 if depth > 1 else 0)
        except KeyError:
            if state() != before:
                wrong.append(f"{state()} after an exception, not {before}")
            if rng.random() < 0.5:
                raise
        finally:
            if state() != before:
                wrong.append(f"{state()}, not {before}")

    def work(seed: int) -> None:
        rng = np.random.default_rng(seed)
        before = state()
        for _ in range(250):
            try:
                nest(rng, int(rng.integers(5)))
            except KeyError:
                pass
            if state() != before:
                wrong.append(f"{state()} is left, not {before}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    async def task(i: int) -> None:
        with ops.AutocastScope(("float16", "bfloat16")[i % 2]), ops.name_scope(f"t{i}"):
            for _ in range(5):
                await asyncio.sleep(0)
                if scopes.current().names != (f"t{i}",) or v.dtype != ("float16", "bfloat16")[i % 2]:
                    wrong.append(f"task {i} sees {scopes.current().names}")

    async def tasks() -> None:
        await asyncio.gather(*(task(i) for i in range(10)))

    asyncio.run(tasks())
    assert not wrong, wrong[:3]
    np.testing.assert_array_equal(v.numpy(), [1.0])


@pytest.mark.usefixtures("frozen_heap")
def test_unreferenced_variables_are_freed() -> None:
    with ops.StatelessScope():
        for _ in range(3):
            ops.Variable(ops.ones, shape=(2,))
    gc.collect()
    assert ops.shape(ops.Variable(1.0)) == ()


# --- a network on real data -------------------------------------------------------------------------------------------

DIGITS = load_digits()
X = (DIGITS.data[:512] / 16).astype(np.float32)
Y = np.eye(10, dtype=np.float32)[DIGITS.target[:512]]


def network() -> list[Any]:
    seeds = ops.random.SeedGenerator(20, portable=True)

    def scaled(shape: Any, dtype: str) -> Any:
        return ops.random.normal(shape, stddev=float(1 / np.sqrt(shape[0])), dtype=dtype, seed=seeds)

    return [
        ops.Variable(scaled, shape=(64, 32)),
        ops.Variable(ops.zeros, shape=(32,)),
        ops.Variable(scaled, shape=(32, 10)),
        ops.Variable(ops.zeros, shape=(10,)),
    ]


def loss_of(layers: Any, x: Any, y: Any) -> Any:
    hidden = ops.relu(ops.matmul(x, layers[0]) + layers[1])
    logits = ops.matmul(hidden, layers[2]) + layers[3]
    return ops.mean(ops.categorical_crossentropy(y, logits, from_logits=True))


def trained(stateless: bool) -> tuple[list[np.ndarray], list[float]]:
    """Returns the initial weights, and the loss of each of 20 steps."""
    layers = network()
    first = [layer.numpy().copy() for layer in layers]
    x, y = ops.convert_to_tensor(X), ops.convert_to_tensor(Y)
    losses: list[float] = []

    def step(values: list[Any], x: Any, y: Any) -> tuple[Any, list[Any]]:
        """A step as a function of values, as JAX's transforms need it."""

        def loss(values: list[Any]) -> Any:
            with ops.StatelessScope(zip(layers, values, strict=True)):
                return loss_of(layers, x, y)

        value, gradients = ops.value_and_grad(loss)(values)
        with ops.StatelessScope(zip(layers, values, strict=True)) as scope:
            for layer, gradient in zip(layers, gradients, strict=True):
                layer.assign_sub(0.5 * gradient)
        return value, [scope.get_current_value(layer) for layer in layers]

    if stateless:
        jitted, values = ops.jit(step), [layer.value for layer in layers]
        for _ in range(20):
            value, values = jitted(values, x, y)
            losses.append(float(host(value)))
        return first, losses
    for _ in range(20):
        value, gradients = ops.value_and_grad(loss_of)(layers, x, y)
        for layer, gradient in zip(layers, gradients, strict=True):
            layer.assign_sub(0.5 * gradient)
        losses.append(float(host(value)))
    return first, losses


def test_the_same_training_on_every_framework() -> None:
    """From one portable seed: the same initial weights bit for bit, and losses that agree to 1e-5 over 20 steps."""
    runs: dict[str, Any] = {}
    for name in BACKENDS:
        with ops.use_backend(name):
            runs[name] = trained(stateless=name == "jax")
    for weights, losses in runs.values():
        expected_weights, expected_losses = next(iter(runs.values()))
        for weight, expected_weight in zip(weights, expected_weights, strict=True):
            np.testing.assert_array_equal(weight, expected_weight)
        np.testing.assert_allclose(losses, expected_losses, rtol=1e-5)
        assert losses[-1] < 0.5 * losses[0]


def test_parameters_for_torchs_own_optimizers() -> None:
    if "torch" not in BACKENDS:
        return
    torch: Any = importlib.import_module("torch")
    with ops.use_backend("torch"):
        layers = network()
        optimizer = torch.optim.SGD([layer.handle for layer in layers], lr=0.5)
        x, y = ops.convert_to_tensor(X), ops.convert_to_tensor(Y)
        losses: list[float] = []
        for _ in range(20):
            optimizer.zero_grad()
            loss = loss_of(layers, x, y)
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        np.testing.assert_allclose(losses, trained(stateless=False)[1], rtol=1e-5)
        frozen = layers[0]
        frozen.trainable = False
        assert not frozen.handle.requires_grad


def test_a_symbolic_run_changes_no_variable(backend: str) -> None:
    count = ops.Variable(np.zeros((), np.float32))

    def function(x: Any) -> Any:
        count.assign_add(1.0)
        return x * 2

    assert ops.compute_output_spec(function, ops.ones((3,))).shape == (3,)
    assert float(ops.convert_to_numpy(count)) == 0

    def failing(x: Any) -> Any:
        count.assign_add(1.0)
        raise ValueError("no")

    with pytest.raises(Exception, match="no"):
        ops.jit(failing, options={"torch": {"backend": "aot_eager"}})(ops.ones((3,)))
    assert float(ops.convert_to_numpy(count)) == (backend == "numpy")  # which runs the function once without tracing
