"""OpenVINO, family signal. Its nodes represent complex numbers by a last axis of two."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino.opset15 as opset

from ops_backend_openvino.kernel import kernel
from ops_backend_openvino.manipulation import ints, split, squeeze, stack
from ops_backend_openvino.native_types import FLOATS
from ops_backend_openvino.nodes import like
from ops_backend_openvino.run_time_sizes import node_dimensions, scalar
from ops_backend_openvino.tensor import Node, Tensor, sizes


def _complex(x: Any) -> Any:
    return x[..., 0] + 1j * x[..., 1]


def _parts(x: Any) -> Any:
    return np.stack([x.real, x.imag], -1)


def _dft_host(x: Any, count: int, inverse: bool) -> Any:
    transform = np.fft.ifftn if inverse else np.fft.fftn
    return _parts(transform(_complex(x), axes=tuple(range(-count, 0))))


@kernel(_dft_host, 1, FLOATS)
def _dft(x: Node, count: int, inverse: bool) -> Any:
    # The axis of the two parts is not counted, and negative axes are relative to it.
    rank = len(sizes(x)) - 1
    axes = ints(list(range(rank - count, rank)))
    return opset.idft(x, axes) if inverse else opset.dft(x, axes)


def _fitted(x: Node, axis: int, size: Any) -> Any:
    """Returns x with an axis truncated or zero-padded: the plugin's transforms do not pad."""
    have = sizes(x)[axis]
    if have is None or not isinstance(size, int):
        missing = opset.subtract(scalar(size), scalar(node_dimensions(x)[axis]))
        missing = opset.maximum(missing, opset.constant(np.int32(0)))
        ahead = ints([missing.output(0) if i == axis else 0 for i in range(len(sizes(x)))])
        padded = opset.pad(x, ints([0] * len(sizes(x))), ahead, "constant", like(0.0, x))
        return opset.slice(padded, ints([0]), ints([size]), ints([1]), ints([axis]))
    if have > size:
        return opset.slice(x, ints([0]), ints([size]), ints([1]), ints([axis]))
    if have == size:
        return x
    missing = [size - have if i == axis else 0 for i in range(len(sizes(x)))]
    return opset.pad(x, ints([0] * len(missing)), ints(missing), "constant", like(0.0, x))


@kernel(lambda x, fft_length: _parts(np.fft.rfft(x, fft_length)), 1, FLOATS)
def _rdft(x: Node, fft_length: Any) -> Any:
    axis = len(sizes(x)) - 1
    return opset.rdft(_fitted(x, axis, fft_length), ints([axis]), ints([fft_length]))


def _irdft_host(x: Any, fft_length: int) -> Any:
    if not x.shape[-2]:  # NumPy returns arbitrary values for an empty axis
        return np.zeros((*x.shape[:-2], fft_length), x.dtype)
    return np.fft.irfft(_complex(x), fft_length)


@kernel(_irdft_host, 1, FLOATS)
def _irdft(x: Node, fft_length: Any) -> Any:
    axis = len(sizes(x)) - 2
    return opset.irdft(_fitted(x, axis, fft_length // 2 + 1), ints([axis]), ints([fft_length]))


def _apart(x: Tensor) -> tuple[Tensor, Tensor]:
    real, imag = (squeeze(part, (len(x.shape) - 1,)) for part in split(x, 2, len(x.shape) - 1))
    return real, imag


def dft(real: Tensor, imag: Tensor, count: int, inverse: bool) -> tuple[Tensor, Tensor]:
    return _apart(_dft(stack([real, imag], len(real.shape)), count, inverse))


def rdft(x: Tensor, fft_length: Any) -> tuple[Tensor, Tensor]:
    return _apart(_rdft(x, fft_length))


def irdft(real: Tensor, imag: Tensor, fft_length: Any) -> Tensor:
    return _irdft(stack([real, imag], len(real.shape)), fft_length)
