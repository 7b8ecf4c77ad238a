"""Function: what lies between symbolic tensors."""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from ops._declaration.recording import is_symbolic
from ops.graph.building import Builder
from ops.graph.graph import Graph
from ops.graph.making import is_keras_tensor, recorded
from ops.graph.operation import Operation
from ops.graph.saving import read
from ops.graph.structure import Ref, replaced
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
            if wrong and is_keras_tensor(wrong[0]):
                raise ArgumentTypeError(
                    f"the {what} of a Function must be SymbolicTensors; got a KerasTensor of keras, which only the "
                    "functions of keras compute with: create the inputs with ops.Input"
                )
            if wrong or not trees.leaves(tree, is_symbolic):
                given = type(wrong[0]).__name__ if wrong else repr(tree)
                raise ArgumentTypeError(f"the {what} of a Function must be SymbolicTensors; got {given}")
        symbols = trees.leaves(inputs, is_symbolic)
        if len({id(symbol) for symbol in symbols}) < len(symbols):
            raise ArgumentError("the inputs of a Function must be different tensors")
        self.inputs, self.outputs = inputs, outputs
        builder = Builder(active.current_backend())
        with recorded():
            block = builder.block(((inputs,), {}), outputs)
        self.graph = Graph(
            block, builder.specs, builder.constants, builder.user_operations, self.name, settings=builder.settings
        )

    @property
    def operations(self) -> list[Operation]:
        """Returns the operations of the user's in this function."""
        return list(self.graph.user_operations.values())

    def get_config(self) -> dict[str, Any]:
        """Returns the name, and the graph with its constants as the file of `Graph.save`, in base64.

        Raises:
            ArgumentTypeError: see `Graph.save`.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "function.ops"
            self.graph.save(path)
            return {**super().get_config(), "graph": base64.b64encode(path.read_bytes()).decode()}

    @classmethod
    def from_config(cls, config: dict[str, Any], operations: Mapping[str, type[Operation]] | None = None) -> Self:
        """Returns the function that has this configuration. No code of the configuration is run.

        Args:
            config: what `get_config` returned.
            operations: the classes of operations of the user's that it uses, by their names.

        Raises:
            ArgumentError: it is not the configuration of a Function.
            UnsupportedError: see `load_graph`.

        Example:
            >>> import ops
            >>> x = ops.Input((3,))
            >>> function = ops.Function.from_config(ops.Function(x, x + 1).get_config())
            >>> ops.convert_to_numpy(function([[1.0, 2.0, 3.0]]))
            array([[2., 3., 4.]], dtype=float32)
        """
        try:
            content = base64.b64decode(config["graph"], validate=True)
        except (KeyError, TypeError, ValueError, binascii.Error):
            raise ArgumentError("the configuration of a Function has a name, and a graph in base64") from None
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "function.ops"
            path.write_bytes(content)
            graph = read(path, operations, "the configuration", "from_config(config, operations={})")
        if graph.block.keywords or len(graph.block.parameters) != 1:
            raise ArgumentError("the graph in the configuration of a Function must have one argument")
        symbols = {number: SymbolicTensor(spec.shape, spec.dtype, spec.name) for number, spec in graph.specs.items()}
        function = cls.__new__(cls)
        Operation.__init__(function, config.get("name"))
        function.graph, graph.name = graph, function.name
        function.inputs = replaced(
            graph.block.parameters[0], lambda item: symbols[item.number] if isinstance(item, Ref) else item
        )
        function.outputs = graph(function.inputs)
        return function

    def __call__(self, inputs: Any) -> Any:
        """Returns the outputs for tensors in place of the inputs, in the same nest."""
        return self.call(inputs)

    def call(self, inputs: Any) -> Any:
        """Returns the outputs for tensors in place of the inputs, in the same nest."""
        return self.graph(inputs)

    def compute_output_shape(self, input_shape: Any) -> Any:
        """Returns the shapes of the outputs for shapes in place of the inputs, in the same nest.

        Raises:
            ArgumentError: the nest is not that of the inputs.

        Example:
            >>> import ops
            >>> x = ops.Input((3,))
            >>> ops.Function(x, [x, ops.sum(x)]).compute_output_shape((5, 3))
            [(5, 3), ()]
        """
        outputs = self.compute_output_spec(_specs(self.inputs, input_shape))
        return trees.put(
            outputs, [symbol.shape for symbol in trees.leaves(outputs, is_symbolic)], is_symbolic, keep=True
        )

    def compute_output_spec(self, inputs: Any) -> Any:
        """Returns SymbolicTensors with the shapes and dtypes of the outputs."""
        return self.graph(inputs)


def _specs(inputs: Any, shapes: Any) -> Any:
    """Returns the nest of inputs with symbolic tensors of these shapes."""
    if isinstance(inputs, SymbolicTensor):
        return SymbolicTensor(shapes, inputs.dtype)
    keys: Any = inputs if isinstance(inputs, dict) else range(len(inputs))
    if isinstance(shapes, dict) != isinstance(inputs, dict) or len(shapes) != len(inputs):
        raise ArgumentError(f"expected shapes in the nest of the inputs, {inputs}; got {shapes}")
    try:
        parts = [_specs(inputs[key], shapes[key]) for key in keys]
    except KeyError as error:
        raise ArgumentError(f"expected a shape for the input {error}; got {shapes}") from None
    return dict(zip(keys, parts, strict=True)) if isinstance(inputs, dict) else type(inputs)(parts)
