"""Gradients in `ops.jit(dynamic=True)` on OpenVINO at three sizes: the values are those of the eager gradients, and the
third size needs no compilation."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops_common.testing import BACKENDS

pytestmark = pytest.mark.skipif("openvino" not in BACKENDS, reason="OpenVINO is not installed")

_OF_TORCH: dict[str, Any] = runpy.run_path(str(Path(__file__).parent / "test_torch_sizes.py"))["GRADIENTS"]

_ROWS = [(4, 5), (6, 5), (9, 5)]
_BOTH = [(4, 5), (6, 7), (9, 8)]
_CHANNELS_FIRST = [(2, 4, 8, 6), (2, 4, 11, 7), (2, 4, 12, 10)]
_IMAGES = [(2, 8, 6, 4), (2, 11, 7, 4), (2, 12, 10, 4)]
_SIGNALS = [(2, 9, 4), (2, 12, 4), (2, 15, 4)]
_RANDOM = np.random.default_rng(3)
_GROUPED = _RANDOM.normal(size=(3, 2, 2, 6)).astype("float32")
_ONE_DIMENSIONAL = _RANDOM.normal(size=(3, 4, 2)).astype("float32")
_TRANSPOSED = _RANDOM.normal(size=(3, 2, 2, 4)).astype("float32")
_LSTM = _RANDOM.normal(size=(5, 16)).astype("float32")
_SERIES = [(2, 4, 5), (2, 6, 5), (2, 9, 5)]
_ROW = _RANDOM.normal(size=(1, 5)).astype("float32")


def _n(x: Any) -> Any:
    return ops.shape(x)[0]


def _of_products(x: Any) -> Any:
    return ops.prod(ops.concatenate([x, ops.zeros_like(x[:1])], 0) + ops.cast(x[:1] < 0.5, "float32"), 0)


def _captured(x: Any) -> Any:
    scale = ops.sum(x, 0)

    def step(carry: Any, row: Any) -> tuple[Any, Any]:
        total, count = carry
        return (ops.tanh(total * scale) + row, count + 1), {"row": row * total, "count": count}

    (total, _), outputs = ops.scan(step, (x[0], 0), x, reverse=True)
    return ops.sum(total) + ops.sum(outputs["row"])


def _lstm(x: Any) -> Any:
    state = ops.zeros((2, 4))
    return ops.nn.lstm(x, state, state, None, _LSTM, _LSTM[:4], None, return_sequences=True)[1]


def _shifted(x: Any) -> Any:
    return ops.scan(lambda carry, row: ((row, carry[0]), carry[1] * row), (x[0], x[1]), x)[1]


OTHERS: dict[str, tuple[Callable[[Any], Any], list[tuple[int, ...]]]] = {
    "concatenate": (lambda x: ops.concatenate([x, ops.sin(x), x[1:]], 0), _ROWS),
    "concatenate in the middle": (
        lambda x: ops.concatenate([x[:, :2], x * x, x[:, 1:]], 1),
        [(2, 4, 1), (2, 6, 1), (2, 9, 1)],
    ),
    "an empty slice": (lambda x: ops.concatenate([x[:, 4:], x], 1) * 2.0, [(2, 7, 1), (2, 5, 1), (2, 6, 1)]),
    "slice from the end": (lambda x: x[-3:, :-1], _BOTH),
    "slice to the front": (lambda x: x[::-1, 4:1:-1], _BOTH),
    "steps": (lambda x: x[1::2, ::3], _BOTH),
    "steps back": (lambda x: x[::-2, -2::-2], _BOTH),
    "ints": (lambda x: x[-2, 1:] * x[1, 1:], _BOTH),
    "run-time slice": (lambda x: x[1 : _n(x) - 1, : _n(x) // 2], _BOTH),
    "run-time slice from the end": (lambda x: x[-(_n(x) // 2) :], _ROWS),
    "index tensors": (lambda x: ops.get_item(x, (np.array([0, 2, 0]), slice(None, -1))), _ROWS),
    "pairs of index tensors": (lambda x: ops.get_item(x, (np.array([0, 2, 0]), np.array([1, -1, 1]))), _ROWS),
    "negative indices": (lambda x: ops.take(x, np.array([[-1, 0], [-2, 1]]), -1), _BOTH),
    "taken from the flattened tensor": (lambda x: ops.take(x, np.array([3, -1])), _BOTH),
    "diagonal": (lambda x: ops.diagonal(x, 1), _BOTH),
    "trace": (ops.trace, _BOTH),
    "triangle": (lambda x: ops.tril(x, -1), _BOTH),
    "split": (lambda x: ops.split(x, [1, 3], 0)[1], _ROWS),
    "split from the end": (lambda x: ops.split(x, [-3, -1], 0)[2], _ROWS),
    "last part": (lambda x: ops.array_split(x, 4, 1)[3], [(2, 5, 1), (2, 7, 1), (2, 9, 1)]),
    "stack": (lambda x: ops.stack([x, x * x], 1), _BOTH),
    "tile": (lambda x: ops.tile(x, (2, 1, 3)), _BOTH),
    "repeat each": (lambda x: ops.repeat(x, [2, 0, 1, 1, 3], 1), _ROWS),
    "repeat flattened": (lambda x: ops.repeat(x, 2), _BOTH),
    "pad edge": (lambda x: ops.pad(x, ((2, 1), (0, 3)), "edge"), _BOTH),
    "pad symmetric": (lambda x: ops.pad(x, ((2, 1), (0, 3)), "symmetric"), _BOTH),
    "pad to a size": (lambda x: ops.pad(x, ((0, 12 - _n(x)), (0, (-ops.shape(x)[1]) % 4))), _BOTH),
    "broadcast_to": (lambda x: ops.broadcast_to(x[:, None], (_n(x), 2, 5)), _ROWS),
    "broadcast": (lambda x: x * _ROW + ops.mean(x, 0), _ROWS),
    "prod": (lambda x: ops.prod(x, 0), _ROWS),
    "prod of all": (ops.prod, _BOTH),
    "prod with zeros": (_of_products, _ROWS),
    "cumprod": (lambda x: ops.cumprod(x, 1), _BOTH),
    "cumprod of all": (ops.cumprod, _BOTH),
    "quantile": (lambda x: ops.quantile(x, [0.2, 0.7], axis=0), _ROWS),
    "median of all": (ops.median, _BOTH),
    "nanquantile": (lambda x: ops.nanquantile(x, 0.3, axis=1), _BOTH),
    "var": (lambda x: ops.var(x, (0, 1)), _BOTH),
    "min": (lambda x: ops.min(x, 1), _BOTH),
    "argmax": (lambda x: ops.take_along_axis(x, ops.argmax(x, 1, keepdims=True), 1), _BOTH),
    "segment_max": (lambda x: ops.segment_max(x, ops.arange(_n(x)) // 2, num_segments=5), _ROWS),
    "segment_prod": (lambda x: ops.segment_prod(x, ops.arange(_n(x)) % 3, num_segments=_n(x)), _ROWS),
    "scatter": (lambda x: ops.scatter(np.array([[0], [2], [0]]), x[:3], (_n(x), 5)), _ROWS),
    "scatter_update": (lambda x: ops.scatter_update(x, np.array([[0, 1], [-1, 2]]), x[:2, 0], "mul"), _ROWS),
    "slice_update": (lambda x: ops.slice_update(x, (1, 2), ops.sin(x[:2, :2])), _BOTH),
    "einsum of diagonals": (lambda x: ops.einsum("ii,ij->i", x[:, : _n(x)], x), [(3, 5), (5, 7), (6, 6)]),
    "einsum with an ellipsis": (lambda x: ops.einsum("...i,...i->...", x, x), _BOTH),
    "tensordot": (lambda x: ops.tensordot(x, x, ((0,), (0,))), _BOTH),
    "kron": (lambda x: ops.kron(x, x[:2]), _BOTH),
    "outer": (lambda x: ops.outer(x, x), [(3,), (5,), (6,)]),
    "vdot": (lambda x: ops.vdot(x, x * x), _BOTH),
    "correlate": (lambda x: ops.correlate(x, np.ones(6, "float32"), "same"), [(4,), (6,), (9,)]),
    "correlate valid": (lambda x: ops.correlate(np.arange(7, dtype="float32"), x, "valid"), [(4,), (6,), (9,)]),
    "correlate full": (lambda x: ops.correlate(x, x[1:], "full"), [(4,), (6,), (9,)]),
    "norm": (lambda x: ops.norm(x, 3, 1), _BOTH),
    "logsumexp": (ops.logsumexp, _BOTH),
    "grouped conv": (lambda x: ops.nn.conv(x, _GROUPED, (2, 1), "same"), _IMAGES),
    "conv of channels first": (
        lambda x: ops.nn.conv(x, _GROUPED, 2, "same", data_format="channels_first"),
        _CHANNELS_FIRST,
    ),
    "causal conv": (lambda x: ops.nn.conv(x, _ONE_DIMENSIONAL, 1, "causal", dilation_rate=2), _SIGNALS),
    "depthwise conv": (lambda x: ops.nn.depthwise_conv(x, _GROUPED[..., :2, :1].repeat(2, 2), 2, "valid"), _IMAGES),
    "transposed conv": (lambda x: ops.nn.conv_transpose(x, _TRANSPOSED, 2, "valid"), _IMAGES),
    "transposed conv with output padding": (
        lambda x: ops.nn.conv_transpose(x, _TRANSPOSED, 3, "same", output_padding=1),
        _IMAGES,
    ),
    "max_pool": (lambda x: ops.nn.max_pool(x, 2, 3, "valid"), _IMAGES),
    "max_pool of channels first": (
        lambda x: ops.nn.max_pool(x, 2, 2, "same", data_format="channels_first"),
        _CHANNELS_FIRST,
    ),
    "average_pool": (lambda x: ops.nn.average_pool(x, 3, 1, "same"), _IMAGES),
    "average_pool of one channel": (lambda x: ops.nn.average_pool(x[..., :1], (2, 3), 2, "same"), _IMAGES),
    "adaptive_max_pool": (lambda x: ops.nn.adaptive_max_pool(x, (3, 2)), _IMAGES),
    "unfold": (lambda x: ops.nn.unfold(x, 2), _CHANNELS_FIRST),
    "resize": (lambda x: ops.image.resize(x, (2 * ops.shape(x)[1], 5)), _IMAGES),
    "crop and pad": (lambda x: ops.image.pad_images(x, 1, 2, 0, 1), _IMAGES),
    "irfft": (lambda x: ops.irfft((x, x), 8), _ROWS),
    "rfft of all": (lambda x: ops.rfft(x, 12)[0], [(3, 8), (3, 10), (3, 15)]),
    "scan of a carry": (lambda x: ops.scan(lambda c, row: (ops.sin(c) * row, None), x[0], x)[0], _ROWS),
    "scan with captured tensors": (_captured, _ROWS),
    "scan of the rows before": (_shifted, _ROWS),
    "lstm": (_lstm, _SERIES),
    "map": (lambda x: ops.map(lambda row: row * ops.sum(row), x), _ROWS),
}

# OpenVINO compiles these for each size: a loop has no gradient if the number of its iterations is unknown.
AGAIN = ("torch: associative_scan",)

# Decompositions that no traced function on OpenVINO has.
UNSUPPORTED = ("pinv", "singular values")
CASES = {
    **{f"torch: {name}": case for name, case in _OF_TORCH.items() if name not in UNSUPPORTED},
    **OTHERS,
}


@pytest.mark.parametrize("transform", [ops.grad, ops.value_and_grad], ids=["grad", "value_and_grad"])
@pytest.mark.parametrize("name", CASES)
def test_gradients(name: str, transform: Any) -> None:
    function, shapes = CASES[name]
    with ops.use_backend("openvino"):
        gradient = transform(lambda x: ops.sum(ops.sin(function(x))))
        jitted = ops.jit(gradient, dynamic=True)
        counts: list[int] = []
        for shape in shapes:
            x = ops.convert_to_tensor(np.random.default_rng(0).uniform(0.1, 1.0, shape), "float32")
            results, expected = jitted(x), gradient(x)
            if transform is ops.grad:
                results, expected = (results,), (expected,)
            for result, other in zip(results, expected, strict=True):
                result, other = ops.convert_to_numpy(result), ops.convert_to_numpy(other)
                np.testing.assert_allclose(result, other, rtol=2e-4, atol=1e-5)
            counts.append(jitted.compilations("openvino"))
    assert counts[1] == counts[2] == 2 or name in AGAIN
