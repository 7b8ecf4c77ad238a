"""Python numbers among the arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops.core import dtype as dtype_of
from ops_common import dtypes
from ops_common.runtime.backend import number_dtype

NUMBERS = (bool, int, float, complex)


def promoted_dtype(values: Sequence[Any]) -> str:
    """Returns the dtype that numbers and tensors promote to. Python numbers are weak: for np.int64(3) and 5 it is
    int64."""
    names = [number_dtype(value) if isinstance(value, NUMBERS) else dtype_of(value) for value in values]
    return dtypes.promote(
        [
            dtypes.weak_type(value) if isinstance(value, NUMBERS) and name != "int64" else name
            for value, name in zip(values, names, strict=True)
        ]
    )
