"""Installs `ops` in this package: the only call by which the upper layer changes the lower one."""

from __future__ import annotations

from ops_common import operators
from ops_common.runtime import frontend
from ops_common.runtime.frontend import Frontend


def install(implementation: Frontend) -> None:
    """Sets what `ops` provides to this package, and defines the operators of `Operators`."""
    frontend.use(implementation)
    operators.define(implementation.public)
