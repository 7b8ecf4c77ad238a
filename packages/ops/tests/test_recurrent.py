"""`ops.nn.rnn` on every installed backend, and the loops of CTC."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

SEEN = np.array([[False, True, True, False], [True, True, False, True]])


def array(*shape: int) -> Any:
    return np.random.default_rng(len(shape)).normal(size=shape).astype(np.float32)


def cell(x: Any, states: Any) -> Any:
    """A step whose output is not the state, with a constant after the states."""
    weights = states[1]
    state = ops.tanh(ops.add(ops.matmul(x, weights), states[0]))
    return ops.multiply(state, 2.0), [state]


def by_hand(x: Any, state: Any, weights: Any, mask: Any = None, zeros: bool = False, back: bool = False) -> Any:
    if back:
        x, mask = x[:, ::-1], None if mask is None else mask[:, ::-1]
    output, outputs = np.zeros_like(state), []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ weights + state)
        counts = np.ones((len(x), 1), bool) if mask is None else mask[:, t, None]
        output = np.where(counts, 2 * new, 0 if zeros else output)
        state = np.where(counts, new, state)
        outputs.append(output)
    return output, np.stack(outputs, 1), state


def run(x: Any, h: Any, w: Any, **options: Any) -> Any:
    last, outputs, states = ops.nn.rnn(cell, x, [h], constants=[w], **options)
    return last, outputs, states[0]


@pytest.mark.parametrize("jitted", [False, True])
@pytest.mark.parametrize(("mask", "zeros", "back"), [(False, False, False), (True, False, True), (True, True, False)])
def test_rnn_matches_a_python_loop(backend: str, jitted: bool, mask: bool, zeros: bool, back: bool) -> None:
    if jitted and backend == "torch" and back:
        return  # Inductor compiles slowly: two of three are enough
    x, h, w = array(2, 4, 3), array(2, 5), array(3, 5)
    options: dict[str, Any] = {"zero_output_for_mask": zeros, "go_backwards": back}
    if mask:
        options["mask"] = ops.convert_to_tensor(SEEN)

    def function(x: Any, h: Any, w: Any) -> Any:
        return run(x, h, w, **options)

    results = (ops.jit(function) if jitted else function)(*map(ops.convert_to_tensor, (x, h, w)))
    for result, expected in zip(results, by_hand(x, h, w, SEEN if mask else None, zeros, back), strict=True):
        np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-5, atol=1e-6)


def test_rnn_in_other_forms(backend: str) -> None:
    x, h, w = array(2, 4, 3), array(2, 5), array(3, 5)
    last, outputs, state = by_hand(x, h, w)
    results = run(x.swapaxes(0, 1), h, w, time_major=True, unroll=True)
    np.testing.assert_allclose(ops.convert_to_numpy(results[1]), outputs.swapaxes(0, 1), rtol=1e-5, atol=1e-6)
    results = run(x, h, w, return_all_outputs=False)
    np.testing.assert_allclose(ops.convert_to_numpy(results[1]), last[:, None], rtol=1e-5, atol=1e-6)
    results = run(x, h, w, input_length=2)
    np.testing.assert_allclose(ops.convert_to_numpy(results[0]), outputs[:, 1], rtol=1e-5, atol=1e-6)
    results = run(x, h, w, mask=np.ones((2, 4, 1), bool))
    np.testing.assert_allclose(ops.convert_to_numpy(results[2]), state, rtol=1e-5, atol=1e-6)
    bound = ops.namespace(backend).nn.rnn
    last_output, _, _ = bound(cell, x, [h], constants=[w])
    np.testing.assert_allclose(ops.convert_to_numpy(last_output), last, rtol=1e-5, atol=1e-6)


def test_rnn_of_nests(backend: str) -> None:
    def count(x: Any, states: Any) -> Any:
        total = ops.add(states[0]["total"], ops.add(x["a"], x["b"]))
        return (total, ops.cast(total, "int32")), [{"total": total}]

    a, b = array(2, 4, 3), array(2, 4, 3)
    last, outputs, states = ops.nn.rnn(count, {"a": a, "b": b}, [{"total": np.zeros((2, 3), np.float32)}])
    assert ops.dtype(last[1]) == ops.dtype(outputs[1]) == "int32"
    np.testing.assert_allclose(ops.convert_to_numpy(states[0]["total"]), (a + b).sum(1), rtol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(outputs[0]), (a + b).cumsum(1), rtol=1e-5, atol=1e-6)


def test_rnn_is_symbolic(backend: str) -> None:
    x, h, w = ops.SymbolicTensor((None, 4, 3)), ops.SymbolicTensor((None, 5)), ops.SymbolicTensor((3, 5))
    last, outputs, state = run(x, h, w, mask=ops.SymbolicTensor((None, 4), "bool"))
    assert (last.shape, outputs.shape, state.shape) == ((None, 5), (None, 4, 5), (None, 5))
    last, outputs, state = run(ops.SymbolicTensor((2, None, 3)), h, w)
    assert outputs.shape == (2, None, 5)
    assert outputs.dtype == "float32"


def test_rnn_errors(backend: str) -> None:
    x, h, w = array(2, 4, 3), array(2, 5), array(3, 5)
    with pytest.raises(ops.ShapeError, match="at least one step"):
        run(x[:, :0], h, w)
    with pytest.raises(ops.ShapeError, match="the same number of steps"):
        run(x, h, w, mask=SEEN[:, :3])
    with pytest.raises(ops.ArgumentError, match="must return 1 new states; got 2"):
        ops.nn.rnn(lambda x, states: (x, [x, x]), x, [h])


@pytest.mark.parametrize("name", BACKENDS)
def test_gradients_of_rnn(name: str) -> None:
    x, h, w = array(2, 4, 3), array(2, 5), array(3, 5)
    with ops.use_backend(name):
        mask = ops.convert_to_tensor(SEEN)

        def loss(w: Any) -> Any:
            _, outputs, state = run(ops.convert_to_tensor(x), ops.convert_to_tensor(h), w, mask=mask)
            return ops.add(ops.sum(outputs), ops.sum(state))

        gradient = ops.convert_to_numpy(ops.grad(loss)(ops.convert_to_tensor(w)))

        def value(w: Any) -> float:
            _, outputs, state = by_hand(x.astype(np.float64), h, w, SEEN)
            return float(outputs.sum() + state.sum())

        for at in ((0, 0), (2, 3)):
            step = np.zeros((3, 5))
            step[at] = 1e-5
            assert abs((value(w + step) - value(w - step)) / 2e-5 - gradient[at]) < 1e-3


@pytest.mark.parametrize("name", [n for n in ("tensorflow",) if n in BACKENDS])
def test_rnn_of_unknown_length_in_a_graph(name: str) -> None:
    import tensorflow as tf

    with ops.use_backend(name):
        h, w = ops.convert_to_tensor(array(2, 5)), ops.convert_to_tensor(array(3, 5))
        function = tf.function(lambda x: run(x, h, w), input_signature=[tf.TensorSpec((2, None, 3))])
        for steps in (1, 4):
            x = array(2, steps, 3)
            results = function(tf.constant(x))
            for result, expected in zip(results, by_hand(x, h.numpy(), w.numpy()), strict=True):
                np.testing.assert_allclose(result.numpy(), expected, rtol=1e-5, atol=1e-6)
        assert "While" in str({op.type for op in function.get_concrete_function().graph.get_operations()})


@pytest.mark.parametrize("name", [n for n in ("jax",) if n in BACKENDS])
def test_rnn_is_a_scan_in_a_compiled_function(name: str) -> None:
    import jax

    with ops.use_backend(name):
        x, h, w = map(ops.convert_to_tensor, (array(2, 4, 3), array(2, 5), array(3, 5)))
        assert "scan" in str(jax.make_jaxpr(run)(x, h, w))
        assert "scan" not in str(jax.make_jaxpr(lambda *a: run(*a, unroll=True))(x, h, w))


@pytest.mark.parametrize("name", BACKENDS)
def test_a_target_that_does_not_fit_has_an_infinite_loss_and_zero_gradient(name: str) -> None:
    with ops.use_backend(name):
        scores = ops.convert_to_tensor(array(2, 3, 4))

        def loss(scores: Any) -> Any:
            each = ops.ctc_loss([[1, 1], [1, 2]], scores, [2, 2], [2, 3])
            return each[0] + each[1]

        value, gradients = ops.value_and_grad(loss)(scores)
        assert float(ops.convert_to_numpy(value)) == np.inf
        gradients = ops.convert_to_numpy(gradients)
        np.testing.assert_array_equal(gradients[0], np.zeros((3, 4)))
        assert np.isfinite(gradients[1]).all()
        assert np.abs(gradients[1]).max() > 0


def test_a_narrow_beam_search_pads_its_scores(backend: str) -> None:
    labels, scores = ops.ctc_decode(array(1, 4, 3), [4], "beam_search", 2, 3)
    assert ops.shape(labels) == (3, 1, 4)
    values = ops.convert_to_numpy(scores)[0]
    assert np.isfinite(values[:2]).all()
    assert values[0] >= values[1]
    assert values[2] == -np.inf
    assert (ops.convert_to_numpy(labels)[2] == -1).all()
