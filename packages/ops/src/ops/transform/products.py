"""`jvp` and `vjp`: products of Jacobians and vectors, in forward and in reverse mode."""

from __future__ import annotations

import importlib  # graphs are loaded at their first use
from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration import backend_function
from ops._declaration.recording import Outline, SymbolsFound, is_symbolic_call, without_symbols
from ops.autodiff.provider import differentiable
from ops.transform.arguments import (
    Flat,
    flattened,
    is_symbolic,
    is_trainable_symbol,
    is_variable,
    like_symbols,
    symbols_of,
)
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.runtime.backend import Backend, short
from ops_common.shapes import agreed
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees
from ops_common.tensors.arguments import canonical_bool

__all__ = [
    "jvp",
    "vjp",
]


@backend_function
def jvp(backend: Backend, fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """Returns a function's value at a point and its directional derivative: the Jacobian-vector product.

    Args:
        fun: a function of as many tensors as primals has, that returns a tensor or a nested container of tensors.
        primals: a list or tuple of the arguments at which to differentiate.
        tangents: a list or tuple with a tangent for each argument: a tensor of its shape and dtype.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        ``(value, tangent)``, or ``(value, tangent, aux)``; the tangent has the value's structure.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).
        ArgumentTypeError: fun is not a function, or primals and tangents are not lists of the same length.
        ShapeError: a tangent does not have its argument's shape.

    Example:
        >>> import ops
        >>> value, tangent = ops.jvp(ops.square, [ops.convert_to_tensor([1.0, 3.0])], [[1.0, 0.5]])
        >>> ops.convert_to_numpy(tangent)
        array([2., 3.], dtype=float32)
    """
    if not callable(fun):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(fun).__name__}")
    if not all(isinstance(x, (list, tuple)) for x in (primals, tangents)) or len(primals) != len(tangents):
        raise ArgumentTypeError("primals and tangents must be lists or tuples of the same length")
    has_aux = canonical_bool(has_aux)
    backend = differentiable(backend)
    if is_symbolic_call(fun, (primals, tangents)):
        return _symbolic_jvp(backend, fun, primals, tangents, has_aux)
    backend.require_dense((primals, tangents))
    kernel = backend.kernels["transform.jvp"]
    points = tuple(backend.to_tensor(x) for x in primals)
    directions = tuple(backend.to_tensor(x, backend.dtype(point)) for x, point in zip(tangents, points, strict=True))
    for point, direction in zip(points, directions, strict=True):
        shape, expected = backend.shape(direction), backend.shape(point)
        if shape != expected:
            raise ShapeError(f"a tangent must have its argument's shape, {expected}; got {shape}")

    def of_values(*args: Any) -> Any:
        return without_symbols(fun(*args))

    return kernel(_of_tensors(backend, "ops.jvp", of_values, has_aux), points, directions, has_aux)


def _symbolic_jvp(backend: Backend, fun: Callable[..., Any], primals: Any, tangents: Any, has_aux: bool) -> Any:
    points: list[SymbolicTensor] = []
    for primal, tangent in zip(primals, tangents, strict=True):
        point, direction = (x if is_symbolic(x) else _spec(backend, backend.to_tensor(x)) for x in (primal, tangent))
        shape = agreed(point.shape, direction.shape)
        if shape is None:
            raise ShapeError(f"a tangent must have its argument's shape, {point.shape}; got {direction.shape}")
        points.append(SymbolicTensor(shape, point.dtype))
    result = _of_tensors(backend, "ops.jvp", fun, has_aux)(*points)
    value, *aux = result if has_aux else (result,)
    tangent = trees.put(value, trees.leaves(value, is_symbolic), is_symbolic, keep=True)
    return value, tangent, *aux


def _spec(backend: Backend, x: Any) -> SymbolicTensor:
    return SymbolicTensor(backend.shape(x), backend.dtype(x))


def _of_tensors(backend: Backend, what: str, function: Callable[..., Any], has_aux: bool) -> Callable[..., Any]:
    """Returns the function with an error if its value is not a tensor or a container of tensors."""

    def checked(*args: Any) -> Any:
        result = function(*args)
        if has_aux and not (isinstance(result, tuple) and len(result) == 2):
            raise ArgumentTypeError(f"with has_aux, {what} needs a function that returns (value, aux)")
        value = result[0] if has_aux else result
        wrong = [x for x in trees.leaves(value, lambda _: True) if not (backend.is_tensor(x) or is_symbolic(x))]
        if wrong or value is None:
            raise ArgumentTypeError(f"{what} needs a function that returns tensors; got {short(value)}")
        return result

    return checked


@backend_function
def vjp(backend: Backend, fun: Callable[..., Any], primals: Any, has_aux: bool = False) -> Any:
    """Returns a function's value at a point and its pullback, which computes vector-Jacobian products.

    Args:
        fun: a function of as many arguments as primals has (tensors, or nests of them), that returns float tensors.
        primals: a list or tuple of the arguments at which to differentiate.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        ``(value, pullback)``, or ``(value, pullback, aux)``. The pullback takes a cotangent of the value, in the same
        structure and with the same shapes, and returns a tuple with a cotangent for each argument, in the argument's
        structure, with None for everything that is not a float tensor.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).
        ArgumentTypeError: fun is not a function, primals is not a list, or an output is not a float tensor.
        ShapeError: when the pullback is called: a cotangent does not have the shape of its value.

    Example:
        >>> import ops
        >>> value, pullback = ops.vjp(ops.square, [ops.convert_to_tensor([1.0, 3.0])])
        >>> ops.convert_to_numpy(pullback([1.0, 0.5])[0])
        array([2., 3.], dtype=float32)
    """
    if not callable(fun):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(fun).__name__}")
    if not isinstance(primals, (list, tuple)):
        raise ArgumentTypeError(f"primals must be a list or tuple of arguments; got {type(primals).__name__}")
    backend = differentiable(backend)
    has_aux = canonical_bool(has_aux)
    if isinstance(fun, Outline):
        return _symbolic_vjp(backend, fun, primals, has_aux)
    try:
        return _vjp(backend, fun, primals, has_aux)
    except SymbolsFound:
        pass
    return importlib.import_module("ops.graph.transforms").record_vjp(fun, primals, has_aux)


def _vjp(backend: Backend, fun: Callable[..., Any], primals: Any, has_aux: bool) -> Any:
    is_symbolic_call(fun, primals)
    kernel = backend.kernels["transform.vjp"]
    arguments = tuple(_tensors(backend, x) for x in primals)
    flat = flattened(backend, "ops.vjp", fun, arguments, {}, range(len(arguments)), has_aux)
    values, flat_pullback, aux = kernel(flat.of_points, flat.points)

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        return tuple(flat.like_chosen(flat_pullback(_cotangent_leaves(backend, flat, values, cotangents))))

    output = flat.output(values)
    return (output, pullback, flat.aux(aux)) if has_aux else (output, pullback)


def _symbolic_vjp(backend: Backend, fun: Callable[..., Any], primals: Any, has_aux: bool) -> Any:
    arguments = symbols_of(backend, list(primals))
    result = fun(*arguments)
    if has_aux and not (isinstance(result, tuple) and len(result) == 2):
        raise ArgumentTypeError("with has_aux, ops.vjp needs a function that returns (output, aux)")
    output, *aux = result if has_aux else (result,)
    values = trees.leaves(output, is_symbolic)
    wrong = [x.dtype for x in values if not is_trainable_symbol(x)]
    if wrong or not values:
        raise ArgumentTypeError(f"ops.vjp needs a function that returns float tensors; got {(wrong or [output])[0]}")

    def pullback(cotangents: Any) -> tuple[Any, ...]:
        for x, value in zip(_matched(backend, output, cotangents), values, strict=True):
            shape = x.shape if is_symbolic(x) else backend.shape(backend.to_tensor(x, value.dtype))
            if agreed(shape, value.shape) is None:
                raise ShapeError(f"a cotangent must have its output's shape, {value.shape}; got {shape}")
        return tuple(like_symbols(arguments))

    return output, pullback, *aux


def _tensors(backend: Backend, tree: Any) -> Any:
    """Returns a nest of tensors as it is, and converts anything else, also nested lists of numbers, to a tensor."""
    if isinstance(tree, (dict, list, tuple)) and trees.leaves(tree, lambda x: backend.is_tensor(x) or is_variable(x)):
        return tree
    return tree if isinstance(tree, dict) else backend.to_tensor(tree)


def _cotangent_leaves(backend: Backend, flat: Flat, values: Sequence[Any], cotangents: Any) -> list[Any]:
    """Returns a cotangent for each value, from the argument of a pullback."""
    matched = _matched(backend, flat.results[-1][0], cotangents)
    leaves = [backend.to_tensor(x, backend.dtype(value)) for x, value in zip(matched, values, strict=True)]
    for x, value in zip(leaves, values, strict=True):
        shape, expected = backend.shape(x), backend.shape(value)
        if shape != expected:
            raise ShapeError(f"a cotangent must have its output's shape, {expected}; got {shape}")
    return leaves


def _matched(backend: Backend, output: Any, cotangent: Any) -> list[Any]:
    """Returns the cotangent of each tensor of an output; it may be a nested list of numbers."""
    if backend.is_tensor(output) or is_symbolic(output):
        return [cotangent]
    if not isinstance(output, (dict, list, tuple)):
        return []
    if isinstance(output, dict) != isinstance(cotangent, dict) or not isinstance(cotangent, (dict, list, tuple)):
        raise ArgumentTypeError(
            f"a cotangent must have the output's structure, here a {type(output).__name__}; got {cotangent!r}"
        )
    if isinstance(output, dict) and isinstance(cotangent, dict) and output.keys() == cotangent.keys():
        pairs = [(item, cotangent[key]) for key, item in output.items()]
    elif isinstance(output, dict) or len(output) != len(cotangent):
        raise ArgumentTypeError(
            f"a cotangent must have the output's structure, here of {len(output)} items; got {len(cotangent)}"
        )
    else:
        pairs = list(zip(output, cotangent, strict=True))
    return [x for item, part in pairs for x in _matched(backend, item, part)]
