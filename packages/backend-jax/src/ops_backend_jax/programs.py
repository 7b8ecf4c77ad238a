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
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import jax
import jax.core
import jax.monitoring
import jax.numpy as jnp

from ops_common.runtime import compilations

_TRACES_PER_PROGRAM = 8  # a trace that is a part of a larger program takes about this fraction of a program's memory
_numbers = itertools.count()


class _Tracing(threading.local):
    depth = 0  # of programs that are traced as a whole
    uncounted = 0  # compilations since the beginning of a transform, without those that are counted otherwise


_tracing = _Tracing()


def count_program() -> None:
    """Notes that one of the compilations that follow is counted."""
    _tracing.uncounted -= 1


def _abandon_trace(arguments: Any) -> None:
    """Frees the equations of the trace that these arguments belong to, which has ended with an error.

    JAX itself frees them at the end of a trace without an error only: the constants of others, such as tensors that the
    function closes over, would stay in memory forever.
    """
    if jax.config.jax_disable_jit:  # pyright: ignore[reportAttributeAccessIssue]  # created at run time
        return  # the trace is not the function's own
    for leaf in jax.tree.leaves(arguments):
        if isinstance(leaf, jax.core.Tracer):
            invalidate = getattr(getattr(leaf, "_trace", None), "invalidate", None)
            if invalidate is not None:
                invalidate()
            return


def part_of_program(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that JAX traces, during which traces of kernels are counted as parts of a larger program."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        _tracing.depth += 1
        try:
            return function(*args, **kwargs)
        except BaseException:
            _abandon_trace((args, kwargs))
            raise
        finally:
            _tracing.depth -= 1

    return call


def _specs(arguments: Iterable[Any]) -> Iterator[Any]:
    """Yields the shape and dtype of each tensor, and other arguments as text."""
    for argument in arguments:
        if isinstance(argument, jax.Array):
            yield argument.shape, argument.dtype
        elif isinstance(argument, (dict, list, tuple)) and any(
            isinstance(leaf, jax.Array) for leaf in jax.tree.leaves(argument)
        ):
            yield from _specs(jax.tree.leaves(argument))
        else:
            yield repr(argument)


def _text(spec: Any) -> str:
    return spec if isinstance(spec, str) else tensor_text(*spec)


def tensor_text(shape: tuple[int, ...], dtype: Any) -> str:
    """Returns a tensor's dtype and shape as text: ``float32[3,8]``."""
    return f"{dtype.name}[{','.join(map(str, shape))}]"


class Programs:
    """The programs of one compiled function, see `ops_common.runtime.compilations.Programs`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._number = next(_numbers)
        self._signatures: list[tuple[Any, ...]] = []
        self._traces = 0  # those that are parts of larger programs
        self._old = 0
        self._counted = 0  # as compiled
        self._is_dropped = False  # but not released yet
        self._compiled: Callable[[], Any] = lambda: None  # a weak reference: the compiled function refers to this

    def of(self, compiled: Any) -> None:
        """Sets the compiled function that these are the programs of."""
        self._compiled = weakref.ref(compiled)
        compilations.register("jax", self)

    def trace(self, arguments: Iterable[Any]) -> None:
        """Counts a program for these arguments; called while JAX traces the function."""
        if _tracing.depth:
            self._traces += 1
            compilations.make_room("jax", is_new=False)
            return
        signature = tuple(_specs(arguments))
        compilations.make_room("jax", is_new=False, key=(self._number, signature))
        self._signatures.append(signature)
        count_program()

    def count(self) -> tuple[int, int]:
        if self._is_dropped:
            return 0, 0
        compiled = self._compiled()
        # A signature that was traced as a part of a larger program is compiled without another trace.
        direct = 0 if compiled is None else compiled._cache_size()
        total = max(len(self._signatures), direct) + self._traces // _TRACES_PER_PROGRAM
        if total > self._counted:
            compilations.count_compiled("jax", total - self._counted)
        self._counted = total
        return max(total - self._old, 0), min(total, self._old)

    def rotate(self) -> compilations.Release | None:
        self._old = sum(self.count())

    def drop(self) -> compilations.Release:
        self._signatures = []
        self._traces = self._old = self._counted = 0
        self._is_dropped = True
        return self._release

    def _release(self) -> None:
        compiled = self._compiled()
        if compiled is not None:
            compiled.clear_cache()
        self._is_dropped = False

    def programs(self) -> Iterator[compilations.Program]:
        signatures = list(self._signatures)
        for signature in signatures:
            yield compilations.Program("jax", self._name, ", ".join(map(_text, signature)), None)
        for _ in range(sum(self.count()) - len(signatures)):
            yield compilations.Program("jax", self._name, "(not recorded)", None)


class _Derived(Programs):
    """The programs of derivatives and of batched forms, which JAX compiles without tracing a function again.

    JAX keeps them with the traces of kernels and operators, so all programs of these are evicted with them.
    """

    def __init__(self) -> None:
        super().__init__("transformed function")
        self._total = 0
        compilations.register("jax", self)

    def add(self, number: int) -> None:
        compilations.count_compiled("jax", number)
        self._total += number
        compilations.make_room("jax", is_new=False)

    def count(self) -> tuple[int, int]:
        return self._total - self._old, self._old

    def drop(self) -> compilations.Release:
        self._total = self._old = 0
        releases = [programs.drop() for programs in list(_of_kernels)]

        def release() -> None:
            for each in releases:
                each()

        return release


_of_kernels: weakref.WeakSet[Programs] = weakref.WeakSet()
_derived = _Derived()


def transforms(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns a function that differentiates or batches others, with the programs of these counted."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        before, _tracing.uncounted = _tracing.uncounted, 0
        try:
            return function(*args, **kwargs)
        finally:
            number = 0 if _tracing.depth else _tracing.uncounted
            _tracing.uncounted = before
            if number > 0:
                _derived.add(number)

    return call


def _on_event(event: str, *_: Any, **__: Any) -> None:
    if event == "/jax/core/compile/backend_compile_duration":
        _tracing.uncounted += 1


jax.monitoring.register_event_duration_secs_listener(_on_event)


# The functions of jax.numpy that operators of arrays call.
_OPERATOR_NAMES = """abs add bitwise_and bitwise_not bitwise_or bitwise_xor divide divmod equal floor_divide greater
greater_equal invert left_shift less less_equal logical_and logical_or matmul multiply negative not_equal power
remainder right_shift subtract true_divide""".split()


def _operator_functions() -> dict[str, Any]:
    """Returns the compiled functions behind the operators of arrays, by name, where this version's have a cache."""
    functions: dict[str, Any] = {}
    for name in _OPERATOR_NAMES:
        function = getattr(jnp, name, None)
        function = getattr(function, "_func", function)  # of a jnp.ufunc
        if all(hasattr(function, attribute) for attribute in ("clear_cache", "_cache_size")):
            functions[name] = function
    return functions


_operators: list[Programs] = []
for _name, _function in _operator_functions().items():
    _operators.append(Programs(f"jax.numpy.{_name}"))
    _operators[-1].of(_function)
    _of_kernels.add(_operators[-1])


def compiled(function: Callable[..., Any], compile: Callable[..., Any], name: str | None = None) -> Any:
    """Returns the function, compiled by ``compile``, with its programs counted and bounded."""
    programs = Programs(name or getattr(function, "__name__", "function").strip("_"))

    inner = part_of_program(function)

    @functools.wraps(function)
    def traced(*args: Any, **kwargs: Any) -> Any:
        programs.trace((*args, *kwargs.values()))
        return inner(*args, **kwargs)

    result = compile(traced)
    programs.of(result)
    _of_kernels.add(programs)
    return result
