"""How kernels run: on the mesh, or on the host with gathered operands; and their gradients."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import tensorflow as tf
from tensorflow.python import pywrap_tfe

from ops_backend_tf.distribution.communication import forget_kernels
from ops_backend_tf.distribution.layouts import move, pack
from ops_backend_tf.dtensor import Mesh, dtensor
from ops_backend_tf.meshed import CPU, host_value, is_empty, is_meshed, layout_of, replicated
from ops_common.tensors import trees

Tensor = Any
Function = Callable[[list[Tensor]], list[Tensor]]
Pullback = Callable[[Sequence[Tensor]], list[Tensor]]

# What DTensor's messages contain if it has no form of an operation for the layouts: it has no exceptions of its own.
_REFUSAL = re.compile(r"DTensor|dtensor|SPMD|[Ss]harded|layout|regular tensor")
_ZERO = tf.UnconnectedGradients.ZERO


class Refused(Exception):
    """DTensor has run an operation elsewhere than on the mesh."""


def is_tensor(x: Any) -> bool:
    """Returns whether it is a tensor or a variable."""
    return isinstance(x, (tf.Tensor, tf.Variable))


def is_refusal(error: Exception) -> bool:
    """Returns whether DTensor has no form of an operation, as opposed to an error in its arguments."""
    return isinstance(error, (Refused, tf.errors.OpError, ValueError, TypeError)) and (
        isinstance(error, Refused) or _REFUSAL.search(str(error)) is not None
    )


def run(kernel: Callable[..., Any], args: Any, mesh: Mesh, is_local: bool) -> Any:
    """Returns the result of a kernel on global values, whose tensors are on the mesh; differentiable."""
    tensors = trees.leaves(args, is_tensor)
    structure: list[Any] = []

    def function(values: list[Tensor]) -> list[Tensor]:
        result = kernel(*trees.put(args, values, is_tensor, keep=True))
        structure[:] = [result]
        return trees.leaves(result, is_tensor)

    outputs = call(function, tensors, mesh, is_local)
    return trees.put(structure[0], outputs, is_tensor, keep=True)


def call(function: Function, tensors: Sequence[Tensor], mesh: Mesh, is_local: bool = False) -> list[Tensor]:
    """Returns the results on the mesh of a function of eager tensors; differentiable any number of times.

    The function is called on the host if ``is_local`` is set, or if DTensor refuses it.
    """
    values = [_operand(x, mesh) for x in tensors]
    is_local = is_local or not any(map(is_meshed, values)) or any(map(is_empty, values))
    if pywrap_tfe.TFE_Py_TapeSetIsEmpty() or not any(map(_is_differentiable, values)):
        return _forward(function, values, mesh, is_local, None)

    @tf.custom_gradient  # pyright: ignore[reportUntypedFunctionDecorator]  # untyped in the stubs
    def recorded(*inputs: Tensor) -> Any:
        pullbacks: list[Pullback] = []
        outputs = _forward(function, list(inputs), mesh, is_local, pullbacks)

        def gradient(*cotangents: Tensor) -> list[Tensor | None]:
            chosen = [x for x, y in zip(cotangents, outputs, strict=True) if _is_differentiable(y)]
            if pywrap_tfe.TFE_Py_TapeSetIsEmpty():
                gradients = pullbacks[0](chosen)
            else:  # the gradient is differentiated, too
                gradients = call(vjp_of(function, len(inputs)), [*inputs, *chosen], mesh, is_local)
                gradients = [_like(x, y) for x, y in zip(gradients, filter(_is_differentiable, inputs), strict=True)]
            remaining = iter(gradients)
            return [next(remaining) if _is_differentiable(x) else None for x in inputs]

        return tuple(outputs), gradient

    return list(recorded(*values))


def _operand(x: Tensor, mesh: Mesh) -> Tensor:
    if isinstance(x, tf.Variable):
        x = x.read_value()
    if is_meshed(x) and layout_of(x).mesh != mesh:
        return host_value(x)
    return x


def _is_differentiable(x: Tensor) -> bool:
    return x.dtype.is_floating or x.dtype.is_complex


def _like(x: Tensor, other: Tensor) -> Tensor:
    """Returns a gradient in the layout of what it is the gradient of."""
    return move(x, layout_of(other) if is_meshed(other) else None)


def vjp_of(function: Function, count: int) -> Function:
    """Returns the function of inputs and cotangents that returns gradients."""

    def gradients(values: list[Tensor]) -> list[Tensor]:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            points = [*filter(_is_differentiable, values[:count])]
            tape.watch(points)
            outputs = function(values[:count])
        targets = [*filter(_is_differentiable, outputs)]
        return _dense(tape.gradient(targets, points, values[count:], unconnected_gradients=_ZERO))

    return gradients


def _dense(gradients: Sequence[Any]) -> list[Tensor]:
    return [tf.convert_to_tensor(x) for x in gradients]  # the gradient of elements picked by index is sparse


def _forward(
    function: Function, values: list[Tensor], mesh: Mesh, is_local: bool, pullbacks: list[Pullback] | None
) -> list[Tensor]:
    """Returns the function's results; appends its pullback to a list."""
    if not is_local:
        try:
            return _on_mesh(function, values, mesh, pullbacks)
        except Exception as error:
            if not is_refusal(error):
                raise
            if pullbacks:
                pullbacks.clear()
    return _on_host(function, values, mesh, pullbacks)


def _on_mesh(function: Function, values: list[Tensor], mesh: Mesh, pullbacks: list[Pullback] | None) -> list[Tensor]:
    forget_kernels()
    operands = [x if is_meshed(x) else pack(x, replicated(mesh, len(x.shape))) for x in values]
    with dtensor.default_mesh(mesh):
        outputs, tape = (function(operands), None) if pullbacks is None else _recorded(function, operands)
    if not all(map(is_meshed, outputs)):
        raise Refused
    if pullbacks is None or tape is None:
        return outputs
    points, targets = [*filter(_is_differentiable, operands)], [*filter(_is_differentiable, outputs)]

    def pullback(cotangents: Sequence[Tensor]) -> list[Tensor]:
        forget_kernels()
        along = [x if is_meshed(x) else pack(x, replicated(mesh, len(x.shape))) for x in cotangents]
        try:
            with dtensor.default_mesh(mesh):
                gradients = _dense(tape.gradient(targets, points, along, unconnected_gradients=_ZERO))
            if not all(map(is_meshed, gradients)):
                raise Refused
        except Exception as error:
            if not is_refusal(error):
                raise
            gradients = _on_host(vjp_of(function, len(values)), [*values, *cotangents], mesh, None)
        return [_like(x, y) for x, y in zip(gradients, filter(_is_differentiable, values), strict=True)]

    pullbacks.append(pullback)
    return outputs


def _on_host(function: Function, values: list[Tensor], mesh: Mesh, pullbacks: list[Pullback] | None) -> list[Tensor]:
    forget_kernels()
    operands = [host_value(x) for x in values]
    with tf.device(CPU):
        if pullbacks is None:
            outputs = function(operands)
        else:
            outputs, tape = _recorded(function, operands)
            points, targets = [*filter(_is_differentiable, operands)], [*filter(_is_differentiable, outputs)]

            def pullback(cotangents: Sequence[Tensor]) -> list[Tensor]:
                along = [host_value(x) for x in cotangents]
                with tf.device(CPU):
                    gradients = _dense(tape.gradient(targets, points, along, unconnected_gradients=_ZERO))
                return [_like(x, y) for x, y in zip(gradients, filter(_is_differentiable, values), strict=True)]

            pullbacks.append(pullback)
    return [pack(x, replicated(mesh, len(x.shape))) for x in outputs]


def _recorded(function: Function, operands: list[Tensor]) -> tuple[list[Tensor], Any]:
    with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
        tape.watch([*filter(_is_differentiable, operands)])
        outputs = function(operands)
    return outputs, tape
