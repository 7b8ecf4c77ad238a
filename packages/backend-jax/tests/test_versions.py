"""What older JAX does not support, and from which version on it does."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

VERSION = tuple(map(int, metadata.version("jax").split(".")[:2]))
# A module that is None in sys.modules cannot be imported. It is absl that jax.export imports, and jax does not require.
SCRIPT = """
import sys

sys.modules["absl"] = None

from ops_backend_jax import _compat
from ops_common.errors import UnsupportedError

try:
    print(_compat.exporter().__name__)
except UnsupportedError as error:
    print(error)
"""


def test_export_without_absl() -> None:
    process = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    if VERSION < (0, 8):
        assert process.stdout.strip() == "jax.export before jax 0.8 needs another package: pip install absl-py"
    else:
        assert process.stdout.strip() == "jax.export"
