"""Settings from setters, environment variables and the file, and the errors of each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ops_common import ArgumentError
from ops_common.runtime import config


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting has been read, and the file is a temporary one."""
    monkeypatch.setattr(config, "_values", {})
    for name in ("FLOATX", "EPSILON", "IMAGE_DATA_FORMAT", "BACKEND"):
        monkeypatch.delenv(f"OPS_{name}", raising=False)
    path = tmp_path / "config.toml"
    monkeypatch.setenv("OPS_CONFIG", str(path))
    return path


def test_defaults() -> None:
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float32", 1e-7, "channels_last")
    assert config.default_backend() is None


def test_setter_beats_environment_beats_file(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.write_text('floatx = "float16"\nepsilon = 1e-5\nimage_data_format = "channels_first"\nbackend = "jax"\n')
    monkeypatch.setenv("OPS_FLOATX", "float64")
    config.set_epsilon(0.25)
    assert (config.floatx(), config.epsilon(), config.image_data_format()) == ("float64", 0.25, "channels_first")
    assert config.default_backend() == "jax"
    assert config.standardize_data_format(None) == "channels_first"


def test_sources_say_where_each_value_comes_from(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.sources()["floatx"] == ("float32", "default")
    fresh.write_text('floatx = "float16"\nepsilon = 1e-5\n')
    monkeypatch.setenv("OPS_FLOATX", "float64")
    sources = config.sources()
    assert sources["floatx"] == ("float64", "environment variable OPS_FLOATX")
    assert sources["epsilon"] == (1e-5, f"{fresh}, line 2")
    assert sources["backend"] == (None, "default")
    for name, (value, _) in sources.items():  # the same values as the settings have
        assert (config.default_backend if name == "backend" else getattr(config, name))() == value
    monkeypatch.setenv("OPS_FLOATX", "float99")
    with pytest.raises(ArgumentError, match="environment variable OPS_FLOATX: floatx must be one of"):
        config.sources()


@pytest.mark.parametrize(
    ("setter", "wrong"),
    [
        (config.set_floatx, "float33"),
        (config.set_floatx, None),
        (config.set_epsilon, -1),
        (config.set_epsilon, "much"),
        (config.set_image_data_format, "NHWC"),
    ],
)
def test_wrong_values_change_nothing(setter: object, wrong: object) -> None:
    before = config.floatx(), config.epsilon(), config.image_data_format()
    with pytest.raises(ArgumentError):
        setter(wrong)  # type: ignore[operator]  # one of the setters
    assert before == (config.floatx(), config.epsilon(), config.image_data_format())


def test_errors_name_the_file_and_the_line(fresh: Path) -> None:
    fresh.write_text('floatx = "float32"\nepsilon = \n')
    with pytest.raises(ArgumentError, match=r"config.toml is not valid TOML.*line 2"):
        config.floatx()
    fresh.write_text('# mine\n\nfloatx = "float33"\n')
    with pytest.raises(ArgumentError, match=r"config.toml, line 3: floatx must be one of"):
        config.floatx()
    fresh.write_text('epsilon = 1e-5\nflotx = "float32"\n')
    with pytest.raises(ArgumentError, match=r"config.toml, line 2: unknown setting 'flotx'; known are floatx, "):
        config.epsilon()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"x = " + b"[\n" * 20000, "is nested too deeply"),
        (b"epsilon" + b".a" * 20000 + b" = 1", "line 1 is longer than"),
        (b"epsilon = 1" + b"0" * 6000, "line 1 is longer than"),
        (b"epsilon = " + b"9" * 4000, "line 1: epsilon must be a number"),
        (b"epsilon = 0x" + b"f" * 4000, "line 1: epsilon must be a number; got int"),
        (b"#" * 70000, "is larger than"),
        (b'"a(b" = 1', r"line 1: unknown setting 'a\(b'"),
    ],
)
def test_errors_name_a_file_that_cannot_be_used(fresh: Path, content: bytes, message: str) -> None:
    fresh.write_bytes(content)
    with pytest.raises(ArgumentError, match=rf"config.toml.*{message}") as caught:
        config.epsilon()
    assert len(str(caught.value)) < 1000


def test_errors_name_a_path_that_is_not_a_file(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.mkdir()
    with pytest.raises(ArgumentError, match=r"config.toml is a folder"):
        config.epsilon()
    fresh.rmdir()
    os.mkfifo(fresh)
    with pytest.raises(ArgumentError, match=r"config.toml is not a regular file"):
        config.epsilon()
    fresh.unlink()
    fresh.symlink_to(fresh.name)
    with pytest.raises(ArgumentError, match=r"config.toml cannot be read \(.*symbolic links"):
        config.epsilon()
    monkeypatch.setenv("OPS_CONFIG", os.devnull)  # the usual way to use no file
    assert config.epsilon() == 1e-7


def test_a_file_without_permission(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that OPS_CONFIG names must be readable; the default one may belong to another user."""
    fresh.write_text("epsilon = 1e-5\n")

    def denied(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(ArgumentError, match=r"config.toml cannot be read \(Permission denied\)"):
        config.epsilon()
    monkeypatch.delenv("OPS_CONFIG")
    monkeypatch.setattr(config, "config_path", lambda: fresh)
    assert config.epsilon() == 1e-7


def test_errors_name_a_wrong_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPS_EPSILON", "1" + "0" * 6000)
    with pytest.raises(ArgumentError, match="OPS_EPSILON: epsilon must be in") as caught:
        config.epsilon()
    assert len(str(caught.value)) < 300
    with pytest.raises(ArgumentError, match="epsilon must be a number; got int"):
        config.set_epsilon(10**5000)
