"""Process-wide settings: floatx, epsilon, image data format, and the default backend's name.

A setting comes from its setter, else from the environment (``OPS_FLOATX``, ``OPS_EPSILON``,
``OPS_IMAGE_DATA_FORMAT``, ``OPS_BACKEND``), else from ``config.toml`` in the user's configuration folder for ``ops``
(or the file that ``OPS_CONFIG`` names), else from the defaults. Nothing is read before it is asked for.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from ops_common.errors import ArgumentError

_FLOATX = ("bfloat16", "float16", "float32", "float64")
_DATA_FORMATS = ("channels_last", "channels_first")
_values: dict[str, Any] = {}


def config_path() -> Path:
    """Where the user's configuration file is looked for."""
    named = os.environ.get("OPS_CONFIG")
    if named:
        return Path(named)
    import platformdirs  # only a process that has to look for the file pays for this

    return Path(platformdirs.user_config_dir("ops", appauthor=False)) / "config.toml"


def _from_file() -> dict[str, Any]:
    path = config_path()
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ArgumentError(f"{path} is not valid TOML: {error}") from error
    for name in settings:
        if name not in _DEFAULTS:
            raise ArgumentError(f"{_place(name)}: there is no setting {name!r}; there are {', '.join(_DEFAULTS)}")
    return settings


def _setting(name: str) -> Any:
    try:
        return _values[name]
    except KeyError:
        pass
    found = os.environ.get(f"OPS_{name.upper()}")
    if found:
        return _values.setdefault(name, _CHECKS[name](found))
    settings = _from_file()
    try:
        value = _CHECKS[name](settings.get(name, _DEFAULTS[name]))
    except ArgumentError as error:
        raise ArgumentError(f"{_place(name)}: {error}") from None
    return _values.setdefault(name, value)


def _place(name: str) -> str:
    """The file, and the line in it that sets this."""
    path = config_path()
    lines = path.read_text("utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if re.match(rf"\s*[\"']?{name}[\"']?\s*=", line)]
    return f"{path}, line {found[0]}" if found else str(path)


def _check_floatx(value: Any) -> str:
    if value not in _FLOATX:
        raise ArgumentError(f"floatx must be one of {', '.join(_FLOATX)}; got {value!r}")
    return str(value)


def _check_epsilon(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"epsilon must be a number; got {value!r}") from error
    if not 0.0 <= number < 1.0:
        raise ArgumentError(f"epsilon must lie in [0, 1); got {value!r}")
    return number


def _check_data_format(value: Any) -> str:
    if value not in _DATA_FORMATS:
        raise ArgumentError(f"image_data_format must be one of {', '.join(_DATA_FORMATS)}; got {value!r}")
    return str(value)


def _check_backend(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ArgumentError(f"backend must be a name; got {value!r}")
    return value


_DEFAULTS = {"floatx": "float32", "epsilon": 1e-7, "image_data_format": "channels_last", "backend": None}
_CHECKS = {
    "floatx": _check_floatx,
    "epsilon": _check_epsilon,
    "image_data_format": _check_data_format,
    "backend": _check_backend,
}


def read() -> None:
    """Reads every setting that has not been asked for yet.

    A compiler that traces an op cannot look into files and the environment, so loading a backend reads all of them.
    """
    for name in _DEFAULTS:
        _setting(name)


def floatx() -> str:
    """The dtype that Python floats and float-only results take, ``"float32"`` unless set."""
    return _setting("floatx")


def set_floatx(value: str) -> None:
    """Sets `floatx` to bfloat16, float16, float32 or float64; anything else is an ArgumentError."""
    _values["floatx"] = _check_floatx(value)


def epsilon() -> float:
    """The small number that guards divisions and logarithms, ``1e-7`` unless set."""
    return _setting("epsilon")


def set_epsilon(value: float) -> None:
    """Sets `epsilon`, a number in [0, 1); anything else is an ArgumentError."""
    _values["epsilon"] = _check_epsilon(value)


def image_data_format() -> str:
    """``"channels_last"`` (the default) or ``"channels_first"``: what `data_format=None` means."""
    return _setting("image_data_format")


def set_image_data_format(value: str) -> None:
    """Sets what `data_format=None` means; anything but the two formats is an ArgumentError."""
    _values["image_data_format"] = _check_data_format(value)


def default_backend() -> str | None:
    """The backend named by ``OPS_BACKEND`` or by the configuration file, or None."""
    return _setting("backend")


def standardize_data_format(value: str | None) -> str:
    """The data format meant by an argument; None means `image_data_format()`."""
    return image_data_format() if value is None else _check_data_format(value)
