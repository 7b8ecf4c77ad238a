"""Checks a release where only the package and its requirements are installed; `python release` runs it."""

import sys

import ops_common
from ops_common import contract, dtypes
from ops_common.contract import lock
from ops_common.runtime import registry

assert ops_common.__version__ == sys.argv[1], ops_common.__version__
assert dtypes.promote(["int32", "float16"]) == "float16"
assert registry.installed() == ()
text = lock.PATH.read_text("utf-8")
assert lock.problems(contract.CONTRACT_VERSION, text, lock.entries()) == []
print(f"    contract {contract.CONTRACT_VERSION}, of {len(lock.entries())} functions and constants, matches its lock")
