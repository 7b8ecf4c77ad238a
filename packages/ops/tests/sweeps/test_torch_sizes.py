"""Every record on PyTorch at several sizes, in `ops.jit` with and without ``dynamic=True`` and exported with unknown
sizes: the values match those of the eager calls, and the compilations are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, assert_same_result, changes, longer, public_function
from ops_common.testing import BACKENDS, Record, Sample
from ops_common.testing.record import Maker

pytestmark = pytest.mark.skipif("torch" not in BACKENDS, reason="torch is not installed")

OPTIONS = {"torch": {"backend": "aot_eager"}}

# A longer sequence is not sorted, the QR of a matrix with equal columns is not unique, and a traced bincount has
# minlength for its length.
OTHERS = ("bincount", "qr", "searchsorted")

# Functions whose code depends on a relation of sizes, for which torch compiles again when it changes, or on a size.
_RELATION = "depends on which size is larger: "
SEVERAL = {
    "correlate": _RELATION + "the operands are exchanged",
    "nn.dot_product_attention": "torch compares the strides of the bias, which depend on axes of size 1",
    "svd": _RELATION + "the full matrices are completed on one side",
    "unstack": "the number of results is the size",
    "nn.space_to_depth": "torch compiles for an axis of the result that has size 1",
    "reshape": "torch compiles for an axis that a reshape keeps, and for a remainder of sizes",
    "split": _RELATION + "an index can be beyond the end",
}

# Functions that torch.export cannot export for all values of some sizes. It raises an error when it exports the
# function, or the program does when it is called with other sizes.
_FEWER = "there must be as many elements as are selected"
_MULTIPLE = "the size must be a multiple of a number"
EXPORTED_FOR_SOME = {
    "diag": "torch exports for a diagonal of one element, or of more",
    "nn.glu": _MULTIPLE,
    "reshape": _MULTIPLE,
    "split": "an index can be beyond the end",
    "top_k": _FEWER,
    "unstack": "the number of results is the size",
}

# Functions with a result whose shape depends on values.
BY_VALUES = ("nonzero",)

# Functions of images and a kernel, which must not be larger than the images: torch compiles for that.
_OF_KERNELS = ("nn.conv", "nn.depthwise_conv", "nn.separable_conv")


class Case(NamedTuple):
    """A call of a record's function, at four sizes."""

    call: Callable[..., Any]
    put: Callable[[Sequence[Any]], Any]
    sets: list[list[Any]]  # of arrays
    axes: tuple[tuple[int, ...], ...]  # that are longer from set to set


def cases(record: Record) -> Iterator[Case]:
    function = public_function(record.path)
    dtype = next((name for name in ("float32", "int32") if name in record.takes), record.takes[0])
    for sample in record.samples(Maker(dtype)):
        arrays, put = sample.arrays()
        if not arrays:
            continue
        arrays = [np.array(x, order="C") for x in arrays]  # torch compiles for other strides again

        def call(*tensors: Any, put: Any = put) -> Any:
            args, kwargs = put(tensors)
            return function(*args, **kwargs)

        for axes in changes(arrays):
            sets = [arrays]
            for count in (2, 2, 3):
                sets.append([longer(x, places, count) for x, places in zip(sets[-1], axes, strict=True)])
            yield Case(call, put, sets, axes)


def results(case: Case) -> list[Any] | None:
    """Returns the eager results; None if the sizes do not fit together. The last size need not: some must be even."""
    values: list[Any] = []
    for arrays in case.sets:
        try:
            values.append(case.call(*map(ops.convert_to_tensor, arrays)))
        except ops.OpsError:
            if len(values) < 3:
                return None
    return values


def records() -> list[Record]:
    return [record for record in RECORDS if record.path not in OTHERS]


def check_jit(record: Record, case: Case, expected: list[Any], dynamic: bool) -> None:
    """Checks the values of a jitted call at each size, and the number of compilations."""
    jitted = ops.jit(case.call, dynamic=dynamic, options=OPTIONS)
    for arrays, result in zip(case.sets, expected, strict=False):
        args, kwargs = case.put(arrays)
        value = jitted(*map(ops.convert_to_tensor, arrays))
        # Two compilations of a function may add in different orders.
        assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)
    # A size of 0 or 1 is never symbolic, and axes of one size are one symbol.
    sizes = [x.shape[i] for x, axes in zip(case.sets[0], case.axes, strict=True) for i in axes]
    others = [n for x in case.sets[0] for n in x.shape]
    if record.path in SEVERAL or has_other_kernels(record, case):
        return
    if min(sizes) > 1 and all(others.count(n) == sizes.count(n) for n in sizes):
        assert jitted.compilations("torch") <= (1 if dynamic else 2), case.axes


def check_export(record: Record, case: Case, expected: list[Any], folder: Path) -> None:
    """Checks the values of an exported call at each size."""
    import torch

    specs = [
        ops.SymbolicTensor(tuple(None if i in axes else n for i, n in enumerate(x.shape)), str(x.dtype))
        for x, axes in zip(case.sets[0], case.axes, strict=True)
    ]
    if not shapes_of(expected[0]):  # torch.export.load does not accept a program without results
        return
    try:
        path = ops.export(case.call, *specs, path=folder / "function.pt2")
    except ops.UnsupportedError:
        assert record.path in EXPORTED_FOR_SOME
        return
    loaded = torch.export.load(str(path)).module()
    for arrays, result in zip(case.sets, expected, strict=False):
        if is_small(arrays, case.axes, shapes_of(result), shapes_of(expected[-1])):
            continue
        args, kwargs = case.put(arrays)
        try:
            outputs = loaded(*map(ops.convert_to_tensor, arrays))
        except AssertionError:
            assert record.path in EXPORTED_FOR_SOME
            continue
        value = type(result)(outputs) if isinstance(result, (list, tuple)) else outputs[0]
        assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)


def shapes_of(result: Any) -> list[tuple[int, ...]]:
    return [ops.shape(x) for x in (result if isinstance(result, (list, tuple)) else [result])]


def is_small(arrays: list[Any], axes: tuple[tuple[int, ...], ...], shapes: Any, others: Any) -> bool:
    """Returns whether a size that varies is 0 or 1, for which exporters need other code."""
    sizes = [x.shape[i] for x, places in zip(arrays, axes, strict=True) for i in places]
    pairs = [(n, m) for a, b in zip(shapes, others, strict=True) for n, m in zip(a, b, strict=True)]
    return min([*sizes, *(n for n, m in pairs if n != m)]) < 2


def has_other_kernels(record: Record, case: Case) -> bool:
    """Returns whether the size of a convolution's kernel varies."""
    return record.path in _OF_KERNELS and any(
        i < x.ndim - 2 for x, axes in zip(case.sets[0][1:], case.axes[1:], strict=True) for i in axes
    )


def has_one_batch(case: Case) -> bool:
    """Returns whether the unknown sizes along axis 0 are equal, as `ops.export` requires."""
    return len({x.shape[0] for x, axes in zip(case.sets[0], case.axes, strict=True) if 0 in axes}) <= 1


@pytest.mark.parametrize("dynamic", [False, True], ids=["plain", "dynamic"])
@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_jit(record: Record, dynamic: bool) -> None:
    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None:
                continue
            if record.path in BY_VALUES:
                with pytest.raises(ops.UnsupportedError, match="depends on values"):
                    check_jit(record, case, expected, dynamic)
            else:
                check_jit(record, case, expected, dynamic)


@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_export(record: Record, tmp_path: Path) -> None:
    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None or not has_one_batch(case) or has_other_kernels(record, case):
                continue
            if record.path in BY_VALUES:
                with pytest.raises(ops.UnsupportedError, match="depends on values"):
                    check_export(record, case, expected, tmp_path)
            else:
                check_export(record, case, expected, tmp_path)
