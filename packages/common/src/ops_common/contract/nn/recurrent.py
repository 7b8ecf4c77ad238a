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
    """While the framework traces a graph: ``carry, outputs = step(carry, slices)`` for the slices along axis 0 of the
    sequences, of which there is at least one, as the framework's own loop. Answers the last carry, and the outputs
    stacked. None where nothing is traced: then the steps are run one by one."""
    ...


@optional
def lstm(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Long short-term memory with tanh and sigmoid; the gates stand in the order input, forget, cell, output. Answers
    the outputs (batch, time, units) and the last states."""
    ...


@optional
def gru(inputs: Tensor, state: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    """Gated recurrent unit with tanh and sigmoid, the reset gate after the recurrent product; the gates stand in the
    order update, reset, candidate, and the bias (2, 3 * units) is the inputs' and the recurrent one. Answers the
    outputs (batch, time, units) and the last state."""
    ...
