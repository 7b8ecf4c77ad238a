"""`value_and_grad` and `grad`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops._declaration.operands import spec_of
from ops._declaration.recording import are_symbolic, is_recording, without_symbols
from ops._declaration.sparsity import sparse_module
from ops.autodiff.provider import differentiable
from ops.transform.arguments import (
    check_positions,
    flattened,
    is_symbolic,
    like_symbols,
    points_of,
    positions_of,
    symbols_of,
)
from ops.transform.wrapped import P, Transformed
from ops_common import dtypes
from ops_common.errors import ShapeError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.tensors import trees
from ops_common.tensors.arguments import canonical_bool

__all__ = [
    "grad",
    "value_and_grad",
]


def value_and_grad(
    function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False, *, sparse: bool = False
) -> Transformed[P, tuple[Any, Any]]:
    """Returns a function that computes the function's value and its gradients.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that returns a scalar tensor.
            The gradient with respect to a sparse tensor is one with the same coordinates.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        has_aux: whether the function returns ``(scalar, aux)``, where aux is anything.
        sparse: whether the gradient with respect to a tensor from which the function only takes rows, as with
            ``ops.take(table, ids, axis=0)``, is a sparse tensor of these rows, where the framework computes such
            gradients: on tensorflow, and on torch outside of `ops.jit`. Elsewhere it is dense.

    Returns:
        A function of the same arguments that returns ``(value, gradients)``, or ``((value, aux), gradients)``. The
        gradients have the argument's structure; for a tuple of argnums they are a tuple.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> loss_and_grad = ops.value_and_grad(lambda x: ops.sum(ops.square(x)))
        >>> value, gradient = loss_and_grad(ops.convert_to_tensor([1.0, 3.0]))
        >>> ops.convert_to_numpy(gradient)
        array([2., 6.], dtype=float32)
    """

    positions = positions_of(argnums)
    has_aux, sparse = canonical_bool(has_aux), canonical_bool(sparse)

    def scalar(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        backend = active.current_backend()
        value = result[0] if has_aux and isinstance(result, tuple) and len(result) == 2 else result
        if not is_recording():
            without_symbols(value)
        spec = value if is_symbolic(value) or not backend.is_tensor(value) else spec_of(backend, value)
        if not is_symbolic(spec) or spec.shape != () or not dtypes.is_float(spec.dtype):
            with_aux = ", as (value, aux)" if has_aux else ""
            raise ShapeError(
                f"a gradient needs a function that returns a float tensor of shape (){with_aux}; "
                f"got {_described(backend, result)}: reduce it, for example with ops.sum, or use ops.jacobian"
            )
        return result

    def by_pullback(backend: Backend) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            flat = flattened(backend, "ops.value_and_grad", scalar, args, kwargs, positions, has_aux)
            values, pullback, aux = backend.kernels["transform.vjp"](flat.of_points, flat.points)
            cotangent = backend.bound.creation_ones_like(values[0])
            gradients = flat.like_chosen(pullback([cotangent]))
            value = flat.output(values)
            result = (value, flat.aux(aux)) if has_aux else value
            return result, gradients[0] if isinstance(argnums, int) else tuple(gradients)

        return call

    def of_sparse(backend: Backend, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        transforms = sparse_module("transforms")
        of_values, values, gradient = transforms.of_values(backend, function, args, positions)
        result, found = value_and_grad(of_values, argnums, has_aux, sparse=sparse).on(backend)(*values, **kwargs)
        result = transforms.stored(backend, result)
        if isinstance(argnums, int):
            return result, gradient(argnums, found)
        return result, tuple(gradient(i, item) for i, item in zip(argnums, found, strict=True))

    def transform(backend: Backend) -> Callable[..., Any]:
        original = backend
        backend = differentiable(backend)
        kernel = backend.kernels.get("transform.value_and_grad")
        if sparse and backend.mesh is None:
            kernel = backend.kernels.get("transform.value_and_sparse_grad", kernel)
        transformed = by_pullback(backend) if kernel is None else kernel(scalar, argnums, has_aux)

        def of_values(*args: Any, **kwargs: Any) -> Any:
            check_positions(positions, args)
            if trees.leaves([args[i] for i in positions], backend.is_sparse):
                return of_sparse(original, args, kwargs)
            if are_symbolic((args, kwargs)):
                gradients = like_symbols(symbols_of(backend, [args[i] for i in positions]))
                return scalar(*args, **kwargs), gradients[0] if isinstance(argnums, int) else tuple(gradients)
            return transformed(*points_of(backend, args, positions), **kwargs)

        return of_values

    options: dict[str, Any] = {"argnums": argnums, "has_aux": has_aux, "sparse": sparse}
    return Transformed(function, transform, functools.partial(value_and_grad, **options))


def _described(backend: Backend, result: Any) -> str:
    """Returns a short description of a function's result, for an error message."""
    if backend.is_tensor(result):
        return f"{backend.dtype(result)} of shape {backend.shape(result)}"
    if isinstance(result, (list, tuple)):
        return f"{type(result).__name__} of {', '.join(_described(backend, item) for item in result) or 'nothing'}"
    return type(result).__name__


def grad(
    function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False, *, sparse: bool = False
) -> Callable[P, Any]:
    """Returns a function that computes the function's gradients; with has_aux, ``(gradients, aux)``. See
    `value_and_grad`.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> gradient = ops.grad(lambda x: ops.sum(ops.square(x)))
        >>> ops.convert_to_numpy(gradient(ops.convert_to_tensor([1.0, 3.0])))
        array([2., 6.], dtype=float32)
    """
    both = value_and_grad(function, argnums, has_aux, sparse=sparse)

    def transform(backend: Backend) -> Callable[..., Any]:
        of_both = both.on(backend)

        def gradients(*args: Any, **kwargs: Any) -> Any:
            value, results = of_both(*args, **kwargs)
            return (results, value[1]) if has_aux else results

        return gradients

    options: dict[str, Any] = {"argnums": argnums, "has_aux": has_aux, "sparse": sparse}
    return Transformed(function, transform, functools.partial(grad, **options))
