"""Vjp rules of the family creation, and of casts."""

from __future__ import annotations

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules

RULES = FamilyRules(
    vjps={
        "core.cast": {0: lambda g, y, x, dtype: g},
        "creation.copy": {0: lambda g, y, x: g},
        "creation.diag": {0: lambda g, y, x, k: xp.diagonal(g, k)},
        "creation.full": {1: lambda g, y, shape, value, dtype: g},
        "creation.full_like": {0: lambda g, y, x, value, dtype: xp.zeros_like(x), 1: lambda g, y, x, value, dtype: g},
        "creation.tril": {0: lambda g, y, x, k: xp.tril(g, k)},
        "creation.triu": {0: lambda g, y, x, k: xp.triu(g, k)},
    },
    zero_gradient=frozenset(["creation.zeros_like", "creation.ones_like"]),
)
