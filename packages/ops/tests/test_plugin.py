"""A plug-in backend of another project, written against contract 1.0, loads, runs and passes the conformance tests.

The package is written to a temporary folder and found by its entry point. It uses only the public modules of
`ops_common`. The kernels of ops_backend_numpy stand for those of its framework. It has only what contract 1.0 requires:
no optional function or constant, and no module for a family without required functions (such as a family that is newer
than the plug-in). It is tested with tensors of its own class, and with NumPy arrays as tensors.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ops_common import contract
from ops_common.testing import BACKENDS

pytestmark = pytest.mark.skipif("numpy" not in BACKENDS, reason="the plug-in calls the kernels of ops_backend_numpy")

PUBLIC = {"contract", "dtypes", "errors", "operators", "shapes", "symbolic", "testing"}

OWN_CLASS = '''
import numpy as np

from ops_common.operators import Operators


class Array(Operators):
    """A tensor."""

    ops_backend = "plain"

    def __init__(self, value):
        self.value = np.asarray(value)
        self.dtype, self.shape = self.value.dtype, self.value.shape

    def __len__(self):
        return len(self.value)

    def __bool__(self):
        return bool(self.value)

    def __int__(self):
        return int(self.value)

    def __float__(self):
        return float(self.value)


TYPES = (Array,)


def unwrapped(x):
    if isinstance(x, (list, tuple)):
        return type(x)(map(unwrapped, x))
    return x.value if isinstance(x, Array) else x


def wrapped(x):
    if isinstance(x, (list, tuple)):
        return type(x)(map(wrapped, x))
    return Array(x) if isinstance(x, (np.ndarray, np.generic)) else x
'''

NUMPY_ARRAYS = """
import numpy as np

TYPES = (np.ndarray, np.generic)


def unwrapped(x):
    return x


wrapped = unwrapped
"""

KERNELS = '''
from importlib import import_module

from ops_common import contract
from ops_plain.arrays import unwrapped, wrapped


def kernel(function):
    return lambda *arguments: wrapped(function(*map(unwrapped, arguments)))


def of_family(family):
    """The required functions of a family."""
    module = import_module(f"ops_backend_numpy.{family}")
    stubs = contract.stubs()[family]
    return {name: kernel(getattr(module, name)) for name, stub in stubs.items() if stub.__required__}
'''

CORE = """
from ops_common import dtypes
from ops_plain.arrays import TYPES, unwrapped
from ops_plain.kernels import of_family

globals().update(of_family("core"))

TENSOR_TYPES = EXACT_TYPES = TYPES
DTYPES = {name: dtypes.to_numpy(name) for name in dtypes.ALL}
FAST_DTYPES = None
NUMBER_DTYPES = frozenset(("int32", "int64", "float16", "float32", "float64", "complex64", "complex128"))


def convert_to_numpy(x):
    return unwrapped(x)
"""

FAMILY = """
from ops_plain.kernels import of_family

globals().update(of_family("{}"))
"""

PROGRAM = """
import numpy as np

import ops
from ops_common.runtime import registry
from ops_common.runtime.backend import owner
from ops_common.testing import conformance

entries = registry._entries()
for name in [name for name in entries if name != "plain"]:
    del entries[name]  # nothing falls back to another backend

assert conformance.signatures("plain") == []
cases = [case for case in conformance.cases("plain") if case.dtype in ("bool", "int32", "float32")]
assert len(cases) > 300
for case in cases:
    case.check()
assert {key.partition(".")[0] for key in registry.load("plain").kernels} >= {"core", "linalg", "random"}
assert registry.load("plain").kernels.keys().isdisjoint({"elementwise.lgamma", "control.cond", "state.hold"})

ops.set_backend("plain")
x = ops.convert_to_tensor([1.0, 2.0])


def close(y, expected):
    assert registry.load("plain").is_tensor(y), type(y)
    np.testing.assert_allclose(ops.convert_to_numpy(y), expected, 1e-5)


close(2 * x + [1, 1] - x / 2, [2.5, 4.0])
close(ops.lgamma(x + 1), [0, np.log(2)])
close(ops.grad(lambda x: ops.sum(x * x))(x), [2, 4])
close(ops.grad(lambda x: ops.namespace(x).sum(ops.namespace(x).exp(x)))(x), np.exp([1, 2]))
close(ops.namespace(x).nn.softmax(x), np.exp([1, 2]) / np.exp([1, 2]).sum())
close(ops.jit(lambda x: ops.cond(x[0] > 0, lambda: x, lambda: -x))(x), [1, 2])
close(ops.vmap(lambda x: x * x)(x), [1, 4])
image, kernel = ops.ones((1, 3, 3, 2)), ops.ones((2, 2, 2, 3))
close(ops.conv(image, kernel, bias=[0.0, 1.0, 2.0])[0, 0, 0], [8, 9, 10])
close(ops.conv_transpose(image, ops.ones((1, 1, 2, 2)), data_format="channels_last", bias=x)[0, 0, 0], [3, 4])
close(ops.separable_conv(image, kernel, ops.ones((1, 1, 6, 2)), bias=x)[0, 0, 0], [25, 26])
close(ops.nn.dense(x, [[1.0, 2.0], [0.0, 1.0]], x), [2, 6])
for function in (lambda: ops.conv(image, kernel, bias=[1.0]), lambda: ops.nn.dense(x, [[1.0], [2.0]], x)):
    try:
        function()
    except ops.ShapeError as error:
        assert "bias must have shape" in str(error) and "_conv" not in str(error)
    else:
        raise AssertionError("no error")
v = ops.Variable([1.0, 2.0])
v.assign_add(x)
close(v + 0, [2, 4])
close(ops.to_backend(x, "plain"), [1, 2])
assert ops.random.normal((3,), seed=1).shape == (3,)
try:
    ops.add(x, ops.ones((3,)))
except ops.ShapeError as error:
    assert "plain" in str(error)
else:
    raise AssertionError("no error")
assert owner(x) == (None if isinstance(x, np.ndarray) else "plain")  # arrays are operands of every backend
"""


def write(folder: Path, arrays: str) -> None:
    """Writes the package and the metadata that an installer writes."""
    package = folder / "ops_plain"
    (package / "nn").mkdir(parents=True)
    files = {"__init__": "CONTRACT_VERSION = (1, 0)\n", "arrays": arrays, "kernels": KERNELS, "nn/__init__": ""}
    for family, stubs in contract.stubs().items():
        if any(stub.__required__ for stub in stubs.values()):  # type: ignore[attr-defined]  # marked stubs
            files[family.replace(".", "/")] = CORE if family == "core" else FAMILY.format(family)
    for name, text in files.items():
        assert set(re.findall(r"ops_common(?: import |\.)(\w+)", text)) <= PUBLIC
        (package / f"{name}.py").write_text(text)
    info = folder / "ops_plain-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ops-plain\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[ops.backends]\nplain = ops_plain\n")


@pytest.mark.parametrize("arrays", [OWN_CLASS, NUMPY_ARRAYS], ids=["own class", "numpy arrays"])
def test_a_plugin_of_contract_1_0(tmp_path: Path, arrays: str) -> None:
    write(tmp_path, arrays)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    run = [sys.executable, "-W", "error", "-c", PROGRAM]
    done = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
