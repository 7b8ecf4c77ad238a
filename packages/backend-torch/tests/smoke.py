"""Checks a release where only the package and its requirements are installed; `python release` runs it."""

import sys

import ops_backend_torch
from ops_common.runtime import registry
from ops_common.testing import smoke

assert ops_backend_torch.__version__ == sys.argv[1], ops_backend_torch.__version__
assert registry.installed() == ("torch",), registry.installed()
print(f"    {smoke.run('torch')} kernels match their records")
