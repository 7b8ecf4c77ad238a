"""The intended differences from keras 3.15.1: the entries of all families in order, and docs/differences.md.

The sweep counts a difference that is described here as listed; any other fails it. An entry describes a cause: what
about the call, the two results or the errors makes them differ, for any op and backend, or a decision for some ops.
Where values, shapes or forms differ, or keras raises and ops does not, an entry counts only if the reference in the
op's record (NumPy, SciPy or a formula in float64) gives the result of ops, except for the entries that say why none can
(`judged=False`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parity.families import (
    contraction,
    creation,
    elementwise,
    general,
    image,
    indexing,
    linalg,
    manipulation,
    networks,
    reduction,
    segment,
    signal,
    sorting,
    statistics,
)
from parity.listing import ALL, Further, Listed
from tools.workers import ROOT

DOCUMENT = ROOT / "docs" / "differences.md"
DATA = (
    ROOT / "packages/ops/src/ops/_cli/differences.json"
)  # the same for `python -m ops`, which users have without docs/

_FAMILIES = (
    contraction, creation, elementwise, general, image, indexing, linalg, manipulation, networks, reduction, segment,
    signal, sorting, statistics,
)  # fmt: skip

# The names of the entries. The first entry that covers a difference describes it, and many differences are covered by
# several entries: entries of some ops precede those of any op, in all families.
_ORDER = (
    "nonzero's form",
    "the Bessel function at infinity",
    "quotients of infinities",
    "meshgrid's form",
    "Python numbers for tensors",
    "histogram's dtypes",
    "unique of a fixed size",
    "one_hot out of range",
    "classes out of range",
    "unravel_index out of bounds",
    "negative powers of integers",
    "geometric sequences that are not real",
    "quantiles between infinities",
    "infinite scores",
    "infinity and padding",
    "infinite complex numbers",
    "step without an interval",
    "one number for all spatial axes",
    "statistics of large integers",
    "order of equal elements",
    "the order within a partition",
    "infinite numbers in products of several",
    "a sequence that is not sorted",
    "indices out of range",
    "indices out of range into NumPy arrays",
    "indices into no elements",
    "bins that are not sorted",
    "distances at the tolerance",
    "NaN in determinants",
    "levels without elements",
    "no elements, and no reference",
    "the largest numbers",
    "histograms between infinities",
    "floats that the integer dtype cannot hold",
    "64 bits are kept",
    "torch: unsigned dtypes",
    "a Python number and a tensor",
    "integers in float-only ops",
    "arithmetic of bools",
    "lists and Python numbers alone",
    "indices and counts",
    "complex numbers stay complex",
    "real functions of complex numbers",
    "clip with bounds of other dtypes",
    "reductions over no axes",
    "lists of floats and 16-bit floats",
    "tensorflow: NumPy arrays in lists",
    "torch: sums of small integers",
    "tensorflow: products of int8",
    "meshgrid of different dtypes",
    "16-bit floats stay",
    "float16 and bfloat16",
    "convolution of operands of different dtypes",
    "openvino: dtype of full",
    "uint64 and signed integers",
    "torch: tensors of rank 0",
    "calls for which NumPy raises",
    "a Python int that its tensor's dtype cannot hold",
    "arguments that are not tensors",
    "split points of a traced function",
    "padding by several values",
    "numbers that must be ints",
    "bools as indices",
    "what replaces NaN",
    "complex numbers where an op has no complex form",
    "floats where an op takes integers",
    "counts and positions out of bounds",
    "strings that are not an option's values",
    "axes out of bounds",
    "fill values and weights of another shape",
    "tensors of another rank",
    "a window that does not fit",
    "one tensor in place of a list",
    "a kernel does not support the dtype",
    "no elements",
    "lists for tensors and axes",
    "an integer divided by zero",
    "NaN and infinity",
    "integers at their dtype's limits",
    "small dtypes",
    "the process ends",
    "calls that a framework does not support",
    "results other than NumPy's",
    "integers in images",
    "halves in images of integers",
    "NaN and infinity in images, networks and transforms",
    "colours and sparse scores that are not finite",
    "colours of 64 bits",
    "images of bools",
    "positions halfway between pixels",
    "windows without elements",
    "transforms by NaN",
    "inverse short-time transforms of infinity",
    "paths of NaN",
    "blanks among labels",
    "sequences longer than their scores",
    "openvino: the process ends",
    "invalid options of decoding",
    "sizes that are not positive",
    "matrices of the largest integers",
    "segments that are not sorted",
    "indices out of bounds in scatter",
    "sorted segments out of bounds",
    "segments without elements",
    "arithmetic of segments of bools",
    "unstack's form",
    "top_k's form",
    "moments of several processes",
    "order of equal numbers and NaN in top_k",
    "updates of another dtype",
    "casts of complex numbers and infinity",
    "singular matrices",
    "NaN and infinity in matrices",
    "calls that raise LinAlgError",
    "factors that are not unique",
    "logarithms of negative determinants",
    "complex eigenvalues",
    "matrices of different dtypes",
    "real values of complex matrices",
    "ranks in 16 bits",
    "matrices that are not square",
    "sparsemax in float64",
    "images of integers",
    "activations of integers",
    "the dtype of one operand",
    "openvino: one operand's dtype",
    "polar of integers",
    "polar of the largest integers",
    "classes out of range in in_top_k",
    "sizes that do not fit",
    "no elements in networks and images",
    "parts of different dtypes",
)

# Entries that only concern calls which pass one of these arguments.
_ARGUMENTS: dict[str, tuple[str, ...]] = {
    "unique of a fixed size": ("size",),
    "step without an interval": ("retstep",),
    "what replaces NaN": ("nan", "posinf", "neginf"),
    "padding by several values": ("constant_values",),
    "segments that are not sorted": ("sorted",),
    "sorted segments out of bounds": ("sorted",),
    "invalid options of decoding": ("beam_width", "top_paths", "mask_index"),
    "moments of several processes": ("synchronized",),
}


def _ordered() -> tuple[Listed, ...]:
    by_name = {entry.name: entry for family in _FAMILIES for entry in family.LISTED}
    unordered = by_name.keys() ^ set(_ORDER)
    if unordered or len(_ORDER) != sum(len(family.LISTED) for family in _FAMILIES):
        raise ValueError(f"_ORDER in parity/differences.py must have each entry of parity/families once: {unordered}")
    if not _ARGUMENTS.keys() <= by_name.keys():
        raise ValueError(f"_ARGUMENTS has unknown entries: {_ARGUMENTS.keys() - by_name.keys()}")
    return tuple(by_name[name] for name in _ORDER)


LISTED = _ordered()
FURTHER: tuple[Further, ...] = networks.FURTHER


def further(path: str) -> frozenset[str]:
    """Returns the names of an op's parameters that keras does not have."""
    return frozenset(entry.name for entry in FURTHER if path in entry.ops)


def which(difference: Any) -> str | None:
    """Returns the name of the first entry that describes the difference; None if there is none."""
    return next((entry.name for entry in LISTED if entry.covers(difference)), None)


def _document() -> str:
    lines = [
        "# Where ops differs from keras 3.15.1",
        "",
        "Generated from `parity/families` by `python parity differences`; edit these. `python -m tox run -e parity`"
        " compares both on random calls and fails for a difference that is not listed here. Where ops and keras"
        " return different values, shapes or forms, or keras raises and ops does not, the reference in the op's record"
        " (NumPy, SciPy or a formula in float64) has to give the result of ops. Differences marked * are exceptions:"
        " the reference does not define a result there. Symbolic calls with unknown sizes are compared in"
        " [symbolic.md](symbolic.md).",
        "",
        "| difference | ops | backends | keras | ops does |",
        "|---|---|---|---|---|",
    ]
    for entry in LISTED:
        names = ", ".join(f"`{name}`" for name in entry.ops) or "any"
        where = "all" if entry.backends == ALL else ", ".join(entry.backends)
        mark = "" if entry.judged else " *"
        lines.append(f"| {entry.name}{mark} | {names} | {where} | {entry.keras} | {entry.ours} |")
    lines += [
        "",
        "## Further parameters",
        "",
        "These keyword-only parameters do not exist in keras. Without them, the ops are those of keras.",
        "",
        "| parameter | ops | meaning |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{entry.name}` | {', '.join(f'`{path}`' for path in entry.ops)} | {entry.meaning} |" for entry in FURTHER
    ]
    return "\n".join(lines) + "\n"


def _data() -> str:
    entries = [
        {
            "name": entry.name,
            "ops": entry.ops,
            "arguments": _ARGUMENTS.get(entry.name, ()),
            "backends": entry.backends,
            "keras": entry.keras,
            "ours": entry.ours,
        }
        for entry in LISTED
    ]
    return json.dumps(entries, indent=1) + "\n"


def write_document(check: bool) -> int:
    """Writes docs/differences.md and its data for `python -m ops`, or with `check` returns 1 if one is not current."""
    command = "python parity differences"
    return max(write(DOCUMENT, _document(), check, command), write(DATA, _data(), check, command))


def write(path: Path, text: str, check: bool, command: str) -> int:
    """Writes a document, or with `check` returns 1 if it is not current, and says which command writes it."""
    if not check:
        path.write_text(text, "utf-8")
    elif not path.exists() or path.read_text("utf-8") != text:
        print(f"{path.relative_to(ROOT).as_posix()} is stale: run {command}")
        return 1
    return 0
