"""OpenVINO, family creation: host memory is filled; in a traced graph what is made is a constant."""

from __future__ import annotations

from typing import Any

import numpy as np

from ops_backend_openvino.core import DTYPES, NUMPY, Tensor
from ops_backend_openvino.manipulation import broadcast_to


def zeros(shape: tuple[int, ...], dtype: str) -> Tensor:
    return Tensor(np.zeros(shape, NUMPY[dtype]), DTYPES[dtype])


def ones(shape: tuple[int, ...], dtype: str) -> Tensor:
    return Tensor(np.ones(shape, NUMPY[dtype]), DTYPES[dtype])


def full(shape: tuple[int, ...], fill_value: Any, dtype: str) -> Tensor:
    if type(fill_value) is Tensor:
        return broadcast_to(fill_value, shape)
    return Tensor(np.full(shape, fill_value, NUMPY[dtype]), DTYPES[dtype])


def zeros_like(x: Tensor, dtype: str) -> Tensor:
    return zeros(x.shape, dtype)


def ones_like(x: Tensor, dtype: str) -> Tensor:
    return ones(x.shape, dtype)


def full_like(x: Tensor, fill_value: Any, dtype: str) -> Tensor:
    return full(x.shape, fill_value, dtype)


def arange(start: Any, stop: Any, step: Any, dtype: str) -> Tensor:
    # np.arange has no loop for bfloat16 beyond two elements.
    return Tensor(np.arange(start, stop, step).astype(NUMPY[dtype], copy=False), DTYPES[dtype])


def eye(N: int, M: int, k: int, dtype: str) -> Tensor:
    return Tensor(np.eye(N, M, k, NUMPY[dtype]), DTYPES[dtype])
