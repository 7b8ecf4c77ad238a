"""Backend: one loaded backend package, checked against the contract, and the conversions that all backends share."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from ops_common import dtypes
from ops_common.errors import (
    ArgumentTypeError,
    DtypeError,
    ForeignTensorError,
    ShapeError,
    UnsupportedError,
)
from ops_common.runtime import config, frontend, loading
from ops_common.runtime.frontend import BoundFunctions
from ops_common.runtime.loading import Source
from ops_common.tensors import trees
from ops_common.tensors.entries import Entries

# Methods by which frameworks convert objects of other libraries.
_PROTOCOLS = ("__array__", "__jax_array__", "__tf_tensor__", "__torch_function__")
# Top-level modules that identify a backend's tensors, recognised without importing the framework.
_OWNERS = {
    "jax": "jax",
    "jaxlib": "jax",
    "tensorflow": "tensorflow",
    "torch": "torch",
    "openvino": "openvino",
    "ops_backend_openvino": "openvino",
}
# The classes of other backends' tensors, by their names; `registry` adds those of each backend that it loads.
plugin_types: dict[str, tuple[type, ...]] = {}
# Subclasses of NumPy's array that change what NumPy functions do; they are converted to plain arrays.
_OTHER_ARRAYS = (np.matrix, np.ma.MaskedArray)
# The limit of NumPy and PyTorch; a deeper list is a mistake.
MAX_RANK = 64
# Kernels that do not depend on a device.
_UNPLACED = frozenset(
    f"core.{name}"
    for name in (
        *("devices", "placed", "beside", "dtype", "call", "convert_to_numpy"),
        *("shape", "sizes", "is_size", "smaller_size", "larger_size"),
    )
) | {f"sparse.{name}" for name in ("is_sparse", "is_stored", "dtype", "shape", "sizes", "is_canonical")}
# On a mesh, the parts of a tensor may have to be gathered.
_UNMESHED = _UNPLACED - {"core.convert_to_numpy"}


class Backend:
    """A backend in use.

    Attributes:
        name: the backend's name, for instance ``"torch"``.
        key: the name under which `registry.load` caches it: the name, or ``"torch@gpu:0"`` for its form on a device.
        device: that device; None for the framework's default.
        portable: whether random numbers are portable.
        mesh: the mesh over which it lays out tensors (see `ops_common.contract.distribution`); None for one device.
        core: its module for the family core.
        kernels: its functions by family-qualified name (``"elementwise.add"``).
        types: exact tensor types, as keys; grows by the subclasses that are encountered.
        records: whether its kernels record on a tape, for gradients (see `ops_common.runtime.frontend`).
        stages: whether its functions record calls in a graph (see `ops.graph.staging`).

    The constants of the contract's family core are attributes, too; see `ops_common.contract.core`.
    """

    def __init__(self, source: Source, package: str) -> None:
        contents = loading.load(package, source)
        constants = contents.constants
        self.name = self.key = source.name
        self.device: str | None = None
        self.portable = False
        self.mesh: Any = None
        self.core: Any = contents.core
        self.tensor_types: tuple[type, ...] = constants["TENSOR_TYPES"]
        self.exact_types: tuple[type, ...] = constants["EXACT_TYPES"]
        self.types: dict[type, None] = dict.fromkeys(self.exact_types)
        self.native_dtypes: dict[str, Any] = constants["DTYPES"]
        self.fast_dtypes = _names(constants["FAST_DTYPES"], self.native_dtypes)
        self.number_dtypes = _names(constants["NUMBER_DTYPES"], self.fast_dtypes)
        self.traces_python: bool | Callable[[], bool] = constants["TRACES_PYTHON"]
        self.caches_by_equality: bool = constants["CACHES_BY_EQUALITY"]
        self.dense_layout: Any = constants["DENSE_LAYOUT"]
        self.sparse_kernels: frozenset[str] = constants["SPARSE_KERNELS"]
        self.records = self.stages = False
        self._bound: BoundFunctions | None = None
        self._use(contents.kernels)

    def _use(self, kernels: dict[str, Callable[..., Any]]) -> None:
        """Sets the kernels, and the attributes that are kernels."""
        self.kernels = kernels
        self.dtype: Callable[[Any], str] = kernels["core.dtype"]
        self.shape: Callable[[Any], tuple[Any, ...]] = kernels["core.shape"]
        self.call: Callable[..., Any] | None = kernels.get("core.call")
        self.beside: Callable[..., Any] | None = kernels.get("core.beside")
        self.traced_array: Callable[..., Any] | None = kernels.get("core.traced_array")
        self.sizes: Callable[[Any], tuple[Any, ...]] | None = kernels.get("core.sizes")
        self.is_size: Callable[[Any], bool] = kernels.get("core.is_size", _has_no_sizes)
        self.is_tracing: Callable[[], bool] | None = kernels.get("transform.is_tracing")
        self._is_sparse: Callable[[Any], bool] | None = kernels.get("sparse.is_sparse")

    def is_sparse(self, x: Any) -> bool:
        """Returns whether x is a sparse tensor of this framework, or a sparse array of SciPy."""
        if type(x) in self.types:
            return self.dense_layout is not None and x.layout is not self.dense_layout
        if self._is_sparse is not None and self._is_sparse(x):
            return True
        return type(x) is Entries or (not self.is_traced() and is_scipy(x))

    @property
    def bound(self) -> BoundFunctions:
        """Returns the functions of `ops` bound to this backend."""
        if self._bound is None:
            self._bound = frontend.installed().bind(self)  # assigned before it is complete: bodies look here for ops
            if self.traces_python:
                self._bound.bind_all()
        return self._bound

    @property
    def is_recorded(self) -> bool:
        """Whether `ops.autodiff` records what this backend computes, as it has no gradients of its own."""
        return not self.records and "transform.vjp" not in self.kernels

    def devices(self) -> tuple[str, ...]:
        """Returns the names of the devices present."""
        devices = self.kernels.get("core.devices")
        return ("cpu:0",) if devices is None else devices()

    def derived(self, kernels: Callable[[Backend], Mapping[str, Callable[..., Any]]], *tensor_types: type) -> Backend:
        """Returns a Backend of the same name with other kernels.

        It has the attributes of this one, and bound functions of its own.

        Args:
            kernels: returns the kernels by family-qualified name. It is called with the derived Backend, which kernels
                may refer to.
            tensor_types: further types of the derived Backend's tensors.
        """
        derived = copy.copy(self)
        derived._bound = None
        derived.types = self.types | dict.fromkeys(tensor_types)
        derived.tensor_types = (*self.tensor_types, *tensor_types)
        derived._use(dict(kernels(derived)))
        core = {key.partition(".")[2]: kernel for key, kernel in derived.kernels.items() if key.startswith("core.")}
        derived.core = SimpleNamespace(**{**vars(self.core), **core})
        return derived

    def variant(self, key: str, device: str | None, portable: bool) -> Backend:
        """Returns this backend with kernels whose results are on a device that is present, and with portable random
        numbers."""
        place = None if device is None else self.kernels.get("core.placed")

        def kernels(_: Backend) -> Mapping[str, Callable[..., Any]]:
            if place is None:
                return self.kernels
            return {
                name: kernel if name in _UNPLACED else place(kernel, name, device)
                for name, kernel in self.kernels.items()
            }

        variant = self.derived(kernels)
        variant.key, variant.device, variant.portable = key, device, portable
        return variant

    def on_mesh(self, key: str, mesh: Any) -> Backend:
        """Returns this backend with kernels for tensors on a mesh, and with portable random numbers."""
        form = self.kernels.get("distribution.meshed")

        def kernels(_: Backend) -> Mapping[str, Callable[..., Any]]:
            if form is None:
                return self.kernels
            return {
                name: kernel if name in _UNMESHED or name.startswith("distribution.") else form(kernel, name, mesh)
                for name, kernel in self.kernels.items()
                if not name.startswith("eager.")  # short forms of calls with ordinary tensors
            }

        variant = self.derived(kernels)
        variant.key, variant.mesh, variant.portable = key, mesh, True
        return variant

    def is_tensor(self, x: Any) -> bool:
        """Returns whether x is a tensor of this framework; caches a new type."""
        if type(x) in self.types:
            return True
        if isinstance(x, self.tensor_types) and not isinstance(x, _OTHER_ARRAYS):
            self.types[type(x)] = None
            return True
        return False

    def optional(self, kernel: str, what: str, instead: str) -> Callable[..., Any]:
        """Returns an optional kernel; if the backend does not have it, raises UnsupportedError, whose message states
        what to do instead."""
        function = self.kernels.get(kernel)
        if function is None:
            raise UnsupportedError(f"{what} is not available on backend {self.name!r}; {instead}")
        return function

    def check_dtype(self, name: str) -> str:
        """Returns the dtype itself; raises DtypeError if the framework does not have it."""
        if name not in self.native_dtypes:
            raise DtypeError(f"backend {self.name!r} has no dtype {name}; it has {', '.join(self.native_dtypes)}")
        return name

    def run(self, kernel: str, fast: bool, *arguments: Any) -> Any:
        """Calls a kernel by its key; ``fast`` states that only dtypes of `fast_dtypes` are involved."""
        function = self.kernels[kernel]
        if fast or self.call is None:
            return function(*arguments)
        return self.call(function, *arguments)

    def make(self, value: Any, dtype: str) -> Any:
        """Returns a tensor created from an array or a Python number."""
        self.check_dtype(dtype)
        if type(value) is int:
            dtypes.check_range(value, dtype)
        if dtype in self.fast_dtypes or self.call is None:
            return self.core.convert_to_tensor(value, dtype)
        return self.call(self.core.convert_to_tensor, value, dtype)

    def cast(self, x: Any, dtype: str) -> Any:
        """Returns the tensor in this dtype; the tensor itself if it already has it."""
        current = self.dtype(x)
        if current == dtype:
            return x
        self.check_dtype(dtype)
        if self.call is None or (dtype in self.fast_dtypes and current in self.fast_dtypes):
            return self.core.cast(x, dtype)
        return self.call(self.core.cast, x, dtype)

    def is_traced(self) -> bool:
        """Returns whether a compiler that traces Python code reads the calling code."""
        traces = self.traces_python
        return traces() if callable(traces) else traces

    def to_tensor(self, value: Any, dtype: str | None = None) -> Any:
        """Returns a tensor of this backend for any accepted value: its own tensors, Variables, arrays, numbers, nested
        lists.

        Raises:
            ForeignTensorError: the value is, or contains, another framework's tensor.
            ShapeError: a nested list is ragged.
            DtypeError: the framework does not have the dtype.
            ArgumentTypeError: the value is of none of these types.
        """
        if self.is_tensor(value):
            return value if dtype is None else self.cast(value, dtype)
        if type(value) in dtypes.NUMBERS:
            return self.make(value, dtype or number_dtype(value))
        if self.traced_array is not None and isinstance(value, np.ndarray):
            tensor = self.traced_array(value)
            if tensor is not None:
                return tensor if dtype is None else self.cast(tensor, dtype)
        held = self._held(value)
        if held is not None:
            return self.to_tensor(held, dtype)
        array = self._as_array(value)
        if array is not None:
            current = dtypes.from_numpy(array.dtype)
            if dtype is None or current == dtype:
                return self.make(array, current)
            if current in self.native_dtypes:
                return self.cast(self.make(array, current), dtype)
            return self.make(array.astype(dtypes.to_numpy(dtype)), dtype)
        holder = getattr(value, "value", None)
        if getattr(value, "backend", None) is not None and holder is not None:  # a Variable
            return self.to_tensor(holder, dtype)
        if isinstance(value, (list, tuple)):
            return self._from_list(value, dtype)  # type: ignore[arg-type]  # any items
        if self.is_size(value):
            tensor = self.kernels["core.size_tensor"](value)
            return tensor if dtype is None else self.cast(tensor, dtype)
        raise self.reject(value)

    def _held(self, value: Any) -> Any:
        """Returns the tensor or array that an object of another library holds, such as a variable of keras or a
        parameter of flax, and None for anything else. An array of its values would lose the gradient."""
        if isinstance(value, (np.ndarray, np.generic, list, tuple)) or _is_keras_tensor(value):
            return None
        if not _converts(type(value)):
            return None
        convert = getattr(value, "__jax_array__", None)
        held = getattr(value, "value", None) if convert is None else convert()
        if held is value:
            return None
        is_tensor = self.is_tensor(held) or isinstance(held, np.ndarray) or owner(held) is not None
        return held if is_tensor else None

    def _as_array(self, value: Any) -> np.ndarray[Any, Any] | None:
        if isinstance(value, (np.ndarray, np.generic)):
            return np.asarray(value)
        if isinstance(value, (list, tuple)) or owner(value) is not None or hasattr(value, "backend"):
            return None
        if _is_keras_tensor(value):
            return None
        if hasattr(value, "__array__"):
            return np.asarray(value)
        return None

    def _from_list(self, value: list[Any] | tuple[Any, ...], dtype: str | None) -> Any:
        leaves: list[Any] = []
        shape = _measure(value, leaves)
        # In code that is traced, an int may be a run-time size, which an array would make a constant.
        has_sizes = self.is_traced() and any(map(self.is_size, leaves))
        if not has_sizes and all(type(leaf) in dtypes.NUMBERS for leaf in leaves):
            result_dtype = dtype or (
                dtypes.promote([number_dtype(leaf) for leaf in leaves]) if leaves else config.floatx()
            )
            if dtypes.is_integer(result_dtype):
                for leaf in leaves:
                    if type(leaf) is int:
                        dtypes.check_range(leaf, result_dtype)
            return self.make(np.array(leaves, dtypes.to_numpy(result_dtype)).reshape(shape), result_dtype)
        # Tensors, arrays or NumPy scalars inside: each is converted to a tensor, and the framework stacks them.
        tensors = [self.to_tensor(item) for item in value]
        own_tensors = [tensor for tensor, item in zip(tensors, value, strict=True) if tensor is item]
        if own_tensors and self.beside is not None:
            tensors = [self.beside(tensor, own_tensors[0]) for tensor in tensors]
        result_dtype = dtype or dtypes.promote([self.dtype(tensor) for tensor in tensors])
        return self.kernels["manipulation.stack"]([self.cast(tensor, result_dtype) for tensor in tensors], 0)

    def require_dense(self, tree: Any) -> None:
        """Raises UnsupportedError if there is a sparse tensor in a nest."""
        for leaf in trees.leaves(tree, self.is_sparse):
            raise self.reject(leaf)

    def reject(self, value: Any) -> Exception:
        """Returns the error for a value that cannot be converted to a tensor of this backend."""
        if self.is_sparse(value):
            return UnsupportedError("a sparse tensor cannot be used here: use ops.to_dense(x), or ops.sparse.values(x)")
        belongs = owner(value)
        if belongs is not None and belongs != self.name:
            return ForeignTensorError(
                f"got a {belongs} tensor ({type(value).__name__}) while the backend is {self.name}; convert it with "
                f"ops.to_backend(x, {self.name!r}), or run under ops.use_backend({belongs!r})"
            )
        if _is_keras_tensor(value):
            return ArgumentTypeError(
                f"{short(value)} is keras's placeholder, which has no values: call the function in the `call` of a "
                "keras layer, which keras runs with tensors"
            )
        return ArgumentTypeError(f"{type(value).__name__} {short(value)} cannot be converted to a tensor")


def _converts(kind: type) -> bool:
    for protocol in _PROTOCOLS:  # (A loop, because torch's compiler does not support a generator here.)
        if hasattr(kind, protocol):
            return True
    return False


def _is_keras_tensor(value: Any) -> bool:
    for kind in type(value).__mro__:
        if kind.__name__ == "KerasTensor" and kind.__module__.partition(".")[0] == "keras":
            return True
    return False


def _has_no_sizes(value: Any) -> bool:
    return False


def _names(names: Iterable[str] | None, default: Iterable[str]) -> frozenset[str]:
    """Returns the dtypes that a constant of the contract names; None stands for the default."""
    return frozenset(default if names is None else names)


def number_dtype(value: Any) -> str:
    """Returns the dtype of a Python number without other operands; an int that does not fit int32 gets int64."""
    if type(value) is int and not -(2**31) <= value < 2**31:
        return "int64"
    return dtypes.promote([dtypes.weak_type(value)])


def is_scipy(value: Any) -> bool:
    """Returns whether a value is a sparse array or matrix of SciPy."""
    return type(value).__module__.startswith("scipy.sparse") and hasattr(value, "tocoo")


def owner(value: Any) -> str | None:
    """Returns the backend whose framework the tensor belongs to, by the modules of its classes, or by the tensor types
    of a loaded plug-in; None for anything else."""
    for cls in type(value).__mro__:
        name = _OWNERS.get(cls.__module__.partition(".")[0])
        if name is not None:
            return name
    for name, tensor_types in plugin_types.items():
        if isinstance(value, tensor_types):
            return name
    return None


def short(value: Any, length: int = 60) -> str:
    """Returns the beginning of a value's repr, for an error message."""
    try:
        text = repr(value)
    except Exception:  # nested too deeply, or an error in its class
        return f"<{type(value).__name__}>"
    return text if len(text) <= length else text[: length - 3] + "..."


def _measure(value: Any, leaves: list[Any], depth: int = 0) -> tuple[int, ...]:
    """Returns the shape of a nested list and appends its leaves in order; raises ShapeError if it is ragged or too
    deep."""
    if not isinstance(value, (list, tuple)):
        leaves.append(value)
        # (The type first: torch's compiler supports no test for an attribute of a symbolic int.)
        return () if type(value) in dtypes.NUMBERS else tuple(getattr(value, "shape", ()))
    if depth >= MAX_RANK:
        raise ShapeError(f"a nested list must have at most {MAX_RANK} levels, the maximum rank of a tensor")
    items: list[Any] = list(value)  # type: ignore[arg-type]  # any items
    shapes = [_measure(item, leaves, depth + 1) for item in items]
    if len(set(shapes)) > 1:
        raise ShapeError(f"a nested list must not be ragged: its items have shapes {', '.join(map(str, shapes[:4]))}")
    return (len(items), *(shapes[0] if shapes else ()))
