"""Contract, family manipulation. All dtypes; the answer's is the operand's. Answers may share memory with operands."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import required

Tensor = Any


@required
def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    """At most one size is -1."""
    ...


@required
def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    """Axes permuted; reversed for None."""
    ...


@required
def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor: ...


@required
def stack(x: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor: ...


@required
def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    """A list of pieces: that many equal ones, or cut before each index, which may be negative or beyond the end, as
    NumPy's slices. An axis that does not divide is an error."""
    ...


@required
def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    """Axes of size 1 at these places of the answer."""
    ...


@required
def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    """An axis whose size is not 1 is an error."""
    ...


@required
def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor: ...


@required
def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    """One (before, after) pair for each axis. Modes are constant, reflect, symmetric and edge; ``constant_values`` is a
    number (0 unless given), unused in other modes."""
    ...


@required
def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    """Reversed along these axes; along all for None."""
    ...
