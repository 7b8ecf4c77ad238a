"""Seeds for the random functions: integers, None, or a generator that returns a new one at each draw.

A forked process has a copy of each generator. Generators without a user-given seed get a new one there, from the
operating system: a child's draws must not depend on the parent's state alone, because several children are forked from
the same parent.
"""

from __future__ import annotations

import contextlib
import itertools
import operator
import os
import secrets
import threading
import weakref
from collections.abc import Callable, Generator
from typing import Any, Protocol

import numpy as np

from ops_common.algorithms.philox import MASK
from ops_common.errors import ArgumentError, ArgumentTypeError, UnsupportedError
from ops_common.runtime import active, locks
from ops_common.runtime.backend import short
from ops_common.tensors import scopes

Seed = tuple[int, int]


class Home(Protocol):
    """Where a backend's compiled functions read and update the number of a generator's draws.

    If it also holds the first seed, it has a method ``reseed(seed)``: a generator may have a different seed in a child
    process than when the functions were compiled.
    """

    def read(self) -> int:
        """Returns the number."""
        ...

    def write(self, count: int) -> None:
        """Sets the number."""
        ...


class PortableSeed:
    """A seed for portable random numbers, also outside `ops.random.portable`; graphs use it."""

    __slots__ = ("seed",)

    portable = True

    def __init__(self, seed: Any) -> None:
        self.seed = seed


class SeedGenerator:
    """A stream of seeds: each draw from it is different, and the whole stream is reproducible for the same first seed.

    In a function that `ops.jit` has compiled, each call draws what the uncompiled function would, and advances its
    generators. Threads that draw from the same generator get different numbers.

    In another process (a worker of a `torch.utils.data.DataLoader` or of `multiprocessing`, forked or spawned), a copy
    of a generator with ``seed=None`` gets a new seed from the operating system, and so does the default generator: no
    two processes draw the same numbers. A generator with a user-given seed continues from its current state in each
    process, so all of them draw the same numbers. Give each worker its own seed if that is not wanted.

    Args:
        seed: a non-negative integer; None takes one from the operating system, a different one in each process.
        name: stored for the user.
        portable: whether its random numbers are the same on every backend; see `ops.random.portable`.

    Raises:
        ArgumentTypeError: the seed is not an integer.

    Example:
        >>> import ops
        >>> generator = ops.random.SeedGenerator(7)
        >>> a, b = ops.random.normal((2,), seed=generator), ops.random.normal((2,), seed=generator)
        >>> bool(ops.convert_to_numpy(ops.any(ops.not_equal(a, b))))
        True
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        self.portable = bool(kwargs.pop("portable", False))  # the reference's parameters, plus one
        if kwargs:
            raise ArgumentTypeError(f"SeedGenerator got unknown arguments {', '.join(sorted(kwargs))}")
        self._is_given = seed is not None
        self.seed = secrets.randbits(32) if seed is None else _check(seed)
        self.name = name or "seed_generator"
        self._begin(0)

    def _begin(self, count: int) -> None:
        self.number = str(next(_numbers))  # its identifier in compiled functions; compilers may treat ints as variables
        # Created by the function that is being traced: a different one in each call, which draws the same numbers.
        self.is_traced = _trace.depth > 0
        self._count = count
        self._homes: dict[str, Home] = {}
        # Belong to a home, where a compiler can find them: the number of draws, and the first seed.
        self.tensor: Any = None
        self.seed_tensor: Any = None
        self._at: str | None = None  # the home that holds the number of draws; None for this object
        self._lock = threading.RLock()
        self.held_state: SeedState | None = None  # once it has been asked for
        _known[self.number] = self

    @property
    def state(self) -> SeedState:
        """The first seed and the number of draws, as a variable of two integers that `ops.StatelessScope` can map."""
        if self.held_state is None:
            self.held_state = SeedState(self)
        return self.held_state

    def next(self, ordered: bool = True) -> Any:
        """Returns the next seed, as a tensor of two integers that functions of random numbers accept as their seed: the
        first seed, and the number of draws before this one.

        Args:
            ordered: without effect; draws of one generator are always in order.

        Raises:
            UnsupportedError: in a compiled function, if the numbers are not known before it is called: pass the
                generator itself as the seed.
        """
        return active.current_backend().bound.random__next_seed(self)

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments with which `from_config` creates a generator that begins at the same first seed; its
        seed is None if it was not given."""
        config = {"seed": self.seed if self._is_given else None, "name": self.name}
        return {**config, "portable": True} if self.portable else config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Returns the generator that has this configuration."""
        return cls(**config)

    def draw(self) -> Seed:
        """Returns the next seed as two ints."""
        _drawn()
        with self._lock:
            if self._at is None:
                count = self._count
                self._count += 1
                return self.seed & MASK, count & MASK
        with locks.state, self._lock:  # a running compiled function may have read the number and be about to write it
            count = self._draws()
            self._write(count + 1)
            return self.seed & MASK, count & MASK

    def _write(self, count: int) -> None:
        if self._at is None:
            self._count = count
        else:
            self._homes[self._at].write(count)

    def draws(self) -> int:
        """Returns the number of draws so far."""
        with self._lock:
            return self._draws()

    def _renew(self) -> None:
        """Starts another stream, in a child process; compiled functions pick up the change at their next call."""
        self.seed = secrets.randbits(32)
        self._count, self._at = 0, None
        if self._homes:
            _wandering.add(self)

    def restart(self, seed: int, count: int = 0) -> None:
        """Starts the stream of another first seed, after a number of draws; compiled functions pick up the change at
        their next call."""
        with locks.state, self._lock:
            self.seed, self._is_given = _check(seed), True
            self._count, self._at = count, None
            if self._homes:
                _wandering.add(self)

    def _draws(self) -> int:
        return self._count if self._at is None else self._homes[self._at].read()

    def home(self, key: str, make: Callable[[], Home]) -> Home:
        """Returns a backend's home, which holds the number of draws from now on; creates it if there is none."""
        with self._lock:
            home = self._homes.get(key)
            if home is None:
                home = self._homes[key] = make()
                if len(self._homes) > 1:
                    _wandering.add(self)
            if self._at != key:
                reseed = getattr(home, "reseed", None)
                if reseed is not None:
                    reseed(self.seed)
                home.write(self._draws())
                self._at = key
            return home

    def replace_home(self, key: str, home: Home) -> None:
        """Replaces a backend's home with one that already holds the number."""
        with self._lock:
            self._homes[key] = home
            self._at = key

    def home_at(self, key: str) -> Home | None:
        """Returns a backend's home if it currently holds the number of draws."""
        return self._homes[key] if self._at == key else None

    def __deepcopy__(self, memo: dict[int, Any]) -> SeedGenerator:
        copied = _restored(*self.__reduce__()[1])
        memo[id(self)] = copied
        return copied

    def __reduce__(self) -> Any:
        here = None if self._is_given else _process.token
        return _restored, (self.seed, self.name, self.portable, self.draws(), here)

    def __repr__(self) -> str:
        return f"SeedGenerator(seed={self.seed}, draws={self.draws()})"


class SeedState:
    """The first seed and the number of draws of a SeedGenerator: a tensor of two integers that can be assigned.

    In a StatelessScope that maps it, the generator draws from the mapped tensor, and each draw updates it there.

    Attributes:
        name: its name, after the generator's.
        shape: (2,).
        trainable: False.
    """

    shape = (2,)
    trainable = False

    def __init__(self, generator: SeedGenerator) -> None:
        self._generator = generator
        self.name = self.path = f"{generator.name}_state"

    @property
    def backend(self) -> Any:
        """The active backend."""
        return active.current_backend()

    @property
    def own_dtype(self) -> str:
        """The tensor's dtype: "int64", and "uint32" on a backend that needs another mode for 64 bits (JAX)."""
        return "int64" if "int64" in self.backend.fast_dtypes else "uint32"

    @property
    def dtype(self) -> str:
        """The same as `own_dtype`."""
        return self.own_dtype

    @property
    def value(self) -> Any:
        """The tensor.

        Raises:
            UnsupportedError: a compiler traces the code, and no StatelessScope maps the state.
        """
        mapped = self.mapped()
        return self.backend.make(self.numpy(), self.own_dtype) if mapped is None else mapped

    def mapped(self) -> Any:
        """Returns the tensor that a StatelessScope has in its place; None outside of one."""
        scope = scopes.current().stateless
        return None if scope is None or isinstance(scope, scopes.Lifting) else scope.get_current_value(self)

    def numpy(self) -> Any:
        """Returns the first seed and the number of draws as an array.

        Raises:
            UnsupportedError: a compiler traces the code: the number of draws would be that of the first call.
        """
        if _trace.depth or self.backend.is_traced() or isinstance(scopes.current().stateless, scopes.Lifting):
            raise UnsupportedError(
                "the state of a SeedGenerator cannot be read in a compiled function: map it to an argument with "
                "StatelessScope, or draw from the generator itself, which ops.jit advances"
            )
        return np.array([self._generator.seed & MASK, self._generator.draws() & MASK], self.own_dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return self.numpy() if dtype is None else self.numpy().astype(dtype)

    def assign(self, value: Any) -> Any:
        """Sets the first seed and the number of draws, and returns the tensor.

        Raises:
            ArgumentError: the value does not have the shape (2,).
        """
        backend = self.backend
        tensor = backend.to_tensor(value, self.own_dtype)
        if backend.shape(tensor) != self.shape:
            raise ArgumentError(f"the state of a SeedGenerator has shape (2,); got {backend.shape(tensor)}")
        scope = scopes.current().stateless
        if scope is None or isinstance(scope, scopes.Lifting):
            seed, count = backend.core.convert_to_numpy(tensor).tolist()
            self._generator.restart(seed, count)
        else:
            scope.add_update((self, tensor))
        return tensor

    def __repr__(self) -> str:
        return f"<SeedState of {self._generator!r}>"


class _Trace(threading.local):
    depth = 0
    changes = 0


_trace = _Trace()


def changes() -> int:
    """Returns how often this thread has changed state so far, or traced a function that does: assigned a Variable or
    drawn from a SeedGenerator."""
    return _trace.changes


def changed() -> None:
    """Counts a change of state."""
    _trace.changes += 1


_drawn = changed


def is_traced() -> bool:
    """Returns whether this thread is tracing a function with a compiler that runs its Python code."""
    return _trace.depth > 0


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
    """Returns the generator of this number."""
    return _known[number]


def are_to_gather() -> bool:
    """Returns whether `gather` may have to move numbers of draws."""
    return bool(_wandering)


def gather(key: str) -> None:
    """Moves the numbers of draws to the homes of this backend, where others held them: before a compiled function
    runs."""
    if not _wandering:
        return
    with locks.state:
        for generator in tuple(_wandering):
            home = generator._homes.get(key)
            if home is not None:
                generator.home(key, lambda home=home: home)


def _restored(seed: int, name: str, portable: bool, count: int, process: bytes | None = None) -> SeedGenerator:
    """Returns the copy of a generator; without its seed and draws if the seed was not given and another process has
    it."""
    elsewhere = process is not None and process != _process.token
    generator = SeedGenerator(None if elsewhere else seed, name, portable=portable)
    generator._is_given = process is None
    generator._begin(0 if elsewhere else count)
    return generator


def _check(seed: Any) -> int:
    try:
        if not isinstance(seed, bool):
            return operator.index(seed)
    except TypeError:
        pass
    raise ArgumentTypeError(f"a seed must be an integer, a SeedGenerator or None; got {short(seed)}")


class _Process:
    """Identifies this process: the operating system may reuse process numbers."""

    def __init__(self) -> None:
        self.token = secrets.token_bytes(16)


_process = _Process()
default = SeedGenerator()  # used for None


def _in_child() -> None:
    _process.token = secrets.token_bytes(16)
    for generator in list(_known.values()):
        generator._lock = threading.RLock()  # a thread of the parent may have held it
        if not generator._is_given:
            generator._renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


def words(seed: int) -> Seed:
    """Returns two 32-bit words for a backend's generator; an integer always gives the same ones."""
    value = _check(seed)
    return value & MASK, (value >> 32) & MASK
