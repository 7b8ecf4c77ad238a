"""The dtype lattice against JAX's published table, and the accepted spellings of dtype names."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

from ops_common import DtypeError, dtypes
from ops_common.runtime import config

# From JAX's published promotion table (JEP 9407), with its 64-bit results.
KNOWN = {
    ("bool", "int"): "int32",
    ("bool", "bool"): "bool",
    ("uint8", "int8"): "int16",
    ("uint16", "int8"): "int32",
    ("uint32", "int32"): "int64",
    ("uint64", "int8"): "float32",
    ("int64", "float16"): "float16",
    ("int8", "bfloat16"): "bfloat16",
    ("bfloat16", "float16"): "float32",
    ("float32", "int64"): "float32",
    ("float64", "complex64"): "complex128",
    ("float16", "complex64"): "complex64",
    ("int32", "float"): "float32",
    ("float16", "float"): "float16",
    ("uint8", "int"): "uint8",
    ("float32", "complex"): "complex64",
    ("float64", "complex"): "complex128",
    ("int", "float"): "float32",
}


@pytest.mark.parametrize(("pair", "expected"), KNOWN.items())
def test_promotion(pair: tuple[str, str], expected: str) -> None:
    assert dtypes.promote(pair) == dtypes.promote(pair[::-1]) == expected


def test_every_pair_has_a_result_or_a_clear_error() -> None:
    for first in dtypes.ALL:
        for second in dtypes.ALL:
            if first != second and {first, second} & {*dtypes.FLOAT8} and {first, second} - {"bool"} - {*dtypes.FLOAT8}:
                with pytest.raises(DtypeError, match="cast the 8-bit float first"):
                    dtypes.promote([first, second])
            elif not {first, second} <= {*dtypes.FLOAT8} or first == second:
                assert dtypes.promote([first, second]) in dtypes.ALL


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("float16", "float16"),
        (np.float64, "float64"),
        (np.dtype("int8"), "int8"),
        (np.dtype("int64"), "int64"),
        (ml_dtypes.bfloat16, "bfloat16"),
        (np.bool_, "bool"),
        (bool, "bool"),
        (int, "int32"),
        (float, "float32"),
        ("float", "float32"),
        (complex, "complex64"),
        (None, "float32"),
    ],
)
def test_names(spelling: object, name: str) -> None:
    assert dtypes.standardize(spelling) == name
    assert dtypes.from_numpy(dtypes.to_numpy(name)) == name


@pytest.mark.parametrize("wrong", ["float33", "", np.dtype("U4"), object, 5, [1]])
def test_unknown_names(wrong: object) -> None:
    with pytest.raises(DtypeError, match="unknown dtype"):
        dtypes.standardize(wrong)


def test_floatx_decides_what_weak_floats_become(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_values", {})
    config.set_floatx("bfloat16")
    assert dtypes.promote(["int32", "float"]) == "bfloat16"
    assert dtypes.to_float("int8") == "bfloat16"
    assert dtypes.to_float("float64") == "float64"
