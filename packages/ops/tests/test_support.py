"""docs/support.md and support.json of the command line are what docs/support.py generates on five backends."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from ops_common.testing import BACKENDS

SCRIPT = Path(__file__).resolve().parents[3] / "docs" / "support.py"


@pytest.mark.skipif(len(BACKENDS) < 5 or not SCRIPT.exists(), reason="needs a clone and all five backends")
def test_the_table_of_support_is_current() -> None:
    spec = importlib.util.spec_from_file_location("support", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    support = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(support)
    assert support.DOCUMENT.read_text() == support.document(), "stale: run python docs/support.py"
    assert support.DATA.read_text("utf-8") == f"{support.data()}\n", "stale: run python docs/support.py"
