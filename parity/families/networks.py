"""Listed differences of ops of neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from parity.listing import ALL, Further, Listed, has_infinite, pairs, we_say

FURTHER = (
    Further(
        "bias",
        ("nn.conv", "nn.conv_transpose", "nn.depthwise_conv", "nn.separable_conv"),
        "a number for each filter, which is added to its outputs in the same call",
    ),
)

_CROSSENTROPY = "nn.sparse_categorical_crossentropy"


def _out_of_classes(difference: Any) -> bool:
    """A class is not below the number of scores."""
    target, output = np.asarray(difference.argument("target")), np.asarray(difference.argument("output"))
    count = output.shape[difference.arguments().get("axis", -1)]
    return bool(np.any((target < 0) | (target >= count)))


def _blank_among_labels(difference: Any) -> bool:
    target, output = np.asarray(difference.argument("target")), np.asarray(difference.argument("output"))
    blank = difference.arguments().get("mask_index", 0)
    return not 0 <= blank < output.shape[-1] or bool((target == blank).any())


def _too_long(difference: Any) -> bool:
    """A sequence's length is greater than the number of steps."""
    name, output = ("output_length", "output") if difference.path == "nn.ctc_loss" else ("sequence_lengths", "inputs")
    scores = np.asarray(difference.argument(output))
    if difference.path == "nn.ctc_loss" and np.any(
        difference.argument("target_length") > np.shape(difference.argument("target"))[1]
    ):
        return True
    return scores.ndim == 3 and bool((np.asarray(difference.argument(name)) > scores.shape[1]).any())


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "classes out of range", (_CROSSENTROPY,), ALL, ("keras raises", "value"),
        "raises for a class beyond the last on some backends, or multiplies infinity by 0",
        "returns the loss without that class, as JAX does",
        _out_of_classes,
        judged=False,
    ),
    Listed(
        "infinite scores", (_CROSSENTROPY, "nn.softmax", "nn.log_softmax"), ALL, ("value",),
        "returns finite values for infinite scores on some backends",
        "returns NaN: inf - inf has no value",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "infinity and padding", ("nn.conv", "correlate"), ALL, ("value",),
        "omits padding: an infinite weight adds nothing there",
        "multiplies the weight by 0, which is NaN, in the dtypes that a backend convolves by matrix products",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "one number for all spatial axes", ("nn.conv", "nn.max_pool", "nn.average_pool"), ALL, ("keras raises",),
        "does not accept a tuple of one number for several axes",
        "accepts it",
        lambda difference: any(isinstance(x, (tuple, list)) and len(x) == 1 for x in difference.arguments().values()),
        judged=False,
    ),
    Listed(
        "convolution of operands of different dtypes", ("nn.conv",), ALL, ("dtype",),
        "returns the dtype of one operand where they differ",
        "promotes both",
        lambda difference: len(set(difference.dtypes) - {"int"}) > 1 and all(b in difference.dtypes for _, b in pairs(difference)),
    ),
    Listed(
        "a window that does not fit", ("nn.max_pool", "nn.average_pool", "nn.conv"), ("numpy", "jax", "tensorflow"), ("ops raises",),
        "returns a tensor without elements where a window does not fit",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not fit into an axis"),
    ),
    Listed(
        "windows without elements", ("nn.conv", "nn.conv_transpose", "nn.depthwise_conv", "nn.separable_conv"), ALL, ("ops raises",),
        "returns a result for a window without elements",
        "raises",
        lambda difference: any(0 in x.shape[:-2] for x in difference.arrays()[1:]),
    ),
    Listed(
        "paths of NaN", ("nn.ctc_decode", "nn.ctc_loss"), ALL, ("value", "keras raises"),
        "returns other paths, or fails, where a score is NaN or infinite",
        "returns some path: there is no best path",
        has_infinite,
        judged=False,
    ),
    Listed(
        "blanks among labels", ("nn.ctc_loss",), ALL, ("value", "keras raises"),
        "raises, or returns another loss, where the blank is one of the labels or not a class",
        "counts a negative blank from the end, and keeps labels that equal the blank",
        _blank_among_labels,
        judged=False,
    ),
    Listed(
        "sequences longer than their scores", ("nn.ctc_decode", "nn.ctc_loss"), ALL, ("value", "keras raises"),
        "raises, or reads beyond the end, where a length is greater than the number of steps",
        "uses all steps",
        _too_long,
        judged=False,
    ),
    Listed(
        "invalid options of decoding", ("nn.ctc_decode",), ALL, ("ops raises",),
        "accepts a blank that is not a class, 0 paths and beams of width 0",
        "raises ArgumentError",
        we_say("ArgumentError", "mask_index|beam_width|top_paths"),
    ),
    Listed(
        "moments of several processes", ("nn.moments",), ALL, ("ops raises",),
        "accepts synchronized=True on TensorFlow, and sums over replicas",
        "raises ArgumentError: moments are computed in this process only",
        we_say("ArgumentError", "several processes"),
    ),
    Listed(
        "sparsemax in float64", ("nn.sparsemax",), ("numpy",), ("dtype",),
        "returns float64",
        "returns the operand's float dtype",
        lambda difference: all(b == "float64" for _, b in pairs(difference)),
    ),
    Listed(
        "activations of integers", ("nn.relu6", "nn.threshold"), ("jax",), ("dtype",),
        "returns float32",
        "returns the operand's dtype, as keras does on the other backends",
        lambda difference: all(a in dtypes.INTEGERS and b in dtypes.FLOATS for a, b in pairs(difference)),
    ),
    Listed(
        "the dtype of one operand", ("image.ssim", "nn.binary_crossentropy", "nn.categorical_crossentropy", "nn.psnr", "nn.rms_normalization", "nn.layer_normalization", "nn.batch_normalization"), ALL, ("dtype", "value"),
        "returns the dtype of one operand where they differ",
        "promotes both",
        lambda difference: len(set(difference.dtypes) - {"int", "float", "bool"}) > 1 and all(b in difference.dtypes for _, b in pairs(difference)),
        judged=False,
    ),
    Listed(
        "openvino: one operand's dtype", ("nn.dot_product_attention", "nn.layer_normalization", "nn.depthwise_conv", "nn.separable_conv", "nn.conv_transpose", "nn.batch_normalization", "nn.rms_normalization"), ("openvino",), ("dtype", "keras raises"),
        "returns the dtype of one operand where they differ, or fails",
        "promotes them all",
        lambda difference: len(set(difference.dtypes) - {"int", "float", "bool"}) > 1,
        judged=False,
    ),
)
# fmt: on
