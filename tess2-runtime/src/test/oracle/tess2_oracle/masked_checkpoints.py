"""Small random checkpoints of masked diffusion models, in the layouts used on the hub.

``llada``: config fields and tensor names of LLaDA-8B, ``tokenizer.json``. ``dream``: those of Dream-7B, ``vocab.json``
and ``merges.txt``. Each is computed with transformers' own Llama or Qwen2, without the causal mask.
"""

import json
import math
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors import safe_open
from safetensors.torch import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from transformers import LlamaConfig, LlamaModel, PreTrainedTokenizerFast, Qwen2Config, Qwen2Model, Qwen2Tokenizer

from .forward import run_backbone
from .tokenizer import SENTENCES

BASE = 290
ROWS = 304
HIDDEN, INNER, LAYERS, HEADS, KV_HEADS = 24, 32, 2, 4, 2

QWEN2_PIECES = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

# Written for these tests; for a chat without tools they give the same text as the published templates.
LLADA_TEMPLATE = (
    "{% for message in messages %}"
    "{% set turn = '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim"
    " + '<|eot_id|>' %}"
    "{% if loop.first %}{% set turn = bos_token + turn %}{% endif %}{{ turn }}{% endfor %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}"
)
DREAM_TEMPLATE = """\
{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant") %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

LLADA_SPECIALS = ["<|startoftext|>", "<|endoftext|>", "<|mdm_mask|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
DREAM_SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|beginoftext|>", "<|mask|>"]


def core_tokenizer(qwen2: bool) -> Tokenizer:
    core = Tokenizer(models.BPE())
    if qwen2:
        core.normalizer = normalizers.NFC()
        core.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(QWEN2_PIECES), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
    else:
        core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=BASE, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    core.train_from_iterator(SENTENCES, trainer)
    return core


def write_llada_tokenizer(folder: Path) -> None:
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=core_tokenizer(False),
        bos_token="<|startoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        clean_up_tokenization_spaces=False,
        model_max_length=64,
    )
    tokenizer.add_tokens([AddedToken(token, special=True, normalized=False) for token in LLADA_SPECIALS])
    tokenizer.chat_template = LLADA_TEMPLATE
    tokenizer.save_pretrained(folder, save_jinja_files=False)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config.update(add_bos_token=False, add_eos_token=False)
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def write_dream_tokenizer(folder: Path) -> None:
    """vocab.json, merges.txt, added_tokens.json, special_tokens_map.json, tokenizer_config.json: no tokenizer.json."""
    core = core_tokenizer(True)
    core.model.save(str(folder))
    tokenizer = Qwen2Tokenizer(
        folder / "vocab.json",
        folder / "merges.txt",
        bos_token="<|beginoftext|>",
        eos_token="<|endoftext|>",
        pad_token="<|endoftext|>",
        unk_token="<|endoftext|>",
        mask_token="<|mask|>",
        model_max_length=64,
    )
    tokenizer.add_tokens([AddedToken(token, special=True, normalized=False) for token in DREAM_SPECIALS])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]}, False)
    tokenizer.chat_template = DREAM_TEMPLATE
    tokenizer.save_pretrained(folder, save_jinja_files=False)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    config["tokenizer_class"] = "DreamTokenizer"
    config["auto_map"] = {"AutoTokenizer": ["tokenization_dream.DreamTokenizer", None]}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")


def llada_config(tied: bool, biased: bool, mask: int, end: int) -> dict:
    return {
        "activation_type": "silu",
        "alibi": False,
        "architectures": ["LLaDAModelLM"],
        "attention_layer_norm": False,
        "bias_for_layer_norm": False,
        "block_group_size": 1,
        "block_type": "llama",
        "d_model": HIDDEN,
        "embedding_size": ROWS,
        "eos_token_id": end,
        "include_bias": False,
        "include_qkv_bias": biased,
        "input_emb_norm": False,
        "layer_norm_type": "rms",
        "layer_norm_with_affine": True,
        "mask_token_id": mask,
        "max_sequence_length": 64,
        "mlp_hidden_size": INNER,
        "mlp_ratio": 4,
        "model_type": "llada",
        "multi_query_attention": None,
        "n_heads": HEADS,
        "n_kv_heads": KV_HEADS,
        "n_layers": LAYERS,
        "pad_token_id": end,
        "precision": "amp_bf16",
        "rms_norm_eps": 1e-05,
        "rope": True,
        "rope_full_precision": True,
        "rope_theta": 500000.0,
        "scale_logits": False,
        "use_cache": False,
        "vocab_size": ROWS - 2,
        "weight_tying": tied,
    }


def dream_config(tied: bool, mask: int, end: int, bos: int) -> dict:
    return {
        "architectures": ["DreamModel"],
        "attention_dropout": 0.0,
        "bos_token_id": bos,
        "eos_token_id": end,
        "hidden_act": "silu",
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "mask_token_id": mask,
        "max_position_embeddings": 64,
        "max_window_layers": LAYERS,
        "model_type": "Dream",
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "num_key_value_heads": KV_HEADS,
        "pad_token_id": end,
        "rms_norm_eps": 1e-06,
        "rope_scaling": None,
        "rope_theta": 1000000.0,
        "sliding_window": None,
        "tie_word_embeddings": tied,
        "torch_dtype": "bfloat16",
        "use_cache": False,
        "use_sliding_window": False,
        "vocab_size": ROWS,
    }


def canonical_weights(seed: int, tied: bool, biased: bool) -> dict[str, torch.Tensor]:
    """bf16 weights under transformers' own names, scaled so that logits have a standard deviation of about 2.5."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape, std):
        return (torch.randn(*shape, generator=generator) * std).bfloat16()

    queries = HIDDEN
    keys = HIDDEN // HEADS * KV_HEADS
    logit_std = 2.5 / math.sqrt(HIDDEN)
    weights = {"embed_tokens.weight": normal(ROWS, HIDDEN, std=logit_std)}
    for i in range(LAYERS):
        layer = f"layers.{i}."
        for norm in ("input_layernorm", "post_attention_layernorm"):
            weights[layer + norm + ".weight"] = (1 + normal(HIDDEN, std=0.1).float()).bfloat16()
        for name, rows, columns, gain in [
            ("self_attn.q_proj", queries, HIDDEN, 1.5),
            ("self_attn.k_proj", keys, HIDDEN, 1.5),
            ("self_attn.v_proj", keys, HIDDEN, 1.0),
            ("self_attn.o_proj", HIDDEN, queries, 1.0),
            ("mlp.gate_proj", INNER, HIDDEN, 1.0),
            ("mlp.up_proj", INNER, HIDDEN, 1.0),
            ("mlp.down_proj", HIDDEN, INNER, 1.0),
        ]:
            weights[layer + name + ".weight"] = normal(rows, columns, std=gain / math.sqrt(columns))
            if biased and name[-6] in "qkv":
                weights[layer + name + ".bias"] = normal(rows, std=0.7)
    weights["norm.weight"] = (1 + normal(HIDDEN, std=0.1).float()).bfloat16()
    if not tied:
        weights["lm_head.weight"] = normal(ROWS, HIDDEN, std=logit_std)
    return weights


LLADA_NAMES = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "q_proj",
    "self_attn.k_proj": "k_proj",
    "self_attn.v_proj": "v_proj",
    "self_attn.o_proj": "attn_out",
    "post_attention_layernorm": "ff_norm",
    "mlp.gate_proj": "ff_proj",
    "mlp.up_proj": "up_proj",
    "mlp.down_proj": "ff_out",
}


def llada_name(name: str) -> str:
    module, kind = name.rsplit(".", 1)
    if module.startswith("layers."):
        _, number, rest = module.split(".", 2)
        return f"model.transformer.blocks.{number}.{LLADA_NAMES[rest]}.{kind}"
    outer = {"embed_tokens": "wte", "norm": "ln_f", "lm_head": "ff_out"}
    return f"model.transformer.{outer[module]}.{kind}"


def dream_name(name: str) -> str:
    return name if name.startswith("lm_head") else "model." + name


RECIPES = {
    # name: (family, seed, tied, biased)
    "llada": ("llada", 31, False, False),
    "llada-tied": ("llada", 32, True, True),
    "dream": ("dream", 33, False, True),
    "dream-tied": ("dream", 34, True, True),
}


def write(name: str, root: Path) -> None:
    family, seed, tied, biased = RECIPES[name]
    folder = root / name
    folder.mkdir(parents=True)
    if family == "llada":
        write_llada_tokenizer(folder)
        ids = PreTrainedTokenizerFast.from_pretrained(folder).convert_tokens_to_ids(["<|mdm_mask|>", "<|endoftext|>"])
        config, renamed = llada_config(tied, biased, *ids), llada_name
    else:
        write_dream_tokenizer(folder)
        ids = Qwen2Tokenizer.from_pretrained(folder).convert_tokens_to_ids(
            ["<|mask|>", "<|endoftext|>", "<|beginoftext|>"]
        )
        config, renamed = dream_config(tied, *ids), dream_name
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    weights = {renamed(key): value for key, value in canonical_weights(seed, tied, biased).items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)


class Model:
    """A checkpoint read back from its files; ``logits`` are as in the family's own loop."""

    def __init__(self, folder: Path):
        config = json.loads((folder / "config.json").read_text())
        self.llada = config["model_type"] == "llada"
        self.mask_id = config["mask_token_id"]
        names = llada_name if self.llada else dream_name
        with safe_open(folder / "model.safetensors", framework="pt") as reader:
            stored = {key: reader.get_tensor(key).float() for key in reader.keys()}
        if self.llada:
            shape = LlamaConfig(
                vocab_size=config["embedding_size"],
                hidden_size=config["d_model"],
                intermediate_size=config["mlp_hidden_size"],
                num_hidden_layers=config["n_layers"],
                num_attention_heads=config["n_heads"],
                num_key_value_heads=config["n_kv_heads"],
                rms_norm_eps=config["rms_norm_eps"],
                rope_theta=config["rope_theta"],
                max_position_embeddings=config["max_sequence_length"],
            )
            # If transformers' Llama has biases on q, k and v, it also has one on the output projection: zero here.
            shape.attention_bias = config["include_qkv_bias"]
            self.backbone = LlamaModel._from_config(shape, attn_implementation="eager").eval()
        else:
            shape = Qwen2Config(**{k: v for k, v in config.items() if k not in ("model_type", "architectures", "torch_dtype")})
            self.backbone = Qwen2Model._from_config(shape, attn_implementation="eager").eval()
        state = {}
        for key in self.backbone.state_dict():
            if key.endswith("o_proj.bias"):
                state[key] = torch.zeros(HIDDEN)
            else:
                state[key] = stored.pop(names(key))
        self.backbone.load_state_dict(state, strict=True)
        head = stored.pop(names("lm_head.weight"), None)
        self.head = self.backbone.embed_tokens.weight if head is None else head
        assert not stored, f"left over: {sorted(stored)}"

    @torch.no_grad()
    def logits(self, ids: torch.Tensor) -> torch.Tensor:
        """[L] -> [L,V]; Dream's are shifted by one, and its first position keeps its own."""
        _, final = run_backbone(self.backbone, F.embedding(ids[None], self.backbone.embed_tokens.weight), causal=False)
        logits = F.linear(final, self.head)[0]
        return logits if self.llada else torch.cat([logits[:1], logits[:-1]])
