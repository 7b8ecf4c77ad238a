"""Helpers of the image records: samples, data formats and functions of the references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ops_common.testing.record import FLOATS, Maker

LAST, FIRST = "channels_last", "channels_first"

Reference = Callable[..., Any]


def image(m: Maker, *shape: int) -> Any:
    """Returns pixels in [0, 1], for integers in [0, 100]."""
    return m(*shape, low=0, high=1 if m.dtype in FLOATS else 100)


def whole(x: Any, result: Any) -> Any:
    """Returns the result, rounded if the images are integers."""
    return np.rint(result) if x.dtype.kind in "iub" else result


def batched(reference: Reference) -> Reference:
    """Returns the reference for single images and both data formats, from one for batches with channels last."""

    def call(images: Any, *args: Any, data_format: str = LAST, **named: Any) -> Any:
        *args, data_format = (
            args if args and isinstance(args[-1], str) and args[-1] in (LAST, FIRST) else (*args, data_format)
        )  # type: ignore[assignment]  # a tuple grows into a list
        single = images.ndim == 3
        x = images[None] if single else images
        x = np.moveaxis(x, 1, -1) if data_format == FIRST else x
        result = reference(x, *args, **named)
        result = np.moveaxis(result, 3, 1) if data_format == FIRST else result
        return result[0] if single else result

    return call


def numbers(*values: float) -> Any:
    return np.array(values, np.float32)


def gaussian(size: int, sigma: float) -> Any:
    result = np.exp(-0.5 * ((np.arange(size) - (size - 1) / 2) / sigma) ** 2)
    return result / result.sum()
