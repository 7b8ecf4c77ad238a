"""Cases of bayesflow's layers, distributions and inference networks."""

from __future__ import annotations

import importlib
from typing import Any

from consumers.side import Cases, Side

_WIDTHS = {"widths": (8, 8), "dropout": 0.0}


def _module(name: str) -> Any:
    return importlib.import_module(f"bayesflow.{name}")


# --- distributions and links ------------------------------------------------------------------------------------------


def distributions(side: Side) -> Any:
    module = _module("distributions")
    x = side.normal(5, 3)
    normal = module.DiagonalNormal(mean=0.3, std=1.2)
    student = module.DiagonalStudentT(df=5, loc=0.1, scale=0.8)
    trainable = module.DiagonalNormal(trainable_parameters=True)
    for distribution in (normal, student, trainable):
        distribution.build((5, 3))
    mixture = module.Mixture([normal, student], mixture_logits=[0.2, 0.5])
    mixture.build((5, 3))
    every = (normal, student, trainable, mixture)
    return [
        [distribution.log_prob(x) for distribution in every],
        [distribution.log_prob(x, normalize=False) for distribution in every],
        [distribution(x) for distribution in every],
        [distribution.sample((4,)) for distribution in every],
        normal.compute_output_shape((5, 3)),
    ]


def links(side: Side) -> Any:
    module = _module("links")
    quantiles = module.OrderedQuantiles(q=[0.1, 0.4, 0.5, 0.8], axis=1)
    quantiles.build((2, 4, 3))
    return [
        module.Ordered(axis=1, anchor_index=2)(side.normal(2, 5, 3)),
        quantiles(side.normal(2, 4, 3)),
    ]


# --- layers -----------------------------------------------------------------------------------------------------------


def embeddings(side: Side) -> Any:
    module = _module("networks.helpers.embeddings")
    x = side.normal(2, 5, 3)
    return [
        side.call(module.FourierEmbedding(embed_dim=6), side.uniform(4, 1)),
        side.call(module.Time2Vec(num_periodic_features=3), x),
        side.call(module.Time2Vec(num_periodic_features=3), x, t=side.uniform(2, 5)),
    ]


def recurrent_embedding(side: Side) -> Any:
    module = _module("networks.helpers.embeddings")
    return [
        side.call(module.RecurrentEmbedding(embed_dim=4, embedding=kind), side.normal(2, 5, 3))
        for kind in ("lstm", "gru")
    ]


def standardize(side: Side) -> Any:
    layer = _module("networks.helpers.standardization.standardize").Standardize()
    x = side.normal(6, 3)
    layer(x, stage="training")
    matrix = side.normal(6, 3, 3)
    return [
        layer(x),
        layer(x, forward=False, log_det_jac=True),
        layer(matrix, forward=False, transformation_type="both_sides_scale"),
        layer.moving_std(0),
    ]


def time_mlp(side: Side) -> Any:
    module = _module("networks.subnets.mlp.time_mlp")
    inputs = (side.normal(4, 3), side.uniform(4, 1), side.normal(4, 2))
    return [
        side.call(module.TimeMLP(**_WIDTHS, merge=merge, film_use_gamma=True, time_embedding_dim=4), inputs)
        for merge in ("concat", "add")
    ]


def blocks_of_unet(side: Side) -> Any:
    module = _module("networks.subnets.unet.blocks")
    x, time = side.normal(2, 4, 4, 8), side.normal(2, 6)
    return [
        side.call(module.attention.SelfAttention2D(num_heads=2, groups=4), x),
        side.call(
            module.residual.ResidualBlock2D(8, groups=4, skip_fuse_case="add_sqrt2"), (x, time, side.normal(2, 4, 4, 8))
        ),
        side.call(module.time_dense.TimeDense2D(8, groups=4), (x, time)),
    ]


def deep_set(side: Side) -> Any:
    module = _module("networks")
    layer = _module("networks.summary.deep_set.equivariant_layer").EquivariantLayer(6, (8,), dropout=0.0)
    network = module.DeepSet(summary_dim=3, depth=2, dropout=0.0)
    x = side.normal(2, 5, 4)
    return [side.call(layer, x), side.call(network, x), network.compute_output_shape((2, 5, 4))]


def set_attention(side: Side) -> Any:
    module = _module("networks.summary.transformers.attention")
    x = side.normal(2, 5, 8)
    arguments = {"embed_dim": 8, "num_heads": 2, "dropout": 0.0}
    return [
        side.call(module.induced_set_attention.InducedSetAttention(3, **arguments), x),
        side.call(module.pooling_by_multihead_attention.PoolingByMultiHeadAttention(2, **arguments), x),
    ]


def transformers(side: Side) -> Any:
    module = _module("networks")
    arguments = {"summary_dim": 3, "embed_dims": (8, 8), "num_heads": (2, 2), "dropout": 0.0}
    x = side.normal(2, 6, 4)
    return [
        side.call(module.SetTransformer(**arguments, num_seeds=1), x),
        side.call(module.TimeSeriesTransformer(**arguments, time_embed_dim=3), x),
        side.call(module.TimeSeriesTransformer(**arguments, time_axis=-1, time_embed_dim=3), x),
    ]


def fusion_transformer(side: Side) -> Any:
    arguments = {"summary_dim": 3, "embed_dims": (8, 8), "num_heads": (2, 2), "dropout": 0.0, "template_dim": 4}
    return side.call(_module("networks").FusionTransformer(**arguments), side.normal(2, 6, 4))


def skip_recurrent(side: Side) -> Any:
    layer = _module("networks.summary.recurrent.skip_recurrent").SkipRecurrentNet(6, input_channels=3, skip_steps=2)
    return side.call(layer, side.normal(2, 8, 3))


def fusion_network(side: Side) -> Any:
    module = _module("networks")
    network = module.FusionNetwork({"a": module.MLP(**_WIDTHS), "b": module.DeepSet(summary_dim=3, dropout=0.0)})
    inputs = {"a": side.normal(4, 3), "b": side.normal(4, 5, 2)}
    return [side.call(network, inputs), network.compute_metrics(inputs, stage="inference")]


# --- inference networks -----------------------------------------------------------------------------------------------


def noise_schedules(side: Side) -> Any:
    module = _module("networks.inference.diffusion.schedules")
    results: list[Any] = []
    for schedule in (
        module.CosineNoiseSchedule(),
        module.CosineNoiseSchedule(weighting="likelihood_weighting"),
        module.EDMNoiseSchedule(),
        module.EDMNoiseSchedule(variance_type="exploding"),
    ):
        for training in (False, True):
            # The logarithm of the signal-to-noise ratio has magnitudes up to 15: tan(pi t / 2) near t = 1.
            ratio = schedule.get_log_snr(side.uniform(6, low=0.1, high=0.9), training=training)
            results += [ratio, schedule.get_t_from_log_snr(ratio, training=training)]
            if not training:
                results += [schedule.get_drift(ratio, x=side.normal(6)), schedule.derivative_log_snr(ratio, False)]
        results += [schedule.get_alpha_sigma(ratio), schedule.get_weights_for_snr(ratio)]
    return results


def coupling_parts(side: Side) -> Any:
    transforms = _module("networks.inference.coupling.transforms")
    permutations = _module("networks.inference.coupling.permutations")
    affine, spline = transforms.AffineTransform(), transforms.SplineTransform(bins=4)
    x = side.normal(5, 4)
    results: list[Any] = []
    for transform, size in ((affine, 8), (spline, 4 * spline.params_per_dim)):
        parameters = transform.constrain_parameters(transform.split_parameters(side.normal(5, size)))
        results += [parameters, transform(x, parameters), transform(x, parameters, inverse=True)]
    for permutation in (permutations.RandomPermutation(), permutations.Swap()):
        permutation.build((5, 4))
        results += [permutation(x), permutation(x, inverse=True)]
    return results


def coupling_flow(side: Side) -> Any:
    networks = _module("networks")
    results: list[Any] = []
    for transform in ("affine", "spline"):
        flow = networks.CouplingFlow(depth=2, transform=transform, subnet_kwargs=_WIDTHS)
        x, conditions = side.normal(5, 4), side.normal(5, 2)
        flow.build((5, 4), (5, 2))
        side.fill(flow)
        z, density = flow(x, conditions, density=True)
        results += [z, density, flow(z, conditions, inverse=True), flow.log_prob(x, conditions)]
        results += [flow.sample((5,), conditions), flow.compute_metrics(x, conditions, stage="inference")]
    return results


def _network(side: Side, network: Any, **arguments: Any) -> Any:
    x, conditions = side.normal(5, 3), side.normal(5, 2)
    network.build((5, 3), (5, 2))
    side.fill(network)
    return network, x, conditions


def flow_matching(side: Side) -> Any:
    kind = _module("networks").FlowMatching
    arguments = {"subnet_kwargs": _WIDTHS, "integrate_kwargs": {"method": "euler", "steps": 5}}
    network, x, conditions = _network(side, kind(**arguments, use_optimal_transport=True))
    return [
        network.velocity(x, 0.4, conditions),
        network.velocity(x, side.uniform(5, 1), conditions),
        network(x, conditions),
        network.log_prob(x, conditions),
        network.sample((5,), conditions),
        network.compute_metrics(x, conditions, stage="inference"),
    ]


def _diffusion(schedule: str, prediction: str) -> Any:
    def run(side: Side) -> Any:
        kind = _module("networks").DiffusionModel
        network, x, conditions = _network(
            side,
            kind(
                subnet_kwargs=_WIDTHS,
                noise_schedule=schedule,
                prediction_type=prediction,
                integrate_kwargs={"method": "euler", "steps": 5},
            ),
        )
        return [
            network.velocity(x, 0.4, stochastic_solver=False, conditions=conditions),
            network.velocity(x, side.uniform(5, 1), stochastic_solver=True, conditions=conditions),
            network.score(x, time=0.5, conditions=conditions),
            network.diffusion_term(x, 0.3),
            network.compositional_bridge(side.tensor(0.3)),
            network.sample((5,), conditions),
            network.compute_metrics(x, conditions, stage="inference"),
        ]

    return run


def diffusion_guidance(side: Side) -> Any:
    network, x, conditions = _network(side, _module("networks").DiffusionModel(subnet_kwargs=_WIDTHS))
    constraint = lambda z: side.ops.sum(side.ops.square(z), axis=-1) - 1.0  # noqa: E731
    return network.score(
        x, time=0.5, conditions=conditions, guidance_kwargs={"constraints": constraint, "guidance_strength": 0.5}
    )


def diffusion_compositional(side: Side) -> Any:
    network, _, _ = _network(side, _module("networks").DiffusionModel(subnet_kwargs=_WIDTHS))
    z = side.normal(2, 4, 3)
    arguments = {"conditions": side.normal(2, 3, 4, 2), "seed": None, "compute_prior_score": lambda z, time=None: -z}
    return [
        network.compositional_score(z, 0.4, **arguments),
        network.compositional_velocity(z, 0.4, stochastic_solver=True, **arguments),
    ]


def consistency(side: Side) -> Any:
    networks = _module("networks")
    results: list[Any] = []
    for network in (
        networks.ConsistencyModel(total_steps=10, subnet_kwargs=_WIDTHS),
        networks.StableConsistencyModel(subnet_kwargs=_WIDTHS),
    ):
        network, x, conditions = _network(side, network)
        results += [network.consistency_function(x, side.uniform(5, 1), conditions=conditions)]
        results += [network.sample((5,), conditions)]
    return results


def _consistency_metrics(name: str, **arguments: Any) -> Any:
    def run(side: Side) -> Any:
        network, x, conditions = _network(side, getattr(_module("networks"), name)(**arguments))
        return network.compute_metrics(x, conditions, stage="training")

    return run


def free_form_flow(side: Side) -> Any:
    kind = _module("experimental").FreeFormFlow
    network, x, conditions = _network(side, kind(encoder_subnet_kwargs=_WIDTHS, decoder_subnet_kwargs=_WIDTHS))
    return [network(x, conditions), network.compute_metrics(x, conditions, stage="inference")]


def scoring_rules(side: Side) -> Any:
    module = _module("scoring_rules")
    x = side.normal(5, 3)
    factor = side.tensor([[1.0, 0.0, 0.0], [0.3, 0.8, 0.0], [0.1, -0.2, 1.1]])
    factors = side.ops.broadcast_to(factor, (5, 3, 3))
    normal = module.MvNormalScore(dim=3)
    return [
        normal.log_prob(x, side.normal(5, 3), factors),
        normal.sample((5,), side.normal(5, 3), factors),
        module.QuantileScore([0.2, 0.5]).score({"value": side.normal(5, 2, 3)}, x, side.uniform(5, 1)),
        module.MeanScore().score({"value": side.normal(5, 3)}, x),
        module.MedianScore().score({"value": side.normal(5, 3)}, x),
    ]


def scoring_rule_network(side: Side) -> Any:
    module = _module("scoring_rules")
    network = _module("networks").ScoringRuleNetwork(
        scoring_rules={
            "mean": module.MeanScore(),
            "normal": module.MvNormalScore(),
            "quantiles": module.QuantileScore(),
        },
        subnet_kwargs=_WIDTHS,
    )
    network, x, conditions = _network(side, network)
    return [
        network(x, conditions),
        network.compute_metrics(x, conditions, stage="inference"),
        network.sample((5,), conditions),
    ]


def mixture_score(side: Side) -> Any:
    module = _module("scoring_rules")
    rule = module.MixtureScore({"a": module.MvNormalScore(), "b": module.MvNormalScore()})
    network = _module("networks").ScoringRuleNetwork(scoring_rules={"mixture": rule}, subnet_kwargs=_WIDTHS)
    network, x, conditions = _network(side, network)
    return [network.compute_metrics(x, conditions, stage="inference"), network.sample((5,), conditions)]


def add(cases: Cases) -> None:
    """Adds the cases."""
    for run in (
        distributions,
        links,
        embeddings,
        recurrent_embedding,
        standardize,
        time_mlp,
        blocks_of_unet,
        deep_set,
        set_attention,
        transformers,
        fusion_transformer,
        skip_recurrent,
        fusion_network,
        noise_schedules,
        coupling_parts,
        coupling_flow,
        flow_matching,
        diffusion_guidance,
        diffusion_compositional,
        consistency,
        free_form_flow,
        scoring_rules,
        scoring_rule_network,
        mixture_score,
    ):
        cases(run)
    for schedule, prediction in (
        ("edm", "F"),
        ("cosine", "velocity"),
        ("cosine", "noise"),
        ("edm", "score"),
        ("edm", "x"),
    ):
        cases.add(f"diffusion_{schedule}_{prediction}", _diffusion(schedule, prediction))
    cases.add("consistency_metrics", _consistency_metrics("ConsistencyModel", total_steps=10, subnet_kwargs=_WIDTHS))
    cases.add("stable_consistency_metrics", _consistency_metrics("StableConsistencyModel", subnet_kwargs=_WIDTHS))
