"""Signals in frames: sequences, and short-time Fourier transforms."""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import canonical_count, canonical_int, composite, reads
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Operands, Tensor
from ops.core import _larger_size, _on_device_of, cast
from ops.core import _static_shape as shape_of
from ops.core import dtype as dtype_of
from ops.core import shape as sizes_of
from ops.creation import arange, ones
from ops.elementwise import add, cos, divide, maximum, multiply, square, subtract
from ops.indexing import get_item, take
from ops.manipulation import pad, reshape
from ops.reduction import narrowed, widened
from ops.signal.fourier import _check_axes, _check_parts, _irdft, _length, _rdft
from ops_common import shapes
from ops_common.errors import ArgumentError, ShapeError
from ops_common.shapes import Shape

__all__ = [
    "extract_sequences",
    "istft",
    "stft",
]


@reads()
def _steps(x: Any, sequence_length: Any, sequence_stride: Any) -> tuple[Any, ...]:
    length, stride = canonical_count(sequence_length, "sequence_length"), canonical_int(sequence_stride)
    if length < 1 or stride < 1:
        raise ArgumentError(f"sequence_length and sequence_stride must be at least 1; got {length} and {stride}")
    return x, length, stride


def _sequences(x: Any, sequence_length: int, sequence_stride: int) -> Shape:
    if not x.shape:
        raise ShapeError("x must have rank 1 or more; got rank 0")
    return (*x.shape[:-1], _number_of_sequences(x.shape[-1], sequence_length, sequence_stride), sequence_length)


def _number_of_sequences(size: Any, length: int, stride: int) -> Any:
    if size is None:
        return None
    return _larger_size((size - length) // stride + 1, 0)


@composite(canonical=_steps, shape=_sequences)
def extract_sequences(x: Operand, sequence_length: int, sequence_stride: int) -> Tensor:
    """Returns sequences of equal length, taken from the last axis at equal distances; an incomplete one is dropped.

    Args:
        x: a tensor of rank 1 or more, of any dtype.
        sequence_length: the number of elements of a sequence.
        sequence_stride: the distance between the starts of successive sequences.

    Returns:
        A tensor with two axes in place of the last one: the sequences, and the elements of each.

    Raises:
        ShapeError: x has rank 0.
        ArgumentError: an argument is below 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.extract_sequences([1, 2, 3, 4, 5, 6], 3, 2))
        array([[1, 2, 3],
               [3, 4, 5]], dtype=int32)
    """
    sizes = sizes_of(x)
    if not sizes:
        raise ShapeError("x must have rank 1 or more; got rank 0")
    count = _number_of_sequences(sizes[-1], sequence_length, sequence_stride)
    starts = reshape(multiply(arange(count), sequence_stride), (count, 1))
    return take(x, _on_device_of(add(starts, arange(sequence_length)), x), -1)


def _frames(
    x: Any, sequence_length: Any, sequence_stride: Any, fft_length: Any, window: Any, center: Any
) -> tuple[Any, ...]:
    _, length, stride = _steps(x, sequence_length, sequence_stride)
    whole = _length(fft_length, length)
    if whole < length:
        raise ArgumentError(f"fft_length must be at least sequence_length {length}; got {whole}")
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ArgumentError(f"window must be 'hann', 'hamming', None or a tensor; got {window!r}")
    elif window is not None and shapes.agreed(shape_of(window), (length,)) is None:
        raise ShapeError(f"window must have shape ({length},), as sequence_length is {length}; got {shape_of(window)}")
    return x, length, stride, whole, window, bool(center)


def _of_signal(x: Any, *rest: Any) -> tuple[Any, ...]:
    arguments = _frames(x, *rest)
    _check_axes(x, 1)
    whole, center, size = arguments[3], arguments[5], shape_of(x)[-1]
    if size is None:
        return arguments
    if center and size <= whole // 2:
        raise ShapeError(f"the last axis must be longer than the padding, {whole // 2}; got size {size}")
    if not center and size < whole:
        raise ShapeError(f"the last axis must have at least {whole} elements, the size of a sequence; got {size}")
    return arguments


def _window(window: Any, length: int, whole: int, x: Any) -> Any:
    """Returns the window for sequences x, centred and padded with zeros to the whole length; None means ones."""
    dtype = dtype_of(x)
    if isinstance(window, str):
        turn = multiply(cast(arange(length), dtype), 2 * math.pi / length)
        level = 0.5 if window == "hann" else 0.54
        window = subtract(level, multiply(cos(turn), 1 - level))
    elif window is None:
        window = ones((length,), dtype)
    before = (whole - length) // 2
    return _on_device_of(pad(cast(window, dtype), ((before, whole - length - before),)), x)


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def _stft(x: Operand, window: Operand, stride: int, fft_length: int, center: bool) -> tuple[Tensor, Tensor]:
    """`stft` of float32 or float64, with the window as a tensor of the same dtype."""
    if center:
        half = fft_length // 2
        x = pad(x, (*((0, 0),) * (len(shape_of(x)) - 1), (half, half)), "reflect")
    return _rdft(multiply(extract_sequences(x, fft_length, stride), window), fft_length)


def _transforms(x: Any, length: int, stride: int, whole: int, window: Any, center: bool) -> tuple[Shape, Shape]:
    size = x.shape[-1]
    if size is not None and center:
        size += 2 * (whole // 2)
    shape = (*x.shape[:-1], _number_of_sequences(size, whole, stride), whole // 2 + 1)
    return shape, shape


@composite(dtype=rules.REAL_FLOATS, canonical=_of_signal, kernel=None, fused=False, shape=_transforms)
def stft(
    x: Operand,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    window: Any = "hann",
    center: bool = True,
) -> tuple[Tensor, Tensor]:
    """The short-time Fourier transform: the transforms of overlapping sequences of the last axis, times a window.

    Args:
        x: real numbers of shape (..., time).
        sequence_length: the window's size.
        sequence_stride: the distance between successive sequences.
        fft_length: the size of the transforms, at least sequence_length; the window is centred in it.
        window: "hann" or "hamming" (both periodic), a tensor of shape (sequence_length,), or None for ones.
        center: whether to pad both ends by reflection with half of fft_length, so that the middles of the sequences are
            at multiples of the stride.

    Returns:
        Real and imaginary parts of shape (..., sequences, fft_length // 2 + 1).

    Raises:
        ShapeError: x is too short, or the window has a different shape.
        ArgumentError: a length or stride is below 1, fft_length is below sequence_length, or the window's name is
            unknown.

    Example:
        >>> import ops
        >>> real, imag = ops.stft(ops.ones((2, 40)), 8, 4, 8)
        >>> ops.shape(real)
        (2, 11, 5)
    """
    wide = widened(x)
    shape = _window(window, sequence_length, fft_length, wide)
    first, second = _stft(wide, shape, sequence_stride, fft_length, center)
    return narrowed(first, x), narrowed(second, x)


def _added(x: Any, stride: int) -> Any:
    """Returns the overlap-add of sequences of shape (..., count, size), each shifted by a stride from the previous."""
    *lead, count, size = sizes_of(x)
    chunks = -(-size // stride)
    none = ((0, 0),) * len(lead)
    filled = pad(x, (*none, (0, 0), (0, chunks * stride - size)))
    parts = reshape(filled, (*lead, count, chunks, stride))
    total: Any = None
    for k in range(chunks):
        part = pad(get_item(parts, (..., k, slice(None))), (*none, (k, chunks - 1 - k), (0, 0)))
        total = part if total is None else add(total, part)
    flat = reshape(total, (*lead, (count + chunks - 1) * stride))
    return get_item(flat, (..., slice(0, (count - 1) * stride + size)))


def _of_sequences(
    x: Any,
    sequence_length: Any,
    sequence_stride: Any,
    fft_length: Any,
    length: Any,
    window: Any,
    center: Any,
) -> tuple[Any, ...]:
    _check_parts(x, 2)
    _, size, stride, whole, window, center = _frames(x[0], sequence_length, sequence_stride, fft_length, window, center)
    if any(shape_of(part)[-1] not in (None, whole // 2 + 1) for part in x):
        raise ShapeError(
            f"the last axis must have size {whole // 2 + 1}, for sequences of {whole} elements; "
            f"got shape {shape_of(x[0])}"
        )
    out_length = None if length is None else canonical_int(length)
    if out_length is not None and out_length < 0:
        raise ArgumentError(f"length must not be negative; got {out_length}")
    return x, size, stride, whole, out_length, window, center


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def _istft(real: Operand, imag: Operand, window: Operand, stride: int, fft_length: int) -> Tensor:
    """`istft` of float32 or float64, with the window as a tensor of the same dtype, without trimming the ends."""
    sequences = _irdft(real, imag, fft_length)
    total = _added(multiply(sequences, window), stride)
    places = _on_device_of(ones((sizes_of(sequences)[-2], 1), dtype_of(sequences)), window)
    return divide(total, maximum(_added(multiply(places, square(window)), stride), 1e-10))


def _signal(x: Any, size: int, stride: int, whole: int, length: int | None, window: Any, center: bool) -> Shape:
    lead = shapes.broadcast(x[0].shape[:-2], x[1].shape[:-2])
    (count,) = shapes.broadcast(x[0].shape[-2:-1], x[1].shape[-2:-1])
    if length is None and count is not None:
        length = (count - 1) * stride + whole - (2 * (whole // 2) if center else 0)
    return (*lead, length)


@composite(dtype=rules.REAL_FLOATS, canonical=_of_sequences, kernel=None, fused=False, shape=_signal)
def istft(
    x: Operands,
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None = None,
    window: Any = "hann",
    center: bool = True,
) -> Tensor:
    """The inverse of `stft`, by least squares: sequences times the window are added, and divided by the sum of its
    squares (Griffin and Lim 1984, https://doi.org/10.1109/TASSP.1984.1164317); 0 where no window overlaps.

    Args:
        x: tuple of real and imaginary parts of shape (..., sequences, fft_length // 2 + 1).
        sequence_length: as given to `stft`.
        sequence_stride: as given to `stft`.
        fft_length: as given to `stft`.
        length: the size of the output's last axis, which is truncated or padded with zeros; None for the full length.
        window: as given to `stft`.
        center: as given to `stft`.

    Raises:
        ShapeError: the shapes do not fit.
        ArgumentError: see `stft`; or length is negative, or x does not have two parts.

    Example:
        >>> import ops
        >>> signal = ops.istft(ops.stft(ops.ones((40,)), 8, 4, 8), 8, 4, 8)
        >>> ops.convert_to_numpy(signal)[:3].round(3)
        array([1., 1., 1.], dtype=float32)
    """
    first, second = widened(x[0]), widened(x[1])
    shape = _window(window, sequence_length, fft_length, first)
    signal = _istft(first, second, shape, sequence_stride, fft_length)
    size = sizes_of(signal)[-1]
    start = fft_length // 2 if center else 0
    if not isinstance(size, int):
        if length is not None:  # zeros beyond the end, of which the slice takes as many as it needs
            signal = pad(signal, (*((0, 0),) * (len(shape_of(signal)) - 1), (0, start + length)))
        stop = size - start if length is None else start + length
        return narrowed(get_item(signal, (..., slice(start, stop))), x[0])
    stop = size - start if length is None else min(start + length, size)
    signal = get_item(signal, (..., slice(start, stop)))
    if length is not None and stop - start < length:
        signal = pad(signal, (*((0, 0),) * (len(shape_of(signal)) - 1), (0, length - (stop - start))))
    return narrowed(signal, x[0])
