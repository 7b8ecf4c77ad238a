"""The programs of a backend are bounded together, and evicted ones are released."""

from __future__ import annotations

import gc
import threading
from typing import Any

import pytest

from ops_common import ArgumentError
from ops_common.runtime import compilations, config


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """At most eight programs."""
    monkeypatch.setattr(config, "_values", {})
    monkeypatch.setattr(compilations, "_pools", {})
    config.set_compilation_cache_size(8)


def _cache(released: list[Any] | None = None) -> compilations.Cache:
    return compilations.Cache(
        lambda *args: args, "one", "square", size=lambda _: 10, release=None if released is None else released.append
    )


def test_a_cache_creates_each_program_once() -> None:
    cache = _cache()
    assert cache.get_or_create("a", 1) == (1,)
    assert cache.get_or_create("a", 2) == (1,)
    assert cache["a"] == (1,)
    assert compilations.totals("one") == ("one", 1, 10, 1, 0, 8)
    assert compilations.programs("one") == (("one", "square", "a", 10),)


def test_programs_in_use_are_not_evicted() -> None:
    released: list[Any] = []
    caches = [_cache(released), _cache(released)]
    for i in range(50):
        caches[i % 2].get_or_create(i, i)
        if 0 not in caches[0]:  # as backends read it
            caches[0].get_or_create(0, "compiled again")
        assert sum(sum(cache.count()) for cache in caches) <= 8
    assert caches[0][0] == (0,)
    totals = compilations.totals("one")
    assert totals.compiled == 50
    assert totals.evicted == len(released) == 50 - totals.programs


def test_a_cache_that_is_dropped_takes_its_programs_with_it() -> None:
    cache = _cache()
    cache.get_or_create("a", 1)
    del cache
    gc.collect()
    assert compilations.programs() == ()


def test_a_lower_limit_evicts_and_so_does_clear() -> None:
    released: list[Any] = []
    cache = _cache(released)
    for i in range(6):
        cache.get_or_create(i, i)
    config.set_compilation_cache_size(2)
    assert compilations.totals("one").programs <= 2
    cache.get_or_create("b", "b")
    compilations.clear("another")
    assert "b" in cache
    compilations.clear()
    assert compilations.totals("one").programs == 0
    assert ("b",) in released


class _Undivided:
    """Programs that can only be released together."""

    def __init__(self) -> None:
        self.new = self.old = 0
        self.released = 0
        compilations.register("one", self)

    def add(self) -> None:
        compilations.make_room("one")
        self.new += 1

    def count(self) -> tuple[int, int]:
        return self.new, self.old

    def rotate(self) -> None:
        self.old, self.new = self.old + self.new, 0

    def drop(self) -> compilations.Release:
        self.old = self.new = 0

        def release() -> None:
            self.released += 1

        return release

    def programs(self) -> tuple[compilations.Program, ...]:
        return ()


def test_of_undivided_programs_those_of_the_op_with_the_most_are_evicted() -> None:
    stable, varying = _Undivided(), _Undivided()
    stable.add()
    for _ in range(30):
        varying.add()
        assert sum(stable.count()) + sum(varying.count()) <= 8
    assert stable.released == 0
    assert varying.released > 0


def test_the_default_limit_grows_if_programs_in_use_exceed_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilations, "_DEFAULT_LIMIT", 8)
    config.set_compilation_cache_size(None)
    cache = _cache()
    for i in range(100):
        cache.get_or_create(i, i)
    assert compilations.totals("one").limit == 8  # none was compiled before
    for i in range(300):
        cache.get_or_create(i % 20, i)
    assert compilations.totals("one").limit >= 20
    compiled = compilations.totals("one").compiled
    for i in range(100):
        cache.get_or_create(i % 20, i)
    assert compilations.totals("one").compiled == compiled


def test_threads_share_programs() -> None:
    cache = _cache()
    config.set_compilation_cache_size(1000)

    def work() -> None:
        for i in range(200):
            assert cache.get_or_create(i % 50, i % 50) == (i % 50,)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compilations.totals("one").compiled == 50


@pytest.mark.parametrize("wrong", [1, 0, -1, True, 2.0, "many", 2**31])
def test_wrong_limits(wrong: Any) -> None:
    with pytest.raises(ArgumentError, match="compilation_cache_size"):
        config.set_compilation_cache_size(wrong)
    assert config.compilation_cache_size() == 8


def test_the_limit_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_values", {})
    monkeypatch.setenv("OPS_COMPILATION_CACHE_SIZE", "64")
    assert config.compilation_cache_size() == 64
