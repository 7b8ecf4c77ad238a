"""What kernels need where torch's gradient is wrong."""

from __future__ import annotations

from typing import Any

import torch

from ops_backend_torch.elementwise.scalars import is_tracing

Tensor = Any


# Whether a tensor is inside a transform of torch.func.
is_wrapped = torch._C._functorch.is_functorch_wrapped_tensor  # pyright: ignore[reportAttributeAccessIssue]  # not in the stubs


def differentiable(x: Tensor) -> bool:
    """Returns whether a gradient may be computed, so that it must be corrected where torch's is wrong."""
    return is_tracing() or x.requires_grad or is_wrapped(x)


def half_each(x1: Tensor, x2: Tensor) -> Tensor:
    """Returns either of two equal numbers, with half of the gradient for each."""
    return x1 * 0.5 + x2 * 0.5
