"""What the packages stand on: an SBOM for each wheel, and the licences of everything that they bring."""

from __future__ import annotations

import importlib
import json
from importlib import metadata
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

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
    """The wheel's bill of materials, CycloneDX 1.6: itself, and what it requires with the range of versions."""
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
    expression = about.get("License-Expression")
    if expression:
        return expression
    named = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    text = (about.get("License") or "").strip()
    return "; ".join(named) or (text if text and "\n" not in text and len(text) < 60 else "see its licence file")


def licences() -> str:
    """docs/licences.md."""
    lines = [
        "# Licences of what the packages bring",
        "",
        "Everything that pip installs beside our packages, which are under Apache-2.0: on Linux with Python 3.11, as",
        "metadata say. Written by `python release licences` in an environment with all five frameworks.",
        "",
        "| distribution | licence | brought by |",
        "|---|---|---|",
    ]
    for name, by in sorted(required().items()):
        lines.append(f"| {name} | {_licence(name).replace('|', '/')} | {', '.join(sorted(by))} |")
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
