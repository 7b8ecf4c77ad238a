"""The cache of compiled models of one kernel or function, which is bounded together with all others of the process."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ops_backend_openvino.families import Family
from ops_common.runtime import compilations, locks
from ops_common.runtime.compilations import Program

# At most this number of signatures of a kernel or function are cached, and this number of families of them.
_SIGNATURES = 1024
_FAMILIES = 256
# At most this number of models with a thread exist in the process.
_THREADS = 256
# A call of a model with dynamic sizes takes some 10 us longer than one of a model with known sizes, which takes 20 to
# 100 ms to compile.
_FREQUENT = 4096

F = TypeVar("F", bound=Family)

_numbers = itertools.count()  # of caches
_with_threads: weakref.WeakKeyDictionary[Any, weakref.ref[Cache]] = weakref.WeakKeyDictionary()
_threads_lock = locks.rlock()


def _add_thread(model: Any, cache: Cache) -> None:
    """Evicts a model with a thread that was not used lately if there are too many with the one that is added."""
    victim = None
    with _threads_lock:
        if len(_with_threads) >= _THREADS:
            for other, owner in list(_with_threads.items()):
                if not other.used:
                    victim = other, owner()
                    del _with_threads[other]
                    break
                other.used = False
                _with_threads[other] = _with_threads.pop(other)  # the last one
        _with_threads[model] = weakref.ref(cache)
    if victim is not None and victim[1] is not None:
        victim[1].discard(victim[0])


class Cache(dict[Any, Any]):
    """Entries by signature, read without a lock; a missing one is created once, by one thread.

    An entry is a model, or contains one. Many signatures share the entry of a model with dynamic sizes. Models are
    evicted in two generations, see `ops_common.runtime.compilations`: the dict itself is the young one.

    Args:
        create: returns the entry for the arguments that `get_or_create` passes on, after the cache itself.
        name: the kernel or function.
        model_of: returns the model of an entry; None if it has none.
    """

    def __init__(
        self, create: Callable[..., Any], name: str, model_of: Callable[[Any], Any] = lambda entry: entry
    ) -> None:
        super().__init__()
        self._create, self._name, self._model_of = create, name, model_of
        self._young: dict[Any, Any] = {}  # the models of each generation, with a signature
        self._old: dict[Any, Any] = {}
        self._old_entries: dict[Any, Any] = {}
        self._families: dict[Any, Family] = {}
        self._calls: dict[Any, int] = {}
        self._lock = locks.rlock()
        self._number = next(_numbers)
        compilations.register("openvino", self)

    __hash__ = object.__hash__  # type: ignore[assignment]  # registered by identity
    __eq__ = object.__eq__

    def get_or_create(self, key: Any, *args: Any) -> Any:
        """Returns the entry for the key; created from these arguments if it is missing."""
        with self._lock:
            if key in self:
                return self[key]
            entry = self._old_entries.pop(key, _MISSING)
            if entry is _MISSING:
                entry = self._create(self, *args)
            self.put(key, entry)
            return entry

    def put(self, key: Any, entry: Any) -> None:
        """Adds an entry, or replaces the one of this key."""
        with self._lock:
            model = self._model_of(entry)
            if model is not None and model not in self._young:
                is_new = model not in self._old
                compilations.make_room("openvino", is_new, (self._number, key) if is_new else None)
                if is_new and model.has_thread:
                    _add_thread(model, self)
                self._young[model] = key
                self._old.pop(model, None)
            while len(self) >= _SIGNATURES:
                self._forget(next(iter(self)))
            self[key] = entry

    def _forget(self, key: Any) -> None:
        """Evicts the entry of a signature; its model too, if no other signature shares it."""
        self._calls.pop(key, None)
        model = self._model_of(self.pop(key))
        if model is not None and not model.is_shared:
            self._young.pop(model, None)

    def family(self, key: Any, create: Callable[[], F]) -> F:
        """Returns the family with this key. It is called while an entry is created."""
        family: Any = self._families.get(key)
        if family is None:
            if len(self._families) >= _FAMILIES:
                del self._families[next(iter(self._families))]
            family = self._families[key] = create()
        return family

    def is_frequent(self, key: Any) -> bool:
        """Counts a call of an entry whose model is dynamic, and returns whether a model for its shapes alone would have
        paid off."""
        count = self._calls[key] = self._calls.get(key, 0) + 1
        return count == _FREQUENT

    def count(self) -> tuple[int, int]:
        """Returns the number of models in the young and in the old generation."""
        return len(self._young), len(self._old)

    def rotate(self) -> Callable[[], None]:
        """Makes the young generation the old one, and evicts the models of the one before."""
        evicted = self._old
        self._old, self._old_entries = self._young, dict(self)
        self._young = {}
        self.clear()
        self._calls.clear()
        for family in list(self._families.values()):
            family.drop(lambda entry: self._model_of(entry) in evicted)
        return evicted.clear

    def drop(self) -> Callable[[], None]:
        """Evicts all models."""
        evicted = self._young | self._old
        self._young, self._old, self._old_entries = {}, {}, {}
        for each in (self, self._calls, self._families):
            each.clear()
        return evicted.clear

    def discard(self, model: Any) -> None:
        """Evicts one model."""
        for entries in (self, self._old_entries):
            for key in [key for key, entry in list(entries.items()) if self._model_of(entry) is model]:
                entries.pop(key, None)
        self._young.pop(model, None)
        self._old.pop(model, None)
        for family in list(self._families.values()):
            family.drop(lambda entry: self._model_of(entry) is model)

    def programs(self) -> Iterator[Program]:
        """Returns the models of both generations."""
        for model, signature in [*self._young.items(), *self._old.items()]:
            others = " and others" if model.is_shared else ""
            yield Program("openvino", self._name, _described(signature) + others, None)


def _described(signature: Any) -> str:
    """Returns a signature as text: dtypes with shapes, and static arguments."""
    parts: list[str] = []
    for part in signature:
        if part is None:
            parts.append("number")
        elif isinstance(part, tuple) and len(part) == 2 and isinstance(part[0], str):
            parts.append(f"{part[0]}{list(part[1])}")
        elif isinstance(part, tuple):
            parts.append(str(_plain(part)))
    return ", ".join(parts)


def _plain(key: Any) -> Any:
    """Returns the value of an exact key."""
    if not isinstance(key, tuple) or not key or not isinstance(key[0], type):
        return key
    if key[0] is tuple:
        return tuple(map(_plain, key[1:]))
    return key[1]


_MISSING = object()
