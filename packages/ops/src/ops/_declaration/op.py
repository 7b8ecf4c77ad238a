"""Declarations: ops, functions of the active backend, and functions written in ops."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

from ops._declaration.declared import Declared
from ops._declaration.dtype_rules import DtypeRule


class Op(Declared):
    """A primitive or composite op.

    Attributes:
        kernel: the key of the backend's kernel, or None if there is none in the contract.
        dtype: its dtype rule.
        shape: its shape rule; None for a composite whose body gives it.
        canonical: from the arguments to the canonical ones, where one argument's form depends on another's.
        instead: computes calls of another form, such as one without an operand, by other ops.
        fused: whether a backend may compile the body.
        has_body: whether the declaration's body computes the op, on a backend without the kernel.
        numbers: the positions of numbers for which the body also accepts tensors.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        dtype: DtypeRule,
        shape: Callable[..., Any] | None,
        canonical: Callable[..., tuple[Any, ...]] | None,
        kernel: str | None,
        fused: bool = True,
        has_body: bool = True,
        numbers: Sequence[str] = (),
        instead: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(function)
        self.function = _by_position(function)
        self.fused = fused
        self.has_body = has_body
        self.kernel = f"{self.family}.{self.name if kernel == '' else kernel}" if kernel is not None else None
        self.dtype = dtype
        self.shape = shape
        self.canonical = canonical
        self.instead = instead
        self.numbers = tuple(self.signature.names.index(name) for name in numbers)
        unknown = getattr(canonical, "__reads__", {}).keys() - set(self.signature.names)
        if unknown:
            raise TypeError(f"{canonical} reads {', '.join(unknown)}, which {self.key} does not have")


def _by_position(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function with positional parameters in place of keyword-only ones: a body is called as a kernel is,
    with all arguments by position."""
    code = function.__code__
    if not code.co_kwonlyargcount:
        return function
    if code.co_flags & inspect.CO_VARARGS:
        raise TypeError(f"{function.__name__} has keyword-only parameters after *{code.co_varnames[-1]}")
    count = code.co_argcount + code.co_kwonlyargcount
    result = types.FunctionType(
        code.replace(co_argcount=count, co_kwonlyargcount=0),
        function.__globals__,
        function.__name__,
        closure=function.__closure__,
    )
    result.__module__, result.__doc__ = function.__module__, function.__doc__
    result.__annotations__ = function.__annotations__
    return result


class BackendFunction(Declared):
    """A function whose first parameter is the Backend."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, skip_first=True, is_op=False)


class Body(Declared):
    """A function written in ops, whose arguments are passed on unchanged."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, is_op=False)
