"""Settings: setters, environment, file, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops_common import ArgumentError, config


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No setting is known yet, and the file is a temporary one."""
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


def test_broken_file_names_itself_and_the_line(fresh: Path) -> None:
    fresh.write_text('floatx = "float32"\nepsilon = \n')
    with pytest.raises(ArgumentError, match=r"config.toml is not valid TOML.*line 2"):
        config.floatx()
    fresh.write_text('# mine\n\nfloatx = "float33"\n')
    with pytest.raises(ArgumentError, match=r"config.toml, line 3: floatx must be one of"):
        config.floatx()
    fresh.write_text('epsilon = 1e-5\nflotx = "float32"\n')
    with pytest.raises(ArgumentError, match=r"config.toml, line 2: there is no setting 'flotx'; there are floatx, "):
        config.epsilon()
