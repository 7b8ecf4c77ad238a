"""`python parity symbolic`: compares symbolic calls with unknown sizes on `ops` and on keras 3.15.1.

The sizes of eager calls show what a symbolic result must be (see `ops.testing.unknown_sizes`). The comparison fails for
a cell in which `ops` raises or returns a wrong shape, or in which a size is unknown that keras knows. Where keras is
wrong is written to docs/symbolic.md.
"""

from __future__ import annotations

import importlib
import os
import warnings
from collections import Counter, defaultdict
from typing import Any

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

import ops
from ops.testing import RECORDS
from ops.testing.unknown_sizes import Axes, Call, Expected, Spec, calls_of, expected, fault
from ops_common import dtypes
from parity.differences import DOCUMENT, write
from parity.worker import function_of

_KINDS = ("raises", "wrong shape", "a size is unknown that never varies")


def _keras_shapes(keras: Any, function: Any, call: Call, axes: Axes) -> list[tuple[int | None, ...]] | str:
    """Returns the shapes of keras's symbolic result, or the words of its error."""
    values = [
        x
        if i >= len(call.variable)
        else keras.KerasTensor(
            tuple(None if (i, axis) in axes else size for axis, size in enumerate(x.shape)), dtypes.from_numpy(x.dtype)
        )
        for i, x in enumerate(call.arrays)
    ]
    args, kwargs = call.put(values)
    try:
        tensors = keras.tree.flatten(function(*args, **kwargs))
        return [tuple(x.shape) for x in tensors if x is not None]
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def _kind(shapes: list[tuple[int | None, ...]] | str, wanted: Expected) -> str | None:
    """Returns what is wrong with the shapes of a symbolic result; None if nothing is."""
    if isinstance(shapes, str):
        return None if wanted.specs is None else "raises"
    if wanted.specs is None:
        return None
    if [len(shape) for shape in shapes] != [len(shape) for shape, _ in wanted.specs]:
        return "wrong shape"
    pairs = [
        (n, m, is_fixed)
        for shape, (eager, _), (dependent, _) in zip(shapes, wanted.eager, wanted.specs, strict=True)
        for n, m, is_fixed in zip(shape, eager, (size is not None for size in dependent), strict=True)
    ]
    if any(n is not None and (n != m or not is_fixed) for n, m, is_fixed in pairs):
        return "wrong shape"
    return _KINDS[2] if any(n is None and is_fixed for n, _, is_fixed in pairs) else None


def _knows_more(shapes: list[tuple[int | None, ...]] | str, result: list[Spec], wanted: Expected) -> bool:
    """Returns whether keras knows a size, rightly, that ops does not know."""
    if isinstance(shapes, str) or _kind(shapes, wanted) == "wrong shape" or wanted.specs is None:
        return False
    return any(
        n is not None and own is None
        for shape, (sizes, _) in zip(shapes, result, strict=True)
        for n, own in zip(shape, sizes, strict=True)
    )


def _document(counts: dict[str, Counter[str]], total: Counter[str], compared: int) -> str:
    """Returns the text of docs/symbolic.md."""
    lines = [
        "# Symbolic calls with unknown sizes, in ops and in keras 3.15.1",
        "",
        "Written by `python parity symbolic`, which calls every record's function with a SymbolicTensor for each"
        " tensor, and None for one size or more, and keras's function with KerasTensors. The sizes of eager calls show"
        f" what the result must be. Of {compared:,} calls that keras accepts with known sizes, it raises in"
        f" {total[_KINDS[0]]}, returns a wrong shape in {total[_KINDS[1]]}, and leaves a size that never varies unknown"
        f" in {total[_KINDS[2]]}. In ops no call is wrong. The numbers are calls.",
        "",
        f"| op | keras {' | keras '.join(('raises', 'returns a wrong shape', 'leaves a known size unknown'))} |",
        "|---|---|---|---|",
    ]
    rows = [[f"`{path}`", *(str(count[kind] or "") for kind in _KINDS)] for path, count in sorted(counts.items())]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def main(check: bool) -> int:
    """Makes all calls, prints in how many cells of each op keras is wrong, and writes docs/symbolic.md, or with `check`
    compares it; returns 1 if ops is wrong in a cell, or the document is not current."""
    os.environ["KERAS_BACKEND"] = "numpy"
    keras: Any = importlib.import_module("keras")
    warnings.simplefilter("ignore")
    cells, compared, refused = 0, 0, 0
    counts, missing = defaultdict[str, Counter[str]](Counter), list[str]()
    examples: dict[tuple[str, str], str] = {}
    worse: list[str] = []
    with ops.use_backend("numpy"), np.errstate(all="ignore"):
        for record in RECORDS:
            function = function_of(keras.ops, record.path)
            if function is None:
                missing.append(record.path)
                continue
            for call in calls_of(record, every=True):
                is_accepted = not isinstance(_keras_shapes(keras, function, call, ()), str)
                refused += not is_accepted
                for axes in call.cells():
                    cells += 1
                    wanted = expected(call, axes)
                    assert isinstance(wanted, Expected), wanted
                    shapes = _keras_shapes(keras, function, call, axes)
                    kind = _kind(shapes, wanted) if is_accepted else None
                    compared += is_accepted
                    symbols = [f"{x.shape} {[axis for i, axis in axes if i == k]}" for k, x in enumerate(call.arrays)]
                    if kind is not None:
                        counts[record.path][kind] += 1
                        examples.setdefault((record.path, kind), f"{', '.join(symbols)}: {shapes}"[:150])
                    words = fault(call, axes, wanted)
                    if words is not None:
                        worse.append(f"{record.path} {', '.join(symbols)}: {words}")
                    elif wanted.specs is not None and _knows_more(shapes, call.symbolic_specs(axes), wanted):
                        worse.append(f"{record.path} {', '.join(symbols)}: keras returns {shapes}")
    console = Console(width=200)
    table = Table(title="Where keras 3.15.1 is wrong", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("op", *_KINDS, "example"):
        table.add_column(column, justify="right" if column in _KINDS else "left")
    for path, count in counts.items():
        example = next(examples[path, kind] for kind in _KINDS if (path, kind) in examples)
        table.add_row(path, *(str(count[kind] or "") for kind in _KINDS), example)
    console.print(table)
    total = Counter[str]()
    for count in counts.values():
        total.update(count)
    console.print(f"keras has no {', '.join(missing)}", highlight=False)
    console.print(f"keras does not accept {refused} calls with known sizes either", highlight=False)
    console.print(
        f"{cells:,} cells, of which keras accepts {compared:,} with known sizes; keras: "
        f"{', '.join(f'{total[kind]} {kind}' for kind in _KINDS)} in {len(counts)} ops; ops: {len(worse)} of all",
        highlight=False,
    )
    for line in worse:
        console.print(line, markup=False, highlight=False)
    stale = write(
        DOCUMENT.with_name("symbolic.md"), _document(counts, total, compared), check, "python parity symbolic"
    )
    return int(bool(worse) or stale)
