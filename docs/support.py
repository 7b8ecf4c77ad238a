"""Writes docs/support.md: how each backend supports each op. With ``--check`` it checks that the file is current.
`python -m ops describe` has the same in packages/ops/src/ops/_cli/support.json.

The whole file is generated. An op is native if the backend has a kernel, and composite otherwise. The first call of the
op's record runs eagerly on each backend, and traced on OpenVINO, whose graphs do not support every op.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import ops
from ops.testing import RECORDS, public_function
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Record, Sample
from ops_common.testing.record import Maker

DOCUMENT = Path(__file__).with_name("support.md")
DATA = Path(__file__).parents[1] / "packages/ops/src/ops/_cli/support.json"
_NAMES = ("numpy", "jax", "tensorflow", "torch", "openvino")
_OLDER = (
    "## Older versions of frameworks",
    "",
    "Eager calls, gradients and vmap are the same on every supported version. A compiler of an older version may not",
    "support a case, which is then `ops.UnsupportedError`:",
    "",
    "| framework | case | supported from |",
    "|---|---|---|",
    "| PyTorch | `ops.jit`: gradients of `ops.custom_gradient` | 2.12 |",
    "| PyTorch | `ops.jit`: gradients of `ops.while_loop` (and `ops.fori_loop` of unknown length) | 2.12 |",
    "| OpenVINO | `ops.jit`: `ops.einsum` with an ellipsis, or a label twice in one operand | 2025.1 |",
    "| JAX | `ops.export` without the package absl-py | 0.8 |",
    "",
)


def _sample(record: Record) -> Sample:
    """Returns the record's first call, in float32 if the op takes that."""
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    return record.samples(Maker(dtype))[0]


def _tensors(value: Any, arrays: list[Any]) -> Any:
    """Collects a value's arrays, and returns a function that replaces them with tensors."""
    if isinstance(value, np.ndarray):
        arrays.append(value)
        place = len(arrays) - 1
        return lambda tensors: tensors[place]
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        parts = [_tensors(item, arrays) for item in value]
        return lambda tensors: type(value)(part(tensors) for part in parts)
    return lambda tensors: value


def _call(record: Record) -> tuple[Callable[..., Any], list[Any]]:
    """Returns the record's call as a function of its tensors, and these tensors."""
    function, sample = public_function(record.path), _sample(record)
    arrays: list[Any] = []
    args = [_tensors(value, arrays) for value in sample.args]
    kwargs = {key: _tensors(value, arrays) for key, value in sample.kwargs.items()}

    def call(*tensors: Any) -> Any:
        return function(*(arg(tensors) for arg in args), **{key: arg(tensors) for key, arg in kwargs.items()})

    return call, [ops.convert_to_tensor(array) for array in arrays]


def _reason(error: Exception) -> str:
    text = getattr(error, "reason", None) or str(error)
    return " ".join(text.split())


def _cell(record: Record, backend: str) -> tuple[str, str]:
    """Returns how the active backend supports an op, in one word, and the reason if it does not in full."""
    kernels = registry.load(backend).kernels
    declared = getattr(public_function(record.path), "__declared__", None)
    key = record.kernel or getattr(declared, "kernel", None)
    served = "native" if key in kernels else "composite"
    call, tensors = _call(record)
    try:
        with np.errstate(all="ignore"):
            call(*tensors)
    except (ops.UnsupportedError, ops.DtypeError) as error:
        return "unsupported", _reason(error)
    if backend == "openvino" and tensors:
        try:
            ops.jit(call)(*tensors)
        except ops.UnsupportedError as error:
            return "host", _reason(error)
    return served, ""


@functools.cache
def _columns() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Returns how each backend supports each op, by backend and path, and the reasons."""
    reasons: dict[str, dict[str, str]] = {}
    columns: dict[str, dict[str, str]] = {}
    for backend in BACKENDS:
        if backend in _NAMES:
            columns[backend], reasons[backend] = {}, {}
            with ops.use_backend(backend):
                for record in RECORDS:
                    word, reason = _cell(record, backend)
                    columns[backend][record.path] = word
                    if reason:
                        reasons[backend][record.path] = reason
    return columns, reasons


# The functions of the contract that compute an op with sparse tensors, where a backend has them.
_SPARSE_KERNELS = {
    **dict.fromkeys(("contraction_matmul", "contraction_dot", "nn_linear_dense"), "sparse.multiply_dense"),
    **{
        f"elementwise_{name}": f"sparse.{name}"
        for name in ("add", "subtract", "multiply", "maximum", "minimum", "not_equal")
    },
    **dict.fromkeys(("manipulation_transpose", "manipulation_swapaxes", "manipulation_moveaxis"), "sparse.permute"),
    **dict.fromkeys(("manipulation_reshape", "manipulation_ravel", "manipulation_squeeze"), "sparse.reshape"),
    **{f"manipulation_{name}": "sparse.concatenate" for name in ("concatenate", "append", "vstack", "hstack")},
    "reduction_sum": "sparse.sum",
}


def _sparse_cell(record: Record, backend: str) -> str:
    """Returns how the active backend computes an op with a sparse operand that has a rule, in one word."""
    key = public_function(record.path).__declared__.key  # type: ignore[attr-defined]
    own = registry.load(backend)
    kernel = _SPARSE_KERNELS.get(key, "")
    if kernel in own.kernels:
        return "native"
    if key not in own.sparse_kernels:
        return "values"
    function: Any = own.kernels.get(str(record.kernel), public_function(record.path))
    sample = _sample(record)
    x = ops.sparse.from_coo([[0, 1]], [1.0], (2, 3))
    shape = (6,) if record.path == "reshape" else None
    others = (
        [x] if sum(isinstance(a, np.ndarray) for a in sample.args) > 1 else [shape] if shape else list(sample.args[1:])
    )
    try:
        first = [x, x] if isinstance(sample.args[0], (list, tuple)) else x
        return "native" if ops.is_sparse(function(first, *others)) else "values"
    except Exception:  # the framework's own error, of a function that does not support sparse tensors
        return "values"


def _sparse_lines() -> list[str]:
    """Returns the table of the ops that compute with sparse tensors."""
    rules = importlib.import_module("ops.sparse.rules").RULES
    records = [
        r for r in RECORDS if getattr(getattr(public_function(r.path), "__declared__", None), "key", "") in rules
    ]
    columns: dict[str, list[str]] = {}
    for backend in _NAMES:
        with ops.use_backend(backend):
            columns[backend] = [_sparse_cell(record, backend) for record in records]
    rows = sorted((record.path, *(columns[name][i] for name in _NAMES)) for i, record in enumerate(records))
    return [
        "## Sparse tensors",
        "",
        "These functions compute with [sparse tensors](sparse.md):",
        "",
        "- native: the framework's own function for sparse tensors computes the result;",
        "- values: functions of coordinates and values do.",
        "",
        "`cast`, `get_item`, `slice`, `one_hot`, `multi_hot`, `bincount` and the functions of `ops.sparse` compute",
        "with them on every backend. All other functions make sparse operands dense, and say so. In traced models of",
        "OpenVINO, sparse tensors are unsupported.",
        "",
        f"| op | {' | '.join(_NAMES)} |",
        f"|---|{'---|' * len(_NAMES)}",
        *(f"| `{path}` | {' | '.join(words)} |" for path, *words in rows),
        "",
    ]


def data() -> str:
    """Returns the same as JSON: by op and backend."""
    columns, reasons = _columns()
    paths = sorted(record.path for record in RECORDS)
    support = {path: {backend: columns[backend][path] for backend in _NAMES} for path in paths}
    why = {path: {name: reasons[name][path] for name in _NAMES if path in reasons[name]} for path in paths}
    return json.dumps({"support": support, "reasons": {path: texts for path, texts in why.items() if texts}}, indent=1)


def document() -> str:
    """Returns the document's text."""
    lines: list[str] = []
    columns, why = _columns()
    reasons = [f"- `{path}` on {backend}: {text}" for backend in why for path, text in why[backend].items()]
    for record in sorted(RECORDS, key=lambda record: record.path):
        words = " | ".join(columns[backend][record.path] for backend in _NAMES)
        lines.append(f"| `{record.path}` | {words} |")
    return "\n".join(
        [
            "# What each backend supports",
            "",
            "Generated by `python docs/support.py` from the ops' records; do not edit.",
            "",
            "- native: the backend has its own kernel;",
            "- composite: the op is composed of other ops;",
            "- host: OpenVINO computes it with NumPy in eager calls, and does not support it in a traced model;",
            "- unsupported: it raises `ops.UnsupportedError`, which says what to do instead, or `ops.DtypeError` where",
            "  the framework does not support the result's dtype.",
            "",
            f"| op | {' | '.join(_NAMES)} |",
            f"|---|{'---|' * len(_NAMES)}",
            *lines,
            *(["", "Reasons:", "", *sorted(reasons)] if reasons else []),
            "",
            *_sparse_lines(),
            *_OLDER,
        ]
    )


def main() -> int:
    """Writes the document, or checks it."""
    missing = [name for name in _NAMES if name not in BACKENDS]
    if missing:
        print(f"docs/support.py needs all five backends; not installed: {', '.join(missing)}")
        return 2
    importlib.import_module("torch")  # before TensorFlow: the other order can crash
    status = 0
    for path, text in ((DOCUMENT, document()), (DATA, f"{data()}\n")):
        if "--check" not in sys.argv[1:]:
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            print(f"{path.name} is stale: run python docs/support.py")
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
