"""Contract, family manipulation. All dtypes; the result has the operand's. Results may share memory with operands."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def reshape(x: Tensor, newshape: tuple[int, ...]) -> Tensor:
    """x in another shape; at most one size is -1."""
    ...


@required
def transpose(x: Tensor, axes: tuple[int, ...] | None) -> Tensor:
    """x with its axes permuted; reversed for None."""
    ...


@required
def concatenate(xs: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor: ...


@required
def stack(x: list[Tensor] | tuple[Tensor, ...], axis: int) -> Tensor: ...


@required
def split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    """List of pieces: that many equal ones, or cut before each index, which may be negative or beyond the end, as in
    NumPy's slices. An axis that cannot be divided evenly is an error."""
    ...


@required
def expand_dims(x: Tensor, axis: int | tuple[int, ...]) -> Tensor:
    """x with axes of size 1 at these positions of the result."""
    ...


@required
def squeeze(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    """x without axes of size 1; an axis whose size is not 1 is an error."""
    ...


@required
def broadcast_to(x: Tensor, shape: tuple[int, ...]) -> Tensor: ...


@required
def pad(x: Tensor, pad_width: tuple[tuple[int, int], ...], mode: str, constant_values: Any) -> Tensor:
    """x padded by one (before, after) pair for each axis. Modes are constant, reflect, symmetric and edge;
    ``constant_values`` is a number (0 unless given), unused in other modes."""
    ...


@required
def flip(x: Tensor, axis: int | tuple[int, ...] | None) -> Tensor:
    """x reversed along these axes; along all for None."""
    ...


@required
def repeat(x: Tensor, repeats: int, axis: int | None) -> Tensor:
    """x with each element of the axis, or of the flattened tensor, repeated that many times."""
    ...


@required
def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    """x with each element of the axis, or of the flattened tensor, repeated its own number of times. The numbers are a
    rank-1 integer tensor, of one element or of as many as the axis has; ``total`` is their sum, None if it depends on
    the tensor's values. A negative number is an error where the tensor's values are known."""
    ...


@required
def tile(x: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """The whole tensor repeated along its last axes, or new ones before them. A negative number is an error."""
    ...


@required
def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Tensor:
    """x with elements shifted along axes, wrapping around at the end; flattened and reshaped back for axis None. One
    shift may apply to several axes, and several shifts to one axis."""
    ...


@required
def view(x: Tensor, dtype: str) -> Tensor:
    """The same bits read as another dtype; the last axis changes its length if the widths differ. No bools."""
    ...


@optional
def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    """As `split`, but a number of pieces need not divide the axis evenly: the first ones are longer by one."""
    ...


@optional
def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    """The slices along an axis of known size, or of ``num`` elements; an error if it has another size."""
    ...


@optional
def hstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Tensors joined along axis 1; along axis 0 if that is their only axis."""
    ...


@optional
def vstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Tensors joined along axis 0, where a tensor of rank below 2 is a row."""
    ...


@optional
def dstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Tensors joined along axis 2, where a tensor of rank below 3 gets axes of size 1, as in NumPy."""
    ...


@optional
def meshgrid(xs: list[Tensor], indexing: str) -> list[Tensor]:
    """The tensors, which may differ in dtype, each flattened and repeated over the grid of all; indexing is ``"xy"``,
    which exchanges the grid's first two axes, or ``"ij"``."""
    ...
