"""All records with divided operands: no result is wrong, and each is on the mesh in the layout that it reports."""

from __future__ import annotations

import launch
import pytest

# The processes of a part start anew, which takes longest on torch.
PARTS = {"jax": 20, "torch": 8, "tensorflow": 10}


@pytest.mark.parametrize(("backend", "part"), [(name, part) for name, count in PARTS.items() for part in range(count)])
def test_records(backend: str, part: int) -> None:
    for result in launch.run(backend, "records:sweep", {"part": part, "parts": PARTS[backend]}, limit=1200):
        print("calls:", result["calls"], "gradients:", result["gradients"], "differences:", result["differences"])
        print("gathered:", ", ".join(result["gathered"]))
        assert result["calls"]
        assert result["wrong"] == []
