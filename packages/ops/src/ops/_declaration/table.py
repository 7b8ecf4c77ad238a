"""Tables of canonical arguments: from the static arguments of earlier calls to their canonical form.

`look_up` generates the look-up, and `general_path` adds the entries. A key contains the static arguments in serialised
form (`marshal.dumps`), which differs for 0, False, 0.0 and -0.0, also inside lists, and which only exact builtin types
have. (Objects with a buffer, such as NumPy's arrays, are serialised as bytes; no entry is added for them, so they are
never found.) It also contains the dtypes of operands, the types of Python numbers, and the part of the operands' shapes
that the op's hook reads.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from ops_common.runtime import config, locks

F = TypeVar("F", bound=Callable[..., Any])

# Operands of these types have entries, too.
NUMBERS = frozenset({bool, int, float})
MAX_ENTRIES = 256  # for one op on one backend
_MAX_BYTES = 4096  # of the serialised arguments: a key must not contain a long list of numbers
_SCALARS = frozenset({type(None), bool, int, float, complex, str})
_lock = locks.rlock()  # held while a table changes
_tables: weakref.WeakSet[Table] = weakref.WeakSet()


class Table:
    """The entries of one op on one backend. Readers take no lock.

    Args:
        dtypes: the framework's dtypes, which are parts of keys.
    """

    __slots__ = ("__weakref__", "_parts", "entries")
    changes = 0  # of the configuration

    def __init__(self, dtypes: Iterable[Any]) -> None:
        self.entries: dict[Any, tuple[Any, ...]] = {}
        self._parts = frozenset({type(None), int, str, *map(type, dtypes)})
        with _lock:
            _tables.add(self)

    def add(self, key: tuple[Any, ...], entry: tuple[Any, ...], changes: int) -> None:
        """Adds an entry, unless the configuration has changed since `changes` was read; evicts the oldest if full."""
        if not self._may_keep(key):
            return
        with _lock:
            if changes != Table.changes:
                return
            while len(self.entries) >= MAX_ENTRIES and key not in self.entries:
                del self.entries[next(iter(self.entries))]
            self.entries[key] = entry

    def _may_keep(self, part: Any) -> bool:
        """Returns whether a key is small, and its shapes contain no sizes that a framework traces."""
        if isinstance(part, tuple):
            return all(map(self._may_keep, part))  # pyright: ignore[reportUnknownArgumentType]  # any items
        return len(part) <= _MAX_BYTES if type(part) is bytes else type(part) in self._parts or isinstance(part, type)


def _clear() -> None:
    with _lock:
        Table.changes += 1
        for table in _tables:
            table.entries.clear()


config.on_change(_clear)  # canonical arguments depend on the settings, which change rarely


def is_plain(value: Any) -> bool:
    """Returns whether a static argument consists of exact builtin types."""
    if type(value) is list or type(value) is tuple:
        return all(map(is_plain, value))
    return type(value) in _SCALARS


def copied(value: Any) -> Any:
    """Returns a copy of a canonical argument: the caller may change its lists later.

    Raises:
        TypeError: it contains a value that a table must not contain, such as a tensor.
    """
    if type(value) is list or type(value) is tuple:
        return type(value)([copied(item) for item in value])
    if type(value) not in _SCALARS:
        raise TypeError(f"a table must not contain a {type(value).__name__}")
    return value


def reads(**operands: str) -> Callable[[F], F]:
    """Declares what a hook of canonical arguments reads of each operand, besides its dtype (and a list's length).

    An operand that is not named is not read. Without this declaration, a hook may read every operand's shape, so that
    each new shape takes the general path once.

    Args:
        operands: ``"rank"`` or ``"shape"`` by the operand's name.
    """

    def declare(function: F) -> F:
        function.__reads__ = operands  # type: ignore[attr-defined]  # read by `look_up`
        return function

    return declare
