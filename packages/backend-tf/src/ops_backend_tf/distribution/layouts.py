"""Tensors in a layout, and their parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from ops_backend_tf.core import convert_to_numpy
from ops_backend_tf.distribution.processes import coordinates
from ops_backend_tf.dtensor import Layout, Mesh, dtensor
from ops_backend_tf.meshed import CPU, host_value, is_empty, is_meshed, layout_of
from ops_backend_tf.native import DTYPES, EAGER
from ops_common import dtypes
from ops_common.errors import UnsupportedError

Tensor = Any
Axes = tuple[str | tuple[str, ...] | None, ...]


def layout(mesh: Mesh, axes: Axes) -> Layout:
    """Returns DTensor's form of a layout."""
    names: list[Any] = []
    for entry in axes:
        if isinstance(entry, tuple):
            if len(entry) > 1:
                raise UnsupportedError(
                    f"TensorFlow's DTensor divides an axis over one mesh axis only; got {entry}: make one mesh axis of "
                    "these, or use backend jax or torch"
                )
            entry = entry[0] if entry else None
        names.append(dtensor.UNSHARDED if entry is None else entry)
    return dtensor.Layout(names, mesh)


def _bounds(shape: tuple[int, ...], form: Layout, at: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Returns start and stop of each axis in the part of the device at this place of the mesh."""
    place = dict(zip(form.mesh.dim_names, at, strict=True))
    bounds: list[tuple[int, int]] = []
    for size, name in zip(shape, form.sharding_specs, strict=True):
        if name == dtensor.UNSHARDED:
            bounds.append((0, size))
        else:
            part = size // form.mesh.dim_size(name)
            bounds.append((place[name] * part, (place[name] + 1) * part))
    return tuple(bounds)


def _packed(part: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], form: Layout) -> Tensor:
    """Returns the tensor whose parts a function of slices returns; it is called once for devices with equal parts."""
    parts: dict[Any, Any] = {}
    tensors: list[Any] = []
    for at, device in zip(coordinates(form.mesh), form.mesh.local_devices(), strict=True):
        bounds = _bounds(shape, form, at)
        if bounds not in parts:
            with tf.device(CPU):
                parts[bounds] = part(tuple(slice(*pair) for pair in bounds))
        with tf.device(device):
            tensors.append(tf.identity(parts[bounds]))
    return dtensor.pack(tensors, form)


def make(
    read: Callable[[tuple[slice, ...]], Any], shape: tuple[int, ...], dtype: str, mesh: Mesh, axes: Axes
) -> Tensor:
    def part(index: tuple[slice, ...]) -> Tensor:
        return tf.constant(np.asarray(read(index), dtypes.to_numpy(dtype)), DTYPES[dtype])

    return _packed(part, shape, layout(mesh, axes))


def pack(x: Tensor, form: Layout) -> Tensor:
    """Returns an ordinary eager tensor in a layout; not differentiable."""
    return _packed(lambda index: x[index] if index else x, tuple(x.shape.as_list()), form)


def _moved(x: Tensor, form: Layout | None) -> Tensor:
    if form is None:
        return host_value(x)
    if is_meshed(x) and layout_of(x).mesh == form.mesh and not is_empty(x):
        return dtensor.relayout(x, form)
    return pack(host_value(x), form)


def move(x: Tensor, form: Layout | None) -> Tensor:
    """Returns an eager tensor in a layout, or as an ordinary one for None; differentiable any number of times."""
    origin = layout_of(x) if is_meshed(x) else None
    if form is origin or (form is not None and origin is not None and form == origin):
        return x

    @tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
    def moved(x: Tensor) -> Any:
        return _moved(x, form), lambda cotangent: move(cotangent, origin)  # pyright: ignore[reportUnknownLambdaType]

    return moved(x)


def place(x: Tensor, mesh: Mesh, axes: Axes) -> Tensor:
    form = layout(mesh, axes)
    if isinstance(x, tf.Variable):
        x = x.read_value()
    if type(x) is not EAGER:
        return dtensor.relayout(x, form)
    if not tf.executing_eagerly():  # a constant of the function that is being traced
        with tf.init_scope():
            return move(x, form)
    return move(x, form)


def axes(x: Tensor) -> Axes | None:
    if not is_meshed(x):
        return None
    return tuple(None if name == dtensor.UNSHARDED else name for name in layout_of(x).sharding_specs)


def mesh_of(x: Tensor) -> Any:
    return layout_of(x).mesh if is_meshed(x) else None


def gather(x: Tensor) -> Any:
    if isinstance(x, tf.Variable):
        x = x.read_value()
    return convert_to_numpy(host_value(x))


def shards(x: Tensor) -> list[tuple[str, tuple[tuple[int, int], ...], Any, bool]]:
    if isinstance(x, tf.Variable):
        x = x.read_value()
    shape = tuple(x.shape.as_list())
    if not is_meshed(x):
        device = x.device.rpartition("device:")[2].lower()
        return [(device, tuple((0, size) for size in shape), convert_to_numpy(x), True)]
    form = layout_of(x)
    kind = form.mesh.device_type().lower()
    unused = [name not in form.sharding_specs for name in form.mesh.dim_names]
    result: list[tuple[str, tuple[tuple[int, int], ...], Any, bool]] = []
    for part, at, number in zip(dtensor.unpack(x), coordinates(form.mesh), form.mesh.local_device_ids(), strict=True):
        is_first = not any(i for i, is_unused in zip(at, unused, strict=True) if is_unused)
        result.append((f"{kind}:{number}", _bounds(shape, form, at), convert_to_numpy(part), is_first))
    return result
