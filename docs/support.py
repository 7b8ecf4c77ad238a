"""Writes docs/support.md: how each backend serves each op. With ``--check`` it says whether that file is current.

Nothing in it is written by hand. A backend's kernel, or the lack of one, says whether an op is native or composite; the
op's record has a call that is made eagerly on each backend, and traced on OpenVINO, whose graphs cannot express it all.
"""

from __future__ import annotations

import importlib
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
_NAMES = ("numpy", "jax", "tensorflow", "torch", "openvino")
_OLDER = (
    "## Older versions of frameworks",
    "",
    "Eager calls, gradients and vmap are the same on every supported version. A compiler of an older version may not",
    "support a case, which is then `ops.UnsupportedError`:",
    "",
    "| framework | in `ops.jit` | supported from |",
    "|---|---|---|",
    "| PyTorch | gradients of `ops.custom_gradient` | 2.13 |",
    "| PyTorch | gradients of `ops.while_loop` (and `ops.fori_loop` of unknown length) | 2.13 |",
    "",
)


def _sample(record: Record) -> Sample:
    """The record's first call, in float32 if the op takes that."""
    dtype = "float32" if "float32" in record.takes else record.takes[0]
    return record.samples(Maker(dtype))[0]


def _tensors(value: Any, found: list[Any]) -> Any:
    """Collects a value's arrays, and answers a function that puts tensors in their place."""
    if isinstance(value, np.ndarray):
        found.append(value)
        place = len(found) - 1
        return lambda tensors: tensors[place]
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        parts = [_tensors(item, found) for item in value]
        return lambda tensors: type(value)(part(tensors) for part in parts)
    return lambda tensors: value


def _call(record: Record) -> tuple[Callable[..., Any], list[Any]]:
    """The record's call as a function of its tensors, and those."""
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
    """How the active backend serves an op, in a word; and why not in full."""
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


def document() -> str:
    """The document's text, found out anew."""
    lines: list[str] = []
    reasons: list[str] = []
    columns: dict[str, dict[str, str]] = {}
    for backend in BACKENDS:
        if backend in _NAMES:
            columns[backend] = {}
            with ops.use_backend(backend):
                for record in RECORDS:
                    word, reason = _cell(record, backend)
                    columns[backend][record.path] = word
                    if reason:
                        reasons.append(f"- `{record.path}` on {backend}: {reason}")
    for record in sorted(RECORDS, key=lambda record: record.path):
        words = " | ".join(columns[backend][record.path] for backend in _NAMES)
        lines.append(f"| `{record.path}` | {words} |")
    return "\n".join(
        [
            "# What each backend supports",
            "",
            "Made by `python docs/support.py` from the ops' records; not to be changed by hand.",
            "",
            "- native: the backend has a kernel of its own;",
            "- composite: the op is made of other ops;",
            "- host: OpenVINO computes it with NumPy in eager calls, and cannot take it into a traced model;",
            "- unsupported: it raises `ops.UnsupportedError`, which says what to do instead, or `ops.DtypeError` where",
            "  the framework lacks the answer's dtype.",
            "",
            f"| op | {' | '.join(_NAMES)} |",
            f"|---|{'---|' * len(_NAMES)}",
            *lines,
            *(["", "Reasons:", "", *sorted(reasons)] if reasons else []),
            "",
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
    text = document()
    if "--check" in sys.argv[1:]:
        if not DOCUMENT.exists() or DOCUMENT.read_text() != text:
            print("docs/support.md is stale: run python docs/support.py")
            return 1
        return 0
    DOCUMENT.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
