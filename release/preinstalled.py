"""Installs `ops` where a framework is installed already: the framework's version must stay, and the demo must work.

`python release preinstalled torch 2.8.0 2.15.0` makes a fresh environment for each version, installs the framework,
then ops with the backend in both documented ways:

- from files, as the README says, while pip's usual index is in reach, so that pip could replace the framework;
- by name from an index that holds our seven wheels only, while pip's usual index is out of reach.

It then trains the network of examples/digits.py on the backend. Results are recorded in docs/preinstalled.json, and
docs/matrix.py writes a table of them. The framework is installed with pip's configuration: for a version that a
constraint of the machine excludes, set PIP_CONFIG_FILE=/dev/null.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from release import build, history
from release.workspace import ROOT, chosen, packages

RECORD = ROOT / "docs" / "preinstalled.json"
_VERSION = "import importlib.metadata, sys; print(importlib.metadata.version(sys.argv[1]))"
_PLATFORM = "import platform; print(platform.python_version())"


def accuracy(output: str, backend: str) -> str:
    """Returns the test accuracy of a backend's training in the demo's output, such as 98.63%; empty without one."""
    # The accuracy is the last column of the table of trainings only.
    match = re.search(rf"^\W*{backend}\b.* ([\d.]+%)\W*$", output, re.MULTILINE)
    return match[1] if match else ""


def _printed(command: list[str], environment: dict[str, str], folder: Path) -> str:
    """Returns what a command prints; raises SystemExit with all of its output if it fails."""
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}\n{process.stdout}{process.stderr}")
    return process.stdout


def installed(backend: str, version: str, out: Path) -> dict[str, str]:
    """Installs one version of a framework, then ops in both ways, and runs the demo; returns what is recorded."""
    package = chosen({"tensorflow": "tf"}.get(backend, backend))
    names = ("ops-common", package.name, "ops")
    wheels = {name: build.built(name, out)[1] for name in packages()}
    index = history.index([*wheels.values()], out / "index")
    folder = out / "preinstalled"
    python = build.environment(folder)
    # CUDA is hidden: the demo runs on the CPU. Our packages must come from the wheels.
    usual = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "MPLBACKEND": "Agg"}
    usual.pop("PYTHONPATH", None)
    pip = [python, "-I", "-m", "pip"]
    # Most of a framework's modules are never imported here: compiling all of them would take minutes.
    build.run([*pip, "install", "-q", "--no-compile", f"{backend}=={version}"], folder, True, usual)
    before = _printed([python, "-I", "-c", _VERSION, backend], usual, folder).strip()
    files = [f"{wheels[name]}[{backend}]" if name == "ops" else str(wheels[name]) for name in names]
    build.run([*pip, "install", "-q", *files], folder, True, usual)
    from_files = _printed([python, "-I", "-c", _VERSION, backend], usual, folder).strip()
    build.run([*pip, "uninstall", "-q", "-y", *names], folder, True, usual)
    build.run([*pip, "install", "-q", f"ops[{backend}]"], folder, True, build.settings(index))
    by_name = _printed([python, "-I", "-c", _VERSION, backend], usual, folder).strip()
    build.run([*pip, "check"], folder, True, usual)
    demo = ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements" / "demo.txt")]
    build.run([*pip, "install", "-q", *demo], folder, True, usual)
    start = time.perf_counter()
    command = [python, "-I", str(ROOT / "examples" / "digits.py"), "--backends", backend, "--picture", "digits.png"]
    output = _printed(command, usual, folder)
    return {
        "python": _printed([python, "-I", "-c", _PLATFORM], usual, folder).strip(),
        "ops": packages()["ops"].version,
        "before": before,
        "from files": from_files,
        "by name": by_name,
        "accuracy": accuracy(output, backend),
        "seconds": str(round(time.perf_counter() - start)),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
    }


def right(result: dict[str, str]) -> bool:
    """Returns whether the framework stayed, and the demo printed an accuracy; the demo itself fails below 97 %."""
    return result["before"] == result["from files"] == result["by name"] and bool(result["accuracy"])


def main(backend: str, versions: list[str], out: Path) -> int:
    """Tries these versions of a framework, one environment at a time, and records them; returns 1 if one is wrong."""
    status = 0
    for version in versions:
        result = installed(backend, version, out)
        results = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
        results = {**results, backend: {**results.get(backend, {}), version: result}}
        RECORD.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        print(f"{backend} {version}: {result}", flush=True)
        status |= not right(result)
        shutil.rmtree(out / "preinstalled")
    return status
