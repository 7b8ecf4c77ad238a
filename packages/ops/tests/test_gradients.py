"""Gradients of every differentiable op, against central differences in float64, and in float32."""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing import RECORDS, public_function
from ops_common.runtime import registry
from ops_common.testing import BACKENDS, Record, Sample
from ops_common.testing.record import Maker

_STEP = 1e-6


def inputs(sample: Sample) -> list[Any]:
    """The arrays with respect to which a sample is differentiated."""
    return [x for x in _leaves([*sample.args, *sample.kwargs.values()]) if _floating(x)]


def _floating(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64


def _leaves(values: Sequence[Any]) -> Any:
    for value in values:
        if isinstance(value, (list, tuple)):
            yield from _leaves(value)
        else:
            yield value


def _filled(value: Any, replacements: Any) -> Any:
    """Returns the argument with its floating arrays replaced by the next replacements."""
    if isinstance(value, (list, tuple)):
        return type(value)(_filled(item, replacements) for item in value)
    return next(replacements) if _floating(value) else value


def weighed(result: Any, path: str) -> Any:
    """Returns a real number that depends on each element of the result with its own weight."""
    total: Any = 0.0
    for place, item in enumerate(_leaves([result])):
        if not ops.is_tensor(item) or not ops.dtype(item).startswith(("float", "complex")):
            continue
        rng = np.random.default_rng(zlib.crc32(f"{path} {place}".encode()))
        shape = ops.shape(item)
        if ops.dtype(item).startswith("complex"):
            weights = rng.uniform(0.5, 1.5, (2, *shape))
            parts = ops.multiply(ops.real(item), weights[0]), ops.multiply(ops.imag(item), weights[1])
            total = ops.add(total, ops.sum(ops.add(*parts)))
        else:
            total = ops.add(total, ops.sum(ops.multiply(item, rng.uniform(0.5, 1.5, shape))))
    return total


def differentiated(record: Record) -> list[Sample]:
    """Returns the samples that have operands in float64, all of them finite."""
    if not record.differentiable or "float64" not in record.takes:
        return []
    samples = [x for x in record.samples(Maker("float64")) if inputs(x)]
    return [x for x in samples if all(a.size and np.isfinite(a).all() for a in inputs(x))]


@pytest.mark.parametrize("name", BACKENDS)
@pytest.mark.parametrize("record", [r for r in RECORDS if differentiated(r)], ids=lambda record: record.path)
def test_gradients_agree_with_central_differences(record: Record, name: str) -> None:
    with ops.use_backend(name), np.errstate(all="ignore"):
        check(record, name)


def check(record: Record, backend: str) -> None:
    function = public_function(record.path)
    if any(name not in registry.load(backend).native_dtypes for name in record.dtypes("float64")):
        return
    samples = differentiated(record)
    few = 1 if backend in ("jax", "openvino") else 2  # which compile each node of a gradient
    for sample in samples if os.environ.get("OPS_SWEEP") == "1" else samples[:few]:

        def value(*operands: Any, sample: Sample = sample) -> Any:
            replacements = iter(operands)
            args = [_filled(x, replacements) for x in sample.args]
            kwargs = {key: _filled(x, replacements) for key, x in sample.kwargs.items()}
            return weighed(function(*args, **kwargs), record.path)

        arrays = inputs(sample)
        operands = [ops.convert_to_tensor(x) for x in arrays]
        if not ops.is_tensor(value(*operands)):
            return  # no float in the result
        _, gradients = ops.value_and_grad(value, argnums=tuple(range(len(operands))))(*operands)
        rng = np.random.default_rng(zlib.crc32(record.path.encode()))
        directions = [rng.uniform(-1, 1, x.shape) for x in arrays]
        derivative = sum(
            float(np.sum(ops.convert_to_numpy(gradient) * along))
            for gradient, along in zip(gradients, directions, strict=True)
        )
        ahead, behind = (moved(value, arrays, directions, step) for step in (_STEP, -_STEP))
        expected = (ahead - behind) / (2 * _STEP)
        scale = max(1.0, abs(expected), abs(ahead))
        assert abs(derivative - expected) <= 1e-6 * scale, (sample, derivative, expected)
        if backend != "jax" or os.environ.get("OPS_SWEEP") == "1":
            check_single(record, value, arrays, gradients)


def check_single(record: Record, value: Any, arrays: Sequence[Any], wide_gradients: Sequence[Any]) -> None:
    """The gradients in float32 agree with those in float64 at the same point."""
    narrow = [x.astype(np.float32) for x in arrays]
    if any(np.any(a != b) for a, b in zip(narrow, arrays, strict=True)):
        wide = [ops.convert_to_tensor(x.astype(np.float64)) for x in narrow]
        wide_gradients = ops.value_and_grad(value, argnums=tuple(range(len(wide))))(*wide)[1]
    operands = [ops.convert_to_tensor(x) for x in narrow]
    gradients = ops.value_and_grad(value, argnums=tuple(range(len(operands))))(*operands)[1]
    for single, double in zip(gradients, wide_gradients, strict=True):
        assert ops.dtype(single) == "float32"
        a, b = ops.convert_to_numpy(single), ops.convert_to_numpy(double)
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=2e-4 * max(1.0, np.abs(b).max(initial=0)), err_msg=record.path)


def moved(value: Any, arrays: Sequence[Any], directions: Sequence[Any], step: float) -> float:
    """Returns the value with each array moved by this step in its direction."""
    operands = [ops.convert_to_tensor(x + step * along) for x, along in zip(arrays, directions, strict=True)]
    return float(ops.convert_to_numpy(value(*operands)))
