"""The declaration mechanism: one statement of an op gives dispatch, promotion, symbolic answers and explained errors.

Three kinds of public functions exist.

* `primitive`: signature, docstring, dtype rule and shape rule; the work is a backend's kernel of that family and name.
* `composite`: signature, docstring and a body written in other ops, which serves every backend and symbolic tensors.
  A backend's kernel of that family and name takes the body's place on that backend.
* `backend_function`: a function whose first parameter is the active Backend (conversion, transforms, random numbers).

The public function (`ops.add`) reads the active backend and calls the function bound to it. A bound function is made
when first asked for, from source that is written for the op's own parameters: a generic ``*args`` wrapper would cost
twice the time. It tests whether the arguments can go to the kernel as they are; if not, or if the kernel fails,
everything goes through `Op.prepare`, where conversion, promotion and canonical arguments are stated once.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import math
import numbers
import operator
import os
import re
import sys
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from ops._rules import KEEP, DtypeRule
from ops_common import active, config, dtypes
from ops_common.arguments import canonical_bool
from ops_common.backend import MAX_RANK, Backend, short
from ops_common.errors import (
    ArgumentError,
    ArgumentTypeError,
    DtypeError,
    IndexRangeError,
    KernelError,
    OpsError,
    ShapeError,
)
from ops_common.symbolic import SymbolicTensor
from ops_common.variable import Variable

F = TypeVar("F", bound=Callable[..., Any])

_NUMBERS = frozenset({bool, int, float, complex})
_OPERANDS = frozenset({"Operand", "Operand | None", "Operands", "Mask", "Masks", "Index"})
_LISTS = frozenset({"Operands", "Masks"})
_MOST_ELEMENTS = 2**59  # of 16 bytes
# Every declared function by its key, the attribute under which a bound namespace has it.
DECLARED: dict[str, Declared] = {}


# --- arguments other than tensors -----------------------------------------------------------------------------------


def _whole(value: Any, least: int = -(2**63), most: int = 2**63 - 1) -> int:
    """An integer that the frameworks' 64-bit integers can hold; TypeError where the value is no integer."""
    try:
        whole = operator.index(value)
    except OpsError:
        raise
    except Exception as error:  # TensorFlow's tensors raise AttributeError
        raise TypeError from error
    if not least <= whole <= most:
        raise ArgumentError(f"an integer argument must fit in 64 bits; got {short(whole)}")
    return whole


def canonical_axis(value: Any) -> int | tuple[int, ...] | None:
    """An axis argument as None, an int or a tuple of ints."""
    if value is None:
        return None
    try:
        if isinstance(value, (list, tuple)):
            return tuple(_whole(item) for item in value)  # type: ignore[arg-type]  # checked by index
        return _whole(value)
    except TypeError:
        raise ArgumentTypeError(f"expected an int, a tuple of ints or None; got {short(value)}") from None


def canonical_shape(value: Any) -> tuple[int, ...]:
    """A shape argument as a tuple of ints."""
    try:
        if not isinstance(value, (list, tuple)) and hasattr(value, "__index__") and not getattr(value, "shape", ()):
            value = (value,)
        sizes = tuple(_whole(item) for item in value)
    except TypeError:
        raise ArgumentTypeError(f"a shape is a tuple of ints; got {short(value)}") from None
    # No framework counts bytes beyond 63 bits, and some end the process where they overflow. (torch's compiler reads no
    # generators here.)
    if math.prod([abs(size) for size in sizes]) >= _MOST_ELEMENTS:
        raise ShapeError(f"a tensor of shape {sizes} has more elements than can be counted")
    return sizes


def canonical_int(value: Any, most: int = 2**63 - 1) -> int:
    """An integer argument."""
    try:
        return _whole(value, most=most)
    except TypeError:
        raise ArgumentTypeError(f"expected an int; got {short(value)}") from None


def canonical_count(value: Any, what: str) -> int:
    """How many of something an axis of the result has: an integer that is not negative. It fits int32, in which
    frameworks count and would take it modulo 2**32."""
    count = canonical_int(value)
    if not 0 <= count < 2**31:
        raise ArgumentError(f"{what} must not be negative, and must be less than 2**31; got {count}")
    return count


def canonical_float(value: Any) -> float:
    """A real number, as a float."""
    if isinstance(value, numbers.Real):
        try:
            return float(value)
        except OverflowError:
            raise ArgumentError(f"a real number must fit in 64 bits; got {short(value)}") from None
    raise ArgumentTypeError(f"expected a real number; got {short(value)}")


def _canonical_optional_float(value: Any) -> float | None:
    return None if value is None else canonical_float(value)


def _canonical_optional_bool(value: Any) -> bool | None:
    return None if value is None else canonical_bool(value)


def _canonical_optional_int(value: Any) -> int | None:
    return None if value is None else canonical_int(value)


def _canonical_str(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    raise ArgumentTypeError(f"expected a string; got {short(value)}")


def _canonical_optional_str(value: Any) -> str | None:
    return None if value is None else _canonical_str(value)


def _canonical_function(value: Any) -> Any:
    if callable(value):
        return value
    raise ArgumentTypeError(f"expected a function; got {short(value)}")


def _canonical_functions(value: Any) -> Any:
    if isinstance(value, (list, tuple)) and all(callable(item) for item in value):
        return value
    raise ArgumentTypeError(f"expected a list or tuple of functions; got {short(value)}")


# Annotation -> (test in source form that an argument is canonical already, or None; function that makes it so).
_STATIC: dict[str, tuple[str | None, Callable[[Any], Any] | None]] = {
    "Axis": ("({0} is None or type({0}) is int or type({0}) is tuple)", canonical_axis),
    "ShapeLike": ("type({0}) is tuple", canonical_shape),
    "DtypeLike": ("type({0}) is str and {0} in DTYPES", dtypes.standardize),
    "int": ("type({0}) is int", canonical_int),
    "int | None": ("({0} is None or type({0}) is int)", _canonical_optional_int),
    "float": ("type({0}) is float", canonical_float),
    "float | None": ("({0} is None or type({0}) is float)", _canonical_optional_float),
    "bool": ("({0} is False or {0} is True)", canonical_bool),
    "bool | None": ("({0} is None or {0} is False or {0} is True)", _canonical_optional_bool),
    "str": ("type({0}) is str", _canonical_str),
    "str | None": ("({0} is None or type({0}) is str)", _canonical_optional_str),
}
# The same for what backend functions are called with, which look at the other kinds of arguments themselves.
_CHECKED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "bool": ("({0} is False or {0} is True)", canonical_bool),
    "bool | None": ("({0} is None or {0} is False or {0} is True)", _canonical_optional_bool),
    "int": ("type({0}) is int", canonical_int),
    "int | None": ("({0} is None or type({0}) is int)", _canonical_optional_int),
    "str": ("type({0}) is str", _canonical_str),
    "str | None": ("({0} is None or type({0}) is str)", _canonical_optional_str),
    "Callable[..., Any]": ("callable({0})", _canonical_function),
    "Callable[[], Any]": ("callable({0})", _canonical_function),
    "Sequence[Callable[..., Any]]": ("False", _canonical_functions),
}


@functools.cache
def _template(header: str, forward: str) -> types.CodeType:
    body = f"(state.default if not state.overridden else current())._key({forward})"
    source = f"def _({header}):\n    return {body}\n"
    filename = f"<ops dispatch ({header})>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    module = compile(source, filename, "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, types.CodeType))


# --- declarations -----------------------------------------------------------------------------------------------------


class Declared:
    """What all public functions have: a key, a signature, a way to be bound to a backend."""

    def __init__(self, function: Callable[..., Any], drop_first: bool = False) -> None:
        self.function = function
        self.name = function.__name__
        self.family = function.__module__.removeprefix("ops.")
        self.key = f"{self.family.replace('.', '_')}_{self.name}"
        signature = inspect.signature(function)
        self.parameters = list(signature.parameters.values())[1 if drop_first else 0 :]
        self.signature = signature.replace(parameters=self.parameters)
        # `random.normal` and the like are spoken of with their namespace.
        self.public = f"ops.{self.family}.{self.name}" if self.family in ("image", "random") else f"ops.{self.name}"
        if self.key in DECLARED:
            raise ValueError(f"{self.key} is declared twice")
        DECLARED[self.key] = self

    def bind(self, backend: Backend) -> Callable[..., Any]:
        """The function for one backend."""
        raise NotImplementedError(self.key)  # each kind of declaration has its own

    def describe(self, arguments: Sequence[Any]) -> str:
        """The call in words: the op's name and each argument, tensors as dtype and shape."""
        shown: list[str] = []
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if value is parameter.default or (parameter.kind is parameter.VAR_KEYWORD and not value):
                continue
            shown.append(f"{parameter.name}: {_describe(value)}")
        return f"{self.public}({', '.join(shown)})"

    def header(self) -> str:
        """The parameter list in source form; defaults are looked up by name in the function's globals."""
        parts: list[str] = []
        star = False
        for parameter in self.parameters:
            text = parameter.name
            if parameter.kind is parameter.VAR_POSITIONAL:
                text, star = f"*{text}", True
            elif parameter.kind is parameter.VAR_KEYWORD:
                text = f"**{text}"
            elif parameter.kind is parameter.KEYWORD_ONLY and not star:
                parts.append("*")
                star = True
            if parameter.default is not parameter.empty:
                text += f"=_default_{parameter.name}"
            parts.append(text)
        return ", ".join(parts)

    def forward(self) -> str:
        """The arguments in source form, as a call that passes them on. By position where possible: it is faster."""
        parts: list[str] = []
        for parameter in self.parameters:
            name = parameter.name
            if parameter.kind is parameter.VAR_POSITIONAL:
                parts.append(f"*{name}")
            elif parameter.kind is parameter.VAR_KEYWORD:
                parts.append(f"**{name}")
            elif parameter.kind is parameter.KEYWORD_ONLY:
                parts.append(f"{name}={name}")
            else:
                parts.append(name)
        return ", ".join(parts)

    def compile(self, body: str, scope: dict[str, Any], label: str) -> Callable[..., Any]:
        """The function with this op's parameters and this body, its source visible in tracebacks."""
        scope |= {f"_default_{p.name}": p.default for p in self.parameters if p.default is not p.empty}
        self._execute(body, scope, label)
        function = self._dressed(scope[self.name])
        function.__body__ = body  # type: ignore[attr-defined]  # for `adopt`
        return function

    def _dressed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with what its user and this package look for on it."""
        function.__doc__ = self.function.__doc__
        function.__module__ = self.function.__module__
        function.__qualname__ = self.name
        function.__signature__ = self.signature  # type: ignore[attr-defined]  # hides the backend parameter
        function.__declared__ = self  # type: ignore[attr-defined]  # how `rebind` and `namespace` know an op
        # TensorFlow's AutoGraph would rewrite what it finds in a user's tf.function; this says that there is no need.
        function.autograph_info__ = {}  # type: ignore[attr-defined]
        return function

    def _execute(self, body: str, scope: dict[str, Any], label: str) -> None:
        source = f"def {self.name}({self.header()}):\n{body}"
        filename = f"<ops {label} {self.key}>"
        exec(compile(source, filename, "exec"), scope)
        linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)

    def dispatcher(self) -> Callable[..., Any]:
        """The public function: the active backend's bound function, looked up at each call.

        Ops of the same parameters share one compiled template, in which the key is filled in: compiling each by itself
        would be half of the time that `import ops` takes.
        """
        template = _template(self.header(), self.forward())
        self.looking_up = template.replace(
            co_name=self.name,
            co_qualname=self.name,
            co_names=tuple(self.key if name == "_key" else name for name in template.co_names),
        )
        self.scope: dict[str, Any] = {
            "state": active.state,
            "current": active.current,
            "__builtins__": __builtins__,  # torch's compiler asks for it
        }
        defaults = {p.name: p.default for p in self.parameters if p.default is not p.empty}
        only = {p.name: defaults[p.name] for p in self.parameters if p.kind is p.KEYWORD_ONLY and p.name in defaults}
        plain = tuple(value for name, value in defaults.items() if name not in only)
        self.face = types.FunctionType(self.looking_up, self.scope, self.name, plain)
        self.face.__kwdefaults__ = only or None
        return self._dressed(self.face)

    def adopt(self, bound: Callable[..., Any] | None, label: str) -> None:
        """Makes the public function run the default backend's bound function, or look it up again (None).

        Its code becomes the bound function's own, after the question whether another backend is in force: that saves a
        call and two look-ups, half of what dispatch costs. Code is swapped in one step, and each backend's has names of
        its own for what it needs, so that a thread that is inside the function goes on with what it has.
        """
        if bound is None:
            self.face.__code__ = self.looking_up
            return
        body = (
            f"    if state.overridden:\n"
            f"        return current().{self.key}({self.forward()})\n"
            f"{bound.__body__}"  # type: ignore[attr-defined]  # set by `compile`
        )
        scope = {name: value for name, value in bound.__globals__.items() if name.startswith("_default_")}
        self._execute(body, scope, f"{label}, the default,")
        code = scope[self.name].__code__
        needed = {name: f"{name}_{label}" for name in code.co_names if name in bound.__globals__}
        self.scope |= {needed[name]: bound.__globals__[name] for name in needed}
        self.face.__code__ = code.replace(co_names=tuple(needed.get(name, name) for name in code.co_names))


class BackendFunction(Declared):
    """A function whose first parameter is the Backend."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, drop_first=True)

    def bind(self, backend: Backend) -> Callable[..., Any]:
        forward = self.forward()
        names = ", ".join(parameter.name for parameter in self.parameters)
        # Without gradients of its own, a backend's functions may be called while `reverse` records (see `active.own`).
        recorded = backend.record is None and "transform.vjp" not in backend.kernels
        follow = (
            f"    if state.overridden and own(backend) is not backend:\n"
            f"        return namespace_of(own(backend)).{self.key}({forward})\n"
        )
        checked = {p.name: _CHECKED[str(p.annotation)] for p in self.parameters if str(p.annotation) in _CHECKED}
        checks = [
            f"        if not {test.format(name)}:\n            {name} = _canonical_{name}({name})\n"
            for name, (test, _) in checked.items()
        ]
        body = (
            f"{follow if recorded else ''}"
            f"    try:\n"
            f"{''.join(checks)}"
            f"        return _function(backend, {forward})\n"  # a parameter may be called function
            f"    except Exception as error:\n"
            f"        failed = too_deep(error, ({names},))\n"
            f"    raise explained(describe(({names},)), backend, failed) from cause(failed)\n"
        )
        scope = {
            "_function": rebind(self.function, backend),
            "backend": backend,
            "state": active.state,
            "own": active.own,
            "namespace_of": active.namespace_of,
            **{f"_canonical_{name}": convert for name, (_, convert) in checked.items()},
            "describe": self.describe,
            "explained": cause_first if self.family == "control" else explained,
            "cause": cause,
            "too_deep": _too_deep,
        }
        return self.compile(body, scope, backend.name)


class Body(Declared):
    """A function written in ops, whose arguments are passed on as they are."""

    def bind(self, backend: Backend) -> Callable[..., Any]:
        return self.compile(
            f"    return _function({self.forward()})\n", {"_function": rebind(self.function, backend)}, backend.name
        )


class Op(Declared):
    """A primitive or composite op."""

    def __init__(
        self,
        function: Callable[..., Any],
        dtype: DtypeRule,
        shape: Callable[..., Any] | None,
        canonical: Callable[..., tuple[Any, ...]] | None,
        kernel: str | None,
        fused: bool = True,
    ) -> None:
        super().__init__(function)
        self.fused = fused
        self.kernel = f"{self.family}.{self.name if kernel == '' else kernel}" if kernel is not None else None
        self.dtype = dtype
        self.shape = shape
        self.canonical = canonical
        self.names = [p.name for p in self.parameters]
        self.kinds = [str(p.annotation) for p in self.parameters]
        self.operands = [i for i, kind in enumerate(self.kinds) if kind in _OPERANDS]
        self.options = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_KEYWORD), None)
        self.statics = tuple(i for i in range(len(self.kinds)) if i not in self.operands and i != self.options)
        self.varargs = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_POSITIONAL), None)

    # --- binding

    def bind(self, backend: Backend) -> Callable[..., Any]:
        kernel = None if self.kernel is None else backend.kernels.get(self.kernel)
        if kernel is None:
            kernel = rebind(self.function, backend)
            fuse = backend.kernels.get("core.fuse")
            if fuse is not None and self.fused and self.operands and "Operands" not in self.kinds:
                kernel = _fused(kernel, fuse(kernel, self.statics), self.operands, backend)
        scope: dict[str, Any] = {
            "T": backend.types,
            "A": backend.core.EXACT_TYPES[0],
            "K": kernel,
            "DTYPES": backend.fast_dtypes,
            "slow": _Slow(self, backend, kernel),
        }
        test = self._fast_test(backend, scope)
        call = f"slow(({', '.join(self.names)},))"
        if test is None:
            return self.compile(f"    return {call}\n", scope, backend.name)
        body = (
            f"    if {test}:\n"
            f"        try:\n"
            f"            return K({self.forward()})\n"
            f"        except Exception:\n"
            f"            return {call}\n"
            f"    return {call}\n"
        )
        if "Operands" in self.kinds:
            body = self._loop_test(scope) + body
        return self.compile(body, scope, backend.name)

    def _fast_dtypes(self, backend: Backend, extra: Sequence[str]) -> frozenset[str]:
        """The dtypes that operands (with Python numbers of these weak types beside them) are computed in unchanged."""
        compute = self.dtype.compute
        found: set[str] = set()
        for name in backend.fast_dtypes & backend.native_dtypes.keys():
            try:
                if compute is None or compute([name, *extra]) == name:
                    found.add(name)
            except DtypeError:
                pass  # this dtype is refused; the slow way says so
        return frozenset(found)

    def _dtype_test(self, scope: dict[str, Any], backend: Backend, label: str, names: frozenset[str]) -> str:
        """Source that tests d against these dtypes; floatx first, by identity, as it is the most frequent."""
        if len(names) == len(backend.native_dtypes):
            return ""
        scope[label] = frozenset(backend.native_dtypes[name] for name in names)
        if "float32" in names:
            scope["F32"] = backend.native_dtypes["float32"]
            return f"(d is F32 or d in {label})"
        return f"d in {label}"

    def _fast_test(self, backend: Backend, scope: dict[str, Any]) -> str | None:
        """Source that is true when the arguments can go to the kernel as they are; None if they never can."""
        if self.canonical is not None or self.varargs is not None or not self.operands:
            return None
        tests: list[str] = []
        for i in self.statics:
            source, convert = _STATIC.get(self.kinds[i], (None, None))
            if convert is not None:
                if source is None:
                    return None
                tests.append(source.format(self.names[i]))
        plain = [self.names[i] for i in self.operands if self.kinds[i] == "Operand"]
        own = self._dtype_test(scope, backend, "OWN", self._fast_dtypes(backend, []))
        if "Operands" in self.kinds:
            return " and ".join(["same", *tests, *([own] if own else [])])
        for i in self.operands:
            name = self.names[i]
            if self.kinds[i] == "Mask":
                scope["BOOL"] = backend.native_dtypes["bool"]
                tests.append(f"(type({name}) is A or type({name}) in T) and {name}.dtype is BOOL")
            elif self.kinds[i] == "Index":
                scope["INTS"] = frozenset(
                    backend.native_dtypes[n]
                    for n in dtypes.INTEGERS
                    if n in backend.fast_dtypes & backend.native_dtypes.keys()
                )
                tests.append(f"type({name}) in T and {name}.dtype in INTS")
            elif self.kinds[i] == "Operand | None":
                tests.append(f"{name} is None")
        if plain:
            tests.append(self._operand_test(backend, scope, plain, own))
        return " and ".join(tests) if tests else None

    def _operand_test(self, backend: Backend, scope: dict[str, Any], plain: list[str], own: str) -> str:
        first = plain[0]
        if len(plain) == 1:
            if not own:
                return f"type({first}) in T"
            return f"(type({first}) is A or type({first}) in T) and ((d := {first}.dtype) is d and {own})"
        if self.dtype.compute is None:
            return " and ".join(f"type({name}) in T" for name in plain)
        # Beside an inexact dtype any number fits; beside an integer one an int does that int32 can hold.
        inexact = backend.number_dtypes.intersection(dtypes.INEXACT)
        whole = inexact | backend.number_dtypes.intersection(("int32", "int64"))
        floats = self._dtype_test(scope, backend, "FLOATS", self._fast_dtypes(backend, ["float"]) & inexact)
        ints = self._dtype_test(scope, backend, "INTEGERS", self._fast_dtypes(backend, ["int"]) & whole)

        def beside(name: str) -> str:
            number = f"type({name}) is float and {floats} or type({name}) is int and {ints}"
            return f"({name}.dtype is d if type({name}) in T else {number} and -2147483649 < {name} < 2147483648)"

        def led_by(name: str, others: list[str]) -> str:
            return " and ".join([f"type({name}) in T and ((d := {name}.dtype) is d)", *map(beside, others)])

        test = led_by(first, plain[1:])
        if len(plain) == 2:
            second = plain[1]
            test = (
                # Two plain tensors of one dtype, the most frequent pair, are told by fewer look-ups.
                f"(type({first}) is A and type({second}) is A and (d := {first}.dtype) is {second}.dtype"
                f" or {test} or type({first}) is not type({second}) and {led_by(second, [first])})"
            )
        return f"{test} and {own}" if own else test

    def _loop_test(self, scope: dict[str, Any]) -> str:
        name = self.names[self.kinds.index("Operands")]
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

    # --- preparing arguments

    def prepare(
        self, backend: Backend, arguments: Sequence[Any], canonical: Callable[..., tuple[Any, ...]] | None
    ) -> tuple[list[Any], bool]:
        """Canonical arguments, converted and promoted; and whether any operand is symbolic.

        With a symbolic operand, tensors are left alone and stand for their shape and dtype. ``canonical`` is the op's
        own hook, bound to the backend.
        """
        values = list(arguments)
        for i in self.statics:
            convert = _STATIC.get(self.kinds[i], (None, None))[1]
            if convert is not None:
                values[i] = convert(values[i])
                if self.kinds[i] == "DtypeLike":
                    backend.check_dtype(values[i])
        symbolic, from_host = False, False
        for i in self.operands:
            if self.kinds[i] in _LISTS:
                if not isinstance(values[i], (list, tuple)):
                    raise ArgumentTypeError(
                        f"{self.names[i]} is a list or tuple of tensors; got {type(values[i]).__name__}"
                    )
                items = [_operand(backend, item) for item in values[i]]
                from_host = from_host or any(a is not b for a, b in zip(items, values[i], strict=True))
                values[i] = items
                symbolic = symbolic or any(isinstance(item, SymbolicTensor) for item in values[i])
            elif values[i] is not None or self.kinds[i] != "Operand | None":
                operand = _operand(backend, values[i])
                from_host = from_host or operand is not values[i]
                values[i] = operand
                symbolic = symbolic or isinstance(operand, SymbolicTensor)
        if from_host and backend.beside is not None and not symbolic:
            self._gather(backend, backend.beside, arguments, values)
        if canonical is not None:
            values = list(canonical(*values))
        self._promote(backend, values)
        return values, symbolic

    def _gather(
        self, backend: Backend, beside: Callable[..., Any], arguments: Sequence[Any], values: list[Any]
    ) -> None:
        """Puts the tensors that were made of host memory where the first of those that were given lies."""
        pairs: list[tuple[Any, Any]] = []
        for i in self.operands:
            pairs += (
                zip(values[i], arguments[i], strict=True) if self.kinds[i] in _LISTS else [(values[i], arguments[i])]
            )
        mine = (value for value, given in pairs if value is given or isinstance(given, Variable))
        near = next((value for value in mine if type(value) in backend.types), None)
        if near is None:
            return

        def moved(value: Any, given: Any) -> Any:
            return value if value is given or type(value) in _NUMBERS else beside(value, near)

        for i in self.operands:
            if self.kinds[i] in _LISTS:
                values[i] = [moved(*pair) for pair in zip(values[i], arguments[i], strict=True)]
            elif values[i] is not None:
                values[i] = moved(values[i], arguments[i])

    def _promote(self, backend: Backend, values: list[Any]) -> None:
        promoted: list[tuple[int, int | None]] = []  # positions, with the place inside a list of operands
        for i in self.operands:
            kind = self.kinds[i]
            if values[i] is None:
                continue
            if kind == "Operands":
                promoted += [(i, j) for j in range(len(values[i]))]
            elif kind in ("Operand", "Operand | None"):
                promoted.append((i, None))
            elif kind == "Mask":
                values[i] = _to(backend, values[i], "bool")
            elif kind == "Masks":
                values[i] = [_to(backend, item, "bool") for item in values[i]]
            else:
                values[i] = _index(backend, self.names[i], values[i])
        compute = self.dtype.compute
        found = [values[i] if j is None else values[i][j] for i, j in promoted]
        names = [_dtype(backend, value) for value in found]
        common = compute(names) if compute is not None and names else None
        for (i, j), value, name in zip(promoted, found, names, strict=True):
            if common is None and self.shape is None and type(value) in _NUMBERS:
                continue  # a composite's body promotes it by its own ops
            wanted = common or dtypes.promote([name])
            converted = _to(backend, value, wanted)
            if j is None:
                values[i] = converted
            else:
                values[i][j] = converted

    def call_with(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """The result of a function with this op's parameters, for one argument a parameter."""
        positional: list[Any] = []
        named: dict[str, Any] = {}
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if parameter.kind is parameter.VAR_POSITIONAL:
                positional += value
            elif parameter.kind is parameter.VAR_KEYWORD:
                named |= value
            elif parameter.kind is parameter.KEYWORD_ONLY:
                named[parameter.name] = value
            else:
                positional.append(value)
        return function(*positional, **named)

    def spread(self, values: Sequence[Any]) -> Sequence[Any]:
        """The arguments as they are passed by position: an ``*args`` parameter taken apart, ``**kwargs`` left out."""
        if self.varargs is None:
            return values if self.options is None else values[: self.options]
        return [*values[: self.varargs], *values[self.varargs]]

    # --- symbolic answers and errors

    def infer(self, backend: Backend, values: Sequence[Any]) -> Any:
        """The symbolic answer for prepared arguments."""
        specs = [
            [_spec(backend, item) for item in value]
            if self.kinds[i] in _LISTS
            else _spec(backend, value)
            if i in self.operands and value is not None
            else value
            for i, value in enumerate(values)
        ]
        if self.shape is None:
            # A body sees Python numbers as they are, so that they stay weak.
            specs = [v if type(v) in _NUMBERS else spec for v, spec in zip(values, specs, strict=True)]
            return rebind(self.function, backend)(*self.spread(specs))
        shape = _hook(self.shape, backend)(*self.spread(specs))
        if isinstance(shape, SymbolicTensor) or (isinstance(shape, tuple) and _is_symbolic(shape)):
            return shape
        first = next((specs[i] for i in self.operands if self.kinds[i] in ("Operand", "Operands")), None)
        dtype = (
            first[0].dtype
            if isinstance(first, list)
            else first.dtype
            if first is not None
            else dtypes.standardize(None)
        )
        dtype = self.dtype.answer(dtype)
        if isinstance(shape, list) or (shape and isinstance(shape[0], tuple)):
            return type(shape)(SymbolicTensor(one, dtype) for one in shape)
        return SymbolicTensor(shape, dtype)

    def explain(
        self, backend: Backend, arguments: Sequence[Any], error: Exception, values: Sequence[Any] | None
    ) -> Exception:
        """The error to raise where a call failed: the op's own rule if it was broken, else the framework's error."""
        if not isinstance(error, OpsError) and values is not None:
            try:
                self.infer(backend, values)
            except OpsError as broken:
                error = broken
            except Exception:
                pass  # the rule does not fit these arguments either: the kernel's error says more
        return explained(self.describe(arguments), backend, _too_deep(error, arguments))


_FOLDERS = tuple(str(Path(str(module.__file__)).parent) + os.sep for module in (config, sys.modules[str(__package__)]))


def _is_of_arguments(error: Exception) -> bool:
    """Whether a line of `ops` or ops-common raised an error before any kernel ran.

    Such a line (a rule, or what reads an argument) fails on an argument that it was not written for. A kernel may be
    a function that is not written in Python, which has no frame, or one of ops-common.
    """
    traceback = error.__traceback__
    caller = code = None
    while traceback is not None:
        caller, code = code, traceback.tb_frame.f_code
        is_kernel = caller in _CALLERS and code.co_filename.startswith(_FOLDERS[0])
        if is_kernel or not code.co_filename.startswith((*_FOLDERS, "<ops ")):
            return False
        traceback = traceback.tb_next
    return code is not None and code not in _CALLERS


def _words(error: Exception) -> str:
    try:
        return str(error)
    except Exception:  # an argument's repr may be part of it
        return "<no message>"


# What NumPy, PyTorch, its compiler and TensorFlow say of an index that is out of range, forwards and backwards. No
# exception type of theirs tells it.
_OF_INDEX = re.compile(
    r"\bind(ex|ices)\b.{0,200}(out of (bounds|range)|is not in \[|does not index into)|segment_ids\[.*out of range"
    r"|non-empty \S*take\S* from an empty ax",
    re.DOTALL,
)


def words_of_index(error: Exception) -> str | None:
    """What a framework's error says of an index that is out of range; None if it is about something else."""
    words = _words(error)
    match = _OF_INDEX.search(words)
    return None if match is None else words[match.start() :].splitlines()[0]


def explained(call: str, backend: Backend, error: Exception) -> Exception:
    """The error to raise for a failed call: of the same type if it is ours, else a KernelError."""
    if isinstance(error, OpsError):
        kind, reason = type(error), getattr(error, "reason", None) or str(error)
    elif isinstance(error, (TypeError, ValueError, OverflowError)) and _is_of_arguments(error):
        kind = ArgumentTypeError if isinstance(error, TypeError) else ArgumentError
        reason = f"an argument is not of a type or value that is accepted: {_words(error)}"
    else:
        kind = KernelError if words_of_index(error) is None else IndexRangeError
        reason = f"the framework answers {type(error).__name__}: {_words(error)}"
    answer = kind(f"{call} on backend {backend.name}: {reason}")
    answer.reason = reason  # type: ignore[attr-defined]  # for the composite that this call may be part of
    return answer


def cause_first(call: str, backend: Backend, error: Exception) -> Exception:
    """As `explained`, for the functions of functions of family control: the cause is elsewhere, and is stated first."""
    answer = explained(call, backend, error)
    reason: Any = answer.reason  # type: ignore[attr-defined]  # set by `explained`
    first = type(answer)(f"{reason}\nin {call} on backend {backend.name}")
    first.reason = reason  # type: ignore[attr-defined]  # as there
    return first


def cause(error: Exception) -> BaseException | None:
    """What the explained error is chained to: the framework's error, not our own first words about it."""
    return error.__cause__ if isinstance(error, OpsError) else error


# Whose canonical arguments depend on no operand's values.
_REMEMBERED = frozenset(f"nn.{name}" for name in ("activation", "attention", "convolution", "normalization", "pooling"))


class _Slow:
    """The careful way of one op on one backend.

    What it has made of the static arguments it remembers for the operands' dtypes and shapes, in the families in which
    that depends on nothing else.
    """

    __slots__ = ("backend", "canonical", "is_tracing", "kernel", "made", "op", "recorded", "remembers")

    def __init__(self, op: Op, backend: Backend, kernel: Callable[..., Any]) -> None:
        self.op, self.backend, self.kernel = op, backend, kernel
        # Bound now and not at each call, as a compiler that reads Python code cannot read `rebind`.
        self.canonical = None if op.canonical is None else _hook(op.canonical, backend)
        # Whether `reverse` records what this backend computes, as it has no gradients of its own.
        self.recorded = backend.record is None and "transform.vjp" not in backend.kernels
        self.remembers = op.family in _REMEMBERED and op.varargs is None and not _LISTS.intersection(op.kinds)
        self.is_tracing: Callable[[], bool] | None = backend.kernels.get("transform.is_tracing")
        self.made: dict[Any, tuple[list[Any], bool]] = {}

    def __call__(self, arguments: tuple[Any, ...]) -> Any:
        op, backend = self.op, self.backend
        if self.recorded and active.state.overridden:
            own = active.own(backend)
            if own is not backend:
                return op.call_with(getattr(active.namespace_of(own), op.key), arguments)
        values: list[Any] | None = None
        try:
            # A compiler that reads Python code would look after each entry.
            key = self._key(arguments) if self.remembers and not (self.is_tracing and self.is_tracing()) else None
            found = self.made.get(key) if key is not None else None
            if found is not None:
                values, wide = found[0].copy(), found[1]
                for i in op.operands:
                    values[i] = arguments[i]
            else:
                values, symbolic = op.prepare(backend, arguments, self.canonical)
                if symbolic:
                    return op.infer(backend, values)
                wide = backend.call is not None and self._is_wide(values)
                if key is not None and all(values[i] is arguments[i] for i in op.operands):
                    self._remember(key, values, wide)
            if wide and backend.call is not None:
                return backend.call(self.kernel, *op.spread(values))
            return self.kernel(*op.spread(values))
        except Exception as error:
            failed = error
        raise op.explain(backend, arguments, failed, values) from cause(failed)

    def _key(self, arguments: tuple[Any, ...]) -> Any:
        """What prepared arguments depend on; None where they cannot be known by it."""
        types, shape = self.backend.types, self.backend.core.shape
        parts: list[Any] = [config.image_data_format(), config.epsilon(), config.floatx()]
        operands = self.op.operands
        for i, value in enumerate(arguments):
            if value is None:
                parts.append(None)
            elif i in operands:
                if type(value) not in types:
                    return None
                parts += (type(value), value.dtype, shape(value))
            elif i == self.op.options:
                if value:
                    return None
            else:
                parts += (type(value), value)
        key = tuple(parts)
        try:
            hash(key)
        except TypeError:  # a list
            return None
        return key

    def _remember(self, key: Any, values: list[Any], wide: bool) -> None:
        if len(self.made) >= 256:
            self.made.clear()
        self.made[key] = [None if i in self.op.operands else value for i, value in enumerate(values)], wide

    def _is_wide(self, values: list[Any]) -> bool:
        op, fast = self.op, self.backend.fast_dtypes
        for i, value in enumerate(values):
            if i in op.operands:
                for item in value if op.kinds[i] in _LISTS else (value,):
                    # Numbers are left in a composite's arguments only, and its body's ops ask for themselves.
                    if item is not None and type(item) not in _NUMBERS and self.backend.dtype(item) not in fast:
                        return True
            elif op.kinds[i] == "DtypeLike" and value not in fast:
                return True
        return False


# Whose frames call kernels.
_CALLERS = (_Slow.__call__.__code__, Backend.run.__code__, Backend.cast.__code__, Backend.make.__code__)


def _fused(
    kernel: Callable[..., Any], fused: Callable[..., Any], operands: Sequence[int], backend: Backend
) -> Callable[..., Any]:
    """The fused form of a composite where all operands are tensors, else its body."""
    types_ = backend.types

    def call(*args: Any) -> Any:
        for i in operands:
            if type(args[i]) not in types_ and args[i] is not None:
                return kernel(*args)
        return fused(*args)

    return call


def _operand(backend: Backend, value: Any) -> Any:
    """A tensor, a Python number or a SymbolicTensor from any operand."""
    if isinstance(value, Variable):
        value = value.value
    if type(value) in backend.types or type(value) in _NUMBERS or isinstance(value, SymbolicTensor):
        return value
    return backend.to_tensor(value)


def _dtype(backend: Backend, value: Any) -> str:
    if type(value) in _NUMBERS:
        return "int64" if type(value) is int and not -(2**31) <= value < 2**31 else dtypes.weak_type(value)
    return value.dtype if isinstance(value, SymbolicTensor) else backend.dtype(value)


def _to(backend: Backend, value: Any, dtype: str) -> Any:
    if isinstance(value, SymbolicTensor):
        return value if value.dtype == dtype else SymbolicTensor(value.shape, dtype)
    if type(value) in _NUMBERS:
        return backend.make(value, dtype)
    return backend.cast(value, dtype)


def _index(backend: Backend, name: str, value: Any) -> Any:
    dtype = _dtype(backend, value)
    if dtype in dtypes.INTEGERS:
        return value if type(value) is not int else backend.make(value, dtype)
    if dtype in ("int", "bool"):
        return _to(backend, value, "int32")
    raise DtypeError(f"{name} must be integer; got {dtype}")


def _spec(backend: Backend, value: Any) -> SymbolicTensor:
    if isinstance(value, SymbolicTensor):
        return value
    if type(value) in _NUMBERS:
        return SymbolicTensor((), dtypes.promote([_dtype(backend, value)]))
    return SymbolicTensor(backend.shape(value), backend.dtype(value))


def _is_symbolic(values: tuple[Any, ...]) -> bool:
    return len(values) > 0 and isinstance(values[0], SymbolicTensor)


def _too_deep(error: Exception, arguments: Sequence[Any]) -> Exception:
    """The error of a call, or what is behind a RecursionError where an argument is nested too deeply."""
    # (A container of its own, in JAX's flattening, ends in a SystemError.)
    if isinstance(error, (RecursionError, SystemError)) and any(_is_deep(value) for value in arguments):
        return ShapeError("a nested list or tuple is too deep, or holds itself")
    return error


def _is_deep(value: Any) -> bool:
    """Whether containers are nested beyond all ranks of tensors."""
    level = [value]
    for _ in range(MAX_RANK + 1):
        level = [item for one in level for item in _items(one)][:1000]
    return bool(level)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()


def of_arguments(backend: Backend, error: Exception, arguments: Any) -> Exception | None:
    """The error of what a failed transform was called with: containers that are too deep, or arrays that no tensor can
    be made of; None where the arguments are not to blame."""
    explained = _too_deep(error, [arguments])
    if explained is not error:
        return explained
    level = [arguments]
    for _ in range(MAX_RANK):
        for item in level:
            if isinstance(item, (np.ndarray, np.generic)):
                try:
                    backend.to_tensor(item)
                except OpsError as refused:
                    return refused
        if any(isinstance(item, SymbolicTensor) for item in level):
            return None
        level = [item for one in level for item in _items(one)]
    if "SymbolicTensor" in _words(error):
        return ArgumentTypeError("the function holds a SymbolicTensor, which has no value, among tensors that have one")
    return None


def _holds_tensors(value: Any, depth: int) -> bool:
    """Whether a nest holds a tensor, no deeper than so many containers."""
    items: Sequence[Any] = list(value.values()) if isinstance(value, dict) else value
    return any(
        hasattr(item, "shape")
        or (depth > 0 and isinstance(item, (list, tuple, dict)) and _holds_tensors(item, depth - 1))
        for item in items[:6]
    )


def _describe(value: Any, depth: int = 4) -> str:
    if isinstance(value, (list, tuple)) and value and depth and _holds_tensors(value, depth):
        items = ", ".join(_describe(item, depth - 1) for item in value[:6])
        return f"[{items}{', ...' if len(value) > 6 else ''}]"
    if isinstance(value, dict) and depth and _holds_tensors(value, depth):
        return f"{{{', '.join(f'{key!r}: {_describe(item, depth - 1)}' for key, item in list(value.items())[:6])}}}"
    if isinstance(value, types.FunctionType):
        return f"function {value.__name__}"
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    if shape is None or dtype is None or type(value) in _NUMBERS:
        return short(value, 80)
    try:
        return f"{dtypes.standardize(dtype)} {tuple(shape)}"
    except (DtypeError, TypeError, ValueError):
        return f"{type(value).__name__} {dtype} {shape}"


# --- bodies of composites --------------------------------------------------------------------------------------------


def rebind(function: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """The function with every op that it names replaced by the one bound to this backend.

    A composite's body thus pays no look-up of the active backend, and works whichever is active. Helper functions of
    this package that the body calls are rebound as well.
    """
    memo = active.namespace_of(backend).__dict__.setdefault("_rebound", {})
    if function not in memo:
        scope = dict(function.__globals__)
        # Dynamo looks the globals of a function with a module name up in that module, where these are not.
        del scope["__name__"]
        memo[function] = types.FunctionType(
            function.__code__, scope, function.__name__, function.__defaults__, function.__closure__
        )
        memo[function].__kwdefaults__ = function.__kwdefaults__
        memo[function].__module__ = function.__module__
        for name in _names(function.__code__):
            value = scope.get(name)
            declared = getattr(value, "__declared__", None)
            if declared is not None:
                scope[name] = getattr(active.namespace_of(backend), declared.key)
            elif isinstance(value, types.FunctionType) and value.__module__.startswith("ops."):
                scope[name] = rebind(value, backend)
    return memo[function]


def _hook(function: Callable[..., Any], backend: Backend) -> Callable[..., Any]:
    """A shape rule or a function of canonical arguments, bound to this backend where it may name ops."""
    is_own = isinstance(function, types.FunctionType) and function.__module__.startswith("ops.")
    return rebind(function, backend) if is_own else function


def _names(code: types.CodeType) -> set[str]:
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _names(constant)
    return found


# --- the public face -------------------------------------------------------------------------------------------------


class Bound:
    """All declared functions bound to one backend; each is made when first asked for."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        backend.namespace = self  # composites look here for the functions that they call
        if getattr(backend.core, "TRACES_PYTHON", False):
            for key in DECLARED:
                getattr(self, key)

    def __getattr__(self, key: str) -> Any:
        declared = DECLARED.get(key)
        if declared is None:
            raise AttributeError(key)
        with active.lock:
            function = declared.bind(self._backend)
            setattr(self, key, function)
            if active.state.default is self:
                declared.adopt(function, self._backend.name)
        return function

    def become_default(self) -> None:
        """Makes the public functions run this backend's: at once where they are made already, else when they are."""
        made = vars(self)
        for key, declared in DECLARED.items():
            declared.adopt(made.get(key), self._backend.name)


active.set_namespace_factory(Bound)


def primitive(
    dtype: DtypeRule,
    shape: Callable[..., Any],
    canonical: Callable[..., tuple[Any, ...]] | None = None,
    kernel: str = "",
) -> Callable[[F], F]:
    """Declares an op that every backend has a kernel for.

    Args:
        dtype: its dtype rule.
        shape: its shape rule: from the op's arguments, operands as SymbolicTensors, to the answer's shape; a list or
            tuple of shapes for several answers; a SymbolicTensor, or a tuple of them, where the dtype rule does not
            know the dtype.
        canonical: from the arguments to the canonical ones, where one argument's form depends on another's.
        kernel: the kernel's name in the contract, where it is not the op's own.
    """
    return lambda function: Op(function, dtype, shape, canonical, kernel).dispatcher()  # type: ignore[return-value]  # same signature


def composite(
    dtype: DtypeRule = KEEP,
    canonical: Callable[..., tuple[Any, ...]] | None = None,
    kernel: str | None = "",
    fused: bool = True,
    shape: Callable[..., Any] | None = None,
) -> Callable[[F], F]:
    """Declares an op by a body written in other ops.

    Args:
        dtype: how operands are promoted before the body, or a backend's kernel in its place, gets them. Without a rule
            they become tensors of their own dtype.
        canonical: as for `primitive`.
        kernel: the name of the kernel that may take the body's place; None where none may.
        fused: False for a body whose shapes depend on values, which no backend can compile.
        shape: a shape rule as for `primitive`, where symbolic answers cannot come from the body.
    """
    return lambda function: Op(function, dtype, shape, canonical, kernel, fused).dispatcher()  # type: ignore[return-value]  # same signature


def body(function: Callable[..., Any]) -> Any:
    """Declares a function written in ops: what another op calls, with arguments that need nothing more done to them."""
    return Body(function).dispatcher()


def backend_function(function: Callable[..., Any]) -> Any:
    """Declares a function whose first parameter is the active Backend; callers do not pass it."""
    return BackendFunction(function).dispatcher()
