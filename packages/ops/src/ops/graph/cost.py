"""What a graph costs: floating-point operations, bytes and parameters.

A multiplication and an addition are two operations. A function of one element, such as `exp`, is one operation. Moving
data and converting dtypes is none. Comparisons, and operations on integers, count like those on floats. Decompositions
count as in Golub and Van Loan, Matrix Computations (4th edition), Fourier transforms as Cooley and Tukey's algorithm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ops.graph.catalogue import operations
from ops.graph.structure import Block, Const, Node, Ref, TensorSpec, parts
from ops_common import dtypes

Sizes = Sequence[int]
Flops = float | None


@dataclass(frozen=True)
class Cost:
    """The cost of one call of a graph.

    Attributes:
        flops: floating-point operations; None if a size on which they depend, or the number of steps of a loop, is
            unknown.
        bytes: the size of all results of nodes; None if a size is unknown.
        parameters: the number of elements of the constants.
        by_op: the floating-point operations by the operation's name, those of inner functions included.
    """

    flops: int | None
    bytes: int | None
    parameters: int
    by_op: Mapping[str, int | None]


class View:
    """A node with the specs of its arguments, for a rule."""

    def __init__(self, node: Node, spec_of: Callable[[Ref | Const], TensorSpec], counter: Counter) -> None:
        self.node, self._spec_of, self._counter = node, spec_of, counter
        self.operation = operations().get(node.op)
        self.outputs = [counter.specs[number] for number in node.outputs]

    def value(self, name: str) -> Any:
        """Returns an argument, or its default."""
        assert self.operation is not None
        if name in self.node.arguments:
            return self.node.arguments[name]
        return self.operation.defaults[self.operation.parameters.index(name)]

    def shape(self, name: str) -> Sizes:
        """Returns the shape of an argument that is a tensor; raises Unknown if a size is unknown."""
        value = self.value(name)
        if isinstance(value, (Ref, Const)):
            return known(self._spec_of(value).shape)
        return np.shape(value)

    def shapes(self) -> list[Sizes]:
        """Returns the shapes of all tensors among the arguments."""
        return [known(self._spec_of(item).shape) for item in self.node.inputs()]

    def size(self, name: str) -> int:
        """Returns the number of elements of an argument."""
        return math.prod(self.shape(name))

    def first(self) -> int:
        """Returns the number of elements of the first tensor."""
        shapes = self.shapes()
        return math.prod(shapes[0]) if shapes else 0

    def has(self, name: str) -> bool:
        """Returns whether an optional tensor is given."""
        return self.value(name) is not None

    @property
    def out(self) -> Sizes:
        """Returns the shape of the first result."""
        return known(self.outputs[0].shape)

    @property
    def count(self) -> int:
        """Returns the number of elements of the first result."""
        return math.prod(self.out)

    def block(self, name: str) -> float:
        """Returns the operations of one call of a function among the arguments."""
        return self.flops(self.value(name))

    def flops(self, block: Block) -> float:
        """Returns the operations of one call of a function."""
        flops = self._counter.block(block)
        if flops is None:
            raise Unknown
        return flops

    def leading_size(self, item: Ref | Const) -> int:
        """Returns the size of the first axis of a tensor."""
        return known(self._spec_of(item).shape[:1])[0]


class Unknown(Exception):  # it does not report an error
    """Raised by a rule that needs an unknown size."""


def known(shape: Sequence[int | None]) -> Sizes:
    """Returns the shape if all of its sizes are known."""
    sizes = [size for size in shape if size is not None]
    if len(sizes) < len(shape):
        raise Unknown
    return sizes


def _nothing(_: View) -> float:
    return 0


def _each(factor: float = 1) -> Callable[[View], float]:
    """Returns a rule: so many operations for each element of the result."""
    return lambda view: factor * view.count


def _each_input(factor: float = 1) -> Callable[[View], float]:
    """Returns a rule: so many operations for each element of the first tensor."""
    return lambda view: factor * view.first()


def _matmul(view: View) -> float:
    return 2 * view.count * view.shape("x1")[-1]


def _contracted(first: str, second: str) -> Callable[[View], float]:
    """Returns the rule of a product of tensors: each element of the result is a sum of n products."""

    def rule(view: View) -> float:
        # (first)(second) = (result)(contracted)^2
        square = view.size(first) * view.size(second) / max(view.count, 1)
        return 2 * view.count * math.sqrt(square)

    return rule


def _einsum(view: View) -> float:
    """Counts one contraction over all labels: the product of all sizes for each pair of operands."""
    text = str(view.value("subscripts")).replace(" ", "")
    shapes = view.shapes()
    sizes: dict[str, int] = {}
    rest = 1
    for labels, shape in zip(text.partition("->")[0].split(","), shapes, strict=True):
        before, dots, after = labels.partition("...")
        own = len(shape) - len(before) - len(after) if dots else 0
        middle = shape[len(before) : len(before) + own]
        rest = max(rest, math.prod(middle))
        ends = [*shape[: len(before)], *shape[len(before) + own :]]
        sizes |= dict(zip(before + after, ends, strict=True))
    total = math.prod(sizes.values()) * rest
    return total * max(2 * (len(shapes) - 1), 1)


def _conv(view: View) -> float:
    *window, channels, _ = view.shape("kernel")
    return view.count * (2 * math.prod(window) * channels + view.has("bias"))


def _depthwise(view: View) -> float:
    *window, _, _ = view.shape("kernel")
    return view.count * (2 * math.prod(window) + view.has("bias"))


def _separable(view: View) -> float:
    *window, channels, multiplier = view.shape("depthwise_kernel")
    filters = view.shape("pointwise_kernel")[-1]
    middle = view.count // filters * channels * multiplier
    return 2 * middle * math.prod(window) + view.count * (2 * channels * multiplier + view.has("bias"))


def _transposed(view: View) -> float:
    *window, filters, _ = view.shape("kernel")
    return 2 * view.size("inputs") * math.prod(window) * filters + view.count * view.has("bias")


def _dense(view: View) -> float:
    return view.count * (2 * view.shape("x")[-1] + view.has("bias"))


def _pool(view: View) -> float:
    size = view.value("pool_size")
    rank = len(view.out) - 2
    return view.count * (math.prod(size) if isinstance(size, (list, tuple)) else size**rank)


def _attention(view: View) -> float:
    *batch, rows, heads, width = view.shape("query")
    columns = view.shape("key")[-3]
    scores = math.prod(batch) * heads * rows * columns
    return scores * (4 * width + 1 + 5 + view.has("bias") + view.has("mask"))


def _matrix(cube: float, square: float = 0) -> Callable[[View], float]:
    """Returns the rule of a decomposition of n by n matrices: ``cube`` n^3 + ``square`` n^2 operations."""

    def rule(view: View) -> float:
        *batch, _, n = view.shapes()[0]
        return math.prod(batch) * (cube * n**3 + square * n**2)

    return rule


def _tall(factor: float, cube: float) -> Callable[[View], float]:
    """Returns the rule of a decomposition of m by n matrices, m >= n: ``factor`` m n^2 + ``cube`` n^3 operations."""

    def rule(view: View) -> float:
        *batch, m, n = view.shapes()[0]
        m, n = max(m, n), min(m, n)
        return math.prod(batch) * (factor * m * n**2 + cube * n**3)

    return rule


def _solve(cube: float) -> Callable[[View], float]:
    def rule(view: View) -> float:
        first, second = view.shapes()
        n = first[-1]
        return math.prod(first[:-2]) * cube * n**3 + 2 * n * math.prod(second)

    return rule


def _fourier(view: View) -> float:
    """5 n log2 n for each transform, in the number of elements."""
    n = max(view.count, view.first())
    shape = view.shapes()[0]
    return 5 * n * math.log2(max(shape[-1], 2)) * (2 if view.node.op in ("fft2", "ifft2") else 1)


def _sorting(view: View) -> float:
    shape = view.shapes()[0]
    return math.prod(shape) * math.log2(max(shape[-1] if shape else 1, 2))


def _recurrent(gates: int) -> Callable[[View], float]:
    def rule(view: View) -> float:
        *_, time, features = view.shape("inputs")
        units = view.shape("recurrent_kernel")[0]
        batch = math.prod(view.shape("inputs")[:-2])
        return batch * time * (gates * units * (2 * features + 2 * units + 3) + 4 * units)

    return rule


def _branches(view: View) -> float:
    """The most expensive branch counts."""
    return max([view.flops(block) for block in view.node.blocks()], default=0)


def _scan(view: View) -> float:
    function, sequences = {"vectorized_map": ("function", "elements")}.get(view.node.op, ("f", "xs"))
    length = view.node.arguments.get("length")
    if length is None:
        items = [item for item in parts(view.value(sequences)) if isinstance(item, (Ref, Const))]
        length = view.leading_size(items[0]) if items else 0
    return length * view.block(function)


def _fori_loop(view: View) -> float:
    lower, upper = view.value("lower"), view.value("upper")
    if not isinstance(lower, int) or not isinstance(upper, int):
        raise Unknown
    return max(upper - lower, 0) * view.block("body_fun")


def _unknown(_: View) -> float:
    raise Unknown


_FAMILIES: dict[str, Callable[[View], float]] = {
    "core": _nothing,
    "creation": _nothing,
    "einops": _nothing,
    "elementwise": _each(),
    "image": _each(),
    "indexing": _nothing,
    "manipulation": _nothing,
    "nn.activation": _each(),
    "nn.space": _nothing,
    "random": _each(),
    "reduction": _each_input(),
    "segment": _each_input(),
    "signal": _each(),
    "sorting": _sorting,
    "statistics": _each_input(),
    "transform": _unknown,
}
"""The rules of families, for operations without a rule of their own."""

_RULES: dict[str, Callable[[View], float]] = {
    **{f"@{name}": _nothing for name in ("size", "add", "sub", "mul", "floordiv", "mod")},
    **{f"@{name}": _unknown for name in (
        "checkpoint", "custom_gradient", "grad", "hessian", "jacobian", "operation", "pullback", "value_and_grad",
        "vectorize", "vmap"
    )},
    "associative_scan": _unknown,
    "cond": _branches,
    "switch": _branches,
    "fori_loop": _fori_loop,
    "map": _scan,
    "scan": _scan,
    "vectorized_map": _scan,
    "while_loop": _unknown,
    "matmul": _matmul,
    "dot": _contracted("x1", "x2"),
    "inner": _contracted("x1", "x2"),
    "tensordot": _contracted("x1", "x2"),
    "vdot": lambda view: 2 * view.size("x1"),
    "einsum": _einsum,
    "outer": _each(),
    "kron": _each(),
    "cross": _each(3),
    "cdist": lambda view: view.count * (3 * view.shapes()[0][-1] + 1),
    "correlate": lambda view: 2 * view.count * min(math.prod(shape) for shape in view.shapes()),
    "diff": _each_input(),
    "linspace": _each(2),
    "logspace": _each(3),
    "geomspace": _each(3),
    "vander": _each(),
    "var": _each_input(4),
    "std": _each_input(4),
    "nanvar": _each_input(4),
    "nanstd": _each_input(4),
    "logsumexp": _each_input(4),
    "one_hot": _nothing,
    "multi_hot": _nothing,
    "softmax": _each(5),
    "log_softmax": _each(5),
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "conv_transpose": _transposed,
    "unfold": _nothing,
    "fold": _each_input(),
    "nn.dense": _dense,
    "nn.lstm": _recurrent(4),
    "nn.gru": _recurrent(3),
    "nn.rnn": _unknown,
    "dot_product_attention": _attention,
    "max_pool": _pool,
    "average_pool": _pool,
    "adaptive_max_pool": _each_input(),
    "adaptive_average_pool": _each_input(),
    "ctc_loss": lambda view: 6 * view.size("output"),
    "ctc_decode": _sorting,
    "sparse_categorical_crossentropy": lambda view: view.size("output") * (5 if view.value("from_logits") else 1),
    "categorical_crossentropy": lambda view: view.size("output") * (7 if view.value("from_logits") else 3),
    "binary_crossentropy": lambda view: 6 * view.size("output"),
    "psnr": _each_input(3),
    "moments": _each_input(4),
    "normalize": _each(3),
    "layer_normalization": _each(8),
    "rms_normalization": _each(4),
    "batch_normalization": _each(4),
    "cholesky": _matrix(1 / 3),
    "cholesky_inverse": _matrix(2 / 3),
    "det": _matrix(2 / 3),
    "slogdet": _matrix(2 / 3),
    "logdet": _matrix(1 / 3),
    "inv": _matrix(2),
    "lu_factor": _matrix(2 / 3),
    "eig": _matrix(25),
    "eigh": _matrix(9),
    "qr": _tall(4, -4 / 3),
    "svd": _tall(4, 8),
    "pinv": _tall(6, 8),
    "matrix_rank": _tall(4, 8),
    "lstsq": _tall(2, -2 / 3),
    "norm": _each_input(2),
    "solve": _solve(2 / 3),
    "solve_triangular": _solve(0),
    "fft": _fourier,
    "fft2": _fourier,
    "ifft2": _fourier,
    "rfft": _fourier,
    "irfft": _fourier,
    "stft": _fourier,
    "istft": _fourier,
    "extract_sequences": _nothing,
    "view_as_complex": _nothing,
    "view_as_real": _nothing,
    "histogram": _sorting,
    "bincount": _each_input(),
    "image.crop_images": _nothing,
    "image.pad_images": _nothing,
    "image.extract_patches": _nothing,
    "image.extract_patches_3d": _nothing,
    "image.rgb_to_grayscale": _each(5),
    "image.gaussian_blur": lambda view: 2 * view.count * sum(_pair(view.value("kernel_size"))),
    "image.sobel_edges": _each(6),
    "image.resize": _each(7),
    "image.scale_and_translate": _each(7),
    "image.affine_transform": _each(11),
    "image.perspective_transform": _each(15),
    "image.elastic_transform": _each(11),
    "image.map_coordinates": _each(7),
    "image.ssim": lambda view: view.first() * 5 * 2 * 22,
    "scatter": _nothing,
    "scatter_update": _nothing,
}  # fmt: skip


def _pair(value: Any) -> Sequence[int]:
    return value if isinstance(value, (list, tuple)) else (value, value)


def rule_of(op: str) -> Callable[[View], float]:
    """Returns the rule of an operation."""
    rule = _RULES.get(op)
    if rule is not None:
        return rule
    declared = operations()[op].declared
    assert declared is not None
    return _FAMILIES[declared.family]


class Counter:
    """Counts the operations of nodes."""

    def __init__(self, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]) -> None:
        self.specs, self.constants = specs, constants

    def spec_of(self, item: Ref | Const) -> TensorSpec:
        return self.specs[item.number] if isinstance(item, Ref) else self.constants[item.name]

    def node(self, node: Node) -> float | None:
        """Returns the operations of a node; None if they are unknown."""
        try:
            return rule_of(node.op)(View(node, self.spec_of, self))
        except Unknown:
            return None

    def block(self, block: Block) -> float | None:
        """Returns the operations of one call of a function."""
        flops = [self.node(node) for node in block.nodes]
        return None if None in flops else sum(item for item in flops if item is not None)

    def bytes(self, node: Node) -> int | None:
        """Returns the size of a node's results."""
        sizes = [size_in_bytes(self.specs[number]) for number in node.outputs]
        return None if None in sizes else sum(size for size in sizes if size is not None)


def size_in_bytes(spec: TensorSpec) -> int | None:
    """Returns the size of a tensor; None if it is unknown."""
    try:
        return math.prod(known(spec.shape)) * np.dtype(dtypes.to_numpy(spec.dtype)).itemsize
    except Unknown:
        return None


def total(values: Sequence[float | None]) -> int | None:
    """Returns the sum; None if a value is unknown."""
    return None if None in values else round(sum(value for value in values if value is not None))


def cost_of(block: Block, specs: Mapping[int, TensorSpec], constants: Mapping[str, TensorSpec]) -> Cost:
    """Returns the cost of a graph."""
    counter = Counter(specs, constants)
    flops = {id(node): counter.node(node) for node in block.nodes}
    by_op: dict[str, list[float | None]] = {}
    for node in block.nodes:
        by_op.setdefault(node.op, []).append(flops[id(node)])
    parameters = sum(math.prod(known(spec.shape)) for spec in constants.values())
    return Cost(
        total([*flops.values()]),
        total([counter.bytes(node) for node in block.nodes]),
        parameters,
        {op: total(values) for op, values in sorted(by_op.items())},
    )
