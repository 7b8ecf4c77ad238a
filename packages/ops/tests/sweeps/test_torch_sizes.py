"""Every record on PyTorch at three sizes: in `ops.jit` with and without ``dynamic=True``, where the values match those
of the eager calls and the compilations are counted, and exported with unknown sizes."""

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
}


class Case(NamedTuple):
    """A call of a record's function, at three sizes."""

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

        def call(*tensors: Any, put: Any = put) -> Any:
            args, kwargs = put(tensors)
            return function(*args, **kwargs)

        for axes in changes(arrays):
            sets = [arrays]
            for _ in range(2):
                sets.append([longer(x, places) for x, places in zip(sets[-1], axes, strict=True)])
            yield Case(call, put, sets, axes)


def results(case: Case) -> list[Any] | None:
    """Returns the eager results; None if the sizes do not fit together."""
    try:
        return [case.call(*map(ops.convert_to_tensor, arrays)) for arrays in case.sets]
    except ops.OpsError:
        return None


def records() -> list[Record]:
    return [record for record in RECORDS if record.path not in OTHERS]


@pytest.mark.parametrize("dynamic", [False, True], ids=["plain", "dynamic"])
@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_jit(record: Record, dynamic: bool) -> None:
    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None:
                continue
            jitted = ops.jit(case.call, dynamic=dynamic, options=OPTIONS)
            for arrays, result in zip(case.sets, expected, strict=True):
                args, kwargs = case.put(arrays)
                value = jitted(*map(ops.convert_to_tensor, arrays))
                # Two compilations of a function may add in different orders.
                assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)
            # A size of 0 or 1 is never symbolic, and axes of one size are one symbol.
            sizes = [x.shape[i] for x, axes in zip(case.sets[0], case.axes, strict=True) for i in axes]
            others = [n for x in case.sets[0] for n in x.shape]
            if record.path not in SEVERAL and min(sizes) > 1 and others.count(sizes[0]) == sizes.count(sizes[0]):
                assert jitted.compilations("torch") <= (1 if dynamic else 2), case.axes


@pytest.mark.parametrize("record", records(), ids=lambda record: record.path)
def test_export(record: Record, tmp_path: Path) -> None:
    import torch

    with ops.use_backend("torch"), np.errstate(all="ignore"):
        for case in cases(record):
            expected = results(case)
            if expected is None:
                continue
            specs = [
                ops.SymbolicTensor(tuple(None if i in axes else n for i, n in enumerate(x.shape)), str(x.dtype))
                for x, axes in zip(case.sets[0], case.axes, strict=True)
            ]
            path = ops.export(case.call, *specs, path=tmp_path / "function.pt2")
            loaded = torch.export.load(str(path)).module()
            for arrays, result in zip(case.sets, expected, strict=True):
                dynamic = [x.shape[i] for x, axes in zip(arrays, case.axes, strict=True) for i in axes]
                if min(dynamic) < 2:  # exporters assume more
                    continue
                args, kwargs = case.put(arrays)
                outputs = loaded(*map(ops.convert_to_tensor, arrays))
                value = type(result)(outputs) if isinstance(result, (list, tuple)) else outputs[0]
                assert_same_result(value, result, record, Sample(tuple(args), kwargs), rounding=50)
