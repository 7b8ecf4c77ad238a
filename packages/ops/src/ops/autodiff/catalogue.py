"""The vjp rules of all families."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops.autodiff import (
    contraction,
    creation,
    elementwise,
    indexing,
    linalg,
    manipulation,
    reduction,
    segment,
    signal,
    sorting,
    statistics,
)
from ops.autodiff.nn import activation, convolution, pooling
from ops.autodiff.rules import VjpRule

_FAMILIES = (
    activation.RULES,
    contraction.RULES,
    convolution.RULES,
    creation.RULES,
    elementwise.RULES,
    indexing.RULES,
    linalg.RULES,
    manipulation.RULES,
    pooling.RULES,
    reduction.RULES,
    segment.RULES,
    signal.RULES,
    sorting.RULES,
    statistics.RULES,
)

VJPS: dict[str, VjpRule] = {key: rule for family in _FAMILIES for key, rule in family.vjps.items()}
DECOMPOSITIONS: dict[str, Callable[..., Any]] = {
    key: body for family in _FAMILIES for key, body in family.decompositions.items()
}
ZERO_GRADIENT: frozenset[str] = frozenset().union(*(family.zero_gradient for family in _FAMILIES))
