"""Every record in `ops.jit(dynamic=True)`, called with three sizes: the values match those of the eager call.

PyTorch's sweep is test_torch_sizes.py, which counts compilations, too.
"""

from __future__ import annotations

from typing import Any

import pytest

import ops
from ops.testing import RECORDS, assert_same_result, changes, longer, public_function
from ops_common.runtime import registry
from ops_common.testing import Record, Sample
from ops_common.testing.record import Maker

DTYPES = ("float32", "int32")


# The QR of a matrix with equal columns is not unique, a longer sequence is not sorted, and a traced bincount has
# minlength for its length.
OTHERS = ("bincount", "qr", "searchsorted")


@pytest.mark.parametrize("record", [r for r in RECORDS if r.path not in OTHERS], ids=lambda record: record.path)
def test_dynamic_sizes(record: Record, backend: str) -> None:
    if backend == "torch":
        pytest.skip("swept by test_torch_sizes.py, which also counts compilations")
    function = public_function(record.path)
    native = registry.load(backend).native_dtypes
    for dtype in (name for name in record.takes if name in DTYPES):
        if not all(name in native for name in record.dtypes(dtype)):
            continue
        samples = record.samples(Maker(dtype))
        for sample in samples[:4]:
            arrays, put = sample.arrays()
            if not arrays:
                continue

            def call(*tensors: Any, put: Any = put) -> Any:
                args, kwargs = put(tensors)
                return function(*args, **kwargs)

            for axes in changes(arrays):
                jitted = ops.jit(call, dynamic=True)
                first = [ops.convert_to_tensor(x) for x in arrays]
                later = [longer(x, a) for x, a in zip(arrays, axes, strict=True)]
                second = [ops.convert_to_tensor(x) for x in later]
                third = [ops.convert_to_tensor(longer(x, a)) for x, a in zip(later, axes, strict=True)]
                try:
                    jitted(*first)
                except (ops.UnsupportedError, ops.ShapeError, ops.DtypeError):
                    break  # not supported in a traced function at all, which its error says
                for tensors in (second, third):
                    args, kwargs = put([ops.convert_to_numpy(x) for x in tensors])
                    try:
                        expected = call(*tensors)
                    except ops.OpsError:
                        break  # the sizes do not fit together
                    try:
                        value = jitted(*tensors)
                    except ops.UnsupportedError:
                        continue  # an error that names the op
                    # Two compilations of a function may add in different orders.
                    assert_same_result(value, expected, record, Sample(tuple(args), kwargs), rounding=50)
