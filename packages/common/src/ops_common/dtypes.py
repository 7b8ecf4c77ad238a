"""Standard dtype names and their promotion lattice.

The lattice is JAX's, with weak Python scalars (https://docs.jax.dev/en/latest/jep/9407-type-promotion.html), as the
reference API uses it. A dtype is always denoted by its standard name, a string such as ``"float32"``; the weak types of
Python numbers have the names ``"int"``, ``"float"`` and ``"complex"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

from ops_common.errors import ArgumentError, DtypeError
from ops_common.runtime import config

UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
SIGNED = ("int8", "int16", "int32", "int64")
INTEGERS = UNSIGNED + SIGNED
FLOAT8 = ("float8_e4m3fn", "float8_e5m2")
FLOATS = (*FLOAT8, "bfloat16", "float16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
INEXACT = FLOATS + COMPLEX
ALL = ("bool", *INTEGERS, *INEXACT)
WEAK = ("int", "float", "complex")
WIDE = ("int64", "uint64", "float64", "complex128")

_KNOWN = frozenset(ALL)

# The types of Python numbers, and the weak types' names. Here and elsewhere, types are looked up in a dict and not in a
# set: until 2.9, PyTorch's compiler cannot trace the latter.
NUMBERS: dict[type, str] = {bool: "bool", int: "int", float: "float", complex: "complex"}

# Each dtype's direct successors; the join of two dtypes is the least dtype that both reach.
_SUCCESSORS: dict[str, tuple[str, ...]] = {
    "bool": ("int",),
    "int": ("uint8", "int8"),
    "uint8": ("int16", "uint16"),
    "uint16": ("int32", "uint32"),
    "uint32": ("int64", "uint64"),
    "uint64": ("float",),
    "int8": ("int16",),
    "int16": ("int32",),
    "int32": ("int64",),
    "int64": ("float",),
    "float": ("bfloat16", "float16", "complex"),
    "bfloat16": ("float32",),
    "float16": ("float32",),
    "float32": ("float64", "complex64"),
    "float64": ("complex128",),
    "complex": ("complex64",),
    "complex64": ("complex128",),
    "complex128": (),
}


def _upper_bounds(name: str) -> frozenset[str]:
    seen, todo = {name}, [name]
    while todo:
        for successor in _SUCCESSORS[todo.pop()]:
            if successor not in seen:
                seen.add(successor)
                todo.append(successor)
    return frozenset(seen)


_BOUNDS = {name: _upper_bounds(name) for name in _SUCCESSORS}


def standardize(dtype: Any) -> str:
    """Returns the standard name of a dtype given as a name, a Python or NumPy type, or a framework's dtype object.

    Raises:
        DtypeError: the dtype is unknown.

    Example:
        >>> import numpy as np
        >>> standardize(np.float16), standardize(int), standardize("bool")
        ('float16', 'int32', 'bool')
    """
    if type(dtype) is str and dtype in _KNOWN:
        return dtype
    if dtype is None:
        return config.floatx()
    return _standardize_object(dtype)


_ALIASES: dict[Any, str | None] = {
    bool: "bool",
    int: "int32",
    "int": "int32",
    float: None,
    "float": None,
    complex: "complex64",
    "complex": "complex64",
}


def _standardize_object(dtype: Any) -> str:
    if isinstance(dtype, (type, str)) and dtype in _ALIASES:
        return _ALIASES[dtype] or config.floatx()
    name = getattr(dtype, "name", None)  # numpy.dtype, tensorflow.DType
    if not isinstance(name, str):  # "torch.float32", numpy.float32
        name = dtype.__name__ if isinstance(dtype, type) else str(dtype).rpartition(".")[2]
    if name == "bool_":
        return "bool"
    if name in _KNOWN:
        return name
    raise DtypeError(f"unknown dtype {dtype!r}; known dtypes are {', '.join(ALL)}")


def to_numpy(name: str) -> np.dtype[Any]:
    """Returns the NumPy dtype of a standard name (ml_dtypes supplies bfloat16 and the 8-bit floats)."""
    if name == "bfloat16" or name in FLOAT8:
        return np.dtype(getattr(ml_dtypes, name))
    return np.dtype(name)


def from_numpy(dtype: np.dtype[Any]) -> str:
    """Returns the standard name of a NumPy dtype; raises DtypeError if there is none."""
    name = dtype.name
    if name in _KNOWN:
        return name
    if name == "object":
        raise DtypeError("a NumPy array of Python objects has no tensor equivalent; a symbolic tensor has no values")
    raise DtypeError(f"NumPy dtype {name!r} has no tensor equivalent; known are {', '.join(ALL)}")


def weak_type(value: Any) -> str:
    """Returns the lattice name of a Python number: ``"bool"``, ``"int"``, ``"float"`` or ``"complex"``."""
    name = NUMBERS.get(type(value))
    return type(value).__name__ if name is None else name  # of NumPy's subclasses of numbers


def _least_upper_bound(first: str, second: str) -> str | None:
    bounds = _BOUNDS[first] & _BOUNDS[second]
    least = [name for name in bounds if _BOUNDS[name] >= bounds]
    return least[0] if least else None


# A plain dict, so that a compiler that traces `promote` encounters nothing else.
_JOIN = {(first, second): _least_upper_bound(first, second) for first in _SUCCESSORS for second in _SUCCESSORS}


def promote(names: Sequence[str]) -> str:
    """Returns the dtype that values of these dtypes promote to. Weak names are accepted; the result is never weak.

    Raises:
        DtypeError: there is no such dtype (8-bit floats promote with nothing but themselves and Python numbers).

    Example:
        >>> promote(["int32", "float"]), promote(["uint8", "int8"]), promote(["bfloat16", "float16"])
        ('float32', 'int16', 'float32')
    """
    joined: str | None = None
    for name in names:
        if joined is None or joined == name:
            joined = name
        elif name in FLOAT8 or joined in FLOAT8:
            eight, rest = (name, joined) if name in FLOAT8 else (joined, name)
            if rest not in ("bool", "int", "float"):
                raise DtypeError(f"{joined} and {name} have no implicit promotion; cast the 8-bit float first")
            joined = eight
        else:
            joined = _JOIN[joined, name]
            if joined is None:
                raise DtypeError(f"dtypes {', '.join(names)} have no common dtype")
    if joined is None:
        raise DtypeError("promote needs at least one dtype")
    return _strong(joined)


def _strong(name: str) -> str:
    if name == "float":
        return config.floatx()
    if name == "int":
        return "int32"
    if name == "complex":
        return "complex128" if config.floatx() == "float64" else "complex64"
    return name


def to_float(name: str) -> str:
    """Returns the dtype in which a float-only op computes: inexact dtypes stay, all others become ``floatx``."""
    return name if name in INEXACT else config.floatx()


def is_float(name: str) -> bool:
    return name in FLOATS


def is_exact(name: str) -> bool:
    """Returns whether a dtype, or the weak type of a Python number, has integers or bools."""
    return name in INTEGERS or name in ("int", "bool")


def is_integer(name: str) -> bool:
    return name in INTEGERS


def is_complex(name: str) -> bool:
    return name in COMPLEX


_RANGE = {name: (int(np.iinfo(name).min), int(np.iinfo(name).max)) for name in INTEGERS}


_LARGEST = {name: float(ml_dtypes.finfo(to_numpy(name)).max) for name in FLOATS}


def integer_range(name: str) -> tuple[int, int]:
    """Returns the smallest and the largest number of an integer dtype."""
    return _RANGE[name]


def largest(name: str) -> float:
    """Returns the largest finite number of a float dtype; its negative is the lowest."""
    return _LARGEST[name]


_EPSILON = {name: float(ml_dtypes.finfo(to_numpy(name)).eps) for name in INEXACT}


def epsilon(name: str) -> float:
    """Returns the distance from 1 to the next number of an inexact dtype."""
    return _EPSILON[name]


def fits(value: int, name: str) -> bool:
    """Returns whether a Python int is in the range of an integer dtype; True for any other dtype."""
    bounds = _RANGE.get(name)
    return bounds is None or bounds[0] <= value <= bounds[1]


def check_range(value: int, name: str) -> None:
    """Raises ArgumentError if a Python int does not fit an integer dtype."""
    if not fits(value, name):
        bounds = _RANGE[name]
        raise ArgumentError(f"Python integer {value} is out of bounds for {name} [{bounds[0]}, {bounds[1]}]")
