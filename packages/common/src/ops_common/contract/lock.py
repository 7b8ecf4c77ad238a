"""The contract's lock: a file with every function of the contract and its signature, every constant and its type, and
the contract's version.

`python -m ops_common.contract.lock` prints what has changed since the file was written, and which version that
requires; `--write` rewrites it, once `CONTRACT_VERSION` is that version. A new optional function or constant is a minor
change; a changed, removed or new required one is a major change, since existing backends would fail.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from ops_common import contract

PATH = Path(__file__).with_name("contract.lock")
_TITLE = "# The contract's functions and constants; a question mark means optional. Written by contract/lock.py."
_LINE = re.compile(r"([A-Za-z_.0-9]+)(\??)([(:].*)")

Version = tuple[int, int]
# By family and name: whether it is required, and a function's signature, or ": " with a constant's type and default.
Entries = dict[str, tuple[bool, str]]


def entries() -> Entries:
    """Returns the contract's current functions and constants."""
    functions: Entries = {
        f"{family}.{name}": (bool(stub.__required__), str(inspect.signature(stub)))  # type: ignore[attr-defined]  # set by the marker
        for family, stubs in contract.stubs().items()
        for name, stub in stubs.items()
    }
    constants: Entries = {
        f"{family}.{name}": (required, f": {annotation}" if required else f": {annotation} = {default!r}")
        for family, constants in contract.constants().items()
        for name, (required, annotation, default) in constants.items()
    }
    return functions | constants


def written(version: Version, entries: Entries) -> str:
    """Returns the lock's text."""
    lines = [f"{name}{'' if required else '?'}{text}" for name, (required, text) in sorted(entries.items())]
    return "\n".join([_TITLE, f"version {version[0]}.{version[1]}", *lines, ""])


def read(text: str) -> tuple[Version, Entries]:
    """Returns the version and the entries of a lock's text."""
    _, version, *lines = text.splitlines()
    major, minor = version.removeprefix("version ").split(".")
    result: Entries = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"the contract's lock has a line that is not a function or constant: {line!r}")
        result[match[1]] = (not match[2], match[3])
    return (int(major), int(minor)), result


def changes(before: Entries, after: Entries) -> tuple[list[str], list[str]]:
    """Returns the major changes and the minor changes, a line for each."""
    major = [f"{name} was removed" for name in before if name not in after]
    minor: list[str] = []
    for name, (required, text) in after.items():
        if name not in before:
            (major if required else minor).append(f"{name} was added, as {'required' if required else 'optional'}")
        elif before[name][0] != required and _type(before[name][1]) == _type(text):
            (major if required else minor).append(f"{name} is {'required' if required else 'optional'} now")
        elif before[name][1] != text:
            major.append(f"{name} was {before[name][1].lstrip(': ')}, is {text.lstrip(': ')}")
    return major, minor


def _type(text: str) -> str:
    """Returns an entry's text without a constant's default, which only an optional one has."""
    return text.partition(" = ")[0]


def needed(locked: Version, before: Entries, after: Entries) -> Version:
    """Returns the lowest version that the changes since the locked one require."""
    major, minor = changes(before, after)
    return (locked[0] + 1, 0) if major else (locked[0], locked[1] + 1) if minor else locked


def problems(version: Version, text: str, after: Entries) -> list[str]:
    """Returns the problems of a version and a lock, for these entries: a line for each change, and what to do."""
    locked, before = read(text)
    least = needed(locked, before, after)
    changed = [line for lines in changes(before, after) for line in lines]
    if version < least or (least == locked and version != locked):
        return [*changed, f"CONTRACT_VERSION is {version}; since {locked} it must become {least}"]
    if changed:
        return [*changed, "rewrite the contract's lock: python -m ops_common.contract.lock --write"]
    return []


def main(arguments: list[str]) -> int:
    """Runs the command and returns its exit status."""
    now = entries()
    if not PATH.exists() and "--write" in arguments:
        PATH.write_text(written(contract.CONTRACT_VERSION, now), "utf-8")
        return 0
    wrong = problems(contract.CONTRACT_VERSION, PATH.read_text("utf-8"), now)
    if "--write" in arguments and (not wrong or wrong[-1].startswith("rewrite ")):
        PATH.write_text(written(contract.CONTRACT_VERSION, now), "utf-8")
        return 0
    print("\n".join(wrong) or "the contract matches its lock")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
