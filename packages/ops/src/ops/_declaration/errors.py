"""Errors of declared functions: they describe the call and the reason, and are chained to the framework's error."""

from __future__ import annotations

import os
import re
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ops_common
from ops._declaration.tracebacks import shortened
from ops._declaration.users_errors import is_raised_by_user, left_function
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
    """Returns whether a line of `ops` or ops-common raised an error before any kernel ran.

    Such a line (of a rule, or of the conversion of an argument) fails for an argument of an unexpected type or value.
    A kernel may be a function that is not written in Python, which has no frame, or a function of ops-common.
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


# The messages of NumPy, PyTorch, its compiler and TensorFlow for an index that is out of range, in functions and in
# gradients. Their exception types do not identify this error.
_OF_INDEX = re.compile(
    r"\bind(ex|ices)\b.{0,200}(out of (bounds|range)|is not in \[|does not index into)|segment_ids\[.*out of range"
    r"|non-empty \S*take\S* from an empty ax",
    re.DOTALL,
)


def words_of_index(error: Exception) -> str | None:
    """Returns the framework's message about an index that is out of range; None for any other error."""
    words = _words(error)
    match = _OF_INDEX.search(words)
    return None if match is None else words[match.start() :].splitlines()[0]


def explained(call: str, backend: Backend, error: Exception) -> Exception:
    """Returns the error to raise for a failed call: of the same type if it is ours, else a KernelError."""
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
    """Returns the error as `explained` does, with the reason first: functions of family control call a user's function,
    in which the error occurred."""
    plain = explained(call, backend, error)
    reason: Any = plain.reason  # type: ignore[attr-defined]  # set by `explained`
    first = type(plain)(f"{reason}\nin {call} on backend {backend.name}")
    first.reason = reason  # type: ignore[attr-defined]  # as there
    return first


def is_own(error: Exception, backend: Backend) -> bool:
    """Returns whether an error of a call with a function of the user's is raised as it is: the function raised it."""
    if backend.is_tracing is not None and backend.is_tracing():
        # A compiler that traces this code supports no tracebacks, and raises no errors of kernels here.
        return not isinstance(error, OpsError)
    return left_function(error)


def cause(error: Exception, backend: Backend) -> BaseException | None:
    """Returns the error that the explained error is chained to: the framework's error, if there is one."""
    if not isinstance(error, OpsError):
        # A compiler that traces this code supports no tracebacks.
        return error if backend.is_tracing is not None and backend.is_tracing() else shortened(error)
    return error.__cause__


def too_deep(error: Exception, arguments: Sequence[Any]) -> Exception:
    """Returns the error of a call; a ShapeError for a RecursionError that an argument caused by its nesting."""
    # (For a container that contains itself, JAX's flattening raises a SystemError.)
    if isinstance(error, (RecursionError, SystemError)) and any(_is_deep(value) for value in arguments):
        return ShapeError("a list or tuple is nested too deeply, or contains itself")
    return error


def _is_deep(value: Any) -> bool:
    """Returns whether containers are nested more deeply than a tensor can have axes."""
    level = [value]
    for _ in range(MAX_RANK + 1):
        level = [item for container in level for item in _items(container)][:1000]
    return bool(level)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def of_arguments(backend: Backend, error: Exception, arguments: Any) -> Exception | None:
    """Returns the error for invalid arguments of a failed transform: containers that are nested too deeply, or arrays
    that cannot be converted to tensors. None if the arguments are valid."""
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
        level = [item for container in level for item in _items(container)]
    if mixes_symbols(error):
        return ArgumentTypeError(
            "the function mixes a SymbolicTensor, which has no value, with tensors that have values"
        )
    return None


_INFERENCE = os.path.join("ops", "_declaration", "inference.py")


def mixes_symbols(error: Exception) -> bool:
    """Returns whether a framework was given a SymbolicTensor.

    An error of PyTorch's compiler may only say that it could not follow the inference of a symbolic result.
    """
    words = _words(error)
    return ("SymbolicTensor" in words or _INFERENCE in words) and not is_raised_by_user(error)


def _holds_tensors(value: Any, depth: int) -> bool:
    """Returns whether a nest contains a tensor within this depth."""
    items: Sequence[Any] = list(value.values()) if isinstance(value, dict) else value
    return any(
        hasattr(item, "shape")
        or (depth > 0 and isinstance(item, (list, tuple, dict)) and _holds_tensors(item, depth - 1))
        for item in items[:6]
    )


def describe_value(value: Any, depth: int = 4) -> str:
    """Returns a description of a value for an error message: tensors, also in containers, as dtype and shape."""
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
