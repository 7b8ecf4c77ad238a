"""Threads share generators and Variables: no draw is repeated and no update is lost, eager or compiled."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.runtime import locks

OPTIONS = {"torch": {"backend": "aot_eager"}}
THREADS, CALLS = 8, 25


def in_threads(backend: str, work: Callable[[int], Any]) -> list[Any]:
    """Returns the results of calls from several threads that start at the same time."""
    results: list[Any] = []
    errors: list[BaseException] = []
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> None:
        try:
            with ops.use_backend(backend):
                barrier.wait()
                for _ in range(CALLS):
                    results.append(work(number))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads), "deadlock"
    assert not errors, errors[0]
    return results


def number(x: Any) -> float:
    return float(ops.convert_to_numpy(x).reshape(-1)[0])


@pytest.mark.parametrize("warm", [False, True])
def test_jitted_draws(backend: str, warm: bool) -> None:
    generator = ops.random.SeedGenerator(5)
    draw = ops.jit(lambda: ops.random.randint((1,), 0, 2**31 - 1, seed=generator), options=OPTIONS)
    if warm:
        draw()
    draws = in_threads(backend, lambda _: int(ops.convert_to_numpy(draw())[0]))
    assert generator.draws() == THREADS * CALLS + warm
    other = ops.random.SeedGenerator(5)
    expected = [ops.random.randint((1,), 0, 2**31 - 1, seed=other) for _ in range(generator.draws())][warm:]
    assert sorted(draws) == sorted(int(ops.convert_to_numpy(x)[0]) for x in expected)


def test_jitted_updates(backend: str) -> None:
    count, total = ops.Variable(0.0), ops.Variable(0.0)

    def added(x: Any) -> Any:
        count.assign(count.value + x)
        return count.value + 0.0

    inner = ops.jit(added, options=OPTIONS)

    def step(x: Any) -> Any:
        y = inner(x)
        total.assign_add(x * 2.0)
        return y

    jitted = ops.jit(step, options=OPTIONS)
    one = ops.ones(())
    # Nested, alone, and without compilation, at the same time.
    calls = [lambda: jitted(one), lambda: inner(one), lambda: count.assign_add(1.0)]
    in_threads(backend, lambda thread: (calls[thread % 3](), total.assign_sub(1.0)))
    assert float(count.numpy()) == THREADS * CALLS
    nested = CALLS * len([i for i in range(THREADS) if i % 3 == 0])
    assert float(total.numpy()) == 2 * nested - THREADS * CALLS


def test_eager_draws_parallel_to_jitted_draws(backend: str) -> None:
    generator = ops.random.SeedGenerator(5)
    draw = ops.jit(lambda: ops.random.randint((1,), 0, 2**31 - 1, seed=generator), options=OPTIONS)
    draw()
    draws = in_threads(
        backend,
        lambda thread: int(
            ops.convert_to_numpy(draw() if thread % 2 else ops.random.randint((1,), 0, 2**31 - 1, seed=generator))[0]
        ),
    )
    assert len(set(draws)) == THREADS * CALLS
    assert generator.draws() == THREADS * CALLS + 1


def test_the_default_generator(backend: str) -> None:
    draw = ops.jit(lambda: ops.random.randint((2,), 0, 2**31 - 1), options=OPTIONS)
    draws = in_threads(
        backend,
        lambda thread: tuple(
            ops.convert_to_numpy(draw() if thread % 2 else ops.random.randint((2,), 0, 2**31 - 1)).tolist()
        ),
    )
    assert len(set(draws)) == THREADS * CALLS


def test_signatures_and_state_of_later_traces(backend: str) -> None:
    for _ in range(3):  # a framework may reuse code of the first round in a later trace
        signatures_and_state(backend)


def signatures_and_state(backend: str) -> None:
    a, b = ops.Variable(0.0), ops.Variable(0.0)
    generator = ops.random.SeedGenerator(1)

    def step(x: Any, which: int) -> Any:
        if which:
            b.assign_add(1.0)
            return x + ops.random.uniform((), seed=generator)
        a.assign_add(1.0)
        return x

    jitted = ops.jit(step, static_argnames="which", options=OPTIONS)
    xs = [ops.ones((size,)) for size in (1, 2)]
    in_threads(backend, lambda thread: jitted(xs[thread % 2], which=thread // 2 % 2))
    assert float(a.numpy()) == float(b.numpy()) == THREADS * CALLS / 2
    assert generator.draws() == THREADS * CALLS / 2


@contextlib.contextmanager
def held_by_another_thread() -> Iterator[None]:
    """A context in which another thread holds the lock of the state."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with locks.state:
            held.set()
            done.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(60)
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_functions_without_effects_take_no_lock(backend: str) -> None:
    weights = ops.Variable([2.0])
    pure = ops.jit(lambda x: x * weights, options=OPTIONS)
    x = ops.ones((1,))
    pure(x)
    pure(x)
    with held_by_another_thread():
        in_threads(backend, lambda _: number(pure(x)))


def test_a_generator_that_is_not_compiled_does_not_wait_for_compiled_functions(backend: str) -> None:
    generator = ops.random.SeedGenerator(3)
    with locks.state:
        draws = in_threads(backend, lambda _: number(ops.random.uniform((1,), seed=generator)))
    assert len(set(draws)) > THREADS * CALLS * 0.99


def test_errors_release_the_lock(backend: str) -> None:
    v = ops.Variable([0.0])

    def step(x: Any) -> Any:
        v.assign_add(x)
        raise KeyError("no")

    jitted = ops.jit(step, options=OPTIONS)
    with pytest.raises(Exception, match="no"):
        jitted(ops.ones((1,)))
    in_threads(backend, lambda _: v.assign_add(ops.ones((1,))))
    assert number(v.value) >= THREADS * CALLS


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_child_forked_while_locks_are_held() -> None:
    with held_by_another_thread():
        child = os.fork()
        if not child:
            free = locks.state.acquire(timeout=5)
            os._exit(0 if free else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_updates_of_several_variables_are_atomic(backend: str) -> None:
    """Another function sees either all of a function's updates of several Variables or none."""
    a, b = ops.Variable(0.0), ops.Variable(0.0)

    def move() -> Any:
        a.assign_add(1.0)
        b.assign_sub(1.0)
        return a.value + b.value

    jitted = ops.jit(move, options=OPTIONS)
    differences = in_threads(backend, lambda _: number(jitted()))
    assert set(differences) == {0.0}
    np.testing.assert_array_equal(a.numpy(), THREADS * CALLS)
