"""Runs the cases of one package on one side, in its own process: the backend of keras is fixed at its import.

Run as a script with a package, ``keras`` or ``ops``, a backend, a file of rewritten sources, and a file to which the
results are written, one after another.
"""

from __future__ import annotations

import importlib
import os
import pickle
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from consumers import draws, functions, hook
from consumers.functions import Counted
from consumers.side import Case, Result, Side, leaves
from tools import workers

# bayesflow raises at its import with keras on NumPy, although most of its modules need no other backend.
BARE = {"numpy": ("bayesflow",), "openvino": ("bayesflow",)}


class Recorder:
    """Finds out which functions are called while it is active."""

    def __init__(self, package: str) -> None:
        self._root = functions.folder(package).parent
        self._counted = set(functions.counted(package))
        self._codes: dict[int, Any] = {}

    def __enter__(self) -> None:
        self._codes.clear()
        sys.setprofile(self._profile)

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)

    def _profile(self, frame: Any, event: str, _: object) -> None:
        if event == "call":
            self._codes[id(frame.f_code)] = frame.f_code

    def called(self) -> list[Counted]:
        """Returns the functions that were called, of those that count."""
        prefix = f"{self._root}{os.sep}"
        codes = (code for code in self._codes.values() if code.co_filename.startswith(prefix))
        found = {Counted(code.co_filename.removeprefix(prefix), code.co_qualname) for code in codes}
        return sorted(found & self._counted)


def run(case: Case, side: Side, recorder: Recorder) -> Result:
    """Returns what a case did."""
    result = Result(case.name)
    start = time.perf_counter()
    try:
        side.begin(case.name)
        with recorder:
            value = case.run(side)
        result.leaves = leaves(value, side.ops.convert_to_numpy)
    except Exception as error:
        message = next(iter(str(error).strip().splitlines()), "")
        result.error = f"{type(error).__name__}: {message}"[:300]
        result.trace = traceback.format_exc()[-3000:]
    result.called = recorder.called()
    result.seconds = time.perf_counter() - start
    return result


def main(package: str, side_name: str, backend: str, sources: Path, results: Path, only: str) -> None:
    """Runs the cases whose names contain `only`."""
    workers.end_with_parent()
    if backend == "torch":
        importlib.import_module("torch")
    keras: Any = importlib.import_module("keras")
    recorder = Recorder(package)
    if side_name == "ops":
        ops: Any = importlib.import_module("ops")
        ops.set_backend(backend)
        hook.install([package], pickle.loads(sources.read_bytes()), BARE.get(backend, ()))
        draws.replace(ops.random, ops)
        compatible: Any = importlib.import_module("ops.keras")
        draws.replace(compatible.random, ops)
        if backend == "openvino":
            # bayesflow asks for it at its import, and raises for OpenVINO. keras's layers run on NumPy there anyway.
            compatible.backend.backend = compatible.config.backend = lambda: "numpy"
    else:
        ops = keras.ops
    draws.replace(keras.random, keras.ops)
    cases: list[Case] = importlib.import_module(f"consumers.cases.{package}").CASES.cases
    side = Side(ops, keras, side_name == "keras", backend)
    importlib.import_module(package)
    with results.open("ab") as file:
        for case in cases:
            if only in case.name:
                workers.send("case", case.name)
                pickle.dump(run(case, side, recorder), file)
                file.flush()
    workers.send("end", None)
    sys.stdout.flush()
    os._exit(0)  # some frameworks' threads do not end


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]), Path(sys.argv[5]), sys.argv[6])
