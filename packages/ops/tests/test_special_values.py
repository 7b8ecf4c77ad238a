"""Signed zeros, infinities, NaN, empty tensors and casts that overflow: one result on every backend.

The results, eager and compiled, are the table of `ops_common.testing.special_values`, which docs/special_values.md
shows, and which is compared with NumPy and SciPy here. Where the table has a sign of zero, the sign is compared.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
import pytest

import ops
from ops_common.testing import special_values as table

INF, NAN = float("inf"), float("nan")
SWEEP = os.environ.get("OPS_SWEEP") == "1"
# The other rows take as long to compile, and run in the sweep only.
FLOATS = ["float32", "float64", "float16", "bfloat16"] if SWEEP else ["float32"]
OPTIONS: Any = {"torch": {"backend": "aot_eager"}}
EAGER_ONLY = {"openvino": frozenset({"nextafter", "gammainc"})}  # which graphs of that backend do not support
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "special_values.py"


def _same(result: Any, right: Any, signs: bool = True, rtol: float = 1e-6) -> None:
    result = np.asarray(ops.convert_to_numpy(result))
    right = np.asarray(right).astype(result.dtype)
    np.testing.assert_allclose(result.astype("f8"), right.astype("f8"), rtol=rtol, atol=0)
    if signs and result.dtype != bool:
        numbers = ~np.isnan(right.astype("f8"))
        np.testing.assert_array_equal(np.signbit(result)[numbers], np.signbit(right)[numbers])


def _dtype(name: str) -> Any:
    return np.dtype(getattr(ml_dtypes, name) if hasattr(ml_dtypes, name) else name)


def _number(cell: str, dtype: Any) -> float:
    largest = float(ml_dtypes.finfo(dtype).max)
    return {"max": largest, "-max": -largest}.get(cell) or float(cell)


def _numbers(cells: list[str], dtype: Any) -> Any:
    return np.array([_number(cell, dtype) for cell in cells]).astype(dtype)


def _is(cell: str, value: Any, x1: Any, dtype: Any) -> bool:
    """Returns whether a value matches the cell."""
    if cell in ("true", "false"):
        return bool(value) == (cell == "true")
    number = float(value)
    if cell == "?":
        return math.isfinite(number)
    if cell == "+-0":
        return number == 0
    if cell in ("up", "down"):
        end = 448.0 if dtype.name == "float8_e4m3fn" else INF  # the dtype has no infinity, but a largest number
        return bool(value == np.nextafter(x1, dtype.type(end if cell == "up" else -end)))
    right = _number(cell, dtype)
    if math.isinf(right) and dtype.name == "float8_e4m3fn":  # which has no infinity
        right = NAN
    if right == 0 or not math.isfinite(right):
        return str(number) == str(right)
    rtol = 1e-6 if dtype.itemsize >= 4 else 4 * float(ml_dtypes.finfo(dtype).eps)
    return abs(number - right) <= rtol * abs(right)


def _wrong(label: str, cells: list[str], result: Any, operands: tuple[Any, ...], dtype: Any) -> list[str]:
    """Returns the differences of a result from its cells."""
    values = np.asarray(ops.convert_to_numpy(result) if ops.is_tensor(result) else result).reshape(-1)
    points = list(zip(*operands, strict=True))
    return [
        f"{label}{tuple(map(float, point))} is {value}, not {cell}"
        for cell, value, point in zip(cells, values, points, strict=True)
        if not _is(cell, value, point[0], dtype)
    ]


def _cells(backend: str, row: str, arguments: list[str], cells: list[str], dtype: str) -> list[str]:
    exceptions = [
        results for b, r, results, dtypes, _ in table.EXCEPTIONS if (b, r) == (backend, row) and dtype in dtypes
    ]
    return [{**dict(zip(arguments, cells, strict=True)), **e}[x] for e in exceptions or [{}] for x in arguments]


def _row(row: str) -> Callable[[Any], Any]:
    name, arguments = table.CALLS.get(row, (row, {}))
    return lambda x: getattr(ops, name)(x, **arguments)


def _usual(dtype: str) -> list[str]:
    """Returns the arguments of functions of one number."""
    arguments, _ = table.unary()
    if dtype == "float8_e4m3fn":  # which has no infinity: intermediate overflow, near 448, gives NaN
        return [x for x in arguments if "inf" not in x and "max" not in x]
    return arguments


def _unary_table(backend: str, dtype: str) -> dict[str, list[str]]:
    arguments, rows = table.unary()
    used = _usual(dtype)
    tables = {row: _cells(backend, row, arguments, cells, dtype) for row, cells in rows.items()}
    return {row: [c for x, c in zip(arguments, cells, strict=True) if x in used] for row, cells in tables.items()}


def _binary_table(dtype: str) -> tuple[list[str], dict[str, list[str]]]:
    """Returns the operands, and the results of all pairs of them."""
    operands = table.binary()["add"][0]
    used = _usual(dtype)
    tables: dict[str, list[str]] = {}
    for name, (names, lines) in table.binary().items():
        assert names == operands
        pairs = [(x1, x2, c) for x1, line in zip(names, lines, strict=True) for x2, c in zip(names, line, strict=True)]
        tables[name] = [cell for x1, x2, cell in pairs if x1 in used and x2 in used]
    return used, tables


def _pairs(operands: list[str], dtype: Any) -> tuple[Any, Any]:
    x = _numbers(operands, dtype)
    return np.repeat(x, x.size), np.tile(x, x.size)


def _compiled(functions: list[Callable[..., Any]], *operands: Any) -> list[Any]:
    """Returns the results of all functions, which are compiled as one function."""
    return ops.jit(lambda *xs: [function(*xs) for function in functions], options=OPTIONS)(*operands)


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_one_number(backend: str, dtype: str) -> None:
    native = _dtype(dtype)
    x = _numbers(_usual(dtype), native)
    tensor = ops.convert_to_tensor(x)
    rows = _unary_table(backend, dtype)
    wrong = [w for row, cells in rows.items() for w in _wrong(row, cells, _row(row)(tensor), (x,), native)]
    if (backend, dtype) != ("openvino", "float64"):  # graphs of that backend do not compute in float64
        compiled = _compiled([_row(row) for row in rows], tensor)
        for (row, cells), result in zip(rows.items(), compiled, strict=True):
            wrong += _wrong(f"compiled {row}", cells, result, (x,), native)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("dtype", FLOATS)
def test_functions_of_two_numbers(backend: str, dtype: str) -> None:
    native = _dtype(dtype)
    operands, tables = _binary_table(dtype)
    x1, x2 = _pairs(operands, native)
    tensors = ops.convert_to_tensor(x1), ops.convert_to_tensor(x2)
    wrong: list[str] = []
    for name, cells in tables.items():
        wrong += _wrong(name, cells, getattr(ops, name)(*tensors), (x1, x2), native)
    if (backend, dtype) != ("openvino", "float64"):
        names = [name for name in tables if name not in EAGER_ONLY.get(backend, ())]
        compiled = _compiled([getattr(ops, name) for name in names], *tensors)
        for name, result in zip(names, compiled, strict=True):
            wrong += _wrong(f"compiled {name}", tables[name], result, (x1, x2), native)
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not SWEEP, reason="part of the sweep")
@pytest.mark.parametrize("dtype", ["float8_e4m3fn", "float8_e5m2"])
def test_arithmetic_of_float8(backend: str, dtype: str) -> None:
    if backend not in ("numpy", "jax"):  # the others do not support it: an error, not a value
        with pytest.raises((ops.DtypeError, ops.KernelError)):
            ops.add(ops.cast(ops.ones((2,)), dtype), ops.cast(ops.ones((2,)), dtype))
        return
    native = _dtype(dtype)
    x = _numbers(_usual(dtype), native)
    operands, tables = _binary_table(dtype)
    pairs = _pairs(operands, native)
    calls = [(row, _row(row), (x,), cells) for row, cells in _unary_table(backend, dtype).items()]
    calls += [(name, getattr(ops, name), pairs, cells) for name, cells in tables.items()]
    wrong: list[str] = []
    refused: list[str] = []
    for name, function, arrays, cells in calls:
        # At 448 or 57344 these overflow in intermediate results, or round their constants to 8 bits.
        if name in ("selu", "squareplus", "sparse_sigmoid"):
            continue
        try:
            result = function(*map(ops.convert_to_tensor, arrays))
        except ops.KernelError:
            refused.append(name)  # JAX supports some functions from 16 bits on
            continue
        wrong += _wrong(name, cells, result, arrays, native)
    assert not wrong, "\n".join(wrong)
    assert len(refused) <= (20 if backend == "jax" else 0), refused


def test_scaling_choices_and_casts(backend: str) -> None:
    float32 = _dtype("float32")
    head, *rows = table.lines(table.LDEXP)
    x = _numbers([row[0] for row in rows], float32)
    compiled_ldexp = ops.jit(ops.ldexp, options=OPTIONS)
    wrong: list[str] = []
    for place, exponent in enumerate(head[1:], 1):
        n = np.full(x.shape, int(exponent), "int32")
        tensors = ops.convert_to_tensor(x), ops.convert_to_tensor(n)
        for result in (ops.ldexp(*tensors), compiled_ldexp(*tensors)):
            wrong += _wrong("ldexp", [row[place] for row in rows], result, (x, n), float32)
    conditions, x1, x2, cells = map(list, zip(*table.WHERE, strict=True))
    operands = np.array([c == "true" for c in conditions]), _numbers(x1, float32), _numbers(x2, float32)
    tensors = tuple(map(ops.convert_to_tensor, operands))
    for result in (ops.where(*tensors), _compiled([ops.where], *tensors)[0]):
        wrong += _wrong("where", cells, result, operands, float32)
    for function, text in ((ops.cast, table.CASTS), (ops.saturate_cast, table.SATURATED)):
        head, *rows = table.lines(text)
        x = np.array([float(row[0]) for row in rows], "float32")
        for place, name in enumerate(head[1:], 1):
            if backend == "openvino" and name.startswith("float8"):
                continue  # see below
            result = ops.convert_to_numpy(function(ops.convert_to_tensor(x), name))
            cells = [row[place] for row in rows]
            if name.endswith("int8"):
                assert result.tolist() == list(map(int, cells)), name
            else:
                wrong += _wrong(f"to {name}", cells, result, (x,), _dtype(name))
    assert not wrong, "\n".join(wrong)


def test_integers(backend: str) -> None:
    for name, dtype, operands, right in table.INTEGERS:
        arrays = [np.array([operand], dtype) for operand in operands]
        if name.startswith("logical"):
            arrays = [array.astype(bool) for array in arrays]
        tensors = [ops.convert_to_tensor(array) for array in arrays]
        assert ops.convert_to_numpy(getattr(ops, name)(*tensors)).tolist() == [right], (name, dtype, operands)
    cases = [case for case in table.INTEGERS if case[1] == "int32" and not case[0].startswith("logical")]
    if backend == "openvino":  # whose graphs divide int32 in float32, so that this is an error
        cases = [case for case in cases if case[0] not in ("gcd", "lcm", "floor_divide", "mod", "fmod", "power")]
    flat = [ops.convert_to_tensor(np.array([operand], "int32")) for case in cases for operand in case[2]]

    def all_cases(*tensors: Any) -> list[Any]:
        left = iter(tensors)
        return [getattr(ops, name)(*(next(left) for _ in operands)) for name, _, operands, _ in cases]

    for (name, _, operands, right), result in zip(cases, ops.jit(all_cases, options=OPTIONS)(*flat), strict=True):
        assert ops.convert_to_numpy(result).tolist() == [right], f"compiled {name}{operands}"


# Functions along an axis, functions that encode classes, and functions of arguments that are not in the table.
_NOT_IN_THE_TABLE = frozenset({"glu", "sparsemax", "softmax", "log_softmax", "one_hot", "multi_hot"})


def test_every_elementwise_op_is_in_the_table() -> None:
    names: set[str] = set()
    for module in ("ops.elementwise", "ops.nn.activation"):
        for name, value in vars(importlib.import_module(module)).items():
            # The functions of a package are defined in its modules.
            defined = f"{getattr(value, '__module__', '')}.".startswith(f"{module}.")
            if not name.startswith("_") and callable(value) and defined:
                names.add(name)
    assert len(names) > 110
    assert names - table.ops_in_the_table() - _NOT_IN_THE_TABLE == set()


def test_the_table_matches_numpy() -> None:
    float32 = _dtype("float32")
    arguments, rows = table.unary()
    x = _numbers(arguments, float32)
    wrong: list[str] = []
    with np.errstate(all="ignore"):
        for row, cells in rows.items():
            name, more = table.CALLS.get(row, (row, {}))
            # NumPy's sinc and its round to decimals overflow in intermediate results; its i0 of infinity is NaN.
            if hasattr(np, name) and row not in ("i0", "angle", "clip", "sinc", "round_2"):
                wrong += _wrong(row, cells, getattr(np, name)(x, *more.values()), (x,), float32)
        operands, tables = _binary_table("float32")
        x1, x2 = _pairs(operands, float32)
        for name, cells in tables.items():
            if hasattr(np, name):
                wrong += _wrong(name, cells, getattr(np, name)(x1, x2), (x1, x2), float32)
    assert not wrong, "\n".join(wrong)


def test_the_table_matches_scipy() -> None:
    special = pytest.importorskip("scipy.special")
    x = _numbers(table.unary()[0], _dtype("float32"))
    rows = table.unary()[1]
    wrong: list[str] = []
    with np.errstate(all="ignore"):
        for row, name in (("erf", "erf"), ("erfc", "erfc"), ("sigmoid", "expit"), ("log_sigmoid", "log_expit")):
            wrong += _wrong(row, rows[row], getattr(special, name)(x.astype("f8")), (x,), _dtype("float32"))
        operands, tables = _binary_table("float32")
        a, b = _pairs(operands, _dtype("float32"))
        wrong += _wrong("gammainc", tables["gammainc"], special.gammainc(a, b), (a, b), _dtype("float32"))
    assert not wrong, "\n".join(wrong)


@pytest.mark.skipif(not DOCUMENT.exists(), reason="needs a clone")
def test_the_document_is_current() -> None:
    spec = importlib.util.spec_from_file_location("special_values_page", DOCUMENT)
    assert spec is not None
    assert spec.loader is not None
    page = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(page)
    assert page.DOCUMENT.read_text() == page.document(), "stale: run python docs/special_values.py"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_negative_zero_as_a_number(backend: str, dtype: str) -> None:
    x = np.array([3.0, -2.0, 0.0, -0.0], dtype)
    tensor = ops.convert_to_tensor(x)
    _same(ops.multiply(tensor, 0.0), x * x.dtype.type(0.0))  # a zero of the other sign is cached
    zero = x.dtype.type(-0.0)
    _same(ops.multiply(tensor, -0.0), x * zero)
    _same(ops.multiply(-0.0, tensor), x * zero)
    _same(ops.add(tensor, -0.0), x + zero)
    _same(ops.divide(tensor, -0.0), x / zero)
    _same(ops.where(ops.greater(tensor, 0), tensor, -0.0), np.where(x > 0, x, zero))
    _same(ops.where(ops.greater(tensor, 0), -0.0, tensor), np.where(x > 0, zero, x))
    for result in (
        ops.convert_to_tensor(-0.0, dtype),
        ops.convert_to_tensor([-0.0], dtype),
        ops.full((2,), -0.0, dtype),
        ops.full_like(tensor, -0.0),
        ops.cast(ops.convert_to_tensor(-0.0, "float32"), dtype),
    ):
        assert np.signbit(ops.convert_to_numpy(result)).all()
    assert not np.signbit(ops.convert_to_numpy(ops.full((2,), 0.0, dtype))).any()
    if (backend, dtype) == ("openvino", "float64"):
        return  # graphs of this backend do not compute in float64
    _same(ops.jit(lambda a: ops.multiply(a, -0.0), options={"torch": {"backend": "aot_eager"}})(tensor), x * zero)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2"])
def test_numbers_beyond_the_range_of_a_small_float(backend: str, dtype: str) -> None:
    if dtype.startswith("float8") and backend == "openvino":
        with pytest.raises(ops.DtypeError):
            ops.full((1,), 1e6, dtype)
        return
    beyond = NAN if dtype == "float8_e4m3fn" else INF  # which has no infinity
    for number, right in ((1e39, beyond), (-1e39, -beyond), (INF, beyond), (NAN, NAN), (0.0, 0.0), (-0.0, -0.0)):
        for result in (
            ops.full((1,), number, dtype),
            ops.full_like(ops.zeros((1,), dtype), number),
            ops.convert_to_tensor(number, dtype),
            ops.convert_to_tensor([number], dtype),
            ops.cast(ops.convert_to_tensor([number], "float64"), dtype),
            ops.cast(ops.convert_to_tensor([number], "float32"), dtype),
        ):
            _same(ops.convert_to_numpy(result).astype("f4").reshape(1), [right])


def test_empty_tensors(backend: str) -> None:
    empty = ops.zeros((0, 3))
    rows, names = list(table.unary()[1]), list(table.binary())
    functions = [*map(_row, rows), *(lambda x, name=name: getattr(ops, name)(x, x) for name in names)]
    pairs = list(zip([*rows, *names], functions, strict=True))
    # JAX compiles for every shape: a third of them takes a second.
    for row, function in pairs if SWEEP or backend != "jax" else pairs[::3]:
        assert tuple(ops.shape(function(empty))) == (0, 3), row
