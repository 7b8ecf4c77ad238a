"""Opens the built site in a headless browser: search, requests, accessibility, screenshots.

The browser is the Chromium of the machine; `CHROMIUM` is its path if it is not found by name.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

import ops
from website import public
from website.command import npm
from website.folders import BUILD, SITE

# What is typed into the search, and the page that must come first.
SEARCHES = {
    "scaled dot product attention": "reference/ops.nn.dot_product_attention.html",
    "conv": "reference/ops.nn.conv.html",
    "unknown batch": "concepts/shapes.html",
    "softmax": "reference/ops.nn.softmax.html",
    "mixed precision": "howto/mixed_precision.html",
}
SHOWN = ("index", "reference/index", "reference/ops.nn.conv", "concepts/shapes", "gallery/index", "gallery/plot_digits")
_SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
# Faults of these kinds keep readers out. Others are listed.
_SERIOUS = ("serious", "critical")


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # the base class's name
        pass


@contextmanager
def _served() -> Generator[str]:
    """Serves the site on this machine; returns its address."""
    handler = functools.partial(_Quiet, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


def _chromium() -> str:
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("no Chromium is found: install it (Debian's package `chromium`), or set CHROMIUM to its path")
    return found


def _first_results(page: Page, address: str, typed: str) -> list[str]:
    page.goto(f"{address}/search.html?q={typed.replace(' ', '+')}")
    # Sphinx inserts the text of each result after it has found them all.
    page.wait_for_function("document.querySelector('.search-summary')?.textContent.includes('found')", timeout=60_000)
    links = page.locator("ul.search li > a").evaluate_all("links => links.slice(0, 5).map(link => link.href)")
    return [link.partition("#")[0].partition("?")[0].removeprefix(f"{address}/") for link in links]


def _search(page: Page, address: str) -> list[str]:
    problems: list[str] = []
    for typed, expected in SEARCHES.items():
        results = _first_results(page, address, typed)
        print(f"search {typed!r}: {', '.join(results)}")
        if results[:1] != [expected]:
            problems.append(f"search {typed!r}: the first result is {results[:1]}, not {expected}")
    return problems


def _opened(page: Page, address: str) -> list[str]:
    """Opens every page of the reference; returns those that fail, or whose formulas do."""
    problems: list[str] = []
    for entry in public.entries():
        response = page.goto(f"{address}/{entry.page}.html", wait_until="domcontentloaded")
        if response is None or not response.ok or entry.path.rpartition(".")[2] not in (page.title() or ""):
            problems.append(f"{entry.page} does not open")
    return problems


def _formulas(page: Page, address: str) -> list[str]:
    page.goto(f"{address}/reference/ops.nn.softmax.html")
    page.wait_for_selector("mjx-container", timeout=60_000)
    return ["a formula is wrong" for _ in page.locator("mjx-merror").all()]


def _accessible(page: Page, address: str) -> list[str]:
    """Runs axe-core on the pages that are shown, light and dark; returns its serious findings."""
    source = (npm() / "axe-core" / "axe.min.js").read_text()
    problems: list[str] = []
    for name in (*SHOWN, "search"):
        for mode in ("light", "dark"):
            page.goto(f"{address}/{name}.html")
            page.evaluate(f"document.documentElement.dataset.theme = '{mode}'")
            page.wait_for_timeout(500)
            page.evaluate(source)
            result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            for fault in result["violations"]:
                where = ", ".join(node["target"][0] if node["target"] else "" for node in fault["nodes"][:3])
                line = f"{name} ({mode}): {fault['impact']}: {fault['id']}: {fault['help']}: {where}"
                print(line)
                if fault["impact"] in _SERIOUS:
                    problems.append(line)
    return problems


def _photographed(browser: Browser, address: str) -> None:
    folder = BUILD / "screenshots"
    folder.mkdir(exist_ok=True)
    for size, (width, height) in _SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height})
        for name in SHOWN:
            page.goto(f"{address}/{name}.html")
            page.wait_for_timeout(500)
            page.screenshot(path=folder / f"{name.replace('/', '-')}-{size}.png")
            overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if overflow > 0:
                print(f"{name} is {overflow} pixels too wide at {size} width", file=sys.stderr)
        page.close()


def check() -> int:
    """Checks the site in a browser; returns 1 if something is wrong."""
    requested: list[str] = []
    with _served() as root, sync_playwright() as playwright:
        address = f"{root}/{ops.__version__}"
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: requested.append(request.url))
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(f"{page.url}: {error}"))
        problems = _search(page, address) + _formulas(page, address) + _accessible(page, address)
        problems += _opened(page, address)
        _photographed(browser, address)
        browser.close()
    outside = [url for url in requested if not url.startswith((root, "data:", "blob:"))]
    problems += failures + [f"a request leaves the machine: {url}" for url in sorted(set(outside))]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(public.entries())} pages of functions opened, {len(SEARCHES)} searches: {len(problems)} problems")
    return int(bool(problems))
