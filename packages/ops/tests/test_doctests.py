"""Runs every example in a public docstring on every installed backend, and compares its output."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from typing import ParamSpec, TypeVar

import numpy as np
import pytest

import ops
from ops_common import symbolic
from ops_common.tensors import variable
from ops_common.testing import BACKENDS

MODULES = [importlib.import_module(m.name) for m in pkgutil.walk_packages(ops.__path__, "ops.")] + [ops]
FINDER = doctest.DocTestFinder()


def examples() -> list[doctest.DocTest]:
    tests: dict[str, doctest.DocTest] = {}
    for module in [*MODULES, symbolic, variable]:
        for name, value in vars(module).items():
            if isinstance(value, (ParamSpec, TypeVar)):  # from Python 3.13 on, they have the examples of typing
                continue
            declared = getattr(value, "__declared__", None)
            if declared is not None or getattr(value, "__module__", None) == module.__name__:
                for test in FINDER.find(value, f"{getattr(value, '__module__', '')}.{name}", module=False, globs={}):
                    if test.examples:
                        tests[test.name] = test
    return list(tests.values())


EXAMPLES = examples()


@pytest.mark.parametrize("test", EXAMPLES, ids=lambda test: test.name)
def test_example(test: doctest.DocTest, backend: str) -> None:
    if "numpy" not in BACKENDS and any('"numpy"' in example.source for example in test.examples):
        return  # the example names a second backend, which is not installed here
    test.globs = {}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS)
    output: list[str] = []
    with np.printoptions(legacy=False):
        runner.run(test, out=output.append, clear_globs=False)
    assert runner.failures == 0, "".join(output)


def test_every_public_function_has_an_example() -> None:
    names = {test.name.rpartition(".")[2] for test in EXAMPLES}
    public = {n for n in ops.__all__ if callable(getattr(ops, n)) and not isinstance(getattr(ops, n), type)}
    assert sorted(public - names - {"backend", "backends", "device", "devices", "set_backend", "use_backend"}) == []
