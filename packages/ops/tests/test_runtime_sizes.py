"""Run-time sizes: what `ops.shape` has in place of a size that is unknown while a function is traced.

The programs are in `size_programs`. By default each backend runs a few of them; OPS_SWEEP=1 runs all.
"""

from __future__ import annotations

import importlib
import os
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops._declaration import DECLARED
from ops_common.testing import BACKENDS

_HERE = Path(__file__).parent
PROGRAMS: dict[str, Any] = runpy.run_path(str(_HERE / "size_programs.py"))["PROGRAMS"]
_EXPORTS = runpy.run_path(str(_HERE / "test_export.py"))
WRITERS, serve = _EXPORTS["WRITERS"], _EXPORTS["serve"]

SWEEP = os.environ.get("OPS_SWEEP") == "1"
FEW = ("class_token", "pad_to_a_multiple", "labels_of_a_batch", "noise", "statistics_of_a_batch")
SHOWN = [*PROGRAMS] if SWEEP else [*FEW]
OPTIONS = {"torch": {"backend": "aot_eager"}}
X = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
Function = Callable[..., Any]


def to_numpy(x: Any) -> Any:
    return np.asarray(ops.convert_to_numpy(x))


def function_of(program: Any) -> Function:
    return lambda *inputs: program.function(ops, ops.random, *inputs)


def expected(program: Any, call: int) -> Any:
    return to_numpy(program.function(ops, ops.random, *map(ops.convert_to_tensor, program.inputs(call))))


def traced(backend: str, function: Function, *shapes: tuple[int | None, ...]) -> Function:
    """Returns a function of float32 arrays, traced by the framework with an unknown size."""
    if backend == "tensorflow":
        tf: Any = importlib.import_module("tensorflow")
        specs = [tf.TensorSpec(shape, "float32") for shape in shapes]
        return tf.function(function, input_signature=specs, autograph=False)
    if backend == "jax":
        jax: Any = importlib.import_module("jax")
        export: Any = importlib.import_module("jax.export")
        scope = export.SymbolicScope(["n>=3", "n<=8"])
        texts = [", ".join("n" if size is None else str(size) for size in shape) for shape in shapes]
        specs = [jax.ShapeDtypeStruct(export.symbolic_shape(text, scope=scope), "float32") for text in texts]
        return export.export(jax.jit(function))(*specs).call
    return ops.jit(function, dynamic=True, options=OPTIONS)


def results(backend: str, function: Function, *arrays: Any) -> list[Any]:
    """Returns the result of the traced function for each array."""
    call = traced(backend, function, (None, 3))
    return [to_numpy(call(ops.convert_to_tensor(array))) for array in arrays]


@pytest.fixture
def framework(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of the active backend, for tests that not all backends run."""
    with ops.use_backend(request.param):
        yield request.param


GRAPHS = [name for name in BACKENDS if name in ("tensorflow", "openvino")]
of_graphs = pytest.mark.parametrize("framework", GRAPHS, indirect=True)
TRACING = [name for name in BACKENDS if name != "numpy"]
of_traces = pytest.mark.parametrize("framework", TRACING, indirect=True)


# --- the programs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("framework", [name for name in BACKENDS if name == "tensorflow"], indirect=True)
def test_programs_in_a_tensorflow_function(framework: str, name: str) -> None:
    tf: Any = importlib.import_module("tensorflow")
    program = PROGRAMS[name]
    specs = [tf.TensorSpec(shape, dtype) for shape, (_, dtype) in zip(program.shapes(), program.specs, strict=True)]
    call = tf.function(function_of(program), input_signature=specs, autograph=False)
    for i in (0, 1):
        np.testing.assert_allclose(to_numpy(call(*program.inputs(i))), expected(program, i), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", SHOWN)
def test_jitted_programs(backend: str, name: str) -> None:
    program = PROGRAMS[name]
    call = ops.jit(function_of(program), dynamic=True, options=OPTIONS)
    for i in (0, 1, 0):
        result = to_numpy(call(*map(ops.convert_to_tensor, program.inputs(i))))
        np.testing.assert_allclose(result, expected(program, i), rtol=1e-4, atol=1e-5)


# What an exporter does not support, which its error says: random numbers (OpenVINO, ONNX), and programs in which a
# condition or a formula depends on sizes (PyTorch, JAX).
_OF_RANDOM = {"dropout", "shuffle", "noise"}
UNSUPPORTED: dict[str, set[str]] = {
    "openvino": _OF_RANDOM,
    "onnx": _OF_RANDOM,
    "saved_model": set(),
    "stablehlo": {"short_time_spectrum_of_any_length", "spectrum", "largest_elements"},
    "torch": {"resize_crop"},
}
TOKENS = ("class_token", "column_of_zeros")
EXPORTED = [
    (form, name)
    for form in _EXPORTS["FORMATS"]
    for name in (PROGRAMS if SWEEP else TOKENS if form in _EXPORTS["QUICK"] else ())
    if name not in UNSUPPORTED.get(form, ())
]


@pytest.mark.parametrize(("form", "name"), EXPORTED)
def test_exported_programs(form: str, name: str, tmp_path: Path) -> None:
    program = PROGRAMS[name]
    specs = [
        ops.SymbolicTensor(shape, dtype, name=f"x{i}")
        for i, (shape, (_, dtype)) in enumerate(zip(program.shapes(), program.specs, strict=True))
    ]
    path = ops.export(function_of(program), *specs, path=tmp_path / f"program{WRITERS[form][1]}")
    for i in (0, 1):
        inputs = {f"x{j}": array for j, array in enumerate(program.inputs(i))}
        (result,) = serve(form, path, **inputs)
        with ops.use_backend(WRITERS[form][0]):
            if name not in _OF_RANDOM:
                np.testing.assert_allclose(result, expected(program, i), rtol=1e-4, atol=1e-4)


# --- every argument that is a size -----------------------------------------------------------------------------------


def n(x: Any) -> Any:
    return ops.shape(x)[0]


def portable(function: Function) -> Function:
    def call(x: Any) -> Any:
        with ops.random.portable():
            return function(x)

    return call


SIZED: dict[str, Function] = {
    "reshape": lambda x: ops.reshape(x, (n(x), 3, 1)),
    "broadcast_to": lambda x: ops.broadcast_to(np.ones((1, 2), np.float32), (n(x), 2)),
    "tile": lambda x: ops.tile(x, (2, n(x), 1)),
    "repeat": lambda x: ops.repeat(x, n(x), axis=1),
    "roll": lambda x: ops.roll(x, n(x) // 2, 0),
    "pad": lambda x: ops.pad(x, ((0, 8 - n(x)), (1, 1))),
    "pad reflect": lambda x: ops.pad(x, ((n(x) - 1, 0), (0, 0)), mode="reflect"),
    "pad edge": lambda x: ops.pad(x, ((0, (-n(x)) % 4), (0, 0)), mode="edge"),
    "slice": lambda x: ops.slice(x, (1, 0), (n(x) - 1, 2)),
    "slice start": lambda x: ops.slice(x, (n(x) - 2, 0), (2, 2)),
    "slice_update": lambda x: ops.slice_update(x, (1, 0), ops.ones((n(x) - 1, 2))),
    "get_item": lambda x: x[: n(x) - 1],
    "get_item of an int": lambda x: ops.get_item(x, n(x) - 1),
    "zeros": lambda x: ops.zeros(ops.shape(x)),
    "ones": lambda x: ops.ones((n(x),)),
    "empty": lambda x: ops.empty((n(x), 2)),
    "full": lambda x: ops.full((n(x), 3), x[0]),
    "zeros_like": lambda x: ops.zeros_like(x) + ops.ones_like(x) + ops.full_like(x, 2.0),
    "eye": lambda x: ops.eye(n(x)),
    "tri": lambda x: ops.tri(n(x), 4, 1),
    "identity": lambda x: ops.identity(n(x)),
    "vander": lambda x: ops.vander(x[:, 0], n(x)),
    "diag": lambda x: ops.diag(x[:, 0], 1),
    "tril": lambda x: ops.tril(ops.ones((n(x), n(x))), -1),
    "arange": lambda x: ops.arange(n(x)),
    "arange back": lambda x: ops.arange(n(x), 0, -2, dtype="float32"),
    "linspace": lambda x: ops.linspace(0.0, 1.0, n(x)),
    "logspace": lambda x: ops.logspace(0.0, 1.0, n(x)),
    "geomspace": lambda x: ops.geomspace(1.0, 8.0, n(x)),
    "unravel_index": lambda x: ops.stack(ops.unravel_index(ops.convert_to_tensor([1, 2]), (n(x), 3))),
    "meshgrid": lambda x: ops.stack(ops.meshgrid(ops.arange(n(x)), ops.arange(3))),
    "bincount": lambda x: ops.bincount(ops.cast(ops.abs(x[:, 0]), "int32"), minlength=n(x) + 8),
    "one_hot": lambda x: ops.one_hot(ops.arange(3), n(x)),
    "multi_hot": lambda x: ops.multi_hot(ops.convert_to_tensor([[0, 1]]), n(x)),
    "segment_sum": lambda x: ops.segment_sum(x, ops.arange(n(x)) // 2, num_segments=n(x)),
    "segment_prod": lambda x: ops.segment_prod(x, ops.arange(n(x)) // 2, num_segments=n(x)),
    "segment_max": lambda x: ops.segment_max(x, ops.arange(n(x)) // 2, num_segments=n(x)),
    "segment_min": lambda x: ops.segment_min(x, ops.arange(n(x)) // 2, num_segments=n(x)),
    "scatter": lambda x: ops.scatter(ops.convert_to_tensor([[0], [1]]), x[:2], (n(x), 3)),
    "resize": lambda x: ops.image.resize(ops.ones((1, 5, 4, 1)), (n(x), 3)),
    "bartlett": lambda x: ops.bartlett(n(x)),
    "blackman": lambda x: ops.blackman(n(x)),
    "hamming": lambda x: ops.hamming(n(x)),
    "hanning": lambda x: ops.hanning(n(x)),
    "kaiser": lambda x: ops.kaiser(n(x), 3.0),
    "normal": lambda x: ops.random.normal(ops.shape(x), seed=1),
    "uniform": lambda x: ops.random.uniform(ops.shape(x), seed=1),
    "truncated_normal": lambda x: ops.random.truncated_normal(ops.shape(x), seed=1),
    "randint": lambda x: ops.random.randint(ops.shape(x), 0, 5, seed=1),
    "categorical": lambda x: ops.random.categorical(np.ones((2, 3), np.float32), n(x), seed=1),
    "binomial": lambda x: ops.random.binomial(ops.shape(x), 5, 0.3, seed=1),
    "beta": lambda x: ops.random.beta(ops.shape(x), 2.0, 3.0, seed=1),
    "gamma": lambda x: ops.random.gamma(ops.shape(x), 2.0, seed=1),
    "fori_loop": lambda x: ops.fori_loop(0, n(x), lambda i, c: c + i, ops.convert_to_tensor(0)),
    "from_coo": lambda x: ops.to_dense(ops.sparse.from_coo([[0, 1]], [2.0], (n(x), 3))),
    "arithmetic": lambda x: x / (n(x) * 2) + ops.sum(x) / ops.size(x),
    "converted": lambda x: ops.convert_to_tensor(ops.shape(x)),
}
SOME = ("reshape", "zeros", "arange", "slice", "pad", "normal", "one_hot", "segment_sum", "arithmetic")


def test_every_declared_size_is_in_the_table() -> None:
    """A function with an argument of the role of a shape or size has a row above."""
    sized = {
        declared.name
        for declared in DECLARED.values()
        if not declared.name.startswith("_") and any(role.is_size for role in declared.signature.roles)
    }
    assert sized - {name.split(" ")[0] for name in SIZED} == set()


@pytest.mark.parametrize("name", SIZED if SWEEP else SOME)
@of_traces
def test_arguments_that_are_sizes(framework: str, name: str) -> None:
    function = SIZED[name]
    for x, result in zip((X[:4], X, X[:3]), results(framework, function, X[:4], X, X[:3]), strict=True):
        eager = to_numpy(function(ops.convert_to_tensor(x)))
        assert (result.dtype, result.shape) == (eager.dtype, eager.shape)
        np.testing.assert_allclose(result, eager, rtol=1e-4, atol=1e-5)


_RANDOM = ("normal", "uniform", "truncated_normal", "randint", "categorical", "binomial", "beta", "gamma")


@pytest.mark.parametrize("name", _RANDOM if SWEEP else ["uniform"])
@pytest.mark.parametrize("framework", [name for name in TRACING if name != "torch"], indirect=True)
def test_portable_random_numbers(framework: str, name: str) -> None:
    """The numbers of a run-time shape are those of the eager call with that shape."""
    function = portable(SIZED[name])
    for x, result in zip((X[:4], X, X[:3]), results(framework, function, X[:4], X, X[:3]), strict=True):
        np.testing.assert_array_equal(result, to_numpy(function(ops.convert_to_tensor(x))))


# --- details ---------------------------------------------------------------------------------------------------------


@of_graphs
def test_shape_and_size(framework: str) -> None:
    seen: list[Any] = []

    def function(x: Any) -> Any:
        seen.append((ops.shape(x), ops.size(x)))
        return ops.stack([n(x), ops.size(x), n(x) * 2 + 1])

    for x, result in zip((X[:4], X[:2], X), results(framework, function, X[:4], X[:2], X), strict=True):
        assert result.tolist() == [len(x), 3 * len(x), 2 * len(x) + 1]
    (rows, columns), size = seen[-1]
    assert columns == 3
    assert (ops.dtype(rows), ops.dtype(size)) == ("int32", "int32")
    assert len(seen) <= 2  # not once for each size
    assert ops.shape(ops.SymbolicTensor((None, 3))) == (None, 3)
    assert ops.shape(ops.convert_to_tensor(X)) == (6, 3)


@of_graphs
def test_arithmetic_of_sizes(framework: str) -> None:
    def function(x: Any) -> Any:
        return x * -n(x) + x / abs(2 - n(x)) + x * 2 ** n(x) + ops.ones((n(x) ** 2 // n(x), 3))

    for x, result in zip((X[:4], X[:3], X), results(framework, function, X[:4], X[:3], X), strict=True):
        count = len(x)
        np.testing.assert_allclose(result, x * (-count + 1 / (count - 2) + 2**count) + 1, rtol=1e-5)


@of_graphs
def test_a_tensor_as_a_shape(framework: str) -> None:
    def function(x: Any) -> Any:
        backwards = ops.flip(ops.convert_to_tensor(ops.shape(x)))
        return ops.reshape(x, backwards) + ops.zeros(backwards)

    for x, result in zip((X[:4], X[:2], X), results(framework, function, X[:4], X[:2], X), strict=True):
        assert result.tolist() == x.reshape(3, -1).tolist()


def test_tensors_of_known_values_are_sizes(backend: str) -> None:
    sizes = ops.convert_to_tensor([2, 3])
    for shape in (sizes, np.array([2, 3]), (sizes[0], np.int64(3)), [ops.convert_to_tensor(2), 3]):
        assert ops.shape(ops.zeros(shape)) == (2, 3)
        assert ops.shape(ops.reshape(ops.arange(6), shape)) == (2, 3)
        assert ops.shape(ops.random.normal(shape)) == (2, 3)
    assert ops.shape(ops.pad(ops.ones((2,)), sizes)) == (7,)
    assert ops.shape(ops.one_hot(ops.convert_to_tensor([0]), sizes[1])) == (1, 3)


@of_graphs
def test_the_static_shape_is_kept(framework: str) -> None:
    shapes: list[Any] = []

    def function(x: Any) -> Any:
        y = ops.reshape(x, (n(x), 1, 3))
        shapes.append(tuple(y.shape))
        return ops.broadcast_to(y, (n(x), 2, 3))

    results(framework, function, X[:4], X[:2], X)
    assert shapes[-1] == (None, 1, 3)


@pytest.mark.parametrize("framework", [name for name in BACKENDS if name == "tensorflow"], indirect=True)
def test_none_of_an_attribute(framework: str) -> None:
    """A tensor's own attribute has None, which is not a size."""
    call = traced(framework, lambda x: ops.zeros(tuple(x.shape)), (None, 3))
    with pytest.raises(ops.ArgumentTypeError, match=r"shape must be known; got None: use ops\.shape\(x\)"):
        call(X)


@pytest.mark.parametrize("framework", [name for name in BACKENDS if name == "jax"], indirect=True)
def test_a_size_that_depends_on_values(framework: str) -> None:
    for function in (lambda x: ops.zeros((ops.argmax(x),)), lambda x: ops.one_hot([0, 1], ops.argmax(x))):
        with pytest.raises(ops.UnsupportedError, match=r"(shape|num_classes) must be known"):
            ops.jit(function)(ops.convert_to_tensor(X[0]))


def test_errors(backend: str) -> None:
    for kind, call in (
        (ops.ArgumentTypeError, lambda: ops.zeros((2, None))),
        (ops.ArgumentTypeError, lambda: ops.zeros((2, 1.5))),
        (ops.ArgumentTypeError, lambda: ops.one_hot([1], 2.5)),
        (ops.ArgumentTypeError, lambda: ops.zeros(np.ones((2, 2), np.int32))),
        (ops.ArgumentTypeError, lambda: ops.pad([1, 2], None)),
        (ops.ShapeError, lambda: ops.eye(-1)),
        (ops.ShapeError, lambda: ops.zeros((-1,))),
        (ops.ArgumentError, lambda: ops.one_hot([1], -1)),
    ):
        with pytest.raises(kind):
            call()


@of_graphs
def test_gradients(framework: str) -> None:
    def loss(x: Any) -> Any:
        token = ops.broadcast_to(x[:1], (n(x), 3))
        padded = ops.pad(ops.reshape(x * token, (n(x), 3, 1)), ((0, n(x)), (0, 0), (0, 0)))
        return ops.sum(ops.square(ops.tile(padded, (1, 1, n(x))))) / ops.size(x)

    gradient = ops.grad(loss)
    call = ops.jit(gradient, dynamic=True)
    for x in (X[:4], X[:2], X):
        eager = to_numpy(gradient(ops.convert_to_tensor(x)))
        np.testing.assert_allclose(to_numpy(call(ops.convert_to_tensor(x))), eager, rtol=1e-4)


# --- operands whose meaning depends on sizes -------------------------------------------------------------------------


def test_right_hand_sides_are_vectors_or_matrices_by_their_sizes(backend: str) -> None:
    """A jitted function solves for each call as the eager call does."""
    call = ops.jit(ops.solve, dynamic=True, options=OPTIONS)
    matrices = np.eye(3, dtype=np.float32) + np.arange(36, dtype=np.float32).reshape(4, 3, 3) / 50
    for count, right in ((2, (2, 3)), (4, (4, 3)), (2, (3, 2)), (1, (3, 3)), (4, (3, 1)), (3, (3, 3))):
        a, b = ops.convert_to_tensor(matrices[:count]), ops.ones(right)
        np.testing.assert_allclose(to_numpy(call(a, b)), to_numpy(ops.solve(a, b)), rtol=1e-4)


@of_graphs
def test_right_hand_sides_of_unknown_sizes(framework: str, tmp_path: Path) -> None:
    """Where all sizes are unknown, the ranks show what right-hand sides are: no result is another than the eager
    one."""
    if framework == "tensorflow":
        call = traced(framework, ops.solve, (None, None, None), (None, None))
    else:
        specs = [ops.SymbolicTensor((None,) * rank, name=name) for rank, name in ((3, "a"), (2, "b"))]
        path = ops.export(ops.solve, *specs, path=tmp_path / "solve.xml")

        def call(a: Any, b: Any) -> Any:
            return serve("openvino", path, a=to_numpy(a), b=to_numpy(b))[0]

    a, b = ops.convert_to_tensor(np.stack([np.eye(3), 2 * np.eye(3)]).astype(np.float32)), ops.ones((2, 3))
    np.testing.assert_allclose(to_numpy(call(a, b)), [[1, 1, 1], [0.5, 0.5, 0.5]])
    for count, right in ((2, (3, 2)), (1, (3, 3))):
        with pytest.raises(Exception, match="vectors" if framework == "tensorflow" else None):
            call(a[:count], ops.ones(right))


@of_graphs
def test_cross_of_unknown_sizes(framework: str) -> None:
    for x1, x2 in ((X, X[::-1]), (X, X[:, :2]), (X[:, :2], X)):
        shapes = ((None, None), (None, 3)) if x2.shape[1] == 3 else ((None, 3), (None, None))
        if framework == "tensorflow":
            call = traced(framework, ops.cross, *shapes)
        else:
            call = ops.jit(ops.cross, dynamic=True)
        eager = to_numpy(ops.cross(ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)))
        result = call(ops.convert_to_tensor(x1), ops.convert_to_tensor(x2))
        np.testing.assert_allclose(to_numpy(result), eager, rtol=1e-5)


@of_graphs
def test_scattered_at_an_unknown_number_of_axes(framework: str) -> None:
    """The rank of the updates shows how many axes are indexed."""
    for indices, updates in (([[0, 1], [5, 2]], (2,)), ([[0], [5]], (2, 3))):
        call = ops.jit(ops.scatter_update, dynamic=True)
        if framework == "tensorflow":
            tf: Any = importlib.import_module("tensorflow")
            specs = [((None, None), "float32"), ((None, None), "int32"), ((None,) * len(updates), "float32")]
            signature = [tf.TensorSpec(*spec) for spec in specs]
            call = tf.function(ops.scatter_update, input_signature=signature, autograph=False)
        arguments = ops.convert_to_tensor(X), ops.convert_to_tensor(np.array(indices, np.int32)), ops.ones(updates)
        np.testing.assert_array_equal(to_numpy(call(*arguments)), to_numpy(ops.scatter_update(*arguments)))


# --- exporters -------------------------------------------------------------------------------------------------------


def _exported(form: str, function: Function, folder: Path) -> Path:
    return ops.export(function, ops.SymbolicTensor((None, None), name="x"), path=folder / f"of{WRITERS[form][1]}")


@pytest.mark.parametrize("form", [form for form in _EXPORTS["FORMATS"] if form == "stablehlo"])
def test_statistics_and_pieces_in_jax_export(form: str, tmp_path: Path) -> None:
    for function in (
        lambda x: [ops.median(x, axis=1), ops.quantile(x, 0.3)],
        lambda x: ops.array_split(x, 4, axis=1),
        lambda x: ops.array_split(x, 2, axis=0),
    ):
        path = _exported(form, function, tmp_path)
        for x in (X, np.concatenate([X, X], 1)[:5]):
            with ops.use_backend("jax"):
                eager = [to_numpy(part) for part in function(ops.convert_to_tensor(x))]
            for result, part in zip(serve(form, path, x=x), eager, strict=True):
                assert result.shape == part.shape
                np.testing.assert_allclose(result, part, rtol=1e-5)


@pytest.mark.parametrize(
    ("form", "function", "match"),
    [
        ("stablehlo", lambda x: ops.top_k(x, 2)[0], "does not hold for all sizes.*give the size"),
        ("stablehlo", lambda x: ops.fft((x, x)), "length of a transform must be known"),
        ("stablehlo", lambda x: ops.rfft(x), "pass fft_length, or give the axis a known size"),
        ("stablehlo", lambda x: ops.unique(x), "give unique a size"),
        ("stablehlo", lambda x: ops.nonzero(x), "depends on values"),
        ("openvino", lambda x: x[:0, :3], "no tensors without elements"),
    ],
)
def test_errors_of_exporters(form: str, function: Function, match: str, tmp_path: Path) -> None:
    if form in _EXPORTS["FORMATS"]:
        with pytest.raises((ops.UnsupportedError, ops.ShapeError), match=match):
            _exported(form, function, tmp_path)


@pytest.mark.parametrize("form", [form for form in _EXPORTS["FORMATS"] if form == "torch"])
def test_a_scan_of_unknown_length_in_torch_export(form: str, tmp_path: Path) -> None:
    for reverse in (False, True):

        def sums(x: Any, reverse: bool = reverse) -> Any:
            steps = ops.transpose(x)
            return ops.scan(lambda total, step: (total + step, total * step), ops.sum(x, 1), steps, reverse=reverse)

        path = _exported(form, sums, tmp_path)
        for x in (X, np.concatenate([X, X], 1)[:5]):
            with ops.use_backend("torch"):
                eager = [to_numpy(part) for part in sums(ops.convert_to_tensor(x))]
            for result, part in zip(serve(form, path, x=x), eager, strict=True):
                np.testing.assert_allclose(result, part, rtol=1e-4, atol=1e-5)
