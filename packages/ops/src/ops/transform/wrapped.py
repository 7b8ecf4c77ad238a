"""Callable objects that replace functions: they keep the name and the parameters, and can be pickled."""

from __future__ import annotations

import importlib  # graphs are loaded at their first use
import sys
from collections.abc import Callable
from typing import Any, Generic, ParamSpec, TypeVar

from ops._declaration import mixes_symbols, of_arguments
from ops._declaration.recording import SymbolsFound, is_recording
from ops._declaration.users_errors import is_raised_by_user
from ops_common.errors import ArgumentTypeError, OpsError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.runtime.wrapping import copy_attributes

P = ParamSpec("P")

R = TypeVar("R")


class Wrapped(Generic[P, R]):
    """A callable object that replaces a function and has its name.

    It is pickled as functions are: by name if that name refers to it, as for a decorated function of a module;
    otherwise as the call that created it.
    """

    def __init__(self, function: Callable[P, Any], make: Callable[..., Any]) -> None:
        copy_attributes(self, function)
        # AutoGraph must not convert this, as for every public function (see `_declaration.declared`).
        self.autograph_info__: dict[str, Any] = {}
        self._function = function
        self._make = make  # a function that a pickle can name, or a partial of one

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        raise NotImplementedError  # subclasses implement it

    def __reduce__(self) -> Any:
        name = getattr(self, "__qualname__", None)
        if name is not None and _named(self.__module__, name) is self:
            return name
        return self._make, (self._function,)


def _named(module: str | None, name: str) -> Any:
    """Returns the object with a dotted name in a module; None if there is none."""
    value = sys.modules.get(module) if module is not None else None
    for part in name.split("."):
        value = getattr(value, part, None)
    return value


class Transformed(Wrapped[P, R]):
    """A transformed function, which runs on the backend that is active when it is called.

    Args:
        function: the function to transform.
        transform: a function that takes a backend and returns the transformed function for it.
        make: a function that creates this object from the original function, for pickling.
    """

    def __init__(
        self,
        function: Callable[P, Any],
        transform: Callable[[Backend], Callable[..., Any]],
        make: Callable[..., Any],
    ) -> None:
        if not callable(function):
            raise ArgumentTypeError(f"expected a function of tensors; got {type(function).__name__}")
        super().__init__(function, make)
        self._transform = transform

    def on(self, backend: Backend) -> Callable[..., Any]:
        """Returns the transformed function for one backend. It is not cached: a compiler that traces Python code would
        recompile if its own first trace filled the cache."""
        return self._transform(backend)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        backend = active.current_backend()
        if is_recording():
            return self._recorded(args, kwargs)
        try:
            return self.on(backend)(*args, **kwargs)
        except OpsError:
            raise
        except Exception as error:
            # (PyTorch's compiler, which may be reading this, supports no tracebacks.)
            if (backend.is_tracing is not None and backend.is_tracing()) or is_raised_by_user(error):
                raise
            failed = None if mixes_symbols(error) else error
        except SymbolsFound:
            failed = None
        if failed is None:
            return self._recorded(args, kwargs)
        raise of_arguments(backend, failed, (args, kwargs)) or failed from failed.__cause__

    def _recorded(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Returns the symbolic result of a call, recorded."""
        return importlib.import_module("ops.graph.transforms").record_transformed(
            self._function, self._make, args, kwargs
        )
