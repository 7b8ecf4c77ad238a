"""The script that imports the given modules in a fresh process and reports the time and the loaded modules.

It imports nothing else before the clock stops, because modules that are already loaded would not count. The start of
the interpreter is not included.
"""

import sys
import time

_before = set(sys.modules)
_start = time.perf_counter()
for _name in sys.argv[1:]:
    __import__(_name)
_seconds = time.perf_counter() - _start
_loaded = set(sys.modules) - _before

from benchmarks import worker  # noqa: E402  # see above

worker.finish(
    {"seconds": _seconds, "modules": len(_loaded), "top": sorted(name for name in _loaded if "." not in name)}
)
