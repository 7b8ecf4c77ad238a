"""Contract, family creation."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any
Number = int | float | complex | bool


@required
def zeros(shape: tuple[int, ...], dtype: str) -> Tensor: ...
@required
def ones(shape: tuple[int, ...], dtype: str) -> Tensor: ...
@required
def full(shape: tuple[int, ...], fill_value: Tensor | Number, dtype: str) -> Tensor:
    """The fill value is a number, or a tensor of this dtype that broadcasts to the shape."""
    ...


@required
def zeros_like(x: Tensor, dtype: str) -> Tensor: ...
@required
def ones_like(x: Tensor, dtype: str) -> Tensor: ...
@required
def full_like(x: Tensor, fill_value: Tensor | Number, dtype: str) -> Tensor:
    """See `full`."""
    ...


@required
def arange(start: Number, stop: Number, step: Number, dtype: str) -> Tensor:
    """Numbers from start to stop (excluded), as NumPy has them."""
    ...


@optional
def eye(N: int, M: int, k: int, dtype: str) -> Tensor: ...


@optional
def line(start: Tensor, stop: Tensor, num: int, endpoint: bool, dtype: str, axis: int) -> Tensor:
    """Numbers at equal distances along a new axis; for an integer dtype both ends are float64, and all rounded down."""
    ...


@optional
def increasing_powers(x: Tensor, columns: int) -> Tensor:
    """The powers 0, 1, 2, ... of each number of a tensor of rank 1, in a row; no bools."""
    ...


@optional
def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
    """Ones at and below the diagonal k, zeros above it."""
    ...


@required
def copy(x: Tensor) -> Tensor:
    """A tensor that shares no memory that anyone could change."""
    ...


@required
def tril(x: Tensor, k: int) -> Tensor:
    """Zeros above the diagonal k of the last two axes; a tensor of lower rank than 2 is an error."""
    ...


@required
def triu(x: Tensor, k: int) -> Tensor:
    """Zeros below the diagonal k; see `tril`."""
    ...


@required
def diag(x: Tensor, k: int) -> Tensor:
    """The square matrix with a rank-1 tensor on its diagonal k, and zeros elsewhere."""
    ...
