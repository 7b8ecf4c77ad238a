"""NumPy, family segment."""

from __future__ import annotations

from ops_common.segments import segment_reduce

__all__ = ["segment_reduce"]
