"""The command line: `build`, `serve`, `check`, `names`, `since`."""

from __future__ import annotations

import argparse
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from website import links, public, tested
from website.folders import BUILD, OWN, ROOT, SITE

_SOURCES = BUILD / "sources"
_NODE = BUILD / "node"


def npm(*options: str) -> Path:
    """Installs the files of `npm/package-lock.json`, each checked by its hash; returns the folder that has them."""
    lock = (OWN / "npm" / "package-lock.json").read_bytes()
    state = b" ".join((*(option.encode() for option in options), lock))
    mark = _NODE / "installed"
    modules = _NODE / "node_modules"
    if not mark.is_file() or mark.read_bytes() != state:
        program = shutil.which("npm", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
        if program is None:
            raise SystemExit("npm is not found: install what requirements/docs.txt lists, or Node.js")
        shutil.copytree(OWN / "npm", _NODE, dirs_exist_ok=True)
        subprocess.run([program, "ci", "--no-audit", "--no-fund", "--ignore-scripts", *options], cwd=_NODE, check=True)
        mark.write_bytes(state)
    return modules


def _static() -> Path:
    """Copies what pages load from npm's package to a folder; returns the folder."""
    folder = BUILD / "static"
    own = npm("--omit=dev") if not (_NODE / "node_modules" / "axe-core").is_dir() else _NODE / "node_modules"
    package = own / "mathjax" / "es5"
    target = folder / "mathjax"
    if not (target / "tex-chtml.js").is_file():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy2(package / "tex-chtml.js", target)
        shutil.copytree(package / "output" / "chtml", target / "output" / "chtml", dirs_exist_ok=True)
    return folder


def _versions() -> None:
    """Lists the versions that are in the site's folder for the switcher, and sends its first page to the newest."""
    found = sorted((path.name for path in SITE.iterdir() if (path / "index.html").is_file()), reverse=True)
    listed = [{"version": name, "url": f"/{name}/"} for name in found]
    (SITE / "switcher.json").write_text(json.dumps(listed))
    newest = found[0]
    (SITE / "index.html").write_text(
        f'<!doctype html><html lang="en"><title>ops</title><meta http-equiv="refresh" content="0; url={newest}/">'
        f'<a href="{newest}/">ops {newest}</a></html>\n'
    )


def build(only: Sequence[str]) -> int:
    """Builds the site; returns 1 if a page is missing, an example fails, a link is dead, or Sphinx warns."""
    import ops
    from website.assembly import assemble  # needs Sphinx

    start = time.perf_counter()
    found = tested.problems(only)
    for problem in found:
        print(problem, file=sys.stderr)
    assemble(_SOURCES, only)
    target = SITE / ops.__version__
    arguments = ["-b", "html", "-q", "--keep-going", "-W", "-c", str(OWN)]
    environment = {
        **os.environ,
        "OPS_SITE_STATIC": str(_static()),
        "OPS_SITE_ONLY": " ".join(only),
        "OPS_REPOSITORY": str(ROOT),
    }
    command = [sys.executable, "-m", "sphinx", *arguments, "-d", str(BUILD / "doctrees"), str(_SOURCES), str(target)]
    failed = subprocess.run(command, env=environment).returncode != 0
    if failed:
        return 1
    _versions()
    dead = links.dead(target) if not only else []
    for link in dead:
        print(f"dead link: {link}", file=sys.stderr)
    outside = links.external(target)
    (BUILD / "external-links.txt").write_text("\n".join(outside) + "\n")
    count = sum(1 for _ in target.rglob("*.html"))
    print(
        f"{count} pages in {time.perf_counter() - start:.0f} s: {len(found)} missing pages or failed examples, "
        f"{len(dead)} dead links; {len(outside)} external links are listed in "
        f"{BUILD.relative_to(ROOT)}/external-links.txt"
    )
    return int(bool(found or dead))


def serve(port: int) -> int:
    """Serves the built site on this machine until it is interrupted."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(SITE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def names() -> int:
    """Counts the public names that have no page or no example; returns 1 if there are any."""
    missing = tested.missing()
    for line in missing:
        print(line, file=sys.stderr)
    print(f"{len(public.names())} public names on {len(public.entries())} pages, missing: {len(missing)}")
    return int(bool(missing))


def since() -> int:
    """Adds the names that are new in this version to since.json: a step of a release."""
    import ops

    table: dict[str, list[str]] = json.loads(public.SINCE.read_text())
    known = {name for names in table.values() for name in names}
    new = sorted(name for name in public.names() if name not in known and not name.startswith("numpy."))
    if new:
        table[ops.__version__] = sorted([*table.get(ops.__version__, ()), *new])
        public.SINCE.write_text(json.dumps(table, indent=0) + "\n")
    print(f"{len(new)} new names in {ops.__version__}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="python docs/website", description="Builds the documentation site.")
    commands = parser.add_subparsers(dest="command")
    builder = commands.add_parser("build", help="builds it, with examples run and internal links checked (default)")
    builder.add_argument("--only", nargs="+", default=(), metavar="NAME", help="the reference of these functions alone")
    server = commands.add_parser("serve", help="serves what was built, on this machine")
    server.add_argument("--port", type=int, default=8000)
    commands.add_parser("check", help="opens what was built in a headless browser: search, requests, accessibility")
    commands.add_parser("names", help="counts the public names without a page or an example; needs no Sphinx")
    commands.add_parser("since", help="adds new names to since.json")
    options = parser.parse_args(arguments)
    if options.command == "serve":
        return serve(options.port)
    if options.command == "check":
        from website import browser

        return browser.check()
    if options.command == "names":
        return names()
    if options.command == "since":
        return since()
    return build(getattr(options, "only", ()))
