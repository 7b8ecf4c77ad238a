"""Wider dtypes for intermediate results."""

from __future__ import annotations

from typing import Any

from ops.core import cast
from ops.core import dtype as dtype_of

_HALF = ("float16", "bfloat16")


def widened(x: Any) -> Any:
    """Returns the tensor in its accumulation dtype: float32 for float16 and bfloat16."""
    return cast(x, "float32") if dtype_of(x) in _HALF else x


def narrowed(result: Any, x: Any) -> Any:
    """Returns a result computed from `widened(x)`, cast back to x's dtype."""
    return cast(result, dtype_of(x)) if dtype_of(x) in _HALF else result


def number_for(x: Any, number: Any) -> Any:
    """Returns a number among a composite's arguments; in x's dtype if it is a tensor (see `composite`)."""
    return number if isinstance(number, (int, float)) else cast(number, dtype_of(x))
