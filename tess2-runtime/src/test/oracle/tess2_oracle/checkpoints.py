"""Small random checkpoints in the Hugging Face layout, written and read back."""

import copy
import json
import math
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModel, LlamaConfig, MistralConfig, MistralForSequenceClassification
from transformers.utils import logging as transformers_logging

from . import tokenizer as small_tokenizer

transformers_logging.set_verbosity_error()

# The diffusion fields of config.json. The first are those of the published configuration class; the
# others were published as command-line flags, and are written here under the flags' names.
DIFFUSION_FIELDS = {
    "self_condition": "logits_mean",
    "self_condition_mix_before_weights": True,
    "self_condition_mix_logits_before_weights": False,
    "self_condition_zeros_after_softmax": False,
    "self_condition_mlp_projection": False,
    "deepmind_conditional": False,
    "classifier_free_simplex_inputs": False,
    "classifier_free_uncond_input": "empty_token",
    "empty_token_be_mask": False,
    "is_causal": False,
    "mask_padding_in_loss": False,
    "padding_side": "right",
    "disable_timestep_embed": False,
    "simplex_value": 5.0,
    "num_diffusion_steps": 5000,
    "num_inference_diffusion_steps": 100,
    "beta_schedule": "squaredcos_improved_ddpm",
    "sampling_type": "top_p",
    "top_p": 0.99,
    "temperature": 1.0,
}

COMMON = dict(
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    bos_token_id=small_tokenizer.BOS,
    eos_token_id=small_tokenizer.EOS,
    pad_token_id=small_tokenizer.PAD,
    use_cache=False,
)
VOCABULARY = small_tokenizer.BASE_VOCABULARY + 1


def random_weights(config, seed: int, kind: str) -> dict[str, torch.Tensor]:
    """fp32 weights scaled so that logits have a standard deviation of about 2.5.

    kind: "diffusion", "cdcd" or "reward". The timestep embedding is as large as a token's, so that
    tests notice if it is left out, scaled or at the wrong positions.
    """
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape, std):
        return torch.randn(*shape, generator=generator) * std

    H, I, V = config.hidden_size, config.intermediate_size, config.vocab_size
    head_dim = getattr(config, "head_dim", None) or H // config.num_attention_heads
    Q, KV = config.num_attention_heads * head_dim, config.num_key_value_heads * head_dim
    logit_std = 2.5 / math.sqrt(H)
    weights = {"model.embed_tokens.weight": normal(V, H, std=logit_std)}
    for i in range(config.num_hidden_layers):
        layer = f"model.layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[layer + norm + ".weight"] = 1 + normal(H, std=0.1)
        shapes = {
            "self_attn.q_proj": (Q, H, 1.5),
            "self_attn.k_proj": (KV, H, 1.5),
            "self_attn.v_proj": (KV, H, 1.0),
            "self_attn.o_proj": (H, Q, 1.0),
            "mlp.gate_proj": (I, H, 1.0),
            "mlp.up_proj": (I, H, 1.0),
            "mlp.down_proj": (H, I, 1.0),
        }
        for name, (rows, columns, gain) in shapes.items():
            weights[layer + name + ".weight"] = normal(rows, columns, std=gain / math.sqrt(columns))
    weights["model.norm.weight"] = 1 + normal(H, std=0.1)
    if kind == "reward":
        weights["score.weight"] = normal(1, H, std=0.5)
        return weights
    if not config.tie_word_embeddings:
        weights["lm_head.weight"] = normal(V, H, std=logit_std)
    weights["timestep_embed.weight"] = normal(H, 1, std=logit_std)
    if kind == "cdcd":
        bins = 100
        centre = -math.log(bins)
        weights["cdf.l_t"] = centre + normal(bins, std=0.7)
        weights["cdf.l_u"] = centre + normal(bins, std=0.7)
    return weights


@dataclass(frozen=True)
class Recipe:
    """How one checkpoint folder is made."""

    name: str
    config: object
    seed: int
    kind: str = "diffusion"
    dtype: torch.dtype = torch.float32
    shards: int = 1
    fields: dict | None = None
    legacy_rope_type: bool = False


def recipes() -> list[Recipe]:
    mistral = dict(COMMON, vocab_size=VOCABULARY, head_dim=8, rope_theta=10000.0, rms_norm_eps=1e-5)
    llama = dict(COMMON, rms_norm_eps=1e-6, attention_bias=False, mlp_bias=False)
    llama3_scaling = {
        "rope_type": "llama3",
        "factor": 8.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 32,
    }
    return [
        Recipe(
            "mistral",
            MistralConfig(**mistral, sliding_window=None, tie_word_embeddings=False),
            seed=11,
            fields=DIFFUSION_FIELDS,
        ),
        Recipe(
            "llama",
            LlamaConfig(
                **llama,
                vocab_size=VOCABULARY + 3,  # rows beyond the tokenizer's
                head_dim=12,  # not hidden_size / num_attention_heads
                rope_theta=1000.0,
                rope_scaling=llama3_scaling,
                tie_word_embeddings=True,
            ),
            seed=12,
            dtype=torch.bfloat16,
            shards=2,
        ),
        Recipe(
            "llama-linear",
            LlamaConfig(
                **llama,
                vocab_size=VOCABULARY,
                rope_theta=10000.0,
                rope_scaling={"rope_type": "linear", "factor": 2.5},
                tie_word_embeddings=False,
            ),
            seed=13,
            dtype=torch.float16,
            fields=DIFFUSION_FIELDS,
            legacy_rope_type=True,
        ),
        Recipe(
            "mistral-window",
            MistralConfig(**mistral, sliding_window=6, tie_word_embeddings=False),
            seed=14,
            dtype=torch.bfloat16,
            fields=DIFFUSION_FIELDS,
        ),
        Recipe(
            "cdcd",
            MistralConfig(**mistral, sliding_window=None, tie_word_embeddings=False),
            seed=15,
            kind="cdcd",
            dtype=torch.bfloat16,
            fields=dict(DIFFUSION_FIELDS, n_bins=100),
        ),
        Recipe(
            "reward",
            MistralConfig(**mistral, sliding_window=None, tie_word_embeddings=False, num_labels=1),
            seed=16,
            kind="reward",
            dtype=torch.bfloat16,
        ),
    ]


ARCHITECTURES = {
    ("mistral", "diffusion"): "MistralForDiffusionLM",
    ("llama", "diffusion"): "LlamaForDiffusionLM",
    ("mistral", "cdcd"): "CDCDMistralForDiffusionLM",
    ("mistral", "reward"): "MistralForSequenceClassification",
}


def write(recipe: Recipe, root: Path, tokenizer) -> None:
    """Writes one checkpoint folder."""
    folder = root / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    config = json.loads(recipe.config.to_json_string(use_diff=True))
    config["architectures"] = [ARCHITECTURES[config["model_type"], recipe.kind]]
    config["torch_dtype"] = str(recipe.dtype).removeprefix("torch.")
    config.pop("dtype", None)
    config.update(recipe.fields or {})
    if recipe.kind == "reward":
        config["id2label"], config["label2id"] = {"0": "LABEL_0"}, {"LABEL_0": 0}
    if recipe.legacy_rope_type:  # older Llama files say "type", not "rope_type"
        config["rope_scaling"] = {"type": "linear", "factor": 2.5}
    (folder / "config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    tokenizer.save_pretrained(folder)
    weights = {k: v.to(recipe.dtype) for k, v in random_weights(recipe.config, recipe.seed, recipe.kind).items()}
    write_weights(folder, weights, recipe.shards)


def write_weights(folder: Path, weights: dict[str, torch.Tensor], shards: int) -> None:
    """One model.safetensors, or shards with an index, as ``save_pretrained`` lays them out."""
    if shards == 1:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
        return
    names = list(weights)
    per_shard = -(-len(names) // shards)
    weight_map = {}
    for shard in range(shards):
        file = f"model-{shard + 1:05d}-of-{shards:05d}.safetensors"
        part = {name: weights[name] for name in names[shard * per_shard : (shard + 1) * per_shard]}
        save_file(part, folder / file, metadata={"format": "pt"})
        weight_map.update({name: file for name in part})
    size = sum(v.numel() * v.element_size() for v in weights.values())
    index = {"metadata": {"total_size": size}, "weight_map": dict(sorted(weight_map.items()))}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


@dataclass
class Checkpoint:
    """A diffusion checkpoint for the oracle: everything in fp32."""

    config: object
    backbone: torch.nn.Module
    timestep_embed: torch.Tensor  # [H, 1]
    untied_head: torch.Tensor | None  # [V, H], None when the head is the embedding
    l_t: torch.Tensor | None = None  # [100], CDCD only
    l_u: torch.Tensor | None = None
    is_causal: bool = False

    @property
    def embedding(self) -> torch.Tensor:
        """E, [V, H]."""
        return self.backbone.embed_tokens.weight

    @property
    def lm_head(self) -> torch.Tensor:
        return self.embedding if self.untied_head is None else self.untied_head


def tensors_of(folder: Path) -> dict[str, torch.Tensor]:
    """All tensors of a folder's safetensors files, in fp32."""
    found = {}
    for file in sorted(folder.glob("model*.safetensors")):
        with safe_open(file, framework="pt") as reader:
            found.update({name: reader.get_tensor(name).float() for name in reader.keys()})
    return found


def load(folder: Path, attention: str = "eager") -> Checkpoint:
    """Reads a folder with transformers' own loader (backbone) and safetensors (the rest)."""
    backbone = AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation=attention).eval()
    rest = tensors_of(folder)
    return Checkpoint(
        config=AutoConfig.from_pretrained(folder),
        backbone=backbone,
        timestep_embed=rest["timestep_embed.weight"],
        untied_head=rest.get("lm_head.weight"),
        l_t=rest.get("cdf.l_t"),
        l_u=rest.get("cdf.l_u"),
    )


def rounded_to_bf16(weights: Checkpoint) -> Checkpoint | None:
    """The same checkpoint with every weight rounded to bf16, still computed in fp32.

    None if all weights are bf16 already. Computations in bf16 are compared with this one, so that
    the tolerance covers only the computation.
    """
    rounded = copy.deepcopy(weights)
    with torch.no_grad():
        before = [*rounded.backbone.parameters(), rounded.timestep_embed]
        before += [] if rounded.untied_head is None else [rounded.untied_head]
        changed = False
        for weight in before:
            nearest = weight.bfloat16().float()
            changed |= not torch.equal(weight, nearest)
            weight.copy_(nearest)
    return rounded if changed else None


def load_reward(folder: Path) -> MistralForSequenceClassification:
    """The reward model, the real transformers class, fp32."""
    return MistralForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager"
    ).eval()
