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
    """Tensor filled with a number, or with a tensor of this dtype that broadcasts to the shape."""
    ...


@required
def zeros_like(x: Tensor, dtype: str) -> Tensor: ...
@required
def ones_like(x: Tensor, dtype: str) -> Tensor: ...
@required
def full_like(x: Tensor, fill_value: Tensor | Number, dtype: str) -> Tensor:
    """Tensor of x's shape; see `full`."""
    ...


@required
def arange(start: Number, stop: Number, step: Number, dtype: str) -> Tensor:
    """Numbers from start to stop (excluded), as in NumPy."""
    ...


@optional
def eye(N: int, M: int, k: int, dtype: str) -> Tensor: ...


@optional
def line(start: Tensor, stop: Tensor, num: int, endpoint: bool, dtype: str, axis: int) -> Tensor:
    """Evenly spaced numbers along a new axis; for an integer dtype, both ends are float64, and the results are rounded
    down."""
    ...


@optional
def increasing_powers(x: Tensor, columns: int) -> Tensor:
    """Matrix whose rows hold the powers 0, 1, 2, ... of each number of a rank-1 tensor; no bools."""
    ...


@optional
def tri(N: int, M: int, k: int, dtype: str) -> Tensor:
    """Ones at and below the diagonal k, zeros above it."""
    ...


@required
def copy(x: Tensor) -> Tensor:
    """A tensor whose memory is not shared with anything that could change it."""
    ...


@required
def tril(x: Tensor, k: int) -> Tensor:
    """x with zeros above the diagonal k of the last two axes; a tensor of rank below 2 is an error."""
    ...


@required
def triu(x: Tensor, k: int) -> Tensor:
    """x with zeros below the diagonal k; see `tril`."""
    ...


@required
def diag(x: Tensor, k: int) -> Tensor:
    """Square matrix with a rank-1 tensor on its diagonal k, and zeros elsewhere."""
    ...
