"""Functions of nested containers of tensors, traced and compiled for each signature."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import openvino.opset15 as opset
import optree

from ops_backend_openvino.cache import Cache
from ops_backend_openvino.families import FEW, Family, Numbers, Sizes, drop_bounds, long_axes, ones, partial_shape
from ops_backend_openvino.graphs import (
    SMALL_COUNT,
    Outline,
    is_empty,
    is_light,
    nodes_of,
    outline,
    value_of,
    with_inputs,
)
from ops_backend_openvino.model import NO_SETTINGS, DynamicModel, Model
from ops_backend_openvino.native_types import TYPES, WIDE
from ops_backend_openvino.tensor import Node, Tensor, from_numpy, traced
from ops_backend_openvino.trace import current_trace, long_tensors, saturated
from ops_common.errors import UnsupportedError
from ops_common.tensors.exact_keys import exact_key
from ops_common.tensors.seeds import SeedGenerator
from ops_common.tensors.variable import Variable

Plan = list[tuple[int | None, Any]]
_OP_BY_OP = object()  # in a family of shapes: an entry of None, a call that is not compiled


class _Trace(NamedTuple):
    """The graph of a function, and how its arguments and its result correspond to the graph.

    Attributes:
        parameters, results: of the graph. The parameters are the tensors among the arguments, the inputs that are
            drawn, and the narrowed inputs.
        plan: where each leaf of the function's result comes from: its index among the results, with its dtype;
            ``~index`` if it is an input; or None, with the value itself.
        out_spec: the structure of the function's result; None if it is one tensor.
        generators: the generators that the function draws from, in order.
        draws: functions of the generators' words, which draw the inputs.
        sizes_of: a function from the inputs to the run-time sizes that the draws take; None if they take none.
        narrowed: the positions of inputs whose saturated int32 values are inputs too.
    """

    parameters: list[Any]
    results: list[Node]
    plan: Plan
    out_spec: Any
    generators: list[SeedGenerator]
    draws: list[Any]
    sizes_of: Callable[[list[Any]], list[int]] | None
    narrowed: list[int]

    def outline(self) -> Outline | None:
        return outline(self.results, self.parameters)


class _Entry(NamedTuple):
    """A compiled function: its model, None if no result depends on the inputs; the attributes of its trace; and the
    values of the numbers that are inputs of the model."""

    model: Model | DynamicModel | None
    plan: Plan
    out_spec: Any
    generators: list[SeedGenerator]
    draws: list[Any]
    sizes_of: Callable[[list[Any]], list[int]] | None
    narrowed: list[int]
    numbers: list[Any]


class _OfNumbers(NamedTuple):
    """An entry whose model has numbers as inputs: those at these positions among the numbers of its outline."""

    model: Model | DynamicModel
    entry: _Entry
    structure: Any
    values: list[bytes]
    positions: list[int]


def _model_of(entry: Any) -> Any:
    return None if entry is None or entry is _OP_BY_OP else entry.model


class Compiled:
    """A function of nested containers of tensors, traced and compiled once for each signature: dtypes, shapes and all
    other leaves.

    Tensors that the function closes over become constants, which share their memory.

    Args:
        function: the function.
        strict: whether something that cannot be compiled is an error; otherwise the function runs op by op.
        few: how many shapes of a signature are compiled one by one; sizes that differ in a later call are dynamic from
            then on. None: all shapes.
        static: the positions of arguments that are not tensors. Floats elsewhere are known to vary.
        settings: the user's properties of the model.
        traced: called before each trace.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        strict: bool,
        few: int | None,
        static: tuple[int, ...] = (),
        settings: Any = NO_SETTINGS,
        traced: Callable[[], None] | None = None,
    ) -> None:
        self._function = function
        self._strict = strict
        self._few, self._static = few, static
        self._settings, self._traced = settings, traced
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
            entry = self._entries.get_or_create(signature, leaves, inputs, spec, args)
        if entry is None:
            return self._function(*args, **kwargs)
        model, plan, out_spec, generators, draws, sizes_of, narrowed, numbers = entry
        hosts = [tensor.host for tensor in inputs]
        if draws:
            words = [generator.draw() for generator in generators]
            run_time_sizes = iter(() if sizes_of is None else sizes_of(hosts))
            hosts += [draw(words, run_time_sizes) for draw in draws]
        if narrowed:
            hosts += [saturated(inputs[i].host) for i in narrowed]
        if numbers:
            hosts += numbers
        arrays = []
        if model is not None:
            if model.is_dynamic and not self._strict and self._entries.is_frequent(signature):
                shapes = tuple(tensor.shape for tensor in inputs)
                self._entries.put(signature, self._compiled(leaves, inputs, spec, shapes))
            try:
                arrays = model(hosts)
            except RuntimeError:
                if draws or not model.is_dynamic:
                    raise
                # These sizes are incompatible with the trace, which was for other sizes (of attention heads, for
                # example).
                self._entries.put(signature, self._compiled(leaves, inputs, spec, tuple(x.shape for x in inputs)))
                return self(*args, **kwargs)
        outputs = [
            value if index is None else Tensor(arrays[index], value) if index >= 0 else inputs[~index]
            for index, value in plan
        ]
        return outputs[0] if out_spec is None else optree.tree_unflatten(out_spec, outputs)

    def _create(
        self, cache: Cache, leaves: list[Any], inputs: list[Tensor], spec: Any, args: tuple[Any, ...]
    ) -> _Entry | None:
        """Returns the entry for these arguments: with dynamic sizes, that of an earlier trace if it fits."""
        shapes = tuple(tensor.shape for tensor in inputs)
        if self._few is None or any(0 in shape for shape in shapes):
            return self._compiled(leaves, inputs, spec, shapes)
        # A composite must compute the same for dynamic sizes, so whether sums have many elements must be known.
        is_long = not self._strict and any(math.prod(shape) > SMALL_COUNT for shape in shapes)
        kind = tuple(map(ones, shapes)), tuple(map(long_axes, shapes)) if is_long else None
        keys = [(leaf.dtype, leaf.ndim) if type(leaf) is Tensor else exact_key(leaf) for leaf in leaves]
        if not self._strict and any(type(leaf) is float for leaf in leaves):
            others = (float if type(leaf) is float else key for leaf, key in zip(leaves, keys, strict=True))
            few = 1 if any(type(x) is float and i not in self._static for i, x in enumerate(args)) else FEW
            numbers = cache.family((spec, *others), lambda: Numbers(self._few, few))
            if numbers.vary([leaf for leaf in leaves if type(leaf) is float]):
                entry = self._with_numbers(numbers, leaves, inputs, spec, is_long, kind)
                if entry is not None:
                    return entry
        family = cache.family((spec, *keys), lambda: Family(self._few))
        entry = family.find(shapes, kind)
        if entry is None:
            sizes = family.dynamic(shapes, keep_ones=True)
            if sizes is not None:
                try:
                    entry = self._compiled(leaves, inputs, spec, sizes, is_long)
                except Exception:  # the function uses the sizes: one model for each of them, or its own error
                    entry = None
            if sizes is not None and entry is not None:
                family.keep(sizes, entry, kind)
            else:
                entry = self._compiled(leaves, inputs, spec, shapes)
                if sizes is not None and entry is None:
                    family.keep(sizes, _OP_BY_OP, kind)
                elif sizes is not None:
                    family.give_up()
            family.add(shapes)
        return None if entry is _OP_BY_OP else entry

    def _with_numbers(
        self, family: Numbers, leaves: list[Any], inputs: list[Tensor], spec: Any, is_long: bool, kind: Any
    ) -> _Entry | None:
        """Returns an entry whose model has the float arguments as inputs, as far as it depends on them.

        Each call with other numbers is traced. Its graph must have the structure of the one that was compiled; the
        numbers in it that differ are inputs of the model. Returns None if there is no such model.
        """
        shapes = tuple(tensor.shape for tensor in inputs)
        compiled: _OfNumbers | None = family.find(shapes, kind)
        sizes = family.sizes(kind) if compiled is not None else family.dynamic(shapes, keep_ones=True) or shapes
        try:
            trace = self._trace(leaves, inputs, spec, sizes, is_long)
            graph = None if trace is None or trace.generators or not trace.results else trace.outline()
            if trace is None or graph is None:
                return None
            values = graph.values()
            if compiled is not None and compiled.structure == graph.structure:
                before, positions = compiled.values, set(compiled.positions)
            else:
                others = self._trace(family.with_earlier(leaves), inputs, spec, sizes, is_long)
                earlier = None if others is None else others.outline()
                if earlier is None or earlier.structure != graph.structure:
                    return None
                compiled, before, positions = None, earlier.values(), set[int]()
            differing = {i for i, (value, other) in enumerate(zip(values, before, strict=True)) if value != other}
            ordered = sorted(positions | differing)
            numbers = [value_of(graph.numbers[i]) for i in ordered]
            if compiled is not None and differing <= positions:
                return compiled.entry._replace(plan=trace.plan, out_spec=trace.out_spec, numbers=numbers)
            parameters = [*trace.parameters, *with_inputs([graph.numbers[i] for i in ordered])]
            entry = self._entry(trace._replace(parameters=parameters), numbers)
        except Exception:  # the function, or a node, needs known sizes or numbers
            family.give_up()
            return None
        assert entry.model is not None
        entry.model.is_shared = True
        family.keep(sizes, _OfNumbers(entry.model, entry, graph.structure, values, ordered), kind)
        family.add(shapes)
        return entry

    def _compiled(
        self, leaves: list[Any], inputs: list[Tensor], spec: Any, sizes: Sizes, is_long: bool = False
    ) -> _Entry | None:
        """Returns the entry of a model for these sizes; None if the call is not to be compiled."""
        trace = self._trace(leaves, inputs, spec, sizes, is_long)
        return None if trace is None else self._entry(trace, [])

    def _entry(self, trace: _Trace, numbers: list[Any]) -> _Entry:
        parameters, results = trace.parameters, trace.results
        model: Any = None
        if results:
            names = [dtype for index, dtype in trace.plan if index is not None and index >= 0]
            if any(x.get_partial_shape().is_dynamic for x in (*results, *(p.output(0) for p in parameters))):
                drop_bounds(parameters)
                model = DynamicModel(parameters, results, names, False, not self._strict, self._settings)
            else:
                model = Model(parameters, results, names, is_light(nodes_of(results)), self._settings)
        return _Entry(
            model, trace.plan, trace.out_spec, trace.generators, trace.draws, trace.sizes_of, trace.narrowed, numbers
        )

    def _trace(self, leaves: list[Any], inputs: list[Tensor], spec: Any, sizes: Sizes, is_long: bool) -> _Trace | None:
        """Returns the function's graph; None if it is to run op by op, as OpenVINO does not support tensors without
        elements."""
        if any(0 in tensor.shape for tensor in inputs):
            return None
        if self._traced is not None:
            self._traced()
        # Sizes of 0 and 1 are never dynamic. So `x[:1]` has a known size, and broadcasting it is known, too.
        parameters = [
            opset.parameter(partial_shape(shape, tensor.shape if is_long else (), 2), TYPES[tensor.dtype])
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
        sizes_of = _size_model(parameters, [node for _, _, nodes in drawn for node in nodes])
        parameters += [parameter for parameter, _, _ in drawn] + [parameter for _, parameter in twins]
        outputs, out_spec = [output], None
        if type(output) is not Tensor:
            outputs, out_spec = optree.tree_flatten(output, none_is_leaf=True)
        results: list[Node] = []
        plan: Plan = []
        for leaf in outputs:
            if type(leaf) is not Tensor or leaf.node is None:
                plan.append((None, leaf))
                continue
            same = [i for i, inner in enumerate(inner_inputs) if inner is leaf]
            plan.append((~same[0] if same else len(results), leaf.dtype))
            if not same:
                results.append(leaf.node)
        graph = nodes_of(results)
        if any(is_empty(node) for node in graph):
            return None
        if not self._strict and all(node.get_type_name() in _MOVES for node in graph):
            return None  # nothing is computed: the host moves elements without a model, mostly without a copy
        draws = [draw for _, draw, _ in drawn]
        return _Trace(parameters, results, plan, out_spec, generators, draws, sizes_of, [i for i, _ in twins])


def _size_model(parameters: list[Any], nodes: list[Node]) -> Callable[[list[Any]], list[int]] | None:
    """Returns a function from a model's inputs to the run-time sizes of what is drawn at each call; None if there are
    none."""
    if not nodes:
        return None
    names = {node.get_name() for node in nodes_of(nodes) if node.get_type_name() == "Parameter"}
    places = [i for i, parameter in enumerate(parameters) if parameter.get_name() in names]
    if len(places) < len(names):
        raise UnsupportedError(
            "the shape of random numbers must depend on the sizes of a jitted function's arguments on backend "
            "'openvino', not on other random numbers"
        )
    model = DynamicModel([parameters[i] for i in places], nodes, ["int32"] * len(nodes), light=True, exact=False)
    return lambda hosts: [int(size) for size in model([hosts[i] for i in places])]


_MOVES = frozenset(
    """Parameter Constant Reshape Transpose Concat Unsqueeze Squeeze Split VariadicSplit Slice Gather Pad Broadcast
    Tile""".split()
)
