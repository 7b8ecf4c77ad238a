"""The command ``python -m ops``: ``info`` prints the versions of all parts and whether the frameworks were tested."""

from __future__ import annotations

import argparse
import platform
import re
import sys
from importlib import metadata

import ops
import ops_common
from ops._tested import TESTED
from ops_common.contract import CONTRACT_VERSION
from ops_common.runtime import registry

# TensorFlow's distribution has a name for each build.
_FRAMEWORKS = {"tensorflow": ("tensorflow", "tensorflow-cpu")}


def _version(*names: str) -> str | None:
    """Returns the version of the first of these distributions that is installed."""
    for name in names:
        try:
            return metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return None


def _minor(version: str) -> tuple[int, ...]:
    """Returns the numbers that a minor version is known by: a patch release counts as tested with its minor version."""
    return tuple(map(int, re.findall(r"\d+", version)[:2]))


def _judgement(framework: str, version: str) -> str:
    """Returns how a framework's version lies relative to the tested ones."""
    if framework not in TESTED:
        return "not tested"
    oldest, newest = TESTED[framework]
    if _minor(version) > _minor(newest):
        return f"newer than the newest tested version, {newest}"
    if _minor(version) < _minor(oldest):
        return f"older than the oldest tested version, {oldest}"
    return f"within the tested range, {oldest} to {newest}"


def _outside_range(backend: str, version: str) -> str:
    """Returns the range of a backend's package that ops requires if this version is outside it, else ""."""
    for line in metadata.requires("ops") or ():
        match = re.match(rf"{re.escape(backend)}(?:\[\w+\])?\s*((?:[<>]=?[\d.]+,?)+)", line)
        if match is None:
            continue
        for sign, limit in re.findall(r"([<>]=?)([\d.]+)", match[1]):
            numbers = [tuple(map(int, re.findall(r"\d+", text)[:3])) for text in (version, limit)]
            if numbers[0] < numbers[1] if sign == ">=" else numbers[0] >= numbers[1]:
                return match[1]
    return ""


def info() -> list[str]:
    """Returns the lines of ``python -m ops info``: our parts and the frameworks with their versions."""
    contract = f"contract {CONTRACT_VERSION[0]}.{CONTRACT_VERSION[1]}"
    rows = [
        ("Python", platform.python_version(), ""),
        ("ops", ops.__version__, ""),
        ("ops-common", ops_common.__version__, contract),
    ]
    # Distributions, not modules: a plug-in's package may import its framework.
    for entry in sorted(metadata.entry_points(group=registry.GROUP)):
        if entry.dist is not None:
            wanted = _outside_range(entry.dist.name, entry.dist.version)
            fit = f", outside the range that ops requires, {wanted}" if wanted else ""
            rows.append((entry.dist.name, entry.dist.version, f"backend {entry.name}{fit}"))
    for framework in registry.KNOWN:
        version = _version(*_FRAMEWORKS.get(framework, (framework,)))
        if version is not None:
            rows.append((framework, version, _judgement(framework, version)))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [f"{name:{widths[0]}}  {value:{widths[1]}}  {text}".rstrip() for name, value, text in rows]


def main(arguments: list[str]) -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="Tools of ops.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("info", help="print the versions of all parts, and whether the frameworks were tested")
    parser.parse_args(arguments)
    lines = info()
    print(*lines, sep="\n")
    for line in lines:
        if " newer than the newest tested version" in line:
            print(f"warning: {line.split()[0]} is newer than any version that ops was tested with", file=sys.stderr)
        if " outside the range that ops requires" in line:
            print(f"warning: {line.split()[0]} does not match ops: install both again", file=sys.stderr)
    return 0
