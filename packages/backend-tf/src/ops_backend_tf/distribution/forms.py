"""The forms of transforms, control flow and Variables for a scope of a mesh."""

from __future__ import annotations

import functools
import math
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.distribution.layouts import gather, move, pack
from ops_backend_tf.distribution.running import is_refusal, is_tensor, run
from ops_backend_tf.dtensor import Layout, Mesh, dtensor
from ops_backend_tf.meshed import host_value, is_meshed, layout_of, replicated
from ops_backend_tf.transform import jvp_by_pullback
from ops_common.errors import UnsupportedError
from ops_common.runtime import active
from ops_common.tensors import seeds, trees
from ops_common.tensors.seeds import SeedGenerator

Tensor = Any
Kernel = Callable[..., Any]


def _spread(tree: Any, mesh: Mesh) -> Any:
    """Returns a nested container whose ordinary eager tensors are replicated on the mesh."""

    def is_ordinary(x: Any) -> bool:
        return isinstance(x, tf.Tensor) and tf.is_tensor(x) and hasattr(x, "numpy") and not is_meshed(x)

    spread = [move(x, replicated(mesh, len(x.shape))) for x in trees.leaves(tree, is_ordinary)]
    return trees.put(tree, spread, is_ordinary, keep=True) if spread else tree


def around(kernel: Kernel, mesh: Mesh) -> Kernel:
    """Returns a kernel of functions, whose own operations run on the mesh, and so do those of the functions that it
    returns."""

    @functools.wraps(kernel)
    def in_scope(*args: Any, **kwargs: Any) -> Any:
        if not tf.executing_eagerly():
            return kernel(*args, **kwargs)
        with dtensor.default_mesh(mesh):
            result = kernel(*_spread(args, mesh), **_spread(kwargs, mesh))
        if callable(result) and not is_tensor(result):
            return around(result, mesh)
        if isinstance(result, tuple):  # `vjp` returns a function among tensors
            result = tuple(around(x, mesh) if callable(x) and not is_tensor(x) else x for x in result)
        return _spread(result, mesh)

    return in_scope


class _Arguments(threading.local):
    """The layouts of the arguments of the function that this thread is compiling, by the argument's identity, and
    whether it is compiled again because DTensor has refused it."""

    def __init__(self) -> None:
        self.layouts: dict[int, Layout] = {}
        self.is_refused = False


_arguments = _Arguments()


def is_compiled_again() -> bool:
    """Returns whether the function that is being compiled is one that DTensor has refused."""
    return _arguments.is_refused


def _value_and_grad(kernel: Kernel, mesh: Mesh) -> Kernel:
    def form(function: Kernel, argnums: Any, has_aux: bool) -> Kernel:
        transformed = around(kernel(function, argnums, has_aux), mesh)
        positions = (argnums,) if isinstance(argnums, int) else argnums

        @functools.wraps(function)
        def in_scope(*args: Any, **kwargs: Any) -> Any:
            operands = list(args)
            if not tf.executing_eagerly():
                for place in positions:
                    operands[place] = _at_use(args[place])
            out, gradients = transformed(*operands, **kwargs)
            return out, _laid_out(gradients, args[argnums] if isinstance(argnums, int) else [args[i] for i in argnums])

        return in_scope

    return form


def _at_use(tree: Any) -> Any:
    """Returns weights of a function that is being compiled, gathered over the mesh axis that divides the batch.

    DTensor would have to divide both the batch and the weight over that axis in one operation, which it often refuses.
    """
    batch = getattr(active.distribution(), "batch_dim_name", None)

    def used(x: Any) -> Any:
        form = _arguments.layouts.get(id(x))
        if form is None or batch not in form.sharding_specs:
            return x
        names = [dtensor.UNSHARDED if name == batch else name for name in form.sharding_specs]
        return dtensor.relayout(x, dtensor.Layout(names, form.mesh))

    return trees.put(tree, map(used, trees.leaves(tree, is_tensor)), is_tensor, keep=True)


def _laid_out(gradients: Any, points: Any) -> Any:
    """Returns gradients in the layouts of their arguments."""
    if isinstance(gradients, dict):
        return {key: _laid_out(value, points[key]) for key, value in gradients.items()}
    if isinstance(gradients, (list, tuple)):
        items = [_laid_out(x, y) for x, y in zip(gradients, points, strict=True)]
        return type(gradients)(*items) if hasattr(gradients, "_fields") else type(gradients)(items)
    if gradients is None or not is_tensor(points):
        return gradients
    if not tf.executing_eagerly():
        known = _arguments.layouts.get(id(points))
        return dtensor.relayout_like(gradients, points) if known is None else dtensor.relayout(gradients, known)
    return move(gradients, layout_of(points)) if is_meshed(points) else gradients


def _jit(kernel: Kernel, mesh: Mesh) -> Kernel:
    """Compiled for each combination of layouts of the arguments.

    DTensor compiles a function before it runs any of it. So one that it refuses is compiled again, with products of
    gathered operands (see `kernels`).
    """

    def form(function: Kernel, *settings: Any) -> Kernel:
        functions: dict[tuple[Any, ...], Kernel] = {}

        def compiled(layouts: list[Any], is_refused: bool) -> Kernel:
            @functools.wraps(function)
            def traced(*args: Any, **kwargs: Any) -> Any:
                before, flat = (_arguments.layouts, _arguments.is_refused), tf.nest.flatten((args, kwargs))
                _arguments.layouts = {id(x): y for x, y in zip(flat, layouts, strict=True) if y is not None}
                _arguments.is_refused = is_refused
                try:
                    return function(*args, **kwargs)
                finally:
                    _arguments.layouts, _arguments.is_refused = before

            return kernel(traced, *settings)

        @functools.wraps(function)
        def in_scope(*args: Any, **kwargs: Any) -> Any:
            if not tf.executing_eagerly():
                return function(*args, **kwargs)
            args, kwargs = _spread((args, kwargs), mesh)
            layouts = [layout_of(x) if is_meshed(x) else None for x in tf.nest.flatten((args, kwargs))]
            key = tuple(None if x is None else tuple(x.sharding_specs) for x in layouts)
            is_first = key not in functions
            if is_first:
                functions[key] = compiled(layouts, False)
            seeds.gather(_home_key(mesh))
            with dtensor.default_mesh(mesh):
                try:
                    try:
                        result = functions[key](*args, **kwargs)
                    except tf.errors.OpError as error:
                        if not is_first or not is_refusal(error):
                            raise
                        functions[key] = compiled(layouts, True)
                        result = functions[key](*args, **kwargs)
                except tf.errors.OpError as error:
                    if is_refusal(error):
                        functions.pop(key)
                        raise UnsupportedError(_refused(error)) from error
                    raise
                return _spread(result, mesh)

        return in_scope

    return form


def _refused(error: tf.errors.OpError) -> str:
    first = str(error).strip().partition("\n")[0]
    return (
        "TensorFlow's DTensor cannot compile this function in these layouts; call it without ops.jit, which computes "
        f"what DTensor refuses on each host, or choose other layouts. DTensor's error: {first}"
    )


def _jacobian(kernel: Kernel, mesh: Mesh) -> Kernel:
    """Row by row: TensorFlow's own function vectorises the rows in a graph, which DTensor does not support."""

    def form(function: Kernel, points: list[Tensor]) -> tuple[list[list[Tensor]], list[Any]]:
        if not tf.executing_eagerly():
            return kernel(function, points)
        points = [tf.identity(x) for x in _spread(points, mesh)]
        with dtensor.default_mesh(mesh), tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(points)
            values, aux = function(*points)
        return [_rows(tape, value, points, mesh) for value in values], aux

    return form


def _rows(tape: Any, value: Tensor, points: list[Tensor], mesh: Mesh) -> list[Tensor]:
    shape = tuple(value.shape.as_list())
    rows: list[list[Tensor]] = []
    for i in range(math.prod(shape)):
        unit = np.zeros(math.prod(shape), value.dtype.as_numpy_dtype)
        unit[i] = 1
        with tf.device("CPU:0"):
            cotangent = tf.constant(unit.reshape(shape))
        cotangent = pack(cotangent, replicated(mesh, len(shape)))
        with dtensor.default_mesh(mesh):
            gradients = tape.gradient(value, points, cotangent, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        rows.append([tf.convert_to_tensor(x) for x in gradients])

    def stack(point: Tensor, *column: Tensor) -> Tensor:
        size = (*shape, *point.shape.as_list())
        return tf.reshape(tf.stack(column), size) if column else tf.zeros(size, point.dtype)

    return [run(stack, (point, *column), mesh, False) for *column, point in zip(*rows, points, strict=True)]


def _jvp(kernel: Kernel, mesh: Mesh) -> Kernel:
    """From the pullback: an accumulator of TensorFlow's forward mode crashes when tensors change their layouts."""

    @functools.wraps(kernel)
    def by_pullback(function: Kernel, primals: Any, tangents: Any, has_aux: bool) -> Any:
        return jvp_by_pullback(function, [tf.identity(x) for x in primals], tangents, has_aux)

    return around(by_pullback, mesh)


def _map_rows(kernel: Kernel, mesh: Mesh) -> Kernel:
    def form(function: Kernel, tensors: list[Tensor]) -> Any:
        if not tf.executing_eagerly():
            return kernel(function, tensors)
        raise NotImplementedError("TensorFlow's DTensor does not support vectorised graphs")  # `ops` maps row by row

    return form


def _scan(kernel: Kernel, mesh: Mesh) -> Kernel:
    """Step by step, also in graphs: DTensor does not support TensorFlow's arrays of tensors."""

    def form(f: Kernel, init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
        leaves = trees.leaves(xs, trees.is_leaf)
        count = length if length is not None else leaves[0].shape[0]
        if count is None:
            return kernel(f, init, xs, length, reverse)

        def apply(function: Kernel, *args: Any) -> Any:
            return run(function, args, mesh, False) if tf.executing_eagerly() else function(*args)

        carry, outputs = init, [None] * count
        for step in reversed(range(count)) if reverse else range(count):
            row = trees.put(xs, [apply(lambda x, at: x[at], x, step) for x in leaves], trees.is_leaf, keep=True)
            carry, outputs[step] = f(carry, row)
        parts = [trees.leaves(output, trees.is_leaf) for output in outputs]
        stacked = [apply(lambda *x: tf.stack(x), *column) for column in zip(*parts, strict=True)]
        return _spread(carry, mesh), trees.put(outputs[0], stacked, trees.is_leaf, keep=True)

    return form


def _hold(kernel: Kernel, mesh: Mesh) -> Kernel:
    # How replicas are combined does not matter: there is one global value.
    def form(x: Tensor, trainable: bool, name: str, *combined: str) -> Any:
        if not hasattr(x, "numpy"):
            return kernel(x, trainable, name, *combined)  # its error
        with tf.init_scope():
            return dtensor.DVariable(_spread(x, mesh), trainable=trainable)

    return form


def _read(kernel: Kernel, mesh: Mesh) -> Kernel:
    def form(holder: tf.Variable) -> Tensor:
        value = holder.read_value() if isinstance(holder, dtensor.DVariable) else kernel(holder)
        return _spread(value, mesh)

    return form


def _assign(kernel: Kernel, mesh: Mesh) -> Kernel:
    def form(holder: tf.Variable, x: Tensor) -> None:
        if not isinstance(holder, dtensor.DVariable):
            kernel(holder, host_value(x) if tf.executing_eagerly() else x)
        elif tf.executing_eagerly() or hasattr(x, "numpy"):
            holder.assign(move(x, holder.layout))
        else:
            holder.assign(dtensor.relayout(x, holder.layout))

    return form


def _constant(kernel: Kernel, mesh: Mesh) -> Kernel:
    def form(holder: tf.Variable) -> Any:
        with tf.init_scope():
            return gather(holder)

    return form


def _convert_to_numpy(kernel: Kernel, mesh: Mesh) -> Kernel:
    return lambda x: kernel(host_value(x) if is_meshed(x) else x)


class _Home:
    """A SeedGenerator's first seed and the number of its draws, in variables on a mesh that functions capture."""

    def __init__(self, mesh: Mesh) -> None:
        self._mesh = mesh
        with tf.init_scope():
            self.seed, self.variable = (dtensor.DVariable(self._on_mesh(0)) for _ in range(2))

    def _on_mesh(self, number: int) -> Tensor:
        with tf.device("CPU:0"):
            return pack(tf.constant(number, tf.int64), replicated(self._mesh, 0))

    def reseed(self, seed: int) -> None:
        with tf.init_scope():
            self.seed.assign(self._on_mesh(seed & 0xFFFFFFFF))

    def read(self) -> int:
        with tf.init_scope():
            return int(gather(self.variable))

    def write(self, count: int) -> None:
        with tf.init_scope():
            self.variable.assign(self._on_mesh(count))


def _home_key(mesh: Mesh) -> str:
    return f"tensorflow on {mesh.to_string()}"


def _traced_seed(kernel: Kernel, mesh: Mesh) -> Kernel:
    from ops_backend_tf.random import next_words

    def form(generator: SeedGenerator) -> Any:
        if tf.executing_eagerly():
            return None
        with tf.init_scope():
            home: Any = generator.home(_home_key(mesh), lambda: _Home(mesh))
        return next_words(home)

    return form


FORMS: dict[str, Callable[[Kernel, Mesh], Kernel]] = {
    "control.scan": _scan,
    "core.convert_to_numpy": _convert_to_numpy,
    "random.traced_seed": _traced_seed,
    "state.assign": _assign,
    "state.constant": _constant,
    "state.hold": _hold,
    "state.hold_combined": _hold,
    "state.read": _read,
    "transform.jacobian": _jacobian,
    "transform.jit": _jit,
    "transform.jvp": _jvp,
    "transform.map_rows": _map_rows,
    "transform.value_and_grad": _value_and_grad,
}
