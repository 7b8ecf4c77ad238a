"""The forms of kernels for a scope of a mesh.

In eager code, DTensor runs a kernel on the mesh, in the layouts of its operands. Where it refuses an operation or a
layout, the operands are gathered, each process runs the kernel on its host, and the result is replicated. The same
holds for the gradient, which DTensor may refuse where it accepts the operation.

In graphs, layouts are known only once the whole function is compiled, and nothing can be gathered on a host. A function
that DTensor refuses to compile is compiled again with operands of products gathered on the devices. DTensor has no
product of operands that are divided over different axes of the mesh along the axis of the sum, and no gradient of a
convolution along a divided axis of an image. If it refuses that, too, it is an UnsupportedError.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf

from ops_backend_tf.core import EAGER
from ops_backend_tf.distribution import forms
from ops_backend_tf.distribution.layouts import move, pack
from ops_backend_tf.distribution.running import Function, is_tensor, run, vjp_of
from ops_backend_tf.dtensor import Mesh, dtensor
from ops_backend_tf.meshed import is_meshed, layout_of, replicated
from ops_common.tensors import trees

Tensor = Any

# Kernels that are always computed on the host: their values are drawn there, or DTensor has none of their operations.
_ON_HOST_FAMILIES = frozenset({"random", "linalg", "sorting", "statistics"})
_ON_HOST = frozenset({"creation.diag", "creation.tril", "creation.triu", "manipulation.repeat"})
# Elementwise kernels that select by conditions of some of their operands. DTensor crashes the process if a condition
# lacks a divided axis, so these operands get a common shape first.
_SELECTING = frozenset(
    f"elementwise.{name}"
    for name in (
        *("arctan2", "floor_divide", "fmod", "gammainc", "gcd", "heaviside", "hypot", "lcm", "ldexp", "left_shift"),
        *("logaddexp", "logaddexp2", "mod", "nextafter", "power", "right_shift", "where"),
    )
)
_ANY = tuple(range(16))
# By kernel, for each of its tensors, the axes that may be divided; the tensor is gathered over the others before the
# call. With a divided kernel, DTensor computes a wrong depthwise convolution, or stops the process; with divided
# starts, it takes a part of them for all. Attention that is divided over batches and heads needs no communication.
_MAY_BE_DIVIDED: dict[str, tuple[tuple[int, ...], ...]] = {
    "indexing.dynamic_slice": (_ANY, ()),
    "indexing.dynamic_slice_update": (_ANY, (), _ANY),
    "nn.attention.attention": ((0, 2), (0, 2), (0, 2), ()),
    "nn.convolution.depthwise_conv": ((0,), (), ()),
    "nn.convolution.biased_depthwise_conv": ((0,), (), ()),
}
_PRODUCTS = ("contraction.", "nn.linear.", "nn.convolution.")
# Products of which the first axis of the first operand is that of the result, if no other operand has a higher rank.
_OF_ROWS = ("contraction.matmul", "nn.linear.dense", "nn.convolution.")


def meshed(kernel: Callable[..., Any], name: str, mesh: Mesh) -> Callable[..., Any]:
    family = name.rpartition(".")[0]
    form = forms.FORMS.get(name)
    if form is not None:
        return form(kernel, mesh)
    if family in ("transform", "control"):
        return forms.around(kernel, mesh)
    is_local = family in _ON_HOST_FAMILIES or name in _ON_HOST
    own = _MAY_BE_DIVIDED.get(name)
    function = _of_equal_shapes(kernel) if name in _SELECTING else kernel
    if name == "indexing.get_item":
        function = _without_new_axes(kernel)
    is_convolution = name in ("nn.convolution.conv", "nn.convolution.biased_conv")

    @functools.wraps(kernel)
    def in_scope(*args: Any) -> Any:
        divided = own
        if is_convolution and _has_groups(*args):
            divided = _MAY_BE_DIVIDED["nn.convolution.biased_depthwise_conv"]
        if name == "indexing.get_item" and _needs_whole(args[1]):
            divided = ((),) * len(trees.leaves(args, is_tensor))
        if divided is not None:
            tensors = trees.leaves(args, is_tensor)
            # Without a bias, there is one tensor less, and where starts are numbers.
            are_starts = name == "indexing.dynamic_slice_update" and len(tensors) == 2
            axes_of = (_ANY, _ANY) if are_starts else divided[: len(tensors)]
            kept = [_gathered(x, axes, mesh) for x, axes in zip(tensors, axes_of, strict=True)]
            args = trees.put(args, kept, is_tensor, keep=True)
        if tf.executing_eagerly():
            if family == "elementwise":
                args = _without_conflicts(args, mesh)
            return run(function, args, mesh, is_local)
        return _traced(function, mesh, args, name)

    return in_scope


def _without_conflicts(args: Any, mesh: Mesh) -> Any:
    """Returns operands of which none is divided over an axis of the mesh over which one before it is divided along
    another axis: it is gathered. DTensor computes wrong gradients of such elementwise functions."""
    tensors = trees.leaves(args, is_tensor)
    if sum(map(is_meshed, tensors)) < 2:
        return args
    places: dict[str, int] = {}
    kept: list[Tensor] = []
    for x in tensors:
        names = layout_of(x).sharding_specs if is_meshed(x) else []
        own = {name: axis - len(names) for axis, name in enumerate(names) if name != dtensor.UNSHARDED}
        is_kept = all(places.get(name, axis) == axis for name, axis in own.items())
        places |= own if is_kept else {}
        kept.append(x if is_kept else _gathered(x, (), mesh))
    return trees.put(args, kept, is_tensor, keep=True)


def _has_groups(inputs: Tensor, kernel: Tensor, strides: Any, padding: str, data_format: str, *_: Any) -> bool:
    return inputs.shape[1 if data_format == "channels_first" else -1] != kernel.shape[-2]


def _needs_whole(key: tuple[Any, ...]) -> bool:
    """Returns whether DTensor computes wrong elements of a divided tensor for a key, or none: with steps or tensors."""
    return any(
        is_tensor(entry) or (isinstance(entry, slice) and isinstance(entry.step, int) and entry.step != 1)
        for entry in key
    )


def _without_new_axes(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a form of the kernel `get_item` that adds the axes of None afterwards: with them, DTensor crashes the
    process."""

    def get_item(x: Tensor, key: tuple[Any, ...]) -> Tensor:
        if not any(entry is None for entry in key) or any(map(is_tensor, key)):
            return kernel(x, key)
        used = sum(not (entry is None or entry is Ellipsis) for entry in key)
        places: list[int] = []
        axis = 0
        for entry in key:
            if entry is None:
                places.append(axis)
            axis += x.shape.rank - used if entry is Ellipsis else 0 if isinstance(entry, int) else 1
        result = kernel(x, tuple(entry for entry in key if entry is not None))
        for place in places:
            result = tf.expand_dims(result, place)
        return result

    return get_item


def _of_equal_shapes(kernel: Callable[..., Any]) -> Callable[..., Any]:
    """Returns an elementwise kernel whose operands are broadcast to a common shape before its call."""

    def broadcast(*operands: Any) -> Any:
        tensors = [x for x in operands if is_tensor(x)]
        if len(tensors) == len(operands) and len({tuple(x.shape.as_list()) for x in tensors}) == 1:
            return kernel(*operands)
        shape = functools.reduce(tf.broadcast_dynamic_shape, map(tf.shape, tensors))
        static = functools.reduce(tf.broadcast_static_shape, [x.shape for x in tensors])
        like = tensors[-1]
        full = [tf.broadcast_to(x if is_tensor(x) else tf.cast(x, like.dtype), _known(static, shape)) for x in operands]
        return kernel(*full)

    return broadcast


def _known(static: tf.TensorShape, dynamic: Tensor) -> Any:
    return static if static.is_fully_defined() else dynamic


def _gathered(x: Tensor, kept: tuple[int, ...], mesh: Mesh) -> Tensor:
    """Returns a tensor that is divided along the kept axes only. In a graph, where layouts are unknown, it is whole if
    no axis is kept, and may be divided along any axis otherwise."""
    if isinstance(x, tf.Variable):
        x = x.read_value()
    if is_meshed(x):
        names = layout_of(x).sharding_specs
        kept_names = [name if axis in kept else dtensor.UNSHARDED for axis, name in enumerate(names)]
        return move(x, dtensor.Layout(kept_names, layout_of(x).mesh))
    return x if tf.executing_eagerly() or kept else dtensor.relayout(x, replicated(mesh, x.shape.rank))


def _traced(kernel: Callable[..., Any], mesh: Mesh, args: Any, name: str) -> Any:
    """Returns the result of the kernel of this name in a graph."""

    def operand(x: Tensor) -> Tensor:
        if type(x) is EAGER and not is_meshed(x):
            with tf.init_scope():
                return pack(x, replicated(mesh, len(x.shape)))
        return x

    operands = [operand(x) for x in trees.leaves(args, is_tensor)]
    if forms.is_compiled_again() and name.startswith(_PRODUCTS):
        is_of_rows = name.startswith(_OF_ROWS) and operands[0].shape.rank == max(x.shape.rank for x in operands)
        have_rows = [is_of_rows and not i for i in range(len(operands))]

        def function(xs: Sequence[Tensor]) -> list[Tensor]:
            return [kernel(*trees.put(args, xs, is_tensor, keep=True))]

        return _of_gathered(function, operands, mesh, have_rows, [is_of_rows])[0]
    result = kernel(*trees.put(args, operands, is_tensor, keep=True))
    if not name.startswith("random."):
        return result
    # Otherwise DTensor draws other numbers for each part.
    drawn = [dtensor.relayout(x, replicated(mesh, x.shape.rank)) for x in trees.leaves(result, is_tensor)]
    return trees.put(result, drawn, is_tensor, keep=True)


def _of_gathered(
    function: Function, operands: Sequence[Tensor], mesh: Mesh, have_rows: list[bool], results_have_rows: list[bool]
) -> list[Tensor]:
    """Returns the results of a function of gathered tensors in a graph. Those that have rows keep the division of their
    first axis.

    It has a gradient of its own, because DTensor cannot compile the gradient of a relayout of what has been brought to
    another layout before.
    """

    def gathered(xs: Sequence[Tensor], have_rows: list[bool]) -> list[Tensor]:
        return [_gathered_in_graph(x, mesh, has_rows) for x, has_rows in zip(xs, have_rows, strict=True)]

    @tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
    def results(*xs: Tensor) -> Any:
        outputs = gathered(function(gathered(xs, have_rows)), results_have_rows)

        def gradient(*cotangents: Tensor) -> list[Tensor]:
            along = [_relayout_like(x, y) for x, y in zip(cotangents, outputs, strict=True)]
            return _of_gathered(
                vjp_of(function, len(xs)), [*xs, *along], mesh, [*have_rows, *results_have_rows], have_rows
            )

        return tuple(outputs), gradient

    return [*results(*(x.read_value() if isinstance(x, tf.Variable) else x for x in operands))]


@tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
def _relayout_like(x: Tensor, other: Tensor) -> Any:
    return dtensor.relayout_like(x, other), lambda cotangent: (cotangent, None)  # pyright: ignore[reportUnknownLambdaType]


def _gathered_in_graph(x: Tensor, mesh: Mesh, has_rows: bool) -> Tensor:
    """Returns a tensor that is whole, or of which only the first axis is divided as before. (DTensor's MATCH may occur
    once in a layout.)"""
    names = [dtensor.UNSHARDED] * x.shape.rank
    if has_rows and len(names) > 1:
        names[0] = dtensor.MATCH
    return dtensor.relayout(x, dtensor.Layout(names, mesh))
