"""Kernels in the scope of a mesh."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.distributed.device_mesh import DeviceMesh
from torch.distributed.tensor import DTensor

from ops_backend_torch.distribution import layouts, local
from ops_backend_torch.distribution.rules import mean_of_pointwise, rule_of
from ops_backend_torch.nn.normalization import widened
from ops_common.errors import UnsupportedError
from ops_common.tensors import trees

Tensor = Any
Kernel = Callable[..., Any]

# Kernels that do not depend on the mesh, or work for DTensors as they are.
_UNCHANGED = frozenset(
    {
        *(f"core.{name}" for name in ("devices", "placed", "beside", "dtype", "shape", "sizes", "is_size")),
        *(f"core.{name}" for name in ("smaller_size", "larger_size", "size_tensor", "call", "traced_array")),
        *("control.custom_gradient", "control.is_traced", "random.traced_seed"),
        *("state.read", "state.set_trainable"),
        *("transform.checkpoint", "transform.is_tracing", "transform.trace_as_kernel"),
    }
)


def meshed(kernel: Kernel, name: str, mesh: DeviceMesh) -> Kernel:
    """Returns the kernel in the scope of a mesh: its results are DTensors. It accepts ordinary tensors, which every
    process must have alike."""
    if name in _UNCHANGED or name.startswith("distribution."):
        return kernel
    if name.startswith("eager."):
        return _not_covered
    special = _SPECIAL.get(name)
    if special is not None:
        return special(kernel, mesh)
    rule = rule_of(name)
    return lambda *args: local.run(kernel, rule, mesh, args)


def _not_covered(*_: Any) -> Any:
    """A short form of a frequent call, which covers no calls in a mesh."""
    return NotImplemented


def _convert_to_numpy(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    return lambda x: layouts.gather(x)


def _cond(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    return lambda pred, *branches: kernel(local.whole(pred), *branches)


def _while_loop(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    def loop(cond: Kernel, body: Kernel, loop_vars: tuple[Any, ...]) -> Any:
        return kernel(lambda *values: local.whole(cond(*values)), body, loop_vars)

    return loop


def _fori_loop(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    return lambda lower, upper, *rest: kernel(local.whole(lower), local.whole(upper), *rest)


def _scan(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    row = meshed(lambda x, key: x[key], "indexing.get_item", mesh)
    stack = meshed(torch.stack, "manipulation.stack", mesh)

    def scan(f: Kernel, init: Any, xs: Any, length: int | None, reverse: bool) -> tuple[Any, Any]:
        if local.is_whole():
            return kernel(f, init, xs, length, reverse)
        rows = trees.leaves(xs, local.is_tensor)
        count = rows[0].shape[0] if length is None else length
        carry, outputs = init, list[Any]()
        for i in range(count - 1, -1, -1) if reverse else range(count):
            carry, output = f(carry, trees.put(xs, [row(x, (i,)) for x in rows], local.is_tensor, keep=True))
            outputs.append(output)
        if reverse:
            outputs.reverse()
        columns = zip(*(trees.leaves(output, local.is_tensor) for output in outputs), strict=True)
        return carry, trees.put(outputs[0], [stack(column, 0) for column in columns], local.is_tensor, keep=True)

    return scan


def _hold(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    return lambda x, *args: kernel(x if local.is_whole() else local.meshed(x, mesh), *args)


def _assign(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    def assign(holder: Any, x: Tensor) -> None:
        if isinstance(holder, DTensor):
            kernel(holder, layouts.placed(local.meshed(x.detach(), holder.device_mesh), tuple(holder.placements)))
        else:
            kernel(holder, local.whole(x))

    return assign


def _leaf(x: Tensor, mesh: DeviceMesh) -> DTensor:
    """Returns a tensor of the mesh by which a gradient is taken. A parameter would record a graph of its own."""
    return local.meshed(x.detach() if isinstance(x, torch.nn.Parameter) else x, mesh)


def _placed_as(gradient: Any, x: Any, mesh: DeviceMesh) -> Any:
    """Returns a gradient with the layout of the tensor it belongs to; autograd leaves it as a sum over processes."""
    if not isinstance(gradient, torch.Tensor) or not isinstance(x, DTensor):
        return gradient
    return layouts.placed(local.meshed(gradient, mesh), tuple(x.placements))


def _value_and_grad(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    def value_and_grad(function: Kernel, argnums: int | tuple[int, ...], has_aux: bool) -> Kernel:
        plain = kernel(function, argnums, has_aux)
        positions = (argnums,) if isinstance(argnums, int) else argnums

        def transformed(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
            if local.is_whole():
                return plain(*args, **kwargs)
            call = list(args)
            for i in positions:
                leaves = [_leaf(x, mesh) for x in trees.leaves(args[i], local.is_tensor)]
                call[i] = trees.put(args[i], leaves, local.is_tensor, keep=True)
            value, gradients = plain(*call, **kwargs)
            chosen: Any = call[argnums] if isinstance(argnums, int) else tuple(call[i] for i in positions)
            return value, _map(lambda gradient, x: _placed_as(gradient, x, mesh), gradients, chosen)

        return transformed

    return value_and_grad


def _map(function: Kernel, tree: Any, other: Any) -> Any:
    """Returns the container with the function's results for its leaves and those of another one of the same
    structure."""
    if isinstance(tree, dict):
        return {key: _map(function, value, other[key]) for key, value in tree.items()}
    if isinstance(tree, (list, tuple)):
        items = [_map(function, value, x) for value, x in zip(tree, other, strict=True)]
        return type(tree)(*items) if hasattr(tree, "_fields") else type(tree)(items)
    return function(tree, other)


def _vjp(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    def vjp(function: Kernel, points: list[Any]) -> Any:
        if local.is_whole():
            return kernel(function, points)
        points = [_leaf(x, mesh) for x in points]
        values, pullback, aux = kernel(function, points)

        def back(cotangents: list[Any]) -> list[Any]:
            given = [_placed_as(cotangent, value, mesh) for cotangent, value in zip(cotangents, values, strict=True)]
            return [_placed_as(gradient, x, mesh) for gradient, x in zip(pullback(given), points, strict=True)]

        return values, back, aux

    return vjp


def _whole_transform(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    """Transforms of torch.func, of which DTensors are no part: the function is called with whole, ordinary tensors, and
    what it computes is replicated."""

    def transform(function: Kernel, *args: Any) -> Any:
        if local.is_whole():
            return kernel(function, *args)
        given = local.all_whole(args)
        with local.whole_tensors():
            result = kernel(lambda *inputs, **kwargs: local.all_whole(function(*inputs, **kwargs)), *given)
        return local.all_meshed(result, mesh)

    return transform


def _jit(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    """torch.compile does not trace the redistribution of DTensors by code that runs before each kernel. A function is
    therefore called as it is: the same results, without the fusion of operations."""

    def jit(
        function: Kernel, donated: tuple[int, ...], dynamic: bool, settings: Mapping[str, Any], traced: Kernel
    ) -> Kernel:
        return function

    return jit


def _export(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    def export(*_: Any) -> None:
        raise UnsupportedError(
            "ops.export in the scope of a distribution is not supported on backend 'torch'; save the weights with "
            "ops.distribution.save, and load and export them outside of the scope"
        )

    return export


def _moments(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    """The mean, and the mean of squared deviations from it, so that the axes may be sharded."""

    def moments(x: Tensor, axes: Any, keepdims: bool, synchronized: bool) -> tuple[Tensor, Tensor]:
        if local.is_whole() or not layouts.is_sharded(x) or axes == () or not x.numel():
            return local.run(kernel, None, mesh, (x, axes, keepdims, synchronized))
        dtype = x.dtype
        mean = local.run(lambda x, *over: widened(x).mean(*over), rule_of("reduction.mean"), mesh, (x, axes, True))
        variance = local.run(_mean_square, mean_of_pointwise, mesh, (x, mean, axes, keepdims))
        if not keepdims:
            mean = local.run(_without_axes, rule_of("manipulation.squeeze"), mesh, (mean, axes))
        return mean.to(dtype), variance.to(dtype)

    return moments


def _mean_square(x: Tensor, mean: Tensor, axes: Any, keepdims: bool) -> Tensor:
    return torch.square(widened(x) - mean).mean(axes, keepdims)


def _without_axes(x: Tensor, axes: Any) -> Tensor:
    return x.squeeze(tuple(range(x.dim())) if axes is None else axes)


def _dense(kernel: Kernel, mesh: DeviceMesh) -> Kernel:
    matmul, add = (meshed(function, name, mesh) for name, function in _DENSE.items())

    def dense(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if any(map(layouts.is_sharded, (x, weight))) and not local.is_whole():
            if weight.dim() != 2 or (bias is not None and bias.shape != weight.shape[1:]):
                raise ValueError(f"a kernel of shape {tuple(weight.shape)}")
            product = matmul(x, weight)  # its sum over processes must be complete before the bias is added
            return product if bias is None else add(product, bias)
        return local.run(kernel, None, mesh, (x, weight, bias))

    return dense


_DENSE = {"contraction.matmul": torch.matmul, "elementwise.add": torch.add}

_SPECIAL: dict[str, Callable[[Kernel, DeviceMesh], Kernel]] = {
    "core.convert_to_numpy": _convert_to_numpy,
    "control.cond": _cond,
    "control.while_loop": _while_loop,
    "control.fori_loop": _fori_loop,
    "control.scan": _scan,
    "nn.linear.dense": _dense,
    "nn.normalization.moments": _moments,
    "state.hold": _hold,
    "state.assign": _assign,
    "transform.value_and_grad": _value_and_grad,
    "transform.vjp": _vjp,
    "transform.jvp": _whole_transform,
    "transform.jacobian": _whole_transform,
    "transform.map_rows": _whole_transform,
    "transform.jit": _jit,
    "transform.export": _export,
}
