"""`python parity sparse`: compares calls with sparse operands on `ops` and on keras 3.15.1, on TensorFlow and JAX.

The calls are the records' samples, with each operand as a sparse tensor in turn, and all of them. A call agrees if both
sides return the same values, dtypes and shapes, sparse or dense alike. keras may raise; any other difference must be
listed here, with the reason. keras has no sparse tensors on the other backends.
"""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from parity.worker import function_of
from tools.workers import ROOT

BACKENDS = ("tensorflow", "jax")
AGREES = "agrees"

# Listed differences: the op ("*" for all), the kind, and the reason.
LISTED: tuple[tuple[str, str, str], ...] = (
    ("*", "keras raises", "keras has no sparse form of this function"),
    ("*", "both raise", "what is wrong is the call"),
    ("*", "only ops is sparse", "one rule says which results are sparse, on every backend"),
    ("bincount", "values", "keras counts only the elements that are stored, and no zeros"),
    ("bincount", "shapes", "keras returns one bin for no elements"),
    ("digitize", "values", "keras returns 0 for the elements that are not stored, whatever their bin"),
    ("sum", "only keras is sparse", "the sum of all elements is a scalar, which is dense"),
    ("mean", "only keras is sparse", "the mean of all elements is a scalar, which is dense"),
    ("view_as_complex", "only keras is sparse", "ops makes the operand dense, and says so"),
    ("nn.layer_normalization", "values", "keras returns integers on JAX where weights are sparse"),
    ("*", "only keras is sparse", "keras returns its operand where there is nothing to do, as in a rotation by 0"),
    ("nanmean", "dtypes", "keras returns its operand, of integers, where no axis is reduced"),
    ("nanmedian", "dtypes", "keras returns its operand, of integers, where no axis is reduced"),
)
# Ops of which only these calls return keras's operand itself.
_UNCHANGED = ("diff", "digitize", "inner", "nanmean", "nanmedian", "rot90")


class SparseCall(NamedTuple):
    """A call of a record's function: its arguments, and the positions of those that are sparse."""

    path: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    sparse: tuple[int, ...]


def _has_axes(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, (list, tuple)) and len(value) > 0 and all(map(_has_axes, value))


def _thinned(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    kept = np.random.default_rng(0).random(x.shape) < 0.5
    return np.where(kept, x, np.zeros((), x.dtype)).astype(x.dtype)


def _mapped(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, (list, tuple)) and any(isinstance(item, np.ndarray) for item in value):
        return type(value)([_mapped(item, change) for item in value])
    return value


def calls_of(record: Any, declared: Any) -> Iterator[SparseCall]:
    """Yields the calls of a record with sparse operands."""
    maker: Any = importlib.import_module("ops_common.testing.record").Maker
    for dtype in ("float32", "int32"):
        for sample in record.samples(maker(dtype))[:4] if dtype in record.takes else ():
            places = [i for i in declared.signature.operands if i < len(sample.args) and _has_axes(sample.args[i])]
            for sparse in dict.fromkeys([*((i,) for i in places), tuple(places)]):
                if sparse:
                    args = tuple(_mapped(x, _thinned) if i in sparse else x for i, x in enumerate(sample.args))
                    yield SparseCall(record.path, args, sample.kwargs, sparse)


class _Side(NamedTuple):
    """One of the compared libraries."""

    module: Any
    make: Callable[[Any], Any]
    make_sparse: Callable[[Any], Any]
    is_sparse: Callable[[Any], bool]

    def run(self, function: Callable[..., Any], call: SparseCall) -> Any:
        args = [_mapped(x, self.make_sparse if i in call.sparse else self.make) for i, x in enumerate(call.args)]
        try:
            return function(*args, **{name: _mapped(x, self.make) for name, x in call.kwargs.items()})
        except Exception as error:
            return error

    def leaves(self, result: Any) -> list[Any]:
        if isinstance(result, (list, tuple)) and not self.is_sparse(result):
            return [leaf for item in result for leaf in self.leaves(item)]
        return [] if result is None else [result]

    def array(self, leaf: Any) -> np.ndarray[Any, Any]:
        return np.asarray(self.module.convert_to_numpy(leaf))


def kind_of(ours: _Side, theirs: _Side, mine: Any, other: Any) -> str:
    """Returns how two results differ."""
    if isinstance(other, Exception):
        return "both raise" if isinstance(mine, Exception) else "keras raises"
    if isinstance(mine, Exception):
        return "ops raises"
    pairs = list(zip(ours.leaves(mine), theirs.leaves(other), strict=False))
    if len(ours.leaves(mine)) != len(theirs.leaves(other)):
        return "forms"
    for x, y in pairs:
        try:
            wanted = theirs.array(y)
        except Exception:
            return "keras raises"
        found = ours.array(x)
        if found.shape != wanted.shape:
            return "shapes"
        if not np.allclose(found.astype(complex), wanted.astype(complex), rtol=1e-4, atol=1e-5, equal_nan=True):
            return "values"
        if found.dtype != wanted.dtype:
            return "dtypes"
        if ours.is_sparse(x) != theirs.is_sparse(y):
            return "only ops is sparse" if ours.is_sparse(x) else "only keras is sparse"
    return AGREES


def reason_of(path: str, kind: str) -> str | None:
    """Returns why a difference is intended; None if it is not listed."""
    for name, listed, why in LISTED:
        if listed == kind and (
            name == path or (name == "*" and (kind != "only keras is sparse" or path in _UNCHANGED))
        ):
            return why
    return None


def _sides(backend: str) -> tuple[_Side, _Side]:
    keras: Any = importlib.import_module("keras")
    ops: Any = importlib.import_module("ops")
    ops.set_backend(backend)
    if backend == "tensorflow":
        tf: Any = importlib.import_module("tensorflow")
        make_sparse, types = tf.sparse.from_dense, (tf.SparseTensor, tf.IndexedSlices)
    else:
        sparse: Any = importlib.import_module("jax.experimental.sparse")
        make_sparse, types = sparse.BCOO.fromdense, (sparse.JAXSparse,)
    ours = _Side(ops, ops.convert_to_tensor, lambda x: ops.convert_to_tensor(x, sparse=True), ops.is_sparse)
    return ours, _Side(keras.ops, keras.ops.convert_to_tensor, make_sparse, lambda x: isinstance(x, types))


def compare(backend: str) -> int:
    """Makes the calls on one backend and prints the counts; returns 1 if a difference is not listed."""
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)  # jax.nn logs what it raises
    ours, theirs = _sides(backend)
    testing: Any = importlib.import_module("ops.testing")
    op_type: Any = importlib.import_module("ops._declaration.op").Op
    counts, unlisted = defaultdict[str, Counter[str]](Counter), list[str]()
    for record in testing.RECORDS:
        function, other = testing.public_function(record.path), function_of(theirs.module, record.path)
        declared = getattr(function, "__declared__", None)
        if other is None or not isinstance(declared, op_type):
            continue
        for call in calls_of(record, declared):
            mine, result = ours.run(function, call), theirs.run(other, call)
            kind = kind_of(ours, theirs, mine, result)
            counts[kind][record.path] += 1
            if kind != AGREES and reason_of(record.path, kind) is None:
                unlisted.append(f"{record.path} {call.args} sparse {call.sparse}: {kind}: {mine} and {result}"[:400])
    console = Console(width=160)
    table = Table(title=f"Calls with sparse operands on {backend}", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("result", "calls", "ops"):
        table.add_column(column, justify="left" if column == "result" else "right")
    for kind, by_path in sorted(counts.items()):
        table.add_row(kind, str(by_path.total()), str(len(by_path)))
    console.print(table)
    for kind, by_path in counts.items():
        if kind in ("values", "shapes", "dtypes", "only keras is sparse", "only ops is sparse"):
            console.print(f"{kind}: {', '.join(by_path)}", highlight=False, markup=False)
    console.print(f"{len(unlisted)} unlisted", highlight=False)
    for line in unlisted:
        console.print(line, highlight=False, markup=False)
    return int(bool(unlisted))


def main() -> int:
    """Compares both backends, each in its own process: keras's backend is fixed at its import."""
    codes = [
        subprocess.run(
            [sys.executable, "-m", "parity.sparse", backend],
            env={"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, "KERAS_BACKEND": backend},
            cwd=ROOT,
            check=False,
        ).returncode
        for backend in BACKENDS
    ]
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(compare(sys.argv[1]))
