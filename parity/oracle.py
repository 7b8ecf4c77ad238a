"""What somebody else says of a call on which ops and keras differ: the reference in the op's record, which is NumPy's
or SciPy's function or a formula in float64.

Where it gives our answer, keras's framework computes otherwise; where it raises as we do, that does not look.
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

# The references that are told of the operands' own dtypes.
_EXACT: dict[str, Callable[..., Any]] = {"view": lambda x, dtype: np.asarray(x).view(dtypes.to_numpy(dtype))}


def _isclose(x1: Any, x2: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """np.isclose with its tolerances in the operands' dtype, which decides about a distance at the tolerance."""
    dtype = np.result_type(x1, x2)
    native = dtype.type if dtype.kind == "f" else float
    return np.isclose(x1, x2, native(rtol), native(atol), equal_nan)


# The same references, where the dtype computed in matters to the answer.
_ROUNDED: dict[str, Callable[..., Any]] = {
    "isclose": _isclose,
    "allclose": lambda *args, **kwargs: np.all(_isclose(*args, **kwargs)),
}


def _change(value: Any, change: Callable[[Array], Array]) -> Any:
    if isinstance(value, (list, tuple)) and any(isinstance(item, (np.ndarray, list)) for item in value):
        return [_change(item, change) for item in value]
    return change(value) if isinstance(value, np.ndarray) else value


def _array(value: Any) -> Any:
    """A number, or a nested list of numbers, as the array that ops makes of it."""
    if not isinstance(value, (list, bool, int, float, complex, np.generic)):
        return value
    found = np.asarray(value)
    return found.astype({"f": np.float32, "i": np.int32, "c": np.complex64}.get(found.dtype.kind, found.dtype))


def _beside(items: Any, item: Any) -> Any:
    """`_array`, but that a Python int beside one tensor of integers has that tensor's dtype."""
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


def _flat(found: Any) -> Iterator[Array]:
    if isinstance(found, (list, tuple)):
        for item in found:
            yield from _flat(item)
    else:
        yield np.asarray(found)


def references(found: Any) -> Iterator[list[Array] | Exception]:
    """The reference's answers, flat, or what it raised.

    It is asked several times, for what an op computes in is its own affair: with operands in 64 bits after they went
    through the dtype that the record names, with operands as they are, and with operands in the answer's dtype.
    """
    record = RECORDS[found.path]
    ways: list[Callable[[Array], Array]] = [lambda x: _wide(_computed(record, x)), lambda x: x, _wide]
    answer = found.ours.leaves[0].dtype if found.ours.leaves else ""
    if answer in dtypes.INEXACT:
        native = dtypes.to_numpy(answer)
        ways += [lambda x: _wide(x.astype(native)), lambda x: x.astype(native)]
    function = _EXACT.get(found.path, record.reference)
    asked = [(function, way) for way in ([lambda x: x] if found.path in _EXACT else ways)]
    if found.path in _ROUNDED:
        asked.append((_ROUNDED[found.path], lambda x: _computed(record, x)))
    for function, way in asked:
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                yield list(_flat(function(*_arguments(found, way), **_named(found, way))))
        except Exception as error:
            yield error


def _arguments(found: Any, way: Callable[[Array], Array]) -> list[Any]:
    kinds = [*found.parameters.values(), *["" if found.parameters else "Operand"] * len(found.call.args)]
    return [_argument(found, kind, value, way) for kind, value in zip(kinds, found.call.args, strict=False)]


def _named(found: Any, way: Callable[[Array], Array]) -> dict[str, Any]:
    named = found.call.kwargs.items()
    return {key: _argument(found, found.parameters.get(key, ""), value, way) for key, value in named}


def _argument(found: Any, kind: str, value: Any, way: Callable[[Array], Array]) -> Any:
    if kind.startswith(("Operands", "Masks")) and isinstance(value, (list, tuple)):
        value = [_beside(value, item) for item in value]
    elif kind.startswith(("Operand", "Mask", "Index")) and (
        isinstance(value, (list, np.generic)) or not found.arrays()
    ):
        value = _array(value)
    return _change(value, way)


def gives(found: Any, finite: bool = False) -> bool:
    """The reference gives our answer, in shape and, in our dtype, in values; or where both are finite, if so asked."""
    if found.ours.error is not None:
        return False
    return any(_agree(found, wanted, finite) for wanted in references(found) if not isinstance(wanted, Exception))


def refuses(found: Any) -> bool:
    """The reference raises, whatever the operands' dtype."""
    return all(isinstance(wanted, Exception) for wanted in references(found))


def _agree(found: Any, wanted: list[Array], finite: bool) -> bool:
    leaves = found.ours.leaves
    return len(wanted) == len(leaves) and all(
        _same(leaf, want, found, finite) for leaf, want in zip(leaves, wanted, strict=True)
    )


def _same(leaf: Any, want: Array, found: Any, finite: bool) -> bool:
    if leaf.shape != want.shape:
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        want = want.astype(dtypes.to_numpy(leaf.dtype))
        bound = tolerance(leaf.dtype, RECORDS[found.path].loose)
        if bound == 0.0:
            return bool(np.array_equal(leaf.values, want))
        wide = np.complex128 if want.dtype.kind == "c" else np.float64
        one, other = leaf.values.astype(wide), want.astype(wide)
        out = np.zeros(one.shape, bool)
        if finite:
            out = ~np.isfinite(one) | ~np.isfinite(other)
        elif wide is np.complex128:  # which part of an infinite complex number is NaN is nobody's rule
            out = ~np.isfinite(one) & ~np.isfinite(other)
        one, other = np.where(out, 0, one), np.where(out, 0, other)
        scale = max((_largest(x) for x in (other, *found.arrays())), default=0.0)
        return bool(np.allclose(one, other, rtol=bound, atol=bound * scale, equal_nan=True))


def _largest(x: Array) -> float:
    sizes = np.abs(x.astype(np.complex128))
    return float(sizes[np.isfinite(sizes)].max(initial=0.0))
