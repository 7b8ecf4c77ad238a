"""What graphs of older OpenVINO do not support, and from which version on they do."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

import ops

VERSION = tuple(map(int, metadata.version("openvino").split(".")[:2]))


@pytest.mark.parametrize(
    ("subscripts", "shapes"), [("...i,...i->...", [(2, 3, 4), (3, 4)]), ("iij->ij", [(3, 3, 2)]), ("ii", [(3, 3)])]
)
def test_einsum_of_ellipses_and_repeated_labels(subscripts: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = [np.arange(np.prod(shape), dtype=np.float32).reshape(shape) for shape in shapes]
    expected = np.einsum(subscripts, *arrays)
    with ops.use_backend("openvino"):
        tensors = [ops.convert_to_tensor(array) for array in arrays]
        compiled = ops.jit(lambda *operands: ops.einsum(subscripts, *operands))
        np.testing.assert_allclose(ops.convert_to_numpy(ops.einsum(subscripts, *tensors)), expected)
        if VERSION < (2025, 1):
            with pytest.raises(ops.UnsupportedError, match=r"before OpenVINO 2025\.1"):
                compiled(*tensors)
        else:
            np.testing.assert_allclose(ops.convert_to_numpy(compiled(*tensors)), expected)


def test_einsum_of_distinct_labels() -> None:
    """Every version supports it."""
    with ops.use_backend("openvino"):
        x = ops.convert_to_tensor(np.arange(6, dtype=np.float32).reshape(2, 3))
        product = ops.jit(lambda x: ops.einsum("ij,kj->ik", x, x))(x)
        np.testing.assert_allclose(ops.convert_to_numpy(product), [[5.0, 14.0], [14.0, 50.0]])


def test_weights_in_8_bits_need_nncf_of_the_same_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nncf.py").write_text("import openvino\nopenvino.Type.of_a_later_version\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "nncf", raising=False)
    with pytest.raises(ops.UnsupportedError, match="nncf does not support OpenVINO 20"):
        ops.export(ops.sin, ops.SymbolicTensor((2,)), path=tmp_path / "x.xml", compress="int8")
