"""Dtypes and settings, like keras.backend."""

from __future__ import annotations

import gc
from typing import Any

from ops.keras._names import clear, get_uid
from ops_common import dtypes
from ops_common.runtime import config as _config
from ops_common.runtime.active import backend
from ops_common.runtime.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
)
from ops_common.symbolic import SymbolicTensor

__all__ = [
    "backend",
    "clear_session",
    "epsilon",
    "floatx",
    "get_uid",
    "image_data_format",
    "is_float_dtype",
    "is_int_dtype",
    "is_keras_tensor",
    "result_type",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "standardize_dtype",
]


def set_image_data_format(data_format: str) -> None:
    """Sets the meaning of ``data_format=None`` to "channels_last" or "channels_first".

    Raises:
        ArgumentError: it is neither.
    """
    _config.set_image_data_format(data_format)


def clear_session(free_memory: bool = True) -> None:
    """Restarts the counts of `get_uid`, and collects garbage if `free_memory`.

    `ops` has no other global state of this kind: compiled programs are bounded by `ops.config`, and random numbers are
    restarted by `utils.set_random_seed`.
    """
    clear()
    if free_memory:
        gc.collect()


def standardize_dtype(dtype: Any) -> str:
    """Returns the standard name of a dtype: of a name, a Python or NumPy type, or a framework's dtype object.

    Args:
        dtype: the dtype; None means `floatx`.

    Raises:
        DtypeError: the dtype is unknown. There are no tensors of strings.

    Example:
        >>> from ops import keras
        >>> keras.backend.standardize_dtype(int), keras.backend.standardize_dtype(None)
        ('int32', 'float32')
    """
    return dtypes.standardize(dtype)


def is_float_dtype(dtype: Any) -> bool:
    """Returns whether a dtype is a real floating-point dtype.

    Raises:
        DtypeError: the dtype is unknown.

    Example:
        >>> from ops import keras
        >>> keras.backend.is_float_dtype("bfloat16"), keras.backend.is_float_dtype("complex64")
        (True, False)
    """
    return dtypes.is_float(dtypes.standardize(dtype))


def is_int_dtype(dtype: Any) -> bool:
    """Returns whether a dtype is an integer dtype, signed or not; bool is none.

    Raises:
        DtypeError: the dtype is unknown.

    Example:
        >>> from ops import keras
        >>> keras.backend.is_int_dtype("uint8"), keras.backend.is_int_dtype("bool")
        (True, False)
    """
    return dtypes.is_integer(dtypes.standardize(dtype))


def is_keras_tensor(x: Any) -> bool:
    """Returns whether x is a symbolic tensor.

    Example:
        >>> from ops import keras
        >>> keras.backend.is_keras_tensor(keras.KerasTensor((2, None)))
        True
    """
    return isinstance(x, SymbolicTensor)


def result_type(*dtypes: Any) -> str:
    """Returns the dtype that tensors of these dtypes promote to.

    Args:
        *dtypes: dtypes; Python's int, float and complex count as weak types, like Python numbers in a call. None means
            `floatx`, and so does no dtype at all.

    Raises:
        DtypeError: a dtype is unknown, or they do not promote.

    Example:
        >>> from ops import keras
        >>> keras.backend.result_type("int32", "float16"), keras.backend.result_type(int, "int8")
        ('float16', 'int8')
    """
    return _result_type(dtypes or (None,))


_WEAK = dtypes.NUMBERS


def _result_type(given: tuple[Any, ...]) -> str:
    return dtypes.promote(
        [_WEAK[dtype] if isinstance(dtype, type) and dtype in _WEAK else dtypes.standardize(dtype) for dtype in given]
    )


def __dir__() -> list[str]:
    return sorted(__all__)
