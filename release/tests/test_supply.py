"""Bills of materials, licences, and the checks of the workflows."""

from __future__ import annotations

import json

import pytest

from release import audit, linux, supply, workflows
from release.workspace import chosen, packages

PINNED = "uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"


@pytest.mark.parametrize(
    ("expression", "classifiers", "text", "expected"),
    [
        ("MIT", ["License :: OSI Approved :: BSD License"], None, "MIT"),
        (None, ["Topic :: Software", "License :: OSI Approved :: BSD License"], "long\ntext", "BSD License"),
        (None, [], " Apache 2.0 ", "Apache 2.0"),
        (None, [], "Permission is\nhereby granted", "see its licence file"),
        (None, [], None, "see its licence file"),
    ],
)
def test_licence(expression: str | None, classifiers: list[str], text: str | None, expected: str):
    assert linux.licence(expression, classifiers, text) == expected


def test_linux_record_has_the_cuda_libraries_of_torch():
    parts = {part.name: part for part in linux.parts(chosen("torch"))}
    assert "x86-64" in linux.platform()
    assert parts["torch"].version
    assert any(name.startswith("nvidia-") for name in parts)
    assert linux.parts(chosen("common"))
    assert not packages().keys() & parts.keys()


def test_the_audit_covers_the_cuda_libraries_of_torch():
    pins = audit.by_default()
    parts = [part for part in linux.parts(chosen("torch")) if part.name.startswith("nvidia-")]
    assert {f"{part.name}=={part.version}" for part in parts} <= set(pins)
    names = [pin.partition("==")[0] for pin in pins]
    assert len(set(names)) == len(names)  # pip-audit accepts one version of each


def test_bill_of_materials_has_ranges_and_default_versions():
    package = chosen("torch")
    bill = json.loads(supply.sbom(package))
    assert bill["metadata"]["component"]["version"] == package.version
    assert "serialNumber" not in bill
    assert "timestamp" not in bill["metadata"]
    properties = {
        component["name"]: {entry["name"]: entry["value"] for entry in component["properties"]}
        for component in bill["components"]
    }
    assert ">=2.8" in properties["torch"]["ops:range"]
    for part in linux.parts(package):
        assert properties[part.name]["ops:linux-default"] == part.version
        assert properties[part.name]["ops:licence"] == part.licence


def test_bills_of_materials_match_the_packages():
    assert supply.write(check=True)


@pytest.mark.parametrize(
    "script",
    [
        "- run: tox -e ${{ matrix.backend }}",
        "- name: test\n  run: tox -e ${{ matrix.backend }}",
        "- run: |\n    tox\n    tox -e ${{ matrix.backend }}",
    ],
)
def test_workflow_with_a_value_in_a_script_is_refused(script: str):
    (problem,) = workflows.problems(script)
    assert "pass it through env" in problem


def test_workflow_with_a_value_in_env_is_admitted():
    text = f"""
steps:
  - {PINNED}
  - run: tox -e "$BACKEND"
    env:
      BACKEND: ${{{{ matrix.backend }}}}
  - run: python -m pip install --require-hashes -r requirements/tox.txt
"""
    assert workflows.problems(text) == []


def test_workflow_with_an_unpinned_action_or_tool_is_refused():
    assert workflows.problems("- uses: actions/checkout@v5") == ["1: an action that is not pinned by its commit"]
    assert workflows.problems("- run: pip install tox") == ["1: pip install without --require-hashes"]


def test_workflows_have_no_problem(capsys: pytest.CaptureFixture[str]):
    assert workflows.main() == 0, capsys.readouterr().out
