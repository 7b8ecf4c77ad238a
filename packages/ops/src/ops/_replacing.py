"""Atomic replacement of files: they are written next to their destination and moved there when they are complete."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import threading
from collections.abc import Generator, Sequence
from pathlib import Path

from ops_common.errors import ArgumentError

_NO_SYNC = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP)
_swapping = threading.Lock()


@contextlib.contextmanager
def replacing(target: Path, is_folder: bool, main: str) -> Generator[Path]:
    """A context with a path to write to instead of the target. Further files may be written next to that path.

    When the context ends, the written files replace the files with the same names next to the target (of several files,
    `main` is moved last). After an error, everything is as it was before. Other files in a target folder are kept.

    Raises:
        ArgumentError: the target is a folder and should be a file, or the other way round.
    """
    target = Path(os.path.realpath(target))  # a symbolic link is kept, and the file that it points to is replaced
    if target.exists() and not (target.is_dir() if is_folder else target.is_file()):
        raise ArgumentError(f"{target} is not a {'folder' if is_folder else 'regular file'}; give another path")
    missing = [folder for folder in target.parents if not folder.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # The temporary folder must be on the target's file system, even if the target is a mount point.
        home = target if target.is_dir() else target.parent
        with tempfile.TemporaryDirectory(prefix=".ops-export-", dir=home, ignore_cleanup_errors=True) as stage:
            new, old = Path(stage, "new"), Path(stage, "old")
            new.mkdir()
            old.mkdir()
            yield new / target.name
            _sync(new)
            entries = [*(new / target.name if home is target else new).iterdir()]
            with _swapping:
                _swap(sorted(entries, key=lambda entry: (entry.name == main, entry.name)), home, old)
    except BaseException:
        with contextlib.suppress(OSError):  # another process has written there
            for folder in missing:
                folder.rmdir()
        raise


def _sync(folder: Path) -> None:
    """Waits until all files are on the disk: some file systems report only then that it is full."""
    for root, _, names in os.walk(folder):
        for name in names:
            synchronise(Path(root, name))


def synchronise(path: Path) -> None:
    """Waits until a file is on the disk."""
    with open(path, "rb+") as file:
        try:
            os.fsync(file.fileno())
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise


def _swap(entries: Sequence[Path], home: Path, old: Path) -> None:
    """Moves the entries to their home, and existing files of the same names to ``old``; all of them or none."""
    try:
        for entry in entries:
            place = home / entry.name
            if place.is_file() and entry.is_file():
                shutil.copymode(place, entry)
            if entry is entries[-1] and not place.is_dir():
                os.replace(entry, place)  # atomic, so that the file exists at any time
            else:
                if os.path.lexists(place):
                    os.rename(place, old / entry.name)
                os.rename(entry, place)
    except BaseException:
        for entry in reversed(entries):
            place, before = home / entry.name, old / entry.name
            if not os.path.lexists(entry):
                os.rename(place, entry)
            if os.path.lexists(before):
                os.rename(before, place)
        raise
