"""Known vulnerabilities, by pip-audit: of what the packages install, and of the tools pinned in requirements/."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from release.supply import required
from release.workspace import ROOT


def _audited(path: Path) -> bool:
    # The file is complete, so nothing is resolved; `ops` and its parts are not in it: their names on the public index
    # may be other projects. Strict: a distribution that the database does not know would pass otherwise.
    command = [sys.executable, "-m", "pip_audit", "--strict", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
    return subprocess.run([*command, "-r", str(path)], cwd=ROOT, check=False).returncode == 0


def main() -> int:
    """Audits what the packages install here and each file of requirements; returns 1 if anything is vulnerable."""
    safe = True
    with tempfile.TemporaryDirectory() as folder:
        installed = Path(folder) / "installed.txt"
        # A local label (2.13.0+cpu) is unknown to the databases.
        lines = [f"{name}=={metadata.version(name).partition('+')[0]}" for name in sorted(required())]
        installed.write_text("\n".join([*lines, ""]), "utf-8")
        for path in [installed, *sorted((ROOT / "requirements").glob("*.txt"))]:
            if path.name != "oldest.txt":  # the floors are old on purpose
                print(path.name, flush=True)
                safe = _audited(path) and safe
    return 0 if safe else 1
