"""Family transform: functions of functions. Which backend serves is decided when the made function is called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops.core import compute_output_spec
from ops_common import active
from ops_common.backend import Backend
from ops_common.errors import ArgumentTypeError, OpsError

_GRADIENTS = "gradients are computed on the backends jax, tensorflow and torch: run under ops.use_backend of one"


class _Transformed:
    """A transformed function: of the backend that is active when it is called."""

    def __init__(self, function: Callable[..., Any], transform: Callable[[Backend], Callable[..., Any]]) -> None:
        if not callable(function):
            raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
        functools.update_wrapper(self, function)
        # AutoGraph must leave this alone, as every public function (see `_declare`).
        self.autograph_info__: dict[str, Any] = {}
        self._transform = transform

    def on(self, backend: Backend) -> Callable[..., Any]:
        """The transformed function of one backend. Not kept: what a compiler that reads Python code finds changed by
        its own first trace, it compiles again."""
        return self._transform(backend)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.on(active.current_backend())(*args, **kwargs)


class _Jitted(_Transformed):
    """A function compiled once for each backend that it is called on. Its failures are explained by a symbolic run:
    compilers hide which op failed, and why."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, self._compile)
        self._function = function
        self._made: dict[str, Callable[..., Any]] = {}

    def _compile(self, backend: Backend) -> Callable[..., Any]:
        function = self._function
        # What is transformed already is asked for this backend's form now: no compiler need trace the asking.
        return backend.kernels["transform.jit"](
            function.on(backend) if isinstance(function, _Transformed) else function
        )

    def on(self, backend: Backend) -> Callable[..., Any]:
        """The compiled function of one backend."""
        made = self._made.get(backend.name)
        if made is None:
            made = self._made.setdefault(backend.name, self._compile(backend))
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        backend = active.current_backend()
        is_tracing = backend.kernels.get("transform.is_tracing")
        if is_tracing is not None and is_tracing():
            return self._function(*args, **kwargs)
        try:
            return self.on(backend)(*args, **kwargs)
        except OpsError:
            raise
        except Exception as error:
            failed = error
        try:
            compute_output_spec(self._function, *args, **kwargs)
        except OpsError as explained:
            raise explained from failed
        except Exception:  # the symbolic run has troubles of its own; the compiler's error is what the user needs
            raise failed from None
        raise failed


def jit(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, compiled by the active backend's own compiler for each new signature of its arguments.

    JAX: `jax.jit`; TensorFlow: `tf.function`; PyTorch: `torch.compile` of the whole graph; OpenVINO: a traced, compiled
    and cached model; NumPy: the function itself.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that is written with `ops` and
            has no effects but its answer. Python numbers among the arguments may be compiled in as constants: pass what
            changes often as a tensor.

    Returns:
        A function of the same arguments. It may be called under different backends.

    Example:
        >>> import ops
        >>> double = ops.jit(lambda x: ops.add(x, x))
        >>> ops.convert_to_numpy(double(ops.convert_to_tensor([1.0, 2.0])))
        array([2., 4.], dtype=float32)
    """
    return _Jitted(function)


def value_and_grad(
    function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False
) -> Callable[..., tuple[Any, Any]]:
    """A function that answers the function's value and its gradients. On jax, tensorflow and torch.

    Args:
        function: a function of tensors, or of nested dicts, lists and tuples of tensors, that answers a scalar tensor.
        argnums: the position of the argument to differentiate by, or several.
        has_aux: whether the function answers (scalar, anything else) instead.

    Returns:
        A function of the same arguments that answers ``(value, gradients)``, or ``((value, aux), gradients)``. The
        gradients have the argument's structure; for several argnums they are a tuple.

    Raises:
        UnsupportedError: when called on a backend without gradients (numpy, openvino).

    Example:
        >>> import ops
        >>> slope = ops.value_and_grad(lambda x: ops.sum(ops.square(x)))
        >>> value, gradient = slope(ops.convert_to_tensor([1.0, 3.0]))
        >>> ops.convert_to_numpy(gradient)
        array([2., 6.], dtype=float32)
    """

    def transform(backend: Backend) -> Callable[..., Any]:
        return backend.optional("transform.value_and_grad", "ops.value_and_grad", _GRADIENTS)(
            function, argnums, has_aux
        )

    return _Transformed(function, transform)


def grad(function: Callable[..., Any], argnums: int | tuple[int, ...] = 0, has_aux: bool = False) -> Callable[..., Any]:
    """A function that answers the function's gradients; see `value_and_grad`. With has_aux: ``(gradients, aux)``.

    Raises:
        UnsupportedError: when called on a backend without gradients (numpy, openvino).

    Example:
        >>> import ops
        >>> slope = ops.grad(lambda x: ops.sum(ops.square(x)))
        >>> ops.convert_to_numpy(slope(ops.convert_to_tensor([1.0, 3.0])))
        array([2., 6.], dtype=float32)
    """
    both = value_and_grad(function, argnums, has_aux)

    @functools.wraps(function)
    def gradients(*args: Any, **kwargs: Any) -> Any:
        value, slopes = both(*args, **kwargs)
        return (slopes, value[1]) if has_aux else slopes

    return gradients
