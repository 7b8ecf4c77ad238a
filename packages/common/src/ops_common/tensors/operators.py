"""Python operators (`+`, `@`, `[...]`) for the tensor-like classes of this package and of backends.

The classes are defined below `ops`, so they cannot import its functions. `ops` installs them here when it is imported.
"""

from __future__ import annotations

from typing import Any

_BINARY = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "mod",
    "pow": "power",
    "matmul": "matmul",
    "and": "logical_and",
    "or": "logical_or",
    "xor": "logical_xor",
}
_COMPARE = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
_UNARY = {"neg": "negative", "abs": "abs", "invert": "logical_not"}


class Operators:
    """Base class whose operators call functions of `ops`; the operators do not exist until `ops` is imported."""

    __slots__ = ()

    def _functions(self) -> Any:
        """Returns the bound functions that the operators call; None for those of the active backend."""
        return None

    # Prevents NumPy from splitting `array + tensor` into elementwise operations.
    __array_priority__ = 100
    __array_ufunc__ = None


def install(functions: Any) -> None:
    """Gives `Operators` its methods. `functions` has the public functions as attributes."""

    def method(name: str, swapped: bool = False) -> Any:
        function = getattr(functions, name)
        key = function.__declared__.key

        def call(self: Any, *others: Any) -> Any:
            own = self._functions()
            return function(self, *others) if own is None else getattr(own, key)(self, *others)

        def call_swapped(self: Any, other: Any) -> Any:
            own = self._functions()
            return function(other, self) if own is None else getattr(own, key)(other, self)

        return call_swapped if swapped else call

    for dunder, name in _BINARY.items():
        setattr(Operators, f"__{dunder}__", method(name))
        setattr(Operators, f"__r{dunder}__", method(name, swapped=True))
    for dunder, name in (_COMPARE | _UNARY).items():
        setattr(Operators, f"__{dunder}__", method(name))
    Operators.__getitem__ = method("get_item")  # type: ignore[attr-defined]  # installed late, see above
    # Without it, Python would iterate until an IndexError, which `get_item` does not raise.
    Operators.__iter__ = lambda self: (self[i] for i in range(len(self)))  # type: ignore[attr-defined]  # subclasses have it
    # Comparison is elementwise, so hashing has to be by identity.
    Operators.__hash__ = object.__hash__  # type: ignore[method-assign]
