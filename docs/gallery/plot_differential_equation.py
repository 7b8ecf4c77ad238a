"""
An equation of motion fitted by gradients
=========================================

The tail of a plucked string's sound is a damped oscillation. A Runge-Kutta scheme, written as `ops.scan`, solves the
equation of motion, and gradients through the solver find frequency, damping and start.
"""

import math
import sysconfig
import wave
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import ops

ops.set_backend("jax")

# %%
# Python's own tests ship the recording. Its tail holds little but the fundamental.

recording = Path(sysconfig.get_path("stdlib"), "test", "audiodata", "pluck-pcm16.wav")
with wave.open(str(recording)) as file:
    rate, channels = file.getframerate(), file.getnchannels()
    samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)[:, 0]
tail = samples[2600:3200].astype("float32")
tail = tail / np.abs(tail).max()
milliseconds = np.arange(len(tail)) / rate * 1000
STEP = 1000 / rate


def motion(parameters, state):
    """x'' = -w^2 x - 2 g x', in milliseconds."""
    x, v = state[0], state[1]
    pull = ops.exp(2 * parameters["log_frequency"])
    return ops.stack([v, -pull * x - 2 * parameters["damping"] * v])


def solution(parameters):
    def step(state, _):
        k1 = motion(parameters, state)
        k2 = motion(parameters, state + 0.5 * STEP * k1)
        k3 = motion(parameters, state + 0.5 * STEP * k2)
        k4 = motion(parameters, state + STEP * k3)
        return state + STEP / 6 * (k1 + 2 * k2 + 2 * k3 + k4), state[0]

    return ops.scan(step, parameters["start"], length=len(tail))[1]


def loss(parameters, observed):
    return ops.mean((solution(parameters) - observed) ** 2)


# %%
# The first guess of the frequency is the strongest one of the spectrum.

strongest = np.abs(np.fft.rfft(tail, 8192)).argmax() * rate / 8192
slope = (tail[1] - tail[0]) / STEP
parameters = {
    "log_frequency": ops.convert_to_tensor(math.log(2 * math.pi * strongest / 1000 * 1.01)),
    "damping": ops.convert_to_tensor(0.0),
    "start": ops.convert_to_tensor([float(tail[0]), float(slope)]),
}
RATES = {"log_frequency": 1e-3, "damping": 1e-3, "start": 1e-2}
compiled = ops.jit(ops.value_and_grad(loss))
observed = ops.convert_to_tensor(tail)
first = {key: ops.zeros_like(value) for key, value in parameters.items()}
second = {key: ops.zeros_like(value) for key, value in parameters.items()}
losses = []
for number in range(1, 301):
    value, gradients = compiled(parameters, observed)
    losses.append(float(value))
    for key, slope in gradients.items():
        first[key] = 0.9 * first[key] + 0.1 * slope
        second[key] = 0.99 * second[key] + 0.01 * slope**2
        scale = math.sqrt(1 - 0.99**number) / (1 - 0.9**number)
        parameters[key] = parameters[key] - RATES[key] * scale * first[key] / (ops.sqrt(second[key]) + 1e-12)
frequency = math.exp(float(parameters["log_frequency"])) / (2 * math.pi) * 1000
print(f"frequency {frequency:.1f} Hz, halved every {math.log(2) / float(parameters['damping']):.0f} ms")
print(f"mean square error {losses[0]:.4f} -> {losses[-1]:.4f}, variance of the sound {tail.var():.4f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), width_ratios=(3, 1))
left.plot(milliseconds, tail, label="sound", color="gray")
left.plot(milliseconds, ops.convert_to_numpy(solution(parameters)), label="solution of the fitted equation")
left.set(xlabel="time in ms", title="The tail of a plucked string's sound", ylim=(-1.05, 1.15))
left.legend(loc="upper center", ncols=2)
right.semilogy(losses)
right.set(xlabel="step", title="Mean square error")
figure.tight_layout()
