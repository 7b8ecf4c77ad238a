"""Odd values, by their names in drawn calls, and the namespace in which these calls are evaluated."""

from __future__ import annotations

import importlib
import importlib.util
import math
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.testing.record import Maker

# torch's compiler to C++ takes seconds for a call, and is not tested here.
EAGER = {"torch": {"backend": "aot_eager"}}


def array(values: Any, dtype: str) -> np.ndarray[Any, Any]:
    """Returns an array of a dtype of ops."""
    return np.array(values, dtypes.to_numpy(dtype))


def sample(shape: tuple[int, ...], dtype: str) -> np.ndarray[Any, Any]:
    """Returns the array of this shape by the records' Maker."""
    return Maker(dtype)(*shape)


def filled(shape: tuple[int, ...], value: Any, dtype: Any) -> np.ndarray[Any, Any]:
    """Returns an array of any NumPy dtype, also of those that no backend supports."""
    with np.errstate(all="ignore"):
        return np.full(shape, np.array(value).astype(dtype), dtype)


def cyclic() -> list[Any]:
    """Returns a list that contains itself."""
    inside: list[Any] = []
    inside += [inside, inside]
    return inside


def cyclic_dict() -> dict[str, Any]:
    """Returns a dict that contains itself."""
    inside: dict[str, Any] = {}
    inside["a"] = inside
    return inside


def deep(levels: int) -> list[Any]:
    """Returns a number inside so many lists."""
    value: Any = 1.0
    for _ in range(levels):
        value = [value]
    return value


class Broken:
    """An object that raises whenever it is inspected."""

    def __repr__(self) -> str:
        raise ValueError("no repr")

    def __bool__(self) -> bool:
        raise TypeError("no truth value")

    def __eq__(self, other: object) -> bool:
        raise TypeError("not comparable")

    __hash__ = None  # type: ignore[assignment]  # not hashable


class Sized:
    """An object with a shape, a dtype and nothing else."""

    shape = (2, 3)
    dtype = "float32"


class Indexed:
    """An object that is an index."""

    def __index__(self) -> int:
        return 1


def foreign(backend: str) -> Any:
    """Returns another framework's tensor; an array if only one is installed."""
    for name in ("jax", "torch"):
        if name != backend and importlib.util.find_spec(name) is not None:
            if name == "jax":
                return importlib.import_module("jax.numpy").ones((2, 3))
            return importlib.import_module("torch").ones((2, 3))
    return np.ones((2, 3), np.float32)


def namespace(ops: Any, backend: str) -> dict[str, Any]:
    """Returns the names that drawn calls use."""
    return {
        "ops": ops,
        "np": np,
        "nan": math.nan,
        "inf": math.inf,
        "EAGER": EAGER,
        "array": array,
        "sample": sample,
        "filled": filled,
        "cyclic": cyclic,
        "cyclic_dict": cyclic_dict,
        "deep": deep,
        "Broken": Broken,
        "Sized": Sized,
        "Indexed": Indexed,
        "foreign": lambda: foreign(backend),
        "Symbolic": ops.SymbolicTensor,
        "Variable": ops.Variable,
        "tensor": ops.convert_to_tensor,
    }
