"""Numbered names, as `backend.get_uid` returns them."""

from __future__ import annotations

import collections

_counts: collections.Counter[str] = collections.Counter()


def get_uid(prefix: str = "") -> int:
    """Returns how many times this prefix was requested, this time included.

    Example:
        >>> from ops import keras
        >>> first, second = keras.backend.get_uid("dense"), keras.backend.get_uid("dense")
        >>> second - first
        1
    """
    _counts[prefix] += 1
    return _counts[prefix]


def clear() -> None:
    """Restarts the count of every prefix."""
    _counts.clear()
