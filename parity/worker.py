"""Run as a script: the sweep on one backend, in a process of its own, as keras's backend is fixed when it is imported.

It writes a line of JSON for each op that is done and keeps in a file which call it is at, so that its parent can tell
what a process that died was doing, and start another behind that call.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pickle
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from tools import workers


def _function(module: Any, path: str) -> Any:
    """The public function of this path, or of its name alone: some of keras's namespaces hold less than ours."""
    found = module
    for part in path.split("."):
        found = getattr(found, part, None)
    return getattr(module, path.rpartition(".")[2], None) if found is None else found


def beside(place: Path) -> Path:
    """The file of the call that keras is at."""
    return place.with_suffix(".call")


def _kinds(function: Any) -> dict[str, str]:
    declared = getattr(function, "__declared__", None)
    signature = inspect.signature(function) if declared is None else declared.signature.shown
    parameters = signature.parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return {}
    return {p.name: str(p.annotation) for p in parameters if p.kind in named}


def main(backend: str, seed: int, counts: dict[str, int], start: int, place: Path) -> None:
    """Sweeps the ops in `counts`, each with so many calls, the first of them from call `start` on."""
    if backend == "torch":
        importlib.import_module("torch")
    keras: Any = importlib.import_module("keras")
    ops: Any = importlib.import_module("ops")
    compare: Any = importlib.import_module("parity.compare")
    differences: Any = importlib.import_module("parity.differences")
    draw: Any = importlib.import_module("parity.draw")
    registry: Any = importlib.import_module("ops_common.runtime.registry")
    records: Any = importlib.import_module("ops.testing").RECORDS
    ops.set_backend(backend)
    ours = compare.Side(ops.convert_to_tensor, ops.dtype, ops.convert_to_numpy)
    theirs = compare.Side(
        lambda x, dtype: keras.ops.convert_to_tensor(x, dtype=dtype),
        lambda x: keras.backend.standardize_dtype(x.dtype),
        keras.ops.convert_to_numpy,
    )
    alike = draw.ALIKE.get(backend, 5)
    if start:  # what ended the process before would end it again with other values
        start = -(-start // alike) * alike
    drawer = draw.Drawer(tuple(registry.load(backend).native_dtypes), seed, alike)
    position = os.open(place, os.O_RDWR | os.O_CREAT)
    at_call = os.open(beside(place), os.O_RDWR | os.O_CREAT)
    for path, count in counts.items():
        mine, other = _function(ops, path), _function(keras.ops, path)
        result: dict[str, Any] = {"op": path, "calls": 0, "agree": 0, "listed": Counter(), "unlisted": []}
        if other is None:
            result["missing"] = True
        else:
            kinds = _kinds(mine)
            for call in drawer.calls(path, count, kinds, start):
                os.pwrite(position, f"{path} {call.number}\n".ljust(80).encode(), 0)
                mine_out = ours.run(mine, call)
                os.pwrite(at_call, pickle.dumps((call, mine_out, kinds)), 0)
                os.pwrite(position, f"{path} {call.number} keras\n".ljust(80).encode(), 0)
                their_out = theirs.run(other, call)
                _count(result, compare, differences, backend, call, mine_out, their_out, records[path].loose, kinds)
        start = 0
        workers.send("done", result)
    os.close(position)
    sys.stdout.flush()
    os._exit(0)  # frameworks' threads sometimes will not end


def _count(
    result: dict[str, Any],
    compare: Any,
    differences: Any,
    backend: str,
    call: Any,
    mine: Any,
    other: Any,
    loose: float,
    kinds: dict[str, str],
) -> None:
    result["calls"] += 1
    names = compare.operand_dtypes(call)
    unlisted, listed = [], set[str]()
    for kind in compare.differ(call, mine, other, loose):
        found = compare.Difference(call.path, backend, kind, names, call, mine, other, kinds)
        known = differences.which(found)
        if known is None:
            unlisted.append(kind)
        else:
            listed.add(known)
    if unlisted:
        result["unlisted"].append(
            {"kind": unlisted[0], "number": call.number, "call": call.source(), "raw": call.raw, "dtypes": names,
             "ours": str(mine), "theirs": str(other)}
        )  # fmt: skip
    elif listed:
        result["listed"].update(listed)
    else:
        result["agree"] += 1


if __name__ == "__main__":
    workers.end_with_parent()
    main(sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))
