"""Symbolic results, by an op's shape rule or body; and the errors of calls that break the rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ops._declaration.arguments import has_run_time_size, static_argument
from ops._declaration.errors import explained, too_deep
from ops._declaration.op import Op
from ops._declaration.operands import spec_of
from ops._declaration.rebinding import rebind, rebind_hook
from ops._declaration.roles import OPERAND, OPERANDS
from ops_common import dtypes
from ops_common.errors import OpsError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor


def infer(op: Op, backend: Backend, values: Sequence[Any]) -> Any:
    """Returns the symbolic result for prepared arguments."""
    roles = op.signature.roles
    specs = [
        [spec_of(backend, item) for item in value]
        if roles[i].is_list
        else spec_of(backend, value)
        if i in op.signature.operands and value is not None
        else value
        for i, value in enumerate(values)
    ]
    for i in op.signature.statics:
        if roles[i].is_size:  # a rule does not support run-time sizes
            specs[i] = static_argument(specs[i])
    if op.shape is None:
        # A body receives Python numbers unchanged, so that they remain weak.
        specs = [v if type(v) in dtypes.NUMBERS else spec for v, spec in zip(values, specs, strict=True)]
        return rebind(op.function, backend)(*op.signature.spread(specs))
    shape = rebind_hook(op.shape, backend)(*op.signature.spread(specs))
    if isinstance(shape, SymbolicTensor) or (isinstance(shape, tuple) and _is_symbolic(shape)):
        return shape
    promoted = [specs[i] for i in op.signature.operands if roles[i] in (OPERAND, OPERANDS)]
    first = promoted[0] if promoted else None
    dtype = (
        first[0].dtype if isinstance(first, list) else first.dtype if first is not None else dtypes.standardize(None)
    )
    dtype = op.dtype.result_dtype(dtype)
    if isinstance(shape, list) or (shape and isinstance(shape[0], tuple)):
        return type(shape)(SymbolicTensor(sizes, dtype) for sizes in shape)
    return SymbolicTensor(shape, dtype)


def _is_symbolic(values: tuple[Any, ...]) -> bool:
    return len(values) > 0 and isinstance(values[0], SymbolicTensor)


def _is_unknown(op: Op, values: Sequence[Any]) -> bool:
    """Returns whether the op is a composite that is given run-time sizes, with which its body infers no shape."""
    sized = [i for i in op.signature.statics if op.signature.roles[i].is_size]
    return op.shape is None and any(has_run_time_size(values[i]) for i in sized)


def explain(
    op: Op, backend: Backend, arguments: Sequence[Any], error: Exception, values: Sequence[Any] | None
) -> Exception:
    """Returns the error to raise for a failed call: that of the op's shape rule if it fails, else the framework's."""
    if not isinstance(error, OpsError) and values is not None and not _is_unknown(op, values):
        try:
            infer(op, backend, values)
        except OpsError as broken:
            error = broken
        except Exception:
            pass  # the rule does not support these arguments either: the kernel's error is more useful
    is_tracing = backend.kernels.get("transform.is_tracing")
    if values is not None and is_tracing is not None and is_tracing():
        # PyTorch's compiler cannot read the dtype of an array, in place of which the tensor is described.
        arguments = [v if isinstance(arg, np.ndarray) else arg for arg, v in zip(arguments, values, strict=True)]
    return explained(op.describe(arguments), backend, too_deep(error, arguments))
