"""Discrete Fourier transforms."""

from __future__ import annotations

from typing import Any

from ops._declaration import canonical_int, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Operands, Size, Tensor
from ops.core import _static_shape as shape_of
from ops.core import shape as sizes_of
from ops.reduction import narrowed, widened
from ops_common import shapes
from ops_common.errors import ArgumentError, ShapeError

__all__ = [
    "fft",
    "fft2",
    "ifft2",
    "irfft",
    "rfft",
]


# --- transforms


def _check_axes(x: Any, count: int, filled: bool = False) -> None:
    """Raises ShapeError if an axis to transform is missing, or empty and not padded with zeros."""
    _check_sizes(shape_of(x), count, filled)


def _check_sizes(in_shape: shapes.Shape, count: int, filled: bool) -> None:
    if len(in_shape) < count:
        raise ShapeError(f"a transform over {count} axes needs rank {count} or more; got shape {in_shape}")
    if 0 in in_shape[-count:] and not filled:
        raise ShapeError(f"the sizes of the transformed axes must be positive; got shape {in_shape}")


def _dft_shape(real: Any, imag: Any, *rest: Any) -> Any:
    shape = shapes.agreed(real.shape, imag.shape)
    return shape, shape


@primitive(dtype=rules.REAL_FLOATS, shape=_dft_shape, kernel="dft")
def _dft(real: Operand, imag: Operand, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    """The kernel of the complex transforms."""
    ...


def _rdft_shape(x: Any, fft_length: int | None) -> Any:
    shape = (*x.shape[:-1], None if fft_length is None else fft_length // 2 + 1)
    return shape, shape


@primitive(dtype=rules.REAL_FLOATS, shape=_rdft_shape, kernel="rdft")
def _rdft(x: Operand, fft_length: Size) -> tuple[Tensor, Tensor]:
    """The kernel of `rfft`."""
    ...


def _irdft_shape(real: Any, imag: Any, fft_length: int | None) -> Any:
    return (*shapes.broadcast(real.shape[:-1], imag.shape[:-1]), fft_length)


@primitive(dtype=rules.REAL_FLOATS, shape=_irdft_shape, kernel="irdft")
def _irdft(real: Operand, imag: Operand, fft_length: Size) -> Tensor:
    """The kernel of `irfft`."""
    ...


def _check_parts(x: Any, count: int, filled: bool = False) -> None:
    if len(x) != 2:
        raise ArgumentError(f"complex numbers must be a tuple of real and imaginary parts; got {len(x)} tensors")
    both = shapes.agreed(shape_of(x[0]), shape_of(x[1]))
    if both is None:
        raise ShapeError(
            f"real and imaginary parts must have the same shape; got {shape_of(x[0])} and {shape_of(x[1])}"
        )
    _check_sizes(both, count, filled)


def _over_one(x: Any) -> tuple[Any]:
    _check_parts(x, 1)
    return (x,)


def _over_two(x: Any) -> tuple[Any]:
    _check_parts(x, 2)
    return (x,)


def _transform(x: Any, count: int, inverse: bool) -> tuple[Any, Any]:
    real, imag = widened(x[0]), widened(x[1])
    first, second = _dft(real, imag, count, inverse)
    return (first, second) if real is x[0] else (narrowed(first, x[0]), narrowed(second, x[0]))


def _parts_shape(x: Any) -> Any:
    return _dft_shape(x[0], x[1])


@composite(dtype=rules.REAL_FLOATS, canonical=_over_one, kernel=None, shape=_parts_shape)
def fft(x: Operands) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform over the last axis.

    Args:
        x: tuple of real and imaginary parts, of the same shape.

    Returns:
        The transform's real and imaginary parts, of the same shape.

    Raises:
        ShapeError: the shapes differ, or the last axis is missing or empty.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.fft(([1.0, 1.0], [0.0, 0.0]))
        >>> ops.convert_to_numpy(real)
        array([2., 0.], dtype=float32)
    """
    return _transform(x, 1, False)


@composite(dtype=rules.REAL_FLOATS, canonical=_over_two, kernel=None, shape=_parts_shape)
def fft2(x: Operands) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform over the last two axes; see `fft`.

    Raises:
        ShapeError: the shapes differ, or an axis is missing or empty.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.fft2(([[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]))
        >>> ops.convert_to_numpy(real)
        array([[4., 0.],
               [0., 0.]], dtype=float32)
    """
    return _transform(x, 2, False)


@composite(dtype=rules.REAL_FLOATS, canonical=_over_two, kernel=None, shape=_parts_shape)
def ifft2(x: Operands) -> tuple[Tensor, Tensor]:
    """The inverse of `fft2`.

    Raises:
        ShapeError: the shapes differ, or an axis is missing or empty.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.ifft2(([[4.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]))
        >>> ops.convert_to_numpy(real)
        array([[1., 1.],
               [1., 1.]], dtype=float32)
    """
    return _transform(x, 2, True)


def _length(fft_length: Any, otherwise: int | None) -> Any:
    """Returns the length of a transform; None if it depends on an unknown size."""
    length = otherwise if fft_length is None else canonical_int(fft_length)
    if length is not None and length < 1:
        raise ArgumentError(f"fft_length must be at least 1; got {length}")
    return length


def _of_real(x: Any, fft_length: Any) -> tuple[Any, int]:
    _check_axes(x, 1, fft_length is not None)
    return x, _length(fft_length, shape_of(x)[-1])


@composite(dtype=rules.REAL_FLOATS, canonical=_of_real, kernel=None, shape=_rdft_shape)
def rfft(x: Operand, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform of real numbers over the last axis, without the redundant negative frequencies.

    Args:
        x: real numbers.
        fft_length: the size to which the axis is truncated or padded with zeros; None for its own size.

    Returns:
        Real and imaginary parts, of size ``fft_length // 2 + 1`` along the last axis.

    Raises:
        ShapeError: the last axis is missing, or empty without padding.
        ArgumentError: fft_length is below 1.

    Example:
        >>> import ops
        >>> real, imag = ops.rfft([1.0, 1.0, 1.0, 1.0])
        >>> ops.convert_to_numpy(real)
        array([4., 0., 0.], dtype=float32)
    """
    length = sizes_of(x)[-1] if fft_length is None else fft_length
    wide = widened(x)
    first, second = _rdft(wide, length)
    return (first, second) if wide is x else (narrowed(first, x), narrowed(second, x))


def _of_half(x: Any, fft_length: Any) -> tuple[Any, int]:
    _check_parts(x, 1, fft_length is not None)
    size = shape_of(x[0])[-1] if shape_of(x[1])[-1] is None else shape_of(x[1])[-1]
    return x, _length(fft_length, None if size is None else 2 * (size - 1))


@composite(
    dtype=rules.REAL_FLOATS,
    canonical=_of_half,
    kernel=None,
    shape=lambda x, fft_length: _irdft_shape(x[0], x[1], fft_length),
)
def irfft(x: Operands, fft_length: int | None = None) -> Tensor:
    """The inverse of `rfft`.

    Args:
        x: tuple of real and imaginary parts, of the same shape.
        fft_length: the size of the output's last axis; None for ``2 * (n - 1)``, where n is the size of x's last axis.

    Raises:
        ShapeError: the shapes differ, or the last axis is missing, or empty without padding.
        ArgumentError: fft_length is below 1, or x does not have two parts.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.irfft(([4.0, 0.0, 0.0], [0.0, 0.0, 0.0])))
        array([1., 1., 1., 1.], dtype=float32)
    """
    length = (sizes_of(x[0])[-1] - 1) * 2 if fft_length is None else fft_length
    real, imag = widened(x[0]), widened(x[1])
    signal = _irdft(real, imag, length)
    return signal if real is x[0] else narrowed(signal, x[0])
