"""The call of an op with sparse operands: its rule computes the result, or its operands are densified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration.inference import infer
from ops._declaration.op import Op
from ops._declaration.operands import spec_of
from ops._declaration.preparing import prepare
from ops._declaration.rebinding import rebind_hook
from ops._declaration.recording import record
from ops._declaration.sparsity import as_sparse, sparse_operand, spec_of_sparse
from ops.sparse.conversion import cast_values, check_dense, densified
from ops.sparse.rules import RULES
from ops_common import dtypes
from ops_common.runtime.backend import Backend
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees


def call(op: Op, backend: Backend, arguments: Sequence[Any]) -> Any:
    """Returns the result of a call, one of whose operands is sparse."""
    signature = op.signature
    operands = list(arguments)
    for i in signature.operands:
        if signature.roles[i].is_list:
            operands[i] = [sparse_operand(backend, item) for item in arguments[i]]
        elif arguments[i] is not None:
            operands[i] = sparse_operand(backend, arguments[i])
    symbolic = bool(trees.leaves([operands[i] for i in signature.operands], _is_symbolic))
    rule = RULES.get(op.key)
    forms = [_form(backend, operands[i]) if i in signature.operands else operands[i] for i in range(len(operands))]
    kept = rule.keeps(*signature.spread(forms)) if rule is not None else None
    if kept is None and not symbolic:
        return _of_dense(op, backend, operands)
    if kept is None:
        for form in trees.leaves([forms[i] for i in signature.operands], _is_symbolic):
            if form.sparse:
                check_dense(form.shape, form.dtype, op.public)
    specs = [_dense_spec(form) for form in forms]
    canonical = None if op.canonical is None else rebind_hook(op.canonical, backend)
    prepared, _ = prepare(op, backend, specs, canonical)
    result = infer(op, backend, prepared)
    if symbolic:
        specs = [as_sparse(spec, bool(kept)) for spec in trees.leaves(result, _is_symbolic)]
        result = trees.put(result, specs, _is_symbolic, keep=True)
        return record(op, arguments, result)
    assert rule is not None
    values = [
        _promoted(backend, operands[i], prepared[i]) if i in signature.operands else prepared[i]
        for i in range(len(operands))
    ]
    return rule.compute(backend, result, *signature.spread(values))


def _is_symbolic(leaf: Any) -> bool:
    return isinstance(leaf, SymbolicTensor)


def _of_dense(op: Op, backend: Backend, operands: Sequence[Any]) -> Any:
    """Returns the op's result for dense operands in place of the sparse ones."""
    values = list(operands)
    for i in op.signature.operands:
        if op.signature.roles[i].is_list:
            values[i] = [densified(backend, item, op.public) for item in values[i]]
        else:
            values[i] = densified(backend, values[i], op.public)
    return op.signature.call(getattr(backend.bound, op.key), values)


def _form(backend: Backend, operand: Any) -> Any:
    """Returns what a rule decides by: for a tensor its spec, sparse or not; a number, None and lists of these."""
    if isinstance(operand, list):
        return [_form(backend, item) for item in operand]
    if operand is None or type(operand) in dtypes.NUMBERS:
        return operand
    return spec_of_sparse(backend, operand) if backend.is_sparse(operand) else spec_of(backend, operand)


def _dense_spec(form: Any) -> Any:
    if isinstance(form, list):
        return [_dense_spec(item) for item in form]  # pyright: ignore[reportUnknownVariableType]  # any items
    return as_sparse(form, False) if isinstance(form, SymbolicTensor) else form


def _promoted(backend: Backend, operand: Any, prepared: Any) -> Any:
    """Returns an operand in the dtype of its prepared form."""
    if isinstance(operand, list):
        return [_promoted(backend, x, y) for x, y in zip(operand, prepared, strict=True)]
    if operand is None or not isinstance(prepared, SymbolicTensor):
        return prepared
    if type(operand) in dtypes.NUMBERS:
        return backend.make(operand, prepared.dtype)
    if backend.is_sparse(operand):
        return cast_values(backend, operand, prepared.dtype)
    return backend.cast(operand, prepared.dtype)
