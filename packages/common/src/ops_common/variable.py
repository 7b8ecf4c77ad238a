"""Variable: a named, mutable holder of one tensor of one backend."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any

from ops_common import active, dtypes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.operators import Operators

_counter = itertools.count()


class Variable(Operators):
    """A tensor that can be assigned; every op accepts it in place of its value.

    Args:
        initializer: a value (tensor, array, number or nested list), or a function of (shape, dtype=...) that makes one.
        shape: the shape; needed with a function, else taken from the value.
        dtype: the dtype; None keeps the value's, or `floatx` with a function.
        trainable: whether an optimizer should change it; kept for the user, not enforced.
        name: its name; a numbered one if None.

    Raises:
        ArgumentError: a function is given without a shape.
        ShapeError: the value's shape is not `shape`, or an assigned value's differs.

    Example:
        >>> import ops
        >>> counter = ops.Variable(0, dtype="int32")
        >>> _ = counter.assign_add(2)
        >>> int(counter.numpy())
        2
    """

    __slots__ = ("_value", "backend", "dtype", "name", "shape", "trainable")

    def __init__(
        self,
        initializer: Any,
        shape: Sequence[int] | None = None,
        dtype: Any = None,
        trainable: bool = True,
        name: str | None = None,
    ) -> None:
        self.backend = active.current_backend()
        self.trainable = trainable
        self.name = name or f"variable_{next(_counter)}"
        wanted = None if dtype is None else dtypes.standardize(dtype)
        if callable(initializer):
            if shape is None:
                raise ArgumentError("a Variable made by an initializer function needs a shape")
            make: Callable[..., Any] = initializer
            wanted = wanted or dtypes.standardize(None)
            initializer = make(tuple(shape), dtype=wanted)
        self._value = self.backend.to_tensor(initializer, wanted)
        self.dtype: str = self.backend.dtype(self._value)
        self.shape: tuple[int, ...] = self.backend.shape(self._value)
        if shape is not None and tuple(shape) != self.shape:
            raise ShapeError(f"Variable {self.name!r}: the value has shape {self.shape}, not {tuple(shape)}")

    @property
    def value(self) -> Any:
        """The backend's tensor."""
        return self._value

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def assign(self, value: Any) -> Variable:
        """Replaces the value by one of the same shape, cast to this dtype; ShapeError leaves the old one in place."""
        tensor = self.backend.to_tensor(value, self.dtype)
        shape = self.backend.shape(tensor)
        if shape != self.shape:
            raise ShapeError(f"cannot assign shape {shape} to Variable {self.name!r} of shape {self.shape}")
        self._value = tensor
        return self

    def assign_add(self, value: Any) -> Variable:
        """Adds a value."""
        return self.assign(self + value)  # type: ignore[operator]  # operators come from `ops`

    def assign_sub(self, value: Any) -> Variable:
        """Subtracts a value."""
        return self.assign(self - value)  # type: ignore[operator]  # operators come from `ops`

    def numpy(self) -> Any:
        """The value as a NumPy array."""
        return self.backend.core.convert_to_numpy(self._value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=bool(copy))

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return (
            f"<Variable {self.name} shape={self.shape} dtype={self.dtype} backend={self.backend.name} "
            f"value={self._value!r}>"
        )
