"""`custom_gradient`: a function with a gradient of the user's."""

from __future__ import annotations

import functools
import importlib  # graphs are loaded at their first use
from collections.abc import Callable
from typing import Any

from ops._declaration.recording import SymbolsFound, are_symbolic, without_symbols
from ops.control.nests import tensors_of
from ops_common.errors import ArgumentTypeError
from ops_common.runtime import active
from ops_common.runtime.wrapping import copy_attributes

__all__ = [
    "custom_gradient",
]


class _CustomGradient:
    """The result of `custom_gradient`: a function with a custom gradient on each backend."""

    def __init__(self, f: Callable[..., Any]) -> None:
        copy_attributes(self, f)
        self._f = f
        self.autograph_info__: dict[str, Any] = {}  # see `_declaration.declared`

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        f = functools.partial(self._f, **kwargs) if kwargs else self._f
        kernel = backend.kernels.get("control.custom_gradient")

        def checked(*tensors: Any) -> Any:
            output, gradient = _pair(f(*tensors))
            return without_symbols(output), gradient

        try:
            if not are_symbolic(args):
                backend.require_dense(args)
                return checked(*args)[0] if kernel is None else kernel(checked)(*tensors_of(backend, args))
        except SymbolsFound:
            pass
        return importlib.import_module("ops.graph.transforms").record_custom_gradient(
            lambda *tensors: _pair(f(*tensors)), args
        )


def _pair(result: Any) -> Any:
    if not isinstance(result, (list, tuple)) or len(result) != 2 or not callable(result[1]):
        raise ArgumentTypeError(
            f"the function of a custom gradient must return (output, grad_fn); got {type(result).__name__}"
        )
    return result


def custom_gradient(f: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function with a custom gradient.

    Args:
        f: a function of tensors that returns ``(output, grad_fn)``. ``grad_fn`` takes the gradient with respect to the
            output (one positional argument for each output) and returns the gradient with respect to f's argument, or a
            tuple of gradients for several arguments.

    Returns:
        A function of the same arguments that returns the output.

    Example:
        >>> import ops
        >>> @ops.custom_gradient
        ... def clipped(x):
        ...     return x, lambda upstream: ops.clip(upstream, -1.0, 1.0)
        >>> ops.convert_to_numpy(clipped(ops.convert_to_tensor([1.0, 2.0])))
        array([1., 2.], dtype=float32)
    """
    if not callable(f):
        raise ArgumentTypeError(f"expected a function of tensors; got {type(f).__name__}")
    return _CustomGradient(f)
