"""An export that fails to write its files, at any point, leaves the files before it unchanged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ops_common.testing import BACKENDS

FORMATS = {
    "openvino": ("openvino", "net.xml"),
    "onnx": ("torch", "net.onnx"),
    "saved_model": ("tensorflow", "net"),
    "torch": ("torch", "net.pt2"),
    "stablehlo": ("jax", "net.stablehlo"),
}
# A separate process: a limit of file sizes stands for a full disk, and a framework may end the process.
CODE = """
import os, resource, signal, sys
from pathlib import Path
import numpy as np, ops

path, form = Path(sys.argv[1]), sys.argv[2]
weights = np.random.default_rng(0).random((200, 200)).astype("float32")

def files():
    return {str(p): p.read_bytes() if p.is_file() else None for p in path.parent.rglob("*")}

def export(of_weights):
    function = (lambda x: ops.matmul(x, weights)) if of_weights else (lambda x: x * 2.0)
    ops.export(function, ops.SymbolicTensor((None, 200)), path=path, format=form)

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
export(True)
after = files()
sizes = {len(content) for content in after.values() if content is not None}
failed = 0
for kind in ("absent", "old"):
    for limit in sorted({0, 1, 100, 1000, 4000, 20000, 100000, *(size - 1 for size in sizes if size), *sizes}):
        export(False)
        if kind == "absent":
            for item in sorted(path.parent.rglob("*"), reverse=True):
                item.rmdir() if item.is_dir() else item.unlink()
        before = files()
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        try:
            export(True)
        except OSError as error:
            failed += 1
            assert files() == before, (kind, limit)
            assert str(path) in str(error), error
        else:
            assert limit >= max(sizes), (kind, limit)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(failed)
"""


@pytest.mark.parametrize("form", [form for form, (name, _) in FORMATS.items() if name in BACKENDS])
def test_exports_under_a_file_size_limit(form: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", CODE, str(tmp_path / "models" / FORMATS[form][1]), form]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout.split()[-1]) >= 12
