"""TensorFlow, family transform: tf.function and tf.GradientTape."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import DTYPES
from ops_common import shapes
from ops_common.errors import ShapeError
from ops_common.tensors import scopes, trees

Tensor = Any


def jit(
    function: Callable[..., Any],
    donated: tuple[int, ...],
    dynamic: bool,
    settings: Mapping[str, Any],
    traced: Callable[[], None],
) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        traced()
        return function(*args, **kwargs)

    try:
        inspect.signature(function)
    except ValueError:  # a builtin without a signature, which tf.function would read through this
        del counted.__wrapped__
    # Without AutoGraph: the same Python code means the same on every backend, and tracing is several times as fast.
    options = {"autograph": False, "reduce_retracing": dynamic, **settings}
    compiled = tf.function(counted, **options)
    return _Dynamic(compiled, tf.function(counted, **{**options, "reduce_retracing": False})) if dynamic else compiled


class _Dynamic:
    """A function that is traced with unknown sizes where they vary, or for each shape once that has failed."""

    def __init__(self, relaxed: Callable[..., Any], exact: Callable[..., Any]) -> None:
        self._relaxed, self._exact = relaxed, exact
        self._is_exact = False
        functools.update_wrapper(self, relaxed)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not self._is_exact:
            try:
                return self._relaxed(*args, **kwargs)
            except ShapeError:  # raised while the function was traced: a size must be known
                if not tf.executing_eagerly():
                    raise
            except tf.errors.InvalidArgumentError as error:  # unknown sizes were taken for those of vectors
                if shapes.UNEQUAL_VECTORS not in error.message or not tf.executing_eagerly():
                    raise
        result = self._exact(*args, **kwargs)
        self._is_exact = True
        return result


class _Open(threading.local):
    """The tapes that record this thread's operations."""

    def __init__(self) -> None:
        self.tapes: list[Any] = []


_open = _Open()


@contextlib.contextmanager
def _tape(persistent: bool = False, watching: bool = False) -> Generator[Any]:
    with tf.GradientTape(persistent=persistent, watch_accessed_variables=watching) as tape:
        _open.tapes.append(tape)
        try:
            yield tape
        finally:
            _open.tapes.remove(tape)


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    return _value_and_grad(function, argnums, has_aux, False)


def value_and_sparse_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool
) -> Callable[..., tuple[Any, Any]]:
    return _value_and_grad(function, argnums, has_aux, True)


def _value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool, sparse: bool
) -> Callable[..., tuple[Any, Any]]:
    positions = (argnums,) if isinstance(argnums, int) else argnums

    @functools.wraps(function)
    def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        chosen = [args[position] for position in positions]
        # A tensor may occur in several places; each place has its own gradient.
        leaves = [tf.identity(leaf) for leaf in trees.leaves(chosen, _is_trainable)]
        call_args = list(args)
        for position, arg in zip(positions, trees.put(chosen, leaves, _is_trainable, keep=True), strict=True):
            call_args[position] = arg
        with _tape() as tape:
            tape.watch(leaves)
            out = function(*call_args, **kwargs)
            value = out[0] if has_aux else out
        slopes = tape.gradient(value, leaves, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        if not sparse:
            slopes = [tf.convert_to_tensor(slope) for slope in slopes]  # that of rows picked by index is sparse
        gradients = trees.put(chosen, slopes, _is_trainable, keep=False)
        return out, gradients[0] if isinstance(argnums, int) else tuple(gradients)

    return transformed


def checkpoint(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        tree = (args, kwargs)
        leaves = trees.leaves(tree, _is_trainable)
        outputs: list[Any] = []

        def of_values(*values: Tensor) -> list[Tensor]:
            args, kwargs = trees.put(tree, values, _is_trainable, keep=True)
            outputs.append(function(*args, **kwargs))
            return trees.leaves(outputs[-1], _is_tensor)

        results = _recomputed(of_values, leaves)
        return trees.put(outputs[-1], results, _is_tensor, keep=True)

    return call


def _recomputed(function: Callable[..., list[Tensor]], leaves: list[Any]) -> list[Tensor]:
    """Returns the function's tensors; for the gradient, only the arguments are stored, and the rest is recomputed.

    The gradient with respect to tensors that the function closes over would be lost: a trace determines these.
    """
    # This trace is discarded: the function must not run its side effects twice.
    inner = tf.function(lambda *values: tuple(map(tf.identity, function(*values))), autograph=False)
    captured: Any = inner.get_concrete_function(*(tf.TensorSpec(x.shape, x.dtype) for x in leaves)).captured_inputs
    closed_over = [x for x in captured if _is_trainable(x) and not any(x is leaf for leaf in leaves)]
    count = len(leaves)
    function = scopes.replayed(function)

    @tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
    def run(*inputs: Tensor) -> Any:
        def gradient(*slopes: Tensor, variables: Any = None) -> Any:
            with tf.control_dependencies(slopes):  # not merged with the first computation
                points = [tf.identity(x) for x in inputs[:count]]
            with _tape(watching=True) as tape:
                tape.watch([*points, *inputs[count:]])
                again = function(*points)
            targets = [value for value in again if _is_trainable(value)]
            along = [slope for value, slope in zip(again, slopes, strict=True) if _is_trainable(value)]
            sources = [*points, *inputs[count:], *(variables or ())]
            gradients = tape.gradient(targets, sources, along, unconnected_gradients=tf.UnconnectedGradients.ZERO)
            gradients = [tf.convert_to_tensor(x) for x in gradients]
            return (gradients[: len(inputs)], gradients[len(inputs) :]) if variables else gradients

        with contextlib.ExitStack() as stack:  # a tape would store what it records
            for tape in _open.tapes:
                stack.enter_context(tape.stop_recording())
            outputs = tuple(map(tf.identity, function(*inputs[:count])))
        return outputs, gradient

    return list(run(*leaves, *closed_over))


def _is_tensor(leaf: Any) -> bool:
    return isinstance(leaf, tf.Tensor)


def jvp(function: Callable[..., Any], primals: tuple[Any, ...], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    points = [tf.identity(x) for x in primals]  # a tensor may occur in several places
    if not tf.executing_eagerly():
        function = scopes.replayed(function)
    try:
        with tf.autodiff.ForwardAccumulator(points, list(tangents)) as accumulator:
            out = function(*points)
    except Exception:  # TensorFlow's assertion at a branch or loop within another; or the function itself fails
        if tf.executing_eagerly():
            raise
        return jvp_by_pullback(function, points, tangents, has_aux)
    value = out[0] if has_aux else out
    slope = accumulator.jvp(value, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return (value, slope, out[1]) if has_aux else (value, slope)


def jvp_by_pullback(function: Callable[..., Any], points: list[Any], tangents: tuple[Any, ...], has_aux: bool) -> Any:
    """Returns the jvp, computed from the pullback, which is linear in the cotangent: its own gradient along the
    tangents is the forward derivative."""
    zero = tf.UnconnectedGradients.ZERO
    with _tape() as outer:
        with _tape() as inner:
            inner.watch(points)
            out = function(*points)
        value = out[0] if has_aux else out
        targets = trees.leaves(value, _is_trainable)
        directions = [tf.zeros_like(x) for x in targets]
        outer.watch(directions)
        slopes = inner.gradient(targets, points, directions, unconnected_gradients=zero)
        slopes = [tf.convert_to_tensor(x) for x in slopes]
    along = iter(outer.gradient(slopes, directions, list(tangents), unconnected_gradients=zero))
    leaves = trees.leaves(value, _is_tensor)
    cotangents = [tf.convert_to_tensor(next(along)) if _is_trainable(x) else tf.zeros_like(x) for x in leaves]
    slope = trees.put(value, cotangents, _is_tensor, keep=True)
    return (value, slope, out[1]) if has_aux else (value, slope)


def vjp(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[Any], Callable[[list[Any]], list[Any]], list[Any]]:
    points = [tf.identity(x) for x in points]  # a tensor may occur in several places
    with _tape(persistent=True) as tape:
        tape.watch(points)
        values, aux = function(*points)

    def back(directions: list[Any]) -> list[Any]:
        slopes = tape.gradient(values, points, directions, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        return [tf.convert_to_tensor(slope) for slope in slopes]

    return values, back, aux


def jacobian(
    function: Callable[..., tuple[list[Any], list[Any]]], points: list[Any]
) -> tuple[list[list[Any]], list[Any]]:
    points = [tf.identity(x) for x in points]
    with _tape(persistent=True) as tape:
        tape.watch(points)
        values, aux = function(*points)
    return [_derivatives(tape, value, points) for value in values], aux


def _derivatives(tape: Any, value: Tensor, points: list[Tensor]) -> list[Tensor]:
    zero = tf.UnconnectedGradients.ZERO
    try:
        with _silent():
            return tape.jacobian(value, points, unconnected_gradients=zero)
    except ValueError:  # an operation that TensorFlow cannot vectorize: row by row, in its own loop
        return tape.jacobian(
            value, points, unconnected_gradients=zero, experimental_use_pfor=False, parallel_iterations=1
        )


def _is_trainable(leaf: Any) -> bool:
    return isinstance(leaf, (tf.Tensor, tf.Variable)) and (leaf.dtype.is_floating or leaf.dtype.is_complex)


stop_gradient = tf.stop_gradient


def map_rows(function: Callable[..., Any], tensors: list[Any]) -> Any:
    specs = [tf.TensorSpec(x.shape[1:], x.dtype) for x in tensors]
    collecting = scopes.Collecting()

    def row(values: Any) -> Any:  # values that depend on no row must be in the graph, too
        return tf.nest.map_structure(tf.identity, function(*values))

    def outline(*values: Any) -> Any:
        with collecting:
            return row(values)

    # This trace is discarded. It determines what the function returns and draws: the number of a generator's draws is a
    # variable, which must not change within rows.
    mapped = _nested.mapped
    outline_graph: Any = tf.function(outline, autograph=False).get_concrete_function(*specs)
    outputs = outline_graph.structured_outputs
    # A loop that has been vectorized once fails at run time when it is vectorized again.
    is_looped = _nested.mapped > mapped and _has_loop(outline_graph.graph)
    _nested.mapped += 1
    replay = collecting.drawn()

    def draws(values: Any) -> Any:
        with replay:
            return row(values)

    drawing: Any = tf.autograph.experimental.do_not_convert(draws)

    if not is_looped:
        try:
            with _silent():
                return tf.vectorized_map(drawing, tuple(tensors), fallback_to_while_loop=True)
        except Exception:  # TensorFlow cannot vectorize it, for example gradients of branches: use a loop
            pass
    signature = tf.nest.map_structure(lambda x: tf.TensorSpec(x.shape, x.dtype), outputs)
    return tf.map_fn(drawing, tuple(tensors), fn_output_signature=signature)


class _Nested(threading.local):
    """How often a function was mapped over rows."""

    def __init__(self) -> None:
        self.mapped = 0


_nested = _Nested()


def _has_loop(graph: Any) -> bool:
    nodes = graph.as_graph_def()
    operations = [node.op for node in nodes.node]
    operations += [node.op for function in nodes.library.function for node in function.node_def]
    return any(operation in ("While", "StatelessWhile") for operation in operations)


class _Silence(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return False


@contextlib.contextmanager
def _silent() -> Generator[None]:
    """A context that suppresses the long log messages of TensorFlow about what it cannot vectorize; its error is the
    same."""
    logger, silence = tf.get_logger(), _Silence()
    logger.addFilter(silence)
    try:
        yield
    finally:
        logger.removeFilter(silence)


def export(
    function: Callable[..., list[Any]],
    inputs: list[tuple[str, tuple[int | None, ...], str]],
    names: list[str],
    path: str,
    form: str,
    compress: str | None,
) -> None:
    module = tf.Module()

    def served(*tensors: Tensor) -> dict[str, Tensor]:
        outputs = function(*tensors)
        return {name: tf.identity(x) for name, x in zip(names, outputs, strict=True)}

    specs = [tf.TensorSpec(shape, DTYPES[dtype], name) for name, shape, dtype in inputs]
    module.served = serve = tf.function(served, specs, autograph=False)  # pyright: ignore[reportAttributeAccessIssue]  # a module accepts any attribute
    signatures = {"serving_default": serve.get_concrete_function()}
    try:
        tf.saved_model.save(module, path, signatures)
    except tf.errors.OpError as error:  # raised by TensorFlow's file system
        raise OSError(error.message) from error
