"""Cases of keras_hub: functions of tensors, grid sampling, rotary embeddings, and samplers.

`keras_hub_layers` has layers, and `keras_hub_models` small language models.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from consumers.cases import keras_hub_layers, keras_hub_models
from consumers.side import Cases, Side

CASES = Cases()


def _module(name: str) -> Any:
    return importlib.import_module(f"keras_hub.src.{name}")


# --- grid sampling, boxes, and other functions ------------------------------------------------------------------------


@CASES
def grid_sample(side: Side) -> Any:
    sample = _module("models.d_fine.d_fine_utils").grid_sample
    data, grid = side.normal(2, 3, 5, 6), side.uniform(2, 4, 7, 2, low=-1.2, high=1.2)
    return [sample(data, grid, align_corners=corners, height=5, width=6) for corners in (False, True)]


@CASES
def functions_of_d_fine(side: Side) -> Any:
    utils = _module("models.d_fine.d_fine_utils")
    points, distance = side.uniform(2, 3, 4, low=0.1), side.uniform(2, 3, 4)
    scale, up = side.tensor([4.0]), side.tensor([0.5])
    return [
        utils.inverse_sigmoid(side.uniform(3, 4)),
        utils.weighting_function(8, up, scale),
        utils.distance2bbox(points, distance, 4.0),
    ]


@CASES
def hungarian_assignment(side: Side) -> Any:
    return _module("models.d_fine.d_fine_utils").hungarian_assignment(side.uniform(6, 4), 6)


@CASES
def losses_of_d_fine(side: Side) -> Any:
    module = _module("models.d_fine.d_fine_loss")
    label, weights = side.uniform(5, low=0.0, high=7.0), side.uniform(5)
    return [
        module.gather_along_first_two_dims(
            side.normal(2, 4, 3), side.tensor([0, 1, 1], "int32"), side.tensor([3, 0, 2], "int32")
        ),
        module.unimodal_distribution_focal_loss(side.normal(5, 9), label, weights, 1.0 - weights),
        module.translate_gt(label, 8, side.tensor([4.0]), side.tensor([0.5])),
    ]


@CASES
def functions_of_sam3(side: Side) -> Any:
    utils = _module("models.sam3.sam3_utils")
    x = side.normal(2, 4, 8, 3)
    windows = utils.window_partition(x, 4, 8, 4, 3)
    return [
        windows,
        utils.window_unpartition(windows, 4, 8, 4, 3),
        utils.box_cxcywh_to_xyxy(side.uniform(2, 3, 4)),
        utils.inverse_sigmoid(side.uniform(3, 4)),
        utils.create_bidirectional_mask(side.normal(2, 5, 3), side.mask(2, 5)),
    ]


@CASES
def functions_of_swin(side: Side) -> Any:
    module = _module("models.swin_transformer.swin_transformer_layers")
    windows, _ = module.window_partition(side.normal(2, 4, 8, 3), 4)
    return [windows, module.window_reverse(windows, 4, 4, 8, 3), module.get_relative_position_index(3, 4)]


@CASES
def rotary_functions(side: Side) -> Any:
    utils = _module("models.smollm3.smollm3_utils")
    query, key, angles = side.normal(2, 4, 5, 6), side.normal(2, 2, 5, 6), side.uniform(2, 5, 6)
    cosine, sine = side.ops.cos(angles), side.ops.sin(angles)
    return [
        utils.rotate_half(query),
        utils.apply_rotary_pos_emb(query, key, cosine, sine),
        utils.apply_rotary_pos_single(query, cosine, sine),
        utils.repeat_kv(key, 2),
        utils.rope_init(10000.0, 0.5, 8),
        _module("models.t5gemma.t5gemma_attention").repeat_kv(side.normal(2, 5, 2, 6), 3),
    ]


@CASES
def functions_of_flux(side: Side) -> Any:
    module = _module("models.flux.flux_maths")
    query, key, value = (side.normal(2, 2, 5, 8) for _ in range(3))
    positions = module.RotaryPositionalEmbedding()(side.uniform(2, 5), dim=8, theta=10000)
    return [
        positions,
        module.TimestepEmbedding()(side.uniform(4), dim=8),
        module.scaled_dot_product_attention(query, key, value),
        module.rearrange_symbolic_tensors(side.normal(2, 5, 48), 3, 2),
    ]


@CASES
def delta_rule(side: Side) -> Any:
    module = _module("models.rwkv7.rwkv7_layer")
    inputs = [side.normal(2, 5, 2, 4, scale=0.3) for _ in range(6)]
    return [module.rnn_generalized_delta_rule(*inputs), module.transpose_head(inputs[0], True)]


@CASES
def load_balancing(side: Side) -> Any:
    logits = side.normal(10, 4)
    losses = [
        _module(f"models.{name}").compute_load_balancing_loss
        for name in ("qwen_moe.qwen_moe_decoder", "qwen3_moe.qwen3_moe_decoder", "qwen3_5_moe.qwen3_5_moe_decoder")
    ]
    return [loss(logits, 4, 2) for loss in losses]


@CASES
def interpolate(side: Side) -> Any:
    return _module("models.depth_anything.interpolate").interpolate(side.normal(2, 4, 5, 3), (7, 9), "channels_last")


@CASES
def silog(side: Side) -> Any:
    loss = _module("models.depth_anything.depth_anything_loss").silog
    return loss(side.uniform(2, 4, 4, 1, low=0.5), side.uniform(2, 4, 4, 1, low=0.5), max_depth=1.0)


@CASES
def quick_gelu(side: Side) -> Any:
    return _module("models.clip.clip_layers").quick_gelu(side.normal(3, 4))


@CASES
def functions_of_tensors(side: Side) -> Any:
    utils = _module("utils.tensor_utils")
    ids = side.integers(2, 5, high=6)
    return [
        utils.any_equal(ids, [2, 4], side.mask(2, 5)),
        utils.target_gather(side.normal(4, 3), side.tensor([0, 3, -1, 2], "int32")),
        utils.target_gather(side.normal(2, 4, 3), side.tensor([[0, 3], [1, 2]], "int32"), side.mask(2, 2, 1), 0.5),
        utils.convert_to_numpy(ids),
        utils.convert_to_list(ids),
        utils.strip_to_ragged_python(ids, side.mask(2, 5), [3]),
    ]


@CASES
def masks_of_transformers(side: Side) -> Any:
    utils = _module("layers.modeling.transformer_layer_utils")
    return [
        utils.compute_causal_mask(2, 4, 3, cache_index=1),
        utils.merge_padding_and_attention_mask(side.normal(2, 4, 3), side.mask(2, 4), side.mask(2, 4, 4)),
    ]


@CASES
def non_max_suppression(side: Side) -> Any:
    module = _module("layers.modeling.non_max_supression")
    corner = np.random.default_rng(1).uniform(0, 8, (2, 20, 2))
    boxes = side.tensor(np.concatenate([corner, corner + 3.0], -1), "float32")
    layer = module.NonMaxSuppression("xyxy", from_logits=True, max_detections=8)
    return [module.non_max_suppression(boxes, side.uniform(2, 20), 6), layer(boxes, side.normal(2, 20, 3))]


# --- rotary and other embeddings of positions -------------------------------------------------------------------------


def _rotary(**arguments: Any) -> Any:
    def run(side: Side) -> Any:
        layer = _module("layers.modeling.rotary_embedding").RotaryEmbedding(**arguments)
        x = side.normal(2, 5, 2, 8)
        return [layer(x), layer(x, start_index=3), layer(x, positions=side.tensor([4, 0, 2, 1, 9], "int32"))]

    return run


CASES.add("rotary_embedding", _rotary())
CASES.add("rotary_embedding_scaled", _rotary(max_wavelength=500, scaling_factor=2.0))
CASES.add("rotary_embedding_yarn", _rotary(rope_type="yarn", scaling_factor=4.0, original_max_position_embeddings=16))


@CASES
def position_embeddings(side: Side) -> Any:
    module = _module("layers.modeling.position_embedding")
    sine = _module("layers.modeling.sine_position_encoding").SinePositionEncoding()
    x = side.normal(2, 5, 8)
    layer = side.built(module.PositionEmbedding(9), x)
    positions = side.tensor([[3, 1, 0, 2, 8]] * 2, "int32")
    return [layer(x), layer(x, start_index=2), layer(x, positions=positions), sine(x), sine(x, start_index=2)]


@CASES
def alibi_bias(side: Side) -> Any:
    return _module("layers.modeling.alibi_bias").AlibiBias()(side.normal(2, 4, 5, 5))


# --- samplers ---------------------------------------------------------------------------------------------------------


def _sampler(name: str, **arguments: Any) -> Any:
    def run(side: Side) -> Any:
        sampler = getattr(_module("samplers." + name), "".join(part.title() for part in name.split("_")))(**arguments)
        table = side.normal(9, 9, scale=3.0)
        ops = side.ops

        def following(prompt: Any, cache: Any, index: Any) -> Any:
            """Returns logits that depend on the previous token."""
            token = ops.slice(prompt, [0, index - 1], [ops.shape(prompt)[0], 1])
            logits = ops.take(table, token[:, 0], axis=0)
            return logits, ops.ones((ops.shape(prompt)[0], 4)), cache

        prompt = side.tensor([[1, 2, 0, 0, 0, 0], [3, 0, 0, 0, 0, 0]], "int32")
        mask = side.tensor([[True, True, False, False, False, False], [True] + [False] * 5], "bool")
        hidden = {"hidden_states": ops.ones((2, 6, 4))} if name == "contrastive_sampler" else {}
        cache = ops.zeros((2, 3)) if name in ("beam_sampler", "contrastive_sampler") else ()
        return [
            sampler(next=following, prompt=prompt, cache=cache, index=1, mask=mask, **hidden),
            sampler(next=following, prompt=prompt, cache=cache, index=2, mask=mask, stop_token_ids=[4], **hidden),
        ]

    return run


for _name, _arguments in (
    ("greedy_sampler", {}),
    ("random_sampler", {"temperature": 0.7}),
    ("top_k_sampler", {"k": 4}),
    ("top_p_sampler", {"p": 0.6}),
    ("beam_sampler", {"num_beams": 3}),
    ("contrastive_sampler", {"k": 3}),
):
    CASES.add(_name, _sampler(_name, **_arguments))


@CASES
def similarity_of_contrastive_sampler(side: Side) -> Any:
    sampler = _module("samplers.contrastive_sampler").ContrastiveSampler()
    return sampler.similarity(side.normal(2, 5, 4), side.normal(2, 4))


@CASES
def perplexity(side: Side) -> Any:
    metric = _module("metrics.perplexity").Perplexity(from_logits=True, mask_token_id=0)
    metric.update_state(side.integers(2, 5, high=4), side.normal(2, 5, 4), sample_weight=side.uniform(2, 5))
    return metric.result()


keras_hub_layers.add(CASES)
keras_hub_models.add(CASES)
