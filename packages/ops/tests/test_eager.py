"""The family eager: a backend's short forms of frequent calls return what `ops` computes without them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import ops
from ops._declaration.declared import DECLARED
from ops_common import contract
from ops_common.errors import OpsError
from ops_common.runtime import registry
from ops_common.testing import BACKENDS

nan, inf = np.nan, np.inf

_WITH_FORMS = [name for name in BACKENDS if any(key.startswith("eager.") for key in registry.load(name).kernels)]


def _f(*numbers: float) -> Any:
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
    "indexing_slice_update": [(_ROWS, (2, 3), _ROWS[:2, :2]), (_ROWS, (0, 0), _i(1, 2).reshape(1, 2))],
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
    ],
    "segment_segment_min": [
        (_f(1, 2, 3), _i(0, 1, 0), 2),
        (_f(1, -inf, 3), _i(0, 1, 0), 2),
        (_f(1, 3e38, 3), _i(0, 1, 0), 3),
    ],
    "segment_segment_prod": [(_f(1, nan, 3), _i(0, 0, 2), 4)],
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
    "sorting_sort": [(_f(3, nan, -0.0, 0.0, -inf, nan, 1),), (_ROWS[::-1], 0), (_ROWS, None), (_ROWS, 2), (_f(),)],
    "sorting_argsort": [(_f(3, nan, -0.0, 0.0, -inf, nan, 1),), (_i([2, 1, 2], [0, 0, 0]), 0), (_ROWS[::-1], None)],
    "creation_vander": [(_f(1, 2, 3),), (_f(1, -2, 1e30), 4, True), (_f(1, nan), 0), (_f(1, nan, inf), 2)],
    "sorting_unique": [(_i(3, 1, 3),), (_i(3, 1, 3), True, False, True, True), (_f(nan, 1, nan),)],
    "elementwise_lcm": [(_i(2**20 + 1, 6, 0), _i(2**20 - 1, 4, 0)), (_i(-4, 6, -(2**31)), _i(6, -4, 3))],
    "elementwise_saturate_cast": [(_f(nan, inf, -inf, 1.9, -1.9, 300), "uint8"), (_f(nan, inf, 1e30), "int32")],
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
    ],
    "creation_logspace": [(0.0, 2.0, 5), (0, 3, 4, True, 2), (0.0, 1.0, 3, False), (0, 3, 4, True, 2, "int32")],
    "creation_geomspace": [(1.0, 100.0, 5), (-1.0, -100.0, 5), (1.0, -1.0, 3), (1, 1000, 4, True, "int32")],
    "creation_full": [((2,), 0.5), ((2,), 1e39), ((2,), 7), (2, 0.5)],
    "creation_full_like": [(_ROWS, 0.5), (_i(1), 0.5)],
    "signal_kaiser": [(5, 14.0), (1, 14.0), (0, 1.0), (6, 0)],
    "signal_blackman": [(1,), (5,), (0,)],
    "signal_extract_sequences": [(_ROWS, 2, 1), (_ROWS, 9, 1), (_ROWS, 2, 5)],
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
    "contraction_cross": [
        (_ROWS[:, :3], _ROWS[0, :3]),
        (_ROWS[:, :2], _ROWS[:, :3]),
        (_ROWS.T[:3], _ROWS.T[:3], 0, 0, 0),
    ],
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
    "manipulation_dstack": [([_ROWS, _ROWS],), ([_ROWS, _ROWS[:2]],), ([_f(1), _f(2)],)],
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
    "linalg_lstsq": [(_ROWS, _ROWS[:, :2]), (_SPD, _f(1, 2, 3)), (_SPD, _f(1, 2)), (_ROWS, _ROWS[:, :1], 0.5)],
}


@pytest.fixture(params=_WITH_FORMS)
def backends(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    """A backend, and one of the same kernels without short forms."""
    backend = registry.load(request.param)
    kernels = {key: kernel for key, kernel in backend.kernels.items() if not key.startswith("eager.")}
    return backend, backend.derived(lambda _: kernels)


def _result(backend: Any, key: str, arguments: tuple[Any, ...]) -> Any:
    tensors = [backend.to_tensor(x) if isinstance(x, np.ndarray) else x for x in arguments]
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
    np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("key", CALLS)
def test_a_short_form_returns_what_ops_computes_without_it(backends: tuple[Any, Any], key: str) -> None:
    for arguments in CALLS[key]:
        _same(backends[0], *(_result(backend, key, arguments) for backend in backends))


_TRACED = [name for name in _WITH_FORMS if registry.load(name).traces_python is False]


def _result_in_graph(backend: Any, key: str, arguments: tuple[Any, ...]) -> Any:
    return ops.jit(lambda x: (x, _result(backend, key, arguments)))(ops.ones(()))[1]


@pytest.mark.parametrize("name", _TRACED)
def test_short_forms_of_constants_in_a_traced_function(name: str) -> None:
    backend = registry.load(name)
    with ops.use_backend(name):
        for key, calls in CALLS.items():
            expected = _result(backend, key, calls[0])
            if not isinstance(expected, type):
                _same(backend, _result_in_graph(backend, key, calls[0]), expected)


def test_short_forms_have_the_keys_and_parameters_of_functions() -> None:
    for name, stub in contract.stubs()["eager"].items():
        assert name in DECLARED, name
        assert stub.__code__.co_argcount + stub.__code__.co_kwonlyargcount + bool(stub.__code__.co_flags & 4) == len(
            DECLARED[name].signature.names
        ), name
