"""What the tests call in other processes: functions that return what JSON can hold."""

from __future__ import annotations

import contextlib
import copy
import math
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import program

import ops
from ops import distribution as dist

SHAPE = 2, 2


def _mesh(shape: tuple[int, ...] = SHAPE) -> dist.DeviceMesh:
    return dist.DeviceMesh(shape, ("data", "model"), dist.list_devices()[: math.prod(shape)])


def _axes(x: Any) -> Any:
    layout = dist.layout(x)
    return None if layout is None else [list(entry) if isinstance(entry, tuple) else entry for entry in layout.axes]


def _array(x: Any) -> Any:
    return ops.convert_to_numpy(x).tolist()


def layouts() -> dict[str, Any]:
    """Returns the layouts of what a program creates in a scope."""
    result: dict[str, Any] = {}
    layout_map = dist.LayoutMap(_mesh())
    layout_map["kernel"] = (None, "model")
    strategy = dist.ModelParallel(layout_map, "data")
    outside = ops.ones((4, 8))
    with strategy.scope():
        weights = dist.distribute(
            {"kernel": np.arange(32, dtype="float32").reshape(4, 8), "bias": np.zeros(8, "float32")}
        )
        x, y = dist.distribute_batch((np.ones((4, 4), "float32"), np.arange(4)))
        result["kernel"], result["bias"] = _axes(weights["kernel"]), _axes(weights["bias"])
        result["batch"], result["labels"] = _axes(x), _axes(y)
        result["ones"], result["number"] = _axes(ops.ones((3, 3))), _axes(ops.convert_to_tensor(1.0))
        result["array"], result["zeros_like"] = _axes(ops.convert_to_tensor(np.ones(3))), _axes(ops.zeros_like(outside))
        for name, form in (("eager", lambda f: f), ("compiled", ops.jit)):
            gradients = form(ops.grad(lambda w, x: ops.mean(ops.square(ops.matmul(x, w["kernel"]) + w["bias"]))))(
                weights, x
            )
            result[f"{name} gradients"] = [_axes(gradients["kernel"]), _axes(gradients["bias"])]
        variable = ops.Variable(np.ones((4, 8), "float32"), name="kernel")
        result["Variable"] = _axes(variable)
        variable.assign(np.full((4, 8), 2.0, "float32"))
        result["assigned an array"] = _axes(variable)
        variable.assign(ops.full((4, 8), 3.0))
        result["assigned a tensor"] = _axes(variable)
        variable.assign_add(outside)
        result["added an ordinary tensor"] = _axes(variable)
        copied = copy.deepcopy(variable)
        copied.assign(outside)
        result["copy"] = [_axes(copied), _array(variable)[0][0], _array(copied)[0][0]]
        created = ops.Variable(
            lambda shape, dtype: ops.random.normal(shape, dtype=dtype, seed=3), (4, 8), name="kernel"
        )
        result["created"] = _axes(created)
        result["constrained"] = _axes(dist.distribute_tensor(weights["kernel"], ("data", "model")))
        result["mixed"] = _array(ops.add(weights["kernel"], outside))
        # Operators are the framework's own. TensorFlow's refuse ordinary tensors beside tensors on the mesh.
        if ops.backend() != "tensorflow":
            assert result["mixed"] == _array(weights["kernel"] + outside)
        with ops.use_backend(ops.backend()), ops.random.portable():
            result["nested scopes"] = _axes(ops.ones((2,)))
    result["outside"] = _axes(ops.ones((2,)))
    result["gathered"] = _array(weights["kernel"])
    result["distribution"] = dist.distribution() is None
    assigned = ops.Variable(weights["kernel"])
    assigned.assign(np.ones((4, 8), "float32"))
    result["assigned outside"] = _axes(assigned)
    dist.set_distribution(strategy)
    result["set_distribution"] = _axes(ops.ones((2,)))
    dist.set_distribution(None)
    result["unset"] = _axes(ops.ones((2,)))
    return result


def numbers() -> dict[str, Any]:
    """Returns random numbers, outside and in a scope."""

    def draws() -> dict[str, Any]:
        generator = ops.random.SeedGenerator(11)
        return {
            "uniform": _array(ops.random.uniform((4, 6), seed=1)),
            "normal": _array(ops.random.normal((4, 6), 1.0, 2.0, seed=2)),
            "randint": _array(ops.random.randint((8,), 0, 1000, seed=3)),
            "dropout": _array(ops.random.dropout(ops.ones((4, 8)), 0.5, seed=4)),
            "shuffle": _array(ops.random.shuffle(ops.arange(8), seed=5)),
            "generator": [_array(ops.random.uniform((4,), seed=generator)) for _ in range(2)],
            "compiled": _array(ops.jit(lambda x: ops.random.dropout(x, 0.5, seed=6))(ops.ones((4, 8)))),
            "Variable": _array(
                ops.Variable(lambda shape, dtype: ops.random.normal(shape, seed=7) * 0.5, (4, 8), name="kernel").value
            ),
        }

    with ops.random.portable():
        alone = draws()
    layout_map = dist.LayoutMap(_mesh())
    layout_map["kernel"] = ("data", "model")
    with dist.ModelParallel(layout_map).scope():
        together = draws()
    return {name: [alone[name], together[name]] for name in alone}


def errors() -> dict[str, str]:
    """Returns the type and the message of the errors of wrong layouts."""
    result: dict[str, str] = {}

    def fails(name: str, wrong: Any, layout: dict[str, Any], weights: Any) -> None:
        layout_map = dist.LayoutMap(_mesh())
        try:
            layout_map.update(layout)
            with dist.ModelParallel(layout_map).scope():
                wrong(weights)
        except Exception as error:
            result[name] = f"{type(error).__name__}: {error}"
        else:
            result[name] = "no error"

    kernel = {"block": {"kernel": np.ones((3, 4), "float32")}}
    fails("indivisible", dist.distribute, {"kernel": ("model", None)}, kernel)
    fails("rank", dist.distribute, {"kernel": ("model",)}, kernel)
    fails("no match", dist.distribute, {"krenel": ("model", None)}, kernel)
    fails("two matches", dist.distribute, {"kernel": (None, "model"), "block": (None, None)}, kernel)
    fails("axis", dist.distribute, {"kernel": (None, "mode")}, kernel)
    fails("batch", dist.distribute_batch, {}, np.ones((3, 2), "float32"))
    fails("tensor", lambda x: dist.distribute_tensor(x, ("data", None)), {}, np.ones((3, 2), "float32"))
    return result


def local_batch(parts: int) -> dict[str, Any]:
    """Returns a batch of which each process passes one of several parts."""
    rows = 8 // parts
    first = dist.process_id() * parts // dist.num_processes() * rows
    part = np.arange(first * 3, (first + rows) * 3, dtype="float32").reshape(rows, 3)
    with dist.DataParallel(_mesh()).scope():
        batch = dist.distribute_batch({"x": part}, local=True)["x"]
        return {"value": _array(batch), "axes": _axes(batch), "mean": float(ops.convert_to_numpy(ops.mean(batch)))}


def weights_of(dtype: str = "float32") -> dict[str, Any]:
    """Returns weights with values that tell where they are."""
    arrays = {
        "embedding": np.arange(64 * 32).reshape(64, 32),
        "blocks": [{"kernel": np.arange(8 * 16).reshape(8, 16) * (i + 1)} for i in range(2)],
        "scale": np.array(7),
        "empty": np.zeros((0, 4)),
    }
    cast: Any = np.dtype(dtype) if dtype != "bfloat16" else __import__("ml_dtypes").bfloat16

    def typed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: typed(item) for key, item in value.items()}
        return [typed(item) for item in value] if isinstance(value, list) else value.astype(cast)

    return typed(arrays)


def _strategy(kind: str, shape: Any) -> dist.Distribution:
    if kind == "sharded":
        return dist.FullySharded(_mesh(tuple(shape)))
    layout_map = dist.LayoutMap(_mesh(tuple(shape)))
    layout_map.update({"embedding": ("model", "data"), r"blocks/\d+/kernel": ("data", "model")})
    return dist.ModelParallel(layout_map)


def save(path: str, kind: str, shape: Any, dtype: str = "float32", added: float = 0) -> list[str]:
    """Saves weights; returns the names of the files."""
    import optree

    with _strategy(kind, shape).scope():
        weights = optree.tree_map(lambda value: value + np.asarray(added, value.dtype), weights_of(dtype))
        dist.save(path, dist.distribute(weights))
    return sorted(os.listdir(path))


def load(path: str, kind: str | None, shape: Any = (), dtype: str = "float32", added: float = 0) -> dict[str, Any]:
    """Loads weights; returns whether they are those that were saved, and how many bytes this process has read."""
    import optree

    from ops.distribution import checkpoints

    read = 0
    original = checkpoints._Reader._stored

    def counted(self: Any, name: str, part: Any, index: Any) -> Any:
        nonlocal read
        array = original(self, name, part, index)
        read += array.nbytes
        return array

    checkpoints._Reader._stored = counted  # type: ignore[method-assign]
    expected = weights_of(dtype)
    like = optree.tree_map(lambda value: ops.SymbolicTensor(value.shape, dtype), expected)
    with contextlib.nullcontext() if kind is None else _strategy(kind, shape).scope():
        weights = dist.load(path, like)
        flat = dist.load(path)
        layouts = {
            name: _axes(value)
            for name, value in (("embedding", weights["embedding"]), ("kernel", flat["blocks/1/kernel"]))
        }
        held = sum(
            {(name, s.bounds): s.data.nbytes for name, value in flat.items() for s in dist.shards(value)}.values()
        )
        equal = optree.tree_map(
            lambda value, right: (
                ops.convert_to_numpy(value).tobytes() == (right + np.asarray(added, right.dtype)).tobytes()
            ),
            weights,
            expected,
        )
    return {"equal": all(optree.tree_leaves(equal)), "read": read, "held": 2 * held, "layouts": layouts}


def save_dtypes(path: str, kind: str, shape: Any, dtypes: list[str]) -> dict[str, list[str]]:
    """Saves weights of each dtype in a folder of its name; returns the names of the files by dtype."""
    return {dtype: save(os.path.join(path, dtype), kind, shape, dtype) for dtype in dtypes}


def load_dtypes(path: str, kind: str | None, dtypes: list[str], shape: Any = ()) -> dict[str, dict[str, Any]]:
    """Loads what `save_dtypes` saved; returns what `load` returns by dtype."""
    return {dtype: load(os.path.join(path, dtype), kind, shape, dtype) for dtype in dtypes}


def load_any(path: str, kind: str | None, added: list[float]) -> list[bool]:
    """Loads weights; returns whether they are those that were saved with each of the added numbers."""
    return [load(path, kind, added=each)["equal"] for each in added]


def save_slowly(path: str, added: float) -> None:
    """Saves weights again and again, to be killed during it."""
    for i in range(1000):
        save(path, "model", (2, 2), added=added + i)
        print("saved", flush=True)


def wait_for(path: str, victim: int) -> str:
    """Computes on all processes until the file exists; then one of them is missing. On torch, each
    sum needs all processes: the batch is divided over all of them."""
    with dist.DataParallel(_mesh((4, 1) if ops.backend() == "torch" else SHAPE)).scope():
        x = dist.distribute_batch(np.ones((4, 4), "float32"))
        total = float(ops.convert_to_numpy(ops.sum(x)))
        if dist.process_id() == victim:
            Path(path).write_text(str(os.getpid()))
            time.sleep(600)
        try:
            while True:
                total += float(ops.convert_to_numpy(ops.sum(dist.distribute_batch(np.ones((4, 4), "float32")))))
        except Exception as error:
            return f"{type(error).__name__}: {error}"


def communication(kind: str, shape: Any) -> dict[str, Any]:
    """Returns what a step of the transformer communicates."""
    chosen = program.strategy(kind, tuple(shape))
    with chosen.scope():
        weights = dist.distribute(program.initial_weights())
        velocities = dist.distribute({name: np.zeros_like(value) for name, value in program.initial_weights().items()})
        x, y = dist.distribute_batch(next(program.batches(1)))
        return dist.communication(lambda w, v, x, y: program.step(w, v, x, y), weights, velocities, x, y)


def attention() -> dict[str, Any]:
    """Returns what attention communicates if batch and heads are divided."""
    with dist.DataParallel(_mesh()).scope():
        rng = np.random.default_rng(0)
        q, k, v = (
            dist.distribute_tensor(rng.normal(size=(4, 6, 2, 8)).astype("float32"), ("data", None, "model", None))
            for _ in range(3)
        )

        def attend(q: Any, k: Any, v: Any) -> Any:
            return ops.nn.dot_product_attention(q, k, v, is_causal=True)

        return {"collectives": dist.communication(attend, q, k, v), "axes": _axes(attend(q, k, v))}


# Of the inputs (batch, 8, 8, 4) and the kernel (4, 4, 4, 8): batch, a spatial axis of one or both, channels, filters.
_DIVIDED = (
    (("data", None, None, None), (None, None, None, None)),
    ((None, "data", None, None), (None, None, None, None)),
    ((None, "data", None, None), ("data", None, None, None)),
    ((None, "data", "model", None), ("data", "model", None, None)),
    ((None, None, None, "data"), (None, None, "data", None)),
    (("data", None, None, None), (None, None, None, "model")),
)


def convolutions() -> dict[str, float]:
    """Returns the largest errors of convolutions and their gradients, by layouts."""
    rng = np.random.default_rng(0)
    x, kernel = (rng.normal(size=shape).astype("float32") for shape in ((4, 8, 8, 4), (4, 4, 4, 8)))

    def loss(x: Any, kernel: Any) -> Any:
        result = ops.conv(x, kernel, padding="same", data_format="channels_last")
        return ops.sum(ops.square(result)), result

    run = ops.jit(lambda x, kernel: ops.value_and_grad(loss, argnums=(0, 1), has_aux=True)(x, kernel))

    def results(x: Any, kernel: Any) -> list[Any]:
        (_, result), gradients = run(x, kernel)
        return [ops.convert_to_numpy(value) for value in (result, *gradients)]

    expected = results(ops.convert_to_tensor(x), ops.convert_to_tensor(kernel))
    errors: dict[str, float] = {}
    with dist.DataParallel(_mesh()).scope():
        for layouts in _DIVIDED:
            pair = [dist.distribute_tensor(*each) for each in zip((x, kernel), layouts, strict=True)]
            found = results(*pair)
            errors[str(layouts)] = max(
                float(np.abs(a - b).max() / np.abs(b).max()) for a, b in zip(found, expected, strict=True)
            )
    return errors
