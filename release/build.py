"""A release before it is one: built, checked, installed from a folder of wheels, tried; and what would be uploaded."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from release import history
from release.workspace import ROOT, Package, foreign, packages

# What is downloaded where a range would bring gigabytes.
PINS = {"torch": "torch==2.13.0"}
# The extra that installs the framework, where the package's own requirements leave that to the user.
EXTRAS = {"ops-backend-tf": "cpu"}
# Bytes of the wheels of ops and ops-common together, which every user downloads, whichever backend they use. The
# rehearsal fails above it: either a wheel has files that do not belong there (tests, data, binaries), or the code has
# grown so much that a higher limit has to be decided on.
LIMIT = 900_000


def run(command: list[str], where: Path = ROOT, quiet: bool = False, env: dict[str, str] | None = None) -> None:
    """Runs a command; what it says is shown where it fails, or always."""
    found = subprocess.run(command, cwd=where, capture_output=quiet, text=True, check=False, env=env)
    if found.returncode:
        raise SystemExit(f"{' '.join(command)}\n{found.stdout or ''}{found.stderr or ''}")


@functools.cache
def built(package_name: str, out: Path) -> tuple[Path, Path]:
    """Returns a package's sdist and wheel, built once a process into a folder of its name."""
    package, folder = packages()[package_name], out / package_name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run([sys.executable, "-m", "hatch", "build", str(folder)], package.path, quiet=True)
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return sdist, wheel


def check(package: Package, sdist: Path, wheel: Path) -> list[str]:
    """What is wrong with them; their metadata are checked by twine, the wheel's layout by check-wheel-contents."""
    run([sys.executable, "-m", "twine", "check", "--strict", str(sdist), str(wheel)], quiet=True)
    run(["check-wheel-contents", str(wheel)], quiet=True)
    wrong: list[str] = []
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        contents = {name: archive.read(name) for name in names if not name.endswith("/RECORD")}
    info = next(name.split("/")[0] for name in names if name.endswith(".dist-info/METADATA"))
    wanted = [f"{package.module}/__init__.py", f"{package.module}/py.typed"]
    wanted += [f"{info}/licenses/LICENSE", f"{info}/sboms/sbom.cdx.json"]
    wrong += [f"the wheel lacks {name}" for name in wanted if name not in names]
    # A module beside the package is one that an entry point names, such as a plug-in of pytest.
    groups: dict[str, dict[str, str]] = package.project["project"].get("entry-points", {})
    own = (f"{package.module}/", f"{info}/", *(f"{value}.py" for group in groups.values() for value in group.values()))
    wrong += [f"the wheel has {name}" for name in names if not name.startswith(own)]
    metadata = contents[f"{info}/METADATA"].decode()
    if f"\nVersion: {package.version}\n" not in metadata:
        wrong.append(f"the wheel is not of version {package.version}")
    with tarfile.open(sdist) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("CHANGELOG.md", "LICENSE", "README.md", "tests/smoke.py"):
        wrong += [] if name in inside else [f"the sdist lacks {name}"]
    again = sdist.parent / "again"
    run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(again), str(sdist)], quiet=True)
    with zipfile.ZipFile(next(again.glob("*.whl"))) as archive:
        other = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/RECORD")}
    if other != contents:
        wrong.append("the wheel that the sdist makes is another one")
    shutil.rmtree(again)
    return wrong


def _needed(package: Package) -> list[Package]:
    """The packages of ours that it requires."""
    found = packages()
    return [found[line.split(">")[0]] for line in package.requirements if line.split(">")[0] in found]


def wheelhouse(wheels: list[Path], needs: list[Package], folder: Path) -> None:
    """A folder with these wheels and those of all that they require, downloaded by name: never ours, whose names
    somebody else's packages have on the index."""
    folder.mkdir(parents=True, exist_ok=True)
    for wheel in wheels:
        shutil.copy(wheel, folder)
    lines: list[str] = []
    for package in needs:
        lines += foreign(package.requirements) + foreign(package.extras.get(EXTRAS.get(package.name, ""), []))
    names = {line.split(">")[0].split("=")[0].split("[")[0]: line for line in lines}
    wanted = [PINS.get(name, line) for name, line in names.items()]
    run([sys.executable, "-m", "pip", "download", "-q", "--only-binary=:all:", "-d", str(folder), *wanted], quiet=True)


def environment(folder: Path) -> str:
    """Makes a fresh environment; returns its Python."""
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", str(folder)])
    return str(folder / ("Scripts" if os.name == "nt" else "bin") / "python")


def tried(wanted: list[str], url: str, folder: Path, package: Package, version: str) -> None:
    """Installs by name from an index into a fresh environment, and runs the package's smoke test in it."""
    python = environment(folder)
    print(f"    pip install --index-url {url} {' '.join(wanted)}", flush=True)
    run([python, "-I", "-m", "pip", "install", "-q", *wanted], folder, True, settings(url))
    run([python, "-I", str(package.path / "tests" / "smoke.py"), version], folder)


def settings(url: str) -> dict[str, str]:
    """Returns the environment in which pip knows one index alone, and nothing of the machine's own configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    kept.pop("PYTHONPATH", None)
    return {**kept, "PIP_INDEX_URL": url, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def published(out: Path) -> list[Path]:
    """Returns the wheels of all earlier commits that stand for published versions."""
    return [path for past in history.read() for path in history.wheels(past, out).values()]


def _current(path: Path) -> bool:
    """Whether an earlier wheel has the version of the tree's package: pip would prefer it for its label."""
    name, version = path.name.split("-")[:2]
    return version.partition("+")[0] == packages()[name.replace("_", "-")].version


def pinned(package: Package, index: str, out: Path) -> None:
    """Installs each earlier set of ops and the NumPy backend by pins from the index that holds today's, and tries it.

    Mixed pins are the business of `python release compatibility`.
    """
    for past in history.read():
        names = {"ops-common": "ops-common", "ops": "ops[numpy]", "ops-backend-numpy": "ops-backend-numpy"}
        wanted = [f"{name}=={past.version(key)}" for key, name in names.items()]
        tried(wanted, index, out / "pinned-environment", package, past.version("ops"))
    shutil.rmtree(out / "pinned-environment")


def released(package: Package, out: Path) -> bool:
    """The whole of it, for one package; whether all is well. What would be uploaded is in out/upload then."""
    print(f"{package.tag}")
    sdist, wheel = built(package.name, out)
    wrong = check(package, sdist, wheel)
    for line in wrong:
        print(f"    {line}")
    if wrong:
        return False
    print("    built, metadata and contents are right, and the sdist makes the same wheel")
    needs = _needed(package)
    wheels = [wheel, *(built(one.name, out)[1] for one in needs)]
    what, extra = package.name, EXTRAS.get(package.name)
    if package.name == "ops":
        backend = packages()["ops-backend-numpy"]
        wheels.append(built(backend.name, out)[1])
        needs, extra = [*needs, backend], "numpy"
    folder = out / f"{package.name}-wheels"
    shutil.rmtree(folder, ignore_errors=True)
    wheelhouse(wheels, [package, *needs], folder)
    earlier = published(out)
    index = history.index([*folder.glob("*.whl"), *(path for path in earlier if not _current(path))], out / "index")
    wanted = f"{what}[{extra}]" if extra else what
    tried([wanted], index, out / f"{package.name}-environment", package, package.version)
    shutil.rmtree(out / f"{package.name}-environment")
    if package.name == "ops":
        index = history.index([*folder.glob("*.whl"), *earlier], out / "index")
        pinned(package, index, out)
    upload = out / "upload"
    upload.mkdir(exist_ok=True)
    print("    a release would upload")
    for path in (sdist, wheel):
        shutil.copy(path, upload)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"        {path.name}  {path.stat().st_size:,} bytes  sha256 {digest}")
    return True


def sizes(out: Path) -> bool:
    """Whether ops and ops-common are small enough together, said with all the wheels' sizes."""
    total = 0
    for package in packages().values():
        found = [*(out / package.name).glob("*.whl")]
        if found:
            size = found[0].stat().st_size
            total += size if package.name in ("ops", "ops-common") else 0
            print(f"{package.name:24} {size / 1000:8.1f} kB")
    print(f"ops and ops-common       {total / 1000:8.1f} kB, of {LIMIT / 1000:.0f} allowed")
    return total <= LIMIT
