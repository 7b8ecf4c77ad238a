"""JAX, family nn.convolution."""

from __future__ import annotations

from typing import Any

from jax import lax

from ops_backend_jax.core import kernel
from ops_common import shapes

Tensor = Any


@kernel(static=(2, 3, 4, 5))
def conv(
    inputs: Tensor,
    kernel: Tensor,
    strides: tuple[int, ...],
    padding: str,
    data_format: str,
    dilation_rate: tuple[int, ...],
) -> Tensor:
    # Checked here, while tracing: a window that does not fit gives an empty answer in JAX.
    shapes.conv(inputs.shape, kernel.shape, strides, padding, data_format, dilation_rate)
    spatial = "DHW"[-len(strides) :]
    layout = f"N{spatial}C" if data_format == "channels_last" else f"NC{spatial}"
    channels = inputs.shape[layout.index("C")]
    causal = [(dilation_rate[0] * (kernel.shape[0] - 1), 0)]
    return lax.conv_general_dilated(
        inputs,
        kernel,
        strides,
        causal if padding == "causal" else padding.upper(),
        rhs_dilation=dilation_rate,
        dimension_numbers=(layout, f"{spatial}IO", layout),
        feature_group_count=channels // kernel.shape[-2],
    )
