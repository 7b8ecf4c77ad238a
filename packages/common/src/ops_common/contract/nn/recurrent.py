"""Contract, family nn.recurrent. Operands are float32 or float64 tensors; sequences are (batch, time, features)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def loop(
    step: Callable[..., Any], carry: list[Tensor], sequences: list[Tensor]
) -> tuple[list[Tensor], list[Tensor]] | None:
    """The last carry and the stacked outputs of ``carry, outputs = step(carry, slices)`` for the slices along axis 0 of
    the sequences, of which there is at least one, as the framework's own loop, while it traces a graph. None otherwise:
    the steps are then run one by one."""
    ...


@optional
def lstm(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (batch, time, units) and last states of a long short-term memory with tanh and sigmoid; the gates are in
    the order input, forget, cell, output."""
    ...


@optional
def gru(inputs: Tensor, state: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs (batch, time, units) and last state of a gated recurrent unit with tanh and sigmoid, with the reset gate
    after the recurrent product; the gates are in the order update, reset, candidate, and the bias (2, 3 * units)
    contains that of the inputs and the recurrent one."""
    ...
