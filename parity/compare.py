"""Runs a call on both sides, and compares the outcomes."""

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
    """One tensor of a result."""

    dtype: str
    shape: tuple[int, ...]
    values: np.ndarray[Any, Any]

    def __str__(self) -> str:
        return f"{self.dtype} {self.shape} {_short(self.values.tolist())}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a call: an error's type and text, or the result's form and its tensors."""

    error: str | None = None
    form: str = ""
    leaves: tuple[Leaf, ...] = ()
    # Operands whose dtype changed when the side converted them to tensors: (requested, received).
    changed: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        if self.error is not None:
            return f"raises {_short(self.error)}"
        return f"{self.form} of {', '.join(map(str, self.leaves))}" if self.form != "tensor" else str(self.leaves[0])


@dataclass(frozen=True)
class Difference:
    """One way in which the outcomes of a call differ, with everything that conditions of listed differences use.

    Attributes:
        path: the op.
        backend: the backend of both sides.
        kind: one of `KINDS`.
        dtypes: of the operands in order; "int", "float", "complex" and "bool" of Python numbers.
        call: the call.
        ours: the outcome of ops.
        theirs: the outcome of keras.
        parameters: the op's parameters in order, with their kinds ("Operand", "Axis", ...).
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
        """Whether the reference in the op's record gives the result of ops."""
        return oracle.gives(self)

    @cached_property
    def right_where_finite(self) -> bool:
        """Whether that reference gives the result of ops wherever both are finite."""
        return oracle.gives(self, finite=True)

    @cached_property
    def refused(self) -> bool:
        """Whether that reference raises."""
        return oracle.refuses(self)

    def argument(self, name: str) -> Any:
        """The argument of this name; None if it is not passed or the op has no such parameter."""
        return self.arguments().get(name)

    def arguments(self) -> dict[str, Any]:
        """The arguments by name, or by position where the op takes any number of tensors."""
        names = self.parameters or [str(position) for position in range(len(self.call.args))]
        return {**dict(zip(names, self.call.args, strict=False)), **self.call.kwargs}

    def operands(self) -> list[Any]:
        """The operands, with lists of tensors flattened: arrays, Python numbers and nested lists of these."""
        operands: list[Any] = []
        for name, value in self.arguments().items():
            kind = self.parameters.get(name, "") if self.parameters else "Operand"
            if kind.startswith(("Operands", "Masks")) and isinstance(value, (list, tuple)):
                operands.extend(value)
            elif kind.startswith(("Operand", "Mask", "Index")) or isinstance(value, np.ndarray):
                operands.append(value)
        return operands

    def arrays(self) -> list[np.ndarray[Any, Any]]:
        """The arrays among the arguments, with lists of arrays flattened."""
        return [x for x in _operands([*self.call.args, *self.call.kwargs.values()]) if isinstance(x, np.ndarray)]


class Side:
    """One side of the comparison, ops or keras: creates tensors, runs a function and reads its results."""

    def __init__(self, make: Callable[..., Any], dtype: Callable[[Any], str], array: Callable[[Any], Any]) -> None:
        self.make, self.dtype, self.array = make, dtype, array

    def run(self, function: Callable[..., Any], call: Call) -> Outcome:
        """The outcome of a call."""
        changed: list[tuple[str, str]] = []

        def as_tensors(value: Any) -> Any:
            if isinstance(value, np.ndarray):
                name = dtypes.from_numpy(value.dtype)
                # A copy: some frameworks keep the array's memory.
                tensor = self.make(value.copy(), name)
                dtype = self.dtype(tensor)
                if dtype != name:
                    changed.append((name, dtype))
                return value.copy() if call.raw else tensor
            if isinstance(value, (list, tuple)) and any(isinstance(x, np.ndarray) for x in _operands(value)):
                return rebuilt(value, map(as_tensors, value))
            return value

        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                args = [as_tensors(value) for value in call.args]
                result = function(*args, **{key: as_tensors(value) for key, value in call.kwargs.items()})
                return self._outcome(result, tuple(changed))
        except Exception as error:
            return Outcome(" ".join(f"{type(error).__name__}: {error}".split()), changed=tuple(changed))

    def _outcome(self, result: Any, changed: tuple[tuple[str, str], ...]) -> Outcome:
        if type(result) in _NUMBERS:
            return Outcome(form=type(result).__name__, leaves=(Leaf("", (), np.asarray(result)),), changed=changed)
        if result is None or isinstance(result, str):
            return Outcome(form=repr(result), changed=changed)
        if isinstance(result, dict):
            result = list(result.values())
        if isinstance(result, (list, tuple)):
            leaves = tuple(leaf for item in result for leaf in self._outcome(item, ()).leaves)
            # A named tuple counts as a tuple.
            return Outcome(form="list" if isinstance(result, list) else "tuple", leaves=leaves, changed=changed)
        array = np.asarray(self.array(result))
        return Outcome(form="tensor", leaves=(Leaf(self.dtype(result), array.shape, array),), changed=changed)


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
    first, second = ours.values, theirs.values
    if bound == 0.0 and ours.dtype == theirs.dtype:
        return bool(np.array_equal(first, second))
    wide = np.complex128 if {first.dtype.kind, second.dtype.kind} & {"c"} else np.float64
    first, second = first.astype(wide), second.astype(wide)
    # The terms of a sum may cancel: its exactness depends on their size.
    sizes = [np.abs(x[np.isfinite(x)].astype(wide)) for x in (second, *(o.astype(wide) for o in operands))]
    scale = max((float(size.max()) for size in sizes if size.size), default=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(first, second, rtol=bound, atol=bound * scale, equal_nan=True))


def operand_dtypes(call: Call) -> tuple[str, ...]:
    """The dtypes of a call's tensors, and the types of its Python numbers."""
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
