"""The fast path: generated source that tests whether a kernel accepts the arguments unchanged.

The test is generated for the parameters of each op and the dtypes of each backend: a function of ``*args`` with a loop
over roles would take several times as long as most kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops._declaration.op import Op
from ops._declaration.roles import INDEX, MASK, OPERAND, OPERANDS, OPTIONAL_OPERAND
from ops_common import dtypes
from ops_common.errors import DtypeError
from ops_common.runtime.backend import Backend


def fast_tests(op: Op, backend: Backend, scope: dict[str, Any]) -> list[str]:
    """Returns source of tests that the kernel accepts the arguments unchanged, the most frequent case first."""
    signature = op.signature
    names, roles = signature.names, signature.roles
    if op.canonical is not None or signature.varargs is not None or not signature.operands:
        return []
    tests: list[str] = []
    for i in signature.statics:
        exact_test = roles[i].exact_test if backend.caches_by_equality else None
        test = exact_test or roles[i].test
        if test is not None:
            tests.append(test.format(names[i]))
    plain = [names[i] for i in signature.operands if roles[i] is OPERAND]
    own = _dtype_test(scope, backend, "OWN", unchanged_dtypes(op, backend, []))
    if OPERANDS in roles:
        return [" and ".join(["same", *tests, *([own] if own else [])])]
    for i in signature.operands:
        name = names[i]
        if roles[i] is MASK:
            scope["BOOL"] = backend.native_dtypes["bool"]
            tests.append(f"(type({name}) is A or type({name}) in T) and {name}.dtype is BOOL")
        elif roles[i] is INDEX:
            scope["INTS"] = frozenset(
                backend.native_dtypes[n]
                for n in dtypes.INTEGERS
                if n in backend.fast_dtypes & backend.native_dtypes.keys()
            )
            tests.append(f"type({name}) in T and {name}.dtype in INTS")
        elif roles[i] is OPTIONAL_OPERAND and not (plain and own):
            tests.append(f"{name} is None")
    operand_tests = _operand_tests(op, backend, scope, plain, own) if plain else [None]
    optional: list[str] = []
    if plain and own:  # the test of the other operands has assigned their dtype to d
        names = [names[i] for i in signature.operands if roles[i] is OPTIONAL_OPERAND]
        optional = [f"({name} is None or type({name}) in T and {name}.dtype is d)" for name in names]
    return [" and ".join([*tests, *([test] if test else []), *optional]) for test in operand_tests if test or tests]


def loop_test(op: Op) -> str:
    """Returns source that sets `same` if the operands of a list are tensors of one dtype `d`."""
    name = op.signature.names[op.signature.roles.index(OPERANDS)]
    return (
        f"    d = None\n"
        f"    same = False\n"
        f"    if type({name}) is list or type({name}) is tuple:\n"
        f"        for item in {name}:\n"
        f"            if type(item) is not A and type(item) not in T:\n"
        f"                break\n"
        f"            if d is None:\n"
        f"                d = item.dtype\n"
        f"            elif item.dtype is not d:\n"
        f"                break\n"
        f"        else:\n"
        f"            same = d is not None\n"
    )


def layout_test(op: Op) -> str:
    """Returns source that takes the general path for sparse tensors, whose class is that of dense tensors."""
    signature = op.signature
    packed = signature.packed()
    if OPERANDS in signature.roles or any(signature.roles[i].is_list for i in signature.operands):
        return f"    if _has_sparse({packed}):\n        return _general_path({packed})\n"
    names = [signature.names[i] for i in signature.operands]
    test = " or ".join(f"type({name}) in T and {name}.layout is not DENSE" for name in names)
    return f"    if {test}:\n        return _general_path({packed})\n"


def unchanged_dtypes(op: Op, backend: Backend, extra: Sequence[str]) -> frozenset[str]:
    """Returns the dtypes of operands that need no promotion, together with Python numbers of these weak types."""
    compute = op.dtype.compute
    unchanged: set[str] = set()
    for name in backend.fast_dtypes & backend.native_dtypes.keys():
        try:
            if compute is None or compute([name, *extra]) == name:
                unchanged.add(name)
        except DtypeError:
            pass  # the op does not support this dtype; the general path raises the error
    return frozenset(unchanged)


def _dtype_test(scope: dict[str, Any], backend: Backend, label: str, names: frozenset[str]) -> str:
    """Returns source that tests d against these dtypes; floatx first, by identity, as it is the most frequent."""
    if len(names) == len(backend.native_dtypes):
        return ""
    scope[label] = frozenset(backend.native_dtypes[name] for name in names)
    if "float32" in names:
        scope["F32"] = backend.native_dtypes["float32"]
        return f"(d is F32 or d in {label})"
    return f"d in {label}"


def _operand_tests(op: Op, backend: Backend, scope: dict[str, Any], plain: list[str], own: str) -> list[str]:
    first = plain[0]
    if len(plain) == 1:
        if not own:
            return [f"type({first}) in T"]
        return [f"(type({first}) is A or type({first}) in T) and ((d := {first}.dtype) is d and {own})"]
    if op.dtype.compute is None:
        each = f" and ((d := {{0}}.dtype) is d and {own})" if own else ""
        return [" and ".join(f"type({name}) in T{each.format(name)}" for name in plain)]
    # With an inexact dtype any number is weak; with an integer one an int that int32 can hold.
    inexact = backend.number_dtypes.intersection(dtypes.INEXACT)
    whole = inexact | backend.number_dtypes.intersection(("int32", "int64"))
    floats = _dtype_test(scope, backend, "FLOATS", unchanged_dtypes(op, backend, ["float"]) & inexact)
    ints = _dtype_test(scope, backend, "INTEGERS", unchanged_dtypes(op, backend, ["int"]) & whole)

    def fits(name: str) -> str:
        number = f"type({name}) is float and {floats} or type({name}) is int and {ints}"
        return f"({name}.dtype is d if type({name}) in T else {number} and -2147483649 < {name} < 2147483648)"

    def led_by(name: str, others: list[str]) -> str:
        return " and ".join([f"type({name}) in T and ((d := {name}.dtype) is d)", *map(fits, others)])

    test = led_by(first, plain[1:])
    tests = [test]
    if len(plain) == 2:
        second = plain[1]
        # Two plain tensors of one dtype, the most frequent pair, take fewer look-ups. Their call of the kernel comes
        # first: TensorFlow finds the line of each call, which takes half a microsecond more after a long test.
        pair = f"type({first}) is A and type({second}) is A and (d := {first}.dtype) is {second}.dtype"
        tests = [pair, f"({test} or type({first}) is not type({second}) and {led_by(second, [first])})"]
    return [f"{test} and {own}" if own else test for test in tests]
