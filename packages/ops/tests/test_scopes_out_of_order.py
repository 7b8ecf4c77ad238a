"""Scopes that end in any order, in another thread or task, restore the state before them."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import itertools
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.errors import OpsError
from ops_common.runtime import active
from ops_common.runtime.backend import owner
from ops_common.tensors import scopes
from ops_common.testing import BACKENDS

with ops.use_backend(BACKENDS[0]):
    V = ops.Variable([1.0])

SCOPES: dict[str, Callable[[], Any]] = {
    "use_backend": lambda: ops.use_backend(BACKENDS[-1]),
    "device": lambda: ops.device("cpu:0"),
    "portable": ops.random.portable,
    "autocast": lambda: ops.AutocastScope("float16"),
    "autocast to another": lambda: ops.AutocastScope("bfloat16"),
    "stateless": lambda: ops.StatelessScope([(V, [5.0])]),
    "symbolic": ops.SymbolicScope,
    "name": lambda: ops.name_scope("a"),
    "remat": lambda: ops.RematScope("none"),
}


def in_force() -> tuple[Any, ...]:
    """Returns the state that scopes change."""
    frame = scopes.current()
    return (active.current_backend().key, *frame[2:])


def held(scope: Any) -> Iterator[Any]:
    with scope as value:
        yield value


def entered(name: str) -> Iterator[Any]:
    """Yields inside the scope."""
    generator = held(SCOPES[name]())
    next(generator)
    return generator


def close(generator: Any) -> None:
    generator.close()


@pytest.mark.parametrize("first", SCOPES)
def test_two_scopes_in_the_order_they_were_entered(first: str) -> None:
    for second in SCOPES:
        before = in_force()
        with SCOPES[second]():
            alone = in_force()
        a = entered(first)
        b = entered(second)
        close(a)
        # The first scope is over; the backend for which a device or portable numbers were selected stays.
        if first != "use_backend" and "stateless" not in (first, second):
            assert in_force() == alone, second
        close(b)
        assert in_force() == before, second


def test_any_order_of_any_four() -> None:
    rng = np.random.default_rng(3)
    for _ in range(100):
        before = in_force()
        names = rng.choice(list(SCOPES), 4)
        generators = [entered(str(name)) for name in names]
        for place in rng.permutation(4):
            close(generators[place])
        assert in_force() == before, names


def test_the_most_recent_open_scope_is_in_force() -> None:
    for order in itertools.permutations(range(3)):
        blocks = [ops.AutocastScope(dtype) for dtype in ("float16", "bfloat16", "float64")]
        for block in blocks:
            block.__enter__()
        left = [0, 1, 2]
        for place in order:
            blocks[place].__exit__(None, None, None)
            left.remove(place)
            assert V.dtype == (("float16", "bfloat16", "float64")[left[-1]] if left else "float32")


def test_names_after_scopes_end_in_another_order() -> None:
    a, b, c = (held(ops.name_scope(name)) for name in "abc")
    for generator in (a, b, c):
        next(generator)
    close(b)
    assert ops.Variable(1.0, name="x").path == "a/c/x"
    close(a)
    assert ops.Variable(1.0, name="x").path == "c/x"
    close(c)
    assert ops.Variable(1.0, name="x").path == "x"


def test_portable_numbers_end_before_the_device() -> None:
    a, b = entered("portable"), entered("device")
    close(a)
    assert active.current_backend().portable is False
    assert active.current_backend().device == "cpu:0"
    close(b)
    assert active.current_backend().device is None


def test_the_same_scope_twice() -> None:
    scope = ops.AutocastScope("float16")
    with scope, scope:
        assert V.dtype == "float16"
    assert V.dtype == "float32"
    with pytest.raises(OpsError, match="AutocastScope ends where it is not in force"):
        scope.__exit__(None, None, None)
    backend = ops.use_backend(BACKENDS[-1])
    with backend, backend:
        assert ops.backend() == BACKENDS[-1]

    @ops.use_backend(BACKENDS[-1])
    def name() -> str:
        return ops.backend()

    assert name() == BACKENDS[-1]


def test_deferred_variables_are_created_when_the_last_scope_ends() -> None:
    outer, inner = held(ops.StatelessScope()), held(ops.StatelessScope())
    next(outer)
    next(inner)
    v = ops.Variable(ops.ones, shape=(2,))
    close(outer)
    close(inner)
    assert v.handle is not None
    np.testing.assert_array_equal(v.numpy(), [1, 1])


@pytest.mark.parametrize("name", SCOPES)
def test_an_exit_stack_of_another_order(name: str) -> None:
    before = in_force()
    stack, other = contextlib.ExitStack(), contextlib.ExitStack()
    stack.enter_context(SCOPES[name]())
    other.enter_context(SCOPES["device"]())
    stack.close()
    other.close()
    assert in_force() == before


@pytest.mark.usefixtures("frozen_heap")
@pytest.mark.parametrize("name", SCOPES)
def test_an_asynchronous_generator_closed_by_break(name: str) -> None:
    errors: list[Any] = []

    async def numbers() -> AsyncIterator[int]:
        with SCOPES[name]():
            yield 1
            yield 2

    async def main() -> tuple[Any, Any]:
        before = in_force()
        async for _ in numbers():
            break
        gc.collect()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return before, in_force()

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _, what: errors.append(what.get("exception")))
    before, after = loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    assert not errors
    assert before == after == in_force()


@pytest.mark.parametrize("name", SCOPES)
def test_a_generator_that_another_context_or_thread_closes(name: str) -> None:
    before = in_force()
    generator = entered(name)
    with SCOPES["device"]():
        contextvars.copy_context().run(close, generator)
    assert in_force() == before

    generator = entered(name)
    thread = threading.Thread(target=close, args=(generator,))
    thread.start()
    thread.join()
    assert in_force() == before

    generator = held(SCOPES[name]())
    thread = threading.Thread(target=next, args=(generator,))  # entered there, closed here
    thread.start()
    thread.join()
    inside = entered("autocast")
    close(generator)
    assert V.dtype == "float16"
    close(inside)
    assert in_force() == before


def test_a_task_that_was_started_inside_keeps_the_scope() -> None:
    async def later(event: asyncio.Event) -> str:
        await event.wait()
        return V.dtype

    async def main() -> tuple[str, str]:
        event = asyncio.Event()
        with ops.AutocastScope("float16"):
            task = asyncio.create_task(later(event))
        event.set()
        return await task, V.dtype

    assert asyncio.run(main()) == ("float16", "float32")


def test_ops_run_where_a_scope_has_ended_elsewhere(backend: str) -> None:
    generator = entered("use_backend")
    contextvars.copy_context().run(close, generator)
    assert ops.backend() == backend
    assert (owner(ops.add([1.0], [2.0])) or "numpy") == backend
    np.testing.assert_array_equal(ops.convert_to_numpy(ops.add([1.0], [2.0])), [3.0])
