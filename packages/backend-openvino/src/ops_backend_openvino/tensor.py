"""Tensors: values in host memory, or a node of a graph that is being traced."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import openvino as ov

from ops_backend_openvino.native_types import DTYPES, NAMES
from ops_common import dtypes
from ops_common.errors import ArgumentTypeError
from ops_common.operators import Operators
from ops_common.runtime import active

Node = ov.Output


class Tensor(Operators):
    """OpenVINO's tensor for `ops`: host memory, or a node while a function is traced.

    Attributes:
        dtype: the standard name of its dtype.
        shape: sizes of the axes; None for a size that is unknown while a graph is traced.
        host: the NumPy array that holds the values; None for a traced tensor.
        node: the traced graph's node; None for a concrete tensor.
    """

    __slots__ = ("__weakref__", "dtype", "host", "key", "node", "shape")

    def __init__(self, host: np.ndarray[Any, Any], dtype: str) -> None:
        self.host: Any = host
        self.dtype = dtype
        self.shape: tuple[Any, ...] = host.shape
        self.node: Any = None
        self.key: tuple[str, Any] | None = (dtype, host.shape)  # the signature for which a model is compiled

    def _functions(self) -> Any:
        return active.functions_of("openvino")

    @property
    def ndim(self) -> int:
        """Returns the number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int | None:
        """Returns the number of elements."""
        return None if None in self.shape else math.prod(self.shape)

    def numpy(self) -> Any:
        """Returns the values as a NumPy array, which shares the tensor's memory."""
        if self.node is not None:
            raise ArgumentTypeError(
                f"{self!r} has no value while a function is traced; use ops.where instead of a Python condition"
            )
        return self.host

    def item(self) -> Any:
        """Returns the only element as a Python number."""
        return self.numpy().item()

    def tolist(self) -> Any:
        """Returns the values as nested lists of Python numbers."""
        return self.numpy().tolist()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype, copy=copy)

    def __dlpack__(self, **options: Any) -> Any:
        return self.numpy().__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.numpy().__dlpack_device__()

    def __len__(self) -> int:
        if not self.shape:
            raise ArgumentTypeError("a tensor of rank 0 has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __index__(self) -> int:
        return self.numpy().__index__()

    def __repr__(self) -> str:
        if self.node is not None:
            return f"<traced Tensor shape={self.shape} dtype={self.dtype}>"
        values = np.array2string(self.host, separator=", ", prefix="Tensor(")
        return f"Tensor({values}, shape={self.shape}, dtype={self.dtype})"

    def __format__(self, spec: str) -> str:
        # As other frameworks' tensors of rank 0: f"{loss:.3f}".
        return format(self.item() if spec and self.shape == () else str(self), spec)

    def __reduce__(self) -> Any:
        return Tensor, (self.numpy(), self.dtype)


TENSOR_TYPES = (Tensor,)
EXACT_TYPES = (Tensor,)


def traced(node: Any, dtype: str) -> Tensor:
    """Returns the traced tensor of a node (or of its only output)."""
    tensor = Tensor.__new__(Tensor)
    tensor.node = node if isinstance(node, Node) else node.output(0)
    tensor.dtype = dtype
    tensor.shape = sizes(tensor.node)
    tensor.host = tensor.key = None
    return tensor


def sizes(node: Node) -> tuple[Any, ...]:
    """Returns the sizes of a node's axes, with None for those that are only known at each call."""
    return tuple(dim.get_length() if dim.is_static else None for dim in node.get_partial_shape())


def from_numpy(array: np.ndarray[Any, Any]) -> Tensor:
    """Returns a tensor that shares the array's memory."""
    dtype = NAMES.get(array.dtype)
    return Tensor(array, DTYPES[dtypes.from_numpy(array.dtype)] if dtype is None else dtype)
