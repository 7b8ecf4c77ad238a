"""
K-means and EM on the irises
============================

The three species of Fisher's irises, found without their names: first by k-means, then by a mixture of Gaussians that
expectation maximisation fits. `ops.segment_sum`, `ops.cholesky` and `ops.solve_triangular` do the work.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_iris

import ops

ops.set_backend("numpy")

iris = load_iris()
x = ops.convert_to_tensor(iris.data.astype("float32"))
GROUPS = 3


def assigned(x, centres):
    return ops.argmin(ops.sum(ops.square(x[:, None] - centres[None]), axis=-1), axis=-1)


centres = x[ops.convert_to_tensor([8, 70, 120])]
for _ in range(20):
    group = assigned(x, centres)
    count = ops.segment_sum(ops.ones_like(group), group, GROUPS)
    centres = ops.segment_sum(x, group, GROUPS) / ops.cast(count, "float32")[:, None]
by_means = ops.convert_to_numpy(assigned(x, centres))

# %%
# The mixture starts from these groups. Its covariances are full, which k-means assumes to be equal and round.


def log_densities(x, means, covariances):
    factors = ops.cholesky(covariances)
    white = ops.solve_triangular(factors, ops.transpose(x[None] - means[:, None], (0, 2, 1)), lower=True)
    determinants = ops.sum(ops.log(ops.diagonal(factors, axis1=1, axis2=2)), axis=-1)
    return -0.5 * ops.sum(white**2, axis=1) - determinants[:, None] - 2 * math.log(2 * math.pi)


def expectation_maximisation(x, responsibilities):
    weights = ops.sum(responsibilities, axis=1)
    means = responsibilities @ x / weights[:, None]
    away = x[None] - means[:, None]
    covariances = ops.einsum("kn,kni,knj->kij", responsibilities, away, away) / weights[:, None, None]
    covariances = covariances + 1e-4 * ops.eye(4)
    joint = log_densities(x, means, covariances) + ops.log(weights / len(x))[:, None]
    return ops.nn.softmax(joint, axis=0), ops.sum(ops.logsumexp(joint, axis=0)), means, covariances


responsibilities = ops.transpose(ops.nn.one_hot(by_means, GROUPS)) * 0.9 + 0.1 / GROUPS
likelihoods = []
for _ in range(60):
    responsibilities, likelihood, means, covariances = expectation_maximisation(x, responsibilities)
    likelihoods.append(float(likelihood))
by_mixture = ops.convert_to_numpy(ops.argmax(responsibilities, axis=0))


def agreement(found):
    """The share of flowers whose group's commonest species is theirs."""
    return sum(np.bincount(iris.target[found == group]).max() for group in range(GROUPS)) / len(found)


print(f"log likelihood {likelihoods[0]:.1f} -> {likelihoods[-1]:.1f}")
print(f"k-means {agreement(by_means):.1%}, mixture {agreement(by_mixture):.1%} of the flowers with their species")

figure, places = plt.subplots(1, 3, figsize=(10, 3.6), sharey=True)
for place, group, title in zip(
    places, (iris.target, by_means, by_mixture), ("species", "k-means", "mixture"), strict=True
):
    place.scatter(iris.data[:, 2], iris.data[:, 3], c=group, s=14, cmap="viridis")
    place.set(title=title, xlabel="petal length in cm")
angle = np.linspace(0, 2 * np.pi, 60)
circle = np.stack([np.cos(angle), np.sin(angle)])
for mean, covariance in zip(ops.convert_to_numpy(means), ops.convert_to_numpy(covariances), strict=True):
    ellipse = mean[2:, None] + 2 * np.linalg.cholesky(covariance[2:, 2:]) @ circle
    places[2].plot(*ellipse, "k", linewidth=0.8)
places[0].set_ylabel("petal width in cm")
figure.tight_layout()
