"""The backends that tests run on: the installed ones, or those of pytest's option ``--ops-backends``."""

from __future__ import annotations

from collections.abc import Sequence

from ops_common.runtime import registry

_selected: list[str] | None = None


def select(names: Sequence[str] | None) -> None:
    """Selects the backends of tests in this process; None selects those that are installed.

    Raises:
        BackendError: a name is unknown, or the backend is not installed; the message says what to install.
    """
    global _selected
    if names is not None:
        names = registry.in_loading_order(set(map(registry.standard_name, names)))
    _selected = None if names is None else list(names)


def selected() -> list[str]:
    """Returns the selected backends, in an order in which one process can load them.

    Raises:
        BackendError: none is installed; the message says what to install.
    """
    if _selected is not None:
        return _selected
    names = registry.installed()
    if not names:
        registry.default_name(None)  # raises the error that says what to install
    return registry.in_loading_order(names)
