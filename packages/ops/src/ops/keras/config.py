"""Settings of the process, like keras.config. They are those of `ops.config`."""

from __future__ import annotations

from ops.keras._absent import attribute_error
from ops.keras.backend import set_image_data_format
from ops_common.runtime import active as _active
from ops_common.runtime.active import backend
from ops_common.runtime.config import (
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
)

__all__ = [
    "backend",
    "disable_traceback_filtering",
    "enable_flash_attention",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_flash_attention_enabled",
    "is_nnx_enabled",
    "is_traceback_filtering_enabled",
    "set_backend",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
]


def set_backend(backend: str) -> None:
    """Sets the process's default backend, like `ops.set_backend`; existing tensors are not converted.

    Raises:
        BackendError: the backend is unknown or not installed.
    """
    _active.set_backend(backend)


def is_traceback_filtering_enabled() -> bool:
    """Returns False: `ops` never removes frames from tracebacks."""
    return False


def disable_traceback_filtering() -> None:
    """Does nothing, as `ops` never removes frames from tracebacks."""


def is_flash_attention_enabled() -> None:
    """Returns None: `ops.nn.dot_product_attention` uses the framework's fused kernel where there is one."""


def enable_flash_attention() -> None:
    """Does nothing, as `ops.nn.dot_product_attention` uses the framework's fused kernel where there is one."""


def is_nnx_enabled() -> bool:
    """Returns False: a Variable is not one of flax.nnx."""
    return False


_FIT = "it is a setting of keras's training loop"
_ABSENT = {
    "disable_flash_attention": "pass flash_attention=False to ops.nn.dot_product_attention",
    "disable_interactive_logging": _FIT,
    "enable_interactive_logging": _FIT,
    "is_interactive_logging_enabled": _FIT,
    "max_epochs": _FIT,
    "max_steps_per_epoch": _FIT,
    "set_max_epochs": _FIT,
    "set_max_steps_per_epoch": _FIT,
    "dtype_policy": "use keras.config.floatx, and ops.AutocastScope to compute in another dtype",
    "set_dtype_policy": "use keras.config.set_floatx, and ops.AutocastScope to compute in another dtype",
    "enable_traceback_filtering": "ops never removes frames from tracebacks",
    "enable_unsafe_deserialization": "nothing here loads saved code",
}


def __getattr__(name: str) -> object:
    raise attribute_error(__name__, name, _ABSENT)


def __dir__() -> list[str]:
    return sorted(__all__)
