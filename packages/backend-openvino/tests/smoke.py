"""Checks a release where only the package and its requirements are installed; `python release` runs it."""

import sys

import ops_backend_openvino
from ops_common.runtime import registry
from ops_common.testing import smoke

assert ops_backend_openvino.__version__ == sys.argv[1], ops_backend_openvino.__version__
assert registry.installed() == ("openvino",), registry.installed()
print(f"    {smoke.run('openvino')} kernels match their records")
