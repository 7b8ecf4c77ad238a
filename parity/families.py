"""Where `ops` means to differ from keras 3.15.1 in the families core, math, linalg, nn and image; see `differences.py`."""

from __future__ import annotations

from typing import Any

import numpy as np
import oracle
from listing import (
    ALL,
    Listed,
    has_complex,
    has_infinite,
    has_no_elements,
    integers_at_limits,
    overflows,
    pairs,
    says,
    we_say,
)

from ops_common import dtypes

_TRANSFORMS = ("fft", "fft2", "ifft2", "rfft", "irfft", "stft", "istft")
_MATRICES = (
    "cholesky", "cholesky_inverse", "det", "eig", "eigh", "inv", "logdet", "lstsq", "lu_factor", "matrix_rank", "norm",
    "pinv", "qr", "slogdet", "solve", "solve_triangular", "svd",
)  # fmt: skip
_SEGMENTS = ("segment_sum", "segment_prod", "segment_max", "segment_min")
_MOVED = ("image.affine_transform", "image.perspective_transform", "image.map_coordinates", "image.scale_and_translate")
_EXACT = 2**24  # integers beyond it are rounded in float32

# --- conditions -------------------------------------------------------------------------------------------------------


def _of_images_or_networks(found: Any) -> bool:
    return found.path.startswith(("image.", "nn."))


def _large(found: Any) -> bool:
    """An operand holds integers that float32 does not."""
    return any(x.dtype.kind in "iu" and x.size and np.abs(x.astype(np.float64)).max() > _EXACT for x in found.arrays())


def _next_to_each_other(found: Any) -> bool:
    """Our answer is of integers, nowhere farther than 1 from the reference's or keras's."""
    ours, *rest = found.ours.leaves
    if rest or ours.values.dtype.kind not in "iu":
        return False
    wanted = [one for one in oracle.references(found) if not isinstance(one, Exception) and len(one) == 1]
    given = [leaf.values for leaf in found.theirs.leaves]
    return any(
        x.shape == ours.shape and bool((np.abs(ours.values.astype(np.float64) - x.astype(np.float64)) <= 1).all())
        for x in (*(one for (one,) in wanted), *given)
    )


def _numbers(x: Any) -> Any:
    return np.asarray(x).astype(np.complex128 if np.asarray(x).dtype.kind in "cV" else np.float64)


def _wide(leaf: Any) -> Any:
    return leaf.values.astype(np.complex128)


def _without_answer(found: Any) -> bool:
    """A matrix is singular or nearly so, or holds NaN or infinity."""
    for x in map(np.asarray, found.operands()[:1]):
        if x.ndim < 2 or x.shape[-1] != x.shape[-2] or not x.size:
            continue
        a = x.astype(np.complex128)
        if not np.isfinite(a).all():
            return True
        if found.path in ("solve_triangular", "cholesky_inverse"):
            triangle = np.tril(a) if found.given().get("lower") or found.path != "solve_triangular" else np.triu(a)
            triangle = np.triu(a) if found.given().get("upper") else triangle
            if (np.diagonal(a, axis1=-2, axis2=-1) == 0).any() or (np.linalg.cond(triangle) > 1e5).any():
                return True
        elif (np.linalg.cond(a) > 1e5).any():
            return True
    return False


def _indefinite(found: Any) -> bool:
    """A matrix has no positive determinant, by which its logarithm would be real."""
    return any(x.ndim > 1 and (np.linalg.slogdet(x.astype(np.complex128))[0].real < 0.99).any() for x in found.arrays())


def _decomposed(found: Any) -> bool:
    """Our factors' product is the matrix: what the reference has otherwise is a choice among equals."""
    x = _numbers(found.operands()[0])
    leaves = [_wide(leaf) for leaf in found.ours.leaves]
    if not np.isfinite(x).all() or len(leaves) < 2:
        return False
    if found.path == "svd":
        u, values, vh = leaves
        count = values.shape[-1]
        product = (u[..., :count] * values[..., None, :]) @ vh[..., :count, :]
    elif found.path == "qr":
        product = leaves[0] @ leaves[1]
    elif found.path in ("eig", "eigh"):
        if found.path == "eigh":
            x = np.tril(x) + np.swapaxes(np.tril(x, -1), -1, -2).conj()
        values, vectors = leaves
        product, x = x @ vectors, vectors * values[..., None, :]
    elif found.path == "lu_factor":
        packed, pivots = leaves[0], found.ours.leaves[1].values
        count = min(packed.shape[-2:])
        lower = np.tril(packed[..., :count], -1) + np.eye(packed.shape[-2], count)
        product, x = lower @ np.triu(packed[..., :count, :]), np.array(x)
        for index in np.ndindex(*pivots.shape[:-1]):
            for row, pivot in enumerate(pivots[index]):
                x[index][[row, pivot]] = x[index][[pivot, row]]
    else:
        return False
    bound = 100 * dtypes.epsilon(found.ours.leaves[0].dtype.replace("complex64", "float32")) * np.abs(x).max(initial=0)
    return bool(np.allclose(product, x, rtol=0, atol=bound))


def _unsorted_segments(found: Any) -> bool:
    """Ids that are said to be sorted, and are not, or are out of range."""
    ids, count = np.asarray(found.argument("segment_ids")), found.argument("num_segments")
    given = found.given()
    outside = bool((ids < 0).any()) or (count is not None and bool((ids >= count).any()))
    return bool(given.get("sorted")) and (outside or bool((np.diff(ids) < 0).any()))


def _empty_segments(found: Any) -> bool:
    ids, count = np.asarray(found.argument("segment_ids")), found.argument("num_segments")
    return len(set(ids.ravel().tolist()) & set(range(count or 0))) < (count or 0)


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


def _not_square(found: Any) -> bool:
    return any(x.ndim > 1 and x.shape[-1] != x.shape[-2] for x in found.arrays())


def _same_numbers(found: Any) -> bool:
    """Both answer the same numbers, and places where these are; or there is NaN among them, which has no order."""
    if has_infinite(found) or found.theirs.error is not None:
        return True
    if found.ours.leaves[0].shape != found.theirs.leaves[0].shape:
        return False
    x = np.asarray(found.operands()[0])
    both = [np.sort(side.leaves[0].values, -1) for side in (found.ours, found.theirs)]
    at = [np.sort(np.take_along_axis(x, side.leaves[1].values, -1), -1) for side in (found.ours, found.theirs)]
    return all(np.array_equal(one, both[0], equal_nan=x.dtype.kind in "fcV") for one in (*both[1:], *at))


# --- the list ---------------------------------------------------------------------------------------------------------

# fmt: off
LISTED: tuple[Listed, ...] = (
    # Choices.
    Listed(
        "integers in images", (), ALL, ("value", "keras raises"),
        "computes images of integers in these, or rounds down",
        "computes them in float32, which is not exact beyond 2**24, and rounds to the nearest integer",
        lambda found: _of_images_or_networks(found) and (_large(found) or integers_at_limits(found)),
        judged=False,
    ),
    Listed(
        "halves in images of integers", (), ALL, ("value", "keras raises"),
        "rounds down, or to the other neighbour",
        "rounds to the nearest integer, and halves to even ones, after sums in float32",
        lambda found: _of_images_or_networks(found) and _next_to_each_other(found),
        judged=False,
    ),
    Listed(
        "NaN and infinity in images, networks and transforms", (), ALL, ("value", "keras raises", "shape"),
        "adds and multiplies in another order, or leaves out what is multiplied by 0",
        "answers what the backend's arithmetic gives; where both are finite, it is the reference's number",
        lambda found: (_of_images_or_networks(found) or found.path in _TRANSFORMS) and has_infinite(found),
        judged="finite",
    ),
    Listed(
        "colours and sparse scores that are not finite", ("image.rgb_to_hsv", "image.hsv_to_rgb", "nn.sparsemax"), ALL, ("value", "keras raises", "crash"),
        "answers other numbers, NaN or infinity for these",
        "answers NaN where a difference or product of infinities has no value",
        has_infinite,
        judged=False,
    ),
    Listed(
        "colours of 64 bits", ("image.rgb_to_hsv", "image.hsv_to_rgb"), ("openvino",), ("value",),
        "computes them in 32 bits",
        "computes them in 64",
        lambda found: "float64" in found.dtypes,
        judged=False,
    ),
    Listed(
        "images of bools", _MOVED, ALL, ("dtype",),
        "answers bools, which are true wherever the interpolated number is not 0",
        "answers int32, the interpolated number rounded",
        lambda found: "bool" in found.dtypes and set(pairs(found)) <= {("int32", "bool"), ("int32", "float32")},
    ),
    Listed(
        "places halfway between pixels", _MOVED, ALL, ("value",),
        "takes the other of two pixels that are equally near, by rounding errors of the place",
        "takes the one that its own rounding errors give",
        lambda found: found.argument("interpolation") == "nearest" or found.argument("order") == 0,
        judged=False,
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
        "transforms by NaN", _MOVED, ALL, ("value", "keras raises"),
        "fails, or moves the image somewhere, where a transform or coordinates hold NaN or infinity",
        "answers something, as NaN is nowhere",
        has_infinite,
        judged=False,
    ),
    Listed(
        "transforms of transforms", ("istft",), ALL, ("value", "keras raises", "shape"),
        "divides infinite sums by other windows, and answers less than `length` where there is less",
        "divides by the squares of the window, and fills up with zeros to `length`",
        has_infinite,
        judged=False,
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
        "openvino: the process ends", (), ("openvino",), ("crash",),
        "ends the process for some lengths, and for axes without elements",
        "answers, or raises",
        judged=False,
    ),
    Listed(
        "decoding that makes no sense", ("nn.ctc_decode",), ALL, ("ops raises",),
        "takes a blank that is no class, no path at all and beams of no width",
        "raises ArgumentError",
        we_say("ArgumentError", "mask_index|beam_width|top_paths"),
    ),
    Listed(
        "sizes that make no sense", (), ALL, ("ops raises",),
        "answers something for a size, length or stride of 0 or less",
        "raises ArgumentError",
        we_say("ArgumentError", "positive|or more|at least 1|above 0"),
    ),
    Listed(
        "matrices of the largest integers", _MATRICES, ALL, ("value", "keras raises"),
        "computes in float64, or takes no such integers",
        "computes in float32, where squares of the largest overflow",
        overflows,
        judged=False,
    ),
    Listed(
        "sorted segments that are not", _SEGMENTS, ALL, ("value", "keras raises"),
        "does not use, on some backends, that ids are said to be sorted",
        "believes it: what belongs to ids out of order or out of range is anybody's",
        _unsorted_segments,
        judged=False,
    ),
    Listed(
        "extremes of segments of bools", ("segment_max", "segment_min"), ALL, ("ops raises",),
        "answers bools",
        "raises DtypeError: these are for numbers",
        we_say("DtypeError", "bool"),
    ),
    Listed(
        "places out of bounds", ("scatter", "scatter_update"), ALL, ("keras raises", "value"),
        "raises for places out of bounds, or takes them from the end, on some backends, and takes no number for all values",
        "leaves out what is out of bounds, as JAX does",
        says("out of bounds|must have rank|Updates shape|out of range|not in"),
        judged=False,
    ),
    Listed(
        "sorted segments out of bounds", _SEGMENTS, ("openvino",), ("ops raises",),
        "does not use that ids are said to be sorted",
        "lets OpenVINO look at ids that are said to be sorted, and are not",
        _unsorted_segments,
    ),
    Listed(
        "segments of nothing", ("segment_max", "segment_min"), ALL, ("value", "dtype", "keras raises"),
        "answers the other end of the dtype's range, or infinity in float64, for integers on torch and NumPy",
        "answers the least integer of the dtype as the largest of none, and the largest as the least",
        lambda found: _empty_segments(found) or integers_at_limits(found) or all(b == "float64" for _, b in pairs(found)),
        judged=False,
    ),
    Listed(
        "arithmetic of segments of bools", _SEGMENTS, ALL, ("dtype",),
        "answers bools for products of bools on some backends",
        "counts bools as int32",
        lambda found: "bool" in found.dtypes and all(a == "int32" for a, _ in pairs(found)),
    ),
    Listed(
        "unstack's form", ("unstack",), ("torch",), ("form",),
        "answers a tuple",
        "answers a list, as keras on the other backends",
    ),
    Listed(
        "top_k's form", ("top_k",), ("jax",), ("form",),
        "answers a list",
        "answers a tuple, as keras on the other backends",
        judged=False,
    ),
    Listed(
        "sparse tensors of many classes", ("nn.multi_hot",), ALL, ("ops raises",),
        "makes a sparse tensor",
        "raises ArgumentError: it makes dense tensors alone",
        we_say("ArgumentError", "dense tensors"),
    ),
    Listed(
        "moments of several processes", ("nn.moments",), ALL, ("ops raises",),
        "takes synchronized=True on TensorFlow, and adds up what replicas have",
        "raises ArgumentError: moments are of this process's tensor",
        we_say("ArgumentError", "this process"),
    ),
    Listed(
        "order of equal numbers and NaN in top_k", ("top_k",), ALL, ("value", "keras raises"),
        "has other places of equal numbers, and another order where sorted=False",
        "has those that the framework finds",
        _same_numbers,
        judged=False,
    ),
    Listed(
        "updates of another dtype", ("slice_update",), ("tensorflow",), ("dtype",),
        "answers the updates' dtype for a list or NumPy array",
        "answers that of what is updated",
        lambda found: len(set(found.dtypes)) > 1 or any(isinstance(x, list) for x in found.operands()),
    ),
    Listed(
        "casts of complex numbers and infinity", ("saturate_cast",), ALL, ("value", "keras raises"),
        "fails, or rounds to 32 bits first, and makes the largest float of infinity",
        "takes the real part, as any cast does, and keeps infinity among floats",
        lambda found: has_complex(found) or has_infinite(found),
        judged=False,
    ),
    # Matrices.
    Listed(
        "matrices without an answer", _MATRICES, ALL, ("value", "keras raises", "shape"),
        "raises for a singular matrix, or answers other infinite or very large numbers",
        "raises LinAlgError where `ops.linalg` says so; elsewhere answers what the division by 0 gives, as the backend rounds",
        _without_answer,
        judged=False,
    ),
    Listed(
        "NaN and infinity in matrices", _MATRICES, ALL, ("value", "keras raises", "crash"),
        "answers other numbers for these, fails, or never comes back",
        "answers what the backend's algorithm makes of them, or raises LinAlgError",
        has_infinite,
        judged=False,
    ),
    Listed(
        "what raises LinAlgError", _MATRICES, ALL, ("ops raises",),
        "answers NaN, or something, for NaN, infinity, and matrices that are singular or not positive definite",
        "raises LinAlgError in eager calls, on every backend",
        we_say("LinAlgError", "not finite|singular|definite"),
    ),
    Listed(
        "factors that stay open", ("qr", "svd", "eig", "eigh", "lu_factor"), ALL, ("value", "keras raises"),
        "has other signs and phases, other vectors for equal values or values of 0, another order, or no kernel for the dtype",
        "fixes signs, phases and order as `ops.linalg` says, and its factors' product is the matrix",
        _decomposed,
        judged=False,
    ),
    Listed(
        "logarithms of negative determinants", ("logdet",), ALL, ("value", "keras raises"),
        "answers NaN on some backends where the determinant is not positive, or takes no integers",
        "answers the logarithm of the modulus, as keras on NumPy and JAX",
        _indefinite,
        judged=False,
    ),
    Listed(
        "eigenvalues are complex", ("eig",), ALL, ("dtype",),
        "answers real numbers on NumPy where all eigenvalues are real, and 64 bits for integers and 16-bit floats",
        "answers complex numbers for any matrix, of the operand's precision",
        lambda found: all(a in dtypes.COMPLEX for a, _ in pairs(found)),
    ),
    Listed(
        "matrices of different dtypes", ("solve", "solve_triangular", "lstsq"), ALL, ("dtype", "value"),
        "answers 64 bits for a float of 32 beside an integer, as NumPy does",
        "answers what both promote to",
        lambda found: len(set(found.dtypes)) > 1 and all(b in ("float64", "complex128") for _, b in pairs(found)),
    ),
    Listed(
        "real values of complex matrices", ("norm", "eigh", "svd", "logdet"), ALL, ("dtype",),
        "answers complex numbers for norms and eigenvalues that are real",
        "answers floats",
        lambda found: has_complex(found) and all(a in dtypes.FLOATS and b in dtypes.COMPLEX for a, b in pairs(found)),
    ),
    Listed(
        "ranks in 16 bits", ("matrix_rank",), ALL, ("value", "keras raises"),
        "counts by the precision of float32 or float64, or takes no 16-bit floats",
        "counts by the operand's own precision",
        lambda found: bool({"float16", "bfloat16"} & set(found.dtypes)),
        judged=False,
    ),
    Listed(
        "matrices that are not square", ("lu_factor",), ("tensorflow",), ("keras raises",),
        "takes square matrices alone",
        "takes any",
        _not_square,
        judged=False,
    ),
    # Dtypes.
    Listed(
        "sparsemax in float64", ("nn.sparsemax",), ("numpy",), ("dtype",),
        "answers float64",
        "answers the operand's float dtype",
        lambda found: all(b == "float64" for _, b in pairs(found)),
    ),
    Listed(
        "images of integers", ("image.scale_and_translate",), ("jax",), ("dtype", "value"),
        "answers float32 for integers",
        "answers the images' dtype, as keras on the other backends",
        lambda found: all(a in dtypes.INTEGERS and b == "float32" for a, b in pairs(found)),
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
    Listed(
        "polar of integers", ("polar",), ("numpy",), ("dtype", "value"),
        "answers complex128 where an operand is an integer",
        "answers complex64, floatx's complex dtype",
        lambda found: set(pairs(found)) <= {("complex64", "complex128")} and bool({*dtypes.INTEGERS, "bool"} & set(found.dtypes)),
        judged=False,
    ),
    Listed(
        "polar of the largest integers", ("polar",), ALL, ("value", "keras raises"),
        "has no such integers, or another dtype",
        "promotes both first: the largest are infinite beside 16-bit floats",
        overflows,
        judged=False,
    ),
    Listed(
        "classes that are none", ("in_top_k",), ALL, ("keras raises", "value", "crash"),
        "raises for a class beyond the last or below 0 on some backends, or ends the process",
        "answers False for it",
        lambda found: has_no_elements(found)
        or bool((np.asarray(found.argument("targets")) >= np.shape(found.argument("predictions"))[-1]).any())
        or bool((np.asarray(found.argument("targets")) < 0).any()),
        judged=False,
    ),
    # What ops refuses.
    Listed(
        "sizes that do not fit", (), ALL, ("ops raises",),
        "answers less than was asked for, or broadcasts something, where sizes do not fit",
        "raises ShapeError",
        we_say("ShapeError", r"does not fit|do not fit|entries|slices; got|k is from 0|frequencies|has not a size for each axis|nothing to sample from|to mirror|a batch of images|the axes that are transformed|without elements|beside the axes|of one batch|are not the same|cannot be pooled|are no multiple|no largest or smallest"),
    ),
    Listed(
        "no elements in networks and images", (), ALL, ("keras raises", "value", "shape"),
        "fails where a tensor has no elements",
        "answers a tensor of the shape that the sizes give, with what its sums of nothing come to",
        lambda found: _of_images_or_networks(found) and has_no_elements(found),
        judged=False,
    ),
    Listed(
        "parts of different dtypes", _TRANSFORMS, ALL, ("keras raises", "value"),
        "wants both parts of complex numbers in one float dtype",
        "promotes them",
        lambda found: len(set(found.dtypes)) > 1 or says("not of type float")(found),
        judged="finite",
    ),
)
# fmt: on
