"""Functions of nested containers of tensors, traced and compiled for each signature."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openvino as ov
import openvino.opset15 as opset
import optree

from ops_backend_openvino.model import NO_SETTINGS, Cache, DynamicModel, Model
from ops_backend_openvino.native_types import TYPES, WIDE
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, traced
from ops_backend_openvino.trace import current_trace, saturated
from ops_common.errors import UnsupportedError
from ops_common.tensors.exact_keys import exact_key
from ops_common.tensors.seeds import SeedGenerator
from ops_common.tensors.variable import Variable


class Compiled:
    """A function of nested containers of tensors, traced and compiled once for each signature: dtypes, shapes and all
    other leaves.

    Tensors that the function closes over become constants, which share their memory. With ``dynamic``, sizes that
    differ in a later call are dynamic from then on.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        strict: bool,
        dynamic: bool = False,
        settings: Any = NO_SETTINGS,
        traced: Callable[[], None] | None = None,
    ) -> None:
        self._function = function
        self._strict = strict  # whether something that cannot be compiled is an error, or runs op by op
        self._dynamic, self._settings, self._traced = dynamic, settings, traced
        self._families: dict[Any, tuple[list[Any], Any]] = {}  # compiled entries, with dynamic sizes
        self._entries = Cache(self._entry)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves, spec = optree.tree_flatten((args, kwargs), none_is_leaf=True)  # pyright: ignore[reportArgumentType]  # a tree
        key: list[Any] = [spec]
        inputs: list[Tensor] = []
        for i, leaf in enumerate(leaves):
            if type(leaf) is not Tensor:
                if not isinstance(leaf, (np.ndarray, Variable)):
                    key.append(exact_key(leaf))
                    continue
                leaves[i] = leaf = leaf.value if isinstance(leaf, Variable) else from_numpy(leaf)
            if leaf.node is not None:
                return self._function(*args, **kwargs)  # inlined into an outer trace
            key.append(leaf.key)
            inputs.append(leaf)
        signature = tuple(key)
        try:
            entry = self._entries[signature]
        except KeyError:
            entry = self._entries.get_or_create(signature, leaves, inputs, spec)
        if entry is None:
            return self._function(*args, **kwargs)
        model, plan, out_spec, generators, draws, sizes_of, narrowed = entry
        hosts = [tensor.host for tensor in inputs]
        if draws:
            words = [generator.next() for generator in generators]
            run_time_sizes = iter(() if sizes_of is None else sizes_of(hosts))
            hosts += [draw(words, run_time_sizes) for draw in draws]
        if narrowed:
            hosts += [saturated(inputs[i].host) for i in narrowed]
        arrays = []
        if model is not None:
            try:
                arrays = model(hosts)
            except RuntimeError:
                if draws or not isinstance(model, DynamicModel):
                    raise
                # These sizes are incompatible with the trace, which was for other sizes (of attention heads, for
                # example).
                self._entries[signature] = self._trace(leaves, inputs, spec, [tensor.shape for tensor in inputs])
                return self(*args, **kwargs)
        outputs = [
            value if index is None else Tensor(arrays[index], value) if index >= 0 else inputs[~index]
            for index, value in plan
        ]
        return outputs[0] if out_spec is None else optree.tree_unflatten(out_spec, outputs)

    def _entry(self, leaves: list[Any], inputs: list[Tensor], spec: Any) -> Any:
        """Returns the entry for these arguments: with dynamic sizes, that of an earlier trace if it fits."""
        shapes = [tensor.shape for tensor in inputs]
        if not self._dynamic or any(0 in shape for shape in shapes):
            return self._trace(leaves, inputs, spec, shapes)
        family = (spec, *((leaf.dtype, leaf.ndim) if type(leaf) is Tensor else exact_key(leaf) for leaf in leaves))
        earlier, entry = self._families.get(family, (None, None))
        if earlier is not None:
            free = [tuple(a if a == b else None for a, b in zip(*pair, strict=True)) for pair in zip(earlier, shapes)]  # noqa: B905
            if free == earlier and entry is not None:
                return entry
            try:
                entry = self._trace(leaves, inputs, spec, free)
            except Exception:  # the function uses the sizes: one model for each of them, or its own error
                entry = None
            if entry is not None:
                self._families[family] = free, entry
                return entry
        entry = self._trace(leaves, inputs, spec, shapes)
        if earlier is None and entry is not None:
            self._families[family] = shapes, entry
        return entry

    def _trace(self, leaves: list[Any], inputs: list[Tensor], spec: Any, sizes: Sequence[Any]) -> Any:
        """Returns the model (None if nothing depends on the inputs), where the result's leaves come from, and its
        structure.

        A leaf's source is its index among the model's outputs, with its dtype; ``~index`` if it is an input; or None,
        with the value itself. OpenVINO does not support tensors without elements: such a call is not compiled (None).
        """
        if any(0 in tensor.shape for tensor in inputs):
            return None
        if self._traced is not None:
            self._traced()
        parameters = [
            opset.parameter(ov.PartialShape([-1 if size is None else size for size in shape]), TYPES[tensor.dtype])
            for tensor, shape in zip(inputs, sizes, strict=True)
        ]
        inner_inputs = [traced(p, tensor.dtype) for p, tensor in zip(parameters, inputs, strict=True)]
        rest = iter(inner_inputs)
        arguments: Any = optree.tree_unflatten(spec, [next(rest) if type(leaf) is Tensor else leaf for leaf in leaves])
        args, kwargs = arguments
        outer = current_trace.generators, current_trace.inputs, current_trace.wide
        generators: list[SeedGenerator] = []
        wide = {
            p.get_name(): (i, None)
            for i, (p, tensor) in enumerate(zip(parameters, inputs, strict=True))
            if tensor.dtype in WIDE
        }
        current_trace.generators, current_trace.inputs, current_trace.wide = generators, [], wide
        try:
            output = self._function(*args, **kwargs)
        except UnsupportedError:
            if self._strict:
                raise
            return None  # exact op by op
        finally:
            drawn = current_trace.inputs
            current_trace.generators, current_trace.inputs, current_trace.wide = outer
        twins = [(i, parameter) for i, parameter in wide.values() if parameter is not None]
        sizes_of = _size_model(parameters, [node for _, _, nodes in drawn for node in nodes])
        parameters += [parameter for parameter, _, _ in drawn] + [parameter for _, parameter in twins]
        outputs, out_spec = [output], None
        if type(output) is not Tensor:
            outputs, out_spec = optree.tree_flatten(output, none_is_leaf=True)
        results: list[Node] = []
        plan: list[tuple[int | None, Any]] = []
        for leaf in outputs:
            if type(leaf) is not Tensor or leaf.node is None:
                plan.append((None, leaf))
                continue
            same = [i for i, inner in enumerate(inner_inputs) if inner is leaf]
            plan.append((~same[0] if same else len(results), leaf.dtype))
            if not same:
                results.append(leaf.node)
        graph = _graph(results)
        if any(_is_empty(node) for node in graph):
            return None
        if not self._strict and all(node.get_type_name() in _MOVES for node in graph):
            return None  # nothing is computed: the host moves elements without a model, mostly without a copy
        names = [dtype for index, dtype in plan if index is not None and index >= 0]
        model: Any = None
        if results:
            dynamic = any(x.get_partial_shape().is_dynamic for x in (*results, *(p.output(0) for p in parameters)))
            model_type = DynamicModel if dynamic else functools.partial(Model, single=False)
            model = model_type(parameters, results, names, settings=self._settings)
        return model, plan, out_spec, generators, [draw for _, draw, _ in drawn], sizes_of, [i for i, _ in twins]


def _size_model(parameters: list[Any], nodes: list[Node]) -> Callable[[list[Any]], list[int]] | None:
    """Returns a function from a model's inputs to the run-time sizes of what is drawn at each call; None if there are
    none."""
    if not nodes:
        return None
    names = {node.get_name() for node in _graph(nodes) if node.get_type_name() == "Parameter"}
    places = [i for i, parameter in enumerate(parameters) if parameter.get_name() in names]
    if len(places) < len(names):
        raise UnsupportedError(
            "the shape of random numbers must depend on the sizes of a jitted function's arguments on backend "
            "'openvino', not on other random numbers"
        )
    model = DynamicModel([parameters[i] for i in places], nodes, ["int32"] * len(nodes), settings=NO_SETTINGS)
    return lambda hosts: [int(size) for size in model([hosts[i] for i in places])]


_MOVES = frozenset(
    """Parameter Constant Reshape Transpose Concat Unsqueeze Squeeze Split VariadicSplit Slice Gather Pad Broadcast
    Tile""".split()
)


def _graph(results: list[Node]) -> list[Any]:
    """Returns the nodes that results depend on."""
    todo = [node.get_node() for node in results]
    nodes: dict[str, Any] = {}
    while todo:
        node = todo.pop()
        if node.get_name() not in nodes:
            nodes[node.get_name()] = node
            todo += [value.get_node() for value in node.input_values()]
    return list(nodes.values())


def _is_empty(node: Any) -> bool:
    return node.get_type_name() != "Constant" and any(
        dim.is_static and dim.get_length() == 0 for output in node.outputs() for dim in output.get_partial_shape()
    )
