"""Releases of the seven packages, rehearsed: `python release torch` builds, checks, installs, tries ops-backend-torch.

`python release --tag ops-backend-torch-v0.1.0` does so for what a tag releases, and for nothing else; without a name,
for all. Nothing is ever uploaded from here: the workflow that a tag starts does that, with what this has built.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from release import build
from release.workspace import ROOT, chosen, environments, of_tag, packages

TASKS = (
    "sbom",
    "linux",
    "licences",
    "audit",
    "workflows",
    "types",
    "cross",
    "history",
    "compatibility",
    "preinstalled",
)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python release", description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "what",
        nargs="*",
        metavar="PACKAGE",
        help=f"{', '.join(TASKS)}, or packages; default: all",
    )
    parser.add_argument("--tag", help="the package of this tag alone, whose version must be the source's")
    parser.add_argument("--environments", metavar="COMMIT", help="print tox's environments for what has changed since")
    parser.add_argument("--check", action="store_true", help="with sbom, licences, history: only compare")
    parser.add_argument("--previous", metavar="COMMIT", help="with cross: where the other versions are taken from")
    parser.add_argument("--version", help="with compatibility: the version that today's wheels get")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for what is built; default: dist")
    return parser.parse_intermixed_args()


def main() -> int:
    """The command."""
    options = _options()
    if options.environments:
        print(f"environments={json.dumps(environments(options.environments))}")
        return 0
    if options.what[:1] == ["sbom"]:
        from release import supply

        return 0 if supply.write(options.check) or not options.check else 1
    if options.what[:1] == ["licences"]:
        from release import supply

        text = supply.licences()
        right = supply.LICENCES.exists() and supply.LICENCES.read_text("utf-8") == text
        if not options.check:
            supply.LICENCES.write_text(text, "utf-8")
        elif not right:
            print("docs/licences.md is not what is installed: python release licences")
        return 0 if right or not options.check else 1
    if options.what[:1] == ["linux"]:
        from release import linux

        linux.write()
        return 0
    if options.what[:1] == ["history"]:
        from release import history

        problems = history.check() if options.check else []
        print(*problems, sep="\n", end="\n" if problems else "")
        if not options.check:
            for past in history.read():
                print(*(path.name for path in history.wheels(past, options.out).values()), sep="\n")
        return 1 if problems else 0
    if options.what[:1] == ["compatibility"]:
        from release import compatibility

        return compatibility.main(options.what[1:], options.out, options.version)
    if options.what[:1] == ["preinstalled"]:
        from release import preinstalled

        if len(options.what) < 3:
            raise SystemExit("name a framework and its versions: python release preinstalled torch 2.8.0")
        return preinstalled.main(options.what[1], options.what[2:], options.out)
    if options.what[:1] == ["workflows"]:
        from release import workflows

        return workflows.main()
    if options.what[:1] == ["audit"]:
        from release import audit

        return audit.main()
    if options.what[:1] == ["types"]:
        from release import checked

        return checked.main()
    if options.what[:1] == ["cross"]:
        from release import cross

        return cross.main(options.previous, options.what[1:], options.out)
    if options.tag:
        wanted = [of_tag(options.tag)]
    else:
        wanted = [chosen(word) for word in options.what] or list(packages().values())
    failed = [one for one in wanted if not build.released(one, options.out)]
    return 0 if build.sizes(options.out) and not failed else 1
