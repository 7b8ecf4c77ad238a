"""
Distributed training on virtual devices
=======================================

A transformer learns to write Python's documentation on one device, and divided over four in three ways: by data, by
model, and with all weights in parts. The devices are virtual: JAX makes four of one processor, which must be set before
JAX starts, and so the program runs in a process of its own. Its source is `examples/distributed.py` of the repository.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

program = Path(os.environ["OPS_REPOSITORY"], "examples", "distributed.py")
with tempfile.TemporaryDirectory() as folder:
    options = ["--backend", "jax", "--steps", "20", "--picture", str(Path(folder, "layouts.svg"))]
    run = subprocess.run([sys.executable, str(program), *options], capture_output=True, text=True, check=False)
if run.returncode:
    raise RuntimeError(run.stderr)
print(run.stdout.partition("\n/")[0])

# %%
# All of them compute the same losses; they differ in the memory of each device, and in what they exchange. Virtual
# devices share one processor, so that none is faster than one device.

rows = re.findall(r"^(\S+ \S+) +([\d.]+) +([\d.]+)   (.*)$", run.stdout, re.MULTILINE)
names = [row[0] for row in rows]
sent = [sum(int(number) for number in re.findall(r" (\d+)(?:,|$)", row[3])) for row in rows]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.2), sharey=True)
left.bar_label(left.barh(names, [float(row[1]) for row in rows], color="tab:blue"), fmt="%.0f")
left.set(title="Weights on each device, in kB")
right.bar_label(right.barh(names, sent, color="tab:orange"), fmt="%.0f")
right.set(title="Exchanged in a step, in kB")
left.invert_yaxis()
figure.tight_layout()
