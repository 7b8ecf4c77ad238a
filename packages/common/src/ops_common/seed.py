"""Seeds for the random functions: integers, None, or a generator that gives a fresh one at each draw."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import threading
import weakref
from collections.abc import Callable, Generator
from typing import Any, Protocol

from ops_common.errors import ArgumentTypeError
from ops_common.philox import MASK

Seed = tuple[int, int]


class Home(Protocol):
    """Where a backend's compiled functions find, and change, the number of a generator's draws."""

    def read(self) -> int:
        """The number."""
        ...

    def write(self, count: int) -> None:
        """Changes it."""
        ...


class SeedGenerator:
    """A stream of seeds: each draw from it is different, and the whole stream repeats for the same first seed.

    In a function that `ops.jit` has compiled, each call draws what the function itself would: its generators go on.

    Args:
        seed: a non-negative integer; None takes one from the operating system.
        name: kept for the user.
        portable: whether what is drawn with it is the same on every backend; see `ops.random.portable`.

    Raises:
        ArgumentTypeError: the seed is no integer.

    Example:
        >>> import ops
        >>> generator = ops.random.SeedGenerator(7)
        >>> a, b = ops.random.normal((2,), seed=generator), ops.random.normal((2,), seed=generator)
        >>> bool(ops.convert_to_numpy(ops.any(ops.not_equal(a, b))))
        True
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        self.portable = bool(kwargs.pop("portable", False))  # the reference's parameters, and one more
        if kwargs:
            raise ArgumentTypeError(f"SeedGenerator got unknown arguments {', '.join(sorted(kwargs))}")
        self.seed = secrets.randbits(32) if seed is None else _check(seed)
        self.name = name or "seed_generator"
        self._begin(0)

    def _begin(self, count: int) -> None:
        self.number = str(next(_numbers))  # what compiled functions know it by; compilers may take ints for variables
        # Made by the function that is being traced: another one in each call, which draws the same.
        self.is_traced = _trace.depth > 0
        self._count = count
        self._homes: dict[str, Home] = {}
        self.tensor: Any = None  # a home's, where a compiler can find it
        self._at: str | None = None  # the home that has the number of draws; None for this object
        self._lock = threading.Lock()
        _known[self.number] = self

    def next(self) -> Seed:
        """The next seed: the first seed and the number of draws before this one."""
        with self._lock:
            if self._at is None:
                count = self._count
                self._count += 1
            else:
                home = self._homes[self._at]
                count = home.read()
                home.write(count + 1)
        return self.seed & MASK, count & MASK

    def draws(self) -> int:
        """How many draws there have been."""
        with self._lock:
            return self._draws()

    def _draws(self) -> int:
        return self._count if self._at is None else self._homes[self._at].read()

    def home(self, key: str, make: Callable[[], Home]) -> Home:
        """A backend's home, which has the number of draws from now on; made if there is none yet."""
        with self._lock:
            home = self._homes.get(key)
            if home is None:
                home = self._homes[key] = make()
                if len(self._homes) > 1:
                    _wandering.add(self)
            if self._at != key:
                home.write(self._draws())
                self._at = key
            return home

    def replace_home(self, key: str, home: Home) -> None:
        """Gives a backend's home, which has the number already."""
        with self._lock:
            self._homes[key] = home
            self._at = key

    def home_at(self, key: str) -> Home | None:
        """A backend's home if it has the number of draws now."""
        return self._homes[key] if self._at == key else None

    def __deepcopy__(self, memo: dict[int, Any]) -> SeedGenerator:
        copied = _restored(*self.__reduce__()[1])
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> Any:
        return _restored, (self.seed, self.name, self.portable, self.draws())

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self.seed}, draws={self.draws()})"


class _Trace(threading.local):
    depth = 0


_trace = _Trace()


@contextlib.contextmanager
def tracing() -> Generator[None]:
    """A context in which a function is traced by a compiler that runs its Python code."""
    _trace.depth += 1
    try:
        yield
    finally:
        _trace.depth -= 1


_numbers = itertools.count()
_known: weakref.WeakValueDictionary[str, SeedGenerator] = weakref.WeakValueDictionary()
_wandering: weakref.WeakSet[SeedGenerator] = weakref.WeakSet()  # those with homes on several backends


def known(number: str) -> SeedGenerator:
    """The generator of this number."""
    return _known[number]


def gather(key: str) -> None:
    """Has the homes of this backend have the number of draws, where others had it: before a compiled function runs."""
    for generator in tuple(_wandering):
        home = generator._homes.get(key)
        if home is not None:
            generator.home(key, lambda home=home: home)


def _restored(seed: int, name: str, portable: bool, count: int) -> SeedGenerator:
    generator = SeedGenerator(seed, name, portable=portable)
    generator._begin(count)
    return generator


def _check(seed: Any) -> int:
    if isinstance(seed, bool) or not hasattr(seed, "__index__"):
        raise ArgumentTypeError(f"a seed is an integer, a SeedGenerator or None; got {seed!r}")
    return seed.__index__()


default = SeedGenerator()  # for None


def words(seed: int) -> Seed:
    """Two 32-bit words for a backend's generator; an integer always gives the same ones."""
    value = _check(seed)
    return value & MASK, (value >> 32) & MASK
