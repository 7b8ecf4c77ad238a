"""NumPy, family segment."""

from __future__ import annotations

from ops_common.host.segment import segment_reduce

__all__ = ["segment_reduce"]
