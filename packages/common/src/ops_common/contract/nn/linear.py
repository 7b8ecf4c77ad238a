"""Contract, family nn.linear."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def dense(x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
    """The product of x, of shape (..., n), and a kernel of shape (n, m), plus a bias of shape (m,) if there is one. The
    operands have one inexact dtype. The function raises an error for a kernel or a bias of another rank, and for a bias
    of another size."""
    ...
