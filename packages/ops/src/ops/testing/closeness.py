"""`assert_close`: equal structure, shapes and dtypes, and values within the tolerance of the dtype."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError
from ops_common.runtime import registry
from ops_common.runtime.backend import owner
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable
from ops_common.testing.closeness import allowed, mismatch, tolerance

_Array = np.ndarray[Any, Any]


def is_array(value: Any) -> bool:
    """Returns whether it is a tensor of an installed framework, a Variable, or a NumPy array or scalar."""
    return isinstance(value, (np.ndarray, np.generic, Variable, SymbolicTensor)) or owner(value) is not None


def to_numpy(value: Any) -> _Array:
    """Returns a NumPy array of a tensor of any installed backend, a Variable, a NumPy array or a number.

    Raises:
        ArgumentTypeError: a SymbolicTensor has no values.
    """
    if isinstance(value, Variable):
        value = value.value
    if isinstance(value, SymbolicTensor):
        raise ArgumentTypeError(f"{value!r} has no values to compare; compare its shape and dtype")
    name = owner(value)
    return np.asarray(value) if name is None else np.asarray(registry.load(name).core.convert_to_numpy(value))


def assert_close(
    actual: Any,
    expected: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = True,
    check_dtype: bool = True,
) -> None:
    """Asserts that two results are equal within the tolerance of their dtype.

    An element may differ by ``atol + rtol * abs(expected)``. A report of a failure shows the element that differs most
    relative to that.

    Args:
        actual: a tensor of any installed backend, a Variable, a NumPy array, a number, or a nested dict, list or tuple
            of these.
        expected: a value of the same structure. In place of a tensor it may be a number or a nested list of numbers.
        rtol: the relative tolerance. The default belongs to the less precise of the two dtypes: 3e-2 for bfloat16, 4e-3
            for float16, 2e-5 for float32 and complex64, 1e-11 for float64 and complex128, and 0 (equality) for others.
        atol: the absolute tolerance. The default is rtol times the largest finite element of expected, or rtol if that
            is above 1. So results that are small throughout are compared as precisely as others.
        equal_nan: whether NaN equals NaN.
        check_dtype: whether the dtypes must be equal. Python numbers and lists have none.

    Raises:
        AssertionError: structure, shapes, dtypes or values differ.
        ArgumentTypeError: a SymbolicTensor has no values.

    Example:
        >>> import ops
        >>> from ops.testing import assert_close
        >>> assert_close(ops.sqrt([1.0, 4.0]), [1.0, 2.0])
        >>> try:
        ...     assert_close(ops.sqrt([1.0, 4.0]), [1.0, 2.5])
        ... except AssertionError as error:
        ...     print(error)
        1 of 2 elements differ by more than atol=2e-05 + rtol=2e-05 * abs(expected); the worst is at [1]
          actual      2.0
          expected    2.5
          difference  0.5, relative 0.2, 7.14e+03 times what is allowed
        shape (2,), dtype float32
    """
    __tracebackhide__ = True
    report = difference(actual, expected, rtol=rtol, atol=atol, equal_nan=equal_nan, check_dtype=check_dtype)
    if report is not None:
        raise AssertionError(report)


def difference(
    actual: Any,
    expected: Any,
    place: str = "",
    *,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = True,
    check_dtype: bool = True,
) -> str | None:
    """Returns what `assert_close` reports; None if the values are close.

    Args:
        actual: as there.
        expected: as there.
        place: where the values are in the containers that hold them, such as ``['kernel'][0]``.
        rtol: as there, and so are the others.
    """
    if not (is_array(actual) or is_array(expected)) and isinstance(expected, (dict, list, tuple)):
        items = _items(actual, expected)
        if isinstance(items, str):
            return _at(place, items)
        for key, first, second in items:
            report = difference(
                first,
                second,
                f"{place}[{key!r}]",
                rtol=rtol,
                atol=atol,
                equal_nan=equal_nan,
                check_dtype=check_dtype,
            )
            if report is not None:
                return report
        return None
    numeric = [is_array(value) or isinstance(value, (bool, int, float, complex)) for value in (actual, expected)]
    sequence = [isinstance(value, (list, tuple)) for value in (actual, expected)]
    if not all(n or s for n, s in zip(numeric, sequence, strict=True)):
        # Strings, None and the like.
        return None if type(actual) is type(expected) and actual == expected else _at(place, _unequal(actual, expected))
    return _difference_of_arrays(actual, expected, place, rtol, atol, equal_nan, check_dtype)


def _difference_of_arrays(
    actual: Any, expected: Any, place: str, rtol: float | None, atol: float | None, equal_nan: bool, check_dtype: bool
) -> str | None:
    first, second = to_numpy(actual), to_numpy(expected)
    if first.shape != second.shape:
        return _at(place, f"shapes differ: actual {first.shape}, expected {second.shape}")
    # The dtype of numbers and lists is NumPy's choice, not the user's.
    typed = [array for value, array in ((actual, first), (expected, second)) if is_array(value)]
    names = [dtypes.from_numpy(array.dtype) for array in typed]
    if check_dtype and len(set(names)) > 1:
        return _at(
            place, f"dtypes differ: actual {names[0]}, expected {names[1]} (check_dtype=False compares values only)"
        )
    if not typed:
        names = [dtypes.from_numpy(first.dtype), dtypes.from_numpy(second.dtype)]
    relative = max(map(tolerance, names)) if rtol is None else rtol
    absolute = allowed(second, relative) if atol is None else atol
    report = mismatch(first, second, relative, absolute, equal_nan)
    return None if report is None else _at(place, report)


def _items(actual: Any, expected: Any) -> list[tuple[Any, Any, Any]] | str:
    """Returns key, actual and expected value of each item of two containers; a string if their structures differ."""
    if isinstance(expected, dict):
        if not isinstance(actual, dict):
            return f"actual is a {type(actual).__name__}, expected a dict"
        if actual.keys() != expected.keys():
            return f"keys differ: actual {[*actual]}, expected {[*expected]}"
        return [(key, actual[key], value) for key, value in expected.items()]
    if not isinstance(actual, (list, tuple)):
        return f"actual is a {type(actual).__name__}, expected a {type(expected).__name__}"
    if len(actual) != len(expected):
        return f"lengths differ: actual {len(actual)}, expected {len(expected)}"
    return [(i, first, second) for i, (first, second) in enumerate(zip(actual, expected, strict=True))]


def _unequal(actual: Any, expected: Any) -> str:
    return f"the values differ: actual {actual!r}, expected {expected!r}"


def _at(place: str, report: str) -> str:
    return f"at {place}: {report}" if place else report
