"""`jacobian` and `hessian`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops.autodiff.provider import differentiable
from ops.transform.arguments import check_positions, flattened, positions_of
from ops.transform.gradients import grad
from ops.transform.wrapped import P, Transformed
from ops_common.runtime.backend import Backend

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
            flat = flattened(backend, "ops.jacobian", function, args, kwargs, positions, has_aux)
            rows, aux = kernel(flat.of_points, flat.points)
            by_output = [flat.like_chosen(row) for row in rows]
            result = flat.output([x[0] if isinstance(argnums, int) else tuple(x) for x in by_output])
            return (result, flat.aux(aux)) if has_aux else result

        return call

    return Transformed(function, transform, functools.partial(jacobian, argnums=argnums, has_aux=has_aux))


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
