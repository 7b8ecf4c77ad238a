"""Functions of arrays, like those of keras.utils, and the names of keras.saving that keras.utils repeats."""

from __future__ import annotations

from ops.keras._absent import attribute_error
from ops.keras.backend import clear_session, is_keras_tensor, standardize_dtype
from ops.keras.saving import (
    CustomObjectScope,
    custom_object_scope,
    get_custom_objects,
    get_registered_name,
    get_registered_object,
    register_keras_serializable,
)
from ops.keras.utils import bounding_boxes
from ops.keras.utils.arrays import (
    normalize,
    pack_x_y_sample_weight,
    pad_sequences,
    set_random_seed,
    to_categorical,
    unpack_x_y_sample_weight,
)

__all__ = [
    "CustomObjectScope",
    "bounding_boxes",
    "clear_session",
    "custom_object_scope",
    "get_custom_objects",
    "get_registered_name",
    "get_registered_object",
    "is_keras_tensor",
    "normalize",
    "pack_x_y_sample_weight",
    "pad_sequences",
    "register_keras_serializable",
    "set_random_seed",
    "standardize_dtype",
    "to_categorical",
    "unpack_x_y_sample_weight",
]

_FILES = "it reads or writes files; use Pillow, your framework's data pipeline, or keras itself"
_FIT = "it belongs to keras's training loop"
_MODEL = "it is a tool for keras's models"
_ABSENT = {
    **dict.fromkeys(
        (
            "array_to_img",
            "audio_dataset_from_directory",
            "get_file",
            "image_dataset_from_directory",
            "img_to_array",
            "load_img",
            "save_img",
            "text_dataset_from_directory",
            "timeseries_dataset_from_array",
        ),
        _FILES,
    ),
    **dict.fromkeys(
        (
            "Progbar",
            "PyDataset",
            "Sequence",
            "disable_interactive_logging",
            "enable_interactive_logging",
            "is_interactive_logging_enabled",
            "split_dataset",
        ),
        _FIT,
    ),
    **dict.fromkeys(
        (
            "Config",
            "FeatureSpace",
            "deserialize_keras_object",
            "get_source_inputs",
            "legacy",
            "model_to_dot",
            "plot_model",
            "serialize_keras_object",
        ),
        _MODEL,
    ),
}


def __getattr__(name: str) -> object:
    raise attribute_error(__name__, name, _ABSENT)


def __dir__() -> list[str]:
    return sorted(__all__)
