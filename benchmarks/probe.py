"""Run as a script in a fresh process: imports the modules that it is given, and tells the time and what came in.

It imports nothing itself before the clock has stopped: what is loaded already would cost its importer nothing. The
start of the interpreter is no part of the time.
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
