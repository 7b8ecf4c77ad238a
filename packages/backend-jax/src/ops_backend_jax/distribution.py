"""JAX, family distribution: `jax.sharding`. XLA inserts the communication when it compiles a program.

A layout is a `NamedSharding`. An array that is traced has none: those of a compiled function's arguments are noted for
the time of the trace, because gradients get the layouts of what they are gradients of.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Any

import jax
import jax.core
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec, SingleDeviceSharding

from ops_backend_jax import _compat
from ops_backend_jax._compat import enable_x64
from ops_backend_jax.collectives import collectives_in
from ops_backend_jax.core import DTYPES as _DTYPES
from ops_backend_jax.core import WIDE, device_names, gather
from ops_backend_jax.nn import convolution as convolution_kernels
from ops_backend_jax.transform import with_width

Tensor = Any
Axes = tuple[str | tuple[str, ...] | None, ...]

# Their results depend on no operand, so they are created on the mesh.
_CREATING = ("creation.", "random.")
_barriers = itertools.count()

__all__ = ["gather"]


# --- processes and devices --------------------------------------------------------------------------------------------


def initialize(
    job_addresses: tuple[str, ...] | None, num_processes: int | None, process_id: int | None, timeout: float
) -> None:
    _compat.initialize(None if job_addresses is None else job_addresses[0], num_processes, process_id, timeout)


def processes() -> tuple[int, int]:
    return jax.process_index(), jax.process_count()


def barrier() -> None:
    if jax.process_count() > 1:
        from jax.experimental import multihost_utils  # takes time to import, and is for several processes only

        multihost_utils.sync_global_devices(f"ops.distribution {next(_barriers)}")


def devices() -> tuple[str, ...]:
    return device_names(jax.devices())


def _by_name() -> dict[str, Any]:
    present = jax.devices()
    by_name = dict(zip(device_names(present), present, strict=True))
    if present[0].platform != "cpu":
        with contextlib.suppress(RuntimeError):  # the user has disabled it
            processors = jax.devices("cpu")
            by_name |= dict(zip(device_names(processors), processors, strict=True))
    return by_name


def mesh(shape: tuple[int, ...], axis_names: tuple[str, ...], devices: tuple[str, ...]) -> Any:
    by_name = _by_name()
    array = np.empty(len(devices), object)
    array[:] = [by_name[name] for name in devices]
    return Mesh(array.reshape(shape), axis_names)


# --- layouts ----------------------------------------------------------------------------------------------------------


def _sharding(mesh: Any, axes: Axes) -> Any:
    return NamedSharding(mesh, PartitionSpec(*axes))


class _Traces(threading.local):
    """The layouts of arrays that are being traced, by their identities; the arrays are kept with them."""

    def __init__(self) -> None:
        self.known: list[dict[int, tuple[Any, Any, Axes]]] = []


_traces = _Traces()


@contextlib.contextmanager
def _noted(tensors: Iterable[Any], layouts: Iterable[tuple[Any, Axes] | None]) -> Generator[None]:
    """A context in which these traced arrays have known layouts."""
    pairs = zip(tensors, layouts, strict=True)
    _traces.known.append({id(x): (x, *layout) for x, layout in pairs if layout is not None})
    try:
        yield
    finally:
        _traces.known.pop()


def _layout(x: Any) -> tuple[Any, Axes] | None:
    """Returns the mesh and the axes of an array, where they are known."""
    if isinstance(x, jax.core.Tracer):
        for known in reversed(_traces.known):
            if id(x) in known:
                return known[id(x)][1:]
        return None
    sharding = getattr(x, "sharding", None)
    if not isinstance(sharding, NamedSharding):
        return None
    spec = [entry[0] if isinstance(entry, tuple) and len(entry) == 1 else entry or None for entry in sharding.spec]
    return sharding.mesh, (*spec, *(None,) * (x.ndim - len(spec)))


def axes(x: Tensor) -> Axes | None:
    layout = _layout(x)
    return None if layout is None else layout[1]


def mesh_of(x: Tensor) -> Any:
    layout = _layout(x)
    return None if layout is None else layout[0]


def place(x: Tensor, mesh: Any, axes: Axes) -> Tensor:
    sharding = _sharding(mesh, axes)
    if isinstance(x, jax.core.Tracer):
        return jax.lax.with_sharding_constraint(x, sharding)
    if x.sharding == sharding:
        return x
    with enable_x64(x.dtype in WIDE):
        if jax.process_count() == 1 or not x.is_fully_addressable:
            return _placed(x, sharding) if _needs_program(x, sharding) else jax.device_put(x, sharding)
        array = np.asarray(x)  # each process has the whole value
        return jax.make_array_from_callback(x.shape, sharding, lambda index: array[index])


def _needs_program(x: Any, sharding: Any) -> bool:
    return not x.is_fully_addressable or not sharding.is_fully_addressable


def _placed(x: Any, sharding: Any) -> Any:
    return _identity(sharding)(x)


@functools.lru_cache(256)
def _identity(sharding: Any) -> Callable[[Any], Any]:
    return jax.jit(lambda x: x, out_shardings=sharding)


def make(read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: Any, axes: Axes) -> Tensor:
    parts: dict[Any, Any] = {}

    def part(index: Any) -> Any:
        bounds = tuple(entry.indices(size)[:2] for entry, size in zip(index, shape, strict=True))
        if bounds not in parts:
            parts[bounds] = np.array(read(tuple(slice(*each) for each in bounds)), _DTYPES[dtype], order="C")
        return parts[bounds]

    with enable_x64(_DTYPES[dtype] in WIDE):
        return jax.make_array_from_callback(shape, _sharding(mesh, axes), part)


def shards(x: Tensor) -> Sequence[tuple[str, tuple[tuple[int, int], ...], Any, bool]]:
    names = {device.id: name for name, device in _by_name().items()}
    is_ordinary = isinstance(x.sharding, SingleDeviceSharding)
    result: list[Any] = []
    for shard in x.addressable_shards:
        bounds = tuple(entry.indices(size)[:2] for entry, size in zip(shard.index, x.shape, strict=True))
        is_first = jax.process_index() == 0 if is_ordinary else shard.replica_id == 0
        result.append((names[shard.device.id], bounds, np.asarray(shard.data), is_first))
    return result


# --- kernels on a mesh ------------------------------------------------------------------------------------------------


def _is_array(x: Any) -> bool:
    return isinstance(x, jax.Array) and not isinstance(x, jax.core.Tracer)


def _is_meshed(x: Any) -> bool:
    return _is_array(x) and not isinstance(x.sharding, SingleDeviceSharding)


def _replicated(x: Any, mesh: Any) -> Any:
    return place(x, mesh, (None,) * x.ndim) if _is_array(x) and not _is_meshed(x) else x


def _has_meshed(values: Any) -> bool:
    return any(map(_is_meshed, jax.tree.leaves(values, is_leaf=_is_array)))


def _all_on_mesh(values: Any, mesh: Any) -> Any:
    """Returns a nest with ordinary arrays replicated."""
    if all(not _is_array(leaf) or _is_meshed(leaf) for leaf in jax.tree.leaves(values, is_leaf=_is_array)):
        return values
    return jax.tree.map(lambda leaf: _replicated(leaf, mesh), values)


def _on_mesh(values: Any, mesh: Any) -> Any:
    """Returns arguments with ordinary arrays replicated, if there are meshed ones."""
    return _all_on_mesh(values, mesh) if _has_meshed(values) else values


def meshed(kernel: Callable[..., Any], name: str, mesh: Any) -> Callable[..., Any]:
    if name in _FORMS:
        return _FORMS[name](kernel, mesh)
    if name in ("core.convert_to_numpy", "transform.is_tracing", "random.traced_seed"):
        return kernel
    if name.startswith(_CREATING) or name == "core.convert_to_tensor":

        @functools.wraps(kernel)
        def creating(*args: Any) -> Any:
            return _all_on_mesh(kernel(*_on_mesh(args, mesh)), mesh)

        return creating

    return _complete(kernel, mesh)


def _complete(kernel: Callable[..., Any], mesh: Any) -> Callable[..., Any]:
    """Returns the kernel, whose operands and results are all on the mesh if one of the operands is."""

    @functools.wraps(kernel)
    def run(*args: Any, **kwargs: Any) -> Any:
        if not _has_meshed(args):
            result = kernel(*args, **kwargs)
        else:  # JAX returns an ordinary array for a result without elements
            result = _all_on_mesh(kernel(*_all_on_mesh(args, mesh), **kwargs), mesh)
        return _complete(result, mesh) if callable(result) else result

    return run


def _like(gradient: Any, layout: tuple[Any, Axes] | None) -> Any:
    """Returns a gradient in the layout of its point."""
    return gradient if layout is None or gradient is None else place(gradient, *layout)


def _jit(kernel: Callable[..., Any], mesh: Any) -> Callable[..., Any]:
    """JAX traces a function once for all layouts of its arguments, whereas it can depend on them here."""

    def jit(function: Callable[..., Any], *settings: Any) -> Callable[..., Any]:
        by_layouts: dict[Any, Callable[..., Any]] = {}

        def of(layouts: tuple[Any, ...]) -> Callable[..., Any]:
            @functools.wraps(function)
            def noted(*args: Any, **kwargs: Any) -> Any:
                leaves, structure = jax.tree.flatten((args, kwargs))
                leaves = [
                    place(leaf, *layout) if layout is not None and isinstance(leaf, jax.core.Tracer) else leaf
                    for leaf, layout in zip(leaves, layouts, strict=True)
                ]
                args, kwargs = jax.tree.unflatten(structure, leaves)
                with _noted(leaves, layouts):
                    return function(*args, **kwargs)

            return kernel(noted, *settings)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            args, kwargs = _on_mesh((args, kwargs), mesh)
            layouts = tuple(map(_layout, jax.tree.leaves((args, kwargs))))
            compiled = by_layouts.get(layouts)
            if compiled is None:
                compiled = by_layouts.setdefault(layouts, of(layouts))
            return compiled(*args, **kwargs)

        return call

    return jit


def _value_and_grad(kernel: Callable[..., Any], mesh: Any) -> Callable[..., Any]:
    def value_and_grad(function: Callable[..., Any], argnums: int | tuple[int, ...], has_aux: bool) -> Any:
        transformed = kernel(function, argnums, has_aux)

        @functools.wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            args = tuple(_on_mesh(args, mesh))
            value, gradients = transformed(*args, **kwargs)
            points = args[argnums] if isinstance(argnums, int) else tuple(args[i] for i in argnums)
            return value, _tree_like(gradients, points)

        return call

    return value_and_grad


def _tree_like(gradients: Any, points: Any) -> Any:
    """Returns a nest of gradients in the layouts of its points; a gradient is None for what is no float tensor."""
    if isinstance(gradients, dict):
        return {key: _tree_like(value, points[key]) for key, value in gradients.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(gradients, (list, tuple)):
        items = [_tree_like(*pair) for pair in zip(gradients, points, strict=True)]  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return type(gradients)(*items) if hasattr(gradients, "_fields") else type(gradients)(items)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return _like(gradients, _layout(points))


def _vjp(kernel: Callable[..., Any], mesh: Any) -> Callable[..., Any]:
    def vjp(function: Callable[..., Any], points: list[Any]) -> Any:
        points = list(_on_mesh(points, mesh))
        layouts = [_layout(point) for point in points]
        values, back, aux = kernel(function, points)

        def on_mesh(directions: list[Any]) -> list[Any]:
            gradients = back(list(_on_mesh([points, directions], mesh)[1]))
            return [_like(*pair) for pair in zip(gradients, layouts, strict=True)]

        return values, on_mesh, aux

    return vjp


def _whole(x: Any, mesh: Any, axes: Iterable[int]) -> Any:
    """Returns an array, these axes of which, and of whose gradient, are gathered; others keep their layouts."""
    entries = [None if i in axes else PartitionSpec.UNCONSTRAINED for i in range(x.ndim)]
    return jax.lax.with_sharding_constraint(x, NamedSharding(mesh, PartitionSpec(*entries)))


def _convolution(kernel: Callable[..., Any], mesh: Any, has_groups: bool = False) -> Callable[..., Any]:
    """The sums of XLA are wrong, without an error, if a spatial axis of both operands of a convolution is divided. The
    spatial axes of the operands and the result, and so of their gradients, are gathered.

    So are its gradients of kernels of groups of channels on a mesh of several axes, if the batch is divided over one of
    them. There, such a convolution is a sum of products of matrices.
    """
    has_axes = sum(size > 1 for size in mesh.shape.values()) > 1

    def whole(x: Any, spatial: Iterable[int]) -> Any:
        return _whole(x, mesh, spatial)

    @functools.lru_cache(256)
    def program(settings: tuple[Any, ...]) -> Callable[..., Any]:
        first = 2 if "channels_first" in settings else 1

        def run(inputs: Any, window: Any, biases: tuple[Any, ...]) -> Any:
            spatial = range(first, first + inputs.ndim - 2) if inputs.ndim > 2 else range(inputs.ndim)
            window_axes = range(window.ndim - 2) if inputs.ndim > 2 else range(window.ndim)
            is_grouped = has_groups and has_axes and inputs.shape[1 if first == 2 else -1] != window.shape[-2]
            convolve = convolution_kernels.grouped_conv if is_grouped else kernel
            result = convolve(whole(inputs, spatial), whole(window, window_axes), *settings, *biases)
            return whole(result, spatial)

        return jax.jit(run)

    def convolution(inputs: Any, window: Any, *rest: Any) -> Any:
        biases = tuple(item for item in rest if isinstance(item, jax.Array))
        settings = tuple(item for item in rest if not isinstance(item, jax.Array))
        return program(settings)(inputs, window, biases)

    return _complete(convolution, mesh)


def _windowed(axes_of: Callable[..., Iterable[int]]) -> Callable[[Callable[..., Any], Any], Callable[..., Any]]:
    """Returns the form of kernels whose gradients XLA computes wrongly, without an error, if an axis along which a
    window moves is divided: of the largest elements of windows, and of products so far. ``axes_of`` returns these axes
    for the kernel's arguments. They are gathered."""

    def form(kernel: Callable[..., Any], mesh: Any) -> Callable[..., Any]:
        @functools.lru_cache(256)
        def program(settings: tuple[Any, ...]) -> Callable[..., Any]:
            def run(x: Any) -> Any:
                axes = {axis % x.ndim for axis in axes_of(x, *settings)} if x.ndim else set[int]()
                result = kernel(_whole(x, mesh, axes), *settings)
                return _whole(result, mesh, axes if result.ndim == x.ndim else range(result.ndim))

            return jax.jit(run)

        def windowed(x: Any, *settings: Any) -> Any:
            return program(settings)(x)

        return _complete(windowed, mesh)

    return form


def _spatial(x: Any, *settings: Any) -> Iterable[int]:
    first = 2 if "channels_first" in settings else 1
    return range(first, first + x.ndim - 2)


def _scanned(x: Any, axis: int | None) -> Iterable[int]:
    return range(x.ndim) if axis is None else (axis,)


_CONVOLUTIONS = (
    "contraction.correlate",
    *(
        f"nn.convolution.{form}{name}"
        for name in ("conv", "depthwise_conv", "conv_transpose")
        for form in ("", "biased_")
    ),
)

_FORMS: dict[str, Callable[[Callable[..., Any], Any], Callable[..., Any]]] = {
    "transform.jit": _jit,
    "transform.value_and_grad": _value_and_grad,
    "transform.vjp": _vjp,
    **dict.fromkeys(_CONVOLUTIONS, _convolution),
    **dict.fromkeys(
        ("nn.convolution.conv", "nn.convolution.biased_conv"), functools.partial(_convolution, has_groups=True)
    ),
    **dict.fromkeys(("nn.pooling.max_pool", "nn.pooling.average_pool"), _windowed(_spatial)),
    **dict.fromkeys(("reduction.cumprod", "reduction.cumsum"), _windowed(_scanned)),
}


def communication(function: Callable[..., Any], args: tuple[Any, ...]) -> dict[str, tuple[int, int]]:
    leaves, structure = jax.tree.flatten(args)
    tensors = [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    layouts = [_layout(leaf) for leaf in leaves]

    def of_tensors(tensors: list[Any]) -> Any:
        rest = iter(tensors)
        given = [next(rest) if isinstance(leaf, jax.Array) else leaf for leaf in leaves]
        with _noted(given, layouts):
            return jax.tree.leaves(function(*jax.tree.unflatten(structure, given)))

    with with_width(tensors):
        return collectives_in(jax.jit(of_tensors).lower(tensors).compile().as_text() or "")
