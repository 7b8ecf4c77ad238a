"""Listed differences of ops of neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_common import dtypes
from parity.listing import ALL, Listed, has_infinite, pairs, we_say

_CROSSENTROPY = "nn.sparse_categorical_crossentropy"


def _out_of_classes(found: Any) -> bool:
    """A class is not below the number of scores."""
    target, output = np.asarray(found.argument("target")), np.asarray(found.argument("output"))
    count = output.shape[found.given().get("axis", -1)]
    return bool(np.any((target < 0) | (target >= count)))


def _blank_among_labels(found: Any) -> bool:
    target, output = np.asarray(found.argument("target")), np.asarray(found.argument("output"))
    blank = found.given().get("mask_index", 0)
    return not 0 <= blank < output.shape[-1] or bool((target == blank).any())


def _too_long(found: Any) -> bool:
    """A sequence's length is greater than the number of steps."""
    name, output = ("output_length", "output") if found.path == "nn.ctc_loss" else ("sequence_lengths", "inputs")
    scores = np.asarray(found.argument(output))
    if found.path == "nn.ctc_loss" and np.any(found.argument("target_length") > np.shape(found.argument("target"))[1]):
        return True
    return scores.ndim == 3 and bool((np.asarray(found.argument(name)) > scores.shape[1]).any())


# fmt: off
LISTED: tuple[Listed, ...] = (
    Listed(
        "classes out of range", (_CROSSENTROPY,), ALL, ("keras raises", "value"),
        "raises for a class beyond the last on some backends, or multiplies what is infinite by 0",
        "answers the loss without that class, as JAX does",
        _out_of_classes,
        judged=False,
    ),
    Listed(
        "infinite scores", (_CROSSENTROPY, "nn.softmax", "nn.log_softmax"), ALL, ("value",),
        "answers finite values for infinite scores on some backends",
        "answers NaN: inf - inf has no value",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "infinity beside padding", ("nn.conv", "correlate"), ALL, ("value",),
        "leaves out what is padded: an infinite weight beside it adds nothing",
        "multiplies it by 0, which is NaN, in those dtypes that a backend convolves by matrix products",
        has_infinite,
        judged="finite",
    ),
    Listed(
        "one number for all spatial axes", ("nn.conv", "nn.max_pool", "nn.average_pool"), ALL, ("keras raises",),
        "takes no tuple of one number for several axes",
        "takes one",
        lambda found: any(isinstance(x, (tuple, list)) and len(x) == 1 for x in found.given().values()),
        judged=False,
    ),
    Listed(
        "convolution of operands of different dtypes", ("nn.conv",), ALL, ("dtype",),
        "answers the dtype of one operand where they differ",
        "promotes both",
        lambda found: len(set(found.dtypes) - {"int"}) > 1 and all(b in found.dtypes for _, b in pairs(found)),
    ),
    Listed(
        "a window that does not fit", ("nn.max_pool", "nn.average_pool", "nn.conv"), ("numpy", "jax", "tensorflow"), ("ops raises",),
        "answers a tensor without elements where a window does not fit",
        "raises ShapeError on every backend",
        we_say("ShapeError", "does not fit into an axis"),
    ),
    Listed(
        "sparse tensors", ("nn.one_hot", "bincount"), ALL, ("ops raises",),
        "makes sparse tensors where the framework has them, and dense ones elsewhere",
        "raises: sparse tensors are not supported",
        we_say("(Argument|Unsupported)Error", "sparse"),
    ),
    Listed(
        "windows without elements", ("nn.conv", "nn.conv_transpose", "nn.depthwise_conv", "nn.separable_conv"), ALL, ("ops raises",),
        "answers something for a window of no size",
        "raises",
        lambda found: any(0 in x.shape[:-2] for x in found.arrays()[1:]),
    ),
    Listed(
        "strides of dilated windows", ("nn.conv", "nn.depthwise_conv", "nn.separable_conv"), ALL, ("ops raises",),
        "computes strides and dilation together on some backends",
        "raises ArgumentError, as keras on TensorFlow",
        we_say("ArgumentError", "dilat"),
    ),
    Listed(
        "paths of NaN", ("nn.ctc_decode", "nn.ctc_loss"), ALL, ("value", "keras raises"),
        "finds other paths, or fails, where a score is NaN or infinite",
        "finds some: there is no best path",
        has_infinite,
        judged=False,
    ),
    Listed(
        "blanks among labels", ("nn.ctc_loss",), ALL, ("value", "keras raises"),
        "raises, or answers another loss, where the blank is one of the labels or no class",
        "takes the blank from the end where it is negative, and a label for what it is",
        _blank_among_labels,
        judged=False,
    ),
    Listed(
        "sequences longer than their scores", ("nn.ctc_decode", "nn.ctc_loss"), ALL, ("value", "keras raises"),
        "raises, or reads what is not there, where a length is greater than the number of steps",
        "takes all steps that there are",
        _too_long,
        judged=False,
    ),
    Listed(
        "decoding that makes no sense", ("nn.ctc_decode",), ALL, ("ops raises",),
        "takes a blank that is no class, no path at all and beams of no width",
        "raises ArgumentError",
        we_say("ArgumentError", "mask_index|beam_width|top_paths"),
    ),
    Listed(
        "moments of several processes", ("nn.moments",), ALL, ("ops raises",),
        "takes synchronized=True on TensorFlow, and adds up what replicas have",
        "raises ArgumentError: moments over several processes are not supported",
        we_say("ArgumentError", "several processes"),
    ),
    Listed(
        "sparsemax in float64", ("nn.sparsemax",), ("numpy",), ("dtype",),
        "answers float64",
        "answers the operand's float dtype",
        lambda found: all(b == "float64" for _, b in pairs(found)),
    ),
    Listed(
        "activations of integers", ("nn.relu6", "nn.threshold"), ("jax",), ("dtype",),
        "answers float32",
        "answers the operand's dtype, as keras on the other backends",
        lambda found: all(a in dtypes.INTEGERS and b in dtypes.FLOATS for a, b in pairs(found)),
    ),
    Listed(
        "the dtype of one operand", ("image.ssim", "nn.binary_crossentropy", "nn.categorical_crossentropy", "nn.psnr", "nn.rms_normalization", "nn.layer_normalization", "nn.batch_normalization"), ALL, ("dtype", "value"),
        "answers the dtype of one operand where they differ",
        "promotes both",
        lambda found: len(set(found.dtypes) - {"int", "float", "bool"}) > 1 and all(b in found.dtypes for _, b in pairs(found)),
        judged=False,
    ),
    Listed(
        "openvino: one operand's dtype", ("nn.dot_product_attention", "nn.layer_normalization", "nn.depthwise_conv", "nn.separable_conv", "nn.conv_transpose", "nn.batch_normalization", "nn.rms_normalization"), ("openvino",), ("dtype", "keras raises"),
        "answers the dtype of one operand where they differ, or fails",
        "promotes them all",
        lambda found: len(set(found.dtypes) - {"int", "float", "bool"}) > 1,
        judged=False,
    ),
)
# fmt: on
