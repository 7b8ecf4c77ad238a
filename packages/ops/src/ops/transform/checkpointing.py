"""`checkpoint`: gradients that recompute intermediate values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops._declaration.recording import are_symbolic, without_symbols
from ops.transform.arguments import values_of
from ops.transform.wrapped import P, R, Transformed
from ops_common.runtime.backend import Backend
from ops_common.tensors import scopes

__all__ = [
    "checkpoint",
]


def checkpoint(function: Callable[P, R]) -> Callable[P, R]:
    """Returns the function with a gradient that takes less memory and more time: the backward pass recomputes
    intermediate values instead of storing them (Chen et al. 2016, https://arxiv.org/abs/1604.06174).

    JAX uses `jax.checkpoint`; PyTorch uses `torch.utils.checkpoint`, except inside `jvp` or `vmap`, where the function
    is called as it is; TensorFlow uses a custom gradient; NumPy and OpenVINO use the reverse mode of `ops`. The
    recomputation draws the same random numbers.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of them, without side effects.

    Returns:
        A function of the same arguments. Inside `ops.RematScope("none")`, calls run the function as it is.

    Example:
        >>> import ops
        >>> block = ops.checkpoint(lambda x: ops.sin(ops.exp(x)))
        >>> gradient = ops.grad(lambda x: ops.sum(block(x)))
        >>> ops.convert_to_numpy(gradient(ops.zeros((2,)))).round(4)
        array([0.5403, 0.5403], dtype=float32)
    """

    def of_values(*args: Any, **kwargs: Any) -> Any:
        return without_symbols(function(*args, **kwargs))

    def transform(backend: Backend) -> Callable[..., Any]:
        kernel = backend.kernels.get("transform.checkpoint")
        if kernel is None or scopes.remat() == "none":
            return function

        def call(*args: Any, **kwargs: Any) -> Any:
            if are_symbolic((args, kwargs)):
                return function(*args, **kwargs)
            return kernel(of_values)(*values_of(args), **kwargs)

        return call

    return Transformed(function, transform, checkpoint)
