"""Vjp rules of the family nn.activation."""

from __future__ import annotations

from ops.autodiff import functions as xp
from ops.autodiff.rules import FamilyRules, masked

RULES = FamilyRules(
    vjps={
        "nn.activation.relu": {0: lambda g, y, x: masked(xp.greater(x, 0), g)},
        "nn.activation.relu6": {0: lambda g, y, x: masked(xp.logical_and(xp.greater(x, 0), xp.less(x, 6)), g)},
    },
)
