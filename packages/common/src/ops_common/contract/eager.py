"""Contract, family eager: short forms of ops for frequent eager calls. All are optional.

A function is named by the family and the name of an op, and has its parameters. It is called outside of traced
functions, with the arguments that the op's kernel or body would be called with: operands are tensors, or Python
numbers where the op composes them. For a function of `ops` that has neither, such as `get_item`, arguments are those
of the caller, of any type. It returns what the op does, or NotImplemented: then the op is computed without it, and
finds what is wrong with the arguments. It need not support gradients of backends that `ops` differentiates.
"""

from __future__ import annotations

from typing import Any

from ops_common.contract._mark import optional

Tensor = Any


@optional
def contraction_cdist(x: Any, y: Any) -> Any: ...


@optional
def contraction_correlate(x1: Any, x2: Any, mode: Any) -> Any: ...


@optional
def contraction_cross(x1: Any, x2: Any, axisa: Any, axisb: Any, axisc: Any, axis: Any) -> Any: ...


@optional
def contraction_inner(x1: Any, x2: Any) -> Any: ...


@optional
def contraction_kron(x1: Any, x2: Any) -> Any: ...


@optional
def creation_arange(start: Any, stop: Any, step: Any, dtype: Any) -> Any: ...


@optional
def creation_diagflat(x: Any, k: Any) -> Any: ...


@optional
def creation_full(shape: Any, fill_value: Any, dtype: Any) -> Any: ...


@optional
def creation_full_like(x: Any, fill_value: Any, dtype: Any) -> Any: ...


@optional
def creation_geomspace(start: Any, stop: Any, num: Any, endpoint: Any, dtype: Any, axis: Any) -> Any: ...


@optional
def creation_linspace(start: Any, stop: Any, num: Any, endpoint: Any, retstep: Any, dtype: Any, axis: Any) -> Any: ...


@optional
def creation_logspace(start: Any, stop: Any, num: Any, endpoint: Any, base: Any, dtype: Any, axis: Any) -> Any: ...


@optional
def creation_vander(x: Any, N: Any, increasing: Any) -> Any: ...


@optional
def elementwise_bitwise_invert(x: Any) -> Any: ...


@optional
def elementwise_cbrt(x: Any) -> Any: ...


@optional
def elementwise_erfinv(x: Any) -> Any: ...


@optional
def elementwise_floor_divide(x1: Any, x2: Any) -> Any: ...


@optional
def elementwise_fmod(x1: Any, x2: Any) -> Any: ...


@optional
def elementwise_gammainc(a: Any, x: Any) -> Any: ...


@optional
def elementwise_i0(x: Any) -> Any: ...


@optional
def elementwise_lcm(x1: Any, x2: Any) -> Any: ...


@optional
def elementwise_mod(x1: Any, x2: Any) -> Any: ...


@optional
def elementwise_nextafter(x1: Any, x2: Any) -> Any: ...


@optional
def elementwise_saturate_cast(x: Any, dtype: Any) -> Any: ...


@optional
def elementwise_sinc(x: Any) -> Any: ...


@optional
def image_affine_transform(
    images: Any, transform: Any, interpolation: Any, fill_mode: Any, fill_value: Any, data_format: Any
) -> Any: ...


@optional
def image_extract_patches(
    images: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any
) -> Any: ...


@optional
def image_extract_patches_3d(
    images: Any, size: Any, strides: Any, dilation_rate: Any, padding: Any, data_format: Any
) -> Any: ...


@optional
def image_hsv_to_rgb(images: Any, data_format: Any) -> Any: ...


@optional
def image_map_coordinates(inputs: Any, coordinates: Any, order: Any, fill_mode: Any, fill_value: Any) -> Any: ...


@optional
def image_perspective_transform(
    images: Any, start_points: Any, end_points: Any, interpolation: Any, fill_value: Any, data_format: Any
) -> Any: ...


@optional
def image_rgb_to_grayscale(images: Any, data_format: Any) -> Any: ...


@optional
def image_rgb_to_hsv(images: Any, data_format: Any) -> Any: ...


@optional
def image_scale_and_translate(
    images: Any, output_shape: Any, scale: Any, translation: Any, spatial_dims: Any, method: Any, antialias: Any
) -> Any: ...


@optional
def image_sobel_edges(images: Any, data_format: Any) -> Any: ...


@optional
def indexing_get_item(x: Any, key: Any) -> Any: ...


@optional
def indexing_select(condlist: Any, choicelist: Any, default: Any) -> Any: ...


@optional
def indexing_slice(inputs: Any, start_indices: Any, shape: Any) -> Any: ...


@optional
def indexing_slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any: ...


@optional
def linalg_cholesky(x: Any, upper: Any) -> Any: ...


@optional
def linalg_cholesky_inverse(x: Any, upper: Any) -> Any: ...


@optional
def linalg_eig(x: Any) -> Any: ...


@optional
def linalg_eigh(x: Any) -> Any: ...


@optional
def linalg_lstsq(a: Any, b: Any, rcond: Any) -> Any: ...


@optional
def linalg_lu_factor(x: Any) -> Any: ...


@optional
def linalg_matrix_rank(x: Any, tol: Any) -> Any: ...


@optional
def linalg_pinv(x: Any, rcond: Any) -> Any: ...


@optional
def linalg_qr(x: Any, mode: Any) -> Any: ...


@optional
def linalg_svd(x: Any, full_matrices: Any, compute_uv: Any) -> Any: ...


@optional
def manipulation_diff(a: Any, n: Any, axis: Any) -> Any: ...


@optional
def manipulation_dstack(xs: Any) -> Any: ...


@optional
def manipulation_meshgrid(*x: Any, indexing: Any) -> Any: ...


@optional
def manipulation_moveaxis(x: Any, source: Any, destination: Any) -> Any: ...


@optional
def manipulation_rot90(array: Any, k: Any, axes: Any) -> Any: ...


@optional
def manipulation_view(x: Any, dtype: Any) -> Any: ...


@optional
def nn_activation_one_hot(x: Any, num_classes: Any, axis: Any, dtype: Any, sparse: Any) -> Any: ...


@optional
def nn_activation_sparsemax(x: Any, axis: Any) -> Any: ...


@optional
def nn_activation_squareplus(x: Any, b: Any) -> Any: ...


@optional
def nn_activation_tanh_shrink(x: Any) -> Any: ...


@optional
def nn_activation_threshold(x: Any, threshold: Any, default_value: Any) -> Any: ...


@optional
def nn_attention_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any,
    mask: Any,
    scale: Any,
    is_causal: Any,
    flash_attention: Any,
    attn_logits_soft_cap: Any,
) -> Any: ...


@optional
def nn_convolution_fold(
    x: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> Any: ...


@optional
def nn_convolution_unfold(x: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any) -> Any: ...


@optional
def nn_ctc_ctc_decode(
    inputs: Any, lengths: Any, strategy: Any, beam_width: Any, top_paths: Any, merge_repeated: Any, blank: Any
) -> Any: ...


@optional
def nn_ctc_ctc_loss(target: Any, output: Any, target_length: Any, output_length: Any, mask_index: Any) -> Any: ...


@optional
def nn_loss_sparse_categorical_crossentropy(target: Any, output: Any, from_logits: Any, axis: Any) -> Any: ...


@optional
def nn_normalization_batch_normalization(
    x: Any, mean: Any, variance: Any, axis: Any, offset: Any, scale: Any, epsilon: Any
) -> Any: ...


@optional
def nn_space_depth_to_space(x: Any, block_size: Any, data_format: Any) -> Any: ...


@optional
def nn_space_space_to_depth(x: Any, block_size: Any, data_format: Any) -> Any: ...


@optional
def reduction_nanargmax(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def reduction_nanargmin(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def reduction_nanstd(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def reduction_nanvar(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def reduction_std(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def segment_scatter(indices: Any, values: Any, shape: Any) -> Any: ...


@optional
def segment_scatter_update(inputs: Any, indices: Any, updates: Any, reduction: Any) -> Any: ...


@optional
def segment_segment_max(data: Any, segment_ids: Any, num_segments: Any, sorted: Any) -> Any: ...


@optional
def segment_segment_min(data: Any, segment_ids: Any, num_segments: Any, sorted: Any) -> Any: ...


@optional
def segment_segment_prod(data: Any, segment_ids: Any, num_segments: Any, sorted: Any) -> Any: ...


@optional
def segment_segment_sum(data: Any, segment_ids: Any, num_segments: Any, sorted: Any) -> Any: ...


@optional
def signal_bartlett(x: Any) -> Any: ...


@optional
def signal_blackman(x: Any) -> Any: ...


@optional
def signal_extract_sequences(x: Any, sequence_length: Any, sequence_stride: Any) -> Any: ...


@optional
def signal_hamming(x: Any) -> Any: ...


@optional
def signal_hanning(x: Any) -> Any: ...


@optional
def signal_istft(x: Any, length: Any, stride: Any, whole: Any, out_length: Any, window: Any, center: Any) -> Any: ...


@optional
def signal_kaiser(x: Any, beta: Any) -> Any: ...


@optional
def signal_polar(abs_: Any, angle: Any) -> Any: ...


@optional
def signal_stft(x: Any, length: Any, stride: Any, whole: Any, window: Any, center: Any) -> Any: ...


@optional
def signal_view_as_complex(x: Any) -> Any: ...


@optional
def sorting_argsort(x: Any, axis: Any) -> Any: ...


@optional
def sorting_digitize(x: Any, bins: Any) -> Any: ...


@optional
def sorting_histogram(x: Any, bins: Any, range: Any) -> Any: ...


@optional
def sorting_in_top_k(targets: Any, predictions: Any, k: Any) -> Any: ...


@optional
def sorting_isin(x1: Any, x2: Any, assume_unique: Any, invert: Any) -> Any: ...


@optional
def sorting_sort(x: Any, axis: Any) -> Any: ...


@optional
def sorting_unique(
    x: Any, sorted: Any, index: Any, inverse: Any, counts: Any, axis: Any, size: Any, fill_value: Any
) -> Any: ...


@optional
def statistics_corrcoef(x: Any) -> Any: ...


@optional
def statistics_median(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def statistics_nanmedian(x: Any, axis: Any, keepdims: Any) -> Any: ...


@optional
def statistics_nanpercentile(x: Any, q: Any, axis: Any, method: Any, keepdims: Any) -> Any: ...


@optional
def statistics_nanquantile(x: Any, q: Any, axis: Any, method: Any, keepdims: Any) -> Any: ...
