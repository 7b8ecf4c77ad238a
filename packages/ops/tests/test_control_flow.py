"""Branches, loops and functions with custom gradients: eager, in `jit`, symbolic and differentiated."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS


def tensor(value: Any, dtype: str = "float32") -> Any:
    return ops.convert_to_tensor(np.asarray(value, dtype))


def equal(result: Any, expected: Any) -> None:
    np.testing.assert_allclose(ops.convert_to_numpy(result), expected, rtol=1e-6)


@pytest.fixture(params=[False, True], ids=["eager", "jit"])
def wrap(request: pytest.FixtureRequest) -> Any:
    return jitted if request.param else lambda function: function


def test_cond(backend: str, wrap: Any) -> None:
    def choose(x: Any, y: Any) -> Any:
        return ops.cond(ops.sum(x) > 2, lambda: {"a": x * y, "b": (y,)}, lambda: {"a": x - y, "b": (y + 1,)})

    function = wrap(choose)
    for value in (3.0, 1.0):
        result = function(tensor([value, 0.0]), tensor(2.0))
        equal(result["a"], np.array([value, 0]) * 2 if value > 2 else np.array([value, 0]) - 2)
        equal(result["b"][0], 2.0 if value > 2 else 3.0)


def test_cond_of_python_values(backend: str) -> None:
    assert ops.cond(True, lambda: 1, lambda: 2) == 1
    assert ops.cond(0, lambda: 1, lambda: 2) == 2
    assert ops.cond(np.float32(0.5), lambda: None, lambda: 2) is None
    with pytest.raises(ops.ShapeError, match="pred must have rank 0"):
        ops.cond(tensor([1.0]), lambda: 1, lambda: 2)


def test_switch(backend: str, wrap: Any) -> None:
    function = wrap(lambda i, x: ops.switch(i, [lambda v: v + 1, lambda v: v * 10, lambda v: v - 1], x))
    for index, expected in ((-4, 3.0), (0, 3.0), (1, 20.0), (2, 1.0), (9, 1.0)):
        equal(function(tensor(index, "int32"), tensor(2.0)), expected)
    assert ops.switch(1, [lambda: 3, lambda: 4]) == 4


def test_while_loop(backend: str, wrap: Any) -> None:
    def double(x: Any, limit: Any) -> Any:
        return ops.while_loop(lambda i, v: ops.sum(v[0]) < limit, lambda i, v: (i + 1, [v[0] * 2]), (0, [x]))

    steps, values = wrap(double)(tensor([1.0, 1.0]), tensor(10.0))
    equal(steps, 3)
    equal(values[0], [8.0, 8.0])


def test_switch_by_a_float(backend: str, wrap: Any) -> None:
    branches = [lambda: 3, lambda: 4, lambda: 5]
    for number, expected in ((0.0, 3), (1.0, 4), (-7.0, 3), (9.0, 5), (True, 4)):
        tensor = ops.convert_to_tensor(number)
        for index in (number, np.asarray(number), tensor, ops.Variable(number)):
            assert ops.switch(index, branches) == expected
        assert int(ops.convert_to_numpy(wrap(lambda i: ops.array(ops.switch(i, branches)))(tensor))) == expected
    for index in (0.5, np.float32(0.5), ops.convert_to_tensor(0.5), ops.convert_to_tensor(float("nan"))):
        with pytest.raises(ops.ArgumentError, match="index must hold whole numbers"):
            ops.switch(index, branches)
    with pytest.raises(ops.DtypeError):
        ops.switch(1j, branches)


def test_while_loop_closes_over_tensors_and_may_run_no_step(backend: str, wrap: Any) -> None:
    def halved(x: Any, steps: Any, shift: Any) -> Any:
        return ops.while_loop(lambda i, v: i < steps, lambda i, v: (i + 1, v * 0.5 + shift), (0, x))[1]

    for steps, expected in ((0, [8.0, 4.0]), (1, [5.0, 3.0]), (3, [2.75, 2.25])):
        equal(wrap(halved)(tensor([8.0, 4.0]), tensor(steps, "int32"), tensor(1.0)), expected)


def test_nested_while_loop_with_a_branch(backend: str, wrap: Any) -> None:
    def grown(x: Any) -> Any:
        def outer(v: Any) -> Any:
            inner = ops.while_loop(lambda w: ops.max(w) < 3.0, lambda w: w * 2.0, v)
            return ops.cond(ops.sum(inner) > 8.0, lambda: inner * 2.0, lambda: inner + 1.0)

        return ops.while_loop(lambda v: ops.sum(v) < 20.0, outer, x)

    equal(wrap(grown)(tensor([1.0, 1.5])), [16.0, 20.0])


def test_while_loop_of_one_variable_and_with_a_limit(backend: str) -> None:
    equal(ops.while_loop(lambda i: i < 3, lambda i: i + 1, tensor(0, "int32")), 3)
    result = ops.while_loop(lambda i: i < 30, lambda i: (i + 1,), (tensor(0, "int32"),), maximum_iterations=4)
    assert isinstance(result, tuple)
    equal(result[0], 4)


def test_fori_loop(backend: str, wrap: Any) -> None:
    def step(i: Any, v: Any) -> Any:
        return {"a": ops.multiply(v["a"], i), "b": v["b"] + v["a"]}

    function = wrap(lambda x: ops.fori_loop(1, 4, step, {"a": x, "b": x}))
    result = function(tensor([1.0, 2.0]))
    equal(result["a"], [6.0, 12.0])
    equal(result["b"], [5.0, 10.0])
    equal(ops.fori_loop(4, 0, lambda i, v: v + i, tensor(1.0)), 1.0)


@pytest.mark.parametrize("name", [name for name in BACKENDS if name == "torch"])
def test_loops_compile_to_torch_operators(name: str) -> None:
    """The compiled graph of a loop of many steps has the loop operator, and one or two steps."""
    for kind, function in {
        "scan": lambda x: ops.scan(lambda c, row: (c + row, c * row), 0.0, x),
        "while_loop": lambda x: ops.fori_loop(3, 500, lambda i, v: v + i, x),
    }.items():
        graphs: list[Any] = []

        def keep(graph: Any, _: Any, graphs: list[Any] = graphs) -> Any:
            graphs.append(graph)
            return graph.forward

        with ops.use_backend(name):
            x = ops.ones((200,))
            compiled = importlib.import_module("torch").compile(function, backend=keep, fullgraph=True)
            result, expected = compiled(x), function(x)
            for value, expected_value in zip(result, expected, strict=True):
                equal(value, ops.convert_to_numpy(expected_value))
        names = [node.name for node in graphs[0].graph.nodes]
        assert any(kind in value for value in names)
        assert len(names) < 40


@pytest.mark.parametrize("name", [name for name in BACKENDS if name in ("jax", "tensorflow", "openvino")])
def test_compiled_loops_are_not_unrolled(name: str) -> None:
    """A trace of a loop of many steps calls the function only a few times."""
    steps: list[Any] = []

    def step(i: Any, x: Any) -> Any:
        steps.append(i)
        return x + ops.cast(i, "float32") * 2

    def row(total: Any, x: Any) -> tuple[Any, Any]:
        steps.append(x)
        return total + x, total * x

    with ops.use_backend(name):
        equal(ops.jit(lambda x: ops.fori_loop(3, 1000, step, x))(tensor(1.0)), 1 + 2 * sum(range(3, 1000)))
        assert len(steps) <= 3
        steps.clear()
        total, rows = ops.jit(lambda x: ops.scan(row, 0.0, x))(ops.ones((500,)))
        equal(total, 500.0)
        equal(rows, np.arange(500))
        assert len(steps) <= 3


def test_scan(backend: str, wrap: Any) -> None:
    def step(carry: Any, row: Any) -> Any:
        return carry + row["x"], {"before": carry, "product": row["x"] * row["y"]}

    xs = {"x": tensor([1.0, 2.0, 3.0]), "y": tensor([[1.0], [2.0], [3.0]])}
    for reverse, before in ((False, [0.0, 1.0, 3.0]), (True, [5.0, 3.0, 0.0])):
        last, outputs = wrap(lambda xs, reverse=reverse: ops.scan(step, tensor(0.0), xs, reverse=reverse))(xs)
        equal(last, 6.0)
        equal(outputs["before"], before)
        equal(outputs["product"], [[1.0], [4.0], [9.0]])


def test_scan_without_rows_and_without_outputs(backend: str) -> None:
    last, outputs = ops.scan(lambda c, x: (c + 1, c), 0.0, length=3)
    equal(last, 3.0)
    equal(outputs, [0.0, 1.0, 2.0])
    last, outputs = ops.scan(lambda c, x: (c + x, None), 0.0, tensor([1.0, 2.0]))
    assert outputs is None
    last, outputs = ops.scan(lambda c, x: (c + x, c), 0.0, tensor(np.zeros((0,))))
    assert ops.shape(outputs) == (0,)
    with pytest.raises(ops.ArgumentError, match="needs xs to loop over, or length"):
        ops.scan(lambda c, x: (c, x), 0.0)
    with pytest.raises(ops.ShapeError, match="same first size"):
        ops.scan(lambda c, x: (c, x), 0.0, tensor([1.0, 2.0]), length=3)


def test_map_and_vectorized_map(backend: str, wrap: Any) -> None:
    for function in (ops.map, ops.vectorized_map):
        mapped = wrap(lambda xs, function=function: function(lambda x: (x[0] + ops.sum(x[1]), {"a": x[0]}), xs))
        total, rest = mapped((tensor([1.0, 2.0]), tensor([[3.0, 4.0], [5.0, 6.0]])))
        equal(total, [8.0, 13.0])
        equal(rest["a"], [1.0, 2.0])
        equal(wrap(lambda x, function=function: function(lambda row: row * 2, x))(tensor([1.0, 2.0])), [2.0, 4.0])


def test_associative_scan(backend: str, wrap: Any) -> None:
    x = np.arange(1.0, 15.0).reshape(7, 2)
    for axis, reverse in ((0, False), (1, True), (-2, True)):
        result = wrap(lambda x, axis=axis, reverse=reverse: ops.associative_scan(ops.add, x, reverse, axis))(tensor(x))
        expected = np.flip(np.cumsum(np.flip(x, axis), axis), axis) if reverse else np.cumsum(x, axis)
        equal(result, expected)
    # Composition of linear functions, which does not commute.
    a, b = np.array([2.0, 3.0, 0.5, 1.0, -1.0]), np.array([1.0, -1.0, 2.0, 0.0, 3.0])
    factor, offset = ops.associative_scan(lambda f, g: (f[0] * g[0], f[1] * g[0] + g[1]), (tensor(a), tensor(b)))
    y, expected = 0.0, []
    for i in range(5):
        y = a[i] * y + b[i]
        expected.append(y)
    equal(factor, np.cumprod(a))
    equal(offset, expected)


def test_symbolic_results(backend: str) -> None:
    x, n = ops.SymbolicTensor((None, 3)), ops.SymbolicTensor((), "int32")
    assert ops.cond(n > 0, lambda: x, lambda: x * 2).shape == (None, 3)
    with pytest.raises(ops.ArgumentError, match="same dtypes and ranks"):
        ops.cond(n > 0, lambda: x, lambda: n)
    assert ops.switch(n, [lambda v: v, lambda v: v + 1], x).shape == (None, 3)
    assert ops.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v), (n, x))[1].shape == (None, 3)
    assert ops.fori_loop(0, n, lambda i, v: v + 1, x).shape == (None, 3)
    last, sums = ops.scan(lambda c, row: (c + row, ops.sum(row)), ops.SymbolicTensor((3,)), x)
    assert (last.shape, sums.shape) == ((3,), (None,))
    assert ops.map(ops.sum, ops.SymbolicTensor((4, 3))).shape == (4,)
    assert ops.vectorized_map(ops.sum, ops.SymbolicTensor((4, 3))).shape == (4,)
    assert ops.associative_scan(ops.add, ops.SymbolicTensor((4, None))).shape == (4, None)
    spec = ops.compute_output_spec(lambda x: ops.cond(ops.sum(x) > 0, lambda: x, lambda: -x), ops.ones((2,)))
    assert spec.shape == (2,)


def programs() -> dict[str, Any]:
    return {
        "cond": lambda x: ops.sum(ops.cond(ops.sum(x) > 0, lambda: x * x, lambda: x)),
        "switch": lambda x: ops.sum(ops.switch(ops.cast(ops.sum(x) > 0, "int32"), [lambda v: v, lambda v: v * v], x)),
        "scan": lambda x: ops.sum(ops.scan(lambda c, row: (c * row, c + row), tensor(1.0), x)[1]),
        "fori_loop": lambda x: ops.sum(ops.fori_loop(0, 3, lambda i, v: v * x, x)),
        "associative_scan": lambda x: ops.sum(ops.associative_scan(ops.multiply, x)),
        "map": lambda x: ops.sum(ops.map(lambda row: row * row, x)),
        "vectorized_map": lambda x: ops.sum(ops.vectorized_map(lambda row: row * row, x)),
    }


@pytest.mark.parametrize("jitted", [False, True])
@pytest.mark.parametrize("program", list(programs()))
@pytest.mark.parametrize("name", BACKENDS)
def test_gradients(name: str, program: str, jitted: bool) -> None:
    function = programs()[program]
    x = np.array([0.5, 2.0, 1.5], np.float32)
    with ops.use_backend(name):
        derivative = ops.grad(function)
        gradient = ops.convert_to_numpy((ops.jit(derivative) if jitted else derivative)(tensor(x)))
        for i in range(3):
            step = np.zeros(3, np.float32)
            step[i] = 1e-2
            high, low = (float(ops.convert_to_numpy(function(tensor(v)))) for v in (x + step, x - step))
            assert abs((high - low) / 2e-2 - gradient[i]) < 2e-2 * max(1, abs(gradient[i]))


QUICK: Any = {"torch": {"backend": "aot_eager"}}


def jitted(function: Any) -> Any:
    return ops.jit(function, options=QUICK)


def test_a_loop_selects_by_its_counter(backend: str) -> None:
    x = ops.convert_to_tensor(np.arange(16, dtype="float32").reshape(4, 4))

    def body(i: Any, total: Any) -> tuple[Any, Any]:
        keys = [i, (i, 1), (1, i), (slice(None), i), (i, slice(1, 3)), (..., i), (None, i - 4), (i, i)]
        for factor, key in enumerate(keys, 1):
            total = total + factor * ops.sum(ops.get_item(x, key))
        return i + 1, total

    def function(total: Any) -> Any:
        return ops.while_loop(lambda i, total: i < 4, body, (0, total))[1]

    zero = ops.zeros(())
    np.testing.assert_array_equal(ops.convert_to_numpy(jitted(function)(zero)), ops.convert_to_numpy(function(zero)))


@pytest.mark.parametrize("name", [n for n in ("torch",) if n in BACKENDS])
def test_a_counter_as_a_key_of_torch_itself(name: str) -> None:
    def function(x: Any) -> Any:
        return ops.while_loop(lambda i, total: i < 4, lambda i, total: (i + 1, total + x[i]), (0, ops.zeros((4,))))

    with ops.use_backend(name), pytest.raises(ops.UnsupportedError, match=r"use ops.take\(x, i, axis\)"):
        jitted(function)(ops.ones((4, 4)))


def test_the_branch_not_taken_does_not_affect_gradients(backend: str) -> None:
    def branch(x: Any) -> Any:
        return ops.cond(x > 0, lambda: ops.sqrt(x), lambda: x * 2)

    def switch(x: Any) -> Any:
        return ops.switch(ops.cast(x > 0, "int32"), [lambda v: v * 2, ops.sqrt], x)

    rows = tensor([-1.0, 4.0, 0.0])
    for function in (branch, switch):
        for point, expected in ((-1.0, 2.0), (4.0, 0.25)):
            equal(ops.grad(function)(tensor(point)), expected)
        equal(jitted(ops.grad(function))(tensor(-1.0)), 2.0)
        mapped = ops.vmap(ops.grad(function))
        equal(mapped(rows), [2.0, 0.25, 2.0])
    together = ops.grad(lambda x: ops.sum(ops.vmap(branch)(x)))
    for function in (together, jitted(together)):
        equal(function(rows), [2.0, 0.25, 2.0])
    equal(jitted(ops.vmap(ops.grad(branch)))(rows), [2.0, 0.25, 2.0])
    equal(ops.hessian(branch)(tensor(-1.0)), 0.0)


def test_branches_and_loops_of_rows(backend: str) -> None:
    x = tensor([-1.0, 4.0])
    programs: dict[str, tuple[Any, Any]] = {
        "while": (lambda s: ops.while_loop(lambda y: y > 1, lambda y: y / 2, s), [-1.0, 1.0]),
        "fori": (lambda s: ops.fori_loop(0, 3, lambda i, y: ops.add(y * s, i), s), [2.0, 262.0]),
        "scan": (lambda s: ops.scan(lambda c, r: (c + r * s, c), s, tensor([1.0, 2.0]))[0], [-4.0, 16.0]),
    }
    for function, expected in programs.values():
        for mapped in (ops.vmap(function), jitted(ops.vmap(function))):
            equal(mapped(x), expected)
    grown = ops.vmap(lambda s, n: ops.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * s), (0, s))[1])
    equal(grown(tensor([2.0, 3.0]), tensor([3, 0], "int32")), [16.0, 3.0])
    # A row that does not take the branch would read out of bounds.
    taken = ops.vmap(lambda i: ops.cond(i < 2, lambda: ops.take(tensor([5.0, 6.0]), i), lambda: tensor(0.0)))
    equal(taken(tensor([0, 1, 2], "int32")), [5.0, 6.0, 0.0])
    twice = ops.vmap(ops.vmap(lambda s: ops.cond(s > 0, lambda: ops.sqrt(s), lambda: s)))
    equal(twice(tensor([[4.0, -4.0], [-9.0, 9.0]])), [[2.0, -4.0], [-9.0, 3.0]])


def test_a_python_number_is_promoted_by_the_steps(backend: str, wrap: Any) -> None:
    def looped(x: Any) -> Any:
        return ops.while_loop(lambda i, n: i < 3, lambda i, n: (i + 1, ops.add(n, ops.where(i > 0, x, 0.5))), (0, 0))[1]

    def counted(x: Any) -> Any:
        return ops.fori_loop(0, 3, lambda i, n: ops.add(n, ops.where(ops.convert_to_tensor(i) > 0, x, 0.5)), 0)

    def scanned(x: Any) -> Any:
        return ops.scan(lambda c, row: (ops.add(c, row), row), 0, ops.stack([x / 2, x, x]))[0]

    for function in (looped, counted, scanned):
        result = wrap(function)(tensor(1.0))
        equal(result, 2.5)
        assert ops.dtype(result) == "float32"
    # Operators of the framework's tensors, which do not promote on tensorflow.
    own = wrap(lambda x: ops.while_loop(lambda i, n: i < 3, lambda i, n: (i + 1, n + ops.where(i > 0, x, 0.5)), (0, 0)))
    equal(own(tensor(1.0))[1], 2.5)
    flagged = wrap(lambda x: ops.while_loop(lambda n: ops.less(n, 3), lambda n: ops.add(n, x), False))
    equal(flagged(tensor(2.0)), 4.0)
    x, n = ops.SymbolicTensor(()), ops.SymbolicTensor((), "int32")
    promoted = ops.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, v + x), (n, 0))[1]
    assert ops.dtype(promoted) == "float32"


def test_while_loop_with_variables_traced_only_in_closures(backend: str, wrap: Any) -> None:
    def grown(x: Any) -> Any:
        zeros = ops.zeros((3,))
        return ops.while_loop(
            lambda s, u: ops.max(u) < 11.0, lambda s, u: (s + 1, u * 0.5 + ops.sum(x)), (0, zeros), maximum_iterations=9
        )

    steps, values = wrap(grown)(tensor([1.0, 2.0, 3.0]))
    equal(steps, 4)
    equal(values, [11.25] * 3)
    # Only the condition is traced, and a variable is closed over as well.
    equal(wrap(lambda n: ops.while_loop(lambda i: i < n, lambda i: i + 1, tensor(0, "int32")))(tensor(5, "int32")), 5)
    power = wrap(lambda x: ops.while_loop(lambda i, y, z: i < 3, lambda i, y, z: (i + 1, y * x, z), (0, x, x))[1])
    equal(power(tensor(1.5)), 1.5**4)


def test_compiled_scan_closes_over_its_carry(backend: str, wrap: Any) -> None:
    for point in (-1.0, 4.0):
        last, before = wrap(lambda s: ops.scan(lambda c, r: (c + r * s, c), s, tensor([1.0, 2.0])))(tensor(point))
        equal(last, 4 * point)
        equal(before, [point, 2 * point])


def test_errors_of_loops_state_the_cause_first(backend: str) -> None:
    def body(i: Any, d: Any) -> Any:
        return i + 1, {"a": [ops.reshape(d["a"][0], (7,))]}

    with pytest.raises(ops.ShapeError, match="cannot reshape") as caught:
        ops.while_loop(lambda i, d: i < 3, body, (0, {"a": [ops.ones((40, 50))]}))
    message = str(caught.value)
    assert message.startswith("cannot reshape")
    assert "{'a': [float32 (40, 50)]}" in message
    assert len(message) < 300


def test_all_rows_have_the_same_random_numbers(backend: str) -> None:
    generator = ops.random.SeedGenerator(3)

    def noisy(x: Any) -> Any:
        return ops.cond(x >= 0, lambda: x + ops.random.uniform((), seed=generator), lambda: x)

    x = ops.zeros((3,))
    draws: list[float] = []
    for mapped in (ops.vmap(noisy), jitted(ops.vmap(noisy))):
        for _ in range(2):
            row = ops.convert_to_numpy(mapped(x))
            assert len(set(row.tolist())) == 1
            draws.append(float(row[0]))
    assert len(set(draws)) == 4
    assert generator.draws() == 4


@ops.custom_gradient
def loud(x: Any, y: Any) -> Any:
    """The product, with gradients that are 100 times as large."""
    return x * y, lambda *upstream: (upstream[0] * y * 100, upstream[0] * x * 100)


def test_custom_gradient_computes(backend: str, wrap: Any) -> None:
    function = wrap(lambda x, y: loud(x, y))
    equal(function(tensor([1.0, 2.0]), tensor([3.0, 4.0])), [3.0, 8.0])
    assert loud(ops.SymbolicTensor((2,)), ops.SymbolicTensor((2,))).shape == (2,)


@pytest.mark.parametrize("jitted", [False, True])
@pytest.mark.parametrize("name", BACKENDS)
def test_custom_gradient(name: str, jitted: bool) -> None:
    with ops.use_backend(name):
        gradient = ops.grad(lambda x, y: ops.sum(loud(x, y)), argnums=(0, 1))
        points = tensor([1.0, 2.0]), tensor([3.0, 4.0])
        if jitted and name == "torch" and int(version("torch").split(".")[1]) < 12:
            with pytest.raises(ops.UnsupportedError, match=r"before torch 2.12, .*upgrade torch"):
                ops.jit(gradient)(*points)
            return
        first, second = (ops.jit(gradient) if jitted else gradient)(*points)
        equal(first, [300.0, 400.0])
        equal(second, [100.0, 200.0])


def test_slices_at_traced_positions(backend: str, wrap: Any) -> None:
    x = np.arange(12.0).reshape(3, 4)
    function = wrap(lambda x, i: ops.slice(x, [i, 1], (2, 2)))
    for start, expected in ((0, x[0:2, 1:3]), (2, x[1:3, 1:3]), (-3, x[0:2, 1:3])):
        equal(function(tensor(x), tensor(start, "int32")), expected)
    update = wrap(lambda x, i, y: ops.slice_update(x, [i, 1], y))
    y = np.full((1, 2), 9.0)
    expected = x.copy()
    expected[2, 1:3] = 9.0
    equal(update(tensor(x), tensor(2, "int32"), tensor(y)), expected)


def test_scatters_and_segments_in_jit(backend: str) -> None:
    places = tensor([[0], [3], [0], [-1], [9]], "int32")
    values = tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    for reduction, expected in (
        (None, [3.0, 1.0, 1.0, 4.0]),
        ("add", [5.0, 1.0, 1.0, 7.0]),
        ("max", [3.0, 1.0, 1.0, 4.0]),
    ):
        function = ops.jit(lambda x, i, v, reduction=reduction: ops.scatter_update(x, i, v, reduction))
        equal(function(tensor(np.ones(4)), places, values), expected)
    ids = tensor([1, 0, 1, -1, 4], "int32")
    for name, expected in (("sum", [2.0, 4.0]), ("prod", [2.0, 3.0]), ("max", [2.0, 3.0]), ("min", [2.0, 1.0])):
        function = ops.jit(lambda v, i, name=name: getattr(ops, f"segment_{name}")(v, i, 2))
        equal(function(values, ids), expected)
    if backend != "numpy":  # which does not trace
        with pytest.raises(Exception, match="num_segments"):
            ops.jit(lambda v, i: ops.segment_sum(v, i))(values, ids)


X = np.arange(24.0, dtype=np.float32).reshape(2, 3, 4)


@pytest.mark.parametrize(
    ("pattern", "sizes", "expected"),
    [
        ("a b c -> c a b", {}, X.transpose(2, 0, 1)),
        ("a b c -> (a b) c", {}, X.reshape(6, 4)),
        ("a b (h w) -> a (b h) w", {"h": 2}, X.reshape(6, 2, 2).reshape(2, 6, 2)),
        ("a ... -> ... a", {}, X.transpose(1, 2, 0)),
        ("... (h w) -> h ... w", {"w": 2}, X.reshape(2, 3, 2, 2).transpose(2, 0, 1, 3)),
        ("a b c -> a 1 b () c", {}, X[:, None, :, None]),
        ("a b c -> (c b a)", {}, X.transpose(2, 1, 0).reshape(-1)),
        ("a b c->a b c", {}, X),
    ],
)
def test_rearrange(backend: str, pattern: str, sizes: Any, expected: Any) -> None:
    equal(ops.rearrange(tensor(X), pattern, **sizes), expected)
    assert ops.rearrange(ops.SymbolicTensor(X.shape), pattern, **sizes).shape == expected.shape


@pytest.mark.parametrize(
    ("kind", "pattern", "sizes", "message"),
    [
        (ops.ShapeError, "a b -> b a", {}, "2 axes on its left side"),
        (ops.ArgumentError, "a b c", {}, "one '->'"),
        (ops.ArgumentError, "a b c -> a b", {}, "c occurs on only one side"),
        (ops.ArgumentError, "a a c -> a c", {}, "a occurs twice"),
        (ops.ArgumentError, "a (b c -> a b c", {}, "not closed"),
        (ops.ArgumentError, "a b (x y) -> a b x y", {}, "sizes of all but one of x, y"),
        (ops.ShapeError, "a b (x y) -> a b x y", {"x": 3}, "multiple of 3"),
        (ops.ArgumentError, "a b c -> c b a", {"d": 3}, "has no axis d"),
        (ops.ArgumentError, "a b c% -> c a b", {}, "'%' in pattern"),
    ],
)
def test_rearrange_errors(backend: str, kind: Any, pattern: str, sizes: Any, message: str) -> None:
    with pytest.raises(kind, match=message):
        ops.rearrange(tensor(X), pattern, **sizes)


def test_a_number_that_a_loop_inside_the_body_promotes(backend: str) -> None:
    def function(x: Any) -> Any:
        def body(i: Any, total: Any) -> Any:
            inner = ops.while_loop(lambda j, s: j < 2, lambda j, s: (j + 1, ops.add(s, x)), (0, total))
            return i + 1, inner[1]

        return ops.while_loop(lambda i, total: i < 3, body, (0, 0))[1]

    value = function(ops.convert_to_tensor(0.5))
    assert (ops.dtype(value), float(ops.convert_to_numpy(value))) == ("float32", 3.0)
    if backend != "torch":  # whose compiler ends the process where operands of the inner loop differ in dtype
        assert float(ops.convert_to_numpy(ops.jit(function)(ops.convert_to_tensor(0.5)))) == 3.0


@pytest.mark.parametrize("name", [name for name in BACKENDS if name == "torch"])
def test_views_in_a_compiled_loop(name: str) -> None:
    def looped(a: Any, v: Any, copied: bool) -> Any:
        view = ops.copy(ops.transpose(a)) if copied else ops.transpose(a)
        return ops.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, a @ x + view @ x), (0, v))[1]

    with ops.use_backend(name):
        a, v = tensor([[1.0, 2.0], [0.0, 1.0]]), tensor([1.0, 2.0])
        options = {"torch": {"backend": "aot_eager"}}
        with pytest.raises(ops.UnsupportedError, match=r"both a tensor and a view of it.*ops\.copy"):
            ops.jit(lambda a, v: looped(a, v, False), options=options)(a, v)
        equal(ops.jit(lambda a, v: looped(a, v, True), options=options)(a, v), ops.convert_to_numpy(looped(a, v, True)))


@pytest.mark.parametrize("name", [name for name in BACKENDS if name == "torch"])
def test_strides_in_compiled_branches_and_loops(name: str) -> None:
    def function(x: Any) -> Any:
        turned = ops.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, ops.transpose(v) + 1), (0, x))[1]
        return ops.cond(ops.sum(x) > 0, lambda: turned, lambda: ops.transpose(turned))

    with ops.use_backend(name):
        x = tensor([[1.0, 2.0], [3.0, 4.0]])
        equal(ops.jit(function, options={"torch": {"backend": "aot_eager"}})(x), [[4.0, 6.0], [5.0, 7.0]])
