"""Checks of the workflows: no value is pasted into a script, actions and tools are pinned by their hashes."""

from __future__ import annotations

import re

from release.workspace import ROOT

FOLDER = ROOT / ".github" / "workflows"
_USES = re.compile(r"\s*-? *uses: \S+@[0-9a-f]{40} # v\d")


def problems(text: str) -> list[str]:
    """Returns what is wrong in a workflow, with the numbers of lines.

    A value in a script's text, `${{ ... }}`, is code that whoever chooses the value can write; in `env` it is data.
    """
    wrong: list[str] = []
    indent: int | None = None  # of the script that the line belongs to
    for number, line in enumerate(text.splitlines(), 1):
        depth = len(line) - len(line.lstrip())
        if indent is not None and line.strip() and depth <= indent:
            indent = None
        start = re.match(r"(\s*(?:- )?)run:", line)
        if start:
            indent = len(start[1])
        if indent is not None and "${{" in line:
            wrong.append(f"{number}: a value in the text of a script; pass it through env")
        if indent is not None and "pip install" in line and "--require-hashes" not in line:
            wrong.append(f"{number}: pip install without --require-hashes")
        if "uses:" in line and not _USES.match(line):
            wrong.append(f"{number}: an action that is not pinned by its commit")
    return wrong


def main() -> int:
    """Prints what is wrong in the workflows; returns 1 if anything is."""
    wrong = [
        f"{path.relative_to(ROOT)}:{problem}"
        for path in sorted(FOLDER.glob("*.y*ml"))  # GitHub reads .yml and .yaml
        for problem in problems(path.read_text("utf-8"))
    ]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0
