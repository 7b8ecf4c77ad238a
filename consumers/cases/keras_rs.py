"""Cases of keras_rs: ranking losses and metrics, and the layers of recommenders."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from consumers.side import Cases, Side

CASES = Cases()
_LOSSES = (
    "ListMLELoss",
    "PairwiseHingeLoss",
    "PairwiseLogisticLoss",
    "PairwiseMeanSquaredError",
    "PairwiseSoftZeroOneLoss",
)
_METRICS = ("DCG", "MeanAveragePrecision", "MeanReciprocalRank", "NDCG", "PrecisionAtK", "RecallAtK")


def _module(name: str) -> Any:
    return importlib.import_module(f"keras_rs.{name}")


def _relevance(side: Side) -> tuple[Any, Any]:
    return side.integers(3, 6, high=4, dtype="float32"), side.normal(3, 6)


def _loss(name: str) -> Any:
    def run(side: Side) -> Any:
        labels, scores = _relevance(side)
        loss = getattr(_module("losses"), name)(temperature=0.7)
        masked = {"labels": labels, "mask": side.mask(3, 6)}
        return [loss(labels, scores), loss(masked, scores), loss(labels[0], scores[0])]

    return run


def _metric(name: str) -> Any:
    def run(side: Side) -> Any:
        # Without ties, which keras shuffles.
        scores = side.tensor(np.stack([np.random.default_rng(i).permutation(6) for i in range(3)]), "float32")
        labels = side.integers(3, 6, high=2, dtype="float32")
        metric = getattr(_module("metrics"), name)(k=4)
        metric.update_state(labels, scores)
        metric.update_state({"labels": labels, "mask": side.mask(3, 6)}, scores, sample_weight=side.uniform(3, 6))
        return metric.result()

    return run


for _name in _LOSSES:
    CASES.add(_name, _loss(_name))
for _name in _METRICS:
    CASES.add(_name, _metric(_name))


@CASES
def pairwise_functions(side: Side) -> Any:
    utils = _module("src.losses.pairwise_loss_utils")
    labels, scores = _relevance(side)
    mask = side.mask(3, 6)
    return [
        utils.apply_pairwise_op(scores, side.ops.subtract),
        utils.pairwise_comparison(labels, scores, mask, logits_op=side.ops.subtract),
    ]


@CASES
def ranking_functions(side: Side) -> Any:
    utils = _module("src.metrics.ranking_metrics_utils")
    ranks = _module("src.metrics.utils")
    labels, scores = _relevance(side)
    mask, weights = side.mask(3, 6), side.uniform(3, 6)
    return [
        utils.default_gain_fn(labels),
        utils.default_rank_discount_fn(side.tensor([1.0, 2.0, 3.0])),
        utils.compute_dcg(labels, weights),
        utils.get_list_weights(weights, labels),
        utils.get_shuffled_indices((3, 6), mask=mask, shuffle_ties=False),
        utils.get_shuffled_indices((3, 6), mask=mask, shuffle_ties=True, seed=1),
        utils.sort_by_scores([labels, weights], scores, mask=mask, k=4),
        ranks.standardize_call_inputs_ranks(labels[0], scores[0], mask[0])[:3],
    ]


@CASES
def embed_reduce(side: Side) -> Any:
    layers = _module("layers")
    ids, weights = side.integers(4, 3, high=7), side.uniform(4, 3)
    return [
        side.call(layers.EmbedReduce(7, 5, combiner=combiner), ids, weights=weights)
        for combiner in ("mean", "sum", "sqrtn")
    ]


@CASES
def feature_interaction(side: Side) -> Any:
    layers = _module("layers")
    features = [side.normal(4, 6) for _ in range(3)]
    return [
        layers.DotInteraction()(features),
        layers.DotInteraction(self_interaction=True, skip_gather=True)(features),
        side.call(layers.FeatureCross(), features[0], features[1]),
        side.call(layers.FeatureCross(projection_dim=2, diag_scale=0.1), features[0]),
    ]


@CASES
def brute_force_retrieval(side: Side) -> Any:
    layers = _module("layers")
    candidates, queries = side.normal(9, 5), side.normal(4, 5)
    layer = layers.BruteForceRetrieval(candidate_embeddings=candidates, k=3)
    layer_with_ids = layers.BruteForceRetrieval(candidates, candidate_ids=side.integers(9, low=10, high=99), k=2)
    return [layer(queries), layer_with_ids(queries)]


@CASES
def hard_negative_mining(side: Side) -> Any:
    logits, labels = side.normal(4, 8), side.tensor(np.eye(4, 8), "float32")
    logits, labels = _module("layers").HardNegativeMining(3)(logits, labels)
    order = side.ops.argsort(logits)  # the layer does not ask top_k to sort
    return [side.ops.take_along_axis(x, order, axis=-1) for x in (logits, labels)]


@CASES
def remove_accidental_hits(side: Side) -> Any:
    logits, labels = side.normal(4, 8), side.tensor(np.eye(4, 8), "float32")
    return _module("layers").RemoveAccidentalHits()(logits, labels, side.tensor([1, 2, 3, 4, 1, 2, 7, 8], "int32"))


@CASES
def sampling_probability_correction(side: Side) -> Any:
    return _module("layers").SamplingProbabilityCorrection()(side.normal(4, 8), side.uniform(8, low=0.1))
