"""The pytest plug-in of `ops`, which runs a test on each installed backend. docs/testing.md describes it.

pytest imports this module in every environment where `ops` is installed. So it is outside the package `ops`, and
imports neither `ops` nor a framework until a test uses a fixture of it, or the option ``--ops-backends`` is given.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import types

_MARKS = (
    "skip_backends(*names, reason): skip this test on these backends",
    "xfail_backends(*names, reason, raises, run, strict): this test fails on these backends, as in pytest's mark xfail",
)
_active = pytest.StashKey[contextlib.ExitStack]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("ops").addoption(
        "--ops-backends",
        metavar="NAMES",
        help="run tests of the fixtures xp and ops_backend on these backends of ops only: names with commas in between",
    )


def pytest_configure(config: pytest.Config) -> None:
    for line in _MARKS:
        config.addinivalue_line("markers", line)
    text: str | None = config.getoption("--ops-backends", None)
    if text is not None:
        from ops.testing import selection

        names = [name.strip() for name in text.split(",") if name.strip()]
        if not names:
            raise pytest.UsageError("--ops-backends needs names of backends, such as torch,jax")
        try:
            selection.select(names)
        except ImportError as error:
            raise pytest.UsageError(f"--ops-backends: {error}") from None


@pytest.fixture(scope="module")
def ops_backend(request: pytest.FixtureRequest) -> str:
    """The name of a backend, such as "torch", which is active during the test. The test runs once for each backend."""
    return request.param


@pytest.fixture(scope="module")
def xp(ops_backend: str) -> types.ModuleType:
    """The functions of `ops` on a backend, which is active during the test. The test runs once for each backend."""
    import ops

    return ops.namespace(ops_backend)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    definition = metafunc.definition
    if "ops_backend" not in metafunc.fixturenames or _is_parametrized(definition):
        return
    from ops.testing import selection

    try:
        names = selection.selected()
        marks = {name: _marks(definition, name) for name in names}
    except ImportError as error:  # no backend is installed, or one that a mark names is unknown
        pytest.fail(str(error), pytrace=False)
    metafunc.parametrize(
        "ops_backend", [pytest.param(name, marks=marks[name], id=name) for name in names], indirect=True
    )


def _is_parametrized(definition: Any) -> bool:
    """Returns whether a mark of the test chooses the backends."""
    for mark in definition.iter_markers("parametrize"):
        names = mark.args[0] if mark.args else mark.kwargs.get("argnames", ())
        if "ops_backend" in ([name.strip() for name in names.split(",")] if isinstance(names, str) else names):
            return True
    return False


def _marks(definition: Any, backend: str) -> list[pytest.MarkDecorator]:
    """Returns pytest's marks of a test on a backend."""
    marks: list[pytest.MarkDecorator] = []
    for mark in definition.iter_markers("skip_backends"):
        if _names(mark, backend, {"reason"}):
            marks.append(pytest.mark.skip(reason=mark.kwargs.get("reason", f"skipped on {backend}")))
    for mark in definition.iter_markers("xfail_backends"):
        if _names(mark, backend, {"reason", "raises", "run", "strict"}):
            marks.append(pytest.mark.xfail(**mark.kwargs))
    return marks


def _names(mark: pytest.Mark, backend: str, options: set[str]) -> bool:
    """Returns whether a mark names the backend; fails the collection if it is not valid."""
    from ops_common.runtime import registry

    known = {*registry.KNOWN, *registry.installed()}
    wrong = [name for name in mark.args if name not in known]
    if wrong:
        pytest.fail(f"{mark.name}: unknown backends {wrong}; known are {', '.join(sorted(known))}", pytrace=False)
    if not mark.args or mark.kwargs.keys() - options:
        expected = f'@pytest.mark.{mark.name}("torch", "jax", reason="...")'
        pytest.fail(f"{mark.name} needs names of backends, and takes {', '.join(sorted(options))}: {expected}", False)
    return backend in mark.args


# The backend is active from the setup of a test's fixtures to the end of their teardown. A fixture of function scope
# would do the same, but Hypothesis does not accept those beside `given`.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    callspec = getattr(item, "callspec", None)
    name = None if callspec is None else callspec.params.get("ops_backend")
    if name is not None:
        import ops

        stack = item.stash[_active] = contextlib.ExitStack()
        stack.enter_context(ops.use_backend(name))
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    try:
        return (yield)
    finally:
        stack = item.stash.get(_active, None)
        if stack is not None:
            del item.stash[_active]
            stack.close()
