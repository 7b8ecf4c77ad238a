"""Variables, symbolic tensors and scopes with keras's parameters."""

from __future__ import annotations

import abc
import itertools
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Self

import ops
from ops_common.errors import ArgumentError, ArgumentTypeError, UnsupportedError
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import scopes
from ops_common.tensors import variable as variables

_numbers = itertools.count()


class _Extending(abc.ABCMeta):
    """The metaclass of a class that differs from its base in the constructor only: every instance of the base counts as
    an instance of it."""

    def __instancecheck__(cls, instance: Any) -> bool:
        # A class that a user derives is checked as usual.
        return (
            isinstance(instance, cls.__mro__[1]) if "_extends" in cls.__dict__ else super().__instancecheck__(instance)
        )


class KerasTensor(SymbolicTensor, metaclass=_Extending):
    """A symbolic tensor, with keras's parameters. Every `ops.SymbolicTensor` is an instance of this class.

    Args:
        shape: sizes of the axes; None for an unknown one.
        dtype: any spelling of a dtype.
        sparse: whether it stands for a sparse tensor.
        ragged: must be False.
        record_history: whether ops record that they created a result from it; stored for the user.
        name: its name; a numbered one for None.

    Raises:
        UnsupportedError: ragged is true.
        ShapeError: a size is negative or not an integer.
        DtypeError: the dtype is unknown.

    Example:
        >>> from ops import keras
        >>> keras.ops.matmul(keras.KerasTensor((None, 3)), keras.KerasTensor((3, 5))).shape
        (None, 5)
    """

    _extends = True

    def __init__(
        self,
        shape: Sequence[int | None],
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ArgumentTypeError(f"KerasTensor got unknown arguments {', '.join(sorted(kwargs))}")
        if ragged:
            raise UnsupportedError("ragged tensors are not supported; omit ragged")
        super().__init__(shape, dtype, name or f"keras_tensor_{next(_numbers)}", sparse)
        self.record_history = record_history

    @property
    def ragged(self) -> bool:
        """Returns False."""
        return False

    @property
    def ragged_rank(self) -> int | None:
        """Returns None: the tensor is not ragged."""
        return None

    @property
    def row_splits_dtype(self) -> str | None:
        """Returns None: the tensor is not ragged."""
        return None

    def reshape(self, newshape: Any) -> Any:
        """Returns the tensor in another shape."""
        return ops.reshape(self, newshape)

    def squeeze(self, axis: Any = None) -> Any:
        """Returns the tensor without axes of size 1."""
        return ops.squeeze(self, axis)


class Variable(variables.Variable, metaclass=_Extending):
    """A Variable, with keras's parameters. Every `ops.Variable` is an instance of this class.

    Args:
        initializer: a value, a function of (shape, dtype=...) that returns one, or "zeros" or "ones".
        shape: the shape; required with a function or a name.
        dtype: the dtype; None keeps the value's dtype, or uses `floatx` with a function.
        trainable: whether an optimizer should change it.
        autocast: whether an `ops.AutocastScope` changes the dtype that it is read in.
        aggregation: how updates of replicas are combined; stored for the user.
        synchronization: when replicas synchronise; stored for the user.
        name: its name; a numbered one for None.
        layout: must be None.

    Raises:
        ArgumentError: see `ops.Variable`; also for another name of an initializer.
        UnsupportedError: a layout is given.

    Example:
        >>> from ops import keras
        >>> keras.Variable("zeros", shape=(2,)).numpy()
        array([0., 0.], dtype=float32)
    """

    _extends = True

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
        layout: Any = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise ArgumentTypeError(f"Variable got unknown arguments {', '.join(sorted(kwargs))}")
        if layout is not None:
            raise UnsupportedError("a Variable has no layout; omit layout")
        if isinstance(initializer, str):
            if initializer not in ("zeros", "ones"):
                raise ArgumentError(
                    f'initializer must be a value, a function, "zeros" or "ones"; got {initializer!r}: '
                    "keras's other initializers are not part of ops.keras"
                )
            initializer = ops.zeros if initializer == "zeros" else ops.ones
        super().__init__(initializer, shape, dtype, trainable, autocast, aggregation, synchronization, name)
        # Stored for the user: an optimizer of keras reads them.
        self.regularizer: Any = None
        self.constraint: Any = None
        self.overwrite_with_gradient = False


class StatelessScope(scopes.StatelessScope, metaclass=_Extending):
    """A context in which no Variable changes; see `ops.StatelessScope`.

    Variables of keras itself, such as those of its layers, can be mapped too, where keras is installed.

    Args:
        state_mapping: pairs of a Variable and the tensor that replaces its value.
        collect_losses: whether `add_loss` collects losses.
        initialize_variables: whether Variables that were created inside are initialised at the end.

    Example:
        >>> from ops import keras
        >>> count = keras.Variable(1.0)
        >>> with keras.StatelessScope([(count, keras.ops.ones(()) * 5)]) as scope:
        ...     _ = count.assign_add(2.0)
        >>> float(scope.get_current_value(count))
        7.0
    """

    _extends = True

    def __init__(
        self,
        state_mapping: Iterable[tuple[Any, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
    ) -> None:
        pairs = list(state_mapping or ())
        foreign = [pair for pair in pairs if _is_of_keras(pair)]
        super().__init__([pair for pair in pairs if not _is_of_keras(pair)], collect_losses, initialize_variables)
        self._foreign = sys.modules["keras"].StatelessScope(foreign) if foreign else None

    def __enter__(self) -> Self:
        if self._foreign is not None:
            self._foreign.__enter__()
        return super().__enter__()

    def __exit__(self, *error: object) -> None:
        try:
            super().__exit__(*error)
        finally:
            if self._foreign is not None:
                self._foreign.__exit__(*error)

    def get_current_value(self, variable: Any) -> Any:
        """Returns the value that a Variable has here; None if it was neither mapped nor assigned."""
        if self._foreign is not None and _is_of_keras((variable,)):
            return self._foreign.get_current_value(variable)
        return super().get_current_value(variable)


def _is_of_keras(pair: Any) -> bool:
    """Returns whether the first item of a pair is a variable of keras itself."""
    return isinstance(pair, (list, tuple)) and bool(pair) and type(pair[0]).__module__.partition(".")[0] == "keras"


class RematScope(scopes.RematScope):
    """A context that sets whether functions of `remat` recompute what their gradients need.

    Args:
        mode: "full", as outside any scope, or None, for functions to run as they are.
        output_size_threshold: without effect: it is for keras's mode "larger_than".
        layer_names: without effect: it is for keras's mode "list_of_layers".

    Raises:
        UnsupportedError: a mode that selects layers of keras: "activations", "larger_than" or "list_of_layers".
        ArgumentError: the mode is unknown.

    Example:
        >>> from ops import keras
        >>> block = keras.remat(keras.ops.sin)
        >>> with keras.RematScope(None):
        ...     keras.ops.shape(block(keras.ops.zeros((2,))))
        (2,)
    """

    def __init__(self, mode: str | None = "full", output_size_threshold: int = 1024, layer_names: Any = None) -> None:
        if mode in ("activations", "larger_than", "list_of_layers"):
            raise UnsupportedError(f"mode {mode!r} selects layers of keras, which ops.keras does not have")
        super().__init__("none" if mode is None else mode)
        self.output_size_threshold, self.layer_names = output_size_threshold, layer_names


def remat(f: Any) -> Any:
    """Returns the function with a gradient that recomputes intermediate values; see `ops.checkpoint`.

    Example:
        >>> from ops import keras
        >>> keras.ops.shape(keras.remat(keras.ops.sin)(keras.ops.zeros((2,))))
        (2,)
    """
    return ops.checkpoint(f)


def Input(  # keras's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: Any = None,
    optional: bool = False,
) -> SymbolicTensor:
    """A symbolic tensor that is an input of a `Function`, with keras's parameters; see `ops.Input`.

    Args:
        shape: the sizes without the first axis, the batch.
        batch_size: the size of the first axis; None if it is unknown.
        dtype: its dtype; None for `floatx`.
        sparse: whether it stands for a sparse tensor.
        ragged: must not be True.
        batch_shape: the sizes with the first axis, instead of shape and batch_size.
        name: its name.
        tensor: a symbolic tensor to return instead.
        optional: must be False: a function is called with all inputs.

    Raises:
        UnsupportedError: ragged or optional is true.
        ArgumentError: neither or both of shape and batch_shape are given.

    Example:
        >>> from ops import keras
        >>> x = keras.Input((3,))
        >>> keras.Function(x, keras.ops.sum(x, axis=-1)).outputs.shape
        (None,)
    """
    if ragged or optional:
        raise UnsupportedError("ragged and optional inputs are not supported")
    return ops.Input(shape, batch_size, dtype, batch_shape, name, tensor, bool(sparse))
