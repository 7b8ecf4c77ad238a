"""Where `ops` means to differ from keras 3.15.1: what keras does, what ops does, and why.

The sweep counts a difference that is described here as listed; any other fails it. A description is as narrow as it can
be: ops, backends, kinds, and a condition on the call. Run as a script it writes docs/differences.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ALL = ("numpy", "jax", "tensorflow", "torch", "openvino")


@dataclass(frozen=True)
class Listed:
    """One difference that is meant.

    Attributes:
        name: short, unique.
        ops: public paths; empty: any.
        backends: where.
        kinds: of `compare.KINDS`.
        when: a condition on the `compare.Difference`.
        keras: what keras does.
        ours: what ops does, and why.
    """

    name: str
    ops: tuple[str, ...]
    backends: tuple[str, ...]
    kinds: tuple[str, ...]
    keras: str
    ours: str
    when: Callable[[Any], bool] = lambda found: True

    def covers(self, found: Any) -> bool:
        """Whether this describes the difference that was found."""
        return (
            (not self.ops or found.path in self.ops)
            and found.backend in self.backends
            and found.kind in self.kinds
            and self.when(found)
        )


LISTED: tuple[Listed, ...] = ()


def which(found: Any) -> str | None:
    """The name of the first listed difference that describes it."""
    return next((one.name for one in LISTED if one.covers(found)), None)
