"""The third opinion on a call on which ops and keras differ: the reference in the op's record, which is a function of
NumPy or SciPy or a formula in float64.

Where it gives the result of ops, keras's framework computes differently; where it raises too, keras does not check.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from ops.testing import RECORDS
from ops_common import dtypes
from ops_common.testing import Record, tolerance

Array = np.ndarray[Any, Any]

# References that need the operands' own dtypes.
_EXACT: dict[str, Callable[..., Any]] = {"view": lambda x, dtype: np.asarray(x).view(dtypes.to_numpy(dtype))}


def _isclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """np.isclose with tolerances in the operands' dtype: their rounding matters for a distance at the tolerance."""
    dtype = np.result_type(x1, x2)
    native = dtype.type if dtype.kind == "f" else float
    return np.isclose(x1, x2, native(rtol), native(atol), equal_nan)


# References whose result depends on the dtype in which they are computed.
_ROUNDED: dict[str, Callable[..., Any]] = {
    "isclose": _isclose,
    "allclose": lambda *args, **kwargs: np.all(_isclose(*args, **kwargs)),
}


def _change(value: Any, change: Callable[[Array], Array]) -> Any:
    if isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, list)) for item in value):
        return [_change(item, change) for item in value]
    return change(value) if isinstance(value, np.ndarray) else value


def _array(value: Any) -> Any:
    """A number, or a nested list of numbers, as the array that ops converts it to."""
    if not isinstance(value, (list, bool, int, float, complex, np.generic)):
        return value
    array = np.asarray(value)
    return array.astype({"f": np.float32, "i": np.int32, "c": np.complex64}.get(array.dtype.kind, array.dtype))


def _in_list(items: Any, item: Any) -> Any:
    """As `_array`, but a Python int in a list with one tensor of integers has that tensor's dtype."""
    arrays = [x for x in items if isinstance(x, np.ndarray)]
    if type(item) is int and len(arrays) == 1 and arrays[0].dtype.kind in "iu":
        info = np.iinfo(arrays[0].dtype)
        if info.min <= item <= info.max:
            return np.asarray(item, arrays[0].dtype)
    return _array(item)


def _wide(x: Array) -> Array:
    name = dtypes.from_numpy(x.dtype)
    if name in dtypes.FLOATS:
        return x.astype(np.float64)
    if name in dtypes.COMPLEX:
        return x.astype(np.complex128)
    return x.astype(np.int64) if name in dtypes.INTEGERS and name != "uint64" else x


def _computed(record: Record, x: Array) -> Array:
    """An operand in the dtype that the op computes in."""
    into = (record.computes or record.result_dtype)(dtypes.from_numpy(x.dtype))
    return x.astype(dtypes.to_numpy(into)) if isinstance(into, str) else x


def _flat(result: Any) -> Iterator[Array]:
    if isinstance(result, (list, tuple)):
        for item in result:
            yield from _flat(item)
    else:
        yield np.asarray(result)


def references(difference: Any) -> Iterator[list[Array] | Exception]:
    """Yields the reference's results as flat lists, or the errors that it raises.

    It is called several times, because the dtype in which an op computes is not specified: with operands rounded to the
    record's dtype and widened to 64 bits, with operands as they are, and with operands in the result's dtype.
    """
    record = RECORDS[difference.path]
    conversions: list[Callable[[Array], Array]] = [lambda x: _wide(_computed(record, x)), lambda x: x, _wide]
    result_dtype = difference.ours.leaves[0].dtype if difference.ours.leaves else ""
    if result_dtype in dtypes.INEXACT:
        native = dtypes.to_numpy(result_dtype)
        conversions += [lambda x: _wide(x.astype(native)), lambda x: x.astype(native)]
    function = _EXACT.get(difference.path, record.reference)
    calls = [(function, prepare) for prepare in ([lambda x: x] if difference.path in _EXACT else conversions)]
    if difference.path in _ROUNDED:
        calls.append((_ROUNDED[difference.path], lambda x: _computed(record, x)))
    for function, prepare in calls:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                yield list(_flat(function(*_arguments(difference, prepare), **_named(difference, prepare))))
        except Exception as error:
            yield error


def _arguments(difference: Any, prepare: Callable[[Array], Array]) -> list[Any]:
    kinds = [*difference.parameters.values(), *["" if difference.parameters else "Operand"] * len(difference.call.args)]
    arguments = zip(kinds, difference.call.args, strict=False)
    return [_argument(difference, kind, value, prepare) for kind, value in arguments]


def _named(difference: Any, prepare: Callable[[Array], Array]) -> dict[str, Any]:
    named = difference.call.kwargs.items()
    return {key: _argument(difference, difference.parameters.get(key, ""), value, prepare) for key, value in named}


def _argument(difference: Any, kind: str, value: Any, prepare: Callable[[Array], Array]) -> Any:
    if kind.startswith(("Operands", "Masks")) and isinstance(value, (list, tuple)):
        value = [_in_list(value, item) for item in value]
    elif kind.startswith(("Operand", "Mask", "Index")) and (
        isinstance(value, (list, np.generic)) or not difference.arrays()
    ):
        value = _array(value)
    return _change(value, prepare)


def gives(difference: Any, finite: bool = False) -> bool:
    """Returns whether the reference gives our shape and, in our dtype, our values (if `finite`: where both are)."""
    if difference.ours.error is not None:
        return False
    results = (result for result in references(difference) if not isinstance(result, Exception))
    return any(_agree(difference, result, finite) for result in results)


def refuses(difference: Any) -> bool:
    """Returns whether the reference raises in every dtype of the operands."""
    return all(isinstance(result, Exception) for result in references(difference))


def _agree(difference: Any, expected: list[Array], finite: bool) -> bool:
    leaves = difference.ours.leaves
    return len(expected) == len(leaves) and all(
        _same(leaf, array, difference, finite) for leaf, array in zip(leaves, expected, strict=True)
    )


def _same(leaf: Any, expected: Array, difference: Any, finite: bool) -> bool:
    if leaf.shape != expected.shape:
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        expected = expected.astype(dtypes.to_numpy(leaf.dtype))
        bound = tolerance(leaf.dtype, RECORDS[difference.path].loose)
        if bound == 0.0:
            return bool(np.array_equal(leaf.values, expected))
        wide = np.complex128 if expected.dtype.kind == "c" else np.float64
        ours, theirs = leaf.values.astype(wide), expected.astype(wide)
        out = np.zeros(ours.shape, bool)
        if finite:
            out = ~np.isfinite(ours) | ~np.isfinite(theirs)
        elif wide is np.complex128:  # no rule says which part of an infinite complex number is NaN
            out = ~np.isfinite(ours) & ~np.isfinite(theirs)
        ours, theirs = np.where(out, 0, ours), np.where(out, 0, theirs)
        scale = max((_largest(x) for x in (theirs, *difference.arrays())), default=0.0)
        return bool(np.allclose(ours, theirs, rtol=bound, atol=bound * scale, equal_nan=True))


def _largest(x: Array) -> float:
    sizes = np.abs(x.astype(np.complex128))
    return float(sizes[np.isfinite(sizes)].max(initial=0.0))
