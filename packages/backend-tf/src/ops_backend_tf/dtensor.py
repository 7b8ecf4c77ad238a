"""`tf.experimental.dtensor`, which has no complete type annotations."""

from __future__ import annotations

from typing import Any

from tensorflow.experimental import dtensor as _dtensor  # pyright: ignore[reportMissingModuleSource]  # a stub only

dtensor: Any = _dtensor
Mesh = Any
Layout = Any
