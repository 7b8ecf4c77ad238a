"""Whether PyTorch's compiler or exporter is tracing the calling code."""

from __future__ import annotations

import torch
from torch._guards import TracingContext

from ops_common.errors import UnsupportedError, unknown_shape


def is_compiling() -> bool:
    """Returns whether this thread's code is being traced.

    `torch.compiler.is_compiling` alone is true in every thread of the process while one of them compiles; the context
    of a trace belongs to its thread. (While Dynamo traces this function, `is_dynamo_compiling` is true, and the
    context is not queried.)
    """
    return torch.compiler.is_compiling() and (
        torch.compiler.is_dynamo_compiling() or TracingContext.try_get() is not None
    )


@torch.compiler.assume_constant_result
def refuse(message: str) -> None:
    """Raises UnsupportedError while a function is traced.

    The compiler calls this function instead of tracing it, so that `ops.jit` finds the error among the causes of the
    compiler's own error. An error that is raised by traced code is only described there.
    """
    raise UnsupportedError(message)


@torch.compiler.assume_constant_result
def _refuse_unknown_shape(name: str, instead: str) -> None:
    raise unknown_shape(name, instead)


@torch.compiler.substitute_in_graph(unknown_shape)
def _unknown_shape(name: str, instead: str) -> UnsupportedError:
    _refuse_unknown_shape(name, instead)
    return UnsupportedError()  # not reached: the compiler ends the trace at the error
