"""Canonical forms of arguments that are not tensors."""

from __future__ import annotations

import contextlib
import math
import numbers
import operator
from collections.abc import Iterable
from typing import Any

from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, ShapeError, UnsupportedError
from ops_common.runtime.backend import Backend, short
from ops_common.tensors import scopes
from ops_common.tensors.arguments import canonical_bool, has_rank_0

_MOST_ELEMENTS = 2**59  # of 16 bytes


def _whole(value: Any, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """Returns the value as an int that fits in 64 bits; raises TypeError if it is not an integer, or an integer tensor
    of rank 0."""
    try:
        whole = operator.index(value)
        # torch has an index of every tensor of one element.
        if type(value) is not int and (not has_rank_0(value) or str(getattr(value, "dtype", "")).endswith("bool")):
            raise TypeError
    except OpsError:
        raise
    except Exception as error:  # TensorFlow's tensors raise AttributeError
        raise TypeError from error
    if not least <= whole <= most:
        raise ArgumentError(f"an integer argument must fit in 64 bits; got {short(whole)}")
    return whole


def canonical_axis(value: Any) -> int | tuple[int, ...] | None:
    """Returns an axis argument as None, an int or a tuple of ints."""
    if value is None:
        return None
    try:
        if isinstance(value, (list, tuple)):
            return tuple(_whole(item) for item in value)  # type: ignore[arg-type]  # checked by index
        return _whole(value)
    except TypeError:
        raise ArgumentTypeError(f"expected an int, a tuple of ints or None; got {short(value)}") from None


def canonical_shape(value: Any, backend: Backend | None = None, name: str = "shape") -> tuple[Any, ...]:
    """Returns a shape argument as a tuple of ints; with a backend, also of its run-time sizes.

    In an outline (see `scopes.OutlineScope`), some may be None.
    """
    try:
        if not isinstance(value, (list, tuple)):
            value = (None,) if value is None and scopes.current().outline else _items(value, backend, name)
        sizes = tuple(
            [None if item is None and scopes.current().outline else _size(item, backend, name) for item in value]
        )
    except OpsError:
        raise
    except TypeError:
        raise ArgumentTypeError(f"{name} must be a tuple of ints; got {short(value)}") from None
    # Sizes in bytes must fit in 63 bits: some frameworks abort the process on overflow. (A list, because torch's
    # compiler does not support a generator here.)
    if math.prod([abs(size) for size in sizes if isinstance(size, int)]) >= _MOST_ELEMENTS:
        raise ShapeError(f"a tensor of shape {sizes} has more elements than a tensor can have")
    return sizes


def canonical_unknown_shape(value: Any, backend: Backend, name: str) -> tuple[Any, ...]:
    """Returns a shape argument, whose sizes may be None, as a tuple; calls with symbolic operands accept it."""
    if not isinstance(value, (list, tuple)) or all(size is not None for size in value):
        return canonical_shape(value, backend, name)
    sizes: list[Any] | tuple[Any, ...] = value
    rest = iter(canonical_shape([size for size in sizes if size is not None], backend, name))
    return tuple(None if size is None else next(rest) for size in sizes)


def _items(value: Any, backend: Backend | None, name: str) -> Any:
    """Returns the items of a shape that is neither a list nor a tuple: a single size, or the elements of a tensor."""
    if backend is not None and backend.is_tensor(value):
        shape = backend.shape(value)
        if not shape:
            return (value,)
        if len(shape) == 1 and shape[0] is not None:
            get_item = backend.bound.indexing_get_item
            return tuple([get_item(value, i) for i in range(shape[0])])
        raise ArgumentTypeError(
            f"{name} must be a tuple of sizes or a tensor of rank 1, whose number of elements must be known; got shape "
            f"{shape}"
        )
    if type(value) is int or (backend is not None and backend.is_size(value)):
        return (value,)
    if hasattr(value, "__index__") and has_rank_0(value):
        return (value,)
    return value


def _size(value: Any, backend: Backend | None, name: str) -> Any:
    """Returns a size as an int or a run-time size; raises TypeError if it is neither."""
    if backend is not None and (type(value) is not int or backend.is_traced()):
        if backend.is_size(value):
            return value
        if value is None:
            raise ArgumentTypeError(
                f"the sizes of {name} must be known; got None: use ops.shape(x), which has a run-time size in its "
                "place, instead of x.shape"
            )
        _check_known(value, backend, name)
    return _whole(value)


def _check_known(value: Any, backend: Backend, name: str) -> None:
    is_traced = backend.kernels.get("control.is_traced")
    if is_traced is not None and backend.is_tensor(value) and is_traced([value]):
        raise UnsupportedError(
            f"{name} must be known while a function is traced on backend {backend.name!r}; it depends on the values of "
            "a tensor"
        )


def canonical_size(value: Any, backend: Backend, name: str) -> Any:
    """Returns the size of an axis as an int or a run-time size; `check_count` tests its range."""
    try:
        return _size(value, backend, name)
    except OpsError:
        raise
    except TypeError:
        raise ArgumentTypeError(f"expected an int; got {short(value)}") from None


def canonical_optional_size(value: Any, backend: Backend, name: str) -> Any:
    """Returns None, or a size as `canonical_size` does."""
    return None if value is None else canonical_size(value, backend, name)


def canonical_widths(value: Any, backend: Backend, name: str) -> Any:
    """Returns sizes in nested tuples; arrays and tensors of known values as tuples, too."""
    if type(value) is int:  # of torch's compiler, too, which supports no other test of a symbolic int
        return value
    if not isinstance(value, (list, tuple)) and not has_rank_0(value):
        _check_known(value, backend, name)
        value = backend.core.convert_to_numpy(value) if backend.is_tensor(value) else value
        value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, (list, tuple)):
        return tuple([canonical_widths(item, backend, name) for item in value])  # type: ignore[arg-type]  # any items
    return canonical_size(value, backend, name)


def static_sizes(shape: Iterable[Any]) -> tuple[int | None, ...]:
    """Returns a shape with None in place of run-time sizes."""
    return tuple([size if isinstance(size, int) else None for size in shape])


def static_argument(value: Any) -> Any:
    """Returns an argument that consists of sizes, with None in place of run-time sizes."""
    if isinstance(value, (list, tuple)):
        return tuple([static_argument(item) for item in value])  # type: ignore[arg-type]  # any items
    return value if isinstance(value, int) else None


def has_run_time_size(value: Any) -> bool:
    """Returns whether an argument that consists of sizes has a run-time size."""
    if isinstance(value, (list, tuple)):
        return any(map(has_run_time_size, value))  # type: ignore[arg-type]  # any items
    return value is not None and not isinstance(value, int)


def check_count(size: Any, what: str) -> Any:
    """Returns a canonical size; raises an error if it is an int that `canonical_count` does not accept."""
    return canonical_count(size, what) if size is None or isinstance(size, int) else size


def check_sizes(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """Returns the shape; raises ShapeError if a size is negative."""
    if any(isinstance(size, int) and size < 0 for size in shape):
        raise ShapeError(f"sizes must not be negative; got shape {shape}")
    return shape


def canonical_int(value: Any, most: int = 2**63 - 1) -> int:
    """Returns an integer argument."""
    try:
        return _whole(value, most=most)
    except TypeError:
        raise ArgumentTypeError(f"expected an int; got {short(value)}") from None


def canonical_count(value: Any, what: str) -> int:
    """Returns the size of an axis of the result: a non-negative integer that fits int32. Frameworks store it in int32,
    and would reduce a larger one modulo 2**32."""
    count = value if type(value) is int else canonical_int(value)  # a symbolic size of torch's compiler is an int, too
    if not 0 <= count < 2**31:
        raise ArgumentError(f"{what} must not be negative, and must be less than 2**31; got {count}")
    return count


def canonical_float(value: Any) -> float:
    """Returns a real number, or the number of a tensor of rank 0, as a float."""
    if isinstance(value, numbers.Real):
        try:
            return float(value)
        except OverflowError:
            raise ArgumentError(f"a real number must fit in 64 bits; got {short(value)}") from None
    if hasattr(value, "shape") and has_rank_0(value) and "complex" not in str(getattr(value, "dtype", "")):
        with contextlib.suppress(Exception):  # of a tensor without a value, for which each framework has its own
            return float(value)
    raise ArgumentTypeError(f"expected a real number; got {short(value)}")


def is_negative_zero(value: Any) -> bool:
    """Whether the value is the float -0.0, which equals 0.0."""
    return type(value) is float and value == 0.0 and math.copysign(1.0, value) < 0.0


def canonical_str(value: Any) -> str:
    """Returns the argument if it is a string."""
    if isinstance(value, str):
        return str(value)
    raise ArgumentTypeError(f"expected a string; got {short(value)}")


def canonical_function(value: Any) -> Any:
    """Returns the argument if it is callable."""
    if callable(value):
        return value
    raise ArgumentTypeError(f"expected a function; got {short(value)}")


def canonical_functions(value: Any) -> Any:
    """Returns the argument if it is a list or tuple of callables."""
    if isinstance(value, (list, tuple)) and all(callable(item) for item in value):  # type: ignore[arg-type]  # any items
        return value  # type: ignore[return-value]  # any list or tuple
    raise ArgumentTypeError(f"expected a list or tuple of functions; got {short(value)}")


__all__ = (
    "canonical_axis",
    "canonical_bool",
    "canonical_count",
    "canonical_float",
    "canonical_function",
    "canonical_functions",
    "canonical_int",
    "canonical_optional_size",
    "canonical_shape",
    "canonical_size",
    "canonical_str",
    "canonical_unknown_shape",
    "canonical_widths",
    "check_count",
    "check_sizes",
    "has_rank_0",
    "has_run_time_size",
    "is_negative_zero",
    "static_argument",
    "static_sizes",
)
