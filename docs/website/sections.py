"""The sections of the site, and the pages of each in order. A page in docs that is not listed here joins the guides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Section:
    """A part of the site.

    Attributes:
        name: the name of its index page.
        title: its title.
        text: what it is about, in one sentence.
        pages: its pages, below docs and without the ending.
    """

    name: str
    title: str
    text: str
    pages: list[str] = field(default_factory=list[str])


def sections(existing: Sequence[str]) -> list[Section]:
    """Returns the sections with those pages that exist; `existing` are the pages that lie in docs.

    Raises:
        ValueError: a page of the start or of the concepts does not exist.
    """
    start = Section(
        "start",
        "Start",
        "Install ops, and use it for the first time.",
        [
            "install",
            "start/ten_minutes",
            "guide",
            "start/from_keras",
            "start/from_array_api_compat",
            "start/from_if_backend",
        ],
    )
    concepts = Section(
        "concepts",
        "Concepts",
        "What ops does, and why.",
        [
            "concepts/backends",
            "concepts/dtypes",
            "concepts/shapes",
            "sizes",
            "concepts/state",
            "concepts/random",
            "concepts/transforms",
            "transforms",
            "gradients",
            "graphs",
            "distribution",
            "sparse",
            "concepts/export",
            "concepts/precision",
            "special_values",
            "indices",
            "concepts/errors",
        ],
    )
    guides = Section(
        "howto",
        "How-to guides",
        "One task on each page.",
        [
            "howto/library",
            "howto/tutorial",
            "testing",
            "howto/backend",
            "howto/add_op",
            "howto/openvino",
            "howto/debug",
            "howto/mixed_precision",
            "tf_data",
            "data_loaders",
            "torch_modules",
            "flax",
            "keras_layers",
            "keras",
            "cli",
        ],
    )
    project = Section(
        "project",
        "Project",
        "How ops is built, how fast it is, which versions it supports, and what has changed.",
        [
            "architecture",
            "rationale",
            "performance",
            "versions",
            "compatibility",
            "matrix",
            "support",
            "differences",
            "symbolic",
            "licences",
            "contributing",
            "changelogs",
        ],
    )
    every = [start, concepts, guides, project]
    listed = {page for section in every for page in section.pages}
    guides.pages += sorted(set(existing) - listed)
    # Pages of features that are not here yet.
    missing = listed - set(existing)
    if absent := missing - {"distribution", "sparse", "testing"}:
        raise ValueError(f"no such pages in docs: {', '.join(sorted(absent))}")
    for section in every:
        section.pages = [page for page in section.pages if page not in missing]
    return every
