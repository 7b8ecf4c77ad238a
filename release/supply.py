"""What the packages stand on: an SBOM for each wheel, and the licences of everything that they bring."""

from __future__ import annotations

import importlib
import json
from importlib import metadata
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from release import linux
from release.workspace import ROOT, Package, packages

# Its classes are made by decorators that hide their fields from type checkers.
_model: Any = importlib.import_module("cyclonedx.model")
_bom: Any = importlib.import_module("cyclonedx.model.bom")
_component_model: Any = importlib.import_module("cyclonedx.model.component")
_license: Any = importlib.import_module("cyclonedx.model.license")
_output: Any = importlib.import_module("cyclonedx.output.json")
_purl: Any = importlib.import_module("packageurl")

LICENCES = ROOT / "docs" / "licences.md"


def _component(name: str, version: str | None) -> Any:
    reference = _purl.PackageURL("pypi", name=canonicalize_name(name), version=version)
    kind = _component_model.ComponentType.LIBRARY
    return _component_model.Component(name=name, version=version, type=kind, purl=reference, bom_ref=str(reference))


def sbom(package: Package) -> str:
    """The wheel's bill of materials, CycloneDX 1.6: itself, what it requires with the range of versions,
    and the versions that pip installs by default on Linux."""
    bom = _bom.Bom()
    root = _component(package.name, package.version)
    root.licenses.add(_license.LicenseExpression(package.project["project"]["license"]))
    bom.metadata.component = root
    parts: list[Any] = []
    lines = [(line, "") for line in package.requirements]
    lines += [(line, extra) for extra, extras in package.extras.items() for line in extras]
    for line, extra in lines:
        requirement = Requirement(line)
        if requirement.name == package.name:  # several of its own extras
            continue
        part = next((one for one in parts if one.name == requirement.name), None)
        if part is None:
            part = _component(requirement.name, None)
            part.properties.add(_model.Property(name="ops:range", value=str(requirement.specifier)))
            parts.append(part)
            bom.components.add(part)
        if extra:
            part.properties.add(_model.Property(name="ops:extra", value=extra))
    bom.register_dependency(root, parts)
    direct: dict[str, Any] = {canonicalize_name(part.name): part for part in parts}
    # What pip installs by default on Linux: the version where the package requires it, else a component of its own.
    for entry in linux.parts(package):
        part = direct.get(entry.name)
        if part is None:
            part = _component(entry.name, entry.version)
            bom.components.add(part)
        part.properties.add(_model.Property(name="ops:linux-default", value=entry.version))
        part.properties.add(_model.Property(name="ops:licence", value=entry.licence))
    found: dict[str, Any] = json.loads(_output.JsonV1Dot6(bom).output_as_string())
    # The same source has the same bill: nothing of the moment in which it was written.
    found.pop("serialNumber", None)
    found["metadata"].pop("timestamp", None)
    found["metadata"].pop("tools", None)
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def required() -> dict[str, set[str]]:
    """All that the packages bring, with which of them do, in the environment that this runs in."""
    found: dict[str, set[str]] = {}

    def add(line: str, by: str, extras: frozenset[str]) -> None:
        requirement = Requirement(line)
        environments: list[dict[str, Any]] = [{**default_environment(), "extra": extra} for extra in extras or {""}]
        if requirement.marker and not any(requirement.marker.evaluate(one) for one in environments):
            return
        name = canonicalize_name(requirement.name)
        if name in packages() or by in found.setdefault(name, set()):
            return
        found[name].add(by)
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # another framework stands in for it, or an extra that is not installed
            found.pop(name)
            return
        for one in lines:
            add(one, by, frozenset(requirement.extras))

    for package in packages().values():
        extras = package.extras.get("cpu", []) if package.name == "ops-backend-tf" else []
        for line in [*package.requirements, *extras]:
            add(line, package.name, frozenset())
    return found


def _licence(name: str) -> str:
    about: Any = metadata.metadata(name)
    return linux.licence(about.get("License-Expression"), about.get_all("Classifier", []), about.get("License"))


def _table(rows: dict[str, tuple[str, set[str]]]) -> list[str]:
    """Returns the lines of a table of distributions: the licence, and the packages that bring them."""
    lines = ["| distribution | licence | brought by |", "|---|---|---|"]
    for name, (licence, by) in sorted(rows.items()):
        lines.append(f"| {name} | {licence.replace('|', '/')} | {', '.join(sorted(by))} |")
    return lines


def _by_default() -> dict[str, tuple[str, set[str]]]:
    """Returns what pip installs by default on Linux: the licence of each distribution, and what brings it."""
    rows: dict[str, tuple[str, set[str]]] = {}
    for package in packages().values():
        for part in linux.parts(package):
            rows.setdefault(f"{part.name} {part.version}", (part.licence, set()))[1].add(package.name)
    return rows


def licences() -> str:
    """docs/licences.md."""
    lines = [
        "# Licences of what the packages install",
        "",
        "Our packages are under Apache-2.0. pip installs the following with them, with licences as the metadata state.",
        "",
        f"## By default on {linux.platform()}",
        "",
        "What `pip install` selects from the public index. PyTorch's wheels there are CUDA builds: ops-backend-torch",
        "brings NVIDIA's libraries, which are proprietary and several gigabytes, unless torch is installed already or",
        "comes from PyTorch's index of CPU builds. The bill of materials in each wheel lists these distributions, too.",
        "Written from release/linux.json, which `python release linux` resolves.",
        "",
        *_table(_by_default()),
        "",
        "## With the CPU builds of PyTorch and TensorFlow",
        "",
        "As installed on Linux with Python 3.11; by `python release licences` where all five frameworks are installed.",
        "",
        *_table({name: (_licence(name), by) for name, by in required().items()}),
    ]
    return "\n".join([*lines, ""])


def write(check: bool) -> bool:
    """Writes the SBOMs that are not as they should be, or says which these are; whether there were none."""
    stale = [one for one in packages().values() if _stale(one)]
    for one in stale:
        if check:
            print(f"packages/{one.folder}/sbom.cdx.json is not what pyproject.toml says: python release sbom")
        else:
            (one.path / "sbom.cdx.json").write_text(sbom(one), "utf-8")
    return not stale


def _stale(package: Package) -> bool:
    path = package.path / "sbom.cdx.json"
    return not path.exists() or path.read_text("utf-8") != sbom(package)
