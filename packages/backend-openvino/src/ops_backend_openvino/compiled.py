"""Functions of nested containers of tensors, traced and compiled for each signature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import openvino.opset15 as opset
import optree

from ops_backend_openvino.cache import Cache
from ops_backend_openvino.families import Sizes, drop_bounds, long_axes, partial_shape
from ops_backend_openvino.model import NO_SETTINGS, SMALL_COUNT, DynamicModel, Model
from ops_backend_openvino.native_types import TYPES, WIDE
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, traced
from ops_backend_openvino.trace import current_trace, long_tensors, saturated
from ops_common.errors import UnsupportedError
from ops_common.tensors.exact_keys import exact_key
from ops_common.tensors.seeds import SeedGenerator
from ops_common.tensors.variable import Variable


class Compiled:
    """A function of nested containers of tensors, traced and compiled once for each signature: dtypes, shapes and all
    other leaves.

    Tensors that the function closes over become constants, which share their memory.

    Args:
        function: the function.
        strict: whether something that cannot be compiled is an error; otherwise the function runs op by op.
        few: how many shapes of a signature are compiled one by one; sizes that differ in a later call are dynamic from
            then on. None: all shapes.
        settings: the user's properties of the model.
        traced: called before each trace.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        strict: bool,
        few: int | None,
        settings: Any = NO_SETTINGS,
        traced: Callable[[], None] | None = None,
    ) -> None:
        self._function = function
        self._strict = strict
        self._few, self._settings, self._traced = few, settings, traced
        self._entries = Cache(self._create, getattr(function, "__name__", "function"), _model_of)

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
        model, plan, out_spec, generators, draws, narrowed = entry
        hosts = [tensor.host for tensor in inputs]
        if generators:
            words = [generator.next() for generator in generators]
            hosts += [draw(words) for draw in draws]
        if narrowed:
            hosts += [saturated(inputs[i].host) for i in narrowed]
        arrays = []
        if model is not None:
            try:
                arrays = model(hosts)
            except RuntimeError:
                if generators or not model.is_dynamic:
                    raise
                # These sizes are incompatible with the trace, which was for other sizes (of attention heads, for
                # example).
                self._entries.put(signature, self._trace(leaves, inputs, spec, tuple(x.shape for x in inputs)))
                return self(*args, **kwargs)
        outputs = [
            value if index is None else Tensor(arrays[index], value) if index >= 0 else inputs[~index]
            for index, value in plan
        ]
        return outputs[0] if out_spec is None else optree.tree_unflatten(out_spec, outputs)

    def _create(self, cache: Cache, leaves: list[Any], inputs: list[Tensor], spec: Any) -> Any:
        """Returns the entry for these arguments: with dynamic sizes, that of an earlier trace if it fits."""
        shapes = tuple(tensor.shape for tensor in inputs)
        if self._few is None or any(0 in shape for shape in shapes):
            return self._trace(leaves, inputs, spec, shapes)
        # A composite must compute the same for dynamic sizes, so whether sums have many elements must be known.
        is_long = not self._strict and any(math.prod(shape) > SMALL_COUNT for shape in shapes)
        kind = tuple(map(long_axes, shapes)) if is_long else None
        key = [(leaf.dtype, leaf.ndim) if type(leaf) is Tensor else exact_key(leaf) for leaf in leaves]
        family = cache.family((spec, *key), self._few)
        entry = family.find(shapes, kind)
        if entry is None:
            sizes = family.dynamic(shapes)
            if sizes is not None:
                try:
                    entry = self._trace(leaves, inputs, spec, sizes, is_long)
                except Exception:  # the function uses the sizes: one model for each of them, or its own error
                    entry = None
            if sizes is not None and entry is not None:
                family.keep(sizes, entry, kind)
            else:
                entry = self._trace(leaves, inputs, spec, shapes)
                if sizes is not None and entry is None:
                    family.keep(sizes, _OP_BY_OP, kind)
                elif sizes is not None:
                    family.give_up()
            family.add(shapes)
        return None if entry is _OP_BY_OP else entry

    def _trace(self, leaves: list[Any], inputs: list[Tensor], spec: Any, sizes: Sizes, is_long: bool = False) -> Any:
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
            opset.parameter(partial_shape(shape, tensor.shape if is_long else ()), TYPES[tensor.dtype])
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
            with long_tensors(is_long):
                output = self._function(*args, **kwargs)
        except UnsupportedError:
            if self._strict:
                raise
            return None  # exact op by op
        finally:
            drawn = current_trace.inputs
            current_trace.generators, current_trace.inputs, current_trace.wide = outer
        twins = [(i, parameter) for i, parameter in wide.values() if parameter is not None]
        parameters += [parameter for parameter, _ in drawn] + [parameter for _, parameter in twins]
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
            if any(x.get_partial_shape().is_dynamic for x in (*results, *(p.output(0) for p in parameters))):
                drop_bounds(parameters)
                model = DynamicModel(parameters, results, names, False, self._settings)
            else:
                model = Model(parameters, results, names, _is_light(graph), self._settings)
        return model, plan, out_spec, generators, [draw for _, draw in drawn], [i for i, _ in twins]


_OP_BY_OP = object()  # in a family of shapes: an entry of None, a call that is not compiled


def _model_of(entry: Any) -> Any:
    return None if entry is None or entry is _OP_BY_OP else entry[0]


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


_WITH_BODIES = frozenset({"If", "Loop", "TensorIterator"})


def _is_light(graph: list[Any]) -> bool:
    """Returns whether all values in a graph have at most `SMALL_COUNT` elements."""
    return all(
        node.get_type_name() not in _WITH_BODIES
        and all(
            output.get_partial_shape().is_static and math.prod(output.get_shape()) <= SMALL_COUNT
            for output in node.outputs()
        )
        for node in graph
    )
