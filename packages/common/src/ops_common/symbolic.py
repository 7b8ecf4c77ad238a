"""SymbolicTensor: a tensor with only a shape and a dtype."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ops_common import dtypes
from ops_common.errors import ArgumentTypeError, ShapeError
from ops_common.operators import Operators
from ops_common.shapes import Shape


class SymbolicTensor(Operators):
    """A placeholder for a tensor; given one, every op returns another one, without computing.

    Args:
        shape: sizes of the axes; None for an unknown one.
        dtype: any spelling of a dtype; None means `floatx`.
        name: shown in its repr.
        sparse: whether it stands for a sparse tensor.

    Raises:
        ArgumentTypeError: the shape is not a sequence, or the name not a string.
        ShapeError: a size is negative or not an integer.
        DtypeError: the dtype is unknown.

    Example:
        >>> import ops
        >>> ops.matmul(ops.SymbolicTensor((None, 3)), ops.SymbolicTensor((3, 5)))
        SymbolicTensor(shape=(None, 5), dtype=float32)
    """

    __slots__ = ("__weakref__", "_dtype", "_shape", "_sparse", "name", "producer")

    def __init__(
        self, shape: Sequence[int | None], dtype: Any = None, name: str | None = None, sparse: bool = False
    ) -> None:
        if not isinstance(shape, (list, tuple)) and not hasattr(shape, "__iter__"):
            raise ArgumentTypeError(f"a shape must be a tuple of sizes; got {shape!r}")
        if name is not None and not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"a name must be a string or None; got {type(name).__name__}")
        dims: tuple[Any, ...] = tuple(shape)
        for dim in dims:
            if dim is not None and (type(dim) is bool or not isinstance(dim, int) or dim < 0):
                raise ShapeError(f"sizes must be non-negative integers or None; got shape {dims}")
        self._shape: Shape = dims
        self._dtype = dtypes.standardize(dtype)
        self._sparse = bool(sparse)
        if sparse and not dims:
            raise ShapeError("a sparse tensor has at least one axis; got shape ()")
        self.name = name
        # The call that returned this tensor, and its position among the results; None for an input.
        self.producer: tuple[Any, int] | None = None

    def __reduce__(self) -> Any:
        return SymbolicTensor, (self.shape, self.dtype, self.name, self.sparse)  # without the calls that led to it

    @property
    def shape(self) -> Shape:
        """Returns the sizes of the axes; None for an unknown one."""
        return self._shape

    @property
    def dtype(self) -> str:
        """Returns the standard name of the dtype."""
        return self._dtype

    @property
    def sparse(self) -> bool:
        """Returns whether it stands for a sparse tensor."""
        return self._sparse

    @property
    def ndim(self) -> int:
        """Returns the number of axes."""
        return len(self.shape)

    def __len__(self) -> int:
        if not self.shape or self.shape[0] is None:
            raise ArgumentTypeError(f"{self!r} has no known length")
        return self.shape[0]

    def __bool__(self) -> bool:
        raise ArgumentTypeError(f"{self!r} has no value; use ops.where or ops.cond instead of a Python condition")

    def __int__(self) -> int:
        raise self._no_value("an int of Python's")

    def __index__(self) -> int:
        raise self._no_value("an int of Python's")

    def __float__(self) -> float:
        raise self._no_value("a float of Python's")

    def __complex__(self) -> complex:
        raise self._no_value("a complex number of Python's")

    def _no_value(self, kind: str) -> ArgumentTypeError:
        return ArgumentTypeError(f"{self!r} has no value, so it cannot become {kind}; compute with functions of ops")

    def __repr__(self) -> str:
        name = f", name={self.name}" if self.name else ""
        sparse = ", sparse=True" if self.sparse else ""
        return f"SymbolicTensor(shape={self.shape}, dtype={self.dtype}{name}{sparse})"
