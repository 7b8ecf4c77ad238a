"""Programs on several devices and in several processes, which only `tox run -e distribution` runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if os.environ.get("OPS_DISTRIBUTION") != "1":
    collect_ignore_glob = ["test_*.py"]
else:
    sys.path.insert(0, str(Path(__file__).parent))  # the modules that the tests and the other processes share
