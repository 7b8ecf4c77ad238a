"""Versions, tags and requirements of the packages, and the pins of what they are tested with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from release import build, compatibility, cross
from release.workspace import ROOT, chosen, foreign, of_tag, packages


def test_packages_are_listed_after_what_they_require():
    assert [*packages()] == [
        "ops-common",
        "ops-backend-jax",
        "ops-backend-numpy",
        "ops-backend-openvino",
        "ops-backend-tf",
        "ops-backend-torch",
        "ops",
    ]


@pytest.mark.parametrize("name", [*packages()])
def test_package_requires_the_minor_version_of_the_others_that_the_tree_has(name: str):
    package = packages()[name]
    lines = [*package.requirements, *(line for lines in package.extras.values() for line in lines)]
    for requirement in map(Requirement, lines):
        if requirement.name in packages() and requirement.name != name:
            major, minor = map(int, packages()[requirement.name].version.split(".")[:2])
            assert packages()[requirement.name].version in requirement.specifier
            assert f"{major}.{minor + 1}.0" not in requirement.specifier
            assert f"{major}.{minor - 1}.9" not in requirement.specifier


def test_tag_names_a_package_and_the_version_of_its_source():
    package = chosen("torch")
    assert of_tag(package.tag) == package
    with pytest.raises(SystemExit, match="the source says ops-backend-torch-v"):
        of_tag("ops-backend-torch-v99.0.0")
    with pytest.raises(SystemExit):
        of_tag("v1.0.0")


def test_foreign_leaves_out_our_packages():
    lines = ["ops-common>=0.2,<0.3", "ops-backend-tf[cpu]>=0.2,<0.3", "torch>=2.8,<3", "numpy>=2.0,<3"]
    assert foreign(lines) == ["torch>=2.8,<3", "numpy>=2.0,<3"]


def test_framework_of_a_backend_is_pinned_where_a_range_brings_gigabytes():
    assert cross._framework(chosen("torch")) == build.PINS["torch"]
    assert cross._framework(chosen("tf")).startswith("tensorflow-cpu>=")
    for name, pin in build.PINS.items():
        requirement = next(Requirement(line) for line in chosen(name).requirements if Requirement(line).name == name)
        assert pin.partition("==")[2] in requirement.specifier


@pytest.mark.parametrize("path", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda path: path.name)
def test_requirements_are_pinned_with_hashes(path: Path):
    text = re.sub(r"\\\n", " ", path.read_text("utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+([\s;]|$)", line), line
        assert path.name == "oldest.txt" or "--hash=sha256:" in line, line


def test_reason_is_the_conflict_between_our_packages():
    output = """
The conflict is caused by:
    The user requested ops-common==0.2.0+tree
    ops 0.1.1+issue7 depends on ops-common<0.2 and >=0.1.1

To fix this you could try to:
"""
    assert compatibility.reason(output) == "ops 0.1.1+issue7 depends on ops-common<0.2 and >=0.1.1"
    assert compatibility.reason("No matching distribution found") == ""


def test_compatibility_table_has_a_row_for_each_combination():
    rows = [("jax", "issue7, contract 1.1", "none of today", "204 kernels passed")]
    text = compatibility.table(rows, "0.2.0")
    assert "built as ops 0.2.0" in text
    assert text.endswith("|---|---|---|---|\n| jax | issue7, contract 1.1 | none of today | 204 kernels passed |\n")
