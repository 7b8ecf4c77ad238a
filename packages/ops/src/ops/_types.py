"""The words that signatures of public functions are written in. The declaration mechanism reads them by name.

``Operand``   a tensor, or what becomes one: an array, a Python number, a nested list, a Variable, a SymbolicTensor.
``Operands``  a list or tuple of operands.
``Mask``      an operand that is taken as bool.
``Masks``     a list or tuple of these.
``Index``     an operand that must be integer.
``Axis``      an int, a tuple or list of ints, or None.
``ShapeLike`` a tuple or list of ints, or one int.
``DtypeLike`` a standard dtype name, a NumPy, Python or framework dtype, or None for the default.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

Tensor: TypeAlias = Any
Operand: TypeAlias = Any
Operands: TypeAlias = Sequence[Any]
Mask: TypeAlias = Any
Masks: TypeAlias = Sequence[Any]
Index: TypeAlias = Any
Axis: TypeAlias = int | Sequence[int] | None
ShapeLike: TypeAlias = Sequence[int] | int
DtypeLike: TypeAlias = Any
