"""The script that evaluates calls on one backend in its own process, because a call may crash it or never end.

It writes a line of JSON with the outcome of each call, and the number of the current call to a file, so that its parent
knows which call ended the process and can restart it after that call.
"""

from __future__ import annotations

import importlib
import json
import os
import re
import resource
import sys
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from fuzz import odd
from tools import workers

# Errors of these types are internal errors if a line of a backend raises them; others are errors of the framework.
_OURS = (
    AttributeError, NameError, KeyError, IndexError, AssertionError, RecursionError, ZeroDivisionError, StopIteration,
)  # fmt: skip
# Python's errors where a function that was passed does not accept its arguments.
_WRONG_CALL = re.compile(
    r"takes no (keyword )?arguments"
    r"|takes (exactly |at most |at least )?(\d+|one|no|from \d+ to \d+) (positional )?arguments?"
    r"|missing \d+ required|expected (at most |at least )?\d+ arguments?|is not callable with"
    r"|has no len\(\)|int\(\) (argument|can't convert)|to Python scalars"  # builtin functions, which have no frame
)
_MEMORY = 4 << 30  # bytes of address space in addition to that of the loaded framework
_NO_MEMORY = ("MemoryError", "bad_alloc", "RESOURCE_EXHAUSTED", "ResourceExhausted", "not enough memory",
              "out of memory", "Unable to allocate", "failed to allocate", "can't allocate")  # fmt: skip


def _limit_memory() -> None:
    """Limits the process to a few GiB more than it uses now."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + _MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))


def _owner(filename: str) -> str:
    """Returns the owner of a file: "ops" (and ops-common), "backend", "fuzz" or "framework"."""
    if filename.startswith("<ops "):
        return "ops"
    parts = filename.replace("\\", "/").split("/")
    if any(part.startswith("ops_backend_") for part in parts):
        return "backend"
    if "ops_common" in parts or (
        len(parts) > 1 and "ops" in parts and "site-packages" not in parts[: parts.index("ops")]
    ):
        return "ops"
    if "ops" in parts and "site-packages" in parts and parts[parts.index("site-packages") + 1] == "ops":
        return "ops"
    return "framework"


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


def _judge(error: BaseException, ops: Any) -> tuple[str, str, str]:
    """Returns the outcome of a call that raised, the error's text, and where it was raised."""
    root = _root(error)
    frames = traceback.extract_tb(root.__traceback__)
    owners = [_owner(frame.filename) for frame in frames]
    own = [frame for frame, owner in zip(frames, owners, strict=True) if owner in ("ops", "backend")]
    where = f"{'/'.join(own[-1].filename.split('/')[-2:])}:{own[-1].lineno}" if own else "?"
    try:
        text = f"{type(root).__name__}: {root}"
    except Exception as failed:
        text = f"{type(root).__name__} that cannot be shown: {failed}"
    if isinstance(error, ops.OpsError) and (
        not isinstance(error, ops.KernelError) or isinstance(error, ops.IndexRangeError)
    ):
        return "clear", text, where
    if any(word in text for word in _NO_MEMORY) or isinstance(root, MemoryError):
        return "no memory", text, where
    if len(frames) > 1 and frames[-1].filename in ("<call>", odd.__file__):
        return "own function", text, where  # the function that was passed has raised
    if isinstance(root, TypeError) and _WRONG_CALL.search(text) and any(owner == "ops" for owner in owners):
        return "own function", text, where  # it does not accept its arguments
    if not isinstance(error, ops.KernelError):
        # The framework's own compiler or transform does not accept the function that was passed.
        raw = type(error).__module__.partition(".")[0] in ("jax", "jaxlib", "tensorflow", "torch")
        return "KernelError" if raw else "internal", text, where
    if isinstance(root, ops.OpsError):
        return "KernelError", text, where
    last = owners[-1] if owners else "ops"
    if (last == "ops" and "backend" not in owners) or (last in ("ops", "backend") and isinstance(root, _OURS)):
        return "internal", text, where
    return "KernelError", text, where


def _realise(value: Any, ops: Any) -> None:
    """Waits for the values of a result."""
    if isinstance(value, (list, tuple)):
        for item in value[:8]:
            _realise(item, ops)
    elif ops.is_tensor(value):
        ops.convert_to_numpy(value)


def _run(source: str, names: dict[str, Any], ops: Any) -> dict[str, str]:
    try:
        compiled = compile(source, "<call>", "eval")
    except (SyntaxError, RecursionError) as error:
        return {"kind": "no call", "text": str(error), "where": ""}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value = eval(compiled, dict(names))
            if not isinstance(value, type) and value is not names["np"]:
                _realise(value, ops)
            kind, text, where = "result", "", ""
        except Exception as error:
            kind, text, where = _judge(error, ops)
            if kind != "clear" and os.environ.get("FUZZ_TRACE"):
                traceback.print_exc()
    end = {"kind": kind, "text": text[:400], "where": where}
    heard = [
        w for w in caught if not issubclass(w.category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning))
    ]
    if heard:
        end["warning"] = f"{heard[0].category.__name__}: {heard[0].message}"[:200]
    return end


def main(backend: str, plan: Path, start: int, place: Path) -> None:
    """Evaluates the calls of the plan from number `start` on."""
    if backend == "torch":
        importlib.import_module("torch")
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    names = odd.namespace(ops, backend)
    ops.convert_to_numpy(ops.jit(lambda x: ops.sum(x), options=odd.EAGER)(np.ones(3, np.float32)))
    odd.foreign(backend)
    position = os.open(place, os.O_RDWR | os.O_CREAT)
    calls = json.loads(plan.read_text())
    with np.errstate(all="ignore"):
        for number in range(start, len(calls)):
            os.pwrite(position, f"{number}\n".ljust(20).encode(), 0)
            if backend != "jax":  # which ends the process at the limit, so that the parent limits its memory
                _limit_memory()
            outcome = _run(calls[number][1], names, ops)
            workers.send("done", {"number": number, **outcome})
            if ops.backend() != backend:
                workers.send("note", f"the backend is {ops.backend()} after call {number}")
                ops.set_backend(backend)
    os._exit(0)  # some frameworks' threads do not end


if __name__ == "__main__":
    workers.end_with_parent()
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
