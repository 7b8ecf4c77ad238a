"""
A time series in segments, with scan
====================================

A hidden Markov model divides the daily prices of a share, which Matplotlib ships, into calm and nervous times. Its
forward pass is an `ops.scan`; the gradient of the likelihood fits it, and a second scan finds the likeliest states.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.cbook import get_sample_data

import ops

ops.set_backend("jax")

prices = get_sample_data("goog.npz")["price_data"]
close = prices["adj_close"].astype("float64")
returns = (np.diff(np.log(close)) * 100).astype("float32")
STATES = 2
print(f"{len(returns)} days")


def log_densities(parameters, x):
    """Of each day's return in each state: normal, of mean 0."""
    deviation = ops.exp(parameters["log_deviation"])
    return -0.5 * (x[:, None] / deviation) ** 2 - ops.log(deviation) - 0.5 * math.log(2 * math.pi)


def log_transitions(parameters):
    return ops.nn.log_softmax(parameters["transition"], axis=-1)


def negative_log_likelihood(parameters, x):
    transitions = log_transitions(parameters)

    def forward(state, density):
        state = ops.logsumexp(state[:, None] + transitions, axis=0) + density
        return state, None

    state, _ = ops.scan(forward, ops.full((STATES,), -math.log(STATES)), log_densities(parameters, x))
    return -ops.logsumexp(state) / len(returns)


# %%
# Gradient descent on all parameters.

parameters = {
    "log_deviation": ops.convert_to_tensor([0.0, 1.5]),
    "transition": ops.convert_to_tensor([[2.0, 0.0], [0.0, 2.0]]),
}
compiled = ops.jit(ops.value_and_grad(negative_log_likelihood))
x = ops.convert_to_tensor(returns)
history = []
for _ in range(200):
    value, gradients = compiled(parameters, x)
    parameters = {key: parameters[key] - 0.3 * gradients[key] for key in parameters}
    history.append(float(value))
print(f"negative log likelihood a day {history[0]:.3f} -> {history[-1]:.3f}")
print("standard deviations in per cent:", ops.convert_to_numpy(ops.exp(parameters["log_deviation"])).round(2))

# %%
# Viterbi's algorithm: forwards with the maximum in place of the sum, then back through the choices.


def likeliest(parameters, x):
    transitions = log_transitions(parameters)

    def forward(state, density):
        options = state[:, None] + transitions
        return ops.max(options, axis=0) + density, ops.argmax(options, axis=0)

    def back(current, choices):
        previous = ops.take(choices, current)
        return previous, current

    last, choices = ops.scan(forward, ops.full((STATES,), -math.log(STATES)), log_densities(parameters, x))
    return ops.scan(back, ops.argmax(last), choices, reverse=True)[1]


states = ops.convert_to_numpy(ops.jit(likeliest)(parameters, x))
changes = np.flatnonzero(np.diff(states)) + 1
print(f"{len(changes) + 1} segments")
figure, (top, bottom) = plt.subplots(2, 1, figsize=(10, 5), sharex=True)
days = prices["date"][1:]
top.plot(days, close[1:], color="gray")
for start, end in zip([0, *changes], [*changes, len(days)], strict=True):
    if states[start] == 1:
        for place in (top, bottom):
            place.axvspan(days[start], days[end - 1], alpha=0.2, color="tab:orange", linewidth=0)
top.set(ylabel="price in dollars", title="Nervous times are shaded")
bottom.plot(days, returns, linewidth=0.7)
bottom.set(ylabel="return in per cent")
figure.tight_layout()
