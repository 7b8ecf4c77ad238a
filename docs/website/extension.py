"""The Sphinx extension of the site: other names of a function, and pages of source code."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import ops
from website import public


def reset_ops(gallery_conf: dict[str, Any], fname: str) -> None:
    """Restores the default backend between two programs of the gallery, which all run in one process."""
    ops.set_backend("numpy")


class Aliases(SphinxDirective):
    """`ops-aliases:: NAME OTHER...`: lists the other names of a function, which links and the search then find."""

    required_arguments = 1
    optional_arguments = 10

    def run(self) -> list[nodes.Node]:
        target, *names = self.arguments
        domain: Any = self.env.get_domain("py")
        for name in names:
            domain.note_object(name, "function", target, aliased=True, location=self.get_location())
        paragraph = nodes.paragraph("", "Also ")
        for place, name in enumerate(names):
            paragraph += nodes.Text(", ") if place else nodes.Text("")
            paragraph += nodes.literal(name, name)
        paragraph += nodes.Text(".")
        return [paragraph]


def _source_pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Returns a page for each module that defines a public function, with an anchor for each line."""
    formatter = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=True, wrapcode=True)
    modules = {entry.value.__module__ for entry in public.entries() if entry.source is not None}
    for module in sorted(modules):
        name = public.source_name(module)
        text = Path(importlib.import_module(module).__file__ or "").read_text()
        body = f"<h1>{name}</h1>\n{highlight(text, PythonLexer(), formatter)}"
        yield f"source/{name.removesuffix('.py')}", {"title": name, "body": body}, "page.html"


# Sphinx puts the parameters of a long signature into a list of definitions without terms, which is no valid list.
_SIGNATURE = re.compile(r"<dt class=\"sig .*?</dt>", re.DOTALL)


def _valid_signatures(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.Node | None
) -> None:
    """Makes divisions of the lists in signatures, as accessibility checks ask."""

    def without_lists(found: re.Match[str]) -> str:
        text = found.group(0).replace("<dl>", '<div class="sig-parameters">').replace("</dl>", "</div>")
        return text.replace("<dd>", "<div>").replace("</dd>", "</div>")

    if "body" in context:
        context["body"] = _SIGNATURE.sub(without_lists, context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("ops-aliases", Aliases)
    app.connect("html-collect-pages", _source_pages)
    app.connect("html-page-context", _valid_signatures)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
