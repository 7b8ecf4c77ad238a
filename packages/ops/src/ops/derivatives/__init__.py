"""The derivatives of the contract's kernels, written in ops, for `reverse`."""

from ops.derivatives import arrays, contraction, elementwise, linalg, nn
from ops.derivatives.rules import FLAT, RULES, WRITTEN, fit, stacked, units

__all__ = [
    "FLAT",
    "RULES",
    "WRITTEN",
    "arrays",
    "contraction",
    "elementwise",
    "fit",
    "linalg",
    "nn",
    "stacked",
    "units",
]
