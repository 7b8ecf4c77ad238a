"""What somebody else says of a call on which ops and keras differ: the op's reference in its record, which is NumPy's,
SciPy's or a formula in float64, and keras's own symbolic inference.

A difference is listed by these without a word on the op: where the reference gives our answer, keras's framework
computes otherwise; where the reference refuses the call as we do, keras's framework does not look.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.testing import RECORDS, Record, tolerance


def _wide(record: Record, value: Any) -> Any:
    """An argument as the reference gets it: in the dtype that the op computes in, floats and integers in 64 bits."""
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return [_wide(record, item) for item in value]
    if not isinstance(value, np.ndarray):
        return value
    name = dtypes.from_numpy(value.dtype)
    into = (record.computes or record.answer)(name)
    if not isinstance(into, str):
        into = name
    value = value.astype(dtypes.to_numpy(into))
    if into in dtypes.FLOATS:
        return value.astype(np.float64)
    if into in dtypes.COMPLEX:
        return value.astype(np.complex128)
    if into in dtypes.INTEGERS and into != "uint64":
        return value.astype(np.int64)
    return value


def _flat(found: Any) -> Iterator[np.ndarray[Any, Any]]:
    if isinstance(found, (list, tuple)):
        for item in found:
            yield from _flat(item)
    else:
        yield np.asarray(found)


def references(found: Any) -> Iterator[list[np.ndarray[Any, Any]] | Exception]:
    """The reference's answers to the call, flat, or what it raised: with wide operands, and with those that were given."""
    record = RECORDS[found.path]
    for change in (lambda value: _wide(record, value), lambda value: value):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                args = [change(value) for value in found.call.args]
                kwargs = {key: change(value) for key, value in found.call.kwargs.items()}
                yield list(_flat(record.reference(*args, **kwargs)))
        except Exception as error:
            yield error


def gives(found: Any) -> bool:
    """The reference gives our answer, in shape and, in our dtype, in values."""
    if found.ours.error is not None:
        return False
    return any(_agree(found, wanted) for wanted in references(found) if not isinstance(wanted, Exception))


def refuses(found: Any) -> bool:
    """The reference raises."""
    return all(isinstance(wanted, Exception) for wanted in references(found))


def _agree(found: Any, wanted: list[np.ndarray[Any, Any]]) -> bool:
    leaves = found.ours.leaves
    return len(wanted) == len(leaves) and all(
        _same(leaf, want, found) for leaf, want in zip(leaves, wanted, strict=True)
    )


def _same(leaf: Any, want: np.ndarray[Any, Any], found: Any) -> bool:
    if leaf.shape != want.shape:
        return False
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        want = want.astype(dtypes.to_numpy(leaf.dtype))
        bound = tolerance(leaf.dtype, RECORDS[found.path].loose)
        if bound == 0.0:
            return bool(np.array_equal(leaf.values, want))
        if want.dtype.kind == "c":
            one, other = leaf.values.astype(np.complex128), want.astype(np.complex128)
            # Which part of an infinite complex number is NaN is nobody's rule.
            either = ~np.isfinite(one) & ~np.isfinite(other)
            one, other = np.where(either, 0, one), np.where(either, 0, other)
        else:
            one, other = leaf.values.astype(np.float64), want.astype(np.float64)
        scale = _scale([other, *found.arrays()])
        return bool(np.allclose(one, other, rtol=bound, atol=bound * scale, equal_nan=True))


def _scale(arrays: Sequence[np.ndarray[Any, Any]]) -> float:
    sizes = [np.abs(x.astype(np.complex128)) for x in arrays]
    return max((float(size[np.isfinite(size)].max(initial=0.0)) for size in sizes), default=0.0)
