"""Contract, family linalg. Operands are of inexact dtype; all axes before the last two are stacks of matrices."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def slogdet(x: Tensor) -> tuple[Tensor, Tensor]:
    """Sign (of a complex matrix a number of modulus 1) and logarithm of the absolute value of the determinants of
    square matrices; the logarithm is real: 0 and minus infinity for a singular matrix."""
    ...
