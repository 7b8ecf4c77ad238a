"""Numbers among the arguments of composites, such as an epsilon.

A backend that compiles composites compiles the first values of a number as constants, which is the fastest. If the
number varies, it becomes an argument, and other values do not compile again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

_FEW = 2  # values that are compiled as constants


class Numbers:
    """The compiled forms of a composite with numbers.

    Args:
        positions: of the numbers.
        of_constants: the form in which numbers are static arguments.
        of_arguments: the form in which they are not.
    """

    __slots__ = ("_constants", "_of_arguments", "_of_constants", "_positions")

    def __init__(
        self, positions: Sequence[int], of_constants: Callable[..., Any], of_arguments: Callable[..., Any]
    ) -> None:
        self._positions, self._of_constants, self._of_arguments = positions, of_constants, of_arguments
        self._constants: set[tuple[Any, ...]] = set()

    def choose(self, arguments: Sequence[Any]) -> Callable[..., Any]:
        """Returns the form for these arguments, which must not be -0.0."""
        values = tuple([arguments[i] for i in self._positions])
        if values in self._constants:
            return self._of_constants
        if len(self._constants) >= _FEW:
            return self._of_arguments
        self._constants.add(values)
        return self._of_constants

    def __call__(self, *arguments: Any) -> Any:
        if tuple([arguments[i] for i in self._positions]) in self._constants:
            return self._of_constants(*arguments)
        return self.choose(arguments)(*arguments)
