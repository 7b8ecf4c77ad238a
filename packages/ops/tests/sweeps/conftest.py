"""Wide sweeps, minutes each: `tox run -e sweep` runs them; the default run leaves them out."""

from __future__ import annotations

import os

if os.environ.get("OPS_SWEEP") != "1":
    collect_ignore_glob = ["test_*.py"]
