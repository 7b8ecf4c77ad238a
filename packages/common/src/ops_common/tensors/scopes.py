"""Scopes that change the behaviour of Variables: stateless, symbolic, read in another dtype, and under a name prefix.

What is in force is one immutable frame, computed from the blocks that this thread or task is in (see `nesting`).
`entered` is False until a scope is entered, so that programs without scopes only pay for this check.
"""

from __future__ import annotations

import abc
import contextvars
import weakref
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Self

import numpy as np

from ops_common import dtypes
from ops_common.algorithms.philox import MASK
from ops_common.errors import ArgumentError, DtypeError, ShapeError
from ops_common.runtime import active
from ops_common.runtime.nesting import Nesting, Stack
from ops_common.symbolic import SymbolicTensor


class Frame(NamedTuple):
    """The settings in force."""

    owner: Any = None
    parent: Any = None
    stateless: Any = None  # the innermost StatelessScope
    replay: Any = None  # the innermost Replay
    remat: str = "full"
    symbolic: bool = False
    outline: bool = False
    recorded: bool = False
    autocast: str | None = None
    names: tuple[str, ...] = ()
    caller: Any = None


class _State:
    __slots__ = ("entered",)

    def __init__(self) -> None:
        self.entered = False


state = _State()
_NOTHING = Frame()
_stack: contextvars.ContextVar[Stack | None] = contextvars.ContextVar("ops_scope", default=None)
_frames = Nesting(_stack, _NOTHING)

# Returns None outside all scopes: a call of this costs less than one of `current`.
blocks = _stack.get


def current() -> Frame:
    """Returns the frame in force."""
    return _frames.value() if state.entered else _NOTHING


def autocast() -> str | None:
    """Returns the dtype that float Variables are read in, or None for their own."""
    return current().autocast


class _Scope(abc.ABC):
    """A context that changes the frame. It can be re-entered, in other threads and tasks too, and contexts may end in
    any order."""

    @abc.abstractmethod
    def _enter(self, frame: Frame) -> Frame:
        """Returns the frame inside the block, computed from the one around it: again whenever an enclosing block ends
        first."""

    def __enter__(self) -> Self:
        _frames.enter(self, self._frame)
        state.entered = True
        return self

    def _frame(self, before: Frame) -> Frame:
        return self._enter(before)._replace(owner=self, parent=before)

    def __exit__(self, *_: object) -> None:
        _frames.exit(self)


class _Deferring(_Scope):
    """A scope in which Variables are created without a value; they get their values when the outermost one ends."""

    def __init__(self) -> None:
        self._waiting: list[Any] = []

    def defer(self, variable: Any) -> None:
        """Registers a Variable without a value."""
        self._waiting.append(weakref.ref(variable))

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._left(_frames.value())

    def _left(self, frame: Frame) -> None:
        """Initialises the Variables that were created, in the frame around the block."""
        waiting, self._waiting = self._waiting, []
        outer = deferring(frame)
        for reference in waiting:
            variable = reference()
            if variable is None:  # it has been garbage collected
                continue
            if outer is not None:
                outer.defer(variable)
            else:
                variable.initialize()


def deferring(frame: Frame) -> Any:
    """Returns the innermost scope that defers the creation of Variables, or None."""
    while frame.owner is not None:
        if isinstance(frame.owner, _Deferring):
            return frame.owner
        frame = frame.parent
    return None


class StatelessScope(_Deferring):
    """A context in which no Variable changes: values are read from a mapping, and assigned values are stored here.

    It turns a function that reads and assigns Variables into a pure function, for `ops.jit` and `ops.value_and_grad` on
    backends whose transforms do not support state (jax). A Variable that is created inside by a function gets its value
    when the context ends.

    Args:
        state_mapping: pairs of a Variable and the tensor that replaces its value.
        collect_losses: whether `add_loss` collects losses.
        initialize_variables: whether Variables that were created inside are initialised at the end.

    Raises:
        ArgumentError: an item is not a pair, or its first element is not a Variable.
        ShapeError: a tensor does not have the shape of its Variable.

    Example:
        >>> import ops
        >>> count = ops.Variable(1.0)
        >>> with ops.StatelessScope([(count, ops.convert_to_tensor(5.0))]) as scope:
        ...     _ = count.assign_add(2.0)
        >>> float(ops.convert_to_numpy(scope.get_current_value(count))), float(count.numpy())
        (7.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Any, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        super().__init__()
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Any] = []
        # Whether an enclosing gradient differentiates with respect to the values, through the kernels on its tape.
        self.followed = active.state.overridden and active.current_backend().records
        self._values: dict[int, tuple[Any, Any]] = {}  # by identity: a Variable's == compares elements
        for pair in state_mapping or ():
            if not isinstance(pair, (list, tuple)) or len(pair) != 2 or not hasattr(pair[0], "assign"):  # pyright: ignore[reportUnnecessaryIsInstance]
                raise ArgumentError(f"state_mapping must be pairs of a Variable and its value; got {pair!r}")
            variable, value = pair
            backend = active.followed(variable.backend)
            is_symbolic = isinstance(value, SymbolicTensor)  # a function is called to find out its shapes and dtypes
            tensor = value if is_symbolic else backend.to_tensor(value, variable.own_dtype)
            shape = tensor.shape if is_symbolic else backend.shape(tensor)
            if shape != variable.shape:
                raise ShapeError(
                    f"the value of Variable {variable.name!r} must have shape {variable.shape}; got {shape}"
                )
            self._values[id(variable)] = (variable, tensor)

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(stateless=self)

    def _left(self, frame: Frame) -> None:
        if self.initialize_variables:
            super()._left(frame)
        else:
            self._waiting = []

    @property
    def state_mapping(self) -> dict[int, Any]:
        """Returns the values that were mapped or assigned here, by the id of their Variable."""
        return {key: value for key, (_, value) in self._values.items()}

    def get_current_value(self, variable: Any) -> Any:
        """Returns the value that a Variable has here; None if it was neither mapped nor assigned."""
        entry = self._values.get(id(variable))
        return None if entry is None else entry[1]

    def add_update(self, update: tuple[Any, Any]) -> None:
        """Sets the value of a Variable here; takes a pair of both."""
        variable, value = update
        self._values[id(variable)] = (variable, value)

    def add_symbolic_update(self, variable: Any) -> None:
        """Is called when a symbolic tensor, which has no value, is assigned to a Variable."""

    def add_loss(self, loss: Any) -> None:
        """Adds a loss, if losses are collected."""
        if self.collect_losses:
            self.losses.append(loss)


class Lifting(StatelessScope):
    """The scope in which `ops.jit` traces a function: a StatelessScope that records which Variables were read and
    assigned."""

    def __init__(self, state_mapping: Iterable[tuple[Any, Any]] = (), counts: Iterable[tuple[Any, Any]] = ()) -> None:
        super().__init__(state_mapping)
        self.variables: list[Any] = []  # Variables that were read or assigned
        self.generators: list[Any] = []  # SeedGenerators that were drawn from
        # The first seed and the number of draws before the call, as values of this trace.
        self._counts = {generator.number: words for generator, words in counts}
        self._drawn: dict[str, int] = {}
        self._new: set[int] = set()
        self.created: list[Any] = []

    def get_current_value(self, variable: Any) -> Any:
        if id(variable) not in self._values:
            self._record(variable)
        return super().get_current_value(variable)

    def add_update(self, update: tuple[Any, Any]) -> None:
        self._record(update[0])
        self._new.add(id(update[0]))
        super().add_update(update)

    @property
    def changes(self) -> bool:
        """Returns whether a Variable was assigned, or a generator drawn from."""
        return bool(self._new or self._drawn)

    def changed(self, variables: Any) -> list[Any]:
        """Returns those of the given Variables that were assigned."""
        return [
            variable for variable, _ in self._values.values() if id(variable) in variables and id(variable) in self._new
        ]

    def draw(self, generator: Any) -> tuple[Any, Any]:
        """Returns the next words of a SeedGenerator, counted from the number of its draws before the call."""
        drawn = self._drawn.get(generator.number, 0)
        if not drawn:
            self.generators.append(generator)
        self._drawn[generator.number] = drawn + 1
        seed, count = self._counts.get(generator.number, (generator.seed & MASK, 0))
        return seed, count + np.uint32(drawn)

    def count(self, generator: Any) -> Any:
        """Returns the number of draws after the call; None if the call drew nothing."""
        drawn = self._drawn.get(generator.number)
        return None if drawn is None else self._counts[generator.number][1] + np.uint32(drawn)

    def _record(self, variable: Any) -> None:
        if not any(variable is other for other in self.variables):
            self.variables.append(variable)

    def _left(self, frame: Frame) -> None:
        self.created = [variable() for variable in self._waiting if variable() is not None]


class Replay(_Scope):
    """A context in which the random numbers of its first entry are repeated."""

    def __init__(self) -> None:
        self._words: list[Any] = []
        self._place = 0

    def __enter__(self) -> Self:
        self._place = 0
        return super().__enter__()

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(replay=self)

    def draw(self, draw: Callable[[], Any]) -> Any:
        """Returns the words of a seed: from the function, or from the first entry."""
        if self._place == len(self._words):
            self._words.append(draw())
        self._place += 1
        return self._words[self._place - 1]


class Collecting(Replay):
    """A context in which draws return placeholders; `drawn` draws the words that `replay` then uses.

    It is used for a trace that only determines what a function draws, and is then discarded.
    """

    def __init__(self) -> None:
        super().__init__()
        self._draws: list[Callable[[], Any]] = []

    def draw(self, draw: Callable[[], Any]) -> Any:
        self._draws.append(draw)
        return 0, 0

    def drawn(self) -> Replay:
        """Returns a Replay of the words of everything drawn here."""
        replay = Replay()
        with replay:
            for draw in self._draws:
                replay.draw(draw)
        return replay


def replayed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the function, which draws the same random numbers whenever it is called again."""
    replay = Replay()

    def again(*args: Any, **kwargs: Any) -> Any:
        with replay:
            return function(*args, **kwargs)

    return again


class RematScope(_Scope):
    """A context that sets whether functions of `ops.checkpoint` that are called inside recompute what their gradients
    need: "full", as outside any scope, or "none". (The reference's scope applies this to layers.)

    Raises:
        ArgumentError: the mode is neither of these.

    Example:
        >>> import ops
        >>> block = ops.checkpoint(ops.sin)
        >>> with ops.RematScope("none"):  # there is memory enough
        ...     ops.shape(block(ops.zeros((2,))))
        (2,)
    """

    def __init__(self, mode: str = "full") -> None:
        if mode not in ("full", "none"):
            raise ArgumentError(f'a RematScope\'s mode must be "full" or "none"; got {mode!r}')
        self.mode = mode

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(remat=self.mode)


def remat() -> str:
    """Returns the mode of the innermost RematScope."""
    return current().remat


class SymbolicScope(_Deferring):
    """A context in which Variables are SymbolicTensors: shapes and dtypes without values.

    A Variable that is created inside by a function gets its value when the context ends.

    Example:
        >>> import ops
        >>> weights = ops.Variable(ops.ones, shape=(3, 4))
        >>> with ops.SymbolicScope():
        ...     ops.matmul(ops.SymbolicTensor((None, 3)), weights).shape
        (None, 4)
    """

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(symbolic=True)


class OutlineScope(StatelessScope):
    """A StatelessScope in which a function runs symbolically: shape arguments may have unknown sizes."""

    def _enter(self, frame: Frame) -> Frame:
        return super()._enter(frame)._replace(outline=True)


class RecordingScope(_Scope):
    """A context for the symbolic call of a function that becomes a part of a graph: functions that it passes to control
    flow become parts of the graph too."""

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(recorded=True)


class AutocastScope(_Scope):
    """A context in which float Variables are read in another float dtype, except those with ``autocast=False``.

    Args:
        dtype: a float dtype; None for each Variable's own.

    Raises:
        DtypeError: the dtype is not a float dtype.

    Example:
        >>> import ops
        >>> weights = ops.Variable([1.0, 2.0])
        >>> with ops.AutocastScope("float16"):
        ...     ops.dtype(weights), ops.dtype(ops.multiply(weights, 2))
        ('float16', 'float16')
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = None if dtype is None else dtypes.standardize(dtype)
        if self.dtype is not None and not dtypes.is_float(self.dtype):
            raise DtypeError(f"dtype must be a float dtype; got {self.dtype}")

    def _enter(self, frame: Frame) -> Frame:
        return frame._replace(autocast=self.dtype)


class name_scope(_Scope):  # the reference's name
    """A context whose name becomes part of the paths of the Variables that are created inside.

    Args:
        name: the name, without a slash.
        caller: the object that the scope belongs to; scopes of the same name and the same caller, one inside the other,
            count as one.
        deduplicate: whether such scopes are merged.
        override_parent: a path that replaces the enclosing scopes.

    Raises:
        ArgumentError: the name is not a string, or contains a slash.

    Example:
        >>> import ops
        >>> with ops.name_scope("encoder"), ops.name_scope("dense"):
        ...     ops.Variable(0.0, name="bias").path
        'encoder/dense/bias'
    """

    def __init__(
        self, name: str, caller: Any = None, deduplicate: bool = True, override_parent: str | None = None
    ) -> None:
        if not isinstance(name, str) or "/" in name or not name:  # pyright: ignore[reportUnnecessaryIsInstance]
            raise ArgumentError(f"a scope's name must be a string without a slash; got {name!r}")
        self.name, self.caller, self.deduplicate, self.override_parent = name, caller, deduplicate, override_parent

    def _enter(self, frame: Frame) -> Frame:
        if self.override_parent is not None:
            around = tuple(part for part in self.override_parent.split("/") if part)
        elif (
            self.deduplicate
            and self.caller is not None
            and self.caller is frame.caller
            and frame.names[-1:] == (self.name,)
        ):
            return frame
        else:
            around = frame.names
        return frame._replace(names=(*around, self.name), caller=self.caller)
