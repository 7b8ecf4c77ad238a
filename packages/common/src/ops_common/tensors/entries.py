"""What a sparse tensor stores, where the framework cannot hold it: in functions that PyTorch's compiler reads, and on
the tape of a backend without gradients of its own."""

from __future__ import annotations

from typing import Any


class Entries:
    """A sparse tensor as coordinates and values.

    Attributes:
        indices: the coordinates, of shape ``(n, k)``: see `ops_common.contract.sparse`.
        values: the values, of shape ``(n, ...)``.
        shape: the sizes of all axes.
        canonical: whether the coordinates ascend and do not repeat.
    """

    def __init__(self, indices: Any, values: Any, shape: tuple[Any, ...], canonical: bool) -> None:
        self.indices, self.values, self.shape, self.canonical = indices, values, shape, canonical

    @property
    def dtype(self) -> Any:
        """Returns the dtype of the values."""
        return self.values.dtype

    @property
    def ndim(self) -> int:
        """Returns the number of axes."""
        return len(self.shape)

    def __repr__(self) -> str:
        return f"Entries(shape={self.shape}, values={self.values!r})"
