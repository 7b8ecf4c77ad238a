"""Arrays in safetensors files. Of dtypes that NumPy itself does not have, a file holds the bits as integers; of complex
numbers, the real and the imaginary parts along a last axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common.errors import ArgumentError


def stored(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Returns an array as it is stored."""
    return np.ascontiguousarray(array).view(stored_dtype(array.dtype)).reshape(stored_shape(array.shape, array.dtype))


def restored(array: np.ndarray[Any, Any], shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray[Any, Any]:
    """Returns the array of this shape and dtype that was stored."""
    return np.ascontiguousarray(array).view(dtype).reshape(shape)


def stored_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Returns the dtype in which arrays of a dtype are stored."""
    if dtype.kind == "c":
        return np.dtype(f"f{dtype.itemsize // 2}")
    return dtype if dtype.isbuiltin == 1 else np.dtype(f"u{dtype.itemsize}")


def stored_shape(shape: tuple[int, ...], dtype: np.dtype[Any]) -> tuple[int, ...]:
    """Returns the shape in which arrays of a shape and dtype are stored."""
    return (*shape, 2) if dtype.kind == "c" else shape


def stored_name(name: str) -> str:
    """Returns the name of an array in a file, which reserves a name.

    Raises:
        ArgumentError: the name is not valid Unicode.
    """
    if not name.isascii() and name != name.encode(errors="replace").decode():
        raise ArgumentError(f"a file cannot hold a tensor with the name {name!r}, which is not valid Unicode")
    return f"{name}_" if name.startswith("__metadata__") else name
