"""Every op with sparse operands: values as of dense ones, and sparse results where its rule says so."""

from __future__ import annotations

import os
import warnings
import zlib
from typing import Any

import numpy as np
import optree
import pytest

import ops
from ops._declaration.op import Op
from ops.sparse.rules import RULES
from ops.testing import RECORDS, public_function
from ops_common import dtypes
from ops_common.runtime import registry
from ops_common.testing import Record, Sample, close
from ops_common.testing.record import Maker

_SWEEP = os.environ.get("OPS_SWEEP") == "1"
_DENSITIES = (0.0, 0.01, 0.5, 1.0)


def _declared(record: Record) -> Any:
    return getattr(public_function(record.path), "__declared__", None)


def _has_rule(record: Record) -> bool:
    return isinstance(_declared(record), Op) and _declared(record).key in RULES


CHOSEN = [r for r in RECORDS if isinstance(_declared(r), Op) and (_SWEEP or _has_rule(r))]


def thinned(x: np.ndarray[Any, Any], density: float) -> np.ndarray[Any, Any]:
    """Returns the array with zeros in place of most elements."""
    rng = np.random.default_rng(zlib.crc32(repr((x.shape, density)).encode()))
    kept = (rng.random(x.shape) < density) & (x != 0)  # no zeros with a sign
    return np.where(kept, x, np.zeros((), x.dtype)).astype(x.dtype)


def sparse_of(x: np.ndarray[Any, Any], form: str) -> Any:
    """Returns a sparse tensor with the elements of an array: its coordinates in order, or reversed and repeated."""
    indices = np.argwhere(x != 0)
    values = x[tuple(indices.T)]
    if form == "ordered":
        return ops.convert_to_tensor(x, sparse=True)
    indices, values = indices[::-1], values[::-1]
    if x.dtype == bool:
        first = rest = values
    else:
        with np.errstate(invalid="ignore"):
            first = np.where(np.isfinite(values), values / 2, values).astype(x.dtype)  # halves are exact
            rest = np.where(np.isfinite(values), values - first, 0).astype(x.dtype)
    return ops.sparse.from_coo(np.concatenate([indices, indices]), np.concatenate([first, rest]), x.shape)


def operand_positions(record: Record, sample: Sample) -> list[int]:
    """Returns the positions of the arguments that can be sparse."""
    signature = _declared(record).signature
    return [i for i in signature.operands if i < len(sample.args) and _arrays(sample.args[i])]


def _arrays(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(map(_arrays, value))


def _changed(value: Any, change: Any) -> Any:
    return change(value) if isinstance(value, np.ndarray) else type(value)(change(item) for item in value)


def _with(sample: Sample, position: int, change: Any) -> Sample:
    args = list(sample.args)
    args[position] = _changed(args[position], change)
    return Sample(tuple(args), sample.kwargs)


def _kept(result: Any) -> Any:
    if isinstance(result, (list, tuple)):
        return [_kept(item) for item in result]
    return result.sparse if isinstance(result, ops.SymbolicTensor) else ops.is_sparse(result)


def _compare(result: Any, expected: Any, record: Record, sample: Sample) -> None:
    if isinstance(expected, (list, tuple)):
        for item, other in zip(result, expected, strict=True):
            _compare(item, other, record, sample)
        return
    assert ops.shape(result) == expected.shape
    assert ops.dtype(result) == dtypes.from_numpy(expected.dtype)
    close(record.compared(ops.convert_to_numpy(result), sample), record.compared(expected, sample), record.loose)


def _is_tried(record: Record, dtype: str, backend: str) -> bool:
    if "sparse.is_sparse" not in registry.load(backend).kernels:
        return False
    has = registry.load(backend).native_dtypes
    return dtype in record.takes and all(name in has for name in record.dtypes(dtype))


@pytest.mark.parametrize("record", CHOSEN, ids=lambda record: record.path)
def test_values_and_sparsity(record: Record, backend: str) -> None:
    function = public_function(record.path)
    tried = ("float32", "int32", "bool", "complex64") if _SWEEP or backend != "jax" else ("float32",)
    for dtype in tried:
        if not _is_tried(record, dtype, backend):
            continue
        make = Maker(dtype)
        for sample in record.representative(make, backend):
            for position in operand_positions(record, sample):
                for density, form in _forms(backend):
                    _check(function, record, sample, position, dtype, density, form)


def _forms(backend: str) -> list[tuple[float, str]]:
    if _SWEEP:
        return [(density, form) for density in _DENSITIES for form in ("ordered", "repeated")]
    return [(0.5, "repeated")] if backend == "jax" else [(0.5, "repeated"), (0.01, "ordered")]


def _check(function: Any, record: Record, sample: Sample, position: int, dtype: str, density: float, form: str) -> None:
    if "divide" in record.path and dtype != "float32":
        return  # zero by zero is not zero, and dense integers have zeros
    dense = _with(sample, position, lambda x: thinned(x, density))
    made = _with(dense, position, lambda x: sparse_of(x, form))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            plain = function(*dense.args, **dense.kwargs)
        except ops.OpsError as error:  # zeros may be an error, of a singular matrix for instance
            with pytest.raises(type(error)):
                function(*made.args, **made.kwargs)
            return
        result = function(*made.args, **made.kwargs)
        # Without a rule it is the same call, with dense operands.
        expected = record.expected(dense, dtype) if _has_rule(record) else optree.tree_map(ops.convert_to_numpy, plain)
    if position and "divide" in record.path:
        expected = plain  # by zero
        assert not ops.is_sparse(result)
        close(ops.convert_to_numpy(result), ops.convert_to_numpy(expected), record.loose)
        return
    _compare(result, expected, record, sample)

    def symbol(x: Any) -> Any:
        return ops.SymbolicTensor(ops.shape(x), ops.dtype(x), sparse=ops.is_sparse(x))

    args = list(made.args)
    args[position] = (
        [symbol(x) for x in args[position]] if isinstance(args[position], (list, tuple)) else symbol(args[position])
    )
    if not record.by_values:
        assert _kept(function(*args, **made.kwargs)) == _kept(result)
