"""The compiled programs of each backend: bounded for the process, counted and listed.

A backend keeps its programs in `Cache` objects, one for each op or function, or in other objects of the type
`Programs`. `config.compilation_cache_size` bounds all of one backend together.

Programs are evicted in generations. The programs that were compiled or used since the last eviction are the young
generation; the others are the old one. When the young generation of a backend has half as many programs as the limit
allows, the old programs are released, and the young generation becomes the old one. So the programs that were used
last, up to half of the limit, are never evicted. A hit in the young generation is a plain dict look-up. An exact LRU
would cost every call of every op the time of an update.

Objects are held by weak references: the programs of a function that is dropped are dropped with it.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from ops_common.runtime import config, locks

_DEFAULT_LIMIT = 384  # programs: less than 1 GB of small ones on JAX, where each takes 2 MB
_LARGEST_LIMIT = 1 << 13  # if the user has not set a limit, see `_Pool.add`
_numbers = itertools.count()  # of caches; an id may be reused
_lock = locks.rlock()  # held while generations change; nothing is compiled or released while it is held


class Program(NamedTuple):
    """One compiled program.

    Attributes:
        backend: the name of its backend.
        name: the op, or the function that was compiled.
        signature: the shapes and dtypes of its arguments, and its static arguments, as text.
        bytes: an estimate of its size; None where the framework does not report one.
    """

    backend: str
    name: str
    signature: str
    bytes: int | None


Release = Callable[[], None]


class Programs(Protocol):
    """The compiled programs of one op or function."""

    def count(self) -> tuple[int, int]:
        """Returns the number of programs of the young and of the old generation, with what else takes memory."""
        ...

    def rotate(self) -> Release | None:
        """Makes the young generation the old one, and evicts the programs that were the old one.

        Returns a function that releases these; None if the framework can only release all programs of this op or
        function together. They are then kept, unless `drop` is called. This module's lock is held during the call, but
        not when the programs are released.
        """
        ...

    def drop(self) -> Release:
        """Evicts all programs, and returns a function that releases them."""
        ...

    def programs(self) -> Iterable[Program]:
        """Returns the programs of both generations."""
        ...


class _Pool:
    """The programs of one backend."""

    def __init__(self) -> None:
        self.members: weakref.WeakSet[Any] = weakref.WeakSet()
        self.compiled = 0
        self.evicted = 0
        self._default_limit = _DEFAULT_LIMIT
        self._before: set[int] = set()  # hashes of the programs that were compiled, evicted ones too
        self._again = 0  # how many of the young generation were compiled before

    def limit(self) -> int:
        """Returns how many programs may exist."""
        return config.compilation_cache_size() or self._default_limit

    def notice(self, key: Any) -> None:
        """Notes which program is compiled, to tell those that are compiled again."""
        code = hash(key)
        self._again += code in self._before
        if len(self._before) >= 2 * _LARGEST_LIMIT:
            self._before.clear()
        self._before.add(code)

    def count(self) -> tuple[int, int]:
        counts = [member.count() for member in list(self.members)]
        return sum(young for young, _ in counts), sum(old for _, old in counts)

    def rotate(self) -> list[Release]:
        """Makes the young generation the old one, of at most half of the limit; returns what releases the others.

        If most of the young programs were compiled before, the programs in use exceed the limit. The default limit is
        then doubled: more memory is better than a compilation at each call.
        """
        most = self.limit() // 2
        if 2 * self._again > most and config.compilation_cache_size() is None:
            self._default_limit = min(2 * self._default_limit, _LARGEST_LIMIT)
            most = self.limit() // 2
        self._again = 0
        before = number = sum(self.count())
        releases: list[Release] = []
        undivided: list[tuple[int, Any]] = []
        for member in list(self.members):
            count = sum(member.count())
            release = member.rotate()
            if release is None:
                undivided.append((count, member))
            else:
                releases.append(release)
                number -= count - sum(member.count())
        # Of the ops whose programs are released together, those with the most programs are those whose shapes vary.
        for count, member in sorted(undivided, key=lambda pair: -pair[0]):
            if number <= most:
                break
            number -= count
            releases.append(member.drop())
        self.evicted += before - sum(self.count())
        return releases

    def drop(self) -> list[Release]:
        self.evicted += sum(self.count())
        return [member.drop() for member in list(self.members)]


_pools: dict[str, _Pool] = {}


def _pool(backend: str) -> _Pool:
    return _pools.get(backend) or _pools.setdefault(backend, _Pool())


def _release(releases: list[Release]) -> None:
    for release in releases:
        release()


def register(backend: str, programs: Programs) -> None:
    """Adds the programs of an op or function to those of the backend, as long as the object lives."""
    with _lock:
        _pool(backend).members.add(programs)


def make_room(backend: str, is_new: bool = True, key: Any = None) -> None:
    """Evicts programs if the young generation is full; called before a program is added to it.

    Args:
        backend: the name of the backend.
        is_new: whether the program is compiled now, and not moved from the old generation.
        key: of a program that is compiled now, the same if it is evicted and compiled again. With it, the default limit
            grows if the programs in use exceed it.
    """
    releases: list[Release] = []
    with _lock:
        pool = _pool(backend)
        pool.compiled += is_new
        if key is not None:
            pool.notice(key)
        if pool.count()[0] >= pool.limit() // 2:
            releases = pool.rotate()
    _release(releases)


def count_compiled(backend: str, number: int) -> None:
    """Counts programs that were compiled without a call of `make_room`."""
    with _lock:
        _pool(backend).compiled += number


class Cache(dict[Any, Any]):
    """The compiled programs of one op or function by signature; the dict itself is the young generation.

    Read it as a dict, without a lock, and call `get_or_create` for a key that is not in it. Each program is created
    once, by one thread. A thread that runs a program keeps it alive if it is evicted.

    Args:
        create: returns the program for the arguments that `get_or_create` passes on; None if there is none to compile.
        backend: the name of the backend.
        name: the op or function.
        describe: returns a key as text, for `ops.compilations`.
        size: returns an estimate of a program's size in bytes, or None.
        release: called with each program that is evicted, for what outlives the last reference to it.
    """

    def __init__(
        self,
        create: Callable[..., Any],
        backend: str,
        name: str,
        describe: Callable[[Any], str] = str,
        size: Callable[[Any], int | None] | None = None,
        release: Callable[[Any], None] | None = None,
    ) -> None:
        super().__init__()
        self._create, self._backend, self._name = create, backend, name
        self._describe, self._size, self._release = describe, size, release
        self._old: dict[Any, Any] = {}
        self._number = next(_numbers)
        self._creating = locks.rlock()
        register(backend, self)

    __hash__ = object.__hash__  # type: ignore[assignment]  # registered by identity
    __eq__ = object.__eq__

    def get_or_create(self, key: Any, *args: Any) -> Any:
        """Returns the program for the key; if it is in neither generation, creates it from these arguments."""
        with self._creating:
            if key in self:
                return self[key]
            with _lock:
                is_old = key in self._old
                program = self._old.get(key)
            if not is_old:
                program = self._create(*args)
            self.put(key, program, not is_old)
            return program

    def put(self, key: Any, program: Any, is_new: bool = True) -> None:
        """Adds a program to the young generation, or replaces the one of this key."""
        with _lock:
            self._old.pop(key, None)
        make_room(self._backend, is_new, (self._number, key) if is_new else None)
        with _lock:
            self[key] = program

    def count(self) -> tuple[int, int]:
        return len(self), len(self._old)

    def rotate(self) -> Release:
        evicted, self._old = self._old, dict(self)
        self.clear()
        return lambda: self._release_all(evicted)

    def drop(self) -> Release:
        evicted = {**self._old, **self}
        self._old = {}
        self.clear()
        return lambda: self._release_all(evicted)

    def _release_all(self, evicted: dict[Any, Any]) -> None:
        if self._release is not None:
            for program in evicted.values():
                self._release(program)
        evicted.clear()

    def programs(self) -> Iterator[Program]:
        with _lock:
            items = [*self.items(), *self._old.items()]
        for key, program in items:
            if program is not None:
                size = None if self._size is None else self._size(program)
                yield Program(self._backend, self._name, self._describe(key), size)


class Totals(NamedTuple):
    """The programs of one backend.

    Attributes:
        backend: its name.
        programs: how many are cached.
        bytes: an estimate of their size; None where the framework does not report one.
        compiled: how many have been compiled so far.
        evicted: how many of these have been evicted.
        limit: how many are cached at most.
    """

    backend: str
    programs: int
    bytes: int | None
    compiled: int
    evicted: int
    limit: int


def programs(backend: str | None = None) -> tuple[Program, ...]:
    """Returns the cached programs of a backend, or of all backends."""
    with _lock:
        members = [member for name, pool in _pools.items() if backend in (None, name) for member in list(pool.members)]
    return tuple(program for member in members for program in member.programs())


def totals(backend: str) -> Totals:
    """Returns how many programs a backend has, their size, and how many it has compiled and evicted."""
    make_room(backend, is_new=False)  # some members notice here that a framework has compiled programs
    cached = programs(backend)
    sizes = [program.bytes for program in cached if program.bytes is not None]
    with _lock:
        pool = _pool(backend)
        size = sum(sizes) if sizes else None
        return Totals(backend, len(cached), size, pool.compiled, pool.evicted, pool.limit())


def backends() -> tuple[str, ...]:
    """Returns the names of the loaded backends that compile programs."""
    return tuple(sorted(_pools))


def clear(backend: str | None = None) -> None:
    """Evicts all programs of a backend, or of all backends."""
    releases: list[Release] = []
    with _lock:
        for name, pool in _pools.items():
            if backend in (None, name):
                releases += pool.drop()
    _release(releases)


def _shrink() -> None:
    """Evicts programs until there are no more than a limit that has been lowered allows."""
    for name, pool in list(_pools.items()):
        if sum(pool.count()) > pool.limit():
            clear(name)


config.on_change(_shrink)
