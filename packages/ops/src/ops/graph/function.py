"""Function: what lies between symbolic tensors."""

from __future__ import annotations

from typing import Any

from ops._declaration.recording import is_symbolic
from ops.graph.building import Builder
from ops.graph.graph import Graph
from ops.graph.operation import Operation
from ops_common.errors import ArgumentError, ArgumentTypeError
from ops_common.runtime import active
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors import trees


class Function(Operation):
    """A function of the tensors that were computed symbolically from inputs.

    Args:
        inputs: a SymbolicTensor (see `Input`), or a nest of them: any symbolic tensors on which the outputs depend.
        outputs: a SymbolicTensor or a nest of them, computed from the inputs.
        name: its name.

    Attributes:
        inputs, outputs: as given.
        graph: the `Graph` of the function.

    Raises:
        ArgumentError: an output depends on a symbolic tensor that is no input; the message names it.
        ArgumentTypeError: inputs or outputs contain no SymbolicTensor, or something else.

    Example:
        >>> import ops
        >>> x = ops.Input((3,))
        >>> y = ops.nn.relu(x @ ops.ones((3, 2)))
        >>> function = ops.Function(x, [y, ops.sum(y)])
        >>> [ops.shape(t) for t in function(ops.ones((4, 3)))]
        [(4, 2), ()]
    """

    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        super().__init__(name)
        for what, tree in (("inputs", inputs), ("outputs", outputs)):
            wrong = trees.leaves(tree, lambda leaf: not isinstance(leaf, SymbolicTensor))
            if wrong or not trees.leaves(tree, is_symbolic):
                given = type(wrong[0]).__name__ if wrong else repr(tree)
                raise ArgumentTypeError(f"the {what} of a Function must be SymbolicTensors; got {given}")
        symbols = trees.leaves(inputs, is_symbolic)
        if len({id(symbol) for symbol in symbols}) < len(symbols):
            raise ArgumentError("the inputs of a Function must be different tensors")
        self.inputs, self.outputs = inputs, outputs
        builder = Builder(active.current_backend())
        block = builder.block(((inputs,), {}), outputs)
        self.graph = Graph(block, builder.specs, builder.constants, builder.user_operations, self.name)

    @property
    def operations(self) -> list[Operation]:
        """Returns the operations of the user's in this function."""
        return list(self.graph.user_operations.values())

    def __call__(self, inputs: Any) -> Any:
        """Returns the outputs for tensors in place of the inputs, in the same nest."""
        return self.call(inputs)

    def call(self, inputs: Any) -> Any:
        """Returns the outputs for tensors in place of the inputs, in the same nest."""
        return self.graph(inputs)

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns SymbolicTensors with the shapes and dtypes of the outputs."""
        return self.graph(inputs)
