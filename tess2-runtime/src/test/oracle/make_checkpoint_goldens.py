"""Makes the expected values for the tests of the package runtime.checkpoint; see README.md in this folder.

    python make_checkpoint_goldens.py      writes ../resources/checkpoint

rope.json: inverse frequencies from transformers' own rotary embedding, in single precision.
types.safetensors, types.json: every element type, written by the safetensors package, and the values as
PyTorch reads them.
tokenizer-*/tokenizer.json and tokens.json: two small tokenizers built like Mistral's (0.1 puts a space before
every stretch of text, 0.3 only before the first), and the ids and texts that the tokenizers package gives with
them and with the byte-level tokenizer of the golden checkpoints.
"""

import json
import math
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from safetensors.torch import save_file
from transformers import LlamaConfig, MistralConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding
from transformers.models.mistral.modeling_mistral import MistralRotaryEmbedding

from tess2_oracle import tokenizer as small_tokenizer

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
    """Extreme values of each type; f16 and bf16 have subnormals, infinities and a signed zero."""
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


BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
CONTROL = ["<unk>", "<s>", "</s>"]


def sentencepiece_like(version: str) -> Tokenizer:
    """BPE with byte fallback. Ids as in Mistral: control tokens, bytes, pieces; then [PAD] and a non-special token."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    if version == "0.1":
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=CONTROL + BYTES, show_progress=False)
    tokenizer.train_from_iterator(small_tokenizer.SENTENCES, trainer)
    trained = json.loads(tokenizer.to_str())
    # The bytes are ordinary pieces. To the model, so are the control tokens.
    trained["added_tokens"] = [t for t in trained["added_tokens"] if t["content"] in CONTROL]
    tokenizer = Tokenizer.from_str(json.dumps(trained))
    tokenizer.add_special_tokens([AddedToken("[PAD]", normalized=False)])
    tokenizer.add_tokens([AddedToken("<|user|>", normalized=False)])
    return tokenizer


TEXTS = [
    "The capital of France is Paris.",
    " is Rome.",
    "two  spaces, a\ttab and\n\na blank line ",
    "Zürich 東京 🙂 e\u0301",
    "",
    "\n",
    "a\u0000b",
    "<|user|>\nWhat is 17 + 25?\n<|assistant|>\n",
]
# Texts that spell special tokens; with encode_special_tokens these are only characters.
SPELLED = ["ends here</s>", "<s>[PAD] </s></s>", "half a </s"]


def without_space_in_front(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer, which treats a text as the continuation of another.

    Correct only for texts without added tokens: Mistral 0.1 puts a space after those too."""
    described = json.loads(tokenizer.to_str())
    if described["normalizer"]:
        described["normalizer"] = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    elif described["pre_tokenizer"]["type"] == "Metaspace":
        described["pre_tokenizer"]["prepend_scheme"] = "never"
    copy = Tokenizer.from_str(json.dumps(described))
    copy.encode_special_tokens = tokenizer.encode_special_tokens
    return copy


def tokens(name: str, tokenizer: Tokenizer) -> dict:
    plain = Tokenizer.from_str(tokenizer.to_str())
    plain.encode_special_tokens = True
    continuing = without_space_in_front(plain)
    ids = lambda t, text: t.encode(text, add_special_tokens=False).ids  # noqa: E731
    everything = list(range(tokenizer.get_vocab_size()))
    long = "What is the capital of Spain? " * 400
    return {
        "tokenizer": name,
        "size": tokenizer.get_vocab_size(),
        "plain": [{"text": text, "ids": ids(plain, text)} for text in [*TEXTS, *SPELLED]],
        "continued": [{"text": text, "ids": ids(continuing, text)} for text in [*TEXTS[:-1], *SPELLED]],
        "sequence": [{"text": text, "ids": ids(tokenizer, "<s>" + text)} for text in TEXTS],
        "answered": [{"text": text, "ids": ids(tokenizer, "<s>" + text + "</s>\n")} for text in TEXTS],
        "long": {"text": long, "ids": ids(plain, long)},
        "decoded": [
            {"ids": some, "kept": tokenizer.decode(some, skip_special_tokens=False), "skipped": tokenizer.decode(some)}
            for some in [*(ids(tokenizer, "<s>" + text + "</s>") for text in TEXTS), everything]
        ],
    }


def tokenizers() -> list:
    made = []
    for version in ("0.1", "0.3"):
        tokenizer = sentencepiece_like(version)
        folder = FOLDER / f"tokenizer-{version}"
        folder.mkdir(exist_ok=True)
        (folder / "tokenizer.json").write_text(tokenizer.to_str(pretty=True) + "\n")
        made.append(tokens(f"/checkpoint/tokenizer-{version}", tokenizer))
    golden = "/golden/checkpoints/mistral"
    made.append(tokens(golden, Tokenizer.from_file(str(FOLDER.parent / golden[1:] / "tokenizer.json"))))
    return made


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "rope.json").write_text(json.dumps(rope(), indent=1, sort_keys=True) + "\n")
    (FOLDER / "tokens.json").write_text(json.dumps(tokenizers(), indent=None, ensure_ascii=True) + "\n")
    tensors = types()
    # Only one entry, because the order of several is random.
    save_file(tensors, FOLDER / "types.safetensors", metadata={"note": "ümläut"})
    # As text, which Java's Double.parseDouble reads, because JSON has no infinity.
    listed = {
        name: {"shape": list(t.shape), "values": [repr(v).replace("inf", "Infinity") for v in t.flatten().tolist()]}
        for name, t in tensors.items()
    }
    (FOLDER / "types.json").write_text(json.dumps(listed, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
