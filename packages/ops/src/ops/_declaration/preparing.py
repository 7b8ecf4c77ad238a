"""The first half of the general path: arguments are converted, promoted and canonicalised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration.arguments import canonical_unknown_shape
from ops._declaration.op import Op
from ops._declaration.operands import converted, dtype_of, index_of, operand_of
from ops._declaration.roles import DTYPE, MASK, MASKS, OPERANDS, OPTIONAL_OPERAND, SHAPE
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable


def prepare(
    op: Op, backend: Backend, arguments: Sequence[Any], canonical: Callable[..., tuple[Any, ...]] | None
) -> tuple[list[Any], bool]:
    """Returns canonical arguments, converted and promoted, and whether any operand is symbolic.

    If an operand is symbolic, tensors are not converted: only their shapes and dtypes are used. ``canonical`` is the
    op's own hook, bound to the backend.
    """
    roles = op.signature.roles
    values = list(arguments)
    for i in op.signature.statics:
        convert = roles[i].canonical
        if convert is not None:
            if roles[i] is SHAPE and _has_symbol(op, arguments):
                values[i] = canonical_unknown_shape(values[i], backend, op.signature.names[i])
                continue
            values[i] = convert(values[i], backend, op.signature.names[i]) if roles[i].is_size else convert(values[i])
            if roles[i] is DTYPE:
                backend.check_dtype(values[i])
    symbolic, from_host = False, False
    for i in op.signature.statics:
        if roles[i] is SHAPE and any(size is None for size in values[i]):  # taken from a symbolic tensor's shape
            symbolic = True
    for i in op.signature.operands:
        if roles[i].is_list:
            if not isinstance(values[i], (list, tuple)):
                raise ArgumentTypeError(
                    f"{op.signature.names[i]} must be a list or tuple of tensors; got {type(values[i]).__name__}"
                )
            items = [operand_of(backend, item) for item in values[i]]
            from_host = from_host or any(a is not b for a, b in zip(items, values[i], strict=True))
            values[i] = items
            symbolic = symbolic or any(isinstance(item, SymbolicTensor) for item in values[i])
        elif values[i] is not None or roles[i] is not OPTIONAL_OPERAND:
            operand = operand_of(backend, values[i])
            from_host = from_host or operand is not values[i]
            values[i] = operand
            symbolic = symbolic or isinstance(operand, SymbolicTensor)
    if from_host and backend.beside is not None and not symbolic:
        _gather(op, backend, backend.beside, arguments, values)
    if canonical is not None:
        values = list(canonical(*values))
    _promote(op, backend, values)
    return values, symbolic


def _has_symbol(op: Op, arguments: Sequence[Any]) -> bool:
    for i in op.signature.operands:  # (A loop, because torch's compiler does not support a generator here.)
        if isinstance(arguments[i], SymbolicTensor):
            return True
    return False


def _gather(
    op: Op, backend: Backend, move_beside: Callable[..., Any], arguments: Sequence[Any], values: list[Any]
) -> None:
    """Moves tensors that were created from host memory to the device of the first operand that is a tensor."""
    roles = op.signature.roles
    pairs: list[tuple[Any, Any]] = []
    for i in op.signature.operands:
        pairs += zip(values[i], arguments[i], strict=True) if roles[i].is_list else [(values[i], arguments[i])]
    own_values = [value for value, argument in pairs if value is argument or isinstance(argument, Variable)]
    own_tensors = [value for value in own_values if type(value) in backend.types]
    if not own_tensors:
        return

    def moved(value: Any, argument: Any) -> Any:
        return value if value is argument or type(value) in dtypes.NUMBERS else move_beside(value, own_tensors[0])

    for i in op.signature.operands:
        if roles[i].is_list:
            values[i] = [moved(*pair) for pair in zip(values[i], arguments[i], strict=True)]
        elif values[i] is not None:
            values[i] = moved(values[i], arguments[i])


def _promote(op: Op, backend: Backend, values: list[Any]) -> None:
    roles = op.signature.roles
    promoted: list[tuple[int, int | None]] = []  # positions, with the index in a list of operands
    for i in op.signature.operands:
        role = roles[i]
        if values[i] is None:
            continue
        if role is OPERANDS:
            promoted += [(i, j) for j in range(len(values[i]))]
        elif role.is_promoted:
            promoted.append((i, None))
        elif role is MASK:
            values[i] = converted(backend, values[i], "bool")
        elif role is MASKS:
            values[i] = [converted(backend, item, "bool") for item in values[i]]
        else:
            values[i] = index_of(backend, op.signature.names[i], values[i])
    compute = op.dtype.compute
    operands = [values[i] if j is None else values[i][j] for i, j in promoted]
    names = [dtype_of(backend, value) for value in operands]
    common = compute(names) if compute is not None and names else None
    for (i, j), value, name in zip(promoted, operands, names, strict=True):
        if common is None and op.shape is None and type(value) in dtypes.NUMBERS:
            continue  # the ops of a composite's body promote it
        dtype = common or dtypes.promote([name])
        tensor = converted(backend, value, dtype)
        if j is None:
            values[i] = tensor
        else:
            values[i][j] = tensor
