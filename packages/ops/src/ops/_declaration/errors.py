"""Errors of declared functions: the call in words, the reason, and the framework's error as the cause."""

from __future__ import annotations

import os
import re
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ops_common
from ops_common import dtypes
from ops_common.errors import (
    ArgumentError,
    ArgumentTypeError,
    DtypeError,
    IndexRangeError,
    KernelError,
    OpsError,
    ShapeError,
)
from ops_common.runtime.backend import MAX_RANK, Backend, short
from ops_common.symbolic import SymbolicTensor

_FOLDERS = tuple(str(folder) + os.sep for folder in (Path(str(ops_common.__file__)).parent, Path(__file__).parents[1]))
# The code of functions whose frames call kernels; the general path adds its own.
CALLERS = {Backend.run.__code__, Backend.cast.__code__, Backend.make.__code__}


def _is_of_arguments(error: Exception) -> bool:
    """Whether a line of `ops` or ops-common raised an error before any kernel ran.

    Such a line (a rule, or what reads an argument) fails on an argument that it was not written for. A kernel may be
    a function that is not written in Python, which has no frame, or one of ops-common.
    """
    traceback = error.__traceback__
    caller = code = None
    while traceback is not None:
        caller, code = code, traceback.tb_frame.f_code
        is_bound = caller is not None and (caller in CALLERS or caller.co_filename.startswith("<ops "))
        is_kernel = is_bound and code.co_filename.startswith(_FOLDERS[0])
        if is_kernel or not code.co_filename.startswith((*_FOLDERS, "<ops ")):
            return False
        traceback = traceback.tb_next
    return code is not None and code not in CALLERS


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # an argument's repr may be part of it
        return "<no message>"


# What NumPy, PyTorch, its compiler and TensorFlow say of an index that is out of range, forwards and backwards. No
# exception type of theirs tells it.
_OF_INDEX = re.compile(
    r"\bind(ex|ices)\b.{0,200}(out of (bounds|range)|is not in \[|does not index into)|segment_ids\[.*out of range"
    r"|non-empty \S*take\S* from an empty ax",
    re.DOTALL,
)


def words_of_index(error: Exception) -> str | None:
    """What a framework's error says of an index that is out of range; None if it is about something else."""
    words = _words(error)
    match = _OF_INDEX.search(words)
    return None if match is None else words[match.start() :].splitlines()[0]


def explained(call: str, backend: Backend, error: Exception) -> Exception:
    """The error to raise for a failed call: of the same type if it is ours, else a KernelError."""
    if isinstance(error, OpsError):
        kind, reason = type(error), getattr(error, "reason", None) or str(error)
    elif isinstance(error, (TypeError, ValueError, OverflowError)) and _is_of_arguments(error):
        kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentError
        reason = f"an argument is not of a type or value that is accepted: {_words(error)}"
    else:
        kind = KernelError if words_of_index(error) is None else IndexRangeError
        reason = f"the framework raised {type(error).__name__}: {_words(error)}"
    result = kind(f"{call} on backend {backend.name}: {reason}")
    result.reason = reason  # type: ignore[attr-defined]  # for the composite that this call may be part of
    return result


def cause_first(call: str, backend: Backend, error: Exception) -> Exception:
    """As `explained`, for the functions of functions of family control: the cause is elsewhere, and is stated first."""
    plain = explained(call, backend, error)
    reason: Any = plain.reason  # type: ignore[attr-defined]  # set by `explained`
    first = type(plain)(f"{reason}\nin {call} on backend {backend.name}")
    first.reason = reason  # type: ignore[attr-defined]  # as there
    return first


def cause(error: Exception) -> BaseException | None:
    """What the explained error is chained to: the framework's error, not our own first words about it."""
    return error.__cause__ if isinstance(error, OpsError) else error


def too_deep(error: Exception, arguments: Sequence[Any]) -> Exception:
    """The error of a call, or what is behind a RecursionError where an argument is nested too deeply."""
    # (A container of its own, in JAX's flattening, ends in a SystemError.)
    if isinstance(error, (RecursionError, SystemError)) and any(_is_deep(value) for value in arguments):
        return ShapeError("a nested list or tuple is too deep, or holds itself")
    return error


def _is_deep(value: Any) -> bool:
    """Whether containers are nested beyond all ranks of tensors."""
    level = [value]
    for _ in range(MAX_RANK + 1):
        level = [item for one in level for item in _items(one)][:1000]
    return bool(level)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def of_arguments(backend: Backend, error: Exception, arguments: Any) -> Exception | None:
    """The error of what a failed transform was called with: containers that are too deep, or arrays that no tensor can
    be made of; None where the arguments are not to blame."""
    explained = too_deep(error, [arguments])
    if explained is not error:
        return explained
    level = [arguments]
    for _ in range(MAX_RANK):
        for item in level:
            if isinstance(item, (np.ndarray, np.generic)):
                try:
                    backend.to_tensor(item)
                except OpsError as refused:
                    return refused
        if any(isinstance(item, SymbolicTensor) for item in level):
            return None
        level = [item for one in level for item in _items(one)]
    if "SymbolicTensor" in _words(error):
        return ArgumentTypeError("the function holds a SymbolicTensor, which has no value, among tensors that have one")
    return None


def _holds_tensors(value: Any, depth: int) -> bool:
    """Whether a nest holds a tensor, no deeper than so many containers."""
    items: Sequence[Any] = list(value.values()) if isinstance(value, dict) else value
    return any(
        hasattr(item, "shape")
        or (depth > 0 and isinstance(item, (list, tuple, dict)) and _holds_tensors(item, depth - 1))
        for item in items[:6]
    )


def describe_value(value: Any, depth: int = 4) -> str:
    """A value in words: tensors, also in containers, as dtype and shape."""
    if isinstance(value, (list, tuple)) and value and depth and _holds_tensors(value, depth):
        items = ", ".join(describe_value(item, depth - 1) for item in value[:6])
        return f"[{items}{', ...' if len(value) > 6 else ''}]"
    if isinstance(value, dict) and depth and _holds_tensors(value, depth):
        items = ", ".join(f"{key!r}: {describe_value(item, depth - 1)}" for key, item in list(value.items())[:6])
        return f"{{{items}}}"
    if isinstance(value, types.FunctionType):
        return f"function {value.__name__}"
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is None or dtype is None or type(value) in dtypes.NUMBERS:
        return short(value, 80)
    try:
        return f"{dtypes.standardize(dtype)} {tuple(shape)}"
    except (DtypeError, TypeError, ValueError):
        return f"{type(value).__name__} {dtype} {shape}"
