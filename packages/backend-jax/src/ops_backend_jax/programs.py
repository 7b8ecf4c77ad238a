"""JAX, the compiled programs of each function: counted as JAX traces them, and released together.

A call of a compiled function runs no Python code, so it is unknown which of its programs are in use. They are released
together, by the function's own `clear_cache`: when there are too many, the functions with the most programs lose them.
This frees what JAX keeps for a program (1.7 MB for a softmax of 10 rows, mostly the MLIR module). `jax.clear_caches`
would also release the programs of functions that users compile themselves.
"""

from __future__ import annotations

import functools
import itertools
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import jax

from ops_backend_jax._compat import operator_functions
from ops_common.runtime import compilations

_TRACES_PER_PROGRAM = 8  # a trace that is a part of a larger program takes about this fraction of a program's memory
_numbers = itertools.count()


class _Tracing(threading.local):
    depth = 0


_tracing = _Tracing()


def part_of_program(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, during which traces of kernels are counted as parts of a larger program."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        _tracing.depth += 1
        try:
            return function(*args, **kwargs)
        finally:
            _tracing.depth -= 1

    return call


def _spec(leaf: Any) -> Any:
    """Returns the shape and dtype of a tensor, and anything else as text."""
    return (leaf.shape, leaf.dtype) if isinstance(leaf, jax.Array) else repr(leaf)


def text_of(signature: tuple[Any, ...]) -> str:
    """Returns a signature as text: ``float32[3,8], (0,)``."""
    return ", ".join(
        part if isinstance(part, str) else f"{part[1].name}[{','.join(map(str, part[0]))}]" for part in signature
    )


class Programs:
    """The programs of one compiled function, see `ops_common.runtime.compilations.Programs`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._number = next(_numbers)
        self._signatures: list[tuple[Any, ...]] = []
        self._traces = 0  # those that are parts of larger programs
        self._old = 0
        self._compiled: Callable[[], Any] = lambda: None  # a weak reference: the compiled function refers to this

    def of(self, compiled: Any) -> None:
        """Sets the compiled function that these are the programs of."""
        self._compiled = weakref.ref(compiled)
        compilations.register("jax", self)

    def trace(self, leaves: Any) -> None:
        """Counts a program for these arguments; called while JAX traces the function."""
        if _tracing.depth:
            self._traces += 1
            compilations.make_room("jax", None)
            return
        signature = tuple(map(_spec, leaves))
        compilations.make_room("jax", (self._number, signature))
        self._signatures.append(signature)

    def count(self) -> tuple[int, int]:
        compiled = self._compiled()
        # A signature that was traced as a part of a larger program is compiled without another trace.
        direct = 0 if compiled is None else compiled._cache_size()
        total = max(len(self._signatures), direct) + self._traces // _TRACES_PER_PROGRAM
        return max(total - self._old, 0), min(total, self._old)

    def rotate(self) -> None:
        self._old = sum(self.count())

    def drop(self) -> compilations.Eviction:
        number = len(self._signatures)
        self._signatures = []
        self._traces = self._old = 0
        return compilations.Eviction(number, self._release)

    def _release(self) -> None:
        compiled = self._compiled()
        if compiled is not None:
            compiled.clear_cache()

    def programs(self) -> Iterator[compilations.Program]:
        for signature in list(self._signatures):
            yield compilations.Program("jax", self._name, text_of(signature), None)


class _Operator(Programs):
    """The programs of a function of JAX that an operator of arrays calls, such as ``x * y``."""

    _counted = 0

    def count(self) -> tuple[int, int]:
        young, old = super().count()
        if young + old > self._counted:
            compilations.count_compiled("jax", young + old - self._counted)
        self._counted = young + old
        return young, old

    def drop(self) -> compilations.Eviction:
        number, self._counted = self._counted, 0
        return super().drop()._replace(number=number)

    def programs(self) -> Iterator[compilations.Program]:
        for _ in range(sum(self.count())):
            yield compilations.Program("jax", self._name, "(not recorded)", None)


_operators: list[Programs] = []
for _name, _function in operator_functions().items():
    _operators.append(_Operator(f"jax.numpy.{_name}"))
    _operators[-1].of(_function)


def compiled(function: Callable[..., Any], compile: Callable[..., Any], name: str | None = None) -> Any:
    """Returns the function, compiled by ``compile``, with its programs counted and bounded."""
    programs = Programs(name or getattr(function, "__name__", "function").strip("_"))

    inner = part_of_program(function)

    @functools.wraps(function)
    def traced(*args: Any, **kwargs: Any) -> Any:
        programs.trace(jax.tree.leaves((args, kwargs)))
        return inner(*args, **kwargs)

    result = compile(traced)
    programs.of(result)
    return result
