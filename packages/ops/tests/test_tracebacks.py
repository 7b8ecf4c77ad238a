"""Tracebacks of explained errors leave out what happens inside frameworks, unless `config.tracebacks` is "full"."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

import ops

_FRAMEWORKS = {"jax", "jaxlib", "openvino", "tensorflow", "torch"}


@pytest.fixture(params=["short", "full"])
def kind(request: pytest.FixtureRequest) -> Iterator[str]:
    before = ops.config.tracebacks()
    ops.config.set_tracebacks(request.param)
    yield request.param
    ops.config.set_tracebacks(before)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yields the errors that a traceback shows, from the last one to the first."""
    part: BaseException | None = error
    while part is not None:
        yield part
        part = part.__cause__ or (None if part.__suppress_context__ else part.__context__)


def modules(error: BaseException) -> list[str]:
    """Returns the package of each frame of the traceback of an error and of its causes."""
    names: list[str] = []
    for part in chain(error):
        traceback = part.__traceback__
        while traceback is not None:
            names.append(traceback.tb_frame.f_globals.get("__name__", "ops").partition(".")[0])
            traceback = traceback.tb_next
    return names


def _eager() -> Any:
    return ops.add(ops.ones((2, 3)), ops.ones((4,)))


def _jitted() -> Any:
    return ops.jit(lambda x: ops.add(x, ops.ones((4,))))(ops.ones((2, 3)))


def _of_the_framework() -> Any:
    # The operator is the framework's own, so `ops.jit` explains the error.
    return ops.jit(lambda x: ops.sum(x) + x @ ops.ones((4,)))(ops.ones((2, 3)))


@pytest.mark.parametrize("call", [_eager, _jitted, _of_the_framework])
def test_frames_of_frameworks_are_left_out(backend: str, kind: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ops.ShapeError, match=rf"on backend {backend}: .*\(2, 3\) and \(4,\)") as caught:
        call()
    names = modules(caught.value)
    # The call in this file, and the functions of `ops`, are shown in both kinds.
    assert __name__.partition(".")[0] in names
    assert "ops" in names
    if kind == "short":
        assert not _FRAMEWORKS & {*names}
        assert len([*chain(caught.value)]) <= 2
    elif backend in ("jax", "torch", "tensorflow") and call is not _eager:
        assert backend in names


def test_the_users_own_error_in_a_compiled_function_keeps_its_line(backend: str) -> None:
    def divide(x: Any) -> Any:
        return x * (1 / 0)

    with pytest.raises(Exception) as caught:  # each framework has an error of its own for this  # noqa: PT011
        ops.jit(divide)(ops.ones(3))
    shown = "".join(str(part) for part in chain(caught.value))
    frames = [part.__traceback__ for part in chain(caught.value)]
    lines: set[str] = set()
    for traceback in frames:
        while traceback is not None:
            lines.add(traceback.tb_frame.f_code.co_name)
            traceback = traceback.tb_next
    assert "divide" in lines or "divide" in shown


def test_the_setting_is_checked() -> None:
    with pytest.raises(ops.ArgumentError, match="tracebacks must be one of short, full; got 'long'"):
        ops.config.set_tracebacks("long")
