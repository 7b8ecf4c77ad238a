"""Cache keys that differ for equal values of different types or signs: for 1, 1.0 and True, and for 0.0 and -0.0."""

from __future__ import annotations

from typing import Any

import numpy as np

_INEXACT = (float, complex, np.inexact)


def exact_key(value: Any) -> Any:
    """Returns a hashable key that is equal only for the same value.

    Numbers of different types that are equal have different keys, and so have zeros of different signs, inside tuples
    too. NaNs have one key, although they are not equal.
    """
    if isinstance(value, tuple):
        return type(value), *map(exact_key, value)  # pyright: ignore[reportUnknownArgumentType]  # any items
    # The repr shows the sign of zero, also in a complex number's parts, and all digits.
    return type(value), repr(value) if isinstance(value, _INEXACT) else value
