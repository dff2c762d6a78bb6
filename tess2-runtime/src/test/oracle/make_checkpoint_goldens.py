"""Makes what the tests of the package runtime.checkpoint compare with; see README.md beside this file.

    python make_checkpoint_goldens.py      writes ../resources/checkpoint

rope.json: inverse frequencies out of transformers' own rotary embedding, single precision.
types.safetensors, types.json: every element type, written by the safetensors package, and the values
it holds as PyTorch sees them.
"""

import json
import math
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import LlamaConfig, MistralConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
from transformers.models.mistral.modeling_mistral import MistralRotaryEmbedding

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "checkpoint"

SHAPE = dict(
    vocab_size=32,
    hidden_size=512,
    intermediate_size=64,
    num_hidden_layers=1,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=131072,
)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0)


def rope_cases():
    yield "mistral v0.1", MistralConfig(**SHAPE, rope_theta=10000.0)
    yield "mistral v0.3", MistralConfig(**SHAPE, rope_theta=1000000.0)
    yield "odd head width", MistralConfig(**dict(SHAPE, head_dim=12), rope_theta=10000.0)
    yield "linear", LlamaConfig(**SHAPE, rope_theta=10000.0, rope_scaling=dict(rope_type="linear", factor=2.5))
    yield "llama 3.1", LlamaConfig(
        **SHAPE, rope_theta=500000.0, rope_scaling=dict(LLAMA3, original_max_position_embeddings=8192)
    )
    yield "llama 3.2", LlamaConfig(
        **SHAPE, rope_theta=500000.0, rope_scaling=dict(LLAMA3, factor=32.0, original_max_position_embeddings=8192)
    )
    yield "llama 3 beyond its defaults", LlamaConfig(
        **SHAPE,
        rope_theta=20000.0,
        rope_scaling=dict(
            LLAMA3, factor=3.0, low_freq_factor=1.5, high_freq_factor=6.25, original_max_position_embeddings=4096
        ),
    )


def rope() -> list:
    cases = []
    for name, config in rope_cases():
        rotary = (LlamaRotaryEmbedding if config.model_type == "llama" else MistralRotaryEmbedding)(config)
        fields = dict(config.to_dict(), model_type=config.model_type)
        cases.append({"name": name, "config": fields, "inverse_frequencies": rotary.inv_freq.tolist()})
    return cases


def types() -> dict[str, torch.Tensor]:
    """Values at the edges of each type; the halves have subnormals, infinities and a signed zero."""
    edges = [0.0, -0.0, 1.0, -1.5, 3.140625, 65504.0, 2.0**-14, 2.0**-24, -3 * 2.0**-24, math.inf, -math.inf]
    tensors = {
        "f64": torch.tensor([1.0, -math.pi], dtype=torch.float64),
        "f32": torch.tensor([[1.0, -2.5, 3.4e38], [1e-45, -0.0, math.inf]]),
        "f16": torch.tensor(edges, dtype=torch.float16),
        "bf16": torch.tensor(edges, dtype=torch.bfloat16),
        "i64": torch.tensor([2**62, -1]),
        "i32": torch.tensor([7, -8], dtype=torch.int32),
        "i16": torch.tensor([7, -8], dtype=torch.int16),
        "i8": torch.tensor([7, -8], dtype=torch.int8),
        "u8": torch.tensor([0, 255], dtype=torch.uint8),
        "bool": torch.tensor([True, False]),
        "scalar": torch.tensor(4.25),
        "empty": torch.zeros(0, 3),
    }
    return tensors


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "rope.json").write_text(json.dumps(rope(), indent=1, sort_keys=True) + "\n")
    tensors = types()
    save_file(tensors, FOLDER / "types.safetensors", metadata={"format": "pt", "note": "ümläut"})
    # As text: JSON has no infinity, and Java's Double.parseDouble reads these.
    listed = {
        name: {"shape": list(t.shape), "values": [repr(v).replace("inf", "Infinity") for v in t.flatten().tolist()]}
        for name, t in tensors.items()
    }
    (FOLDER / "types.json").write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
