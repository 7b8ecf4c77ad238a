"""The timer: calls as source, timed in interleaved rounds, returned as samples that can be compared pairwise.

pyperf and timeit time one call after another, minutes apart on a busy machine, but a difference of a few hundred
nanoseconds between two calls is measured here. So each round times every contender once, in a rotating order, and
contenders are compared round by round: other load slows all of them. Samples are short and many, so that most of them
end before another process gets the core, and the slower rounds are dropped: a virtual core runs at half its speed
while its sibling is busy, for seconds.
"""

from __future__ import annotations

import gc
import importlib
import math
import statistics
import time
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from types import CodeType
from typing import Any

# Calls before a contender is measured: for compilers, caches and CPython's specialization.
_WARM_CALLS = 3
_WARM_SECONDS = 0.01
_COLLECT_EVERY = 20  # rounds
SAMPLE = 3e-4  # seconds

Loop = Callable[[int], Any]


def drain_of(backend: str) -> Callable[[Any], Any]:
    """Returns the function that waits for a value of this backend: only JAX computes in the background."""
    if backend == "jax":
        return importlib.import_module("jax").block_until_ready
    return lambda value: value


def names_of(expression: str) -> list[str]:
    """Returns the global names and the attributes in an expression, also those in its lambdas and comprehensions."""
    names: dict[str, None] = {}
    pending = [compile(expression, "<benchmark>", "eval")]
    while pending:
        code = pending.pop()
        names |= dict.fromkeys(code.co_names)
        pending += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return list(names)


def loop(expression: str, scope: Mapping[str, Any]) -> Loop:
    """Returns a function that evaluates the expression n times and returns the last value.

    The expression's names are local variables of that function for every contender: the cost of the loop is the same
    for all, and does not include the call of a wrapper.
    """
    names = [name for name in names_of(expression) if name in scope]
    bound = ", ".join(f"{name}=_{name}" for name in names)
    source = (
        f"def run(n, *, repeat=repeat{', ' if bound else ''}{bound}):\n"
        f"    value = None\n"
        f"    for _ in repeat(None, n):\n"
        f"        value = {expression}\n"
        f"    return value\n"
    )
    variables: dict[str, Any] = {"repeat": repeat, **{f"_{name}": scope[name] for name in names}}
    exec(source, variables)
    return variables["run"]


def loops_of(
    contenders: Mapping[str, tuple[str, Mapping[str, Any]]], drain: Callable[[Any], Any]
) -> tuple[dict[str, Loop], dict[str, Exception]]:
    """Returns the loops of the expressions that can be evaluated, and the errors of the others.

    Args:
        contenders: by name, an expression and the values of its names.
        drain: waits for a value.
    """
    loops: dict[str, Loop] = {}
    errors: dict[str, Exception] = {}
    for name, (source, scope) in contenders.items():
        try:
            run = loop(source, scope)
            drain(run(1))
            loops[name] = run
        except Exception as error:
            errors[name] = error
    return loops, errors


def _seconds(run: Loop, n: int, drain: Callable[[Any], Any]) -> float:
    start = time.perf_counter_ns()
    # A framework that computes in the background must have finished when the clock stops, once for each sample and not
    # for each call, as in a program.
    drain(run(n))
    return (time.perf_counter_ns() - start) * 1e-9


def calls_for(run: Loop, sample: float, drain: Callable[[Any], Any]) -> int:
    """Returns how many calls take about that many seconds after the warm-up."""
    done, start = 0, time.perf_counter()
    while done < _WARM_CALLS or time.perf_counter() - start < _WARM_SECONDS:
        drain(run(1))
        done += 1
    n = 1
    while True:
        # The shortest of a few: an interrupted sample would give too few calls for all later samples.
        taken = min(_seconds(run, n, drain) for _ in range(5))
        if taken > sample / 4:
            return max(1, round(n * sample / taken))
        n *= 2


@contextmanager
def without_collector() -> Generator[None]:
    """Disables the cyclic collector, which would charge the running contender for the garbage of all.

    Objects that exist at the start are not visited by the collections inside, which are fast then.
    """
    if not gc.isenabled():
        yield
        return
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


def interleave(
    loops: Mapping[Hashable, Loop],
    rounds: int,
    sample: float = SAMPLE,
    keep: float = 0.5,
    drain: Callable[[Any], Any] = lambda value: value,
    progress: Callable[[int, int], None] = lambda done, total: None,
    numbers: Mapping[Any, int] | None = None,
) -> dict[Any, list[float]]:
    """Times each loop once in each round.

    Args:
        loops: by any key, functions made by `loop`.
        rounds: how many samples each gets.
        sample: seconds that one sample takes, about.
        keep: the share of the rounds that is kept: those in which all contenders together were fastest.
        drain: waits for a value of a framework that computes in the background.
        progress: is called with the number of finished rounds and of all rounds.
        numbers: by key, how many calls a sample has, if `calls_for` has been called before.

    Returns:
        By key, the seconds of a call in each round that is kept.
    """
    if not loops:
        return {}
    if numbers is None:
        numbers = {key: calls_for(run, sample, drain) for key, run in loops.items()}
    times: dict[Any, list[float]] = {key: [] for key in loops}
    keys = list(loops)
    with without_collector():
        for done in range(rounds):
            turn = done % len(keys)
            for key in keys[turn:] + keys[:turn]:
                run, n = loops[key], numbers[key]
                if n > _WARM_CALLS:  # the previous contender has filled the processor's caches
                    run(n // 4)
                times[key].append(_seconds(run, n, drain) / n)
            if done % _COLLECT_EVERY == 0:
                gc.collect()
            progress(done + 1, rounds)
    return _quickest(times, keep)


def _quickest(samples: dict[Any, list[float]], keep: float) -> dict[Any, list[float]]:
    """Returns the rounds in which all contenders together, each relative to its median, were fastest."""
    usual = {key: statistics.median(values) for key, values in samples.items()}
    rounds = len(next(iter(samples.values())))
    load = [sum(values[i] / usual[key] for key, values in samples.items()) for i in range(rounds)]
    kept = sorted(sorted(range(rounds), key=load.__getitem__)[: math.ceil(rounds * keep)])
    return {key: [values[i] for i in kept] for key, values in samples.items()}


def middle(samples: Sequence[float]) -> dict[str, float]:
    """Returns the median and the quartiles."""
    low, median, high = statistics.quantiles(samples, n=4, method="inclusive")
    return {"median": median, "low": low, "high": high}


def compared(times: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Returns each contender's median, and the median over the rounds of the ratio of ops to each of the others."""
    medians = {name: statistics.median(samples) for name, samples in times.items()}
    for other in times.keys() - {"ops"} if "ops" in times else ():
        medians[f"over {other}"] = paired(times["ops"], times[other], lambda a, b: a / b)["median"]
    return medians


def medians(passes: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Returns the median of each figure over the passes."""
    return {name: statistics.median(figures[name] for figures in passes) for name in passes[0]}


def paired(
    first: Sequence[float], second: Sequence[float], compare: Callable[[float, float], float]
) -> dict[str, float]:
    """Returns the median and quartiles over the rounds of a comparison."""
    return middle([compare(a, b) for a, b in zip(first, second, strict=True)])
