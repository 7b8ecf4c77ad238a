"""Random numbers of other processes: forked, spawned, and workers of a DataLoader (more: `sweeps/test_workers.py`)."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from typing import Any

import pytest

import ops
from ops_common.testing import BACKENDS

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")

# A fresh process: frameworks do not support a fork after they have started threads.
FORKING = """
import json, os, sys, warnings
warnings.simplefilter("ignore")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import numpy as np
import ops

backend, compiled = sys.argv[1], sys.argv[2] == "compiled"
ops.set_backend(backend)
unseeded, seeded = ops.random.SeedGenerator(), ops.random.SeedGenerator(7)
seeds = None, unseeded, seeded
of_seeds = lambda: [ops.random.randint((16,), 0, 2**31 - 1, seed=seed) for seed in seeds]
draw = ops.jit(of_seeds, options={"torch": {"backend": "aot_eager"}}) if compiled else of_seeds

def report():
    return [ops.convert_to_numpy(x).tolist() for _ in range(2) for x in draw()]

if compiled or backend == "numpy":
    report()
reports = []
for _ in range(3):
    reader, writer = os.pipe()
    if not os.fork():
        os.close(reader)
        with os.fdopen(writer, "w") as file:
            json.dump([report(), seeded.seed, seeded.draws(), unseeded.draws()], file)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        reports.append(json.load(file))
reports.append([report(), seeded.seed, seeded.draws(), unseeded.draws()])
print(json.dumps(reports))
"""


def forked(backend: str, how: str) -> list[Any]:
    """Returns the draws of three children and their parent."""
    command = [sys.executable, "-c", FORKING, backend, how]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def check(reports: list[Any]) -> None:
    arrays = [tuple(array) for report, *_ in reports for i, array in enumerate(report) if i % 3 != 2]
    assert len(set(arrays)) == len(arrays) == 16
    # A generator with a seed continues at its position, the same in each process.
    seeded = [[report[2], report[5]] for report, *_ in reports]
    assert all(pair == seeded[0] for pair in seeded)
    assert seeded[0][0] != seeded[0][1]
    assert all(seed == 7 for _, seed, *_ in reports)


# PyTorch's eager draws in children are tested with the DataLoader's workers, below.
@needs_fork
@pytest.mark.parametrize("name", [name for name in BACKENDS if name != "torch"])
def test_forked_children(name: str) -> None:
    reports = forked(name, "eager")
    check(reports)
    assert {count for *_, count in reports[:3]} == {2}  # a new stream starts


@needs_fork
@pytest.mark.parametrize("name", [name for name in BACKENDS if name == "numpy"])
def test_functions_that_were_compiled_before_the_fork(name: str) -> None:
    check(forked(name, "compiled"))


UNPICKLING = """
import pickle, sys
generators = pickle.loads(bytes.fromhex(sys.argv[1]))
print([generator.draw() for generator in generators], [generator.name for generator in generators])
"""


def test_generators_unpickled_in_another_process() -> None:
    generators = [ops.random.SeedGenerator(name="mine"), ops.random.SeedGenerator(7, portable=True)]
    for generator in generators:
        generator.draw()
    data = pickle.dumps(generators)
    again = pickle.loads(data)
    words = [generator.draw() for generator in generators]
    assert [generator.draw() for generator in again] == words  # a copy in the same process
    command = [sys.executable, "-c", UNPICKLING, data.hex()]
    outputs = [subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    draws = []
    for output in outputs:
        assert output.strip().endswith("['mine', 'seed_generator']")
        pairs = output.split("] [")[0].strip("[( )\n").split("), (")
        draws.append([tuple(map(int, pair.split(", "))) for pair in pairs])
    assert draws[0][1] == draws[1][1] == words[1] == (7, 1)
    firsts = [words[0], draws[0][0], draws[1][0]]
    assert len({seed for seed, _ in firsts}) == 3
    assert [count for _, count in firsts] == [1, 0, 0]


LOADING = """
import sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import ops
import torch.utils.data as data

ops.set_backend(sys.argv[1])

class Noise(data.Dataset):
    def __init__(self):
        self.generator = ops.random.SeedGenerator()

    def __len__(self):
        return 16

    def __getitem__(self, i):
        x = ops.random.uniform((16,)), ops.random.normal((16,), seed=self.generator)
        return np.stack([np.asarray(ops.convert_to_numpy(y)) for y in x])

if __name__ == "__main__":
    if sys.argv[1] in ("numpy", "torch"):
        ops.random.uniform((16,))
    loader = data.DataLoader(Noise(), batch_size=2, num_workers=4, multiprocessing_context=sys.argv[2])
    arrays = [x.numpy().tobytes() for _ in range(2) for batch in loader for item in batch for x in item]
    print(len(arrays), len(set(arrays)))
"""


@needs_fork
@pytest.mark.parametrize("name", [name for name in BACKENDS if name == "torch"])
def test_workers_of_a_data_loader(name: str) -> None:
    command = [sys.executable, "-c", LOADING, name, "fork"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["64", "64"]
