"""Cases of bayesflow: optimal transport, integrators, functions of tensors, and metrics; `_networks` has its layers."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from consumers.cases import bayesflow_networks
from consumers.side import Cases, Side

CASES = Cases()


def _module(name: str) -> Any:
    return importlib.import_module(f"bayesflow.{name}")


# --- optimal transport ------------------------------------------------------------------------------------------------


def _clouds(side: Side) -> tuple[Any, Any]:
    return side.normal(12, 2), side.normal(12, 2)


@CASES
def transport_plans(side: Side) -> Any:
    transport = _module("utils.optimal_transport")
    x, y = _clouds(side)
    conditions = side.normal(12, 3)
    return [
        plan(x, y, **arguments)
        for plan in (transport.sinkhorn.sinkhorn_plan, transport.log_sinkhorn.log_sinkhorn_plan)
        for arguments in (
            {"max_steps": 30},
            {"regularization": 0.5, "conditions": conditions, "max_steps": 20},
            {"partial_factor": 0.7, "max_steps": 20},
        )
    ]


def _transport(method: str) -> Any:
    def run(side: Side) -> Any:
        transport = _module("utils.optimal_transport.optimal_transport").optimal_transport
        x, y = _clouds(side)
        conditions = side.normal(12, 3)
        return [
            transport(x, y, method=method, max_steps=30, return_assignments=True, seed=1),
            transport(x, y, conditions=conditions, method=method, max_steps=30, seed=1),
        ]

    return run


CASES.add("sinkhorn", _transport("sinkhorn"))
CASES.add("log_sinkhorn", _transport("log_sinkhorn"))


@CASES
def transport_costs(side: Side) -> Any:
    utils = _module("utils.optimal_transport.ot_utils")
    x, y = _clouds(side)
    cost = utils.squared_euclidean(x, y)
    return [
        cost,
        utils.cosine_distance(x, y),
        utils.augment_for_partial_ot(cost, 0.5, 0.8),
        utils.search_for_conditional_weight(cost, utils.squared_euclidean(y, y), 0.5),
    ]


# --- integrators ------------------------------------------------------------------------------------------------------


def _state(side: Side) -> dict[str, Any]:
    return {"x": side.normal(4, 2), "v": side.normal(4, 1)}


def _field(side: Side) -> Any:
    def field(time: Any, x: Any, v: Any) -> dict[str, Any]:
        return {"x": side.ops.sin(time) - 0.5 * x, "v": side.ops.cos(2.0 * time) * v}

    return field


def _integration(**arguments: Any) -> Any:
    def run(side: Side) -> Any:
        integrate = _module("utils.integrate").integrate
        return integrate(_field(side), _state(side), **{"start_time": 0.0, "stop_time": 1.0, **arguments})

    return run


for _method in ("euler", "rk45", "tsit5"):
    CASES.add(f"integrate_{_method}", _integration(method=_method, steps=20))
for _method in ("rk45", "tsit5"):
    CASES.add(f"integrate_{_method}_adaptive", _integration(method=_method, steps="adaptive", min_steps=5))
CASES.add("integrate_scipy", _integration(method="scipy", steps="adaptive"))


@CASES
def integrate_scheduled(side: Side) -> Any:
    integrate = _module("utils.integrate").integrate
    times = side.tensor(np.linspace(0.0, 1.0, 9) ** 2, "float32")
    return integrate(_field(side), _state(side), steps=times, method="rk45")


@CASES
def steps_of_integrators(side: Side) -> Any:
    module = _module("utils.integrate")
    field, state = _field(side), _state(side)
    time, size = side.tensor(0.1), side.tensor(0.05)
    results: list[Any] = [
        step(field, state, time, size, use_adaptive_step_size=adaptive)
        for step in (module.rk45_step, module.tsit5_step)
        for adaptive in (False, True)
    ]
    return [
        *results,
        module.euler_step(field, state, time, size),
        module.add_scaled(state, [field(time, **state)], [0.5], size),
    ]


def _diffusion(side: Side) -> Any:
    def diffusion(time: Any, x: Any, v: Any) -> dict[str, Any]:
        return {"x": 0.2 + 0.0 * x, "v": 0.1 + 0.0 * v}

    return diffusion


def _noise(side: Side, scale: float = 0.2) -> dict[str, Any]:
    return {"x": side.normal(4, 2, scale=scale), "v": side.normal(4, 1, scale=scale)}


@CASES
def steps_of_stochastic_integrators(side: Side) -> Any:
    module = _module("utils.integrate")
    field, diffusion, state, noise, other = _field(side), _diffusion(side), _state(side), _noise(side), _noise(side)
    time, size = side.tensor(0.1), side.tensor(0.05)
    return [
        module.euler_maruyama_step(field, diffusion, state, time, size, noise),
        module.euler_maruyama_step(field, diffusion, state, time, size, noise, True, 0.01, 0.1),
        module.sea_step(field, diffusion, state, time, size, noise, other),
        module.shark_step(field, diffusion, state, time, size, noise, other),
        module.two_step_adaptive_step(field, diffusion, state, time, size, noise, use_adaptive_step_size=False),
        module.two_step_adaptive_step(
            field,
            diffusion,
            state,
            time,
            size,
            noise,
            last_state=state,
            min_step_size=0.01,
            max_step_size=0.1,
            e_abs=0.1,
        ),
        module.compute_levy_area(state, diffusion(time, **state), noise, other, size),
        module.stochastic_adaptive_step_size_controller(state, field(time, **state), 0.1, 0.001, 0.5),
        module.generate_noise(state, side.keras.random.SeedGenerator(1)),
    ]


def _stochastic(**arguments: Any) -> Any:
    def run(side: Side) -> Any:
        module = _module("utils.integrate")
        return module.integrate_stochastic(
            _field(side),
            _diffusion(side),
            _state(side),
            start_time=0.0,
            stop_time=1.0,
            seed=side.keras.random.SeedGenerator(1),
            **arguments,
        )

    return run


for _method in ("euler_maruyama", "sea", "shark", "two_step_adaptive"):
    CASES.add(f"integrate_{_method}", _stochastic(method=_method, steps=10))
for _method in ("euler_maruyama", "two_step_adaptive"):
    CASES.add(f"integrate_{_method}_adaptive", _stochastic(method=_method, steps="adaptive", min_steps=5, max_steps=40))


def _schedule() -> Any:
    return _module("networks.inference.diffusion.schedules.cosine_noise_schedule").CosineNoiseSchedule()


def _score(side: Side) -> Any:
    def score(time: Any, x: Any, v: Any) -> dict[str, Any]:
        return {"x": -x, "v": -v * 0.5}

    return score


CASES.add("integrate_with_corrector", lambda side: _stochastic(
    method="euler_maruyama", steps=6, score_fn=_score(side), corrector_steps=2, noise_schedule=_schedule()
)(side))  # fmt: skip
CASES.add("integrate_langevin", lambda side: _stochastic(
    method="langevin", steps=6, score_fn=_score(side), corrector_steps=1, noise_schedule=_schedule()
)(side))  # fmt: skip


@CASES
def integrate_glass(side: Side) -> Any:
    module = _module("utils.integrate")
    arguments = {"steps": 4, "inner_steps": 3, "seed": 1, "noise_schedule": "flow_matching"}
    field = lambda time, x: {"x": -0.3 * x * time}  # noqa: E731
    return module.integrate_glass(field, {"x": side.normal(4, 2)}, start_time=0.0, stop_time=1.0, **arguments)


# --- functions of tensors ---------------------------------------------------------------------------------------------


@CASES
def expanding_and_tiling(side: Side) -> Any:
    utils = _module("utils.tensor_utils")
    x, y = side.normal(3, 2), side.normal(3, 2, 4)
    return [
        utils.expand_left_as(x, y),
        utils.expand_right_as(x, y),
        utils.expand_as(x, y, side="left"),
        utils.expand_left_to(x, 4),
        utils.expand_right_to(x, 4),
        utils.expand_to(x, 3, side="right"),
        utils.expand_tile(x, 3, axis=1),
        utils.tile_axis(x, 2, axis=-1),
        utils.pad(x, 0.5, n=2, axis=0),
        utils.pad(x, side.normal(2, 2), n=2, axis=0, side="left"),
        utils.pad(x, side.normal(1, 1), n=1, axis=1, side="right"),
    ]


@CASES
def joining_and_averaging(side: Side) -> Any:
    utils = _module("utils.tensor_utils")
    x, y = side.normal(3, 2), side.normal(3, 2)
    trees = [{"a": x, "b": [y]}, {"a": y, "b": [x]}]
    return [
        utils.concatenate_valid([x, None, y], axis=1),
        utils.stack_valid([None, x, y], axis=-1),
        utils.tree_concatenate(trees, axis=0),
        utils.tree_stack(trees, axis=1),
        utils.weighted_mean(x),
        utils.weighted_mean(x, side.uniform(3, 2)),
        utils.size_of(trees),
        _module("utils.dict_utils").split_tensors({"a": x}, axis=-1),
    ]


@CASES
def matrices(side: Side) -> Any:
    utils = _module("utils.tensor_utils")
    flat = side.normal(2, 6)
    return [
        utils.fill_triangular_matrix(flat),
        utils.fill_triangular_matrix(flat, upper=True),
        utils.positive_diag(side.normal(2, 3, 3)),
        utils.positive_diag(side.normal(2, 3, 3), method="exp"),
        utils.linsolve_batched(side.normal(2, 3, 3) + side.tensor(4 * np.eye(3), "float32"), side.normal(2, 3)),
    ]


@CASES
def random_masks(side: Side) -> Any:
    utils = _module("utils.tensor_utils")
    seeds = side.keras.random.SeedGenerator(1)
    return [
        utils.random_mask((5, 2), 0.4, seeds),
        utils.randomly_mask_along_axis(side.normal(6, 2), 0.4, axis=0, seed_generator=seeds),
    ]


@CASES
def softplus(side: Side) -> Any:
    utils = _module("utils.keras_utils")
    x = side.normal(3, 4, scale=3.0)
    return [utils.shifted_softplus(x), utils.inverse_softplus(side.uniform(3, 4, low=0.1, high=30.0))]


@CASES
def check_output(side: Side) -> Any:
    check = _module("utils.dict_utils").check_output
    check({"a": side.normal(3)})
    try:
        check({"a": side.tensor([1.0, float("nan")])})
    except ValueError:
        return True
    return False


@CASES
def batched_call(side: Side) -> Any:
    call = _module("utils.functional").batched_call
    x = side.normal(3, 2, 4)
    return call(lambda x: side.ops.sum(x), (3, 2), args=(x,), flatten=True)


# --- derivatives ------------------------------------------------------------------------------------------------------


def _function(side: Side) -> Any:
    kernel = side.normal(3, 3)
    return lambda x: side.ops.tanh(side.ops.matmul(x, kernel))


@CASES
def jvp(side: Side) -> Any:
    return _module("utils.jacobian.jvp").jvp(_function(side), side.normal(4, 3), side.normal(4, 3), return_output=True)


@CASES
def vjp(side: Side) -> Any:
    output, pull = _module("utils.jacobian.vjp").vjp(_function(side), side.normal(4, 3), return_output=True)
    return [output, pull(side.normal(4, 3))]


@CASES
def jacobian(side: Side) -> Any:
    return _module("utils.jacobian.jacobian").jacobian(_function(side), side.normal(4, 3), return_output=True)


@CASES
def jacobian_trace(side: Side) -> Any:
    trace = _module("utils.jacobian.jacobian_trace").jacobian_trace
    function, x = _function(side), side.normal(4, 3)
    return [trace(function, x, return_output=True), trace(function, x, max_steps=2, seed=1)]


# --- metrics and diagnostics ------------------------------------------------------------------------------------------


@CASES
def metrics(side: Side) -> Any:
    functional = _module("metrics.functional")
    x, y = side.normal(8, 3), side.normal(9, 3)
    metric = _module("metrics").MaximumMeanDiscrepancy()
    metric.update_state(x, y)
    return [
        functional.maximum_mean_discrepancy(x, y),
        functional.maximum_mean_discrepancy(x, y, kernel="gaussian", unbiased=True),
        functional.root_mean_squared_error(x, y[:8]),
        functional.root_mean_squared_error(x, y[:8], normalize=True),
        metric.result(),
    ]


@CASES
def expected_calibration_error(side: Side) -> Any:
    estimates = np.random.default_rng(1).dirichlet(np.ones(3), 60)
    targets = np.eye(3)[np.random.default_rng(2).integers(0, 3, 60)]
    return _module("diagnostics.metrics").expected_calibration_error(estimates, targets, num_bins=4)["values"]


@CASES
def bootstrap_comparison(side: Side) -> Any:
    np.random.seed(1)
    observed, reference = np.random.normal(size=(5, 2)), np.random.normal(size=(40, 2))
    compare = _module("metrics.functional").maximum_mean_discrepancy
    module = _module("diagnostics.metrics.model_misspecification")
    return module.bootstrap_comparison(observed.astype("float32"), reference.astype("float32"), compare, 5)[0]


bayesflow_networks.add(CASES)
