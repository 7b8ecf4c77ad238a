"""`ops.namespace`: the public functions bound to one backend, without a lookup of the active backend at each call."""

from __future__ import annotations

import functools
import importlib
import inspect
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import numpy as np

from ops.control import custom_gradient
from ops.core import compute_output_spec
from ops.transform import checkpoint, export, grad, hessian, jacobian, jit, value_and_grad, vectorize, vmap
from ops.transform.wrapped import Wrapped
from ops_common.errors import ArgumentTypeError
from ops_common.runtime import active, registry
from ops_common.runtime.backend import Backend, owner
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable

__all__ = [
    "namespace",
]

if TYPE_CHECKING:
    import ops
else:
    ops = None  # it imports this module

_P = ParamSpec("_P")
_Module = TypeVar("_Module")

# The functions that these return look up the active backend when called.
_TRANSFORMS = frozenset((checkpoint, custom_gradient, grad, hessian, jacobian, jit, value_and_grad, vectorize, vmap))
# These look up the active backend themselves.
_OF_GRAPHS = frozenset(("load_graph", "make_graph"))  # by name, as their module may not be loaded
_UNBOUND = frozenset((active.backend, active.devices, compute_output_spec, export))


class Namespace(types.ModuleType):
    """The functions of `ops`, or of one of its namespaces, on one backend. Each is created at its first use."""

    # Twice as fast as a module's own.
    __getattribute__ = object.__getattribute__

    def __init__(self, backend: Backend, module: types.ModuleType, path: str) -> None:
        super().__init__(module.__name__, module.__doc__)
        self._backend = backend
        self._module = module
        self._path = path  # from this module's `bound`

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._module, name)
        declared = getattr(value, "__declared__", None)
        if declared is not None:
            value = self._own(getattr(self._backend.bound, declared.key), name)
        elif isinstance(value, types.ModuleType) and value.__name__.startswith("ops."):
            value = Namespace(self._backend, value, f"{self._path}.{name}")
        elif isinstance(value, types.FunctionType) and value in _TRANSFORMS:
            value = self._own(self._transform(value), name)
        elif isinstance(value, types.FunctionType) and (value in _UNBOUND or name in _OF_GRAPHS):
            value = self._own(self._scoped(value), name)
        setattr(self, name, value)
        return value

    def _own(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """Returns the function, renamed so that pickles find it: its name in `ops` refers to the unbound function."""
        function.__module__ = __name__
        function.__qualname__ = f"{self._path}.{name}"
        return function

    def _transform(self, transform: Callable[..., Any]) -> Callable[..., Any]:
        backend = self._backend

        def on_backend(*args: Any, **kwargs: Any) -> Any:
            return _OnBackend(backend, transform(*args, **kwargs))

        return _like(on_backend, transform)

    def _scoped(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Returns the function, wrapped so that this backend is active while it runs."""
        on_backend = _OnBackend(self._backend, function)

        def scoped(*args: Any, **kwargs: Any) -> Any:
            return on_backend(*args, **kwargs)

        return _like(scoped, function)

    def __reduce__(self) -> Any:
        return _resolve, (self._path,)

    def __dir__(self) -> list[str]:
        return sorted(self._module.__all__)

    def __repr__(self) -> str:
        return f"<{self._module.__name__} on {self._backend.name}>"


def _like(wrapper: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the wrapper with the function's name, documentation and signature.

    As on every public function there is no `__wrapped__`, which TensorFlow would call in place of the wrapper.
    """
    functools.update_wrapper(wrapper, function)
    wrapper.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    del wrapper.__wrapped__  # type: ignore[attr-defined]
    return wrapper


class _OnBackend(Wrapped[..., Any]):
    """A transformed function that runs on one backend, whichever is active."""

    def __init__(self, backend: Backend, transformed: Callable[..., Any]) -> None:
        super().__init__(transformed, functools.partial(_on_backend, backend.key))
        self._backend, self._transformed = backend, transformed

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy also looks up such names, before the instance has attributes
            raise AttributeError(name)
        return getattr(self._transformed, name)  # `compilations` of a jitted function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # A compiler that traces Python code can trace this lookup, but not the scope.
        backend, now = self._backend, active.current_backend()
        if now.name == backend.name and backend.key in (backend.name, now.key):
            return self._transformed(*args, **kwargs)
        with active.use_backend(backend.key):
            return self._transformed(*args, **kwargs)


def _on_backend(key: str, transformed: Callable[..., Any]) -> Callable[..., Any]:
    return _OnBackend(registry.by_key(key), transformed)


class _Namespaces:
    """The namespaces by their backends' keys, which pickles use to refer to bound functions."""

    def __getattr__(self, key: str) -> Namespace:
        if key.startswith("__"):
            raise AttributeError(key)
        return _of(registry.by_key(key))


bound = _Namespaces()


def _resolve(path: str) -> Any:
    """Returns the object at this path, which begins with `bound`."""
    return functools.reduce(getattr, path.split(".")[1:], bound)


# By the backend's key. (functools.cache is not used: torch's compiler traces through it.)
_namespaces: dict[str, Namespace] = {}


def _of(backend: Backend) -> Namespace:
    namespace = _namespaces.get(backend.key)
    if namespace is None:
        new = Namespace(backend, importlib.import_module("ops"), f"bound.{backend.key}")
        namespace = _namespaces.setdefault(backend.key, new)
    return namespace


_prepared: set[str] = set()


def prepare(backend: Backend) -> None:
    """Creates a backend's namespace and all of its functions, for a compiler that traces only existing functions."""
    if backend.key not in _prepared:
        _prepared.add(backend.key)
        _fill(_of(backend))


def _fill(namespace: Namespace) -> None:
    for name in dir(namespace):
        if not name.startswith("_"):
            value = getattr(namespace, name)
            if type(value) is Namespace:
                _fill(value)


def _returns(module: _Module) -> Callable[[Callable[_P, Any]], Callable[_P, _Module]]:
    """Tells type checkers that a function returns this module: no annotation can name a module as a type."""
    return lambda function: function


@_returns(ops)
def namespace(of: Any) -> Namespace:
    """Returns the functions of `ops` bound to one backend.

    The result has the attributes of the module `ops`. To pyright it is that module, so that names and arguments are
    completed and checked; mypy does not type modules that functions return, and takes the attributes for Any.

    Args:
        of: a backend's name, or a tensor (or Variable) of an installed backend's framework.

    Raises:
        BackendError: that backend is not installed.
        ArgumentTypeError: ``of`` is neither a name nor a tensor.

    Example:
        >>> import ops
        >>> xp = ops.namespace("numpy")
        >>> xp.nn.relu(xp.convert_to_tensor([-1.0, 2.0]))
        array([0., 2.], dtype=float32)
    """
    if isinstance(of, Variable):
        return _of(of.backend)
    if isinstance(of, SymbolicTensor):
        return _of(registry.load(active.current_backend().name))
    if type(of).__module__ == "ops.autodiff.tape":  # the module is loaded already
        from ops.autodiff.tape import primal

        of = primal(of)
    name = of if isinstance(of, str) else owner(of)
    if name is None and isinstance(of, (np.ndarray, np.generic)):
        now = active.current_backend()  # a plug-in's tensors may be NumPy arrays
        name = now.name if now.is_tensor(of) else "numpy"
    if name is None:
        raise ArgumentTypeError(f"ops.namespace needs the name of a backend or a tensor; got {type(of).__name__}")
    return _of(registry.load(name))
