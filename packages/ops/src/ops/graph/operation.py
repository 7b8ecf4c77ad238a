"""Operations of the user's: nodes of graphs that call Python code."""

from __future__ import annotations

import inspect
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Self

from ops._declaration.recording import is_symbolic, record
from ops.core import compute_output_spec
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime import active
from ops_common.runtime.backend import short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees

_counters: defaultdict[str, Iterator[int]] = defaultdict(itertools.count)


def _automatic_name(kind: str) -> str:
    """Returns a name for an object of a class: ``MyOperation`` becomes ``my_operation``, then ``my_operation_1``."""
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower().strip("_") or "operation"
    number = next(_counters[name])
    return f"{name}_{number}" if number else name


def _copied(value: Any) -> Any:
    """Returns a nest with copies of its lists, tuples and dicts, which the operation may change."""
    if type(value) is dict:
        return {key: _copied(item) for key, item in value.items()}
    return type(value)(map(_copied, value)) if type(value) in (list, tuple) else value


class Operation:
    """A function of tensors with a name, which becomes a node of graphs when it is called with symbolic tensors.

    A subclass defines ``call``, and ``compute_output_spec`` if ``call`` does not accept symbolic tensors. `load_graph`
    restores it from ``get_config``, which returns the arguments with which the operation was created. A subclass that
    takes tensors or other values that JSON cannot hold defines ``get_config`` and ``from_config`` itself.

    Args:
        name: its name; None for one after the class.

    Raises:
        ArgumentTypeError: the name is not a string.

    Example:
        >>> import ops
        >>> class Scale(ops.Operation):
        ...     def __init__(self, factor, name=None):
        ...         super().__init__(name=name)
        ...         self.factor = factor
        ...     def call(self, x):
        ...         return x * self.factor
        >>> x = ops.Input((3,))
        >>> ops.convert_to_numpy(ops.Function(x, Scale(2.0)(x))([[1.0, 2.0, 3.0]]))
        array([[2., 4., 6.]], dtype=float32)
    """

    _arguments: tuple[tuple[Any, ...], dict[str, Any]]

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        operation = super().__new__(cls)
        operation._arguments = _copied(args), _copied(kwargs)
        return operation

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"a name must be a string or None; got {type(name).__name__}")
        if name is not None and "/" in name:
            raise ArgumentError(f"an operation's name must not contain a slash; got {name!r}")
        self.name = name or _automatic_name(type(self).__name__)
        self._calls: list[tuple[Any, Any]] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the result of `call`; a symbolic result, if an argument is symbolic."""
        if trees.leaves((args, kwargs), is_symbolic):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Returns the result for tensors. A subclass defines it."""
        raise NotImplementedError(f"{type(self).__name__} does not define call")

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Returns SymbolicTensors with the shapes and dtypes of the result. It runs `call` with symbolic tensors; a
        subclass whose `call` does not accept these defines it."""
        backend = active.current_backend()
        if backend.stages:
            bound: Any = backend.bound
            with active.overridden(bound.base):
                return compute_output_spec(self.call, *args, **kwargs)
        return compute_output_spec(self.call, *args, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Returns symbolic tensors that refer to this operation."""
        result = self.compute_output_spec(*args, **kwargs)
        if not trees.leaves(result, is_symbolic):
            raise ArgumentTypeError(
                f"compute_output_spec of {type(self).__name__} must return SymbolicTensors; got {type(result).__name__}"
            )
        result = record(self, (args, kwargs), result)
        self._calls.append((args if len(args) != 1 else args[0], result))
        backend = active.current_backend()
        if backend.stages:
            bound: Any = backend.bound
            bound.add(result)
        return result

    @property
    def input(self) -> Any:
        """Returns the symbolic arguments of its only symbolic call."""
        return self._only_call()[0]

    @property
    def output(self) -> Any:
        """Returns the result of its only symbolic call."""
        return self._only_call()[1]

    def _only_call(self) -> tuple[Any, Any]:
        if len(self._calls) != 1:
            raise ArgumentError(
                f"{self.name} was called {len(self._calls)} times with symbolic tensors: it has no single input"
            )
        return self._calls[0]

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments with which `from_config` creates the same operation, by name.

        In a subclass that defines it, ``super().get_config()`` returns the name alone.

        Raises:
            ArgumentTypeError: the operation was created with arguments that have no name.
        """
        parameters = inspect.signature(type(self)).parameters
        has_name = "name" in parameters or any(p.kind is p.VAR_KEYWORD for p in parameters.values())
        config: dict[str, Any] = {}
        if type(self).get_config is Operation.get_config:
            args, kwargs = self._arguments
            for parameter, value in inspect.signature(type(self)).bind(*args, **kwargs).arguments.items():
                kind = parameters[parameter].kind
                if kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
                    raise ArgumentTypeError(
                        f"{type(self).__name__} has the parameter {parameter!r}, which a configuration cannot name: "
                        "define get_config and from_config"
                    )
                config |= value if kind is inspect.Parameter.VAR_KEYWORD else {parameter: value}
        return config | {"name": self.name} if has_name else config

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Returns the operation that has this configuration.

        Raises:
            ArgumentTypeError: the class does not accept it.
        """
        try:
            inspect.signature(cls).bind(**config)
        except TypeError as error:
            raise ArgumentTypeError(
                f"{cls.__name__} cannot be created from its configuration, {short(config)}: {error}"
            ) from None
        return cls(**config)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def Input(  # the reference's name
    shape: Any = None,
    batch_size: int | None = None,
    dtype: Any = None,
    batch_shape: Any = None,
    name: str | None = None,
    tensor: SymbolicTensor | None = None,
    sparse: bool = False,
) -> SymbolicTensor:
    """Returns a symbolic tensor that is an input of a `Function`.

    Args:
        shape: the sizes without the first axis, the batch; None for unknown ones.
        batch_size: the size of the first axis; None if it is unknown.
        dtype: its dtype; None for `floatx`.
        batch_shape: the sizes with the first axis, instead of shape and batch_size.
        name: its name.
        tensor: a symbolic tensor to return instead.
        sparse: whether it stands for a sparse tensor.

    Raises:
        ArgumentError: neither or both of shape and batch_shape are given.

    Example:
        >>> import ops
        >>> ops.Input((3,), name="x")
        SymbolicTensor(shape=(None, 3), dtype=float32, name=x)
    """
    if tensor is not None:
        if not isinstance(tensor, SymbolicTensor):  # pyright: ignore[reportUnnecessaryIsInstance]  # a user's value
            raise ArgumentTypeError(f"tensor must be a SymbolicTensor; got {type(tensor).__name__}")
        return tensor
    sizes = shape if batch_shape is None else batch_shape
    if sizes is not None and not isinstance(sizes, (list, tuple)):
        raise ArgumentTypeError(f"a shape must be a tuple of sizes; got {short(sizes)}")
    if (shape is None) == (batch_shape is None):
        raise ArgumentError("an input needs either a shape, without the batch, or a batch_shape")
    if batch_shape is not None and batch_size is not None:
        raise ArgumentError("batch_shape has the size of the batch: omit batch_size")
    return SymbolicTensor((batch_size, *shape) if batch_shape is None else batch_shape, dtype, name, sparse)
