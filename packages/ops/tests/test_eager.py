"""The family eager: a backend's short forms of frequent calls return what `ops` computes without them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

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
    "image_rgb_to_hsv": [(np.zeros((2, 2, 3), np.float32),), (_IMAGE,)],
    "image_hsv_to_rgb": [(_IMAGE,)],
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
    ],
    "linalg_matrix_rank": [(_ROWS,), (_ROWS, 5.0), (_f([1, inf], [0, 1]),), (_f(1, 2),), (_ROWS[None],)],
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
    "manipulation_diff": [(_ROWS,), (_ROWS, 2), (_ROWS, 1, 0), (_f(),), (_f(1),), (_f(inf, inf),)],
    "manipulation_moveaxis": [(_ROWS, 0, 1), (_ROWS, 0, 5), (_ROWS, (0, 1), (1, 0))],
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
    np.testing.assert_allclose(a, b, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("key", CALLS)
def test_a_short_form_returns_what_ops_computes_without_it(backends: tuple[Any, Any], key: str) -> None:
    for arguments in CALLS[key]:
        _same(backends[0], *(_result(backend, key, arguments) for backend in backends))


def test_short_forms_have_the_keys_and_parameters_of_functions() -> None:
    for name, stub in contract.stubs()["eager"].items():
        assert name in DECLARED, name
        assert stub.__code__.co_argcount + stub.__code__.co_kwonlyargcount + bool(stub.__code__.co_flags & 4) == len(
            DECLARED[name].signature.names
        ), name
