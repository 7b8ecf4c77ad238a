"""`python -m ops graph FILE`: what a saved graph holds and costs."""

from __future__ import annotations

import importlib
from typing import Any

from ops._cli.output import CommandError, Output
from ops_common.errors import OpsError


def _spec(spec: Any) -> dict[str, Any]:
    return {"name": spec.name, "dtype": spec.dtype, "shape": list(spec.shape)}


def graph(path: str, output: Output) -> int:
    """Runs the command; returns its exit status."""
    try:
        loaded: Any = importlib.import_module("ops.graph").load_graph(path)
        summary, cost = loaded.summary(), loaded.cost()
    except (OSError, OpsError) as error:
        raise CommandError(f"{path}: {error}") from error
    if not output.is_json:
        output.show(summary)
        return 0
    output.json(
        {
            "name": loaded.name,
            "inputs": [_spec(spec) for spec in loaded.inputs],
            "outputs": [_spec(spec) for spec in loaded.outputs],
            "constants": {name: _spec(spec) for name, spec in loaded.constant_specs.items()},
            "nodes": len(loaded.nodes),
            "cost": {"flops": cost.flops, "bytes": cost.bytes, "parameters": cost.parameters},
        }
    )
    return 0
