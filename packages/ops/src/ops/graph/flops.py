"""How many floating-point operations a node of a graph takes: one table of rules by operation.

A multiplication followed by an addition counts 2. An elementary function (a square root, a logarithm, a comparison)
counts 1 for each element. Moving data, converting dtypes and creating constants count 0. The dtype makes no difference.
Rules count what the operation's formula requires, and not what the kernel of a backend does: a causal mask saves
nothing. Terms that are smaller by the size of a reduced axis are left out in normalizations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ops.graph.catalogue import MISSING, operations
from ops.graph.structure import Const, Node, Ref, TensorSpec


class UnknownSizeError(Exception):
    """A rule needs a size that the graph does not know."""


@dataclass(frozen=True)
class Sizes:
    """The shapes of the arguments and results of a node, as rules read them."""

    node: Node
    spec_of: Callable[[Ref | Const], TensorSpec]
    specs: Mapping[int, TensorSpec]

    def value(self, name: str) -> Any:
        """Returns an argument, or its default."""
        if name in self.node.arguments:
            return self.node.arguments[name]
        operation = operations()[self.node.op]
        default = operation.defaults[operation.parameters.index(name)]
        return None if default is MISSING else default

    def has(self, name: str) -> bool:
        """Returns whether an argument is given and is not None."""
        return self.node.arguments.get(name) is not None

    def tensors(self, value: Any) -> Iterator[tuple[int, ...]]:
        """Yields the shapes of the tensors in a nest of arguments; those of numbers are empty."""
        if isinstance(value, (list, tuple)):
            for item in value:  # pyright: ignore[reportUnknownVariableType]  # any items
                yield from self.tensors(item)
        elif isinstance(value, dict):
            for item in value.values():  # pyright: ignore[reportUnknownVariableType]  # any items
                yield from self.tensors(item)
        elif isinstance(value, (Ref, Const)):
            yield _sizes(self.spec_of(value))
        elif isinstance(value, (bool, int, float, complex)):
            yield ()

    def shape(self, name: str) -> tuple[int, ...]:
        """Returns the shape of an argument; of a nest, that of its first tensor."""
        return next(self.tensors(self.value(name)), ())

    def elements(self, name: str) -> int:
        """Returns the number of elements of an argument, which may be a nest."""
        return sum(map(math.prod, self.tensors(self.value(name))))

    def result(self, place: int = 0) -> tuple[int, ...]:
        """Returns the shape of a result; that of a number if the result is none."""
        outputs = self.node.outputs
        return _sizes(self.specs[outputs[place]]) if place < len(outputs) else ()

    @property
    def out(self) -> int:
        """The number of elements of the first result."""
        return math.prod(self.result())

    @property
    def first(self) -> str:
        """The name of the first parameter."""
        return operations()[self.node.op].parameters[0]

    @property
    def into(self) -> int:
        """The number of elements of the first argument."""
        return self.elements(self.first)


def _sizes(spec: TensorSpec) -> tuple[int, ...]:
    if None in spec.shape:
        raise UnknownSizeError
    return tuple(size for size in spec.shape if size is not None)


Rule = Callable[[Sizes], float]


def flops(sizes: Sizes) -> int | None:
    """Returns the operations of a node, without those of functions that it calls; None if a size is unknown."""
    rule = RULES.get(sizes.node.op)
    try:
        return None if rule is None else round(rule(sizes))
    except UnknownSizeError:
        return None


def _per_output(count: float) -> Rule:
    return lambda s: count * s.out


def _per_input(count: float, per_output: float = 0) -> Rule:
    return lambda s: count * s.into + (per_output * s.out if per_output else 0)


def _log2(size: int) -> float:
    return math.log2(max(size, 2))


def _axis_size(s: Sizes, axis: Any, name: str | None = None) -> int:
    """Returns the size of the axis or axes of an argument; all of them for None."""
    shape = s.shape(name or s.first)
    if axis is None:
        return math.prod(shape)
    axes: Sequence[Any] = axis if isinstance(axis, (list, tuple)) else (axis,)  # pyright: ignore[reportUnknownVariableType]
    return math.prod(shape[a] for a in axes if isinstance(a, int) and -len(shape) <= a < len(shape))


# --- contractions


def _matmul(s: Sizes) -> float:
    return 2 * s.out * s.shape("x1")[-1]


def _dot(s: Sizes) -> float:
    x, y = s.shape("x1"), s.shape("x2")
    return 2 * s.out * x[-1] if x and y else s.out


def _tensordot(s: Sizes) -> float:
    axes, shape = s.value("axes"), s.shape("x1")
    if isinstance(axes, int):
        return 2 * s.out * math.prod(shape[len(shape) - axes :])
    of_first: Any = axes[0]
    return 2 * s.out * _axis_size(s, of_first, "x1")


def _einsum(s: Sizes) -> float:
    """Operands are contracted from left to right; an index is summed when no later operand and no output needs it."""
    shapes = [*s.tensors(s.value("operands"))]
    text = str(s.value("subscripts")).replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    sizes: dict[str, int] = {}
    labels = [_labels(term, shape, sizes) for term, shape in zip(terms, shapes, strict=True)]
    if arrow:
        kept = {*_without_dots(output)} | ({label for label in sizes if len(label) > 1} if "..." in output else set())
    else:
        letters = "".join(map(_without_dots, terms))
        kept = {label for label in sizes if len(label) > 1 or letters.count(label) == 1}
    total, current = 0, labels[0]
    for place in range(max(1, len(labels) - 1)):
        joined = current | labels[place + 1] if len(labels) > 1 else current
        later: set[str] = set().union(*labels[place + 2 :])
        remaining = joined & (kept | later)
        steps = math.prod(sizes[label] for label in joined)
        total += steps * ((len(labels) > 1) + (remaining != joined))
        current = remaining
    return total


def _without_dots(term: str) -> str:
    return term.replace("...", "")


def _labels(term: str, shape: tuple[int, ...], sizes: dict[str, int]) -> set[str]:
    """Returns the indices of an operand, with names like ``.0`` for those of an ellipsis; adds their sizes."""
    before, dots, after = term.partition("...")
    count = len(shape) - len(before) - len(after)
    names = [*before, *(f".{i}" for i in range(count, 0, -1) if dots), *after]
    for name, size in zip(names, shape, strict=True):
        sizes[name] = max(size, sizes.get(name, 1))
    return set(names)


def _correlate(s: Sizes) -> float:
    return 2 * s.out * min(math.prod(s.shape("x1")), math.prod(s.shape("x2")))


def _dense(s: Sizes) -> float:
    return s.out * (2 * s.shape("kernel")[-2] + s.has("bias"))


def _conv(s: Sizes) -> float:
    return s.out * (2 * math.prod(s.shape("kernel")[:-1]) + s.has("bias"))


def _conv_transpose(s: Sizes) -> float:
    return 2 * s.into * math.prod(s.shape("kernel")[:-1]) + s.out * s.has("bias")


def _depthwise_conv(s: Sizes) -> float:
    return s.out * (2 * math.prod(s.shape("kernel")[:-2]) + s.has("bias"))


def _separable_conv(s: Sizes) -> float:
    channels, filters = s.shape("pointwise_kernel")[-2:]
    positions = s.out // filters if filters else 0
    depthwise = 2 * math.prod(s.shape("depthwise_kernel")[:-2]) * channels
    return positions * depthwise + s.out * (2 * channels + s.has("bias"))


def _attention(s: Sizes) -> float:
    query, key, value = s.shape("query"), s.shape("key"), s.shape("value")
    scores = math.prod(query[:-1]) * key[1]
    per_score = 2 * query[-1] + 1 + 5 + 2 * value[-1]  # the logits, their scale, the softmax, the weighted sum
    per_score += s.has("bias") + ("mask" in s.node.arguments and s.has("mask"))
    if s.node.arguments.get("attn_logits_soft_cap") is not None:
        per_score += 3
    return scores * per_score


def _recurrent(gates: int, per_unit: int) -> Rule:
    def rule(s: Sizes) -> float:
        inputs, kernel = s.shape(s.first), s.shape("kernel")
        features, units = kernel[0], kernel[-1] // gates
        rows = math.prod(inputs[:-1])
        return rows * (2 * gates * units * (features + units) + (gates * s.has("bias") + per_unit) * units)

    return rule


def _ctc_loss(s: Sizes) -> float:
    labels, logits = s.shape("target"), s.shape("output")
    return 5 * math.prod(logits) + 10 * logits[0] * logits[1] * (2 * labels[-1] + 1)


def _ctc_decode(s: Sizes) -> float:
    width = s.value("beam_width") if s.value("strategy") == "beam_search" else 1
    return s.into * width


# --- windows of an array


def _pooling(per_window: int) -> Rule:
    def rule(s: Sizes) -> float:
        size, rank = s.value("pool_size"), len(s.shape("inputs")) - 2
        window = size**rank if isinstance(size, int) else math.prod(size)
        return s.out * (window + per_window)

    return rule


_TAPS = {"nearest": 0, "bilinear": 4, "linear": 4, "bicubic": 16, "cubic": 16, "lanczos3": 36, "lanczos5": 100}


def _resampling(parameter: str, coordinates: int) -> Rule:
    def rule(s: Sizes) -> float:
        return s.out * (2 * _TAPS.get(str(s.value(parameter)), 4) + coordinates)

    return rule


def _map_coordinates(s: Sizes) -> float:
    rank = len(s.shape("inputs"))
    return s.out * (2 * 2**rank if s.value("order") else 0)


def _blur(s: Sizes) -> float:
    size = s.value("kernel_size")
    return s.out * 2 * (size**2 if isinstance(size, int) else math.prod(size))


def _ssim(s: Sizes) -> float:
    size = s.value("filter_size")
    return s.elements("image1") * (5 * 2 * size**2 + 20)  # five filtered images, and the formula


# --- sorting


def _sorting(s: Sizes) -> float:
    axis = s.value("axis") if "axis" in operations()[s.node.op].parameters else -1
    return s.into * _log2(_axis_size(s, axis))


def _top_k(s: Sizes) -> float:
    return s.into * _log2(s.value("k") if isinstance(s.value("k"), int) else _axis_size(s, -1))


def _searching(values: str, table: str) -> Rule:
    return lambda s: s.elements(values) * _log2(s.elements(table))


def _histogram(s: Sizes) -> float:
    bins = s.value("bins")
    return s.into * _log2(bins if isinstance(bins, int) else s.elements("bins"))


def _isin(s: Sizes) -> float:
    return (s.elements("x1") + s.elements("x2")) * _log2(s.elements("x2"))


# --- Fourier transforms: 5 n log2(n) for complex numbers, half of it for real ones


def _fourier(axes: int, per_point: float, of_result: bool = False) -> Rule:
    def rule(s: Sizes) -> float:
        shape = s.result() if of_result else s.shape("x")
        return per_point * math.prod(shape) * _log2(math.prod(shape[-axes:]))

    return rule


def _frames(s: Sizes) -> float:
    length = s.value("fft_length")
    rows = math.prod((s.result() if s.node.op == "stft" else s.shape("x"))[:-1])
    return rows * (2.5 * length * _log2(length) + 2 * length)


# --- linear algebra: the leading terms for dense matrices, as in textbooks


def _matrix(cubic: float) -> Rule:
    """Returns a rule for square matrices: a multiple of n**3 for each."""
    return lambda s: cubic * s.into * (s.shape(s.first)[-1] if s.shape(s.first) else 1)


def _solve(s: Sizes) -> float:
    n = s.shape("a")[-1]
    return 2 / 3 * s.elements("a") * n + 2 * s.elements("b") * n


def _solve_triangular(s: Sizes) -> float:
    return s.elements("b") * s.shape("a")[-1]


def _lstsq(s: Sizes) -> float:
    return _svd_flops(s.shape("a"), True) + 4 * s.elements("a") * (s.shape("b")[-1] if len(s.shape("b")) > 1 else 1)


def _qr(s: Sizes) -> float:
    shape = s.shape("x")
    m, n = max(shape[-2:]), min(shape[-2:])
    return math.prod(shape[:-2]) * (4 * m * n**2 - 4 / 3 * n**3)


def _svd_flops(shape: tuple[int, ...], with_vectors: bool) -> float:
    m, n = max(shape[-2:]), min(shape[-2:])
    return math.prod(shape[:-2]) * (6 * m * n**2 + 20 * n**3 if with_vectors else 2 * m * n**2 + 2 * n**3)


def _svd(s: Sizes) -> float:
    return _svd_flops(s.shape("x"), bool(s.value("compute_uv")))


def _singular_values(s: Sizes) -> float:
    shape = s.shape("x")
    return _svd_flops(shape, False) if len(shape) > 1 else s.into


def _pinv(s: Sizes) -> float:
    shape = s.shape("x")
    return _svd_flops(shape, True) + 2 * math.prod(shape) * min(shape[-2:])


# --- normalizations and statistics


def _norm(s: Sizes) -> float:
    order, axis = s.value("ord"), s.value("axis")
    axes = len(s.shape("x")) if axis is None else len(axis) if isinstance(axis, (list, tuple)) else 1  # pyright: ignore[reportUnknownArgumentType]
    if axes == 2 and (order == "nuc" or order in (2, -2)) and len(s.shape("x")) == 2:
        return _svd_flops(s.shape("x"), False)
    return 2 * s.into + s.out


def _normalization(per_element: int, *optional: str) -> Rule:
    return lambda s: s.into * (per_element + sum(s.has(name) for name in optional))


def _average(s: Sizes) -> float:
    return s.into * (3 if s.has("weights") else 1) + s.out


def _corrcoef(s: Sizes) -> float:
    shape = s.shape("x")
    rows = shape[0] if len(shape) > 1 else 1
    return 2 * s.into + 2 * rows * s.into + 3 * s.out


def _diff(s: Sizes) -> float:
    return s.out * s.value("n")


def _scatter(updates: str) -> Rule:
    return lambda s: s.elements(updates)


def _scatter_update(s: Sizes) -> float:
    return s.elements("updates") if s.has("reduction") else 0


def _crossentropy(per_element: int, after_logits: int) -> Rule:
    """Returns a rule by elements of the output; logits go through a softmax or sigmoid first."""
    return lambda s: s.elements("output") * (after_logits if s.value("from_logits") else per_element)


def _gelu(s: Sizes) -> float:
    return s.out * (9 if s.value("approximate") else 5)


def _table() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}

    def add(rule: Rule, names: str) -> None:
        for name in names.split():
            assert name not in rules, name
            rules[name] = rule

    # What moves data, creates constants or reads sizes.
    add(
        lambda s: 0,
        "@size append array array_split broadcast_to cast concatenate conj conjugate"
        " convert_to_tensor copy"
        " depth_to_space diag diagflat diagonal dsplit dstack empty empty_like expand_dims"
        " extract_sequences eye flip fliplr flipud full full_like get_item hsplit hstack identity imag"
        " image.crop_images image.extract_patches image.extract_patches_3d image.pad_images isreal meshgrid"
        " moveaxis multi_hot nonzero one_hot ones ones_like pad random.shuffle ravel real"
        " rearrange repeat reshape roll rot90 saturate_cast scatter size slice"
        " slice_update space_to_depth sparse.coalesce sparse.from_coo sparse.indices sparse.values split squeeze"
        " stack stop_gradient swapaxes take take_along_axis tile to_dense"
        " transpose tri tril triu unfold unstack view view_as_complex view_as_real vsplit vstack zeros zeros_like",
    )
    # Functions that call others; what these take is counted by their own nodes.
    add(
        lambda s: 0,
        "@checkpoint @custom_gradient @grad @hessian @jacobian @pullback @value_and_grad @vectorize @vmap"
        " associative_scan cond fori_loop jvp map nn.rnn scan switch vectorized_map vjp while_loop",
    )
    # One operation for each element of the result.
    add(
        _per_output(1),
        "@add @floordiv @mod @mul @sub abs absolute add angle arange arccos arccosh arcsin arcsinh arctan arctan2"
        " arctanh bitwise_and bitwise_invert bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor"
        " cbrt ceil cos cosh deg2rad divide divide_no_nan equal erf erfc erfinv exp exp2 expm1 fabs floor floor_divide"
        " fmax fmin fmod gammainc gcd greater greater_equal heaviside i0 isfinite isinf isnan isneginf"
        " isposinf kron lcm ldexp left_shift less less_equal lgamma log log10 log1p log2 logical_and logical_not"
        " logical_or logical_xor maximum minimum mod multiply nan_to_num negative nextafter not_equal outer power"
        " rad2deg reciprocal relu right_shift round rsqrt select sign signbit sin sinh sqrt square subtract tan tanh"
        " threshold true_divide trunc where",
    )
    # Drawing a random number counts 1; scaling it to a distribution 2.
    add(_per_output(1), "random.binomial random.randint random.uniform random.beta random.gamma")
    add(_per_output(3), "random.normal random.truncated_normal random.dropout")
    add(lambda s: 2 * s.into + s.out, "random.categorical")
    # Elementwise formulas of several operations.
    add(_per_output(2), "clip linspace polar relu6 sinc leaky_relu softsign tanh_shrink vander trapezoid")
    add(_per_output(2), "unravel_index")
    add(_per_output(3), "celu elu geomspace hard_shrink hard_sigmoid hard_tanh hypot isclose logspace log_sigmoid")
    add(_per_output(3), "soft_shrink softplus sparse_sigmoid sparse_plus cross")
    add(_per_output(4), "hard_silu hard_swish logaddexp logaddexp2 selu sigmoid squareplus bartlett hamming hanning")
    add(_per_output(5), "silu swish kaiser glu image.rgb_to_grayscale")
    add(_per_output(6), "blackman")
    add(_gelu, "gelu")
    add(_per_output(12), "image.hsv_to_rgb image.rgb_to_hsv")
    add(lambda s: _sorting(s) + 4 * s.into, "sparsemax")
    # Reductions.
    add(
        _per_input(1),
        "all amax amin any argmax argmin count_nonzero cumprod cumsum max min prod sum trace bincount"
        " adaptive_max_pool",
    )
    add(_per_input(1, 1), "adaptive_average_pool mean")
    add(_per_input(2, 1), "ptp")
    add(lambda s: 4 * max(s.elements("x1"), s.elements("x2")), "allclose")
    # A test for NaN and a selection come first.
    add(_per_input(3), "nanargmax nanargmin nancumprod nancumsum nanmax nanmin nanprod nansum")
    add(_per_input(4, 1), "nanmean")
    add(_per_input(7, 2), "nanvar")
    add(_per_input(7, 3), "nanstd")
    add(_per_input(4, 2), "logsumexp var")
    add(_per_input(4, 3), "std")
    add(_average, "average")
    add(_corrcoef, "corrcoef")
    add(_diff, "diff")
    # Normalizations, losses.
    add(_per_input(5), "softmax log_softmax")
    add(_normalization(5, "gamma", "beta"), "layer_normalization")
    add(_normalization(3, "scale"), "rms_normalization")
    add(_normalization(2, "offset", "scale"), "batch_normalization")
    add(_per_input(4), "moments")
    add(_per_input(3), "normalize")
    add(_crossentropy(7, 8), "binary_crossentropy")
    add(_crossentropy(5, 7), "categorical_crossentropy")
    add(_crossentropy(2, 5), "sparse_categorical_crossentropy")
    add(lambda s: 3 * s.into + 3, "psnr")
    add(_ctc_loss, "ctc_loss")
    add(_ctc_decode, "ctc_decode")
    # Contractions.
    add(_matmul, "matmul inner")
    add(_dot, "dot")
    add(lambda s: 2 * s.elements("x1"), "vdot")
    add(_tensordot, "tensordot")
    add(_einsum, "einsum")
    add(lambda s: s.out * (3 * s.shape("x")[-1] + 1), "cdist")
    add(_correlate, "correlate")
    add(_dense, "nn.dense")
    add(_conv, "conv")
    add(_conv_transpose, "conv_transpose")
    add(_depthwise_conv, "depthwise_conv")
    add(_separable_conv, "separable_conv")
    add(_attention, "dot_product_attention")
    # Per unit: three sigmoids, two tanh, and the sums and products of the gates; two sigmoids and one tanh for a GRU.
    add(_recurrent(4, 22), "nn.lstm")
    add(_recurrent(3, 17), "nn.gru")
    # Windows, images.
    add(_pooling(0), "max_pool")
    add(_pooling(1), "average_pool")
    add(_per_input(1), "fold")
    add(_resampling("interpolation", 0), "image.resize")
    add(_resampling("method", 0), "image.scale_and_translate")
    add(_resampling("interpolation", 8), "image.affine_transform image.elastic_transform")
    add(_resampling("interpolation", 15), "image.perspective_transform")
    add(_map_coordinates, "image.map_coordinates")
    add(_blur, "image.gaussian_blur")
    add(_per_output(2 * 9), "image.sobel_edges")
    add(_ssim, "image.ssim")
    # Sorting and searching count comparisons.
    add(_sorting, "argsort sort unique median nanmedian")
    add(_sorting, "percentile quantile nanpercentile nanquantile")
    add(_per_input(2), "argpartition")
    add(_top_k, "top_k")
    add(lambda s: s.elements("predictions"), "in_top_k")
    add(_searching("x", "bins"), "digitize")
    add(_searching("values", "sorted_sequence"), "searchsorted")
    add(_histogram, "histogram")
    add(_isin, "isin")
    # Segments.
    add(_scatter("data"), "segment_max segment_min segment_prod segment_sum")
    add(_scatter_update, "scatter_update")
    # Signals.
    add(_fourier(1, 5), "fft")
    add(_fourier(2, 5), "fft2")
    add(_fourier(2, 5), "ifft2")
    add(_fourier(1, 2.5), "rfft")
    add(_fourier(1, 2.5, of_result=True), "irfft")
    add(_frames, "stft istft")
    # Linear algebra.
    add(_matrix(1 / 3), "cholesky logdet")
    add(_matrix(2 / 3), "det lu_factor slogdet")
    add(_matrix(1), "cholesky_inverse")
    add(_matrix(2), "inv")
    add(_matrix(9), "eigh")
    add(_matrix(25), "eig")
    add(_solve, "solve")
    add(_solve_triangular, "solve_triangular")
    add(_lstsq, "lstsq")
    add(_qr, "qr")
    add(_svd, "svd")
    add(_singular_values, "matrix_rank")
    add(_pinv, "pinv")
    add(_norm, "norm")
    return rules


RULES = _table()
"""The rule of each operation. An operation of the user's has none: what it takes is unknown."""
