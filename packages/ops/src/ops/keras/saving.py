"""The registry of custom objects, like that of keras.saving. Nothing here saves or loads files."""

from __future__ import annotations

import contextlib
import inspect
import sys
import types
from collections.abc import Callable, Generator, Mapping
from contextvars import ContextVar
from typing import Any, TypeVar

from ops.keras._absent import attribute_error
from ops_common.errors import ArgumentError

__all__ = [
    "CustomObjectScope",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "register_keras_serializable",
]

T = TypeVar("T")
_registered: dict[str, Any] = {}
_names: dict[Any, str] = {}
_in_scope: ContextVar[dict[str, Any] | None] = ContextVar("ops_keras_custom_objects", default=None)


def register_keras_serializable(package: str = "Custom", name: str | None = None) -> Callable[[T], T]:
    """Returns a decorator that registers a class or a function as ``package>name``, and returns it.

    If keras itself is imported, the object is registered there too: layers and models that hold it find it by its name.

    Args:
        package: the first part of the name.
        name: the second part; None for the object's own name.

    Raises:
        ArgumentError: a class has no method get_config.

    Example:
        >>> from ops import keras
        >>> @keras.saving.register_keras_serializable("mine")
        ... def double(x):
        ...     return 2 * x
        >>> keras.saving.get_registered_name(double)
        'mine>double'
    """

    def register(item: T) -> T:
        if inspect.isclass(item) and not hasattr(item, "get_config"):
            raise ArgumentError(f"class {item.__name__} cannot be registered: it has no method get_config")
        key = f"{package}>{name or getattr(item, '__name__', type(item).__name__)}"
        _registered[key] = item
        _names[item] = key
        _register_with_keras(item, package, name)
        return item

    return register


def _register_with_keras(item: Any, package: str, name: str | None) -> None:
    saving = getattr(sys.modules.get("keras"), "saving", None)  # None while keras is being imported
    if saving is not None:
        saving.register_keras_serializable(package, name)(item)


def get_registered_name(obj: Any) -> Any:
    """Returns the name under which a class or function was registered, else its own name.

    Example:
        >>> from ops import keras
        >>> keras.saving.get_registered_name(int)
        'int'
    """
    return registered_name(obj) or getattr(obj, "__name__", type(obj).__name__)


def get_registered_object(
    name: str, custom_objects: Mapping[str, Any] | None = None, module_objects: Mapping[str, Any] | None = None
) -> Any:
    """Returns the object of a name: in a `CustomObjectScope`, registered, or in one of the mappings; None if unknown.

    Example:
        >>> from ops import keras
        >>> keras.saving.get_registered_object("scale", {"scale": 3})
        3
    """
    for objects in (_in_scope.get(), _registered, custom_objects, module_objects):
        if objects is not None and name in objects:
            return objects[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """Returns the mapping from names to registered objects; changing it registers or removes objects."""
    return _registered


def registered_name(item: Any) -> str | None:
    """Returns the name under which an object was registered; None if it was not."""
    try:
        return _names.get(item)
    except TypeError:  # it has no hash
        return None


def registered_function(name: str, custom_objects: Mapping[str, Any] | None) -> Callable[..., Any] | None:
    """Returns the function or class of a name, with or without a package; None if there is none."""
    return get_registered_object(name, custom_objects)


@contextlib.contextmanager
def _entered(custom_objects: Mapping[str, Any]) -> Generator[None]:
    token = _in_scope.set({**(_in_scope.get() or {}), **custom_objects})
    try:
        yield
    finally:
        _in_scope.reset(token)


class CustomObjectScope:
    """A context in which names denote further objects.

    Args:
        custom_objects: the objects by name.

    Example:
        >>> from ops import keras
        >>> with keras.saving.CustomObjectScope({"twice": lambda x: 2 * x}):
        ...     keras.activations.get("twice")(4)
        8
    """

    def __init__(self, custom_objects: Mapping[str, Any]) -> None:
        self.custom_objects = custom_objects
        self._contexts: list[contextlib.AbstractContextManager[None]] = []

    def __enter__(self) -> CustomObjectScope:
        context = _entered(self.custom_objects)
        context.__enter__()
        self._contexts.append(context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        self._contexts.pop().__exit__(kind, error, traceback)


custom_object_scope = CustomObjectScope

_FILES = "save weights with safetensors, or a compiled function with ops.export"
_OBJECTS = "it serves keras's layers and models; store what get_config returns yourself"
_ABSENT = {
    "KerasFileEditor": _FILES,
    "load_model": _FILES,
    "load_weights": _FILES,
    "save_model": _FILES,
    "save_weights": _FILES,
    "deserialize_keras_object": _OBJECTS,
    "serialize_keras_object": _OBJECTS,
}


def __getattr__(name: str) -> object:
    raise attribute_error(__name__, name, _ABSENT)


def __dir__() -> list[str]:
    return sorted(__all__)
