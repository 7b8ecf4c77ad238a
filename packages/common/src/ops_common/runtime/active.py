"""The active backend: a process default, and an override for one thread or task.

`state` is read at every call of every op, so it consists of two plain attributes. PyTorch's compiler cannot trace a
ContextVar: the override is read only once one has been in force, through `current`, which a backend may mark as
constant for its compiler. (The flag stays set: a task that was started inside the block keeps its override after the
block has ended.)
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any, Protocol

from ops_common.runtime import config, frontend, locks, registry
from ops_common.runtime.backend import Backend
from ops_common.runtime.frontend import BoundFunctions
from ops_common.runtime.nesting import Nesting, Stack


class Distribution(Protocol):
    """The layouts of tensors on a mesh: what a Variable needs of `ops.distribution`."""

    def place(self, backend: Backend, path: str, value: Any) -> Any:
        """Returns a tensor in the layout of a Variable's path."""
        ...

    def create(self, backend: Backend, path: str, shape: tuple[int, ...], dtype: str, create: Callable[[], Any]) -> Any:
        """Returns the tensor of this shape that a function creates, in the layout of a Variable's path."""
        ...


class _Unresolved:
    """Placeholder for the default backend's functions until the first of them is read."""

    def __getattr__(self, name: str) -> Any:
        return getattr(_resolve(), name)


class State:
    """What a dispatcher reads: the default backend's functions, and whether an override has ever been in force."""

    __slots__ = ("default", "overridden")

    def __init__(self) -> None:
        self.default: Any = _Unresolved()
        self.overridden = False


state = State()
_default: Backend | None = None
_override: contextvars.ContextVar[Stack | None] = contextvars.ContextVar("ops_backend", default=None)
_overrides: Nesting[Backend | None] = Nesting(_override, None)
_distribution: Distribution | None = None  # of the default backend, which is on a mesh then
_laid_out: contextvars.ContextVar[Stack | None] = contextvars.ContextVar("ops_distribution", default=None)
_distributions: Nesting[Distribution | None] = Nesting(_laid_out, None)
lock = locks.rlock()  # held while the default, or its placeholder, changes


def _resolve() -> Any:
    with lock:
        if _default is None:
            set_backend(registry.default_name(config.default_backend()))
    return state.default


def set_backend(name: str) -> None:
    """Sets the process default backend, which every thread uses unless it is inside `use_backend`.

    Raises:
        BackendError: the backend is unknown, not installed, broken, or built for another contract. Nothing changes.

    Example:
        >>> import ops
        >>> ops.set_backend("numpy")
        >>> ops.backend()
        'numpy'
    """
    set_default(registry.load(name), None)


def set_default(backend: Backend, distribution: Distribution | None) -> None:
    """Sets the process default to a Backend given as an object, and to the layouts on its mesh; see `set_backend`."""
    global _default, _distribution
    _distribution = distribution
    with lock:
        if _default is backend:
            return  # a compiler that runs in another thread may be reading the functions
        bound = backend.bound
        _default = backend
        state.default = bound
        bound.become_default()


def current_backend() -> Backend:
    """Returns the active Backend object: the override of this thread or task, else the process default."""
    backend = _overrides.value() if state.overridden else None
    if backend is not None:
        return backend
    if _default is None:
        _resolve()
    assert _default is not None
    return _default


def followed(backend: Backend) -> Backend:
    """Returns the Backend, or its recording form where a gradient is being computed with that form."""
    now = current_backend()
    return now if now.records and now.name == backend.name else backend


def own(backend: Backend) -> Backend:
    """Returns the backend that a function bound to this one runs on: its recording form during a gradient by
    `ops.autodiff`."""
    now = current_backend()
    return frontend.installed().recording(backend) if now.records and now.name == backend.name else backend


def functions_of(name: str) -> BoundFunctions:
    """Returns the functions bound to the backend of this name, in its active form if it is the active backend."""
    now = current_backend()
    return (now if now.name == name else registry.load(name)).bound


def current() -> BoundFunctions:
    """Returns the functions bound to the active backend."""
    stack = _override.get()
    if stack is None:
        return state.default
    backend = stack.value
    if backend is None:
        return current_backend().bound
    return backend._bound  # pyright: ignore[reportPrivateUsage]  # bound on entry; the property costs 30 ns


def backend() -> str:
    """Returns the name of the active backend.

    Example:
        >>> import ops
        >>> with ops.use_backend("numpy"):
        ...     ops.backend()
        'numpy'
    """
    return current_backend().name


def selected() -> str | None:
    """Returns the name of the active backend; None if none has been selected or used, and so none has been loaded."""
    return None if _default is None and _overrides.value() is None else backend()


def devices() -> tuple[str, ...]:
    """Returns the names of the devices that are available to the active backend on this machine.

    Example:
        >>> import ops
        >>> "cpu:0" in ops.devices()
        True
    """
    return current_backend().devices()


class _Override(ContextDecorator):
    """A context in which this thread or task uses another Backend. It can be re-entered, and contexts may end in any
    order."""

    _is_recorded = False  # whether calls in the block belong to the graph that is being recorded around it

    def _change(self) -> Callable[[Backend | None], Backend]:
        """Returns the function that computes the Backend inside the block from the one around it.

        An enclosing block may end first: the function is then called again, and must not fail.
        """
        raise NotImplementedError

    def __enter__(self) -> None:
        change = self._change()

        def recorded(before: Backend | None) -> Backend:
            backend = change(before)
            if before is not None and before.records and before.name == backend.name:
                backend = frontend.installed().recording(backend)  # a gradient is being computed around this
            if self._is_recorded and before is not None and before.stages and not backend.stages:
                backend = frontend.installed().staging(before, backend)
            _ = backend.bound  # bound now rather than in the first call
            return backend

        _overrides.enter(self, recorded)
        state.overridden = True

    def __exit__(self, *_: object) -> None:
        _overrides.exit(self)


class use_backend(_Override):  # a context manager, named like a function
    """A context in which this thread or task uses another backend. Contexts nest, and may end in any order: the blocks
    that have not ended determine what is in force.

    Raises:
        BackendError: see `set_backend`.

    Example:
        >>> import ops
        >>> with ops.use_backend("numpy"):
        ...     ops.backend()
        'numpy'
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def _change(self) -> Callable[[Backend | None], Backend]:
        backend = registry.load(self._name)

        def change(before: Backend | None) -> Backend:
            if before is None or backend.key != backend.name:
                return backend
            if before.mesh is not None and before.name == backend.name:
                return before
            # An enclosing scope applies to it, too.
            device = before.device if before.device in backend.devices() else None
            return registry.variant(backend.name, device, before.portable)

        return change


class device(_Override):  # as above
    """A context in which this thread or task creates its tensors on a device, and runs there what has no operand
    elsewhere.

    It applies to the backend that is active on entry, and to those selected by `use_backend` inside it that have such a
    device. Existing tensors are not moved. It affects only what `ops` does, not direct calls of the framework.

    Args:
        device_name: ``"cpu"``, ``"gpu"`` (also ``"cuda"``), with a number unless it is the first one: ``"gpu:1"``.

    Raises:
        ArgumentError: the name is not a device's name.
        DeviceError: the backend has no such device here; the message lists the available ones.

    Example:
        >>> import ops
        >>> with ops.device("cpu:0"):
        ...     x = ops.ones((2,))
    """

    _is_recorded = True

    def __init__(self, device_name: str) -> None:
        self._device_name = device_name

    def _change(self) -> Callable[[Backend | None], Backend]:
        name, device = current_backend().name, registry.check_device(self._device_name)
        registry.variant(name, device, False)  # raises DeviceError here
        return lambda before: registry.variant(name, device, before is not None and before.portable)


class portable(_Override):  # as above
    """A context in which `ops.random` draws the same numbers on every backend, for this thread or task.

    The numbers come from Philox (see `ops_common.algorithms.philox`) and are equal for the same seed: integers and
    uniform floats bit for bit, others to within one or two units in the last place. The context applies to the backend
    that is active on entry, and to those selected by `use_backend` inside it. A `SeedGenerator` can also be portable by
    itself, without this context.

    Example:
        >>> import ops
        >>> with ops.random.portable():
        ...     ops.convert_to_numpy(ops.random.randint((4,), 0, 100, seed=7))
        array([40, 79, 17, 95], dtype=int32)
    """

    _is_recorded = True

    def _change(self) -> Callable[[Backend | None], Backend]:
        name = current_backend().name

        def change(before: Backend | None) -> Backend:
            # Where a block in between has ended, the device of another backend does not apply to this one.
            same = before is not None and before.name == name
            if same and before is not None and before.portable:
                return before  # also on a mesh
            return registry.variant(name, before.device if same and before is not None else None, True)

        return change


def distribution() -> Distribution | None:
    """Returns the layouts in force; None outside the scopes of `ops.distribution`."""
    return _distributions.value() or _distribution


class distributed(_Override):
    """A context in which this thread or task uses a Backend on a mesh, and creates Variables in the layouts of a
    distribution."""

    def __init__(self, backend: Backend, distribution: Distribution) -> None:
        self._backend, self._layouts = backend, distribution

    def _change(self) -> Callable[[Backend | None], Backend]:
        return lambda before: self._backend

    def __enter__(self) -> None:
        _distributions.enter(self._layouts, lambda before: self._layouts)
        super().__enter__()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        _distributions.exit(self._layouts)


class overridden(_Override):
    """A context in which this thread or task uses a Backend given as an object."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def _change(self) -> Callable[[Backend | None], Backend]:
        return lambda before: self._backend
