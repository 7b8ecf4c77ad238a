"""What a compiler that reads Python code is told about the ops: which calls are calls of a kernel.

Reading the code of the public and the bound function at each call takes several times as long as reading the
framework's own call.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ops._declaration.declared import DECLARED
from ops._declaration.fast_path import unchanged_dtypes
from ops._declaration.op import Op
from ops._declaration.roles import OPERAND
from ops_common.runtime import active
from ops_common.runtime.backend import Backend


def register_kernels(backend: Backend, bound: Mapping[str, Callable[..., Any]]) -> None:
    """Registers the functions bound to a backend with its compiler, and the public functions that call them."""
    register = backend.kernels.get("transform.trace_as_kernel")
    if register is None:
        return
    for op in DECLARED.values():
        if not isinstance(op, Op) or op.kernel not in backend.kernels or not _takes_only_operands(op):
            continue
        kernel, dtypes = backend.kernels[op.kernel], unchanged_dtypes(op, backend, [])
        register(bound[op.key], kernel, dtypes, lambda: True)
        register(op.public_function, kernel, dtypes, _is_active(op.kernel, kernel))


def _takes_only_operands(op: Op) -> bool:
    """Returns whether the kernel is called with the same tensors if they have one dtype that needs no promotion."""
    signature = op.signature
    return (
        op.canonical is None
        and all(role is OPERAND for role in signature.roles)
        and (len(signature.names) == 1 or (len(signature.names) == 2 and op.dtype.compute is not None))
    )


def _is_active(key: str, kernel: Callable[..., Any]) -> Callable[[], bool]:
    """Returns a function that returns whether the active backend, or its form on a device, has this kernel."""
    return lambda: active.current_backend().kernels.get(key) is kernel
