"""The general path: what a call takes whose arguments a kernel cannot have as they are."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from ops._declaration.errors import CALLERS, cause
from ops._declaration.inference import explain, infer
from ops._declaration.op import Op
from ops._declaration.preparing import prepare
from ops._declaration.rebinding import rebind_hook
from ops._declaration.roles import DTYPE
from ops._declaration.table import Table, copied, is_plain
from ops_common import dtypes
from ops_common.runtime import active
from ops_common.runtime.backend import Backend


class GeneralPath:
    """The general path of one op on one backend: arguments of all kinds are prepared, then the kernel runs.

    Args:
        kernel: called with prepared arguments.
        direct: called in its place by the fast path's look-up, whose operands are all tensors or None.
        table: what the look-up reads; None if the op has none.
    """

    __slots__ = ("backend", "canonical", "direct", "is_recorded", "kernel", "op", "table")

    def __init__(
        self,
        op: Op,
        backend: Backend,
        kernel: Callable[..., Any],
        direct: Callable[..., Any],
        table: Table | None,
    ) -> None:
        self.op, self.backend, self.kernel, self.direct, self.table = op, backend, kernel, direct, table
        self.is_recorded = backend.is_recorded
        # Bound now and not at each call, as a compiler that reads Python code cannot read `rebind`.
        self.canonical = None if op.canonical is None else rebind_hook(op.canonical, backend)

    def __call__(
        self,
        arguments: tuple[Any, ...],
        first: Exception | None = None,
        is_canonical: bool = False,
        key: tuple[Any, ...] | None = None,
    ) -> Any:
        """The result of a call.

        Args:
            arguments: one for each parameter.
            first: the error of the kernel on the fast path. The kernel is called again only if preparing changes what
                it was called with.
            is_canonical: whether the fast path called it with canonical arguments from the table.
            key: what the fast path looked for in the table, without success.
        """
        op, backend = self.op, self.backend
        if self.is_recorded and active.state.overridden:
            own = active.own(backend)
            if own is not backend:
                return op.signature.call(getattr(own.bound, op.key), arguments)
        values: list[Any] | None = None
        try:
            changes = Table.changes if key is not None else 0
            values, symbolic = prepare(op, backend, arguments, self.canonical)
            if symbolic:
                return infer(op, backend, values)
            if first is not None and (is_canonical or all(map(_is_same, values, arguments))):
                raise first
            wide = backend.call is not None and self._is_wide(values)
            if key is not None:
                self._add(key, arguments, values, wide, changes)
            if wide and backend.call is not None:
                return backend.call(self.kernel, *op.signature.spread(values))
            return self.kernel(*op.signature.spread(values))
        except Exception as error:
            failed = error
        raise explain(op, backend, arguments, failed, values) from cause(failed)

    def _add(
        self, key: tuple[Any, ...], arguments: tuple[Any, ...], values: list[Any], wide: bool, changes: int
    ) -> None:
        """Adds the canonical static arguments to the table if the operands are as they were given."""
        signature, table, call = self.op.signature, self.table, self.backend.call
        if table is None or not all(_is_given(values[i], arguments[i]) for i in signature.operands):
            return
        if not all(is_plain(arguments[i]) for i in signature.statics if signature.roles[i] is not DTYPE):
            return
        try:
            statics = [copied(values[i]) for i in signature.statics]
        except TypeError:
            return
        function = functools.partial(call, self.kernel) if wide and call is not None else self.direct
        table.add(key, (function, *statics), changes)

    def _is_wide(self, values: list[Any]) -> bool:
        op, fast = self.op, self.backend.fast_dtypes
        roles = op.signature.roles
        for i, value in enumerate(values):
            if i in op.signature.operands:
                for item in value if roles[i].is_list else (value,):
                    # Numbers are left in a composite's arguments only, and its body's ops ask for themselves.
                    if item is not None and type(item) not in dtypes.NUMBERS and self.backend.dtype(item) not in fast:
                        return True
            elif roles[i] is DTYPE and value not in fast:
                return True
        return False


def _is_same(value: Any, given: Any) -> bool:
    """Whether a prepared argument is the one that was given."""
    if value is given:
        return True
    if isinstance(value, (list, tuple)):
        items: list[Any] | tuple[Any, ...] = value
        return type(value) is type(given) and len(items) == len(given) and all(map(_is_same, items, given))  # pyright: ignore[reportUnknownArgumentType]  # any items
    return type(value) in (bool, int, str) and type(value) is type(given) and value == given


def _is_given(value: Any, given: Any) -> bool:
    """Whether a prepared operand, or each of a list, is the object that was given."""
    if isinstance(value, list):
        items: list[Any] = value
        return len(items) == len(given) and all(map(operator.is_, items, given))
    return value is given


CALLERS.add(GeneralPath.__call__.__code__)
