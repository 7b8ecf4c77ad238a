"""Earlier versions of our packages: release/history.toml, wheels built from its commits, an index that holds them."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import NamedTuple

from release.workspace import ROOT, packages

HISTORY = ROOT / "release" / "history.toml"
_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)
_OURS = re.compile(r'"(ops(?:-[a-z]+)+(?:\[\w+\])?)>=[\d.]+,<[\d.]+"')


class Past(NamedTuple):
    """The packages of an earlier commit."""

    commit: str
    issue: int
    contract: str
    versions: dict[str, str]
    part: int = 0  # of the issue, where several commits of one issue are listed

    @property
    def label(self) -> str:
        """The local label of its wheels' versions."""
        return f"issue{self.issue}.{self.part}" if self.part else f"issue{self.issue}"

    def version(self, name: str) -> str:
        """The version of its wheel of a package."""
        return f"{self.versions[name]}+{self.label}"


def read() -> list[Past]:
    """Returns the listed commits, in their order."""
    entries = tomllib.loads(HISTORY.read_text("utf-8"))["release"]
    return [Past(**entry) for entry in entries]


def _archive(commit: str) -> tarfile.TarFile:
    command = ["git", "archive", commit, "packages"]
    process = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    if process.returncode:
        text = process.stderr.decode().strip()
        raise SystemExit(
            f"commit {commit} of release/history.toml: {text}; a shallow clone needs git fetch --unshallow"
        )
    return tarfile.open(fileobj=io.BytesIO(process.stdout))


def _stamp(package: Path, label: str, version: str | None) -> None:
    """Appends a label to the version of a package's source, or to another version that it then has.

    With another version, the package requires that minor version of our other packages.
    """
    project = package / "pyproject.toml"
    text = project.read_text("utf-8")
    source = package / tomllib.loads(text)["tool"]["hatch"]["version"]["path"]
    code = source.read_text("utf-8")
    source.write_text(_VERSION.sub(lambda found: f'__version__ = "{version or found[1]}+{label}"', code), "utf-8")
    if version is not None:
        major, minor = map(int, version.split(".")[:2])
        project.write_text(_OURS.sub(rf'"\1>={major}.{minor},<{major}.{minor + 1}"', text), "utf-8")


def _build(sources: Path, folder: Path, label: str, version: str | None) -> dict[str, Path]:
    """Builds the stamped wheels of a folder of packages; returns them by distribution."""
    wheels: dict[str, Path] = {}
    for project in sorted(sources.glob("*/pyproject.toml")):
        _stamp(project.parent, label, version)
        name = tomllib.loads(project.read_text("utf-8"))["project"]["name"]
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
        process = subprocess.run(command, cwd=project.parent, capture_output=True, text=True, check=False)
        if process.returncode:
            raise SystemExit(f"{name} of {label}:\n{process.stdout}{process.stderr}")
        (wheels[name],) = folder.glob(f"{name.replace('-', '_')}-[0-9]*+{label}-*.whl")
    return wheels


def wheels(past: Past, out: Path) -> dict[str, Path]:
    """Returns the wheels of an earlier commit by distribution; built at the first call into a folder below `out`."""
    folder = out / "history" / past.commit[:12]
    built = {name: path for name in past.versions for path in folder.glob(f"{name.replace('-', '_')}-[0-9]*.whl")}
    if built.keys() != past.versions.keys():
        shutil.rmtree(folder, ignore_errors=True)
        with _archive(past.commit) as archive:
            archive.extractall(folder / "source", filter="data")
        built = _build(folder / "source" / "packages", folder, past.label, None)
        shutil.rmtree(folder / "source")
    return built


def today(out: Path, version: str | None = None) -> dict[str, Path]:
    """Returns wheels of the tree with the label +tree, and with another version where one is given."""
    folder = out / "tree"
    shutil.rmtree(folder, ignore_errors=True)
    for package in packages().values():
        ignored = shutil.ignore_patterns("__pycache__", "tests")
        shutil.copytree(package.path, folder / "source" / package.folder, ignore=ignored)
    built = _build(folder / "source", folder, "tree", version)
    shutil.rmtree(folder / "source")
    return built


def index(files: list[Path], folder: Path) -> str:
    """Writes an index of wheels (the simple repository API) into a folder; returns its URL."""
    shutil.rmtree(folder, ignore_errors=True)
    projects: dict[str, list[Path]] = {}
    for path in files:
        name = re.sub(r"[-_.]+", "-", path.name.split("-")[0]).lower()
        projects.setdefault(name, []).append(path)
    for name, paths in projects.items():
        page = folder / name
        page.mkdir(parents=True)
        links: list[str] = []
        for path in sorted(set(paths)):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            links.append(f'<a href="{path.resolve().as_uri()}#sha256={digest}">{path.name}</a><br>')
        (page / "index.html").write_text("<!DOCTYPE html>\n" + "\n".join(links) + "\n", "utf-8")
    return folder.resolve().as_uri()


def check() -> list[str]:
    """Returns what the list says otherwise than the commits."""
    wrong: list[str] = []
    for past in read():
        versions: dict[str, str] = {}
        with _archive(past.commit) as archive:
            files = {name: archive.extractfile(name) for name in archive.getnames() if name.endswith((".py", ".toml"))}
            contents = {name: file.read().decode() for name, file in files.items() if file is not None}
        for name, text in contents.items():
            if not re.fullmatch(r"packages/[\w-]+/pyproject\.toml", name):
                continue
            project = tomllib.loads(text)
            source = contents[f"{name.rpartition('/')[0]}/{project['tool']['hatch']['version']['path']}"]
            found = _VERSION.search(source)
            versions[project["project"]["name"]] = found[1] if found else "none"
        contract = re.search(
            r"^CONTRACT_VERSION = \((\d+), (\d+)\)",
            contents["packages/common/src/ops_common/contract/__init__.py"],
            re.MULTILINE,
        )
        if versions != past.versions:
            wrong.append(f"{past.commit[:12]} has the versions {versions}")
        if contract is None or past.contract != f"{contract[1]}.{contract[2]}":
            wrong.append(f"{past.commit[:12]} has another contract")
    return wrong
