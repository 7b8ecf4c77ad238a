"""PyTorch, family eager: short forms of frequent calls, of plain tensors of usual dtypes. They return NotImplemented
for other calls, which `ops` then composes."""

# ruff: noqa: F401  # they are found here
from ops_backend_torch.eager.creation import (
    creation_arange,
    creation_full,
    creation_full_like,
    creation_geomspace,
    creation_linspace,
    creation_logspace,
    creation_vander,
    manipulation_meshgrid,
    signal_bartlett,
    signal_blackman,
    signal_hamming,
    signal_hanning,
    signal_kaiser,
)
from ops_backend_torch.eager.elementwise import elementwise_gammainc, elementwise_lcm, elementwise_saturate_cast
from ops_backend_torch.eager.image import (
    image_extract_patches,
    image_extract_patches_3d,
    image_hsv_to_rgb,
    image_rgb_to_grayscale,
    image_rgb_to_hsv,
    image_sobel_edges,
)
from ops_backend_torch.eager.indexing import (
    indexing_get_item,
    indexing_select,
    indexing_slice,
    indexing_slice_update,
    segment_scatter,
    segment_scatter_update,
    segment_segment_max,
    segment_segment_min,
    segment_segment_prod,
    segment_segment_sum,
)
from ops_backend_torch.eager.linalg import linalg_cholesky_inverse, linalg_matrix_rank, linalg_pinv
from ops_backend_torch.eager.nn import (
    nn_activation_one_hot,
    nn_activation_sparsemax,
    nn_activation_squareplus,
    nn_activation_threshold,
    nn_attention_dot_product_attention,
    nn_convolution_fold,
    nn_convolution_unfold,
    nn_ctc_ctc_decode,
    nn_ctc_ctc_loss,
)
from ops_backend_torch.eager.reduction import (
    contraction_cross,
    contraction_kron,
    manipulation_diff,
    manipulation_dstack,
    manipulation_moveaxis,
    manipulation_rot90,
    reduction_nanargmax,
    reduction_nanargmin,
    reduction_nanstd,
    reduction_nanvar,
    statistics_corrcoef,
    statistics_nanmedian,
    statistics_nanpercentile,
    statistics_nanquantile,
)
from ops_backend_torch.eager.sampling import (
    image_map_coordinates,
    image_perspective_transform,
    image_scale_and_translate,
)
from ops_backend_torch.eager.signal import (
    signal_extract_sequences,
    signal_istft,
    signal_polar,
    signal_stft,
    signal_view_as_complex,
)
from ops_backend_torch.eager.sorting import (
    sorting_digitize,
    sorting_histogram,
    sorting_in_top_k,
    sorting_isin,
    sorting_unique,
)
