"""`ops.show_versions`: what a bug report should contain."""

from __future__ import annotations

import importlib

__all__ = [
    "show_versions",
]


def show_versions(devices: bool = False) -> None:
    """Prints what ``python -m ops info`` prints: versions and whether they were tested, settings, the active backend.

    It imports no framework unless devices are listed. Paste its output into bug reports.

    Args:
        devices: whether to list the devices of each installed backend, which imports the frameworks.

    Example:
        >>> import ops
        >>> ops.show_versions()
        Python ...
    """
    importlib.import_module("ops._cli.info").show(devices)  # late: it imports `ops`
