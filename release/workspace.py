"""The seven packages: where they lie, what they are called, their versions and tags."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parent.parent
_TAG = re.compile(r"(?P<name>ops(?:-[a-z]+)*)-v(?P<version>\d+\.\d+\.\d+\S*)")


class Package(NamedTuple):
    """One package of the workspace."""

    folder: str  # below packages/
    name: str  # of the distribution
    module: str
    version: str
    project: dict[str, Any]  # pyproject.toml

    @property
    def path(self) -> Path:
        """Its folder."""
        return ROOT / "packages" / self.folder

    @property
    def tag(self) -> str:
        """The tag of its version."""
        return f"{self.name}-v{self.version}"

    @property
    def requirements(self) -> list[str]:
        """What it requires, without extras."""
        return list(self.project["project"].get("dependencies", []))

    @property
    def extras(self) -> dict[str, list[str]]:
        """What each extra requires besides."""
        return dict(self.project["project"].get("optional-dependencies", {}))


def _read(path: Path) -> Package:
    project = tomllib.loads((path / "pyproject.toml").read_text("utf-8"))
    source = path / project["tool"]["hatch"]["version"]["path"]
    found = re.search(r'^__version__ = "([^"]+)"', source.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise SystemExit(f"{source} says no __version__")
    return Package(path.name, project["project"]["name"], source.parent.name, found[1], project)


def packages() -> dict[str, Package]:
    """All of them by the distribution's name, those that others need first."""
    found = [_read(path.parent) for path in sorted((ROOT / "packages").glob("*/pyproject.toml"))]
    order = {"ops-common": 0, "ops": 2}
    return {one.name: one for one in sorted(found, key=lambda one: (order.get(one.name, 1), one.name))}


def foreign(requirements: list[str]) -> list[str]:
    """Returns those of these requirements that are not packages of ours."""
    ours = tuple(packages())
    return [line for line in requirements if line.split("[")[0].split(">")[0] not in ours]


def chosen(word: str) -> Package:
    """A package by its name, or its folder's, or what stands behind ``backend-``."""
    for one in packages().values():
        if word in (one.name, one.folder, one.folder.removeprefix("backend-")):
            return one
    raise SystemExit(f"there is no package {word!r}; there are {', '.join(packages())}")


def of_tag(tag: str) -> Package:
    """The package that a tag releases; it must say the version that the source says."""
    found = _TAG.fullmatch(tag)
    if found is None:
        raise SystemExit(f"{tag!r} is no release's tag: these look like ops-backend-torch-v0.1.0")
    one = chosen(found["name"])
    if one.version != found["version"]:
        raise SystemExit(f"the tag is {tag}, the source says {one.tag}")
    return one


# What all packages share: a change here is one of each.
_SHARED = ("tox.ini", "pyproject.toml", "requirements/", "packages/common/", "packages/ops/", ".github/")
_ALONE = {"numpy": "numpy", "jax": "jax", "tf": "tensorflow", "torch": "torch", "openvino": "openvino"}


def environments(since: str) -> list[str]:
    """The environments of tox that a change since a commit asks for; all of them where that commit is not known."""
    every = ["lint", "common", *_ALONE.values(), "all"]
    command = ["git", "diff", "--name-only", f"{since}...HEAD"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    paths = found.stdout.splitlines()
    if found.returncode or any(path.startswith(_SHARED) for path in paths):
        return every
    touched = [name for folder, name in _ALONE.items() if any(f"packages/backend-{folder}/" in path for path in paths)]
    return ["lint", *touched, *(["all"] if touched else [])]
