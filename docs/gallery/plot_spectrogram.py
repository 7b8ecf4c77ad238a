"""
Spectrogram of a plucked string
===============================

The short-time Fourier transform of a sound, and the sound made of it again with its strongest overtones only. The
sound is the recording that Python's own tests use; where Python came without them, it is SciPy's.
"""

import sysconfig
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import scipy.io
from scipy.io import wavfile

import ops

ops.set_backend("torch")

recording = Path(sysconfig.get_path("stdlib"), "test", "audiodata", "pluck-pcm16.wav")
if not recording.is_file():
    recording = next(Path(scipy.io.__file__).parent.glob("tests/data/test-44100Hz-le-1ch-4bytes.wav"))
rate, samples = wavfile.read(recording)
sound = samples.reshape(len(samples), -1)[:, 0].astype("float32")
sound = sound / np.abs(sound).max()
print(f"{len(sound)} samples at {rate} Hz")

WINDOW, STRIDE, LENGTH = 512, 64, 512
real, imag = ops.stft(ops.convert_to_tensor(sound), WINDOW, STRIDE, LENGTH)
power = real**2 + imag**2

# %%
# Bins whose mean power is within 15 decibels of the strongest one are kept, and the sound is made of them.

profile = ops.mean(power, axis=0)
kept = ops.cast(profile > ops.max(profile) * 0.03, "float32")
again = ops.convert_to_numpy(ops.istft((real * kept, imag * kept), WINDOW, STRIDE, LENGTH, length=len(sound)))
share = float(ops.sum(profile * kept) / ops.sum(profile))
print(f"{int(ops.sum(kept))} of {LENGTH // 2 + 1} bins hold {share:.2%} of the power")

seconds = np.arange(len(sound)) / rate
figure, (top, bottom) = plt.subplots(2, 1, figsize=(10, 6), sharex=True)
decibels = 10 * np.log10(ops.convert_to_numpy(power).T + 1e-7)
image = top.imshow(decibels, origin="lower", aspect="auto", extent=(0, seconds[-1], 0, rate / 2), vmin=-50)
top.set(ylabel="frequency in Hz", title="Power in decibels")
bottom.plot(seconds, sound, label="recording")
bottom.plot(seconds, again, label="of the strongest bins", linewidth=0.8)
bottom.set(xlabel="time in s", ylabel="amplitude")
bottom.legend()
figure.tight_layout()
