"""Graphs of real networks: saved on each backend, loaded in a new process on each, and trained further there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ops
from ops.testing.networks import NETWORKS, losses_of, weights_of
from ops_common.testing import BACKENDS

pytestmark = pytest.mark.once

_TRAINERS = ("jax", "tensorflow", "torch")


def run(backend: str, code: str, *arguments: str) -> Any:
    """Returns what a new process prints as JSON."""
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "OPS_BACKEND": backend}
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


_LOAD = """
import json, sys
import numpy as np
import ops
folder, *names = sys.argv[1:]
results = {}
for name in names:
    graph = ops.load_graph(f"{folder}/{name}.ops")
    x = np.load(f"{folder}/{name.split('-')[0]}.npy")
    results[name] = np.asarray(ops.convert_to_numpy(graph(x)), "float64").tolist()
print(json.dumps(results))
"""

_TRAIN = """
import json, sys
import ops
from ops.testing.networks import losses_of
folder, name = sys.argv[1:]
graph = ops.load_graph(f"{folder}/{name}.ops")
print(json.dumps(losses_of(name.split("-")[0], lambda weights, x: graph.apply(weights, x), graph.constants)))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the graphs of all networks, from all backends, and their inputs."""
    path = tmp_path_factory.mktemp("graphs")
    for name, network in NETWORKS.items():
        x = network.inputs()
        np.save(path / f"{name}.npy", x)
        for backend in BACKENDS:
            with ops.use_backend(backend):
                weights = {key: ops.Variable(value, name=key) for key, value in weights_of(name).items()}

                def function(x: Any, network: Any = network, weights: Any = weights) -> Any:
                    return network.function(weights, x)

                graph = ops.make_graph(function, ops.SymbolicTensor((None, *x.shape[1:])))
                assert sorted(graph.constants) == sorted(weights)
                graph.save(path / f"{name}-{backend}.ops")
                size = sum(4 * value.size for value in weights_of(name).values())
                assert (path / f"{name}-{backend}.ops").stat().st_size <= 1.02 * size + 4096
    return path


@pytest.mark.parametrize("name_of_backend", BACKENDS)
def test_graphs_of_every_backend_run_in_a_new_process(name_of_backend: str, folder: Path) -> None:
    names = [f"{name}-{other}" for name in NETWORKS for other in BACKENDS]
    results = run(name_of_backend, _LOAD, os.fspath(folder), *names)
    for name, network in NETWORKS.items():
        with ops.use_backend("numpy" if "numpy" in BACKENDS else name_of_backend):
            weights = {key: ops.convert_to_tensor(value) for key, value in weights_of(name).items()}
            expected = ops.convert_to_numpy(network.function(weights, np.load(folder / f"{name}.npy")))
        for other in BACKENDS:
            np.testing.assert_allclose(results[f"{name}-{other}"], expected, 1e-5, 1e-5)


@pytest.mark.parametrize("trainer", [name for name in BACKENDS if name in _TRAINERS])
@pytest.mark.parametrize("name", NETWORKS)
def test_a_graph_of_another_backend_is_trained_further(name: str, trainer: str, folder: Path) -> None:
    """The losses are those of the function from which the graph was made, trained on the same backend."""
    other = next((other for other in BACKENDS if other != trainer), trainer)
    losses = run(trainer, _TRAIN, os.fspath(folder), f"{name}-{other}")
    with ops.use_backend(trainer):
        function: Callable[..., Any] = NETWORKS[name].function
        weights = {key: ops.convert_to_tensor(value) for key, value in weights_of(name).items()}
        expected = losses_of(name, function, weights)
    np.testing.assert_allclose(losses, expected, 1e-5, 1e-5)
    assert np.mean(losses[-5:]) < np.mean(losses[:5])
