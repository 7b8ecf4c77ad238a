"""Graphs in files: a zip archive with a JSON document, and the constants as safetensors. Loading runs no code."""

from __future__ import annotations

import io
import itertools
import json
import math
import os
import zipfile
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from types import EllipsisType
from typing import Any, NoReturn

import numpy as np
import safetensors.numpy

from ops._replacing import replacing
from ops._stored import restored, stored, stored_dtype, stored_name, stored_shape
from ops.graph import settings
from ops.graph.catalogue import MISSING, OPSET, Operation, operations
from ops.graph.checking import check_results
from ops.graph.execution import USER_OPERATION
from ops.graph.fitting import backend_of
from ops.graph.graph import Graph
from ops.graph.operation import Operation as UserOperation
from ops.graph.structure import Block, Const, Node, Ref, Registered, Slice, TensorSpec
from ops_common import dtypes
from ops_common.errors import ArgumentError, ArgumentTypeError, OpsError, UnsupportedError
from ops_common.runtime.backend import short

FORMAT = "ops graph"
VERSION = 1
_DOCUMENT, _WEIGHTS = "graph.json", "weights.safetensors"
_MOST_BYTES = 1 << 26  # of the document: for about half a million nodes
_MOST_RATIO = 200  # of the document to its compressed form, from 1 MiB on; documents of graphs stay below 100
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others take memory beyond the size of the result
_MOST_DEPTH = 200  # of nests; Python's compiler, which execution uses, has the same limit
_MOST_FUNCTIONS = 90  # in functions; Python's compiler has a limit of 100


def save(graph: Graph, path: str | os.PathLike[str]) -> None:
    """Writes a graph to a file; an existing file is replaced once the new one is complete."""
    try:
        target = Path(path)
    except TypeError:
        raise ArgumentTypeError(f"expected the path of a file; got {short(path)}") from None
    for node in graph.block.walk():
        if "seed" in operations_of(node).parameters and node.arguments.get("seed") is None:
            raise ArgumentError(f"{node.op} draws random numbers without a seed, which a file cannot hold: pass a seed")
    arrays = {name: backend_of(value).core.convert_to_numpy(_tensor(value)) for name, value in graph.own_constants()}
    specs = {name: [dtypes.from_numpy(array.dtype), list(array.shape)] for name, array in arrays.items()}
    document = {
        "format": FORMAT,
        "version": VERSION,
        "opset": OPSET,
        "ops": metadata.version("ops"),
        "name": graph.name,
        "optimize": graph.is_optimized,
        **({"settings": graph.settings} if graph.settings else {}),
        "tensors": [[spec.dtype, list(spec.shape), *([spec.name] if spec.name else [])] for spec in _ordered(graph)],
        "constants": specs,
        "operations": {name: _configuration(operation) for name, operation in graph.user_operations.items()},
        "block": _block_to_json(graph.block),
    }
    # (In the order of the names: equal graphs give equal files.)
    weights = safetensors.numpy.save({stored_name(name): stored(array) for name, array in arrays.items()})
    buffer = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    with replacing(target, False, target.name) as place, zipfile.ZipFile(place, "w") as archive:
        archive.writestr(_member(_DOCUMENT), buffer, zipfile.ZIP_DEFLATED)
        archive.writestr(_member(_WEIGHTS), weights, zipfile.ZIP_STORED)


def operations_of(node: Node) -> Operation:
    """Returns the operation of a node."""
    return USER_OPERATION if node.op == "@operation" else operations()[node.op]


def _member(name: str) -> zipfile.ZipInfo:
    """Returns an archive member with a fixed time, so that equal graphs give equal files."""
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _tensor(value: Any) -> Any:
    backend = backend_of(value)
    return value if backend.is_tensor(value) else backend.to_tensor(value)


def _ordered(graph: Graph) -> list[TensorSpec]:
    return [graph.specs[number] for number in range(len(graph.specs))]


def _configuration(operation: UserOperation) -> dict[str, Any]:
    config = operation.get_config()
    try:
        json.dumps(config, allow_nan=False)
    except (TypeError, ValueError):
        raise ArgumentTypeError(
            f"get_config of the operation {operation.name!r} must return values that JSON can hold; got {short(config)}"
        ) from None
    return {"class": type(operation).__name__, "config": config}


def _block_to_json(block: Block) -> dict[str, Any]:
    return {
        "parameters": _to_json(block.parameters),
        "keywords": _to_json(block.keywords),
        "nodes": [
            {
                "op": node.op,
                "arguments": {name: _to_json(value) for name, value in node.arguments.items()},
                "outputs": node.outputs,
                **({"portable": True} if node.portable else {}),
                **(
                    {}
                    if node.paths == [()]
                    else {"paths": [[_key_to_json(step) for step in path] for path in node.paths]}
                ),
            }
            for node in block.nodes
        ],
        "result": _to_json(block.result),
    }


def _to_json(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"float": repr(value)}
    if isinstance(value, complex):
        return {"complex": [_to_json(value.real), _to_json(value.imag)]}
    if isinstance(value, Ref):
        return {"tensor": value.number}
    if isinstance(value, Const):
        return {"constant": value.name}
    if isinstance(value, EllipsisType):
        return {"ellipsis": True}
    if isinstance(value, Slice):
        return {"slice": [_to_json(part) for part in (value.start, value.stop, value.step)]}
    if isinstance(value, Block):
        return {"function": _block_to_json(value)}
    if isinstance(value, list):
        return [_to_json(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, tuple):
        return {"tuple": [_to_json(item) for item in value]}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, Registered):
        raise ArgumentTypeError(
            f"a file cannot hold the container {value.kind.__name__}, because loading runs no code: use a tuple, list "
            "or dict"
        )
    assert isinstance(value, dict), value
    return {"dict": [[_key_to_json(key), _to_json(item)] for key, item in value.items()]}  # pyright: ignore[reportUnknownVariableType]


def _key_to_json(key: Any) -> Any:
    """Returns a key of a dict, or a position."""
    if isinstance(key, tuple):
        return {"tuple": [_key_to_json(part) for part in key]}  # pyright: ignore[reportUnknownVariableType]
    if key is None or isinstance(key, (bool, int, str, float)):
        return _to_json(key)
    raise ArgumentTypeError(
        f"a file cannot hold a dict with the key {short(key)}: keys must be strings, numbers, None, or tuples of these"
    )


def load_graph(path: str | os.PathLike[str], operations: Mapping[str, type[UserOperation]] | None = None) -> Graph:
    """Returns the graph in a file that `Graph.save` wrote, on any backend.

    The file contains no code. All of it is checked.

    Args:
        path: the file.
        operations: the classes of operations of the user's (see `Operation`) that the graph uses, by their names.

    Raises:
        ArgumentError: the file is not a graph: the message says what is wrong with it.
        ArgumentTypeError: path is no path.
        UnsupportedError: a later version of ops wrote it, and it uses what this version does not have.
        FileNotFoundError: there is no such file.

    Example:
        >>> import os, tempfile, ops
        >>> graph = ops.make_graph(lambda x: x * 2, ops.SymbolicTensor((None,)))
        >>> path = os.path.join(tempfile.mkdtemp(), "double.ops")
        >>> graph.save(path)
        >>> ops.convert_to_numpy(ops.load_graph(path)([1.0, 2.0]))
        array([2., 4.], dtype=float32)
    """
    try:
        place = Path(path)
    except TypeError:
        raise ArgumentTypeError(f"expected the path of a file; got {short(path)}") from None
    return read(place, operations)


def read(
    path: Path,
    operations: Mapping[str, type[UserOperation]] | None,
    label: str | None = None,
    hint: str = "ops.load_graph(path, operations={})",
) -> Graph:
    """Returns the graph in a file.

    Args:
        path: the file.
        operations: the classes of operations of the user's.
        label: what error messages call the file; None for its path.
        hint: a call that shows where operations are passed.
    """
    label = str(path) if label is None else label
    classes: Any = {} if operations is None else operations
    if not isinstance(classes, Mapping):
        raise ArgumentTypeError(f"operations must be a dict of classes by their names; got {short(operations)}")
    for name, kind in classes.items():  # pyright: ignore[reportUnknownVariableType]  # a user's values
        if not (isinstance(kind, type) and issubclass(kind, UserOperation)):
            raise ArgumentTypeError(
                f"operations must hold subclasses of ops.Operation; got {short(kind)} for {short(name)}"
            )
    try:
        return _Reader(path, classes, label, hint).graph()
    except RecursionError:
        raise ArgumentError(f"{label} is not a graph: it is nested too deeply") from None
    except MemoryError:
        raise ArgumentError(f"{label} is not a graph that fits into memory") from None


class _Reader:
    """Reads a file. Each value is checked when it is read."""

    def __init__(self, path: Path, classes: Mapping[str, type[UserOperation]], label: str, hint: str) -> None:
        self.path, self.classes, self.file, self.hint = path, classes, label, hint
        self.specs: dict[int, TensorSpec] = {}
        self.constants: dict[str, Any] = {}
        self.user_operations: dict[str, UserOperation] = {}
        self.defined: dict[int, None] = {}  # the tensors that inputs and nodes define, in this order
        self.functions = 0  # in which the value that is read is nested

    def _fail(self, what: str) -> NoReturn:
        raise ArgumentError(f"{self.file} is not a valid graph: {what}")

    def graph(self) -> Graph:
        document, weights = self._members()
        if type(document) is not dict or document.get("format") != FORMAT:
            self._fail("it has no description of a graph")
        version = self._get(document, "version", int)
        if version > VERSION:
            raise UnsupportedError(
                f"{self.file} was written by ops {short(document.get('ops'))} in format {version}; this version of ops "
                f"reads formats up to {VERSION}: upgrade ops"
            )
        block = self._get(document, "block", dict)
        required = self._get({"settings": {}} | document, "settings", dict)
        if any(type(value) is not settings.REQUIRED.get(name) for name, value in required.items()):
            self._fail(f"{short(required)} are no settings")
        settings.check(required, f"{self.file}")
        self._check_names(document, block)
        self.specs = dict(enumerate(self._spec(item) for item in self._get(document, "tensors", list)))
        self.constants = self._constants(self._get(document, "constants", dict), weights)
        for name, item in self._get(document, "operations", dict).items():
            self.user_operations[name] = self._user_operation(name, item)
        name, optimize = self._get(document, "name", str), self._get(document, "optimize", bool)
        result = self._block(block, set(), 0)
        if self.defined.keys() != self.specs.keys():
            self._fail("tensors are listed that nothing computes")
        graph = Graph(result, self.specs, self.constants, self.user_operations, name, optimize, required)
        try:
            graph.unproven = check_results(graph)
        except OpsError as error:
            raise ArgumentError(f"{self.file} is not a valid graph: {error}") from error
        return graph

    def _members(self) -> tuple[Any, bytes]:
        """Returns the document and the bytes of the constants."""
        if "\0" in str(self.path) or (self.path.exists() and not self.path.is_file()):
            raise ArgumentError(f"{short(str(self.path))} is not a file")
        data = self.path.read_bytes()
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = {info.filename: info for info in archive.infolist()}
                if sorted(info.filename for info in archive.infolist()) != sorted((_DOCUMENT, _WEIGHTS)):
                    self._fail(f"it must consist of {_DOCUMENT} and {_WEIGHTS}; it has {short([*members])}")
                size, compressed = members[_DOCUMENT].file_size, members[_DOCUMENT].compress_size
                most = min(_MOST_BYTES, (1 << 20) + _MOST_RATIO * compressed)
                if size > most or members[_WEIGHTS].file_size > len(data):
                    self._fail("its contents are too large for the size of the file")
                if any(info.compress_type not in _METHODS for info in members.values()):
                    self._fail("it is compressed by another method than deflation")
                document, weights = archive.read(_DOCUMENT), archive.read(_WEIGHTS)
        except OpsError:
            raise
        except Exception as error:  # zipfile raises errors of many types
            raise ArgumentError(f"{self.file} is not a graph: it is no zip archive, or damaged ({error})") from error

        def no_constant(text: str) -> NoReturn:
            raise ValueError(f"{text} is no number of JSON")

        try:
            return json.loads(document, parse_constant=no_constant), weights
        except (ValueError, RecursionError) as error:
            raise ArgumentError(f"{self.file} is not a valid graph: {_DOCUMENT} is not valid JSON ({error})") from error

    def _get(self, item: Any, key: str, kind: type) -> Any:
        value = item.get(key)
        if type(value) is not kind:
            self._fail(f"{key!r} must be {kind.__name__}; got {short(value)}")
        return value

    def _check_names(self, document: dict[str, Any], block: dict[str, Any]) -> None:
        """Raises UnsupportedError if a later version wrote the file with operations that this one lacks."""
        opset = self._get(document, "opset", int)
        if opset <= OPSET:
            return
        lacking: set[str] = set()
        for name, arguments in _calls_in(block):
            operation = USER_OPERATION if name == "@operation" else operations().get(name)
            if operation is None:
                lacking.add(short(name))
            else:
                lacking.update(f"{name}({short(key)})" for key in arguments if key not in operation.parameters)
        if lacking:
            raise UnsupportedError(
                f"{self.file} was written by ops {short(document.get('ops'))} and uses what this version of ops does "
                f"not have: {', '.join(sorted(lacking))}: upgrade ops"
            )

    def _spec(self, item: Any) -> TensorSpec:
        if type(item) is not list or len(item) not in (2, 3):
            self._fail(f"a tensor must be described by dtype and shape; got {short(item)}")
        name = item[2] if len(item) == 3 else None
        if name is not None and type(name) is not str:
            self._fail(f"a name must be a string; got {short(name)}")
        return TensorSpec(self._shape(item[1]), self._dtype(item[0]), name)

    def _dtype(self, name: Any) -> str:
        if type(name) is not str or name not in dtypes.ALL:
            self._fail(f"{short(name)} is not a dtype")
        return name

    def _shape(self, shape: Any, known: bool = False) -> tuple[Any, ...]:
        if type(shape) is not list or len(shape) > 64:
            self._fail(f"{short(shape)} is not a shape")
        for size in shape:
            if not (size is None and not known) and (type(size) is not int or not 0 <= size < 2**62):
                self._fail(f"{short(size)} is not a size")
        if math.prod(size for size in shape if size is not None) >= 2**59:
            self._fail(f"a tensor of shape {short(shape)} has more elements than a tensor can have")
        return tuple(shape)

    def _constants(self, specs: dict[str, Any], weights: bytes) -> dict[str, Any]:
        try:
            found = safetensors.numpy.load(weights)
        except Exception as error:
            raise ArgumentError(f"{self.file} is not a valid graph: its constants are damaged ({error})") from error
        if found.keys() != {stored_name(name) for name in specs}:
            self._fail("its constants are not those that it lists")
        result: dict[str, Any] = {}
        for name, item in specs.items():
            spec = self._spec(item)
            shape: Any = self._shape(list(spec.shape), known=True)
            dtype, held = np.dtype(dtypes.to_numpy(spec.dtype)), found[stored_name(name)]
            if held.dtype != stored_dtype(dtype) or held.shape != stored_shape(shape, dtype):
                self._fail(f"the constant {short(name)} does not have the dtype and shape that it is listed with")
            result[name] = restored(held, shape, dtype)
        return result

    def _user_operation(self, name: str, item: Any) -> UserOperation:
        if type(item) is not dict:
            self._fail(f"the operation {short(name)} has no description")
        kind, config = self._get(item, "class", str), self._get(item, "config", dict)
        known = self.classes.get(kind)
        if known is None:
            raise ArgumentError(
                f"{self.file} uses the operation {short(kind)}, which is not part of ops: pass its class, as "
                + self.hint.format(f"{{{kind[:40]!r}: ...}}")
            )
        return known.from_config(config)

    def _block(self, item: Any, visible: set[int], depth: int) -> Block:
        self.functions += 1
        if self.functions > _MOST_FUNCTIONS:
            self._fail("functions are nested too deeply")
        if type(item) is not dict:
            self._fail(f"a function must be described by an object; got {short(item)}")
        before = len(self.defined)
        parameters = self._parameters(item.get("parameters"), visible)
        keywords = self._parameters(item.get("keywords"), visible)
        if type(parameters) is not tuple or type(keywords) is not dict or not all(type(key) is str for key in keywords):
            self._fail("the parameters of a function must be a tuple and a dict")
        block = Block(parameters, keywords)
        for node in self._get(item, "nodes", list):
            block.nodes.append(self._node(node, visible, depth))
        block.result = self._value(item.get("result"), visible, depth)
        # (One set for all functions: a copy for each would take time that grows with the square of their number.)
        visible.difference_update(itertools.islice(reversed(self.defined), len(self.defined) - before))
        self.functions -= 1
        return block

    def _parameters(self, item: Any, visible: set[int]) -> Any:
        """Returns a nest of parameters, each of which becomes visible."""
        value = self._value(item, None, 0)
        for number in _refs(value):
            self._define(number, visible)
        return value

    def _define(self, number: Any, visible: set[int]) -> None:
        if type(number) is not int or number not in self.specs:
            self._fail(f"there is no tensor {short(number)}")
        if number in self.defined:
            self._fail(f"tensor {number} is computed twice")
        self.defined[number] = None
        visible.add(number)

    def _node(self, item: Any, visible: set[int], depth: int) -> Node:
        if type(item) is not dict:
            self._fail(f"a node must be an object; got {short(item)}")
        op = self._get(item, "op", str)
        operation = USER_OPERATION if op == "@operation" else operations().get(op)
        if operation is None:
            self._fail(f"ops has no operation {short(op)}")
        arguments = self._get(item, "arguments", dict)
        unknown = arguments.keys() - set(operation.parameters)
        if unknown:
            self._fail(f"{op} has no parameter {short(sorted(unknown)[0])}")
        values = {name: self._value(value, visible, depth) for name, value in arguments.items()}
        self._check_arguments(operation, values)
        outputs = self._get(item, "outputs", list)
        paths = [tuple(self._path(path)) for path in self._get({"paths": [[]]} | item, "paths", list)]
        if len(paths) != len(outputs):
            self._fail(f"{op} must have a path for each output")
        for number in outputs:
            self._define(number, visible)
        portable = item.get("portable", False)
        if type(portable) is not bool or (portable and "seed" not in operation.parameters):
            self._fail(f"{op} cannot be portable")
        return Node(op, values, list(outputs), paths, portable)

    def _check_arguments(self, operation: Operation, values: dict[str, Any]) -> None:
        for name, default in zip(operation.parameters, operation.defaults, strict=True):
            if default is MISSING and name not in values and name not in (operation.varargs, operation.options):
                self._fail(f"{operation.name} needs the argument {name}")
        if operation is USER_OPERATION and values["operation"] not in self.user_operations:
            self._fail(f"the operation {short(values['operation'])} is not described")
        for name in (operation.varargs, "args" if operation.declared is None else None):
            if name is not None and name in values and not isinstance(values[name], (list, tuple)):
                self._fail(f"argument {name} of {operation.name} must be a tuple")
        for name in (operation.options, "kwargs", "options"):
            value = values.get(name) if name is not None and name in operation.parameters else None
            if value is not None and (type(value) is not dict or not all(type(key) is str for key in value)):
                self._fail(f"argument {name} of {operation.name} must be a dict with strings as keys")

    def _path(self, path: Any) -> list[Any]:
        if type(path) is not list:
            self._fail(f"{short(path)} is not a path to an output")
        return [self._key(step) for step in path]

    def _value(self, item: Any, visible: set[int] | None, depth: int) -> Any:
        """Returns an argument.

        Args:
            item: the value in the document.
            visible: the tensors that it may use; None for any.
            depth: how deeply it is nested.
        """
        if depth > _MOST_DEPTH:
            self._fail("values are nested too deeply")
        if item is None or type(item) in (bool, int, float, str):
            return item
        if type(item) is list:
            return [self._value(part, visible, depth + 1) for part in item]
        if type(item) is not dict or len(item) != 1:
            self._fail(f"{short(item)} is not a value")
        ((kind, content),) = item.items()
        if kind == "tensor" and type(content) is int and (visible is None or content in visible):
            return Ref(content)
        if kind == "tensor":
            self._fail(f"tensor {short(content)} is used before it is computed")
        if kind == "constant" and type(content) is str and content in self.constants:
            return Const(content)
        if kind == "tuple" and type(content) is list:
            return tuple(self._value(part, visible, depth + 1) for part in content)
        if kind == "dict" and type(content) is list:
            return self._dict(content, visible, depth)
        if kind == "slice" and type(content) is list and len(content) == 3:
            return Slice(*(self._value(part, visible, depth + 1) for part in content))
        if kind == "ellipsis" and content is True:
            return ...
        if kind == "float" and content in ("inf", "-inf", "nan"):
            return float(content)
        if kind == "complex" and type(content) is list and len(content) == 2:
            real, imaginary = (self._value(part, visible, depth + 1) for part in content)
            if type(real) is float and type(imaginary) is float:
                return complex(real, imaginary)
        if kind == "function" and visible is not None:
            return self._block(content, visible, depth + 1)
        self._fail(f"{short(item)} is not a value")

    def _dict(self, content: list[Any], visible: set[int] | None, depth: int) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for pair in content:
            if type(pair) is not list or len(pair) != 2:
                self._fail(f"{short(pair)} is not an item of a dict")
            key = self._key(pair[0])
            if key in result:
                self._fail(f"a dict has the key {short(key)} twice")
            result[key] = self._value(pair[1], visible, depth + 1)
        return result

    def _key(self, item: Any, depth: int = 0) -> Any:
        """Returns a key of a dict."""
        if item is None or type(item) in (bool, int, float, str):
            return item
        content = item.get("tuple") if type(item) is dict and len(item) == 1 else None
        if type(content) is list and depth < _MOST_DEPTH:
            return tuple(self._key(part, depth + 1) for part in content)
        if type(item) is dict and item.keys() == {"float"}:
            return self._value(item, None, 0)
        self._fail(f"{short(item)} is not a key of a dict")


def _refs(value: Any) -> Iterator[int]:
    if isinstance(value, Ref):
        yield value.number
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from _refs(item)
    elif isinstance(value, dict):
        for item in value.values():  # pyright: ignore[reportUnknownVariableType]
            yield from _refs(item)


def _calls_in(item: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the names of operations, and their arguments, in a document that was not checked."""
    stack = [item]
    while stack:
        part = stack.pop()
        if type(part) is dict:
            if type(part.get("op")) is str and type(part.get("arguments")) is dict:
                yield part["op"], part["arguments"]
            stack += part.values()
        elif type(part) is list:
            stack += part
