"""The script that runs the sweep on one backend in its own process: the backend of keras is fixed at its import.

It writes a line of JSON for each finished op, and writes the number of the current call to a file, so that its parent
knows which call ended the process and can restart it after that call.
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


def function_of(module: Any, path: str) -> Any:
    """Returns the public function of this path, or of its name alone: keras has some of these in another namespace."""
    function = module
    for part in path.split("."):
        function = getattr(function, part, None)
    return getattr(module, path.rpartition(".")[2], None) if function is None else function


def call_file(position_file: Path) -> Path:
    """Returns the path of the file that has the current call of keras."""
    return position_file.with_suffix(".call")


def _kinds(function: Any) -> dict[str, str]:
    declared = getattr(function, "__declared__", None)
    signature = inspect.signature(function) if declared is None else declared.signature.shown
    parameters = signature.parameters.values()
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    if any(p.kind is p.VAR_POSITIONAL for p in parameters):
        return {}
    return {p.name: str(p.annotation) for p in parameters if p.kind in named}


def main(backend: str, seed: int, counts: dict[str, int], start: int, position_file: Path) -> None:
    """Runs the ops in `counts`, each with its number of calls; the first op from call `start` on."""
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
    if start:  # calls that differ only in values would end the process again
        start = -(-start // alike) * alike
    drawer = draw.Drawer(tuple(registry.load(backend).native_dtypes), seed, alike)
    position = os.open(position_file, os.O_RDWR | os.O_CREAT)
    at_call = os.open(call_file(position_file), os.O_RDWR | os.O_CREAT)
    for path, count in counts.items():
        mine, other = function_of(ops, path), function_of(keras.ops, path)
        result: dict[str, Any] = {"op": path, "calls": 0, "agree": 0, "listed": Counter(), "unlisted": []}
        if other is None:
            result["missing"] = True
        else:
            kinds = {name: kind for name, kind in _kinds(mine).items() if name not in differences.further(path)}
            for call in drawer.calls(path, count, kinds, start, differences.further(path)):
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
    os._exit(0)  # some frameworks' threads do not end


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
        difference = compare.Difference(call.path, backend, kind, names, call, mine, other, kinds)
        name = differences.which(difference)
        if name is None:
            unlisted.append(kind)
        else:
            listed.add(name)
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
