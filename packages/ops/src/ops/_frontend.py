"""What `ops` provides to `ops_common` (see `ops_common.runtime.frontend`)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from ops._declaration import DECLARED
from ops._declaration.binding import Bound
from ops._namespace import prepare
from ops.transform.compilation import PREPARATIONS
from ops_common.runtime import installation
from ops_common.runtime.backend import Backend


class Frontend:
    """Implements `ops_common.runtime.frontend.Frontend`."""

    def bind(self, backend: Backend) -> Bound:
        """Returns the functions bound to a backend."""
        return Bound(backend)

    def recording(self, backend: Backend) -> Backend:
        """Returns the recording form of a backend.

        Most programs need no reverse mode, and most backends have their own: it is loaded at the first gradient.
        """
        from ops.autodiff.recording import recording_backend

        return recording_backend(backend)

    def staging(self, around: Backend, backend: Backend) -> Backend:
        """Returns the form of a backend that records its calls in the graph that another form of it records."""
        from ops.graph.staging import staged  # loaded, as a graph is being recorded

        return staged(backend, around)

    def public(self, key: str) -> Callable[..., Any]:
        """Returns the public function of this key: the declaring module has it under its own name."""
        declaration = DECLARED[key].function
        return getattr(sys.modules[declaration.__module__], declaration.__name__)


def install() -> None:
    """Installs `ops` in `ops_common`, and what `jit` does before a compiler traces Python code."""
    installation.install(Frontend())
    PREPARATIONS.append(prepare)
