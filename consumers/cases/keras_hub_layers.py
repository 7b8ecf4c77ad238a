"""Cases of keras_hub's layers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from consumers.side import Cases, Run, Side

# The arguments of a layer's call; a dict at the end holds those that are passed by name.
Inputs = Callable[[Side], tuple[Any, ...]]


def _tensor(*shape: int) -> Inputs:
    return lambda side: (side.normal(*shape),)


def _layer(path: str, inputs: Inputs, arguments: dict[str, Any]) -> Run:
    module, _, name = path.rpartition(".")

    def run(side: Side) -> Any:
        layer = getattr(importlib.import_module(f"keras_hub.src.{module}"), name)(**arguments)
        *tensors, last = inputs(side)
        return side.call(layer, *tensors, **last) if isinstance(last, dict) else side.call(layer, *tensors, last)

    return run


_LAYERS: list[tuple[str, Inputs, dict[str, Any]]] = [
    ("layers.modeling.f_net_encoder.FNetEncoder", _tensor(2, 4, 6), {"intermediate_dim": 8}),
    ("layers.modeling.rms_normalization.RMSNormalization", _tensor(2, 4, 6), {"input_dim": 6}),
    (
        "layers.modeling.masked_lm_head.MaskedLMHead",
        lambda side: (side.normal(2, 5, 6), side.integers(2, 3, high=5)),
        {"vocabulary_size": 9},
    ),
    (
        "layers.modeling.cached_multi_head_attention.CachedMultiHeadAttention",
        lambda side: (side.normal(2, 4, 6), side.normal(2, 4, 6)),
        {"num_heads": 2, "key_dim": 3},
    ),
    (
        "layers.modeling.transformer_decoder.TransformerDecoder",
        _tensor(2, 4, 6),
        {"intermediate_dim": 8, "num_heads": 2},
    ),
    (
        "layers.modeling.anchor_generator.AnchorGenerator",
        _tensor(2, 32, 32, 3),
        {
            "bounding_box_format": "xyxy",
            "min_level": 3,
            "max_level": 4,
            "num_scales": 2,
            "aspect_ratios": [0.5, 1.0],
            "anchor_size": 4.0,
        },
    ),
    ("models.gemma.rms_normalization.RMSNormalization", _tensor(2, 4, 6), {}),
    ("models.gemma3.gemma3_layers.RMSNormalization", _tensor(2, 4, 6), {}),
    (
        "models.gemma3.gemma3_layers.Gemma3MeanPooling",
        lambda side: (side.normal(2, 4, 6), side.mask(2, 4)),
        {},
    ),
    ("models.gemma3n.rms_normalization.Gemma3nRMSNorm", _tensor(2, 4, 6), {"dim": 6}),
    ("models.t5.t5_layer_norm.T5LayerNorm", _tensor(2, 4, 6), {}),
    ("models.phi3.phi3_layernorm.Phi3LayerNorm", _tensor(2, 4, 6), {}),
    ("models.llama.llama_layernorm.LlamaLayerNorm", _tensor(2, 4, 6), {}),
    ("models.mistral.mistral_layer_norm.MistralLayerNormalization", _tensor(2, 4, 6), {}),
    ("models.mixtral.mixtral_layer_norm.MixtralLayerNormalization", _tensor(2, 4, 6), {}),
    ("models.qwen.qwen_layernorm.QwenLayerNorm", _tensor(2, 4, 6), {}),
    ("models.qwen3.qwen3_layernorm.Qwen3LayerNorm", _tensor(2, 4, 6), {}),
    ("models.qwen_moe.qwen_moe_layernorm.QwenMoeLayerNorm", _tensor(2, 4, 6), {}),
    ("models.qwen3_moe.qwen3_moe_layernorm.Qwen3MoeLayerNorm", _tensor(2, 4, 6), {}),
    ("models.edrec.edrec_layers.EdRecRMSNormalization", _tensor(2, 4, 6), {}),
    ("models.roformer_v2.roformer_v2_attention.RoformerNorm", _tensor(2, 4, 6), {}),
    (
        "models.dinov2.dinov2_layers.DINOV2Layer",
        _tensor(2, 5, 8),
        {"hidden_dim": 8, "num_heads": 2, "intermediate_dim": 12},
    ),
    ("models.dinov2.dinov2_layers.DINOV2LayerScale", _tensor(2, 5, 8), {"hidden_dim": 8}),
    ("models.dinov2.dinov2_layers.DINOV2DropPath", _tensor(2, 5, 8), {"rate": 0.5}),
    ("models.dinov2.dinov2_layers.DINOV2SwiGLUFFN", _tensor(2, 5, 8), {"hidden_dim": 8, "intermediate_dim": 12}),
    (
        "models.dinov2.dinov2_layers.DINOV2PatchEmbedding",
        _tensor(2, 8, 8, 3),
        {"hidden_dim": 6, "patch_size": 4, "data_format": "channels_last"},
    ),
    (
        "models.clip.clip_layers.CLIPEncoderLayer",
        _tensor(2, 5, 8),
        {"hidden_dim": 8, "num_heads": 2, "intermediate_dim": 12},
    ),
    (
        "models.clip.clip_layers.CLIPVisionEmbedding",
        _tensor(2, 8, 8, 3),
        {"hidden_dim": 6, "patch_size": 4, "image_size": 8, "data_format": "channels_last"},
    ),
    (
        "models.clip.clip_layers.CLIPTextPooler",
        lambda side: (side.normal(2, 5, 8), side.integers(2, 5, high=9)),
        {},
    ),
    ("models.clip.clip_layers.CLIPHead", lambda side: (side.normal(2, 6), side.normal(3, 6)), {}),
    (
        "models.siglip.siglip_layers.SigLIPEncoderLayer",
        _tensor(2, 5, 8),
        {"hidden_dim": 8, "num_heads": 2, "intermediate_dim": 12},
    ),
    (
        "models.siglip.siglip_layers.SigLIPTextEmbedding",
        lambda side: (side.integers(2, 5, high=9),),
        {"vocabulary_size": 9, "sequence_length": 5, "embedding_dim": 6},
    ),
    (
        "models.esm.esm_attention.EsmSelfAttention",
        # All tokens: keras_hub transposes a mask with keras on PyTorch only.
        lambda side: (side.normal(2, 5, 8), side.mask(2, 5, share=1.1)),
        {"heads": 2, "head_size": 4},
    ),
    (
        "models.vae.vae_layers.Conv2DMultiHeadAttention",
        _tensor(2, 4, 4, 8),
        {"filters": 8, "groups": 4, "data_format": "channels_last"},
    ),
    ("models.vae.vae_layers.DiagonalGaussianDistributionSampler", _tensor(2, 4, 4, 8), {"method": "sample"}),
    (
        "models.stable_diffusion_3.mmdit.AdaptiveLayerNormalization",
        lambda side: (side.normal(2, 5, 8), side.normal(2, 8)),
        {"hidden_dim": 8, "num_modulations": 6},
    ),
    (
        "models.stable_diffusion_3.mmdit.MMDiTBlock",
        lambda side: (side.normal(2, 5, 8), side.normal(2, 3, 8), side.normal(2, 8)),
        {"num_heads": 2, "hidden_dim": 8},
    ),
    (
        "models.stable_diffusion_3.mmdit.PatchEmbedding",
        _tensor(2, 4, 4, 3),
        {"patch_size": 2, "hidden_dim": 6, "data_format": "channels_last"},
    ),
    (
        "models.stable_diffusion_3.stable_diffusion_3_backbone.TimestepBroadcastTo",
        lambda side: (side.normal(2, 4, 4, 3), side.tensor(3.0)),
        {},
    ),
    (
        "models.stable_diffusion_3.stable_diffusion_3_backbone.ClassifierFreeGuidance",
        lambda side: (side.normal(4, 4, 3), side.tensor(2.0)),
        {},
    ),
    (
        "models.stable_diffusion_3.stable_diffusion_3_backbone.EulerStep",
        lambda side: (side.normal(2, 4), side.normal(2, 4), side.tensor(0.5), side.tensor(0.3)),
        {},
    ),
    (
        "models.swin_transformer.swin_transformer_layers.WindowAttention",
        _tensor(2, 4, 8),
        {"dim": 8, "num_heads": 2, "window_size": 2},
    ),
    (
        "models.swin_transformer.swin_transformer_layers.SwinTransformerBlock",
        _tensor(2, 16, 8),
        {"dim": 8, "input_resolution": (4, 4), "num_heads": 2, "window_size": 2, "shift_size": 1},
    ),
    (
        "models.swin_transformer.swin_transformer_layers.PatchMerging",
        lambda side: (side.normal(2, 16, 8), {"H": 4, "W": 4}),
        {"dim": 8},
    ),
    (
        "models.qwen_moe.qwen_moe_decoder.QwenSparseMoeBlock",
        _tensor(2, 5, 8),
        {
            "hidden_dim": 8,
            "moe_intermediate_dim": 6,
            "shared_expert_intermediate_dim": 4,
            "num_experts": 4,
            "top_k": 2,
            "norm_top_k_prob": True,
        },
    ),
    (
        "models.qwen3_moe.qwen3_moe_decoder.Qwen3SparseMoeBlock",
        _tensor(2, 5, 8),
        {"hidden_dim": 8, "moe_intermediate_dim": 6, "num_experts": 4, "top_k": 2, "norm_top_k_prob": True},
    ),
    ("models.rwkv7.rwkv7_layer.RWKV7ChannelMix", _tensor(2, 5, 8), {"dim_ffn": 12}),
]


def scheduler(side: Side) -> Any:
    """The noise scheduler of Stable Diffusion 3."""
    module = importlib.import_module("keras_hub.src.models.stable_diffusion_3.flow_match_euler_discrete_scheduler")
    layer = module.FlowMatchEulerDiscreteScheduler()
    return layer(side.tensor(2), num_steps=5)


def vector_quantizer(side: Side) -> Any:
    """A residual vector quantizer."""
    module = importlib.import_module("keras_hub.src.models.rqvae.rqvae_layers")
    layer = module.ResidualVectorQuantizer([module.VectorQuantizerEMA(6, 4), module.VectorQuantizerEMA(6, 4)])
    return side.call(layer, side.normal(5, 4))


def siglip_loss(side: Side) -> Any:
    """The sigmoid loss of pairs of images and texts."""
    loss = importlib.import_module("keras_hub.src.models.siglip.siglip_loss").SigLIPLoss()
    return loss(side.ops.eye(4), side.normal(4, 4))


def add(cases: Cases) -> None:
    """Adds the cases."""
    for path, inputs, arguments in _LAYERS:
        cases.add(path, _layer(path, inputs, arguments))
    for run in (scheduler, vector_quantizer, siglip_loss):
        cases(run)
