"""Variable: a named, mutable holder of one tensor of one backend."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from ops_common import dtypes, shapes
from ops_common.errors import ArgumentError, ArgumentTypeError, ShapeError, UnsupportedError
from ops_common.operators import Operators
from ops_common.runtime import active, locks, registry
from ops_common.runtime.backend import short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes, seeds
from ops_common.tensors.arguments import canonical_bool

_counter = itertools.count()
_AGGREGATIONS = ("none", "mean", "sum", "only_first_replica")
_SYNCHRONIZATIONS = ("auto", "none", "on_read", "on_write")


class Variable(Operators):
    """A tensor that can be assigned; every op accepts it in place of its value, and so do the framework's functions.

    Its value is held by the framework's own object: a `torch.nn.Parameter` or a `tf.Variable`; elsewhere it is a tensor
    that is replaced. Inside `ops.jit` on jax and openvino, assign it in a `StatelessScope`.

    Args:
        initializer: a value (tensor, array, number or nested list), or a function of (shape, dtype=...) that returns
            one.
        shape: the shape; required with a function, else taken from the value.
        dtype: the dtype; None keeps the value's dtype, or uses `floatx` with a function.
        trainable: whether an optimizer should change it; on torch, whether gradients are recorded for it.
        autocast: whether an `AutocastScope` changes the dtype that it is read in.
        aggregation: how updates of replicas are combined: "none", "mean", "sum" or "only_first_replica". TensorFlow's
            strategies use it; on other backends it is stored for the user.
        synchronization: when replicas synchronise: "auto", "none", "on_read" or "on_write"; see `aggregation`.
        name: its name; a numbered one for None.

    Raises:
        ArgumentError: a function is given without a shape, a value inside a StatelessScope, an unknown aggregation or
            synchronization, or a name with a slash.
        ShapeError: the value's shape is not `shape`, or an assigned value has a different shape.

    Example:
        >>> import ops
        >>> counter = ops.Variable(0, dtype="int32")
        >>> _ = counter.assign_add(2)
        >>> int(counter.numpy())
        2
    """

    __slots__ = (
        "__weakref__",
        "_holder",
        "_initializer",
        "_layout",
        "_trainable",
        "aggregation",
        "autocast",
        "backend",
        "name",
        "own_dtype",
        "path",
        "shape",
        "synchronization",
    )

    def __init__(
        self,
        initializer: Any,
        shape: Sequence[int] | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str | None = "none",
        synchronization: str | None = "auto",
        name: str | None = None,
    ) -> None:
        frame = scopes.current()
        self.backend = active.current_backend()
        self.autocast, self._trainable = canonical_bool(autocast), canonical_bool(trainable)
        self.aggregation = _choice("aggregation", aggregation, _AGGREGATIONS)
        self.synchronization = _choice("synchronization", synchronization, _SYNCHRONIZATIONS)
        if name is not None and not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"a Variable's name must be a string or None; got {type(name).__name__}")
        self.name = name or f"variable_{next(_counter)}"
        if "/" in self.name:
            raise ArgumentError(f"a Variable's name must not contain a slash; got {self.name!r}")
        self.path = "/".join((*frame.names, self.name))
        self._holder: Any = None
        self._layout: tuple[Any, Any] | None = None  # the mesh and axes of its value
        self._initializer: Callable[..., Any] | None = None
        own_dtype = None if dtype is None else dtypes.standardize(dtype)
        if callable(initializer) and not isinstance(initializer, Variable):
            if shape is None:
                raise ArgumentError("a Variable created by an initializer function needs a shape")
            self.own_dtype: str = self.backend.check_dtype(own_dtype or dtypes.standardize(None))
            self.shape: tuple[int, ...] = tuple(int(size) for size in shape)
            self._initializer = initializer
            scope = scopes.deferring(frame)
            if scope is None:
                self.initialize()
            else:
                scope.defer(self)
            return
        if frame.stateless is not None:
            raise ArgumentError(
                f"Variable {self.name!r} is created in a StatelessScope, where values do not last: pass a function "
                "that creates the value, and a shape, or create it outside"
            )
        self.backend.require_dense(initializer)
        value = self.backend.to_tensor(initializer, own_dtype)
        self.own_dtype = self.backend.dtype(value)
        self.shape = self.backend.shape(value)
        if shape is not None and tuple(shape) != self.shape:
            raise ShapeError(f"Variable {self.name!r}: the value must have shape {tuple(shape)}; got {self.shape}")
        distribution = self._distribution()
        self._hold(value if distribution is None else distribution.place(self.backend, self.path, value))

    def _distribution(self) -> active.Distribution | None:
        """Returns what determines the layout of the value; None where tensors are on one device."""
        return None if self.backend.mesh is None else active.distribution()

    def _hold(self, value: Any) -> None:
        axes = self.backend.kernels.get("distribution.axes")
        layout = None if axes is None else axes(value)
        if layout is not None:
            self._layout = self.backend.kernels["distribution.mesh_of"](value), layout
        hold = self.backend.kernels.get("state.hold")
        combined = self.backend.kernels.get("state.hold_combined")
        if combined is not None and (self.aggregation, self.synchronization) != ("none", "auto"):
            self._holder = combined(value, self._trainable, self.name, self.aggregation, self.synchronization)
        else:
            self._holder = value if hold is None else hold(value, self._trainable, self.name)
        self._initializer = None

    def _initial(self) -> Any:
        assert self._initializer is not None
        initializer, distribution = self._initializer, self._distribution()

        def create() -> Any:
            return initializer(self.shape, dtype=self.own_dtype)

        if distribution is None:
            value = self.backend.to_tensor(create(), self.own_dtype)
        else:
            value = distribution.create(self.backend, self.path, self.shape, self.own_dtype, create)
        if self.backend.shape(value) != self.shape:
            raise ShapeError(
                f"Variable {self.name!r}: the initializer must return shape {self.shape}; "
                f"got {self.backend.shape(value)}"
            )
        return value

    def initialize(self) -> None:
        """Creates the value, if that was deferred until a scope ends."""
        if self._initializer is not None:
            self._hold(self._initial())

    @property
    def value(self) -> Any:
        """Returns the backend's tensor: in a StatelessScope the value that replaces it there, in a SymbolicScope a
        SymbolicTensor, in an AutocastScope the tensor in the scope's dtype."""
        if not scopes.state.entered:
            return self._read()
        frame = scopes.current()
        dtype = self._dtype_in(scopes.autocast())
        if frame.symbolic:
            return SymbolicTensor(self.shape, dtype)
        value = None if frame.stateless is None else frame.stateless.get_current_value(self)
        value = self._read() if value is None else value
        return value if dtype == self.own_dtype else active.followed(self.backend).cast(value, dtype)

    def _read(self) -> Any:
        if self._initializer is not None:
            return self._initial()
        read = self.backend.kernels.get("state.read")
        return self._holder if read is None else read(self._holder)

    def _dtype_in(self, scope_dtype: str | None) -> str:
        casts = scope_dtype is not None and self.autocast and dtypes.is_float(self.own_dtype)
        return scope_dtype if casts and scope_dtype is not None else self.own_dtype

    @property
    def dtype(self) -> str:
        """Returns the standard name of the dtype that it is read in."""
        return self._dtype_in(scopes.autocast()) if scopes.state.entered else self.own_dtype

    @property
    def handle(self) -> Any:
        """Returns the object that holds the value: a `torch.nn.Parameter`, a `tf.Variable`, or the tensor."""
        return self._holder

    @property
    def trainable(self) -> bool:
        """Returns whether an optimizer should change it."""
        return self._trainable

    @trainable.setter
    def trainable(self, trainable: bool) -> None:
        self._trainable = canonical_bool(trainable)
        change = self.backend.kernels.get("state.set_trainable")
        if change is not None and self._initializer is None:
            change(self._holder, self._trainable)

    @property
    def ndim(self) -> int:
        """Returns the number of axes."""
        return len(self.shape)

    def __pos__(self) -> Any:
        return self.value

    def _functions(self) -> Any:
        now = active.current_backend()
        return None if now.name == self.backend.name else self.backend.bound

    @property
    def size(self) -> int:
        """Returns the number of elements."""
        return math.prod(self.shape)

    def assign(self, value: Any) -> Variable:
        """Replaces the value by one of the same shape, cast to this dtype; a ShapeError leaves the old value
        unchanged."""
        symbolic = isinstance(value, SymbolicTensor)
        backend = active.followed(self.backend)
        if backend.is_sparse(value):  # (torch's are of the type of dense tensors)
            raise backend.reject(value)
        tensor = value if symbolic else backend.to_tensor(value, self.own_dtype)
        shape = tensor.shape if symbolic else backend.shape(tensor)
        if symbolic and shapes.broadcast(shape, self.shape) == self.shape and len(shape) == self.ndim:
            stateless = scopes.current().stateless
            if stateless is not None:
                stateless.add_symbolic_update(self)
            return self  # there is no value to store
        if shape != self.shape:
            raise ShapeError(f"cannot assign shape {shape} to Variable {self.name!r} of shape {self.shape}")
        stateless = scopes.current().stateless
        if self._layout is not None:
            tensor = self.backend.kernels["distribution.place"](tensor, *self._layout)
        if backend.records and (stateless is None or not stateless.followed):
            # A value that is kept beyond the current gradient must not be on its tape.
            tensor = backend.kernels["transform.stop_gradient"](tensor)
        if stateless is not None:
            stateless.add_update((self, tensor))
            return self
        self.initialize()
        assign = self.backend.kernels.get("state.assign")
        if assign is not None:
            if self._is_traced():
                assign(self._holder, tensor)
                return self
            with locks.state:  # waits for a compiled function that has read the value and will write another
                assign(self._holder, tensor)
            return self
        is_traced = self.backend.kernels.get("control.is_traced")
        if is_traced is not None and is_traced([tensor]):
            raise UnsupportedError(
                f"Variable {self.name!r} is assigned a value of a traced function, which does not last on backend "
                f"{self.backend.name!r}: assign it in an ops.StatelessScope, and have the function return the new value"
            )
        seeds.changed()
        with locks.state:
            self._holder = tensor
        return self

    def _is_traced(self) -> bool:
        """Returns whether the lock must not be held for an assignment: a compiler that supports this Variable's holder
        is tracing the function that assigns it, and the compiled function will run under the lock; or replicas in
        other threads wait for each other's values."""
        waits = self.backend.kernels.get("state.waits")
        if waits is not None and waits():
            return True
        is_tracing = self.backend.kernels.get("transform.is_tracing")
        if is_tracing is not None:
            return is_tracing()
        seeds.changed()
        return "state.hold" in self.backend.kernels and seeds.is_traced()

    @staticmethod
    def _is_stateless() -> bool:
        return scopes.state.entered and scopes.current().stateless is not None

    def assign_add(self, value: Any) -> Variable:
        """Adds a value. Reading and assigning are atomic with respect to other threads."""
        if self._is_traced() or self._is_stateless():
            return self.assign(self._own() + value)
        with locks.state:
            return self.assign(self._own() + value)

    def assign_sub(self, value: Any) -> Variable:
        """Subtracts a value; see `assign_add`."""
        if self._is_traced() or self._is_stateless():
            return self.assign(self._own() - value)
        with locks.state:
            return self.assign(self._own() - value)

    def _own(self) -> Any:
        """Returns the Variable as an operand of its own dtype, regardless of any AutocastScope."""
        if self.dtype == self.own_dtype:
            return self
        with scopes.AutocastScope(None):
            return _Operand(active.followed(self.backend), self.value)

    def numpy(self) -> Any:
        """Returns the value as a NumPy array."""
        return self.backend.core.convert_to_numpy(self.value)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        array = self.numpy()
        return array if dtype is None else array.astype(dtype, copy=bool(copy))

    def __jax_array__(self) -> Any:
        return self.value

    def __tf_tensor__(self, dtype: Any = None, name: str | None = None) -> Any:
        return self.value

    @classmethod
    def __torch_function__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        def plain(item: Any) -> Any:
            if isinstance(item, (list, tuple)):
                return type(item)(map(plain, item))
            return item.value if isinstance(item, Variable) else item

        return function(*map(plain, args), **{key: plain(item) for key, item in (kwargs or {}).items()})

    def __len__(self) -> int:
        if not self.shape:
            raise ArgumentTypeError("a Variable of rank 0 has no length")
        return self.shape[0]

    def __bool__(self) -> bool:
        return bool(self.numpy())

    def __int__(self) -> int:
        return int(self.numpy())

    def __float__(self) -> float:
        return float(self.numpy())

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        if self._holder is None or ("state.hold" not in self.backend.kernels and self._layout is None):
            copied = _restored(self.backend.key, *self._state()[1:])  # on its device
            memo[id(self)] = copied
            return copied
        copied = Variable.__new__(Variable)
        memo[id(self)] = copied
        for name in Variable.__slots__:
            if name != "__weakref__":
                setattr(copied, name, getattr(self, name))
        # With memo: a module that has registered the holder as its parameter shares the same copy.
        copied._holder = copy.deepcopy(self._holder, memo)
        if self._layout is not None and self.backend.kernels["distribution.axes"](copied._read()) != self._layout[1]:
            copied._hold(self._read())  # the framework's copy has lost the layout
        return copied

    def __reduce__(self) -> Any:
        return _restored, self._state()

    def _state(self) -> tuple[Any, ...]:
        attributes = {
            name: getattr(self, name) for name in ("aggregation", "autocast", "name", "path", "synchronization")
        }
        return self.backend.name, self.backend.core.convert_to_numpy(self._read()), self._trainable, attributes

    def __repr__(self) -> str:
        value = "not created yet" if self._initializer is not None else repr(self._read())
        return (
            f"<Variable {self.path} shape={self.shape} dtype={self.own_dtype} backend={self.backend.name} "
            f"value={value}>"
        )


def lay_out(variable: Variable, mesh: Any, axes: Any) -> None:
    """Lays out the value of a Variable over a mesh of its framework; it has this layout from now on."""
    variable.initialize()
    place = variable.backend.kernels.get("distribution.place")
    if place is not None:
        with locks.state:
            variable._hold(place(variable._read(), mesh, axes))


class _Operand(Operators):
    """A tensor whose Python operators are those of `ops` instead of the framework's own."""

    __slots__ = ("backend", "value")

    def __init__(self, backend: Any, value: Any) -> None:
        self.backend, self.value = backend, value


def _restored(backend: str, array: Any, trainable: bool, attributes: dict[str, Any]) -> Variable:
    """Returns the Variable with this value and its other attributes, for copies and unpickling."""
    variable = Variable.__new__(Variable)
    variable.backend, variable._layout = registry.load(backend), None
    value = variable.backend.to_tensor(array)
    variable.shape, variable.own_dtype = variable.backend.shape(value), variable.backend.dtype(value)
    variable._trainable = trainable
    for name, item in attributes.items():
        setattr(variable, name, item)
    variable._hold(value)
    return variable


def _choice(what: str, value: Any, choices: Sequence[str]) -> str:
    if value is None:
        return "none"
    if not isinstance(value, str) or value not in choices:
        raise ArgumentError(f"{what} must be one of {', '.join(choices)}; got {short(value)}")
    return value
