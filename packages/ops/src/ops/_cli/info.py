"""`python -m ops info`: versions of all parts, whether they fit, the configuration, and what to install."""

from __future__ import annotations

import importlib.util
import platform
import re
import sys
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any

import ops
import ops_common
from ops._cli.output import Output
from ops._tested import TESTED
from ops_common.contract import CONTRACT_VERSION
from ops_common.errors import OpsError
from ops_common.runtime import active, advice, config, registry

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


@dataclass
class Info:
    """What the command shows.

    Attributes:
        parts: name, version and a remark, of Python, our packages and the frameworks.
        settings: name, value, and where it comes from.
        backend: the active backend, or the one that will be; None if there is none, for the reason in `errors`.
        devices: the devices of each installed backend, if they were asked for.
        install: what may be installed: what for, and the command.
        warnings: versions that do not fit.
        errors: what is wrong with the configuration, or with a backend.
    """

    parts: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    settings: list[tuple[str, Any, str]] = field(default_factory=list[tuple[str, Any, str]])
    backend: str | None = None
    devices: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    install: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    warnings: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])


def collect(with_devices: bool) -> Info:
    """Returns what the command shows. Frameworks are imported for the devices only."""
    found = Info()
    contract = f"contract {CONTRACT_VERSION[0]}.{CONTRACT_VERSION[1]}"
    found.parts = [
        ("Python", platform.python_version(), f"{platform.system()} {platform.machine()}"),
        ("ops", ops.__version__, ""),
        ("ops-common", ops_common.__version__, contract),
    ]
    # Distributions, not modules: a plug-in's package may import its framework.
    for entry in sorted(metadata.entry_points(group=registry.GROUP)):
        if entry.dist is not None:
            wanted = _outside_range(entry.dist.name, entry.dist.version)
            fit = f", outside the range that ops requires, {wanted}" if wanted else ""
            found.parts.append((entry.dist.name, entry.dist.version, f"backend {entry.name}{fit}"))
            if wanted:
                found.warnings.append(f"{entry.dist.name} does not match ops: install both again")
    for framework in registry.KNOWN:
        version = _version(*_FRAMEWORKS.get(framework, (framework,)))
        if version is not None:
            judgement = _judgement(framework, version)
            found.parts.append((framework, version, judgement))
            if judgement.startswith("newer"):
                found.warnings.append(f"{framework} is newer than any version that ops was tested with")
        if framework not in registry.installed():
            purpose = "the backend of the installed framework" if version else "the backend and its framework"
            found.install.append((f"{framework}: {purpose}", advice.install(registry.KNOWN[framework])))
    absent = [name for name in ("libcst", "rich") if importlib.util.find_spec(name) is None]
    if absent:
        found.install.append((f"{' and '.join(absent)}: migrate, tables and colours", 'pip install "ops[cli]"'))
    _configure(found)
    if with_devices:
        _find_devices(found)
    return found


def _configure(found: Info) -> None:
    try:
        found.settings = [(name, value, where) for name, (value, where) in config.sources().items()]
        configured = next(value for name, value, _ in found.settings if name == "backend")
        found.backend = active.selected() or registry.default_name(configured)
        if found.backend not in registry.installed():
            found.errors.append(f"the configured backend is not installed: {found.backend}")
    except OpsError as error:
        found.errors.append(str(error))


def _find_devices(found: Info) -> None:
    for name in registry.in_loading_order(registry.installed()):
        try:
            found.devices[name] = [*registry.load(name).devices()]
        except (OpsError, ImportError, RuntimeError) as error:
            found.errors.append(f"{name}: {error}")


def show(with_devices: bool) -> None:
    """Prints what the command prints: `ops.show_versions`."""
    info(with_devices, Output(is_json=False))


def info(with_devices: bool, output: Output) -> int:
    """Runs the command; returns its exit status."""
    found = collect(with_devices)
    if output.is_json:
        output.json(
            {
                "versions": [{"name": name, "version": version, "note": note} for name, version, note in found.parts],
                "backends": [*registry.installed()],
                "backend": found.backend,
                "devices": found.devices if with_devices else None,
                "settings": {name: {"value": value, "source": source} for name, value, source in found.settings},
                "install": [{"what": what, "command": command} for what, command in found.install],
                "warnings": found.warnings,
                "errors": found.errors,
            }
        )
        return int(bool(found.errors))
    output.rows(found.parts)
    sections: list[tuple[str, list[tuple[str, ...]]]] = [
        ("Settings", [(name, str(value), source) for name, value, source in found.settings]),
        ("Devices", [(name, ", ".join(devices)) for name, devices in found.devices.items()]),
        ("Not installed", [*found.install]),
    ]
    if found.backend:
        sections.insert(1, ("Active backend", [(found.backend,)]))
    for title, rows in sections:
        if rows:
            output.line()
            output.heading(title)
            output.rows(rows)
    for text in found.warnings:
        print(f"warning: {text}", file=sys.stderr)
    for text in found.errors:
        print(f"error: {text}", file=sys.stderr)
    return int(bool(found.errors))
