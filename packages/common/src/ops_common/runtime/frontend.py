"""The boundary to `ops`: what this package calls in the upper layer, which it cannot import.

`ops` passes an object of the type `Frontend` to `ops_common.runtime.installation.install` when it is imported. It
changes nothing else in this package.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from ops_common.errors import OpsError

if TYPE_CHECKING:
    from ops_common.runtime.backend import Backend


class BoundFunctions(Protocol):
    """The functions of `ops` bound to one backend, as attributes by their keys.

    The key is the family and the name of a function: ``elementwise_add``, ``nn_activation_relu``.
    """

    def __getattr__(self, key: str) -> Any:
        """Returns the function of this key, which is bound at its first use; AttributeError if there is none."""
        ...

    def bind_all(self) -> None:
        """Binds all functions, for a compiler that can trace only existing ones."""
        ...

    def become_default(self) -> None:
        """Makes the public functions call these, where no other backend is in force."""
        ...


class Frontend(Protocol):
    """What `ops` provides to this package."""

    def bind(self, backend: Backend) -> BoundFunctions:
        """Returns the functions bound to a backend. Called once for each Backend, see `Backend.bound`."""
        ...

    def recording(self, backend: Backend) -> Backend:
        """Returns the form of a backend that records its kernels on a tape, for gradients; a recording backend as it
        is."""
        ...

    def staging(self, around: Backend, backend: Backend) -> Backend:
        """Returns the form of a backend that records its calls in the graph that another form of it records."""
        ...

    def public(self, key: str) -> Callable[..., Any]:
        """Returns the public function of this key, which runs on the active backend."""
        ...


_frontend: Frontend | None = None


def use(frontend: Frontend) -> None:
    """Sets what `ops` provides; `installation.install` calls this."""
    global _frontend
    _frontend = frontend


def installed() -> Frontend:
    """Returns what `ops` provides.

    Raises:
        OpsError: `ops` has not been imported.
    """
    if _frontend is None:
        raise OpsError("this needs the functions of ops: import ops first")
    return _frontend
