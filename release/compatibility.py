"""Today's packages together with earlier ones: what pip admits must load and compute, what pip refuses must say why.

For each backend and each commit of release/history.toml, all from one index that holds every version:

- today's `ops` and `ops-common` with the earlier backend;
- the earlier `ops` with today's `ops-common` and backend;
- the earlier set, pinned.

The results are written to docs/compatibility.md.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from release import build, history
from release.workspace import ROOT, Package, foreign, packages

TABLE = ROOT / "docs" / "compatibility.md"
# The smoke test of ops, then the kernels of the backend by the records of the installed ops-common.
_CHECK = """
import sys
import ops
from ops_common.testing import conformance
backend = sys.argv[1]
with ops.use_backend(backend):
    x = ops.convert_to_tensor([[1.0, 2.0], [3.0, 4.0]])
    gradient = ops.grad(lambda x: ops.sum(ops.nn.relu(x) * x))(x)
    assert ops.convert_to_numpy(gradient).tolist() == [[2.0, 4.0], [6.0, 8.0]]
passed, failed = 0, []
for case in conformance.cases(backend):
    if case.dtype == "float32":
        try:
            case.check()
            passed += 1
        except Exception as error:
            failed.append(f"{case} ({type(error).__name__})")
print(f"{passed} kernels passed" + (f", {len(failed)} failed: {', '.join(failed)}" if failed else ""))
sys.exit(1 if failed else 0)
"""


def _environment(where: Path, package: Package) -> str:
    """Makes an environment with a framework, all else that ours require, and the test tools; returns its Python."""
    python = build.environment(where)
    lines = foreign([line for entry in packages().values() if _shared(entry) for line in entry.requirements])
    lines += foreign([*package.requirements, *package.extras.get(build.EXTRAS.get(package.name, ""), [])])
    wanted = {build.PINS.get(line.split(">")[0], line) for line in lines}
    install = [python, "-m", "pip", "install", "-q"]
    build.run([*install, *sorted(wanted)], quiet=True)
    tools = ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements" / "test.txt")]
    build.run([*install, *tools], quiet=True)
    return python


def _shared(package: Package) -> bool:
    return not package.folder.startswith("backend-")


def reason(output: str) -> str:
    """Returns the line of pip's output that says which package does not admit which other one; empty without one."""
    lines = [line.strip() for line in output.splitlines() if " depends on " in line and line.startswith(" ")]
    for line in lines:  # "A 1 depends on B<2" is the conflict, "The user requested B==3" its other side
        if line.startswith("ops") and " depends on ops-" in line:
            return line
    return ""


def outcome(python: str, wanted: list[str], backend: str, url: str) -> str:
    """Installs these versions of ours and runs the checks; returns the result in words, which starts with FAILED
    where an admitted combination does not work."""
    build.run([python, "-m", "pip", "uninstall", "-q", "-y", *packages()], quiet=True)
    # Not quiet: pip would leave out which requirements conflict.
    command = [python, "-m", "pip", "install", "--only-binary=:all:", *wanted]
    environment = build.settings(url)
    process = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if process.returncode:
        why = reason(process.stdout + process.stderr)
        return f"pip refuses: {why}" if why else f"FAILED: {process.stderr.strip()[-300:]}"
    command = [python, "-I", "-W", "ignore", "-c", _CHECK, backend]
    process = subprocess.run(
        command, capture_output=True, text=True, check=False, env=environment, cwd=Path(python).parent
    )
    last = (process.stdout.strip() or process.stderr.strip() or "nothing was printed").splitlines()[-1]
    return last if process.returncode == 0 else f"FAILED: {last[:400]}"


def table(rows: list[tuple[str, str, str, str]], version: str) -> str:
    """Returns the text of docs/compatibility.md."""
    lines = [
        "# Packages of different versions together",
        "",
        f"Written by `python release compatibility`: today's sources built as ops {version}, with the packages of the",
        "commits in release/history.toml. A combination either loads, and computes a gradient and the float32 kernels",
        "as the records of its ops-common say, or pip refuses it and names the requirement.",
        "",
        "| backend | earlier packages | with | result |",
        "|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join([*lines, ""])


def main(names: list[str], out: Path, version: str | None) -> int:
    """Runs the combinations of these backends (all without names) and writes the table; returns 1 if one fails."""
    past = history.read()
    files = {entry.commit: history.wheels(entry, out) for entry in past}
    tree = history.today(out, version)
    url = history.index([*tree.values(), *(path for built in files.values() for path in built.values())], out / "index")
    now = {name: path.name.split("-")[1] for name, path in tree.items()}
    rows: list[tuple[str, str, str, str]] = []
    for package in packages().values():
        word = package.folder.removeprefix("backend-")
        if _shared(package) or (names and word not in names):
            continue
        backend = {"tf": "tensorflow"}.get(word, word)
        python = _environment(out / "environment", package)
        for entry in past:
            then = {name: entry.version(name) for name in entry.versions}
            combinations = {
                "ops and ops-common of today": {**now, package.name: then[package.name]},
                "ops-common and backend of today": {**now, "ops": then["ops"]},
                "none of today": then,
            }
            for what, versions in combinations.items():
                wanted = [f"{name}=={versions[name]}" for name in ("ops-common", "ops", package.name)]
                result = outcome(python, wanted, backend, url)
                rows.append((backend, f"{entry.label}, contract {entry.contract}", what, result))
                print(*rows[-1], sep=": ", flush=True)
        shutil.rmtree(out / "environment")
    if not names:
        TABLE.write_text(table(rows, now["ops"].partition("+")[0]), "utf-8")
    return 1 if any(row[-1].startswith("FAILED") for row in rows) else 0
