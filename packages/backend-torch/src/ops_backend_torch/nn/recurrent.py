"""PyTorch, family nn.recurrent: the framework's fused kernels."""

from __future__ import annotations

from typing import Any

import torch

Tensor = Any


def lstm(
    inputs: Tensor, state_h: Tensor, state_c: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    weights = (_laid(kernel.T), _laid(recurrent_kernel.T), bias, torch.zeros_like(bias))
    state = (state_h.unsqueeze(0), state_c.unsqueeze(0))
    # Biases, one layer, no dropout, not training, one direction, batch first.
    out, h, c = torch.lstm(inputs, state, weights, True, 1, 0.0, False, False, True)
    return out, h.squeeze(0), c.squeeze(0)


def gru(inputs: Tensor, state: Tensor, kernel: Tensor, recurrent_kernel: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
    weights = (*(_laid(_reset_first(x).T) for x in (kernel, recurrent_kernel)), *(_reset_first(x) for x in bias))
    out, h = torch.gru(inputs, state.unsqueeze(0), weights, True, 1, 0.0, False, False, True)
    return out, h.squeeze(0)


def _laid(weight: Tensor) -> Tensor:
    """Returns the weight contiguous, which cuDNN requires, unlike the CPU kernels."""
    return weight if weight.device.type == "cpu" else weight.contiguous()


def _reset_first(x: Tensor) -> Tensor:
    """Returns the gates in torch's order: reset, update, candidate."""
    update, reset, candidate = x.chunk(3, -1)
    return torch.cat((reset, update, candidate), -1)
