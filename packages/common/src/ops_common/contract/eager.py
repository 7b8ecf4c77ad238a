"""Contract, family eager: short forms of ops for frequent eager calls. All are optional.

A function is named by the family and the name of an op, and has its parameters. It is called outside of traced
functions, with the arguments that the op's kernel or body would be called with: operands are tensors, or Python
numbers where the op composes them. For a function of `ops` that has neither, such as `get_item`, arguments are those
of the caller, of any type. It returns what the op does, or NotImplemented: then the op is computed without it, and
finds what is wrong with the arguments. It need not support gradients of backends that `ops` differentiates.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import NotImplementedType
from typing import Any

from ops_common.contract._mark import optional

Tensor = Any
# An operand that the op composes: a tensor, or a Python number.
Number = Tensor | int | float
Axis = int | tuple[int, ...] | None
Sizes = tuple[int, ...]
# The name of a window, or a tensor; None for ones.
Window = str | Tensor | None


@optional
def contraction_cdist(x: Number, y: Number) -> Tensor | NotImplementedType: ...


@optional
def contraction_correlate(x1: Tensor, x2: Tensor, mode: str) -> Tensor | NotImplementedType: ...


@optional
def contraction_cross(
    x1: Tensor, x2: Tensor, axisa: int, axisb: int, axisc: int, axis: int | None
) -> Tensor | NotImplementedType: ...


@optional
def contraction_inner(x1: Number, x2: Number) -> Tensor | NotImplementedType: ...


@optional
def contraction_kron(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def creation_arange(start: Any, stop: Any, step: Any, dtype: Any) -> Tensor | NotImplementedType: ...


@optional
def creation_diagflat(x: Number, k: int) -> Tensor | NotImplementedType: ...


@optional
def creation_full(shape: Any, fill_value: Any, dtype: Any) -> Tensor | NotImplementedType: ...


@optional
def creation_full_like(x: Any, fill_value: Any, dtype: Any) -> Tensor | NotImplementedType: ...


@optional
def creation_geomspace(
    start: Number, stop: Number, num: int, endpoint: bool, dtype: str | None, axis: int
) -> Tensor | NotImplementedType: ...


@optional
def creation_linspace(
    start: Number, stop: Number, num: int, endpoint: bool, retstep: bool, dtype: str | None, axis: int
) -> Tensor | tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def creation_logspace(
    start: Number, stop: Number, num: int, endpoint: bool, base: Number, dtype: str | None, axis: int
) -> Tensor | NotImplementedType: ...


@optional
def creation_vander(x: Tensor, N: int | None, increasing: bool) -> Tensor | NotImplementedType: ...


@optional
def elementwise_bitwise_invert(x: Number) -> Tensor | NotImplementedType: ...


@optional
def elementwise_cbrt(x: Number) -> Tensor | NotImplementedType: ...


@optional
def elementwise_erfinv(x: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_floor_divide(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_fmod(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_gammainc(a: Number, x: Number) -> Tensor | NotImplementedType: ...


@optional
def elementwise_heaviside(x1: Number, x2: Number) -> Tensor | NotImplementedType: ...


@optional
def elementwise_i0(x: Number) -> Tensor | NotImplementedType: ...


@optional
def elementwise_lcm(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_mod(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_nextafter(x1: Tensor, x2: Tensor) -> Tensor | NotImplementedType: ...


@optional
def elementwise_saturate_cast(x: Tensor, dtype: str) -> Tensor | NotImplementedType: ...


@optional
def elementwise_sinc(x: Number) -> Tensor | NotImplementedType: ...


@optional
def image_affine_transform(
    images: Number, transform: Number, interpolation: str, fill_mode: str, fill_value: float, data_format: str | None
) -> Tensor | NotImplementedType: ...


@optional
def image_crop_images(
    images: Tensor,
    top_cropping: int | None,
    left_cropping: int | None,
    bottom_cropping: int | None,
    right_cropping: int | None,
    target_height: int | None,
    target_width: int | None,
    data_format: str,
) -> Tensor | NotImplementedType: ...


@optional
def image_extract_patches(
    images: Tensor, size: Sizes, strides: Sizes, dilation_rate: Sizes, padding: str, data_format: str
) -> Tensor | NotImplementedType: ...


@optional
def image_extract_patches_3d(
    volumes: Tensor, size: Sizes, strides: Sizes, dilation_rate: Sizes, padding: str, data_format: str
) -> Tensor | NotImplementedType: ...


@optional
def image_hsv_to_rgb(images: Tensor, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def image_map_coordinates(
    inputs: Tensor, coordinates: Tensor, order: int, fill_mode: str, fill_value: float
) -> Tensor | NotImplementedType: ...


@optional
def image_pad_images(
    images: Tensor,
    top_padding: int | None,
    left_padding: int | None,
    bottom_padding: int | None,
    right_padding: int | None,
    target_height: int | None,
    target_width: int | None,
    data_format: str,
) -> Tensor | NotImplementedType: ...


@optional
def image_perspective_transform(
    images: Tensor, start_points: Tensor, end_points: Tensor, interpolation: str, fill_value: float, data_format: str
) -> Tensor | NotImplementedType: ...


@optional
def image_resize(
    images: Tensor,
    size: Sizes,
    interpolation: str,
    antialias: bool,
    crop_to_aspect_ratio: bool,
    pad_to_aspect_ratio: bool,
    fill_mode: str,
    fill_value: float,
    data_format: str,
) -> Tensor | NotImplementedType: ...


@optional
def image_rgb_to_grayscale(images: Tensor, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def image_rgb_to_hsv(images: Tensor, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def image_scale_and_translate(
    images: Tensor,
    output_shape: Sizes,
    scale: Tensor,
    translation: Tensor,
    spatial_dims: Sizes,
    method: str,
    antialias: bool,
) -> Tensor | NotImplementedType: ...


@optional
def image_sobel_edges(images: Tensor, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def indexing_get_item(x: Any, key: Any) -> Tensor | NotImplementedType: ...


@optional
def indexing_select(
    condlist: Sequence[Tensor], choicelist: Sequence[Number], default: Number
) -> Tensor | NotImplementedType: ...


@optional
def indexing_slice(inputs: Any, start_indices: Any, shape: Any) -> Tensor | NotImplementedType: ...


@optional
def indexing_slice_update(inputs: Any, start_indices: Any, updates: Any) -> Tensor | NotImplementedType: ...


@optional
def indexing_trace(x: Number, offset: int, axis1: int, axis2: int) -> Tensor | NotImplementedType: ...


@optional
def linalg_cholesky(x: Tensor, upper: bool) -> Tensor | NotImplementedType: ...


@optional
def linalg_cholesky_inverse(x: Tensor, upper: bool) -> Tensor | NotImplementedType: ...


@optional
def linalg_eig(x: Tensor) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def linalg_eigh(x: Tensor) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def linalg_lstsq(a: Tensor, b: Tensor, rcond: float | None) -> Tensor | NotImplementedType: ...


@optional
def linalg_lu_factor(x: Tensor) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def linalg_matrix_rank(x: Tensor, tol: float | None) -> Tensor | NotImplementedType: ...


@optional
def linalg_pinv(x: Tensor, rcond: float | None) -> Tensor | NotImplementedType: ...


@optional
def linalg_qr(x: Tensor, mode: str) -> Any: ...


@optional
def linalg_svd(x: Tensor, full_matrices: bool, compute_uv: bool) -> Any: ...


@optional
def manipulation_diff(a: Tensor, n: int, axis: int) -> Tensor | NotImplementedType: ...


@optional
def manipulation_dstack(xs: Sequence[Tensor]) -> Tensor | NotImplementedType: ...


@optional
def manipulation_hstack(xs: Sequence[Tensor]) -> Tensor | NotImplementedType: ...


@optional
def manipulation_meshgrid(*x: Any, indexing: Any) -> list[Tensor] | NotImplementedType: ...


@optional
def manipulation_moveaxis(x: Tensor, source: Axis, destination: Axis) -> Tensor | NotImplementedType: ...


@optional
def manipulation_repeat(x: Any, repeats: Any, axis: Any) -> Tensor | NotImplementedType: ...


@optional
def manipulation_rot90(array: Tensor, k: int, axes: Axis) -> Tensor | NotImplementedType: ...


@optional
def manipulation_swapaxes(x: Number, axis1: int, axis2: int) -> Tensor | NotImplementedType: ...


@optional
def manipulation_view(x: Any, dtype: Any) -> Tensor | NotImplementedType: ...


@optional
def manipulation_vstack(xs: Sequence[Tensor]) -> Tensor | NotImplementedType: ...


@optional
def nn_activation_one_hot(
    x: Tensor, num_classes: int, axis: int, dtype: str, sparse: bool
) -> Tensor | NotImplementedType: ...


@optional
def nn_activation_sparsemax(x: Tensor, axis: int) -> Tensor | NotImplementedType: ...


@optional
def nn_activation_squareplus(x: Tensor, b: float) -> Tensor | NotImplementedType: ...


@optional
def nn_activation_tanh_shrink(x: Number) -> Tensor | NotImplementedType: ...


@optional
def nn_activation_threshold(x: Tensor, threshold: float, default_value: float) -> Tensor | NotImplementedType: ...


@optional
def nn_attention_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None,
    mask: Tensor | None,
    scale: float | None,
    is_causal: bool,
    flash_attention: bool | None,
    attn_logits_soft_cap: float | None,
) -> Tensor | NotImplementedType: ...


@optional
def nn_convolution_fold(
    x: Tensor, output_size: Sizes, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> Tensor | NotImplementedType: ...


@optional
def nn_convolution_separable_conv(
    inputs: Tensor,
    depthwise_kernel: Tensor,
    pointwise_kernel: Tensor,
    strides: Sizes,
    padding: str,
    data_format: str,
    dilation_rate: Sizes,
    bias: Tensor | None,
) -> Tensor | NotImplementedType: ...


@optional
def nn_convolution_unfold(
    x: Tensor, kernel_size: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> Tensor | NotImplementedType: ...


@optional
def nn_ctc_ctc_decode(
    inputs: Tensor,
    sequence_lengths: Tensor,
    strategy: str,
    beam_width: int,
    top_paths: int,
    merge_repeated: bool,
    mask_index: int,
) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def nn_ctc_ctc_loss(
    target: Tensor, output: Tensor, target_length: Tensor, output_length: Tensor, mask_index: int
) -> Tensor | NotImplementedType: ...


@optional
def nn_loss_categorical_crossentropy(
    target: Number, output: Number, from_logits: bool, axis: int
) -> Tensor | NotImplementedType: ...


@optional
def nn_loss_sparse_categorical_crossentropy(
    target: Tensor, output: Number, from_logits: bool, axis: int
) -> Tensor | NotImplementedType: ...


@optional
def nn_normalization_batch_normalization(
    x: Number, mean: Number, variance: Number, axis: int, offset: Number | None, scale: Number | None, epsilon: float
) -> Tensor | NotImplementedType: ...


@optional
def nn_normalization_normalize(x: Tensor, axis: Axis, order: int, epsilon: float) -> Tensor | NotImplementedType: ...


@optional
def nn_space_depth_to_space(x: Number, block_size: int, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def nn_space_space_to_depth(x: Number, block_size: int, data_format: str) -> Tensor | NotImplementedType: ...


@optional
def reduction_nanargmax(x: Tensor, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def reduction_nanargmin(x: Tensor, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def reduction_nanstd(x: Tensor, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def reduction_nanvar(x: Tensor, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def reduction_std(x: Number, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def segment_scatter(indices: Tensor, values: Tensor, shape: Sizes) -> Tensor | NotImplementedType: ...


@optional
def segment_scatter_update(
    inputs: Tensor, indices: Tensor, updates: Tensor, reduction: str | None
) -> Tensor | NotImplementedType: ...


@optional
def segment_segment_max(
    data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool
) -> Tensor | NotImplementedType: ...


@optional
def segment_segment_min(
    data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool
) -> Tensor | NotImplementedType: ...


@optional
def segment_segment_prod(
    data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool
) -> Tensor | NotImplementedType: ...


@optional
def segment_segment_sum(
    data: Tensor, segment_ids: Tensor, num_segments: int | None, sorted: bool
) -> Tensor | NotImplementedType: ...


@optional
def signal_bartlett(x: int) -> Tensor | NotImplementedType: ...


@optional
def signal_blackman(x: int) -> Tensor | NotImplementedType: ...


@optional
def signal_extract_sequences(x: Tensor, sequence_length: int, sequence_stride: int) -> Tensor | NotImplementedType: ...


@optional
def signal_fft(x: Any) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def signal_fft2(x: Any) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def signal_hamming(x: int) -> Tensor | NotImplementedType: ...


@optional
def signal_hanning(x: int) -> Tensor | NotImplementedType: ...


@optional
def signal_ifft2(x: Any) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def signal_irfft(x: Any, fft_length: int | None) -> Tensor | NotImplementedType: ...


@optional
def signal_istft(
    x: Sequence[Tensor],
    sequence_length: int,
    sequence_stride: int,
    fft_length: int,
    length: int | None,
    window: Window,
    center: bool,
) -> Tensor | NotImplementedType: ...


@optional
def signal_kaiser(x: int, beta: Number) -> Tensor | NotImplementedType: ...


@optional
def signal_polar(abs_: Number, angle: Number) -> Tensor | NotImplementedType: ...


@optional
def signal_stft(
    x: Tensor, sequence_length: int, sequence_stride: int, fft_length: int, window: Window, center: bool
) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def signal_view_as_complex(x: Tensor) -> Tensor | NotImplementedType: ...


@optional
def sorting_argsort(x: Tensor, axis: Axis) -> Tensor | NotImplementedType: ...


@optional
def sorting_digitize(x: Tensor, bins: Tensor) -> Tensor | NotImplementedType: ...


@optional
def sorting_histogram(
    x: Tensor, bins: int | Tensor, range: tuple[float, float] | None
) -> tuple[Tensor, Tensor] | NotImplementedType: ...


@optional
def sorting_in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Tensor | NotImplementedType: ...


@optional
def sorting_isin(x1: Tensor, x2: Tensor, assume_unique: bool, invert: bool) -> Tensor | NotImplementedType: ...


@optional
def sorting_sort(x: Tensor, axis: Axis) -> Tensor | NotImplementedType: ...


@optional
def sorting_unique(
    x: Tensor,
    sorted: bool,
    return_index: bool,
    return_inverse: bool,
    return_counts: bool,
    axis: int | None,
    size: int | None,
    fill_value: Any,
) -> Tensor | tuple[Tensor, ...] | NotImplementedType: ...


@optional
def statistics_corrcoef(x: Tensor) -> Tensor | NotImplementedType: ...


@optional
def statistics_median(x: Number, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def statistics_nanmedian(x: Tensor, axis: Axis, keepdims: bool) -> Tensor | NotImplementedType: ...


@optional
def statistics_nanpercentile(
    x: Tensor, q: float | Tensor, axis: Axis, method: str, keepdims: bool
) -> Tensor | NotImplementedType: ...


@optional
def statistics_nanquantile(
    x: Tensor, q: float | Tensor, axis: Axis, method: str, keepdims: bool
) -> Tensor | NotImplementedType: ...


@optional
def statistics_trapezoid(y: Number, x: Number | None, dx: Number, axis: int) -> Tensor | NotImplementedType: ...
