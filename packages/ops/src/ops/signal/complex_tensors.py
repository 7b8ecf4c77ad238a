"""Complex tensors, and their parts as real tensors."""

from __future__ import annotations

from typing import Any

from ops._declaration import composite
from ops._declaration import dtype_rules as rules
from ops._declaration.roles import Operand, Tensor
from ops.core import _static_shape as shape_of
from ops.core import cast
from ops.core import dtype as dtype_of
from ops.elementwise import add, cos, imag, multiply, real, sin
from ops.indexing import get_item
from ops.manipulation import stack
from ops.reduction import widened
from ops_common import shapes
from ops_common.errors import ShapeError

__all__ = [
    "polar",
    "view_as_complex",
    "view_as_real",
]


# --- complex numbers and their parts


@composite(dtype=rules.REAL_FLOATS, kernel="complex_of")
def _complex_of(real: Operand, imag: Operand) -> Tensor:
    """Returns complex numbers from real and imaginary parts of the same shape, float32 or float64."""
    return add(real, multiply(imag, 1j))


def _ends_in_two(x: Any) -> tuple[Any]:
    in_shape = shape_of(x)
    if not in_shape or not shapes.is_one_of(in_shape[-1], (2, None)):
        raise ShapeError(f"the last axis must have size 2, for the real and the imaginary part; got shape {in_shape}")
    return (x,)


@composite(dtype=rules.REAL_FLOATS, canonical=_ends_in_two, kernel=None)
def view_as_complex(x: Operand) -> Tensor:
    """Complex numbers from real and imaginary parts along the last axis.

    Args:
        x: real numbers of shape (..., 2).

    Returns:
        A tensor of shape (...): complex128 for float64, else complex64. It may be a view of x.

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
