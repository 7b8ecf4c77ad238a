"""The links of the built site: dead ones inside it, and those that lead outside."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag


class _Page(HTMLParser):
    """Collects the targets of a page's links, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        for name in ("id", "name"):
            if value := values.get(name):
                self.anchors.add(value)
        for name in ("href", "src"):
            if value := values.get(name):
                self.links.add(value)


def _pages(site: Path) -> dict[Path, _Page]:
    pages: dict[Path, _Page] = {}
    for path in site.rglob("*.html"):
        # Pages of Sphinx itself, which take what they show from scripts.
        if "_static" in path.relative_to(site).parts:
            continue
        page = _Page()
        page.feed(path.read_text())
        pages[path.resolve()] = page
    return pages


def _is_external(link: str) -> bool:
    return link.startswith(("http:", "https:", "//"))


def dead(site: Path) -> list[str]:
    """Returns the links within the site whose page or anchor does not exist."""
    pages = _pages(site)
    found: list[str] = []
    for path, page in pages.items():
        for link in page.links:
            if _is_external(link) or link.startswith(("mailto:", "data:", "javascript:", "#pst-", "/")):
                continue
            address, anchor = urldefrag(link)
            target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            if target.is_dir():
                target /= "index.html"
            known = pages.get(target)
            exists = target.is_file() and (not anchor or known is None or unquote(anchor) in known.anchors)
            if not exists and link not in ("#",):
                found.append(f"{path.relative_to(site.resolve())}: {link}")
    return sorted(found)


def external(site: Path) -> list[str]:
    """Returns the links that lead outside, of which the build opens none."""
    return sorted({link for page in _pages(site).values() for link in page.links if _is_external(link)})
