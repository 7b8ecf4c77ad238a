"""Checkpoints: weights in files of shards, which any mesh, engine and backend can load.

A checkpoint is a folder. Each process writes the shards that it holds first copies of to a safetensors file of its own.
Then the first process replaces the index, ``index.json``, which says which file holds which part of which tensor. The
files of a save have names that no other save uses, so that a save that is interrupted leaves the old index with its
files. Files that the index does not name are removed after the next save.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import safetensors
import safetensors.numpy

from ops._replacing import replacing, synchronise
from ops._stored import restored, stored, stored_dtype, stored_name, stored_shape
from ops.distribution.engine import Engine, engine_of
from ops.distribution.meshes import TensorLayout
from ops.distribution.placement import flatten, layout
from ops.distribution.strategies import distribution
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, DtypeError, ShapeError, UnsupportedError
from ops_common.runtime import active
from ops_common.runtime.backend import Backend, short
from ops_common.symbolic import SymbolicTensor
from ops_common.tensors.variable import Variable

FORMAT, VERSION = "ops checkpoint", 1
_INDEX = "index.json"
_FILE = re.compile(r"shards-(\d+)-(\d+)\.safetensors")

Bounds = tuple[tuple[int, int], ...]


def save(path: str | os.PathLike[str], weights: Any) -> None:
    """Writes weights to a folder; each process writes its shards. All processes call this.

    The folder must be on a file system that all processes share. The checkpoint that it held before is replaced when
    the new one is complete; a save that fails or is killed leaves the old one.

    Args:
        path: the folder.
        weights: a nest of tensors and Variables. Their names are their paths (see `distribute`).

    Raises:
        ArgumentError: two weights have the same path, or the path is a file.

    Example:
        >>> import os, tempfile, ops
        >>> path = os.path.join(tempfile.mkdtemp(), "checkpoint")
        >>> ops.distribution.save(path, {"kernel": ops.ones((2, 3))})
        >>> float(ops.sum(ops.distribution.load(path)["kernel"]))
        6.0
    """
    backend = active.current_backend()
    engine = engine_of(backend)
    folder = _path(path)
    if folder.exists() and not folder.is_dir():
        raise ArgumentError(f"{folder} is not a folder; give another path")
    names, leaves, _ = flatten(weights)
    for name in names:
        if names.count(name) > 1:
            raise ArgumentError(f"two weights have the path {name!r}")
    number, count = engine.processes()
    previous = _Index.read(folder).number if (folder / _INDEX).is_file() else 0
    engine.barrier()  # all have read it
    if number == 0:
        folder.mkdir(parents=True, exist_ok=True)
    engine.barrier()
    save_number = previous + 1
    entries: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for name, leaf in zip(names, leaves, strict=True):
        tensor = _tensor(backend, leaf)
        parts = [(bounds, data) for _, bounds, data, is_first in engine.shards(tensor) if is_first]
        shape, dtype = [*backend.shape(tensor)], backend.dtype(tensor)
        entries[name] = {"dtype": dtype, "shape": shape, "parts": []}
        for i, (bounds, data) in enumerate(parts):
            key = stored_name(f"{name}.{i}" if len(parts) > 1 else name)
            while key in arrays:
                key += "_"
            arrays[key] = stored(data)
            entries[name]["parts"].append([key, [list(each) for each in bounds]])
    place = folder / _file(save_number, number)
    safetensors.numpy.save_file(arrays, place, {"entries": json.dumps(entries)})
    synchronise(place)  # before the index names it
    engine.barrier()  # all files are complete
    if number == 0:
        _replace_index(folder, save_number, count, names)
        _remove_others(folder, {_file(save_number, process) for process in range(count)})
    engine.barrier()


def _path(path: Any) -> Path:
    try:
        return Path(path)
    except TypeError:
        raise ArgumentTypeError(f"expected the path of a folder; got {short(path)}") from None


def _tensor(backend: Backend, leaf: Any) -> Any:
    if isinstance(leaf, Variable):
        return leaf.value
    return leaf if backend.is_tensor(leaf) else backend.to_tensor(leaf)


def _file(save_number: int, process: int) -> str:
    return f"shards-{save_number}-{process}.safetensors"


def _replace_index(folder: Path, save_number: int, count: int, names: Sequence[str]) -> None:
    """Writes the index from what the files of this save say of themselves."""
    tensors: dict[str, Any] = {}
    files = [_file(save_number, process) for process in range(count)]
    for file in files:
        with safetensors.safe_open(folder / file, "numpy") as opened:
            described = json.loads(opened.metadata()["entries"])
        for name, entry in described.items():
            tensor = tensors.setdefault(name, {"dtype": entry["dtype"], "shape": entry["shape"], "parts": []})
            tensor["parts"] += [[file, key, bounds] for key, bounds in entry["parts"]]
    document = {
        "format": FORMAT,
        "version": VERSION,
        "save": save_number,
        "files": files,
        "tensors": {name: tensors[name] for name in names},
    }
    with replacing(folder / _INDEX, False, _INDEX) as place:
        place.write_text(json.dumps(document, indent=1), "utf-8")


def _remove_others(folder: Path, files: set[str]) -> None:
    """Removes the files of other saves."""
    for entry in folder.iterdir():
        if _FILE.fullmatch(entry.name) is not None and entry.name not in files:
            with contextlib.suppress(OSError):  # a process that reads the old checkpoint may lock it
                entry.unlink()


@dataclass(frozen=True)
class _Part:
    """Where a part of a tensor is."""

    file: str
    key: str
    bounds: Bounds


@dataclass(frozen=True)
class _Saved:
    """A tensor of a checkpoint."""

    dtype: str
    shape: tuple[int, ...]
    parts: tuple[_Part, ...]


class _Index:
    """The index of a checkpoint, checked."""

    def __init__(self, folder: Path, document: Any) -> None:
        self._folder = folder
        if type(document) is not dict or document.get("format") != FORMAT:
            self._fail("its index does not describe one")
        if type(document.get("version")) is not int or document["version"] < 1:
            self._fail("its index has no version")
        if document["version"] > VERSION:
            raise UnsupportedError(
                f"{folder} was written by a later version of ops, in format {document['version']}; this one reads "
                f"formats up to {VERSION}: upgrade ops"
            )
        if type(document.get("save")) is not int or type(document.get("tensors")) is not dict:
            self._fail("its index is not complete")
        self.number: int = document["save"]
        self.tensors = {name: self._saved(name, entry) for name, entry in document["tensors"].items()}

    @classmethod
    def read(cls, folder: Path) -> _Index:
        """Returns the index in a folder."""
        if not (folder / _INDEX).is_file():
            raise ArgumentError(f"{folder} holds no checkpoint: it has no {_INDEX}")
        try:
            document = json.loads((folder / _INDEX).read_text("utf-8"))
        except (ValueError, RecursionError) as error:
            raise ArgumentError(f"{folder} is not a checkpoint: its index is not valid JSON ({error})") from error
        return cls(folder, document)

    def _fail(self, what: str) -> NoReturn:
        raise ArgumentError(f"{self._folder} is not a valid checkpoint: {what}")

    def _saved(self, name: str, entry: Any) -> _Saved:
        try:
            dtype, shape = entry["dtype"], tuple(entry["shape"])
            parts = [
                _Part(str(file), str(key), tuple((int(start), int(stop)) for start, stop in bounds))
                for file, key, bounds in entry["parts"]
            ]
        except (TypeError, KeyError, ValueError):
            self._fail(f"the entry of {name!r} is damaged")
        if dtype not in dtypes.ALL or not all(type(size) is int and size >= 0 for size in shape):
            self._fail(f"{name!r} has dtype {short(dtype)} and shape {short(shape)}")
        for part in parts:
            inside = len(part.bounds) == len(shape) and all(
                0 <= start <= stop <= size for (start, stop), size in zip(part.bounds, shape, strict=True)
            )
            if not inside or _FILE.fullmatch(part.file) is None:
                self._fail(f"a part of {name!r} is not inside of it")
        if not _are_partition(shape, [part.bounds for part in parts]):
            self._fail(f"the parts of {name!r} do not make up a tensor of shape {shape}")
        return _Saved(dtype, shape, tuple(parts))


def _are_partition(shape: tuple[int, ...], parts: Sequence[Bounds]) -> bool:
    """Returns whether each element of a tensor of this shape is in exactly one part."""
    if 0 in shape:
        return True
    cuts = [sorted({0, size, *(bound for part in parts for bound in part[i])}) for i, size in enumerate(shape)]
    places = [{cut: place for place, cut in enumerate(each)} for each in cuts]
    covered = np.zeros([len(each) - 1 for each in cuts], np.int32)  # how many parts each cell between the cuts is in
    for part in parts:
        covered[tuple(slice(place[start], place[stop]) for place, (start, stop) in zip(places, part, strict=True))] += 1
    return bool(np.all(covered == 1))


def _common(first: Bounds, second: Bounds) -> Bounds | None:
    """Returns the bounds of what two parts have in common; None if it is nothing."""
    common = tuple((max(a, c), min(b, d)) for (a, b), (c, d) in zip(first, second, strict=True))
    return common if all(start < stop for start, stop in common) else None


class _Reader:
    """Reads parts of the tensors of a checkpoint."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tensors = _Index.read(folder).tensors
        self._files: dict[str, Any] = {}

    def read(self, name: str, index: Sequence[slice]) -> Any:
        """Returns a part of a tensor as an array. Only that part is read from the files."""
        saved = self.tensors[name]
        wanted: Bounds = tuple((part.start, part.stop) for part in index)
        dtype = np.dtype(dtypes.to_numpy(saved.dtype))
        out = np.empty([stop - start for start, stop in wanted], dtype)
        for part in saved.parts:
            common = _common(wanted, part.bounds)
            if common is not None:
                here = tuple(slice(a - b, c - b) for (a, c), (b, _) in zip(common, part.bounds, strict=True))
                there = tuple(slice(a - b, c - b) for (a, c), (b, _) in zip(common, wanted, strict=True))
                shape = tuple(stop - start for start, stop in common)
                out[there] = restored(self._stored(name, part, here), shape, dtype)
        return out

    def _stored(self, name: str, part: _Part, index: tuple[slice, ...]) -> Any:
        saved = self.tensors[name]
        dtype = np.dtype(dtypes.to_numpy(saved.dtype))
        shape = stored_shape(tuple(b - a for a, b in part.bounds), dtype)
        try:
            if part.file not in self._files:
                self._files[part.file] = safetensors.safe_open(self._folder / part.file, "numpy")
            file = self._files[part.file]
            found = file.get_slice(part.key)
            if tuple(found.get_shape()) != shape:
                raise ValueError(f"it has shape {found.get_shape()}")
            array = found[index] if index else file.get_tensor(part.key)
            if array.dtype != stored_dtype(dtype):
                raise ValueError(f"it has dtype {array.dtype}")
            return array
        except Exception as error:  # safetensors raises an error of its own
            raise ArgumentError(
                f"{self._folder} is not a valid checkpoint: the part {part.key!r} in {part.file} cannot be read "
                f"({error})"
            ) from error


def load(path: str | os.PathLike[str], like: Any = None) -> Any:
    """Returns the weights in a folder that `save` wrote. A process reads only the parts that its devices hold.

    The mesh, the layouts, the backend and the number of processes may differ from those that the weights were saved
    with.

    Args:
        path: the folder.
        like: a nest of tensors, Variables and SymbolicTensors with the paths, shapes and dtypes of saved weights. Each
            weight gets the layout of the tensor in this nest; a Variable is assigned the value, and stays in the nest.
            None for all weights, as a dict by path, in the layouts of the distribution in force, if any.

    Raises:
        ArgumentError: the folder is not a checkpoint, or has no weight of a path in ``like``.
        ShapeError, DtypeError: a saved weight has another shape or dtype than in ``like``.
        UnsupportedError: a later version of ops wrote the checkpoint.

    Example:
        >>> import os, tempfile, ops
        >>> path = os.path.join(tempfile.mkdtemp(), "checkpoint")
        >>> ops.distribution.save(path, {"kernel": ops.ones((2, 3))})
        >>> weights = ops.distribution.load(path, like={"kernel": ops.SymbolicTensor((2, 3))})
    """
    backend = active.current_backend()
    reader = _Reader(_path(path))
    if like is None:
        return {name: _restored(backend, reader, name, None) for name in reader.tensors}
    names, leaves, rebuild = flatten(like)
    return rebuild([_restored(backend, reader, name, leaf) for name, leaf in zip(names, leaves, strict=True)])


def _restored(backend: Backend, reader: _Reader, name: str, like: Any) -> Any:
    saved = reader.tensors.get(name)
    if saved is None:
        raise ArgumentError(f"the checkpoint has no weight {name!r}; it has {short(list(reader.tensors), 200)}")
    if like is not None:
        _check(backend, name, saved, like)
    backend.check_dtype(saved.dtype)
    wanted = _wanted(backend, name, saved, like)
    engine: Engine = engine_of(backend)
    if wanted is None or wanted.device_mesh is None:
        whole = tuple(slice(0, size) for size in saved.shape)
        tensor = backend.make(reader.read(name, whole), saved.dtype)
    else:
        mesh = wanted.device_mesh.on(backend)
        tensor = engine.make(
            lambda index: reader.read(name, index), saved.shape, saved.dtype, mesh, wanted.check(saved.shape, name).axes
        )
    return like.assign(tensor) if isinstance(like, Variable) else tensor


def _wanted(backend: Backend, name: str, saved: _Saved, like: Any) -> TensorLayout | None:
    """Returns the layout that a weight is to have; None for that of an ordinary tensor."""
    if isinstance(like, Variable) or (like is not None and backend.is_tensor(like)):
        found = layout(like)
        if found is not None:
            return found
        if not isinstance(like, SymbolicTensor) and distribution() is None:
            return None
    strategy = distribution()
    return None if strategy is None else strategy.layout_of(name, saved.shape)


def _check(backend: Backend, name: str, saved: _Saved, like: Any) -> None:
    if isinstance(like, (Variable, SymbolicTensor)):
        shape, dtype = tuple(like.shape), like.own_dtype if isinstance(like, Variable) else like.dtype
    else:
        tensor = _tensor(backend, like)
        shape, dtype = tuple(backend.shape(tensor)), backend.dtype(tensor)
    if shape != saved.shape:
        raise ShapeError(f"{name!r} has shape {saved.shape} in the checkpoint, and {shape} in like")
    if dtype != saved.dtype:
        raise DtypeError(f"{name!r} has dtype {saved.dtype} in the checkpoint, and {dtype} in like")


def parts_of(path: str | os.PathLike[str]) -> Iterator[tuple[str, str, Bounds]]:
    """Yields the name, the file and the bounds of each part in a checkpoint."""
    for name, saved in _Index.read(_path(path)).tensors.items():
        for part in saved.parts:
            yield name, part.file, part.bounds
