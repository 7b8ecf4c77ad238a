"""Migrates files: finds, reads and replaces them."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import libcst as cst

from ops._cli.migrate.findings import ATTENTION, Finding
from ops._cli.migrate.rewriting import rewrite_module
from ops._replacing import replacing

_SUFFIXES = (".py", ".pyi")
_SKIPPED = ("__pycache__", "node_modules", "site-packages")


@dataclass
class Migrated:
    """The result for one file.

    Attributes:
        path: the file.
        old, new: its content; the same if nothing is to be rewritten.
        findings: what to know about it.
        was_written: whether the file was replaced.
    """

    path: Path
    old: bytes = b""
    new: bytes = b""
    encoding: str = "utf-8"
    findings: list[Finding] = field(default_factory=list[Finding])
    was_written: bool = False

    @property
    def is_changed(self) -> bool:
        return self.old != self.new

    @property
    def needs_attention(self) -> bool:
        return any(finding.kind in ATTENTION for finding in self.findings) or (self.is_changed and not self.was_written)

    def diff(self) -> str:
        """Returns the change as a unified diff."""
        old, new = (text.decode(self.encoding).splitlines(keepends=True) for text in (self.old, self.new))
        lines: list[str] = []
        for line in difflib.unified_diff(old, new, str(self.path), str(self.path)):
            lines.append(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n")
        return "".join(lines)


def python_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yields the Python files and notebooks below the paths, sorted, without hidden folders and environments."""
    seen: set[str] = set()
    for path in paths:
        for file in _below(path) if path.is_dir() else [path]:
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                yield file


def _below(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in _SKIPPED and not Path(root, name, "pyvenv.cfg").exists()
        )
        for name in sorted(files):
            if name.endswith((*_SUFFIXES, ".ipynb")) and not is_special(Path(root, name)):
                yield Path(root, name)


def is_special(path: Path) -> bool:
    """Returns whether a path is a FIFO, a socket or a device, which is not read: it may never end."""
    return os.path.exists(path) and not (os.path.isfile(path) or os.path.isdir(path))


def migrate_file(path: Path, write: bool) -> Migrated | None:
    """Migrates a file, and replaces it if `write`; returns None if it has nothing to do with keras.

    The encoding, the byte order mark and the ends of lines are kept. A file that cannot be read or parsed has a finding
    of kind "error", and is left as it is.
    """
    result = Migrated(path)
    try:
        result.old = result.new = path.read_bytes()
        if b"keras" not in result.old:
            return None
        if path.suffix == ".ipynb":
            message = "notebooks are not rewritten; convert it with `jupyter nbconvert --to script`, and migrate that"
            result.findings = [Finding(0, 1, "check", "", message)]
            return result
        module = cst.parse_module(result.old)
        new, result.findings = rewrite_module(module)
        result.encoding = module.encoding
        if not new.deep_equals(module):
            result.new = new.bytes
        if write and result.is_changed:
            with replacing(path, False, path.name) as stage:
                stage.write_bytes(result.new)
            result.was_written = True
    except cst.ParserSyntaxError as error:
        result.findings = [
            Finding(error.raw_line, error.raw_column + 1, "error", "", "not valid Python; it is left out")
        ]
    except (UnicodeDecodeError, LookupError, SyntaxError, ValueError) as error:
        result.findings = [Finding(0, 1, "error", "", f"cannot be decoded: {error}")]
    except RecursionError:
        result.findings = [Finding(0, 1, "error", "", "is nested too deeply")]
    except OSError as error:
        result.findings = [Finding(0, 1, "error", "", error.strerror or str(error))]
    return result if result.findings or result.is_changed else None
