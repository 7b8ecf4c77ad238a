"""One call on both sides, and what differs in the outcomes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.testing import tolerance
from parity import oracle
from parity.draw import Call, rebuilt

KINDS = ("ops raises", "keras raises", "form", "shape", "dtype", "value", "crash")
_NUMBERS = (bool, int, float, complex)


@dataclass(frozen=True)
class Leaf:
    """One tensor of an answer."""

    dtype: str
    shape: tuple[int, ...]
    values: np.ndarray[Any, Any]

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape} {_short(self.values.tolist())}"


@dataclass(frozen=True)
class Outcome:
    """What a call came to: an error's type and text, or the answer's form and its tensors."""

    error: str | None = None
    form: str = ""
    leaves: tuple[Leaf, ...] = ()
    # Operands whose dtype the side has changed while it made tensors of them: (wanted, got).
    changed: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        if self.error is not None:
            return f"raises {_short(self.error)}"
        return f"{self.form} of {', '.join(map(str, self.leaves))}" if self.form != "tensor" else str(self.leaves[0])


@dataclass(frozen=True)
class Difference:
    """One way in which the outcomes of a call differ, with all that a listed difference may ask for.

    Attributes:
        path: the op.
        backend: where.
        kind: one of `KINDS`.
        dtypes: of the operands in order; "int", "float", "complex" and "bool" of Python numbers.
        call: the call.
        ours: what ops came to.
        theirs: what keras came to.
        parameters: the op's, in order, with what they hold ("Operand", "Axis", ...).
    """

    path: str
    backend: str
    kind: str
    dtypes: tuple[str, ...]
    call: Call
    ours: Outcome
    theirs: Outcome
    parameters: dict[str, str] = field(default_factory=dict[str, str])

    @cached_property
    def right(self) -> bool:
        """Whether the reference in the op's record gives our answer."""
        return oracle.gives(self)

    @cached_property
    def right_where_finite(self) -> bool:
        """Whether that reference gives our answer wherever both are finite."""
        return oracle.gives(self, finite=True)

    @cached_property
    def refused(self) -> bool:
        """Whether that reference raises."""
        return oracle.refuses(self)

    def argument(self, name: str) -> Any:
        """The argument of this name; None where it was left out, or the op has none."""
        return self.given().get(name)

    def given(self) -> dict[str, Any]:
        """The arguments by name, or by place where the op takes any number of tensors."""
        names = self.parameters or [str(place) for place in range(len(self.call.args))]
        return {**dict(zip(names, self.call.args, strict=False)), **self.call.kwargs}

    def operands(self) -> list[Any]:
        """What stands for tensors, lists of tensors taken apart: arrays, Python numbers and nested lists of these."""
        found: list[Any] = []
        for name, value in self.given().items():
            kind = self.parameters.get(name, "") if self.parameters else "Operand"
            if kind.startswith(("Operands", "Masks")) and isinstance(value, (list, tuple)):
                found.extend(value)
            elif kind.startswith(("Operand", "Mask", "Index")) or isinstance(value, np.ndarray):
                found.append(value)
        return found

    def arrays(self) -> list[np.ndarray[Any, Any]]:
        """The arrays among the arguments, lists of them taken apart."""
        return [x for x in _operands([*self.call.args, *self.call.kwargs.values()]) if isinstance(x, np.ndarray)]


class Side:
    """One side of the comparison, ops or keras: how it makes tensors, runs a function and shows what came out."""

    def __init__(self, make: Callable[..., Any], dtype: Callable[[Any], str], array: Callable[[Any], Any]) -> None:
        self.make, self.dtype, self.array = make, dtype, array

    def run(self, function: Callable[..., Any], call: Call) -> Outcome:
        """The outcome of a call."""
        changed: list[tuple[str, str]] = []

        def made(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                name = dtypes.from_numpy(value.dtype)
                # A copy: some frameworks keep the memory that they are given.
                tensor = self.make(value.copy(), name)
                got = self.dtype(tensor)
                if got != name:
                    changed.append((name, got))
                return value.copy() if call.raw else tensor
            if isinstance(value, (list, tuple)) and any(isinstance(x, np.ndarray) for x in _operands(value)):
                return rebuilt(value, map(made, value))
            return value

        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                args = [made(value) for value in call.args]
                found = function(*args, **{key: made(value) for key, value in call.kwargs.items()})
                return self._outcome(found, tuple(changed))
        except Exception as error:
            return Outcome(" ".join(f"{type(error).__name__}: {error}".split()), changed=tuple(changed))

    def _outcome(self, found: Any, changed: tuple[tuple[str, str], ...]) -> Outcome:
        if type(found) in _NUMBERS:
            return Outcome(form=type(found).__name__, leaves=(Leaf("", (), np.asarray(found)),), changed=changed)
        if found is None or isinstance(found, str):
            return Outcome(form=repr(found), changed=changed)
        if isinstance(found, dict):
            found = list(found.values())
        if isinstance(found, (list, tuple)):
            leaves = tuple(leaf for item in found for leaf in self._outcome(item, ()).leaves)
            # Named tuples and the like are tuples.
            return Outcome(form="list" if isinstance(found, list) else "tuple", leaves=leaves, changed=changed)
        array = np.asarray(self.array(found))
        return Outcome(form="tensor", leaves=(Leaf(self.dtype(found), array.shape, array),), changed=changed)


def differ(call: Call, ours: Outcome, theirs: Outcome, loose: float) -> Iterator[str]:
    """The kinds of difference between two outcomes."""
    if ours.error is not None or theirs.error is not None:
        if theirs.error is None:
            yield "ops raises"
        elif ours.error is None:
            yield "keras raises"
        return
    if ours.form != theirs.form or len(ours.leaves) != len(theirs.leaves):
        yield "form"
        return
    if any(a.shape != b.shape for a, b in zip(ours.leaves, theirs.leaves, strict=True)):
        yield "shape"
        return
    if any(a.dtype != b.dtype for a, b in zip(ours.leaves, theirs.leaves, strict=True)):
        yield "dtype"
    operands = list(_operands([*call.args, *call.kwargs.values()]))
    arrays = [x for x in operands if isinstance(x, np.ndarray)] or [np.asarray(x) for x in operands]
    if not all(_close(a, b, arrays, loose) for a, b in zip(ours.leaves, theirs.leaves, strict=True)):
        yield "value"


def _close(ours: Leaf, theirs: Leaf, operands: Sequence[np.ndarray[Any, Any]], loose: float) -> bool:
    bound = max(tolerance(ours.dtype, loose), tolerance(theirs.dtype, loose))
    one, other = ours.values, theirs.values
    if bound == 0.0 and ours.dtype == theirs.dtype:
        return bool(np.array_equal(one, other))
    wide = np.complex128 if {one.dtype.kind, other.dtype.kind} & {"c"} else np.float64
    one, other = one.astype(wide), other.astype(wide)
    # A sum may come to nothing: its terms say how exact it can be.
    sizes = [np.abs(x[np.isfinite(x)].astype(wide)) for x in (other, *(o.astype(wide) for o in operands))]
    scale = max((float(size.max()) for size in sizes if size.size), default=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(one, other, rtol=bound, atol=bound * scale, equal_nan=True))


def operand_dtypes(call: Call) -> tuple[str, ...]:
    """The dtypes of a call's tensors, and the types of the Python numbers beside them."""
    return tuple(
        dtypes.from_numpy(x.dtype) if isinstance(x, np.ndarray) else type(x).__name__
        for x in _operands([*call.args, *call.kwargs.values()])
    )


def _operands(values: Sequence[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, np.ndarray) or type(value) in _NUMBERS:
            yield value
        elif isinstance(value, (list, tuple)):
            yield from _operands(value)


def _short(value: Any) -> str:
    text = re.sub(r"\s+", " ", str(value))
    return text if len(text) <= 150 else text[:147] + "..."
