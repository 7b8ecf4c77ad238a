"""Wide sweeps of minutes each, which only `tox run -e sweep` runs."""

from __future__ import annotations

import os

if os.environ.get("OPS_SWEEP") != "1":
    collect_ignore_glob = ["test_*.py"]
