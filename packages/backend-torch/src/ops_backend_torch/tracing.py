"""Whether PyTorch's compiler or exporter traces the code that asks."""

from __future__ import annotations

import torch
from torch._guards import TracingContext


def is_compiling() -> bool:
    """Whether this thread's code is traced.

    `torch.compiler.is_compiling` alone is true in every thread of the process while one of them compiles; the context
    of a trace belongs to its thread. (The compiler itself knows the answer, and does not look for the context.)
    """
    return torch.compiler.is_compiling() and (
        torch.compiler.is_dynamo_compiling() or TracingContext.try_get() is not None
    )
