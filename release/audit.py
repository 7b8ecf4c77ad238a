"""Known vulnerabilities, by pip-audit: of what the packages install here and, by default, on Linux (there with the
CUDA parts of PyTorch), and of the tools pinned in requirements/."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from release import linux
from release.supply import required
from release.workspace import ROOT, packages


def _audited(path: Path) -> bool:
    # The file is complete, so nothing is resolved; `ops` and its parts are not in it: their names on the public index
    # may be other projects. Strict: a distribution that the database does not know would pass otherwise.
    command = [sys.executable, "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    return subprocess.run([*command, "-r", str(path)], cwd=ROOT, check=False).returncode == 0


def installed() -> list[str]:
    """Returns pins of what the packages have installed here."""
    # A local label (2.13.0+cpu) is unknown to the databases.
    return [f"{name}=={metadata.version(name).partition('+')[0]}" for name in sorted(required())]


def by_default() -> list[str]:
    """Returns pins of what pip installs by default on Linux, as recorded, without what is installed here."""
    found = {f"{part.name}=={part.version}" for package in packages().values() for part in linux.parts(package)}
    return sorted(found - set(installed()))


def main() -> int:
    """Audits these pins and each file of requirements; returns 1 if anything is vulnerable."""
    safe = True
    with tempfile.TemporaryDirectory() as folder:
        lists = {"installed.txt": installed(), "linux.txt": by_default()}
        for name, pins in lists.items():
            (Path(folder) / name).write_text("\n".join([*pins, ""]), "utf-8")
        for path in [*(Path(folder) / name for name in lists), *sorted((ROOT / "requirements").glob("*.txt"))]:
            if path.name != "oldest.txt":  # the floors are old on purpose
                print(path.name, flush=True)
                safe = _audited(path) and safe
    return 0 if safe else 1
