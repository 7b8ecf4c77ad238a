"""
Gaussian process of brain waves
===============================

A Gaussian process is fitted to 1.5 seconds of an EEG recording that Matplotlib ships. Gradients of the marginal
likelihood, through the Cholesky decomposition, choose its length scale, amplitude and noise. Half of the samples are
hidden from it.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cbook import get_sample_data

import ops

ops.set_backend("jax")

with get_sample_data("eeg.dat") as file:
    recording = np.fromfile(file, dtype="float64").reshape(800, 4)[:120, 0]
t = (np.arange(120) / 80).astype("float32")
y = ((recording - recording.mean()) / recording.std()).astype("float32")
seen = np.random.default_rng(0).permutation(120)[:60]
seen.sort()


def covariance(logs, a, b):
    """A Matern kernel of order 3/2."""
    distance = ops.abs(a[:, None] - b[None, :]) * ops.exp(-logs["length"]) * math.sqrt(3)
    return ops.exp(2 * logs["amplitude"]) * (1 + distance) * ops.exp(-distance)


def noisy_covariance(logs, a):
    return covariance(logs, a, a) + (ops.exp(2 * logs["noise"]) + 1e-4) * ops.eye(len(a))


def negative_log_likelihood(logs, a, values):
    factor = ops.cholesky(noisy_covariance(logs, a))
    white = ops.solve_triangular(factor, values, lower=True)
    return 0.5 * ops.sum(white**2) + ops.sum(ops.log(ops.diagonal(factor))) + 0.5 * len(a) * math.log(2 * math.pi)


# %%
# The logarithms of the three numbers are found by Adam.

step = ops.jit(ops.value_and_grad(negative_log_likelihood))
names = ("length", "amplitude", "noise")
logs = {
    "length": ops.convert_to_tensor(-3.0),
    "amplitude": ops.convert_to_tensor(0.0),
    "noise": ops.convert_to_tensor(-1.0),
}
first = dict.fromkeys(names, 0.0)
second = dict.fromkeys(names, 0.0)
a, values = ops.convert_to_tensor(t[seen]), ops.convert_to_tensor(y[seen])
history = []
for number in range(1, 121):
    value, gradients = step(logs, a, values)
    history.append(float(value))
    for name in names:
        slope = gradients[name]
        first[name] = 0.9 * first[name] + 0.1 * slope
        second[name] = 0.99 * second[name] + 0.01 * slope**2
        scale = math.sqrt(1 - 0.99**number) / (1 - 0.9**number)
        logs[name] = logs[name] - 0.05 * scale * first[name] / (ops.sqrt(second[name]) + 1e-8)
print(f"negative log likelihood {history[0]:.1f} -> {history[-1]:.1f}")
print({name: round(float(ops.exp(logs[name])), 4) for name in names})

# %%
# The posterior at all times, given the samples that were seen.


def posterior(logs, a, values, b):
    across = covariance(logs, a, b)
    solved = ops.cholesky(noisy_covariance(logs, a))
    half = ops.solve_triangular(solved, across, lower=True)
    mean = ops.transpose(half) @ ops.solve_triangular(solved, values, lower=True)
    return mean, ops.sqrt(ops.exp(2 * logs["amplitude"]) - ops.sum(half**2, axis=0))


fine = np.linspace(0, 1.5, 600).astype("float32")
mean, deviation = map(ops.convert_to_numpy, posterior(logs, a, values, ops.convert_to_tensor(fine)))
hidden = np.setdiff1d(np.arange(120), seen)
figure, axes = plt.subplots(figsize=(10, 4))
axes.fill_between(fine, mean - 2 * deviation, mean + 2 * deviation, alpha=0.25, label="two standard deviations")
axes.plot(fine, mean, label="posterior mean")
axes.plot(t[seen], y[seen], "k.", label="seen")
axes.plot(t[hidden], y[hidden], "rx", markersize=4, label="hidden")
axes.set(xlabel="time in s", ylabel="voltage, standardised", title="An EEG recording and its Gaussian process")
axes.legend(ncols=4)
figure.tight_layout()
