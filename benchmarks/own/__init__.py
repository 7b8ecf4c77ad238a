"""The frameworks' own expressions of the calls in `benchmarks.sample_calls`, one module a framework.

An expression is source over the named inputs. It takes and returns tensors of the same layouts and dtypes as the op,
permutes and casts included, and is what an expert in the framework would write. Its values are compared with the op's
before it is timed.
"""

from __future__ import annotations

import importlib
from typing import Any

BACKENDS = ("numpy", "torch", "jax", "tensorflow")


def expressions(backend: str) -> dict[str, str]:
    """Returns by op the framework's own expression; none on a backend without a table."""
    if backend not in BACKENDS:
        return {}
    return importlib.import_module(f"benchmarks.own.{backend}").EXPRESSIONS


def compiled(backend: str) -> dict[str, str]:
    """Returns by op the expressions of several calls, which the framework's user compiles once."""
    if backend not in BACKENDS:
        return {}
    return getattr(importlib.import_module(f"benchmarks.own.{backend}"), "COMPILED", {})


def scope(backend: str) -> dict[str, Any]:
    """Returns the modules that the expressions name."""
    if backend not in BACKENDS:
        return {}
    names: dict[str, str] = importlib.import_module(f"benchmarks.own.{backend}").MODULES
    return {name: importlib.import_module(module) for name, module in names.items()}
