"""Tensors in layouts: placing single tensors, nests of weights and batches, and looking at what devices hold."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import optree

from ops.distribution.engine import engine_of
from ops.distribution.meshes import DeviceMesh, TensorLayout, mesh_for
from ops.distribution.strategies import current, distribution
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, short
from ops_common.tensors.variable import Variable, lay_out


def distribute_tensor(tensor: Any, layout: TensorLayout | Sequence[Any]) -> Any:
    """Returns a tensor in a layout. In a function that is compiled, this constrains the layout of its value there.

    Args:
        tensor: a tensor, or anything that `ops.convert_to_tensor` accepts: its global value, the same in each process.
        layout: a TensorLayout, or its axes.

    Raises:
        ShapeError: the layout does not fit the shape.
        OpsError: the layout has no mesh, and no distribution is in force.

    Example:
        >>> import ops
        >>> mesh = ops.distribution.DeviceMesh((1,), ("data",), ["cpu:0"])
        >>> x = ops.distribution.distribute_tensor([1.0, 2.0], ops.distribution.TensorLayout(("data",), mesh))
        >>> ops.convert_to_numpy(x)
        array([1., 2.], dtype=float32)
    """
    layout = layout if isinstance(layout, TensorLayout) else TensorLayout(layout)
    if layout.device_mesh is None:
        layout = layout.on(current().device_mesh)
    return _placed(active.current_backend(), tensor, layout, "")


def _placed(backend: Backend, value: Any, layout: TensorLayout, path: str) -> Any:
    assert layout.device_mesh is not None
    mesh, engine = layout.device_mesh.on(backend), engine_of(backend)
    if isinstance(value, Variable):
        lay_out(value, mesh, layout.check(value.shape, path).axes)
        return value
    if isinstance(value, np.ndarray):  # devices receive their parts only
        dtype = dtypes.from_numpy(value.dtype)
        backend.check_dtype(dtype)
        layout.check(value.shape, path)
        if not backend.is_traced() and (backend.is_tracing is None or not backend.is_tracing()):
            return engine.make(lambda index: value[index], value.shape, dtype, mesh, layout.axes)
    tensor = backend.to_tensor(value)
    layout.check(backend.shape(tensor), path)
    return engine.place(tensor, mesh, layout.axes)


def flatten(nest: Any) -> tuple[list[str], list[Any], Callable[[Sequence[Any]], Any]]:
    """Returns the paths and the leaves of a nest, and a function that returns a nest with other leaves."""
    paths, leaves, spec = optree.tree_flatten_with_path(nest, is_leaf=lambda part: isinstance(part, Variable))
    names = ["/".join(map(str, path)) for path in paths]
    names = [leaf.path if isinstance(leaf, Variable) else name for name, leaf in zip(names, leaves, strict=True)]
    return names, leaves, lambda values: optree.tree_unflatten(spec, values)


def distribute(weights: Any) -> Any:
    """Returns a nest of weights in the layouts of the distribution in force.

    Args:
        weights: a nest of tensors, arrays and Variables. The path of a tensor is the keys and positions that lead to
            it, joined by slashes; the path of a Variable is its `path`. Variables stay the same objects, with new
            values; a `handle` that was taken before is no longer theirs.

    Raises:
        OpsError: no distribution is in force.
        ArgumentError: a pattern of the layout map matches no path, or two patterns match a path.
        ShapeError: a layout does not fit a weight's shape.

    Example:
        >>> import ops
        >>> with ops.distribution.FullySharded(devices=["cpu:0"]).scope():
        ...     weights = ops.distribution.distribute({"kernel": ops.ones((2, 4)), "bias": ops.zeros((4,))})
    """
    strategy, backend = current(), active.current_backend()
    paths, leaves, rebuild = flatten(weights)
    strategy.check_paths(paths)
    layouts = [strategy.layout_of(path, _shape(backend, leaf)) for path, leaf in zip(paths, leaves, strict=True)]
    return rebuild(
        [_placed(backend, leaf, layout, path) for path, leaf, layout in zip(paths, leaves, layouts, strict=True)]
    )


def _shape(backend: Backend, value: Any) -> tuple[int, ...]:
    if isinstance(value, (Variable, np.ndarray)):
        return tuple(value.shape)
    return tuple(backend.shape(backend.to_tensor(value)))


def distribute_batch(batch: Any, local: bool = False) -> Any:
    """Returns a nest of arrays with their first axes divided over the batch axis of the distribution in force.

    Args:
        batch: a nest of arrays or tensors. A scalar is replicated.
        local: whether each process passes only its part of the batch, of the same size in each process; else each
            process passes the whole batch.

    Raises:
        OpsError: no distribution is in force.
        ShapeError: a first axis cannot be divided into equal parts.

    Example:
        >>> import ops
        >>> with ops.distribution.DataParallel(devices=["cpu:0"]).scope():
        ...     x, y = ops.distribution.distribute_batch(([[1.0], [2.0]], [0, 1]))
    """
    strategy, backend = current(), active.current_backend()
    leaves: list[Any]
    if local:
        leaves, spec = optree.tree_flatten(batch, is_leaf=_is_rows)  # type: ignore[assignment]
        return optree.tree_unflatten(spec, [_of_parts(backend, leaf) for leaf in leaves])
    leaves, spec = optree.tree_flatten(batch, is_leaf=_is_rows)  # type: ignore[assignment]
    return optree.tree_unflatten(
        spec, [_placed(backend, leaf, strategy.data_layout(_shape(backend, leaf)), "batch") for leaf in leaves]
    )


def _is_rows(part: Any) -> bool:
    """Returns whether part of a nest is a list of numbers, or of such lists: a tensor."""
    while isinstance(part, list) and part:
        part = part[0]  # pyright: ignore[reportUnknownVariableType]
    return type(part) in dtypes.NUMBERS


def _of_parts(backend: Backend, value: Any) -> Any:
    """Returns the batch of which each process has a part."""
    strategy, engine = current(), engine_of(backend)
    array = value if isinstance(value, np.ndarray) else backend.core.convert_to_numpy(backend.to_tensor(value))
    if not array.shape:
        return _placed(backend, value, strategy.data_layout(()), "batch")
    held = _held_parts(backend.name, strategy.device_mesh, strategy.batch_dim_name)
    parts = strategy.device_mesh.axis_size(strategy.batch_dim_name)
    rows, rest = divmod(len(array), len(held))
    if rest:
        raise ShapeError(
            f"this process's part of a batch, of shape {array.shape}, cannot be divided over the {len(held)} parts of "
            f"the axis {strategy.batch_dim_name!r} that this process holds"
        )

    def read(index: tuple[slice, ...]) -> Any:
        first = held.index(index[0].start // rows) * rows if rows else 0
        return array[(slice(first, first + index[0].stop - index[0].start), *index[1:])]

    shape = (parts * rows, *array.shape[1:])
    layout = strategy.data_layout(shape)
    dtype = dtypes.from_numpy(array.dtype)
    return engine.make(read, shape, dtype, strategy.device_mesh.on(backend), layout.axes)


@functools.lru_cache(64)
def _held_parts(name: str, mesh: DeviceMesh, axis: str) -> tuple[int, ...]:
    """Returns which parts of an axis that is divided over a mesh axis this process holds, in order."""
    backend = active.current_backend()
    engine = engine_of(backend)
    probe = engine.make(
        lambda index: np.arange(index[0].start, index[0].stop, dtype=np.int32),
        (mesh.axis_size(axis),),
        "int32",
        mesh.on(backend),
        (axis,),
    )
    return tuple(sorted({place for _, ((start, stop),), _, _ in engine.shards(probe) for place in range(start, stop)}))


def _tensor(backend: Backend, x: Any) -> Any:
    if isinstance(x, Variable):
        return x.value
    if not backend.is_tensor(x):
        raise ArgumentTypeError(f"expected a tensor or Variable of backend {backend.name!r}; got {short(x)}")
    return x


def layout(x: Any) -> TensorLayout | None:
    """Returns the layout of a tensor or Variable.

    It is None for an ordinary tensor, and in a compiled function where the compiler has not decided it yet.

    Example:
        >>> import ops
        >>> ops.distribution.layout(ops.ones((2,))) is None
        True
    """
    backend = active.current_backend()
    tensor = _tensor(backend, x)
    axes = engine_of(backend).axes(tensor)
    if axes is None:
        here = distribution()
        is_one = here is not None and "distribution.mesh" not in backend.kernels
        return TensorLayout((None,) * len(backend.shape(tensor)), here.device_mesh) if is_one and here else None
    return TensorLayout(axes, mesh_for(backend, engine_of(backend).mesh_of(tensor)))


class Shard(NamedTuple):
    """The part of a tensor on one device.

    Attributes:
        device: the device's name.
        bounds: the start and the stop of the part along each axis.
        data: the values, a NumPy array.
        is_first: whether this is the first copy of the part: each element of a tensor is in one first copy.

    Example:
        >>> import ops
        >>> part = ops.distribution.shards(ops.ones((2, 3)))[0]
        >>> part.bounds, part.data.shape
        (((0, 2), (0, 3)), (2, 3))
    """

    device: str
    bounds: tuple[tuple[int, int], ...]
    data: Any
    is_first: bool


def shards(x: Any) -> list[Shard]:
    """Returns the parts of a tensor or Variable that the devices of this process hold.

    Example:
        >>> import ops
        >>> [(shard.bounds, shard.is_first) for shard in ops.distribution.shards(ops.ones((2, 3)))]
        [(((0, 2), (0, 3)), True)]
    """
    backend = active.current_backend()
    return [Shard(*part) for part in engine_of(backend).shards(_tensor(backend, x))]


def communication(f: Callable[..., Any], *args: Any) -> dict[str, tuple[int, int]]:
    """Returns what a call of a function communicates between devices.

    Args:
        f: a function of tensors.
        *args: its arguments. Whether the function is run or only compiled depends on the framework.

    Returns:
        For each kind of collective, such as ``"all-reduce"``: how often it occurs, and the bytes of its results on one
        device.

    Example:
        >>> import ops
        >>> ops.distribution.communication(ops.sum, ops.ones((4,)))
        {}
    """
    return engine_of(active.current_backend()).communication(f, args)
