"""`python parity module`: compares `ops.keras` with the modules of keras 3.15.1, on NumPy: the names and parameters in
packages/ops/tests/data/keras_signatures.tsv, and the results of calls of every function that keras has too.

Results agree if their structure is equal, and their numbers within 1e-5; calls that raise on both sides agree. A
difference must be in `LISTED`, whose reasons docs/keras.md repeats; one that no longer occurs must be removed from it.
"""

from __future__ import annotations

import importlib
import inspect
import os
import warnings
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console

import ops

SIGNATURES = Path(__file__).resolve().parents[1] / "packages/ops/tests/data/keras_signatures.tsv"
MODULES = ("activations", "backend", "config", "saving", "tree", "utils", "utils.bounding_boxes")
_HEADER = "# Names of keras 3.15.1 and their parameters, for the modules that ops.keras has: module, name, parameters."

# Differences by the beginning of the call's name.
LISTED = {
    "activations.sparsemax": "keras mixes the rows: its result does not sum to 1",
    "activations.get sparsemax": "keras mixes the rows: its result does not sum to 1",
    "backend.standardize_dtype float": '"float" means floatx',
    "backend.standardize_dtype string": "there are no tensors of strings",
    "tree.map_structure_up_to none": "None is a leaf of the shallow structure, as elsewhere",
    "utils.normalize axis 0": "keras divides by the norm along another axis",
    "utils.normalize rank 1": "keras adds an axis",
    "utils.normalize ints": "keras rounds the result to integers",
    "utils.pad_sequences {'maxlen': 0, 'padding': 'pre', 'truncating': 'pre'": "keras removes nothing for maxlen=0",
    "utils.pad_sequences {'maxlen': 0, 'padding': 'post', 'truncating': 'pre'": "keras removes nothing for maxlen=0",
    "utils.pad_sequences none": "keras raises for no sequences",
    "bounding_boxes.convert_format rel to rel": "the image's size is not needed",
    "bounding_boxes.compute_iou rel without size": "the image's size is not needed",
    "bounding_boxes.compute_ciou rel": "keras raises for relative formats",
    "bounding_boxes.crop xywh": "keras only supports xyxy",
    "bounding_boxes.pad xywh": "keras only supports xyxy",
    "bounding_boxes.clip_to_image_size array": "keras only accepts a dict",
    "bounding_boxes.clip_to_image_size xywh": "keras only supports xyxy and rel_xyxy",
    "bounding_boxes.affine_transform turned and sheared": "keras has a wrong sign in the shear of x",
}


class _Point(NamedTuple):
    x: Any
    y: Any


class _List(list[Any]):
    pass


def _signatures(keras: Any) -> str:
    """Returns the text of the file of names and parameters."""
    rows = [_HEADER]
    for module in (*MODULES, ""):
        space = keras
        for part in filter(None, module.split(".")):
            space = getattr(space, part)
        for name in dir(space):
            value = getattr(space, name)
            if name.startswith("_") or name in ("src", "legacy") or (module and inspect.ismodule(value)):
                continue
            rows.append(f"{module}\t{name}\t{_parameters(value)}")
    return "\n".join([*rows, ""])


def _parameters(value: Any) -> str:
    if inspect.ismodule(value):
        return ""
    if value.__name__ == "MAP_TO_NONE":
        return "()"
    parameters = inspect.signature(value).parameters.values()
    return f"({', '.join(str(p.replace(annotation=inspect.Parameter.empty)) for p in parameters)})"


Call = tuple[str, Callable[[Any], Any]]


def _tree_calls() -> Iterator[Call]:
    structures: list[Any] = [
        {"b": 1, "a": [2, None]},
        OrderedDict([("b", 1), ("a", 2)]),
        OrderedDict([("a", 1), ("b", 2)]),
        defaultdict(list, {"b": 1, "a": (2,)}),
        _Point(1, [2]),
        _Point(1, 2),
        [1, 2],
        (1, 2),
        [1, (2, None)],
        deque([1, 2]),
        _List([1, 2]),
        None,
        1,
        (),
        {},
        [[1, 2], [3, None]],
        {"a": {"b": 1, 2: (3,)}},
        "text",
    ]

    def replaced(part: Any) -> Any:
        return tuple(part) if isinstance(part, list) else ("n", part) if isinstance(part, int) else None

    for i, a in enumerate(structures):
        yield f"tree.flatten {i}", lambda k, a=a: k.tree.flatten(a)
        yield f"tree.flatten_with_path {i}", lambda k, a=a: k.tree.flatten_with_path(a)
        yield f"tree.is_nested {i}", lambda k, a=a: k.tree.is_nested(a)
        yield f"tree.lists_to_tuples {i}", lambda k, a=a: k.tree.lists_to_tuples(a)
        yield f"tree.map_shape_structure {i}", lambda k, a=a: k.tree.map_shape_structure(lambda shape: ("S", shape), a)
        for top_down in (True, False):
            yield f"tree.traverse {i} {top_down}", lambda k, a=a, t=top_down: k.tree.traverse(replaced, a, t)
            yield (
                f"tree.traverse to none {i} {top_down}",
                lambda k, a=a, t=top_down: k.tree.traverse(lambda x: k.tree.MAP_TO_NONE if x == 1 else None, a, t),
            )
        for size in range(5):
            yield f"tree.pack_sequence_as {i} {size}", lambda k, a=a, n=size: k.tree.pack_sequence_as(a, "pqrst"[:n])
        for j, b in enumerate(structures):
            name = f"{i} {j}"
            yield f"tree.assert_same_structure {name}", lambda k, a=a, b=b: k.tree.assert_same_structure(a, b)
            yield f"tree.assert_same_paths {name}", lambda k, a=a, b=b: k.tree.assert_same_paths(a, b)
            for is_leaf in (True, False):
                yield (
                    f"tree.map_structure {name} {is_leaf}",
                    lambda k, a=a, b=b, n=is_leaf: k.tree.map_structure(lambda x, y: (x, y), a, b, none_is_leaf=n),
                )
            if "None" not in repr(a):
                yield (
                    f"tree.map_structure_up_to {name}",
                    lambda k, a=a, b=b: k.tree.map_structure_up_to(a, lambda x, y: (x, y), b, b),
                )
    yield "tree.map_structure_up_to none", lambda k: k.tree.map_structure_up_to([None], lambda x: x, [1])


def _activation_calls(keras: Any) -> Iterator[Call]:
    x = np.linspace(-8, 8, 33, dtype="float32").reshape(3, 11)
    for name in dir(keras.activations):
        if name.startswith("_") or name in ("get", "serialize", "deserialize", "glu", "threshold"):
            continue
        yield f"activations.{name}", lambda k, n=name: getattr(k.activations, n)(x)
        yield f"activations.get {name}", lambda k, n=name: k.activations.get(n)(x)
        yield f"activations.serialize {name}", lambda k, n=name: k.activations.serialize(getattr(k.activations, n))
    for slope in (0.0, 0.5):
        for limit in (None, 6.0):
            for threshold in (0.0, 1.0):
                yield (
                    f"activations.relu {slope} {limit} {threshold}",
                    lambda k, s=slope, m=limit, t=threshold: k.activations.relu(x, s, m, t),
                )
    yield "activations.glu", lambda k: k.activations.glu(x[:, :10])
    yield "activations.threshold", lambda k: k.activations.threshold(x, 1.0, -3.0)
    yield "activations.gelu approximate", lambda k: k.activations.gelu(x, approximate=True)
    for wrong in ("foo", 3, {"class_name": "relu"}):
        yield f"activations.get {wrong}", lambda k, w=wrong: k.activations.get(w)


def _backend_calls() -> Iterator[Call]:
    names = ["bool", "int", "uint8", "int8", "int32", "float16", "bfloat16", "float32", "float64", "complex64", "foo"]
    types: list[Any] = [*names, int, float, bool, None, np.float32]
    for first in types:
        for function in ("standardize_dtype", "is_float_dtype", "is_int_dtype"):
            yield f"backend.{function} {first}", lambda k, f=function, x=first: getattr(k.backend, f)(x)
        for second in types:
            if {"complex64", "float64"}.isdisjoint((first, second)):
                yield f"backend.result_type {first} {second}", lambda k, x=first, y=second: k.backend.result_type(x, y)
    yield "backend.standardize_dtype float.", lambda k: k.backend.standardize_dtype("float")
    yield "backend.standardize_dtype string", lambda k: k.backend.standardize_dtype("string")


def _utils_calls() -> Iterator[Call]:
    x = np.array([[3.0, 4.0], [0.0, 0.0]])
    for order in (1, 2, 3, np.inf):
        yield f"utils.normalize {order}", lambda k, o=order: k.utils.normalize(x, -1, o)
    yield "utils.normalize axis 0", lambda k: k.utils.normalize(x, 0)
    yield "utils.normalize rank 1", lambda k: k.utils.normalize(np.array([1.0, 2.0]))
    yield "utils.normalize ints", lambda k: k.utils.normalize([1, 2, 2])
    for labels in ([0, 1, 2], [[0, 1], [1, 2]], [[0], [2]], [1.0, 2.0], [-1, 0], 3, [], [0, 5]):
        for classes in (None, 4):
            yield (
                f"utils.to_categorical {labels} {classes}",
                lambda k, a=labels, n=classes: k.utils.to_categorical(a, n),
            )
    for padding in ("pre", "post", "x"):
        for truncating in ("pre", "post", "x"):
            for length in (None, 0, 2, 4):
                options = {"maxlen": length, "padding": padding, "truncating": truncating, "value": -1}
                rows = [[1], [2, 3, 4], []]
                yield f"utils.pad_sequences {options}", lambda k, o=options, r=rows: k.utils.pad_sequences(r, **o)
    for wrong in (3, [1], [[[1, 2]], [[3]]]):
        yield f"utils.pad_sequences {wrong}", lambda k, w=wrong: k.utils.pad_sequences(w)
    yield "utils.pad_sequences none", lambda k: k.utils.pad_sequences([])
    for data in (1, [1], (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), ()):
        yield f"utils.unpack {data}", lambda k, d=data: k.utils.unpack_x_y_sample_weight(d)
        yield f"utils.pack {data}", lambda k, d=data: k.utils.pack_x_y_sample_weight(d, None, 3)
        yield f"utils.pack 2 {data}", lambda k, d=data: k.utils.pack_x_y_sample_weight(d, 2, 3)


def _box_calls() -> Iterator[Call]:
    random = np.random.default_rng(1)
    near = random.uniform(0, 8, (2, 5, 2))
    boxes = np.concatenate([near, near + random.uniform(0.5, 6, (2, 5, 2))], axis=-1).astype("float32")
    first, second = boxes
    masked = np.array([[-1, -1, -1, -1], [-1, -1, 4, 4], [-3, -2, -1, -1], [-4, -3, -2, -2], [0, 0, 3, 3]], "float32")
    labels = np.arange(10).reshape(2, 5)
    formats = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "foo")
    for source in formats:
        for target in formats:
            yield (
                f"bounding_boxes.convert_format {source} {target}",
                lambda k, s=source, t=target: k.utils.bounding_boxes.convert_format(boxes, s, t, 10, 20),
            )
    for name, function in {
        "convert_format rel to rel": lambda b: b.convert_format(boxes, "rel_xyxy", "rel_xywh"),
        "convert_format without size": lambda b: b.convert_format(boxes, "xyxy", "rel_xywh"),
        "compute_iou": lambda b: b.compute_iou(first, second, "xyxy"),
        "compute_iou batched": lambda b: b.compute_iou(boxes, second, "xywh"),
        "compute_iou masked": lambda b: b.compute_iou(first, masked, "xyxy", True),
        "compute_iou masked by 7": lambda b: b.compute_iou(first, masked, "xyxy", True, 7),
        "compute_iou rank 1": lambda b: b.compute_iou(first[0], second, "xyxy"),
        "compute_iou rel": lambda b: b.compute_iou(first, second, "rel_xyxy", image_shape=(10, 20, 3)),
        "compute_iou rel without size": lambda b: b.compute_iou(first, second, "rel_xyxy"),
        "compute_ciou": lambda b: b.compute_ciou(first, second, "xyxy"),
        "compute_ciou center": lambda b: b.compute_ciou(first, second, "center_xywh"),
        "compute_ciou rel": lambda b: b.compute_ciou(first, second, "rel_xyxy", (10, 20, 3)),
        "crop": lambda b: b.crop(boxes, 1, 2, 6, 7),
        "crop xywh": lambda b: b.crop(boxes, 1, 2, 6, 7, "xywh"),
        "crop rel": lambda b: b.crop(boxes, 1, 2, 6, 7, "rel_xyxy"),
        "pad": lambda b: b.pad(boxes, 1, 2, 6, 7),
        "pad xywh": lambda b: b.pad(boxes, 1, 2, 6, 7, "xywh"),
        "clip_to_image_size": lambda b: b.clip_to_image_size({"boxes": boxes, "labels": labels}, 5, 6),
        "clip_to_image_size rel": lambda b: b.clip_to_image_size(
            {"boxes": boxes / 9, "labels": labels}, bounding_box_format="rel_xyxy"
        ),
        "clip_to_image_size xywh": lambda b: b.clip_to_image_size({"boxes": first, "labels": labels[0]}, 5, 6, "xywh"),
        "clip_to_image_size array": lambda b: b.clip_to_image_size(boxes, 5, 6),
        "clip_to_image_size without size": lambda b: b.clip_to_image_size({"boxes": first, "labels": labels[0]}),
    }.items():  # fmt: skip
        yield f"bounding_boxes.{name}", lambda k, f=function: f(k.utils.bounding_boxes)
    for encoding in ("center_yxhw", "center_xywh", "foo"):
        for variance in (None, [0.1, 0.1, 0.2, 0.3], [1.0]):
            for function in ("encode_box_to_deltas", "decode_deltas_to_boxes"):
                yield (
                    f"bounding_boxes.{function} {encoding} {variance}",
                    lambda k, f=function, e=encoding, v=variance: getattr(k.utils.bounding_boxes, f)(
                        first, second / 8, "xyxy", "rel_xyxy", e, v, (10, 20, 3)
                    ),
                )
    for name, changes in {
        "turned": {"angle": [30.0, -45.0]},
        "moved and scaled": {"translate_x": [0.1, 3.0], "translate_y": [0.2, -2.0], "scale": [2.0, 0.5]},
        "x sheared": {"shear_x": [10.0, -5.0], "scale": [2.0, 0.5]},
        "turned and y sheared": {"shear_y": [10.0, -5.0], "angle": [30.0, -45.0], "translate_x": [0.1, 3.0]},
        "turned and sheared": {"shear_x": [10.0, -5.0], "angle": [30.0, -45.0]},
    }.items():
        names = ("angle", "translate_x", "translate_y", "scale", "shear_x", "shear_y")
        given = {n: np.array(changes.get(n, [float(n == "scale")] * 2), "float32") for n in names}
        for center in (None, 0.3):
            if center is None or "sheared" not in name:
                yield (
                    f"bounding_boxes.affine_transform {name} {center}",
                    lambda k, g=given, c=center: k.utils.bounding_boxes.affine_transform(
                        boxes, **g, height=10, width=20, center_x=c, center_y=c
                    ),
                )


def _outcome(call: Callable[[Any], Any], keras: Any) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return call(keras)
        except Exception as error:
            return error


def _agree(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Exception) or isinstance(theirs, Exception):
        return isinstance(ours, Exception) and isinstance(theirs, Exception)
    if isinstance(ours, np.ndarray) or isinstance(theirs, np.ndarray):
        if not (isinstance(ours, np.ndarray) and isinstance(theirs, np.ndarray)) or ours.shape != theirs.shape:
            return False
        return bool(np.allclose(ours, theirs, rtol=1e-5, atol=1e-5, equal_nan=True))
    if type(ours) is not type(theirs):
        return False
    if isinstance(ours, dict):
        return list(ours) == list(theirs) and all(_agree(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, (list, tuple, deque)):
        return len(ours) == len(theirs) and all(map(_agree, ours, theirs))
    return bool(ours == theirs)


def main(check: bool) -> int:
    """Compares everything; writes the file of names and parameters, or with `check` compares it. Returns 1 if there is
    a difference that is not listed, a listed one that does not occur, or the file is not current."""
    os.environ["KERAS_BACKEND"] = "numpy"
    keras: Any = importlib.import_module("keras")
    module: Any = importlib.import_module("ops.keras")
    console = Console(width=200, highlight=False)
    text = _signatures(keras)
    stale = SIGNATURES.read_text("utf-8") != text
    if stale and not check:
        SIGNATURES.write_text(text, "utf-8")
    calls = [*_tree_calls(), *_activation_calls(keras), *_backend_calls(), *_utils_calls(), *_box_calls()]
    occurring: set[str] = set()
    unlisted = 0
    with ops.use_backend("numpy"):
        for name, call in calls:
            ours, theirs = _outcome(call, module), _outcome(call, keras)
            if _agree(ours, theirs):
                continue
            entry = next(
                (entry for entry in LISTED if f"{name} ".startswith((f"{entry} ", f"{entry}.", f"{entry},"))), None
            )
            if entry is not None:
                occurring.add(entry)
                continue
            unlisted += 1
            console.print(f"{name}: ops.keras {ours!r}; keras {theirs!r}", markup=False)
    absent = [entry for entry in LISTED if entry not in occurring]
    console.print(f"{len(calls):,} calls of ops.keras: {unlisted} differ and are not listed", markup=False)
    if absent:
        console.print(f"listed in parity/module.py, but does not occur: {', '.join(absent)}", markup=False)
    if stale and check:
        console.print(f"{SIGNATURES.name} is not current: run python parity module", markup=False)
    return int(bool(unlisted or absent or (stale and check)))
