"""The contract's lock: a file with every function of the contract, its signature, and the contract's version.

`python -m ops_common.contract.lock` prints what has changed since the file was written, and which version that
requires; `--write` rewrites it, once `CONTRACT_VERSION` is that version. A new optional function is a minor change; a
changed, removed or new required one is a major change, since existing backends would fail.
"""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

from ops_common import contract

PATH = Path(__file__).with_name("contract.lock")
_TITLE = "# Every function of the contract; those with a question mark are optional. Written by contract/lock.py."
_LINE = re.compile(r"([a-z_.0-9]+)(\??)(\(.*)")

Version = tuple[int, int]
Functions = dict[str, tuple[bool, str]]  # by family and name: whether it is required, and its signature


def functions() -> Functions:
    """Returns the contract's current functions."""
    return {
        f"{family}.{name}": (bool(stub.__required__), str(inspect.signature(stub)))  # type: ignore[attr-defined]  # set by the marker
        for family, stubs in contract.stubs().items()
        for name, stub in stubs.items()
    }


def written(version: Version, found: Functions) -> str:
    """Returns the lock's text."""
    lines = [f"{name}{'' if required else '?'}{signature}" for name, (required, signature) in sorted(found.items())]
    return "\n".join([_TITLE, f"version {version[0]}.{version[1]}", *lines, ""])


def read(text: str) -> tuple[Version, Functions]:
    """Returns the version and the functions of a lock's text."""
    _, version, *lines = text.splitlines()
    major, minor = version.removeprefix("version ").split(".")
    found: Functions = {}
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"the contract's lock has a line that is no function: {line!r}")
        found[match[1]] = (not match[2], match[3])
    return (int(major), int(minor)), found


def changes(before: Functions, after: Functions) -> tuple[list[str], list[str]]:
    """Returns the major changes and the minor changes, a line for each."""
    major = [f"{name} is gone" for name in before if name not in after]
    minor: list[str] = []
    for name, (required, signature) in after.items():
        if name not in before:
            (major if required else minor).append(f"{name} is new, and {'required' if required else 'optional'}")
        elif before[name][1] != signature:
            major.append(f"{name} was {before[name][1]}, is {signature}")
        elif before[name][0] != required:
            (major if required else minor).append(f"{name} is {'required' if required else 'optional'} now")
    return major, minor


def needed(locked: Version, before: Functions, after: Functions) -> Version:
    """Returns the lowest version that the changes since the locked one require."""
    major, minor = changes(before, after)
    return (locked[0] + 1, 0) if major else (locked[0], locked[1] + 1) if minor else locked


def problems(version: Version, text: str, after: Functions) -> list[str]:
    """Returns the problems of a version and a lock, for these functions: a line for each change, and what to do."""
    locked, before = read(text)
    least = needed(locked, before, after)
    found = [line for lines in changes(before, after) for line in lines]
    if version < least or (least == locked and version != locked):
        return [*found, f"CONTRACT_VERSION is {version}; since {locked} it must become {least}"]
    if found:
        return [*found, "write the contract's lock anew: python -m ops_common.contract.lock --write"]
    return []


def main(arguments: list[str]) -> int:
    """Runs the command and returns its exit status."""
    now = functions()
    if not PATH.exists() and "--write" in arguments:
        PATH.write_text(written(contract.CONTRACT_VERSION, now), "utf-8")
        return 0
    wrong = problems(contract.CONTRACT_VERSION, PATH.read_text("utf-8"), now)
    if "--write" in arguments and (not wrong or wrong[-1].startswith("write ")):
        PATH.write_text(written(contract.CONTRACT_VERSION, now), "utf-8")
        return 0
    print("\n".join(wrong) or "the contract is as its lock says")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
