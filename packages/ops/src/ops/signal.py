"""Family signal: Fourier transforms, sequences along an axis, and windows of a given number of points.

Transforms take and return complex numbers as tuples of real and imaginary parts, as the reference does, so that they
work where a framework has no complex dtype. float16 and bfloat16 are computed in float32.

The windows have the formulas of NumPy's functions of the same names. Positions are measured from the middle, so that
windows are exactly symmetric.
"""

from __future__ import annotations

import math
from typing import Any

from ops._declaration import canonical_count, canonical_int, composite, primitive
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Operands, Tensor
from ops.core import _beside, cast
from ops.core import dtype as dtype_of
from ops.core import shape as shape_of
from ops.creation import arange, ones
from ops.elementwise import (
    abs,
    add,
    cos,
    divide,
    i0,
    imag,
    maximum,
    multiply,
    real,
    sin,
    sqrt,
    square,
    subtract,
)
from ops.indexing import get_item, take
from ops.manipulation import pad, reshape, stack
from ops.reduction import narrowed, widened
from ops_common import dtypes
from ops_common.errors import ArgumentError, ShapeError

__all__ = [
    "bartlett",
    "blackman",
    "extract_sequences",
    "fft",
    "fft2",
    "hamming",
    "hanning",
    "ifft2",
    "irfft",
    "istft",
    "kaiser",
    "polar",
    "rfft",
    "stft",
    "view_as_complex",
    "view_as_real",
]


def _points(x: Any, *rest: Any) -> tuple[Any, ...]:
    points = canonical_int(x)
    if points < 0:
        raise ArgumentError(f"x is the number of points, and must not be negative; got {points}")
    return points, *rest


def _places(x: int) -> Tensor:
    """Returns the positions of the points, from -1 to 1; 0 for a single point."""
    return divide(cast(arange(1 - x, x, 2), dtypes.standardize(None)), float(max(x - 1, 1)))


def _steps(x: Any, sequence_length: Any, sequence_stride: Any) -> tuple[Any, ...]:
    length, stride = canonical_count(sequence_length, "sequence_length"), canonical_int(sequence_stride)
    if length < 1 or stride < 1:
        raise ArgumentError(f"sequence_length and sequence_stride are at least 1; got {length} and {stride}")
    return x, length, stride


@composite(canonical=_steps)
def extract_sequences(x: Operand, sequence_length: int, sequence_stride: int) -> Tensor:
    """Returns sequences of equal length, taken from the last axis at equal distances; an incomplete one is dropped.

    Args:
        x: a tensor of rank 1 or more, of any dtype.
        sequence_length: the number of elements of a sequence.
        sequence_stride: the distance between the starts of successive sequences.

    Returns:
        A tensor with two axes in place of the last one: the sequences, and the elements of each.

    Raises:
        ShapeError: x has rank 0, or the size of its last axis is unknown.
        ArgumentError: an argument is below 1.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.extract_sequences([1, 2, 3, 4, 5, 6], 3, 2))
        array([[1, 2, 3],
               [3, 4, 5]], dtype=int32)
    """
    sizes = shape_of(x)
    if not sizes:
        raise ShapeError("sequences are cut from the last axis; x has rank 0")
    if sizes[-1] is None:
        raise ShapeError("the size of the last axis must be known: it says how many sequences there are")
    count = max((sizes[-1] - sequence_length) // sequence_stride + 1, 0)
    starts = reshape(multiply(arange(count), sequence_stride), (count, 1))
    return take(x, _beside(add(starts, arange(sequence_length)), x), -1)


@composite(canonical=_points)
def bartlett(x: int) -> Tensor:
    """The Bartlett window, a triangle: ``1 - abs(t)`` for t from -1 to 1.

    Args:
        x: the number of points.

    Returns:
        A tensor of rank 1 in `floatx`; the value of a single point is 1.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is not an integer.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.bartlett(5))
        array([0. , 0.5, 1. , 0.5, 0. ], dtype=float32)
    """
    return subtract(1.0, abs(_places(x)))


@composite(canonical=_points)
def blackman(x: int) -> Tensor:
    """The Blackman window: ``0.42 + 0.5 cos(pi t) + 0.08 cos(2 pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.blackman(5))
        (5,)
    """
    cosine = cos(multiply(_places(x), math.pi))
    # The same polynomial in cos(pi t), factored by its roots, so that it is exactly 0 at both ends.
    return multiply(multiply(add(cosine, 1.0), add(cosine, 2.125)), 0.16)


@composite(canonical=_points)
def hamming(x: int) -> Tensor:
    """The Hamming window: ``0.54 + 0.46 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hamming(5))
        (5,)
    """
    return add(multiply(cos(multiply(_places(x), math.pi)), 0.46), 0.54)


@composite(canonical=_points)
def hanning(x: int) -> Tensor:
    """The Hann window: ``0.5 + 0.5 cos(pi t)`` for t from -1 to 1; see `bartlett`.

    Example:
        >>> import ops
        >>> ops.shape(ops.hanning(5))
        (5,)
    """
    return add(multiply(cos(multiply(_places(x), math.pi)), 0.5), 0.5)


@composite(canonical=_points)
def kaiser(x: int, beta: Operand) -> Tensor:
    """The Kaiser window: ``i0(beta sqrt(1 - t^2)) / i0(beta)`` for t from -1 to 1; see `bartlett`.

    Args:
        x: the number of points.
        beta: the shape parameter, a number or a tensor of rank 0, cast to `floatx`; larger values give a narrower
            window.

    Returns:
        A tensor of rank 1 in `floatx`.

    Raises:
        ArgumentError: x is negative.
        ArgumentTypeError: x is not an integer.

    Example:
        >>> import ops
        >>> ops.shape(ops.kaiser(5, 14.0))
        (5,)
    """
    if x == 1:
        return ones((1,))
    beta = cast(beta, dtypes.standardize(None))
    return divide(i0(multiply(sqrt(subtract(1.0, square(_places(x)))), beta)), i0(beta))


# --- complex numbers and their parts


@composite(dtype=rules.REAL_FLOATS, kernel="complex_of")
def _complex_of(real: Operand, imag: Operand) -> Tensor:
    """Returns complex numbers from real and imaginary parts of the same shape, float32 or float64."""
    return add(real, multiply(imag, 1j))


def _ends_in_two(x: Any) -> tuple[Any]:
    have = shape_of(x)
    if not have or have[-1] not in (2, None):
        raise ShapeError(f"the last axis holds real and imaginary part, so its size is 2; got shape {have}")
    return (x,)


@composite(dtype=rules.REAL_FLOATS, canonical=_ends_in_two, kernel=None)
def view_as_complex(x: Operand) -> Tensor:
    """Complex numbers from real and imaginary parts along the last axis.

    Args:
        x: real numbers of shape (..., 2).

    Returns:
        A tensor of shape (...): complex128 for float64, else complex64.

    Raises:
        ShapeError: the last axis does not have size 2.
        DtypeError: x is complex, or the backend has no complex dtypes (openvino).

    Example:
        >>> import ops
        >>> if ops.backend() != "openvino":
        ...     assert ops.shape(ops.view_as_complex([[1.0, 2.0]])) == (1,)
    """
    wide = widened(x)
    return _complex_of(get_item(wide, (..., 0)), get_item(wide, (..., 1)))


@composite(kernel=None)
def view_as_real(x: Operand) -> Tensor:
    """The real and imaginary parts of numbers, along a new last axis of size 2.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.view_as_real([1.0, 2.0]))
        array([[1., 0.],
               [2., 0.]], dtype=float32)
    """
    return stack([real(x), imag(x)], -1)


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def polar(abs_: Operand, angle: Operand) -> Tensor:
    """Complex numbers from their modulus and their angle in radians.

    Args:
        abs_: the moduli.
        angle: the angles in radians; the shapes broadcast.

    Returns:
        A complex tensor: complex128 for float64, else complex64.

    Raises:
        ShapeError: the shapes do not broadcast.
        DtypeError: an operand is complex, or the backend has no complex dtypes (openvino).

    Example:
        >>> import ops
        >>> if ops.backend() != "openvino":
        ...     assert ops.dtype(ops.polar([2.0], [0.0])) == "complex64"
    """
    # Cast to one dtype first: cos of a Python number or of a narrower dtype would be less exact than the product.
    wide = "float64" if "float64" in (dtype_of(abs_), dtype_of(angle)) else "float32"
    size, turn = cast(abs_, wide), cast(angle, wide)
    return _complex_of(multiply(size, cos(turn)), multiply(size, sin(turn)))


# --- transforms


def _known(x: Any, count: int, filled: bool = False) -> None:
    """Raises ShapeError if an axis to transform is missing, of unknown size, or empty and not padded with zeros."""
    have = shape_of(x)
    if len(have) < count:
        raise ShapeError(f"a transform over {count} axes needs as many; got shape {have}")
    if any(size is None or (size == 0 and not filled) for size in have[-count:]):
        raise ShapeError(f"the sizes of the axes that are transformed must be known, and not 0; got shape {have}")


def _dft_shape(real: Any, imag: Any, count: int, inverse: bool) -> Any:
    return real.shape, real.shape


@primitive(dtype=rules.REAL_FLOATS, shape=_dft_shape, kernel="dft")
def _dft(real: Operand, imag: Operand, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    """The kernel of the complex transforms."""
    ...


def _rdft_shape(x: Any, fft_length: int) -> Any:
    shape = (*x.shape[:-1], fft_length // 2 + 1)
    return shape, shape


@primitive(dtype=rules.REAL_FLOATS, shape=_rdft_shape, kernel="rdft")
def _rdft(x: Operand, fft_length: int) -> tuple[Tensor, Tensor]:
    """The kernel of `rfft`."""
    ...


def _irdft_shape(real: Any, imag: Any, fft_length: int) -> Any:
    return (*real.shape[:-1], fft_length)


@primitive(dtype=rules.REAL_FLOATS, shape=_irdft_shape, kernel="irdft")
def _irdft(real: Operand, imag: Operand, fft_length: int) -> Tensor:
    """The kernel of `irfft`."""
    ...


def _two(x: Any, count: int, filled: bool = False) -> None:
    if len(x) != 2:
        raise ArgumentError(f"complex numbers are a tuple of real and imaginary parts; got {len(x)} tensors")
    if shape_of(x[0]) != shape_of(x[1]):
        raise ShapeError(f"real and imaginary parts have one shape; got {shape_of(x[0])} and {shape_of(x[1])}")
    _known(x[0], count, filled)


def _over_one(x: Any) -> tuple[Any]:
    _two(x, 1)
    return (x,)


def _over_two(x: Any) -> tuple[Any]:
    _two(x, 2)
    return (x,)


def _transform(x: Any, count: int, inverse: bool) -> tuple[Any, Any]:
    first, second = _dft(widened(x[0]), widened(x[1]), count, inverse)
    return narrowed(first, x[0]), narrowed(second, x[0])


@composite(dtype=rules.REAL_FLOATS, canonical=_over_one, kernel=None)
def fft(x: Operands) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform over the last axis.

    Args:
        x: tuple of real and imaginary parts, of the same shape.

    Returns:
        The transform's real and imaginary parts, of the same shape.

    Raises:
        ShapeError: the shapes differ, or the last axis is missing, empty or of unknown size.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.fft(([1.0, 1.0], [0.0, 0.0]))
        >>> ops.convert_to_numpy(real)
        array([2., 0.], dtype=float32)
    """
    return _transform(x, 1, False)


@composite(dtype=rules.REAL_FLOATS, canonical=_over_two, kernel=None)
def fft2(x: Operands) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform over the last two axes; see `fft`.

    Raises:
        ShapeError: the shapes differ, or an axis is missing, empty or of unknown size.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.fft2(([[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 0.0]]))
        >>> ops.convert_to_numpy(real)
        array([[4., 0.],
               [0., 0.]], dtype=float32)
    """
    return _transform(x, 2, False)


@composite(dtype=rules.REAL_FLOATS, canonical=_over_two, kernel=None)
def ifft2(x: Operands) -> tuple[Tensor, Tensor]:
    """The inverse of `fft2`.

    Raises:
        ShapeError: the shapes differ, or an axis is missing, empty or of unknown size.
        ArgumentError: x does not have two parts.

    Example:
        >>> import ops
        >>> real, imag = ops.ifft2(([[4.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]))
        >>> ops.convert_to_numpy(real)
        array([[1., 1.],
               [1., 1.]], dtype=float32)
    """
    return _transform(x, 2, True)


def _length(fft_length: Any, otherwise: int) -> int:
    length = otherwise if fft_length is None else canonical_int(fft_length)
    if length < 1:
        raise ArgumentError(f"fft_length must be at least 1; got {length}")
    return length


def _of_real(x: Any, fft_length: Any) -> tuple[Any, int]:
    _known(x, 1, fft_length is not None)
    return x, _length(fft_length, shape_of(x)[-1])  # type: ignore[arg-type]  # known


@composite(dtype=rules.REAL_FLOATS, canonical=_of_real, kernel=None)
def rfft(x: Operand, fft_length: int | None = None) -> tuple[Tensor, Tensor]:
    """The discrete Fourier transform of real numbers over the last axis, without the redundant negative frequencies.

    Args:
        x: real numbers.
        fft_length: the size to which the axis is truncated or padded with zeros; None for its own size.

    Returns:
        Real and imaginary parts, of size ``fft_length // 2 + 1`` along the last axis.

    Raises:
        ShapeError: the last axis is missing, of unknown size, or empty without padding.
        ArgumentError: fft_length is below 1.

    Example:
        >>> import ops
        >>> real, imag = ops.rfft([1.0, 1.0, 1.0, 1.0])
        >>> ops.convert_to_numpy(real)
        array([4., 0., 0.], dtype=float32)
    """
    assert fft_length is not None  # see _of_real
    first, second = _rdft(widened(x), fft_length)
    return narrowed(first, x), narrowed(second, x)


def _of_half(x: Any, fft_length: Any) -> tuple[Any, int]:
    _two(x, 1, fft_length is not None)
    return x, _length(fft_length, 2 * (shape_of(x[0])[-1] - 1))  # type: ignore[operator]  # known


@composite(dtype=rules.REAL_FLOATS, canonical=_of_half, kernel=None)
def irfft(x: Operands, fft_length: int | None = None) -> Tensor:
    """The inverse of `rfft`.

    Args:
        x: tuple of real and imaginary parts, of the same shape.
        fft_length: the size of the output's last axis; None for ``2 * (n - 1)``, where n is the size of x's last axis.

    Raises:
        ShapeError: the shapes differ, or the last axis is missing, of unknown size, or empty without padding.
        ArgumentError: fft_length is below 1, or x does not have two parts.

    Example:
        >>> import ops
        >>> ops.convert_to_numpy(ops.irfft(([4.0, 0.0, 0.0], [0.0, 0.0, 0.0])))
        array([1., 1., 1., 1.], dtype=float32)
    """
    assert fft_length is not None  # see _of_half
    return narrowed(_irdft(widened(x[0]), widened(x[1]), fft_length), x[0])


def _frames(
    x: Any, sequence_length: Any, sequence_stride: Any, fft_length: Any, window: Any, center: Any
) -> tuple[Any, ...]:
    _, length, stride = _steps(x, sequence_length, sequence_stride)
    whole = _length(fft_length, length)
    if whole < length:
        raise ArgumentError(f"fft_length must be at least sequence_length {length}; got {whole}")
    if isinstance(window, str):
        if window not in ("hann", "hamming"):
            raise ArgumentError(f"window is 'hann', 'hamming', None or a tensor; got {window!r}")
    elif window is not None and shape_of(window) != (length,):
        raise ShapeError(f"the window has shape ({length},), sequence_length; got {shape_of(window)}")
    return x, length, stride, whole, window, bool(center)


def _of_signal(x: Any, *rest: Any) -> tuple[Any, ...]:
    found = _frames(x, *rest)
    _known(x, 1)
    whole, center, size = found[3], found[5], shape_of(x)[-1]
    if center and size <= whole // 2:  # type: ignore[operator]  # known
        raise ShapeError(f"to mirror {whole // 2} elements at the ends, the last axis must be longer; got {size}")
    if not center and size < whole:  # type: ignore[operator]  # known
        raise ShapeError(f"a sequence of {whole} elements does not fit into {size}")
    return found


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
    return _beside(pad(cast(window, dtype), ((before, whole - length - before),)), x)


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def _stft(x: Operand, window: Operand, stride: int, fft_length: int, center: bool) -> tuple[Tensor, Tensor]:
    """`stft` of float32 or float64, with the window as a tensor of the same dtype."""
    if center:
        half = fft_length // 2
        x = pad(x, (*((0, 0),) * (len(shape_of(x)) - 1), (half, half)), "reflect")
    return _rdft(multiply(extract_sequences(x, fft_length, stride), window), fft_length)


@composite(dtype=rules.REAL_FLOATS, canonical=_of_signal, kernel=None, fused=False)
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
        ShapeError: x is too short or its size is unknown, or the window has a different shape.
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
    *lead, count, size = shape_of(x)
    chunks = -(-size // stride)
    none = ((0, 0),) * len(lead)
    filled = pad(x, (*none, (0, 0), (0, chunks * stride - size)))
    parts = reshape(filled, (*(-1 if dim is None else dim for dim in lead), count, chunks, stride))
    total: Any = None
    for k in range(chunks):
        part = pad(get_item(parts, (..., k, slice(None))), (*none, (k, chunks - 1 - k), (0, 0)))
        total = part if total is None else add(total, part)
    flat = reshape(total, (*(-1 if dim is None else dim for dim in lead), (count + chunks - 1) * stride))
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
    _two(x, 2)
    _, size, stride, whole, window, center = _frames(x[0], sequence_length, sequence_stride, fft_length, window, center)
    if shape_of(x[0])[-1] != whole // 2 + 1:
        raise ShapeError(f"sequences of {whole} elements have {whole // 2 + 1} frequencies; got shape {shape_of(x[0])}")
    wanted = None if length is None else canonical_int(length)
    if wanted is not None and wanted < 0:
        raise ArgumentError(f"length must not be negative; got {wanted}")
    return x, size, stride, whole, wanted, window, center


@composite(dtype=rules.REAL_FLOATS, kernel=None)
def _istft(real: Operand, imag: Operand, window: Operand, stride: int, fft_length: int) -> Tensor:
    """`istft` of float32 or float64, with the window as a tensor of the same dtype, without trimming the ends."""
    sequences = _irdft(real, imag, fft_length)
    total = _added(multiply(sequences, window), stride)
    places = _beside(ones((shape_of(sequences)[-2], 1), dtype_of(sequences)), window)
    return divide(total, maximum(_added(multiply(places, square(window)), stride), 1e-10))


@composite(dtype=rules.REAL_FLOATS, canonical=_of_sequences, kernel=None, fused=False)
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
        ShapeError: the shapes do not fit, or a size is unknown.
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
    size = shape_of(signal)[-1]
    start = fft_length // 2 if center else 0
    stop = size - start if length is None else min(start + length, size)
    signal = get_item(signal, (..., slice(start, stop)))
    if length is not None and stop - start < length:
        signal = pad(signal, (*((0, 0),) * (len(shape_of(signal)) - 1), (0, length - (stop - start))))
    return narrowed(signal, x[0])
