"""The look-up of canonical arguments in a table: generated source for calls whose static arguments occurred before.

If the table has an entry, the kernel is called with the unchanged operands and the static arguments of the entry. No
hook, shape rule or loop over parameters runs.
"""

from __future__ import annotations

import inspect
import marshal
import types
from typing import Any

from ops._declaration.op import Op
from ops._declaration.roles import DTYPE, OPERAND, OPTIONAL_OPERAND, SHAPE
from ops._declaration.table import NUMBERS, Table
from ops_common.runtime import active
from ops_common.runtime.backend import Backend


def has_look_up(op: Op, backend: Backend) -> bool:
    """Returns whether the op has a table: all ops but those of lists of tensors alone, which need no conversion."""
    roles = [op.signature.roles[i] for i in op.signature.operands]
    return (
        bool(op.signature.statics)
        or op.canonical is not None
        or backend.call is not None
        or not all(role.is_list for role in roles)
    )


def look_up(op: Op, backend: Backend, table: Table, scope: dict[str, Any]) -> str:
    """Returns source that calls the kernel if the table has an entry for the arguments, and adds one if not.

    It is skipped for arguments that a table does not support: operands that are neither tensors nor Python numbers, and
    ``**kwargs``.
    """
    signature = op.signature
    packed = signature.packed()
    tests = [*_context_tests(backend, scope), *_operand_tests(op)]
    if signature.options is not None:
        tests.append(f"not {signature.names[signature.options]}")
    dtypes = [signature.names[i] for i in signature.statics if signature.roles[i] is DTYPE]
    tests += [f"type({name}) in DTYPE_TYPES" for name in dtypes]
    scope |= {
        "NUMBERS": NUMBERS,
        "DTYPE_TYPES": frozenset({type(None), str, type, *map(type, backend.native_dtypes.values())}),
        "_dumps": marshal.dumps,
        "_find": table.entries.get,
        "_shape": backend.shape,
    }
    own = {i: f"{signature.names[i]}_" for i in signature.statics}
    # By position, as on the general path.
    forward = [
        f"*{name}" if i == signature.varargs else own.get(i, name)
        for i, name in enumerate(signature.names)
        if i != signature.options
    ]
    return (
        f"    if {' and '.join(tests) or 'True'}:\n"
        f"        try:\n"
        f"{_plain_shapes(op)}"
        f"            _key = {_key(op, backend)}\n"
        f"            _entry = _find(_key)\n"
        f"        except Exception:\n"  # an argument that cannot be serialised or hashed
        f"            _key = None\n"
        f"        if _key is not None:\n"
        f"            if _entry is None:\n"
        f"                return _general_path({packed}, key=_key)\n"
        f"            _call, {''.join(f'{name}, ' for name in own.values())}= _entry\n"
        f"            try:\n"
        f"                return _call({', '.join(forward)})\n"
        f"            except Exception as error:\n"
        f"                failed = error\n"
        f"            return _general_path({packed}, failed, is_canonical=True)\n"
    )


def _context_tests(backend: Backend, scope: dict[str, Any]) -> list[str]:
    tests: list[str] = []
    traces = backend.traces_python
    if traces:
        # The compiler would guard the table's entries, and recompile when they change.
        scope["_is_tracing"] = traces if callable(traces) else backend.kernels.get("transform.is_tracing", bool)
        tests.append("not _is_tracing()")
    if backend.is_recorded:
        scope |= {"_state": active.state, "_own": active.own, "_backend": backend}
        tests.append("(not _state.overridden or _own(_backend) is _backend)")
    return tests


def _operand_tests(op: Op) -> list[str]:
    tests: list[str] = []
    for i in op.signature.operands:
        name, role = op.signature.names[i], op.signature.roles[i]
        if role.is_list:
            tests.append(
                f"(type({name}) is list or type({name}) is tuple) and all(map(T.__contains__, map(type, {name})))"
            )
        elif role is OPTIONAL_OPERAND:
            tests.append(f"({name} is None or type({name}) in T or type({name}) in NUMBERS)")
        elif role is OPERAND:
            tests.append(f"(type({name}) in T or type({name}) in NUMBERS)")
        else:
            tests.append(f"type({name}) in T")
    return tests


def _plain_shapes(op: Op) -> str:
    """Returns source that replaces shapes of other tuple types, such as torch.Size, which are not serialised."""
    names = [op.signature.names[i] for i in op.signature.statics if op.signature.roles[i] is SHAPE]
    return "".join(
        f"            if type({name}) is not tuple and isinstance({name}, tuple):\n"
        f"                {name} = tuple({name})\n"
        for name in names
    )


def _key(op: Op, backend: Backend) -> str:
    signature = op.signature
    serial: list[str] = []
    parts: list[str] = []
    for i in signature.statics:
        name = signature.names[i]
        if signature.roles[i] is DTYPE:
            parts += [f"type({name})", name]  # the type, because NumPy's dtypes compare equal to some types
        else:
            serial.append(name)
    if serial:
        parts.insert(0, f"_dumps(({', '.join(serial)},))")
    for i in signature.operands:
        name, role = signature.names[i], signature.roles[i]
        read = _read(op, name)
        if role.is_list:
            items = [f"tuple([item.dtype for item in {name}])"]
            items += {"shape": [f"tuple(map(_shape, {name}))"]}.get(read, [])
        else:
            items = [f"{name}.dtype"]
            if role is OPERAND or role is OPTIONAL_OPERAND:
                # The dtype of an int depends on its size: no entry is added for one that has 64 bits.
                fits = f"type({name}) is not int or -2147483649 < {name} < 2147483648"
                items = [f"({name}.dtype if type({name}) in T else type({name}) if {fits} else False)"]
            items += {"shape": [_shape_of(backend, name)], "rank": [_rank_of(backend, name)]}.get(read, [])
        if role is OPTIONAL_OPERAND:
            items = [f"None if {name} is None else {item}" for item in items]
        parts += items
    return f"({', '.join(parts)},)" if parts else "()"


def _read(op: Op, operand: str) -> str:
    if op.canonical is None:
        return ""
    declared = getattr(op.canonical, "__reads__", None)
    return "shape" if declared is None else declared.get(operand, "")


def _is_direct(backend: Backend, attribute: str) -> bool:
    """Returns whether an attribute of the backend's tensors is not computed by Python code."""
    value = inspect.getattr_static(backend.exact_types[0], attribute, None)
    return isinstance(value, (types.GetSetDescriptorType, types.MemberDescriptorType))


def _shape_of(backend: Backend, name: str) -> str:
    return f"{name}.shape" if _is_direct(backend, "shape") else f"_shape({name})"


def _rank_of(backend: Backend, name: str) -> str:
    return f"{name}.ndim" if _is_direct(backend, "ndim") else f"len({_shape_of(backend, name)})"
