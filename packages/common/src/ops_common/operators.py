"""Python operators (`+`, `@`, `[...]`) for tensor classes of this package, and of backends that define their own.

The classes are defined below `ops`, so they cannot import its functions. `ops` adds the operators when it is imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common.runtime import active
from ops_common.runtime.frontend import BoundFunctions

# Keys of the functions of `ops`, by the operators' names.
_BINARY = {
    "add": "elementwise_add",
    "sub": "elementwise_subtract",
    "mul": "elementwise_multiply",
    "truediv": "elementwise_divide",
    "floordiv": "elementwise_floor_divide",
    "mod": "elementwise_mod",
    "pow": "elementwise_power",
    "matmul": "contraction_matmul",
    "and": "elementwise_logical_and",
    "or": "elementwise_logical_or",
    "xor": "elementwise_logical_xor",
}
_COMPARE = {
    "eq": "elementwise_equal",
    "ne": "elementwise_not_equal",
    "lt": "elementwise_less",
    "le": "elementwise_less_equal",
    "gt": "elementwise_greater",
    "ge": "elementwise_greater_equal",
}
# NumPy's functions for the operators of `array + tensor`, with the tensor's method.
_OF_UFUNC: dict[Any, str] = {
    np.add: "add",
    np.subtract: "sub",
    np.multiply: "mul",
    np.true_divide: "truediv",
    np.floor_divide: "floordiv",
    np.remainder: "mod",
    np.power: "pow",
    np.matmul: "matmul",
    np.bitwise_and: "and",
    np.bitwise_or: "or",
    np.bitwise_xor: "xor",
    np.equal: "eq",
    np.not_equal: "ne",
    np.less: "lt",
    np.less_equal: "le",
    np.greater: "gt",
    np.greater_equal: "ge",
}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_UNARY = {
    "neg": "elementwise_negative",
    "abs": "elementwise_abs",
    "invert": "elementwise_logical_not",
    "round": "elementwise_round",
}


class Operators:
    """Base class whose operators call functions of `ops`; the operators do not exist until `ops` is imported.

    A tensor class of a backend needs Python's operators, since the bodies of ops use them. A framework's own class has
    them; a class that a backend defines can derive from this one.

    Attributes:
        ops_backend: the name of the backend that the operators run on; None for the active backend.
    """

    __slots__ = ()

    ops_backend: str | None = None

    def _functions(self) -> BoundFunctions | None:
        """Returns the functions that the operators call; None for the public ones, which run on the active backend."""
        return None if self.ops_backend is None else active.functions_of(self.ops_backend)

    __array_priority__ = 100

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, out: Any = None, **kwargs: Any) -> Any:
        """Is called by NumPy: `array + tensor` is the tensor's operator; every other function, and `array += tensor`,
        computes with an array of the tensor's values."""
        name = _OF_UFUNC.get(ufunc)
        if name is not None and method == "__call__" and out is None and not kwargs:
            first, second = inputs
            if isinstance(first, Operators):
                return getattr(first, f"__{name}__")(second)
            return getattr(second, f"__{_MIRRORED.get(name, 'r' + name)}__")(first)
        if not all(hasattr(x, "__array__") for x in inputs if isinstance(x, Operators)):
            return NotImplemented  # a symbolic tensor has no values
        arrays = [np.asarray(x) if isinstance(x, Operators) else x for x in inputs]
        options = kwargs if out is None else {**kwargs, "out": out}
        return getattr(ufunc, method)(*arrays, **options)


def define(public: Callable[[str], Callable[..., Any]]) -> None:
    """Defines the operators of `Operators`, given how to find a public function by its key."""

    def method(key: str, swapped: bool = False) -> Any:
        function = public(key)

        def call(self: Any, *others: Any) -> Any:
            own = self._functions()
            return function(self, *others) if own is None else getattr(own, key)(self, *others)

        def call_swapped(self: Any, other: Any) -> Any:
            own = self._functions()
            return function(other, self) if own is None else getattr(own, key)(other, self)

        return call_swapped if swapped else call

    for dunder, key in _BINARY.items():
        setattr(Operators, f"__{dunder}__", method(key))
        setattr(Operators, f"__r{dunder}__", method(key, swapped=True))
    for dunder, key in (_COMPARE | _UNARY).items():
        setattr(Operators, f"__{dunder}__", method(key))
    Operators.__getitem__ = method("indexing_get_item")  # type: ignore[attr-defined]  # added late, see above
    # Without it, Python would iterate until an IndexError, which `get_item` does not raise.
    Operators.__iter__ = lambda self: (self[i] for i in range(len(self)))  # type: ignore[attr-defined]  # subclasses have it
    # Comparison is elementwise, so hashing has to be by identity.
    Operators.__hash__ = object.__hash__  # type: ignore[method-assign]
