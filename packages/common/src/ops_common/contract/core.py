"""Contract, family core: conversion, dtype and shape. Besides the functions, the module has constants:

``TENSOR_TYPES``  tuple of classes: what counts as this framework's tensor (isinstance).
``EXACT_TYPES``   tuple of classes: the exact types most tensors have, for a quick test; the most frequent one first.
``DTYPES``        dict from standard dtype name to the object that a tensor's ``.dtype`` is (compared by ``==``,
                  hashable); the dtypes that the framework has.
``FAST_DTYPES``   frozenset of standard names, or None for all: dtypes for which a kernel may be called directly. Calls
                  that involve any other dtype go through `call`.
``NUMBER_DTYPES`` frozenset of standard names; optional, all of `FAST_DTYPES` if absent: dtypes beside which a Python
                  number may be an operand. Beside others it comes as a tensor of rank 0.
``TRACES_PYTHON`` True, optional: the framework's compiler reads Python code instead of running it, so that `ops` must
                  make all bound functions when the backend is loaded, not when they are first called.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any


@required
def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    """A tensor of this dtype from a NumPy array or a Python number; no copy where memory can be shared safely."""
    ...


@required
def convert_to_numpy(x: Tensor) -> Any:
    """A NumPy array of the same dtype (ml_dtypes for bfloat16 and 8-bit floats), without a copy where possible."""
    ...


@required
def cast(x: Tensor, dtype: str) -> Tensor:
    """The tensor in another dtype. Float to integer truncates; anything to bool is ``!= 0``; complex to real drops the
    imaginary part without a warning."""
    ...


@required
def dtype(x: Tensor) -> str:
    """The standard name of the tensor's dtype."""
    ...


@required
def shape(x: Tensor) -> tuple[int | None, ...]:
    """The static shape; None for a dimension unknown while a graph is traced."""
    ...


@optional
def size(x: Tensor) -> Tensor:
    """The number of elements as an int32 tensor, where the static shape has an unknown dimension."""
    ...


@optional
def call(kernel: Callable[..., Any], *args: Any) -> Any:
    """Calls a kernel whose arguments or answer have a dtype outside `FAST_DTYPES`."""
    ...


@optional
def traced_array(array: Any) -> Tensor | None:
    """In a compiler's trace that cannot follow what is done to NumPy arrays: the array as a tensor. None elsewhere."""
    ...


@optional
def devices() -> tuple[str, ...]:
    """The names of the devices present, ``"cpu:0"`` or ``"gpu:1"``. Without it, there is ``"cpu:0"`` alone."""
    ...


@optional
def placed(kernel: Callable[..., Any], name: str, device: str) -> Callable[..., Any]:
    """The kernel of this family-qualified name, so that what it makes lies on the device (one of `devices`), and what
    it computes of nothing that lies elsewhere is computed there. It must not change what code outside of the call
    sees. Where `devices` are more than one, it is needed."""
    ...


@optional
def beside(x: Tensor, other: Tensor) -> Tensor:
    """The tensor, which was made of host memory, on the device where another one lies."""
    ...


@optional
def fuse(function: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    """A composite made faster, for instance compiled once for each signature. ``static`` are the positions of arguments
    that are no tensors (hashable)."""
    ...


@optional
def from_dlpack(x: Any) -> Tensor:
    """A tensor that shares memory with another framework's, by the DLPack protocol. Any failure is allowed: the caller
    then copies through NumPy."""
    ...
