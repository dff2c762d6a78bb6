"""Makes the expected values for LoraTest: adapters saved by PEFT and the results of PEFT's own merge.

    pip install peft==0.21.2        in addition to requirements.txt
    python make_lora_goldens.py     writes ../resources/lora

base/ is a tiny diffusion model. Every other folder has the tensors that PEFT wrote, each in another layout, and
merged.safetensors: the tensors after merge_and_unload() of the same PEFT model, computed in fp32. A merge that adds
in a different order differs by less than 1e-6 of the largest weight.
"""

import json
import shutil
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file
from torch import nn
from transformers import MistralConfig, MistralForCausalLM, MistralForSequenceClassification

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "lora"
SHAPE = dict(
    vocab_size=300,
    hidden_size=8,
    intermediate_size=12,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
    head_dim=4,
    max_position_embeddings=64,
    sliding_window=None,
)


class MistralForDiffusionLM(MistralForCausalLM):
    """Like the published class: the language model and a timestep embedding."""

    def __init__(self, config):
        super().__init__(config)
        self.timestep_embed = nn.Linear(1, config.hidden_size, bias=False)


class RewardModel(MistralForSequenceClassification):
    pass


def randomize(model, seed: int, names=lambda name: True) -> None:
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            if names(name):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.3)


def diffusion_model():
    model = MistralForDiffusionLM(MistralConfig(**SHAPE))
    randomize(model, 1)
    return model.eval()


def write(tensors: dict, path: Path) -> None:
    save_file({name: t.detach().clone().contiguous() for name, t in tensors.items()}, path, {"format": "pt"})


def write_config(folder: Path, **changes) -> None:
    fields = dict(
        SHAPE,
        architectures=["MistralForDiffusionLM"],
        model_type="mistral",
        hidden_act="silu",
        rms_norm_eps=1e-6,
        rope_theta=10000.0,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=2,
    )
    (folder / "config.json").write_text(json.dumps(dict(fields, **changes), indent=1) + "\n")


def settle(folder: Path, base: str) -> None:
    """Removes the local path and the page for the hub that PEFT writes."""
    (folder / "README.md").unlink(missing_ok=True)
    file = folder / "adapter_config.json"
    config = json.loads(file.read_text())
    config["base_model_name_or_path"] = base
    # PEFT writes sets in any order.
    for field in ("target_modules", "modules_to_save"):
        if isinstance(config.get(field), list):
            config[field] = sorted(config[field])
    file.write_text(json.dumps(config, indent=1, sort_keys=True) + "\n")


def fresh(name: str) -> Path:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def is_trained(name: str) -> bool:
    return "lora_" in name or "modules_to_save" in name


def adapted(config: LoraConfig, seed: int, model=None) -> PeftModel:
    model = get_peft_model(model or diffusion_model(), config)
    randomize(model, seed, is_trained)
    return model.eval()


def make_base() -> None:
    folder = fresh("base")
    write_config(folder)
    write(diffusion_model().state_dict(), folder / "model.safetensors")


def make_adapter() -> None:
    """A separate adapter of the simplest kind."""
    folder = fresh("adapter")
    model = adapted(LoraConfig(r=2, lora_alpha=6, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM"), 2)
    model.save_pretrained(folder)
    settle(folder, "../base")
    write(model.merge_and_unload().state_dict(), folder / "merged.safetensors")


def make_patterns() -> None:
    """Every setting that changes the scale; the embedding; a fully trained head and timestep embedding."""
    folder = fresh("patterns")
    config = LoraConfig(
        r=4,
        lora_alpha=6,
        use_rslora=True,
        target_modules=["q_proj", "down_proj", "embed_tokens"],
        modules_to_save=["lm_head", "timestep_embed"],
        rank_pattern={"layers.0.self_attn.q_proj": 3, r"^model\.layers\.\d+\.mlp.down_proj": 2},
        alpha_pattern={"^model.layers.1.mlp.down_proj$": 5, "embed_tokens": 1, "proj": 9},
        fan_in_fan_out=True,
        task_type="CAUSAL_LM",
    )
    model = adapted(config, 3)
    model.save_pretrained(folder, save_embedding_layers=False)
    settle(folder, "../base")
    # PEFT corrects this with a warning; a file without that correction has true.
    file = folder / "adapter_config.json"
    file.write_text(file.read_text().replace('"fan_in_fan_out": false', '"fan_in_fan_out": true'))
    write(model.merge_and_unload().state_dict(), folder / "merged.safetensors")


def make_wrapped() -> None:
    """A full model saved in bf16 with its modules still wrapped."""
    folder = fresh("wrapped")
    config = LoraConfig(
        r=2, lora_alpha=8, target_modules=["k_proj", "o_proj", "up_proj", "embed_tokens"], modules_to_save=["lm_head"]
    )
    model = adapted(config, 4)
    stored = {name: tensor.to(torch.bfloat16) for name, tensor in model.state_dict().items()}
    model.save_pretrained(folder)
    (folder / "adapter_model.safetensors").unlink()
    settle(folder, "gone")
    write_config(folder)
    write(stored, folder / "model.safetensors")
    model.load_state_dict({name: tensor.float() for name, tensor in stored.items()})
    write(model.merge_and_unload().state_dict(), folder / "merged.safetensors")


def make_reward() -> None:
    """A reward model as an adapter of a language model, whose head is replaced by a score."""
    folder = fresh("reward")
    model = RewardModel(MistralConfig(**SHAPE, num_labels=1))
    base = {n: t for n, t in diffusion_model().state_dict().items() if n.startswith("model.")}
    model.load_state_dict(base, strict=False)
    model = adapted(LoraConfig(r=2, lora_alpha=2, target_modules=["gate_proj"], task_type="SEQ_CLS"), 5, model)
    model.save_pretrained(folder)
    settle(folder, "../base")
    write(model.merge_and_unload().state_dict(), folder / "merged.safetensors")


def main() -> None:
    torch.set_num_threads(1)
    make_base()
    make_adapter()
    make_patterns()
    make_wrapped()
    make_reward()


if __name__ == "__main__":
    main()
