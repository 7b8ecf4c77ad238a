"""What pip installs by default on Linux: resolved from the index, not installed, and recorded in release/linux.json.

PyTorch's wheels on the public index are CUDA builds there, so a user of ops-backend-torch gets NVIDIA's libraries too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name

from release.workspace import ROOT, Package, foreign, packages

RECORD = ROOT / "release" / "linux.json"
# The extra whose framework is resolved, where a package leaves the choice to the user.
_EXTRAS = {"ops-backend-tf": "tensorflow"}


class Part(NamedTuple):
    """A distribution that pip installs."""

    name: str
    version: str
    licence: str


def licence(expression: str | None, classifiers: list[str], text: str | None) -> str:
    """Returns a distribution's licence, from the fields of its metadata."""
    if expression:
        return expression
    named = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::")]
    text = (text or "").strip()
    return "; ".join(named) or (text if text and "\n" not in text and len(text) < 60 else "see its licence file")


def _resolved(package: Package) -> list[Part]:
    lines = foreign([*package.requirements, *package.extras.get(_EXTRAS.get(package.name, ""), [])])
    # The index alone: a local folder may have builds that a user does not get.
    settings = {**os.environ, "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pip", "install", "-q", "--dry-run", "--ignore-installed"]
        command += ["--only-binary=:all:", "--report", str(report), *lines]
        process = subprocess.run(command, capture_output=True, text=True, check=False, env=settings)
        if process.returncode:
            raise SystemExit(process.stdout + process.stderr)
        entries: list[dict[str, Any]] = [entry["metadata"] for entry in json.loads(report.read_text())["install"]]
    return sorted(
        Part(
            canonicalize_name(entry["name"]),
            entry["version"],
            licence(entry.get("license_expression"), entry.get("classifier", []), entry.get("license")),
        )
        for entry in entries
    )


def parts(package: Package) -> list[Part]:
    """Returns what pip installs beside a package by default, as recorded."""
    return [Part(*entry) for entry in json.loads(RECORD.read_text("utf-8"))["packages"].get(package.name, [])]


def platform() -> str:
    """Returns the platform that was recorded."""
    return json.loads(RECORD.read_text("utf-8"))["platform"]


def write() -> None:
    """Resolves each package's requirements in this environment, and records them; needs pip >= 25.1 and an index."""
    record = {
        "platform": f"Linux x86-64, Python {sys.version_info.major}.{sys.version_info.minor}",
        "packages": {package.name: _resolved(package) for package in packages().values()},
    }
    text = json.dumps(record, indent=1)
    RECORD.write_text(text + "\n", "utf-8")
