"""Process-wide settings: floatx, epsilon, image data format, compilation cache size, tracebacks, whether sparse tensors
may become dense, the default backend.

A setting comes from its setter, else from the environment (``OPS_FLOATX``, ``OPS_EPSILON``, ``OPS_IMAGE_DATA_FORMAT``,
``OPS_COMPILATION_CACHE_SIZE``, ``OPS_TRACEBACKS``, ``OPS_ALLOW_DENSIFY``, ``OPS_BACKEND``), else from ``config.toml``
in the user's configuration folder for ``ops`` (or the file that ``OPS_CONFIG`` names), else from the defaults. Settings
are read lazily.
"""

from __future__ import annotations

import operator
import os
import re
import stat
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ops_common.errors import ArgumentError

# What users call; the others are for the packages of this project.
__all__ = [
    "allow_densify",
    "compilation_cache_size",
    "config_path",
    "epsilon",
    "floatx",
    "image_data_format",
    "set_allow_densify",
    "set_compilation_cache_size",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_tracebacks",
    "tracebacks",
]

_FLOATX = ("bfloat16", "float16", "float32", "float64")
_DATA_FORMATS = ("channels_last", "channels_first")
_TRACEBACKS = ("short", "full")
# Limits for a configuration file: far more than its seven settings and comments on them need.
_LARGEST = 65536  # bytes
_LONGEST = 4096  # characters in a line
_EXPECTED = "a configuration file is a TOML file in UTF-8"
_values: dict[str, Any] = {}
_listeners: list[Callable[[], None]] = []


def config_path() -> Path:
    """Returns the path of the user's configuration file.

    Example:
        >>> import ops
        >>> ops.config.config_path().suffix
        '.toml'
    """
    named = os.environ.get("OPS_CONFIG")
    if named:
        return Path(named)
    import platformdirs  # imported only in a process that has to look for the file

    return Path(platformdirs.user_config_dir("ops", appauthor=False)) / "config.toml"


def _text(path: Path) -> str | None:
    """Returns the file's text; None if there is no file.

    Raises:
        ArgumentError: it is not a readable file, or not UTF-8. A file at the default path without read permission
            counts as absent: it can belong to another user, in whose home folder a service runs.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISCHR(mode) and path == Path(os.devnull):
            return None
        if not stat.S_ISREG(mode):  # reading a fifo or a terminal would block forever
            raise ArgumentError(f"{path} is {'a folder' if stat.S_ISDIR(mode) else 'not a regular file'}; {_EXPECTED}")
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        if isinstance(error, PermissionError) and not os.environ.get("OPS_CONFIG"):
            return None
        raise ArgumentError(f"{path} cannot be read ({error.strerror or error}); {_EXPECTED}") from error
    if len(content) > _LARGEST:
        raise ArgumentError(f"{path} is larger than {_LARGEST} bytes; {_EXPECTED}")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArgumentError(f"{path} is not UTF-8 (at byte {error.start}); {_EXPECTED}") from error


def _from_file(path: Path, text: str) -> dict[str, Any]:
    """Returns the settings in the file's text."""
    # The parser takes quadratic time for a dotted key of many parts.
    long = next((number for number, line in enumerate(text.splitlines(), 1) if len(line) > _LONGEST), None)
    if long is not None:
        raise ArgumentError(f"{path}, line {long} is longer than {_LONGEST} characters; {_EXPECTED}")
    try:
        settings = tomllib.loads(text)
    except RecursionError as error:
        raise ArgumentError(f"{path} is nested too deeply; {_EXPECTED}") from error
    except ValueError as error:  # a TOMLDecodeError, or Python's own error for an integer of too many digits
        raise ArgumentError(f"{path} is not valid TOML: {error}") from error
    for name in settings:
        if name not in _DEFAULTS:
            raise ArgumentError(
                f"{_place(path, text, name)}: unknown setting {_shown(name)}; known are {', '.join(_DEFAULTS)}"
            )
    return settings


def _setting(name: str) -> Any:
    try:
        return _values[name]
    except KeyError:
        pass
    variable = f"OPS_{name.upper()}"
    from_environment = os.environ.get(variable)
    if from_environment:
        try:
            return _values.setdefault(name, _CHECKS[name](from_environment))
        except ArgumentError as error:
            raise ArgumentError(f"the environment variable {variable}: {error}") from None
    path = config_path()
    text = _text(path)
    settings = {} if text is None else _from_file(path, text)
    try:
        value = _CHECKS[name](settings.get(name, _DEFAULTS[name]))
    except ArgumentError as error:
        raise ArgumentError(f"{_place(path, text or '', name)}: {error}") from None
    return _values.setdefault(name, value)


def _place(path: Path, text: str, name: str) -> str:
    """Returns the file, and the line in it that sets this."""
    pattern = re.compile(rf"\s*[\"']?{re.escape(name)}[\"']?\s*=")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if pattern.match(line))
    number = next(lines, None)
    return str(path) if number is None else f"{path}, line {number}"


def _shown(value: Any) -> str:
    """Returns a short description of any value, for an error message."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # an integer of too many digits, a list nested too deeply
        text = f"{type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def _check_floatx(value: Any) -> str:
    if value not in _FLOATX:
        raise ArgumentError(f"floatx must be one of {', '.join(_FLOATX)}; got {_shown(value)}")
    return str(value)


def _check_epsilon(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise ArgumentError(f"epsilon must be a number; got {_shown(value)}") from error
    if not 0.0 <= number < 1.0:
        raise ArgumentError(f"epsilon must be in [0, 1); got {_shown(value)}")
    return number


def _check_data_format(value: Any) -> str:
    if value not in _DATA_FORMATS:
        raise ArgumentError(f"image_data_format must be one of {', '.join(_DATA_FORMATS)}; got {_shown(value)}")
    return str(value)


def _check_compilation_cache_size(value: Any) -> int | None:
    if value is None:
        return None
    try:
        # The environment has strings. True and 512.0 are mistakes.
        number = int(value) if isinstance(value, str) else operator.index(value)
    except (TypeError, ValueError) as error:
        raise ArgumentError(f"compilation_cache_size must be an integer; got {_shown(value)}") from error
    if not 2 <= number < 2**31:
        raise ArgumentError(f"compilation_cache_size must be at least 2, and less than 2**31; got {_shown(value)}")
    return number


def _check_tracebacks(value: Any) -> str:
    if value not in _TRACEBACKS:
        raise ArgumentError(f"tracebacks must be one of {', '.join(_TRACEBACKS)}; got {_shown(value)}")
    return str(value)


def _check_allow_densify(value: Any) -> bool:
    words = {"true": True, "1": True, "false": False, "0": False}
    if isinstance(value, str) and value.lower() in words:  # of the environment
        return words[value.lower()]
    if not isinstance(value, bool):
        raise ArgumentError(f"allow_densify must be True or False; got {_shown(value)}")
    return value


def _check_backend(value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise ArgumentError(f"backend must be a name; got {_shown(value)}")
    return value


_DEFAULTS = {
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
    "compilation_cache_size": None,
    "tracebacks": "short",
    "allow_densify": True,
    "backend": None,
}
_CHECKS = {
    "floatx": _check_floatx,
    "epsilon": _check_epsilon,
    "image_data_format": _check_data_format,
    "compilation_cache_size": _check_compilation_cache_size,
    "tracebacks": _check_tracebacks,
    "allow_densify": _check_allow_densify,
    "backend": _check_backend,
}


def read() -> None:
    """Reads every setting that has not been read yet.

    A compiler that traces an op cannot read files or the environment, so loading a backend reads all settings.
    """
    for name in _DEFAULTS:
        _setting(name)


def sources() -> dict[str, tuple[Any, str]]:
    """Returns the value of each setting, and where it comes from: a variable of the environment, a file, or "default".

    Values that a setter has changed in this process are not considered.

    Raises:
        ArgumentError: a setting, or the file, is not valid.
    """
    path = config_path()
    text = _text(path)
    settings = {} if text is None else _from_file(path, text)
    found: dict[str, tuple[Any, str]] = {}
    for name, default in _DEFAULTS.items():
        variable = f"OPS_{name.upper()}"
        from_environment = os.environ.get(variable)
        if from_environment:
            value, where = from_environment, f"environment variable {variable}"
        elif name in settings:
            value, where = settings[name], _place(path, text or "", name)
        else:
            value, where = default, "default"
        try:
            found[name] = _CHECKS[name](value), where
        except ArgumentError as error:
            raise ArgumentError(f"{where}: {error}") from None
    return found


def on_change(listener: Callable[[], None]) -> None:
    """Has the function called after each change of a setting."""
    _listeners.append(listener)


def _set(name: str, value: Any) -> None:
    _values[name] = value
    for listener in _listeners:
        listener()


def floatx() -> str:
    """Returns the dtype of Python floats and of float-only results, ``"float32"`` unless set.

    Example:
        >>> import ops
        >>> ops.config.floatx()
        'float32'
    """
    return _setting("floatx")


def set_floatx(value: str) -> None:
    """Sets `floatx` to bfloat16, float16, float32 or float64; raises ArgumentError for anything else.

    Example:
        >>> import ops
        >>> ops.config.set_floatx("float64")
        >>> ops.dtype(ops.convert_to_tensor(1.5))
        'float64'
        >>> ops.config.set_floatx("float32")
    """
    _set("floatx", _check_floatx(value))


def epsilon() -> float:
    """Returns the small number that guards divisions and logarithms, ``1e-7`` unless set.

    Example:
        >>> import ops
        >>> ops.config.epsilon()
        1e-07
    """
    return _setting("epsilon")


def set_epsilon(value: float) -> None:
    """Sets `epsilon`, a number in [0, 1); raises ArgumentError for anything else.

    Example:
        >>> import ops
        >>> ops.config.set_epsilon(1e-5)
        >>> ops.config.epsilon()
        1e-05
        >>> ops.config.set_epsilon(1e-7)
    """
    _set("epsilon", _check_epsilon(value))


def image_data_format() -> str:
    """Returns ``"channels_last"`` (the default) or ``"channels_first"``: the meaning of `data_format=None`.

    Example:
        >>> import ops
        >>> ops.config.image_data_format()
        'channels_last'
    """
    return _setting("image_data_format")


def set_image_data_format(value: str) -> None:
    """Sets the meaning of `data_format=None`; raises ArgumentError for anything but the two formats.

    Example:
        >>> import ops
        >>> ops.config.set_image_data_format("channels_first")
        >>> ops.shape(ops.nn.conv(ops.ones((1, 3, 8, 8)), ops.ones((3, 3, 3, 4))))
        (1, 4, 6, 6)
        >>> ops.config.set_image_data_format("channels_last")
    """
    _set("image_data_format", _check_data_format(value))


def compilation_cache_size() -> int | None:
    """Returns how many compiled programs each backend keeps in this process; None unless set.

    With None, a backend keeps 384 programs, and more if it would otherwise compile the same programs again and again.

    Example:
        >>> import ops
        >>> print(ops.config.compilation_cache_size())
        None
    """
    return _setting("compilation_cache_size")


def set_compilation_cache_size(value: int | None) -> None:
    """Sets `compilation_cache_size`, an integer of at least 2 or None; raises ArgumentError for anything else.

    Programs that exceed it are released, first those that have not been used for long. `ops.compilations` lists the
    programs.

    Example:
        >>> import ops
        >>> ops.config.set_compilation_cache_size(1000)
        >>> ops.config.compilation_cache_size()
        1000
        >>> ops.config.set_compilation_cache_size(None)
    """
    _set("compilation_cache_size", _check_compilation_cache_size(value))


def tracebacks() -> str:
    """Returns ``"short"`` (the default) or ``"full"``: whether tracebacks show what happens inside frameworks.

    Example:
        >>> import ops
        >>> ops.config.tracebacks()
        'short'
    """
    return _setting("tracebacks")


def set_tracebacks(value: str) -> None:
    """Sets `tracebacks`; raises ArgumentError for anything but ``"short"`` and ``"full"``.

    A short traceback leaves out the frames inside frameworks, and the errors that a framework raised and handled before
    its last one. Errors that `ops` does not explain are the framework's, with its whole traceback.

    Example:
        >>> import ops
        >>> ops.config.set_tracebacks("full")
        >>> ops.config.tracebacks()
        'full'
        >>> ops.config.set_tracebacks("short")
    """
    _set("tracebacks", _check_tracebacks(value))


def default_backend() -> str | None:
    """Returns the backend named by ``OPS_BACKEND`` or by the configuration file, or None."""
    return _setting("backend")


def standardize_data_format(value: str | None) -> str:
    """Returns the data format that an argument denotes; None denotes `image_data_format()`."""
    return image_data_format() if value is None else _check_data_format(value)


def __dir__() -> list[str]:
    return sorted(__all__)


def allow_densify() -> bool:
    """Returns whether functions that do not compute with sparse tensors convert them to dense ones, True unless set.

    The first such call of a function warns.

    Example:
        >>> import ops
        >>> ops.config.allow_densify()
        True
    """
    return _setting("allow_densify")


def set_allow_densify(value: bool) -> None:
    """Sets `allow_densify`; with False, such a call raises UnsupportedError. Raises ArgumentError for no bool.

    Example:
        >>> import ops
        >>> ops.config.set_allow_densify(False)
        >>> ops.config.allow_densify()
        False
        >>> ops.config.set_allow_densify(True)
    """
    _set("allow_densify", _check_allow_densify(value))
