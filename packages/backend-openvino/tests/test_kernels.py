"""The kernels of ops-backend-openvino against the contract's records, without `ops`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ops_common.testing import conformance, sparse_conformance


@pytest.mark.parametrize("case", conformance.cases("openvino"), ids=str)
def test_kernel(case: conformance.Case) -> None:
    case.check()


def test_signatures_are_the_contracts() -> None:
    assert conformance.signatures("openvino") == []


SERVED = """
import sys
import numpy as np
import openvino as ov
import ops

original = ov.Core.compile_model
def compile_model(*args):
    model = original(*args)
    print(model.get_property("LOADED_FROM_CACHE"))
    return model
ov.Core.compile_model = compile_model
ops.set_backend("openvino")
weights = ops.convert_to_tensor(np.linspace(-1, 1, 64 * 64, dtype=np.float32).reshape(64, 64))
served = ops.jit(lambda x: ops.sin(ops.matmul(x, weights)), options={"openvino": {"CACHE_DIR": sys.argv[1]}})
served(ops.ones((2, 64)))
"""


def test_a_second_process_loads_models_from_the_disk(tmp_path: Path) -> None:
    for loaded in ("False", "True"):
        run = [sys.executable, "-c", SERVED, str(tmp_path)]
        process = subprocess.run(run, capture_output=True, text=True, check=True)
        assert process.stdout.split() == [loaded]


@pytest.mark.parametrize("case", sparse_conformance.cases("openvino"), ids=str)
def test_sparse(case: sparse_conformance.SparseCase) -> None:
    case.check()
