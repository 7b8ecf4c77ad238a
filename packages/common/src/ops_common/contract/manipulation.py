"""Contract, family manipulation. All dtypes; the answer's is the operand's. Answers may share memory with operands."""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional, required

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


@required
def repeat(x: Tensor, repeats: int, axis: int | None) -> Tensor:
    """Each element of the axis, or of the flattened tensor, that many times, one after the other."""
    ...


@required
def repeat_each(x: Tensor, repeats: Tensor, axis: int | None, total: int | None) -> Tensor:
    """Each element of the axis, or of the flattened tensor, its own number of times. The numbers are a rank-1 integer
    tensor, of one element or of as many as the axis has; ``total`` is their sum, None if only the tensor tells. A
    negative number is an error where the tensor's values are known."""
    ...


@required
def tile(x: Tensor, repeats: tuple[int, ...]) -> Tensor:
    """The whole tensor repeated along its last axes, or new ones before them. A negative number is an error."""
    ...


@required
def roll(x: Tensor, shift: int | tuple[int, ...], axis: int | tuple[int, ...] | None) -> Tensor:
    """Elements moved along axes, those that fall off the end coming in at the start; flattened, and put back in shape,
    for axis None. One shift serves many axes, one axis takes many shifts."""
    ...


@required
def view(x: Tensor, dtype: str) -> Tensor:
    """The same bits read as another dtype; the last axis changes its length where the widths differ. No bools."""
    ...


@optional
def array_split(x: Tensor, indices_or_sections: int | tuple[int, ...], axis: int) -> list[Tensor]:
    """As `split`, but a number of pieces need not divide the axis: the first ones are longer by one."""
    ...


@optional
def unstack(x: Tensor, num: int | None, axis: int) -> list[Tensor]:
    """The slices along an axis of known size, or of ``num`` elements; an error where it has another size."""
    ...


@optional
def hstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Joined along axis 1; along axis 0 where they have no other."""
    ...


@optional
def vstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Joined along axis 0, where a tensor of lower rank than 2 is a row."""
    ...


@optional
def dstack(xs: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Joined along axis 2, where a tensor of lower rank than 3 has axes of size 1 put to it, as NumPy does."""
    ...


@optional
def meshgrid(xs: list[Tensor], indexing: str) -> list[Tensor]:
    """Tensors, which may differ in dtype, each flattened and repeated over the grid of all; indexing is ``"xy"``, which
    exchanges the grid's first two axes, or ``"ij"``."""
    ...
