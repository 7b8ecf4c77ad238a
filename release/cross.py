"""Today's packages beside those of an earlier commit, from built wheels: does each pair still pass its tests?

For each backend: today's `ops` and `ops-common` with the earlier backend, by today's tests of ops; the earlier `ops`
with today's backend and `ops-common`, by the earlier tests; and whether pip would let today's `ops` and backend meet
the earlier `ops-common` at all.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from release import build
from release.workspace import ROOT, Package, packages

# The records of kernels come with ops-common; an earlier ops may lack functions that they are of.
_ABSENT = """
import functools, ops
from ops_common.testing import RECORDS
for path in (record.path for record in RECORDS):
    try:
        functools.reduce(getattr, path.split("."), ops)
    except AttributeError:
        print(path)
"""
_TESTS = ("test_records.py", "test_transform.py", "test_control_flow.py")


def _wheels(root: Path, out: Path) -> dict[str, Path]:
    """The wheel of each package of a tree."""
    found: dict[str, Path] = {}
    for package in packages().values():
        where = root / "packages" / package.folder
        folder = out / package.name
        shutil.rmtree(folder, ignore_errors=True)
        build.run([sys.executable, "-m", "hatch", "build", "-t", "wheel", str(folder)], where, quiet=True)
        found[package.name] = next(folder.glob("*.whl"))
    return found


def _framework(package: Package) -> str:
    extra = build.EXTRAS.get(package.name)
    lines = [*package.requirements, *(package.extras[extra] if extra else [])]
    names = {line.split(">")[0]: line for line in lines}
    name = next(name for name in names if not name.startswith("ops-") and name not in ("numpy", "ml_dtypes", "optree"))
    return build.PINS.get(name, names[name])


def _environment(where: Path, wheels: list[Path], package: Package) -> None:
    shutil.rmtree(where, ignore_errors=True)
    build.run([sys.executable, "-m", "venv", str(where)])
    python = where / "bin" / "python"
    framework = [] if package.name == "ops-backend-numpy" else [_framework(package)]
    install = [str(python), "-m", "pip", "install", "-q"]
    tools = ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements" / "test.txt")]
    build.run([*install, *tools], quiet=True)
    build.run([*install, *framework, *map(str, wheels)], quiet=True)


def _passed(python: Path, root: Path, name: str) -> str:
    tests = [str(root / "packages" / "ops" / "tests" / test) for test in _TESTS]
    absent = subprocess.run([str(python), "-c", _ABSENT], capture_output=True, text=True, check=True).stdout.split()
    chosen = f"{name} and not ({' or '.join(absent)})" if absent else name
    command = [str(python), "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-k", chosen, *tests]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    last = (found.stdout.strip().splitlines() or ["nothing was said"])[-1]
    if found.returncode:
        print(found.stdout[-3000:])
    return ("passed: " if found.returncode == 0 else "FAILED: ") + last


def main(previous: str | None, names: list[str], out: Path) -> int:
    """The command."""
    if previous is None:
        raise SystemExit("name the earlier commit or tag: --previous COMMIT")
    earlier = out / "earlier"
    shutil.rmtree(earlier, ignore_errors=True)
    subprocess.run(["git", "worktree", "prune"], cwd=ROOT, check=True)
    build.run(["git", "worktree", "add", "-f", "--detach", str(earlier), previous], quiet=True)
    try:
        now, then = _wheels(ROOT, out / "now"), _wheels(earlier, out / "then")
        well = True
        for package in packages().values():
            name = package.folder.removeprefix("backend-")
            if not package.folder.startswith("backend-") or (names and name not in names):
                continue
            backend, word = package.name, {"tf": "tensorflow"}.get(name, name)
            cells = {
                "ops and common of today, backend of then": (ROOT, [now["ops-common"], now["ops"], then[backend]]),
                "ops of then, common and backend of today": (earlier, [now["ops-common"], then["ops"], now[backend]]),
            }
            python = out / "environment" / "bin" / "python"
            for what, (root, wheels) in cells.items():
                _environment(out / "environment", wheels, package)
                answer = _passed(python, root, word)
                well = well and answer.startswith("passed")
                print(f"{backend}: {what}: {answer}", flush=True)
            mixed = [str(python), "-m", "pip", "install", "--dry-run", "--no-index"]
            both = [str(then["ops-common"]), str(now["ops"]), str(now[backend])]
            refused = subprocess.run([*mixed, *both], capture_output=True, text=True, check=False)
            reason = next((line.strip() for line in refused.stdout.splitlines() if "depends on ops-common" in line), "")
            says = f"refuses: {reason or refused.stderr.strip()}" if refused.returncode else "agrees"
            print(f"{backend}: ops and backend of today, common of then: pip {says}", flush=True)
        return 0 if well else 1
    finally:
        build.run(["git", "worktree", "remove", "--force", str(earlier)], quiet=True)
