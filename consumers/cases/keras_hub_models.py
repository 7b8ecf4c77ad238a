"""Cases of small language models of keras_hub: the logits of a prompt, and a text that is generated step by step."""

from __future__ import annotations

import importlib
from typing import Any

from consumers.side import Cases, Run, Side

_SIZES = {"vocabulary_size": 11, "num_layers": 1, "hidden_dim": 8, "intermediate_dim": 12}
_HEADS = {"num_heads": 2}
_GROUPED = {"num_query_heads": 2, "num_key_value_heads": 1}
_MODELS: dict[str, tuple[str, dict[str, Any]]] = {
    "gpt2": ("GPT2", {**_SIZES, **_HEADS, "max_sequence_length": 6}),
    "opt": ("OPT", {**_SIZES, **_HEADS, "max_sequence_length": 6}),
    "bloom": ("Bloom", {**_SIZES, **_HEADS}),
    "gpt_neo_x": ("GPTNeoX", {**_SIZES, **_HEADS, "max_sequence_length": 6, "rotary_percentage": 0.5}),
    "falcon": ("Falcon", {**_SIZES, "num_attention_heads": 2}),
    "llama": ("Llama", {**_SIZES, **_GROUPED}),
    "mistral": ("Mistral", {**_SIZES, **_GROUPED, "sliding_window": 3}),
    "mixtral": ("Mixtral", {**_SIZES, **_GROUPED, "num_experts": 3}),
    "phi3": ("Phi3", {**_SIZES, **_GROUPED}),
    "gemma": ("Gemma", {**_SIZES, **_GROUPED, "head_dim": 4, "attention_logit_soft_cap": 30.0}),
    "qwen": ("Qwen", {**_SIZES, **_GROUPED}),
    "qwen3": ("Qwen3", {**_SIZES, **_GROUPED, "head_dim": 4}),
    "qwen_moe": (
        "QwenMoe",
        {
            **_SIZES,
            **_GROUPED,
            "moe_intermediate_dim": 6,
            "shared_expert_intermediate_dim": 4,
            "num_experts": 3,
            "top_k": 2,
        },
    ),
    "qwen3_moe": (
        "Qwen3Moe",
        {**_SIZES, **_GROUPED, "moe_intermediate_dim": 6, "num_experts": 3, "top_k": 2, "head_dim": 4},
    ),
    "smollm3": (
        "SmolLM3",
        {
            **_SIZES,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "attention_bias": False,
            "attention_dropout": 0.0,
            "rope_layer_enabled_list": [True],
            "layer_types": ["attention"],
            "mlp_bias": False,
            "layer_norm_epsilon": 1e-6,
            "max_position_embeddings": 16,
            "rope_theta": 1000.0,
            "partial_rotary_factor": 1.0,
        },
    ),
}


def _model(folder: str, name: str, arguments: dict[str, Any]) -> Run:
    def run(side: Side) -> Any:
        models = importlib.import_module("keras_hub.models")
        backbone = getattr(models, f"{name}Backbone")(**arguments)
        side.fill(backbone)
        model = getattr(models, f"{name}CausalLM")(backbone=backbone, preprocessor=None)
        model.compile(sampler="greedy", jit_compile=False)
        prompt = {
            "token_ids": side.tensor([[1, 2, 3, 0, 0, 0], [4, 5, 0, 0, 0, 0]], "int32"),
            "padding_mask": side.tensor([[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0]], "int32"),
        }
        return [model(prompt)[:, :2], model.generate_step(prompt)]

    return run


def add(cases: Cases) -> None:
    """Adds the cases."""
    for folder, (name, arguments) in _MODELS.items():
        cases.add(folder, _model(folder, name, arguments))
