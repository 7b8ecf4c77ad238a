"""Every public op by its record, on every installed backend: values, dtypes, shapes, symbolic results and errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, public_function
from ops_common import dtypes
from ops_common.runtime import registry
from ops_common.testing import RECORDS as KERNEL_RECORDS
from ops_common.testing import Record, Sample, close
from ops_common.testing.record import Maker

PUBLIC = list(RECORDS)


def test_records_of_kernels_are_in_ops_common_and_those_of_composites_in_ops() -> None:
    assert {record.path for record in KERNEL_RECORDS} == {record.path for record in RECORDS if record.kernel}


def compare(result: Any, expected: Any, record: Record, sample: Sample) -> None:
    if isinstance(expected, (list, tuple)):
        assert isinstance(result, type(expected))
        for item, expected_item in zip(result, expected, strict=True):
            compare(item, expected_item, record, sample)
        return
    assert ops.is_tensor(result)
    assert ops.shape(result) == expected.shape
    assert ops.dtype(result) == dtypes.from_numpy(expected.dtype)
    close(record.compared(ops.convert_to_numpy(result), sample), record.compared(expected, sample), record.loose)


def agree(symbolic: Any, result: Any, unknown: bool) -> None:
    """Asserts that the symbolic result has the eager result's dtype and shape; dimensions may be unknown."""
    if isinstance(result, (list, tuple)):
        for symbolic_item, item in zip(symbolic, result, strict=True):
            agree(symbolic_item, item, unknown)
        return
    assert isinstance(symbolic, ops.SymbolicTensor)
    assert symbolic.dtype == ops.dtype(result)
    eager = ops.shape(result)
    assert len(symbolic.shape) == len(eager)
    assert all(s == e or (unknown and s is None) for s, e in zip(symbolic.shape, eager, strict=True)), (symbolic, eager)


def native(dtype: str, backend: str) -> bool:
    return dtype in registry.load(backend).native_dtypes


def has_dtypes(record: Record, dtype: str, backend: str) -> bool:
    """Returns whether the backend supports this dtype and the op's result dtypes."""
    return all(native(name, backend) for name in record.dtypes(dtype))


@pytest.mark.parametrize("record", PUBLIC, ids=lambda record: record.path)
def test_values_dtypes_shapes_and_symbolic_results(record: Record, backend: str) -> None:
    function = public_function(record.path)
    for dtype in record.takes:
        if not has_dtypes(record, dtype, backend):
            continue
        make = Maker(dtype)
        for sample in record.tried(make, backend):
            args, kwargs = sample.with_arrays(ops.convert_to_tensor)
            result = function(*args, **kwargs)
            expected = record.expected(sample, dtype)
            compare(result, expected, record, sample)
            compare(function(*args, **kwargs), expected, record, sample)  # by the entry that the first call added
            args, kwargs = sample.with_arrays(lambda x: ops.SymbolicTensor(x.shape, x.dtype))
            if args and any(a is not b for a, b in zip(args, sample.args, strict=True)):
                agree(function(*args, **kwargs), result, unknown=record.by_values)


@pytest.mark.parametrize("record", [r for r in PUBLIC if r.forms], ids=lambda record: record.path)
def test_other_forms_of_the_arguments(record: Record, backend: str) -> None:
    function = public_function(record.path)
    assert record.forms is not None
    for dtype in ("float32", "int32", "bfloat16", "bool"):
        if dtype not in record.takes or not has_dtypes(record, dtype, backend):
            continue
        for sample in record.forms(Maker(dtype)):
            # Arrays are passed as they are: the op converts them.
            compare(function(*sample.args, **sample.kwargs), record.expected(sample, dtype), record, sample)


def scattered(x: Any) -> Any:
    """Returns the same array, read-only, with strides that are neither dense nor in order."""
    if not x.ndim:
        return x
    memory = np.zeros((*x.shape[:-1], 2 * x.shape[-1]), x.dtype)[..., ::-2].T
    memory[...] = x.T
    memory.flags.writeable = False
    return memory.T


@pytest.mark.parametrize("record", PUBLIC, ids=lambda record: record.path)
def test_strided_and_read_only_arrays(record: Record, backend: str) -> None:
    function = public_function(record.path)
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    if not has_dtypes(record, dtype, backend):
        return
    for sample in record.representative(Maker(dtype), backend):
        pairs: list[tuple[Any, Any]] = []

        def change(x: Any, pairs: list[tuple[Any, Any]] = pairs) -> Any:
            pairs.append((x, scattered(x)))
            return pairs[-1][1]

        args, kwargs = sample.with_arrays(change)
        compare(function(*args, **kwargs), record.expected(sample, dtype), record, sample)
        for kept, passed in pairs:
            np.testing.assert_array_equal(passed, kept)  # the caller's memory is unchanged


@pytest.mark.parametrize("record", PUBLIC, ids=lambda record: record.path)
def test_symbolic_results_with_unknown_dimensions(record: Record, backend: str) -> None:
    function = public_function(record.path)
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    if not has_dtypes(record, dtype, backend):
        return
    for sample in record.samples(Maker(dtype)):
        arrays = [x for x in sample.args if isinstance(x, np.ndarray)]
        if not arrays:
            continue
        args, kwargs = sample.with_arrays(ops.convert_to_tensor)
        result = function(*args, **kwargs)
        for axis in range(max(x.ndim for x in arrays)):
            args, kwargs = sample.with_arrays(lambda x, axis=axis: ops.SymbolicTensor(unknown(x.shape, axis), x.dtype))
            if record.path in NEEDS_SIZES and needs_size(record.path, sample, axis):
                with pytest.raises(ops.ShapeError, match="must be known"):
                    function(*args, **kwargs)
            elif record.path == "squeeze" and sample.args[1] is None:
                # An unknown size counts as one other than 1, even where the eager one is 1.
                sizes = unknown(sample.args[0].shape, axis)
                assert function(*args, **kwargs).shape == tuple(size for size in sizes if size != 1)
            else:
                agree(function(*args, **kwargs), result, unknown=True)


# Ops whose result's rank, or number of results, depends on a size: an unknown size is an error.
NEEDS_SIZES = ("cross", "unstack")


def needs_size(path: str, sample: Sample, axis: int) -> bool:
    if path == "unstack":
        return sample.args[1] is None and axis == sample.args[2] % sample.args[0].ndim
    axes = sample.args[2:4] if len(sample.args) < 6 else sample.args[5:] * 2
    places = [at % x.ndim for x, at in zip(sample.args, axes or (-1, -1), strict=False)]
    components: list[Any] = [None if at == axis else x.shape[at] for x, at in zip(sample.args, places, strict=False)]
    return None in components and 3 not in components


def unknown(shape: tuple[int, ...], axis: int) -> tuple[int | None, ...]:
    return tuple(None if i == axis else dim for i, dim in enumerate(shape))


@pytest.mark.parametrize("record", [r for r in PUBLIC if r.errors], ids=lambda record: record.path)
def test_errors_are_the_same_on_every_backend(record: Record, backend: str) -> None:
    function = public_function(record.path)
    assert record.errors is not None
    name = record.path if not hasattr(ops, record.path.removeprefix("nn.")) else record.path.removeprefix("nn.")
    for kind, sample in record.errors(Maker("float32")):
        for change in (ops.convert_to_tensor, lambda x: x):
            args, kwargs = sample.with_arrays(change)
            with pytest.raises(kind) as caught:
                function(*args, **kwargs)
            assert type(caught.value) is kind
            assert f"ops.{name}(" in str(caught.value)
            assert f"on backend {backend}: " in str(caught.value)


@pytest.mark.parametrize("record", [r for r in PUBLIC if r.refuses], ids=lambda record: record.path)
def test_refused_dtypes(record: Record, backend: str) -> None:
    function = public_function(record.path)
    for dtype in record.refuses:
        if native(dtype, backend):
            # Arguments of a dtype that the op takes, cast to the one that it does not.
            sample = record.samples(Maker("float32"))[0]
            args, kwargs = sample.with_arrays(lambda x, dtype=dtype: ops.cast(ops.convert_to_tensor(x), dtype))
            with pytest.raises(ops.DtypeError, match=f"on backend {backend}"):
                function(*args, **kwargs)


def test_every_public_op_has_a_record() -> None:
    from ops._declaration import DECLARED, Op

    tested = {getattr(public_function(record.path), "__declared__", None) for record in PUBLIC}
    for declared in DECLARED.values():
        if isinstance(declared, Op) and not declared.name.startswith("_"):
            assert declared in tested, f"{declared.key} has no record"
