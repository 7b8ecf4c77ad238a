"""`jacobian` and `hessian`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops._declaration.recording import are_symbolic
from ops.autodiff.provider import differentiable
from ops.transform.arguments import (
    check_positions,
    flattened,
    is_symbolic,
    is_trainable_symbol,
    positions_of,
    symbols_of,
)
from ops.transform.gradients import grad
from ops.transform.wrapped import P, Transformed
from ops_common.errors import ArgumentTypeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees

__all__ = [
    "hessian",
    "jacobian",
]


def jacobian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[P, Any]:
    """Returns a function that computes the Jacobian: all first derivatives of a function.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that returns a float tensor or
            a nest of float tensors.
        argnums: the position of the argument to differentiate with respect to, or a tuple of positions.
        has_aux: whether the function returns ``(output, aux)``, where aux is anything and is not differentiated.

    Returns:
        A function of the same arguments that returns the Jacobian, or ``(jacobian, aux)``. The Jacobian has the
        output's structure; in place of each tensor it has the argument's structure (a tuple of them for a tuple of
        argnums), whose tensors have the shape of the output followed by the shape of the argument.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> jacobian = ops.jacobian(lambda x: ops.stack([x[0] * x[1], x[1]]))
        >>> ops.convert_to_numpy(jacobian(ops.convert_to_tensor([2.0, 3.0])))
        array([[3., 2.],
               [0., 1.]], dtype=float32)
    """
    positions = positions_of(argnums)

    def transform(backend: Backend) -> Callable[..., Any]:
        backend = differentiable(backend)
        kernel = backend.kernels["transform.jacobian"]

        def call(*args: Any, **kwargs: Any) -> Any:
            check_positions(positions, args)
            if are_symbolic((args, kwargs)):
                chosen = symbols_of(backend, [args[i] for i in positions])
                result = function(*args, **kwargs)
                output, aux = result if has_aux else (result, None)
                outline = _outline(output, chosen[0] if isinstance(argnums, int) else tuple(chosen))
                return (outline, aux) if has_aux else outline
            flat = flattened(backend, "ops.jacobian", function, args, kwargs, positions, has_aux)
            rows, aux = kernel(flat.of_points, flat.points)
            by_output = [flat.like_chosen(row) for row in rows]
            result = flat.output([x[0] if isinstance(argnums, int) else tuple(x) for x in by_output])
            return (result, flat.aux(aux)) if has_aux else result

        return call

    return Transformed(function, transform, functools.partial(jacobian, argnums=argnums, has_aux=has_aux))


def _outline(output: Any, chosen: Any) -> Any:
    """Returns the symbolic Jacobian: in place of each tensor of the output, the arguments' structure."""
    tensors = trees.leaves(output, is_symbolic)
    wrong = [x.dtype for x in tensors if not is_trainable_symbol(x)]
    if wrong or not tensors:
        raise ArgumentTypeError(
            f"ops.jacobian needs a function that returns float tensors; got {(wrong or [output])[0]}"
        )
    points = trees.leaves(chosen, is_trainable_symbol)
    rows = [
        trees.put(
            chosen, [SymbolicTensor((*y.shape, *x.shape), y.dtype) for x in points], is_trainable_symbol, keep=False
        )
        for y in tensors
    ]
    return trees.put(output, rows, is_symbolic, keep=True)


def hessian(function: Callable[P, Any], argnums: int | tuple[int, ...] = 0) -> Callable[P, Any]:
    """Returns a function that computes the Hessian: all second derivatives of a function whose value is a scalar.

    It is the Jacobian of the gradient; see `jacobian` for its structure.

    Raises:
        UnsupportedError: on numpy and openvino, an operation has no derivative (random numbers by their parameters).

    Example:
        >>> import ops
        >>> hessian = ops.hessian(lambda x: x[0] * x[0] * x[1])
        >>> ops.convert_to_numpy(hessian(ops.convert_to_tensor([2.0, 3.0])))
        array([[6., 4.],
               [4., 0.]], dtype=float32)
    """
    return jacobian(grad(function, argnums), argnums)
