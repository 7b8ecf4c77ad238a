"""Parameters of declared functions: their roles, and the source forms of a parameter list and of a call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ops._declaration.errors import describe_value
from ops._declaration.roles import UNCHECKED, Role, role_of


def _role(annotation: Any, scope: Mapping[str, Any], is_op: bool) -> Role:
    try:
        return role_of(annotation, scope)
    except (NameError, TypeError):
        if is_op:
            raise
        return UNCHECKED  # other functions read their arguments themselves


class Signature:
    """The parameters of a declared function.

    Attributes:
        parameters: as `inspect.signature` gives them, without a backend parameter.
        names, roles: of each parameter.
        operands: the positions of tensors, and of lists of tensors.
        statics: the positions of other parameters, without ``**kwargs``.
        varargs, options: the position of ``*args``, and of ``**kwargs``; or None.
    """

    def __init__(self, function: Callable[..., Any], skip_first: bool, is_op: bool) -> None:
        signature = inspect.signature(function)
        self.parameters = list(signature.parameters.values())[1 if skip_first else 0 :]
        self.shown = signature.replace(parameters=self.parameters)
        self.names = [p.name for p in self.parameters]
        self.options = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_KEYWORD), None)
        self.varargs = next((i for i, p in enumerate(self.parameters) if p.kind is p.VAR_POSITIONAL), None)
        self.roles = [_role(p.annotation, function.__globals__, is_op) for p in self.parameters]
        self.operands = [i for i, role in enumerate(self.roles) if role.is_operand]
        self.statics = tuple(i for i in range(len(self.roles)) if i not in self.operands and i != self.options)

    def header(self) -> str:
        """Returns the parameter list in source form; defaults are looked up by name in the function's globals."""
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

    def defaults(self) -> dict[str, Any]:
        """Returns the default values by the names that `header` gives them."""
        return {f"_default_{p.name}": p.default for p in self.parameters if p.default is not p.empty}

    def forward(self, by_position: bool = False) -> str:
        """Returns the arguments in source form, for a call that passes them on: by position if possible, which is
        faster. A kernel has no keyword-only parameters and takes all arguments by position."""
        parts: list[str] = []
        for parameter in self.parameters:
            name = parameter.name
            if parameter.kind is parameter.VAR_POSITIONAL:
                parts.append(f"*{name}")
            elif parameter.kind is parameter.VAR_KEYWORD:
                parts.append(f"**{name}")
            elif parameter.kind is parameter.KEYWORD_ONLY and not by_position:
                parts.append(f"{name}={name}")
            else:
                parts.append(name)
        return ", ".join(parts)

    def packed(self) -> str:
        """Returns the arguments in source form, as a tuple with an item for each parameter."""
        return f"({', '.join(self.names)},)"

    def call(self, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Returns the result of a function with these parameters, given an argument for each parameter."""
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
        """Returns the positional arguments, with ``*args`` unpacked and without ``**kwargs``."""
        if self.varargs is None:
            return values if self.options is None else values[: self.options]
        return [*values[: self.varargs], *values[self.varargs]]

    def describe(self, arguments: Sequence[Any]) -> str:
        """Returns a description of the arguments that are not defaults, with tensors as dtype and shape."""
        shown: list[str] = []
        for parameter, value in zip(self.parameters, arguments, strict=True):
            if value is parameter.default or (parameter.kind is parameter.VAR_KEYWORD and not value):
                continue
            shown.append(f"{parameter.name}: {describe_value(value)}")
        return ", ".join(shown)
