"""The fragments of changelogs, and the changelog that a release makes of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from release.workspace import Package, chosen, packages


@pytest.mark.parametrize("package", packages().values(), ids=[*packages()])
def test_fragments_have_a_known_type_and_one_line(package: Package):
    types = "|".join(entry["directory"] for entry in package.project["tool"]["towncrier"]["type"])
    for path in (package.path / "changes").glob("[!.]*"):
        assert re.fullmatch(rf"(\d+|\+[\w-]+)\.({types})\.md", path.name), path
        assert len(path.read_text("utf-8").strip().splitlines()) == 1, path


def test_release_moves_fragments_to_the_changelog(tmp_path: Path):
    package = chosen("torch")
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(package.path / name, tmp_path)
    changes = tmp_path / "changes"
    changes.mkdir()
    (changes / "+name.added.md").write_text("A new function.\n")
    (changes / "20.fixed.md").write_text("A wrong result is fixed.\n")
    arguments = ["--yes", "--config", str(tmp_path / "pyproject.toml"), "--dir", str(tmp_path)]
    command = [sys.executable, "-m", "towncrier", "build", *arguments, "--version", "9.8.7", "--date", "2030-01-02"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    before = (package.path / "CHANGELOG.md").read_text("utf-8")
    after = (tmp_path / "CHANGELOG.md").read_text("utf-8")
    section = after.partition("## 9.8.7 (2030-01-02)")[2].partition("\n## ")[0]
    assert section.split("\n\n")[1:5] == [
        "### Added",
        "- A new function.",
        "### Fixed",
        "- A wrong result is fixed. (#20)",
    ]
    assert after.endswith(before.partition("\n## ")[2])
    assert not [*changes.glob("*.md")]
