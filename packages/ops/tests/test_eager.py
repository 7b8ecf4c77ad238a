"""The family eager: a backend's short forms of frequent calls return what `ops` computes without them."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import ops
from ops._declaration.declared import DECLARED
from ops.testing import RECORDS, public_function
from ops_common import contract, dtypes
from ops_common.errors import OpsError, UnsupportedError
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Sample
from ops_common.testing.record import Maker

nan, inf = np.nan, np.inf

_WITH_FORMS = [name for name in BACKENDS if any(key.startswith("eager.") for key in registry.load(name).kernels)]


def _f(*numbers: Any) -> Any:
    return np.array(numbers, np.float32)


def _i(*numbers: Any) -> Any:
    return np.array(numbers, np.int32)


_ROWS = np.arange(12, dtype=np.float32).reshape(3, 4)
_FULL = _ROWS + 3 * np.eye(3, 4, dtype=np.float32)
_SPD = np.array([[4, 1, 2], [1, 5, 3], [2, 3, 7]], np.float32)
_IMAGE = np.random.default_rng(0).uniform(0, 1, (1, 4, 5, 3)).astype(np.float32)

# By key of an op: calls, most of which a short form leaves to `ops`, or whose values are special.
CALLS: dict[str, list[tuple[Any, ...]]] = {
    "indexing_get_item": [
        (_ROWS, (slice(None, None, -1), 1)),
        (_ROWS, 3),
        (_ROWS, -3),
        (_ROWS, True),
        (_ROWS, np.int64(1)),
    ],
    "indexing_slice": [
        (_ROWS, (-1, 3), (1, 2)),
        (_ROWS, (0, 1), (2, 9)),
        (_ROWS, (0, 1), (2, -1)),
        (_ROWS, (0,), (2,)),
    ],
    "indexing_slice_update": [
        (_ROWS, (2, 3), _ROWS[:2, :2]),
        (_ROWS, (0, 0), _i(1, 2).reshape(1, 2)),
        (_ROWS, (0, 3), _ROWS[:, :2]),
        (_ROWS, (-1, 0), _ROWS[:1]),
        (_ROWS, (9, 9), _ROWS),
        (_ROWS, (0, 0), _ROWS[:, :0]),
        (_ROWS, (0, 0), _ROWS.T),
    ],
    "segment_scatter_update": [
        (_f(1, 2, 3), _i([0], [0], [2]), _f(5, 6, 7)),
        (_f(1, 2, 3), _i([0], [-1], [9]), _f(5, 6, 7)),
        (_f(1, 2, 3), _i([0], [-1], [-3]), _f(5, 6, 7)),
        (_f(1, 2, 3), _i([0], [-1], [0]), _f(5, 6, 7), "add"),
        (_ROWS, _i([0], [2]), _f(1, 2, 3, 4)),
        (_ROWS, _i([0, 1]), _ROWS),
    ],
    "segment_scatter": [
        (_i([0], [0], [7]), _f(1, 2, 3), (3,)),
        (_i([0], [1]), _ROWS[:2], (3, 4)),
        (_i([0, 1]), _f(1), (2, 2)),
    ],
    "segment_segment_max": [
        (_f(1, nan, 3), _i(0, 0, 2), 4),
        (_f(1, 2, 3), _i(0, -1, 9), 2),
        (_i(1, 2, 3), _i(1, 1, 1), 3),
        (_ROWS, _i(0, 1, 2), 2),
        (_ROWS, _i(0, -1, 1), 2),
        (_ROWS, _i(0, 0, 1), 0),
        (np.tile(_ROWS, (100, 2)), np.arange(300, dtype=np.int32) % 7 - 1, 5),
        (_IMAGE, _i(2), 3),
    ],
    "segment_segment_min": [
        (_f(1, 2, 3), _i(0, 1, 0), 2),
        (_f(1, -inf, 3), _i(0, 1, 0), 2),
        (_f(1, 3e38, 3), _i(0, 1, 0), 3),
    ],
    "segment_segment_prod": [(_f(1, nan, 3), _i(0, 0, 2), 4), (_ROWS, _i(0, 3, 0), 2), (_i(1, 2, 3), _i(1, 0, 1), 2)],
    "segment_segment_sum": [(_f(1, 2, 3), _i(0, -1, 9), 2), (_ROWS, _i(0, 0, 1), 2), (_ROWS, _i(0, 0), 2)],
    "sorting_digitize": [(_f(nan, 1, 2.5), _f(1, 2, nan)), (_f(0, 1, 2), _f(2, 1)), (_f(nan, -inf, inf), _f(1, 2))],
    "sorting_isin": [(_f(nan, 1, -0.0), _f(nan, 0.0)), (_f(nan, 1), _f(nan), False, True), (_f(1, 2), _f())],
    "sorting_histogram": [
        (_f(0, 0.25, 0.5, 1, 2), 4, (0, 1)),
        (_f(1, 1), 2),
        (_f(1, nan, 0.5), 2, (0, 1)),
        (_f(), 3),
        (_f(1, inf), 2),
    ],
    "sorting_in_top_k": [
        (_i(0, 3), _ROWS[:2], 1),
        (_i(9, -1), _ROWS[:2], 2),
        (_i(0, 1), np.array([[nan, 1, 1], [nan, 5, 6]], np.float32), 2),
        (_i(0, 1), np.ones((2, 3), np.float32), 0),
        (_i(0, 1), np.ones((2, 3), np.float32), 9),
    ],
    "sorting_unique": [
        (_i(3, 1, 3),),
        (_i(3, 1, 3), True, False, True, True),
        (_i([3, 1], [1, 0]), True, True, True, True),
        (_f(nan, 1, nan), True, True, True, True),
        (_f(0.0, -0.0, 1), True, True),
        (_f(),),
        (_ROWS, True, False, True, False, 0),
    ],
    "sorting_sort": [(_f(3, nan, -0.0, 0.0, -inf, nan, 1),), (_ROWS[::-1], 0), (_ROWS, None), (_ROWS, 2), (_f(),)],
    "sorting_argsort": [(_f(3, nan, -0.0, 0.0, -inf, nan, 1),), (_i([2, 1, 2], [0, 0, 0]), 0), (_ROWS[::-1], None)],
    "creation_vander": [(_f(1, 2, 3),), (_f(1, -2, 1e30), 4, True), (_f(1, nan), 0), (_f(1, nan, inf), 2)],
    "elementwise_lcm": [(_i(2**20 + 1, 6, 0), _i(2**20 - 1, 4, 0)), (_i(-4, 6, -(2**31)), _i(6, -4, 3))],
    "elementwise_saturate_cast": [(_f(nan, inf, -inf, 1.9, -1.9, 300), "uint8"), (_f(nan, inf, 1e30), "int32")]
    + [(_f(nan, -300, 300, -0.5, 127.5), name) for name in ("int8", "int16")]
    + [(np.float32(nan), "uint8")],
    "elementwise_gammainc": [(_f(nan, 2, 1, 2e6, inf), _f(1, nan, inf, 2e6, 1)), (_f(0.5, 3), _f(0, 1e9))],
    "reduction_nanstd": [(_ROWS, 1), (np.array([[1, inf], [nan, 2]], np.float32), 1), (_ROWS, ())],
    "reduction_nanargmax": [(np.array([[1, 1], [nan, nan]], np.float32), 1), (_ROWS,)],
    "statistics_nanmedian": [(_ROWS, 1), (np.array([[1, 3], [nan, 2]], np.float32), 1)],
    "nn_activation_squareplus": [(_f(0, -inf, inf, nan, 1e30, -1e20),), (_f(1, -2), 0.0)],
    "nn_activation_threshold": [(_f(nan, 0.5, inf, -inf), 0.5, 2.0)],
    "nn_activation_sparsemax": [(_ROWS,), (_ROWS, 0), (_f(1, -inf, 1),)],
    "nn_activation_one_hot": [(_i(0, -1, 5), 3), (_i(0, 2), 3, 0), (_i(0, 1), 0)],
    "nn_ctc_ctc_loss": [
        (_i([1, 2], [2, 0]), _IMAGE[0, :2], _i(2, 1), _i(5, 9)),
        (_i([1, 1], [2, 9]), _IMAGE[0, :2], _i(2, 2), _i(2, 5)),
        (_i([1, 2], [0, 1]), _IMAGE[0, :2], _i(0, 2), _i(5, 0)),
    ],
    "nn_ctc_ctc_decode": [(_IMAGE[0, :2], _i(9, 0)), (_IMAGE[0, :2], _i(5, 3), "greedy", 1, 1, False, -1)],
    "creation_arange": [(5,), (-1,), (2, 5), (5, 2), (0, 6, 2), (3.5,), (4, None, None, "int8")],
    "creation_linspace": [
        (0.0, 1.0, 5),
        (1, 5, 1),
        (0.0, 1.0, 4, False),
        (0.0, 1.0, 3, True, True),
        (0, 4, 3, True, False, "int32"),
        (nan, inf, 3),
        (0.0, 1.0, 0),
        (0.0, 1.0, 3, True, False, None, -1),
        (0.0, 1.0, 3, True, False, None, 1),
        (0.0, 1.0, -1),
    ],
    "creation_logspace": [(0.0, 2.0, 5), (0, 3, 4, True, 2), (0.0, 1.0, 3, False), (0, 3, 4, True, 2, "int32")],
    "creation_geomspace": [(1.0, 100.0, 5), (-1.0, -100.0, 5), (1.0, -1.0, 3), (1, 1000, 4, True, "int32")],
    "creation_full": [((2,), 0.5), ((2,), 1e39), ((2,), 7), (2, 0.5)],
    "creation_full_like": [(_ROWS, 0.5), (_i(1), 0.5)],
    "signal_kaiser": [(5, 14.0), (1, 14.0), (0, 1.0), (6, 0)],
    "signal_blackman": [(1,), (5,), (0,)],
    "signal_extract_sequences": [(_ROWS, 2, 1), (_ROWS, 9, 1), (_ROWS, 2, 5)],
    "signal_fft": [((_ROWS, _ROWS),), ((_ROWS, _ROWS[:1]),), ((_f(), _f()),), ((_ROWS,),), ((_i(1, 2), _i(3, 4)),)],
    "signal_fft2": [((_ROWS, _ROWS),), ((_ROWS[0], _ROWS[0]),)],
    "signal_ifft2": [((_ROWS, _ROWS),), ([_ROWS, _ROWS],)],
    "signal_irfft": [((_ROWS, _ROWS),), ((_ROWS, _ROWS), 5), ((_ROWS[:, :1], _ROWS[:, :1]),), ((_ROWS, _ROWS), 0)],
    "signal_stft": [(_ROWS, 2, 1, 2, None), (_ROWS, 3, 2, 4, "hamming", False), (_ROWS, 2, 1, 3)],
    "image_map_coordinates": [
        (_ROWS, np.array([[nan, 0.5, -1], [1, 2.5, 9]], np.float32), order, mode)
        for order in (0, 1)
        for mode in ("constant", "nearest", "wrap", "mirror", "reflect")
    ],
    "image_extract_patches": [
        (_IMAGE, 2, 1, 2, padding, form)
        for padding in ("valid", "same")
        for form in ("channels_last", "channels_first")
    ],
    "image_affine_transform": [
        (_IMAGE, _f(*numbers), interpolation, mode, 0.5)
        for numbers in ((1, 0.2, -0.5, 0.1, 1, 0.3, 0, 0), (1, 0, 0.5, 0, 1, -0.5, 0.1, 0.2), (1, 0, 0, 0, 1, 0, -1, 0))
        for interpolation in ("bilinear", "nearest")
        for mode in ("constant", "nearest", "wrap", "mirror", "reflect")
    ]
    + [(_IMAGE, _f(nan, 0, 0, 0, 1, 0, 0, 0)), (_IMAGE[0], _f(1, 0, 0.5, 0, 1, 0, 0, 0))],
    "image_perspective_transform": [
        (_IMAGE, _f(0, 0, 4, 0, 0, 3, 4, 3).reshape(4, 2), end)
        for end in (
            _f(1, 0, 4, 1, 0, 3, 3, 3).reshape(4, 2),
            _f(0.5, 0, 4, 0, 0, 3, 5, 4).reshape(1, 4, 2),
            _f(0, 0, 1, 0, 2, 0, 4, 3).reshape(4, 2),
        )
    ],
    "image_sobel_edges": [(_IMAGE,), (_IMAGE[0],), (_IMAGE, "channels_first"), (_IMAGE * nan,)],
    "image_rgb_to_hsv": [(np.zeros((2, 2, 3), np.float32),), (_IMAGE,)],
    "image_hsv_to_rgb": [(_IMAGE,), (_IMAGE * 2 - 1,), (_IMAGE * nan,), (np.ones((1, 1, 3), np.float32),)],
    "linalg_cholesky_inverse": [
        (np.zeros((2, 2), np.float32),),
        (np.tril(_ROWS[:, :3] + 1),),
        (np.triu(_ROWS[:, :3] + 1), True),
    ],
    "linalg_lstsq": [
        (_ROWS, _ROWS[:, 0]),
        (_ROWS.T, _ROWS.T[:, :2]),
        (_ROWS[:, :3], _ROWS, 1e-3),
        (_f([1, nan], [0, 1]), _f(1, 2)),
        (_ROWS, _f(1, 2)),
        (_SPD, _f(1, 2, 3)),
        (_ROWS, _ROWS[:, :1], 0.5),
        (_FULL, _ROWS[:, :2]),
        (_FULL.T, _f(1, 2, 3, 4)),
        (_f([1, 0], [0, 1e-5]), _f(1, 1)),
        (_SPD, _f(1, 2, 3), 0.0),
        (_SPD, _f(1, 2, 3), 0.03),
    ],
    "linalg_matrix_rank": [
        (_ROWS,),
        (_ROWS, 5.0),
        (_f([1, inf], [0, 1]),),
        (_f(1, 2),),
        (_ROWS[None],),
        (np.full((3, 3), 3e38, np.float32),),
        (np.zeros((2, 2), np.float32),),
        (_f([1, 0], [0, 1e-7]),),
    ],
    "statistics_trapezoid": [
        (_ROWS,),
        (_ROWS, None, 2.0),
        (_ROWS, None, 1.0, 0),
        (_ROWS, None, 1.0, 2),
        (_i(1, 2, 4),),
    ],
    "contraction_cross": [
        (_ROWS[:, :3], _ROWS[0, :3]),
        (_ROWS[:, :2], _ROWS[:, :3]),
        (_ROWS.T[:3], _ROWS.T[:3], 0, 0, 0),
    ],
    "manipulation_repeat": [
        (_ROWS, 2),
        (_ROWS, 2, -1),
        (_ROWS, 0, 0),
        (_ROWS, 2, 2),
        (_ROWS, -1),
        (_ROWS, [1, 2, 0], 0),
    ],
    "manipulation_diff": [(_ROWS,), (_ROWS, 2), (_ROWS, 1, 0), (_f(),), (_f(1),), (_f(inf, inf),)],
    "manipulation_moveaxis": [(_ROWS, 0, 1), (_ROWS, 0, 5), (_ROWS, (0, 1), (1, 0))],
    "manipulation_view": [(_ROWS, "int32"), (_ROWS, "uint32"), (_ROWS, "int16"), (_ROWS, "int64"), (_ROWS, "bool")],
    "creation_diagflat": [(_ROWS,), (_f(1, 2), 1), (_f(1, 2), -2), (_f(),)],
    "indexing_select": [
        ([_ROWS > 3, _ROWS > 1], [_ROWS, -_ROWS], 0.5),
        ([_ROWS > 3], [_ROWS], 2),
        ([_ROWS[0] > 3, _ROWS > 1], [_ROWS, _f(1)], _f(nan)),
        ([_ROWS > 3], [_f(1, 2)], 0.0),
    ],
    "nn_normalization_batch_normalization": [
        (_ROWS, _f(1, 2, 3, 4), _f(1, 4, 9, 0), -1),
        (_ROWS, _f(1, 2, 3, 4), _f(1, 4, 9, 0), 1, _f(1, 1, 0, 0), _f(2, 1, 0, 1), 0.0),
        (_ROWS, _f(1, 2, 3), _f(1, 4, 9), 0, None, _f(1, 2, 3)),
        (_ROWS, _f(1, 2), _f(1, 4), -1),
    ],
    "nn_loss_sparse_categorical_crossentropy": [
        (_i(0, 3), _ROWS[:2], True),
        (_i(0, 9), _ROWS[:2], True),
        (_i(0, 1), np.array([[inf, 1], [-inf, 2]], np.float32), True),
        (_i([0], [1]), _ROWS[:2], True),
        (_i(0), _ROWS[:2], True),
    ],
    "elementwise_heaviside": [(_f(0, -0.0, nan, inf, -2, 3), _f(0.5, nan, 1, 2, 3, 4)), (_f(0, 1), np.float32(0.5))],
    "manipulation_swapaxes": [(_ROWS, 0, 1), (_ROWS, -1, 0), (_ROWS, 0, 2), (_ROWS, 2**32, 1), (_f(1), 0, 0)],
    "nn_loss_categorical_crossentropy": [
        (_SPD, _ROWS[:, :3], True),
        (_SPD, _ROWS[:, :3], True, 0),
        (_f(0, 1), _f(-inf, 2), True),
        (_f(1, 0), _f(-inf, 2), True),
        (_f(nan, 1), _f(0, 2), True),
        (_f(1, 0), _f(inf, 2), True),
        (_SPD, _ROWS, True),
        (_SPD, _ROWS[:, :3]),
    ],
    "manipulation_dstack": [([_ROWS, _ROWS],), ([_ROWS, _ROWS[:2]],), ([_f(1), _f(2)],)],
    "manipulation_hstack": [
        ([_ROWS, _ROWS],),
        ([_ROWS, _ROWS[:2]],),
        ([_f(1), _f(2)],),
        ([_f(), _ROWS],),
        ([_f(1), 2],),
    ],
    "manipulation_vstack": [([_ROWS, _ROWS[:2]],), ([_ROWS, _ROWS.T],), ([_f(1), _f(2)],), ([_f(1, 2, 3, 4), _ROWS],)],
    "indexing_trace": [(_ROWS,), (_SPD,), (_ROWS, 1), (_ROWS, 0, 1, 0), (_ROWS[None],), (_i([1, 2], [3, 4]),)],
    "image_crop_images": [
        (_IMAGE, 1, 1, 1, 1),
        (_IMAGE[0], 0, 2, 1, 0),
        (_IMAGE, 1, None, 1, 1, None, 2),
        (_IMAGE, 2, 1, 2, 1, None, None, "channels_first"),
        (_IMAGE, 3, 1, 3, 1),
    ],
    "image_resize": [
        (_IMAGE, (2, 7)),
        (_IMAGE, (4, 5)),
        (_IMAGE, (2, 2), "bilinear", True),
        (_IMAGE, (3, 3), "bicubic"),
        (_IMAGE, (3, 3), "bilinear", False, True),
        (_IMAGE, (3, 6), "bilinear", False, False, False, "constant", 0.0, "channels_first"),
        (_IMAGE[0], (3, 3)),
        (_IMAGE[:0], (3, 3)),
        (_IMAGE, (0, 3)),
    ],
    "nn_convolution_separable_conv": [
        (_IMAGE, _IMAGE[0, :2, :2, :, None], _IMAGE[:, :1, :3], *options)
        for options in ((), (1, "same"), (2, "same"), ((2, 1), "valid"), (1, "same", None, 2), (1, "causal"))
    ]
    + [
        (_IMAGE, _IMAGE[0, :2, :2, :, None], _IMAGE[:, :1, :2]),
        (_IMAGE, np.tile(_IMAGE[0, :2, :2, :, None], 2), np.tile(_IMAGE[:, :1, :3], (1, 1, 2, 1))),
        (_IMAGE[0], _IMAGE[0, 0, :2, :, None], _IMAGE[0, :1, :3], 1, "same"),
        (np.moveaxis(_IMAGE, -1, 1), _IMAGE[0, :2, :2, :, None], _IMAGE[:, :1, :3], 1, "same", "channels_first"),
        (_IMAGE, _IMAGE[0, :2, :2, :, None], _IMAGE[:, :2, :3]),
    ],
    "contraction_inner": [(_ROWS, _ROWS), (_f(1, 2), _f(3, 4)), (_f(1), _f(1, 2))],
    "contraction_tensordot": [
        (_ROWS, _IMAGE[0, 0, :3, :1], 1),
        (_IMAGE, _IMAGE[0], ([1, 3], [0, 2])),
        (_IMAGE, _IMAGE[0], ([-1, 2], [-1, 1])),
        (_ROWS, _f(1, 2), 0),
        (_IMAGE, _ROWS, 2),
    ],
    "signal_view_as_complex": [(_ROWS[:, :2],), (_ROWS,), (_f(1, 2),), (np.float32(1),)],
    "nn_attention_dot_product_attention": [
        (_IMAGE, _IMAGE[:, :2], _IMAGE[:, :2]),
        (_IMAGE, _IMAGE, _IMAGE, None, None, 0.3),
        (_IMAGE, _IMAGE, _IMAGE, None, None, None, True),
        (_IMAGE, _IMAGE[:, :, :1], _IMAGE[:, :, :1]),
        (_IMAGE, _IMAGE[:, :0], _IMAGE[:, :0]),
    ],
    "contraction_cdist": [(_ROWS, _ROWS[:2]), (_ROWS, _ROWS[:, :2]), (_ROWS, _f(1)), (_ROWS * np.float32(1e30), _ROWS)],
    "contraction_correlate": [(_f(1, 2, 3, 4), _f(1, 2, 4), mode) for mode in ("valid", "same", "full")]
    + [(_f(1, 2), _f(1, 2, 4), "same"), (_f(1, inf, 3), _f(1, 2)), (_f(), _f(1))],
    "elementwise_bitwise_invert": [(_i(0, 5),), (np.array([True, False]),), (_f(1),)],
    "elementwise_cbrt": [(_f(0, -0.0, nan, inf, -inf, -8, 1e-40),), (np.float32(8),)],
    "elementwise_erfinv": [
        (_f(0, -0.0, nan, 1, -1, 0.5),),
        (_f(1e-8, -1e-5, 0.3, -0.9, 0.9999999, nan),),
        (np.linspace(-1, 1, 99, dtype=np.float32),),
        (np.float32(0.5),),
        (_f(),),
    ],
    "elementwise_fmod": [(_f(1, -7.5, -0.0), _f(0, 2, 3)), (_f(5, -7.5, -0.0, 2), _f(-3, 2, 3, inf)), (_f(inf), _f(1))],
    "elementwise_mod": [
        (_f(1, -7.5, -0.0, 6), _f(0, 2, 3, -3)),
        (_f(5, -7.5, -0.0, 6, 0), _f(-3, 2, 3, -3, -2)),
        (_f(inf), _f(1)),
        (_f(1), _f(nan)),
        (_i(-7, 7, 6, -(2**31)), _i(2, -3, -3, -1)),
        (_i(1, 2), _i(0, 1)),
    ],
    "elementwise_i0": [(_f(0, -1, 50, 89, 91, 1000),), (_f(inf, nan),), (_f(-3, 20),)],
    "elementwise_nextafter": [(_f(0, 1, -0.0, 0.0, nan, inf, 1), _f(-1, 1, 0.0, -0.0, 1, 0, 2))],
    "elementwise_sinc": [(_f(1, -2, 0.5, 1e-30, 12345.25),), (_f(0, nan),), (_f(inf, 1),), (np.float32(0.5),)],
    "reduction_std": [(_ROWS, 1), (_ROWS, None, True), (_f(1, 1),), (_f(1, nan, inf),), (_ROWS, 5), (_f(),)],
    "statistics_median": [
        (_ROWS, 1),
        (_ROWS, (0, 1), True),
        (_f(1, nan),),
        (_f(-inf, inf),),
        (_ROWS, 5),
        (_ROWS, ()),
        (_f(),),
    ],
    "nn_activation_tanh_shrink": [(_f(0, -0.0, nan, inf, 1e-3, -5),)],
    "nn_convolution_unfold": [(_IMAGE, 2), (_IMAGE, (2, 1), 2, 1, 2), (_IMAGE, 9), (_ROWS, 1)],
    "nn_space_depth_to_space": [(_IMAGE[..., [0, 1, 2, 0]], 2), (_IMAGE, 2)],
    "nn_space_space_to_depth": [(_IMAGE[:, :, :4], 2), (_IMAGE, 2), (_IMAGE[:, :, :4], 4, "channels_first")],
    "image_extract_patches_3d": [
        (_IMAGE[None], 2, 1, 1, "same"),
        (_IMAGE[None, :, :, :, [0, 1]], (1, 2, 2), (1, 2, 1), 1, "valid"),
        (_IMAGE[None], (1, 2, 2), 1, 2, "same"),
    ],
    "linalg_cholesky": [(_SPD,), (_SPD, True), (-_SPD,), (_SPD * nan,), (_ROWS,), (np.stack([_SPD, _SPD]),)],
    "linalg_lu_factor": [(_SPD[::-1],), (_ROWS,), (_SPD * 0,)],
    "linalg_eig": [(_SPD,), (np.array([[0, 1], [-1, 0]], np.float32),), (_ROWS,), (_SPD * nan,)],
    "linalg_eigh": [(_SPD,), (np.tril(_SPD) + np.triu(_SPD * nan, 1),), (_ROWS,), (np.eye(3, dtype=np.float32),)],
    "linalg_qr": [(_FULL,), (_FULL.T,), (_FULL.T, "complete"), (_f(1),)],
    "linalg_svd": [(_SPD,), (_ROWS[:2],), (_ROWS[:2], False), (_SPD, True, False), (_SPD * inf,)],
    "linalg_pinv": [(_ROWS,), (_ROWS, 0.5), (_SPD * nan,), (_f(1),)],
}


@pytest.fixture(params=_WITH_FORMS)
def backends(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """A backend, and one of the same kernels without short forms."""
    backend = registry.load(request.param)
    kernels = {key: kernel for key, kernel in backend.kernels.items() if not key.startswith("eager.")}
    return backend, backend.derived(lambda _: kernels)


def _tensor(backend: Any, x: Any) -> Any:
    """Returns an argument with its arrays as tensors."""
    if isinstance(x, (tuple, list)) and any(isinstance(item, np.ndarray) for item in x):
        return type(x)(_tensor(backend, item) for item in x)
    return backend.to_tensor(x) if isinstance(x, np.ndarray) else x


def _result(backend: Any, key: str, arguments: tuple[Any, ...]) -> Any:
    tensors = [_tensor(backend, x) for x in arguments]
    try:
        return getattr(backend.bound, key)(*tensors)
    except OpsError as error:
        return type(error)


def _same(backend: Any, short: Any, long: Any) -> None:
    if isinstance(long, type):
        assert short is long
        return
    if isinstance(long, (list, tuple)):
        assert isinstance(short, type(long))
        for a, b in zip(short, long, strict=True):
            _same(backend, a, b)
        return
    a, b = map(backend.core.convert_to_numpy, (short, long))
    assert a.dtype == b.dtype
    if dtypes.from_numpy(b.dtype) in dtypes.INEXACT:
        wide = np.complex128 if b.dtype.kind == "c" else np.float64
        a, b = a.astype(wide), b.astype(wide)
        largest = np.abs(b[np.isfinite(b)]).max(initial=1.0)
        np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6 * largest)
    else:
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("key", CALLS)
def test_a_short_form_returns_what_ops_computes_without_it(backends: tuple[Any, Any], key: str) -> None:
    for arguments in CALLS[key]:
        _same(backends[0], *(_result(backend, key, arguments) for backend in backends))


_SWEEP = os.environ.get("OPS_SWEEP") == "1"
_BY_KEY = {getattr(public_function(record.path), "__declared__", None): record for record in RECORDS}
_KEYS = tuple(contract.stubs()["eager"])
# The general form copies; torch's is a view, as its name says.
_VIEWS = frozenset({"signal_view_as_complex"})
_FIRST = {"nan": nan, "inf": inf, "-inf": -inf, "-0.0": -0.0, "-1": -1, "0.5": 0.5}


@functools.cache
def _samples(key: str) -> list[Sample]:
    record = _BY_KEY.get(DECLARED[key])
    samples = [Sample(call) for call in CALLS.get(key, [])]
    if record is not None:
        makers = [Maker(name) for name in ("float32", "float64", "int32") if name in record.takes]
        samples += [sample for make in makers for sample in record.samples(make)]
        samples += [] if record.forms is None else record.forms(Maker("float32"))
    return samples


def _changed(x: Any, names: Sequence[str], rng: np.random.Generator) -> Any:
    """Returns an array of other values, shape, dtype or strides."""
    kind = rng.choice(["dtype", "first", "same", "empty", "shorter", "longer", "lower", "transposed", "strided", "one"])
    axis = int(rng.integers(x.ndim)) if x.ndim else 0
    if kind == "dtype":
        return (x.real if x.dtype.kind == "c" else x).astype(dtypes.to_numpy(str(rng.choice(names))))
    if kind == "longer" or not x.ndim:
        return x[None]
    if kind == "first" and x.size:
        x = x.copy()
        x[(0,) * x.ndim] = rng.choice(list(_FIRST.values())) if x.dtype.kind in "fc" else rng.choice([0, 1, 2])
    elif kind == "same":
        x = np.full_like(x, 1)
    elif kind == "lower" and x.shape[0]:
        x = np.asarray(x[0])
    elif kind in ("empty", "shorter", "one"):
        count = {"empty": 0, "one": 1, "shorter": x.shape[axis] - 1}[str(kind)]
        x = np.take(x, np.arange(min(count, x.shape[axis])), axis)
    elif kind == "transposed":
        x = np.moveaxis(np.moveaxis(x, axis, 0).copy(), 0, axis)
    elif kind == "strided":
        x = np.repeat(x, 2, axis)[(*[slice(None)] * axis, slice(None, None, 2))]
    return x


def _other(argument: Any, rng: np.random.Generator) -> Any:
    """Returns another static argument."""
    if isinstance(argument, bool):
        return not argument
    if isinstance(argument, int):
        return [0, 1, -1, 2, 3, argument + 1, 2**70, True, float(argument), np.int64(argument)][rng.integers(10)]
    if isinstance(argument, float):
        return [0.0, -0.0, 1.0, -1.0, nan, inf, 1e39, 2, np.float32(0.5), None][rng.integers(10)]
    if isinstance(argument, tuple):
        return [list(argument), argument[::-1], argument[:-1], (*argument, 1)][rng.integers(4)]
    return [0, 1, -1, (0,), "float64", "int32", "x", None][rng.integers(8)]


def _call(key: str, names: Sequence[str], rng: np.random.Generator) -> tuple[list[Any], dict[str, Any]]:
    """Returns a call of a sample in which one argument is another."""
    samples = _samples(key)
    sample = samples[rng.integers(len(samples))]
    arrays, put = sample.arrays()
    if arrays and rng.random() < 0.7:
        place = int(rng.integers(len(arrays)))
        arrays[place] = _changed(arrays[place], names, rng)
        return put(arrays)
    arguments, keywords = put(arrays)
    places = [i for i, argument in enumerate(arguments) if not isinstance(argument, (np.ndarray, list))]
    if places:
        place = places[rng.integers(len(places))]
        arguments[place] = _other(arguments[place], rng)
    return arguments, keywords


def _tensors(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [tensor for item in value for tensor in _tensors(item)] if isinstance(value, (list, tuple)) else [value]


def _converted(backend: Any, value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_converted(backend, item) for item in value)
    if isinstance(value, dict):
        return {name: _converted(backend, item) for name, item in value.items()}
    return backend.to_tensor(value) if isinstance(value, np.ndarray) else value


def _outcome(backend: Any, key: str, arguments: Any, keywords: Any) -> Any:
    try:
        return getattr(backend.bound, key)(*arguments, **keywords)
    except OpsError as error:
        return type(error)


def _shared(backend: Any, result: Any, inputs: list[Any]) -> list[bool]:
    """Returns for each input whether a tensor of the result has its memory."""
    arrays = [backend.core.convert_to_numpy(tensor) for tensor in _tensors(result) if backend.is_tensor(tensor)]
    return [any(np.may_share_memory(array, x) for array in arrays) for x in inputs]


@pytest.mark.parametrize("key", _KEYS)
def test_a_short_form_returns_what_ops_computes_for_other_arguments(backends: tuple[Any, Any], key: str) -> None:
    backend, general = backends
    if f"eager.{key}" not in backend.kernels:
        return
    names = [name for name in backend.native_dtypes if "float8" not in name]
    for i in range(300 if _SWEEP else 6):
        rng = np.random.default_rng([zlib.crc32(key.encode()), i])
        with np.errstate(all="ignore"):
            arguments, keywords = _call(key, names, rng)
            arguments, keywords = _converted(backend, arguments), _converted(backend, keywords)
            inputs = [backend.core.convert_to_numpy(x) for x in _tensors([arguments, keywords]) if backend.is_tensor(x)]
            before = [x.copy() for x in inputs]
            short, long = (_outcome(b, key, arguments, keywords) for b in (backend, general))
            _same(backend, short, long)
            if key not in _VIEWS and not isinstance(long, type):
                assert _shared(backend, short, inputs) == _shared(backend, long, inputs)
        for x, y in zip(inputs, before, strict=True):
            assert x.tobytes() == y.tobytes()  # NumPy does not take NaN of bfloat16 as equal


def _of_torch(name: str, backend: Any, key: str, sample: Sample) -> Any:
    """Returns the result of a sample on PyTorch in a context, or the gradients of its float operands."""
    torch: Any = importlib.import_module("torch")
    forward_ad: Any = importlib.import_module("torch.autograd.forward_ad")
    arguments, keywords = sample.with_arrays(backend.to_tensor)
    floats = [x for x in _tensors([arguments, keywords]) if isinstance(x, torch.Tensor) and x.is_floating_point()]
    if name == "gradient":
        for x in floats:
            x.requires_grad_()
        results = [x for x in _tensors(_outcome(backend, key, arguments, keywords)) if getattr(x, "requires_grad", 0)]
        total = sum(torch.sum(torch.square(torch.abs(x))) for x in results)
        if not results or not floats:
            return []
        try:
            return list(torch.autograd.grad(total, floats, materialize_grads=True))
        except NotImplementedError:  # until torch 2.13, of nextafter
            return []
    if name == "autocast":
        with torch.autocast("cpu", torch.bfloat16):
            result = _outcome(backend, key, arguments, keywords)
        return [str(x.dtype) for x in _tensors(result) if isinstance(x, torch.Tensor)]
    if name == "default device":
        with torch.device("meta"):
            result = _outcome(backend, key, arguments, keywords)
        # In general forms, some constants are on the default device.
        return [str(x.device) for x in _tensors(result) if isinstance(x, torch.Tensor)]
    with forward_ad.dual_level():
        duals = [forward_ad.make_dual(x, torch.ones_like(x)) for x in floats]
        places = {id(x): dual for x, dual in zip(floats, duals, strict=True)}
        arguments, keywords = (_replaced(value, places) for value in (arguments, keywords))
        results = [x for x in _tensors(_outcome(backend, key, arguments, keywords)) if isinstance(x, torch.Tensor)]
        tangents = [forward_ad.unpack_dual(x).tangent for x in results]
        return [torch.zeros(()) if x is None else x.clone() for x in tangents]


def _replaced(value: Any, places: dict[int, Any]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(_replaced(item, places) for item in value)
    if isinstance(value, dict):
        return {name: _replaced(item, places) for name, item in value.items()}
    return places.get(id(value), value)


@pytest.mark.parametrize("name", ["gradient", "autocast", "default device", "tangents"])
@pytest.mark.parametrize("backends", [name for name in _WITH_FORMS if name == "torch"], indirect=True)
def test_short_forms_in_contexts_of_torch(backends: tuple[Any, Any], name: str) -> None:
    for key in _KEYS:
        for sample in _samples(key) if _SWEEP else _samples(key)[:1]:
            short, long = (_of_torch(name, backend, key, sample) for backend in backends)
            if name in ("gradient", "tangents"):
                _same(backends[0], short, long)
            elif long:
                assert short == long, key


_TRACED = [name for name in _WITH_FORMS if registry.load(name).traces_python is False]


def _result_in_graph(backend: Any, key: str, arguments: tuple[Any, ...]) -> Any:
    """Returns the result in a traced function, or the type of the error there."""
    errors: list[type] = []

    def function(x: Any) -> Any:
        result = _result(backend, key, arguments)
        if isinstance(result, type):
            errors.append(result)
            return x
        return x, result

    output = ops.jit(function)(ops.ones(()))
    return errors[0] if errors else output[1]


@pytest.mark.parametrize("name", _TRACED)
def test_short_forms_of_constants_in_a_traced_function(name: str) -> None:
    backend = registry.load(name)
    with ops.use_backend(name):
        for key, calls in CALLS.items():
            expected = _result(backend, key, calls[0])
            if isinstance(expected, type):
                continue
            result = _result_in_graph(backend, key, calls[0])
            if result is not UnsupportedError:
                _same(backend, result, expected)


def test_short_forms_have_the_keys_and_parameters_of_functions() -> None:
    for name, stub in contract.stubs()["eager"].items():
        assert name in DECLARED, name
        assert list(inspect.signature(stub).parameters) == list(DECLARED[name].signature.names), name
