"""Earlier versions: the list, the stamped versions of their wheels, and the index that holds them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from release import history
from release.workspace import packages


def test_commits_have_different_labels_and_versions_of_all_packages():
    entries = history.read()
    assert len({entry.label for entry in entries}) == len({entry.commit for entry in entries}) == len(entries)
    for entry in entries:
        assert len(entry.commit) == 40
        assert entry.versions.keys() == packages().keys()


def test_read_returns_commits_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "history.toml"
    path.write_text(
        """
[[release]]
commit = "b"
issue = 7
contract = "1.0"
versions = {ops = "0.1.0"}
[[release]]
commit = "a"
issue = 19
part = 2
contract = "1.1"
versions = {ops = "0.1.1"}
"""
    )
    monkeypatch.setattr(history, "HISTORY", path)
    first, second = history.read()
    assert (first.commit, first.label, first.version("ops")) == ("b", "issue7", "0.1.0+issue7")
    assert (second.commit, second.label, second.version("ops")) == ("a", "issue19.2", "0.1.1+issue19.2")


@pytest.mark.parametrize(
    ("version", "stamped", "requirement"),
    [
        (None, "0.1.1+tree", "ops-backend-tf[cpu]>=0.1.1,<0.2"),
        ("0.3.1", "0.3.1+tree", "ops-backend-tf[cpu]>=0.3,<0.4"),
    ],
)
def test_stamp_changes_the_version_and_the_requirements_of_our_packages(
    tmp_path: Path, version: str | None, stamped: str, requirement: str
):
    (tmp_path / "pyproject.toml").write_text(
        'dependencies = ["ops-backend-tf[cpu]>=0.1.1,<0.2", "numpy>=2.0,<3"]\n[tool.hatch.version]\npath = "code.py"\n'
    )
    (tmp_path / "code.py").write_text('"""Code."""\n__version__ = "0.1.1"\n')
    history._stamp(tmp_path, "tree", version)
    assert (tmp_path / "code.py").read_text() == f'"""Code."""\n__version__ = "{stamped}"\n'
    assert f'["{requirement}", "numpy>=2.0,<3"]' in (tmp_path / "pyproject.toml").read_text()


def test_index_links_each_wheel_with_its_hash(tmp_path: Path):
    wheels = [tmp_path / f"ops_common-{version}-py3-none-any.whl" for version in ("0.1.1+issue7", "0.2.0")]
    for wheel in wheels:
        wheel.write_bytes(wheel.name.encode())
    url = history.index(wheels, tmp_path / "index")
    assert url == (tmp_path / "index").as_uri()
    page = (tmp_path / "index" / "ops-common" / "index.html").read_text()
    for wheel in wheels:
        assert f"{wheel.as_uri()}#sha256={hashlib.sha256(wheel.name.encode()).hexdigest()}" in page
