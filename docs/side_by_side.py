"""Runs the examples of the pages that show `ops` beside other libraries: `python docs/side_by_side.py [PAGE ...]`.

The indented blocks of a page are one script. It runs in a fresh process, as some of the examples start processes of
their own and import the script. The page about keras runs once for each of its backends.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

DOCS = Path(__file__).parent
KERAS_BACKENDS = ("numpy", "jax", "tensorflow", "torch")
PAGES = {
    "torch_modules": ("",),
    "data_loaders": ("",),
    "tf_data": ("",),
    "flax": ("",),
    "keras_layers": KERAS_BACKENDS,
}


def script(page: str) -> str:
    """Returns the indented blocks of a page; its text becomes blank lines, so that line numbers are the page's."""
    lines = (DOCS / f"{page}.md").read_text(encoding="utf-8").splitlines()
    return textwrap.dedent("\n".join(line if line.startswith("    ") else "" for line in lines)) + "\n"


def run(page: str, keras_backend: str = "") -> subprocess.CompletedProcess[str]:
    """Returns the finished process that ran the examples of a page."""
    environment = os.environ | ({"KERAS_BACKEND": keras_backend} if keras_backend else {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"page_{page}.py"  # not the name of a package that it imports
        path.write_text(script(page), encoding="utf-8")
        command = [sys.executable, str(path)]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)


def main(pages: list[str]) -> int:
    """Returns 1 if an example of the pages (all by default) fails, and prints its output; else 0."""
    failures = 0
    for page in pages or list(PAGES):
        for keras_backend in PAGES[page]:
            done = run(page, keras_backend)
            print(page, keras_backend, "failed" if done.returncode else "passed", flush=True)
            if done.returncode:
                failures += 1
                print(done.stdout + done.stderr, file=sys.stderr)
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
