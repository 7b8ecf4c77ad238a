"""Functions bound to one backend."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from ops._declaration.arguments import is_negative_zero
from ops._declaration.declared import DECLARED, Declared
from ops._declaration.errors import cause, cause_first, explained, is_own, mixes_symbols, too_deep
from ops._declaration.fast_path import fast_tests, layout_test, loop_test
from ops._declaration.general_path import GeneralPath
from ops._declaration.look_up import has_look_up, look_up
from ops._declaration.numbers import Numbers
from ops._declaration.op import BackendFunction, Body, Op
from ops._declaration.rebinding import rebind
from ops._declaration.recording import SymbolsFound, is_recording, record_call, record_outlined, returns_tensors
from ops._declaration.roles import CHECKED, OPERANDS
from ops._declaration.signature import Signature
from ops._declaration.sparsity import has_sparse, sparse_module, sparse_operand
from ops._declaration.table import Table
from ops._declaration.tracing import register_kernels
from ops_common.errors import UnsupportedError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend


def bind(declared: Declared, backend: Backend) -> Callable[..., Any]:
    """Returns the declared function, bound to one backend."""
    if isinstance(declared, Op):
        return _bind_op(declared, backend)
    if isinstance(declared, BackendFunction):
        return _bind_backend_function(declared, backend)
    assert isinstance(declared, Body)
    scope = {"_function": rebind(declared.function, backend)}
    return declared.compile(f"    return _function({declared.signature.forward()})\n", scope, backend.name)


def _bind_op(op: Op, backend: Backend) -> Callable[..., Any]:
    signature = op.signature
    kernel = None if op.kernel is None else backend.kernels.get(op.kernel)
    direct = kernel
    if kernel is None and not op.has_body:
        kernel = direct = _unsupported(op, backend)
    if kernel is None or direct is None:
        kernel = direct = rebind(op.function, backend)
        fuse = backend.kernels.get("core.fuse")
        if fuse is not None and op.fused and signature.operands and OPERANDS not in signature.roles:
            direct = fuse(kernel, signature.statics)
            if op.numbers:
                others = tuple(i for i in signature.statics if i not in op.numbers)
                direct = Numbers(op.numbers, direct, fuse(kernel, others))
            kernel = _fused(kernel, direct, signature, backend)
    eager = _eager(op, backend)
    if eager is not None:
        kernel, direct = _attempted(eager, kernel, backend), _attempted(eager, direct, backend)
    table = Table(backend.native_dtypes.values()) if has_look_up(op, backend) else None
    scope: dict[str, Any] = {
        "T": backend.types,
        "A": backend.exact_types[0],
        "_kernel": kernel,
        "DTYPES": backend.fast_dtypes,
        "_general_path": GeneralPath(op, backend, kernel, direct, table),
    }
    # Of the forms of a composite with numbers, an entry of the table holds the one for its numbers.
    tests = [] if isinstance(direct, Numbers) and table is not None else fast_tests(op, backend, scope)
    body = f"    return _general_path({signature.packed()})\n"
    if table is not None:
        body = look_up(op, backend, table, scope) + body
    for test in reversed(tests):
        body = (
            f"    if {test}:\n"
            f"        try:\n"
            f"            return _kernel({signature.forward(by_position=True)})\n"
            f"        except Exception as error:\n"
            f"            failed = error\n"
            f"        return _general_path({signature.packed()}, failed)\n"
        ) + body
    if tests and OPERANDS in signature.roles:
        body = loop_test(op) + body
    if backend.dense_layout is not None and signature.operands and op.key not in backend.sparse_kernels:
        scope |= {"DENSE": backend.dense_layout, "_has_sparse": functools.partial(has_sparse, op, backend)}
        body = layout_test(op) + body
    return op.compile(body, scope, backend.name)


def _bind_backend_function(function: BackendFunction, backend: Backend) -> Callable[..., Any]:
    signature = function.signature
    forward = signature.forward()
    # `ops.autodiff` may be recording a gradient, if the backend has no gradients of its own (see `active.own`).
    follow = (
        f"    if state.overridden and own(backend) is not backend:\n"
        f"        return own(backend).bound.{function.key}({forward})\n"
    )
    checked = {name: role for name, role in zip(signature.names, signature.roles, strict=True) if role in CHECKED}
    eager = _eager(function, backend)
    attempt = (
        f"        result = {'' if backend.traces_python is False else 'NotImplemented if is_tracing() else '}"
        f"_eager({forward})\n"
        f"        if result is not NotImplemented:\n"
        f"            return result\n"
    )
    outline = (
        f"    except SymbolsFound:\n"
        f"        failed = None\n"
        f"    if failed is None:\n"
        f"        try:\n"
        f"            return _record_outlined({signature.packed()})\n"
        f"        except Exception as error:\n"
        f"            if is_own(error, backend):\n"
        f"                raise\n"
        f"            failed = too_deep(error, {signature.packed()})\n"
    )
    own = (
        f"        if {'is_mixed(error, backend)' if returns_tensors(function) else 'False'}:\n"
        f"            failed = None\n"
        f"        elif is_own(error, backend):\n"
        f"            raise\n"
    )
    calls_user = any(role.name in ("function", "functions") for role in signature.roles)
    checks = [
        f"        if not {role.test}:\n            {{0}} = _canonical_{{0}}({{0}})\n".format(name)
        for name, role in checked.items()
    ]
    body = (
        f"{follow if backend.is_recorded else ''}"
        f"    try:\n"
        f"{_of_sparse(function, backend, forward)}"
        f"{'' if eager is None else attempt}"
        f"{''.join(checks)}"
        f"{_returned(function, forward)}"
        f"    except Exception as error:\n"
        f"{own if calls_user else ''}"
        f"        {'else: ' if calls_user else ''}failed = too_deep(error, {signature.packed()})\n"
        f"{outline if returns_tensors(function) else ''}"
        f"    raise explained(describe({signature.packed()}), backend, failed) from cause(failed, backend)\n"
    )
    scope = {
        "_function": rebind(function.function, backend),
        "_eager": eager,
        "_densified": _densified,
        "is_tracing": _tracing(backend),
        "backend": backend,
        "state": active.state,
        "own": active.own,
        **{f"_canonical_{name}": role.canonical for name, role in checked.items()},
        "_types": backend.types,
        "_record": functools.partial(record_call, function, backend),
        "_record_outlined": functools.partial(record_outlined, function, backend),
        "SymbolsFound": SymbolsFound,
        "describe": function.describe,
        "explained": cause_first if function.family == "control" else explained,
        "cause": cause,
        "is_own": is_own,
        "is_mixed": _is_mixed,
        "too_deep": too_deep,
    }
    return function.compile(body, scope, backend.name)


# Functions that compute with sparse tensors themselves.
_SPARSE_FAMILIES = ("core", "control", "sparse", "transform")
_SPARSE = ("indexing_get_item", "indexing_slice")


def _of_sparse(function: BackendFunction, backend: Backend, forward: str) -> str:
    """Returns the source of the test for sparse operands: they become dense, if the function does not compute with
    them."""
    signature = function.signature
    names = [name for name, role in zip(signature.names, signature.roles, strict=True) if role.is_operand]
    is_own = function.key in _SPARSE
    if not names or function.family in _SPARSE_FAMILIES or (is_own and backend.dense_layout is None):
        return ""
    test = " or ".join(f"backend.is_sparse({name})" for name in names)
    if is_own:  # without the short form
        return f"        if {test}:\n            return _function(backend, {forward})\n"
    dense = "".join(f"            {name} = _densified(backend, {name}, {function.public!r})\n" for name in names)
    return f"        if {test}:\n{dense}"


def _densified(backend: Backend, x: Any, name: str) -> Any:
    if not backend.is_sparse(x):
        return x
    return sparse_module("conversion").densified(backend, sparse_operand(backend, x), name)


def _is_mixed(error: Exception, backend: Backend) -> bool:
    """Returns whether a function of the user's gave a framework's operator a symbolic tensor that it closes over.

    It is no error if the function is called with symbolic tensors.
    """
    if backend.is_tracing is not None and backend.is_tracing():
        return False
    return mixes_symbols(error) and not is_recording()


def _returned(function: BackendFunction, forward: str) -> str:
    """Returns the source of the call whose result is returned. Results that are not tensors may be symbolic: then the
    call is recorded."""
    call = f"_function(backend, {forward})"  # a parameter may be called function
    if not returns_tensors(function):
        return f"        return {call}\n"
    return (
        f"        result = {call}\n"
        f"        return result if type(result) in _types else _record({function.signature.packed()}, result)\n"
    )


def _eager(declared: Declared, backend: Backend) -> Callable[..., Any] | None:
    """Returns the backend's kernel for eager calls of a function, which may return NotImplemented."""
    return None if backend.records else backend.kernels.get(f"eager.{declared.key}")


def _tracing(backend: Backend) -> Callable[[], bool]:
    return backend.traces_python if callable(backend.traces_python) else backend.is_traced


def _attempted(eager: Callable[..., Any], kernel: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """Returns a function that calls the kernel for eager calls, and the other kernel where that is not implemented."""
    if backend.traces_python is False:

        def attempt(*args: Any) -> Any:
            result = eager(*args)
            return kernel(*args) if result is NotImplemented else result

        return attempt

    is_tracing = _tracing(backend)

    def call(*args: Any) -> Any:
        if not is_tracing():
            result = eager(*args)
            if result is not NotImplemented:
                return result
        return kernel(*args)

    return call


def _unsupported(op: Op, backend: Backend) -> Callable[..., Any]:
    """The kernel of a primitive that the backend lacks."""

    def kernel(*_: Any) -> Any:
        raise UnsupportedError(f"the backend has no kernel {op.kernel}")

    return kernel


def _fused(
    kernel: Callable[..., Any], fused: Callable[..., Any], signature: Signature, backend: Backend
) -> Callable[..., Any]:
    """Returns a function that calls the fused form of a composite if all operands are tensors, else its body.

    The body also runs for a static argument of -0.0: a framework that caches compiled functions by equal arguments
    would use the one of 0.0.
    """
    types_, operands = backend.types, signature.operands
    numbers = [i for i in signature.statics if signature.roles[i].may_be_float]

    def call(*args: Any) -> Any:
        for i in operands:
            if type(args[i]) not in types_ and args[i] is not None:
                return kernel(*args)
        for i in numbers:
            if is_negative_zero(args[i]):
                return kernel(*args)
        return fused(*args)

    return call


class Bound:
    """All declared functions bound to one backend; each is bound at its first use."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.rebound: dict[Callable[..., Any], Callable[..., Any]] = {}  # see `rebinding.rebind`

    def __getattr__(self, key: str) -> Any:
        declared = DECLARED.get(key)
        if declared is None:
            raise AttributeError(key)
        with active.lock:
            function = bind(declared, self._backend)
            setattr(self, key, function)
            if active.state.default is self:
                declared.adopt(function)
        return function

    def bind_all(self) -> None:
        """Binds all functions, for a compiler that can trace only existing ones."""
        for key in DECLARED:
            getattr(self, key)
        register_kernels(self._backend, vars(self))

    def become_default(self) -> None:
        """Makes the public functions call the functions of this backend; unbound ones are bound at their first call."""
        bound = vars(self)
        for key, declared in DECLARED.items():
            declared.adopt(bound.get(key))
