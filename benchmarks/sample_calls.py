"""The calls that theme `calls` measures: an op, and the source of its arguments over named inputs of few elements.

`ops` and keras are called with the same arguments. An op that has no entry here is called with its record's first
sample. The frameworks' own expressions, in `own`, have the same inputs. ``generator`` is a SeedGenerator.
"""

from __future__ import annotations

from typing import Any

import numpy as np


def each(form: str, names: str) -> dict[str, str]:
    """Returns a table of ops that differ in their names only: `each("torch.{}(x)", "exp sin")`."""
    return {name: form.format(name.rpartition(".")[2]) for name in names.split()}


UNARY = (
    "negative abs absolute sign square exp tanh sin cos log sqrt rsqrt reciprocal floor ceil isnan isinf isfinite "
    "arcsinh arctan cosh sinh tan expm1 exp2 arccos arcsin arctanh log1p log2 log10 sinc cbrt angle conj conjugate "
    "real imag isreal isposinf isneginf signbit trunc nan_to_num erf erfc i0 erfinv lgamma deg2rad rad2deg fabs round"
)
BINARY = (
    "add subtract multiply divide true_divide floor_divide mod power maximum minimum equal not_equal greater "
    "greater_equal less less_equal arctan2 divide_no_nan fmax fmin fmod heaviside hypot isclose logaddexp logaddexp2 "
    "nextafter gammainc allclose"
)
REDUCTIONS = (
    "sum prod mean logsumexp max min amax amin argmax argmin count_nonzero ptp var std nansum nanprod nanmean nanvar "
    "nanstd nanmax nanmin nanargmax nanargmin cumsum cumprod nancumsum nancumprod median nanmedian average"
)
ACTIVATIONS = (
    "nn.relu nn.sigmoid nn.gelu nn.softmax nn.log_softmax nn.silu nn.swish nn.hard_silu nn.hard_swish nn.relu6 "
    "nn.leaky_relu nn.elu nn.celu nn.selu nn.softplus nn.log_sigmoid nn.softsign nn.hard_sigmoid nn.hard_tanh "
    "nn.hard_shrink nn.soft_shrink nn.tanh_shrink nn.squareplus nn.sparse_plus nn.sparse_sigmoid nn.glu nn.sparsemax "
    "nn.normalize"
)

# Ops that are not in the records have entries, too.
CALLS = {
    **dict.fromkeys(UNARY.split(), "x"),
    **dict.fromkeys(BINARY.split(), "x, y"),
    **dict.fromkeys(REDUCTIONS.split(), "x, 1"),
    **dict.fromkeys(ACTIVATIONS.split(), "x"),
    **dict.fromkeys("logical_and logical_or logical_xor".split(), "mask, other_mask"),
    **dict.fromkeys("bitwise_and bitwise_or bitwise_xor gcd lcm".split(), "integers, other_integers"),
    **dict.fromkeys("left_shift right_shift bitwise_left_shift bitwise_right_shift".split(), "integers, shifts"),
    **dict.fromkeys("bitwise_not bitwise_invert".split(), "integers"),
    **dict.fromkeys("segment_sum segment_prod segment_max segment_min".split(), "features, segments, 3"),
    **dict.fromkeys("bartlett blackman hamming hanning".split(), "8"),
    **dict.fromkeys("hstack vstack dstack".split(), "[x, y]"),
    **dict.fromkeys(
        "tril triu copy array zeros_like ones_like ravel fliplr flipud rot90 transpose unstack".split(), "x"
    ),
    **dict.fromkeys("det inv svd qr eig slogdet logdet pinv matrix_rank lu_factor".split(), "matrix"),
    **dict.fromkeys("cholesky eigh".split(), "definite"),
    "logical_not": "mask",
    "arccosh": "above_one",
    "any": "mask, 1",
    "all": "mask, 1",
    "ldexp": "x, shifts",
    "where": "mask, x, y",
    "clip": "x, 0.2, 0.7",
    "cast": "x, 'int32'",
    "saturate_cast": "x, 'uint8'",
    "stop_gradient": "x",
    "convert_to_tensor": "x",
    "convert_to_numpy": "x",
    "shape": "x",
    # contractions
    "matmul": "x, tall",
    "dot": "x, tall",
    "tensordot": "x, tall, 1",
    "einsum": "'ij,jk->ik', x, tall",
    "vdot": "row, other_row",
    "inner": "row, other_row",
    "outer": "row, other_row",
    "kron": "x, tall",
    "cross": "triple, other_triple",
    "correlate": "signal, triple",
    "cdist": "x, y",
    # creation
    "zeros": "(2, 4)",
    "ones": "(2, 4)",
    "empty": "(2, 4)",
    "full": "(2, 4), 0.5",
    "full_like": "x, 0.5",
    "arange": "8",
    "eye": "4",
    "identity": "4",
    "tri": "4",
    "linspace": "0.0, 1.0, 8",
    "logspace": "0.0, 1.0, 8",
    "geomspace": "1.0, 2.0, 8",
    "diag": "row",
    "diagflat": "row",
    "vander": "row",
    "meshgrid": "row, triple",
    # manipulation
    "reshape": "x, (4, 2)",
    "concatenate": "[x, y], 0",
    "append": "x, y, 0",
    "stack": "[x, y], 0",
    "split": "x, 2, 1",
    "array_split": "row, 3",
    "hsplit": "x, 2",
    "vsplit": "x, 2",
    "dsplit": "cube, 2",
    "expand_dims": "x, 0",
    "squeeze": "single",
    "broadcast_to": "row, (2, 4)",
    "pad": "x, ((1, 1), (1, 1))",
    "flip": "x, 1",
    "tile": "x, (1, 2)",
    "roll": "x, 1, 1",
    "repeat": "x, 2, 1",
    "view": "x, 'int32'",
    "rearrange": "cube, 'a b c -> c (a b)'",
    "moveaxis": "cube, 0, 2",
    "swapaxes": "cube, 0, 2",
    "diff": "x",
    "trace": "matrix",
    "diagonal": "matrix",
    # indexing
    "take": "x, indices, 1",
    "take_along_axis": "x, places, 1",
    "get_item": "x, 1",
    "select": "[mask, other_mask], [x, y], 0.0",
    "unravel_index": "indices, (2, 2)",
    "nonzero": "mask",
    "slice": "x, (0, 1), (2, 2)",
    "slice_update": "x, (0, 1), corner",
    "scatter": "rows, triple, (4,)",
    "scatter_update": "row, rows, triple",
    # sorting and statistics
    "sort": "x",
    "argsort": "x",
    "argpartition": "x, 1",
    "top_k": "x, 2",
    "in_top_k": "labels, x, 2",
    "searchsorted": "edges, row",
    "digitize": "row, edges",
    "isin": "integers, indices",
    "bincount": "indices",
    "histogram": "signal, 4, (0.0, 1.0)",
    "unique": "integers",
    "quantile": "x, 0.3, 1",
    "nanquantile": "x, 0.3, 1",
    "percentile": "x, 30.0, 1",
    "nanpercentile": "x, 30.0, 1",
    "corrcoef": "x",
    "trapezoid": "row",
    # linear algebra
    "norm": "x",
    "solve": "matrix, columns",
    "lstsq": "matrix, columns",
    "solve_triangular": "lower, columns, lower=True",
    "cholesky_inverse": "lower",
    # signal
    "kaiser": "8, 14.0",
    "fft": "(x, y)",
    "fft2": "(x, y)",
    "ifft2": "(x, y)",
    "rfft": "signal",
    "irfft": "(row, other_row)",
    "extract_sequences": "signal, 4, 2",
    "view_as_complex": "tall",
    "polar": "x, y",
    # neural networks
    "nn.threshold": "x, 0.5, 2.0",
    "nn.one_hot": "labels, 4",
    "nn.multi_hot": "places, 4",
    "nn.conv": "images, kernel, 1, 'same'",
    "nn.depthwise_conv": "images, depthwise_kernel, 1, 'same'",
    "nn.separable_conv": "images, depthwise_kernel, pointwise_kernel, 1, 'same'",
    "nn.conv_transpose": "images, transposed_kernel, 2, 'valid'",
    "nn.max_pool": "images, 2, 2",
    "nn.average_pool": "images, 2, 2",
    "nn.adaptive_max_pool": "images, 2",
    "nn.adaptive_average_pool": "images, 2",
    "nn.layer_normalization": "features, gain, offset",
    "nn.rms_normalization": "features, gain",
    "nn.batch_normalization": "features, mean, variance, -1, offset, gain",
    "nn.moments": "features, 0",
    "nn.dense": "features, columns, pair",
    "nn.dot_product_attention": "queries, keys, values",
    "nn.sparse_categorical_crossentropy": "labels, logits, from_logits=True",
    "nn.categorical_crossentropy": "classes, logits, from_logits=True",
    "nn.binary_crossentropy": "classes, logits, from_logits=True",
    "nn.psnr": "x, y, 1.0",
    "nn.depth_to_space": "deep_images, 2",
    "nn.space_to_depth": "images, 2",
    # random numbers
    **dict.fromkeys("random.uniform random.normal random.truncated_normal".split(), "(2, 4), seed=generator"),
    "random.randint": "(2, 4), 0, 10, seed=generator",
    "random.gamma": "(2, 4), 2.0, seed=generator",
    "random.beta": "(2, 4), 2.0, 3.0, seed=generator",
    "random.binomial": "(2, 4), 10, 0.3, seed=generator",
    "random.categorical": "logits, 3, seed=generator",
    "random.dropout": "x, 0.5, seed=generator",
    "random.shuffle": "x, seed=generator",
    # images
    "image.resize": "images, (16, 16)",
    "image.rgb_to_grayscale": "images",
    "image.crop_images": "images, 1, 1, 1, 1",
    "image.pad_images": "images, 1, 1, 1, 1",
}


def inputs() -> dict[str, np.ndarray[Any, Any]]:
    """Returns the named inputs as NumPy arrays."""
    rng = np.random.default_rng(0)

    def uniform(*shape: int) -> np.ndarray[Any, Any]:
        return rng.uniform(0.1, 0.9, shape).astype(np.float32)

    x, y, square = uniform(2, 4), uniform(2, 4), uniform(8, 8)
    matrix = square + 4 * np.eye(8, dtype=np.float32)
    integers = rng.integers(1, 8, (2, 4)).astype(np.int32)
    mask = np.array([[True, False, True, True], [False, False, True, False]])
    return {
        "x": x,
        "y": y,
        "above_one": x + 1,
        "mask": mask,
        "other_mask": mask[::-1].copy(),
        "integers": integers,
        "other_integers": integers[::-1].copy(),
        "shifts": np.array([[0, 1, 2, 3], [3, 2, 1, 0]], np.int32),
        "row": uniform(4),
        "other_row": uniform(4),
        "single": uniform(1, 4),
        "triple": uniform(3),
        "other_triple": uniform(3),
        "tall": uniform(4, 2),
        "corner": uniform(2, 2),
        "cube": uniform(2, 3, 4),
        "signal": uniform(16),
        "edges": np.array([0.2, 0.4, 0.6], np.float32),
        "indices": np.array([2, 0, 1], np.int32),
        "rows": np.array([[2], [0], [1]], np.int32),
        "places": np.array([[2, 0, 1], [3, 1, 0]], np.int32),
        "matrix": matrix,
        "definite": (matrix @ matrix.T).astype(np.float32),
        "lower": np.tril(matrix),
        "columns": uniform(8, 2),
        "features": uniform(4, 8),
        "pair": uniform(2),
        "gain": uniform(8),
        "offset": uniform(8),
        "mean": uniform(8),
        "variance": uniform(8),
        "segments": np.array([0, 2, 0, 1], np.int32),
        "images": uniform(1, 8, 8, 3),
        "deep_images": uniform(1, 4, 4, 8),
        "kernel": uniform(3, 3, 3, 4),
        "transposed_kernel": uniform(2, 2, 4, 3),
        "depthwise_kernel": uniform(3, 3, 3, 1),
        "pointwise_kernel": uniform(1, 1, 3, 4),
        "queries": uniform(1, 4, 2, 8),
        "keys": uniform(1, 4, 2, 8),
        "values": uniform(1, 4, 2, 8),
        "labels": np.array([2, 0], np.int32),
        "logits": uniform(2, 4),
        "classes": np.eye(4, dtype=np.float32)[[2, 0]],
    }
