"""Collects the sources of the site in a folder of their own: pages that lie in docs, and those that are generated."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from website import pages, public
from website.folders import DOCS, OWN, ROOT
from website.sections import Section, sections

_PACKAGES = ("ops", "common", "backend-numpy", "backend-jax", "backend-tf", "backend-torch", "backend-openvino")
# Links of pages at the root of the repository, as seen from docs.
_FROM_ROOT = re.compile(r"\]\(docs/")
_TO_ROOT = {
    "](CONTRIBUTING.md": "](contributing.md",
    "](../../CONTRIBUTING.md": "](../contributing.md",
    "](../../examples/library/README.md": "](tutorial.md",
    "](../examples/library/README.md": "](howto/tutorial.md",
    "](../../docs/": "](../",
}


class _Writer:
    """Writes files that have changed, so that Sphinx reads only these again; deletes those that are not written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: set[Path] = set()

    def write(self, name: str, content: str | bytes) -> None:
        path = self._folder / name
        data = content.encode() if isinstance(content, str) else content
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != data:
            path.write_bytes(data)
        self._written.add(path)

    def clean(self, keep: str) -> None:
        """Deletes other files, except those in the folder `keep`, which Sphinx writes itself."""
        for path in self._folder.rglob("*"):
            if path.is_file() and path not in self._written and self._folder / keep not in path.parents:
                path.unlink()


def _first_sentence(text: str) -> str:
    """Returns the first sentence of a page's first paragraph."""
    for block in re.split(r"\n\s*\n", text):
        lines = block.strip()
        if lines and not lines.startswith(("#", "|", "- ", "```", "<!--", ">", "    ", "(")):
            sentence = re.match(r".*?[.:](?=\s|$)", " ".join(lines.split()))
            found = sentence.group(0) if sentence else " ".join(lines.split())
            # Links and code as text: the card itself is a link.
            return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", found).removesuffix(":")
    return ""


def _title(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("# "))[2:].replace("`", "")


def _section(section: Section, texts: dict[str, str]) -> str:
    """Returns the index page of a section: a card for each page."""
    lines = [f"# {section.title}", "", section.text, "", "::::{grid} 1 2 2 2", ":gutter: 3", ""]
    for page in section.pages:
        lines += [f":::{{grid-item-card}} {_title(texts[page])}", f":link: /{page}", ":link-type: doc", ""]
        lines += [_first_sentence(texts[page]), ":::", ""]
    lines += ["::::", "", "```{toctree}", ":hidden:", ""]
    lines += [f"/{page}" for page in section.pages]
    return "\n".join([*lines, "```", ""])


def _front(text: str, every: Sequence[Section]) -> str:
    names = "\n".join([*(section.name for section in every[:3]), "reference/index", "gallery/index", every[-1].name])
    return text + f"\n```{{toctree}}\n:hidden:\n\n{names}\n```\n"


def _changelogs() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in _PACKAGES:
        folder = ROOT / "packages" / package
        text = (folder / "CHANGELOG.md").read_text()
        pending = [
            (path.suffixes[-2].removeprefix("."), " ".join(path.read_text().split()))
            for path in sorted((folder / "changes").glob("*.md"))
        ]
        if pending:
            kinds = sorted({kind for kind, _ in pending})
            blocks = [
                "\n".join([f"### {kind.capitalize()}", "", *(f"- {line}" for key, line in pending if key == kind)])
                for kind in kinds
            ]
            news = "\n\n".join(["## Not yet released", *blocks])
            head, mark, rest = text.partition("-->\n")
            text = f"{head}{mark}\n{news}\n{rest}" if mark else f"{text}\n{news}\n"
        found[f"changelogs/{package}"] = text
    names = "\n".join(found)
    found["changelogs"] = (
        "# Changelogs\n\nEach package has a version and a changelog of its own. Packages of one minor version fit "
        f"together: [compatibility](compatibility.md).\n\n```{{toctree}}\n:maxdepth: 1\n\n{names}\n```\n"
    )
    return found


def assemble(folder: Path, only: Sequence[str] = ()) -> None:
    """Writes all sources to the folder. With `only`, the reference has the pages of these functions alone."""
    writer = _Writer(folder)
    texts = {
        path.relative_to(DOCS).with_suffix("").as_posix(): path.read_text()
        for path in sorted(DOCS.rglob("*.md"))
        if OWN not in path.parents and "gallery" not in path.relative_to(DOCS).parts
    }
    texts["contributing"] = _FROM_ROOT.sub("](", (ROOT / "CONTRIBUTING.md").read_text())
    texts["howto/tutorial"] = (ROOT / "examples" / "library" / "README.md").read_text()
    changelogs = _changelogs()
    texts["changelogs"] = changelogs["changelogs"]
    every = sections(list(texts))
    for name, text in {**changelogs, **texts}.items():
        for here, there in _TO_ROOT.items():
            text = text.replace(here, there)
        writer.write(f"{name}.md", text)
    for section in every:
        writer.write(f"{section.name}.md", _section(section, texts))
    writer.write("index.md", _front((OWN / "front.md").read_text(), every))
    chosen = [entry for entry in public.entries() if not only or entry.path in only]
    for entry in chosen:
        writer.write(f"{entry.page}.rst", pages.page(entry))
    writer.write("reference/index.rst", pages.index(chosen))
    for path in sorted((DOCS / "gallery").glob("*")):
        if path.is_file():
            writer.write(f"programs/{path.name}", path.read_bytes())
    writer.clean(keep="gallery")
    os.utime(folder)
