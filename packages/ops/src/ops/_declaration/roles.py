"""Roles of parameters: how a declared function treats an argument.

The signatures of public functions are annotated with these types. `role_of` determines the role from the type that an
annotation denotes, not from its spelling.
"""

from __future__ import annotations

import builtins
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

from ops._declaration.arguments import (
    canonical_axis,
    canonical_bool,
    canonical_float,
    canonical_function,
    canonical_functions,
    canonical_int,
    canonical_optional_size,
    canonical_shape,
    canonical_size,
    canonical_str,
    canonical_widths,
)
from ops_common import dtypes


@dataclass(frozen=True, eq=False)
class Role:
    """How an argument is treated.

    Attributes:
        name: its name in error messages.
        is_operand: whether the argument is a tensor, or a list of tensors.
        is_list: whether it is a list or tuple of tensors.
        is_promoted: whether it takes part in dtype promotion.
        test: for arguments that are not tensors: source of a test that the value, ``{0}``, has canonical form. None if
            no value needs a conversion.
        exact_test: the test for a backend that caches kernels by equal arguments, where the items of a tuple matter
            too; None for `test`.
        canonical: a function that returns the canonical form or raises an error.
        is_size: whether the argument consists of sizes, which may be run-time sizes. Then ``canonical`` is passed the
            backend and the parameter's name, too.
    """

    name: str
    is_operand: bool = False
    is_list: bool = False
    is_promoted: bool = False
    test: str | None = None
    exact_test: str | None = None
    canonical: Callable[..., Any] | None = None
    is_size: bool = False

    @property
    def may_be_float(self) -> bool:
        """Whether an argument in canonical form may be a float."""
        return self.canonical in (None, canonical_float) or self is _PLAIN[float][1]


OPERAND = Role("Operand", is_operand=True, is_promoted=True)
OPTIONAL_OPERAND = Role("Operand | None", is_operand=True, is_promoted=True)
OPERANDS = Role("Operands", is_operand=True, is_list=True, is_promoted=True)
MASK = Role("Mask", is_operand=True)
MASKS = Role("Masks", is_operand=True, is_list=True)
INDEX = Role("Index", is_operand=True)
AXIS = Role(
    "Axis",
    test="({0} is None or type({0}) is int or type({0}) is tuple)",
    exact_test="({0} is None or type({0}) is int)",
    canonical=canonical_axis,
)
SHAPE = Role("ShapeLike", test="type({0}) is tuple", exact_test="False", canonical=canonical_shape, is_size=True)
SIZE = Role("Size", test="type({0}) is int", canonical=canonical_size, is_size=True)
OPTIONAL_SIZE = Role(
    "Size | None", test="({0} is None or type({0}) is int)", canonical=canonical_optional_size, is_size=True
)
DTYPE = Role("DtypeLike", test="type({0}) is str and {0} in DTYPES", canonical=dtypes.standardize)
WIDTHS = Role(
    "Widths",
    test="(type({0}) is int or type({0}) is tuple)",
    exact_test="type({0}) is int",
    canonical=canonical_widths,
    is_size=True,
)
UNCHECKED = Role("Any")  # the op's own hook or body reads it

Tensor: TypeAlias = Any
Operand: TypeAlias = Annotated[Any, OPERAND]
"""A tensor, or a value that is converted to one: an array, a Python number, a nested list, a Variable; or a
SymbolicTensor."""
Operands: TypeAlias = Annotated[Any, OPERANDS]
"""A list or tuple of operands; if the op's ``instead`` accepts it, a tensor that holds them along its first axis."""
Mask: TypeAlias = Annotated[Any, MASK]
"""An operand that is converted to bool."""
Masks: TypeAlias = Annotated[Any, MASKS]
"""A list or tuple of masks; a tensor as for `Operands`."""
Index: TypeAlias = Annotated[Any, INDEX]
"""An operand of integers, or of floats with whole values."""
Axis: TypeAlias = Annotated[int | Sequence[int] | None, AXIS]
"""An int, a tuple or list of ints, or None."""
ShapeLike: TypeAlias = Annotated[Sequence[Any] | int, SHAPE]
"""A tuple or list of ints, or one int; each may be a run-time size. A tensor of rank 1 holds the sizes.
Calls with symbolic operands accept None for an unknown size."""
Sizes: TypeAlias = Annotated[Any, SHAPE]
"""As `ShapeLike`, in declarations whose bodies take the sizes from the canonical tuple."""
Size: TypeAlias = Annotated[Any, SIZE]
"""An int that is not negative, or a run-time size."""
Widths: TypeAlias = Annotated[Any, WIDTHS]
"""A size, or nested tuples or lists of sizes; each may be negative."""
DtypeLike: TypeAlias = Annotated[Any, DTYPE]
"""A standard dtype name, a NumPy, Python or framework dtype, or None for the default."""

Unchecked: TypeAlias = Annotated[Any, UNCHECKED]
"""An argument that the op's own hook or body reads."""


def _optional(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


def _static(kind: type, test: str, convert: Callable[[Any], Any]) -> tuple[Role, Role]:
    """Returns two roles: that of a plain Python type, and that of the type or None."""
    return (
        Role(kind.__name__, test=test, canonical=convert),
        Role(f"{kind.__name__} | None", test=f"({{0}} is None or {test})", canonical=_optional(convert)),
    )


_PLAIN: dict[type, tuple[Role, Role]] = {
    int: _static(int, "type({0}) is int", canonical_int),
    float: _static(float, "type({0}) is float", canonical_float),
    bool: _static(bool, "({0} is False or {0} is True)", canonical_bool),
    str: _static(str, "type({0}) is str", canonical_str),
}
INT = _PLAIN[int][0]
IntOrNone: TypeAlias = Annotated[int | None, INT]
"""An int. None stands for another form of the call, which the op's ``instead`` computes."""
_FUNCTION = Role("function", test="callable({0})", canonical=canonical_function)
_FUNCTIONS = Role("functions", test="False", canonical=canonical_functions)
# The roles of arguments that are checked for backend functions, which read all other arguments themselves.
CHECKED = frozenset({_FUNCTION, _FUNCTIONS, *_PLAIN[bool], *_PLAIN[int], *_PLAIN[str]})


def role_of(annotation: Any, scope: Mapping[str, Any]) -> Role:
    """Returns the role of a parameter from its annotation: a type, or source that refers to the names of a module.

    Raises:
        TypeError: the annotation is no role.
    """
    hint = _resolved(annotation, scope) if isinstance(annotation, str) else annotation
    is_optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        is_optional = len(kinds) < len(typing.get_args(hint))
        if len(kinds) != 1:
            raise TypeError(f"{annotation} is not the role of a parameter: see ops._declaration.roles")
        hint = kinds[0]
    role = next((item for item in getattr(hint, "__metadata__", ()) if isinstance(item, Role)), None)
    if role is None and hint in _PLAIN:
        return _PLAIN[hint][is_optional]
    if role is None and hint is Any:
        role = UNCHECKED
    if role is None and not is_optional:
        origin, parts = typing.get_origin(hint), typing.get_args(hint)
        if origin is Callable:
            role = _FUNCTION
        elif origin is Sequence and typing.get_origin(parts[0]) is Callable:
            role = _FUNCTIONS
    if role is OPERAND and is_optional:
        return OPTIONAL_OPERAND
    if role is SIZE and is_optional:
        return OPTIONAL_SIZE
    if role is None or (is_optional and role not in (AXIS, DTYPE, UNCHECKED)):
        raise TypeError(f"{annotation} is not the role of a parameter: see ops._declaration.roles")
    return role


def _resolved(annotation: str, scope: Mapping[str, Any]) -> Any:
    name, _, rest = annotation.partition(" | ")
    kind = scope.get(name, getattr(builtins, name, None)) if name.isidentifier() else None
    if kind is None or rest not in ("", "None"):
        return eval(annotation, dict(scope))
    return kind | None if rest else kind
