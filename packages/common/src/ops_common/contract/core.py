"""Contract, family core: what the framework's tensors and dtypes are, conversion, dtype and shape.

A constant that has a value here is optional: a backend that does not define it has this value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ops_common.contract._mark import optional, required

Tensor = Any

TENSOR_TYPES: tuple[type, ...]
"""The types of this framework's tensors (isinstance). A tensor has an attribute ``dtype`` (see `DTYPES`) and Python's
operators; a class that the backend defines itself can derive from `ops_common.operators.Operators`."""

EXACT_TYPES: tuple[type, ...]
"""The exact types of most tensors, for a fast test; the most frequent one first."""

DTYPES: dict[str, Any]
"""The dtypes that the framework has: from the standard name to the value of a tensor's ``.dtype`` (compared by ``==``,
hashable). At least bool, int32 and float32."""

FAST_DTYPES: frozenset[str] | None
"""Standard names, or None for all: dtypes for which a kernel may be called directly. Calls that involve any other dtype
are made through `call`."""

NUMBER_DTYPES: frozenset[str] | None = None
"""Standard names, or None for all of `FAST_DTYPES`: dtypes that accept a Python number as the other operand. For
others, it is passed as a tensor of rank 0."""

TRACES_PYTHON: bool | Callable[[], bool] = False
"""Whether the framework's compiler reads Python code instead of running it, so that `ops` must create all bound
functions when the backend is loaded, not at their first call. A function that returns whether the compiler is reading
its caller; or True, with `transform.is_tracing` for it."""

CACHES_BY_EQUALITY: bool = False
"""Whether kernels are cached for their static arguments, which are compared by ``==``. Then ``(0, 1.0)`` would get the
kernel that was compiled for ``(0, 1)`` instead of an error, so `ops` tests the items of tuples before the call."""

DENSE_LAYOUT: Any = None
"""The value of the attribute ``layout`` of ordinary tensors, on a framework whose sparse tensors are of the same class;
None where they are of classes of their own."""

SPARSE_KERNELS: frozenset[str] = frozenset()
"""With `DENSE_LAYOUT`: the keys of functions of `ops`, such as ``"elementwise_negative"``, whose kernels raise an error
for sparse tensors, or return what the rules of `ops` for sparse tensors say. All others are called with ordinary
tensors only, which costs a test of each operand's layout."""


@required
def convert_to_tensor(value: Any, dtype: str) -> Tensor:
    """Tensor of this dtype from a NumPy array or a Python number; no copy where memory can be shared safely."""
    ...


@required
def convert_to_numpy(x: Tensor) -> Any:
    """NumPy array of the same dtype (ml_dtypes for bfloat16 and 8-bit floats), without a copy where possible."""
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
    """The static shape; None for a dimension that is unknown while a graph is traced."""
    ...


@optional
def size(x: Tensor) -> Tensor:
    """The number of elements as an int32 tensor, where the static shape has an unknown dimension."""
    ...


@optional
def sizes(x: Tensor) -> tuple[Any, ...]:
    """The shape, with a run-time size in place of each None: a tensor of rank 0 or another object of the framework for
    which `is_size` is true. Without this function, `shape` returns no None."""
    ...


@optional
def is_size(value: Any) -> bool:
    """Whether a value is a run-time size: one that is known only when a traced function is called, and that the
    backend accepts in place of an int in a shape, and for every parameter annotated with `Size`. Without this function,
    there are none."""
    ...


@optional
def size_tensor(size: Any) -> Tensor:
    """A run-time size as an integer tensor of rank 0. Required if a run-time size may be an object that is not a
    tensor."""
    ...


@optional
def smaller_size(first: Any, second: Any) -> Any:
    """The smaller one of two sizes, at least one of which is a run-time size. Without this function, `ops` takes the
    minimum of tensors."""
    ...


@optional
def larger_size(first: Any, second: Any) -> Any:
    """The larger one of two sizes; see `smaller_size`."""
    ...


@optional
def call(kernel: Callable[..., Any], *args: Any) -> Any:
    """Calls a kernel whose arguments or result have a dtype outside `FAST_DTYPES`, and returns its result."""
    ...


@optional
def traced_array(array: Any) -> Tensor | None:
    """The array as a tensor, in the trace of a compiler that cannot trace operations on NumPy arrays; None
    elsewhere."""
    ...


@optional
def devices() -> tuple[str, ...]:
    """The names of the devices present, ``"cpu:0"`` or ``"gpu:1"``. Without this function, ``"cpu:0"`` is the only
    one."""
    ...


@optional
def placed(kernel: Callable[..., Any], name: str, device: str) -> Callable[..., Any]:
    """The kernel of this family-qualified name, which creates its tensors on the device (one of `devices`), and
    computes there if no operand is elsewhere. It must not change what code outside the call sees. Required if there are
    several `devices`."""
    ...


@optional
def beside(x: Tensor, other: Tensor) -> Tensor:
    """The tensor, which was created from host memory, moved to the device of the other one."""
    ...


@optional
def fuse(function: Callable[..., Any], static: tuple[int, ...]) -> Callable[..., Any]:
    """A faster form of a composite, for instance compiled once for each signature. ``static`` are the positions of
    arguments that are not tensors (hashable)."""
    ...


@optional
def from_dlpack(x: Any) -> Tensor:
    """A tensor that shares memory with another framework's, by the DLPack protocol. Any failure is allowed: the caller
    then copies through NumPy."""
    ...
