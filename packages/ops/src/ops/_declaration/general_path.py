"""The general path, for calls whose arguments must be converted, promoted or canonicalised."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from ops._declaration.arguments import is_negative_zero
from ops._declaration.errors import CALLERS, cause
from ops._declaration.inference import explain, infer
from ops._declaration.numbers import Numbers
from ops._declaration.op import Op
from ops._declaration.operands import converted, dtype_of
from ops._declaration.preparing import prepare
from ops._declaration.rebinding import rebind_hook
from ops._declaration.recording import is_symbolic, record
from ops._declaration.roles import DTYPE, INDEX
from ops._declaration.sparsity import call_sparse, has_sparse
from ops._declaration.table import NUMBERS, Table, copied, is_plain
from ops_common import dtypes
from ops_common.runtime import active
from ops_common.runtime.backend import Backend
from ops_common.tensors import trees


class GeneralPath:
    """The general path of one op on one backend: arguments of all kinds are prepared, then the kernel runs.

    Args:
        kernel: called with prepared arguments.
        direct: called instead by the fast path's look-up, whose operands are all tensors or None.
        table: the table that the look-up reads; None if the op has no look-up.
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
        # Bound here and not at each call, because a compiler that traces Python code cannot trace `rebind`.
        self.canonical = None if op.canonical is None else rebind_hook(op.canonical, backend)

    def __call__(
        self,
        arguments: tuple[Any, ...],
        first: Exception | None = None,
        is_canonical: bool = False,
        key: tuple[Any, ...] | None = None,
    ) -> Any:
        """Returns the result of a call.

        Args:
            arguments: one for each parameter.
            first: the kernel's error on the fast path. The kernel is called again only if preparing changes its
                arguments.
            is_canonical: whether the fast path called the kernel with canonical arguments from the table.
            key: the key that the fast path did not find in the table.
        """
        op, backend = self.op, self.backend
        if self.is_recorded and active.state.overridden:
            own = active.own(backend)
            if own is not backend:
                return op.signature.call(getattr(own.bound, op.key), arguments)
        values: list[Any] | None = None
        try:
            if has_sparse(op, backend, arguments):
                return call_sparse(op, backend, arguments)
            if op.instead is not None:
                result = op.instead(backend, *arguments)
                if result is not NotImplemented:
                    return record(op, arguments, result) if trees.leaves(result, is_symbolic) else result
            changes = Table.changes if key is not None else 0
            values, symbolic = prepare(op, backend, arguments, self.canonical)
            if symbolic:
                return record(op, arguments, infer(op, backend, values))
            if first is None or not (is_canonical or all(map(_is_same, values, arguments))):
                wide = backend.call is not None and self._is_wide(values)
                if key is not None:
                    self._add(key, arguments, values, wide, changes)
                if wide and backend.call is not None:
                    return backend.call(self.kernel, *op.signature.spread(values))
                return self.kernel(*op.signature.spread(values))
            failed = first  # not raised here: its traceback would start with this frame, which did not call the kernel
        except Exception as error:
            failed = error
        raise explain(op, backend, arguments, failed, values) from cause(failed, backend)

    def _add(
        self, key: tuple[Any, ...], arguments: tuple[Any, ...], values: list[Any], wide: bool, changes: int
    ) -> None:
        """Adds the canonical static arguments to the table, with the dtypes to which operands are converted. They
        depend on the key alone."""
        signature, table, call = self.op.signature, self.table, self.backend.call
        dtypes = self._conversions(arguments, values)
        if table is None or dtypes is None:
            return
        if not all(is_plain(arguments[i]) for i in signature.statics if signature.roles[i] is not DTYPE):
            return
        try:
            statics = [copied(values[i]) for i in signature.statics]
        except TypeError:
            return
        if wide and call is not None:
            function = functools.partial(call, self.kernel)
        else:
            # The direct form of a kernel is for tensors.
            has_number = any(type(values[i]) in NUMBERS for i in signature.operands)
            function = self.kernel if has_number or any(map(is_negative_zero, statics)) else self.direct
            if isinstance(function, Numbers):
                function = function.choose(values)
        if dtypes:
            numbers = frozenset(
                i - (signature.options is not None and signature.options < i)
                for i in signature.operands
                if type(arguments[i]) in NUMBERS
            )
            function = self._converting(function, dtypes, numbers)
        table.add(key, (function, *statics), changes)

    def _conversions(self, arguments: tuple[Any, ...], values: list[Any]) -> dict[int, str] | None:
        """Returns the dtypes of the operands that `prepare` converted, by their position in a call of the kernel; None
        if the conversion depends on more than their types and dtypes."""
        signature, backend = self.op.signature, self.backend
        result: dict[int, str] = {}
        for i in signature.operands:
            value, argument = values[i], arguments[i]
            is_number = type(argument) in NUMBERS
            if type(argument) is int and not -(2**31) <= argument < 2**31:
                return None
            if _is_unchanged(value, argument):
                continue
            if signature.roles[i].is_list or not (is_number or type(argument) in backend.types):
                return None
            if signature.varargs is not None and signature.varargs < i:
                return None
            if signature.roles[i] is INDEX and not dtypes.is_exact(dtype_of(backend, argument)):
                return None  # its values are checked
            result[i - (signature.options is not None and signature.options < i)] = backend.dtype(value)
        return result

    def _converting(
        self, function: Callable[..., Any], dtypes: dict[int, str], numbers: frozenset[int]
    ) -> Callable[..., Any]:
        """Returns a function that converts the operands at these positions first, some of which are numbers."""
        backend, pairs = self.backend, tuple(dtypes.items())
        if backend.call is None and not numbers.intersection(dtypes):  # tensors of other dtypes than these
            cast = backend.core.cast
            if len(pairs) == 1 and pairs[0][0] == 0:
                (dtype,) = dtypes.values()
                return lambda x, *others: function(cast(x, dtype), *others)

            if list(dtypes) == [0, 1]:
                first, second = dtypes[0], dtypes[1]
                return lambda x, y, *others: function(cast(x, first), cast(y, second), *others)

            def cast_and_call(*arguments: Any) -> Any:
                operands = list(arguments)
                for i, dtype in pairs:
                    operands[i] = cast(operands[i], dtype)
                return function(*operands)

            return cast_and_call

        def call(*arguments: Any) -> Any:
            operands = list(arguments)
            for i, dtype in pairs:
                operands[i] = converted(backend, operands[i], dtype)
            return function(*operands)

        return call

    def _is_wide(self, values: list[Any]) -> bool:
        op, fast = self.op, self.backend.fast_dtypes
        roles = op.signature.roles
        for i, value in enumerate(values):
            if i in op.signature.operands:
                for item in value if roles[i].is_list else (value,):
                    # Only composites are passed Python numbers; the ops of their bodies perform this test themselves.
                    if item is not None and type(item) not in dtypes.NUMBERS and self.backend.dtype(item) not in fast:
                        return True
            elif roles[i] is DTYPE and value not in fast:
                return True
        return False


def _is_same(value: Any, argument: Any) -> bool:
    """Returns whether preparing did not change an argument."""
    if value is argument:
        return True
    if isinstance(value, (list, tuple)):
        items: list[Any] | tuple[Any, ...] = value
        return type(value) is type(argument) and len(items) == len(argument) and all(map(_is_same, items, argument))  # pyright: ignore[reportUnknownArgumentType]  # any items
    return type(value) in (bool, int, str) and type(value) is type(argument) and value == argument


def _is_unchanged(value: Any, argument: Any) -> bool:
    """Returns whether preparing returned the operand, or each operand of a list, itself."""
    if isinstance(value, list):
        items: list[Any] = value
        return len(items) == len(argument) and all(map(operator.is_, items, argument))
    return value is argument


CALLERS.add(GeneralPath.__call__.__code__)
