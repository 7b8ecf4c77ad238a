"""Family linalg: linear algebra of matrices, and of stacks of them."""

from __future__ import annotations

from ops import _rules as rules
from ops._declare import backend_function
from ops._types import Operand, Tensor
from ops_common import dtypes
from ops_common.backend import Backend
from ops_common.errors import ShapeError
from ops_common.shapes import Shape
from ops_common.symbolic import SymbolicTensor


def _stack_of(shape: Shape) -> Shape:
    """The axes before the last two, which are those of square matrices."""
    if len(shape) < 2 or (shape[-1] != shape[-2] and None not in shape[-2:]):
        raise ShapeError(f"square matrices are needed; got shape {shape}")
    return shape[:-2]


@backend_function
def slogdet(backend: Backend, x: Operand) -> tuple[Tensor, Tensor]:
    """Sign and logarithm of the absolute value of a determinant, which itself may be too large or small for a float.

    Args:
        x: a square matrix, or a stack of them.

    Returns:
        (sign, logabsdet). The sign is in the float dtype (integers in `floatx`): 1, -1, or 0 for a singular matrix; a
        complex number of modulus 1 for a complex matrix. logabsdet is real, minus infinity for a singular matrix.

    Raises:
        ShapeError: x is no square matrix or stack of them.
        UnsupportedError: in a traced function on backend openvino.

    Example:
        >>> import ops
        >>> sign, logabsdet = ops.slogdet([[0.0, 1.0], [1.0, 0.0]])
        >>> float(ops.convert_to_numpy(sign)), float(ops.convert_to_numpy(logabsdet))
        (-1.0, 0.0)
    """
    if isinstance(x, SymbolicTensor):
        dtype = dtypes.to_float(x.dtype)
        batch = _stack_of(x.shape)
        return SymbolicTensor(batch, dtype), SymbolicTensor(batch, rules.MODULUS.answer(dtype))
    tensor = backend.to_tensor(x)
    _stack_of(backend.shape(tensor))
    dtype = dtypes.to_float(backend.dtype(tensor))
    return backend.run("linalg.slogdet", dtype in backend.fast_dtypes, backend.cast(tensor, dtype))
