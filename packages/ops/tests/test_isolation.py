"""Modules that `ops` loads and settings that it changes, each tested in a fresh process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops_common.testing import BACKENDS

pytestmark = pytest.mark.once

FRAMEWORKS = "('jax', 'jaxlib', 'tensorflow', 'torch', 'openvino', 'scipy', 'keras')"


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_import_loads_no_framework() -> None:
    assert run(f"import ops, sys; print([m for m in {FRAMEWORKS} if m in sys.modules])") == "[]"
    assert run(f"import ops, sys; ops.backends(); print([m for m in {FRAMEWORKS} if m in sys.modules])") == "[]"


def test_import_loads_no_records() -> None:
    assert (
        run("import ops, sys; print([m for m in sys.modules if m.startswith(('ops.testing', 'ops_common.testing'))])")
        == "[]"
    )


@pytest.mark.parametrize("name", BACKENDS)
def test_a_backend_loads_only_its_framework(name: str) -> None:
    show = f"import sys; print(sorted(m for m in {FRAMEWORKS} if m in sys.modules))"
    code = f"""
import ops
ops.set_backend({name!r})
y = ops.nn.softmax(ops.nn.max_pool(ops.nn.conv(ops.ones((1, 6, 6, 2)), ops.ones((3, 3, 2, 4))), 2))
ops.random.normal((2,), seed=1)
"""
    assert run(code + show) == run(f"import {name}\n" + show)


def test_public_functions_follow_the_default_backend() -> None:
    # In a fresh process no override has been in force: public functions call those of the default backend.
    code = f"""
import inspect
import ops
from ops import add, sum, nn
from ops_common.runtime import registry
names = {BACKENDS!r}
code = add.__code__
for name in names + names[::-1]:
    ops.set_backend(name)
    assert add.__code__ is code  # debuggers and tracebacks show the code that runs
    for _ in range(2):
        x = add(ops.ones((2, 3)), 1)
        assert all(map(registry.load(name).is_tensor, (x, sum(x, axis=0), nn.relu(x), ops.concatenate([x, x])))), name
        assert ops.backend() == name
for name in names:
    ops.set_backend(names[0])
    with ops.use_backend(name):
        assert registry.load(name).is_tensor(add(ops.ones((2, 3)), 1)), name
    assert registry.load(names[0]).is_tensor(add(ops.ones((2, 3)), 1)), name
print(ops.add.__name__, inspect.signature(ops.add))
try:
    ops.add(ops.ones((2,)), ops.ones((3,)))
except ops.ShapeError:
    print("explained")
"""
    assert run(code) == "add (x1: 'Operand', x2: 'Operand') -> 'Tensor'\nexplained"


SETTINGS = {
    "numpy": "import numpy as np; state = lambda: (np.geterr(), np.get_printoptions()['precision'])",
    "jax": "import jax; state = lambda: (jax.config.jax_enable_x64, jax.config.jax_default_matmul_precision,"
    " jax.config.jax_numpy_dtype_promotion, jax.config.jax_platforms)",
    # Compiling once lets torch import what itself changes warning filters.
    "torch": "import torch; torch.compile(lambda x: x + 1)(torch.ones(1));"
    " state = lambda: (torch.get_default_dtype(), torch.get_num_threads(),"
    " torch.is_grad_enabled(), torch.get_rng_state().sum().item())",
    "tensorflow": "import tensorflow as tf; state = lambda: (tf.executing_eagerly(),"
    " tf.config.threading.get_intra_op_parallelism_threads(), tf.experimental.numpy.experimental_enable_numpy_behavior"
    " and hasattr(tf.Tensor, 'reshape'))",
    "openvino": "import openvino, numpy as np; state = lambda: np.geterr()",
}


@pytest.mark.parametrize("name", BACKENDS)
def test_no_global_setting_changes(name: str) -> None:
    code = f"""
import warnings, logging, os
{SETTINGS[name]}
import numpy as np
before = state(), list(warnings.filters), logging.getLogger().level, np.geterr(), dict(os.environ)
import ops
ops.set_backend({name!r})
x = ops.add(ops.ones((2, 2), 'float64'), np.ones(2))
ops.random.normal((2,), seed=1)
ops.jit(lambda x: ops.exp(x))({"x" if name != "openvino" else "ops.ones((2, 2))"})  # its plug-in has no float64
ops.convert_to_numpy(ops.matmul(x, x))
after = state(), list(warnings.filters), logging.getLogger().level, np.geterr(), dict(os.environ)
for value_before, value_after in zip(before, after):
    assert value_before == value_after, (value_before, value_after)
"""
    run(code)


def test_default_backend_is_chosen_by_environment_file_and_order(tmp_path: Path) -> None:
    show = "import ops; print(ops.backend())"
    config = tmp_path / "config.toml"
    config.write_text(f'backend = "{BACKENDS[-1]}"\nfloatx = "float16"\n')
    nothing = str(tmp_path / "none.toml")
    assert run(show, OPS_CONFIG=nothing, OPS_BACKEND=BACKENDS[-1]) == BACKENDS[-1]
    assert run(show, OPS_CONFIG=str(config)) == BACKENDS[-1]
    if "numpy" in BACKENDS or len(BACKENDS) == 1:
        assert run(show, OPS_CONFIG=nothing) == BACKENDS[0]
    assert run("import ops; print(ops.dtype(ops.ones(())))", OPS_CONFIG=str(config)) == "float16"


def test_a_broken_file_is_an_error_at_first_use(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("floatx = \n")
    code = """
import ops
try:
    ops.config.floatx()
except ops.ArgumentError as error:
    print(error)
"""
    text = run(code, OPS_CONFIG=str(config))
    assert str(config) in text
    assert "line 1" in text
